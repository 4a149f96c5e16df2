"""Both ways to the best k of rows and columns give what sorting the whole product gives."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from diaspora.matching.engine.top_pairs import best_both_ways, best_of_one, comparable, compiled_kernel

WAYS = ["scipy"] + ["numba"] * (compiled_kernel() is not None)


def listed(scores, rank, k):
    """Each row's best as (column, score): everything sorted by Python."""
    return [
        [
            (column, row[column])
            for column in sorted(np.flatnonzero(row > 0), key=lambda c: (-row[c], rank[c]))[:k]
        ]
        for row in comparable(scores)
    ]


def lists(pairs, row_count):
    found = [[] for _ in range(row_count)]
    for row, column, score in zip(pairs.rows, pairs.columns, pairs.scores, strict=True):
        found[row].append((column, score))
    return found


def assert_exact(left, right, k, left_rank, right_rank, mask, block_cells, way):
    scores = left @ right.T if mask is None else (left @ right.T) * mask
    allowed = None if mask is None else csr_array(mask)
    of_rows, of_columns = best_both_ways(
        csr_array(left), csr_array(right), k, left_rank, right_rank, allowed, block_cells, way
    )
    for pairs, cells, rank in ((of_rows, scores, right_rank), (of_columns, scores.T, left_rank)):
        assert (np.diff(pairs.rows) >= 0).all()
        assert lists(pairs, len(cells)) == listed(cells, rank, k)


@st.composite
def cases(draw):
    """Few whole weights: many ties, empty rows, rows twice, negative scores, dense and empty columns."""
    rows, columns, terms = draw(st.integers(0, 40)), draw(st.integers(0, 40)), draw(st.integers(1, 6))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    weights = draw(st.sampled_from([[0, 0, 0, 1], [0, 1, 2, 3], [0, 0, -1, 1, 2]]))
    left, right = random.choice(weights, (rows, terms)), random.choice(weights, (columns, terms))
    if draw(st.booleans()):
        left[:, 0], right[:, 0] = 1, random.choice([-2, 1], columns)
    mask = None
    if draw(st.booleans()):
        mask = random.random((rows, columns)) < draw(st.sampled_from([0.0, 0.1, 0.9]))
    ranks = random.permutation(rows), random.permutation(columns)
    return left.astype(float), right.astype(float), draw(st.integers(1, 45)), *ranks, mask


@pytest.mark.parametrize("way", WAYS)
@settings(max_examples=150, deadline=None)
@given(case=cases(), block_cells=st.sampled_from([1, 100, 10**6]))
def test_lists_are_those_of_the_whole_product_sorted(way, case, block_cells):
    assert_exact(*case, block_cells, way)


def texts(random, count, terms=400):
    """TF-IDF-like rows with a few frequent terms, many rare ones, one row in five twice."""
    share = 0.6 / np.arange(1, terms + 1) ** 0.7
    rows = (random.random((count, terms)) < share) * random.random((count, terms))
    rows[::5] = rows[random.integers(0, count, len(rows[::5]))]
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("k", [1, 20, 150, 10_000])
@pytest.mark.parametrize("masked", [None, 0.02, 0.7])
def test_lists_are_exact_where_filters_and_buffers_work_hard(way, k, masked):
    random = np.random.default_rng(3)
    left, right = texts(random, 700), texts(random, 300)
    mask = None if masked is None else random.random((700, 300)) < masked
    assert_exact(left, right, k, random.permutation(700), random.permutation(300), mask, 2**16, way)


@pytest.mark.parametrize("way", WAYS)
def test_lists_are_exact_when_scores_rise_with_every_row(way):
    """The worst order for filters: each row beats all before it."""
    left = np.arange(1.0, 501)[:, np.newaxis]
    right = np.arange(1.0, 101)[:, np.newaxis]
    assert_exact(left, right, 7, np.arange(500), np.arange(100), None, 2**16, way)


@pytest.mark.parametrize("way", WAYS)
def test_a_dense_column_added_to_sparse_texts_counts(way):
    random = np.random.default_rng(4)
    left = np.hstack([texts(random, 300), np.ones((300, 1)), random.normal(size=(300, 3))])
    right = np.hstack([texts(random, 200), random.normal(-0.2, 0.3, (200, 1)), random.normal(size=(200, 3))])
    assert_exact(left, right, 20, np.arange(300), np.arange(200), None, 2**16, way)


@pytest.mark.parametrize("way", WAYS)
def test_what_differs_only_by_rounding_is_a_tie(way):
    left = np.array([[0.1, 0.2, 0.3], [0.3, 0.2, 0.1]])  # 0.1 + 0.2 + 0.3 is not 0.3 + 0.2 + 0.1
    pairs, _ = best_both_ways(
        csr_array(np.ones((1, 3))), csr_array(left), 1, np.arange(1), np.array([1, 0]), None, 100, way
    )
    assert pairs.columns.tolist() == [1]


@pytest.mark.skipif(len(WAYS) == 1, reason="needs numba")
@pytest.mark.parametrize("tile", [16, 64, 2048])
def test_tiles_of_any_size_give_the_same(tile):
    kernel = compiled_kernel()
    random = np.random.default_rng(5)
    left, right = csr_array(texts(random, 150)), csr_array(texts(random, 330))
    mask = csr_array(random.random((150, 330)) < 0.5)
    for allowed in (None, mask):
        ranks = random.permutation(150), random.permutation(330)
        found = kernel.best_keys(left, right, 20, *ranks, allowed, tile)
        expected = kernel.best_keys(left, right, 20, *ranks, allowed, 4096)
        for some, others in zip(found, expected, strict=True):
            assert np.array_equal(np.sort(some), np.sort(others))


@given(st.lists(st.sampled_from([-1.0, 0.0, 0.25, 0.5, 0.5 + 1e-12, 2.0]), max_size=30), st.integers(1, 35))
@example([], 1)
def test_one_row_is_ranked_like_many(scores, k):
    random = np.random.default_rng(len(scores))
    row, rank = np.array(scores), random.permutation(len(scores))
    allowed = random.random(len(scores)) < 0.7
    for mask in (None, allowed):
        shown = row if mask is None else row * mask
        assert lists(best_of_one(row, k, rank, mask), 1) == listed(shown[np.newaxis], rank, k)


@given(st.floats(-1e6, 1e6).filter(lambda x: x == 0 or abs(x) > 1e-300))
def test_comparable_rounds_to_20_binary_digits(score):
    mantissa, exponent = np.frexp(score)
    assert comparable(np.array([score]))[0] == np.ldexp(np.rint(np.ldexp(mantissa, 20)), exponent - 20)
