"""The work list and the figures of staff, and what their lists have in common."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from diaspora.extensions import db
from diaspora.home import dashboard, worklist
from diaspora.home.dashboard import Scope
from diaspora.home.rules import Urgency, Work
from diaspora.institutions.rules import InstitutionState
from diaspora.pairings.rules import PairingState
from diaspora.placements.rules import PlacementState
from diaspora.platform.access import STAFF_ROLES, Actor, Role
from diaspora.platform.clock import now
from diaspora.profiles.rules import CandidateState
from diaspora.rights import services as rights
from diaspora.rights.rules import RequestKind
from tests import factories
from tests.client import CheckedClient
from tests.factories import NOW
from tests.guards.test_queries import watched
from tests.pairings.people import TO_ACCEPTED, TO_REVIEW, A, People, actor_of


def text(client: CheckedClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_each_record_stands_in_the_part_of_its_last_day(app: Flask) -> None:
    long_ago, today = now() - timedelta(days=60), now()
    late = factories.candidate(state=CandidateState.SUBMITTED, created_at=long_ago)
    factories.candidate(state=CandidateState.SUBMITTED, created_at=today)
    soon = factories.institution(verified_until=today.date() + timedelta(days=2))
    factories.institution(verified_until=today.date() + timedelta(days=200))
    factories.call(deadline=today.date() - timedelta(days=1), opens_on=today.date() - timedelta(days=40))
    actor = actor_of(factories.account(Role.OFFICER))
    with app.test_request_context("/en/"):
        found = {part.urgency: part for part in worklist.parts(actor, today)}
    kinds = {urgency: {group.kind: group.count for group in part.groups} for urgency, part in found.items()}
    assert kinds == {
        Urgency.LATE: {Work.BEGIN_REVIEW: 1, Work.ADMIT: 1},
        Urgency.SOON: {Work.RENEW: 1},
        Urgency.WAITING: {Work.ADMIT: 1},
    }
    assert found[Urgency.SOON].groups[0].lines[0].url.endswith(str(soon.id))
    assert str(late.id) in found[Urgency.LATE].groups[0].lines[0].url
    assert list(found) == [Urgency.LATE, Urgency.SOON, Urgency.WAITING]


def test_a_long_group_shows_its_first_lines_and_leads_to_all_of_them(client: CheckedClient) -> None:
    for _ in range(worklist.SHOWN + 3):
        factories.candidate(state=CandidateState.SUBMITTED, account_id=None)
    page = text(client.sign_in(factories.account(Role.OFFICER)), "/en/staff")
    assert len(re.findall(r'href="/en/staff/candidates/[0-9a-f-]{36}"', page)) == worklist.SHOWN
    assert "and 3 more" in page


def test_every_link_of_a_kind_opens_a_list_with_exactly_its_records(client: CheckedClient) -> None:
    factories.candidate(state=CandidateState.SUBMITTED)
    factories.institution(state=InstitutionState.REGISTERED)
    factories.placement(state=PlacementState.SUBMITTED)
    factories.pairing(state=PairingState.NOMINATED)
    factories.pairing(state=PairingState.APPROVED)
    client.sign_in(factories.account(Role.OFFICER))
    links = re.findall(r'<th scope="rowgroup" colspan="4"><a href="([^"]+)"', text(client, "/en/staff"))
    assert len(links) == 5
    for link in links:
        assert "<strong>1 row</strong>" in text(client, link.replace("&amp;", "&")), link


def test_nobody_finds_their_own_profile_or_candidature_on_their_work_list(client: CheckedClient) -> None:
    account = factories.account(Role.OFFICER)
    person = factories.candidate(account_id=account.id, state=CandidateState.SUBMITTED)
    pairing = factories.pairing(candidate=person)
    page = text(client.sign_in(account), "/en/staff")
    assert str(person.id) not in page
    assert str(pairing.id) not in page


def test_whoever_asked_for_erasure_has_no_name_on_the_work_list(client: CheckedClient) -> None:
    person = factories.candidate(family_name="Zymbruvescu", state=CandidateState.ERASURE_REQUESTED)
    factories.pairing(candidate=person)
    client.sign_in(factories.account(Role.OFFICER))
    assert "Zymbruvescu" not in text(client, "/en/staff")
    assert "0 rows" not in text(client, "/en/staff/candidatures")
    assert "There is nothing here at the moment." in text(client, "/en/staff/candidatures?q=zymbruvescu")


def test_a_role_without_work_here_is_told_so(client: CheckedClient) -> None:
    page = text(client.sign_in(factories.account(Role.CONTENT_EDITOR)), "/en/staff")
    assert "No work of your role comes through this list yet." in page
    assert "Everything</h2>" not in page


def test_a_request_about_data_waits_with_the_day_of_its_answer(client: CheckedClient) -> None:
    person = factories.account()
    actor = Actor(person.id, frozenset({Role.MEMBER}))
    rights.file_request(person, RequestKind.CORRECTION, "A letter names the wrong town.", actor, NOW)
    db.session.commit()
    page = text(client.sign_in(factories.account(Role.DATA_PROTECTION)), "/en/staff")
    assert "Requests about personal data" in page
    assert "2 December 2026" in page
    assert "wrong town" not in page


def test_a_candidature_counts_in_every_step_that_it_ever_reached(app: Flask) -> None:
    accepted, reviewed, rejected = People(), People(), People()
    accepted.walked(*TO_ACCEPTED)
    reviewed.walked(*TO_REVIEW)
    rejected.walked(*TO_REVIEW, A.REJECT)
    db.session.commit()
    with app.test_request_context("/en/"):
        everything = dashboard.of(Scope(), {})
        one = dashboard.of(Scope([accepted.placement.call_id]), {})  # type: ignore[list-item]
        nothing = dashboard.of(Scope([]), {})
    assert [bar.value for bar in everything.funnel.bars] == [3, 3, 3, 1, 1, 1]
    assert [bar.value for bar in one.funnel.bars] == [1, 1, 1, 1, 1, 1]
    assert [bar.value for bar in nothing.funnel.bars] == [0] * 6
    assert {tile.code: tile.value for tile in one.stays.tiles}["MD-CU"] == 1
    assert sum(tile.value for tile in everything.stays.tiles) == 1
    assert {pair.text: (pair.first, pair.second) for pair in one.fields.pairs if pair.first} == {
        "Agricultural and veterinary sciences": (1, 1)
    }
    assert [(bar.text, bar.value) for bar in everything.countries.bars] == [("France", 3)]


def test_times_are_measured_in_whole_days_from_step_to_step(app: Flask) -> None:
    people = People()
    pairing = people.applied()
    for act, days in ((A.FIND_ELIGIBLE, 2), (A.NOMINATE, 5), (A.SEND_TO_COMMISSION, 6), (A.APPROVE, 9)):
        people.do(pairing, act, days=days)
    db.session.commit()
    with app.test_request_context("/en/"):
        found = dashboard.of(Scope(), {}).times
    assert [strip.spread.median for strip in found.strips] == [2, 3, 4, 9]


def test_the_figures_are_narrowed_by_their_address(client: CheckedClient) -> None:
    people = People()
    people.walked(*TO_REVIEW)
    db.session.commit()
    other = factories.call()
    client.sign_in(factories.account(Role.OFFICER))
    path = "/en/staff/figures"
    assert "1 · 100%" in text(client, path)
    assert people.placement.call is not None
    assert "1 · 100%" in text(client, f"{path}?call={people.placement.call_id}")
    assert "1 · 100%" in text(client, f"{path}?programme={people.placement.call.programme_id}")
    assert "1 · 100%" not in text(client, f"{path}?call={other.id}")
    for wrong in ("call=x", "programme=x", f"call={other.programme_id}"):
        assert client.get(f"{path}?{wrong}").status_code == 404


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_the_figures_are_for_those_who_see_calls(client: CheckedClient, role: Role) -> None:
    client.sign_in(factories.account(role))
    sees = role not in {Role.CONTENT_EDITOR, Role.DATA_PROTECTION}
    assert client.get("/en/staff/figures").status_code == (200 if sees else 403)


@pytest.mark.parametrize("path", ["/en/staff", "/en/staff/figures"])
def test_more_records_ask_no_more_often(app: Flask, client: CheckedClient, path: str) -> None:
    client.sign_in(factories.account(Role.OFFICER))
    asked = []
    for _ in range(2):
        for _again in range(2):
            People().walked(*TO_REVIEW)
            factories.placement(state=PlacementState.SUBMITTED)
            factories.candidate(state=CandidateState.SUBMITTED)
        db.session.commit()
        client.get(path)
        with watched(app) as seen:
            text(client, path)
        assert seen.in_templates == []
        asked.append(len(seen.all))
    assert asked[0] == asked[1]
    assert asked[1] <= 20


LISTS = {
    "/en/staff/candidates": ["changed", "until"],
    "/en/staff/institutions": ["registered", "until"],
    "/en/staff/placements": ["begun", "closes", "seats"],
    "/en/staff/candidatures": ["since", "score"],
    "/en/staff/matches": ["score", "closes"],
}


@pytest.mark.parametrize("path", LISTS)
def test_every_list_sorts_both_ways_and_keeps_its_filters(client: CheckedClient, path: str) -> None:
    factories.candidate(state=CandidateState.SUBMITTED)
    People().applied()
    db.session.commit()
    client.sign_in(factories.account(Role.OFFICER))
    for key in LISTS[path]:
        for sort in (key, f"-{key}"):
            page = text(client, f"{path}?sort={sort}")
            assert "filter-bar" in page
    assert text(client, f"{path}?sort=password&page=x&q=%00'%25_\\")


def test_words_are_found_without_diacritics_and_in_another_alphabet(client: CheckedClient) -> None:
    name = {"ro": "Universitatea din Bălți", "ru": "Бельцкий университет", "en": "University of Bălți"}
    factories.institution(name=name)
    factories.institution()
    client.sign_in(factories.account(Role.OFFICER))
    for words in ("balti", "Bălți", "universitatea balti", "бельцкий", "beltskiy"):
        page = text(client, f"/en/staff/institutions?q={words}")
        assert "<strong>1 row</strong>" in page, words


def test_the_order_turns_round_and_says_so(client: CheckedClient) -> None:
    first = factories.institution(created_at=now() - timedelta(days=9))
    second = factories.institution(created_at=now())
    client.sign_in(factories.account(Role.OFFICER))
    up, down = text(client, "/en/staff/institutions"), text(client, "/en/staff/institutions?sort=-registered")
    assert up.index(str(first.id)) < up.index(str(second.id))
    assert down.index(str(first.id)) > down.index(str(second.id))
    assert 'aria-sort="ascending"' in up
    assert 'aria-sort="descending"' in down
    assert "/en/staff/institutions?sort=-registered" in up


def test_all_states_are_asked_for_in_the_address(client: CheckedClient) -> None:
    waiting, listed = factories.candidate(state=CandidateState.SUBMITTED), factories.candidate()
    client.sign_in(factories.account(Role.OFFICER))
    page = text(client, "/en/staff/candidates?state=")
    assert str(waiting.id) in page
    assert str(listed.id) in page
    assert "/en/staff/candidates?state=&amp;sort=-changed" in page, "the order keeps the filter"
