"""Reads of pairings."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload, selectinload

from diaspora.extensions import db
from diaspora.institutions.models import Membership
from diaspora.pairings import policy
from diaspora.pairings.models import ConflictOfInterest, Pairing, PairingStep
from diaspora.pairings.rules import OPEN_STATES, SEAT_STATES, SILENT_STATES, PairingAct, PairingState
from diaspora.placements.models import Placement
from diaspora.platform.access import Actor
from diaspora.platform.folding import beginnings
from diaspora.platform.paging import Page, paged
from diaspora.platform.staff_lists import Asked
from diaspora.platform.words import having_words
from diaspora.profiles.models import Candidate
from diaspora.profiles.policy import visible_to
from diaspora.profiles.queries import EVERYTHING
from diaspora.profiles.rules import HIDDEN_STATES
from diaspora.programmes.models import Call

_WITH_PLACEMENT = (
    joinedload(Pairing.placement).joinedload(Placement.institution),
    joinedload(Pairing.placement).joinedload(Placement.call).joinedload(Call.programme),
)
_PERSON = joinedload(Pairing.candidate).options(*EVERYTHING)


def pairing(pairing_id: UUID, actor: Actor) -> Pairing | None:
    """A pairing with its candidate, placement, institution, call and steps.

    One whose candidate hides from this reader is not found, as one that never was.
    """
    return db.session.scalar(
        select(Pairing)
        .join(Pairing.candidate)
        .where(Pairing.id == pairing_id, visible_to(actor))
        .options(*_WITH_PLACEMENT, _PERSON, selectinload(Pairing.steps))
    )


def of_candidate(candidate_id: UUID) -> Sequence[Pairing]:
    """Everything that this candidate knows of, newest change first; silent shortlists are left out."""
    rows = db.session.scalars(
        select(Pairing)
        .where(Pairing.candidate_id == candidate_id, Pairing.state.not_in(SILENT_STATES))
        .options(*_WITH_PLACEMENT, selectinload(Pairing.steps))
        .order_by(Pairing.changed_at.desc())
    )
    return [row for row in rows if policy.known_to_candidate(row)]


def of_placement(placement_id: UUID, actor: Actor) -> Sequence[Pairing]:
    """The pairings of a placement that this reader may find, open ones first, in the order of arrival."""
    return db.session.scalars(
        select(Pairing)
        .join(Pairing.candidate)
        .where(Pairing.placement_id == placement_id, visible_to(actor))
        .options(*_WITH_PLACEMENT, _PERSON)
        .order_by(Pairing.closed_at.is_not(None), Pairing.created_at)
    ).all()


def open_between(candidate_id: UUID, placement_id: UUID, besides: UUID | None = None) -> Pairing | None:
    """The pairing of these two that is not over, but for one, if there is one."""
    return db.session.scalar(
        select(Pairing).where(
            Pairing.candidate_id == candidate_id,
            Pairing.placement_id == placement_id,
            Pairing.closed_at.is_(None),
            sa.true() if besides is None else Pairing.id != besides,
        )
    )


def was_invited(pairing: Pairing) -> bool:
    """Whether this candidate was invited to this placement already, in a pairing that is over."""
    query = (
        select(PairingStep.id)
        .join(PairingStep.pairing)
        .where(
            Pairing.candidate_id == pairing.candidate_id,
            Pairing.placement_id == pairing.placement_id,
            Pairing.id != pairing.id,
            PairingStep.act == PairingAct.INVITE,
        )
    )
    return db.session.scalar(query.limit(1)) is not None


def last_rank(pairing: Pairing, nominated: bool) -> int:
    """The last rank given so far: among the placement's nominated, or on the call's waiting list."""
    query = select(func.max(Pairing.rank)).where(Pairing.id != pairing.id)
    if nominated:
        query = query.where(Pairing.placement_id == pairing.placement_id)
    else:
        query = query.join(Placement, Placement.id == Pairing.placement_id).where(
            Placement.call_id == pairing.placement.call_id, Pairing.state == PairingState.WAITLISTED
        )
    return db.session.scalar(query) or 0


def open_of_candidate(candidate_id: UUID) -> Sequence[Pairing]:
    """Pairings of a candidate that are not over."""
    return db.session.scalars(
        select(Pairing).where(Pairing.candidate_id == candidate_id, Pairing.state.in_(OPEN_STATES))
    ).all()


def with_institution(candidate_id: UUID, institution_id: UUID, today: date) -> Sequence[Pairing]:
    """What is open between these two, and the stays that are still to come or under way."""
    stays = sa.and_(Pairing.state == PairingState.ACCEPTED, Pairing.ends_on >= today)
    return db.session.scalars(
        select(Pairing)
        .join(Pairing.placement)
        .where(
            Pairing.candidate_id == candidate_id,
            Placement.institution_id == institution_id,
            sa.or_(Pairing.state.in_(OPEN_STATES), stays),
        )
        .options(*_WITH_PLACEMENT, selectinload(Pairing.steps))
        .order_by(Pairing.created_at, Pairing.id)
    ).all()


def open_of_placement(placement_id: UUID) -> Sequence[Pairing]:
    """Pairings of a placement that are not over."""
    return db.session.scalars(
        select(Pairing).where(Pairing.placement_id == placement_id, Pairing.state.in_(OPEN_STATES))
    ).all()


def open_of_institution(institution_id: UUID) -> Sequence[Pairing]:
    """Pairings with any post of an institution that are not over."""
    return db.session.scalars(
        select(Pairing)
        .join(Pairing.placement)
        .where(Placement.institution_id == institution_id, Pairing.state.in_(OPEN_STATES))
        .order_by(Pairing.created_at, Pairing.id)
    ).all()


def in_contact(institution_id: UUID) -> Sequence[Pairing]:
    """One pairing of each candidate whom an institution ever invited or who applied there.

    Of somebody's several, the one with the stay that ends last, if there is a stay.
    """
    rows = db.session.scalars(
        select(Pairing)
        .join(Pairing.placement)
        .where(Placement.institution_id == institution_id)
        .options(joinedload(Pairing.candidate), selectinload(Pairing.steps))
        .order_by(Pairing.ends_on.asc().nulls_first(), Pairing.created_at)
    )
    known = [row for row in rows if policy.known_to_candidate(row)]
    return list({row.candidate_id: row for row in known}.values())


def seats_taken(pairing: Pairing) -> tuple[int, int]:
    """How many other pairings hold a seat: in this placement, and in the whole call."""
    others = select(func.count(), func.sum(case((Pairing.placement_id == pairing.placement_id, 1), else_=0)))
    total, here = db.session.execute(
        others.select_from(Pairing)
        .join(Placement, Placement.id == Pairing.placement_id)
        .where(
            Placement.call_id == pairing.placement.call_id,
            Pairing.state.in_(SEAT_STATES),
            Pairing.id != pairing.id,
        )
    ).one()
    return int(here or 0), int(total)


def accepted_stays(candidate_id: UUID, besides: UUID | None = None) -> list[tuple[date, date]]:
    """First and last days of the stays that a candidate accepted, but for one pairing."""
    rows = db.session.execute(
        select(Pairing.starts_on, Pairing.ends_on).where(
            Pairing.candidate_id == candidate_id,
            Pairing.state == PairingState.ACCEPTED,
            sa.true() if besides is None else Pairing.id != besides,
        )
    )
    return [(first, last) for first, last in rows if first is not None and last is not None]


def has_conflict(pairing_id: UUID, account_id: UUID) -> bool:
    """Whether this person declared that they must not decide here."""
    return (
        db.session.scalar(
            select(ConflictOfInterest.id).where(
                ConflictOfInterest.pairing_id == pairing_id, ConflictOfInterest.account_id == account_id
            )
        )
        is not None
    )


def conflicts_of(actor: Actor) -> sa.ColumnElement[bool]:
    """A condition on pairings: those about which this person must not decide.

    They declared a conflict of interest, or work for the institution of the placement.
    """
    declared = select(ConflictOfInterest.id).where(
        ConflictOfInterest.pairing_id == Pairing.id, ConflictOfInterest.account_id == actor.account_id
    )
    works_there = select(Membership.id).where(
        Membership.institution_id == Placement.institution_id,
        Membership.account_id == actor.account_id,
        Membership.ended_at.is_(None),
        Placement.id == Pairing.placement_id,
    )
    return sa.or_(declared.exists(), works_there.exists())


def stale_offers(today: date) -> Sequence[Pairing]:
    """Offers whose last day is over."""
    return db.session.scalars(
        select(Pairing)
        .where(Pairing.state == PairingState.OFFERED, Pairing.offered_until < today)
        .options(*_WITH_PLACEMENT, joinedload(Pairing.candidate))
    ).all()


def lock(pairing: Pairing) -> None:
    """Let two decisions about the same call, or the same person, come one after the other.

    SQLite has one writer anyhow; on PostgreSQL the rows are locked until the transaction ends.
    """
    db.session.execute(select(Call.id).where(Call.id == pairing.placement.call_id).with_for_update())
    db.session.execute(select(Candidate.id).where(Candidate.id == pairing.candidate_id).with_for_update())


def candidates(ids: Collection[UUID]) -> dict[UUID, Candidate]:
    """These candidates with everything that belongs to their profiles."""
    rows = db.session.scalars(select(Candidate).where(Candidate.id.in_(ids)).options(*EVERYTHING))
    return {row.id: row for row in rows}


def calls_in_play(calls: Collection[UUID] | None) -> Sequence[Call]:
    """Calls in which there is a pairing; `calls` limits them to those, if given."""
    query = (
        select(Call)
        .where(Call.id.in_(select(Placement.call_id).join(Pairing, Pairing.placement_id == Placement.id)))
        .order_by(Call.deadline, Call.code)
    )
    return db.session.scalars(query if calls is None else query.where(Call.id.in_(calls))).all()


STAFF_ORDERS: dict[str, Any] = {"since": Pairing.changed_at, "score": Pairing.score}
"""What the board can be sorted by."""


def board(
    states: Collection[PairingState], calls: Collection[UUID] | None, asked: Asked, actor: Actor
) -> Page[Pairing]:
    """A page of pairings for staff: in these states, as asked; `calls` limits it to those, if given."""
    query = (
        select(Pairing)
        .join(Pairing.placement)
        .join(Pairing.candidate)
        .where(Pairing.state.in_(states), visible_to(actor))
        .options(*_WITH_PLACEMENT, joinedload(Pairing.candidate))
        .order_by(asked.order(STAFF_ORDERS), Pairing.id)
    )
    if asked.chosen["call"]:
        query = query.where(Placement.call_id == UUID(asked.chosen["call"]))
    if calls is not None:
        query = query.where(Placement.call_id.in_(calls))
    sought = beginnings(asked.words)
    if sought:
        titled = [Placement.search_text.contains(f" {word}") for word in sought]
        query = query.where(sa.or_(sa.and_(*titled), Pairing.candidate_id.in_(_named(asked.words, states))))
    return paged(query, asked.page)


def _named(words: str, states: Collection[PairingState]) -> set[UUID]:
    """Candidates in play whose names hold these words; nobody is found who asked for erasure."""
    rows = db.session.execute(
        select(Candidate.id, Candidate.given_name, Candidate.family_name)
        .join(Pairing, Pairing.candidate_id == Candidate.id)
        .where(Pairing.state.in_(states), Candidate.state.not_in(HIDDEN_STATES))
    )
    return having_words(words, ((row.id, f"{row.given_name} {row.family_name}") for row in rows))


def staff_chosen(ids: Collection[UUID]) -> Sequence[Pairing]:
    """These pairings, in the order of the board."""
    return db.session.scalars(
        select(Pairing)
        .where(Pairing.id.in_(ids))
        .options(*_WITH_PLACEMENT, _PERSON, selectinload(Pairing.steps))
        .order_by(Pairing.changed_at, Pairing.id)
    ).all()


def counts(call_id: UUID | None, calls: Collection[UUID] | None, actor: Actor) -> dict[PairingState, int]:
    """How many pairings stand in each state, for the same limits."""
    query = (
        select(Pairing.state, func.count())
        .join(Placement, Placement.id == Pairing.placement_id)
        .join(Pairing.candidate)
        .where(visible_to(actor))
        .group_by(Pairing.state)
    )
    if call_id is not None:
        query = query.where(Placement.call_id == call_id)
    if calls is not None:
        query = query.where(Placement.call_id.in_(calls))
    # to mypy, rows are not the pairs of which dict() would be made
    return {state: number for state, number in db.session.execute(query)}  # noqa: C416


def approvals() -> Sequence[sa.Row[Any]]:
    """Every pairing that was ever approved, by the day of its approval, with what the matcher had said.

    Columns: at, rank_for_candidate, rank_for_placement, fields and language of the placement, the candidate's
    language of writing. Left out is what was decided before the matcher's lists were kept.
    """
    approved = (PairingAct.APPROVE, PairingAct.APPROVE_CONDITIONALLY)
    first = func.min(PairingStep.at).label("at")
    when = (
        select(PairingStep.pairing_id, first)
        .where(PairingStep.act.in_(approved))
        .group_by(PairingStep.pairing_id)
        .subquery()
    )
    return db.session.execute(
        select(
            when.c.at,
            Pairing.rank_for_candidate,
            Pairing.rank_for_placement,
            Placement.fields,
            Placement.language,
            Candidate.text_language,
        )
        .join(when, when.c.pairing_id == Pairing.id)
        .join(Placement, Placement.id == Pairing.placement_id)
        .join(Candidate, Candidate.id == Pairing.candidate_id)
        .where(Pairing.ranked_at.is_not(None))
        .order_by(when.c.at, Pairing.id)
    ).all()
