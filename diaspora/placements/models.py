from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from diaspora.extensions import Id, Model, Versioned
from diaspora.institutions.models import Institution
from diaspora.placements.rules import PlacementState
from diaspora.programmes.models import Call
from diaspora.programmes.rules import Mode


class Placement(Versioned, Model):
    """A post at an institution with its terms of reference; all its texts are in one language.

    `fields` are OECD codes, main one first. The stay is `length_days` long, somewhere between
    `starts_on` and `ends_on`. `terms_version` counts what the public has been able to read.
    `search_text` is what a visitor's words are looked for in: see `search.searchable`.
    """

    __tablename__ = "placement"
    __table_args__ = (
        sa.UniqueConstraint("source", "external_id"),
        sa.CheckConstraint("seats >= 1", name="seats"),
        sa.CheckConstraint("starts_on <= ends_on", name="dates_in_order"),
        sa.CheckConstraint("length_days >= 1", name="length"),
    )

    id: Mapped[Id]
    institution_id: Mapped[UUID] = mapped_column(sa.ForeignKey("institution.id"), index=True)
    call_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("call.id"), index=True)
    state: Mapped[PlacementState] = mapped_column(default=PlacementState.DRAFT, index=True)
    state_reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    terms_version: Mapped[int] = mapped_column(default=0)
    invented: Mapped[bool] = mapped_column(default=False)

    language: Mapped[str] = mapped_column(default="")
    title: Mapped[str] = mapped_column(default="")
    summary: Mapped[str] = mapped_column(default="")
    tasks: Mapped[str] = mapped_column(default="")
    results: Mapped[str] = mapped_column(default="")
    transfer: Mapped[str] = mapped_column(default="")
    beneficiaries: Mapped[str] = mapped_column(default="")
    required_profile: Mapped[str] = mapped_column(default="")
    desired_profile: Mapped[str] = mapped_column(default="")

    fields: Mapped[list[str]] = mapped_column(default=list)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    length_days: Mapped[int | None]
    mode: Mapped[Mode | None]
    seats: Mapped[int] = mapped_column(default=1)
    district: Mapped[str] = mapped_column(default="")
    supervisor_name: Mapped[str] = mapped_column(default="")
    supervisor_position: Mapped[str] = mapped_column(default="")
    supervisor_email: Mapped[str] = mapped_column(default="")
    counterpart_name: Mapped[str] = mapped_column(default="")
    counterpart_position: Mapped[str] = mapped_column(default="")
    closes_on: Mapped[date | None]

    source: Mapped[str | None]
    external_id: Mapped[str | None]
    search_text: Mapped[str] = mapped_column(default="")

    institution: Mapped[Institution] = relationship()
    call: Mapped[Call | None] = relationship()
    languages: Mapped[list["WantedLanguage"]] = relationship(
        cascade="all, delete-orphan", order_by="WantedLanguage.position"
    )
    versions: Mapped[list["TermsVersion"]] = relationship(
        cascade="all, delete-orphan", order_by="TermsVersion.number"
    )


class WantedLanguage(Model):
    """A language that the work needs or would gain from, with the least CEFR level."""

    __tablename__ = "wanted_language"
    __table_args__ = (sa.UniqueConstraint("placement_id", "code"),)

    id: Mapped[Id]
    placement_id: Mapped[UUID] = mapped_column(sa.ForeignKey("placement.id"))
    code: Mapped[str]
    level: Mapped[str]
    required: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)


class TermsVersion(Model):
    """The terms of reference as the public could read them from a moment on."""

    __tablename__ = "terms_version"
    __table_args__ = (sa.UniqueConstraint("placement_id", "number"),)

    id: Mapped[Id]
    placement_id: Mapped[UUID] = mapped_column(sa.ForeignKey("placement.id"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    since: Mapped[datetime]
