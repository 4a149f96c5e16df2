"""What an attacker tried, across the packages; each test is a hole that was there, or nearly."""

import smtplib
import sys
import time
import unicodedata
import xml.etree.ElementTree as ET
from io import BytesIO

import pytest
import structlog
from flask import Flask
from sqlalchemy import select
from wtforms import StringField

from diaspora.accounts import queries as account_queries
from diaspora.accounts import rules
from diaspora.accounts.models import Draft
from diaspora.extensions import db
from diaspora.home import dashboard
from diaspora.institutions.models import Institution
from diaspora.pairings.rules import PairingState
from diaspora.placements.models import Placement
from diaspora.platform.access import Role
from diaspora.platform.forms import MOST_TO_CLEAN, Form, clean
from diaspora.platform.mail import services as mail
from diaspora.platform.mail.models import OutboxMail
from diaspora.platform.web import _unexpected
from diaspora.profiles import queries as profile_queries
from diaspora.profiles.models import Availability, HiddenFrom
from diaspora.profiles.rules import CandidateState
from diaspora.programmes.models import CommissionMember
from tests import factories
from tests.client import CheckedClient
from tests.factories import NOW
from tests.pairings.people import actor_of

ENDS_OF_THE_CALENDAR = ("0001-01-01", "9999-12-31")


@pytest.mark.parametrize(
    "query",
    [
        "_scheme=javascript&_external=1",
        "_external=1",
        "_anchor=x",
        "_method=POST",
        "endpoint=x",
        "self=1",
        "placement_id=x",
        "lang=xx",
        "%00=%00",
    ],
)
def test_no_query_bends_the_links_of_a_page(client: CheckedClient, query: str) -> None:
    for path in ("/placements", f"/placements/{factories.placement().id}", "/login"):
        answer = client.get(f"/en{path}?{query}")
        assert answer.status_code == 200
        page = answer.get_data(as_text=True)
        assert f'href="/ru{path}' in page
        assert "javascript:" not in page
        assert '<a href="http' not in page
        head = page.split("<body>")[0]
        assert query not in head, "the page's own address is told to machines without what was asked"


def test_the_other_language_keeps_what_was_looked_for(client: CheckedClient) -> None:
    page = client.get("/en/placements?q=sol+și+apă&page=1&q=x").get_data(as_text=True)
    assert 'href="/ro/placements?q=sol+%C8%99i+ap%C4%83&amp;q=x&amp;page=1"' in page.replace("%20", "+")


def test_heaps_of_accents_cost_no_time() -> None:
    accents = "a" + "\u0315" * 300_000 + "\u0300" * 300_000
    begun = time.monotonic()
    assert clean(accents) == accents, "too long for any field, so it is refused and never kept"
    assert time.monotonic() - begun < 1
    assert clean("s\u0326i") == unicodedata.normalize("NFC", "s\u0326i")


def _forms(kind: type[Form]) -> list[type[Form]]:
    return [found for one in kind.__subclasses__() for found in (one, *_forms(one))]


def test_every_text_field_refuses_what_is_too_long_to_be_cleaned(app: Flask) -> None:
    passwords = {"SignUpForm", "NewPasswordForm"}  # their service counts
    for kind in _forms(Form):
        for name, field in vars(kind).items():
            made = getattr(field, "field_class", None)
            if made is None or not issubclass(made, StringField) or kind.__name__ in passwords:
                continue
            if made.__name__ in {"HiddenField", "Line", "Paragraph"}:
                continue
            checks = [*field.kwargs.get("validators", []), *(field.args[1] if len(field.args) > 1 else [])]
            flags = [getattr(check, "field_flags", {}) for check in checks]
            limits = [flag["maxlength"] for flag in flags if "maxlength" in flag]
            assert min(limits, default=MOST_TO_CLEAN) < MOST_TO_CLEAN, f"{kind.__name__}.{name}"


def test_an_address_that_is_too_long_is_not_looked_at_closely(client: CheckedClient) -> None:
    begun = time.monotonic()
    answer = client.post("/en/login", data={"email": "a." * 900_000 + "@x", "password": "x"})
    assert "Use at most 254 characters." in answer.get_data(as_text=True)
    assert time.monotonic() - begun < 1.5


def test_a_name_is_one_line_so_that_no_mail_gets_a_paragraph_from_it(client: CheckedClient) -> None:
    client.sign_in(factories.account())
    client.post(
        "/en/institution/register",
        data={
            "name_ro": "Institutul\r\n\r\nYour account ends today:\r\nhttps://evil.example",
            "kind": "institute",
            "district": "MD-CU",
            "city": "Chișinău",
            "given_name": "Ion",
            "family_name": "Rusu",
            "position": "director",
        },
    )
    made = db.session.scalars(select(Institution)).one()
    assert "\n" not in made.name["ro"]


@pytest.mark.parametrize("day", ENDS_OF_THE_CALENDAR)
def test_days_at_the_ends_of_the_calendar_are_refused(client: CheckedClient, day: str) -> None:
    account = factories.account()
    factories.candidate(account_id=account.id, availability=[])
    client.sign_in(account)
    before = len(db.session.scalars(select(Availability)).all())
    page = client.post("/en/profile/availability", data={"starts_on": "2030-01-01", "ends_on": day})
    assert page.status_code == 200
    assert len(db.session.scalars(select(Availability)).all()) == before
    pairing = factories.pairing(state=PairingState.APPROVED)
    client.sign_in(factories.account(Role.OFFICER))
    page = client.post(f"/en/candidatures/{pairing.id}/offer", data={"starts_on": day})
    assert "Enter a day between the years 1950 and 2100." in page.get_data(as_text=True)
    placement = factories.placement()
    client.sign_in(placement.institution.memberships[0].account)
    client.post(f"/en/institution/placements/{placement.id}/edit", data={"starts_on": day, "closes_on": day})
    assert db.session.get_one(Placement, placement.id).starts_on == placement.starts_on


def test_an_overlong_reason_is_refused_in_words_and_not_mailed(client: CheckedClient) -> None:
    institution = factories.institution()
    client.sign_in(institution.memberships[0].account)
    answer = client.post(f"/en/institution/{institution.id}/resubmit", data={"reason": "x" * 3000})
    assert answer.status_code == 302
    candidate = factories.candidate(state=CandidateState.SUBMITTED)
    client.sign_in(factories.account(Role.OFFICER))
    answer = client.post(f"/en/staff/candidates/{candidate.id}/return", data={"reason": "x" * 3000})
    assert answer.status_code == 200
    assert candidate.state is CandidateState.SUBMITTED
    assert db.session.scalars(select(OutboxMail)).all() == []


def test_the_log_of_a_failed_mail_holds_no_address(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(post: OutboxMail) -> None:
        raise smtplib.SMTPRecipientsRefused({post.address: (550, b"no such mailbox")})

    monkeypatch.setattr(mail, "_deliver", refuse)
    account = factories.account(email="somebody.in.hiding@example.org")
    mail.post("password_changed", account.email, "en", NOW, account.id)
    with structlog.testing.capture_logs() as logs:
        mail.send_due(NOW)
    assert [entry["event"] for entry in logs] == ["mail not sent"]
    assert "hiding" not in str(logs)


@pytest.mark.parametrize(
    "body", ['{"email": 5}', '{"email": {"a": 1}}', '[["email"]]', "[1]", '"x"', "{broken"]
)
def test_json_is_no_form(client: CheckedClient, body: str) -> None:
    answer = client.post("/en/login", data=body, content_type="application/json")
    assert answer.status_code == 200


def test_a_file_is_no_text(client: CheckedClient) -> None:
    data = {"email": (BytesIO(b"x"), "address.txt"), "password": "x"}
    assert client.post("/en/login", data=data).status_code == 200


def test_no_name_turns_the_reading_direction() -> None:
    assert clean("Ana \u202enacsoM\u2069") == "Ana nacsoM"
    assert clean("שלום \u200fי") == "שלום \u200fי", "letters that are read that way stay"


def test_the_second_of_two_clicks_at_once_is_no_error_of_ours(
    client: CheckedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = factories.account()
    monkeypatch.setattr(account_queries, "holder_of", lambda email, now: None)
    data = {"email": account.email, "password": "a long enough password"}
    assert "sent twice" in client.post("/en/signup", data=data).get_data(as_text=True)
    factories.candidate(account_id=account.id)
    client.sign_in(account)
    monkeypatch.setattr(profile_queries, "of_account", lambda account_id: None)
    assert client.post("/en/profile/open").status_code == 302


def test_what_went_wrong_is_logged_without_the_token_of_a_link(app: Flask) -> None:
    with app.test_request_context("/en/password/new/secret-token"), structlog.testing.capture_logs() as logs:
        _unexpected(RuntimeError("broken"))
    assert logs[0]["rule"] == "/<lang:lang>/password/new/<token>"
    assert "secret-token" not in str(logs)


@pytest.mark.parametrize("path", ["/static/{}", "/static/css/{}.css", "/static/css/{}.0123456789ab.css"])
def test_a_file_s_name_too_long_for_the_disk_is_not_found(client: CheckedClient, path: str) -> None:
    assert client.get(path.format("a" * 300)).status_code == 404


@pytest.mark.parametrize(
    "path", ["/en/placements", "/en/placements/feed.atom", "/en/placements/deadlines.ics"]
)
def test_a_line_of_emoji_is_not_a_thousand_conditions(client: CheckedClient, path: str) -> None:
    every = "".join(map(chr, range(0x1F600, 0x1F650)))
    for words in ("\U0001fae2" * 200, every, " ".join(map(str, range(100)))):
        assert client.get(path, query_string={"q": words}).status_code == 200


def test_a_draft_of_unknown_length_is_refused(client: CheckedClient) -> None:
    client.sign_in(factories.account())
    body = b"words=" + b"x" * (2 * rules.MOST_DRAFT_BYTES)
    answer = client.post(
        "/en/account/drafts/some.form",
        input_stream=BytesIO(body),
        content_type="application/x-www-form-urlencoded",
        environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
    )
    assert answer.status_code == 413
    assert db.session.scalar(select(Draft)) is None


def test_a_draft_takes_any_characters(client: CheckedClient) -> None:
    account = factories.account()
    client.sign_in(account)
    sent = {"_base": "\0a", "wo\0rds": "\0", "more": "\ud7ff\uffff"}
    assert client.post("/en/account/drafts/some.form", data=sent).status_code == 200
    found = account_queries.draft_of(account.id, "some.form")
    assert found is not None
    assert found.base == "a"


def test_a_chair_whose_role_ended_reads_no_names_on_the_work_list(client: CheckedClient) -> None:
    """The seat in the commission is a record of the call and stays."""
    former = factories.account(Role.FINANCE)
    person = factories.candidate(family_name="Zymbruvescu")
    pairing = factories.pairing(candidate=person, state=PairingState.IN_REVIEW)
    assert pairing.placement.call is not None
    pairing.placement.call.commission = [CommissionMember(account_id=former.id, chair=True)]
    db.session.commit()
    page = client.sign_in(former).get("/en/staff").get_data(as_text=True)
    assert "Zymbruvescu" not in page
    assert str(pairing.id) not in page


def test_who_asked_for_erasure_is_not_counted_among_the_people_of_a_call(app: Flask) -> None:
    stays, gone = factories.candidate(country="LV"), factories.candidate(country="LV")
    first = factories.pairing(candidate=stays)
    factories.pairing(candidate=gone, placement=first.placement)
    gone.state = CandidateState.ERASURE_REQUESTED
    db.session.commit()
    assert first.placement.call_id is not None
    assert dashboard._countries(dashboard.Scope([first.placement.call_id])) == [("Latvia", 1)]


def test_figures_do_not_count_who_hides_from_where_the_officer_works(app: Flask) -> None:
    """Beside the list of candidates they would tell that somebody is missing there."""
    officer = factories.account(Role.OFFICER)
    host = factories.institution(lead=officer)
    factories.candidate(country="LV")
    shy = factories.candidate(country="LV")
    factories.save(HiddenFrom(candidate_id=shy.id, institution_id=host.id, since=NOW))
    works_there = dashboard.Scope(None, actor_of(officer))
    assert dashboard._countries(works_there) == [("Latvia", 1)]
    elsewhere = dashboard.Scope(None, actor_of(factories.account(Role.OFFICER)))
    assert dashboard._countries(elsewhere) == [("Latvia", 2)]


def test_no_title_makes_the_feed_unreadable(client: CheckedClient) -> None:
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    kept = "".join(clean(every[at : at + 1000]) or "" for at in range(0, len(every), 1000))
    ET.fromstring(f"<title>{kept.replace('&', '').replace('<', '')}</title>")
