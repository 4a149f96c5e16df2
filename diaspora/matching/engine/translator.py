"""From terms of any language to the columns of the common space: translations, relatives, look-alikes.

Columns are English stems and, for terms that no entry of the glossary translates, stems of their own.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array
from sklearn.preprocessing import normalize

from diaspora.matching.engine.glossary import Glossary
from diaspora.matching.engine.recipe import Recipe
from diaspora.matching.engine.stems import stems_of
from diaspora.matching.engine.translation import Cognates, Weighted, learn_table

TRANSLATED = ("ro", "ru")
RELATIVES_KNOWN, RELATIVES_UNKNOWN = 0.5, 2.0
"""How much the translations of words like it weigh for a term with translations of its own, and without."""
LIKE_KNOWN, LIKE_UNKNOWN = 0.3, 1.0
"""How much a column that looks like a translation weighs: a stem of the glossary, and any other."""
LOOKS_KNOWN, LOOKS_UNKNOWN = 0.5, 1.0
"""How much the columns weigh that look like a term itself: one with translations, and one without."""


class Translator:
    """Meanings of terms, given the columns that there are.

    The meaning of an English term is the column of its stem. Any other term's has, in this order:
    - the columns of its likeliest translations, together of length 1, or else a column of its own;
    - translations of the five terms of the glossary, in its language, that look most like it, each times
      the square of the cosine: so the glossary's «труба» serves for «трубный» too;
    - columns that look like these translations: so "lamp" serves for "lamppost";
    - columns that look like the term itself, in whatever language.
    The whole is a row of length 1, or less where a term meets others only by its looks.
    """

    def __init__(self, glossary: Glossary, recipe: Recipe, columns: Sequence[str]) -> None:
        self._glossary = glossary
        self._table = _table(glossary) if recipe.translate else {}
        self._english = _english(glossary) if recipe.translate else frozenset()
        self._columns = columns
        self._column_of = {column: at for at, column in enumerate(columns)}
        self._use_looks = recipe.cognates

    def columns_for(self, terms: Iterable[str]) -> list[str]:
        """The columns that these terms need, and those of all English stems of the glossary."""
        needed = set(self._english)
        for term in terms:
            needed.update(stem for stem, _ in self._table.get(term, [(term.partition(":")[2], 1.0)]))
        return sorted(needed)

    def meanings(self, terms: Sequence[str]) -> csr_array:
        """One row of length 1 or less a term, 0 where nothing is known: [terms, columns]."""
        stems = [term.partition(":")[2] for term in terms]
        known = np.array([term in self._table for term in terms], dtype=np.bool_)
        foreign = np.array([not term.startswith("en:") for term in terms], dtype=np.bool_)
        own = self._rows(
            [[] if term in self._table else [(s, 1.0)] for term, s in zip(terms, stems, strict=True)]
        )
        translated = self._translations(terms)
        named = np.diff((own + translated).indptr) > 0
        if self._use_looks and self._columns and terms:
            translated = translated + self._of_relatives(terms, known)
            translated = translated + translated @ self._like(translated)
            looking = np.flatnonzero(foreign | ~named)
            weights = np.where(known[looking], LOOKS_KNOWN, LOOKS_UNKNOWN)
            looks = self._looks.of([stems[at] for at in looking])
            own = own + _placed(looking, weights, len(terms)) @ looks
        found = csr_array(own + translated)
        found.eliminate_zeros()
        # A word that merely looks like others is not brought up to length 1: it counts as little as it
        # does so.
        lengths = np.sqrt(np.asarray(found.power(2).sum(axis=1)).ravel())
        lengths = np.where(named & (lengths > 0), lengths, np.maximum(lengths, 1.0))
        found = csr_array(diags_array(1 / lengths) @ found) if len(terms) else found
        found.sort_indices()
        return found

    @cached_property
    def _looks(self) -> Cognates:
        return Cognates(self._columns)

    @cached_property
    def _table_rows(self) -> dict[str, csr_array]:
        """The translations of all terms of the glossary, by language: [terms of `_relatives`, columns]."""
        relatives = _relatives(self._glossary)
        return {
            language: self._translations([f"{language}:{stem}" for stem in relatives[language][0]])
            for language in TRANSLATED
        }

    def _translations(self, terms: Sequence[str]) -> csr_array:
        """The likeliest translations, together of length 1: [terms, columns]."""
        rows = self._rows([self._table.get(term, []) for term in terms])
        return normalize(rows) if rows.nnz else rows

    def _of_relatives(self, terms: Sequence[str], known: NDArray[np.bool_]) -> csr_array:
        """What like-looking terms of the same language mean: [terms, columns]."""
        found = csr_array((len(terms), len(self._columns)))
        for language in TRANSLATED if self._table else ():
            asked = np.array(
                [at for at, term in enumerate(terms) if term.startswith(f"{language}:")], np.intp
            )
            stems, looks = _relatives(self._glossary)[language]
            near = looks.of([terms[at].partition(":")[2] for at in asked])
            itself = np.array([terms[at].partition(":")[2] for at in asked], dtype=np.str_)
            alike = near.data**2
            alike[np.array(stems, dtype=np.str_)[near.indices] == np.repeat(itself, np.diff(near.indptr))] = (
                0.0
            )
            near.data = alike
            weights = np.where(known[asked], RELATIVES_KNOWN, RELATIVES_UNKNOWN)
            found = found + _placed(asked, weights, len(terms)) @ (near @ self._table_rows[language])
        return csr_array(found)

    def _like(self, translated: csr_array) -> csr_array:
        """For each column used, others that look like it: [columns, columns]."""
        used = np.unique(translated.indices)
        near = self._looks.of([self._columns[at] for at in used])
        in_glossary = np.array([column in self._english for column in self._columns], dtype=np.bool_)
        near.data *= np.where(in_glossary[near.indices], LIKE_KNOWN, LIKE_UNKNOWN)
        near.data[near.indices == np.repeat(used, np.diff(near.indptr))] = 0.0
        return _placed(used, np.ones(len(used)), len(self._columns)) @ near

    def _rows(self, weighted: Sequence[Weighted]) -> csr_array:
        """Stems with weights, of which those that are columns count: [rows, columns]."""
        cells = [
            (row, self._column_of[stem], weight)
            for row, found in enumerate(weighted)
            for stem, weight in found
            if stem in self._column_of
        ]
        rows, columns, weights = zip(*cells, strict=True) if cells else ((), (), ())
        return csr_array(
            (np.array(weights, np.float64), (np.array(rows, np.intp), np.array(columns, np.intp))),
            shape=(len(weighted), len(self._columns)),
        )


def _placed(places: NDArray[np.intp], weights: NDArray[np.float64], rows: int) -> csr_array:
    """A matrix that puts row i of another, times `weights[i]`, at `places[i]` of `rows`."""
    return csr_array((weights, (places, np.arange(len(places)))), shape=(rows, len(places)))


@lru_cache(maxsize=4)
def _table(glossary: Glossary) -> dict[str, Weighted]:
    return learn_table(glossary)


@lru_cache(maxsize=4)
def _relatives(glossary: Glossary) -> dict[str, tuple[list[str], Cognates]]:
    """By language, the stems that the table translates, and what finds those that look like a word."""
    found = {}
    for language in TRANSLATED:
        stems = sorted(term[3:] for term in _table(glossary) if term.startswith(f"{language}:"))
        found[language] = (stems, Cognates(stems))
    return found


@lru_cache(maxsize=4)
def _english(glossary: Glossary) -> frozenset[str]:
    return frozenset(stem for phrase in glossary.phrases("en") for stem in stems_of(phrase, "en"))
