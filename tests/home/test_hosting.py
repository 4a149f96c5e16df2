"""What an institution's people find on their home page: numbers, what waits on them, what to do first."""

from datetime import date, timedelta
from typing import Any

import pytest

from diaspora.home.hosting import Duty, Hosting, hosting_of
from diaspora.institutions.models import Institution
from diaspora.institutions.rules import InstitutionState
from diaspora.matching import services as matching
from diaspora.pairings.rules import PairingState
from diaspora.placements.models import Placement
from diaspora.placements.rules import PlacementState
from diaspora.platform import clock
from diaspora.platform.access import Actor, Role, roles_of
from tests import factories
from tests.client import CheckedClient
from tests.factories import NOW, TODAY

P = PlacementState


def hosting(host: Institution) -> Hosting:
    account = host.memberships[0].account
    return hosting_of(host.memberships, Actor(account.id, roles_of(account.id)), TODAY)[0]


def duties(placement: Placement) -> list[Duty]:
    return [task.duty for task in hosting(placement.institution).tasks]


def text(client: CheckedClient, path: str = "/en/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def lead(host: Institution) -> Any:
    return host.memberships[0].account


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"state": P.DRAFT, "title": ""}, [Duty.FINISH]),
        ({"state": P.DRAFT, "closes_on": date(2020, 1, 1)}, [Duty.FINISH]),
        ({"state": P.DRAFT}, [Duty.SEND]),
        ({"state": P.SUBMITTED}, []),
        ({"state": P.CHANGES_REQUESTED}, [Duty.MEND]),
        ({"state": P.PUBLISHED}, []),
        ({"state": P.EXPIRED}, [Duty.RENEW]),
        ({"state": P.EXPIRED, "starts_on": date(2020, 1, 1)}, []),
        ({"state": P.CLOSED}, []),
        ({"state": P.REJECTED}, []),
    ],
)
def test_a_post_says_what_waits_on_its_institution(values: dict[str, Any], expected: list[Duty]) -> None:
    assert duties(factories.placement(**values)) == expected


def test_a_complete_draft_of_an_institution_that_is_not_verified_waits_for_the_officer_alone() -> None:
    host = factories.institution(state=InstitutionState.REGISTERED)
    assert duties(factories.placement(institution=host, state=P.DRAFT)) == []


def test_people_who_wait_come_before_papers() -> None:
    placement = factories.placement()
    factories.placement(institution=placement.institution, state=P.CHANGES_REQUESTED)
    factories.pairing(placement=placement, state=PairingState.SHORTLISTED)
    factories.pairing(placement=placement, state=PairingState.ELIGIBLE, changed_at=NOW - timedelta(days=3))
    factories.pairing(placement=placement, state=PairingState.ELIGIBLE)
    tasks = hosting(placement.institution).tasks
    assert [task.duty for task in tasks] == [Duty.NOMINATE, Duty.MEND, Duty.DECIDE]
    assert (tasks[0].count, tasks[0].since) == (2, NOW - timedelta(days=3))
    assert tasks[2].by == placement.closes_on


def test_somebody_who_fits_well_is_counted_until_they_are_in_play() -> None:
    placement, person = factories.placement(), factories.candidate()
    matching.refit(clock.now())
    assert duties(placement) == [Duty.INVITE]
    assert hosting(placement.institution).posts[0].good == 1
    factories.pairing(placement=placement, candidate=person, state=PairingState.APPLIED)
    post = hosting(placement.institution).posts[0]
    assert (post.good, post.applied, post.tasks) == (0, 1, [])


def test_who_is_only_considered_or_asked_or_gone_has_not_applied() -> None:
    placement = factories.placement()
    for state in (PairingState.SHORTLISTED, PairingState.INVITED, PairingState.INTERESTED):
        factories.pairing(placement=placement, state=state)
    factories.pairing(placement=placement, state=PairingState.WITHDRAWN, closed_at=NOW)
    assert hosting(placement.institution).posts[0].applied == 1


def test_a_suspended_institution_counts_nobody_and_is_told_why(client: CheckedClient) -> None:
    host = factories.institution(state=InstitutionState.SUSPENDED, state_reason="The letter was false.")
    placement = factories.placement(institution=host, state=P.CHANGES_REQUESTED)
    factories.pairing(placement=factories.placement(institution=host), state=PairingState.ELIGIBLE)
    found = hosting(host)
    assert found.tasks == []
    assert [post.applied for post in found.posts] == [0, 0]
    page = text(client.sign_in(lead(host)))
    assert "The letter was false." in page
    assert placement.title not in page


def test_a_new_institution_sees_where_it_stands_and_what_it_can_do_meanwhile(client: CheckedClient) -> None:
    host = factories.institution(state=InstitutionState.REGISTERED)
    page = text(client.sign_in(lead(host)))
    assert 'aria-current="step"' in page
    assert "No placement yet" in page
    assert f"/en/institution/{host.id}/placements/new" in page


def test_where_all_is_over_a_copy_is_the_next_thing(client: CheckedClient) -> None:
    host = factories.institution()
    closed = factories.placement(institution=host, state=P.CLOSED)
    page = text(client.sign_in(lead(host)))
    assert "None of your placements is open now" in page
    assert closed.title not in page


def test_a_verification_that_ends_soon_is_told_in_time() -> None:
    assert hosting(factories.institution(verified_until=TODAY + timedelta(days=61))).renewal is None
    assert hosting(factories.institution(verified_until=TODAY + timedelta(days=60))).renewal


def test_an_editor_reads_that_a_lead_decides(client: CheckedClient) -> None:
    placement = factories.placement()
    factories.pairing(placement=placement, state=PairingState.ELIGIBLE)
    placement.institution.memberships[0].role = Role.HOST_EDITOR
    page = text(client.sign_in(lead(placement.institution)))
    assert "waits for the decision of a lead" in page
    assert "waits for your decision" not in page


def test_nothing_to_do_is_said_too(client: CheckedClient) -> None:
    placement = factories.placement()
    assert "Nothing waits for you now" in text(client.sign_in(lead(placement.institution)))
