"""Several at once: each by the rules of the single act, each on its own, nothing twice."""

import re

import pytest
import sqlalchemy as sa

from diaspora.extensions import db
from diaspora.pairings.models import Pairing
from diaspora.pairings.rules import PairingAct, PairingState
from diaspora.placements.rules import PlacementState
from diaspora.platform.access import STAFF_ROLES, Role
from diaspora.platform.audit import AuditEvent
from diaspora.platform.mail.models import OutboxMail
from diaspora.profiles.models import Candidate
from diaspora.profiles.rules import CandidateState
from diaspora.programmes.models import EligibilityRule
from diaspora.programmes.rules import RuleKind
from tests import factories
from tests.client import CheckedClient
from tests.pairings.people import People

CANDIDATES = "/en/staff/candidates/several"
PLACEMENTS = "/en/staff/placements/several"
PAIRINGS = "/en/staff/candidatures/several"


def preview(client: CheckedClient, address: str, act: str, *records: object) -> str:
    chosen = [str(record.id) for record in records]  # type: ignore[attr-defined]
    answer = client.get(address, query_string={"act": act, "chosen": chosen})
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def confirm(client: CheckedClient, address: str, act: str, page: str) -> str:
    sent = re.findall(r'name="chosen" value="([^"]+)"', page)
    return client.post(address, data={"act": act, "chosen": sent}).get_data(as_text=True)


def events(act: str) -> int:
    return db.session.scalar(sa.select(sa.func.count()).where(AuditEvent.act == act)) or 0


def submitted(**values: object) -> Candidate:
    return factories.candidate(state=CandidateState.SUBMITTED, **values)


@pytest.fixture
def officer(client: CheckedClient) -> CheckedClient:
    return client.sign_in(factories.account(Role.OFFICER))


def test_the_preview_says_what_happens_to_each_and_changes_nothing(officer: CheckedClient) -> None:
    ready, without = submitted(), submitted(consented=False)
    page = preview(officer, CANDIDATES, "admit", ready, without)
    assert "Consent to the roster is missing." in page
    assert "the candidate" in page
    assert f"{ready.id}.{ready.version}" in page
    assert f"{without.id}.{without.version}" not in page, "what cannot be done is not sent"
    assert (ready.state, without.state) == (CandidateState.SUBMITTED, CandidateState.SUBMITTED)
    assert events("candidate.admit") == 0


def test_each_is_done_with_its_own_record_in_the_log_and_its_own_mail(officer: CheckedClient) -> None:
    people = [submitted() for _ in range(3)]
    done = confirm(officer, CANDIDATES, "admit", preview(officer, CANDIDATES, "admit", *people))
    assert "Done for 3 records" in done
    assert {one.state for one in people} == {CandidateState.ON_ROSTER}
    assert events("candidate.admit") == 3
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OutboxMail)) == 3


def test_what_changed_after_the_preview_is_left_and_named_and_the_others_go_through(
    officer: CheckedClient,
) -> None:
    changed, ready = submitted(), submitted()
    page = preview(officer, CANDIDATES, "admit", changed, ready)
    changed.interests = "Something else by now."
    db.session.commit()
    done = confirm(officer, CANDIDATES, "admit", page)
    assert (changed.state, ready.state) == (CandidateState.SUBMITTED, CandidateState.ON_ROSTER)
    assert "Done for 1 record" in done
    assert "Left as it is, 1 record" in done
    assert re.search(rf"Profile {str(changed.id)[:8]}</a>: Somebody changed this meanwhile", done)


def test_a_second_click_does_nothing_twice(officer: CheckedClient) -> None:
    one = submitted()
    page = preview(officer, CANDIDATES, "admit", one)
    confirm(officer, CANDIDATES, "admit", page)
    until = one.on_roster_until
    again = confirm(officer, CANDIDATES, "admit", page)
    assert "Left as it is" in again
    assert "Done for" not in again
    assert (one.on_roster_until, events("candidate.admit")) == (until, 1)


def test_without_the_version_of_a_preview_nothing_is_done(officer: CheckedClient) -> None:
    one = submitted()
    officer.post(CANDIDATES, data={"act": "admit", "chosen": str(one.id)})
    assert one.state is CandidateState.SUBMITTED


@pytest.mark.parametrize("role", [None, *sorted(STAFF_ROLES - {Role.OFFICER})])
def test_only_who_may_do_it_to_one_may_do_it_to_several(client: CheckedClient, role: Role | None) -> None:
    one, post = submitted(), factories.placement(state=PlacementState.SUBMITTED)
    client.sign_in(factories.account(role))
    for address, act, record in ((CANDIDATES, "admit", one), (PLACEMENTS, "publish", post)):
        assert client.get(address, query_string={"act": act, "chosen": record.id}).status_code == 403
        sent = {"act": act, "chosen": f"{record.id}.{record.version}"}
        assert client.post(address, data=sent).status_code == 403
    assert (one.state, post.state) == (CandidateState.SUBMITTED, PlacementState.SUBMITTED)


def test_only_the_acts_that_are_offered_exist(officer: CheckedClient) -> None:
    one = submitted()
    for act in ("return", "anonymise", "", "x"):
        assert officer.get(CANDIDATES, query_string={"act": act, "chosen": one.id}).status_code == 404
        assert officer.post(CANDIDATES, data={"act": act, "chosen": f"{one.id}.1"}).status_code == 404


def test_nothing_chosen_leads_back_to_the_list(officer: CheckedClient) -> None:
    for chosen in ([], ["nonsense"], [str(factories.candidate(state=CandidateState.DRAFT).id)]):
        answer = officer.get(CANDIDATES, query_string={"act": "admit", "chosen": chosen})
        assert answer.headers["Location"] == "/en/staff/candidates"


def test_an_officer_does_not_admit_themselves_among_others(client: CheckedClient) -> None:
    account = factories.account(Role.OFFICER)
    own, other = submitted(account_id=account.id), submitted()
    page = preview(client.sign_in(account), CANDIDATES, "admit", own, other)
    assert f"/staff/candidates/{own.id}" not in page
    assert f"{other.id}.{other.version}" in page
    client.post(CANDIDATES, data={"act": "admit", "chosen": f"{own.id}.{own.version}"})
    assert own.state is CandidateState.SUBMITTED


def test_posts_are_published_together_but_for_those_with_gaps(officer: CheckedClient) -> None:
    whole = factories.placement(state=PlacementState.SUBMITTED)
    gaps = factories.placement(state=PlacementState.SUBMITTED, tasks="")
    page = preview(officer, PLACEMENTS, "publish", whole, gaps)
    assert "Some parts of the terms of reference are missing" in page
    assert "1 lead of the institution" in page
    confirm(officer, PLACEMENTS, "publish", page)
    assert (whole.state, gaps.state) == (PlacementState.PUBLISHED, PlacementState.SUBMITTED)


def applied(**values: object) -> Pairing:
    people = People(candidate=factories.candidate(**values))
    made = people.applied()
    db.session.commit()
    return made


def test_only_plain_candidatures_are_found_eligible_together(officer: CheckedClient) -> None:
    plain, at_home = applied(), applied(country="MD")
    page = preview(officer, PAIRINGS, "find_eligible", plain, at_home)
    assert "A rule of the call is not met or needs to be clarified" in page
    confirm(officer, PAIRINGS, "find_eligible", page)
    forced = {"act": "find_eligible", "chosen": f"{at_home.id}.{at_home.version}"}
    officer.post(PAIRINGS, data=forced)
    assert (plain.state, at_home.state) == (PairingState.ELIGIBLE, PairingState.APPLIED)


def test_a_rule_that_has_to_be_asked_about_wants_a_look(officer: CheckedClient) -> None:
    one = applied(years_abroad=None)
    assert one.placement.call is not None
    one.placement.call.eligibility.append(
        EligibilityRule(kind=RuleKind.YEARS_ABROAD, value={"least": 3}, position=1)
    )
    db.session.commit()
    assert "needs to be clarified" in preview(officer, PAIRINGS, "find_eligible", one)


def test_a_reviewer_acts_only_where_they_sit_and_only_as_chair(client: CheckedClient) -> None:
    mine, theirs = People(), People()
    made = [people.walked(PairingAct.FIND_ELIGIBLE, PairingAct.NOMINATE) for people in (mine, theirs)]
    db.session.commit()
    client.sign_in(mine.chair)
    page = preview(client, PAIRINGS, "send_to_commission", *made)
    assert f"/candidatures/{made[1].id}" not in page
    confirm(client, PAIRINGS, "send_to_commission", page)
    client.post(PAIRINGS, data={"act": "send_to_commission", "chosen": f"{made[1].id}.{made[1].version}"})
    assert [one.state for one in made] == [PairingState.IN_REVIEW, PairingState.NOMINATED]


def test_a_declared_conflict_stops_the_one_and_not_the_other(client: CheckedClient) -> None:
    first, second = People(), People()
    made = [people.walked(PairingAct.FIND_ELIGIBLE, PairingAct.NOMINATE) for people in (first, second)]
    db.session.commit()
    client.sign_in(first.officer)
    client.post(f"/en/candidatures/{made[0].id}/conflict", data={"reason": "My former student."})
    page = preview(client, PAIRINGS, "send_to_commission", *made)
    assert "somebody else has to decide" in page
    confirm(client, PAIRINGS, "send_to_commission", page)
    assert [one.state for one in made] == [PairingState.NOMINATED, PairingState.IN_REVIEW]
