"""What somebody typed and did not send: kept, offered again, forgotten."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from diaspora.accounts import drafts, queries, rules
from diaspora.accounts.models import Account, Draft
from diaspora.extensions import db
from diaspora.platform import clock, retention
from diaspora.profiles.models import Candidate
from diaspora.profiles.rules import CandidateState
from tests import factories
from tests.client import CheckedClient
from tests.factories import NOW

KEEP = "/en/account/drafts/profile.interests"


def base(page: str) -> str:
    return page.split('data-autosave-base="')[1].split('"')[0]


def text(response: Any) -> str:
    return str(response.get_data(as_text=True))


@pytest.fixture
def person(client: CheckedClient) -> Candidate:
    """A candidate who is signed in."""
    account = factories.account()
    candidate = factories.candidate(
        account_id=account.id, state=CandidateState.DRAFT, interests="Stored words."
    )
    client.sign_in(account)
    return candidate


def keep(client: CheckedClient, path: str = "/en/profile/interests", **typed: str) -> None:
    """What the script of an open page sends."""
    began = base(text(client.get(path)))
    answer = client.post(KEEP, data={"_base": began, "text_language": "en", **typed})
    assert answer.status_code == 200


def test_the_newest_draft_wins_and_belongs_to_one_account(app: Flask) -> None:
    mine, other = factories.account(), factories.account()
    drafts.keep_draft(mine.id, "a.form", "b", {"words": ["first"]}, NOW)
    drafts.keep_draft(mine.id, "a.form", "b", {"words": ["second"]}, NOW)
    found = queries.draft_of(mine.id, "a.form")
    assert found is not None
    assert found.data == {"words": ["second"]}
    assert queries.draft_of(other.id, "a.form") is None
    drafts.discard_draft(other.id, "a.form")
    assert queries.draft_of(mine.id, "a.form") is not None
    drafts.discard_draft(mine.id, "a.form")
    assert queries.draft_of(mine.id, "a.form") is None


def test_a_draft_holds_no_password_and_no_token() -> None:
    typed = {"csrf_token": ["x"], "version": ["1"], "_base": ["b"], "password": ["p"], "old-Password2": ["p"]}
    assert rules.worth_keeping({**typed, "title": ["Lakes"]}) == {"title": ["Lakes"]}


def test_the_oldest_draft_goes_where_there_are_too_many(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_DRAFTS", 3)
    account = factories.account()
    for number in range(5):
        drafts.keep_draft(account.id, f"form.{number}", "", {}, NOW + timedelta(minutes=number))
    assert set(db.session.scalars(select(Draft.key))) == {"form.2", "form.3", "form.4"}


def test_drafts_older_than_their_time_are_deleted(app: Flask) -> None:
    account, now = factories.account(), clock.now()
    drafts.keep_draft(account.id, "old", "", {}, now - rules.DRAFTS_LAST - timedelta(minutes=1))
    drafts.keep_draft(account.id, "new", "", {}, now - rules.DRAFTS_LAST + timedelta(minutes=1))
    retention.keep_to_one("unsent entries")
    assert list(db.session.scalars(select(Draft.key))) == ["new"]


def test_drafts_are_deleted_with_their_account(app: Flask) -> None:
    account = factories.account()
    drafts.keep_draft(account.id, "a.form", "", {}, NOW)
    db.session.execute(Account.__table__.delete().where(Account.id == account.id))  # type: ignore[attr-defined]
    assert db.session.scalar(select(func.count()).select_from(Draft)) == 0


def test_a_form_comes_back_filled_with_what_was_typed(client: CheckedClient, person: Candidate) -> None:
    keep(client, interests="Half a sen")
    page = text(client.get("/en/profile/interests"))
    assert "Half a sen" in page
    assert "We kept what you typed here" in page
    assert person.interests == "Stored words.", "a draft changes nothing"


def test_sending_the_form_ends_the_draft(client: CheckedClient, person: Candidate) -> None:
    keep(client, interests="Half a sen")
    sent = {"interests": "A whole sentence.", "text_language": "en"}
    assert client.post("/en/profile/interests", data=sent).status_code == 302
    assert "We kept what you typed" not in text(client.get("/en/profile/interests"))
    assert queries.draft_of(person.account_id, "profile.interests") is None  # type: ignore[arg-type]


def test_a_refused_form_keeps_the_draft(client: CheckedClient, person: Candidate) -> None:
    keep(client, interests="Half a sen")
    client.post("/en/profile/interests", data={"interests": "Half a sen", "text_language": ""})
    assert queries.draft_of(person.account_id, "profile.interests") is not None  # type: ignore[arg-type]


def test_a_draft_that_began_from_older_words_is_not_offered(client: CheckedClient, person: Candidate) -> None:
    keep(client, interests="Half a sen")
    person.interests = "Saved in another tab."
    db.session.commit()
    page = text(client.get("/en/profile/interests"))
    assert "Half a sen" not in page
    assert "Saved in another tab." in page


def test_a_change_elsewhere_in_the_profile_does_not_lose_a_draft(
    client: CheckedClient, person: Candidate
) -> None:
    keep(client, interests="Half a sen")
    client.post("/en/profile/degrees", data={"level": "master", "subject": "Soil", "country": ""})
    assert "Half a sen" in text(client.get("/en/profile/interests"))


def test_what_was_kept_can_be_thrown_away(client: CheckedClient, person: Candidate) -> None:
    keep(client, interests="Half a sen")
    thrown = client.post(f"{KEEP}/discard", data={"back": "/en/profile/interests"})
    assert thrown.location == "/en/profile/interests"
    assert "Half a sen" not in text(client.get("/en/profile/interests"))
    elsewhere = client.post(f"{KEEP}/discard", data={"back": "https://example.org/"})
    assert elsewhere.location == "/en/"


def test_nobody_reaches_another_person_s_draft(client: CheckedClient, person: Candidate) -> None:
    keep(client, interests="Half a sen")
    other = factories.account()
    factories.candidate(account_id=other.id, interests="Stored words.", text_language=person.text_language)
    client.sign_in(other)
    assert "Half a sen" not in text(client.get("/en/profile/interests"))
    client.post(f"{KEEP}/discard")
    assert queries.draft_of(person.account_id, "profile.interests") is not None  # type: ignore[arg-type]


def test_a_visitor_keeps_nothing(client: CheckedClient) -> None:
    assert "/login" in client.post(KEEP, data={"interests": "x"}).location
    assert db.session.scalar(select(func.count()).select_from(Draft)) == 0


@pytest.mark.parametrize(("key", "size", "code"), [("Not A Key", 1, 404), ("profile.x", 70_000, 413)])
def test_a_draft_of_a_wrong_name_or_size_is_refused(
    client: CheckedClient, person: Candidate, key: str, size: int, code: int
) -> None:
    assert client.post(f"/en/account/drafts/{key}", data={"words": "x" * size}).status_code == code


def test_numbers_dates_and_boxes_come_back_as_they_were_typed(
    client: CheckedClient, person: Candidate
) -> None:
    began = base(text(client.get("/en/profile/career")))
    typed = {"_base": began, "years_abroad": "about three", "position": "Docent", "employed_abroad": "y"}
    client.post("/en/account/drafts/profile.career", data=typed)
    page = text(client.get("/en/profile/career"))
    assert 'value="about three"' in page
    assert 'value="Docent"' in page
    assert (
        "checked"
        in page.split('name="employed_abroad"')[0].rsplit("<input", 1)[1]
        + page.split('name="employed_abroad"')[1].split(">")[0]
    )
