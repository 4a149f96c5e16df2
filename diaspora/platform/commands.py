"""Commands of the platform: `flask worker`, `docs states`, `audit`, `backup`, `mail bounce`."""

import re
import sys
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from flask_migrate import upgrade

from diaspora.extensions import db
from diaspora.platform import backup as backups
from diaspora.platform import clock, lifecycle, personal_data, retention, sealing
from diaspora.platform.languages import speaking
from diaspora.platform.mail.bounces import LONGEST
from diaspora.platform.mail.services import note_bounce
from diaspora.settings import ROOT

docs = AppGroup("docs", help="Documentation drawn from the code.")
audit = AppGroup("audit", help="The log of what was done, and its seals.")
backup = AppGroup("backup", help="The database and the files, encrypted, in one file.")
mail = AppGroup("mail", help="Mails that come back.")


@click.command("worker", help="Do background jobs until stopped: mails, matching.")
@with_appcontext
def worker() -> None:
    """Run huey's consumer in this process."""
    queue = current_app.extensions["queue"].huey
    queue.create_consumer(workers=2, worker_type="thread", periodic=True, check_worker_health=False).run()


@mail.command("bounce", help="Read one returned mail from standard input (see docs/deploy.md).")
@with_appcontext
def bounce() -> None:
    """Always succeeds: an error would make the mail server return its own notice."""
    noted = note_bounce(sys.stdin.buffer.read(LONGEST + 1), clock.now())
    db.session.commit()
    click.echo("noted" if noted else "not about a mail of ours")


@docs.command("states", help="Print every life-cycle as a Mermaid diagram.")
@with_appcontext
def states() -> None:
    """The diagrams of docs/states.md."""
    click.echo(states_page(current_app.extensions["lifecycles"]))


def states_page(tables: list[lifecycle.Lifecycle[Any, Any]]) -> str:
    """The whole of docs/states.md."""
    parts = [
        "# The life-cycles\n",
        "Drawn from the tables in each package's `rules.py` by `flask --app wsgi docs states`; "
        "a test keeps this page equal to them.\n",
    ]
    for table in tables:
        parts.append(f"## {table.name.capitalize()}\n\n```mermaid\n{table.diagram()}\n```\n")
        parts.append("| act | from | to | by | needs | then |\n|---|---|---|---|---|---|")
        parts += [
            f"| {r.act.value} | {', '.join(sorted(r.sources))} | {r.target.value} "
            f"| {', '.join(sorted(r.by))} "
            f"| {', '.join([*(g.__name__ for g in r.guards), *(['a reason'] if r.reason else [])])} "
            f"| {r.effect} |"
            for r in table.rows
        ]
        parts.append("")
    return "\n".join(parts)


@audit.command("seal")
@with_appcontext
def seal() -> None:
    """Seal what the worker has not sealed yet; it does so each minute."""
    before = -1
    while before != sealing.head()[0]:
        before = sealing.head()[0]
        sealing.seal()
        db.session.commit()
    click.echo(f"{before} events are sealed")


@audit.command("head")
@with_appcontext
def head() -> None:
    """Print the chain's last place and seal; keep the line elsewhere, for `verify --noted`."""
    click.echo("{} {}".format(*sealing.head()))


@audit.command("verify")
@click.option(
    "--noted", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file of lines from `flask audit head`, kept where the site cannot write.",
)  # fmt: skip
@with_appcontext
def verify(noted: Path | None) -> None:
    """Read the whole log and its seals; ends with 1 where something does not fit."""
    report = sealing.verify(_heads(noted) if noted else None)
    for finding in report.findings:
        event = "" if finding.event_number is None else f", event {finding.event_number}"
        click.echo(f"place {finding.position}{event}: {finding.fault.value}")
    click.echo(
        f"{report.sealed} events sealed, {report.unsealed} not sealed yet, "
        f"{report.emptied} with details lawfully emptied, {len(report.findings)} faults"
    )
    if report.findings:
        raise SystemExit(1)


def _heads(noted: Path) -> dict[int, str]:
    lines = [line.split() for line in noted.read_text().splitlines() if line.strip()]
    try:
        return {int(position): digest for position, digest in lines}
    except ValueError:
        raise click.ClickException(f"{noted}: each line needs a place and a seal, as in `head`") from None


@audit.command("restrict")
@click.argument("role")
@with_appcontext
def restrict(role: str) -> None:
    """Let the PostgreSQL ROLE that serves the site add to the log, not change it; again after migrations."""
    try:
        sealing.restrict(role)
    except ValueError as error:
        raise click.ClickException(f"{error}; on SQLite, triggers hold the log.") from None
    db.session.commit()
    click.echo(f"{role} may add to the log and read it, and no more")


@backup.command("key")
@click.argument("file", type=click.Path(path_type=Path))
def key(file: Path) -> None:
    """Make two keys: the secret one into FILE, to be kept away from the site; the public one is printed."""
    try:
        public = backups.make_key(file)
    except FileExistsError:
        raise click.ClickException(f"{file} exists already; a key is never overwritten") from None
    click.echo(f"BACKUP_RECIPIENT={public}")


@backup.command("make")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@with_appcontext
def make(folder: Path) -> None:
    """Write a backup into FOLDER while the site serves, for the key in BACKUP_RECIPIENT."""
    try:
        click.echo(backups.make(folder, clock.now()))
    except backups.Unusable as error:
        raise click.ClickException(str(error)) from None


@backup.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--key", "key_file", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The secret key that `backup key` wrote.",
)  # fmt: skip
@with_appcontext
def restore(file: Path, key_file: Path) -> None:
    """Put a backup into an empty database and an empty DATA_FOLDER; who was erased since is erased again."""
    try:
        backups.restore(file, key_file.read_text())
        upgrade()
        again = backups.erase_again(clock.now())
    except backups.Unusable as error:
        raise click.ClickException(str(error)) from None
    db.session.commit()
    click.echo(f"{file.name} is restored; {again} erased again")


PRIVACY = ROOT / "docs" / "privacy.md"


@docs.command("privacy", help="Write the tables of docs/privacy.md anew.")
@with_appcontext
def privacy() -> None:
    """What is held and for how long, as the rooms declare it."""
    PRIVACY.write_text(privacy_page(PRIVACY.read_text(encoding="utf-8")), encoding="utf-8")


def privacy_page(page: str) -> str:
    """The page with its two tables drawn anew."""
    with speaking("en"):
        held = "| table | what | erasure | why |\n|---|---|---|---|\n" + "\n".join(
            f"| `{one.key}` | {one.title} | {one.fate.value} | {one.why} |"
            for one in personal_data.registered()
        )
    for name, table in (("holdings", held), ("retention", retention.table(retention.registered()))):
        before, _old, after = re.split(f"<!-- /?{name} -->", page)
        page = f"{before}<!-- {name} -->\n{table}\n<!-- /{name} -->{after}"
    return page


def init_app(app: Flask) -> None:
    """Register the commands."""
    app.extensions.setdefault("lifecycles", [])
    app.cli.add_command(worker)
    app.cli.add_command(docs)
    app.cli.add_command(audit)
    app.cli.add_command(backup)
    app.cli.add_command(mail)
