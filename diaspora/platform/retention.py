"""How long each kind of record is kept, as data that people can review, and the job that keeps to it.

Rooms put their rules beside what they hold, in `personal_data.py`. docs/privacy.md shows the table.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import click
import sqlalchemy as sa
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from diaspora.extensions import db
from diaspora.platform import audit, clock, jobs, personal_data
from diaspora.platform.access import SYSTEM

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Rule:
    """One row of the table. `over` finds the rows whose event lies before a moment; `do` lets one go.

    `after`, counted from the event `since`, is a default that the operator confirms; `why` is its ground.
    """

    name: str
    model: Any
    after: timedelta
    since: str
    what: str
    why: str
    over: Callable[[datetime], sa.ColumnElement[bool]]
    do: Callable[[Any, datetime], None] = lambda row, now: personal_data.discard(row)

    @property
    def period(self) -> str:
        """The length in words."""
        if not self.after:
            return "at once"
        years, days = divmod(self.after.days, YEAR.days)
        return f"{years} years" if years > 1 and not days else f"{self.after.days} days"


def register(app: Flask, rules: Sequence[Rule]) -> None:
    """Make a room's rules known."""
    app.extensions.setdefault("retention", []).extend(rules)


def registered() -> list[Rule]:
    """Every rule, latest room first: what depends on something goes before it."""
    return list(reversed(current_app.extensions["retention"]))


def called(name: str) -> Rule:
    """The rule with this name. Raises KeyError."""
    return {rule.name: rule for rule in registered()}[name]


def due(rule: Rule, now: datetime) -> Sequence[Any]:
    """The rows whose time is over."""
    return db.session.scalars(sa.select(rule.model).where(rule.over(now - rule.after))).all()


def keep_to(rule: Rule, now: datetime) -> int:
    """Let go what a rule no longer allows; how many rows."""
    rows = due(rule, now)
    for row in rows:
        rule.do(row, now)
    db.session.flush()
    if rows:
        audit.record("retention.kept_to", SYSTEM, now, rule=rule.name, rows=len(rows))
    return len(rows)


def table(rules: Sequence[Rule]) -> str:
    """The rules as they stand in docs/privacy.md."""
    head = "| record | kept for | counted from | then | why |\n|---|---|---|---|---|\n"
    return head + "\n".join(f"| {r.name} | {r.period} | {r.since} | {r.what} | {r.why} |" for r in rules)


@jobs.every_night
@jobs.job
def keep_to_all() -> None:
    """Each rule in a job of its own: one that fails does not stop the others."""
    for rule in registered():
        jobs.enqueue(keep_to_one, rule.name)


@jobs.job
def keep_to_one(name: str) -> None:
    """Keep to the rule of this name."""
    keep_to(next(rule for rule in registered() if rule.name == name), clock.now())


retention = AppGroup("retention", help="How long records are kept.")


@retention.command("run", help="Let go what is kept no longer; the worker does it each night.")
@click.option("--dry-run", is_flag=True, help="Only say how many rows each rule would let go.")
@with_appcontext
def run(dry_run: bool) -> None:
    """One line for each rule."""
    now = clock.now()
    for rule in registered():
        number = len(due(rule, now)) if dry_run else keep_to(rule, now)
        db.session.commit()
        click.echo(f"{number:6} {rule.name}: {rule.what}")


def init_app(app: Flask) -> None:
    """Begin with an empty table; the command."""
    app.extensions["retention"] = []
    app.cli.add_command(retention)
