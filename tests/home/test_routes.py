"""The pages that gather: what each kind of person finds on them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from diaspora.accounts.models import Account
from diaspora.assignments.models import Assignment
from diaspora.assignments.rules import AssignmentState
from diaspora.extensions import db
from diaspora.institutions.rules import InstitutionState
from diaspora.matching import services as matching
from diaspora.pairings.rules import PairingState
from diaspora.placements.rules import PlacementState
from diaspora.platform import clock
from diaspora.platform.access import Role
from diaspora.profiles.models import Availability, Publication
from diaspora.profiles.rules import CandidateState
from tests import factories
from tests.client import CheckedClient


def text(client: CheckedClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("language", ["ro", "ru", "en"])
def test_the_front_page_counts_only_what_is_public(client: CheckedClient, language: str) -> None:
    shown = factories.placement()
    suspended = factories.institution(state=InstitutionState.SUSPENDED)
    hidden = factories.placement(institution=suspended, title="Of a suspended host")
    draft = factories.placement(state=PlacementState.DRAFT, title="Only a draft")
    factories.candidate(state=CandidateState.SUBMITTED)
    page = text(client, f"/{language}/")
    assert shown.title in page
    assert hidden.title not in page
    assert draft.title not in page
    if language == "en":
        assert "1 open placement<" in page
        assert "0 candidates on the roster" in page


def test_somebody_new_is_asked_what_brings_them(client: CheckedClient) -> None:
    page = text(client.sign_in(factories.account()), "/en/")
    assert "What brings you here?" in page


def test_a_candidate_s_home_says_what_the_profile_lacks(client: CheckedClient) -> None:
    account = factories.account()
    factories.candidate(account_id=account.id, state=CandidateState.DRAFT, country="", interests="")
    assert "still lacks: 2 things" in text(client.sign_in(account), "/en/")


def test_a_candidate_sees_own_candidatures_only(client: CheckedClient) -> None:
    account = factories.account()
    mine = factories.pairing(candidate=factories.candidate(account_id=account.id))
    other = factories.pairing()
    page = text(client.sign_in(account), "/en/")
    assert f"/candidatures/{mine.id}" in page
    assert f"/candidatures/{other.id}" not in page


def test_a_host_sees_own_placements_only(client: CheckedClient) -> None:
    mine = factories.placement()
    other = factories.placement()
    page = text(client.sign_in(mine.institution.memberships[0].account), "/en/")
    assert mine.title in page
    assert other.title not in page


def test_the_work_list_shows_each_role_what_it_can_do(client: CheckedClient) -> None:
    chair = factories.account(Role.REVIEWER)
    call = factories.call(chair=chair)
    factories.pairing(placement=factories.placement(call=call), state=PairingState.IN_REVIEW)
    factories.pairing(placement=factories.placement(), state=PairingState.IN_REVIEW)
    factories.candidate(state=CandidateState.SUBMITTED)
    factories.institution(state=InstitutionState.REGISTERED)
    officer = text(client.sign_in(factories.account(Role.OFFICER)), "/en/staff")
    assert "Profiles to admit" in officer
    assert "Institutions to verify" in officer
    assert "for you to decide" not in officer
    of_chair = text(client.sign_in(chair), "/en/staff")
    assert "for you to decide" in of_chair
    assert of_chair.count("/en/candidatures/") == 1, "another call's candidature is not this chair's"
    assert "Profiles to admit" not in of_chair
    assert "Nothing waits for you" in text(client.sign_in(factories.account(Role.ADMIN)), "/en/staff")


def test_a_candidate_s_home_says_whose_turn_it_is(client: CheckedClient) -> None:
    account = factories.account()
    person = factories.candidate(account_id=account.id)
    factories.pairing(candidate=person, state=PairingState.APPLIED)
    assert "Your turn" not in text(client.sign_in(account), "/en/")
    factories.pairing(candidate=person, state=PairingState.INVITED)
    assert "Say yes or decline." in text(client, "/en/")


def test_a_host_s_home_counts_what_waits_for_a_nomination(client: CheckedClient) -> None:
    mine = factories.placement()
    lead = mine.institution.memberships[0].account
    factories.pairing(placement=mine, state=PairingState.APPLIED)
    factories.pairing(placement=factories.placement(), state=PairingState.ELIGIBLE)
    assert "for your decision" not in text(client.sign_in(lead), "/en/")
    factories.pairing(placement=mine, state=PairingState.ELIGIBLE)
    assert "1 candidature waits for your decision" in text(client, "/en/")


def test_staff_come_straight_to_their_work_list(client: CheckedClient) -> None:
    answer = client.sign_in(factories.account(Role.OFFICER)).get("/en/")
    assert answer.status_code == 302
    assert answer.location.endswith("/en/staff")


def test_what_has_a_day_stands_first_the_nearest_on_top(client: CheckedClient) -> None:
    account = factories.account()
    person = factories.candidate(account_id=account.id, state=CandidateState.RETURNED)
    today = clock.local_day(clock.now())
    late = factories.pairing(candidate=person, state=PairingState.OFFERED, offered_until=today + timedelta(9))
    soon = factories.pairing(candidate=person, state=PairingState.OFFERED, offered_until=today + timedelta(2))
    page = text(client.sign_in(account), "/en/")
    order = page.split('class="todo-list"')[1].split("</ol>")[0]
    assert order.index(str(soon.id)) < order.index(str(late.id)) < order.index("Correct your profile")


def test_a_whole_profile_is_not_asked_for_more(client: CheckedClient) -> None:
    account = factories.account()
    whole = factories.candidate(account_id=account.id, state=CandidateState.ON_ROSTER)
    assert "% complete" in text(client.sign_in(account), "/en/")
    words = " ".join(["word"] * 60)
    whole.interests, whole.experience, whole.years_abroad = words, words, 3
    whole.publications = [Publication(title=f"Lakes {n}", abstract="Water.", language="en") for n in range(3)]
    whole.availability = [Availability(starts_on=date(2027, 5, 1), ends_on=date(2027, 6, 1))]
    db.session.commit()
    assert "% complete" not in text(client, "/en/")


def test_the_front_page_counts_stays_that_begin(client: CheckedClient) -> None:
    assert "0 stays agreed" in text(client, "/en/")
    for state in (AssignmentState.PREPARING, AssignmentState.CANCELLED, AssignmentState.NO_SHOW):
        agreed = factories.pairing(state=PairingState.ACCEPTED)
        factories.save(
            Assignment(
                pairing_id=agreed.id,
                state=state,
                starts_on=clock.now().date(),
                ends_on=clock.now().date(),
                committed=Decimal(100),
                currency="MDL",
                created_at=clock.now(),
            )
        )
    db.session.commit()
    assert "1 stay agreed" in text(client, "/en/")


def test_the_front_page_explains_hard_words_and_leads_to_the_guides(client: CheckedClient) -> None:
    page = text(client, "/en/")
    assert page.count("popovertarget=") == 4
    for path in ("how-it-works", "guides/candidate", "guides/institution", "questions"):
        assert f'href="/en/{path}"' in page


def test_beside_the_matches_candidates_find_how_they_came_about(client: CheckedClient) -> None:
    candidate = factories.candidate()
    assert candidate.account_id is not None
    client.sign_in(db.session.get_one(Account, candidate.account_id))
    link = "/en/how-it-works#part-4"
    assert link not in client.get("/en/").get_data(as_text=True), "no list, nothing to explain"
    factories.placement()
    matching.refit(clock.now())
    db.session.commit()
    assert link in client.get("/en/").get_data(as_text=True)
