"""Why a pair has its score: in words that stand in the two records, and in shares of the profile's texts."""

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from diaspora.matching.engine.records import Record
from diaspora.matching.engine.term_space import TermSpace
from diaspora.matching.engine.tokens import terms, written_terms
from diaspora.matching.engine.top_pairs import comparable

REMEMBERED = 1024
"""Records whose words are kept at hand: a run explains a record's pairs one after the other."""


class SharedTerm(NamedTuple):
    """A term of both records, as each writes it most often, and the part of the score that it brings."""

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

    lexical: cosine of the two records' vectors; the contributions of `terms` and `rest` add up to it,
        and so do those of `items`.
    context: what smoothing with the corpus added; 0 at this stage.
    terms: the shared terms that bring most, largest first; `rest` is what all further ones bring together.
    profile_frequencies: beside each of `terms`, how many profiles hold the term. A term that few hold
        may point at a person.
    items: every text of the profile, in its order there.
    missing: the placement's terms that the profile lacks, largest gain first. The gain is that of a profile
        which used this one term as heavily as the placement does, all else unchanged:
        (s + w^2) / sqrt(1 + w^2) - s for a score s and the term's weight w in the placement.
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
    profile: Record,
    placement: Record,
    profile_weights: NDArray[np.float64],
    placement_weights: NDArray[np.float64],
    profile_frequency: NDArray[np.intp],
    space: TermSpace,
    top: int,
    thin: bool,
) -> Explanation:
    """Take the pair's score apart.

    profile_weights, placement_weights: [terms], the two records' vectors.
    profile_frequency: [terms], in how many profiles each term occurs.
    """
    contributions = profile_weights * placement_weights
    lexical = float(contributions.sum())
    shared = _heaviest(contributions, len(contributions))

    wanted = np.where(profile_weights == 0, placement_weights, 0.0)
    gains = np.where(wanted > 0, (lexical + wanted**2) / np.sqrt(1 + wanted**2) - lexical, 0.0)

    in_profile, in_placement = _written_forms(profile), _written_forms(placement)
    parts = _text_parts(space, profile) @ placement_weights
    return Explanation(
        lexical=lexical,
        context=0.0,
        terms=[
            SharedTerm(in_profile[term], in_placement[term], float(contributions[column]))
            for column in shared[:top]
            for term in [space.terms[column]]
        ],
        rest=float(contributions[shared[top:]].sum()),
        profile_frequencies=profile_frequency[shared[:top]].tolist(),
        items=[
            Item(text.field, number, float(part))
            for number, (text, part) in enumerate(zip(profile.texts, parts, strict=True))
        ],
        missing=[
            MissingTerm(in_placement[space.terms[column]], float(gains[column]))
            for column in _heaviest(gains, top)
        ],
        thin=thin,
    )


@lru_cache(maxsize=REMEMBERED)
def is_thin(record: Record, texts: int, words: int) -> bool:
    """Whether fewer than `texts` of its texts have words in them, or they have fewer than `words` in all."""
    counts = [len(terms(text.body)) for text in record.texts if text.weight > 0]
    return sum(count > 0 for count in counts) < texts or sum(counts) < words


def _heaviest(values: NDArray[np.float64], top: int) -> NDArray[np.intp]:
    """The columns of the largest positive values, largest first; equals in the alphabet of terms."""
    found = np.flatnonzero(values > 0)
    return found[np.argsort(-comparable(values[found]), kind="stable")][:top]


@lru_cache(maxsize=64)
def _text_parts(space: TermSpace, record: Record) -> csr_array:
    return space.text_parts(record)


@lru_cache(maxsize=REMEMBERED)
def _written_forms(record: Record) -> dict[str, str]:
    """Each term as the record writes it most often; of equally frequent forms, the first."""
    counts: dict[str, Counter[str]] = {}
    for text in record.texts:
        if text.weight > 0:
            for written, term in written_terms(text.body):
                counts.setdefault(term, Counter())[written] += 1
    return {term: forms.most_common(1)[0][0] for term, forms in counts.items()}
