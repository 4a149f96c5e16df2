from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup, with_appcontext

from diaspora.accounts import queries as accounts
from diaspora.extensions import db
from diaspora.placements import importing, services
from diaspora.platform import clock
from diaspora.platform.access import SYSTEM
from diaspora.platform.imports import officer, run_command

placements = AppGroup("placements", help="Posts at institutions.")


@placements.command("expire", help="End posts whose last day for applications has passed; run daily.")
@with_appcontext
def expire() -> None:
    """Their institutions can open them again with a new day."""
    number = services.expire_passed(clock.now())
    db.session.commit()
    click.echo(f"{number} expired")


@placements.command("import", help="Bring placements in from a JSON file (see docs/imports.md).")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--publish-as", metavar="OFFICER_EMAIL", help="Publish the drafts that are complete, as this officer."
)
@with_appcontext
def import_file(file: Path, publish_as: str | None) -> None:
    """Exit code 0: all rows; 1: some rows were refused; 2: nothing was imported."""

    def work(data: dict[str, Any], after_batch: Callable[[int], None]) -> importing.PlacementReport:
        publishing = (
            officer("--publish-as", publish_as, accounts.account_by_email(publish_as)) if publish_as else None
        )
        return importing.import_placements(
            data, SYSTEM, clock.now(), publish_as=publishing, after_batch=after_batch
        )

    run_command(file, importing.FORMAT, work)
