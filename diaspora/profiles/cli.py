from contextlib import nullcontext
from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext
from rich.console import Console
from rich.progress import Progress

from diaspora.accounts import queries as account_queries
from diaspora.extensions import db
from diaspora.platform import clock
from diaspora.platform.access import SYSTEM, Actor, Role, roles_of
from diaspora.profiles import importing, services

profiles = AppGroup("profiles", help="Profiles of candidates.")


@profiles.command("import", help="Bring profiles in from a JSON file (see docs/imports.md).")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--admit-as", metavar="OFFICER_EMAIL", help="Admit complete profiles with consent as this officer."
)
@click.option("--mail-claims", is_flag=True, help="Mail people a link to take their profile over.")
@with_appcontext
def import_file(file: Path, admit_as: str | None, mail_claims: bool) -> None:
    """Exit code 0: all rows; 1: some rows were refused; 2: nothing was imported."""
    try:
        data = importing.read_file(file)
        officer = officer_by_email(admit_as) if admit_as else None
    except importing.UnusableFile as error:
        click.echo(str(error), err=True)
        raise SystemExit(2) from error
    terminal = Console(stderr=True)
    bar = Progress(console=terminal, transient=True) if terminal.is_terminal else nullcontext()
    with bar as shown:
        task = shown.add_task("Profiles", total=len(data["profiles"])) if shown else None

        def after_batch(done: int) -> None:
            # a batch at a time: the site can write in between, and what is done stays done
            db.session.commit()
            if shown is not None and task is not None:
                shown.update(task, completed=done)

        report = importing.import_profiles(
            data, SYSTEM, clock.now(), admit_as=officer, mail_claims=mail_claims, after_batch=after_batch
        )
    for refusal in report.refused:
        click.echo(str(refusal), err=True)
    for external_id, why in report.kept.items():
        click.echo(f"{external_id}: kept: {why}", err=True)
    click.echo(report.summary())
    if report.refused:
        raise SystemExit(1)


def officer_by_email(email: str) -> Actor:
    """The officer in whose name people are admitted. Raises UnusableFile, as nothing can be imported then."""
    account = account_queries.account_by_email(email)
    roles = roles_of(account.id) if account else frozenset()
    if account is None or Role.OFFICER not in roles:
        raise importing.UnusableFile(f"--admit-as: {email} is not a case officer here")
    return Actor(account.id, roles, account.language)


@profiles.command("expire", help="End the three years of those whose time on the roster is over; run daily.")
@with_appcontext
def expire() -> None:
    """Each of them gets a mail and can renew with one click."""
    number = services.expire_due(clock.now())
    db.session.commit()
    click.echo(f"{number} to be renewed")
