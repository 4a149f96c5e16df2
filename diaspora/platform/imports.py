"""Imports of JSON files: reading, what a row may hold, one savepoint a row, the report, the command.

A package says what its rows are and how one is created or updated: see Importer.
"""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Generic, Protocol, TypeVar
from uuid import UUID

import click
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError
from rich.console import Console
from rich.progress import Progress
from sqlalchemy.exc import DataError, IntegrityError

from diaspora.extensions import db
from diaspora.platform import clock, reference
from diaspora.platform.access import Actor, Role, roles_of
from diaspora.platform.forms import LINE, PARAGRAPH, clean
from diaspora.platform.languages import speaking
from diaspora.platform.refusals import Refused

BATCH = 200
"""Rows between two commits of a command, so that the site can write meanwhile."""

EDITED = "edited by a person"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class FileFormat:
    """The name that a file says under `format`, and the key that its rows stand under."""

    name: str
    rows: str


class UnusableFile(Exception):
    """The file as a whole cannot be imported; the message is one line for whoever called."""


@dataclass(frozen=True)
class Refusal:
    """A row that was not imported. `position` counts from 1."""

    position: int
    external_id: str
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        name = f" ({self.external_id})" if self.external_id else ""
        return f"row {self.position}{name}: {'; '.join(self.reasons)}"


@dataclass
class ImportReport:
    """What became of every row, by external_id; `ids` has all rows that are stored now."""

    ids: dict[str, UUID] = field(default_factory=dict)
    created: dict[str, UUID] = field(default_factory=dict)
    updated: dict[str, UUID] = field(default_factory=dict)
    unchanged: list[str] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)

    def summary(self) -> str:
        """One line with the numbers."""
        return (
            f"{len(self.created)} created, {len(self.updated)} updated, {len(self.unchanged)} unchanged, "
            f"{len(self.kept)} kept, {len(self.refused)} refused"
        )

    def remarks(self) -> list[str]:
        """A line for every row that was refused or kept as it was."""
        kept = [f"{external_id}: kept: {why}" for external_id, why in self.kept.items()]
        return [*map(str, self.refused), *kept]


def read_json(path: Path) -> Any:
    """The content of a JSON file. Raises UnusableFile."""
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UnusableFile(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise UnusableFile(f"{path}: is not UTF-8 text") from error
    except (ValueError, RecursionError) as error:
        raise UnusableFile(f"{path}: is not JSON ({error})") from error


def check_head(content: object, file_format: FileFormat) -> tuple[str, list[Any]]:
    """The source and the rows. Raises UnusableFile."""
    if not isinstance(content, dict) or content.get("format") != file_format.name:
        raise UnusableFile(
            f'not the format "{file_format.name}": the file must be an object whose "format" says so'
        )
    unknown = sorted(set(content) - {"format", "source", file_format.rows})
    if unknown:
        raise UnusableFile(f"unknown keys at the top: {', '.join(unknown)}")
    source = content.get("source")
    if not isinstance(source, str) or not source.strip() or len(source) > 100:
        raise UnusableFile('"source" must be a name of 1 to 100 characters')
    rows = content.get(file_format.rows)
    if not isinstance(rows, list):
        raise UnusableFile(f'"{file_format.rows}" must be a list')
    return source.strip(), rows


def wrong(message: str) -> PydanticCustomError:
    """An error of a row with our own words."""
    return PydanticCustomError("plain", "{message}", {"message": message})


def _cleaned(value: Any) -> Any:
    return clean(value) if isinstance(value, str) else value


def _is_day(value: Any) -> date:
    # only text in the form 2027-05-31 is a day: a number would be read as a moment
    try:
        found = date.fromisoformat(value) if isinstance(value, str) and _DAY.fullmatch(value) else None
    except ValueError:
        found = None
    if found is None or not 1950 <= found.year <= 2100:
        raise wrong("must be a day such as 2027-05-31")
    return found


def one_of(what: str, known: Any) -> AfterValidator:
    """A code must stand in what `known()` gives."""

    def check(value: str) -> str:
        if value not in known():
            raise wrong(f"{value!r} is not {what}")
        return value

    return AfterValidator(check)


def distinct(values: list[Any]) -> list[Any]:
    """A list that holds nothing twice."""
    if len(set(values)) != len(values):
        raise wrong("holds the same value twice")
    return values


def one_level_each(languages: list[Any]) -> list[Any]:
    """A list of languages that names none twice."""
    codes = [x.code for x in languages]
    if len(set(codes)) != len(codes):
        raise wrong("the same language stands there twice")
    return languages


def _research_fields() -> set[str]:
    return {code for code in reference.table("fields_of_research") if "." in code}


# the bounds stand inside, so that they count what is left after cleaning
Text = Annotated[str, Field(max_length=PARAGRAPH), BeforeValidator(_cleaned)]
ShortText = Annotated[str, Field(max_length=LINE), BeforeValidator(_cleaned)]
Name = Annotated[str, Field(min_length=1, max_length=LINE), BeforeValidator(_cleaned)]
Title = Annotated[str, Field(min_length=1, max_length=500), BeforeValidator(_cleaned)]
Day = Annotated[date, BeforeValidator(_is_day)]
Country = Annotated[str, one_of("a country (ISO 3166-1, two letters)", reference.country_codes)]
Language = Annotated[str, one_of("a language (ISO 639-1, two letters)", reference.language_codes)]
District = Annotated[str, one_of("a district of Moldova (ISO 3166-2)", lambda: reference.table("districts"))]
ResearchField = Annotated[str, one_of("an OECD field such as '1.6'", _research_fields)]
CefrLevel = Annotated[str, one_of("a level: native, or A1 to C2", lambda: reference.table("languages_cefr"))]


class Strict(BaseModel):
    """Nothing is guessed: no unknown keys, no numbers from text, no text from numbers."""

    model_config = ConfigDict(extra="forbid", strict=True)


class ImportRow(Strict):
    """One row, complete in itself; the file's source and `external_id` together say which record it is."""

    external_id: Name


_PLAIN = {
    "missing": "is missing",
    "extra_forbidden": "is not a known key",
    "string_type": "must be text",
    "string_unicode": "holds characters that are not text",
    "string_too_short": "must not be empty",
    "string_too_long": "is longer than {max_length} characters",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "too_short": "needs at least {min_length}",
    "too_long": "has more than {max_length} entries",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "enum": "must be one of: {expected}",
    "literal_error": "must be {expected}",
    "model_type": "must be an object",
    "plain": "{message}",
}


def faults(error: ValidationError) -> list[str]:
    """Every fault of a row as `languages[1].level: is missing`."""
    found = []
    for one in error.errors(include_url=False, include_input=False):
        template = _PLAIN.get(one["type"])
        words = template.format(**one.get("ctx", {})) if template else one["msg"]
        found.append(f"{_place(one['loc'])}: {words}" if one["loc"] else words)
    return found


def _place(loc: tuple[int | str, ...]) -> str:
    path = ""
    for step in loc:
        path += f"[{step}]" if isinstance(step, int) else f".{step}"
    return path.removeprefix(".")


R = TypeVar("R", bound=ImportRow)
T = TypeVar("T")
"""A record with `id`, and with `edited_at`: when a person last edited it."""


@dataclass(kw_only=True)
class Importer(ABC, Generic[R, T]):
    """One import under way: every row whole or not at all, in any order, again as often as wanted."""

    row_type: type[R]
    source: str
    actor: Actor
    now: datetime
    report: ImportReport
    known: dict[str, T] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)

    @abstractmethod
    def look_up(self, rows: Sequence[R]) -> dict[str, T]:
        """The stored records of these rows by external_id, in one query; whatever else rows refer to."""

    @abstractmethod
    def create(self, row: R) -> T:
        """Store a new record and flush. May raise Refused."""

    @abstractmethod
    def changes(self, row: R, stored: T) -> Collection[str]:
        """Names of what the row says otherwise than the record. May raise Refused."""

    @abstractmethod
    def update(self, row: R, stored: T, changes: Collection[str]) -> None:
        """Write what the row says otherwise and flush. May raise Refused."""

    @abstractmethod
    def finish(self, current: Sequence[tuple[R, T]]) -> None:
        """Go on with the records of a batch that stand as the file says and that nobody has edited."""

    def kept_because(self, stored: T) -> str:
        """Why a changed row leaves its record alone, besides that a person edited it; empty where nothing."""
        return ""

    def run(self, rows: Sequence[object], after_batch: Callable[[int], None] | None) -> None:
        """Store the good rows, report on all. `after_batch` gets the number of rows done, and may commit."""
        # the reasons that the site's own rules give come in the language of the report's other words
        with speaking("en"):
            for begin in range(0, len(rows), BATCH):
                batch = rows[begin : begin + BATCH]
                self._batch(begin + 1, batch)
                if after_batch is not None:
                    after_batch(begin + len(batch))
        self.report.refused.sort(key=lambda refusal: refusal.position)

    def _batch(self, first: int, batch: Sequence[object]) -> None:
        checked = ((n, self._validated(n, raw)) for n, raw in enumerate(batch, start=first))
        good = [(n, row) for n, row in checked if row is not None]
        self.known = self.look_up([row for _, row in good])
        stored = [(row, self._stored(n, row)) for n, row in good]
        self.finish([(row, record) for row, record in stored if record is not None])

    def _refuse(self, position: int, external_id: str, *reasons: str) -> None:
        self.report.refused.append(Refusal(position, external_id, reasons))

    def _validated(self, position: int, raw: object) -> R | None:
        name = raw.get("external_id") if isinstance(raw, dict) else None
        known_as = name[:LINE] if isinstance(name, str) else ""
        try:
            row = self.row_type.model_validate(raw, context={"today": clock.local_day(self.now)})
        except ValidationError as error:
            self._refuse(position, known_as, *faults(error))
            return None
        first = self.seen.setdefault(row.external_id, position)
        if first != position:
            self._refuse(position, row.external_id, f"external_id: stands already at row {first}")
            return None
        return row

    def _stored(self, position: int, row: R) -> T | None:
        try:
            with db.session.begin_nested():
                return self._store(row)
        except Refused as refusal:
            self._refuse(position, row.external_id, str(refusal))
        except (IntegrityError, DataError):
            self._refuse(position, row.external_id, "the database refused it: it contradicts what is stored")
        return None

    def _store(self, row: R) -> Any:
        # the report is written last, when nothing of the row can fail any more
        name, report = row.external_id, self.report
        stored: Any = self.known.get(name)
        if stored is None:
            made: Any = self.create(row)
            report.created[name] = report.ids[name] = made.id
            return made
        changes, edited = self.changes(row, stored), stored.edited_at is not None
        kept = (self.kept_because(stored) or (EDITED if edited else "")) if changes else ""
        if kept:
            report.kept[name] = kept
        elif changes:
            self.update(row, stored, changes)
            report.updated[name] = stored.id
        else:
            report.unchanged.append(name)
        report.ids[name] = stored.id
        return None if kept or edited else stored


class _Person(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def language(self) -> str: ...


def officer(option: str, email: str, account: _Person | None) -> Actor:
    """Whoever an option of a command names, if a case officer. Raises UnusableFile."""
    roles = roles_of(account.id) if account else frozenset()
    if account is None or Role.OFFICER not in roles:
        raise UnusableFile(f"{option}: {email} is not a case officer here")
    return Actor(account.id, roles, account.language)


def run_command(
    file: Path,
    file_format: FileFormat,
    work: Callable[[dict[str, Any], Callable[[int], None]], ImportReport],
) -> None:
    """Import a file and commit after every batch; a bar on a terminal, faults on stderr, numbers on stdout.

    Exit code 0: every row is stored or kept; 1: some rows were refused; 2: nothing was imported.
    """
    try:
        data = read_json(file)
        _source, rows = check_head(data, file_format)
        with _progress(file_format.rows.capitalize(), len(rows)) as show:

            def after_batch(done: int) -> None:
                db.session.commit()
                show(done)

            report = work(data, after_batch)
    except UnusableFile as error:
        click.echo(str(error), err=True)
        raise SystemExit(2) from error
    for remark in report.remarks():
        click.echo(remark, err=True)
    click.echo(report.summary())
    if report.refused:
        raise SystemExit(1)


@contextmanager
def _progress(title: str, total: int) -> Iterator[Callable[[int], None]]:
    terminal = Console(stderr=True)
    if not terminal.is_terminal:
        yield lambda _done: None
        return
    with Progress(console=terminal, transient=True) as bar:
        task = bar.add_task(title, total=total)
        yield lambda done: bar.update(task, completed=done)
