"""Words that profiles and placements use and the glossary does not know: what staff could add. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from typing import Any

from diaspora.matching.engine import Record
from diaspora.matching.engine.glossary import HEAD as LANGUAGES
from diaspora.matching.engine.glossary import own
from diaspora.matching.engine.languages import Detector
from diaspora.matching.engine.stems import terms_in
from diaspora.matching.engine.tokens import fold
from diaspora.matching.records import Corpus, Term
from diaspora.matching.rules import SHARED_BY

MOST_KEPT = 500
SHORTEST = 4
"""Shorter words are mostly abbreviations, which are the same everywhere."""

Key = str
"""A word as the engine compares it: its language and its stem, such as "ro:invat"."""
Forms = dict[Key, Counter[str]]


@dataclass(frozen=True)
class Lacking:
    """A word as it is mostly written, its language, and how many records use it."""

    word: str
    language: str
    candidates: int
    placements: int

    def as_json(self) -> dict[str, Any]:
        """What a run keeps."""
        return asdict(self)


def known(entries: Iterable[Term]) -> set[Key]:
    """Every word of these entries."""
    return {
        key
        for entry in entries
        for language, phrase in zip(LANGUAGES, entry, strict=True)
        for _written, key in terms_in(phrase, language)
    }


def key_of(one: Lacking) -> Key:
    """The word as the engine compares it."""
    return next((key for _written, key in terms_in(one.word, one.language)), "")


def find(corpus: Corpus, glossary: set[Key]) -> list[Lacking]:
    """The words that the glossary lacks, most wanted first.

    A rare word may point at one person: only what enough candidates share, or what a public placement
    uses, is named. Names are left out, of people and of places: what nobody ever writes small.
    """
    forms: Forms = defaultdict(Counter)
    candidates, placements = Counter[Key](), Counter[Key]()
    for profile in corpus.profiles.values():
        candidates.update(_seen(profile.record, glossary, profile.names, forms))
    for post in corpus.posts.values():
        placements.update(_seen(post.record, glossary, frozenset(), forms))
    found = []
    for key, written in forms.items():
        small = [form for form in written if form.islower()]
        if small and (candidates[key] >= SHARED_BY or placements[key]):
            # of forms that are written as often, always the same one
            word = min(small, key=lambda form: (-written[form], form))
            found.append(Lacking(word, key.partition(":")[0], candidates[key], placements[key]))
    found.sort(key=lambda one: (-(one.candidates + one.placements), -one.candidates, one.word))
    return found[:MOST_KEPT]


def _seen(record: Record, glossary: set[Key], names: frozenset[str], forms: Forms) -> set[Key]:
    """The lacking words of one record; the ways of writing them are counted in `forms`."""
    seen = set()
    for text in record.texts:
        for written, key in _words(text.body, text.language or _detector().detect(text.body)):
            if fold(written) not in names and glossary.isdisjoint(_keys(written)):
                seen.add(key)
                forms[key][written] += 1
    return seen


def _words(body: str, language: str) -> Iterator[tuple[str, Key]]:
    """The words that could stand in the glossary: none of another language, no abbreviation, no number."""
    for written, key in terms_in(body, language):
        if key[:2] in LANGUAGES and len(written) >= SHORTEST and not any(c.isdigit() for c in written):
            yield written, key


@lru_cache(maxsize=2**16)
def _keys(written: str) -> frozenset[Key]:
    """The word as it would be in each language: an English word in a Romanian text is known, too."""
    return frozenset(key for language in LANGUAGES for _written, key in terms_in(written, language))


@cache
def _detector() -> Detector:
    return Detector(own())
