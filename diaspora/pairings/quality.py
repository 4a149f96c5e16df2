"""How good the matcher is, by the programme's own decisions: how high approved pairs stood in its lists."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from math import inf
from statistics import median
from typing import Any

from diaspora.pairings import queries
from diaspora.platform.clock import local_day

TOP = (5, 20)
"""Places that are counted; the matcher's lists have no more than the last."""

FEW = 20
"""Below so many decisions the figures say little."""


@dataclass(frozen=True)
class Approved:
    """An approved pair: when, in which research area, and where it stood; None beyond a list's end.

    `same_language`: whether profile and placement were written in one language; None where one is unknown.
    """

    month: str
    area: str
    same_language: bool | None
    rank_for_candidate: int | None
    rank_for_placement: int | None


@dataclass(frozen=True)
class Standing:
    """How high pairs stood in one kind of list: the middle place (None: beyond), shares from 0 to 1."""

    median: float | None
    in_five: float
    in_twenty: float


@dataclass(frozen=True)
class Group:
    """Some pairs and how high they stood in the candidates' and in the placements' lists."""

    key: str
    count: int
    for_candidate: Standing
    for_placement: Standing


@dataclass(frozen=True)
class Quality:
    """All pairs, and the same in groups. `by_language` has the keys "same" and "different"."""

    all: Group | None
    by_area: Sequence[Group]
    by_language: Sequence[Group]
    by_month: Sequence[Group]

    @property
    def few(self) -> bool:
        """Whether there are too few decisions to say much."""
        return self.all is None or self.all.count < FEW

    def as_json(self) -> dict[str, Any]:
        """For a program that reads it."""
        return asdict(self)


def quality() -> Quality:
    """The figures of today."""
    return reckoned(
        Approved(
            month=f"{local_day(row.at):%Y-%m}",
            # the first field is the one that its author thought of first
            area=row.fields[0].split(".")[0] if row.fields else "",
            same_language=row.language == row.text_language if row.language and row.text_language else None,
            rank_for_candidate=row.rank_for_candidate,
            rank_for_placement=row.rank_for_placement,
        )
        for row in queries.approvals()
    )


def reckoned(approved: Iterable[Approved]) -> Quality:
    """The figures of these pairs."""
    pairs = list(approved)
    names = {True: "same", False: "different", None: ""}
    return Quality(
        all=_group("", pairs) if pairs else None,
        by_area=_groups(pairs, lambda pair: pair.area),
        by_language=_groups(pairs, lambda pair: names[pair.same_language])[::-1],
        by_month=_groups(pairs, lambda pair: pair.month),
    )


def standing(ranks: Sequence[int | None]) -> Standing:
    """A pair beyond the list's end stands behind every pair in it."""
    middle = median(inf if rank is None else rank for rank in ranks)
    five, twenty = (sum(rank is not None and rank <= top for rank in ranks) / len(ranks) for top in TOP)
    return Standing(None if middle == inf else middle, five, twenty)


def _group(key: str, pairs: Sequence[Approved]) -> Group:
    return Group(
        key,
        len(pairs),
        standing([pair.rank_for_candidate for pair in pairs]),
        standing([pair.rank_for_placement for pair in pairs]),
    )


def _groups(pairs: Iterable[Approved], key_of: Callable[[Approved], str]) -> list[Group]:
    """In the order of the keys; what has none is left out."""
    groups: dict[str, list[Approved]] = defaultdict(list)
    for pair in pairs:
        groups[key_of(pair)].append(pair)
    return [_group(key, groups[key]) for key in sorted(groups) if key]
