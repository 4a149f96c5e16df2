"""Numbers and lists from every room."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from diaspora.extensions import db
from diaspora.institutions.models import Institution
from diaspora.institutions.rules import InstitutionState
from diaspora.pairings.models import Pairing
from diaspora.pairings.rules import PairingState
from diaspora.placements import queries as placements
from diaspora.placements.models import Placement
from diaspora.placements.rules import PlacementState
from diaspora.platform.access import Actor, Permission
from diaspora.profiles.models import Candidate
from diaspora.profiles.rules import CandidateState
from diaspora.programmes import queries as programmes


@dataclass(frozen=True)
class Figures:
    """What the front page counts."""

    placements: int
    institutions: int
    candidates: int


@dataclass(frozen=True)
class Waiting:
    """One line of the work list: what waits, how many, since when, and where to go."""

    kind: str
    count: int
    since: datetime
    endpoint: str
    arguments: dict[str, Any]


def figures(today: date) -> Figures:
    """True numbers of today."""

    def count(column: Any, *conditions: Any) -> int:
        return db.session.scalar(sa.select(sa.func.count(column)).where(*conditions)) or 0

    return Figures(
        placements=placements.published(placements.Filters(), today).total,
        institutions=count(Institution.id, Institution.state == InstitutionState.VERIFIED),
        candidates=count(Candidate.id, Candidate.state == CandidateState.ON_ROSTER),
    )


def closing_soon(today: date, most: int = 4) -> Sequence[Placement]:
    """Open placements whose last day for applications comes first."""
    return placements.published(placements.Filters(), today).rows[:most]


def to_nominate(placement_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many candidatures of each of these placements wait for the institution's nomination."""
    rows = db.session.execute(
        sa.select(Pairing.placement_id, sa.func.count(Pairing.id))
        .where(Pairing.placement_id.in_(placement_ids), Pairing.state == PairingState.ELIGIBLE)
        .group_by(Pairing.placement_id)
    )
    return {placement_id: number for placement_id, number in rows}  # noqa: C416 - typed pairs for mypy


def work_list(actor: Actor) -> list[Waiting]:
    """What waits for this member of staff, longest first; nothing of a kind that they cannot act on."""
    found: list[Waiting] = []
    if actor.may(Permission.ADMIT_CANDIDATES):
        found += _by_state(Candidate, Candidate.created_at, _CANDIDATES, "profiles.staff_index")
    if actor.may(Permission.VERIFY_INSTITUTIONS):
        found += _by_state(Institution, Institution.created_at, _INSTITUTIONS, "institutions.staff_index")
    if actor.may(Permission.MODERATE_PLACEMENTS):
        found += _by_state(Placement, Placement.created_at, _PLACEMENTS, "placements.staff_index")
    if actor.may(Permission.RUN_CALLS):
        found += _by_state(Pairing, Pairing.changed_at, _FOR_OFFICERS, "pairings.staff_index")
    chaired = programmes.calls_chaired_by(actor.account_id) if actor.account_id else []
    if chaired:
        theirs = Pairing.placement_id.in_(sa.select(Placement.id).where(Placement.call_id.in_(chaired)))
        found += _by_state(Pairing, Pairing.changed_at, _FOR_CHAIRS, "pairings.staff_index", theirs)
    return sorted(found, key=lambda waiting: waiting.since)


_CANDIDATES = [CandidateState.SUBMITTED]
_INSTITUTIONS = [InstitutionState.REGISTERED]
_PLACEMENTS = [PlacementState.SUBMITTED]
_FOR_OFFICERS = [
    PairingState.INTERESTED,
    PairingState.APPLIED,
    PairingState.APPEALED,
    PairingState.NOMINATED,
    PairingState.APPROVED,
    PairingState.APPROVED_CONDITIONALLY,
]
_FOR_CHAIRS = [PairingState.IN_REVIEW]


def _by_state(
    model: Any, since: Any, states: Sequence[Any], endpoint: str, *conditions: Any
) -> list[Waiting]:
    rows = db.session.execute(
        sa.select(model.state, sa.func.count(model.id), sa.func.min(since))
        .where(model.state.in_(states), *conditions)
        .group_by(model.state)
    )
    return [
        Waiting(f"{model.__tablename__}.{state.value}", count, oldest, endpoint, {"state": state.value})
        for state, count, oldest in rows
    ]
