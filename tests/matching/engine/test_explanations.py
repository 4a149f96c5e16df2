"""Explanations: parts that add up, words as written, what is missing, when the text is too thin."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diaspora.matching.engine import Matcher, Record, Text
from tests.matching.engine.samples import all_pairs, placements, profiles, record, rivers


@settings(max_examples=25, deadline=None)
@given(profiles, placements, st.integers(0, 5))
def test_contributions_of_terms_and_of_texts_add_up_to_the_score(some, others, top):
    matcher = Matcher().fit(some, others)
    for one, other in all_pairs(some, others):
        explanation = matcher.explain(one, other, top)
        score = matcher.score_pairs([(one, other)])[0]
        assert (
            explanation.score == explanation.lexical + explanation.context == pytest.approx(score, abs=1e-12)
        )
        lexical = pytest.approx(explanation.lexical, abs=1e-12)
        assert sum(part for _, _, part in explanation.terms) + explanation.rest == lexical
        assert sum(part for _, _, part in explanation.items) == lexical
        assert len(explanation.terms) <= top
        assert len(explanation.missing) <= top
        assert len(explanation.items) == len(matcher.profiles_.record(one).texts)


@settings(max_examples=25, deadline=None)
@given(profiles, placements)
def test_terms_stand_in_both_records_as_written_largest_first(some, others):
    matcher = Matcher().fit(some, others)
    for one, other in all_pairs(some, others):
        explanation = matcher.explain(one, other, top=99)
        written = {word for text in matcher.profiles_.record(one).texts for word in text.body.split()}
        written_there = {
            word for text in matcher.placements_.record(other).texts for word in text.body.split()
        }
        assert {term.in_profile for term in explanation.terms} <= written
        assert {term.in_placement for term in explanation.terms} <= written_there
        assert {term.in_placement for term in explanation.missing} <= written_there
        parts = [term.contribution for term in explanation.terms]
        assert parts == pytest.approx(sorted(parts, reverse=True), rel=1e-6)
        assert explanation.rest == 0


def test_a_term_is_shown_in_its_most_frequent_form_then_in_its_first():
    matcher = Matcher().fit(
        [Record("p", [Text("învăţare Învățare", "ro"), Text("Învățare; River river", "ro")])],
        [Record("q", [Text("INVATARE river", "ro")])],
    )
    forms = {(term.in_profile, term.in_placement) for term in matcher.explain("p", "q").terms}
    assert forms == {("Învățare", "INVATARE"), ("River", "river")}


def test_items_name_the_texts_that_carried_the_score():
    texts = [Text("archives", field="interests"), Text("water", field="publication"), Text("", field="cv")]
    matcher = Matcher().fit([Record("p", texts)], [record("q", "water")])
    explanation = matcher.explain("p", "q")
    assert [item.field for item in explanation.items] == ["interests", "publication", "cv"]
    assert [item.number for item in explanation.items] == [0, 1, 2]
    assert [item.contribution for item in explanation.items] == pytest.approx([0, explanation.lexical, 0])


def test_missing_terms_are_what_the_placement_would_bring_against_itself():
    matcher = rivers()
    explanation = matcher.explain("clara", "chemistry")
    missing = {term.in_placement: term.gain for term in explanation.missing}
    assert {"monitoring", "quality"} == set(missing)
    itself = Matcher().fit(
        [matcher.profiles_.record("clara"), Record("twin", matcher.placements_.record("chemistry").texts)],
        [matcher.placements_.record("chemistry")],
    )
    brought = {term.in_placement: term.contribution for term in itself.explain("twin", "chemistry").terms}
    assert all(gain > 0 and gain == pytest.approx(brought[word], rel=0.4) for word, gain in missing.items())


def test_a_translated_pair_shows_both_words_as_written():
    profile = Record("p", [Text("Rezistența cimentului", "ro")])
    matcher = Matcher().fit([profile], [Record("q", [Text("Исследование цемента", "ru")])])
    [term, *_] = matcher.explain("p", "q").terms
    assert (term.in_profile, term.in_placement) == ("cimentului", "цемента")
    assert term.contribution > 0


@pytest.mark.parametrize(
    ("bodies", "thin"),
    [
        (["water quality river lake " * 5] * 3, False),
        (["water quality river lake " * 50] * 2, True),
        (["water quality river lake " * 50] * 2 + ["", "the and și"], True),
        (["water quality", "river", "lake"], True),
    ],
    ids=["three texts", "two long texts", "two texts and empty ones", "three texts of few words"],
)
def test_thin_means_under_three_texts_or_very_few_words(bodies, thin):
    matcher = Matcher().fit([record("p", *bodies)], [record("q", "water " * 500)])
    assert matcher.explain("p", "q").thin is thin


PROFILES = [("ana", "învăţare automată"), ("boris", "Сети и данные"), ("clara", "invatare")]


def test_profile_frequency_counts_profiles_in_any_spelling_and_follows_edits():
    matcher = Matcher().fit(
        [Record(key, [Text(body, "ru" if key == "boris" else "ro")]) for key, body in PROFILES], []
    )
    assert [matcher.profile_frequency(word) for word in ("învăţare", "Invatare", "сети")] == [2, 2, 1]
    assert [matcher.profile_frequency(word) for word in ("medieval", "unheard", "the", "")] == [0, 0, 0, 0]
    matcher.upsert_profile(Record("boris", [Text("învățare medieval", "ro")]))
    matcher.remove_profile("clara")
    assert [matcher.profile_frequency(word) for word in ("învățare", "сети")] == [2, 0]


def test_profile_frequency_leaves_out_texts_without_weight():
    matcher = Matcher().fit([Record("p", [Text("water"), Text("river", weight=0)])], [record("q", "river")])
    assert [matcher.profile_frequency(word) for word in ("water", "river")] == [1, 0]


def test_explanation_says_how_many_profiles_hold_each_term():
    explanation = rivers().explain("ana", "chemistry")
    counts = dict(
        zip([term.in_profile for term in explanation.terms], explanation.profile_frequencies, strict=True)
    )
    assert counts == {"Water": 2, "quality": 1, "Rivers": 2} or counts == {
        "Water": 2,
        "quality": 1,
        "rivers": 2,
    }


def test_top_must_not_be_negative():
    with pytest.raises(ValueError, match="top"):
        rivers().explain("ana", "chemistry", top=-1)
