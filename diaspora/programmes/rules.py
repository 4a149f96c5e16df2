"""Calls, who is eligible, and what a stay costs."""

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from diaspora.platform.access import Role
from diaspora.platform.lifecycle import Lifecycle, row


class CallKind(enum.StrEnum):
    """One deadline for all, or a sitting each month."""

    COHORT = "cohort"
    ROLLING = "rolling"


class CallState(enum.StrEnum):
    """Where a call stands."""

    DRAFT = "draft"
    OPEN = "open"
    UNDER_REVIEW = "under_review"
    DECIDED = "decided"
    CLOSED = "closed"
    ARCHIVED = "archived"


class CallAct(enum.StrEnum):
    """What can be done about a call."""

    OPEN = "open"
    EXTEND = "extend"
    BEGIN_REVIEW = "begin_review"
    CONCLUDE = "conclude"
    CLOSE = "close"
    ARCHIVE = "archive"


class Mode(enum.StrEnum):
    """Where the work is done."""

    ON_SITE = "on_site"
    ONLINE = "online"
    HYBRID = "hybrid"


class RateKind(enum.StrEnum):
    """What an allowance is for."""

    LIVING_ALLOWANCE = "living_allowance"
    PER_DIEM = "per_diem"
    TRAVEL_CAP = "travel_cap"


class RateUnit(enum.StrEnum):
    """What an allowance is counted by."""

    MONTH = "month"
    DAY = "day"
    TRIP = "trip"


class RuleKind(enum.StrEnum):
    """Eligibility rules that a call can set; the value's meaning stands beside each."""

    AGE = "age"  # {"least": 18, "most": 35}, years completed on the deadline
    DEGREE = "degree"  # {"least": "bachelor"}
    DEGREE_ABROAD = "degree_abroad"  # {}
    LIVES_ABROAD = "lives_abroad"  # {}
    YEARS_ABROAD = "years_abroad"  # {"least": 3}
    EMPLOYED_ABROAD = "employed_abroad"  # {}
    LINK = "link"  # {"any_of": ["citizen", "born_in_moldova"]}
    LANGUAGE = "language"  # {"any_of": ["ro"], "least": "B1"}


class Answer(enum.StrEnum):
    """What a rule says about somebody."""

    MET = "met"
    NOT_MET = "not_met"
    ASK = "ask"


@dataclass(frozen=True)
class CandidateFacts:
    """What eligibility rules look at."""

    birth_year: int | None
    country: str
    links: Sequence[str]
    degrees: Sequence[tuple[str, str]]  # (level, country)
    languages: Sequence[tuple[str, str]]  # (code, level)
    employed_abroad: bool
    years_abroad: int | None


_DEGREES = ["bachelor", "master", "doctorate"]
_LEVELS = ["A1", "A2", "B1", "B2", "C1", "C2", "native"]


def check(kind: RuleKind, value: dict[str, Any], facts: CandidateFacts, on: date) -> Answer:
    """What one rule says about somebody on a day; ASK where the profile cannot tell."""
    match kind:
        case RuleKind.AGE:
            if facts.birth_year is None:
                return Answer.ASK
            # only the year of birth is kept: on the edges the officer has to see a document
            oldest, youngest = on.year - facts.birth_year, on.year - facts.birth_year - 1
            if value["least"] <= youngest and oldest <= value["most"]:
                return Answer.MET
            return Answer.NOT_MET if youngest > value["most"] or oldest < value["least"] else Answer.ASK
        case RuleKind.DEGREE:
            if not facts.degrees:
                return Answer.ASK
            best = max(_DEGREES.index(level) for level, _country in facts.degrees)
            return _yes(best >= _DEGREES.index(value["least"]))
        case RuleKind.DEGREE_ABROAD:
            return _yes(any(country not in {"", "MD"} for _level, country in facts.degrees))
        case RuleKind.LIVES_ABROAD:
            return Answer.ASK if not facts.country else _yes(facts.country != "MD")
        case RuleKind.YEARS_ABROAD:
            return Answer.ASK if facts.years_abroad is None else _yes(facts.years_abroad >= value["least"])
        case RuleKind.EMPLOYED_ABROAD:
            return _yes(facts.employed_abroad)
        case RuleKind.LINK:
            return _yes(bool(set(value["any_of"]) & set(facts.links)))
        case RuleKind.LANGUAGE:
            held = [level for code, level in facts.languages if code in value["any_of"]]
            return _yes(any(_LEVELS.index(level) >= _LEVELS.index(value["least"]) for level in held))


def _yes(met: bool) -> Answer:
    return Answer.MET if met else Answer.NOT_MET


@dataclass(frozen=True)
class Rate:
    """An allowance: so much of a currency per unit, from a day on."""

    kind: RateKind
    unit: RateUnit
    amount: Decimal
    currency: str
    valid_from: date = date.min


def in_force(rates: Iterable[Rate], on: date) -> list[Rate]:
    """Of each kind the rate that holds on a day: the newest that began by then."""
    newest: dict[RateKind, Rate] = {}
    for rate in sorted(rates, key=lambda rate: rate.valid_from):
        if rate.valid_from <= on:
            newest[rate.kind] = rate
    return list(newest.values())


def stay_cost(rates: Sequence[Rate], days: int) -> dict[str, Decimal]:
    """What a stay of so many calendar days can cost at most, by currency.

    Monthly amounts are pro rata by calendar days, a month being 30 of them; travel counts with its cap.
    """
    total: dict[str, Decimal] = {}
    for rate in rates:
        units = {RateUnit.MONTH: Decimal(days) / 30, RateUnit.DAY: Decimal(days), RateUnit.TRIP: Decimal(1)}
        amount = (rate.amount * units[rate.unit]).quantize(Decimal("0.01"), ROUND_HALF_UP)
        total[rate.currency] = total.get(rate.currency, Decimal(0)) + amount
    return total


@dataclass(frozen=True)
class CallFacts:
    """What a call's guards look at."""

    has_dates: bool = True
    has_rules: bool = True
    has_rates: bool = True
    has_chair: bool = True


def missing_to_open(facts: CallFacts) -> list[LazyString]:
    """What a call still needs before it opens: a deadline ahead, eligibility rules, rates and a chair."""
    needed = [
        (facts.has_dates, _l("Set a deadline that has not passed yet.")),
        (facts.has_rules, _l("Say who is eligible.")),
        (facts.has_rates, _l("Add the allowance rates.")),
        (facts.has_chair, _l("Name the chair of the commission.")),
    ]
    return [sentence for there, sentence in needed if not there]


def ready_to_open(facts: CallFacts) -> LazyString | None:
    """A call opens with its dates, eligibility rules, rates and chair."""
    missing = missing_to_open(facts)
    return missing[0] if missing else None


_S = CallState
_A = CallAct

LIFECYCLE = Lifecycle(
    "call",
    [_S.DRAFT],
    [
        row(
            _A.OPEN,
            [_S.DRAFT],
            _S.OPEN,
            [Role.OFFICER],
            ready_to_open,
            effect="placements can be posted to it",
        ),
        row(_A.EXTEND, [_S.OPEN], _S.OPEN, [Role.OFFICER], reason=True, effect="a later deadline"),
        row(
            _A.BEGIN_REVIEW,
            [_S.OPEN],
            _S.UNDER_REVIEW,
            [Role.OFFICER, Role.SYSTEM],
            effect="no more applications",
        ),
        row(_A.CONCLUDE, [_S.UNDER_REVIEW], _S.DECIDED, [Role.OFFICER], effect="waiting list stands"),
        row(_A.CLOSE, [_S.OPEN, _S.DECIDED], _S.CLOSED, [Role.OFFICER], effect="nothing more is offered"),
        row(_A.ARCHIVE, [_S.CLOSED], _S.ARCHIVED, [Role.OFFICER], effect="kept for the record"),
    ],
)

COMMISSION_STATES = frozenset({_S.DRAFT, _S.OPEN, _S.UNDER_REVIEW})
"""While the commission may still be changed: somebody may fall ill in the middle of a review."""

UNITS_OF: dict[RateKind, tuple[RateUnit, ...]] = {
    RateKind.LIVING_ALLOWANCE: (RateUnit.MONTH, RateUnit.DAY),
    RateKind.PER_DIEM: (RateUnit.DAY,),
    RateKind.TRAVEL_CAP: (RateUnit.TRIP,),
}
"""What each allowance can be counted by."""

CURRENCIES = ("MDL", "EUR")
