"""The matcher: learns from profiles and placements, scores pairs, ranks, explains, takes edits."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import NotFittedError

from diaspora.matching.engine import storage
from diaspora.matching.engine.collection import Collection, by_key
from diaspora.matching.engine.explanation import Explanation, explain_pair, is_thin
from diaspora.matching.engine.glossary import Glossary, own
from diaspora.matching.engine.lists import LEAST, both_ways, of_one
from diaspora.matching.engine.masks import Mask, list_mask, pair_mask
from diaspora.matching.engine.pooling import GROUPS, pool
from diaspora.matching.engine.recipe import Recipe
from diaspora.matching.engine.records import Record
from diaspora.matching.engine.standard import Standard, Vectors
from diaspora.matching.engine.stems import stemmed
from diaspora.matching.engine.suggestions import RankedLists, Scored, Suggestions, scored
from diaspora.matching.engine.term_space import TermSpace
from diaspora.matching.engine.tokens import terms

PROFILES, PLACEMENTS = 0, 1


class Matcher:
    """Scores how well profiles fit placements: 0 to 1, higher is better.

    A score is the product of the two records' vectors (TermSpace, pooling), each multiplied by a factor below
    1 for records that resemble everything (Standard). In a list, scores are also levelled between the
    languages of its candidates; where all have one language, a list's scores are those of `score_pairs`.

    thin_texts, thin_words: a profile with fewer texts or words is called thin in explanations.
    block_cells: pairs that `suggest` scores at a time; more need more memory and less time.
    glossary: further rows (English, Romanian, Russian), beside the engine's own.
    recipe: the numbers of the method; others than the product's are for measuring.

    After `fit`: `space_` (terms, what they mean and how rare they are), `standard_`, `profiles_`,
    `placements_` (collections), and the keys in row order as `profile_keys_`, `placement_keys_`.

    Every method but `fit` and `load` raises scikit-learn's NotFittedError before `fit`. Unknown keys raise
    KeyError naming the key. The same input gives the same output, whatever the order of the records.
    One thread at a time may use a matcher.
    """

    space_: TermSpace
    standard_: Standard
    profiles_: Collection
    placements_: Collection

    def __init__(
        self,
        *,
        thin_texts: int = 3,
        thin_words: int = 30,
        block_cells: int = 2**22,
        glossary: Sequence[tuple[str, str, str]] = (),
        recipe: Recipe | None = None,
    ) -> None:
        self.thin_texts = thin_texts
        self.thin_words = thin_words
        self.block_cells = block_cells
        self.glossary = glossary
        self.recipe = recipe or Recipe()

    def get_params(self) -> dict[str, object]:
        """All that decides the outcome beside the records: the constructor's parameters as plain values, the
        glossary (the engine's own and the rows given) as a digest."""
        return {
            "thin_texts": self.thin_texts,
            "thin_words": self.thin_words,
            "block_cells": self.block_cells,
            "glossary": self._whole_glossary().digest,
            "recipe": asdict(self.recipe),
        }

    def fit(self, profiles: Iterable[Record], placements: Iterable[Record]) -> "Matcher":
        """Learn terms and their rarity from all texts of both sides, and take the records in.

        Raises ValueError naming a key that comes twice on one side.
        """
        profiles = by_key("profile", profiles).values()
        placements = by_key("placement", placements).values()
        texts = [text for side in (profiles, placements) for record in side for text in record.texts]
        space = TermSpace.learn(texts, self._whole_glossary(), self.recipe)
        some, others = pool(space, profiles), pool(space, placements)
        space.counted.clear()
        standard = Standard.learn(self.recipe, self.recipe.effect(space.texts), some, others)
        self.profiles_ = Collection("profile", profiles, standard.apply(some, PROFILES))
        self.placements_ = Collection("placement", placements, standard.apply(others, PLACEMENTS))
        self.space_, self.standard_ = space, standard
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
        products = self.profiles_.rows.vectors.matrix[profile_rows].multiply(
            self.placements_.rows.vectors.matrix[placement_rows]
        )
        # the context may be a little below 0, and rounding a hair above 1
        scores: NDArray[np.float64] = np.clip(np.asarray(products.sum(axis=1)).ravel(), 0.0, 1.0)
        scores[scores < LEAST] = 0.0
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
        of_profiles, of_placements = both_ways(
            profiles.vectors,
            placements.vectors,
            k,
            (profiles.rank, placements.rank),
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
        return explain_pair(
            self.space_,
            (self.profiles_.record(profile_key), self.placements_.record(placement_key)),
            (self.profiles_.vector(profile_key), self.placements_.vector(placement_key)),
            self.profiles_.rows.frequency,
            top,
            is_thin(self.profiles_.record(profile_key), self.thin_texts, self.thin_words),
        )

    def profile_frequency(self, word: str) -> int:
        """How many profiles hold this word, in whatever form; 0 for words unknown at the last `fit`.

        A word that several languages have is counted in the one in which most profiles hold it.
        """
        self._check_fitted()
        found = {stemmed(folded, language) for folded in terms(word) for language in GROUPS}
        places = [self.space_.term_at[term] for term in found if term in self.space_.term_at]
        return max((int(self.profiles_.rows.frequency[place]) for place in places), default=0)

    def upsert_profile(self, record: Record) -> None:
        """Add or replace a profile. Terms and idf stay as `fit` learned them; other words are ignored."""
        self._check_fitted()
        self.profiles_.upsert(record, self._vectors(record, PROFILES))

    def remove_profile(self, key: Hashable) -> None:
        """Take a profile out; terms and idf stay as `fit` learned them."""
        self._check_fitted()
        self.profiles_.remove(key)

    def upsert_placement(self, record: Record) -> None:
        """Add or replace a placement. Terms and idf stay as `fit` learned them; other words are ignored."""
        self._check_fitted()
        self.placements_.upsert(record, self._vectors(record, PLACEMENTS))

    def remove_placement(self, key: Hashable) -> None:
        """Take a placement out; terms and idf stay as `fit` learned them."""
        self._check_fitted()
        self.placements_.remove(key)

    def save(self, path: str | Path) -> None:
        """Write everything learned, the records' texts included, to one file.

        Keys must be str, int or UUID: TypeError naming the key otherwise, and nothing is written.
        """
        self._check_fitted()
        parameters = {
            "thin_texts": self.thin_texts,
            "thin_words": self.thin_words,
            "block_cells": self.block_cells,
            "recipe": asdict(self.recipe),
        }
        learned = storage.Learned(parameters, self.space_, self.standard_, self.profiles_, self.placements_)
        storage.write(Path(path), learned)

    @classmethod
    def load(cls, path: str | Path) -> "Matcher":
        """The matcher that `save` wrote. Runs no code from the file.

        It keeps the glossary with which it was fitted; another `fit` takes the engine's own anew.
        Raises EngineFileError when the file is damaged, no engine file, or of an unknown version.
        """
        learned = storage.read(Path(path))
        try:
            matcher = cls(**learned.parameters | {"recipe": learned.space.recipe})
        except TypeError as error:
            raise storage.EngineFileError(f"{path} holds unknown parameters: {error}") from error
        matcher.space_, matcher.standard_ = learned.space, learned.standard
        matcher.profiles_, matcher.placements_ = learned.profiles, learned.placements
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
            row, one = None, self._vectors(record_or_key, PROFILES if side is self.profiles_ else PLACEMENTS)
        else:
            row, one = side.row(record_or_key), side.vector(record_or_key)
        mask = list_mask(allowed, row, (len(side.records), len(others.records)))
        return scored(of_one(one, others.rows.vectors, k, others.rows.rank, mask), others.rows.keys)

    def _vectors(self, record: Record, side: int) -> Vectors:
        return self.standard_.apply(pool(self.space_, [record]), side)

    def _whole_glossary(self) -> Glossary:
        return Glossary.of([*own().rows, *self.glossary]) if self.glossary else own()

    def _check_fitted(self) -> None:
        if not hasattr(self, "space_"):
            raise NotFittedError("this Matcher has not learned anything yet: call fit first")


def _check_k(k: int) -> None:
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
