import re
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from diaspora.extensions import db
from diaspora.platform.access import SYSTEM, Role
from diaspora.programmes import services
from diaspora.programmes.models import AllowanceRate, Call, CommissionMember, Programme
from diaspora.programmes.rules import CallState, RuleKind
from tests import factories
from tests.client import CheckedClient
from tests.factories import NOW, TODAY

TYPED: dict[str, Any] = {
    "name_ro": "Apel",
    "name_ru": "Конкурс",
    "name_en": "Spring call",
    "code": "spring-2099",
    "kind": "cohort",
    "opens_on": "2099-01-01",
    "deadline": "2099-03-01",
    "modes": ["on_site", "hybrid"],
    "least_days": "7",
    "most_days": "14",
    "seats": "12",
    "budget": "1 234 567,50",
    "currency": "MDL",
    "use_age": "y",
    "age_least": "18",
    "age_most": "35",
    "use_language": "y",
    "language_any_of": ["ro"],
    "language_least": "B1",
    "degree_least": "",
}
RATE = {
    "kind": "living_allowance",
    "unit": "month",
    "amount": "3.000,00",
    "source": "order 12",
    "valid_from": "2026-11-01",
}


def programme() -> Programme:
    return factories.save(Programme(name={"en": "Return"}, description={"en": "Words."}, created_at=NOW))


def new_call(client: CheckedClient, **changes: Any) -> str:
    address = f"/en/staff/programmes/{programme().id}/calls/new"
    return client.post(address, data=TYPED | changes).get_data(as_text=True)


def calls() -> list[Call]:
    return list(db.session.scalars(sa.select(Call)))


def test_from_a_programme_to_an_open_call(client: CheckedClient) -> None:
    reviewer, chair = factories.account(Role.REVIEWER), factories.account(Role.REVIEWER)
    client.sign_in(factories.account(Role.OFFICER))
    assert client.get("/en/staff/programmes/new").status_code == 200
    words = {"name_ro": "Revenire", "name_ru": "Возвращение", "name_en": "Return", "description_en": "Some."}
    client.post("/en/staff/programmes/new", data=words)
    made = db.session.scalars(sa.select(Programme)).one()
    assert made.description == {"en": "Some."}
    address = f"/en/staff/programmes/{made.id}/calls/new"
    assert client.get(address).status_code == 200
    client.post(address, data=TYPED)
    call = calls()[0]
    here = f"/en/staff/calls/{call.id}"
    assert call.budget == Decimal("1234567.50")
    assert [(rule.kind, rule.value) for rule in call.eligibility] == [
        (RuleKind.AGE, {"least": 18, "most": 35}),
        (RuleKind.LANGUAGE, {"any_of": ["ro"], "least": "B1"}),
    ]
    page = client.get(here).get_data(as_text=True)
    assert "Add the allowance rates." in page
    assert f"{here}/open" not in page
    client.post(f"{here}/rates", data=RATE)
    assert client.get(f"{here}/commission").status_code == 200
    client.post(f"{here}/commission", data={"chair": str(chair.id), "reviewers": [str(reviewer.id)]})
    page = client.get(here).get_data(as_text=True)
    for words_there in (
        "Age 18 to 35 on the deadline", "Speaks Romanian at B1 or better",
        "Living allowance of MDL", "order 12", chair.email, reviewer.email, f"{here}/open",
    ):  # fmt: skip
        assert words_there in page
    client.post(f"{here}/open")
    assert db.session.get_one(Call, call.id).state == CallState.OPEN
    assert "Spring call" in client.get("/en/staff/calls").get_data(as_text=True)


def test_reviewers_finance_and_administrators_only_read(client: CheckedClient) -> None:
    call = factories.call(state=CallState.DRAFT)
    here = f"/en/staff/calls/{call.id}"
    writes = [
        f"{here}/edit", f"{here}/commission", f"{here}/extend", f"{here}/rates", f"{here}/open",
        f"{here}/rates/{call.rates[0].id}/remove", "/en/staff/programmes/new",
        f"/en/staff/programmes/{call.programme_id}/edit",
        f"/en/staff/programmes/{call.programme_id}/calls/new",
    ]  # fmt: skip
    for role in (Role.REVIEWER, Role.FINANCE, Role.ADMIN):
        client.sign_in(factories.account(role))
        page = client.get(here).get_data(as_text=True)
        assert "<form" not in page.split("<main")[1]
        assert "<form" not in client.get("/en/staff/calls").get_data(as_text=True).split("<main")[1]
        assert [client.post(address).status_code for address in writes] == [403] * len(writes)
    for person in (factories.account(), factories.account(Role.CONTENT_EDITOR)):
        client.sign_in(person)
        assert client.get(here).status_code == 403
        assert client.get("/en/staff/calls").status_code == 403


def test_what_is_not_there_is_not_found(client: CheckedClient) -> None:
    client.sign_in(factories.account(Role.OFFICER))
    for address in (
        f"/en/staff/calls/{uuid4()}", f"/en/staff/calls/{uuid4()}/edit", f"/en/staff/calls/{uuid4()}/extend",
        f"/en/staff/programmes/{uuid4()}/edit", f"/en/staff/programmes/{uuid4()}/calls/new",
    ):  # fmt: skip
        assert client.get(address).status_code == 404
    assert client.post(f"/en/staff/calls/{factories.call().id}/reopen").status_code == 404


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name_ro", ""),
        ("code", "Spring 2099"),
        ("code", "a--b"),
        ("kind", "yearly"),
        ("opens_on", "31.02.2099"),
        ("deadline", "2098-12-31"),
        ("modes", []),
        ("least_days", "a week"),
        ("most_days", "6"),
        ("seats", "-1"),
        ("budget", "1.234"),
        ("budget", "-5"),
        ("budget", "lots"),
        ("currency", "USD"),
        ("age_least", ""),
        ("age_most", "17"),
        ("age_most", "many"),
        ("language_any_of", []),
        ("language_least", ""),
    ],
)
def test_bad_input_is_told_beside_its_field_and_the_rest_is_kept(
    client: CheckedClient, field: str, typed: Any
) -> None:
    client.sign_in(factories.account(Role.OFFICER))
    page = new_call(client, **{field: typed})
    assert f'id="{field}-error"' in page
    assert "Конкурс" in page
    if isinstance(typed, str) and field not in {"kind", "currency"}:
        assert typed in page
    assert calls() == []


def test_values_of_a_rule_that_is_not_ticked_do_not_matter(client: CheckedClient) -> None:
    client.sign_in(factories.account(Role.OFFICER))
    new_call(client, use_age="", age_least="x", age_most="1", degree_least="nonsense", language_least="B2")
    assert [rule.kind for rule in calls()[0].eligibility] == [RuleKind.LANGUAGE]


def test_a_code_is_used_once(client: CheckedClient) -> None:
    factories.call(code="spring-2099")
    client.sign_in(factories.account(Role.OFFICER))
    page = new_call(client)
    assert 'id="code-error"' in page
    assert "Another call has this code" in page


def test_a_draft_is_shown_in_its_form_as_it_was_saved(client: CheckedClient) -> None:
    client.sign_in(factories.account(Role.OFFICER))
    new_call(client, use_link="y", link_any_of=["citizen", "family"], use_degree="y", degree_least="master")
    call = calls()[0]
    seen, rules = call.version, {rule.kind: rule.value for rule in call.eligibility}
    page = client.get(f"/en/staff/calls/{call.id}/edit").get_data(as_text=True)
    assert 'value="1234567.50"' in page
    assert '<option selected value="master">' in page
    client.post(
        f"/en/staff/calls/{call.id}/edit",
        data=TYPED
        | {"version": seen, "seats": "9", "use_link": "y", "link_any_of": ["citizen", "family"]}
        | {"use_degree": "y", "degree_least": "master"},
    )
    after = calls()[0]
    assert after.seats == 9
    assert {rule.kind: rule.value for rule in after.eligibility} == rules


def test_two_officers_who_edit_at_once_lose_nothing(client: CheckedClient) -> None:
    client.sign_in(factories.account(Role.OFFICER))
    new_call(client)
    call = calls()[0]
    address, seen = f"/en/staff/calls/{call.id}/edit", call.version
    client.post(address, data=TYPED | {"version": seen, "seats": "9", "deadline": "2099-04-01"})
    page = client.post(address, data=TYPED | {"version": seen, "budget": "5"}).get_data(as_text=True)
    assert "Somebody else changed this" in page
    assert re.search("meanwhile:</strong>[^<]* April", page)
    assert 'value="5"' in page
    assert calls()[0].seats == 9


def test_an_open_call_is_only_extended(client: CheckedClient) -> None:
    call = factories.call(currency="MDL")
    here = f"/en/staff/calls/{call.id}"
    client.sign_in(factories.account(Role.OFFICER))
    page = client.get(here).get_data(as_text=True)
    assert f"{here}/extend" in page
    assert f"{here}/edit" not in page
    assert "opened" in client.post(f"{here}/edit", data=TYPED).get_data(as_text=True)
    for data in (RATE, {}):
        told = client.post(f"{here}/rates", data=data, follow_redirects=True).get_data(as_text=True)
        assert "error-summary" not in told, "there is no field to which it could lead"
        assert ("opened" in told) is bool(data)
    assert client.get(f"{here}/extend").status_code == 200
    page = client.post(
        f"{here}/extend", data={"deadline": "2098-01-01", "reason": "Holidays", "version": call.version}
    ).get_data(as_text=True)
    assert 'id="deadline-error"' in page
    assert "Holidays" in page
    page = client.post(f"{here}/extend", data={"deadline": "2100-01-01", "reason": ""}).get_data(as_text=True)
    assert 'id="reason-error"' in page
    client.post(f"{here}/extend", data={"deadline": "2100-01-01", "reason": "Holidays"})
    assert db.session.get_one(Call, call.id).deadline.isoformat() == "2100-01-01"


def test_a_call_is_lived_from_opening_to_the_archive(client: CheckedClient) -> None:
    call = factories.call(state=CallState.DRAFT)
    client.sign_in(factories.account(Role.OFFICER))
    for act, state in (
        ("open", CallState.OPEN),
        ("begin_review", CallState.UNDER_REVIEW),
        ("conclude", CallState.DECIDED),
        ("close", CallState.CLOSED),
        ("archive", CallState.ARCHIVED),
    ):
        page = client.get(f"/en/staff/calls/{call.id}").get_data(as_text=True)
        assert f"/{act}" in page
        version = db.session.get_one(Call, call.id).version
        client.post(f"/en/staff/calls/{call.id}/{act}", data={"version": version})
        assert db.session.get_one(Call, call.id).state == state
        again = client.post(f"/en/staff/calls/{call.id}/{act}", data={"version": version})
        assert "error-summary" in again.get_data(as_text=True)
        assert db.session.get_one(Call, call.id).state == state


def test_an_act_on_what_changed_meanwhile_is_asked_again(client: CheckedClient) -> None:
    call = factories.call(state=CallState.DRAFT)
    seen = call.version
    client.sign_in(factories.account(Role.OFFICER))
    client.post(f"/en/staff/calls/{call.id}/rates", data=RATE | {"version": seen})
    for address, data in (("open", {}), ("rates", RATE), (f"rates/{call.rates[0].id}/remove", {})):
        page = client.post(f"/en/staff/calls/{call.id}/{address}", data={**data, "version": seen})
        assert "changed this meanwhile" in page.get_data(as_text=True)
    assert db.session.get_one(Call, call.id).state == CallState.DRAFT


def test_rates_are_added_and_removed_while_a_call_is_a_draft(client: CheckedClient) -> None:
    call = factories.call(state=CallState.DRAFT)
    here = f"/en/staff/calls/{call.id}"
    client.sign_in(factories.account(Role.OFFICER))
    for field, typed in (
        ("amount", "0"),
        ("amount", "3.000"),
        ("unit", "trip"),
        ("source", ""),
        ("valid_from", ""),
    ):
        page = client.post(f"{here}/rates", data=RATE | {field: typed}).get_data(as_text=True)
        assert f'id="{field}-error"' in page, field
        assert field == "source" or "order 12" in page
    client.post(f"{here}/rates", data=RATE)
    page = client.get(here).get_data(as_text=True)
    assert "3,000.00 a month" in page
    for rate in db.session.scalars(sa.select(AllowanceRate)).all():
        client.post(f"{here}/rates/{rate.id}/remove")
    assert db.session.scalars(sa.select(AllowanceRate)).all() == []


def test_only_reviewers_can_be_named(client: CheckedClient) -> None:
    call = factories.call()
    stranger, reviewer = factories.account(), factories.account(Role.REVIEWER)
    client.sign_in(factories.account(Role.OFFICER))
    address = f"/en/staff/calls/{call.id}/commission"
    for chair in ("", str(stranger.id), "nobody"):
        page = client.post(address, data={"chair": chair}).get_data(as_text=True)
        assert 'id="chair-error"' in page
    client.post(address, data={"chair": str(reviewer.id)})
    members = db.session.scalars(sa.select(CommissionMember)).all()
    assert [(member.account_id, member.chair) for member in members] == [(reviewer.id, True)]


def test_what_is_left_is_shown_beside_what_is_reserved(client: CheckedClient) -> None:
    call = factories.call(seats=5, budget=Decimal("500000.00"))
    services.reserve(call, uuid4(), 14, TODAY, SYSTEM, NOW)
    db.session.commit()
    client.sign_in(factories.account(Role.FINANCE))
    for address in ("/en/staff/calls", f"/en/staff/calls/{call.id}"):
        page = client.get(address).get_data(as_text=True).replace("\u00a0", " ")
        assert "12,600.00" in page
        assert "487,400.00" in page


def test_a_programmes_words_are_changed(client: CheckedClient) -> None:
    record = programme()
    client.sign_in(factories.account(Role.OFFICER))
    address = f"/en/staff/programmes/{record.id}/edit"
    assert "Words." in client.get(address).get_data(as_text=True)
    words = {"name_ro": "Punte", "name_ru": "Мост", "name_en": "Bridge", "version": record.version}
    client.post(address, data=words)
    page = client.post(address, data=words | {"name_en": "Ferry"}).get_data(as_text=True)
    assert "Somebody else changed this" in page
    assert db.session.get_one(Programme, record.id).name["en"] == "Bridge"
