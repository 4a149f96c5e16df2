import json
from datetime import timedelta

import pytest
from flask import Flask

from diaspora.extensions import db
from diaspora.matching import services as matching
from diaspora.pairings import quality
from diaspora.pairings.models import Pairing
from diaspora.pairings.quality import Approved, Standing, reckoned, standing
from diaspora.placements.rules import PlacementState
from diaspora.platform.access import Role
from tests import factories
from tests.client import CheckedClient
from tests.factories import NOW
from tests.pairings.people import TO_REVIEW, A, People

LATER = {"days": 3}


def matched() -> People:
    """People whose pair the matcher has found."""
    people = People()
    matching.refit(NOW)
    db.session.commit()
    return people


def test_standing_counts_a_pair_beyond_the_list_as_behind_all() -> None:
    assert standing([1, 3, 6, None]) == Standing(4.5, 0.5, 0.75)
    assert standing([1, None, None]) == Standing(None, 1 / 3, 1 / 3)
    assert standing([5, 20, 21]) == Standing(20, 1 / 3, 2 / 3)


def test_figures_are_grouped_by_area_language_and_month() -> None:
    found = reckoned(
        [
            Approved("2026-10", "4", True, 1, 2),
            Approved("2026-11", "4", False, 7, None),
            Approved("2026-11", "1", None, 2, 3),
        ]
    )
    assert found.all is not None
    assert found.all.count == 3
    assert [(x.key, x.count) for x in found.by_area] == [("1", 1), ("4", 2)]
    assert [(x.key, x.count) for x in found.by_language] == [("same", 1), ("different", 1)]
    assert [(x.key, x.count) for x in found.by_month] == [("2026-10", 1), ("2026-11", 2)]
    assert found.by_area[1].for_candidate == Standing(4, 0.5, 1)
    assert found.by_area[1].for_placement == Standing(None, 0.5, 0.5)


def test_without_decisions_there_are_no_figures() -> None:
    assert quality.quality() == quality.Quality(None, [], [], [])
    assert reckoned([]).few


@pytest.mark.parametrize("decision", [A.APPROVE, A.WAITLIST, A.REJECT])
def test_nomination_and_decision_keep_the_match_of_their_day(decision: A) -> None:
    people = matched()
    pairing = people.walked(*TO_REVIEW[:2])
    assert (pairing.card_at, pairing.ranked_at) == (NOW, NOW)
    assert (pairing.rank_for_candidate, pairing.rank_for_placement) == (1, 1)
    assert pairing.score is not None
    people.candidate.interests = "Bees, and nothing but bees."
    better = factories.candidate()
    matching.refit(NOW)
    people.do(pairing, TO_REVIEW[2])
    assert (pairing.ranked_at, pairing.rank_for_placement) == (NOW, 1), "nobody decided yet"
    people.do(pairing, decision, **LATER)
    assert better
    assert pairing.ranked_at == pairing.card_at == NOW + timedelta(**LATER)
    assert pairing.rank_for_placement == 2


def test_a_pair_that_is_in_no_list_is_kept_as_such_and_its_card_stays() -> None:
    people = matched()
    pairing = people.walked(*TO_REVIEW)
    card = dict(pairing.card)
    matching.forget_candidate(people.candidate.id)
    people.do(pairing, A.REJECT, **LATER)
    assert (pairing.rank_for_candidate, pairing.rank_for_placement) == (None, None)
    assert pairing.ranked_at == NOW + timedelta(**LATER)
    assert (pairing.card, pairing.card_at) == (card, NOW)


def test_a_closed_placement_keeps_the_places_from_before() -> None:
    people = matched()
    pairing = people.walked(*TO_REVIEW)
    people.placement.state = PlacementState.EXPIRED
    people.do(pairing, A.REJECT, **LATER)
    assert (pairing.rank_for_placement, pairing.ranked_at) == (1, NOW)


def test_without_a_run_nothing_is_kept() -> None:
    pairing = People().walked(*TO_REVIEW, A.APPROVE)
    assert (pairing.ranked_at, pairing.card_at, pairing.score) == (None, None, None)
    assert quality.quality().all is None


def approved() -> Pairing:
    people = matched()
    return people.walked(*TO_REVIEW, A.APPROVE)


def test_figures_come_from_approvals_only() -> None:
    first = approved()
    matched().walked(*TO_REVIEW, A.REJECT)
    found = quality.quality()
    assert found.all is not None
    assert found.all.count == 1
    assert found.all.for_candidate == Standing(1, 1, 1)
    assert [x.key for x in found.by_area] == ["4"]
    assert [x.key for x in found.by_language] == ["same"]
    assert [x.key for x in found.by_month] == ["2026-11"]
    assert first.rank_for_candidate == 1


def test_officers_see_the_figures_in_every_language(client: CheckedClient) -> None:
    client.sign_in(factories.account(Role.OFFICER))
    assert "No approved candidature" in client.get("/en/staff/matching").get_data(as_text=True)
    approved()
    db.session.commit()
    for language in ("ro", "ru", "en"):
        page = client.get(f"/{language}/staff/matching").get_data(as_text=True)
    assert "Only 1 decision so far" in page
    assert "November 2026" in page
    assert "Agricultural" in page
    assert "/en/staff/matching" in client.get("/en/staff/matches").get_data(as_text=True)


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.FINANCE])
def test_nobody_else_sees_them(client: CheckedClient, role: Role) -> None:
    client.sign_in(factories.account(role))
    assert client.get("/en/staff/matching").status_code == 403


def test_the_page_of_a_candidature_says_of_which_day_its_match_is(client: CheckedClient) -> None:
    people = matched()
    pairing = people.walked(*TO_REVIEW, A.APPROVE)
    db.session.commit()
    client.sign_in(people.officer)
    page = client.get(f"/en/candidatures/{pairing.id}").get_data(as_text=True)
    assert "The match as it was on 2 November 2026" in page
    assert "Place 1 among the candidate’s placements" in page
    client.sign_in(people.candidate_account)
    page = client.get(f"/en/candidatures/{pairing.id}").get_data(as_text=True)
    assert "The match as it was on" in page
    assert "Place 1 among" not in page


def test_the_command_prints_the_figures(app: Flask) -> None:
    runner = app.test_cli_runner()
    assert "No approved pair" in runner.invoke(args=["matching", "evaluate"]).output
    approved()
    db.session.commit()
    shown = runner.invoke(args=["matching", "evaluate", "--json"])
    assert json.loads(shown.stdout)["all"]["for_candidate"]["median"] == 1
    assert "2026-11" in runner.invoke(args=["matching", "evaluate"]).output
    assert "approved" in runner.invoke(args=["matching", "evaluate", "--help"]).output
