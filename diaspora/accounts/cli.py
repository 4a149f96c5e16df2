import click
from flask.cli import AppGroup, with_appcontext

from diaspora.accounts import queries, services
from diaspora.accounts.passwords import password_refusal
from diaspora.extensions import db
from diaspora.platform import clock
from diaspora.platform.access import STAFF_ROLES, SYSTEM, Role
from diaspora.platform.languages import LANGUAGES
from diaspora.platform.refusals import Refused

accounts = AppGroup("accounts", help="Accounts of staff.")


@accounts.command("create", help="Open a confirmed account and give it a staff role.")
@click.argument("email")
@click.option("--role", type=click.Choice(sorted(role.value for role in STAFF_ROLES)), required=True)
@click.option("--language", type=click.Choice(LANGUAGES), default="ro", show_default=True)
@click.password_option()
@with_appcontext
def create(email: str, role: str, language: str, password: str) -> None:
    """The first administrator of a fresh installation comes from here."""
    refusal = password_refusal(password, email)
    if refusal:
        raise click.ClickException(str(refusal))
    now = clock.now()
    account = queries.account_by_email(email) or services.create_account(
        email, password, language, SYSTEM, now
    )
    try:
        services.grant_role(account, Role(role), SYSTEM, now)
    except Refused as refused:
        raise click.ClickException(str(refused)) from None
    db.session.commit()
    click.echo(f"{account.email}: {role}")
