"""Guessing is slowed; a stranger locks nobody out; known and unknown addresses cost the same work."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import select

from diaspora import create_app
from diaspora.accounts import attempts, secrets, services
from diaspora.accounts.attempts import Origin
from diaspora.accounts.models import Account, Attempt
from diaspora.accounts.rules import LIMITS, TELL_AT, Counted, LinkPurpose
from diaspora.extensions import db
from diaspora.platform import clock, retention
from diaspora.platform.access import VISITOR
from diaspora.platform.mail.models import OutboxMail
from diaspora.platform.refusals import Refused
from tests import factories
from tests.client import CheckedClient
from tests.conftest import Jobs, database_for, settings_for
from tests.factories import NOW
from tests.guards.test_queries import watched

pytestmark = pytest.mark.usefixtures("cheap_hashes")

HERE, THERE = Origin("203.0.113.0/24"), Origin("198.51.100.0/24")


def guess(email: str, origin: Origin, times: int = 1) -> None:
    for _ in range(times):
        assert services.sign_in(email, "not the right one", VISITOR, NOW, origin) is None


def known_device(account: Account, network: str = "203.0.113.0/24") -> Origin:
    return Origin(network, {str(account.id): ("device", secrets.digest(account.password_hash))})


def test_the_sixth_try_waits_and_waits_longer_each_time(app: Flask) -> None:
    account, now = factories.account(), NOW
    guess(account.email, HERE, 5)
    waits = []
    for _ in range(4):
        with pytest.raises(Refused):
            services.sign_in(account.email, factories.PASSWORD, VISITOR, now, HERE)
        begun = now
        while True:
            now += timedelta(seconds=30)
            try:
                services.sign_in(account.email, "not the right one", VISITOR, now, HERE)
                break
            except Refused:
                continue
        waits.append(now - begun)
    assert waits == sorted(set(waits))


def test_a_stranger_s_guesses_do_not_lock_the_owner_out(app: Flask) -> None:
    account = factories.account()
    guess(account.email, HERE, 5)
    assert services.sign_in(account.email, factories.PASSWORD, VISITOR, NOW, THERE) is not None


def test_a_known_device_passes_by_strangers_in_its_own_network_and_everywhere(app: Flask) -> None:
    account = factories.account()
    device = known_device(account)
    guess(account.email, HERE, 5)
    for number in range(15):
        guess(account.email, Origin(f"10.0.{number}.0/24"))
    with pytest.raises(Refused):
        services.sign_in(account.email, factories.PASSWORD, VISITOR, NOW, THERE)
    assert services.sign_in(account.email, factories.PASSWORD, VISITOR, NOW, device) is not None


def test_a_known_device_is_slowed_by_its_own_failures(app: Flask) -> None:
    account = factories.account()
    guess(account.email, known_device(account), 5)
    with pytest.raises(Refused):
        services.sign_in(account.email, factories.PASSWORD, VISITOR, NOW, known_device(account))


def test_a_device_is_known_no_more_after_a_new_password(app: Flask) -> None:
    account = factories.account()
    device = known_device(account)
    account.password_hash = secrets.hash_password("seven green boats")
    assert device.device_of(account) == ""


def test_the_right_password_begins_the_count_anew(app: Flask) -> None:
    account = factories.account()
    for _ in range(3):
        guess(account.email, HERE, 4)
        assert services.sign_in(account.email, factories.PASSWORD, VISITOR, NOW, HERE) is not None


def test_a_mailed_link_ends_the_waiting(app: Flask) -> None:
    account = factories.account()
    guess(account.email, HERE, 5)
    token = services.issue_link(LinkPurpose.RESET_PASSWORD, NOW, account_id=account.id)
    services.reset_password(token, "seven green boats", NOW)
    assert services.sign_in(account.email, "seven green boats", VISITOR, NOW, HERE) is not None


def test_the_owner_is_told_once_and_the_unknown_cost_the_same(app: Flask, jobs: Jobs) -> None:
    account = factories.account()
    asked = []
    for email in (account.email, "nobody@example.org"):
        now = NOW
        for number in range(TELL_AT + 4):
            now += timedelta(minutes=2)
            services.sign_in(email, "not the right one", VISITOR, now, Origin(f"10.0.{number}.0/24"))
        db.session.commit()
        asked.append([name for name, _arguments in jobs.waiting])
        jobs.run()
    assert asked[0] == asked[1]
    assert [mail.message for mail in db.session.scalars(select(OutboxMail))] == ["sign_in_failures"]


def test_one_network_s_sign_ups_and_resets_are_limited(app: Flask) -> None:
    most = LIMITS[Counted.SIGN_UP].waits[0][0]
    for _ in range(most):
        attempts.count_once(Counted.SIGN_UP, HERE.network, NOW)
        services.ask_for_reset("nobody@example.org", NOW, HERE)
    with pytest.raises(Refused):
        services.sign_up("vera@example.org", "three quiet rivers", "ro", VISITOR, NOW, origin=HERE)
    with pytest.raises(Refused):
        services.ask_for_reset("nobody@example.org", NOW, HERE)
    services.ask_for_reset("nobody@example.org", NOW + timedelta(hours=1, minutes=1), HERE)
    services.ask_for_reset("nobody@example.org", NOW, THERE)


def test_the_counters_hold_neither_addresses_nor_whole_networks(client: CheckedClient) -> None:
    client.post("/en/login", data={"email": "somebody.in.hiding@example.org", "password": "not right"})
    kept = " ".join(db.session.scalars(select(Attempt.key)))
    assert "hiding" not in kept
    assert "127.0.0.0/24" in kept
    assert "127.0.0.1" not in kept


def test_old_counters_are_forgotten(app: Flask) -> None:
    attempts.count_once(Counted.RESET, HERE.network, NOW - timedelta(days=400))
    retention.keep_to(retention.called("counted attempts"), clock.now())
    assert db.session.scalars(select(Attempt)).all() == []


def test_the_form_says_how_long_to_wait_and_sets_the_device_cookie(client: CheckedClient) -> None:
    account = factories.account()
    data = {"email": account.email, "password": "not the right one"}
    for _ in range(5):
        client.post("/en/login", data=data)
    page = client.post("/en/login", data={**data, "password": factories.PASSWORD}).get_data(as_text=True)
    assert "Too many attempts. Wait 1 minute" in page
    other = factories.account()
    answer = client.post("/en/login", data={"email": other.email, "password": factories.PASSWORD})
    cookie = answer.headers.getlist("Set-Cookie")
    assert any("diaspora_device=" in one and "HttpOnly" in one for one in cookie)


def test_a_device_cookie_is_known_again_and_a_forged_one_is_not(client: CheckedClient) -> None:
    account = factories.account()
    right = {"email": account.email, "password": factories.PASSWORD}
    client.post("/en/login", data=right)
    client.post("/en/logout")
    stranger = client.application.test_client()
    for _ in range(5):
        stranger.post("/en/login", data={**right, "password": "not the right one"})
    stranger.set_cookie("diaspora_device", "eyJhIjoxfQ.forged")
    assert "Too many attempts" in stranger.post("/en/login", data=right).get_data(as_text=True)
    assert client.post("/en/login", data=right).status_code == 302


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    done: list[str] = []

    class Counting:
        """Argon2, with a note of each computation."""

        def __getattr__(self, name: str) -> Any:
            done.append(name)
            return getattr(hasher, name)

    hasher = secrets._HASHER
    monkeypatch.setattr(secrets, "_HASHER", Counting())
    return done


@contextmanager
def work(app: Flask, hashes: list[str], jobs: Jobs) -> Iterator[list[Any]]:
    found: list[Any] = []
    hashes.clear()
    jobs.waiting.clear()
    with watched(app) as asked:
        yield found
    found += [list(hashes), len(asked.all), [name for name, _arguments in jobs.waiting]]


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize(
    ("path", "password"),
    [("/en/login", "not the right one"), ("/en/signup", "seven green boats"), ("/en/password/forgotten", "")],
)
def test_known_and_unknown_addresses_cost_the_same_hashes_statements_and_jobs(
    app: Flask, client: CheckedClient, jobs: Jobs, hashes: list[str], path: str, password: str, times: int
) -> None:
    confirmed, waiting = factories.account(), factories.account(email_confirmed_at=None)
    closed = factories.account(closed_at=NOW)
    client.post(path, data={"email": "warm@example.org", "password": password})
    costs = []
    for email in (confirmed.email, waiting.email, closed.email, "nobody@example.org"):
        for _ in range(times - 1):
            client.post(path, data={"email": email, "password": password})
        with work(app, hashes, jobs) as cost:
            client.post(path, data={"email": email, "password": password})
        costs.append(cost)
    assert all(cost == costs[0] for cost in costs), costs


def test_a_taken_new_address_costs_the_same(
    app: Flask, client: CheckedClient, jobs: Jobs, hashes: list[str]
) -> None:
    client.sign_in(factories.account())
    costs = []
    for email in ("warm@example.org", factories.account().email, "nobody@example.org"):
        data = {"email": email, "current": factories.PASSWORD}
        with work(app, hashes, jobs) as cost:
            client.post("/en/account/address", data=data)
        costs.append(cost)
    assert costs[1] == costs[2]


@pytest.mark.own_database
def test_guesses_at_the_same_moment_are_counted_one_after_the_other(tmp_path: Path, worker: str) -> None:
    app = create_app(settings_for(tmp_path, database_for(f"{worker}_guess", tmp_path)), testing=True)
    with app.app_context():
        upgrade()
        email = factories.account().email
        db.session.remove()
    together = Barrier(8)

    def one(_number: int) -> bool:
        with app.app_context():
            together.wait()
            try:
                services.sign_in(email, "not the right one", VISITOR, NOW, HERE)
            except Refused:
                db.session.rollback()
                return False
            db.session.commit()
            return True

    with ThreadPoolExecutor(8) as guessers:
        looked_at = list(guessers.map(one, range(8)))
    assert looked_at.count(True) == 5, "as many as one after the other"
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
