"""Commands of the platform: `flask worker`, `flask docs states`, `flask mail bounce`."""

import sys
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from diaspora.extensions import db
from diaspora.platform import clock, lifecycle
from diaspora.platform.mail.bounces import LONGEST
from diaspora.platform.mail.services import note_bounce

docs = AppGroup("docs", help="Documentation drawn from the code.")
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


def init_app(app: Flask) -> None:
    """Register the commands."""
    app.extensions.setdefault("lifecycles", [])
    app.cli.add_command(worker)
    app.cli.add_command(docs)
    app.cli.add_command(mail)
