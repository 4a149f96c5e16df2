"""Numbers and lists from every room."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from diaspora.assignments.models import Assignment
from diaspora.assignments.rules import AssignmentState
from diaspora.extensions import db
from diaspora.institutions.models import Institution
from diaspora.institutions.rules import InstitutionState
from diaspora.pairings.models import Pairing
from diaspora.pairings.rules import PairingState
from diaspora.placements import queries as placements
from diaspora.placements.models import Placement
from diaspora.platform.access import Actor
from diaspora.profiles.models import Candidate
from diaspora.profiles.policy import visible_to
from diaspora.profiles.rules import CandidateState


@dataclass(frozen=True)
class Figures:
    """What the front page counts."""

    placements: int
    institutions: int
    candidates: int
    stays: int


@dataclass(frozen=True)
class InPlay:
    """One candidature of a placement: whose, where it stands, since when."""

    candidate_id: UUID
    state: PairingState
    since: datetime


_NEVER_BEGAN = [AssignmentState.CANCELLED, AssignmentState.NO_SHOW]


def figures(today: date) -> Figures:
    """True numbers of today."""

    def count(column: Any, *conditions: Any) -> int:
        return db.session.scalar(sa.select(sa.func.count(column)).where(*conditions)) or 0

    return Figures(
        placements=placements.published(placements.Filters(), today).total,
        institutions=count(Institution.id, Institution.state == InstitutionState.VERIFIED),
        candidates=count(Candidate.id, Candidate.state == CandidateState.ON_ROSTER),
        stays=count(Assignment.id, Assignment.state.not_in(_NEVER_BEGAN)),
    )


def closing_soon(today: date, most: int = 4) -> Sequence[Placement]:
    """Open placements whose last day for applications comes first."""
    return placements.published(placements.Filters(), today).rows[:most]


def in_play(placement_ids: Collection[UUID], actor: Actor) -> dict[UUID, list[InPlay]]:
    """Every candidature of these placements that this reader may find, over or not."""
    rows = db.session.execute(
        sa.select(Pairing.placement_id, Pairing.candidate_id, Pairing.state, Pairing.changed_at)
        .join(Pairing.candidate)
        .where(Pairing.placement_id.in_(placement_ids), visible_to(actor))
    )
    found: dict[UUID, list[InPlay]] = defaultdict(list)
    for placement_id, candidate_id, state, changed_at in rows:
        found[placement_id].append(InPlay(candidate_id, state, changed_at))
    return found
