"""The best k of every row and column of a product of two sparse matrices, without holding the product.

Two ways with one result: SciPy alone, and the compiled kernel where numba is installed. Both sort *keys*:
whole numbers whose upper bits are the score, rounded (see `comparable`), and whose lower bits put the
lower rank first. One number to compare, no two alike, and 0 for no match.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.blas import dgemm
from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Keys = NDArray[np.int64]
Way = Literal["auto", "scipy", "numba"]

RANK_BITS = 33
RANK_MASK = (1 << RANK_BITS) - 1
HALF_STEP = 1 << (RANK_BITS - 1)  # rounding lifts a score's bits by this at most
SMALLEST = 5e-324  # the smallest positive number; its bits read as a whole number are 1
COMPILED_FROM = 10_000_000  # pairs; fewer are matched before the compiled code is loaded
BLOCKS = 300  # the SciPy way never holds more than about this part of all scores
HEAVY_FROM = 0.1  # a term that more than this share of the columns hold is multiplied densely


@dataclass(frozen=True)
class Pairs:
    """Scored cells of a matrix: cell i stands in `rows[i]`, `columns[i]` and holds `scores[i]`."""

    rows: Indices
    columns: Indices
    scores: Floats

    def __getitem__(self, chosen: NDArray[np.intp] | NDArray[np.bool_] | slice) -> "Pairs":
        return Pairs(self.rows[chosen], self.columns[chosen], self.scores[chosen])

    @classmethod
    def joined(cls, parts: Sequence["Pairs"]) -> "Pairs":
        """The cells of all parts, in their order."""
        empty = cls(np.empty(0, np.intp), np.empty(0, np.intp), np.empty(0))
        rows, columns, scores = zip(
            *((part.rows, part.columns, part.scores) for part in (empty, *parts)), strict=True
        )
        return cls(np.concatenate(rows), np.concatenate(columns), np.concatenate(scores))

    def transposed(self) -> "Pairs":
        """The same cells of the matrix turned round."""
        return Pairs(self.columns, self.rows, self.scores)


def comparable(scores: Floats) -> Floats:
    """The scores to 20 binary digits, within 1e-6 relative: what differs only by rounding becomes a tie."""
    bits = np.ascontiguousarray(scores, dtype=np.float64).view(np.int64)
    rounded: Floats = _rounded(bits).view(np.float64)
    return rounded


def strongest(pairs: Pairs, k: int, rank: Indices) -> Pairs:
    """The k best of each row, row by row, best first; of equals, the one whose column has the lower rank."""
    ranks, scores, rows = rank[pairs.columns], -pairs.scores, pairs.rows
    later = rows[1:] > rows[:-1]
    weaker = scores[1:] > scores[:-1]
    tied = (rows[1:] == rows[:-1]) & (weaker | ((scores[1:] == scores[:-1]) & (ranks[1:] > ranks[:-1])))
    ordered = pairs if (later | tied).all() else pairs[np.lexsort((ranks, scores, rows))]
    place_in_row = np.arange(len(ordered.rows)) - np.searchsorted(ordered.rows, ordered.rows)
    return ordered if (place_in_row < k).all() else ordered[place_in_row < k]


def best_both_ways(
    left: csr_array,
    right: csr_array,
    k: int,
    left_rank: Indices,
    right_rank: Indices,
    allowed: csr_array | None,
    block_cells: int,
    way: Way = "auto",
) -> tuple[Pairs, Pairs]:
    """The k best columns of every row of `left @ right.T`; the k best rows of every column, turned round.

    Exact; scores are `comparable`; only positive scores count, and only where `allowed` (same shape) is True.
    Lists stand row by row, best first; of equals, the lower rank comes first. Memory does not grow with
    the product: SciPy alone works in blocks of rows with at most about `block_cells` cells each.
    """
    left_order, right_order = order_of(left_rank), order_of(right_rank)
    left_rank, right_rank = order_of(left_order), order_of(right_order)  # now 0 to n - 1
    if way == "auto":
        large = left.shape[0] * right.shape[0] >= COMPILED_FROM
        way = "numba" if large and compiled_kernel() is not None else "scipy"
    if way == "numba":
        kernel = compiled_kernel()
        if kernel is None:
            raise RuntimeError("numba is not installed, or does not work with this NumPy")
        of_rows, of_columns = kernel.best_keys(left, right, k, left_rank, right_rank, allowed)
    else:
        of_rows, of_columns = _best_keys(left, right, k, left_rank, right_rank, allowed, block_cells)
    return pairs_of(of_rows, right_order), pairs_of(of_columns, left_order)


def best_of_one(scores: Floats, k: int, rank: Indices, allowed: NDArray[np.bool_] | None) -> Pairs:
    """The k best of one dense row of scores, under the same rules as `best_both_ways`."""
    order = order_of(rank)
    keys = keys_of(np.ascontiguousarray(scores, dtype=np.float64), order_of(order))
    if allowed is not None:
        keys[~allowed] = 0
    return pairs_of(k_best(keys[np.newaxis], k), order)


@cache
def compiled_kernel() -> ModuleType | None:
    """The module `kernel`, imported when first asked for; None where numba does not work."""
    try:
        return import_module("diaspora.matching.engine.kernel")
    except ImportError:
        return None


def _rounded(bits: Keys) -> Keys:
    """The bits of floats, rounded to the nearest whose lower RANK_BITS are 0; halfway, to the even one."""
    odd = (bits >> RANK_BITS) & 1
    odd += bits
    odd += HALF_STEP - 1
    odd &= ~RANK_MASK
    return odd


def keys_of(scores: Floats, rank: Indices) -> Keys:
    """The keys of scores; 0 where a score is not positive. `rank` stands beside the scores' last axis."""
    rounded = _rounded(scores.view(np.int64))
    return np.where(rounded > 0, rounded | (RANK_MASK - rank), 0)


def k_best(keys: Keys, k: int) -> Keys:
    """The k highest of each row, in no order."""
    width = keys.shape[1]
    return np.partition(keys, width - k, axis=1)[:, width - k :].copy() if k < width else keys


def order_of(rank: Indices) -> Indices:
    """The places of a list in the order of their ranks; of these places, again: ranks without gaps."""
    return np.argsort(rank, kind="stable")


def pairs_of(keys: Keys, order: Indices) -> Pairs:
    """The cells behind each row's keys, best first; `order`: the columns by rank. Sorts `keys` in place."""
    keys.sort(axis=1)
    keys = keys[:, ::-1]
    found = keys > 0
    rows = np.repeat(np.arange(len(keys)), found.sum(axis=1))
    found_keys = keys[found]
    places = found_keys & RANK_MASK
    columns = order[np.subtract(RANK_MASK, places, out=places)]
    found_keys &= ~RANK_MASK
    return Pairs(rows, columns, found_keys.view(np.float64))


def _best_keys(
    left: csr_array,
    right: csr_array,
    k: int,
    left_rank: Indices,
    right_rank: Indices,
    allowed: csr_array | None,
    block_cells: int,
) -> tuple[Keys, Keys]:
    """The keys of each row's k best columns and of each column's k best rows, in no order; 0 is none."""
    row_count, column_count = left.shape[0], right.shape[0]
    of_rows = np.zeros((row_count, min(k, column_count)), np.int64)
    rows_at_once = max(1, min(block_cells // max(1, column_count), -(-row_count // BLOCKS)))
    if not (row_count and column_count):
        return of_rows, np.zeros((column_count, min(k, row_count)), np.int64)
    best_rows = _BestRows(column_count, min(k, row_count), rows_at_once)
    product = _Product(right)
    for start in range(0, row_count, rows_at_once):
        block = slice(start, start + rows_at_once)
        scores = product.of(left[block])
        if allowed is not None:
            scores[~allowed[block].toarray()] = 0.0
        row_bars = bars_within(scores, k)
        wanted = scores >= row_bars[:, np.newaxis]
        wanted |= scores >= best_rows.bars
        cells = np.flatnonzero(wanted)
        rows, columns = np.divmod(cells, column_count)
        kept = scores.ravel()[cells]
        for_rows = kept >= row_bars[rows]
        row_keys = keys_of(kept[for_rows], right_rank[columns[for_rows]])
        of_rows[block] = _gathered(row_keys, rows[for_rows], len(scores), of_rows.shape[1])
        for_columns = kept >= best_rows.bars[columns]
        best_rows.add(keys_of(kept[for_columns], left_rank[start + rows[for_columns]]), columns[for_columns])
    return of_rows, best_rows.finished()


class _Product:
    """Blocks of `left @ right.T` as dense scores: frequent terms by BLAS, the many rare ones one by one."""

    def __init__(self, right: csr_array) -> None:
        light = right.tocsc()
        often = np.diff(light.indptr) > HEAVY_FROM * right.shape[0]
        self._slot = np.where(often, np.cumsum(often) - 1, -1).astype(np.int32)
        self._heavy = light[:, np.flatnonzero(often)].toarray(order="F")
        light.data[np.repeat(often, np.diff(light.indptr))] = 0.0
        light.eliminate_zeros()
        self._start, self._count = light.indptr[:-1], np.diff(light.indptr)
        self._columns, self._weights = light.indices.astype(np.int32), light.data
        self._width = right.shape[0]

    def of(self, rows: csr_array) -> Floats:
        """The scores of these rows with every column."""
        row_of = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
        counts = self._count[rows.indices]  # an entry of `rows` meets that many columns
        met = np.arange(counts.sum())
        met += np.repeat(self._start[rows.indices] - np.cumsum(counts) + counts, counts)
        products = self._weights[met]
        products *= np.repeat(rows.data, counts)
        cells = np.repeat(row_of * self._width, counts)
        cells += self._columns[met]
        flat = np.bincount(cells, products, rows.shape[0] * self._width)
        scores: Floats = flat.astype(np.float64, copy=False).reshape(rows.shape[0], self._width)
        if self._heavy.shape[1]:
            slots = self._slot[rows.indices]
            heavy = slots >= 0
            weights = np.zeros((rows.shape[0], self._heavy.shape[1]))
            weights[row_of[heavy], slots[heavy]] = rows.data[heavy]
            # scores += weights @ heavy.T, in place; BLAS reads by columns, so everything is turned
            dgemm(1.0, self._heavy, weights.T, beta=1.0, c=scores.T, overwrite_c=True)
        return scores


class _BestRows:
    """The best rows so far of every column: a buffer each, cut back to the k best when it is full.

    bars: what a column's next score must reach to matter; it rises at every cut.
    """

    def __init__(self, column_count: int, k: int, rows_at_once: int) -> None:
        self._k = k
        self._keys = np.zeros((column_count, k + max(k, rows_at_once)), np.int64)
        self._filled = np.zeros(column_count, np.intp)
        self.bars: Floats = np.full(column_count, SMALLEST)

    def add(self, keys: Keys, columns: Indices) -> None:
        """Take in keys of at most `rows_at_once` rows."""
        order = np.argsort(columns, kind="stable")
        keys, columns = keys[order], columns[order]
        counts = np.bincount(columns, minlength=len(self._filled))
        full = np.flatnonzero(self._filled + counts > self._keys.shape[1])
        if len(full):
            best = k_best(self._keys[full], self._k)
            self._keys[full, : self._k] = best
            self._keys[full, self._k :] = 0
            self._filled[full] = self._k
            self.bars[full] = bar_for(best.min(axis=1))
        place = np.arange(len(columns)) - (np.cumsum(counts) - counts)[columns]
        self._keys[columns, self._filled[columns] + place] = keys
        self._filled += counts

    def finished(self) -> Keys:
        """The keys of each column's k best rows, in no order; 0 is none."""
        return k_best(self._keys, self._k)


def bar_for(bits: Keys) -> Floats:
    """A positive score that all reach which round to the score of a key, or of a score's bits."""
    bars: Floats = np.maximum(_rounded(bits & ~RANK_MASK) - HALF_STEP, 1).view(np.float64)
    return bars


def bars_within(scores: Floats, k: int) -> Floats:
    """For each row a score that its k best reach, near the highest such score.

    Of many groups of columns, k have a best that reaches the k-th highest of the groups' bests.
    """
    width = scores.shape[1]
    if width <= k:
        return np.full(len(scores), SMALLEST)
    groups = min(width, max(8 * k, width // 32))
    grouped = scores[:, : width - width % groups].reshape(len(scores), -1, groups)
    tops = grouped.max(axis=1)
    return bar_for(np.partition(tops, groups - k, axis=1)[:, groups - k].copy().view(np.int64))


def _gathered(keys: Keys, rows: Indices, row_count: int, k: int) -> Keys:
    """The k best keys of each row, in no order, as a matrix; `rows` ascend."""
    counts = np.bincount(rows, minlength=row_count)
    table = np.zeros((row_count, max(k, counts.max(initial=0))), np.int64)
    table[rows, np.arange(len(rows)) - (np.cumsum(counts) - counts)[rows]] = keys
    return k_best(table, k)
