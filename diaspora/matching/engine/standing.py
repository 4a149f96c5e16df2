"""The best pairs of two sides, kept up to date: one edited record is matched anew, on both sides, alone."""

import numpy as np
from scipy.sparse import csr_array, vstack

from diaspora.matching.engine.top_pairs import (
    RANK_MASK,
    Floats,
    Indices,
    Keys,
    Pairs,
    Way,
    bar_for,
    bars_within,
    best_both_ways,
    k_best,
    keys_of,
    order_of,
    pairs_of,
)

RESERVE = 40
BLOCK_CELLS = 2**22


class _Side:
    """The records of one side, with the best of the other side for each.

    keys: [records, reserve], see top_pairs; 0 is none. Whatever is not among them has a key of at most
    `floor`, so the first k are exact as long as k are left or nothing was ever cut off (floor 0).
    """

    def __init__(self, matrix: csr_array, rank: Indices, allowed: csr_array | None) -> None:
        self.matrix = matrix
        self.order = order_of(rank)
        self.rank = order_of(self.order)
        self.allowed = allowed
        self._index = matrix.tocsc()  # only the terms of the other record are read
        self._edited: dict[int, csr_array] = {}

    def take(self, pairs: Pairs, reserve: int, rank_of_others: Indices) -> None:
        """The lists of a full run."""
        self.keys = np.zeros((self.matrix.shape[0], reserve), np.int64)
        place = np.arange(len(pairs.rows)) - np.searchsorted(pairs.rows, pairs.rows)
        self.keys[pairs.rows, place] = keys_of(pairs.scores, rank_of_others[pairs.columns])
        self.floor = self.keys.min(axis=1)
        self.bars = _bars(self.floor)

    def vector(self, row: int) -> csr_array:
        return self._edited[row] if row in self._edited else self.matrix[[row]]

    def edit(self, row: int, vector: csr_array) -> None:
        self._edited[row] = vector
        self._stacked = vstack(list(self._edited.values()), format="csr")

    def scores_with(self, vector: csr_array) -> Floats:
        """The scores of one record of the other side with all of this side: [records]."""
        scores: Floats = self._index[:, vector.indices] @ vector.data
        if self._edited:
            scores[list(self._edited)] = self._stacked @ vector.toarray()[0]
        return scores

    def replace(self, other: int, before: Floats, after: Floats) -> Indices:
        """Put a record of the other side, whose rank is `other`, into the lists with its new scores.

        before: its scores until now, by which the lists that may hold it are found without reading all.
        Returns the records whose lists held it: they may have become too short.
        """
        near = np.flatnonzero(before >= self.bars)
        holding, place = np.nonzero((self.keys[near] & RANK_MASK) == RANK_MASK - other)
        holding = near[holding]
        self.keys[holding, place] = 0
        entered = np.flatnonzero(after >= self.bars)
        keys = keys_of(after[entered], np.full(len(entered), other))
        entered, keys = entered[keys > self.floor[entered]], keys[keys > self.floor[entered]]
        changed = np.sort(np.column_stack([self.keys[entered], keys]), axis=1)
        self.keys[entered] = changed[:, 1:]
        self.floor[entered] = np.maximum(self.floor[entered], changed[:, 0])
        self.bars[entered] = _bars(self.floor[entered])
        return holding

    def short(self, k: int, among: Indices) -> Indices:
        """Those of these records of whose k best some may have been cut off."""
        return among[(np.count_nonzero(self.keys[among], axis=1) < k) & (self.floor[among] > 0)]

    def list_anew(self, row: int, scores: Floats, rank: Indices) -> None:
        """A record's list out of the scores with all of the other side."""
        reserve = self.keys.shape[1]
        near = np.flatnonzero(scores >= bars_within(scores[np.newaxis], reserve))
        best = k_best(keys_of(scores[near], rank[near])[np.newaxis], reserve)[0]
        self.keys[row] = 0
        self.keys[row, : len(best)] = best
        self.floor[row] = self.keys[row].min()
        self.bars[row] = _bars(self.floor[[row]])[0]


class StandingLists:
    """The k best both ways of `left @ right.T`, exact after every edit (see top_pairs.best_both_ways).

    A reserve of more than k is kept for every record of both sides. When a record is edited, its own list
    is made anew, and it leaves and enters lists of the other side. Only when edits have used up a list's
    reserve is that list made anew from all records. The number of records stays: a removed one is a row
    without entries.
    """

    def __init__(
        self,
        left: csr_array,
        right: csr_array,
        k: int,
        left_rank: Indices,
        right_rank: Indices,
        allowed: csr_array | None = None,
        reserve: int = RESERVE,
        way: Way = "auto",
    ) -> None:
        self._k = k
        turned = None if allowed is None else allowed.T.tocsr()
        self._left, self._right = _Side(left, left_rank, allowed), _Side(right, right_rank, turned)
        kept = max(k, reserve)
        of_left, of_right = best_both_ways(
            left, right, kept, self._left.rank, self._right.rank, allowed, BLOCK_CELLS, way
        )
        self._left.take(of_left, kept, self._right.rank)
        self._right.take(of_right, kept, self._left.rank)

    def edit_left(self, row: int, vector: csr_array) -> None:
        """Give a row of the left side another vector, [1, terms]."""
        self._edit(self._left, self._right, row, vector)

    def edit_right(self, row: int, vector: csr_array) -> None:
        """Give a row of the right side another vector, [1, terms]."""
        self._edit(self._right, self._left, row, vector)

    def of_left(self, rows: Indices | slice = slice(None)) -> Pairs:
        """The k best of the left rows asked for; `rows` of the pairs count within those."""
        return self._listed(self._left, self._right, rows)

    def of_right(self, rows: Indices | slice = slice(None)) -> Pairs:
        """The k best of the right rows asked for; `rows` of the pairs count within those."""
        return self._listed(self._right, self._left, rows)

    def _edit(self, side: _Side, others: _Side, row: int, vector: csr_array) -> None:
        before = others.scores_with(side.vector(row))
        side.edit(row, vector)
        scores = _shown(others.scores_with(vector), side.allowed, row)
        side.list_anew(row, scores, others.rank)
        for other in others.short(self._k, others.replace(int(side.rank[row]), before, scores)):
            with_all = _shown(side.scores_with(others.vector(other)), others.allowed, other)
            others.list_anew(other, with_all, side.rank)

    def _listed(self, side: _Side, others: _Side, rows: Indices | slice) -> Pairs:
        return pairs_of(k_best(side.keys[rows], self._k).copy(), others.order)


def _shown(scores: Floats, allowed: csr_array | None, row: int) -> Floats:
    """The scores of one record, 0 where the pair is not allowed."""
    return scores if allowed is None else scores * allowed[[row]].toarray()[0]


def _bars(floor: Keys) -> Floats:
    """What a score must reach to be above the floor; a hair less, since sums in another order differ."""
    return bar_for(floor) * (1 - 4e-6)
