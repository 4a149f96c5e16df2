import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from diaspora.accounts.models import OneTimeLink
from diaspora.accounts.rules import LinkPurpose
from diaspora.accounts.services import issue_link
from diaspora.extensions import db
from diaspora.platform import clock
from diaspora.platform.access import Role
from diaspora.platform.audit import AuditEvent
from diaspora.profiles import queries
from diaspora.profiles.models import Candidate
from diaspora.profiles.rules import CandidateState, ProfilePart
from tests import factories
from tests.client import CheckedClient

PARTS = [part.value for part in ProfilePart if part is not ProfilePart.CONSENT]


def signed_in(client: CheckedClient, **values: Any) -> Candidate:
    """A candidate who is signed in."""
    account = factories.account()
    candidate = factories.candidate(account_id=account.id, **values)
    client.sign_in(account)
    return candidate


def text(response: Any) -> str:
    return str(response.get_data(as_text=True))


def version(page: str) -> str:
    found = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert found is not None
    return found[1]


ABOUT = {"given_name": "Ana", "family_name": "Rusu", "country": "FR", "links_to_moldova": ["citizen"]}
NO_FIELDS = {"main_field": "", "second_field": "", "third_field": "", "fourth_field": ""}


def test_a_profile_is_opened_with_one_click_and_opens_its_pages(client: CheckedClient) -> None:
    client.sign_in(factories.account())
    assert client.get("/en/profile").status_code == 403
    assert client.post("/en/profile/open").headers["Location"] == "/en/profile"
    page = text(client.get("/en/profile"))
    assert "Still needed: your name, the country you live in, your link to Moldova" in page
    for part in [*PARTS, "consent", "check", "readers"]:
        assert client.get(f"/en/profile/{part}").status_code == 200, part


@pytest.mark.parametrize("state", [s for s in CandidateState if s is not CandidateState.ANONYMISED])
def test_the_overview_says_in_every_state_what_comes_next(
    client: CheckedClient, state: CandidateState
) -> None:
    signed_in(client, state=state)
    for language in ("ro", "ru", "en"):
        assert client.get(f"/{language}/profile").status_code == 200
        assert client.get(f"/{language}/profile/check").status_code == 200


def test_an_incomplete_part_is_kept_as_a_draft(client: CheckedClient) -> None:
    candidate = signed_in(client, state=CandidateState.DRAFT)
    answer = client.post("/en/profile/about", data={"given_name": "Ana", "family_name": "", "country": ""})
    assert answer.headers["Location"] == "/en/profile"
    assert (candidate.given_name, candidate.family_name, candidate.country) == ("Ana", "", "")


@pytest.mark.parametrize(
    ("path", "data", "wrong"),
    [
        ("about", {**ABOUT, "orcid": "0000-0002-1825-0098"}, "orcid"),
        ("about", {**ABOUT, "birth_year": "85"}, "birth_year"),
        ("about", {**ABOUT, "country": "XX"}, "country"),
        ("about", {**ABOUT, "given_name": "A" * 201}, "given_name"),
        ("career", {"career_stage": "", "text_language": "en", "years_abroad": "6"}, "years_abroad"),
        ("career", {"career_stage": "", "text_language": "en", "years_abroad": "many"}, "years_abroad"),
        ("career", {"career_stage": "", "text_language": "", "experience": "Lakes."}, "text_language"),
        ("interests", {"interests": "Lakes.", "text_language": "xx"}, "text_language"),
        ("fields", {**NO_FIELDS, "main_field": "1.1", "second_field": "1.1"}, "main_field"),
        ("degrees", {"level": "", "subject": "Soil", "country": ""}, "level"),
        ("degrees", {"level": "master", "subject": "", "country": ""}, "subject"),
        ("degrees", {"level": "master", "subject": "Soil", "country": "", "year": "1890"}, "year"),
        ("languages", {"code": "xx", "level": "B2"}, "code"),
        ("availability", {"starts_on": "2098-05-02", "ends_on": "2098-05-01"}, "ends_on"),
        ("availability", {"starts_on": "2020-05-01", "ends_on": "2020-05-02"}, "ends_on"),
        ("availability", {"starts_on": "tomorrow", "ends_on": "2098-05-01"}, "starts_on"),
        ("publications", {"title": "", "language": "en"}, "title"),
        ("publications", {"title": "Lakes", "language": "en", "doi": "11.1/x"}, "doi"),
    ],
)  # fmt: skip
def test_a_wrong_entry_is_told_beside_its_field_and_what_was_typed_stays(
    client: CheckedClient, path: str, data: dict[str, Any], wrong: str
) -> None:
    candidate = signed_in(client, state=CandidateState.DRAFT)
    before = candidate.version
    page = text(client.post(f"/en/profile/{path}", data=data))
    assert f'id="{wrong}-error"' in page
    for typed in data.values():
        if isinstance(typed, str) and typed not in {"", "xx", "XX"}:
            assert typed in page
    assert candidate.version == before


def test_two_people_editing_at_once_keep_both_texts(client: CheckedClient) -> None:
    candidate = signed_in(client, interests="The first text.")
    opened = version(text(client.get("/en/profile/interests")))
    theirs = {"interests": "Saved in another window.", "text_language": "en", "version": opened}
    assert client.post("/en/profile/interests", data=theirs).status_code == 302
    mine = {"interests": "Typed in this window.", "text_language": "en", "version": opened}
    page = text(client.post("/en/profile/interests", data=mine))
    assert "Saved in another window." in page
    assert "Typed in this window." in page
    assert candidate.interests == "Saved in another window."
    mine["version"] = version(page)
    assert client.post("/en/profile/interests", data=mine).status_code == 302
    assert candidate.interests == "Typed in this window."


def test_a_publication_changed_in_two_windows_keeps_both_texts(client: CheckedClient) -> None:
    candidate = signed_in(client)
    address = f"/en/profile/publications/{candidate.publications[0].id}"
    opened = version(text(client.get(address)))
    data = {"title": "The title of one", "language": "en", "version": opened}
    assert client.post(address, data=data).status_code == 302
    page = text(client.post(address, data={**data, "title": "The title of the other"}))
    assert "The title of one" in page
    assert "The title of the other" in page
    assert candidate.publications[0].title == "The title of one"


def test_what_is_removed_is_named_and_can_be_added_again(client: CheckedClient) -> None:
    candidate = signed_in(client, state=CandidateState.DRAFT)
    spoken = candidate.languages[1]
    page = text(client.post(f"/en/profile/languages/{spoken.id}/remove", follow_redirects=True))
    assert "Removed: English, C1" in page
    assert [x.code for x in candidate.languages] == ["ro"]
    client.post("/en/profile/languages", data={"code": "en", "level": "C2"})
    client.post("/en/profile/languages", data={"code": "en", "level": "B2"})
    assert [(x.code, x.level) for x in candidate.languages] == [("ro", "native"), ("en", "B2")]


def test_the_second_click_on_remove_finds_nothing(client: CheckedClient) -> None:
    candidate = signed_in(client, state=CandidateState.DRAFT)
    address = f"/en/profile/degrees/{candidate.degrees[0].id}/remove"
    assert client.post(address).status_code == 302
    assert client.post(address).status_code == 404


def test_the_last_degree_stays_while_on_the_roster(client: CheckedClient) -> None:
    candidate = signed_in(client)
    address = f"/en/profile/degrees/{candidate.degrees[0].id}/remove"
    page = text(client.post(address, follow_redirects=True))
    assert "at least one degree" in page
    assert len(candidate.degrees) == 1


def test_nobody_touches_another_person_s_things(client: CheckedClient) -> None:
    other = factories.candidate()
    signed_in(client)
    for address in (
        f"/en/profile/degrees/{other.degrees[0].id}/remove",
        f"/en/profile/publications/{other.publications[0].id}/remove",
        f"/en/profile/publications/{other.publications[0].id}/move/up",
        f"/en/profile/publications/{other.publications[0].id}",
    ):
        assert client.post(address, data={"title": "mine", "language": "en"}).status_code == 404
    assert (len(other.degrees), other.publications[0].title) == (1, "Measuring soil erosion")


def test_publications_are_added_moved_and_their_doi_kept_in_one_form(client: CheckedClient) -> None:
    candidate = signed_in(client)
    data = {"title": "Lakes", "language": "en", "doi": "https://doi.org/10.1000/ABC", "year": "2021"}
    client.post("/en/profile/publications", data=data)
    assert candidate.publications[1].doi == "10.1000/abc"
    twice = text(client.post("/en/profile/publications", data={**data, "doi": "doi:10.1000/abc"}))
    assert 'id="doi-error"' in twice
    second = candidate.publications[1].id
    client.post(f"/en/profile/publications/{second}/move/up")
    assert candidate.publications[0].id == second
    client.post(f"/en/profile/publications/{second}/move/up")
    client.post(f"/en/profile/publications/{second}/move/down")
    assert candidate.publications[1].id == second


def test_fields_are_grouped_by_area_and_kept_main_first(client: CheckedClient) -> None:
    candidate = signed_in(client)
    assert '<optgroup label="Natural sciences">' in text(client.get("/en/profile/fields"))
    client.post(
        "/en/profile/fields",
        data={"main_field": "3.3", "second_field": "", "third_field": "1.6", "fourth_field": ""},
    )
    assert candidate.fields == ["3.3", "1.6"]
    assert re.search(
        r'id="second_field".*?<option selected value="1.6"', text(client.get("/en/profile/fields")), re.S
    )


def test_the_way_onto_the_roster(client: CheckedClient) -> None:
    candidate = signed_in(client, state=CandidateState.DRAFT, consented=False)
    page = text(client.get("/en/profile/consent"))
    assert "195/2024" in page
    assert not re.search(r"<input[^>]*agree[^>]*checked", page), "never ticked beforehand"
    refused = text(client.post("/en/profile/consent", data={"text_version": "roster-2"}))
    assert 'id="agree-error"' in refused
    assert candidate.consents == []
    assert "Send to the programme" not in text(client.get("/en/profile/check"))
    client.post("/en/profile/act/submit")
    assert candidate.state is CandidateState.DRAFT
    client.post("/en/profile/consent", data={"text_version": "roster-2", "agree": "y"})
    consent = candidate.consents[0]
    assert (consent.text_version, consent.source) == ("roster-2", "site")
    assert abs(consent.given_at - clock.now()) < timedelta(minutes=1)
    check = text(client.get("/en/profile/check"))
    assert "Send to the programme" in check
    client.post("/en/profile/act/submit", data={"version": version(check)})
    assert candidate.state is CandidateState.SUBMITTED
    again = text(client.post("/en/profile/act/submit", follow_redirects=True))
    assert "notice-refused" in again


def test_a_stale_button_does_nothing(client: CheckedClient) -> None:
    candidate = signed_in(client)
    stale = candidate.version
    client.post("/en/profile/interests", data={"interests": "New.", "text_language": "en"})
    client.post("/en/profile/act/pause", data={"version": stale})
    assert candidate.state is CandidateState.ON_ROSTER
    client.post("/en/profile/act/pause", data={"version": candidate.version})
    assert candidate.state is CandidateState.PAUSED


def test_consent_is_withdrawn_in_one_act_after_its_consequences_were_said(client: CheckedClient) -> None:
    candidate = signed_in(client)
    page = text(client.get("/en/profile/consent"))
    assert page.index("takes effect at once") < page.index("Withdraw my consent now")
    client.post("/en/profile/consents/withdraw/roster")
    assert candidate.state is CandidateState.PAUSED
    assert queries.roster_consent(candidate) is None
    assert "Read the consent again" in text(client.get("/en/profile"))


def test_only_its_own_acts_are_open_to_a_person(client: CheckedClient) -> None:
    signed_in(client, state=CandidateState.SUBMITTED)
    assert client.post("/en/profile/act/admit").status_code == 404


@pytest.mark.parametrize("role", [None, Role.REVIEWER, Role.FINANCE, Role.ADMIN])
def test_only_officers_open_the_staff_pages(client: CheckedClient, role: Role | None) -> None:
    candidate = factories.candidate(state=CandidateState.SUBMITTED)
    client.sign_in(factories.account(role))
    assert client.get("/en/staff/candidates").status_code == 403
    assert client.get(f"/en/staff/candidates/{candidate.id}").status_code == 403
    assert client.post(f"/en/staff/candidates/{candidate.id}/admit").status_code == 403


def test_the_staff_list_has_no_names_and_keeps_its_filter_in_the_address(client: CheckedClient) -> None:
    listed = factories.candidate(given_name="Zenovia", state=CandidateState.ON_ROSTER)
    factories.candidate(state=CandidateState.DRAFT)
    client.sign_in(factories.account(Role.OFFICER))
    page = text(client.get("/en/staff/candidates?state=on_roster"))
    assert str(listed.id) in page
    assert "Zenovia" not in page
    assert "1 person is still filling in" in page
    assert str(listed.id) not in text(client.get("/en/staff/candidates"))
    for wrong in ("draft", "erasure_requested", "nonsense"):
        assert client.get(f"/en/staff/candidates?state={wrong}").status_code == 404


def test_an_officer_never_sees_an_unsent_draft(client: CheckedClient) -> None:
    draft = factories.candidate(state=CandidateState.DRAFT)
    client.sign_in(factories.account(Role.OFFICER))
    for candidate_id in (draft.id, uuid4()):
        assert client.get(f"/en/staff/candidates/{candidate_id}").status_code == 404
        assert client.post(f"/en/staff/candidates/{candidate_id}/admit").status_code == 404


def test_reading_a_profile_with_its_name_is_recorded_and_shown_to_the_person(client: CheckedClient) -> None:
    account = factories.account()
    candidate = factories.candidate(account_id=account.id)
    officer = factories.account(Role.OFFICER)
    assert candidate.full_name in text(client.sign_in(officer).get(f"/en/staff/candidates/{candidate.id}"))
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.act == queries.READ_ACT)).one()
    assert (event.object_id, event.actor_id) == (candidate.id, officer.id)
    assert "case officer" in text(client.sign_in(account).get("/en/profile/readers"))


def test_an_officer_admits_once_and_sends_back_only_with_a_reason(client: CheckedClient) -> None:
    first = factories.candidate(state=CandidateState.SUBMITTED)
    second = factories.candidate(state=CandidateState.SUBMITTED)
    client.sign_in(factories.account(Role.OFFICER))
    address = f"/en/staff/candidates/{first.id}"
    seen = version(text(client.get(address)))
    assert client.post(f"{address}/admit", data={"version": seen}).status_code == 302
    assert first.state is CandidateState.ON_ROSTER
    assert "error-summary" in text(client.post(f"{address}/admit", data={"version": seen}))
    address = f"/en/staff/candidates/{second.id}"
    assert 'id="reason-error"' in text(client.post(f"{address}/return", data={"reason": " "}))
    stale = text(client.post(f"{address}/return", data={"reason": "The year is missing.", "version": 99}))
    assert "The year is missing." in stale
    assert second.state is CandidateState.SUBMITTED
    client.post(f"{address}/return", data={"reason": "The year is missing."})
    assert (second.state, second.state_reason) == (CandidateState.RETURNED, "The year is missing.")


def test_what_people_wrote_is_text_and_never_markup(client: CheckedClient) -> None:
    candidate = factories.candidate(
        state=CandidateState.SUBMITTED, interests="<script>alert(1)</script>", given_name="<b>Ana</b>"
    )
    page = text(client.sign_in(factories.account(Role.OFFICER)).get(f"/en/staff/candidates/{candidate.id}"))
    assert "<script>alert" not in page
    assert "<b>Ana" not in page
    assert 'lang="en"' in page


def imported(**values: Any) -> tuple[Candidate, str]:
    candidate = factories.candidate(
        account_id=None, source="fellowships", external_id="x-1", email="vera@example.org", **values
    )
    token = issue_link(LinkPurpose.CLAIM_PROFILE, clock.now(), subject_id=candidate.id)
    db.session.commit()
    return candidate, token


def test_a_profile_is_taken_over_with_the_mailed_link_once(client: CheckedClient) -> None:
    candidate, token = imported(consented=False)
    address = f"/en/profile/claim/{token}"
    page = text(client.get(address))
    assert candidate.full_name in page
    assert "fellowships" in page
    assert candidate.employer not in page
    assert client.post(address).headers["Location"].startswith("/en/login?next=")
    assert candidate.account_id is None
    account = factories.account()
    client.sign_in(account)
    assert "Take the profile over" in text(client.get(address))
    assert client.post(address).headers["Location"] == "/en/profile/consent"
    assert candidate.account_id == account.id
    assert candidate.edited_at is not None, "an import keeps its hands off from now on"
    client.sign_in(factories.account())
    assert "used or is too old" in text(client.post(address))
    assert candidate.account_id == account.id


def test_somebody_with_a_profile_takes_none_over_and_the_link_stays_good(client: CheckedClient) -> None:
    candidate, token = imported()
    signed_in(client)
    page = text(client.post(f"/en/profile/claim/{token}"))
    assert "one person has one profile" in page
    assert candidate.account_id is None
    assert (
        db.session.scalars(select(OneTimeLink.used_at).where(OneTimeLink.subject_id == candidate.id)).one()
        is None
    )


def test_a_link_for_something_else_claims_nothing(client: CheckedClient) -> None:
    account = factories.account()
    token = issue_link(LinkPurpose.RESET_PASSWORD, clock.now(), account_id=account.id)
    db.session.commit()
    client.sign_in(account)
    assert "used or is too old" in text(client.post(f"/en/profile/claim/{token}"))


def test_highlighted_publications_come_first_and_are_five_at_most(client: CheckedClient) -> None:
    candidate = signed_in(client, state=CandidateState.DRAFT, publications=[])
    candidate.publications.clear()
    db.session.commit()
    for n in range(7):
        client.post("/en/profile/publications", data={"title": f"Lakes {n}", "language": "en"})
    ids = [p.id for p in candidate.publications]
    for n, one in enumerate(ids[1:7]):
        data = {"title": f"Lakes {n + 1}", "language": "en", "highlighted": "y"}
        page = client.post(f"/en/profile/publications/{one}", data=data)
        assert (page.status_code == 302) == (n < 5)
    assert 'id="highlighted-error"' in text(page)
    titles = [p.title for p in candidate.publications]
    assert titles == ["Lakes 1", "Lakes 2", "Lakes 3", "Lakes 4", "Lakes 5", "Lakes 0", "Lakes 6"]
    client.post(f"/en/profile/publications/{ids[0]}/move/up")
    assert candidate.publications[5].id == ids[0], "what is not highlighted does not pass what is"


def test_the_button_that_moved_a_publication_keeps_the_focus(client: CheckedClient) -> None:
    candidate = signed_in(client)
    for n in range(2):
        client.post("/en/profile/publications", data={"title": f"Lakes {n}", "language": "en"})
    last = candidate.publications[2].id
    answer = client.post(f"/en/profile/publications/{last}/move/up")
    page = text(client.get(answer.location))
    before, after = page.split(" autofocus", 1)
    assert f"{last}/move/up" in before.rsplit("<form", 1)[1]
    assert "autofocus" not in after
    to_the_top = client.post(f"/en/profile/publications/{last}/move/up")
    at_the_end = text(client.get(to_the_top.location)).split(" autofocus", 1)[0]
    assert f"{last}/move/down" in at_the_end.rsplit("<form", 1)[1], "its own button is gone: the other one"


def test_saving_a_part_leads_on_or_back_as_one_likes(client: CheckedClient) -> None:
    signed_in(client, state=CandidateState.DRAFT)
    data = {"interests": "Lakes.", "text_language": "en"}
    on = client.post("/en/profile/interests", data={**data, "then": "next"})
    back = client.post("/en/profile/interests", data=data)
    assert (on.location, back.location) == ("/en/profile/publications", "/en/profile")


def test_an_unanswered_question_is_no_answer(client: CheckedClient) -> None:
    candidate = signed_in(
        client, state=CandidateState.DRAFT, career_stage=None, position="", employer="", experience="",
        years_abroad=None, employed_abroad=False,
    )  # fmt: skip
    assert "Employed outside Moldova" not in text(client.get("/en/profile/check"))
    candidate.position = "Docent"
    db.session.commit()
    assert "Employed outside Moldova" in text(client.get("/en/profile/check"))


def test_a_consent_is_named_by_its_day_and_never_by_a_code(client: CheckedClient) -> None:
    candidate = signed_in(client)
    candidate.consents[0].source = "demonstration"
    db.session.commit()
    page = text(client.get("/en/profile/consent")).split("<main", 1)[1]
    assert "the text of 21 November 2026" in page
    assert ">roster-1<" not in page.replace('value="roster-1"', "")
    assert "(text roster-1)" not in page
    assert "the invented data of the demonstration" in page


def test_a_candidate_sees_what_institutions_see_and_no_more(client: CheckedClient) -> None:
    candidate = signed_in(client)
    page = text(client.get("/en/profile/as-institutions-see")).split("<main", 1)[1]
    assert "lives in France" in page
    for secret in (candidate.given_name, candidate.employer, candidate.interests):
        assert secret not in page
