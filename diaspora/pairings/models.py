from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from diaspora.extensions import Id, Model, Versioned
from diaspora.pairings.rules import Origin, PairingAct, PairingState
from diaspora.placements.models import Placement
from diaspora.platform.access import Role
from diaspora.profiles.models import Candidate


class Pairing(Versioned, Model):
    """One candidate and one placement.

    `score` and `card` hold the match as it was at `card_at`: when they applied, were nominated, or when the
    commission decided. The ranks are the places in the matcher's two lists at `ranked_at`, the last of these
    moments; None where the pair did not stand in that list.
    `terms_version` is the version of the terms of reference that the candidate saw.
    A candidate has at most one pairing with a placement that is not over.
    """

    __tablename__ = "pairing"
    __table_args__ = (
        sa.Index(
            "uq_pairing_one_open",
            "candidate_id",
            "placement_id",
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    candidate_id: Mapped[UUID] = mapped_column(sa.ForeignKey("candidate.id"), index=True)
    placement_id: Mapped[UUID] = mapped_column(sa.ForeignKey("placement.id"), index=True)
    terms_version: Mapped[int]
    origin: Mapped[Origin]
    state: Mapped[PairingState] = mapped_column(index=True)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    motivation: Mapped[str] = mapped_column(default="")
    rank: Mapped[int | None]
    conditions: Mapped[str] = mapped_column(default="")
    conditions_met_at: Mapped[datetime | None]
    eligible_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    offered_until: Mapped[date | None]
    score: Mapped[float | None]
    card: Mapped[dict[str, Any]] = mapped_column(default=dict)
    card_at: Mapped[datetime | None]
    ranked_at: Mapped[datetime | None]
    rank_for_candidate: Mapped[int | None]
    rank_for_placement: Mapped[int | None]

    candidate: Mapped[Candidate] = relationship()
    placement: Mapped[Placement] = relationship()
    steps: Mapped[list["PairingStep"]] = relationship(
        cascade="all, delete-orphan", order_by="PairingStep.number", back_populates="pairing"
    )


class PairingStep(Model):
    """One act on a pairing as its time line shows it."""

    __tablename__ = "pairing_step"
    __table_args__ = (sa.UniqueConstraint("pairing_id", "number"),)

    id: Mapped[Id]
    pairing_id: Mapped[UUID] = mapped_column(sa.ForeignKey("pairing.id"))
    number: Mapped[int]
    act: Mapped[PairingAct]
    state: Mapped[PairingState]
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    role: Mapped[Role]
    reason: Mapped[str] = mapped_column(default="")

    pairing: Mapped[Pairing] = relationship(back_populates="steps")


class ConflictOfInterest(Model):
    """Somebody declared that they must not decide about a pairing."""

    __tablename__ = "conflict_of_interest"
    __table_args__ = (sa.UniqueConstraint("pairing_id", "account_id"),)

    id: Mapped[Id]
    pairing_id: Mapped[UUID] = mapped_column(sa.ForeignKey("pairing.id"))
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"))
    declared_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="")
