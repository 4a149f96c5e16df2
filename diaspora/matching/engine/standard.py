"""Scores made comparable: records that resemble everything count less, and no language is favoured in a list.

Both are learned from a fixed sample of each side, so that an edit needs no other record.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array, vstack

from diaspora.matching.engine.pooling import GROUPS, Pooled
from diaspora.matching.engine.recipe import Recipe

Floats = NDArray[np.float64]
SAMPLED = 256
"""Records of each language in a sample."""
NEAREST = 10
TAIL = 0.02
"""The share of a language's best scores by whose mean it is levelled: the part of a list that people see."""
ENOUGH = 6
"""A language of so many sampled records is levelled by half; of fewer, less."""
BLOCK = 2048


@dataclass(frozen=True)
class Vectors:
    """Records ready to be scored. The product of two rows of `matrix` is the score.

    matrix: [records, columns + context]; group: the language of each, a place in GROUPS;
    levels: [records, GROUPS], by which a list's scores for candidates of each language are multiplied;
    factor: [records], by which `matrix` was multiplied; held: [records, terms].
    """

    matrix: csr_array
    group: NDArray[np.intp]
    levels: Floats
    factor: Floats
    held: csr_array

    def __getitem__(self, rows: NDArray[np.intp]) -> "Vectors":
        return Vectors(
            self.matrix[rows], self.group[rows], self.levels[rows], self.factor[rows], self.held[rows]
        )

    @classmethod
    def joined(cls, parts: Sequence["Vectors"]) -> "Vectors":
        """All rows, in their order."""
        return cls(
            csr_array(vstack([part.matrix for part in parts], format="csr")),
            np.concatenate([part.group for part in parts]),
            np.concatenate([part.levels for part in parts]),
            np.concatenate([part.factor for part in parts]),
            csr_array(vstack([part.held for part in parts], format="csr")),
        )


@dataclass(frozen=True)
class Sample:
    """Some records of one side. `usual` is the median nearness of the *other* side's sample to this one."""

    matrix: csr_array
    group: NDArray[np.intp]
    factor: Floats
    usual: float

    @classmethod
    def drawn(cls, pooled: Pooled) -> "Sample":
        """Up to SAMPLED records of each language, which depend on the records alone and not on their
        order."""
        nearly = np.round(pooled.matrix.data, 9)
        marks = [
            hashlib.blake2b(
                pooled.matrix.indices[a:b].astype(np.int64).tobytes() + nearly[a:b].tobytes(), digest_size=16
            ).digest()
            for a, b in pairwise(pooled.matrix.indptr.tolist())
        ]
        drawn: list[int] = []
        for group in np.unique(pooled.group):
            filled = np.flatnonzero((pooled.group == group) & (np.diff(pooled.matrix.indptr) > 0)).tolist()
            drawn += sorted(filled, key=marks.__getitem__)[:SAMPLED]
        rows = np.array(drawn, dtype=np.intp)
        return cls(pooled.matrix[rows], pooled.group[rows], np.ones(len(rows)), 0.0)


class Standard:
    """What `fit` learned about scores: a sample of the profiles and one of the placements.

    Nearness of a record: the mean of its ten best raw scores with the other side's sample. Its row is
    multiplied by (u / (u + nearness)) ** (hubness * effect), u the usual nearness: after the local scaling of
    Radovanović et al. (2010, "Hubs in space") and CSLS (Conneau et al., 2018), here as a factor, so that
    nothing in common stays nothing.
    Level of a record for candidates of a language: its mean best score there (the upper TAIL), drawn towards
    the mean over languages where the sample is small. A list multiplies scores by lowest level / level.
    """

    def __init__(self, recipe: Recipe, effect: float, samples: Sequence[Sample]) -> None:
        """effect: how much the corpus allows, 0 to 1; samples: of the profiles, of the placements."""
        self.recipe, self.effect, self.samples = recipe, effect, tuple(samples)

    @classmethod
    def learn(cls, recipe: Recipe, effect: float, profiles: Pooled, placements: Pooled) -> "Standard":
        """From all records of both sides."""
        drawn = [Sample.drawn(side) for side in (profiles, placements)]
        usual = [_median(_nearness(drawn[1 - side].matrix, drawn[side].matrix)) for side in (0, 1)]
        samples = [Sample(s.matrix, s.group, s.factor, u) for s, u in zip(drawn, usual, strict=True)]
        plain = cls(recipe, effect, samples)
        return cls(
            recipe,
            effect,
            [
                Sample(s.matrix, s.group, plain._factor(s.matrix, side), s.usual)
                for side, s in enumerate(samples)
            ],
        )

    def apply(self, pooled: Pooled, side: int) -> Vectors:
        """Records of side 0 (profiles) or 1 (placements), standardised. A row depends on its own
        record only."""
        factor = self._factor(pooled.matrix, side)
        matrix = csr_array(diags_array(factor) @ pooled.matrix) if len(factor) else pooled.matrix
        matrix.sort_indices()
        return Vectors(matrix, pooled.group, self._levels(pooled.matrix, side), factor, pooled.held)

    def _factor(self, matrix: csr_array, side: int) -> Floats:
        other = self.samples[1 - side]
        if not (other.usual and self.recipe.hubness):
            return np.ones(matrix.shape[0])
        near = _nearness(matrix, other.matrix)
        return (other.usual / (other.usual + near)) ** (self.recipe.hubness * self.effect)

    def _levels(self, matrix: csr_array, side: int) -> Floats:
        other = self.samples[1 - side]
        levels = np.ones((matrix.shape[0], len(GROUPS)))
        present = np.unique(other.group)
        if len(present) < 2 or not self.recipe.standardise:
            return levels
        for start in range(0, matrix.shape[0], BLOCK):
            rows = slice(start, start + BLOCK)
            scores = (matrix[rows] @ other.matrix.T).toarray() * other.factor
            tails = np.zeros((scores.shape[0], len(GROUPS)))
            counts = np.zeros(len(GROUPS))
            for group in present:
                chosen = scores[:, other.group == group]
                counts[group] = chosen.shape[1]
                tails[:, group] = _best_mean(chosen, max(3, round(TAIL * chosen.shape[1])))
            common = (tails @ counts / counts.sum())[:, np.newaxis]
            drawn = (counts * tails + ENOUGH * common) / (counts + ENOUGH)
            drawn = np.maximum(drawn, common / 20)  # a language without any link must not silence the others
            lowest = drawn[:, present].min(axis=1, keepdims=True)
            levels[rows] = np.divide(lowest, drawn, out=np.ones_like(drawn), where=drawn > 0)
        # rounded: the last digits of products depend on how many rows are multiplied at once
        rounded: Floats = np.minimum(levels, 1.0).round(9)
        return rounded


def _nearness(matrix: csr_array, sample: csr_array) -> Floats:
    found = np.zeros(matrix.shape[0])
    for start in range(0, matrix.shape[0], BLOCK):
        rows = slice(start, start + BLOCK)
        found[rows] = np.maximum(0.0, _best_mean((matrix[rows] @ sample.T).toarray(), NEAREST))
    return found


def _best_mean(scores: Floats, most: int) -> Floats:
    """The mean of each row's best `most` scores, or of all when there are fewer."""
    most = min(most, scores.shape[1])
    if not most:
        return np.zeros(scores.shape[0])
    best = np.sort(np.partition(scores, scores.shape[1] - most, axis=1)[:, scores.shape[1] - most :], axis=1)
    means: Floats = np.maximum(best, 0.0).mean(axis=1)
    return means


def _median(values: Floats) -> float:
    return float(np.median(values)) if len(values) else 0.0
