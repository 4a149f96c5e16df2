"""What changes about programmes and calls. Money that is reserved against a call stands at the end."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from diaspora.extensions import db
from diaspora.platform import audit, clock
from diaspora.platform.access import Actor
from diaspora.platform.languages import day, money
from diaspora.platform.refusals import Refused
from diaspora.programmes import policy, queries
from diaspora.programmes.models import (
    AllowanceRate,
    Call,
    CommissionMember,
    Commitment,
    EligibilityRule,
    Programme,
)
from diaspora.programmes.rules import (
    COMMISSION_STATES,
    LIFECYCLE,
    CallAct,
    CallFacts,
    CallKind,
    CallState,
    RateKind,
    RateUnit,
    RuleKind,
)

Rules = Sequence[tuple[RuleKind, dict[str, Any]]]


@dataclass(frozen=True)
class CallEntry:
    """What a call says about itself; the name by language, the lengths in calendar days."""

    name: dict[str, str]
    code: str
    kind: CallKind
    opens_on: date
    deadline: date
    modes: list[str]
    least_days: int
    most_days: int
    seats: int
    budget: Decimal
    currency: str


@dataclass(frozen=True)
class RateEntry:
    """An allowance in the call's currency, per unit, and where it comes from."""

    kind: RateKind
    unit: RateUnit
    amount: Decimal
    source: str
    valid_from: date


def create_programme(
    name: dict[str, str], description: dict[str, str], actor: Actor, now: datetime
) -> Programme:
    """A programme without calls."""
    made = Programme(name=name, description=description, created_at=now)
    db.session.add(made)
    db.session.flush()
    audit.record("programmes.create_programme", actor, now, made)
    return made


def edit_programme(
    programme: Programme, name: dict[str, str], description: dict[str, str], actor: Actor, now: datetime
) -> None:
    """Other words for a programme."""
    programme.name, programme.description = name, description
    db.session.flush()
    audit.record("programmes.edit_programme", actor, now, programme)


def create_call(programme: Programme, entry: CallEntry, rules: Rules, actor: Actor, now: datetime) -> Call:
    """A draft of a call."""
    made = Call(programme=programme, state=LIFECYCLE.initial[0], created_at=now, **vars(entry))
    _set_eligibility(made, rules)
    db.session.add(made)
    db.session.flush()
    audit.record("programmes.create_call", actor, now, made)
    return made


def edit_call(call: Call, entry: CallEntry, rules: Rules, actor: Actor, now: datetime) -> None:
    """Change a draft. Candidates rely on an open call; only its deadline moves, by `extend`."""
    _only_draft(call)
    if call.rates and entry.currency != call.currency:
        raise Refused(_l("Remove the allowance rates first: they are in the other currency."), "currency")
    changed = sorted(part for part, value in vars(entry).items() if getattr(call, part) != value)
    for part in changed:
        setattr(call, part, getattr(entry, part))
    _set_eligibility(call, rules)
    _count_as_changed(call)
    db.session.flush()
    audit.record("programmes.edit_call", actor, now, call, changed=changed)


def set_commission(call: Call, chair: UUID, reviewers: Collection[UUID], actor: Actor, now: datetime) -> None:
    """Who decides about the call; the chair is one of them."""
    if call.state not in COMMISSION_STATES:
        raise Refused(_l("The commission has decided; it cannot be changed any more."))
    wanted = {chair, *reviewers}
    for member in [m for m in call.commission if m.account_id not in wanted]:
        call.commission.remove(member)
    seated = {member.account_id for member in call.commission}
    call.commission += [CommissionMember(account_id=one) for one in sorted(wanted - seated)]
    for member in call.commission:
        member.chair = member.account_id == chair
    _count_as_changed(call)
    db.session.flush()
    members = [str(one) for one in sorted(wanted)]
    audit.record("programmes.set_commission", actor, now, call, chair=str(chair), members=members)


def add_rate(call: Call, entry: RateEntry, actor: Actor, now: datetime) -> AllowanceRate:
    """One more allowance rate for a draft."""
    _only_draft(call)
    if any(rate.kind == entry.kind and rate.valid_from == entry.valid_from for rate in call.rates):
        raise Refused(_l("There is a rate for this allowance from that day. Remove it first."), "valid_from")
    made = AllowanceRate(**vars(entry), currency=call.currency)
    call.rates.append(made)
    _count_as_changed(call)
    db.session.flush()
    values = {key: str(value) for key, value in asdict(entry).items()}
    audit.record("programmes.add_rate", actor, now, call, **values, currency=call.currency)
    return made


def remove_rate(call: Call, rate_id: UUID, actor: Actor, now: datetime) -> None:
    """Take a rate out of a draft; nothing happens where it is gone already."""
    _only_draft(call)
    for rate in [rate for rate in call.rates if rate.id == rate_id]:
        call.rates.remove(rate)
        _count_as_changed(call)
        db.session.flush()
        audit.record(
            "programmes.remove_rate", actor, now, call, kind=rate.kind.value, amount=str(rate.amount)
        )


def act(call: Call, act: CallAct, actor: Actor, now: datetime, reason: str = "") -> None:
    """Do one act of the life-cycle. `extend` has a function of its own: it needs the new deadline."""
    before = call.state
    row = LIFECYCLE.decide(before, act, policy.roles_towards(actor, call.id), facts(call, now), reason)
    call.state = row.target
    call.state_reason = reason.strip()
    _count_as_changed(call)
    db.session.flush()
    audit.record(
        f"programmes.{act.value}", actor, now, call,
        before=before.value, after=row.target.value, reason=reason.strip(),
    )  # fmt: skip


def extend(call: Call, deadline: date, reason: str, actor: Actor, now: datetime) -> None:
    """A later deadline for an open call."""
    if deadline <= call.deadline:
        raise Refused(_l("The new deadline has to be later than the present one."), "deadline")
    if deadline < clock.local_day(now):
        raise Refused(_l("The new deadline has passed already."), "deadline")
    was = call.deadline
    act(call, CallAct.EXTEND, actor, now, reason)
    call.deadline = deadline
    db.session.flush()
    audit.record("programmes.deadline", actor, now, call, was=was.isoformat(), now=deadline.isoformat())


def facts(call: Call, now: datetime) -> CallFacts:
    """What the life-cycle's guards look at."""
    return CallFacts(
        has_dates=call.deadline >= clock.local_day(now),
        has_rules=bool(call.eligibility),
        has_rates=bool(call.rates),
        has_chair=any(member.chair for member in call.commission),
    )


def _only_draft(call: Call) -> None:
    if call.state != CallState.DRAFT:
        raise Refused(_l("The call has been opened: it can be extended, but not changed."))


def _count_as_changed(call: Call) -> None:
    # rules, rates and commission stand in tables of their own: the call's version has to count them too
    flag_modified(call, "state_reason")


def _set_eligibility(call: Call, rules: Rules) -> None:
    # a form shows one rule of a kind: further ones of that kind, from an import, stay as long as it stays
    kinds = {kind for kind, _value in rules}
    seen: set[RuleKind] = set()
    further: list[tuple[RuleKind, dict[str, Any]]] = []
    for old in call.eligibility:
        if old.kind in seen and old.kind in kinds:
            further.append((old.kind, old.value))
        seen.add(old.kind)
    call.eligibility.clear()
    if call.id is not None:
        # old rows go before new ones come: their positions are unique
        db.session.flush()
    call.eligibility = [
        EligibilityRule(kind=kind, value=value, position=position)
        for position, (kind, value) in enumerate([*rules, *further])
    ]


def reserve(call: Call, pairing_id: UUID, days: int, on: date, actor: Actor, now: datetime) -> Commitment:
    """Reserve what a stay of so many days can cost by the rates of that day.

    Reserving again for the same pairing replaces the earlier amount. Refuses when the budget cannot
    bear it. The call's row stays locked until the end of the transaction: two chairs who decide at
    the same moment cannot spend the same money.
    """
    if not queries.rates_on(call, on):
        raise Refused(_l("The call has no allowance rate for %(day)s. Ask an officer.", day=day(on)))
    budget = db.session.scalars(select(Call.budget).where(Call.id == call.id).with_for_update()).one()
    amount = queries.stay_cost(call, days, on)
    found = queries.commitment_of(pairing_id)
    already = found.amount if found and found.released_at is None and found.call_id == call.id else 0
    left = budget - queries.committed(call.id) + already
    if left < amount:
        raise Refused(
            _l(
                "The budget of the call does not suffice: %(needed)s are needed, %(left)s are left.",
                needed=money(amount, call.currency),
                left=money(left, call.currency),
            )
        )
    if found is None:
        found = Commitment(pairing_id=pairing_id)
        db.session.add(found)
    found.call_id, found.amount, found.currency = call.id, amount, call.currency
    found.reserved_at, found.released_at = now, None
    db.session.flush()
    audit.record(
        "programmes.reserve", actor, now, found, amount=str(amount), currency=call.currency, days=days
    )
    return found


def release(pairing_id: UUID, actor: Actor, now: datetime) -> None:
    """Give back what was reserved for a pairing; nothing happens where nothing is reserved."""
    found = queries.commitment_of(pairing_id)
    if found is None or found.released_at is not None:
        return
    found.released_at = now
    db.session.flush()
    audit.record("programmes.release", actor, now, found)
