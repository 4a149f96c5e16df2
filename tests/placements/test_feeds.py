"""What programs read: Atom, iCal, schema.org; and what a post's page says when it is over."""

import json
import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime
from typing import Any

import pytest
from icalendar import Calendar

from diaspora.extensions import db
from diaspora.placements import editing
from diaspora.placements.models import Placement
from diaspora.placements.rules import PlacementState
from diaspora.platform.access import Role
from tests import factories
from tests.client import CheckedClient
from tests.placements.test_routes import text

ATOM = "{http://www.w3.org/2005/Atom}"
S = PlacementState
EVIL = '</script><script>alert(1)</script> & "quoted" <b>'


def feed(client: CheckedClient, path: str = "/en/placements/feed.atom") -> ET.Element:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    return ET.fromstring(answer.get_data())


def events(client: CheckedClient, path: str) -> list[Any]:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    return list(Calendar.from_ical(answer.get_data()).walk("VEVENT"))


def instant(element: ET.Element, name: str) -> datetime:
    moment = datetime.fromisoformat(element.findtext(f"{ATOM}{name}") or "")
    assert moment.tzinfo is not None
    return moment


def test_the_feed_is_whole_and_absolute(client: CheckedClient) -> None:
    old = factories.placement(published_at=datetime(2026, 11, 1, tzinfo=UTC))
    new = factories.placement(
        title=EVIL,
        language="ro",
        published_at=datetime(2026, 11, 5, tzinfo=UTC),
        edited_at=datetime(2026, 11, 9, tzinfo=UTC),
    )
    found = feed(client)
    assert found.findtext(f"{ATOM}id") == "http://localhost/en/placements/feed.atom"
    assert found.find(f"{ATOM}author/{ATOM}name") is not None
    assert instant(found, "updated") == new.edited_at
    entries = found.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}id") for entry in entries] == [f"urn:uuid:{new.id}", f"urn:uuid:{old.id}"]
    for entry, post in zip(entries, (new, old), strict=True):
        assert entry.findtext(f"{ATOM}title") == post.title
        assert entry.findtext(f"{ATOM}summary") == post.summary
        assert entry.find(f"{ATOM}author/{ATOM}name").text.startswith("University")  # type: ignore[union-attr]
        link = entry.find(f"{ATOM}link")
        assert link is not None
        assert link.get("href") == f"http://localhost/en/placements/{post.id}"
        assert instant(entry, "updated") >= instant(entry, "published")
    assert "supervisor" not in ET.tostring(found, encoding="unicode").lower()
    for secret in ("Maria Ceban", "maria.ceban@example.org", "Petru Lungu"):
        assert secret not in ET.tostring(found, encoding="unicode")


def test_a_feed_and_a_calendar_of_a_filter(client: CheckedClient) -> None:
    factories.placement(district="MD-CU")
    wanted = factories.placement(district="MD-CA")
    found = feed(client, "/ru/placements/feed.atom?district=MD-CA&order=shortest")
    assert [e.findtext(f"{ATOM}id") for e in found.findall(f"{ATOM}entry")] == [f"urn:uuid:{wanted.id}"]
    links = {link.get("rel"): link.get("href") for link in found.findall(f"{ATOM}link")}
    assert links == {
        "self": "http://localhost/ru/placements/feed.atom?district=MD-CA",
        "alternate": "http://localhost/ru/placements?district=MD-CA",
    }
    assert [e["uid"] for e in events(client, "/en/placements/deadlines.ics?district=MD-CA")] == [
        str(wanted.id)
    ]
    page = text(client, "/en/placements?district=MD-CA")
    assert '<link rel="alternate" type="application/atom+xml"' in page
    assert 'href="/en/placements/feed.atom?district=MD-CA"' in page


def test_an_empty_feed_and_calendar_are_valid(client: CheckedClient) -> None:
    assert instant(feed(client), "updated")
    assert events(client, "/en/placements/deadlines.ics") == []


def test_a_deadline_is_a_whole_day_that_stays_the_same_event(client: CheckedClient) -> None:
    placement = factories.placement(title="A, b; c", closes_on=date(2099, 3, 1))
    for path in ("/en/placements/deadlines.ics", f"/en/placements/{placement.id}/deadline.ics"):
        [event] = events(client, path)
        assert event["uid"] == str(placement.id)
        assert (event["dtstart"].dt, event["dtend"].dt) == (date(2099, 3, 1), date(2099, 3, 2))
        assert event["dtstart"].params["VALUE"] == "DATE"
        assert event["dtstamp"].dt == placement.published_at
        assert event["url"] == f"http://localhost/en/placements/{placement.id}"
        assert event["summary"] == "Last day to apply: A, b; c"
    text(client, f"/en/placements/{factories.account().id}/deadline.ics", 404)


@pytest.mark.parametrize("path", ["feed.atom", "deadlines.ics", "{id}/deadline.ics"])
def test_what_has_not_changed_is_not_sent_again(client: CheckedClient, path: str) -> None:
    placement = factories.placement()
    address = "/en/placements/" + path.format(id=placement.id)
    client.get(address)  # sets the cookie of the language
    tag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    assert client.head(address).status_code == 200
    placement.closes_on = date(2099, 2, 2)
    placement.edited_at = datetime(2026, 11, 20, tzinfo=UTC)
    db.session.commit()
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 200
    client.sign_in(factories.account(Role.OFFICER))
    again = client.get(address)
    assert again.get_data() == client.application.test_client().get(address).get_data(), "nothing personal"


def posting_of(client: CheckedClient, placement: Placement) -> dict[str, Any] | None:
    page = text(client, f"/en/placements/{placement.id}")
    if "application/ld+json" not in page:
        return None
    assert page.count("<script") == page.count("</script>")
    found: dict[str, Any] = json.loads(page.split('application/ld+json">')[1].split("</script>")[0])
    return found


def test_search_engines_read_a_job_posting_and_no_script_gets_out_of_it(client: CheckedClient) -> None:
    placement = factories.placement(title=EVIL, language="ro", mode="online", district="MD-CA")
    found = posting_of(client, placement)
    assert found is not None
    assert found["@type"] == "JobPosting"
    assert found["title"] == EVIL
    assert found["@context"][1] == {"@language": "ro"}
    assert found["validThrough"] == "2099-03-01T23:59:59+02:00"
    assert found["datePosted"] == "2026-11-02"
    assert found["employmentType"] == "TEMPORARY"
    assert found["jobLocation"]["address"]["addressCountry"] == "MD"
    assert found["jobLocation"]["address"]["addressRegion"] == "Cahul"
    assert found["hiringOrganization"]["name"] == placement.institution.name["ro"]
    assert found["jobLocationType"] == "TELECOMMUTE"
    assert "applicantLocationRequirements" not in found
    assert "maria.ceban@example.org" not in json.dumps(found)
    assert "<script>alert" not in text(client, f"/en/placements/{placement.id}")


@pytest.mark.parametrize("state", [S.FILLED, S.CLOSED, S.EXPIRED])
def test_who_kept_the_address_of_an_ended_post_reads_that_it_is_over(
    client: CheckedClient, state: PlacementState
) -> None:
    ended = factories.placement(state=state, fields=["4.1"])
    near = factories.placement(fields=["4.1"])
    far = factories.placement(fields=["5.1"])
    answer = client.get(f"/en/placements/{ended.id}")
    page = answer.get_data(as_text=True)
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "This placement is over" in page
    assert "/apply" not in page
    assert "Maria Ceban" not in page, "people are named while there is something to apply for"
    assert str(near.id) in page
    assert str(far.id) not in page
    assert posting_of(client, ended) is None


def test_similar_posts_come_from_the_same_area_if_no_field_is_the_same(client: CheckedClient) -> None:
    passed = factories.placement(closes_on=date(2020, 1, 1), fields=["4.1"])
    near = factories.placement(fields=["4.3"])
    page = text(client, f"/en/placements/{passed.id}")
    assert str(near.id) in page
    assert "has passed" in page


@pytest.mark.parametrize("state", [S.ON_HOLD, S.WITHDRAWN, S.REJECTED, S.DRAFT, S.SUBMITTED])
def test_what_was_taken_back_is_no_page(client: CheckedClient, state: PlacementState) -> None:
    text(client, f"/en/placements/{factories.placement(state=state).id}", 404)


def test_the_main_act_is_the_readers_own(client: CheckedClient) -> None:
    placement = factories.placement()
    editing.refresh_search_text(placement)
    path = f"/en/placements/{placement.id}"
    assert "Sign in to apply" in text(client, path)
    client.sign_in(factories.account())
    assert "Open a profile to apply" in text(client, path)
    candidate = factories.candidate()
    client.sign_in(db.session.get_one(type(factories.account()), candidate.account_id))
    assert "Apply for this placement" in text(client, path)
    client.sign_in(factories.account(Role.OFFICER))
    assert "/apply" not in text(client, path)
