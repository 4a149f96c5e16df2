from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from diaspora.extensions import db
from diaspora.programmes import rules
from diaspora.programmes.models import Call, CommissionMember, Commitment, EligibilityRule, Programme
from diaspora.programmes.rules import Answer, CallState, CandidateFacts, Rate


@dataclass(frozen=True)
class Reserved:
    """What is reserved of a call: for how many people, and how much in the call's currency."""

    seats: int = 0
    amount: Decimal = Decimal("0.00")


def call(call_id: UUID) -> Call | None:
    """A call by its id, with its programme, rules, rates and commission."""
    return db.session.scalar(
        select(Call)
        .where(Call.id == call_id)
        .options(
            joinedload(Call.programme),
            selectinload(Call.eligibility),
            selectinload(Call.rates),
            selectinload(Call.commission),
        )
    )


def call_by_code(code: str) -> Call | None:
    """A call by its short name."""
    return db.session.scalar(select(Call).where(Call.code == code))


def open_calls(today: date) -> Sequence[Call]:
    """Calls that are open and whose deadline has not passed, with programme, rules and rates."""
    return db.session.scalars(
        select(Call)
        .where(Call.state == CallState.OPEN, Call.deadline >= today)
        .options(joinedload(Call.programme), selectinload(Call.eligibility), selectinload(Call.rates))
        .order_by(Call.deadline, Call.code)
    ).all()


def calls() -> Sequence[Call]:
    """All calls, the last deadline first."""
    return db.session.scalars(select(Call).order_by(Call.deadline.desc(), Call.code)).all()


def programme(programme_id: UUID) -> Programme | None:
    """A programme by its id."""
    return db.session.get(Programme, programme_id)


def programmes() -> Sequence[Programme]:
    """All programmes with their calls, oldest first."""
    return db.session.scalars(
        select(Programme).options(selectinload(Programme.calls)).order_by(Programme.created_at, Programme.id)
    ).all()


def is_chair(account_id: UUID, call_id: UUID) -> bool:
    """Whether this person chairs the commission of this call."""
    return call_id in calls_chaired_by(account_id)


def calls_chaired_by(account_id: UUID) -> list[UUID]:
    """Ids of the calls whose commission this person chairs."""
    return list(
        db.session.scalars(
            select(CommissionMember.call_id).where(
                CommissionMember.account_id == account_id, CommissionMember.chair.is_(True)
            )
        )
    )


def calls_reviewed_by(account_id: UUID) -> list[UUID]:
    """Ids of the calls in whose commission this person sits, as chair or not."""
    return list(
        db.session.scalars(select(CommissionMember.call_id).where(CommissionMember.account_id == account_id))
    )


def reserved(call_ids: Iterable[UUID]) -> dict[UUID, Reserved]:
    """What is reserved of each of these calls, in one query."""
    ids = list(call_ids)
    found = db.session.execute(
        select(Commitment.call_id, func.count(), func.sum(Commitment.amount))
        .where(Commitment.call_id.in_(ids), Commitment.released_at.is_(None))
        .group_by(Commitment.call_id)
    )
    totals = {call_id: Reserved(seats, amount) for call_id, seats, amount in found}
    return {call_id: totals.get(call_id, Reserved()) for call_id in ids}


def committed(call_id: UUID) -> Decimal:
    """How much of the budget is reserved and not released, in the call's currency."""
    return reserved([call_id])[call_id].amount


def commitment_of(pairing_id: UUID) -> Commitment | None:
    """The money that was reserved for a pairing, released or not."""
    return db.session.scalar(select(Commitment).where(Commitment.pairing_id == pairing_id))


def rates_on(call: Call, on: date) -> list[Rate]:
    """The call's rates that hold on a day."""
    return rules.in_force(
        [Rate(row.kind, row.unit, row.amount, row.currency, row.valid_from) for row in call.rates], on
    )


def stay_cost(call: Call, days: int, on: date) -> Decimal:
    """What a stay of so many calendar days can cost at most, in the call's currency, by that day's rates."""
    return rules.stay_cost(rates_on(call, on), days).get(call.currency, Decimal("0.00"))


def eligibility(call: Call, facts: CandidateFacts, on: date) -> list[tuple[EligibilityRule, Answer]]:
    """What each rule of the call says about somebody on a day (the call's deadline, as a rule)."""
    return [(rule, rules.check(rule.kind, rule.value, facts, on)) for rule in call.eligibility]
