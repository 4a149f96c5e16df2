"""Scores: what they mean, that they are symmetric, and that nothing but the texts decides them."""

import ast
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.exceptions import NotFittedError

from diaspora.matching import engine
from diaspora.matching.engine import Matcher, Record, Text
from diaspora.matching.engine.recipe import Recipe
from tests.matching.engine.samples import all_pairs, placements, profiles, record, rivers

PLAIN = Recipe(context_share=0, hubness=0, length_share=1, short_text=0)


def test_score_is_the_cosine_of_the_tf_idf_formula_worked_by_hand():
    profiles, placements = [record("p", "water water river")], [record("q", "water"), record("r", "lake")]
    matcher = Matcher(recipe=PLAIN).fit(profiles, placements)
    idf_water, idf_river = 1 + math.log(4 / 3), 1 + math.log(4 / 2)
    water, river = (1 + math.log(2)) * idf_water, idf_river
    assert matcher.score_pairs([("p", "q"), ("p", "r")]) == pytest.approx(
        [water / math.hypot(water, river), 0.0]
    )


def test_record_is_the_weighted_mean_of_its_texts_not_their_concatenation():
    profile = Record("p", [Text("water", weight=3.0), Text("river " * 50, weight=1.0)])
    matcher = Matcher(recipe=PLAIN).fit([profile], [record("water", "water"), record("river", "river")])
    scores = matcher.score_pairs([("p", "water"), ("p", "river")])
    assert scores == pytest.approx([3 / math.sqrt(10), 1 / math.sqrt(10)])


@settings(max_examples=25, deadline=None)
@given(profiles, placements)
def test_scores_are_symmetric_and_between_0_and_1(some, others):
    pairs = all_pairs(some, others)
    forth = Matcher().fit(some, others).score_pairs(pairs)
    back = Matcher().fit(others, some).score_pairs([(other, one) for one, other in pairs])
    assert np.array_equal(forth, back)
    assert ((forth >= 0) & (forth <= 1)).all()


@settings(max_examples=25, deadline=None)
@given(profiles, placements, st.randoms(use_true_random=False))
def test_order_of_records_changes_nothing(some, others, random):
    shuffled, shuffled_others = random.sample(some, len(some)), random.sample(others, len(others))
    matcher, other_order = Matcher().fit(some, others), Matcher().fit(shuffled, shuffled_others)
    pairs = all_pairs(some, others)
    assert np.array_equal(matcher.score_pairs(pairs), other_order.score_pairs(pairs))
    suggestions, suggestions_again = matcher.suggest(k=3), other_order.suggest(k=3)
    assert dict(suggestions.placements_for) == dict(suggestions_again.placements_for)
    assert dict(suggestions.profiles_for) == dict(suggestions_again.profiles_for)
    assert all(matcher.explain(*pair) == other_order.explain(*pair) for pair in pairs[:4])


@pytest.mark.parametrize(
    "spelling", ["Învățare", "învăţare", "INVATARE", "i\u0302nva\u0306t\u0326are", "învă\u00adțare"]
)
def test_romanian_spellings_are_one_word(spelling):
    profile = Record("p", [Text(spelling, "ro")])
    matcher = Matcher().fit([profile], [Record("q", [Text("învățare", "ro")])])
    assert matcher.score_pairs([("p", "q")]) == pytest.approx([1.0], abs=0.01)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("ещё учёный", "учЕный", True),
        ("мой край", "моё поле", False),
        ("и the și", "и the și", False),
        ("x 7", "x 7", False),
    ],
)
def test_what_is_a_word(one, other, same):
    matcher = Matcher().fit([record("p", one)], [record("q", other)])
    assert (matcher.score_pairs([("p", "q")])[0] > 0.99) == same


HOSTILE = {
    "empty": "",
    "control characters": "\x00\x01\x1b[31m\r\n\u202e\ufffe",
    "lone surrogate": "\ud800 water",
    "one word": "water",
    "mixed scripts": "water вода apă 水 νερό ماء",
    "a megabyte of one repeated word": "water " * 170_000,
    "a megabyte without a space": "w" * 1_000_000,
    "a megabyte of accents": "a" + "\u0316\u0300" * 250_000,
    "only numbers": "1 22 333 ½ ²",
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_texts_have_finite_scores_and_explanations(body, tmp_path):
    matcher = Matcher().fit([record("p", body), record("none")], [record("q", "water"), record("r", body)])
    scores = matcher.score_pairs(all_pairs([record("p"), record("none")], [record("q"), record("r")]))
    assert np.isfinite(scores).all()
    assert (scores[0] > 0) == ("water" in body)
    assert scores[2:].tolist() == [0, 0]
    assert len(matcher.suggest().placements_for["p"]) == (scores[:2] > 0).sum()
    assert matcher.explain("p", "r").score == pytest.approx(scores[1])
    matcher.save(tmp_path / "engine")
    assert np.array_equal(Matcher.load(tmp_path / "engine").score_pairs([("p", "q")]), scores[:1])


@pytest.mark.parametrize("some", [[], [record("p")], [record("p", "the și и")], [record("p", "water")]])
@pytest.mark.parametrize("others", [[], [record("q")], [record("q", "river")]])
def test_empty_corpus_and_empty_records_match_nothing(some, others, tmp_path):
    Matcher().fit(some, others).save(tmp_path / "engine")
    for matcher in (Matcher().fit(some, others), Matcher.load(tmp_path / "engine")):
        assert matcher.score_pairs(all_pairs(some, others)).tolist() == [0.0] * (len(some) * len(others))
        suggestions = matcher.suggest()
        assert dict(suggestions.placements_for) == {one.key: [] for one in some}
        assert dict(suggestions.profiles_for) == {other.key: [] for other in others}
        assert matcher.placements_for(record("new", "water water")) == []
        assert all(matcher.explain(*pair).terms == [] for pair in all_pairs(some, others))
        matcher.upsert_profile(record("p", "water"))
        assert matcher.profile_keys_ == ("p",)


def test_unknown_keys_raise_key_error_naming_the_key():
    matcher = rivers()
    for call in (
        lambda: matcher.score_pairs([("ana", "chemistry"), ("nobody", "chemistry")]),
        lambda: matcher.score_pairs([("ana", "nobody")]),
        lambda: matcher.placements_for("nobody"),
        lambda: matcher.profiles_for("nobody"),
        lambda: matcher.explain("nobody", "chemistry"),
        lambda: matcher.explain("ana", "nobody"),
        lambda: matcher.remove_profile("nobody"),
        lambda: matcher.remove_placement("nobody"),
        lambda: matcher.suggest().placements_for["nobody"],
    ):
        with pytest.raises(KeyError, match="nobody"):
            call()


def test_duplicate_keys_raise_value_error_naming_the_key():
    twice = [record("twin", "water"), record("twin", "river")]
    with pytest.raises(ValueError, match=r"profile.*twin"):
        Matcher().fit(twice, [])
    with pytest.raises(ValueError, match=r"placement.*twin"):
        Matcher().fit([], twice)


def test_every_method_before_fit_raises_not_fitted_error(tmp_path):
    for call in (
        lambda m: m.score_pairs([]),
        lambda m: m.suggest(),
        lambda m: m.placements_for("p"),
        lambda m: m.profiles_for("p"),
        lambda m: m.explain("p", "q"),
        lambda m: m.profile_frequency("water"),
        lambda m: m.upsert_profile(record("p")),
        lambda m: m.upsert_placement(record("q")),
        lambda m: m.remove_profile("p"),
        lambda m: m.remove_placement("q"),
        lambda m: m.save(tmp_path / "engine"),
        lambda m: m.profile_keys_,
        lambda m: m.placement_keys_,
    ):
        with pytest.raises(NotFittedError, match="fit"):
            call(Matcher())


@pytest.mark.parametrize("weight", [-1.0, math.nan, math.inf])
def test_weights_must_be_finite_and_not_negative(weight):
    with pytest.raises(ValueError, match="weight"):
        Text("water", weight=weight)


def test_huge_weights_do_not_overflow():
    profile = Record("p", [Text("water", weight=1e308), Text("water", weight=1e308)])
    assert Matcher().fit([profile], [record("q", "water")]).score_pairs([("p", "q")]) == pytest.approx(
        [1.0], abs=0.01
    )


def test_texts_must_be_texts():
    with pytest.raises(TypeError, match="str"):
        Record("p", ["water"])
    with pytest.raises(TypeError, match="NoneType"):
        Text(None)


def test_engine_needs_neither_flask_nor_a_database():
    code = "import sys, diaspora.matching.engine; print(sorted({'flask', 'sqlalchemy'} & set(sys.modules)))"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "[]"


def test_no_module_of_the_engine_imports_the_application():
    for module in Path(engine.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text())):
            names = [node.module] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                assert not name.startswith(("flask", "sqlalchemy")), module
                assert not name.startswith("diaspora") or name.startswith("diaspora.matching.engine"), module
