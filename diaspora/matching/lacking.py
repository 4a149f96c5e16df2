"""Words that profiles and placements use and the glossary does not know: what staff could add. Pure.

Only what is worth adding: no everyday word, no other form of a word that is known, nothing that people of
all areas of research use alike. Names of people and places are left out, too, and what points at somebody.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from typing import Any

from diaspora.matching import everyday
from diaspora.matching.engine import Record
from diaspora.matching.engine.glossary import HEAD as LANGUAGES
from diaspora.matching.engine.glossary import own
from diaspora.matching.engine.languages import Detector
from diaspora.matching.engine.stems import terms_in
from diaspora.matching.engine.tokens import fold
from diaspora.matching.engine.tokens import terms as tokens_of
from diaspora.matching.records import Corpus, Term
from diaspora.matching.rules import SHARED_BY

MOST_KEPT = 500
SHORTEST = 4
"""Shorter words are mostly abbreviations, which are the same everywhere."""
LEAST_WANTED = 2
"""A word of one single record is not worth anybody's time."""
ROOT = 5
"""Two words that share so many letters, and differ in a short ending only, are forms of one word."""
ENDING = 4
TELLING = 0.6
"""In texts of one area of research stand at least so many of those that use a word of a field."""

Key = str
"""A word as the engine compares it: its language and its stem, such as "ro:invat"."""
Forms = dict[Key, Counter[str]]
Areas = frozenset[str]
"""The first-level areas of research of one record, such as {"1", "4"}."""


@dataclass(frozen=True)
class Lacking:
    """A word as it is mostly written, its language, and how many records use it.

    `candidates` is 0 where fewer than SHARED_BY use it: so few point at somebody. `area` is the area of
    research in which it mostly stands, "" where that would say more than it may.
    """

    word: str
    language: str
    candidates: int
    placements: int
    area: str = ""

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


@cache
def own_words() -> frozenset[str]:
    """Every word of the product's own glossary, in every language, as cards compare words."""
    return frozenset(word for row in own().rows for phrase in row for word in tokens_of(phrase))


def key_of(one: Lacking) -> Key:
    """The word as the engine compares it."""
    return next((key for _written, key in terms_in(one.word, one.language)), "")


def find(corpus: Corpus, glossary: AbstractSet[Key]) -> list[Lacking]:
    """The words that the glossary lacks, most wanted first.

    A rare word may point at one person: only what enough candidates share, or what a public placement
    uses, is named. Names are left out, of people and of places: what nobody ever writes small.
    """
    forms: Forms = defaultdict(Counter)
    glossary = glossary | everyday.terms()
    roots = _roots(glossary)
    candidates, placements = dict[Key, list[Areas]](), dict[Key, list[Areas]]()
    for profile in corpus.profiles.values():
        for key in _seen(profile.record, glossary, profile.names, forms):
            candidates.setdefault(key, []).append(_areas(profile.fields))
    for post in corpus.posts.values():
        for key in _seen(post.record, glossary, frozenset(), forms):
            placements.setdefault(key, []).append(_areas(post.fields))
    found = []
    for key, written in forms.items():
        people, posts = candidates.get(key, []), placements.get(key, [])
        small = [form for form in written if form.islower()]
        shared = people if len(people) >= SHARED_BY else []
        wanted = len(people) + len(posts)
        if not small or wanted < LEAST_WANTED or not (shared or posts):
            continue
        if not _is_form_of(key, roots) and _tells(people + posts):
            # of forms that are written as often, always the same one
            word = min(small, key=lambda form: (-written[form], form))
            area = _mostly(posts if len(people) < SHARED_BY else people + posts)
            found.append((wanted, Lacking(word, key.partition(":")[0], len(shared), len(posts), area)))
    found.sort(key=lambda one: (-one[0], -one[1].candidates, one[1].word))
    return [one for _wanted, one in found[:MOST_KEPT]]


def _areas(fields: Iterable[str]) -> Areas:
    return frozenset(code.split(".")[0] for code in fields)


def _tells(users: list[Areas]) -> bool:
    """Whether a word belongs to some area of research. Of two users nobody can tell."""
    placed = [areas for areas in users if areas]
    if len(placed) < SHARED_BY:
        return True
    return max(Counter(area for areas in placed for area in areas).values()) >= TELLING * len(placed)


def _mostly(users: list[Areas]) -> str:
    counts = Counter(area for areas in users for area in areas)
    return min(counts, key=lambda area: (-counts[area], area)) if counts else ""


def _roots(glossary: Iterable[Key]) -> frozenset[Key]:
    """The known words and, of longer ones, all but their last letter, which may change."""
    long = [key for key in glossary if len(key) - len("en:") >= ROOT]
    return frozenset([*long, *(key[:-1] for key in long if len(key) - len("en:") > ROOT)])


def _is_form_of(key: Key, roots: frozenset[Key]) -> bool:
    """Whether it is a known word with another ending, which the stemmer left on. The engine sees that."""
    shortest = ROOT + len("en:")
    return any(key[:end] in roots for end in range(max(shortest, len(key) - ENDING), len(key) + 1))


def _seen(record: Record, glossary: AbstractSet[Key], names: frozenset[str], forms: Forms) -> set[Key]:
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
