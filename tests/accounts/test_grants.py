"""Staff roles: given until a day, never by oneself, never money and roles together, looked at again."""

from datetime import date, timedelta
from itertools import combinations

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from diaspora.accounts import grants, queries, rules, services
from diaspora.accounts.models import Account, StaffGrant
from diaspora.extensions import db
from diaspora.platform import clock
from diaspora.platform.access import STAFF_ROLES, SYSTEM, Actor, Role
from diaspora.platform.audit import AuditEvent
from diaspora.platform.mail.models import OutboxMail
from diaspora.platform.refusals import Refused
from tests import factories
from tests.client import CheckedClient
from tests.factories import NOW, TODAY

IN_A_YEAR = TODAY + timedelta(days=365)


@pytest.fixture
def admin(app: Flask) -> Actor:
    return Actor(factories.account(Role.ADMIN).id, frozenset({Role.ADMIN}))


def grant_of(account: Account, role: Role) -> StaffGrant:
    found = select(StaffGrant).where(StaffGrant.account_id == account.id, StaffGrant.role == role)
    return db.session.scalars(found).one()


def messages() -> list[str]:
    return [mail.message for mail in db.session.scalars(select(OutboxMail).order_by(OutboxMail.created_at))]


def held(account: Account, day: date = TODAY) -> set[Role]:
    return set(queries.granted_roles(account.id, day))


def test_a_role_ends_after_its_last_day(admin: Actor) -> None:
    account = factories.account()
    grants.give(account.email, Role.OFFICER, IN_A_YEAR, admin, NOW)
    assert held(account, IN_A_YEAR) == {Role.OFFICER}
    assert held(account, IN_A_YEAR + timedelta(days=1)) == set()
    assert messages() == ["role_granted"]


@pytest.mark.parametrize("first", [Role.ADMIN, Role.FINANCE])
def test_nobody_gives_roles_and_approves_money(admin: Actor, first: Role) -> None:
    account = factories.account(first)
    (other,) = {Role.ADMIN, Role.FINANCE} - {first}
    with pytest.raises(Refused):
        grants.give(account.email, other, IN_A_YEAR, admin, NOW)
    with pytest.raises(Refused):
        services.grant_role(account, other, SYSTEM, NOW)
    assert held(account) == {first}


def test_the_rule_about_money_is_the_only_pair_that_is_refused() -> None:
    refused = [
        {one, other}
        for one, other in combinations(sorted(STAFF_ROLES), 2)
        if rules.role_refusal(one, [other])
    ]
    assert refused == [{Role.ADMIN, Role.FINANCE}]


def test_administrators_do_not_change_their_own_roles(admin: Actor) -> None:
    assert admin.account_id is not None
    own = db.session.get_one(Account, admin.account_id)
    factories.account(Role.ADMIN)
    grant = grant_of(own, Role.ADMIN)
    for act in (
        lambda: grants.give(own.email, Role.OFFICER, IN_A_YEAR, admin, NOW),
        lambda: grants.revoke(grant, "no more", admin, NOW),
        lambda: grants.renew(grant, IN_A_YEAR, admin, NOW),
        lambda: grants.review(grant, admin, NOW),
    ):
        with pytest.raises(Refused):
            act()
    assert held(own) == {Role.ADMIN}


def test_the_last_administrator_stays(app: Flask) -> None:
    last = factories.account(Role.ADMIN)
    somebody = Actor(factories.account().id, frozenset({Role.ADMIN}))
    with pytest.raises(Refused):
        grants.revoke(grant_of(last, Role.ADMIN), "left", somebody, NOW)
    factories.account(Role.ADMIN)
    grants.revoke(grant_of(last, Role.ADMIN), "left", somebody, NOW)
    assert held(last) == set()


def test_ending_a_role_needs_a_reason_and_is_told_and_logged(admin: Actor) -> None:
    account = factories.account(Role.OFFICER)
    with pytest.raises(Refused):
        grants.revoke(grant_of(account, Role.OFFICER), "  ", admin, NOW)
    grants.revoke(grant_of(account, Role.OFFICER), "moved on", admin, NOW)
    assert held(account) == set()
    assert messages() == ["role_ended"]
    assert "account.role_revoked" in db.session.scalars(select(AuditEvent.act)).all()


@given(st.integers(-1000, 2000))
def test_a_role_ends_at_most_two_years_ahead(days: int) -> None:
    refused = rules.end_refusal(TODAY + timedelta(days=days), TODAY)
    assert (refused is None) == (0 < days <= 731)


def test_only_confirmed_open_accounts_get_a_role(admin: Actor) -> None:
    for values in ({"email_confirmed_at": None}, {"closed_at": NOW}):
        account = factories.account(**values)
        with pytest.raises(Refused):
            grants.give(account.email, Role.OFFICER, IN_A_YEAR, admin, NOW)


def test_nobody_gets_a_role_twice(admin: Actor) -> None:
    account = factories.account(Role.OFFICER)
    with pytest.raises(Refused):
        grants.give(account.email, Role.OFFICER, IN_A_YEAR, admin, NOW)


def test_holders_are_told_once_when_their_role_ends_soon(admin: Actor) -> None:
    now = clock.now()
    account = factories.account()
    grant = grants.give(account.email, Role.OFFICER, clock.local_day(now) + timedelta(days=15), admin, now)
    grants.tell_of_ending_roles()
    assert messages() == ["role_granted"]
    grant.ends_on = clock.local_day(now) + timedelta(days=14)
    grants.tell_of_ending_roles()
    grants.tell_of_ending_roles()
    assert messages() == ["role_granted", "role_ending"]
    grants.renew(grant, clock.local_day(now) + timedelta(days=13), admin, now)
    grants.tell_of_ending_roles()
    assert messages().count("role_ending") == 2, "a new last day is announced, too"


def test_a_role_is_looked_at_each_quarter() -> None:
    assert not rules.review_due(NOW, None, NOW + timedelta(days=89))
    assert rules.review_due(NOW, None, NOW + timedelta(days=90))
    assert not rules.review_due(NOW, NOW + timedelta(days=80), NOW + timedelta(days=100))


def test_an_administrator_gives_reviews_renews_and_ends_roles_on_pages(client: CheckedClient) -> None:
    account = factories.account()
    client.sign_in(factories.account(Role.ADMIN))
    until = (clock.local_day(clock.now()) + timedelta(days=100)).isoformat()
    page = client.post(
        "/en/staff/roles", data={"email": "no@example.org", "role": "officer", "ends_on": until}
    )
    assert 'id="email-error"' in page.get_data(as_text=True)
    data = {"email": account.email, "role": "officer", "ends_on": until}
    assert client.post("/en/staff/roles", data=data).status_code == 302
    grant = grant_of(account, Role.OFFICER)
    grant.granted_at -= timedelta(days=100)
    db.session.commit()
    listed = client.get("/en/staff/roles").get_data(as_text=True)
    assert "2 roles were not looked at" in listed or "1 role was not looked at" in listed
    at = f"/en/staff/roles/{grant.id}"
    assert client.get(at).status_code == 200
    assert client.post(f"{at}/review").status_code == 302
    assert grant.reviewed_at is not None
    assert 'id="ends_on-error"' in client.post(f"{at}/renew", data={"ends_on": "2020-01-01"}).get_data(
        as_text=True
    )
    assert client.post(f"{at}/renew", data={"ends_on": until}).status_code == 302
    assert 'id="reason-error"' in client.post(f"{at}/revoke", data={"reason": ""}).get_data(as_text=True)
    assert client.post(f"{at}/revoke", data={"reason": "moved on"}).status_code == 302
    assert client.get(at).status_code == 404
