"""Lists kept up to date by edits are those of a full run."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from diaspora.matching.engine.standing import StandingLists
from diaspora.matching.engine.top_pairs import best_both_ways


def same(some, others):
    return all(
        np.array_equal(getattr(some, part), getattr(others, part)) for part in ("rows", "columns", "scores")
    )


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.sampled_from([1, 5, 8]), st.booleans())
def test_after_every_edit_both_sides_are_those_of_a_full_run(seed, k, reserve, masked):
    """Few whole weights, so that scores tie; a reserve of 1 or 5 is soon used up."""
    random = np.random.default_rng(seed)
    left, right = random.integers(0, 3, (12, 4)) * 1.0, random.integers(0, 3, (9, 4)) * 1.0
    ranks = random.permutation(12), random.permutation(9)
    mask = csr_array(random.random((12, 9)) < 0.8) if masked else None
    standing = StandingLists(csr_array(left), csr_array(right), k, *ranks, mask, reserve)
    for _ in range(12):
        new = random.integers(0, 3, (1, 4)) * 1.0 * random.integers(0, 2)
        if random.random() < 0.5:
            row = int(random.integers(12))
            left[row] = new
            standing.edit_left(row, csr_array(new))
        else:
            row = int(random.integers(9))
            right[row] = new
            standing.edit_right(row, csr_array(new))
        of_left, of_right = best_both_ways(csr_array(left), csr_array(right), k, *ranks, mask, 10**6)
        assert same(standing.of_left(), of_left)
        assert same(standing.of_right(), of_right)


def test_single_rows_can_be_asked_for():
    standing = StandingLists(csr_array(np.eye(3)), csr_array(np.eye(3)), 2, np.arange(3), np.arange(3))
    assert standing.of_left(np.array([2])).columns.tolist() == [2]
    assert standing.of_right(np.array([1])).columns.tolist() == [1]


@pytest.mark.parametrize("edit", ["edit_left", "edit_right"])
def test_a_record_without_entries_leaves_all_lists(edit):
    ones = csr_array(np.ones((3, 1)))
    standing = StandingLists(ones, ones, 3, np.arange(3), np.arange(3))
    getattr(standing, edit)(1, csr_array((1, 1)))
    assert len(standing.of_left().rows) == len(standing.of_right().rows) == 6
