"""What imports of JSON files share: reading, the values of a row, faults in plain words, the report."""

import json
import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from diaspora.platform import reference
from diaspora.platform.forms import LINE, PARAGRAPH, clean

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


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


def check_head(content: object, file_format: str, rows: str) -> tuple[str, list[Any]]:
    """The source and the rows, which stand under the key `rows`. Raises UnusableFile."""
    if not isinstance(content, dict) or content.get("format") != file_format:
        raise UnusableFile(
            f'not the format "{file_format}": the file must be an object whose "format" says so'
        )
    unknown = sorted(set(content) - {"format", "source", rows})
    if unknown:
        raise UnusableFile(f"unknown keys at the top: {', '.join(map(str, unknown))}")
    source = content.get("source")
    if not isinstance(source, str) or not source.strip() or len(source) > 100:
        raise UnusableFile('"source" must be a name of 1 to 100 characters')
    found = content.get(rows)
    if not isinstance(found, list):
        raise UnusableFile(f'"{rows}" must be a list')
    return source.strip(), found


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


def _research_fields() -> set[str]:
    return {code for code in reference.table("fields_of_research") if "." in code}


Text = Annotated[str, BeforeValidator(_cleaned), Field(max_length=PARAGRAPH)]
ShortText = Annotated[str, BeforeValidator(_cleaned), Field(max_length=LINE)]
Name = Annotated[ShortText, Field(min_length=1)]
Day = Annotated[date, BeforeValidator(_is_day)]
Country = Annotated[str, one_of("a country (ISO 3166-1, two letters)", reference.country_codes)]
Language = Annotated[str, one_of("a language (ISO 639-1, two letters)", reference.language_codes)]
District = Annotated[str, one_of("a district of Moldova (ISO 3166-2)", lambda: reference.table("districts"))]
ResearchField = Annotated[str, one_of("an OECD field such as '1.6'", _research_fields)]
CefrLevel = Annotated[str, one_of("a level: native, or A1 to C2", lambda: reference.table("languages_cefr"))]


class Strict(BaseModel):
    """Nothing is guessed: no unknown keys, no numbers from text, no text from numbers."""

    model_config = ConfigDict(extra="forbid", strict=True)


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
