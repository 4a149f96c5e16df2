from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diaspora.programmes.rules import (
    Answer,
    CandidateFacts,
    Rate,
    RateKind,
    RateUnit,
    RuleKind,
    check,
    in_force,
    stay_cost,
)

ON = date(2027, 3, 1)
FACTS = CandidateFacts(
    birth_year=1990,
    country="FR",
    links=["born_in_moldova"],
    degrees=[("bachelor", "MD"), ("master", "FR")],
    languages=[("ro", "B2"), ("en", "native")],
    employed_abroad=True,
    years_abroad=3,
)


@pytest.mark.parametrize(
    ("birth_year", "answer"),
    [
        # on a day of 2027 somebody born in 1991 is 35 or 36, in 1992 34 or 35
        (1990, Answer.NOT_MET),
        (1991, Answer.ASK),
        (1992, Answer.MET),
        (2008, Answer.MET),
        (2009, Answer.ASK),
        (2010, Answer.NOT_MET),
        (None, Answer.ASK),
    ],
)
def test_on_the_edges_of_age_an_officer_has_to_ask(birth_year: int | None, answer: Answer) -> None:
    facts = replace(FACTS, birth_year=birth_year)
    assert check(RuleKind.AGE, {"least": 18, "most": 35}, facts, ON) is answer


@given(st.integers(16, 60), st.integers(0, 40), st.dates(date(1950, 1, 1), date(2010, 12, 31)))
def test_the_answer_about_age_never_contradicts_the_birthday(least: int, span: int, born: date) -> None:
    age = ON.year - born.year - ((ON.month, ON.day) < (born.month, born.day))
    truly = least <= age <= least + span
    answer = check(
        RuleKind.AGE, {"least": least, "most": least + span}, replace(FACTS, birth_year=born.year), ON
    )
    assert answer in {Answer.ASK, Answer.MET if truly else Answer.NOT_MET}


CASES: list[tuple[RuleKind, dict[str, Any], dict[str, Any], Answer]] = [
    (RuleKind.DEGREE, {"least": "master"}, {}, Answer.MET),
    (RuleKind.DEGREE, {"least": "doctorate"}, {}, Answer.NOT_MET),
    (RuleKind.DEGREE, {"least": "bachelor"}, {"degrees": []}, Answer.ASK),
    (RuleKind.DEGREE_ABROAD, {}, {}, Answer.MET),
    (RuleKind.DEGREE_ABROAD, {}, {"degrees": [("doctorate", "MD")]}, Answer.NOT_MET),
    (RuleKind.LIVES_ABROAD, {}, {}, Answer.MET),
    (RuleKind.LIVES_ABROAD, {}, {"country": "MD"}, Answer.NOT_MET),
    (RuleKind.LIVES_ABROAD, {}, {"country": ""}, Answer.ASK),
    (RuleKind.YEARS_ABROAD, {"least": 3}, {}, Answer.MET),
    (RuleKind.YEARS_ABROAD, {"least": 4}, {}, Answer.NOT_MET),
    (RuleKind.YEARS_ABROAD, {"least": 1}, {"years_abroad": None}, Answer.ASK),
    (RuleKind.EMPLOYED_ABROAD, {}, {}, Answer.MET),
    (RuleKind.EMPLOYED_ABROAD, {}, {"employed_abroad": False}, Answer.NOT_MET),
    (RuleKind.LINK, {"any_of": ["citizen", "born_in_moldova"]}, {}, Answer.MET),
    (RuleKind.LINK, {"any_of": ["citizen"]}, {}, Answer.NOT_MET),
    (RuleKind.LANGUAGE, {"any_of": ["ro"], "least": "B1"}, {}, Answer.MET),
    (RuleKind.LANGUAGE, {"any_of": ["ro"], "least": "B2"}, {}, Answer.MET),
    (RuleKind.LANGUAGE, {"any_of": ["ro"], "least": "C1"}, {}, Answer.NOT_MET),
    (RuleKind.LANGUAGE, {"any_of": ["ro", "en"], "least": "C2"}, {}, Answer.MET),
    (RuleKind.LANGUAGE, {"any_of": ["ru"], "least": "A1"}, {}, Answer.NOT_MET),
]


@pytest.mark.parametrize(("kind", "value", "facts", "answer"), CASES)
def test_each_rule_says_what_the_profile_tells(
    kind: RuleKind, value: dict[str, Any], facts: dict[str, Any], answer: Answer
) -> None:
    assert check(kind, value, replace(FACTS, **facts), ON) is answer


def test_every_kind_of_rule_is_among_the_cases() -> None:
    assert {case[0] for case in CASES} | {RuleKind.AGE} == set(RuleKind)


amounts = st.decimals(Decimal("0.01"), Decimal("100000"), places=2)
rates = st.lists(
    st.builds(
        Rate, st.sampled_from(RateKind), st.sampled_from(RateUnit), amounts, st.sampled_from(["MDL", "EUR"])
    ),
    max_size=6,
)
stays = st.integers(1, 366)


@given(rates, stays, st.integers(0, 100))
def test_a_longer_stay_never_costs_less(some: list[Rate], days: int, more: int) -> None:
    shorter, longer = stay_cost(some, days), stay_cost(some, days + more)
    assert all(longer[currency] >= shorter[currency] for currency in shorter)


@given(rates, stays)
def test_currencies_are_never_mixed(some: list[Rate], days: int) -> None:
    together = stay_cost(some, days)
    assert set(together) == {rate.currency for rate in some}
    for currency in together:
        assert stay_cost([rate for rate in some if rate.currency == currency], days) == {
            currency: together[currency]
        }


@given(amounts, stays)
def test_a_month_is_thirty_days_pro_rata(amount: Decimal, days: int) -> None:
    rate = Rate(RateKind.LIVING_ALLOWANCE, RateUnit.MONTH, amount, "MDL")
    cost = stay_cost([rate], days)["MDL"]
    assert abs(cost - amount * days / 30) <= Decimal("0.005")
    assert cost == cost.quantize(Decimal("0.01"))
    assert stay_cost([rate], 30) == {"MDL": amount}


@given(amounts, stays)
def test_a_trip_costs_the_same_for_any_length(amount: Decimal, days: int) -> None:
    assert stay_cost([Rate(RateKind.TRAVEL_CAP, RateUnit.TRIP, amount, "EUR")], days) == {"EUR": amount}


def test_two_weeks_of_a_six_month_allowance() -> None:
    paid = [
        Rate(RateKind.LIVING_ALLOWANCE, RateUnit.MONTH, Decimal("3000"), "MDL"),
        Rate(RateKind.PER_DIEM, RateUnit.DAY, Decimal("120.50"), "MDL"),
        Rate(RateKind.TRAVEL_CAP, RateUnit.TRIP, Decimal("400"), "EUR"),
    ]
    assert stay_cost(paid, 14) == {"MDL": Decimal("3087.00"), "EUR": Decimal("400.00")}


def test_of_each_allowance_the_newest_rate_that_has_begun_counts() -> None:
    old = Rate(RateKind.PER_DIEM, RateUnit.DAY, Decimal("100"), "MDL", date(2026, 1, 1))
    new = replace(old, amount=Decimal("120"), valid_from=date(2027, 1, 1))
    travel = Rate(RateKind.TRAVEL_CAP, RateUnit.TRIP, Decimal("400"), "MDL", date(2026, 6, 1))
    for given_rates in ([old, new, travel], [travel, new, old]):
        assert in_force(given_rates, date(2025, 12, 31)) == []
        assert in_force(given_rates, date(2026, 12, 31)) == [old, travel]
        assert set(in_force(given_rates, date(2027, 1, 1))) == {new, travel}
        assert set(in_force(given_rates, date(2027, 1, 1) + timedelta(days=900))) == {new, travel}
