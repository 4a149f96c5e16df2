"""Where somebody is signed in: what is kept of it, how long it lasts, who ends it."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from diaspora.accounts import second_factor_rules as rules
from diaspora.accounts import services
from diaspora.accounts.models import Account, SignInSession
from diaspora.extensions import db
from diaspora.platform import clock
from diaspora.platform.access import Role
from tests import factories
from tests.accounts.test_second_factors import is_signed_in, password_step
from tests.client import CheckedClient

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
BEGUN = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def rows(account: Account) -> list[SignInSession]:
    found = select(SignInSession).where(SignInSession.account_id == account.id)
    return list(db.session.scalars(found.order_by(SignInSession.started_at)))


def another_browser(app: Flask, account: Account) -> CheckedClient:
    client = app.test_client()
    assert isinstance(client, CheckedClient)
    return client.sign_in(account)


def test_a_session_shows_its_browser_and_network_and_keeps_no_more(client: CheckedClient) -> None:
    account = factories.account()
    client.post(
        "/en/login",
        data={"email": account.email, "password": factories.PASSWORD},
        headers={"User-Agent": FIREFOX},
        environ_overrides={"REMOTE_ADDR": "203.0.113.77"},
    )
    found = rows(account)[0]
    assert (found.device, found.network) == ("Firefox, Windows", "203.0.x.x")
    page = client.get("/en/account/sessions").get_data(as_text=True)
    assert "Firefox, Windows" in page
    assert "this browser" in page
    assert "113.77" not in page


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("203.0.113.77", "203.0.x.x"),
        ("2001:db8:1234:5678::1", "2001:db8:1234::/48"),
        ("::ffff:203.0.113.77", "203.0.x.x"),
        ("fe80::1%eth0", "fe80::/48"),
        ("", ""),
        (None, ""),
        ("nonsense", ""),
    ],
)
def test_of_an_address_only_its_first_part_is_kept(address: str | None, kept: str) -> None:
    assert rules.network(address) == kept


@given(text=st.text(max_size=600))
def test_no_browser_s_name_is_an_error_of_ours(text: str) -> None:
    assert len(services.device(text)) <= 100


@given(
    idle=st.timedeltas(timedelta(), timedelta(days=60)), age=st.timedeltas(timedelta(), timedelta(days=60))
)
def test_a_session_ends_by_pause_or_age_and_staff_s_first(idle: timedelta, age: timedelta) -> None:
    now = BEGUN + age
    alive = [
        rules.session_alive(limits, BEGUN, now - idle, now)
        for limits in (rules.STAFF, rules.PASSING, rules.STAYING)
    ]
    assert alive == sorted(alive), "who lives under a short limit lives under the longer ones"
    assert alive[0] == (idle < timedelta(hours=2) and age < timedelta(hours=12))


@pytest.mark.parametrize(
    ("role", "stay", "pause", "alive"),
    [
        (Role.OFFICER, True, timedelta(hours=2), False),
        (Role.OFFICER, False, timedelta(hours=1), True),
        (None, False, timedelta(hours=23), True),
        (None, False, timedelta(hours=24), False),
        (None, True, timedelta(days=29), True),
        (None, True, timedelta(days=30), False),
    ],
)
def test_how_long_a_pause_may_be(
    client: CheckedClient, role: Role | None, stay: bool, pause: timedelta, alive: bool
) -> None:
    account = factories.account(role)
    password_step(client, account, **({"stay": "y"} if stay else {}))
    found = rows(account)[0]
    found.started_at = found.last_seen_at = clock.now() - pause
    db.session.commit()
    assert is_signed_in(client) is alive


@pytest.mark.parametrize("stay", [True, False])
def test_the_cookie_outlives_the_browser_only_if_asked_to(client: CheckedClient, stay: bool) -> None:
    account = factories.account()
    data = {"email": account.email, "password": factories.PASSWORD, **({"stay": "y"} if stay else {})}
    cookies = client.post("/en/login", data=data).headers.getlist("Set-Cookie")
    mine = [cookie for cookie in cookies if cookie.startswith("diaspora=")]
    assert ["Expires=" in cookie for cookie in mine] == [stay]


def test_a_browser_is_signed_out_from_another_one(app: Flask, client: CheckedClient) -> None:
    account = factories.account()
    lost = another_browser(app, account)
    client.sign_in(account)
    path = f"/en/account/sessions/{rows(account)[0].id}/end"
    client.post(path)
    assert not is_signed_in(lost)
    assert is_signed_in(client)
    assert client.post(path).status_code == 404


def test_all_other_browsers_are_signed_out_at_once(app: Flask, client: CheckedClient) -> None:
    account, other = factories.account(), factories.account()
    others = [another_browser(app, account) for _ in range(2)]
    theirs = another_browser(app, other)
    client.sign_in(account)
    client.post("/en/account/sessions/end-others")
    assert [is_signed_in(one) for one in (*others, client, theirs)] == [False, False, True, True]


def test_nobody_sees_or_ends_somebody_else_s_session(app: Flask, client: CheckedClient) -> None:
    other = factories.account()
    theirs = another_browser(app, other)
    client.sign_in(factories.account())
    found = rows(other)[0]
    assert str(found.id) not in client.get("/en/account/sessions").get_data(as_text=True)
    assert client.post(f"/en/account/sessions/{found.id}/end").status_code == 404
    assert is_signed_in(theirs)


def test_signing_in_takes_no_session_that_was_planted(client: CheckedClient) -> None:
    account = factories.account()
    with client.session_transaction() as session:
        session["_user_id"] = "planted"
    password_step(client, account)
    with client.session_transaction() as session:
        assert session["_user_id"] != "planted"
