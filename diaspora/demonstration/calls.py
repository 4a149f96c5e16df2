"""Programmes and calls of the demonstration. Amounts and rules follow what such programmes have published."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from diaspora.extensions import db
from diaspora.programmes.models import AllowanceRate, Call, CommissionMember, EligibilityRule, Programme
from diaspora.programmes.rules import CallKind, CallState, Mode, RateKind, RateUnit, RuleKind

SCIENTISTS = {
    "ro": "Revenirea temporară a oamenilor de știință",
    "ru": "Временное возвращение ученых",
    "en": "Temporary return of scientists",
}
GRADUATES = {
    "ro": "Stagii de șase luni pentru absolvenți",
    "ru": "Шестимесячные стажировки выпускников",
    "en": "Six-month placements for graduates",
}
ABOUT_SCIENTISTS = {
    "ro": "Vizite scurte de lucru la universități, institute și instituții din Moldova, cu transport și diurnă.",
    "ru": "Короткие рабочие визиты в университеты, институты и организации Молдовы; оплачиваются проезд и суточные.",
    "en": "Short working visits to universities, institutes and other hosts in Moldova, with travel and per diem.",
}
ABOUT_GRADUATES = {
    "ro": "Până la șase luni în sectorul public sau privat pentru absolvenți ai universităților de peste hotare.",
    "ru": "До полугода в государственном или частном секторе для выпускников зарубежных университетов.",
    "en": "Up to six months in the public or private sector for graduates of universities abroad.",
}
RATE_SOURCE = "Demonstration figure"


def load(now: datetime, today: date, chair_id: UUID) -> dict[str, Call]:
    """Two open calls and one in every other state; by code."""
    scientists = Programme(name=SCIENTISTS, description=ABOUT_SCIENTISTS, created_at=now)
    graduates = Programme(name=GRADUATES, description=ABOUT_GRADUATES, created_at=now)
    made = [
        _scientists(scientists, now, "scientists-2027", "2027", today - timedelta(90), 330, CallState.OPEN),
        _graduates(graduates, now, "graduates-2027", "2027", today - timedelta(75), 270, CallState.OPEN),
        _scientists(scientists, now, "scientists-2028", "2028", today + timedelta(200), 300, CallState.DRAFT),
        _scientists(
            scientists, now, "scientists-2026", "2026", today - timedelta(300), 60, CallState.UNDER_REVIEW
        ),
        _graduates(graduates, now, "graduates-2026", "2026", today - timedelta(400), 90, CallState.DECIDED),
        _graduates(graduates, now, "graduates-2025", "2025", today - timedelta(760), 90, CallState.CLOSED),
        _scientists(
            scientists, now, "scientists-2025", "2025", today - timedelta(700), 90, CallState.ARCHIVED
        ),
    ]
    for call in made:
        call.commission = [CommissionMember(account_id=chair_id, chair=True)]
    db.session.add_all(made)
    db.session.flush()
    return {call.code: call for call in made}


def _call(
    programme: Programme, now: datetime, code: str, edition: str, opens: date, days: int, state: CallState,
    **values: Any,
) -> Call:  # fmt: skip
    return Call(
        programme=programme,
        code=code,
        name={language: f"{name}, {edition}" for language, name in programme.name.items()},
        state=state,
        opens_on=opens,
        deadline=opens + timedelta(days),
        modes=[mode.value for mode in Mode],
        created_at=now,
        currency="MDL",
        **values,
    )


def _scientists(
    programme: Programme, now: datetime, code: str, edition: str, opens: date, days: int, state: CallState
) -> Call:
    call = _call(
        programme, now, code, edition, opens, days, state,
        kind=CallKind.ROLLING, least_days=5, most_days=60, seats=20, budget=Decimal(900_000),
    )  # fmt: skip
    call.eligibility = _rules(
        (RuleKind.LIVES_ABROAD, {}),
        (RuleKind.LINK, {"any_of": ["citizen", "born_in_moldova"]}),
        (RuleKind.DEGREE, {"least": "bachelor"}),
        (RuleKind.YEARS_ABROAD, {"least": 3}),
        (RuleKind.LANGUAGE, {"any_of": ["ro"], "least": "B1"}),
    )
    call.rates = [
        _rate(RateKind.PER_DIEM, RateUnit.DAY, 900, opens),
        _rate(RateKind.TRAVEL_CAP, RateUnit.TRIP, 12_000, opens),
    ]
    return call


def _graduates(
    programme: Programme, now: datetime, code: str, edition: str, opens: date, days: int, state: CallState
) -> Call:
    call = _call(
        programme, now, code, edition, opens, days, state,
        kind=CallKind.COHORT, least_days=60, most_days=184, seats=12, budget=Decimal(600_000),
    )  # fmt: skip
    call.eligibility = _rules(
        (RuleKind.AGE, {"least": 18, "most": 35}),
        (RuleKind.LINK, {"any_of": ["citizen", "born_in_moldova"]}),
        (RuleKind.DEGREE_ABROAD, {}),
    )
    call.rates = [
        _rate(RateKind.LIVING_ALLOWANCE, RateUnit.MONTH, 3_000, opens),
        _rate(RateKind.TRAVEL_CAP, RateUnit.TRIP, 12_000, opens),
    ]
    return call


def _rules(*rules: tuple[RuleKind, dict[str, Any]]) -> list[EligibilityRule]:
    return [EligibilityRule(kind=kind, value=value, position=n) for n, (kind, value) in enumerate(rules)]


def _rate(kind: RateKind, unit: RateUnit, amount: int, since: date) -> AllowanceRate:
    return AllowanceRate(
        kind=kind, unit=unit, amount=Decimal(amount), currency="MDL", source=RATE_SOURCE, valid_from=since
    )
