from contextlib import nullcontext
from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext
from rich.console import Console
from rich.progress import Progress

from diaspora.accounts import queries as accounts
from diaspora.extensions import db
from diaspora.placements import importing, services
from diaspora.platform import clock
from diaspora.platform.access import SYSTEM, Actor, Role, roles_of
from diaspora.platform.imports import UnusableFile, check_head, read_json

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
    try:
        data = read_json(file)
        _source, rows = check_head(data, importing.FORMAT, "placements")
        officer = officer_by_email(publish_as) if publish_as else None
    except UnusableFile as error:
        click.echo(str(error), err=True)
        raise SystemExit(2) from error
    terminal = Console(stderr=True)
    bar = Progress(console=terminal, transient=True) if terminal.is_terminal else nullcontext()
    with bar as shown:
        task = shown.add_task("Placements", total=len(rows)) if shown else None

        def after_row(done: int) -> None:
            if shown is not None and task is not None:
                shown.update(task, completed=done)

        report = importing.import_placements(
            data, SYSTEM, clock.now(), publish_as=officer, after_row=after_row
        )
        db.session.commit()
    say(report)
    if report.refused:
        raise SystemExit(1)


def say(report: importing.PlacementReport) -> None:
    """What went wrong row by row on stderr, the numbers on stdout."""
    for refusal in report.refused:
        click.echo(str(refusal), err=True)
    for external_id, why in report.kept.items():
        click.echo(f"{external_id}: kept: {why}", err=True)
    for external_id, why in report.unpublished.items():
        click.echo(f"{external_id}: not published: {why}", err=True)
    click.echo(report.summary())


def officer_by_email(email: str) -> Actor:
    """The officer in whose name posts are published. Raises UnusableFile: nothing is imported then."""
    account = accounts.account_by_email(email)
    roles = roles_of(account.id) if account else frozenset()
    if account is None or Role.OFFICER not in roles:
        raise UnusableFile(f"--publish-as: {email} is not a case officer here")
    return Actor(account.id, roles, account.language)
