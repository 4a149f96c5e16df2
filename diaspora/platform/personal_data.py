"""What the site holds about a person: how it is shown to them, and what erasure does to it.

Each room declares its tables in its `personal_data.py` and registers them in `init_app`. The copy of one's
data, erasure and retention work from these declarations alone; a test holds that no table is forgotten.
"""

import enum
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from flask import Flask, current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Mapped, mapped_column

from diaspora.extensions import Id, Model, db
from diaspora.platform import files, labels
from diaspora.platform.languages import day, moment

NOBODYS = "@erased.invalid"
"""The end of every address that stands in the place of an erased one."""


class Fate(enum.StrEnum):
    """What erasure does to the rows of a table."""

    DELETED = "deleted"
    ANONYMISED = "anonymised"
    KEPT = "kept"


@dataclass(frozen=True)
class Person:
    """Whose data are meant. Without an account, only the profile is; `addresses` and `names` find mails.

    `records` are the ids of everything found in the first pass; the audit log speaks of those.
    """

    accounts: frozenset[UUID] = frozenset()
    candidates: frozenset[UUID] = frozenset()
    addresses: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    records: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Holding:
    """One table: which rows are a person's, what they read of it, what erasure does and why.

    `shown` names the columns of the copy with their headings. `blank` is what an anonymised row's columns
    become: a value, or a function of the row. `file` is the column with the key of a stored file, `counted`
    what is counted of a row before it goes, each by itself; a column that is blanked goes with that.
    `empties` does the blanking where another module has to.
    """

    model: Any
    title: LazyString
    of: Callable[[Person], sa.ColumnElement[bool]]
    fate: Fate
    why: LazyString
    shown: Mapping[str, LazyString]
    blank: Mapping[str, Any] = field(default_factory=dict)
    file: str = ""
    empties: Callable[[Any, datetime], None] | None = None
    counted: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The table's name, which is the key in data.json."""
        return str(self.model.__tablename__)


@dataclass(frozen=True)
class Part:
    """The rows of one table, for the copy: values by column."""

    holding: Holding
    rows: Sequence[Mapping[str, Any]]


class PurgedCount(Model):
    """How many rows that are gone had a value: numbers by month, never two facts of one row together."""

    __tablename__ = "purged_count"
    __table_args__ = (sa.UniqueConstraint("month", "record", "dimension", "value"),)

    id: Mapped[Id]
    month: Mapped[date]
    record: Mapped[str]
    dimension: Mapped[str]
    value: Mapped[str]
    number: Mapped[int] = mapped_column(default=0)


def register(app: Flask, holdings: Sequence[Holding]) -> None:
    """Make a room's tables known, in the order of the house."""
    app.extensions.setdefault("holdings", []).extend(holdings)


def registered() -> list[Holding]:
    """Every declared table, earliest room first."""
    found: list[Holding] = current_app.extensions["holdings"]
    return found


def complete(person: Person) -> Person:
    """The person with the ids of all their records, so that the audit log can be searched for them."""
    ids = {row.id for one in registered() for row in _rows(one, person) if hasattr(row, "id")}
    return replace(person, records=frozenset(ids | person.accounts | person.candidates))


def export(person: Person) -> list[Part]:
    """Everything that is held about somebody, table by table; empty tables are left out."""
    person = complete(person)
    parts = [
        Part(one, [{name: getattr(row, name) for name in one.shown} for row in _rows(one, person)])
        for one in registered()
        if one.shown
    ]
    return [part for part in parts if part.rows]


def held(person: Person) -> list[Holding]:
    """The tables in which something of this person stands."""
    person = complete(person)
    return [one for one in registered() if _rows(one, person)]


def documents(person: Person) -> Iterator[tuple[str, bytes]]:
    """Name and content of every file about somebody that the copy tells of; a missing one is left out."""
    for one in registered():
        for row in _rows(one, person) if one.file in one.shown else ():
            key = getattr(row, one.file)
            with suppress(FileNotFoundError):
                yield key.rsplit("/", 1)[-1], files.get(key)


def erase(person: Person, now: datetime) -> None:
    """Delete and anonymise everything of a person, the latest room first. Again is the same as once."""
    person = complete(person)
    for one in reversed(registered()):
        for row in _rows(one, person):
            take(one, row, now)
        db.session.flush()
    db.session.expire_all()


def take(holding: Holding, row: Any, now: datetime) -> None:
    """Let one row go as its table says: counted, its file deleted, then deleted or anonymised."""
    if holding.fate is Fate.DELETED:
        discard(row)
    elif holding.fate is Fate.ANONYMISED:
        anonymise(row, now)


def discard(row: Any) -> None:
    """Count a row, then delete it and its file."""
    holding = _holding_of(row)
    for dimension, of in holding.counted.items():
        _count(row, dimension, of(row))
    _remove_file(row, holding)
    db.session.delete(row)


def anonymise(row: Any, now: datetime) -> None:
    """Leave of a row what says nothing about anybody; what is blanked of it is counted before."""
    holding = _holding_of(row)
    for dimension, of in holding.counted.items():
        if dimension in holding.blank:
            _count(row, dimension, of(row))
    _remove_file(row, holding)
    if holding.empties:
        holding.empties(row, now)
        return
    for name, value in holding.blank.items():
        setattr(row, name, value(row) if callable(value) else value)


def _holding_of(row: Any) -> Holding:
    return next(one for one in registered() if one.model is type(row))


def _remove_file(row: Any, holding: Holding) -> None:
    if holding.file and getattr(row, holding.file):
        files.delete(getattr(row, holding.file))


def _rows(holding: Holding, person: Person) -> Sequence[Any]:
    key = sa.inspect(holding.model).primary_key
    return db.session.scalars(sa.select(holding.model).where(holding.of(person)).order_by(*key)).all()


def _count(row: Any, dimension: str, value: str) -> None:
    if not value:
        return
    where = {
        "month": row.created_at.date().replace(day=1),
        "record": row.__tablename__,
        "dimension": dimension,
        "value": value,
    }
    found = db.session.scalar(sa.select(PurgedCount).filter_by(**where).with_for_update())
    if found is None:
        found = PurgedCount(**where, number=0)
        db.session.add(found)
    found.number += 1
    db.session.flush()


def nobody(record: Any) -> str:
    """An address that leads to nobody, different for each row."""
    return f"{uuid4()}{NOBODYS}"


def plain(value: Any) -> Any:
    """A value as JSON holds it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, enum.Enum):
        return value.value
    return str(value) if isinstance(value, UUID | Decimal) else value


def text(value: Any) -> str:
    """A value as a person reads it, in the language that is being spoken."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, enum.StrEnum):
        return labels.word(value)
    if isinstance(value, list):
        return "; ".join(text(one) for one in value)
    if isinstance(value, dict):
        return "; ".join(f"{name}: {text(one)}" for name, one in value.items())
    return str(value)


def init_app(app: Flask) -> None:
    """Begin with an empty list; words for what erasure does."""
    app.extensions["holdings"] = []
    labels.register(
        {
            Fate.DELETED: _l("deleted"),
            Fate.ANONYMISED: _l("made anonymous"),
            Fate.KEPT: _l("kept"),
        }
    )
