"""Which passwords are taken, how they are kept, and that no input makes judging them slow."""

import unicodedata

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from zxcvbn.matching import RANKED_DICTIONARIES

from diaspora.accounts import passwords, queries, secrets, services
from diaspora.accounts.models import Account
from diaspora.accounts.rules import LinkPurpose
from diaspora.extensions import db
from diaspora.platform import clock
from tests import factories
from tests.client import CheckedClient


@pytest.mark.parametrize(
    "password",
    [
        "three quiet rivers", "podul de piatră veche", "три тихие реки", "我们在河边散步很久了啊",
        "only lower case letters", "ZxZxZx and a walk beside the river", "long " + "ώρα νερό φως " * 15,
    ],
)  # fmt: skip
def test_long_passphrases_in_any_script_are_welcome(password: str) -> None:
    assert passwords.password_refusal(password, "vera@example.org") is None


@pytest.mark.parametrize(
    "password",
    [
        "password12",
        "qwertyuiop123",
        "parola12345",
        "1234567890",
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "moldova2024",
    ],
)
def test_what_is_guessed_first_is_refused(password: str) -> None:
    assert passwords.password_refusal(password) is not None


@pytest.mark.parametrize(
    "password",
    ["Vera.Popa 1985", "ver@popa popavera", "POPA-VERA-1985", "vera popa vera popa", "Żuravlová 1985"],
)
def test_one_s_own_names_and_address_make_no_password(password: str) -> None:
    own = ("vera.popa@example.org", "Vera", "Popa", "Журавлова", "Zuravlova")
    assert passwords.password_refusal(password, *own) is not None


def test_a_name_inside_a_good_passphrase_does_no_harm() -> None:
    assert passwords.password_refusal("ana buys seven green boats", "ana@example.org", "Ana") is None


@given(st.text(max_size=400), st.lists(st.text(max_size=30), max_size=4))
@settings(max_examples=60, deadline=None)
def test_every_text_is_judged(password: str, own: list[str]) -> None:
    refused = passwords.password_refusal(password, *own)
    if len(password) > passwords.LONGEST_PASSWORD or len(password.strip()) < 2:
        assert refused is not None


def test_only_a_short_beginning_is_judged_because_signs_for_letters_cost_much(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(passwords, "zxcvbn", lambda text, *rest, **more: seen.append(text) or {"score": 4})
    passwords.password_refusal("4@8({[<36!|17105$+%2" * 10)
    assert [len(text) for text in seen] == [passwords.LOOKED_AT]


def test_the_library_is_not_given_personal_data(app: object) -> None:
    passwords.password_refusal("three quiet rivers", "somebody.in.hiding@example.org")
    assert not RANKED_DICTIONARIES.get("user_inputs")


def test_hashes_are_argon2id_with_at_least_the_parameters_of_owasp() -> None:
    made = extract_parameters(secrets.hash_password("three quiet rivers"))
    assert made.type is Type.ID
    assert made.memory_cost >= 46 * 1024
    assert made.time_cost >= 1


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_a_password_fits_however_a_keyboard_composes_it(form: str) -> None:
    kept = secrets.hash_password("trei răuri ﬁne și №5")
    assert secrets.password_fits(kept, unicodedata.normalize(form, "trei răuri ﬁne și №5"))  # type: ignore[arg-type]


def test_a_hash_from_before_passwords_were_normalised_still_works() -> None:
    kept = PasswordHasher().hash("trei râuri ﬁne")
    assert secrets.password_fits(kept, "trei râuri ﬁne")
    assert not secrets.password_fits(kept, "trei rauri fine")


def test_sign_in_makes_an_old_hash_new(client: CheckedClient) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(factories.PASSWORD)
    account = factories.account(password_hash=weak)
    data = {"email": account.email, "password": factories.PASSWORD}
    client.post("/en/login", data={**data, "password": "not the right one"})
    assert db.session.scalar(select(Account.password_hash)) == weak
    client.post("/en/login", data=data)
    kept = db.session.scalar(select(Account.password_hash))
    assert kept is not None
    assert not secrets.hash_outdated(kept)
    assert secrets.password_fits(kept, factories.PASSWORD)


def test_a_reset_knows_the_person_s_names(client: CheckedClient) -> None:
    account = factories.account()
    factories.candidate(account_id=account.id, given_name="Ecaterina", family_name="Zymbruvescu")
    institution = factories.institution(lead=account)
    assert {"Ecaterina", "Zymbruvescu", institution.memberships[0].family_name} <= set(
        queries.own_words(account)
    )
    token = services.issue_link(LinkPurpose.RESET_PASSWORD, clock.now(), account_id=account.id)
    db.session.commit()
    page = client.post(f"/en/password/new/{token}", data={"password": "ecaterina zymbruvescu 85"})
    assert 'id="password-error"' in page.get_data(as_text=True)
    assert client.post(f"/en/password/new/{token}", data={"password": "seven green boats"}).status_code == 302
