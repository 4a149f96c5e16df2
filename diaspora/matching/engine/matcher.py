"""The matcher: learns from profiles and placements, scores pairs, ranks, explains, takes edits."""

from collections.abc import Hashable, Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import NotFittedError

from diaspora.matching.engine import storage
from diaspora.matching.engine.collection import Collection, by_key
from diaspora.matching.engine.explanation import Explanation, explain_pair, is_thin
from diaspora.matching.engine.masks import Mask, list_mask, pair_mask
from diaspora.matching.engine.records import Record
from diaspora.matching.engine.suggestions import RankedLists, Scored, Suggestions, scored
from diaspora.matching.engine.term_space import TermSpace
from diaspora.matching.engine.tokens import term_of
from diaspora.matching.engine.top_pairs import best_both_ways, best_of_one


class Matcher:
    """Scores how well profiles fit placements by the cosine of their TF-IDF vectors (see TermSpace): 0 to 1.

    thin_texts, thin_words: a profile with fewer texts or words is called thin in explanations.
    block_cells: pairs that `suggest` scores at a time; more need more memory and less time.

    After `fit`: `space_` (terms and their idf), `profiles_`, `placements_` (collections), and the keys
    in row order as `profile_keys_`, `placement_keys_`.

    Every method but `fit` and `load` raises scikit-learn's NotFittedError before `fit`. Unknown keys raise
    KeyError naming the key. The same input gives the same output, whatever the order of the records.
    One thread at a time may use a matcher.
    """

    space_: TermSpace
    profiles_: Collection
    placements_: Collection

    def __init__(self, *, thin_texts: int = 3, thin_words: int = 30, block_cells: int = 2**22) -> None:
        self.thin_texts = thin_texts
        self.thin_words = thin_words
        self.block_cells = block_cells

    def get_params(self) -> dict[str, int]:
        """The constructor's parameters, as in scikit-learn."""
        return {"thin_texts": self.thin_texts, "thin_words": self.thin_words, "block_cells": self.block_cells}

    def fit(self, profiles: Iterable[Record], placements: Iterable[Record]) -> "Matcher":
        """Learn terms and their rarity from all texts of both sides, and take the records in.

        Raises ValueError naming a key that comes twice on one side.
        """
        profiles = by_key("profile", profiles).values()
        placements = by_key("placement", placements).values()
        space = TermSpace.learn(
            [text for side in (profiles, placements) for record in side for text in record.texts]
        )
        self.profiles_ = Collection("profile", profiles, space.record_vectors(profiles))
        self.placements_ = Collection("placement", placements, space.record_vectors(placements))
        self.space_ = space
        return self

    @property
    def profile_keys_(self) -> tuple[Hashable, ...]:
        """The profiles' keys in the order of a mask's rows: order of arrival, edits in place."""
        self._check_fitted()
        return self.profiles_.rows.keys

    @property
    def placement_keys_(self) -> tuple[Hashable, ...]:
        """The placements' keys in the order of a mask's columns: order of arrival, edits in place."""
        self._check_fitted()
        return self.placements_.rows.keys

    def score_pairs(self, pairs: Sequence[tuple[Hashable, Hashable]]) -> NDArray[np.float64]:
        """The score, 0 to 1, of each pair (profile key, placement key): [pairs]."""
        self._check_fitted()
        profile_rows = np.array([self.profiles_.row(profile) for profile, _ in pairs], dtype=np.intp)
        placement_rows = np.array([self.placements_.row(placement) for _, placement in pairs], dtype=np.intp)
        products = self.profiles_.rows.vectors[profile_rows].multiply(
            self.placements_.rows.vectors[placement_rows]
        )
        scores: NDArray[np.float64] = np.minimum(products.sum(axis=1), 1.0)  # rounding may exceed 1 by a hair
        return scores

    def suggest(self, k: int = 20, allowed: Mask | None = None) -> Suggestions:
        """The k best placements of every profile and the k best profiles of every placement, exactly.

        Lists are best first, ties (scores equal to 1e-6 relative) in the order of keys; 0 is no match.
        allowed: truth values [profiles, placements] in the order of `profile_keys_` and `placement_keys_`,
        as a CSR matrix or an array; pairs outside are left out. Raises ValueError for another shape or k < 1.
        """
        self._check_fitted()
        _check_k(k)
        profiles, placements = self.profiles_.rows, self.placements_.rows
        of_profiles, of_placements = best_both_ways(
            profiles.vectors,
            placements.vectors,
            k,
            profiles.rank,
            placements.rank,
            pair_mask(allowed, (len(profiles.keys), len(placements.keys))),
            self.block_cells,
        )
        return Suggestions(
            placements_for=RankedLists(profiles.keys, placements.keys, of_profiles),
            profiles_for=RankedLists(placements.keys, profiles.keys, of_placements),
        )

    def placements_for(
        self, record_or_key: Record | Hashable, k: int = 20, allowed: Mask | None = None
    ) -> list[Scored]:
        """The k best placements for a profile of the corpus (its key) or any other (a Record); see `suggest`.

        allowed: truth values [placements], or [profiles, placements] when a key is given.
        """
        self._check_fitted()
        return self._ranked(self.profiles_, self.placements_, record_or_key, k, allowed)

    def profiles_for(
        self, record_or_key: Record | Hashable, k: int = 20, allowed: Mask | None = None
    ) -> list[Scored]:
        """The k best profiles for a placement of the corpus (its key) or any other (a Record); see `suggest`.

        allowed: truth values [profiles], or [profiles, placements] when a key is given.
        """
        self._check_fitted()
        turned = None if allowed is None else allowed.T
        return self._ranked(self.placements_, self.profiles_, record_or_key, k, turned)

    def explain(self, profile_key: Hashable, placement_key: Hashable, top: int = 12) -> Explanation:
        """Why the pair has its score: at most `top` shared, `top` missing terms. ValueError for top < 0."""
        self._check_fitted()
        if top < 0:
            raise ValueError(f"top must not be negative, not {top}")
        profile, placement = self.profiles_.record(profile_key), self.placements_.record(placement_key)
        return explain_pair(
            profile,
            placement,
            self.profiles_.vector(profile_key),
            self.placements_.vector(placement_key),
            self.profiles_.rows.frequency,
            self.space_,
            top,
            is_thin(profile, self.thin_texts, self.thin_words),
        )

    def profile_frequency(self, word: str) -> int:
        """How many profiles hold this word, in whatever spelling; 0 for words unknown at the last `fit`."""
        self._check_fitted()
        column = self.space_.column_of.get(term_of(word))
        return 0 if column is None else int(self.profiles_.rows.frequency[column])

    def upsert_profile(self, record: Record) -> None:
        """Add or replace a profile. Terms and idf stay as `fit` learned them; other words are ignored."""
        self._check_fitted()
        self.profiles_.upsert(record, self.space_.record_vectors([record]))

    def remove_profile(self, key: Hashable) -> None:
        """Take a profile out; terms and idf stay as `fit` learned them."""
        self._check_fitted()
        self.profiles_.remove(key)

    def upsert_placement(self, record: Record) -> None:
        """Add or replace a placement. Terms and idf stay as `fit` learned them; other words are ignored."""
        self._check_fitted()
        self.placements_.upsert(record, self.space_.record_vectors([record]))

    def remove_placement(self, key: Hashable) -> None:
        """Take a placement out; terms and idf stay as `fit` learned them."""
        self._check_fitted()
        self.placements_.remove(key)

    def save(self, path: str | Path) -> None:
        """Write everything learned, the records' texts included, to one file.

        Keys must be str, int or UUID: TypeError naming the key otherwise, and nothing is written.
        """
        self._check_fitted()
        storage.write(
            Path(path), storage.Learned(self.get_params(), self.space_, self.profiles_, self.placements_)
        )

    @classmethod
    def load(cls, path: str | Path) -> "Matcher":
        """The matcher that `save` wrote. Runs no code from the file.

        Raises EngineFileError when the file is damaged, no engine file, or of an unknown version.
        """
        learned = storage.read(Path(path))
        try:
            matcher = cls(**learned.parameters)
        except TypeError as error:
            raise storage.EngineFileError(f"{path} holds unknown parameters: {error}") from error
        matcher.space_, matcher.profiles_, matcher.placements_ = (
            learned.space,
            learned.profiles,
            learned.placements,
        )
        return matcher

    def _ranked(
        self,
        side: Collection,
        others: Collection,
        record_or_key: Record | Hashable,
        k: int,
        allowed: Mask | None,
    ) -> list[Scored]:
        _check_k(k)
        if isinstance(record_or_key, Record):
            row, vector = None, self.space_.record_vectors([record_or_key]).toarray()[0]
        else:
            row, vector = side.row(record_or_key), side.vector(record_or_key)
        shape = (len(side.records), len(others.records))
        scores = others.rows.vectors @ vector
        best = best_of_one(scores, k, others.rows.rank, list_mask(allowed, row, shape))
        return scored(best, others.rows.keys)

    def _check_fitted(self) -> None:
        if not hasattr(self, "space_"):
            raise NotFittedError("this Matcher has not learned anything yet: call fit first")


def _check_k(k: int) -> None:
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
