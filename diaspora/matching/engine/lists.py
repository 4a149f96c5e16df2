"""Ranked lists in which each candidate language is levelled: exact, and without all scores at once.

Inside one list and one language all scores are multiplied by the same number, so the best k of each language
are found in the plain product, and the best k of all are among them.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from diaspora.matching.engine.standard import Vectors
from diaspora.matching.engine.top_pairs import Pairs, best_both_ways, best_of_one, strongest

Indices = NDArray[np.intp]
LEAST = 1e-12
"""A smaller score is what rounding left of nothing."""


def both_ways(
    left: Vectors,
    right: Vectors,
    k: int,
    ranks: tuple[Indices, Indices],
    allowed: csr_array | None,
    block_cells: int,
) -> tuple[Pairs, Pairs]:
    """The k best of every left record, and of every right one. ranks: by which ties are broken, left
    and right."""
    of_left, of_right = [Pairs.joined([])], [Pairs.joined([])]
    for rows in _by_group(left):
        for columns in _by_group(right):
            mask = allowed
            if mask is not None and (len(rows), len(columns)) != mask.shape:
                mask = mask[rows][:, columns]
            forth, back = best_both_ways(
                left.matrix[rows],
                right.matrix[columns],
                k,
                ranks[0][rows],
                ranks[1][columns],
                mask,
                block_cells,
            )
            of_left.append(_placed(forth, rows, columns, left, right))
            of_right.append(_placed(back, columns, rows, right, left))
    return strongest(Pairs.joined(of_left), k, ranks[1]), strongest(Pairs.joined(of_right), k, ranks[0])


def of_one(one: Vectors, others: Vectors, k: int, rank: Indices, allowed: NDArray[np.bool_] | None) -> Pairs:
    """The k best for one record, under the same rules."""
    scores = others.matrix @ one.matrix.toarray()[0]
    found = [Pairs.joined([])]
    for columns in _by_group(others):
        mask = None if allowed is None else allowed[columns]
        best = best_of_one(scores[columns], k, rank[columns], mask)
        found.append(_placed(best, np.zeros(1, dtype=np.intp), columns, one, others))
    return strongest(Pairs.joined(found), k, rank)


def _placed(pairs: Pairs, rows: Indices, columns: Indices, queries: Vectors, candidates: Vectors) -> Pairs:
    """The pairs with their places in the whole, and their scores levelled."""
    pairs = pairs[pairs.scores >= LEAST]
    if not len(pairs.rows):
        return Pairs.joined([])
    row, column = rows[pairs.rows], columns[pairs.columns]
    return Pairs(row, column, pairs.scores * queries.levels[row, candidates.group[column]])


def _by_group(vectors: Vectors) -> list[Indices]:
    return [np.flatnonzero(vectors.group == group) for group in np.unique(vectors.group)]
