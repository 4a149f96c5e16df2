"""Somebody lost every second factor: two members of staff, a day of waiting, a way to stop it."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from diaspora.accounts import second_factor_queries as factors
from diaspora.accounts.lost_factors_rules import LIFECYCLE as TABLE
from diaspora.accounts.lost_factors_rules import REQUEST_LASTS, WAITING, LossAct, LossFacts, LossState
from diaspora.accounts.models import Account, SignInSession
from diaspora.accounts.second_factor_models import LostFactors
from diaspora.extensions import db
from diaspora.home import worklist
from diaspora.home.rules import Work
from diaspora.platform import clock
from diaspora.platform.access import Role
from diaspora.platform.audit import AuditEvent
from diaspora.platform.mail.models import OutboxMail
from tests import factories
from tests.accounts.authenticator import SecurityKey
from tests.accounts.test_passkeys import register
from tests.accounts.test_second_factors import is_signed_in, password_step
from tests.client import CheckedClient
from tests.pairings.people import actor_of

LINK = re.compile(r"http://localhost(/\S+)")


def link_in(message: str) -> str:
    mails = select(OutboxMail.text).where(OutboxMail.message == message)
    found = LINK.search(db.session.scalars(mails.order_by(OutboxMail.created_at.desc())).first() or "")
    assert found is not None, message
    return found[1]


@pytest.fixture
def person(client: CheckedClient) -> Account:
    """Somebody with a passkey, signed out."""
    account = factories.account()
    register(client.sign_in(account), SecurityKey())
    client.post("/en/logout")
    return account


def report(client: CheckedClient, person: Account, ago: timedelta = WAITING) -> LostFactors:
    """Ask as the person does; `ago` is how long this was before now."""
    password_step(client, person)
    client.post("/en/login/second-step/lost")
    client.post(link_in("lost_factors_asked"))
    loss = db.session.scalars(select(LostFactors)).one()
    loss.requested_at = clock.now() - ago
    for row in db.session.scalars(select(SignInSession)):
        row.second_step_at = None
    db.session.commit()
    return loss


def act(client: CheckedClient, staff: Account, loss: LostFactors, act: str, reason: str = "") -> str:
    path = f"/en/staff/lost-factors/{loss.id}/{act}"
    page = client.sign_in(staff).post(path, data={"reason": reason}, follow_redirects=True)
    db.session.refresh(loss)
    return page.get_data(as_text=True)


def test_two_members_of_staff_remove_what_is_lost(client: CheckedClient, person: Account) -> None:
    loss = report(client, person)
    act(client, factories.account(Role.OFFICER), loss, "propose", "Called the institute's number.")
    assert loss.state is LossState.PROPOSED
    page = act(client, factories.account(Role.ADMIN), loss, "approve")
    assert loss.state is LossState.REMOVED
    assert "Called the institute" in page
    assert not factors.has_second_factor(person.id)
    assert factors.recovery_codes_left(person.id) == 0
    assert "Your second factors were removed" in db.session.scalars(select(OutboxMail.subject)).all()
    client.post("/en/logout")
    assert password_step(client, person) == "/en/"
    acts = set(db.session.scalars(select(AuditEvent.act)))
    assert acts >= {"account.loss_reported", "account.loss_propose", "account.loss_approve"}


def test_who_checked_the_identity_does_not_approve(client: CheckedClient, person: Account) -> None:
    loss, officer = report(client, person), factories.account(Role.OFFICER)
    act(client, officer, loss, "propose", "Seen in person.")
    assert "another member of staff approves" in act(client, officer, loss, "approve")
    assert factors.has_second_factor(person.id)


def test_nobody_handles_their_own_request(client: CheckedClient) -> None:
    officer = factories.account(Role.OFFICER)
    register(client.sign_in(officer), SecurityKey())
    client.post("/en/logout")
    loss = report(client, officer)
    client.sign_in(officer)
    assert client.get(f"/en/staff/lost-factors/{loss.id}").status_code == 404
    assert client.post(f"/en/staff/lost-factors/{loss.id}/propose", data={"reason": "x"}).status_code == 404
    assert str(loss.id) not in client.get("/en/staff/lost-factors").get_data(as_text=True)


@pytest.mark.parametrize(
    ("ago", "said"),
    [(WAITING - timedelta(minutes=1), "for 24 hours"), (REQUEST_LASTS, "older than two weeks")],
)
def test_a_request_is_approved_after_a_day_and_within_two_weeks(
    client: CheckedClient, person: Account, ago: timedelta, said: str
) -> None:
    loss = report(client, person)
    act(client, factories.account(Role.OFFICER), loss, "propose", "Seen in person.")
    loss.requested_at = clock.now() - ago
    db.session.commit()
    assert said in act(client, factories.account(Role.ADMIN), loss, "approve")
    assert factors.has_second_factor(person.id)


def test_the_person_stops_it_by_the_link_once(client: CheckedClient, person: Account) -> None:
    loss = report(client, person)
    act(client, factories.account(Role.OFFICER), loss, "propose", "Seen in person.")
    client.post("/en/logout")
    stop = link_in("lost_factors_reported")
    assert client.get(stop).status_code == 200
    assert db.session.scalars(select(LostFactors.state)).one() is LossState.PROPOSED, "looking stops nothing"
    client.post(stop)
    act(client, factories.account(Role.ADMIN), loss, "approve")
    assert loss.state is LossState.STOPPED
    assert factors.has_second_factor(person.id)
    assert "used or is too old" in client.post(stop).get_data(as_text=True)


def test_whoever_signs_in_with_a_factor_has_lost_nothing(app: Flask, person: Account) -> None:
    client = app.test_client()
    assert isinstance(client, CheckedClient)
    loss = report(client, person)
    act(client, factories.account(Role.OFFICER), loss, "propose", "Seen in person.")
    client.sign_in(person, second_step=True)
    assert "nothing is lost" in act(client, factories.account(Role.ADMIN), loss, "approve")


def test_asking_takes_the_password_and_the_mailbox(client: CheckedClient, person: Account) -> None:
    assert client.post("/en/login/second-step/lost").headers["Location"] == "/en/login"
    password_step(client, person)
    client.post("/en/login/second-step/lost")
    client.post("/en/login/second-step/lost")
    assert db.session.scalars(select(LostFactors)).all() == []
    mails = [mail.message for mail in db.session.scalars(select(OutboxMail))]
    assert mails.count("lost_factors_asked") == 1
    link = link_in("lost_factors_asked")
    client.get(link)
    assert db.session.scalars(select(LostFactors)).all() == []
    client.post(link)
    client.post(link)
    assert len(db.session.scalars(select(LostFactors)).all()) == 1
    assert not is_signed_in(client)


def test_a_refusal_needs_a_reason_that_the_person_reads(client: CheckedClient, person: Account) -> None:
    loss, officer = report(client, person), factories.account(Role.OFFICER)
    assert "Give a reason" in act(client, officer, loss, "refuse", "  ")
    act(client, officer, loss, "refuse", "Nobody answered the phone.")
    assert loss.state is LossState.REFUSED
    texts = db.session.scalars(select(OutboxMail.text).where(OutboxMail.message == "lost_factors_refused"))
    assert "Nobody answered the phone." in texts.one()


def test_a_request_stands_on_the_work_list_of_those_who_may_act(
    app: Flask, client: CheckedClient, person: Account
) -> None:
    loss = report(client, person)
    first, second, third = (factories.account(role) for role in (Role.OFFICER, Role.ADMIN, Role.FINANCE))
    act(client, first, loss, "propose", "Seen in person.")
    with app.test_request_context("/en/"):
        seen = {
            account.id: [
                line.url
                for part in worklist.parts(actor_of(account), clock.now())
                for group in part.groups
                if group.kind is Work.RESTORE
                for line in group.lines
            ]
            for account in (first, second, third)
        }
    assert [bool(urls) for urls in seen.values()] == [False, True, False]
    page = client.sign_in(second).get("/en/staff").get_data(as_text=True)
    assert f"/en/staff/lost-factors/{loss.id}" in page


def test_each_guard_refuses_for_its_own_fact() -> None:
    wrong = {
        "not_own": LossFacts(own=True),
        "two_people": LossFacts(proposed_by_actor=True),
        "waited": LossFacts(waited=False),
        "still_fresh": LossFacts(fresh=False),
        "not_found_again": LossFacts(signed_in_since=True),
    }
    guards = {guard.__name__: guard for row in TABLE.rows for guard in row.guards}
    assert set(guards) == set(wrong)
    for name, guard in guards.items():
        assert guard(LossFacts()) is None
        assert [other for other, facts in wrong.items() if guard(facts) is not None] == [name]
    approve = next(row for row in TABLE.rows if row.act is LossAct.APPROVE)
    assert len(approve.guards) == len(guards), "the last act looks at everything"
