from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from diaspora.extensions import db
from diaspora.platform.access import Actor, Role
from diaspora.platform.audit import AuditEvent
from diaspora.platform.languages import speaking
from diaspora.platform.refusals import Refused
from diaspora.programmes import policy, queries, services
from diaspora.programmes.models import AllowanceRate, Call, Commitment, EligibilityRule
from diaspora.programmes.rules import (
    CallAct,
    CallKind,
    CallState,
    CandidateFacts,
    RateKind,
    RateUnit,
    RuleKind,
)
from diaspora.programmes.wording import rate_text, rule_text
from tests import factories
from tests.factories import NOW, TODAY

OFFICER = Actor(None, frozenset({Role.MEMBER, Role.OFFICER}))
ENTRY = services.CallEntry(
    name={"ro": "Apel", "ru": "Конкурс", "en": "Call"},
    code="return-2027",
    kind=CallKind.COHORT,
    opens_on=date(2026, 12, 1),
    deadline=date(2027, 2, 1),
    modes=["on_site"],
    least_days=7,
    most_days=30,
    seats=10,
    budget=Decimal("100000.00"),
    currency="MDL",
)
RATE = services.RateEntry(RateKind.PER_DIEM, RateUnit.DAY, Decimal("900.00"), "order 12", TODAY)
RULES = [(RuleKind.LIVES_ABROAD, {}), (RuleKind.AGE, {"least": 18, "most": 35})]


def draft(**values: object) -> Call:
    return factories.call(state=CallState.DRAFT, **values)


def reserve(call: Call, days: int, pairing_id: UUID | None = None) -> Commitment:
    return services.reserve(call, pairing_id or uuid4(), days, TODAY, OFFICER, NOW)


def test_a_new_call_is_a_draft_with_its_rules() -> None:
    programme = services.create_programme({"ro": "Revenire"}, {}, OFFICER, NOW)
    made = services.create_call(programme, ENTRY, RULES, OFFICER, NOW)
    db.session.commit()
    found = queries.call_by_code("return-2027")
    assert found is made
    assert found.state == CallState.DRAFT
    assert [rule.kind for rule in found.eligibility] == [RuleKind.LIVES_ABROAD, RuleKind.AGE]


def test_a_call_opens_with_deadline_rules_rates_and_chair() -> None:
    programme = services.create_programme({"ro": "Revenire"}, {}, OFFICER, NOW)
    call = services.create_call(programme, ENTRY, [], OFFICER, NOW)
    person = factories.account(Role.REVIEWER)
    for step in (
        lambda: services.edit_call(call, ENTRY, RULES, OFFICER, NOW),
        lambda: services.add_rate(call, RATE, OFFICER, NOW),
        lambda: services.set_commission(call, person.id, [], OFFICER, NOW),
    ):
        with pytest.raises(Refused):
            services.act(call, CallAct.OPEN, OFFICER, NOW)
        step()
    with pytest.raises(Refused):
        services.act(call, CallAct.OPEN, OFFICER, NOW + timedelta(days=400))
    services.act(call, CallAct.OPEN, OFFICER, NOW)
    assert call.state == CallState.OPEN


def test_reviewers_and_finance_do_not_open() -> None:
    call = draft()
    for role in (Role.REVIEWER, Role.FINANCE, Role.ADMIN, Role.HOST_LEAD):
        with pytest.raises(Refused):
            services.act(call, CallAct.OPEN, Actor(None, frozenset({role})), NOW)


def test_an_open_call_is_not_changed() -> None:
    call = factories.call()
    person = factories.account()
    with pytest.raises(Refused):
        services.edit_call(call, ENTRY, RULES, OFFICER, NOW)
    with pytest.raises(Refused):
        services.add_rate(call, RATE, OFFICER, NOW)
    with pytest.raises(Refused):
        services.remove_rate(call, call.rates[0].id, OFFICER, NOW)
    services.set_commission(call, person.id, [], OFFICER, NOW)
    assert queries.is_chair(person.id, call.id)


def test_a_deadline_only_moves_later_and_with_a_reason() -> None:
    call = factories.call(deadline=date(2026, 12, 1))
    for deadline, reason in (
        (date(2026, 12, 1), "More time."),
        (date(2026, 11, 30), "Less time."),
        (date(2026, 12, 31), " "),
    ):
        with pytest.raises(Refused):
            services.extend(call, deadline, reason, OFFICER, NOW)
    with pytest.raises(Refused):
        services.extend(call, date(2026, 12, 31), "Late.", OFFICER, NOW + timedelta(days=90))
    services.extend(call, date(2026, 12, 31), "More time.", OFFICER, NOW)
    assert (call.deadline, call.state, call.state_reason) == (
        date(2026, 12, 31),
        CallState.OPEN,
        "More time.",
    )
    with pytest.raises(Refused):
        services.extend(draft(), date(2100, 1, 1), "Not open.", OFFICER, NOW)


def test_rules_of_one_kind_that_the_form_does_not_show_stay_with_their_kind() -> None:
    call = draft(
        eligibility=[
            EligibilityRule(kind=RuleKind.LANGUAGE, value={"any_of": ["ro"], "least": "B1"}, position=0),
            EligibilityRule(kind=RuleKind.LANGUAGE, value={"any_of": ["en"], "least": "B2"}, position=1),
        ]
    )
    first = (RuleKind.LANGUAGE, {"any_of": ["ro"], "least": "C1"})
    entry = replace(ENTRY, currency=call.currency)
    services.edit_call(call, entry, [first], OFFICER, NOW)
    db.session.expire_all()
    assert [rule.value["least"] for rule in call.eligibility] == ["C1", "B2"]
    services.edit_call(call, entry, RULES, OFFICER, NOW)
    db.session.expire_all()
    assert [rule.kind for rule in call.eligibility] == [RuleKind.LIVES_ABROAD, RuleKind.AGE]


def test_the_currency_of_a_call_is_that_of_its_rates() -> None:
    call = draft(currency="MDL")
    with pytest.raises(Refused) as refusal:
        services.edit_call(call, replace(ENTRY, currency="EUR"), RULES, OFFICER, NOW)
    assert refusal.value.field == "currency"
    for rate in list(call.rates):
        services.remove_rate(call, rate.id, OFFICER, NOW)
    services.edit_call(call, replace(ENTRY, currency="EUR"), RULES, OFFICER, NOW)
    assert services.add_rate(call, RATE, OFFICER, NOW).currency == "EUR"


def test_one_rate_for_an_allowance_from_a_day() -> None:
    call = draft()
    services.add_rate(call, replace(RATE, valid_from=TODAY + timedelta(days=1)), OFFICER, NOW)
    with pytest.raises(Refused) as refusal:
        services.add_rate(call, RATE, OFFICER, NOW)
    assert refusal.value.field == "valid_from"


def test_every_change_of_a_part_counts_in_the_version() -> None:
    call, person = draft(), factories.account()
    seen = [call.version]
    for change in (
        lambda: services.edit_call(call, ENTRY, RULES, OFFICER, NOW),
        lambda: services.add_rate(call, replace(RATE, kind=RateKind.LIVING_ALLOWANCE), OFFICER, NOW),
        lambda: services.remove_rate(call, call.rates[0].id, OFFICER, NOW),
        lambda: services.set_commission(call, person.id, [], OFFICER, NOW),
    ):
        change()
        db.session.commit()
        seen.append(call.version)
    assert seen == sorted(set(seen))


def test_the_chair_sits_in_the_commission_once() -> None:
    call = draft()
    before = call.commission[0].account_id
    chair, reviewer = factories.account(), factories.account()
    services.set_commission(call, chair.id, [chair.id, reviewer.id], OFFICER, NOW)
    db.session.commit()
    assert {member.account_id: member.chair for member in call.commission} == {
        chair.id: True,
        reviewer.id: False,
    }
    assert queries.calls_chaired_by(before) == []
    assert queries.calls_reviewed_by(reviewer.id) == [call.id]
    assert Role.CHAIR in policy.roles_towards(Actor(chair.id, frozenset({Role.REVIEWER})), call.id)
    assert Role.CHAIR not in policy.roles_towards(Actor(reviewer.id, frozenset({Role.REVIEWER})), call.id)
    services.set_commission(call, reviewer.id, [chair.id], OFFICER, NOW)
    db.session.commit()
    assert queries.is_chair(reviewer.id, call.id)


def test_a_commission_is_not_changed_after_it_has_decided() -> None:
    call = factories.call(state=CallState.DECIDED)
    with pytest.raises(Refused):
        services.set_commission(call, factories.account().id, [], OFFICER, NOW)


def test_a_stay_costs_by_the_rates_of_its_day() -> None:
    call = factories.call(currency="MDL")
    call.rates = [
        AllowanceRate(
            kind=RateKind.PER_DIEM, unit=RateUnit.DAY, amount=Decimal(amount), currency="MDL",
            source="order", valid_from=since,
        )
        for amount, since in (("100", date(2026, 1, 1)), ("150", date(2027, 1, 1)))
    ]  # fmt: skip
    db.session.commit()
    assert queries.stay_cost(call, 10, date(2026, 12, 31)) == Decimal("1000.00")
    assert queries.stay_cost(call, 10, date(2027, 1, 1)) == Decimal("1500.00")
    assert queries.stay_cost(call, 10, date(2025, 1, 1)) == Decimal(0)


def test_money_is_reserved_until_the_budget_is_spent() -> None:
    call = factories.call(budget=Decimal("20000.00"))
    first = reserve(call, 14)
    assert (first.amount, first.currency) == (Decimal("12600.00"), "MDL")
    assert queries.committed(call.id) == Decimal("12600.00")
    with pytest.raises(Refused) as refusal:
        reserve(call, 14)
    assert "7,400.00" in str(refusal.value).replace("7.400,00", "7,400.00")
    reserve(call, 8)
    assert queries.reserved([call.id])[call.id] == queries.Reserved(2, Decimal("19800.00"))


def test_the_last_lei_can_be_reserved() -> None:
    call = factories.call(budget=Decimal("12600.00"))
    reserve(call, 14)
    assert queries.committed(call.id) == call.budget


def test_released_money_can_be_reserved_again_by_anybody() -> None:
    call, pairing_id = factories.call(budget=Decimal("12600.00")), uuid4()
    reserve(call, 14, pairing_id)
    services.release(pairing_id, OFFICER, NOW)
    services.release(pairing_id, OFFICER, NOW)
    assert queries.committed(call.id) == Decimal(0)
    other = uuid4()
    reserve(call, 14, other)
    with pytest.raises(Refused):
        reserve(call, 14, pairing_id)
    services.release(other, OFFICER, NOW)
    assert reserve(call, 14, pairing_id).released_at is None
    acts = list(db.session.scalars(sa.select(AuditEvent.act).order_by(AuditEvent.number)))
    assert acts == ["programmes.reserve", "programmes.release"] * 2 + ["programmes.reserve"]


def test_reserving_again_for_a_pairing_replaces_its_amount() -> None:
    call, pairing_id = factories.call(budget=Decimal("12600.00")), uuid4()
    reserve(call, 10, pairing_id)
    reserve(call, 14, pairing_id)
    assert queries.committed(call.id) == Decimal("12600.00")
    with pytest.raises(Refused):
        reserve(call, 15, pairing_id)


def test_nothing_is_reserved_without_a_rate() -> None:
    call = factories.call()
    with pytest.raises(Refused):
        services.reserve(call, uuid4(), 10, TODAY - timedelta(days=900), OFFICER, NOW)


def test_money_of_one_call_is_not_that_of_another() -> None:
    one, other = factories.call(), factories.call()
    reserve(one, 14)
    assert queries.committed(other.id) == Decimal(0)


def test_open_calls_are_those_that_take_applications_today() -> None:
    running = factories.call(deadline=TODAY)
    factories.call(deadline=TODAY - timedelta(days=1))
    draft()
    factories.call(state=CallState.UNDER_REVIEW)
    assert list(queries.open_calls(TODAY)) == [running]


def test_eligibility_answers_every_rule_of_the_call() -> None:
    call = factories.call()
    facts = CandidateFacts(1990, "MD", [], [], [], False, None)
    assert [(rule.kind, answer.value) for rule, answer in queries.eligibility(call, facts, TODAY)] == [
        (RuleKind.LIVES_ABROAD, "not_met")
    ]


@pytest.mark.parametrize(
    ("kind", "value", "sentence"),
    [
        (RuleKind.AGE, {"least": 18, "most": 35}, "Age 18 to 35 on the deadline"),
        (RuleKind.DEGREE, {"least": "bachelor"}, "Has a bachelor's degree or a higher one"),
        (RuleKind.DEGREE, {"least": "doctorate"}, "Has a doctorate"),
        (RuleKind.DEGREE_ABROAD, {}, "Has a degree from a university abroad"),
        (RuleKind.LIVES_ABROAD, {}, "Lives outside Moldova"),
        (
            RuleKind.YEARS_ABROAD,
            {"least": 1},
            "At least 1 year of relevant experience abroad within the last five",
        ),
        (RuleKind.EMPLOYED_ABROAD, {}, "Is employed abroad"),
        (
            RuleKind.LINK,
            {"any_of": ["citizen", "born_in_moldova"]},
            "Linked to Moldova by at least one of these: citizen of Moldova or born in Moldova",
        ),
        (
            RuleKind.LANGUAGE,
            {"any_of": ["ro", "ru"], "least": "B1"},
            "Speaks Romanian or Russian at B1 or better",
        ),
        (RuleKind.LANGUAGE, {"any_of": ["ro"], "least": "native"}, "Speaks as a native language: Romanian"),
    ],
)
def test_rules_are_told_in_sentences(kind: RuleKind, value: dict[str, object], sentence: str) -> None:
    with speaking("en"):
        assert rule_text(EligibilityRule(kind=kind, value=value)) == sentence


def test_every_rule_and_rate_has_a_sentence_in_every_language() -> None:
    value = {"least": 1, "most": 2, "any_of": ["ro"]}
    special = {RuleKind.DEGREE: {"least": "master"}, RuleKind.LINK: {"any_of": ["family"]}}
    for language in ("ro", "ru", "en"):
        with speaking(language):
            for kind in RuleKind:
                assert rule_text(EligibilityRule(kind=kind, value=special.get(kind, value)))
            rates = {
                rate_text(AllowanceRate(kind=kind, unit=unit, amount=Decimal("1234.50"), currency="EUR"))
                for kind in RateKind
                for unit in RateUnit
            }
            assert len(rates) == 9
            assert all("234" in text for text in rates)
