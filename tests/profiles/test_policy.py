from dataclasses import fields
from typing import Any
from uuid import UUID, uuid4

import pytest

from diaspora.platform.access import SYSTEM, VISITOR, Actor, Role
from diaspora.profiles import policy, queries, services
from diaspora.profiles.models import Candidate
from diaspora.profiles.rules import CandidateState, DisclosureReason
from tests import factories


def actor(*roles: Role, account_id: UUID | None = None) -> Actor:
    return Actor(account_id or uuid4(), frozenset({Role.ANYONE, Role.MEMBER, *roles}), "en")


def test_a_stranger_and_another_candidate_are_nobody_to_a_profile() -> None:
    candidate = factories.candidate()
    assert policy.roles_towards(actor(Role.CANDIDATE), candidate) == frozenset()
    assert policy.roles_towards(VISITOR, candidate) == frozenset()
    assert not policy.may_see_identified(actor(Role.CANDIDATE), candidate)


def test_nobody_is_the_owner_of_an_unclaimed_profile() -> None:
    candidate = factories.candidate(account_id=None)
    assert Role.CANDIDATE not in policy.roles_towards(VISITOR, candidate)
    assert Role.CANDIDATE not in policy.roles_towards(SYSTEM, candidate)


def test_an_officer_is_not_the_officer_of_their_own_profile() -> None:
    own = factories.candidate(state=CandidateState.SUBMITTED)
    officer = actor(Role.OFFICER, account_id=own.account_id)
    assert policy.roles_towards(officer, own) == {Role.CANDIDATE}
    assert not policy.may_see_as_staff(officer, own)


@pytest.mark.parametrize("state", CandidateState)
def test_an_officer_sees_who_was_sent_and_nobody_else(state: CandidateState) -> None:
    candidate = factories.candidate(state=state)
    hidden = {CandidateState.DRAFT, CandidateState.ERASURE_REQUESTED, CandidateState.ANONYMISED}
    assert policy.may_see_identified(actor(Role.OFFICER), candidate) == (state not in hidden)


def test_an_institution_sees_only_after_its_own_disclosure() -> None:
    candidate, own, other = factories.candidate(), factories.institution(), factories.institution()
    lead = actor(Role.HOST_LEAD)
    assert not policy.may_see_identified(lead, candidate, [own.id])
    services.disclose(candidate, own.id, DisclosureReason.APPLICATION, lead, factories.NOW)
    assert policy.may_see_identified(lead, candidate, [own.id])
    assert not policy.may_see_identified(lead, candidate, [other.id])
    assert not policy.may_see_identified(lead, candidate, [])


def test_a_disclosure_ends_when_erasure_is_asked_for_and_none_is_made_after() -> None:
    candidate, institution = factories.candidate(), factories.institution()
    lead = actor(Role.HOST_LEAD)
    services.disclose(candidate, institution.id, DisclosureReason.CONSENT, lead, factories.NOW)
    candidate.state = CandidateState.ERASURE_REQUESTED
    assert not policy.may_see_identified(lead, candidate, [institution.id])


def text_of(value: Any) -> str:
    return str(value).lower()


def test_the_anonymised_view_holds_only_the_listed_facts() -> None:
    candidate = factories.candidate(
        given_name="Zenovia", family_name="Plămădeală", orcid="0000-0002-1825-0097", email="z@example.org"
    )
    shown = queries.anonymised(candidate)
    assert {f.name for f in fields(shown)} == {
        "id", "career_stage", "country", "degree_level", "fields", "languages", "availability",
    }  # fmt: skip
    for secret in (
        candidate.given_name, candidate.family_name, candidate.orcid, candidate.email, candidate.employer,
        candidate.position, candidate.birth_year, candidate.degrees[0].subject, candidate.degrees[0].year,
        candidate.publications[0].title, candidate.interests, candidate.experience,
    ):  # fmt: skip
        assert text_of(secret) not in text_of([v for k, v in vars(shown).items() if k != "id"])


def test_only_the_roster_with_a_standing_consent_is_matched() -> None:
    there = factories.candidate()
    factories.candidate(consented=False)
    factories.candidate(state=CandidateState.PAUSED)
    withdrawn = factories.candidate()
    withdrawn.consents[0].withdrawn_at = factories.NOW
    factories.save(withdrawn)
    found: list[Candidate] = list(queries.for_matching())
    assert [c.id for c in found] == [there.id]
