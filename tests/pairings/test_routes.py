from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from diaspora.extensions import db
from diaspora.institutions.rules import InstitutionState
from diaspora.matching import services as matching
from diaspora.matching.models import Suggestion
from diaspora.pairings import services
from diaspora.pairings.models import Pairing
from diaspora.pairings.rules import PairingState
from diaspora.placements import queries as placement_queries
from diaspora.placements import services as placements
from diaspora.placements.models import Placement
from diaspora.placements.rules import PlacementAct, PlacementState
from diaspora.platform.access import Role
from diaspora.platform.audit import AuditEvent
from diaspora.profiles import services as profiles
from diaspora.profiles.queries import READ_ACT
from diaspora.profiles.rules import CandidateState
from diaspora.programmes.models import EligibilityRule
from diaspora.programmes.rules import RuleKind
from tests import factories
from tests.client import CheckedClient
from tests.factories import NOW
from tests.pairings.people import TO_ACCEPTED, TO_OFFER, TO_REVIEW, A, People, actor_of

S = PairingState


def path(pairing: Pairing, act: str = "") -> str:
    return f"/en/candidatures/{pairing.id}" + (f"/{act}" if act else "")


def candidates_path(people: People) -> str:
    return f"/en/institution/placements/{people.placement.id}/candidates"


def invite_path(people: People) -> str:
    return f"/en/institution/placements/{people.placement.id}/invite/{people.candidate.id}"


def suggested() -> People:
    """A candidate whom the matcher really suggests for the placement."""
    people = People()
    matching.refit(NOW)
    db.session.commit()
    assert db.session.scalar(select(Suggestion).where(Suggestion.candidate_id == people.candidate.id))
    return people


def committed(pairing: Pairing) -> Pairing:
    db.session.commit()
    return pairing


def reads_of(people: People) -> int:
    query = select(AuditEvent).where(AuditEvent.act == READ_ACT, AuditEvent.object_id == people.candidate.id)
    return len(db.session.scalars(query).all())


def test_applying_says_what_the_institution_will_see_and_what_is_lacking(client: CheckedClient) -> None:
    rules = [
        EligibilityRule(kind=RuleKind.LIVES_ABROAD, value={}, position=0),
        EligibilityRule(kind=RuleKind.YEARS_ABROAD, value={"least": 5}, position=1),
    ]
    people = People(placement=factories.placement(call=factories.call(eligibility=rules)))
    people.placement.languages[0].code = "de"
    db.session.commit()
    client.sign_in(people.candidate_account)
    page = client.get(f"/en/placements/{people.placement.id}/apply").get_data(as_text=True)
    assert people.placement.title in page
    assert "your name, position and employer" in page
    assert "At least 5 years" in page
    assert "does not stop you" in page
    assert "German" in page
    sent = client.post(f"/en/placements/{people.placement.id}/apply", data={"motivation": "I want to."})
    pairing = db.session.scalars(select(Pairing)).one()
    assert sent.headers["Location"] == path(pairing)
    assert "I want to." in client.get(path(pairing)).get_data(as_text=True)


def test_an_application_without_words_keeps_the_page(client: CheckedClient) -> None:
    people = People()
    client.sign_in(people.candidate_account)
    page = client.post(f"/en/placements/{people.placement.id}/apply", data={"motivation": " "})
    assert 'id="motivation-error"' in page.get_data(as_text=True)
    assert db.session.scalars(select(Pairing)).all() == []


def test_a_refused_application_keeps_what_was_typed(client: CheckedClient) -> None:
    people = People()
    assert people.placement.call is not None
    people.placement.call.opens_on = NOW.date() + timedelta(days=20000)
    people.placement.call.deadline = NOW.date() + timedelta(days=20001)
    db.session.commit()
    client.sign_in(people.candidate_account)
    page = client.post(f"/en/placements/{people.placement.id}/apply", data={"motivation": "My words."})
    assert "does not take applications" in page.get_data(as_text=True)
    assert db.session.scalars(select(Pairing)).all() == []


def test_a_second_click_on_apply_leads_to_the_candidature(client: CheckedClient) -> None:
    people = People()
    pairing = committed(people.applied())
    client.sign_in(people.candidate_account)
    again = client.post(f"/en/placements/{people.placement.id}/apply", data={"motivation": "Again."})
    assert again.headers["Location"] == path(pairing)
    assert len(db.session.scalars(select(Pairing)).all()) == 1


def test_a_silent_shortlist_does_not_show_on_the_apply_page(client: CheckedClient) -> None:
    people = People()
    committed(services.shortlist(people.candidate, people.placement, actor_of(people.lead), NOW))
    client.sign_in(people.candidate_account)
    assert client.get(f"/en/placements/{people.placement.id}/apply").status_code == 200


def test_without_a_profile_one_is_led_to_it(client: CheckedClient) -> None:
    client.sign_in(factories.account())
    assert client.get(f"/en/placements/{factories.placement().id}/apply").status_code == 302


def test_off_the_roster_one_reads_what_to_do(client: CheckedClient) -> None:
    people = People()
    people.candidate.state = "draft"  # type: ignore[assignment]
    db.session.commit()
    client.sign_in(people.candidate_account)
    page = client.get(f"/en/placements/{people.placement.id}/apply").get_data(as_text=True)
    assert "not on the roster yet" in page


def test_no_name_before_the_yes(client: CheckedClient) -> None:
    people = suggested()
    client.sign_in(people.lead)
    hidden = [
        people.candidate.given_name,
        people.candidate.full_name,
        people.candidate.employer,
        "Measuring soil",
    ]

    def shows_nobody(address: str) -> str:
        page = client.get(address).get_data(as_text=True)
        assert not [word for word in hidden if word in page], address
        return page

    assert "lives in France" in shows_nobody(candidates_path(people))
    shows_nobody(invite_path(people))
    client.post(invite_path(people), data={"message": "Come to us."})
    pairing = db.session.scalars(select(Pairing)).one()
    shows_nobody(candidates_path(people))
    shows_nobody(path(pairing))
    assert reads_of(people) == 0
    client.sign_in(people.candidate_account)
    assert "Come to us." in client.get(path(pairing)).get_data(as_text=True)
    client.post(path(pairing, "say_yes"))
    client.sign_in(people.lead)
    assert people.candidate.full_name in client.get(candidates_path(people)).get_data(as_text=True)
    page = client.get(path(pairing)).get_data(as_text=True)
    assert all(word in page for word in hidden)
    assert reads_of(people) == 2, "the name in the list, and the page"


def test_a_candidates_own_reading_is_not_logged(client: CheckedClient) -> None:
    people = People()
    pairing = committed(people.applied())
    client.sign_in(people.candidate_account)
    client.get(path(pairing))
    assert reads_of(people) == 0
    client.sign_in(people.officer)
    client.get(path(pairing))
    assert reads_of(people) == 1


def test_who_was_ever_in_play_is_not_suggested_again(client: CheckedClient) -> None:
    people = suggested()
    client.sign_in(people.lead)
    client.post(f"/en/institution/placements/{people.placement.id}/shortlist/{people.candidate.id}")
    pairing = db.session.scalars(select(Pairing)).one()
    client.post(path(pairing, "dismiss"), data={"reason": "Too far from our field."})
    assert pairing.state is S.DISMISSED
    page = client.get(candidates_path(people)).get_data(as_text=True)
    assert "no further suggestions" in page
    client.sign_in(people.candidate_account)
    assert client.get(path(pairing)).status_code == 404


def test_an_institution_invites_only_whom_it_was_shown(client: CheckedClient) -> None:
    people = suggested()
    stranger = factories.candidate(fields=["6.4"], interests="Baroque opera.", experience="Singing.")
    stranger.publications[0].title = stranger.publications[0].abstract = "Arias"
    matching.refit(NOW)
    db.session.commit()
    client.sign_in(people.lead)
    address = f"/en/institution/placements/{people.placement.id}/invite/{stranger.id}"
    if db.session.scalar(select(Suggestion).where(Suggestion.candidate_id == stranger.id)) is None:
        assert client.get(address).status_code == 404
        assert client.post(address).status_code == 404
    client.sign_in(people.officer)
    assert client.get(address).status_code == 200


def test_strangers_get_404(client: CheckedClient) -> None:
    people, others = suggested(), People()
    pairing = committed(people.walked(*TO_ACCEPTED))
    addresses = [path(pairing), f"{path(pairing)}/stay"]
    for account in (others.candidate_account, others.lead):
        client.sign_in(account)
        assert {client.get(address).status_code for address in addresses} == {404}
        assert client.post(path(pairing, "withdraw"), data={"reason": "x"}).status_code == 404
    for address in (candidates_path(people), invite_path(people)):
        assert client.get(address).status_code == 404
    client.sign_in(others.chair)
    assert client.get(path(pairing)).status_code == 404
    client.sign_in(factories.account(Role.FINANCE))
    assert client.get(path(pairing)).status_code == 403
    assert client.post(path(pairing, "conflict"), data={"reason": "x"}).status_code == 403


def test_unknown_ids_and_acts_are_not_there(client: CheckedClient) -> None:
    people = People()
    pairing = committed(people.applied())
    unknown = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
    client.sign_in(people.officer)
    for address in (
        f"/en/candidatures/{unknown}",
        f"/en/institution/placements/{unknown}/candidates",
        f"/en/institution/placements/{people.placement.id}/invite/{unknown}",
    ):
        assert client.get(address).status_code == 404
    assert client.post(path(pairing, "explode")).status_code == 404


def test_a_suspended_institution_sees_nothing_any_more(client: CheckedClient) -> None:
    people = People()
    pairing = committed(people.applied())
    people.placement.institution.state = InstitutionState.SUSPENDED
    db.session.commit()
    client.sign_in(people.lead)
    assert client.get(path(pairing)).status_code == 404
    assert client.get(candidates_path(people)).status_code == 404


def test_the_commission_reads_from_the_nomination_on(client: CheckedClient) -> None:
    people = People()
    pairing = committed(people.applied())
    client.sign_in(people.chair)
    assert client.get(path(pairing)).status_code == 404
    committed(people.do(pairing, *TO_REVIEW))
    page = client.get(path(pairing)).get_data(as_text=True)
    assert "Decide for the commission" in page
    assert people.candidate.full_name in page
    client.post(path(pairing, "approve"), data={"reason": "The best of all.", "version": pairing.version})
    assert pairing.state is S.APPROVED


def test_a_refused_act_says_why_and_keeps_the_reason(client: CheckedClient) -> None:
    people = People()
    pairing = committed(people.walked(*TO_REVIEW))
    client.sign_in(people.chair)
    stale = client.post(path(pairing, "reject"), data={"reason": "Words to keep.", "version": "1"})
    assert stale.status_code == 200
    page = stale.get_data(as_text=True)
    assert "changed this meanwhile" in page
    assert "Words to keep." in page
    empty = client.post(path(pairing, "reject"), data={"reason": ""}).get_data(as_text=True)
    assert 'id="reason-reject-error"' in empty
    assert pairing.state is S.IN_REVIEW


def test_what_is_not_possible_is_said_instead_of_a_button(client: CheckedClient) -> None:
    officer = factories.account(Role.OFFICER)
    people = People(placement=factories.placement(call=factories.call(chair=officer)), officer=officer)
    pairing = committed(people.walked(*TO_REVIEW))
    client.sign_in(officer)
    page = client.get(path(pairing)).get_data(as_text=True)
    assert "approval has to come from another person" in page
    assert path(pairing, "approve") + '"' not in page


def test_the_offer_proposes_a_day_and_takes_another(client: CheckedClient) -> None:
    people = People()
    pairing = committed(people.walked(*TO_REVIEW, A.APPROVE))
    client.sign_in(people.officer)
    assert 'value="2099-05-01"' in client.get(path(pairing)).get_data(as_text=True)
    wrong = client.post(path(pairing, "offer"), data={"starts_on": "2099-09-29"}).get_data(as_text=True)
    assert "within the days of the placement" in wrong
    assert 'value="2099-09-29"' in wrong
    client.post(path(pairing, "offer"), data={"starts_on": "2099-06-01"})
    assert str(pairing.starts_on) == "2099-06-01"


def test_accepting_leads_to_the_stay(client: CheckedClient) -> None:
    people = People()
    pairing = people.walked(*TO_OFFER)
    pairing.offered_until = NOW.date() + timedelta(days=20000)
    db.session.commit()
    client.sign_in(people.candidate_account)
    client.post(path(pairing, "accept"), data={"version": pairing.version})
    assert pairing.state is S.ACCEPTED
    assert f"{path(pairing)}/stay" in client.get(path(pairing)).get_data(as_text=True)
    assert client.get(f"{path(pairing)}/stay").status_code == 302


@pytest.mark.parametrize(("who", "read"), [("candidate_account", True), ("officer", True), ("lead", False)])
def test_why_somebody_is_not_eligible_stays_between_them_and_the_programme(
    client: CheckedClient, who: str, read: bool
) -> None:
    people = People()
    pairing = people.applied()
    services.act(pairing, A.FIND_INELIGIBLE, actor_of(people.officer), NOW, "The passport has expired.")
    db.session.commit()
    client.sign_in(getattr(people, who))
    assert ("passport" in client.get(path(pairing)).get_data(as_text=True)) is read


def published(**values: Any) -> Placement:
    """A post that an officer published, so that its first version is kept."""
    placement = factories.placement(state=PlacementState.SUBMITTED, terms_version=0, **values)
    placements.act(placement, PlacementAct.PUBLISH, actor_of(factories.account(Role.OFFICER)), NOW)
    return placement


def rewrite(people: People, days: int, **values: Any) -> None:
    changed = replace(placement_queries.terms_of(people.placement), **values)
    placements.edit(people.placement, changed, actor_of(people.lead), NOW + timedelta(days=days))


@pytest.mark.parametrize("act", [PlacementAct.FILL, PlacementAct.HOLD, PlacementAct.WITHDRAW])
def test_the_terms_of_a_candidature_are_read_whatever_became_of_the_post(
    client: CheckedClient, act: PlacementAct
) -> None:
    people = People(placement=published())
    pairing = people.walked(*TO_REVIEW)
    placements.act(people.placement, act, actor_of(people.officer), NOW, "because")
    db.session.commit()
    # a commission reads no candidature that was withdrawn
    commission = [people.chair] if act is not PlacementAct.WITHDRAW else []
    for account in (people.candidate_account, people.lead, people.officer, *commission):
        client.sign_in(account)
        assert f'href="{path(pairing, "terms")}"' in client.get(path(pairing)).get_data(as_text=True)
        page = client.get(path(pairing, "terms")).get_data(as_text=True)
        for expected in (
            people.placement.title, people.placement.tasks, "Maria Ceban", "Romanian at B2 or better",
            "14 days", "between 1 May 2099 and 30 September 2099",
            "As they were published on 2 November 2026",
        ):  # fmt: skip
            assert expected in page
        assert people.placement.supervisor_email not in page
        assert "newer version" not in page
    client.sign_in(people.candidate_account)
    # what took its course may still be read as being over; what was taken back may not
    still_there = act is PlacementAct.FILL
    assert client.get(f"/en/placements/{people.placement.id}").status_code == (200 if still_there else 404)


def test_the_terms_are_those_that_the_candidate_saw_and_newer_ones_are_told(client: CheckedClient) -> None:
    people = People(placement=published(title="Old title", tasks="The first tasks."))
    pairing = people.applied()
    rewrite(people, 3, title="New title", tasks="The second tasks.", supervisor_name="Somebody Else")
    rewrite(people, 5, tasks="The third tasks.")
    db.session.commit()
    public = f'href="/en/placements/{people.placement.id}"'
    client.sign_in(people.candidate_account)
    page = client.get(path(pairing, "terms")).get_data(as_text=True)
    assert "Old title" in page
    assert "The first tasks." in page
    assert "Maria Ceban" in page
    assert "There is a newer version since 7 November 2026." in page
    assert public in page
    assert not [new for new in ("New title", "second tasks", "third tasks", "Somebody Else") if new in page]
    placements.act(people.placement, PlacementAct.HOLD, actor_of(people.officer), NOW, "because")
    db.session.commit()
    page = client.get(path(pairing, "terms")).get_data(as_text=True)
    assert "There is a newer version" in page
    assert public not in page


def test_the_terms_of_a_candidature_are_for_those_who_see_it(client: CheckedClient) -> None:
    people, others = People(placement=published()), People()
    pairing = committed(services.shortlist(people.candidate, people.placement, actor_of(people.lead), NOW))
    for account in (people.candidate_account, people.chair, others.candidate_account, others.lead):
        client.sign_in(account)
        assert client.get(path(pairing, "terms")).status_code == 404
    client.sign_in(factories.account(Role.FINANCE))
    assert client.get(path(pairing, "terms")).status_code == 403
    client.sign_in(people.lead)
    assert client.get(path(pairing, "terms")).status_code == 200


def test_terms_that_were_never_public_are_not_there(client: CheckedClient) -> None:
    people = People()
    pairing = committed(people.applied())
    client.sign_in(people.candidate_account)
    assert client.get(path(pairing, "terms")).status_code == 404


def test_a_host_reads_why_somebody_cannot_be_invited_yet(client: CheckedClient) -> None:
    people = People(candidate=factories.candidate(account_id=None))
    matching.refit(NOW)
    db.session.commit()
    client.sign_in(people.lead)
    assert "The programme will ask the person first" in client.get(invite_path(people)).get_data(as_text=True)
    page = client.post(invite_path(people), data={"message": "Come to us."}).get_data(as_text=True)
    assert page.count("The programme will ask the person first") == 1
    assert "Come to us." in page
    assert db.session.scalars(select(Pairing)).all() == []
    client.post(f"/en/institution/placements/{people.placement.id}/shortlist/{people.candidate.id}")
    pairing = db.session.scalars(select(Pairing)).one()
    page = client.get(path(pairing)).get_data(as_text=True)
    assert "The programme will ask the person first" in page
    assert f'action="{path(pairing, "invite")}"' not in page


def test_a_paused_candidate_finds_the_candidature_as_it_was(client: CheckedClient) -> None:
    people = People()
    pairing = committed(people.applied())
    client.sign_in(people.candidate_account)
    page = client.get("/en/profile").get_data(as_text=True)
    assert "The candidatures in which you are already go on." in page
    version = people.candidate.version
    said = client.post("/en/profile/act/pause", data={"version": version}, follow_redirects=True)
    assert "Your candidatures go on." in said.get_data(as_text=True)
    assert pairing.state is S.APPLIED
    client.sign_in(people.lead)
    assert people.candidate.full_name in client.get(path(pairing)).get_data(as_text=True)


def test_the_candidature_of_a_stay_hides_a_profile_whose_consent_was_withdrawn(client: CheckedClient) -> None:
    people = People()
    pairing = people.walked(*TO_ACCEPTED)
    profiles.withdraw_consent(people.candidate, actor_of(people.candidate_account), NOW)
    db.session.commit()
    client.sign_in(people.lead)
    for address in (path(pairing), candidates_path(people)):
        page = client.get(address).get_data(as_text=True)
        assert not [x for x in (people.candidate.full_name, people.candidate.employer) if x in page]
    assert "stands on the page of the stay" in client.get(path(pairing)).get_data(as_text=True)


def test_a_conflict_of_interest_is_declared_on_the_page(client: CheckedClient) -> None:
    people = People()
    pairing = committed(people.walked(*TO_REVIEW))
    client.sign_in(people.chair)
    client.post(path(pairing, "conflict"), data={"reason": "My former student."})
    page = client.get(path(pairing)).get_data(as_text=True)
    assert "somebody else has to decide" in page


def test_the_board_is_filtered_by_its_address(client: CheckedClient) -> None:
    waiting, reviewed = People(), People()
    first, second = waiting.applied(), reviewed.walked(*TO_REVIEW)
    db.session.commit()
    client.sign_in(factories.account(Role.OFFICER))

    def shown(**query: Any) -> list[bool]:
        page = client.get("/en/staff/candidatures", query_string=query).get_data(as_text=True)
        return [path(pairing) + '"' in page for pairing in (first, second)]

    assert shown() == [True, False]
    assert shown(group="commission") == [False, True]
    assert shown(state="in_review") == [False, True]
    assert shown(state="applied", call=reviewed.placement.call_id) == [False, False]
    assert shown(page="x") == [True, False]
    for query in ("group=nonsense", "call=y", "state=z"):
        assert client.get(f"/en/staff/candidatures?{query}").status_code == 404, (
            "nothing else is shown instead"
        )


def test_a_reviewer_finds_only_their_calls_on_the_board(client: CheckedClient) -> None:
    mine, theirs = People(), People()
    first, second = mine.walked(*TO_REVIEW), theirs.walked(*TO_REVIEW)
    early = People(placement=factories.placement(call=mine.placement.call)).applied()
    db.session.commit()
    client.sign_in(mine.chair)
    page = client.get("/en/staff/candidatures").get_data(as_text=True)
    assert path(first) in page
    assert path(second) not in page
    assert path(early) not in client.get("/en/staff/candidatures?state=applied").get_data(as_text=True)


def test_the_board_takes_few_queries(client: CheckedClient, query_counter: Any) -> None:
    for _number in range(3):
        People().applied()
    db.session.commit()
    client.sign_in(factories.account(Role.OFFICER))
    with query_counter() as few:
        client.get("/en/staff/candidatures")
    for _number in range(3):
        People().applied()
    db.session.commit()
    with query_counter() as more:
        client.get("/en/staff/candidatures")
    assert more.count == few.count


@pytest.mark.parametrize("who", ["chair", "officer", "lead"])
def test_whoever_asked_for_erasure_is_nobody_to_everybody_at_once(client: CheckedClient, who: str) -> None:
    people = suggested()
    people.candidate.family_name = "Zymbruvescu"
    pairing = committed(people.walked(*TO_REVIEW, A.REJECT))
    people.candidate.publications[0].title = "Measuring soil erosion in Zymbruv"
    people.candidate.state = CandidateState.ERASURE_REQUESTED
    db.session.commit()
    client.sign_in(getattr(people, who))
    for address in (path(pairing), "/en/staff/candidatures?group=over", candidates_path(people)):
        page = client.get(address).get_data(as_text=True)
        for telling in ("Zymbruv", "I would like to.", "<h2>Why it fits</h2>", "<h2>Eligibility</h2>"):
            assert telling not in page, address
