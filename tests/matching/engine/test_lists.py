"""Ranked lists: exactly the best k, ties by key, within the allowed pairs."""

from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array, csr_matrix

from diaspora.matching.engine import Matcher, Record, Text
from diaspora.matching.engine.recipe import Recipe
from diaspora.matching.engine.top_pairs import comparable
from tests.matching.engine.samples import all_pairs, placements, profiles, record, rivers


def reference(matcher, allowed, k):
    """Both sides' lists by brute force: every pair scored, each list sorted whole."""
    some, others = matcher.profile_keys_, matcher.placement_keys_
    pairs = [(one, other) for one in some for other in others]
    scores = comparable(matcher.score_pairs(pairs)).reshape(len(some), len(others)) * allowed

    rows, columns = matcher.profiles_.rows.vectors, matcher.placements_.rows.vectors
    for_profiles = scores * rows.levels[:, columns.group]
    for_placements = scores * columns.levels[:, rows.group].T

    def best(keys, row):
        found = [(key, score) for key, score in zip(keys, row.tolist(), strict=True) if score > 0]
        return sorted(found, key=lambda scored: (-scored[1], scored[0]))[:k]

    of_profiles = {key: best(others, row) for key, row in zip(some, for_profiles, strict=True)}
    of_placements = {key: best(some, row) for key, row in zip(others, for_placements.T, strict=True)}
    return of_profiles, of_placements


@settings(max_examples=50, deadline=None)
@given(profiles, placements, st.integers(1, 9), st.integers(1, 20), st.randoms(use_true_random=False))
def test_lists_are_exactly_the_best_k_of_the_allowed_pairs(some, others, k, block_cells, random):
    """Also: in blocks of any size, and each single list is what suggest gives."""
    random.shuffle(some)  # ties go by key, not by order of arrival
    matcher = Matcher(block_cells=block_cells).fit(some, others)
    cells = [random.random() < 0.7 for _ in all_pairs(some, others)]
    allowed = np.array(cells, dtype=bool).reshape(len(some), len(others))
    for mask in (None, allowed, csr_array(allowed)):
        of_profiles, of_placements = reference(matcher, np.ones_like(allowed) if mask is None else allowed, k)
        suggestions = matcher.suggest(k, mask)
        assert dict(suggestions.placements_for) == of_profiles
        assert dict(suggestions.profiles_for) == of_placements
        assert {one.key: matcher.placements_for(one.key, k, mask) for one in some} == of_profiles
        assert {other.key: matcher.profiles_for(other.key, k, mask) for other in others} == of_placements


def larger_corpora():
    random = np.random.default_rng(1)
    words = [f"word{'abcdefghij'[n % 10]}{n}" for n in range(120)]

    def corpus(prefix, size):
        return [
            record(f"{prefix}{n}", *(" ".join(random.choice(words, 12)) for _ in range(3)))
            for n in range(size)
        ]

    return corpus("p", 300), corpus("q", 80)


def test_scores_of_a_larger_corpus_are_symmetric_bit_by_bit():
    some, others = larger_corpora()
    pairs = all_pairs(some, others)
    forth = Matcher().fit(some, others).score_pairs(pairs)
    back = Matcher().fit(others, some).score_pairs([(other, one) for one, other in pairs])
    assert np.array_equal(forth, back)


def test_no_score_exceeds_1_where_rounding_would():
    some, _ = larger_corpora()
    plain = Recipe(length_share=1, hubness=0, context_share=0)
    matcher = Matcher(recipe=plain).fit(some, some)
    assert matcher.score_pairs([(one.key, one.key) for one in some]).max() == 1.0


def test_lists_are_exact_on_a_larger_corpus():
    matcher = Matcher(block_cells=2000).fit(*larger_corpora())
    of_profiles, of_placements = reference(matcher, 1, 10)
    suggestions = matcher.suggest(10)
    assert dict(suggestions.placements_for) == of_profiles
    assert dict(suggestions.profiles_for) == of_placements


def test_scores_in_lists_agree_with_score_pairs_to_1e_6():
    matcher = Matcher(recipe=Recipe(standardise=False)).fit(*larger_corpora())
    for key, listed in matcher.suggest().placements_for.items():
        exact = matcher.score_pairs([(key, placement) for placement, _ in listed])
        assert [score for _, score in listed] == pytest.approx(exact, rel=1e-6, abs=0)


def test_ties_go_by_key_even_when_they_differ_in_the_last_digit():
    """The texts of the twins stand in different order, so that their sums are rounded differently."""
    bodies = ["water river lake", "water quality", "river ecology basin", "lake"]
    twins = [record(key, *(bodies[n:] + bodies[:n])) for key, n in (("d", 0), ("b", 1), ("c", 2), ("a", 3))]
    matcher = Matcher().fit(twins, [record("q", "water river quality"), record("r", "basin")])
    assert [key for key, _ in matcher.profiles_for("q")] == ["a", "b", "c", "d"]
    assert [key for key, _ in matcher.profiles_for("q", k=2)] == ["a", "b"]
    assert [key for key, _ in matcher.suggest(k=2).profiles_for["q"]] == ["a", "b"]


@pytest.mark.parametrize("block_cells", [1, 2, 3, 100])
def test_ties_go_by_key_across_blocks(block_cells):
    some = [record(key, "water") for key in "dbca"]
    suggestions = Matcher(block_cells=block_cells).fit(some, [record("q", "water")]).suggest(k=2)
    assert [key for key, _ in suggestions.profiles_for["q"]] == ["a", "b"]


def test_a_score_too_small_for_a_float_is_no_match():
    def faint(key, rest):
        return Record(key, [Text(rest), Text("water", weight=1e-320)])

    matcher = Matcher().fit([faint("p", "river")], [faint("q", "lake")])
    assert matcher.placements_for("p") == matcher.suggest().placements_for["p"] == []


def test_comparable_joins_what_differs_by_less_than_1e_7_and_stays_within_1e_6():
    scores = np.array([1e-9, 0.1, 0.3, 0.5, 1.0])
    assert np.array_equal(comparable(scores), comparable(scores * (1 - 1e-15)))
    assert comparable(scores) == pytest.approx(scores, rel=1e-6, abs=0)
    assert (comparable(scores) != comparable(scores * (1 + 1e-5))).all()


def test_keys_of_mixed_types_have_an_order():
    keys = ["b", 10, UUID(int=2), 9, UUID(int=1), "a", (2, "x"), None]
    matcher = Matcher().fit([record(key, "water") for key in keys], [record("q", "water")])
    expected = [None, UUID(int=1), UUID(int=2), 9, 10, "a", "b", (2, "x")]
    assert [key for key, _ in matcher.profiles_for("q")] == expected


def test_a_record_outside_the_corpus_is_ranked_like_one_inside():
    matcher = rivers()
    inside = matcher.profiles_.record("ana")
    outside = Record("somebody else", inside.texts)
    assert matcher.placements_for(outside) == matcher.placements_for("ana")
    placement = matcher.placements_.record("computing")
    assert matcher.profiles_for(Record("new", placement.texts)) == matcher.profiles_for("computing")


def test_a_record_with_the_key_of_another_is_judged_by_its_own_texts():
    assert [key for key, _ in rivers().placements_for(record("ana", "archives"))] == ["history"]


def test_single_lists_take_a_mask_of_their_candidates():
    matcher = rivers()
    water = record("new", "water", "învățare")
    only_computing = np.array([False, True, False])
    for mask in (only_computing, only_computing[np.newaxis], csr_matrix(only_computing)):
        assert [key for key, _ in matcher.placements_for(water, allowed=mask)] == ["computing"]
        assert [key for key, _ in matcher.placements_for("ana", allowed=mask)] == ["computing"]
    only_clara = np.array([False, False, True])
    for mask in (only_clara, only_clara[:, np.newaxis], csr_array(only_clara[:, np.newaxis])):
        assert [key for key, _ in matcher.profiles_for(water, allowed=mask)] == ["clara"]
        assert [key for key, _ in matcher.profiles_for("computing", allowed=mask)] == ["clara"]


def test_a_stored_false_is_not_allowed():
    mask = csr_array((np.zeros(9, dtype=bool), np.tile(np.arange(3), 3), [0, 3, 6, 9]), shape=(3, 3))
    assert dict(rivers().suggest(allowed=mask).placements_for) == {"ana": [], "boris": [], "clara": []}


def test_masks_of_another_shape_are_refused():
    matcher = rivers()
    for call in (
        lambda: matcher.suggest(allowed=np.ones((3, 2), dtype=bool)),
        lambda: matcher.suggest(allowed=np.ones(3, dtype=bool)),
        lambda: matcher.placements_for("ana", allowed=np.ones(4, dtype=bool)),
        lambda: matcher.placements_for(record("new"), allowed=np.ones((3, 3), dtype=bool)),
        lambda: matcher.profiles_for("history", allowed=np.ones((2, 3), dtype=bool)),
    ):
        with pytest.raises(ValueError, match="allowed has shape"):
            call()


def test_k_must_be_at_least_1():
    for call in (
        rivers().suggest,
        lambda k: rivers().placements_for("ana", k),
        lambda k: rivers().profiles_for("history", k),
    ):
        with pytest.raises(ValueError, match="k must be"):
            call(0)


def test_suggestions_stay_as_they_were_when_the_matcher_is_edited():
    matcher = rivers()
    suggestions = matcher.suggest()
    before = dict(suggestions.placements_for)
    matcher.remove_profile("ana")
    matcher.upsert_placement(record("history", "water"))
    assert dict(suggestions.placements_for) == before
