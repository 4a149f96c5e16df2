import json
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask, render_template_string
from sqlalchemy import func, select

from diaspora.extensions import db
from diaspora.institutions.rules import InstitutionState
from diaspora.matching import cards, queries, rules, services
from diaspora.matching.models import MatcherRun, Suggestion
from diaspora.matching.records import PLACEMENT_TEXTS
from diaspora.matching.rules import LanguageFit, Part
from diaspora.placements.models import Placement, TermsVersion, WantedLanguage
from diaspora.placements.rules import PlacementState
from diaspora.placements.signals import placement_changed
from diaspora.platform.access import SYSTEM
from diaspora.platform.audit import AuditEvent
from diaspora.platform.staff_lists import Asked
from diaspora.profiles.models import Candidate, Degree, Publication, SpokenLanguage
from diaspora.profiles.rules import CandidateState, DegreeLevel, LeavingReason
from diaspora.profiles.signals import candidate_changed, candidate_left
from tests import factories
from tests.conftest import Jobs
from tests.factories import NOW


def soil() -> Candidate:
    return factories.candidate()


def physicist(**values: Any) -> Candidate:
    return factories.candidate(
        **{
            "fields": ["1.3"],
            "interests": "Thin films of zinc oxide for sensors, grown by atomic layer deposition.",
            "experience": "Six years with vacuum chambers and spectroscopy of semiconductors.",
            "degrees": [Degree(level=DegreeLevel.DOCTORATE, subject="Semiconductor physics")],
            "publications": [Publication(title="Zinc oxide sensors", abstract="Films.", language="en")],
            **values,
        }
    )


def films(**values: Any) -> Placement:
    return factories.placement(
        **{
            "fields": ["1.3"],
            "title": "Zinc oxide films",
            "summary": "A laboratory for thin films and sensors.",
            "tasks": "Run the vacuum chamber with doctoral students.",
            "results": "Sensors that work.",
            "transfer": "Atomic layer deposition.",
            "required_profile": "Spectroscopy of semiconductors.",
            "desired_profile": "Teaching.",
            **values,
        }
    )


def pairs() -> set[tuple[Any, Any]]:
    return {(s.candidate_id, s.placement_id) for s in db.session.scalars(select(Suggestion))}


def refit() -> MatcherRun:
    run = services.refit(NOW)
    db.session.commit()
    return run


def only(candidate: Candidate, placement: Placement) -> Suggestion:
    found = queries.suggestion(candidate.id, placement.id)
    assert found is not None
    return found


def test_a_run_suggests_the_right_people_first() -> None:
    erosion, zinc = soil(), physicist()
    map_, laboratory = factories.placement(), films()
    run = refit()
    assert queries.for_candidate(erosion.id)[0].placement_id == map_.id
    assert queries.for_candidate(zinc.id)[0].placement_id == laboratory.id
    assert queries.for_placement(laboratory.id)[0].candidate_id == zinc.id
    assert (run.profiles, run.placements) == (2, 2)
    assert run.suggestions == len(pairs())
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.act == "matching.refit")).one()
    assert (event.object_id, event.actor_id) == (run.id, SYSTEM.account_id)


def test_lists_are_in_the_order_of_their_ranks_and_totals() -> None:
    for _ in range(3):
        soil()
    physicist(fields=["4.1"])
    wanted = factories.placement()
    refit()
    found = queries.for_placement(wanted.id)
    assert [s.rank_for_placement for s in found] == [1, 2, 3, 4]
    assert [s.score for s in found] == sorted((s.score for s in found), reverse=True)
    assert len(queries.for_placement(wanted.id, most=2)) == 2


def test_the_total_is_the_weighted_sum_of_the_stored_parts() -> None:
    person, wanted = soil(), factories.placement()
    refit()
    stored = only(person, wanted)
    parts = {Part(name): value for name, value in stored.reasons["parts"].items()}
    assert stored.score == pytest.approx(rules.total(parts), abs=1e-5)
    card = services.card(stored)
    assert sum(part.points for part in card.bar) == card.score == round(100 * stored.score)


@pytest.mark.parametrize(
    "state", [s for s in CandidateState if s is not CandidateState.ON_ROSTER], ids=lambda s: s.value
)
def test_only_people_on_the_roster_are_matched(state: CandidateState) -> None:
    factories.candidate(state=state)
    factories.candidate(consented=False)
    factories.placement()
    refit()
    assert pairs() == set()


def test_only_public_placements_of_verified_institutions_are_matched() -> None:
    soil()
    factories.placement(state=PlacementState.DRAFT)
    factories.placement(institution=factories.institution(state=InstitutionState.SUSPENDED))
    refit()
    assert pairs() == set()


def test_a_run_replaces_everything() -> None:
    person, wanted = soil(), factories.placement()
    refit()
    first = only(person, wanted).run_id
    second = refit()
    assert db.session.scalars(select(Suggestion.run_id)).all() == [second.id]
    assert second.id != first
    assert db.session.scalar(select(func.count()).select_from(MatcherRun)) == 2


def test_a_run_that_fails_leaves_the_old_suggestions(monkeypatch: pytest.MonkeyPatch) -> None:
    soil(), factories.placement()
    refit()
    before = pairs()

    def fail(*_arguments: object, **_more: object) -> None:
        raise RuntimeError("in the middle")

    monkeypatch.setattr(services.audit, "record", fail)
    with pytest.raises(RuntimeError):
        services.refit(NOW)
    db.session.rollback()
    assert pairs() == before != set()


def test_somebody_who_leaves_while_the_matcher_thinks_stays_away() -> None:
    person, other, wanted = soil(), soil(), factories.placement()
    corpus = services.gather()
    found = services.Found(services.judging.judge(corpus), [])
    person.state = CandidateState.PAUSED
    db.session.commit()
    services.replace(services.begin(corpus, NOW), corpus, found, NOW + timedelta(seconds=1))
    assert pairs() == {(other.id, wanted.id)}


def test_the_same_texts_give_the_same_run() -> None:
    soil(), physicist(), factories.placement(), films()
    one = refit()
    scores = {(s.candidate_id, s.placement_id): s.score for s in db.session.scalars(select(Suggestion))}
    two = refit()
    assert one.corpus_hash == two.corpus_hash
    assert scores == {
        (s.candidate_id, s.placement_id): s.score for s in db.session.scalars(select(Suggestion))
    }


def test_a_person_who_leaves_disappears_at_once() -> None:
    person, other, wanted = soil(), soil(), factories.placement()
    refit()
    candidate_left.send(person, actor=SYSTEM, now=NOW, why=LeavingReason.PAUSED)
    assert pairs() == {(other.id, wanted.id)}


def test_a_placement_that_is_no_longer_public_disappears_at_once() -> None:
    soil()
    held, stays = factories.placement(), factories.placement()
    refit()
    held.state = PlacementState.ON_HOLD
    placement_changed.send(held)
    assert {placement_id for _candidate, placement_id in pairs()} == {stays.id}


def test_posts_of_a_suspended_institution_vanish_from_every_list_before_the_next_run() -> None:
    person, wanted = soil(), factories.placement()
    refit()
    found = only(person, wanted)
    wanted.institution.state = InstitutionState.SUSPENDED
    db.session.commit()
    assert queries.for_candidate(person.id) == []
    assert queries.for_placement(wanted.id) == []
    everything = Asked("", "-score", 1, {"call": "", "area": ""}, {}, frozenset())
    assert queries.best_pairs(everything).total == 0
    assert queries.suggestion(person.id, wanted.id) is None
    assert queries.suggestion_by_id(found.id) is None


def test_news_ask_for_one_run_however_many_there_are(jobs: Jobs) -> None:
    people, wanted = [soil(), soil()], factories.placement()
    for person in people:
        candidate_changed.send(person, actor=SYSTEM, now=NOW)
    placement_changed.send(wanted)
    db.session.commit()
    assert len(jobs.waiting) == 1
    jobs.run()
    db.session.expire_all()
    assert len(pairs()) == 2


def test_a_refresh_without_a_change_runs_nothing(jobs: Jobs) -> None:
    person = soil()
    factories.placement()
    refit()
    candidate_changed.send(person, actor=SYSTEM, now=NOW)
    db.session.commit()
    jobs.run()
    assert db.session.scalar(select(func.count()).select_from(MatcherRun)) == 1
    person.interests = "Vineyards, and the erosion of their soil."
    candidate_changed.send(person, actor=SYSTEM, now=NOW)
    db.session.commit()
    jobs.run()
    assert db.session.scalar(select(func.count()).select_from(MatcherRun)) == 2


def test_a_missing_required_language_warns_and_hides_nobody() -> None:
    without = factories.candidate(languages=[SpokenLanguage(code="en", level="C1")])
    lower = factories.candidate(languages=[SpokenLanguage(code="ro", level="A2")])
    wanted = factories.placement(languages=[WantedLanguage(code="ro", level="B2", required=True)])
    refit()
    for person, fit in ((without, LanguageFit.MISSING), (lower, LanguageFit.LOWER)):
        [warning] = services.card(only(person, wanted)).warnings
        assert warning.fit is fit
        assert services.anonymous_card(only(person, wanted)).warnings == [warning]


def test_a_language_that_would_only_be_of_use_does_not_warn() -> None:
    person = soil()
    wanted = factories.placement(languages=[WantedLanguage(code="de", level="B1", required=False)])
    refit()
    assert services.card(only(person, wanted)).warnings == []


def test_people_who_write_in_another_language_are_found_by_what_they_wrote() -> None:
    person = factories.candidate(
        fields=["4.1"],
        text_language="ru",
        interests="Эрозия почв на склонах и как её измеряют.",
        experience="Десять лет полевых измерений.",
        degrees=[Degree(level=DegreeLevel.DOCTORATE, subject="Почвоведение")],
        publications=[Publication(title="Смыв почвы", abstract="Стоковые площадки.", language="ru")],
    )
    wanted = factories.placement(fields=["4.1"])
    refit()
    stored = only(person, wanted)
    assert stored.reasons["text_score"] > 0.05
    shown = {(word.profile.casefold(), word.placement.casefold()) for word in services.card(stored).words}
    assert any("эрози" in mine and "erosion" in theirs for mine, theirs in shown)
    hidden = services.anonymous_card(stored)
    assert {word.profile for word in hidden.words} == {""}
    assert "эрози" not in repr(hidden).casefold()


def test_nothing_is_suggested_where_neither_word_nor_field_is_shared() -> None:
    person = physicist()
    wanted = factories.placement()
    refit()
    stored = queries.suggestion(person.id, wanted.id)
    assert stored is None or stored.reasons["text_score"] > 0


def test_too_little_text_is_said() -> None:
    person = factories.candidate(
        interests="Soil erosion.",
        experience="",
        degrees=[Degree(level=DegreeLevel.MASTER, subject="Soils")],
        publications=[Publication(title="Soil")],
    )
    wanted = factories.placement()
    refit()
    assert services.card(only(person, wanted)).thin


SECRET = ("Zubrescu", "Ottoline", "quokkasphere", "lysimetrograph", "Brackwater", "hydrophobisation")


def planted() -> tuple[Candidate, Placement]:
    """Somebody whose profile is full of what would give them away, and a placement that fits."""
    person = factories.candidate(
        given_name="Ottoline",
        family_name="Zubrescu",
        employer="Brackwater Institute",
        position="Keeper of the quokkasphere",
        interests="Soil erosion with my quokkasphere; ask for Zubrescu at Brackwater Institute.",
        experience="I built the first lysimetrograph for slopes and vineyards.",
        publications=[
            Publication(title="Lysimetrograph and hydrophobisation of slopes", abstract="Soil erosion map."),
            Publication(title="The quokkasphere", abstract="Measure soil erosion."),
        ],
    )
    return person, factories.placement(summary="A map of erosion. Maps of soil for the district.")


CARD = """{% from "components/match.html" import match_card %}{{ match_card(card, "Post", "/", "en") }}"""


def test_an_anonymous_card_gives_nobody_away(app: Flask) -> None:
    person, wanted = planted()
    refit()
    stored = only(person, wanted)
    card = services.anonymous_card(stored)
    assert card.words
    assert card.anonymous
    with app.test_request_context("/en/"):
        page = render_template_string(CARD, card=card)
    for text in (repr(card), page):
        for secret in SECRET:
            assert secret.lower() not in text.lower()
        assert str(person.id) not in text
        assert not [p for p in person.publications if str(p.id) in text or p.title in text]
    assert page.count("a publication") == 1, "how many there are would say more than it may"


def test_what_is_stored_holds_no_name_and_no_title() -> None:
    person, wanted = planted()
    refit()
    stored = json.dumps(only(person, wanted).reasons, ensure_ascii=False).lower()
    for secret in SECRET:
        assert secret.lower() not in stored
    assert not [p for p in person.publications if p.title.lower() in stored]


def test_a_name_that_the_placement_happens_to_use_is_no_word_in_common() -> None:
    person = factories.candidate(
        family_name="Codru", interests="Codru is where I come from; soil erosion is what I study."
    )
    wanted = factories.placement(summary="Soil erosion in the Codru hills, mapped.")
    refit()
    stored = only(person, wanted)
    assert "erosion" in json.dumps(stored.reasons["terms"])
    assert "codru" not in json.dumps(stored.reasons["terms"]).lower()


def test_an_anonymous_card_writes_words_as_the_placement_does() -> None:
    person = factories.candidate(text_language="ro", interests="ALUNECĂRI de teren în livezi.")
    wanted = factories.placement(language="ro", summary="Harta: alunecări de teren în livezi.")
    refit()
    shown = services.card(only(person, wanted)).words
    hidden = services.anonymous_card(only(person, wanted)).words
    assert "ALUNECĂRI" in {word.profile for word in shown}
    assert {word.profile for word in hidden} == {""}
    assert "alunecări" in {word.placement for word in hidden}


def test_a_word_that_left_the_placement_is_shown_only_if_three_share_it() -> None:
    for number, shown in ((1, False), (3, True)):
        people = [factories.candidate(interests=f"Rendzina soils and erosion {n}.") for n in range(number)]
        wanted = factories.placement(summary="Rendzina soils, their erosion.")
        refit()
        wanted.summary = "Soils, their erosion."
        db.session.commit()
        words = {w.placement for w in services.anonymous_card(only(people[0], wanted)).words}
        assert ("Rendzina" in words) is shown
        for person in people:
            person.state = CandidateState.PAUSED
        db.session.commit()


def test_a_word_that_came_into_a_published_post_names_nobody() -> None:
    """An institution could try word after word in its post, and watch an anonymous card."""
    person = factories.candidate(interests="Soil erosion, rendzina and quokkasphere.")
    wanted = factories.placement(summary="Rendzina, soil erosion.")
    officers_read = {name: getattr(wanted, name) for name in PLACEMENT_TEXTS}
    wanted.versions = [TermsVersion(number=1, content=officers_read, since=NOW)]
    wanted.summary, wanted.terms_version = "Rendzina, soil erosion, quokkasphere.", 2
    refit()
    card = services.anonymous_card(only(person, wanted))
    words = {word.placement for word in card.words}
    assert "Rendzina" in words
    assert "quokkasphere" not in words
    assert "quokkasphere" not in card.missing
    assert card.score % cards.ANONYMOUS_STEP == 0
    assert sum(part.points for part in card.bar) == card.score


def test_the_own_card_names_the_publication_that_spoke() -> None:
    person, wanted = planted()
    refit()
    titles = {source.title for source in services.card(only(person, wanted)).sources}
    assert "The quokkasphere" in titles


def test_a_card_says_which_days_are_common() -> None:
    person = soil()
    wanted = factories.placement(
        starts_on=date(2027, 7, 1), ends_on=date(2027, 12, 1), length_days=30, closes_on=date(2027, 6, 1)
    )
    refit()
    dates = services.card(only(person, wanted)).dates
    assert (dates.starts_on, dates.ends_on, dates.days) == (date(2027, 7, 1), date(2027, 8, 31), 62)


def test_an_empty_site_has_an_empty_run() -> None:
    assert refit().suggestions == 0


def test_any_pair_can_be_explained_and_a_stranger_is_named() -> None:
    person, wanted = soil(), factories.placement()
    score, reasons = services.explain_now(person.id, wanted.id)
    assert 0 < score <= 1
    assert reasons.terms
    with pytest.raises(KeyError, match=str(wanted.id)):
        services.explain_now(wanted.id, wanted.id)
