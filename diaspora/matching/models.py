from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from diaspora.extensions import Id, Model
from diaspora.placements.models import Placement
from diaspora.profiles.models import Candidate


class MatcherRun(Model):
    """One run over all profiles and placements: what ran, on how much, with which result."""

    __tablename__ = "matcher_run"

    id: Mapped[Id]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    engine: Mapped[str]
    settings: Mapped[dict[str, Any]]
    corpus_hash: Mapped[str]
    profiles: Mapped[int]
    placements: Mapped[int]
    suggestions: Mapped[int]


class Suggestion(Model):
    """A candidate and a placement that fit, with the reasons as they were computed.

    `rank_for_candidate` and `rank_for_placement` count from 1; None where the pair is not among the
    best of that side. `reasons` holds what the match card shows (see `matching.reasons.Reasons`).
    """

    __tablename__ = "suggestion"
    __table_args__ = (sa.UniqueConstraint("candidate_id", "placement_id"),)

    id: Mapped[Id]
    run_id: Mapped[UUID] = mapped_column(sa.ForeignKey("matcher_run.id"), index=True)
    candidate_id: Mapped[UUID] = mapped_column(sa.ForeignKey("candidate.id"))
    placement_id: Mapped[UUID] = mapped_column(sa.ForeignKey("placement.id"), index=True)
    score: Mapped[float] = mapped_column(index=True)
    rank_for_candidate: Mapped[int | None]
    rank_for_placement: Mapped[int | None]
    reasons: Mapped[dict[str, Any]]

    run: Mapped[MatcherRun] = relationship()
    candidate: Mapped[Candidate] = relationship()
    placement: Mapped[Placement] = relationship()
