"""Texts as vectors in one space for all languages, with statistics frozen at the time of learning."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array, vstack
from sklearn.preprocessing import normalize
from sklearn.utils.extmath import randomized_svd
from threadpoolctl import threadpool_limits

from diaspora.matching.engine.glossary import Glossary
from diaspora.matching.engine.languages import TYPED_RUSSIAN, Detector
from diaspora.matching.engine.recipe import Recipe
from diaspora.matching.engine.records import Text
from diaspora.matching.engine.spelling import is_cyrillic
from diaspora.matching.engine.stems import terms_in
from diaspora.matching.engine.translator import Translator

Floats = NDArray[np.float64]
CONTEXT_FROM = 20_000
"""So many texts are enough to learn the context from; of more, a sample that depends on the texts alone."""


@dataclass(frozen=True)
class TextVectors:
    """Texts taken apart: weights [texts, terms] @ meanings [terms, columns] are vectors of length 1 or 0."""

    terms: Sequence[str]
    weights: csr_array
    meanings: csr_array

    @cached_property
    def vectors(self) -> csr_array:
        """[texts, columns]."""
        return _sorted(self.weights @ self.meanings)


class TermSpace:
    """The known terms, what they mean, and how rare each is.

    A term is a stem in a language. Its meaning is a row of length 1 at most over columns (translator.py). A
    text's vector is the sum of its terms' meanings, each times (1 + ln tf) * idf, brought to length 1. With n
    texts, of which df hold a column at least in part, idf = 1 + ln((1 + n) / (1 + df)); a term's is the mean
    over its meaning.
    The context of a text is its projection on the first singular vectors of all texts (latent semantic
    analysis; Deerwester et al., 1990), brought to length 1.
    Terms without any column are ignored.
    """

    def __init__(
        self,
        glossary: Glossary,
        recipe: Recipe,
        texts: int,
        columns: Sequence[str],
        terms: Sequence[str],
        meanings: csr_array,
        idf: Floats,
        components: Floats,
    ) -> None:
        """texts: how many were learned from.

        meanings: [terms, columns]; idf: [columns]; components: [columns, context].
        """
        self.glossary, self.recipe, self.texts = glossary, recipe, texts
        self.columns, self.terms = tuple(columns), tuple(terms)
        self.meanings, self.idf, self.components = meanings, idf, components
        self.term_at = {term: at for at, term in enumerate(self.terms)}
        self.counted: dict[tuple[str, str | None], Counter[str]] = {}  # texts read while learning
        self._translator = Translator(glossary, recipe, self.columns)
        self.language_of = lru_cache(maxsize=2**12)(self._language_of)
        self._detector = _detector(glossary)

    @classmethod
    def learn(cls, texts: Iterable[Text], glossary: Glossary, recipe: Recipe) -> "TermSpace":
        """The space of these texts. Equal texts count once; their order changes nothing."""
        distinct = {(text.body, text.language): text for text in texts if text.weight > 0}
        learned_from = [distinct[key] for key in sorted(distinct, key=lambda key: (key[0], key[1] or ""))]
        reader = cls(glossary, recipe, 0, (), (), csr_array((0, 0)), np.empty(0), np.empty((0, 0)))
        counts = [reader.counts(text) for text in learned_from]
        terms = sorted({term for count in counts for term in count})
        columns = reader._translator.columns_for(terms)
        meanings = Translator(glossary, recipe, columns).meanings(terms)
        unweighted = cls(
            glossary, recipe, len(counts), columns, terms, meanings, np.ones(len(columns)),
            np.empty((len(columns), 0))
        )  # fmt: skip
        held, _, _ = unweighted._matrix(counts)
        present = (held > 0).astype(np.float64) @ meanings.power(2)
        frequency = np.minimum(present.data, 1.0)
        df = np.bincount(present.indices, frequency, minlength=len(columns))
        idf = 1 + np.log((1 + len(counts)) / (1 + df))
        space = cls(glossary, recipe, len(counts), columns, terms, meanings, idf, np.empty((len(columns), 0)))
        space.counted = {
            (text.body, text.language): count for text, count in zip(learned_from, counts, strict=True)
        }
        space.components = _context(space, learned_from)
        return space

    @property
    def context_share(self) -> float:
        """The part of a score that is context; it grows with the number of texts."""
        return self.recipe.context_share * self.recipe.effect(self.texts) if self.components.shape[1] else 0.0

    def _language_of(self, body: str, stated: str | None) -> str:
        language = (stated or "").lower()[:2]
        if language == "ru" and not is_cyrillic(body):
            language = ""  # perhaps typed in Latin letters, perhaps a mistake: look
        return language or self._detector.detect(body)

    def counts(self, text: Text) -> Counter[str]:
        """How often each term of the text counts; a run of words that stood before does not count again."""
        if (text.body, text.language) in self.counted:
            return self.counted[text.body, text.language]
        found = [term for _, term in terms_in(text.body, self.language_of(text.body, text.language))]
        window = self.recipe.repeated_window
        seen: set[tuple[str, ...]] = set()
        counted: Counter[str] = Counter()
        for at, term in enumerate(found):
            run = tuple(found[at - window + 1 : at + 1]) if at + 1 >= window else None
            if run is None or run not in seen:
                counted[term] += 1
            if run is not None:
                seen.add(run)
        return counted

    def text_vectors(self, texts: Sequence[Text]) -> TextVectors:
        """The texts' vectors, taken apart by term. A row depends on its own text only."""
        held, terms, meanings = self._matrix([self.counts(text) for text in texts])
        held.data = 1 + np.log(held.data)
        held = held @ diags_array(meanings.power(2) @ self.idf) if held.nnz else held
        held = _sorted(held)
        lengths = np.sqrt(np.asarray((held @ meanings).power(2).sum(axis=1)).ravel())
        scale = np.divide(1.0, lengths, out=np.zeros_like(lengths), where=lengths > 0)
        return TextVectors(terms, _sorted(diags_array(scale) @ held) if len(texts) else held, meanings)

    def context(self, vectors: csr_array) -> Floats:
        """The texts' contexts, of length 1 or 0: [texts, context]."""
        if not (self.components.shape[1] and vectors.shape[0]):
            return np.zeros((vectors.shape[0], self.components.shape[1]))
        return normalize(vectors @ self.components)

    def _matrix(self, counts: Sequence[Counter[str]]) -> tuple[csr_array, Sequence[str], csr_array]:
        """Counts as [texts, terms], the terms, and their meanings; terms that are new get rows at the end."""
        new = sorted({term for count in counts for term in count if term not in self.term_at})
        at = self.term_at | {term: len(self.terms) + n for n, term in enumerate(new)} if new else self.term_at
        meanings = self.meanings
        if new:
            meanings = vstack([meanings, self._translator.meanings(new)], format="csr")
        rows = [sorted((at[term], count) for term, count in each.items()) for each in counts]
        starts = np.cumsum([0, *map(len, rows)])
        indices = np.array([term for row in rows for term, _ in row], dtype=np.int64)
        data = np.array([count for row in rows for _, count in row], dtype=np.float64)
        matrix = csr_array((data, indices, starts), shape=(len(counts), len(self.terms) + len(new)))
        return matrix, (*self.terms, *new), meanings


def _context(space: TermSpace, texts: Sequence[Text]) -> Floats:
    """Singular vectors of the texts' vectors: [columns, context]."""
    if len(texts) > CONTEXT_FROM:
        texts = sorted(texts, key=lambda text: _digest(text.body))[:CONTEXT_FROM]
    vectors = space.text_vectors(texts).vectors
    size = min(space.recipe.context_size, min(vectors.shape) - 1)
    if space.recipe.context_share == 0 or size < 1 or not vectors.nnz:
        return np.zeros((len(space.columns), 0))
    with threadpool_limits(1):  # sums in another order would give other last digits
        _, _, directions = randomized_svd(vectors, size, random_state=0)
    directions[np.abs(directions) < 1e-9] = 0.0  # what only rounding put there is no context
    return np.ascontiguousarray(directions.T)


def _digest(body: str) -> bytes:
    return hashlib.blake2b(body.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _sorted(matrix: csr_array) -> csr_array:
    """Sums run in one order, so equal pairs get equal scores bit by bit."""
    matrix = csr_array(matrix)
    matrix.sort_indices()
    return matrix


@lru_cache(maxsize=4)
def _detector(glossary: Glossary) -> Detector:
    return Detector(glossary)


def plain_language(language: str) -> str:
    """The language of a text, whatever it is typed with."""
    return "ru" if language == TYPED_RUSSIAN else language
