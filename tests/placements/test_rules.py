from datetime import date
from uuid import uuid4

import pytest

from diaspora.placements import rules
from diaspora.placements.rules import CallBounds, Terms, Wanted
from diaspora.programmes.rules import Mode

CALL = CallBounds(least_days=7, most_days=30, deadline=date(2027, 3, 1), modes=["on_site"])
GOOD = Terms(
    language="en",
    title="A map",
    summary="s",
    tasks="t",
    results="r",
    transfer="k",
    beneficiaries="b",
    required_profile="p",
    fields=("4.1",),
    languages=(Wanted("ro", "B2"),),
    starts_on=date(2027, 5, 1),
    ends_on=date(2027, 6, 30),
    length_days=14,
    mode=Mode.ON_SITE,
    district="MD-CU",
    call_id=uuid4(),
    supervisor_name="M",
    supervisor_position="Head",
    supervisor_email="m@example.org",
    counterpart_name="P",
    counterpart_position="Assistant",
    closes_on=date(2027, 2, 1),
)


def wrong(call: CallBounds | None = CALL, **values: object) -> list[str]:
    terms = Terms(**{**{name: getattr(GOOD, name) for name in Terms.__dataclass_fields__}, **values})  # type: ignore[arg-type]
    return [part for part, _sentence in rules.contradictions(terms, call)]


def test_complete_and_consistent_terms_have_no_gap_and_no_contradiction() -> None:
    assert rules.missing(GOOD) == ()
    assert wrong() == []


def test_the_wishes_are_the_only_text_that_may_stay_empty() -> None:
    empty = rules.missing(Terms())
    assert "desired_profile" not in empty
    assert {"title", "tasks", "call_id", "closes_on", "supervisor_email", "counterpart_name"} <= set(empty)


@pytest.mark.parametrize(
    ("values", "parts"),
    [
        ({"ends_on": date(2027, 4, 30)}, ["ends_on"]),
        ({"ends_on": date(2027, 5, 10)}, ["length_days"]),
        ({"closes_on": date(2027, 5, 1), "call": None}, ["closes_on"]),
        ({"closes_on": date(2027, 3, 2)}, ["closes_on"]),
        ({"length_days": 6}, ["length_days"]),
        ({"length_days": 31}, ["length_days"]),
        ({"mode": Mode.ONLINE}, ["mode"]),
    ],
)
def test_days_length_and_mode_fit_each_other_and_the_call(
    values: dict[str, object], parts: list[str]
) -> None:
    assert wrong(**values) == parts  # type: ignore[arg-type]


def test_the_edges_of_a_call_and_of_the_window_are_allowed() -> None:
    assert wrong(length_days=7) == wrong(length_days=30) == wrong(closes_on=CALL.deadline) == []
    assert wrong(ends_on=date(2027, 5, 14)) == []


def test_what_is_empty_contradicts_nothing() -> None:
    assert rules.contradictions(Terms(), CALL) == []


def test_the_supervisors_address_is_no_part_of_the_public_terms() -> None:
    assert "m@example.org" not in str(GOOD.public())
