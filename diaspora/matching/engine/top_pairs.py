"""The best k of every row and column of a product of two sparse matrices, without holding the product."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


@dataclass(frozen=True)
class Pairs:
    """Scored cells of a matrix: cell i stands in `rows[i]`, `columns[i]` and holds `scores[i]`."""

    rows: Indices
    columns: Indices
    scores: Floats

    def __getitem__(self, chosen: NDArray[Any]) -> "Pairs":
        return Pairs(self.rows[chosen], self.columns[chosen], self.scores[chosen])

    @classmethod
    def of(cls, scores: csr_array, first_row: int = 0) -> "Pairs":
        """The stored cells; row 0 of `scores` is row `first_row` of the whole."""
        rows = np.repeat(np.arange(scores.shape[0]), np.diff(scores.indptr))
        return cls(rows + first_row, scores.indices.astype(np.intp), scores.data)

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
    mantissa, exponent = np.frexp(scores)
    rounded: Floats = np.ldexp(np.rint(np.ldexp(mantissa, 20)), exponent - 20)
    return rounded


def strongest(pairs: Pairs, k: int, rank: Indices) -> Pairs:
    """The k best of each row, row by row, best first; of equals, the one whose column has the lower rank."""
    ordered = pairs[np.lexsort((rank[pairs.columns], -pairs.scores, pairs.rows))]
    place_in_row = np.arange(len(ordered.rows)) - np.searchsorted(ordered.rows, ordered.rows)
    return ordered[place_in_row < k]


def best_both_ways(
    left: csr_array,
    right: csr_array,
    k: int,
    left_rank: Indices,
    right_rank: Indices,
    allowed: csr_array | None,
    block_cells: int,
) -> tuple[Pairs, Pairs]:
    """The k best columns of every row of `left @ right.T`; the k best rows of every column, turned round.

    Exact; scores are `comparable`; only positive scores count, and only where `allowed` (same shape) is True.
    Works in blocks of rows with about `block_cells` cells each, so memory does not grow with the product.
    """
    right_turned = right.T.tocsr()
    rows_per_block = max(1, block_cells // max(1, right.shape[0]))
    of_rows: list[Pairs] = []
    of_columns = Pairs.joined([])
    for start in range(0, left.shape[0], rows_per_block):
        block = slice(start, start + rows_per_block)
        scores = left[block] @ right_turned
        if allowed is not None:
            scores = scores.multiply(allowed[block]).tocsr()
        scores.data = comparable(scores.data)
        cells = Pairs.of(scores, start)

        row_bar = np.array([_kth_best(scores.data[a:b], k) for a, b in pairwise(scores.indptr)])
        of_rows.append(strongest(cells[cells.scores >= row_bar[cells.rows - start]], k, right_rank))

        column_bar = _bars(of_columns, k, right.shape[0])
        contenders = cells[cells.scores >= column_bar[cells.columns]].transposed()
        of_columns = strongest(Pairs.joined([of_columns, contenders]), k, left_rank)
    return Pairs.joined(of_rows), of_columns


def best_of_one(scores: Floats, k: int, rank: Indices, allowed: NDArray[np.bool_] | None) -> Pairs:
    """The k best of one dense row of scores, under the same rules as `best_both_ways`."""
    scores = comparable(scores if allowed is None else scores * allowed)
    found = np.flatnonzero((scores > 0) & (scores >= _kth_best(scores, k)))
    return strongest(Pairs(np.zeros_like(found), found, scores[found]), k, rank)


def _kth_best(scores: Floats, k: int) -> float:
    """The score that a row's cell must reach to be among its k best; 0 when there are not more than k."""
    return float(np.partition(scores, len(scores) - k)[len(scores) - k]) if len(scores) > k else 0.0


def _bars(ordered: Pairs, k: int, row_count: int) -> Floats:
    """The score of each row's k-th pair, 0 where a row has fewer; `ordered` as `strongest` leaves it."""
    counts = np.bincount(ordered.rows, minlength=row_count)
    bars = np.zeros(row_count)
    full = counts == k
    bars[full] = ordered.scores[np.cumsum(counts)[full] - 1]
    return bars
