from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from diaspora.extensions import Id, Model
from diaspora.placements.models import Placement
from diaspora.profiles.models import Candidate


class MatcherRun(Model):
    """One run over all profiles and placements: what ran, on how much, with which result.

    While it runs, `finished_at` is None, and `done` of `total` pairs were explained by `told_at`.
    `lacking` are the words that the glossary lacks (see `matching.lacking.Lacking`), most wanted first.
    """

    __tablename__ = "matcher_run"

    id: Mapped[Id]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    engine: Mapped[str]
    settings: Mapped[dict[str, Any]]
    settings_hash: Mapped[str] = mapped_column(default="")
    corpus_hash: Mapped[str]
    profiles: Mapped[int]
    placements: Mapped[int]
    suggestions: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    told_at: Mapped[datetime | None]
    lacking: Mapped[list[dict[str, Any]]] = mapped_column(default=list)


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


class GlossaryEntry(Model):
    """A term in up to three languages, added to the product's own glossary; at least two are there.

    `source` is the name of the file that it came from; "" where somebody of the staff typed it.
    """

    __tablename__ = "glossary_entry"
    __table_args__ = (sa.UniqueConstraint("en", "ro", "ru"),)

    id: Mapped[Id]
    en: Mapped[str]
    ro: Mapped[str]
    ru: Mapped[str]
    source: Mapped[str] = mapped_column(default="", index=True)
    added_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    added_at: Mapped[datetime]
