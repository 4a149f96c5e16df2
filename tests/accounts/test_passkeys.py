"""Passkeys against a security key made here; tests/browser/test_passkey.py asks a real browser."""

import pytest
from sqlalchemy import select

from diaspora.accounts import second_factor_queries as factors
from diaspora.accounts import second_factor_rules as rules
from diaspora.accounts.models import Account
from diaspora.accounts.second_factor_models import Passkey
from diaspora.extensions import db
from tests import factories
from tests.accounts.authenticator import SecurityKey
from tests.accounts.test_second_factors import is_signed_in, mails, password_step
from tests.client import CheckedClient

OPTIONS, STEP = "/en/login/second-step/passkey/options", "/en/login/second-step/passkey"


@pytest.fixture
def person(client: CheckedClient) -> Account:
    account = factories.account()
    client.sign_in(account)
    return account


def register(client: CheckedClient, key: SecurityKey, name: str = "blue key") -> int:
    """Make a passkey as its person's browser does; how many this account has then."""
    options = client.post("/en/account/passkeys/options").get_json()
    answer = client.post(
        "/en/account/passkeys/new", data={"name": name, "credential": key.make(options["challenge"])}
    )
    assert answer.status_code in {200, 302}
    return len(db.session.scalars(select(Passkey)).all())


def challenge(client: CheckedClient, account: Account) -> str:
    client.post("/en/logout")
    assert password_step(client, account) == "/en/login/second-step"
    return str(client.post(OPTIONS).get_json()["challenge"])


def test_a_passkey_is_a_second_step(client: CheckedClient, person: Account) -> None:
    key = SecurityKey()
    assert register(client, key) == 1
    asked = challenge(client, person)
    assert not is_signed_in(client)
    client.post(STEP, data={"credential": key.show(asked)})
    assert is_signed_in(client)
    assert "A second factor was added to your account" in mails()
    assert factors.recovery_codes_left(person.id) == 10


def test_a_challenge_is_answered_once(client: CheckedClient, person: Account) -> None:
    key = SecurityKey()
    register(client, key)
    asked = challenge(client, person)
    client.post(STEP, data={"credential": "{}"})
    client.post(STEP, data={"credential": key.show(asked)})
    assert not is_signed_in(client), "a wrong answer used it up"
    answer = key.show(challenge(client, person))
    client.post(STEP, data={"credential": answer})
    assert is_signed_in(client)
    challenge(client, person)
    client.post(STEP, data={"credential": answer})
    assert not is_signed_in(client), "an answer that was heard is worth nothing"


@pytest.mark.parametrize(
    "key", [SecurityKey(origin="https://evil.example"), SecurityKey(site="evil.example")]
)
def test_a_passkey_of_another_site_is_not_kept(
    client: CheckedClient, person: Account, key: SecurityKey
) -> None:
    assert register(client, key) == 0


def test_an_answer_given_to_another_site_signs_nobody_in(client: CheckedClient, person: Account) -> None:
    key = SecurityKey()
    register(client, key)
    asked = challenge(client, person)
    key.origin = "https://evil.example"
    client.post(STEP, data={"credential": key.show(asked)})
    assert not is_signed_in(client)


def test_somebody_else_s_passkey_signs_nobody_in(client: CheckedClient, person: Account) -> None:
    mine, theirs = SecurityKey(), SecurityKey()
    register(client, mine)
    client.sign_in(factories.account())
    register(client, theirs)
    client.post(STEP, data={"credential": theirs.show(challenge(client, person))})
    assert not is_signed_in(client)
    theirs.id = mine.id
    client.post(STEP, data={"credential": theirs.show(challenge(client, person))})
    assert not is_signed_in(client), "the signature counts, not the name"


def test_a_copied_key_whose_count_goes_back_is_refused(client: CheckedClient, person: Account) -> None:
    key = SecurityKey(count=50)
    register(client, key)
    key.count = 10
    client.post(STEP, data={"credential": key.show(challenge(client, person))})
    assert not is_signed_in(client)


def test_a_key_is_registered_once(client: CheckedClient, person: Account) -> None:
    key = SecurityKey()
    register(client, key)
    client.sign_in(factories.account())
    assert register(client, key) == 1


def test_an_account_has_at_most_ten_passkeys(
    client: CheckedClient, person: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_PASSKEYS", 1)
    assert [register(client, SecurityKey()) for _ in range(2)] == [1, 1]


def test_nobody_touches_somebody_else_s_passkey(client: CheckedClient, person: Account) -> None:
    register(client, SecurityKey())
    theirs = db.session.scalars(select(Passkey)).one()
    client.sign_in(factories.account())
    assert client.post(f"/en/account/passkeys/{theirs.id}/remove").status_code == 404
    assert client.post(f"/en/account/passkeys/{theirs.id}", data={"name": "mine"}).status_code == 404


def test_a_passkey_is_renamed_and_removed(client: CheckedClient, person: Account) -> None:
    register(client, SecurityKey())
    path = f"/en/account/passkeys/{db.session.scalars(select(Passkey.id)).one()}"
    client.post(path, data={"name": "<b>phone"})
    assert "&lt;b&gt;phone" in client.get("/en/account/second-factors").get_data(as_text=True)
    client.post(f"{path}/remove")
    assert "A second factor was removed from your account" in mails()
    client.post("/en/logout")
    assert password_step(client, person) == "/en/"


@pytest.mark.parametrize(
    "sent", ["", "{", "[]", '{"id": 5}', '{"id": null, "response": 7}', '"x"', "[[1]]", "9" * 9999]
)
def test_no_answer_is_an_error_of_ours(client: CheckedClient, person: Account, sent: str) -> None:
    client.post("/en/account/passkeys/options")
    page = client.post("/en/account/passkeys/new", data={"name": "key", "credential": sent})
    assert page.status_code == 200
    register(client, SecurityKey())
    challenge(client, person)
    assert client.post(STEP, data={"credential": sent}).status_code == 200
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("address", "possible"),
    [
        ("https://punte.example.org", True),
        ("http://localhost:8000", True),
        ("http://127.0.0.1:8000", False),
        ("https://192.0.2.7", False),
        ("http://[::1]:8000", False),
        ("http://punte.example.org", False),
    ],
)
def test_passkeys_are_offered_where_browsers_make_them(address: str, possible: bool) -> None:
    assert rules.passkeys_possible(address) is possible
