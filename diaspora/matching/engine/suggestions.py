"""What the matcher suggests: short ranked lists, for every profile and for every placement."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from diaspora.matching.engine.top_pairs import Pairs


class Scored(NamedTuple):
    """A suggested record's key and its score: above 0, at most 1, rounded (1e-6 relative) to make ties."""

    key: Hashable
    score: float


class RankedLists(Mapping[Hashable, list[Scored]]):
    """Every record of one side with its suggestions, best first; a record without any has an empty list.

    Held as arrays and turned into lists when asked, since there may be millions of suggestions.
    """

    def __init__(
        self, keys: tuple[Hashable, ...], suggested_keys: tuple[Hashable, ...], pairs: Pairs
    ) -> None:
        """pairs: rows number `keys` and ascend, columns number `suggested_keys`."""
        self._row_of = {key: row for row, key in enumerate(keys)}
        self._suggested_keys = suggested_keys
        self._pairs = pairs
        self._starts = np.searchsorted(pairs.rows, np.arange(len(keys) + 1))

    def __getitem__(self, key: Hashable) -> list[Scored]:
        row = self._row_of[key]
        return scored(self._pairs[np.arange(self._starts[row], self._starts[row + 1])], self._suggested_keys)

    def __iter__(self) -> Iterator[Hashable]:
        return iter(self._row_of)

    def __len__(self) -> int:
        return len(self._row_of)


@dataclass(frozen=True)
class Suggestions:
    """The top k both ways, as they were when asked; later edits of the matcher do not reach them.

    placements_for: for every profile key, its best placements.
    profiles_for: for every placement key, its best profiles.
    """

    placements_for: RankedLists
    profiles_for: RankedLists


def scored(pairs: Pairs, keys: tuple[Hashable, ...]) -> list[Scored]:
    """The pairs' columns as keys with scores, in the pairs' order."""
    return [Scored(keys[c], s) for c, s in zip(pairs.columns.tolist(), pairs.scores.tolist(), strict=True)]
