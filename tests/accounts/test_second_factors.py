"""Authenticator apps, recovery codes, the wall before roles that need a second factor, and guessing."""

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from diaspora.accounts import second_factor_queries as factors
from diaspora.accounts import second_factor_rules as rules
from diaspora.accounts import services
from diaspora.accounts.models import Account, SignInSession
from diaspora.accounts.second_factor_models import RecoveryCode, SecondStep, TotpFactor
from diaspora.accounts.second_steps import forget_old_second_steps
from diaspora.accounts.secrets import sealed, unsealed
from diaspora.extensions import db
from diaspora.platform import clock
from diaspora.platform.access import (
    BEFORE_SECOND_FACTOR,
    STAFF_ROLES,
    SYSTEM,
    Role,
    permission_of,
    second_factor_reasons,
)
from diaspora.platform.audit import AuditEvent
from diaspora.platform.mail.models import OutboxMail
from tests import factories
from tests.client import CheckedClient
from tests.guards.test_access import endpoints

CODE = re.compile(r">(\d[a-z0-9]{3}-[a-z0-9]{4}-[a-z0-9]{4})<")
KEY = re.compile(r'class="key">([A-Z2-7 ]{39})<')


def code_of(secret: str) -> str:
    """What the app shows now, as if it had shown nothing before: all of a test happens within one step."""
    db.session.execute(update(TotpFactor).values(last_step=0))
    db.session.commit()
    return pyotp.TOTP(secret).at(int(clock.now().timestamp()))


def set_up(client: CheckedClient) -> tuple[str, list[str]]:
    """Set up an app as its person does; its secret and the recovery codes."""
    client.post("/en/account/second-factors/app/new")
    found = KEY.search(client.get("/en/account/second-factors/app").get_data(as_text=True))
    assert found is not None
    secret = found[1].replace(" ", "")
    page = client.post("/en/account/second-factors/app", data={"code": code_of(secret)})
    return secret, CODE.findall(page.get_data(as_text=True))


def password_step(client: CheckedClient, account: Account, **more: str) -> str:
    """Give address and password; where that leads."""
    data = {"email": account.email, "password": factories.PASSWORD, **more}
    return client.post("/en/login", data=data).headers["Location"]


def is_signed_in(client: CheckedClient) -> bool:
    return client.get("/en/account").status_code == 200


def mails() -> list[str]:
    rows = db.session.scalars(select(OutboxMail).order_by(OutboxMail.created_at))
    return [mail.subject for mail in rows]


def token(client: CheckedClient) -> str:
    with client.session_transaction() as session:
        return str(session["_user_id"])


@pytest.fixture
def person(client: CheckedClient) -> Account:
    """Somebody signed in, who typed their password a moment ago."""
    account = factories.account()
    client.sign_in(account)
    return account


def test_with_an_app_the_password_alone_signs_nobody_in(client: CheckedClient, person: Account) -> None:
    secret, _codes = set_up(client)
    client.post("/en/logout")
    assert password_step(client, person) == "/en/login/second-step"
    assert not is_signed_in(client)
    done = client.post("/en/login/second-step", data={"code": code_of(secret)})
    assert done.headers["Location"] == "/en/"
    assert is_signed_in(client)


def test_the_second_step_goes_on_to_where_somebody_wanted_to_go_and_to_no_other_site(
    client: CheckedClient, person: Account
) -> None:
    secret, _codes = set_up(client)
    for wanted, expected in (("/en/account", "/en/account"), ("//evil.example", "/en/")):
        client.post("/en/logout")
        data = {"email": person.email, "password": factories.PASSWORD}
        client.post("/en/login", query_string={"next": wanted}, data=data)
        answer = client.post(
            "/en/login/second-step", query_string={"next": wanted}, data={"code": code_of(secret)}
        )
        assert answer.headers["Location"] == expected


def test_a_code_works_once(client: CheckedClient, person: Account) -> None:
    secret, _codes = set_up(client)
    client.post("/en/logout")
    code = code_of(secret)
    for signs_in in (True, False):
        password_step(client, person)
        client.post("/en/login/second-step", data={"code": code})
        assert is_signed_in(client) is signs_in
        client.post("/en/logout")


def test_the_code_that_set_the_app_up_signs_nobody_in(client: CheckedClient, person: Account) -> None:
    secret, _codes = set_up(client)
    client.post("/en/logout")
    password_step(client, person)
    step = db.session.scalars(select(TotpFactor.last_step)).one()
    client.post("/en/login/second-step", data={"code": pyotp.TOTP(secret).generate_otp(step)})
    assert not is_signed_in(client)


@given(
    now=st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2099, 1, 1), timezones=st.just(UTC)),
    shift=st.integers(-5, 5),
    last=st.integers(-5, 5),
)
def test_a_code_is_right_one_step_around_now_and_later_than_the_last(
    now: datetime, shift: int, last: int
) -> None:
    secret, present = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", rules.step_of(now)
    code = pyotp.TOTP(secret).generate_otp(present + shift)
    found = rules.matching_step(secret, code, now, present + last)
    if shift in {-1, 0, 1} and shift > last:
        assert found == present + shift
    else:
        assert found is None or pyotp.TOTP(secret).generate_otp(found) == code


@given(wrong=st.integers(0, 1000))
def test_whoever_guesses_waits_longer_each_time_and_never_more_than_an_hour(wrong: int) -> None:
    assert rules.wait_after(wrong) <= rules.wait_after(wrong + 1) <= timedelta(hours=1)
    assert (rules.wait_after(wrong) == timedelta()) == (wrong < rules.FREE_GUESSES)


@given(position=st.integers(0, rules.RECOVERY_CODES - 1))
def test_a_recovery_code_is_read_with_or_without_dashes(position: int) -> None:
    code = rules.new_recovery_code(position)
    assert rules.recovery_position(rules.compact(code.upper().replace("-", " "))) == position
    assert rules.recovery_position(rules.compact(code[:-1])) is None


@pytest.mark.parametrize("code", ["", "x", "123456", "²" * 12, "3" + "o" * 11, "a" * 40, "🙂" * 12])
def test_no_text_is_taken_for_a_code(client: CheckedClient, person: Account, code: str) -> None:
    set_up(client)
    client.post("/en/logout")
    password_step(client, person)
    assert client.post("/en/login/second-step", data={"code": code}).status_code == 200
    assert not is_signed_in(client)


def test_a_recovery_code_stands_in_once_and_its_use_is_mailed(client: CheckedClient, person: Account) -> None:
    _secret, codes = set_up(client)
    assert len(set(codes)) == 10
    client.post("/en/logout")
    for signs_in in (True, False):
        password_step(client, person)
        client.post("/en/login/second-step", data={"code": codes[3].upper()})
        assert is_signed_in(client) is signs_in
        client.post("/en/logout")
    assert "A recovery code was used" in mails()
    assert factors.recovery_codes_left(person.id) == 9


def test_new_recovery_codes_make_the_old_ones_worthless(client: CheckedClient, person: Account) -> None:
    _secret, old = set_up(client)
    new = CODE.findall(client.post("/en/account/second-factors/codes").get_data(as_text=True))
    assert len(new) == 10
    client.post("/en/logout")
    for code, signs_in in ((old[0], False), (new[0], True)):
        password_step(client, person)
        client.post("/en/login/second-step", data={"code": code})
        assert is_signed_in(client) is signs_in


def test_codes_and_secrets_stand_nowhere_in_the_clear(client: CheckedClient, person: Account) -> None:
    secret, codes = set_up(client)
    app = db.session.scalars(select(TotpFactor)).one()
    assert secret not in app.sealed_secret
    assert services.secret_of(app) == secret
    stored = "".join(db.session.scalars(select(RecoveryCode.code_hash)))
    assert stored.count("$argon2id$") == 10
    assert not [code for code in codes if rules.compact(code) in stored]
    later = client.get("/en/account/second-factors").get_data(as_text=True)
    assert CODE.findall(later) == []
    assert client.get("/en/account/second-factors/app").status_code == 302


def test_what_was_sealed_for_one_opens_for_no_other(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    text = sealed("JBSWY3DP", "totp a")
    assert unsealed(text, "totp a") == "JBSWY3DP"
    assert unsealed(text, "totp b") is None
    assert unsealed(text[:-4] + "AAAA", "totp a") is None
    monkeypatch.setattr(app.extensions["settings"], "secret_key", "another secret of enough length")
    assert unsealed(text, "totp a") is None


def test_with_another_secret_key_app_codes_are_wrong_and_recovery_codes_are_right(
    app: Flask, client: CheckedClient, person: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, codes = set_up(client)
    client.post("/en/logout")
    password_step(client, person)
    monkeypatch.setattr(app.extensions["settings"], "secret_key", "another secret of enough length")
    assert client.post("/en/login/second-step", data={"code": code_of(secret)}).status_code == 200
    assert client.post("/en/login/second-step", data={"code": codes[0]}).status_code == 302


def test_after_five_wrong_codes_even_the_right_one_waits(client: CheckedClient, person: Account) -> None:
    secret, _codes = set_up(client)
    client.post("/en/logout")
    password_step(client, person)
    for _ in range(rules.FREE_GUESSES):
        client.post("/en/login/second-step", data={"code": "000000"})
    page = client.post("/en/login/second-step", data={"code": code_of(secret)})
    assert "Too many wrong attempts" in page.get_data(as_text=True)
    assert not is_signed_in(client)
    # another browser, another try at the password: what is counted stands in the database
    password_step(client, person)
    client.post("/en/login/second-step", data={"code": code_of(secret)})
    assert not is_signed_in(client)
    assert mails().count("Somebody tried to guess their way into your account") == 1
    guesses = factors.guesses_of(person.id)
    assert guesses is not None
    assert guesses.wrong == rules.FREE_GUESSES
    guesses.wait_until = clock.now() - timedelta(seconds=1)
    db.session.commit()
    client.post("/en/login/second-step", data={"code": code_of(secret)})
    assert is_signed_in(client)
    assert factors.guesses_of(person.id) is None


def test_the_second_step_has_ten_minutes(client: CheckedClient, person: Account) -> None:
    secret, _codes = set_up(client)
    client.post("/en/logout")
    password_step(client, person)
    step = db.session.scalars(select(SecondStep)).one()
    step.started_at -= timedelta(minutes=10)
    db.session.commit()
    answer = client.post("/en/login/second-step", data={"code": code_of(secret)})
    assert answer.headers["Location"] == "/en/login"
    assert not is_signed_in(client)
    forget_old_second_steps()
    assert db.session.scalars(select(SecondStep)).all() == []


def test_a_half_signed_cookie_is_no_session_and_no_session_is_half_signed(
    client: CheckedClient, person: Account
) -> None:
    set_up(client)
    whole = token(client)
    client.post("/en/logout")
    password_step(client, person)
    with client.session_transaction() as session:
        half = session["second_step"]
        session["_user_id"] = half
    assert not is_signed_in(client)
    with client.session_transaction() as session:
        session.clear()
        session["second_step"] = whole
    assert client.get("/en/login/second-step").status_code == 302


def test_a_new_password_ends_a_half_done_sign_in(client: CheckedClient, person: Account) -> None:
    secret, _codes = set_up(client)
    client.post("/en/logout")
    password_step(client, person)
    services.end_sessions(person.id, clock.now())
    db.session.commit()
    client.post("/en/login/second-step", data={"code": code_of(secret)})
    assert not is_signed_in(client)


CHANGES = [
    "/en/account/second-factors/app/new",
    "/en/account/second-factors/codes",
    "/en/account/second-factors/app/remove",
]


@pytest.mark.parametrize("path", CHANGES)
def test_factors_change_only_after_the_password(client: CheckedClient, person: Account, path: str) -> None:
    set_up(client)
    row = db.session.scalars(select(SignInSession).where(SignInSession.ended_at.is_(None))).one()
    row.proved_at = clock.now() - timedelta(minutes=10)
    db.session.commit()
    before = db.session.scalars(select(RecoveryCode.code_hash)).all()
    answer = client.post(path)
    assert answer.headers["Location"].startswith("/en/account/proof?next=")
    assert db.session.scalars(select(RecoveryCode.code_hash)).all() == before
    assert factors.has_second_factor(person.id)


def test_the_password_typed_again_leads_back_and_renews_the_session(
    client: CheckedClient, person: Account
) -> None:
    row = db.session.scalars(select(SignInSession)).one()
    row.proved_at = None
    db.session.commit()
    first = token(client)
    path = "/en/account/proof?next=/en/account/sessions"
    wrong = client.post(path, data={"password": "not this one"})
    assert "not your password" in wrong.get_data(as_text=True)
    assert (
        client.post(path, data={"password": factories.PASSWORD}).headers["Location"] == "/en/account/sessions"
    )
    assert token(client) != first
    with client.session_transaction() as session:
        session["_user_id"] = first
    assert not is_signed_in(client)


def test_guessing_the_password_at_somebody_s_open_browser_is_slowed(
    client: CheckedClient, person: Account
) -> None:
    for _ in range(rules.FREE_GUESSES):
        client.post("/en/account/proof", data={"password": "not this one"})
    page = client.post("/en/account/proof", data={"password": factories.PASSWORD})
    assert "Too many wrong attempts" in page.get_data(as_text=True)


def test_every_change_is_mailed_and_signs_other_browsers_out(
    app: Flask, client: CheckedClient, person: Account
) -> None:
    elsewhere = app.test_client()
    assert isinstance(elsewhere, CheckedClient)
    for act, subject in (
        (lambda: set_up(client), "A second factor was added to your account"),
        (lambda: client.post(CHANGES[1]), "You have new recovery codes"),
        (lambda: client.post(CHANGES[2]), "A second factor was removed from your account"),
    ):
        elsewhere.sign_in(person)
        act()
        assert subject in mails()
        assert is_signed_in(client)
        assert not is_signed_in(elsewhere)
    acts = set(db.session.scalars(select(AuditEvent.act)))
    assert acts >= {"account.app_added", "account.recovery_codes_made", "account.app_removed"}


def test_without_a_factor_recovery_codes_are_worth_nothing(client: CheckedClient, person: Account) -> None:
    set_up(client)
    client.post(CHANGES[2])
    assert db.session.scalars(select(RecoveryCode)).all() == []
    page = client.post(CHANGES[1], follow_redirects=True).get_data(as_text=True)
    assert "Set one up first" in page


def test_an_app_that_was_never_proved_protects_and_locks_nothing(
    client: CheckedClient, person: Account
) -> None:
    client.post(CHANGES[0])
    client.post("/en/account/second-factors/app", data={"code": "000000"})
    client.post("/en/logout")
    assert password_step(client, person) == "/en/"


# The wall.


def must_have(role: Role) -> Account:
    if role is Role.HOST_LEAD:
        lead: Account = factories.institution().memberships[0].account
        return lead
    return factories.account(role)


NEEDING = [Role.HOST_LEAD, *sorted(STAFF_ROLES)]


@pytest.mark.parametrize("role", NEEDING)
def test_whoever_must_have_a_second_factor_sets_it_up_before_anything_else(
    app: Flask, client: CheckedClient, role: Role
) -> None:
    client.sign_in(must_have(role), second_step=False)
    for endpoint, method, address in endpoints(app):
        if permission_of(app, endpoint) in BEFORE_SECOND_FACTOR:
            continue
        answer = client.open(address, method=method)
        assert answer.headers.get("Location") == "/en/account/second-factors", f"{method} {endpoint}"
    page = client.get("/en/account/second-factors").get_data(as_text=True)
    assert "Before anything else" in page


def test_once_set_up_the_wall_opens_and_the_session_has_another_id(client: CheckedClient) -> None:
    client.sign_in(must_have(Role.OFFICER), second_step=False)
    first = token(client)
    set_up(client)
    assert client.get("/en/staff").status_code == 200
    assert token(client) != first


def test_before_the_wall_public_pages_are_those_of_a_visitor(client: CheckedClient) -> None:
    lead = must_have(Role.HOST_LEAD)
    client.sign_in(lead, second_step=False)
    page = client.get("/en/").get_data(as_text=True)
    assert "University" not in page
    assert client.get("/en/placements").status_code == 200
    officer = must_have(Role.OFFICER)
    assert client.sign_in(officer, second_step=False).get("/en/").status_code == 200
    assert "Work list" not in client.get("/en/account").get_data(as_text=True), (
        "no role counts before the wall"
    )


def test_whoever_removes_the_last_factor_stands_before_the_wall_again(client: CheckedClient) -> None:
    client.sign_in(must_have(Role.ADMIN), second_step=False)
    set_up(client)
    client.post(CHANGES[2])
    assert client.get("/en/staff").headers["Location"] == "/en/account/second-factors"


def test_only_the_demonstration_waives_the_wall(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    held = frozenset({Role.MEMBER, Role.OFFICER, Role.HOST_LEAD})
    assert len(second_factor_reasons(held)) == 2
    assert second_factor_reasons(frozenset({Role.MEMBER, Role.CANDIDATE, Role.HOST_EDITOR})) == []
    assert all(second_factor_reasons(frozenset({role})) for role in {*STAFF_ROLES, Role.HOST_LEAD})
    monkeypatch.setattr(app.extensions["settings"], "demonstration", True)
    assert second_factor_reasons(held) == []


@pytest.mark.parametrize("role", [None, Role.CANDIDATE, Role.HOST_EDITOR])
def test_others_are_offered_a_second_factor_and_need_none(client: CheckedClient, role: Role | None) -> None:
    account = factories.account()
    if role is Role.CANDIDATE:
        factories.candidate(account_id=account.id)
    if role is Role.HOST_EDITOR:
        factories.institution(lead=account).memberships[0].role = role
        db.session.commit()
    client.sign_in(account, second_step=False)
    path = {None: "/en/account", Role.CANDIDATE: "/en/profile", Role.HOST_EDITOR: "/en/institution"}[role]
    assert client.get(path).status_code == 200
    assert "Set up an app" in client.get("/en/account/second-factors").get_data(as_text=True)


def test_a_role_that_is_granted_ends_the_sessions_before_it(client: CheckedClient, person: Account) -> None:
    services.grant_role(person, Role.OFFICER, SYSTEM, clock.now())
    db.session.commit()
    assert not is_signed_in(client)
    password_step(client, person)
    assert client.get("/en/staff").headers["Location"] == "/en/account/second-factors"
