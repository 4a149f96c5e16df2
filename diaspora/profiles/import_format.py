"""The import format `diaspora-profiles/1`: what a row may hold."""

from typing import Annotated, Literal

from pydantic import AfterValidator, EmailStr, Field, ValidationInfo, model_validator

from diaspora.platform import reference
from diaspora.platform.imports import (
    CefrLevel,
    Country,
    Day,
    FileFormat,
    ImportRow,
    Language,
    Name,
    ResearchField,
    ShortText,
    Strict,
    Text,
    Title,
    distinct,
    one_level_each,
    one_of,
    wrong,
)
from diaspora.profiles.rules import (
    IMPORTED_CONSENTS,
    MOST_FIELDS,
    MOST_ITEMS,
    CareerStage,
    DegreeLevel,
    MoldovaLink,
    normal_doi,
    normal_orcid,
)

FORMAT = FileFormat("diaspora-profiles/1", "profiles")


def _check_doi(value: str) -> str:
    normal = normal_doi(value)
    if normal is None:
        raise wrong(f"{value!r} is not a DOI")
    return normal


def _check_orcid(value: str) -> str:
    normal = normal_orcid(value)
    if normal is None:
        raise wrong(f"{value!r} is not an ORCID")
    return normal


Year = Annotated[int, Field(ge=1940, le=2100)]
CountryOrNone = Annotated[
    str, one_of("a country (ISO 3166-1, two letters)", lambda: ("", *reference.country_codes()))
]


class DegreeRow(Strict):
    """A degree."""

    level: Annotated[DegreeLevel, Field(strict=False)]
    subject: Name
    institution: ShortText
    country: CountryOrNone
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
            raise wrong("ends_on is before starts_on")
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

    text_version: Annotated[str, one_of("a text that we know", lambda: IMPORTED_CONSENTS)]
    given_on: Day
    source: Name

    @model_validator(mode="after")
    def not_ahead(self, info: ValidationInfo) -> "ConsentRow":
        """Nobody has agreed tomorrow."""
        today = (info.context or {}).get("today")
        if today is not None and self.given_on > today:
            raise wrong("given_on is still to come")
        return self


class ProfileRow(ImportRow):
    """One profile, complete in itself."""

    email: Annotated[EmailStr, Field(max_length=254)] | None = None
    given_name: Name
    family_name: Name
    birth_year: Annotated[int, Field(ge=1920, le=2100)] | None = None
    country: Country
    links_to_moldova: Annotated[list[Annotated[MoldovaLink, Field(strict=False)]], AfterValidator(distinct)]
    career_stage: Annotated[CareerStage, Field(strict=False)]
    position: ShortText
    employer: ShortText
    employed_abroad: bool
    years_abroad: Annotated[int, Field(ge=0, le=5)] | None
    degrees: Annotated[list[DegreeRow], Field(max_length=MOST_ITEMS)]
    fields: Annotated[
        list[ResearchField], Field(min_length=1, max_length=MOST_FIELDS), AfterValidator(distinct)
    ]
    languages: Annotated[list[LanguageRow], Field(max_length=MOST_ITEMS), AfterValidator(one_level_each)]
    availability: Annotated[list[WindowRow], Field(max_length=MOST_ITEMS)]
    interests: Text
    text_language: Literal["ro", "ru", "en"]
    experience: Text
    orcid: Annotated[str, AfterValidator(_check_orcid)] | None = None
    publications: Annotated[list[PublicationRow], Field(max_length=MOST_ITEMS)]
    consent: ConsentRow | None = None
