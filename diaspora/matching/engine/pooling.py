"""Records as vectors: texts pooled so that no single one, however long, odd or often repeated, decides."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array, hstack

from diaspora.matching.engine.languages import LANGUAGES, shares
from diaspora.matching.engine.recipe import Recipe
from diaspora.matching.engine.records import Record, Text
from diaspora.matching.engine.term_space import TermSpace, plain_language

Floats = NDArray[np.float64]
GROUPS = (*LANGUAGES, "other")
"""Languages inside which lists are standardised; a record belongs to the one it is mostly written in."""
ALIKE = 8
"""Power of the cosine at which texts of a record count as repeating each other: .9 counts .43, .7
counts .06."""


@dataclass(frozen=True)
class Pooled:
    """Records before standardisation: words and context side by side [records, columns + context]; a language
    group of each; and which terms each holds [records, terms]."""

    matrix: csr_array
    group: NDArray[np.intp]
    held: csr_array


def pool(space: TermSpace, records: Iterable[Record]) -> Pooled:
    """One row a record, which depends on that record only."""
    records = list(records)
    texts = [text for record in records for text in record.texts]
    parts = space.text_vectors(texts)
    starts = np.cumsum([0, *(len(record.texts) for record in records)])
    weights = text_weights(space.recipe, texts, starts, parts.weights, parts.vectors)
    averaging = csr_array((weights, np.arange(len(texts)), starts), shape=(len(records), len(texts)))
    share = space.context_share
    matrix = hstack(
        [
            np.sqrt(1 - share) * _shortened(averaging @ parts.vectors, space.recipe),
            np.sqrt(share) * _shortened(averaging @ csr_array(space.context(parts.vectors)), space.recipe),
        ],
        format="csr",
    )
    matrix.sort_indices()
    known = parts.weights[:, : len(space.terms)]
    held = averaging @ known if len(records) else csr_array((0, len(space.terms)))
    return Pooled(csr_array(matrix), _groups(space, records), csr_array(held > 0))


def coefficients(space: TermSpace, record: Record) -> tuple[Sequence[str], csr_array, csr_array]:
    """Terms, [texts, terms] and [terms, columns], whose product's rows add up to the record's words in
    `pool`."""
    parts = space.text_vectors(record.texts)
    starts = np.array([0, len(record.texts)])
    weights = text_weights(space.recipe, record.texts, starts, parts.weights, parts.vectors)
    whole = csr_array(weights[np.newaxis]) @ parts.vectors
    length = float(_lengths(whole)[0]) if len(record.texts) else 0.0
    scale = np.sqrt(1 - space.context_share) * _length_factor(np.array([length]), space.recipe)[0]
    return parts.terms, csr_array(diags_array(weights * scale) @ parts.weights), parts.meanings


def text_weights(
    recipe: Recipe, texts: Sequence[Text], starts: NDArray[np.intp], terms: csr_array, vectors: csr_array
) -> Floats:
    """Each text's share in its record; a record's shares add up to 1 (or 0 when nothing counts).

    A share is the text's own weight * n / (n + short_text) * min(1, sqrt(long_text / n)) for n different
    terms, divided by the sum of its cosines to the power 8 with the record's texts: so repeated texts
    together weigh as one.
    """
    n = np.diff(terms.indptr)
    weights = n / (n + recipe.short_text) * np.sqrt(np.minimum(1.0, recipe.long_text / np.maximum(n, 1)))
    stated = np.array([text.weight for text in texts], dtype=np.float64)
    for begin, end in pairwise(starts.tolist()):
        own = slice(begin, end)
        if not stated[own].any():
            weights[own] = 0.0
            continue
        weights[own] *= (
            stated[own] / stated[own].max()
        )  # only proportions matter; huge weights must not overflow
        if end - begin > 1:
            counting = (stated[own] > 0).astype(np.float64)
            alike = np.clip((vectors[own] @ vectors[own].T).toarray(), 0.0, 1.0) ** ALIKE
            weights[own] /= np.maximum(1.0, alike @ counting)
        whole = weights[own].sum()
        weights[own] = weights[own] / whole if whole else 0.0
    return weights


def _shortened(means: csr_array, recipe: Recipe) -> csr_array:
    """The means divided by a power of their length; a record of one text keeps length 1."""
    return (
        csr_array(diags_array(_length_factor(_lengths(means), recipe)) @ means) if means.shape[0] else means
    )


def _length_factor(lengths: Floats, recipe: Recipe) -> Floats:
    return np.where(lengths > 0, np.maximum(lengths, 1e-300) ** -recipe.length_share, 0.0)


def _lengths(rows: csr_array) -> Floats:
    return np.sqrt(np.asarray(rows.power(2).sum(axis=1)).ravel())


def _groups(space: TermSpace, records: Sequence[Record]) -> NDArray[np.intp]:
    found = []
    for record in records:
        texts = [text for text in record.texts if text.weight > 0 and text.body.strip()]
        spoken = [plain_language(space.language_of(text.body, text.language)) for text in texts]
        language = shares(spoken, [text.weight * min(len(text.body), 2000) for text in texts])
        found.append(GROUPS.index(language if language in GROUPS else "other"))
    return np.array(found, dtype=np.intp)
