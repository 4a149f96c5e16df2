"""Every table is enumerated whole: each act from each state by each role."""

from typing import Any

import pytest
from flask import Flask

from diaspora.accounts import lost_factors_rules as losses
from diaspora.assignments import rules as assignments
from diaspora.concerns import rules as concerns
from diaspora.institutions import rules as institutions
from diaspora.pairings import rules as pairings
from diaspora.placements import rules as placements
from diaspora.platform.access import Role
from diaspora.platform.commands import states_page
from diaspora.platform.lifecycle import Lifecycle, Transition
from diaspora.platform.refusals import Refused
from diaspora.profiles import rules as profiles
from diaspora.programmes import rules as programmes
from diaspora.rights import rules as rights
from diaspora.settings import ROOT

TABLES: list[tuple[Lifecycle[Any, Any], Any, Any, object]] = [
    (losses.LIFECYCLE, losses.LossState, losses.LossAct, losses.LossFacts()),
    (
        institutions.LIFECYCLE,
        institutions.InstitutionState,
        institutions.InstitutionAct,
        institutions.InstitutionFacts(),
    ),
    (profiles.LIFECYCLE, profiles.CandidateState, profiles.CandidateAct, profiles.ProfileFacts()),
    (programmes.LIFECYCLE, programmes.CallState, programmes.CallAct, programmes.CallFacts()),
    (placements.LIFECYCLE, placements.PlacementState, placements.PlacementAct, placements.PlacementFacts()),
    (pairings.LIFECYCLE, pairings.PairingState, pairings.PairingAct, pairings.PairingFacts()),
    (
        assignments.LIFECYCLE,
        assignments.AssignmentState,
        assignments.AssignmentAct,
        assignments.AssignmentFacts(),
    ),
    (concerns.LIFECYCLE, concerns.ConcernState, concerns.ConcernAct, None),
    (rights.LIFECYCLE, rights.RequestState, rights.RequestAct, None),
]
NAMES = [table[0].name for table in TABLES]


@pytest.mark.parametrize(("table", "states", "acts", "facts"), TABLES, ids=NAMES)
def test_whatever_the_table_does_not_list_is_refused(table: Any, states: Any, acts: Any, facts: Any) -> None:
    listed = {(source, r.act, role): r for r in table.rows for source in r.sources for role in r.by}
    for state in states:
        for act in acts:
            for role in Role:
                expected: Transition[Any, Any] | None = listed.get((state, act, role))
                try:
                    found = table.decide(state, act, {role}, facts, reason="because")
                except Refused:
                    found = None
                assert found == expected, f"{role}: {act} from {state}"


@pytest.mark.parametrize(("table", "states", "acts", "facts"), TABLES, ids=NAMES)
def test_an_act_that_wants_a_reason_is_refused_without_one(
    table: Any, states: Any, acts: Any, facts: Any
) -> None:
    for r in table.rows:
        if r.reason:
            with pytest.raises(Refused) as refusal:
                table.decide(next(iter(r.sources)), r.act, r.by, facts, reason="  ")
            assert refusal.value.field == "reason"


@pytest.mark.parametrize(("table", "states", "acts", "facts"), TABLES, ids=NAMES)
def test_every_state_can_be_reached_and_every_act_leads_somewhere(
    table: Any, states: Any, acts: Any, facts: Any
) -> None:
    begun_by_a_service = {"shortlist"}
    assert {r.act for r in table.rows} | {a for a in acts if a.value in begun_by_a_service} == set(acts)
    reached = set(table.initial)
    while True:
        more = {r.target for r in table.rows if r.sources & reached} - reached
        if not more:
            break
        reached |= more
    assert reached == set(states)


def test_every_guard_refuses_for_its_own_fact() -> None:
    """Each guard of a pairing says no when just its fact is wrong, and only then."""
    wrong: dict[str, dict[str, Any]] = {
        "on_roster": {"on_roster": False},
        "consented": {"consented": False},
        "placement_open": {"placement_open": False},
        "call_open": {"call_takes_applications": False},
        "no_conflict": {"conflicted": True},
        "two_people": {"found_eligible_by_actor": True},
        "seats": {"seats_left": 0},
        "budget": {"budget_left": False},
        "no_overlap": {"overlaps_accepted_stay": True},
        "conditions": {"conditions_met": False},
        "offer_valid": {"offer_valid": False},
        "verified_host": {"host_verified": False},
        "current_verification": {"verification_current": False},
        "not_hiding": {"hides": True},
        "asked_once": {"asked_before": True},
        "another_officer": {"found_ineligible_by_actor": True},
        "only_one_open": {"another_open": True},
    }
    guards = {g.__name__: g for r in pairings.LIFECYCLE.rows for g in r.guards}
    assert set(guards) == set(wrong)
    for name, guard in guards.items():
        assert guard(pairings.PairingFacts()) is None
        for other, facts in wrong.items():
            refused = guard(pairings.PairingFacts(**facts)) is not None
            assert refused == (other == name), f"{name} with {facts}"


def test_all_tables_are_registered_and_drawn(app: Flask) -> None:
    registered = app.extensions["lifecycles"]
    assert [t.name for t in registered] == NAMES
    drawn = (ROOT / "docs" / "states.md").read_text(encoding="utf-8")
    assert drawn.strip() == states_page(registered).strip(), "flask --app wsgi docs states > docs/states.md"
