import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from diaspora.accounts import services
from diaspora.accounts.models import Account, OneTimeLink, SignInSession
from diaspora.accounts.rules import LinkPurpose
from diaspora.extensions import db
from diaspora.platform import clock
from diaspora.platform.mail.models import OutboxMail
from tests import factories
from tests.client import CheckedClient
from tests.conftest import Jobs
from tests.factories import NOW

LINK = re.compile(r"http://localhost(/\S+)")


def newest_mail(address: str) -> OutboxMail:
    mail = db.session.scalars(
        select(OutboxMail).where(OutboxMail.address == address).order_by(OutboxMail.created_at.desc())
    ).first()
    assert mail is not None
    return mail


def test_a_sign_up_is_usable_only_after_the_mailed_link(client: CheckedClient, jobs: Jobs) -> None:
    sent = client.post("/ro/signup", data={"email": "Vera@Example.org ", "password": "podul de piatra veche"})
    assert sent.headers["Location"] == "/ro/signup/mail"
    refused = client.post(
        "/ro/login", data={"email": "vera@example.org", "password": "podul de piatra veche"}
    )
    assert refused.status_code == 200
    link = LINK.search(newest_mail("vera@example.org").text)
    assert link is not None
    client.get(link[1])
    assert db.session.scalar(select(Account.email_confirmed_at)) is None, (
        "following the link alone proves nothing"
    )
    client.post(link[1], data={"password": "podul de piatra veche"})
    assert db.session.scalar(select(Account.email_confirmed_at)) is not None
    assert client.get("/ro/account").status_code == 200


def test_a_link_works_once(client: CheckedClient) -> None:
    account = factories.account(email_confirmed_at=None)
    token = services.issue_link(LinkPurpose.CONFIRM_ADDRESS, clock.now(), account_id=account.id)
    db.session.commit()
    data = {"password": factories.PASSWORD}
    assert client.post(f"/en/confirm/{token}", data=data).status_code == 302
    client.post("/en/logout")
    again = client.post(f"/en/confirm/{token}", data=data)
    assert "used or is too old" in again.get_data(as_text=True)


def test_a_link_ends_with_its_time(client: CheckedClient) -> None:
    account = factories.account()
    long_ago = clock.now() - timedelta(hours=2)
    token = services.issue_link(LinkPurpose.RESET_PASSWORD, long_ago, account_id=account.id)
    db.session.commit()
    page = client.post(f"/en/password/new/{token}", data={"password": "another long password"})
    assert "used or is too old" in page.get_data(as_text=True)


def test_known_and_unknown_addresses_get_the_same_answers(client: CheckedClient) -> None:
    account = factories.account()
    for path, data in (
        ("/en/signup", {"password": "a long enough password"}),
        ("/en/password/forgotten", {}),
        ("/en/login", {"password": "not the right one"}),
    ):
        known = client.post(path, data={**data, "email": account.email})
        unknown = client.post(path, data={**data, "email": "nobody@example.org"})
        assert (known.status_code, known.headers.get("Location")) == (
            unknown.status_code,
            unknown.headers.get("Location"),
        )
        assert known.get_data(as_text=True).replace(account.email, "") == unknown.get_data(
            as_text=True
        ).replace("nobody@example.org", "")


def test_signing_out_makes_the_cookie_worthless(client: CheckedClient) -> None:
    client.sign_in(factories.account())
    with client.session_transaction() as session:
        token = session["_user_id"]
    client.post("/en/logout")
    with client.session_transaction() as session:
        session["_user_id"] = token
    assert client.get("/en/account").status_code == 302


def test_a_new_password_ends_every_session(client: CheckedClient) -> None:
    account = factories.account()
    client.sign_in(account)
    token = services.issue_link(LinkPurpose.RESET_PASSWORD, clock.now(), account_id=account.id)
    db.session.commit()
    client.post(f"/en/password/new/{token}", data={"password": "another long password"})
    assert db.session.scalars(select(SignInSession).where(SignInSession.ended_at.is_(None))).all() == []
    assert client.get("/en/account").status_code == 302


def test_an_idle_session_ends(client: CheckedClient) -> None:
    client.sign_in(factories.account())
    found = db.session.scalars(select(SignInSession)).one()
    found.last_seen_at = clock.now() - timedelta(days=8)
    db.session.commit()
    assert client.get("/en/account").status_code == 302


def test_sign_in_goes_on_only_to_this_site(client: CheckedClient) -> None:
    account = factories.account()
    data = {"email": account.email, "password": factories.PASSWORD}
    for wanted, expected in (
        ("/en/account", "/en/account"),
        ("//evil.example", "/en/"),
        ("https://evil.example", "/en/"),
        ("/\\evil.example", "/en/"),
    ):
        answer = client.post("/en/login", query_string={"next": wanted}, data=data)
        assert answer.headers["Location"] == expected
        client.post("/en/logout")


def test_a_weak_password_is_refused_beside_its_field(client: CheckedClient) -> None:
    for password in ("short", "aaaaaaaaaaaa", "vera.popa says hi"):
        page = client.post("/en/signup", data={"email": "vera.popa@example.org", "password": password})
        assert 'id="password-error"' in page.get_data(as_text=True)
    assert db.session.scalars(select(OneTimeLink)).all() == []


def test_mails_are_in_the_readers_language(client: CheckedClient) -> None:
    client.post("/ru/signup", data={"email": "oleg@example.org", "password": "a long enough password"})
    assert newest_mail("oleg@example.org").language == "ru"


def test_a_forged_host_header_does_not_reach_a_mail(client: CheckedClient, jobs: Jobs) -> None:
    account = factories.account()
    client.post("/en/password/forgotten", data={"email": account.email}, headers={"Host": "evil.example"})
    jobs.run()
    assert "evil.example" not in newest_mail(account.email).text
    assert "http://localhost/en/password/new/" in newest_mail(account.email).text


def test_nobody_s_click_confirms_a_password_that_somebody_else_chose(client: CheckedClient) -> None:
    mine, theirs = "a long enough password", "what the attacker chose"
    address = "vera@example.org"
    for password in (mine, theirs):
        client.post("/en/signup", data={"email": address, "password": password})
    link = LINK.search(newest_mail(address).text)
    assert link is not None
    page = client.post(link[1], data={"password": mine})
    assert "not the password of the last sign-up" in page.get_data(as_text=True)
    assert client.post(link[1]).status_code == 200
    assert client.get("/en/account").status_code == 302
    assert db.session.scalar(select(Account.email_confirmed_at)) is None
    client.post("/en/login", data={"email": address, "password": theirs})
    assert client.get("/en/account").status_code == 302


def test_a_reset_takes_an_unconfirmed_account_from_whoever_opened_it(
    client: CheckedClient, jobs: Jobs
) -> None:
    client.post("/en/signup", data={"email": "vera@example.org", "password": "what the attacker chose"})
    client.post("/en/password/forgotten", data={"email": "vera@example.org"})
    jobs.run()
    link = LINK.search(newest_mail("vera@example.org").text)
    assert link is not None
    client.post(link[1], data={"password": "a long enough password"})
    for password, status in (("what the attacker chose", 200), ("a long enough password", 302)):
        answer = client.post("/en/login", data={"email": "vera@example.org", "password": password})
        assert answer.status_code == status


def test_asking_for_a_reset_does_the_same_work_for_everybody(client: CheckedClient, jobs: Jobs) -> None:
    account = factories.account()
    asked = []
    for address in (account.email, "nobody@example.org"):
        client.post("/en/password/forgotten", data={"email": address})
        assert db.session.scalars(select(OutboxMail)).all() == []
        asked.append([name for name, _arguments in jobs.waiting])
        jobs.waiting.clear()
    assert asked[0] == asked[1] != []


@pytest.mark.parametrize(
    ("path", "confirmed", "message"),
    [
        ("/en/password/forgotten", True, "reset_password"),
        ("/en/signup", True, "address_known"),
        ("/en/signup", False, "confirm_address"),
        ("/en/login", False, "confirm_address"),
    ],
)
def test_no_form_fills_somebody_s_mailbox(
    client: CheckedClient, jobs: Jobs, path: str, confirmed: bool, message: str
) -> None:
    account = factories.account(email_confirmed_at=NOW if confirmed else None)
    for _ in range(3):
        client.post(path, data={"email": account.email, "password": factories.PASSWORD})
        jobs.run()
    assert [mail.message for mail in db.session.scalars(select(OutboxMail))] == [message]
    sent = newest_mail(account.email)
    sent.created_at -= timedelta(hours=1)
    db.session.commit()
    client.post(path, data={"email": account.email, "password": factories.PASSWORD})
    jobs.run()
    assert len(db.session.scalars(select(OutboxMail)).all()) == 2


def test_a_sign_up_says_everything_that_is_wrong_at_once(client: CheckedClient) -> None:
    page = client.post("/en/signup", data={"email": "not an address", "password": "short"})
    assert 'id="email-error"' in page.get_data(as_text=True)
    assert 'id="password-error"' in page.get_data(as_text=True)


def test_a_sign_up_leads_on_to_where_somebody_wanted_to_go(client: CheckedClient, jobs: Jobs) -> None:
    wanted = "/en/profile/claim/abc"
    data = {"email": "vera@example.org", "password": "podul de piatra veche"}
    client.post(f"/en/signup?next={wanted}", data=data)
    link = LINK.search(newest_mail("vera@example.org").text)
    assert link is not None
    assert client.post(link[1], data={"password": data["password"]}).location == wanted


def test_a_sign_up_leads_to_no_other_site(client: CheckedClient, jobs: Jobs) -> None:
    data = {"email": "vera@example.org", "password": "podul de piatra veche"}
    client.post("/en/signup?next=//example.org/x", data=data)
    link = LINK.search(newest_mail("vera@example.org").text)
    assert link is not None
    assert "example.org/x" not in link[1]
    other = f"{link[1]}?next=//example.org/x"
    assert client.post(other, data={"password": data["password"]}).location == "/en/"
