from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup, with_appcontext

from diaspora.accounts import queries as accounts
from diaspora.extensions import db
from diaspora.platform import clock
from diaspora.platform.access import SYSTEM
from diaspora.platform.imports import officer, run_command
from diaspora.profiles import importing, services
from diaspora.profiles.import_format import FORMAT

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

    def work(data: dict[str, Any], after_batch: Callable[[int], None]) -> importing.ProfileReport:
        admitting = officer("--admit-as", admit_as, accounts.account_by_email(admit_as)) if admit_as else None
        return importing.import_profiles(
            data, SYSTEM, clock.now(), admit_as=admitting, mail_claims=mail_claims, after_batch=after_batch
        )

    run_command(file, FORMAT, work)


@profiles.command("expire", help="End the three years of those whose time on the roster is over; run daily.")
@with_appcontext
def expire() -> None:
    """Each of them gets a mail and can renew with one click."""
    number = services.expire_due(clock.now())
    db.session.commit()
    click.echo(f"{number} to be renewed")
