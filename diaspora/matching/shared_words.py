"""Words that several candidates hold: all that an institution's draft may ask the roster about. Pure."""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from diaspora.matching.engine import Text
from diaspora.matching.engine.tokens import terms, written_terms
from diaspora.matching.records import Profile
from diaspora.matching.rules import SHARED_BY

SAMPLE = 12
"""So many of a word's holders are kept: enough to know that some are still on the roster."""


@dataclass(frozen=True)
class SharedWords:
    """Each word that at least SHARED_BY candidates hold: how many did, and some of them.

    Rarer words are not in it, so that nothing made from it can depend on them.
    """

    candidates: int
    holders: Mapping[str, tuple[int, tuple[UUID, ...]]]

    @classmethod
    def of(cls, profiles: Mapping[UUID, Profile]) -> "SharedWords":
        """The words of these profiles; nobody's own name counts."""
        held: dict[str, list[UUID]] = defaultdict(list)
        for candidate_id, profile in profiles.items():
            for word in {w for text in profile.record.texts for w in terms(text.body)} - profile.names:
                held[word].append(candidate_id)
        shared = {
            word: (len(ids), tuple(ids[:SAMPLE])) for word, ids in held.items() if len(ids) >= SHARED_BY
        }
        return cls(len(profiles), shared)

    def still(self, living: AbstractSet[UUID]) -> "SharedWords":
        """What is left of it when only these candidates count. A word in doubt is out."""
        left = {
            word: (count, ids)
            for word, (count, ids) in self.holders.items()
            if sum(candidate_id in living for candidate_id in ids) >= SHARED_BY
        }
        return SharedWords(self.candidates, left)

    def among(self, words: Collection[str]) -> "SharedWords":
        """Only these words of it."""
        return SharedWords(self.candidates, {w: self.holders[w] for w in words if w in self.holders})

    def reduced(self, texts: Iterable[Text]) -> list[Text]:
        """The texts without every word that is not shared."""
        return [
            Text(
                " ".join(written for written, word in written_terms(text.body) if word in self.holders),
                text.language,
                text.weight,
                text.field,
            )
            for text in texts
        ]

    def telling(self, texts: Iterable[Text], most: int) -> list[str]:
        """The shared words that weigh most in these texts, as they are written there, by the alphabet."""
        forms: dict[str, Counter[str]] = defaultdict(Counter)
        for text in texts:
            for written, word in written_terms(text.body):
                if word in self.holders:
                    forms[word][written] += 1
        heaviest = sorted(forms, key=lambda word: (-self._weight(word, forms[word].total()), word))[:most]
        return sorted((forms[word].most_common(1)[0][0] for word in heaviest), key=str.casefold)

    def _weight(self, word: str, times: int) -> float:
        # by powers of two: which words are named shall not hang on one candidate more or less
        held, of = self.holders[word][0].bit_length(), self.candidates.bit_length()
        return (1 + math.log(times)) * (1 + of - held)

    def as_json(self) -> dict[str, Any]:
        """What is kept in a file: a candidate's id once, and numbers in its place."""
        number: dict[UUID, int] = {}
        for _count, ids in self.holders.values():
            for candidate_id in ids:
                number.setdefault(candidate_id, len(number))
        words = {w: [count, *(number[i] for i in ids)] for w, (count, ids) in self.holders.items()}
        return {"candidates": self.candidates, "ids": [str(i) for i in number], "words": words}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "SharedWords":
        """The reverse of `as_json`."""
        ids = [UUID(text) for text in stored["ids"]]
        words = stored["words"].items()
        return cls(
            stored["candidates"],
            {word: (count, tuple(ids[n] for n in numbers)) for word, (count, *numbers) in words},
        )
