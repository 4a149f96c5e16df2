"""Each purpose is agreed to and withdrawn by itself, and withdrawal holds at once."""

import re

import pytest

from diaspora.extensions import db
from diaspora.matching import queries as matching
from diaspora.matching import services as matcher
from diaspora.pairings import services as pairings
from diaspora.pairings.rules import PairingState
from diaspora.platform.access import Role
from diaspora.platform.refusals import Refused
from diaspora.profiles import queries, rules, services
from diaspora.profiles.rules import CandidateState, ConsentPurpose
from tests import factories
from tests.client import CheckedClient
from tests.factories import NOW
from tests.pairings.people import People, actor_of


def test_who_leaves_the_ranking_is_suggested_to_nobody_at_once_and_may_still_apply() -> None:
    people = People()
    matcher.refit(NOW)
    assert matching.suggestion(people.candidate.id, people.placement.id) is not None
    me = actor_of(people.candidate_account)
    services.withdraw_consent(people.candidate, me, NOW, ConsentPurpose.MATCHING)
    assert matching.suggestion(people.candidate.id, people.placement.id) is None
    assert queries.for_matching() == []
    assert matching.hold_matchable()[0] == set()
    assert people.candidate.state is CandidateState.ON_ROSTER
    assert pairings.apply(people.candidate, people.placement, "", me, NOW).state is PairingState.APPLIED
    services.give_consent(people.candidate, "matching-1", "site", me, NOW)
    assert [one.id for one in queries.for_matching()] == [people.candidate.id]


def test_the_roster_alone_compares_nobody() -> None:
    candidate = factories.candidate(consented=False)
    services.give_consent(candidate, "roster-2", "site", actor_of(factories.account()), NOW)
    assert queries.for_matching() == []


def test_withdrawing_the_roster_ends_the_comparing_and_leaves_the_questions() -> None:
    people = People()
    candidate, me = people.candidate, actor_of(people.candidate_account)
    services.give_consent(candidate, "follow-up-1", "site", me, NOW)
    services.withdraw_consent(candidate, me, NOW)
    held = {purpose for purpose in ConsentPurpose if queries.consent_to(candidate, purpose)}
    assert held == {ConsentPurpose.FOLLOW_UP}


def test_what_was_not_agreed_to_cannot_be_withdrawn() -> None:
    with pytest.raises(Refused):
        services.withdraw_consent(
            factories.candidate(), actor_of(factories.account()), NOW, ConsentPurpose.FOLLOW_UP
        )


def test_every_version_of_the_words_agrees_to_something_and_has_a_day() -> None:
    for version in rules.CONSENT_DATES:
        assert rules.purposes_of(version)
    assert rules.purposes_of("roster-0") == ()
    assert set(rules.CONSENT_VERSIONS) == set(ConsentPurpose)


def test_all_purposes_stand_on_one_page_with_their_days_and_nothing_is_ticked(client: CheckedClient) -> None:
    candidate = factories.candidate()
    client.sign_in(People(candidate=candidate).candidate_account)
    page = client.get("/en/profile/consents").get_data(as_text=True)
    assert page.count("Agreed on 2 November 2026") == 2
    assert page.count("If you withdraw it:") == 3
    assert not re.search(r"<input[^>]*checked", page)
    client.post("/en/profile/consents/give/follow-up-1")
    client.post("/en/profile/consents/withdraw/matching")
    db.session.expire_all()
    assert queries.consent_to(candidate, ConsentPurpose.FOLLOW_UP)
    assert not candidate.compared
    assert "withdrawn on" in client.get("/en/profile/consents").get_data(as_text=True)
    assert client.post("/en/profile/consents/withdraw/other").status_code == 404
    assert "left out of the ranking" in client.get("/en/profile").get_data(as_text=True)


def test_staff_see_who_asked_to_be_left_out(client: CheckedClient) -> None:
    candidate = factories.candidate()
    client.sign_in(factories.account(Role.OFFICER))
    words = "asked to be left out of the ranking"
    assert words not in client.get(f"/en/staff/candidates/{candidate.id}").get_data(as_text=True)
    services.withdraw_consent(candidate, actor_of(factories.account()), NOW, ConsentPurpose.MATCHING)
    db.session.commit()
    assert words in client.get(f"/en/staff/candidates/{candidate.id}").get_data(as_text=True)
