"""Every object predicate of every room, one by one: who may see or touch this record."""

import inspect
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any, TypeVar

import pytest

from diaspora.accounts.models import Account
from diaspora.assignments import policy as assignments
from diaspora.assignments.rules import AssignmentState
from diaspora.concerns import policy as concerns
from diaspora.concerns.models import Concern
from diaspora.concerns.rules import ConcernKind
from diaspora.extensions import db
from diaspora.institutions import policy as institutions
from diaspora.institutions.models import Institution, Membership
from diaspora.institutions.rules import InstitutionState
from diaspora.pairings import policy as pairings
from diaspora.pairings.models import PairingStep
from diaspora.pairings.rules import PairingAct, PairingState
from diaspora.placements import policy as placements
from diaspora.placements.rules import PlacementState
from diaspora.platform.access import SYSTEM, VISITOR, Actor, Role
from diaspora.profiles import policy as profiles
from diaspora.profiles.models import Candidate, Disclosure, HiddenFrom
from diaspora.profiles.rules import CandidateState, DisclosureReason
from diaspora.programmes import policy as programmes
from diaspora.rights import policy as rights
from diaspora.rights.models import RightsRequest
from diaspora.rights.rules import RequestKind
from tests import factories
from tests.factories import NOW, TODAY
from tests.guards.world import accepted, stay_of
from tests.pairings.people import People, actor_of

ROOMS = (
    "institutions",
    "profiles",
    "programmes",
    "placements",
    "pairings",
    "assignments",
    "concerns",
    "rights",
)
TESTED: set[Any] = set()
Test = TypeVar("Test", bound=Callable[..., None])


def about(*predicates: Any) -> Callable[[Test], Test]:
    """Note which predicates a test is about."""
    TESTED.update(predicates)
    return lambda test: test


def member(institution: Institution, role: Role = Role.HOST_EDITOR, staff: Role | None = None) -> Actor:
    account = factories.account(staff)
    factories.save(
        Membership(
            institution_id=institution.id, account_id=account.id, role=role,
            given_name="Ion", family_name="Rusu", since=NOW,
        )
    )  # fmt: skip
    return actor_of(account)


def staff(role: Role) -> Actor:
    return actor_of(factories.account(role))


def owner(candidate: Candidate) -> Actor:
    return actor_of(db.session.get_one(Account, candidate.account_id))


def hide(candidate: Candidate, institution: Institution) -> None:
    factories.save(HiddenFrom(candidate_id=candidate.id, institution_id=institution.id, since=NOW))


def disclose(candidate: Candidate, institution: Institution) -> Disclosure:
    return factories.save(
        Disclosure(
            candidate_id=candidate.id, institution_id=institution.id,
            reason=DisclosureReason.CONSENT, since=NOW,
        )
    )  # fmt: skip


def test_every_predicate_of_every_room_has_a_test_here() -> None:
    for room in ROOMS:
        module = import_module(f"diaspora.{room}.policy")
        own = {
            one for name, one in inspect.getmembers(module, inspect.isfunction)
            if one.__module__ == module.__name__ and not name.startswith("_")
        }  # fmt: skip
        assert {one.__name__ for one in own - TESTED} == set(), room


@about(institutions.roles_towards, institutions.is_member)
def test_a_membership_counts_at_its_institution_and_an_officer_is_none_there() -> None:
    here, there = factories.institution(), factories.institution()
    leading = here.memberships[0]
    lead, officer = actor_of(leading.account), member(here, staff=Role.OFFICER)
    assert institutions.roles_towards(lead, here.id) == {Role.HOST_LEAD}
    assert institutions.roles_towards(lead, there.id) == frozenset()
    assert institutions.roles_towards(officer, here.id) == {Role.HOST_EDITOR}
    assert institutions.roles_towards(officer, there.id) == {Role.OFFICER}
    assert institutions.roles_towards(VISITOR, here.id) == frozenset()
    assert institutions.roles_towards(SYSTEM, here.id) == {Role.SYSTEM}
    assert institutions.is_member(lead, here.id)
    assert not institutions.is_member(lead, there.id)
    leading.ended_at = NOW
    db.session.commit()
    assert not institutions.is_member(lead, here.id)


@about(institutions.may_step_in)
def test_officers_step_in_where_nobody_leads_or_the_institution_is_suspended() -> None:
    led, left, closed = (factories.institution() for _ in range(3))
    suspended = factories.institution(state=InstitutionState.SUSPENDED)
    left.memberships[0].ended_at = NOW
    closed.memberships[0].account.closed_at = NOW
    db.session.commit()
    stepped = {one.id for one in (led, left, closed, suspended) if institutions.may_step_in(one)}
    assert stepped == {left.id, closed.id, suspended.id}


@about(profiles.owns, profiles.roles_towards)
def test_a_profile_has_one_owner_and_no_officer_of_their_own() -> None:
    officer = factories.account(Role.OFFICER)
    own, other = factories.candidate(account_id=officer.id), factories.candidate()
    actor = actor_of(officer)
    assert profiles.owns(actor, own)
    assert not profiles.owns(actor, other)
    assert not profiles.owns(VISITOR, factories.candidate(account_id=None))
    assert profiles.roles_towards(actor, own) == {Role.CANDIDATE}
    assert profiles.roles_towards(actor, other) == {Role.OFFICER}
    host = factories.institution()
    assert profiles.roles_towards(actor_of(host.memberships[0].account), other) == frozenset()
    hide(other, host)
    assert profiles.roles_towards(member(host, staff=Role.OFFICER), other) == frozenset()


@about(profiles.may_see_as_staff)
@pytest.mark.parametrize(
    ("state", "seen"),
    [(CandidateState.SUBMITTED, True), (CandidateState.ON_ROSTER, True), (CandidateState.DRAFT, False),
     (CandidateState.ERASURE_REQUESTED, False)],
)  # fmt: skip
def test_officers_see_whoever_was_sent_to_them(state: CandidateState, seen: bool) -> None:
    candidate = factories.candidate(state=state)
    assert profiles.may_see_as_staff(staff(Role.OFFICER), candidate) is seen
    for role in (Role.REVIEWER, Role.FINANCE, Role.ADMIN, Role.DATA_PROTECTION, Role.CONTENT_EDITOR):
        assert not profiles.may_see_as_staff(staff(role), candidate)
    assert not profiles.may_see_as_staff(owner(candidate), candidate)


@about(profiles.may_read_documents, profiles.knowing_institution)
def test_documents_are_read_by_who_may_know_the_name_and_no_suspended_institution() -> None:
    here, candidate = factories.institution(), factories.candidate()
    known, lead = disclose(candidate, here), actor_of(here.memberships[0].account)
    stranger = actor_of(factories.institution().memberships[0].account)
    assert profiles.may_read_documents(owner(candidate), candidate)
    assert profiles.may_read_documents(staff(Role.OFFICER), candidate)
    assert profiles.knowing_institution(lead, candidate) == here
    assert profiles.knowing_institution(stranger, candidate) is None
    assert not profiles.may_read_documents(VISITOR, candidate)
    for role in (Role.REVIEWER, Role.FINANCE, Role.ADMIN, Role.DATA_PROTECTION, Role.CONTENT_EDITOR):
        assert not profiles.may_read_documents(staff(role), candidate)
    here.state = InstitutionState.SUSPENDED
    db.session.commit()
    assert not profiles.may_read_documents(lead, candidate)
    here.state, known.ended_at = InstitutionState.VERIFIED, NOW
    db.session.commit()
    assert not profiles.may_read_documents(lead, candidate)


@about(profiles.may_see_identified, profiles.disclosed, profiles.disclosed_among)
def test_a_name_is_known_where_it_was_disclosed_and_as_long() -> None:
    here, there, candidate = factories.institution(), factories.institution(), factories.candidate()
    known = disclose(candidate, here)
    lead = actor_of(here.memberships[0].account)
    assert profiles.may_see_identified(owner(candidate), candidate)
    assert profiles.may_see_identified(lead, candidate, [here.id])
    assert not profiles.may_see_identified(lead, candidate, [there.id])
    assert not profiles.may_see_identified(lead, candidate)
    assert profiles.disclosed(candidate.id, [there.id, here.id])
    assert not profiles.disclosed(candidate.id, [])
    assert profiles.disclosed_among([candidate.id, factories.candidate().id], [here.id]) == {candidate.id}
    hide(candidate, here)
    assert not profiles.may_see_identified(lead, candidate, [here.id])
    known.ended_at = NOW
    candidate.state = CandidateState.ERASURE_REQUESTED
    db.session.commit()
    assert not profiles.disclosed(candidate.id, [here.id])
    assert not profiles.may_see_identified(staff(Role.OFFICER), candidate, [here.id])


@about(profiles.hides_from, profiles.visible_to)
def test_whoever_hides_is_hidden_from_all_who_work_there_and_from_nobody_else() -> None:
    here, there, candidate = factories.institution(), factories.institution(), factories.candidate()
    leads_here, leads_there = here.memberships[0], there.memberships[0]
    hide(candidate, here)
    both = factories.account(Role.OFFICER)
    for host in (here, there):
        factories.save(
            Membership(
                institution_id=host.id, account_id=both.id, role=Role.HOST_EDITOR,
                given_name="", family_name="", since=NOW,
            )
        )  # fmt: skip
    own = owner(candidate)
    also_there = Actor(own.account_id, own.roles | {Role.HOST_LEAD})
    hidden = [actor_of(leads_here.account), actor_of(both)]
    shown = [actor_of(leads_there.account), staff(Role.OFFICER), own, also_there, SYSTEM, VISITOR]
    for actor in [*hidden, *shown]:
        found = db.session.query(Candidate).filter(profiles.visible_to(actor)).all()
        assert profiles.hides_from(candidate, actor) is (actor in hidden)
        assert (candidate in found) is (actor in shown), "the condition and the predicate agree"
    leads_here.ended_at = NOW
    db.session.commit()
    assert not profiles.hides_from(candidate, hidden[0]), "who left the institution works for it no longer"


@about(programmes.roles_towards)
def test_a_chair_is_one_in_their_own_call_only() -> None:
    people = People()
    assert people.placement.call is not None
    assert Role.CHAIR in programmes.roles_towards(actor_of(people.chair), people.placement.call.id)
    assert Role.CHAIR not in programmes.roles_towards(actor_of(people.chair), factories.call().id)
    assert programmes.roles_towards(VISITOR, people.placement.call.id) == VISITOR.roles


@about(placements.roles_towards, placements.is_member, placements.may_edit)
def test_a_post_is_edited_by_its_own_people_and_officers_while_it_can_be() -> None:
    post = factories.placement(state=PlacementState.DRAFT)
    lead, stranger = actor_of(post.institution.memberships[0].account), member(factories.institution())
    assert placements.roles_towards(lead, post) == {Role.HOST_LEAD}
    assert placements.is_member(lead, post)
    assert not placements.is_member(stranger, post)
    assert placements.may_edit(lead, post)
    assert placements.may_edit(staff(Role.OFFICER), post)
    assert not placements.may_edit(stranger, post)
    assert not placements.may_edit(staff(Role.ADMIN), post)
    post.state = PlacementState.CLOSED
    assert not placements.may_edit(lead, post)


@about(placements.is_public, placements.takes_applications, placements.has_ended, placements.may_view)
@pytest.mark.parametrize(
    ("state", "host", "public", "ended"),
    [
        (PlacementState.PUBLISHED, InstitutionState.VERIFIED, True, False),
        (PlacementState.PUBLISHED, InstitutionState.SUSPENDED, False, False),
        (PlacementState.CLOSED, InstitutionState.VERIFIED, False, True),
        (PlacementState.CLOSED, InstitutionState.SUSPENDED, False, False),
        (PlacementState.DRAFT, InstitutionState.VERIFIED, False, False),
    ],
)
def test_everybody_reads_what_is_public_or_was(
    state: PlacementState, host: InstitutionState, public: bool, ended: bool
) -> None:
    post = factories.placement(state=state, institution=factories.institution(state=host))
    assert placements.is_public(post) is public
    assert placements.has_ended(post) is ended
    assert placements.takes_applications(post, TODAY) is public
    assert post.closes_on is not None
    assert not placements.takes_applications(post, post.closes_on + timedelta(days=1))
    assert placements.may_view(VISITOR, post) is (public or ended)
    assert placements.may_view(actor_of(post.institution.memberships[0].account), post)
    assert placements.may_view(staff(Role.FINANCE), post)


@about(pairings.is_own, pairings.known_to_candidate)
def test_the_candidate_knows_of_it_once_they_were_asked() -> None:
    for state, known in (
        (PairingState.SHORTLISTED, False),
        (PairingState.DISMISSED, False),
        (PairingState.INVITED, True),
        (PairingState.WITHDRAWN, True),
    ):
        pairing = factories.pairing(state=state)
        assert pairings.known_to_candidate(pairing) is known
        assert pairings.is_own(owner(pairing.candidate), pairing.candidate)
        assert not pairings.is_own(VISITOR, pairing.candidate)
    pairing.steps = [
        PairingStep(number=n, act=act, state=state, at=NOW, role=Role.HOST_LEAD, reason="")
        for n, (act, state) in enumerate(
            [
                (PairingAct.SHORTLIST, PairingState.SHORTLISTED),
                (PairingAct.WITHDRAW, PairingState.WITHDRAWN),
            ]
        )
    ]
    assert not pairings.known_to_candidate(pairing), "withdrawn before anybody was asked"


@about(pairings.is_member, pairings.hosts_here, pairings.may_choose, pairings.may_see_person)
def test_a_suspended_institution_chooses_nobody() -> None:
    people = People()
    lead, stranger = actor_of(people.lead), member(factories.institution())
    disclose(people.candidate, people.placement.institution)
    for actor, may in ((lead, True), (stranger, False), (staff(Role.OFFICER), True), (VISITOR, False)):
        assert pairings.may_choose(actor, people.placement) is may
        assert pairings.may_see_person(actor, people.candidate, people.placement) is may
    assert pairings.is_member(lead, people.placement)
    assert pairings.hosts_here(lead, people.placement)
    people.placement.institution.state = InstitutionState.SUSPENDED
    assert pairings.is_member(lead, people.placement)
    assert not pairings.hosts_here(lead, people.placement)
    assert not pairings.may_choose(lead, people.placement)
    assert not pairings.may_see_person(lead, people.candidate, people.placement)


@about(pairings.on_commission, pairings.roles_towards, pairings.may_view, pairings.may_see_identified)
def test_the_commission_reads_its_own_call_from_the_nomination_on() -> None:
    people, other = People(), People()
    pairing = factories.pairing(candidate=people.candidate, placement=people.placement)
    chair, stranger = actor_of(people.chair), actor_of(other.chair)
    assert pairings.on_commission(chair, people.placement)
    assert not pairings.on_commission(stranger, people.placement)
    assert not pairings.on_commission(actor_of(people.lead), people.placement)
    for state, may in ((PairingState.APPLIED, False), (PairingState.NOMINATED, True)):
        pairing.state = state
        assert pairings.may_view(chair, pairing) is may
        assert pairings.may_see_identified(chair, pairing) is may
        assert not pairings.may_view(stranger, pairing)
    assert pairings.roles_towards(chair, pairing) == {Role.REVIEWER, Role.CHAIR}
    assert pairings.roles_towards(stranger, pairing) == {Role.REVIEWER}
    assert pairings.roles_towards(actor_of(people.lead), pairing) == {Role.HOST_LEAD}
    assert pairings.roles_towards(actor_of(people.candidate_account), pairing) == {Role.CANDIDATE}
    assert pairings.roles_towards(SYSTEM, pairing) == {Role.SYSTEM}
    assert pairings.may_view(actor_of(people.lead), pairing)
    assert not pairings.may_see_identified(actor_of(people.lead), pairing), "nothing was disclosed"
    assert not pairings.may_view(staff(Role.ADMIN), pairing)


@about(pairings.roles_towards, pairings.may_view, pairings.may_see_identified)
def test_who_works_where_the_candidate_hides_is_nobody_to_the_pairing() -> None:
    people = People()
    pairing = factories.pairing(
        candidate=people.candidate, placement=people.placement, state=PairingState.NOMINATED
    )
    hidden_host = factories.institution(lead=people.chair)
    hide(people.candidate, hidden_host)
    chair = actor_of(people.chair)
    assert pairings.roles_towards(chair, pairing) == frozenset()
    assert not pairings.may_view(chair, pairing)
    assert not pairings.may_see_identified(chair, pairing)


@about(pairings.roles_towards, pairings.is_member)
def test_an_officer_who_works_at_the_host_is_a_host_there_and_no_officer() -> None:
    officer = factories.account(Role.OFFICER)
    host = factories.institution(lead=officer)
    pairing = factories.pairing(placement=factories.placement(institution=host))
    assert pairings.roles_towards(actor_of(officer), pairing) == {Role.HOST_LEAD}
    host.state = InstitutionState.SUSPENDED
    assert pairings.roles_towards(actor_of(officer), pairing) == frozenset()
    assert pairings.is_member(actor_of(officer), pairing.placement)


@about(assignments.may_view, assignments.may_see_identified, assignments.may_issue)
def test_a_stay_is_its_parties_and_the_programmes() -> None:
    people = People()
    stay = stay_of(accepted(people.candidate, people.placement))
    lead, officer = actor_of(people.lead), staff(Role.OFFICER)
    own = actor_of(people.candidate_account)
    after = stay.ends_on + timedelta(days=1)
    for actor, may in ((lead, True), (officer, True), (own, True), (staff(Role.REVIEWER), False)):
        assert assignments.may_view(actor, stay, TODAY) is may
        assert assignments.may_see_identified(actor, stay, TODAY) is may
    assert not assignments.may_view(member(factories.institution()), stay, TODAY)
    assert not assignments.may_see_identified(lead, stay, after), "nothing was disclosed beyond the stay"
    hide(people.candidate, people.placement.institution)
    assert assignments.may_view(lead, stay, TODAY)
    assert not assignments.may_view(lead, stay, after)
    stay.state = AssignmentState.CANCELLED
    assert not assignments.may_view(lead, stay, TODAY)
    assert assignments.may_issue(officer, stay)
    for actor in (lead, own, staff(Role.ADMIN)):
        assert not assignments.may_issue(actor, stay)


@about(concerns.roles_towards, concerns.can_be_reported)
def test_what_is_reported_is_read_by_officers_who_do_not_work_there() -> None:
    post = factories.placement()
    concern = factories.save(
        Concern(
            placement_id=post.id, terms_version=1, invitation=False, kind=ConcernKind.OTHER, text="",
            language="en", created_at=NOW, changed_at=NOW,
        )
    )  # fmt: skip
    assert concerns.roles_towards(staff(Role.OFFICER), concern) == {Role.OFFICER}
    lead = actor_of(post.institution.memberships[0].account)
    for actor in (member(post.institution, staff=Role.OFFICER), lead, staff(Role.ADMIN), VISITOR):
        assert concerns.roles_towards(actor, concern) == frozenset()
    assert concerns.can_be_reported(post)
    assert not concerns.can_be_reported(factories.placement(state=PlacementState.DRAFT, terms_version=0))


@about(rights.roles_towards)
def test_nobody_answers_their_own_request() -> None:
    own = factories.account(Role.DATA_PROTECTION)
    asked = factories.save(
        RightsRequest(account_id=own.id, kind=RequestKind.OTHER, text="", created_at=NOW, due_on=TODAY)
    )
    assert rights.roles_towards(staff(Role.DATA_PROTECTION), asked) == {Role.DATA_PROTECTION}
    for actor in (actor_of(own), staff(Role.OFFICER), staff(Role.ADMIN), VISITOR):
        assert rights.roles_towards(actor, asked) == frozenset()
