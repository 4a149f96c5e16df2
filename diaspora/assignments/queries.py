"""Reads of assignments."""

from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from diaspora.assignments.models import Assignment, Letter
from diaspora.assignments.rules import runs
from diaspora.extensions import db
from diaspora.pairings.models import Pairing
from diaspora.placements.models import Placement
from diaspora.programmes.models import Call

_WHOLE = (
    joinedload(Assignment.pairing).joinedload(Pairing.candidate),
    joinedload(Assignment.pairing).joinedload(Pairing.placement).joinedload(Placement.institution),
    joinedload(Assignment.pairing)
    .joinedload(Pairing.placement)
    .joinedload(Placement.call)
    .joinedload(Call.programme),
    selectinload(Assignment.letters),
)


def assignment(assignment_id: UUID) -> Assignment | None:
    """An assignment with everything that its page shows."""
    return db.session.scalar(select(Assignment).where(Assignment.id == assignment_id).options(*_WHOLE))


def of_pairing(pairing_id: UUID) -> Assignment | None:
    """The assignment that an accepted pairing made."""
    return db.session.scalar(select(Assignment).where(Assignment.pairing_id == pairing_id).options(*_WHOLE))


def letter(letter_id: UUID) -> Letter | None:
    """A letter by its id."""
    return db.session.get(Letter, letter_id)


def last_number(year: int) -> int:
    """The highest number among the letters of a year; 0 before the first."""
    newest = db.session.scalar(select(func.max(Letter.number)).where(Letter.number.like(f"MD-{year}-%")))
    return int(newest.rsplit("-", 1)[1]) if newest else 0


def last_open_day(candidate_id: UUID, today: date) -> date | None:
    """The last day of this candidate's stays that are agreed and not over; None where there is none."""
    stays = db.session.execute(
        select(Assignment.state, Assignment.ends_on)
        .join(Assignment.pairing)
        .where(Pairing.candidate_id == candidate_id)
    )
    return max((ends_on for state, ends_on in stays if runs(state, ends_on, today)), default=None)
