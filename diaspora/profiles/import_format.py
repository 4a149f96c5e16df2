"""The import format `diaspora-profiles/1`: what a row may hold, and its faults in plain words."""

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    EmailStr,
    Field,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticCustomError

from diaspora.platform import reference
from diaspora.platform.forms import LINE, PARAGRAPH, clean
from diaspora.profiles.rules import (
    CONSENT_VERSION,
    MOST_FIELDS,
    MOST_ITEMS,
    CareerStage,
    DegreeLevel,
    MoldovaLink,
    normal_doi,
    normal_orcid,
)

FORMAT = "diaspora-profiles/1"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _wrong(message: str) -> PydanticCustomError:
    return PydanticCustomError("plain", "{message}", {"message": message})


def _cleaned(value: Any) -> Any:
    return clean(value) if isinstance(value, str) else value


def _day(value: Any) -> Any:
    """Only a string in the form 2027-05-31 is a day: a number would be read as a moment."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) and _DAY.fullmatch(value) else None
    except ValueError:
        return None


def _is_day(value: Any) -> date:
    found = _day(value)
    if not isinstance(found, date) or not 1950 <= found.year <= 2100:
        raise _wrong("must be a day such as 2027-05-31")
    return found


def _one_of(what: str, known: Any) -> AfterValidator:
    def check(value: str) -> str:
        if value not in known():
            raise _wrong(f"{value!r} is not {what}")
        return value

    return AfterValidator(check)


def _distinct(values: list[Any]) -> list[Any]:
    if len(set(values)) != len(values):
        raise _wrong("holds the same value twice")
    return values


def _check_doi(value: str) -> str:
    normal = normal_doi(value)
    if normal is None:
        raise _wrong(f"{value!r} is not a DOI")
    return normal


def _check_orcid(value: str) -> str:
    normal = normal_orcid(value)
    if normal is None:
        raise _wrong(f"{value!r} is not an ORCID")
    return normal


def _research_fields() -> set[str]:
    return {code for code in reference.table("fields_of_research") if "." in code}


# the bounds stand inside, so that they count what is left after cleaning
Text = Annotated[str, Field(max_length=PARAGRAPH), BeforeValidator(_cleaned)]
ShortText = Annotated[str, Field(max_length=LINE), BeforeValidator(_cleaned)]
Name = Annotated[str, Field(min_length=1, max_length=LINE), BeforeValidator(_cleaned)]
Title = Annotated[str, Field(min_length=1, max_length=500), BeforeValidator(_cleaned)]
Day = Annotated[date, BeforeValidator(_is_day)]
Country = Annotated[str, _one_of("a country (ISO 3166-1, two letters)", reference.country_codes)]
Language = Annotated[str, _one_of("a language (ISO 639-1, two letters)", reference.language_codes)]
ResearchField = Annotated[str, _one_of("an OECD field such as '1.6'", _research_fields)]
CefrLevel = Annotated[str, _one_of("a level: native, or A1 to C2", lambda: reference.table("languages_cefr"))]
Year = Annotated[int, Field(ge=1940, le=2100)]


class Strict(BaseModel):
    """Nothing is guessed: no unknown keys, no numbers from text, no text from numbers."""

    model_config = ConfigDict(extra="forbid", strict=True)


class DegreeRow(Strict):
    """A degree."""

    level: Annotated[DegreeLevel, Field(strict=False)]
    subject: Name
    institution: ShortText
    country: Country | Literal[""]
    year: Year | None


class LanguageRow(Strict):
    """A language and its level."""

    code: Language
    level: CefrLevel


class WindowRow(Strict):
    """Days in which somebody could come, both included."""

    starts_on: Day
    ends_on: Day

    @model_validator(mode="after")
    def in_order(self) -> "WindowRow":
        """The last day is not before the first."""
        if self.ends_on < self.starts_on:
            raise _wrong("ends_on is before starts_on")
        return self


class PublicationRow(Strict):
    """A publication, thesis or project."""

    title: Title
    abstract: Text
    year: Year | None
    doi: Annotated[str, AfterValidator(_check_doi)] | None = None
    language: Language


class ConsentRow(Strict):
    """Where and when somebody agreed to the roster, and on which words."""

    text_version: Annotated[str, _one_of("a text that we know", lambda: {CONSENT_VERSION})]
    given_on: Day
    source: Name

    @model_validator(mode="after")
    def not_ahead(self, info: ValidationInfo) -> "ConsentRow":
        """Nobody has agreed tomorrow."""
        today = (info.context or {}).get("today")
        if today is not None and self.given_on > today:
            raise _wrong("given_on is still to come")
        return self


class ProfileRow(Strict):
    """One profile, complete in itself."""

    external_id: Name
    email: Annotated[EmailStr, Field(max_length=254)] | None = None
    given_name: Name
    family_name: Name
    birth_year: Annotated[int, Field(ge=1920, le=2100)] | None = None
    country: Country
    links_to_moldova: Annotated[list[Annotated[MoldovaLink, Field(strict=False)]], AfterValidator(_distinct)]
    career_stage: Annotated[CareerStage, Field(strict=False)]
    position: ShortText
    employer: ShortText
    employed_abroad: bool
    years_abroad: Annotated[int, Field(ge=0, le=5)] | None
    degrees: Annotated[list[DegreeRow], Field(max_length=MOST_ITEMS)]
    fields: Annotated[
        list[ResearchField], Field(min_length=1, max_length=MOST_FIELDS), AfterValidator(_distinct)
    ]
    languages: Annotated[list[LanguageRow], Field(max_length=MOST_ITEMS)]
    availability: Annotated[list[WindowRow], Field(max_length=MOST_ITEMS)]
    interests: Text
    text_language: Literal["ro", "ru", "en"]
    experience: Text
    orcid: Annotated[str, AfterValidator(_check_orcid)] | None = None
    publications: Annotated[list[PublicationRow], Field(max_length=MOST_ITEMS)]
    consent: ConsentRow | None = None

    @model_validator(mode="after")
    def each_language_once(self) -> "ProfileRow":
        """A language has one level."""
        codes = [x.code for x in self.languages]
        if len(set(codes)) != len(codes):
            raise _wrong("languages: the same language stands there twice")
        return self


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
    """Every fault of a row as `degrees[1].year: must be a whole number`."""
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
