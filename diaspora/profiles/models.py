from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from diaspora.extensions import Id, Model, Versioned
from diaspora.institutions.models import Institution
from diaspora.platform.files.cleaning import FileType
from diaspora.profiles.rules import (
    CandidateState,
    CareerStage,
    ConsentPurpose,
    DegreeLevel,
    DisclosureReason,
    DocumentKind,
)


class Candidate(Versioned, Model):
    """A scientist or graduate abroad and their profile; drafts may be empty anywhere.

    `fields` are OECD codes, the main one first; `links_to_moldova` are values of MoldovaLink.
    An imported draft has no account until the person claims it.
    """

    __tablename__ = "candidate"
    __table_args__ = (sa.UniqueConstraint("source", "external_id"),)

    id: Mapped[Id]
    account_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("account.id"), unique=True)
    email: Mapped[str | None] = mapped_column(index=True)
    state: Mapped[CandidateState] = mapped_column(default=CandidateState.DRAFT, index=True)
    state_reason: Mapped[str] = mapped_column(default="")
    on_roster_until: Mapped[date | None]
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]

    given_name: Mapped[str] = mapped_column(default="")
    family_name: Mapped[str] = mapped_column(default="")
    birth_year: Mapped[int | None]
    country: Mapped[str] = mapped_column(default="")
    links_to_moldova: Mapped[list[str]] = mapped_column(default=list)
    career_stage: Mapped[CareerStage | None]
    position: Mapped[str] = mapped_column(default="")
    employer: Mapped[str] = mapped_column(default="")
    employed_abroad: Mapped[bool] = mapped_column(default=False)
    years_abroad: Mapped[int | None]
    orcid: Mapped[str | None]
    fields: Mapped[list[str]] = mapped_column(default=list)
    text_language: Mapped[str] = mapped_column(default="")
    interests: Mapped[str] = mapped_column(default="")
    experience: Mapped[str] = mapped_column(default="")

    source: Mapped[str | None]
    external_id: Mapped[str | None]

    degrees: Mapped[list["Degree"]] = relationship(
        cascade="all, delete-orphan", order_by="Degree.year.desc()"
    )
    languages: Mapped[list["SpokenLanguage"]] = relationship(
        cascade="all, delete-orphan", order_by="SpokenLanguage.position"
    )
    availability: Mapped[list["Availability"]] = relationship(
        cascade="all, delete-orphan", order_by="Availability.starts_on"
    )
    publications: Mapped[list["Publication"]] = relationship(
        cascade="all, delete-orphan",
        order_by=lambda: (Publication.highlighted.desc(), Publication.position),
    )
    consents: Mapped[list["Consent"]] = relationship(
        cascade="all, delete-orphan", order_by="Consent.given_at"
    )

    @property
    def full_name(self) -> str:
        """Given name, then family name."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def compared(self) -> bool:
        """Whether this person agreed that a program compares the profile with placements."""
        return any(c.purpose is ConsentPurpose.MATCHING and c.withdrawn_at is None for c in self.consents)


class Degree(Model):
    """A degree and where it was earned."""

    __tablename__ = "degree"

    id: Mapped[Id]
    candidate_id: Mapped[UUID] = mapped_column(sa.ForeignKey("candidate.id"), index=True)
    level: Mapped[DegreeLevel]
    subject: Mapped[str]
    institution: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="")
    year: Mapped[int | None]


class SpokenLanguage(Model):
    """A language at a CEFR level, or `native`."""

    __tablename__ = "spoken_language"
    __table_args__ = (sa.UniqueConstraint("candidate_id", "code"),)

    id: Mapped[Id]
    candidate_id: Mapped[UUID] = mapped_column(sa.ForeignKey("candidate.id"))
    code: Mapped[str]
    level: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)


class Availability(Model):
    """A window in which somebody could come; both days included."""

    __tablename__ = "availability"
    __table_args__ = (sa.CheckConstraint("starts_on <= ends_on", name="in_order"),)

    id: Mapped[Id]
    candidate_id: Mapped[UUID] = mapped_column(sa.ForeignKey("candidate.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]


class Publication(Model):
    """A publication, thesis or project; each is a text of its own for the matcher.

    Those that the person highlighted come first.
    """

    __tablename__ = "publication"

    id: Mapped[Id]
    candidate_id: Mapped[UUID] = mapped_column(sa.ForeignKey("candidate.id"), index=True)
    title: Mapped[str]
    abstract: Mapped[str] = mapped_column(default="")
    year: Mapped[int | None]
    doi: Mapped[str | None]
    language: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)
    highlighted: Mapped[bool] = mapped_column(default=False)


class Document(Model):
    """A file that a candidate sent: a CV, a diploma. Nobody matches it; `key` is where the file is kept."""

    __tablename__ = "document"

    id: Mapped[Id]
    candidate_id: Mapped[UUID] = mapped_column(sa.ForeignKey("candidate.id"), index=True)
    kind: Mapped[DocumentKind]
    name: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    type: Mapped[FileType]
    size: Mapped[int]
    uploaded_at: Mapped[datetime]

    candidate: Mapped[Candidate] = relationship()


class Consent(Model):
    """Somebody agreed to one purpose, on the words of one version; withdrawing is written beside it."""

    __tablename__ = "consent"

    id: Mapped[Id]
    candidate_id: Mapped[UUID] = mapped_column(sa.ForeignKey("candidate.id"), index=True)
    purpose: Mapped[ConsentPurpose]
    text_version: Mapped[str]
    given_at: Mapped[datetime]
    source: Mapped[str]
    withdrawn_at: Mapped[datetime | None]


class Disclosure(Model):
    """An institution may see who a candidate is: since when, until when and why."""

    __tablename__ = "disclosure"
    __table_args__ = (sa.UniqueConstraint("candidate_id", "institution_id"),)

    id: Mapped[Id]
    candidate_id: Mapped[UUID] = mapped_column(sa.ForeignKey("candidate.id"))
    institution_id: Mapped[UUID] = mapped_column(sa.ForeignKey("institution.id"), index=True)
    reason: Mapped[DisclosureReason]
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class HiddenFrom(Model):
    """A candidate hides from an institution: nobody who works there sees or finds them."""

    __tablename__ = "hidden_from"
    __table_args__ = (sa.UniqueConstraint("candidate_id", "institution_id"),)

    id: Mapped[Id]
    candidate_id: Mapped[UUID] = mapped_column(sa.ForeignKey("candidate.id"))
    institution_id: Mapped[UUID] = mapped_column(sa.ForeignKey("institution.id"), index=True)
    since: Mapped[datetime]

    institution: Mapped[Institution] = relationship()
