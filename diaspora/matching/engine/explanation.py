"""Why a pair has its score: in words that stand in the two records, and in shares of the profile's texts."""

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array

from diaspora.matching.engine.pooling import coefficients
from diaspora.matching.engine.records import Record
from diaspora.matching.engine.standard import Vectors
from diaspora.matching.engine.stems import terms_in
from diaspora.matching.engine.term_space import TermSpace
from diaspora.matching.engine.tokens import terms
from diaspora.matching.engine.top_pairs import comparable

REMEMBERED = 1024
"""Records whose words are kept at hand: a run explains a record's pairs one after the other."""

LACKING = 0.1
"""A profile lacks a term when it brings under this share of what it would bring at the placement's weight."""


class SharedTerm(NamedTuple):
    """A term of each record, as written there most often, and the part of the score that the two bring."""

    in_profile: str
    in_placement: str
    contribution: float


class Item(NamedTuple):
    """One of the profile's texts: its field, its place among them (from 0), its part of the score."""

    field: str
    number: int
    contribution: float


class MissingTerm(NamedTuple):
    """A term the profile lacks, as the placement writes it, and what the score would gain by it."""

    in_placement: str
    gain: float


@dataclass(frozen=True)
class Explanation:
    """The score of one pair, taken apart. All parts are in units of the score.

    lexical: the part that pairs of terms bring; the contributions of `terms` and `rest` add up to it, and so
        do those of `items`.
    context: what the corpus added or took: how near the texts are in the space of its main directions.
    terms: the pairs of terms that bring most, largest first: one word in two forms, or two words that
        translate or resemble each other; `rest` is what all further pairs bring together.
    profile_frequencies: beside each of `terms`, how many profiles hold the profile's term. A term that few
        hold may point at a person.
    items: every text of the profile, in its order there, with its part of `lexical`.
    missing: the placement's terms that the profile lacks (has under LACKING of), largest gain first. The gain
        is what the lexical part would grow by if the profile's vector had this one term as heavily as the
        placement's, all else unchanged.
    thin: the profile holds too little text to judge by.
    """

    lexical: float
    context: float
    terms: list[SharedTerm]
    rest: float
    profile_frequencies: list[int]
    items: list[Item]
    missing: list[MissingTerm]
    thin: bool

    @property
    def score(self) -> float:
        """The whole: lexical + context."""
        return self.lexical + self.context


def explain_pair(
    space: TermSpace,
    records: tuple[Record, Record],
    vectors: tuple[Vectors, Vectors],
    profile_frequency: NDArray[np.intp],
    top: int,
    thin: bool,
) -> Explanation:
    """Take the pair's score apart.

    records, vectors: of the profile and of the placement.
    profile_frequency: [terms], how many profiles hold each.
    """
    profile, placement = _read(space, records[0]), _read(space, records[1])
    whole = vectors[0].matrix.multiply(vectors[1].matrix)
    words = whole[:, : len(space.columns)]
    score, lexical = float(np.clip(whole.sum(), 0.0, 1.0)), float(words.sum())
    factor = float(vectors[0].factor[0] * vectors[1].factor[0])

    pairs = (profile.meant @ placement.meant.T).tocoo()
    contributions = pairs.data * factor
    rows, columns = pairs.coords
    shared = _heaviest(contributions, rows, columns)
    shown = shared[:top]

    brought = np.zeros(len(placement.terms))
    np.add.at(brought, columns, contributions)
    own = np.asarray(placement.meant.power(2).sum(axis=1)).ravel() * factor
    gains = np.where(brought < LACKING * own, own - brought, 0.0)

    spread = placement.meant.sum(axis=0)
    parts = (profile.by_text @ (profile.meanings @ np.asarray(spread).ravel())) * factor
    frequency = [space.term_at.get(profile.terms[row]) for row in rows[shown]]
    return Explanation(
        lexical=lexical,
        context=score - lexical,
        terms=[
            SharedTerm(profile.written[rows[at]], placement.written[columns[at]], float(contributions[at]))
            for at in shown
        ],
        rest=lexical - float(contributions[shown].sum()) if len(shared) > len(shown) else 0.0,
        profile_frequencies=[0 if at is None else int(profile_frequency[at]) for at in frequency],
        items=[
            Item(text.field, number, float(part))
            for number, (text, part) in enumerate(zip(records[0].texts, parts, strict=True))
        ],
        missing=[
            MissingTerm(placement.written[at], float(gains[at]))
            for at in _heaviest(gains, np.arange(len(gains)), np.arange(len(gains)))[:top]
        ],
        thin=thin,
    )


@dataclass(frozen=True)
class _Read:
    """A record taken apart: the terms that stand in it, how it writes them, what each gives to its vector.

    by_text: [texts, terms]; meanings: [terms, columns]; meant: [terms, columns], whose sum is the vector.
    """

    terms: list[str]
    written: list[str]
    by_text: csr_array
    meanings: csr_array
    meant: csr_array


@lru_cache(maxsize=REMEMBERED)
def _read(space: TermSpace, record: Record) -> _Read:
    terms, by_text, meanings = coefficients(space, record)
    total = np.asarray(by_text.sum(axis=0)).ravel()
    used = np.flatnonzero(total)
    used = used[np.argsort(np.array([terms[int(at)] for at in used], dtype=np.str_), kind="stable")]
    forms = _written_forms(space, record)
    meanings = csr_array(meanings[used])
    return _Read(
        terms=[terms[int(at)] for at in used],
        written=[forms[terms[int(at)]] for at in used],
        by_text=csr_array(by_text[:, used]),
        meanings=meanings,
        meant=csr_array(diags_array(total[used]) @ meanings) if len(used) else meanings,
    )


def forget_read() -> None:
    """Let go of the records at hand, and with them of all that their matchers learned.

    For whoever takes one matcher after the other: each would stay in memory until others push it out.
    """
    _read.cache_clear()


@lru_cache(maxsize=REMEMBERED)
def is_thin(record: Record, texts: int, words: int) -> bool:
    """Whether fewer than `texts` of its texts have words in them, or they have fewer than `words` in all."""
    counts = [len(terms(text.body)) for text in record.texts if text.weight > 0]
    return sum(count > 0 for count in counts) < texts or sum(counts) < words


def _heaviest(
    values: NDArray[np.float64], rows: NDArray[np.intp], columns: NDArray[np.intp]
) -> NDArray[np.intp]:
    """Where the largest positive values stand, largest first; equals by row, then by column."""
    found = np.flatnonzero(values > 0)
    return found[np.lexsort((columns[found], rows[found], -comparable(values[found])))]


def _written_forms(space: TermSpace, record: Record) -> dict[str, str]:
    """Each term as the record writes it most often; of equally frequent forms, the first."""
    counts: dict[str, Counter[str]] = {}
    for text in record.texts:
        if text.weight > 0:
            for written, term in terms_in(text.body, space.language_of(text.body, text.language)):
                counts.setdefault(term, Counter())[written] += 1
    return {term: forms.most_common(1)[0][0] for term, forms in counts.items()}
