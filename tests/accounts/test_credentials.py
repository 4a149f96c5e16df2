"""A new password and a new address, behind the current password; the earlier address can take all back."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from diaspora.accounts import credentials, queries, rules, secrets, services
from diaspora.accounts.models import Account, AddressChange, SignInSession
from diaspora.extensions import db
from diaspora.platform import clock, retention
from diaspora.platform.mail.models import OutboxMail
from tests import factories
from tests.client import CheckedClient
from tests.conftest import Jobs

pytestmark = pytest.mark.usefixtures("cheap_hashes")

LINK = re.compile(r"http://localhost(/\S+)")
NEW = "vera.noua@example.org"


def mails(address: str) -> list[OutboxMail]:
    query = select(OutboxMail).where(OutboxMail.address == address).order_by(OutboxMail.created_at)
    return list(db.session.scalars(query))


def link_in(mail: OutboxMail) -> str:
    found = LINK.search(mail.text)
    assert found is not None
    return found[1]


def ask(client: CheckedClient, jobs: Jobs, email: str = NEW, current: str = factories.PASSWORD) -> str:
    answer = client.post("/en/account/address", data={"email": email, "current": current})
    jobs.run()
    return answer.get_data(as_text=True)


@pytest.fixture
def account(client: CheckedClient) -> Account:
    made = factories.account()
    client.sign_in(made)
    return made


def open_sessions() -> int:
    return len(db.session.scalars(select(SignInSession).where(SignInSession.ended_at.is_(None))).all())


def test_a_new_password_needs_the_current_one(client: CheckedClient, account: Account) -> None:
    page = client.post("/en/account/password", data={"current": "not it at all", "new": "seven green boats"})
    assert 'id="current-error"' in page.get_data(as_text=True)
    assert secrets.password_fits(account.password_hash, factories.PASSWORD)


def test_a_new_password_ends_every_other_session_and_is_told(client: CheckedClient, account: Account) -> None:
    other = client.application.test_client()
    assert isinstance(other, CheckedClient)
    other.sign_in(account)
    data = {"current": factories.PASSWORD, "new": "seven green boats"}
    assert client.post("/en/account/password", data=data).status_code == 302
    assert client.get("/en/account").status_code == 200
    assert other.get("/en/account").status_code == 302
    assert secrets.password_fits(account.password_hash, "seven green boats")
    assert [mail.message for mail in mails(account.email)] == ["password_changed"]


def test_a_new_password_is_judged_like_every_other(client: CheckedClient, account: Account) -> None:
    page = client.post("/en/account/password", data={"current": factories.PASSWORD, "new": "password12"})
    assert 'id="new-error"' in page.get_data(as_text=True)


def test_an_address_changes_only_by_its_own_link_and_the_password(
    client: CheckedClient, jobs: Jobs, account: Account
) -> None:
    old = account.email
    ask(client, jobs)
    assert account.email == old
    assert [mail.message for mail in mails(old)] == ["address_change_asked"]
    confirm = link_in(mails(NEW)[0])
    client.get(confirm)
    assert "not your current" in client.post(confirm, data={"password": "guessed badly"}).get_data(
        as_text=True
    )
    assert account.email == old, "neither the link alone nor a wrong password is enough"
    assert client.post(confirm, data={"password": factories.PASSWORD}).status_code == 302
    assert account.email == NEW
    assert [mail.message for mail in mails(old)] == ["address_change_asked", "address_changed"]
    again = client.post(confirm, data={"password": factories.PASSWORD})
    assert "used or is too old" in again.get_data(as_text=True)


def test_an_address_is_not_asked_for_without_the_current_password(
    client: CheckedClient, jobs: Jobs, account: Account
) -> None:
    assert 'id="current-error"' in ask(client, jobs, current="not it at all")
    assert db.session.scalars(select(OutboxMail)).all() == []
    assert db.session.scalars(select(AddressChange)).all() == []


@pytest.mark.parametrize("confirmed", [False, True])
def test_the_earlier_address_takes_the_account_back(
    client: CheckedClient, jobs: Jobs, account: Account, confirmed: bool
) -> None:
    old = account.email
    ask(client, jobs)
    if confirmed:
        client.post(link_in(mails(NEW)[0]), data={"password": factories.PASSWORD})
    stop = link_in(mails(old)[-1])
    assert client.post(stop).status_code == 302
    jobs.run()
    assert account.email == old
    assert open_sessions() == 0
    assert mails(old)[-1].message == "reset_password"
    for address in (old, NEW):
        answer = client.post("/en/login", data={"email": address, "password": factories.PASSWORD})
        assert answer.status_code == 200, "the password that somebody else knew opens nothing"
    again = client.post(link_in(mails(NEW)[0]), data={"password": factories.PASSWORD})
    assert "used or is too old" in again.get_data(as_text=True)


def test_nobody_can_sign_up_with_an_address_that_may_be_taken_back(
    client: CheckedClient, jobs: Jobs, account: Account
) -> None:
    old = account.email
    ask(client, jobs)
    client.post(link_in(mails(NEW)[0]), data={"password": factories.PASSWORD})
    client.post("/en/logout")
    client.post("/en/signup", data={"email": old, "password": "a long enough password"})
    assert queries.account_by_email(old) is None
    client.post(link_in(mails(old)[1]))
    assert account.email == old


def test_the_earlier_address_has_seven_days(client: CheckedClient, jobs: Jobs, account: Account) -> None:
    old = account.email
    ask(client, jobs)
    stop = link_in(mails(old)[0])
    token, now = stop.rsplit("/", 1)[1], clock.now()
    for days, usable in ((6.9, True), (7.1, False)):
        found = queries.change_of_link(
            credentials.LinkPurpose.STOP_NEW_ADDRESS, token, now + timedelta(days=days)
        )
        assert (found is not None) == usable


def test_a_taken_address_gets_the_same_answer_and_its_owner_a_mail(
    client: CheckedClient, jobs: Jobs, account: Account
) -> None:
    other = factories.account()
    pages = [ask(client, jobs, email=email) for email in (other.email, NEW)]
    assert pages[0] == pages[1]
    assert [mail.message for mail in mails(other.email)] == ["address_known"]
    told = [mail.message for mail in mails(account.email)]
    assert told == ["address_change_asked", "address_change_asked"], "the asker's own mailbox tells nothing"


def test_an_address_taken_meanwhile_is_refused(client: CheckedClient, jobs: Jobs, account: Account) -> None:
    ask(client, jobs)
    factories.account(email=NEW)
    page = client.post(link_in(mails(NEW)[0]), data={"password": factories.PASSWORD})
    assert "cannot be used any more" in page.get_data(as_text=True)


def test_the_form_fills_nobody_s_mailbox(client: CheckedClient, jobs: Jobs, account: Account) -> None:
    for _ in range(3):
        ask(client, jobs)
    assert [mail.message for mail in mails(NEW)] == ["address_confirm_new"]


def test_only_the_newest_change_can_be_confirmed(client: CheckedClient, jobs: Jobs, account: Account) -> None:
    ask(client, jobs, email="first@example.org")
    ask(client, jobs, email=NEW)
    page = client.post(link_in(mails("first@example.org")[0]), data={"password": factories.PASSWORD})
    assert "used or is too old" in page.get_data(as_text=True)


def test_earlier_addresses_are_forgotten(client: CheckedClient, jobs: Jobs, account: Account) -> None:
    ask(client, jobs)
    change = db.session.scalars(select(AddressChange)).one()
    change.asked_at -= timedelta(days=31)
    db.session.commit()
    retention.keep_to(retention.called("changes of address"), clock.now())
    assert db.session.scalars(select(AddressChange)).all() == []


def test_wrong_current_passwords_are_slowed(client: CheckedClient, account: Account) -> None:
    """A browser that was left open is no place to guess."""
    data = {"current": "not it at all", "new": "seven green boats"}
    for _ in range(5):
        client.post("/en/account/password", data=data)
    right = client.post("/en/account/password", data={**data, "current": factories.PASSWORD})
    assert "Too many attempts" in right.get_data(as_text=True)
    assert "Too many attempts" in ask(client, Jobs(client.application))


def test_a_reset_link_for_the_earlier_address_dies_with_the_change(
    client: CheckedClient, jobs: Jobs, account: Account
) -> None:
    token = services.issue_link(credentials.LinkPurpose.RESET_PASSWORD, clock.now(), account_id=account.id)
    db.session.commit()
    ask(client, jobs)
    client.post(link_in(mails(NEW)[0]), data={"password": factories.PASSWORD})
    page = client.post(f"/en/password/new/{token}", data={"password": "seven green boats"})
    assert "used or is too old" in page.get_data(as_text=True)


def test_nobody_mails_all_the_world_by_asking_for_new_addresses(
    client: CheckedClient, jobs: Jobs, account: Account
) -> None:
    asked = [f"stranger{number}@example.org" for number in range(rules.MOST_ADDRESSES + 1)]
    pages = [ask(client, jobs, email=email) for email in asked]
    assert "Too many attempts. Wait 60 minutes" in pages[-1]
    assert asked[-1] in pages[-1], "nothing typed is lost"
    assert [len(mails(email)) for email in asked] == [1] * rules.MOST_ADDRESSES + [0]
    for change in db.session.scalars(select(AddressChange)):
        change.asked_at -= rules.ADDRESSES_WITHIN
    db.session.commit()
    ask(client, jobs, email=asked[-1])
    assert len(mails(asked[-1])) == 1


def test_no_mailed_link_brings_a_closed_account_back(
    client: CheckedClient, jobs: Jobs, account: Account
) -> None:
    old = account.email
    ask(client, jobs)
    client.post(link_in(mails(NEW)[0]), data={"password": factories.PASSWORD})
    stop = link_in(mails(old)[1])
    reset = services.issue_link(rules.LinkPurpose.RESET_PASSWORD, clock.now(), account.id)
    before = account.password_hash
    account.closed_at = clock.now()
    db.session.commit()
    for address in (stop, f"/en/password/new/{reset}"):
        answer = client.post(address, data={"password": "seven green boats at dawn"})
        assert "This link has been used" in answer.get_data(as_text=True)
    assert (account.email, account.password_hash) == (NEW, before)
