"""Narrowing down the open posts: which ones a choice leaves, how many every further choice would leave.

Pure: it works on `Post`, the few facts that the list of open posts is filtered and ordered by.
"""

import enum
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from diaspora.platform import reference
from diaspora.platform.folding import beginnings, folded
from diaspora.platform.languages import LANGUAGES


class Facet(enum.StrEnum):
    """What posts are told apart by; the names stand in addresses."""

    FIELD = "field"
    DISTRICT = "district"
    LANGUAGE = "language"
    MODE = "mode"
    LENGTH = "length"
    CALL = "call"
    INSTITUTION = "institution"


class Length(enum.StrEnum):
    """How long a stay is, in steps that people plan by."""

    TWO_WEEKS = "two_weeks"
    MONTH = "month"
    THREE_MONTHS = "three_months"
    LONGER = "longer"


_LONGEST = {Length.TWO_WEEKS: 14, Length.MONTH: 31, Length.THREE_MONTHS: 92}


class Order(enum.StrEnum):
    """What stands on top of the list."""

    CLOSING = "closing"
    NEWEST = "newest"
    SHORTEST = "shortest"
    WORDS = "words"


@dataclass(frozen=True)
class Post:
    """An open post as the list sees it; `found` says whether the visitor's words occur in it."""

    id: UUID
    title: str
    values: Mapping[Facet, frozenset[str]]
    published_at: datetime
    length_days: int = 0
    closes_on: date = date.max
    found: bool = True


@dataclass(frozen=True)
class Filters:
    """What a visitor looks for: of each facet any of the values chosen, and all of the words."""

    words: str = ""
    chosen: Mapping[Facet, Collection[str]] = field(default_factory=dict)
    order: Order | None = None

    def __bool__(self) -> bool:
        """Whether anything narrows the list."""
        return bool(self.words or self.chosen)

    @property
    def ordered_by(self) -> Order:
        """What was asked for, else the best for the words, else what closes soonest."""
        return self.order or (Order.WORDS if self.words else Order.CLOSING)


TEXTS = ("title", "summary", "tasks", "required_profile", "desired_profile")
"""What an institution wrote that a visitor's words are looked for in."""


def searchable(texts: Iterable[str], fields: Iterable[str], district: str) -> str:
    """Folded words, each after a space, by which a post is found.

    To texts and the institution's names come those of its fields, areas and district in all languages.
    """
    known = reference.table("fields_of_research")
    named = [known.get(code, {}) for code in sorted(fields_with_areas(fields))]
    named.append(reference.table("districts").get(district, {}))
    names = [entry.get(language, "") for entry in named for language in LANGUAGES]
    return f" {folded(' '.join([*texts, *names]))}"


def length_of(days: int) -> Length:
    """The step that a stay of so many days belongs to."""
    return next((length for length, most in _LONGEST.items() if days <= most), Length.LONGER)


def fields_with_areas(codes: Iterable[str]) -> frozenset[str]:
    """Codes of fields, and of the areas that they belong to: "1.6" is also in "1"."""
    return frozenset(part for code in codes for part in (code, code.split(".")[0]))


def narrowed(posts: Iterable[Post], filters: Filters, without: Facet | None = None) -> list[Post]:
    """The posts that the filters leave; `without` one facet, as if nothing were chosen of it."""
    wanted = {facet: set(values) for facet, values in filters.chosen.items() if values and facet != without}
    return [
        post
        for post in posts
        if post.found and all(post.values[facet] & values for facet, values in wanted.items())
    ]


def counts(posts: Sequence[Post], filters: Filters) -> dict[Facet, Counter[str]]:
    """How many posts each value would show, whatever else is chosen of the same facet."""
    return {
        facet: Counter(value for post in narrowed(posts, filters, facet) for value in post.values[facet])
        for facet in Facet
    }


def loosened(posts: Sequence[Post], filters: Filters) -> dict[Facet | None, int]:
    """How many posts there would be without one of the facets, or (None) without the words, where any."""
    found: dict[Facet | None, int] = {
        facet: len(narrowed(posts, filters, facet)) for facet, values in filters.chosen.items() if values
    }
    if filters.words:
        found[None] = len(narrowed([replace(post, found=True) for post in posts], filters))
    return {what: number for what, number in found.items() if number}


def in_order(posts: Iterable[Post], filters: Filters) -> list[Post]:
    """The posts in the order asked for; among equals, what closes first stands first."""
    words = beginnings(filters.words)
    keys: dict[Order, Callable[[Post], Any]] = {
        Order.CLOSING: lambda post: 0,
        Order.NEWEST: lambda post: -post.published_at.timestamp(),
        Order.SHORTEST: lambda post: post.length_days,
        Order.WORDS: lambda post: -_in_title(words, post),
    }
    key = keys[filters.ordered_by]
    return sorted(posts, key=lambda post: (key(post), post.closes_on, post.title, post.id))


def _in_title(words: Iterable[str], post: Post) -> int:
    """How many of the words the title has: what a post is named after, it is about."""
    title = f" {folded(post.title)}"
    return sum(f" {word}" in title for word in words)
