"""Whoever hides from an institution is not there for anybody who works for it."""

import re
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from diaspora.accounts.models import Account
from diaspora.extensions import db
from diaspora.institutions.models import Institution, Membership
from diaspora.institutions.rules import InstitutionState
from diaspora.matching import queries as matching
from diaspora.matching import services as matcher
from diaspora.pairings import policy, services
from diaspora.pairings.models import Pairing
from diaspora.pairings.rules import PairingAct, PairingState
from diaspora.placements.models import Placement
from diaspora.platform.access import Role
from diaspora.platform.refusals import Refused
from diaspora.profiles import policy as profile_policy
from diaspora.profiles import queries as profiles
from diaspora.profiles import services as profile_services
from diaspora.profiles.models import Candidate
from diaspora.profiles.rules import CandidateState
from tests import factories
from tests.client import CheckedClient
from tests.factories import NOW
from tests.guards.test_queries import watched
from tests.pairings.people import TO_ACCEPTED, A, People, actor_of, messages_to

PAGE = "/en/profile/hidden-from"


@dataclass
class Scene:
    """Three candidates fit a post; the first is going to hide from its institution."""

    host: Institution = field(default_factory=factories.institution)
    shy: Candidate = field(default_factory=factories.candidate)
    open: list[Candidate] = field(default_factory=lambda: [factories.candidate() for _ in range(2)])

    def __post_init__(self) -> None:
        self.post = factories.placement(institution=self.host)
        self.refit()

    @property
    def lead(self) -> Account:
        return self.host.memberships[0].account

    @property
    def own(self) -> Account:
        return db.session.get_one(Account, self.shy.account_id)

    def hide(self, institution: Institution | None = None) -> None:
        chosen = institution or self.host
        profile_services.hide_from(self.shy, chosen.id, actor_of(self.own), NOW)
        db.session.commit()

    def refit(self) -> None:
        matcher.refit(NOW)
        db.session.commit()

    def found_by(self, account: Account, post: Placement | None = None) -> set[object]:
        found = matching.for_placement((post or self.post).id, 10, actor_of(account))
        return {suggestion.candidate_id for suggestion in found}


@pytest.fixture
def scene() -> Scene:
    return Scene()


def text(client: CheckedClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def without_token(page: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page)


def join(account: Account, institution: Institution, role: Role = Role.HOST_LEAD) -> None:
    factories.save(
        Membership(
            institution_id=institution.id, account_id=account.id, role=role,
            given_name="Ion", family_name="Rusu", since=NOW,
        )
    )  # fmt: skip


@pytest.mark.parametrize("again", [False, True], ids=["at once", "after the next run"])
def test_nobody_there_is_suggested_who_hides(scene: Scene, again: bool) -> None:
    assert scene.found_by(scene.lead) == {scene.shy.id, *(c.id for c in scene.open)}
    scene.hide()
    if again:
        scene.refit()
    assert scene.found_by(scene.lead) == {c.id for c in scene.open}
    assert matching.for_candidate(scene.shy.id) == [], "nor is the post suggested to who hides from it"
    if again:
        ranks = [s.rank_for_placement for s in matching.for_placement(scene.post.id)]
        assert ranks == [1, 2], "no place in the list is left empty"


def test_a_kept_address_answers_as_one_that_never_was(
    app: Flask, client: CheckedClient, scene: Scene
) -> None:
    pairing = factories.pairing(candidate=scene.shy, placement=scene.post, state=PairingState.DECLINED)
    invite = f"/en/institution/placements/{scene.post.id}/invite/"
    client.sign_in(scene.lead)
    assert client.get(f"/en/candidatures/{pairing.id}").status_code == 200
    scene.hide()
    missing = "00000000-0000-4000-8000-000000000000"
    for begin, kept in (("/en/candidatures/", pairing.id), (invite, scene.shy.id)):
        client.get(begin + missing)
        with watched(app) as hidden:
            assert client.get(f"{begin}{kept}").status_code == 404
        with watched(app) as never:
            assert client.get(begin + missing).status_code == 404
        assert hidden.all == never.all, "the database is asked the same, so the answer takes as long"
        assert client.post(f"{begin}{kept}").status_code in {404, 405}
    assert client.post(f"/en/candidatures/{pairing.id}/withdraw", data={"reason": "x"}).status_code == 404


def test_nothing_is_counted_of_who_hides(client: CheckedClient, scene: Scene) -> None:
    """The institution's pages are the same, letter by letter, as if the candidate had never been."""
    factories.pairing(candidate=scene.shy, placement=scene.post, state=PairingState.DECLINED)
    pages = ("/en/", f"/en/institution/placements/{scene.post.id}/candidates")
    client.sign_in(scene.lead)
    scene.hide()
    scene.refit()
    hidden = [without_token(text(client, page)) for page in pages]
    db.session.execute(sa.delete(Pairing))
    scene.shy.state = CandidateState.PAUSED
    db.session.commit()
    scene.refit()
    assert hidden == [without_token(text(client, page)) for page in pages]


def test_who_works_for_several_institutions_finds_nobody_who_hides_from_one(
    client: CheckedClient, scene: Scene
) -> None:
    other = factories.institution()
    post = factories.placement(institution=other)
    scene.refit()
    both, alone = other.memberships[0].account, factories.account()
    join(alone, other)
    join(both, scene.host, Role.HOST_EDITOR)
    scene.hide()
    assert scene.shy.id in scene.found_by(alone, post)
    assert scene.shy.id not in scene.found_by(both, post)
    pairing = services.apply(scene.shy, post, "Gladly.", actor_of(scene.own), NOW)
    db.session.commit()
    assert policy.may_view(actor_of(alone), pairing)
    assert not policy.may_view(actor_of(both), pairing)
    assert messages_to(alone) == ["pairing_applied"]
    assert messages_to(both) == []
    client.sign_in(both)
    assert client.get(f"/en/candidatures/{pairing.id}").status_code == 404


def test_an_officer_who_works_there_does_not_find_who_hides(client: CheckedClient, scene: Scene) -> None:
    officer = factories.account(Role.OFFICER)
    join(officer, scene.host)
    paths = ("/en/staff/candidates?state=on_roster", "/en/staff/matches", "/en/staff/candidatures?group=")
    factories.pairing(candidate=scene.shy, placement=factories.placement())
    client.sign_in(officer)
    shown = [str(scene.shy.id)[:8], scene.shy.given_name, scene.shy.given_name]
    for path, word in zip(paths, shown, strict=True):
        assert word in text(client, path)
    scene.hide()
    for path, word in zip(paths, shown, strict=True):
        assert word not in text(client, path)
    assert client.get(f"/en/staff/candidates/{scene.shy.id}").status_code == 404
    assert not profile_policy.may_see_identified(actor_of(officer), scene.shy, [scene.host.id])


def test_hiding_ends_what_is_open_and_what_the_institution_knew() -> None:
    people = People()
    pairing = people.walked(A.FIND_ELIGIBLE)
    host = people.placement.institution
    elsewhere = services.apply(
        people.candidate, factories.placement(), "Gladly.", actor_of(people.candidate_account), NOW
    )
    told = messages_to(people.lead)
    assert profiles.disclosed(people.candidate.id, [host.id])
    profile_services.hide_from(people.candidate, host.id, actor_of(people.candidate_account), NOW)
    assert pairing.state is PairingState.WITHDRAWN
    assert elsewhere.state is PairingState.APPLIED
    assert not profiles.disclosed(people.candidate.id, [host.id])
    assert profiles.disclosed(people.candidate.id, [elsewhere.placement.institution_id])
    assert messages_to(people.lead) == told, "who finds nobody there is told nothing of it"


def test_a_stay_that_was_accepted_goes_on_between_two_who_know_each_other(client: CheckedClient) -> None:
    people = People()
    pairing = people.walked(*TO_ACCEPTED)
    db.session.commit()
    profile_services.hide_from(
        people.candidate, people.placement.institution_id, actor_of(people.candidate_account), NOW
    )
    db.session.commit()
    assert pairing.state is PairingState.ACCEPTED
    client.sign_in(people.lead)
    answer = client.get(f"/en/candidatures/{pairing.id}/stay")
    assert people.candidate.full_name in text(client, answer.headers["Location"])
    assert client.get(f"/en/candidatures/{pairing.id}").status_code == 404


def test_what_ends_is_explained_before_it_ends(client: CheckedClient) -> None:
    people = People()
    pairing = people.applied()
    db.session.commit()
    client.sign_in(people.candidate_account)
    host = str(people.placement.institution_id)
    page = client.post(PAGE, data={"institution": host}).get_data(as_text=True)
    assert people.placement.title in page
    assert "This candidature is withdrawn" in page
    assert pairing.state is PairingState.APPLIED
    client.post(PAGE, data={"institution": host, "confirmed": str(people.candidate.id)})
    assert pairing.state is PairingState.APPLIED, "what was confirmed for another one does not count"
    assert client.post(PAGE, data={"institution": host, "confirmed": host}).status_code == 302
    assert pairing.state is PairingState.WITHDRAWN
    assert "Hide no longer" in text(client, PAGE)


def test_a_shortlist_that_the_candidate_does_not_know_of_ends_unsaid(
    client: CheckedClient, scene: Scene
) -> None:
    pairing = services.shortlist(scene.shy, scene.post, actor_of(scene.lead), NOW)
    db.session.commit()
    client.sign_in(scene.own)
    assert client.post(PAGE, data={"institution": str(scene.host.id)}).status_code == 302
    assert pairing.state is PairingState.WITHDRAWN
    assert messages_to(scene.own) == []
    assert str(pairing.id) not in text(client, "/en/")


def test_who_hides_can_be_found_again(client: CheckedClient, scene: Scene) -> None:
    client.sign_in(scene.own)
    assert client.post(PAGE, data={"institution": str(scene.host.id)}).status_code == 302
    assert client.post(f"{PAGE}/{scene.host.id}/remove").status_code == 302
    assert profiles.hidings_of(scene.shy.id) == []
    scene.refit()
    assert scene.shy.id in scene.found_by(scene.lead)


@pytest.mark.parametrize("sent", ["", "x", "00000000-0000-4000-8000-000000000000"])
def test_one_hides_only_from_institutions_that_there_are(
    client: CheckedClient, scene: Scene, sent: str
) -> None:
    rejected = factories.institution(state=InstitutionState.REJECTED)
    client.sign_in(scene.own)
    for value in (sent, str(rejected.id)):
        assert client.post(PAGE, data={"institution": value, "confirmed": value}).status_code == 200
    assert profiles.hidings_of(scene.shy.id) == []


def test_nobody_is_brought_together_with_whom_they_hide_from(scene: Scene) -> None:
    scene.hide()
    officer = actor_of(factories.account(Role.OFFICER))
    for act in (
        lambda: services.apply(scene.shy, scene.post, "Gladly.", actor_of(scene.own), NOW),
        lambda: services.shortlist(scene.shy, scene.post, officer, NOW),
        lambda: services.invite(scene.shy, scene.post, officer, NOW),
        lambda: services.invite(scene.shy, scene.post, actor_of(scene.lead), NOW),
    ):
        with pytest.raises(Refused):
            act()


def test_an_application_that_nobody_could_read_is_refused(scene: Scene) -> None:
    other = factories.institution(lead=scene.lead)
    scene.hide()
    with pytest.raises(Refused, match="also works for an institution"):
        services.apply(scene.shy, factories.placement(institution=other), "Gladly.", actor_of(scene.own), NOW)


def test_only_the_person_decides_from_whom_they_hide(scene: Scene) -> None:
    with pytest.raises(Refused):
        profile_services.hide_from(scene.shy, scene.host.id, actor_of(scene.lead), NOW)
    with pytest.raises(Refused):
        profile_services.show_to(scene.shy, scene.host.id, actor_of(factories.account(Role.OFFICER)), NOW)


def test_a_placement_asks_the_same_candidate_once(scene: Scene) -> None:
    lead = actor_of(scene.lead)
    pairing = services.invite(scene.shy, scene.post, lead, NOW)
    services.act(pairing, PairingAct.WITHDRAW, lead, NOW, "by mistake")
    for days in (0, 60):
        with pytest.raises(Refused, match="asked once"):
            services.invite(scene.shy, scene.post, lead, NOW + timedelta(days=days))
    assert messages_to(scene.own).count("pairing_invited") == 1
    another = factories.placement(institution=scene.host)
    services.invite(scene.shy, another, lead, NOW)


def test_a_stay_is_named_before_one_hides(client: CheckedClient) -> None:
    people = People()
    people.walked(*TO_ACCEPTED)
    db.session.commit()
    client.sign_in(people.candidate_account)
    page = client.post(PAGE, data={"institution": str(people.placement.institution_id)})
    assert "This stay goes on" in page.get_data(as_text=True)
