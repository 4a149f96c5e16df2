"""The tables of staff have one shape: filters, order and page stand in the address, rows can be chosen.

A room says what its columns and filters are and runs its query; `components/staff.html` shows the rest.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import sqlalchemy as sa
from flask import request, url_for
from flask_babel.speaklater import LazyString

from diaspora.platform.forms import LINE, clean
from diaspora.platform.paging import Page

Text: TypeAlias = LazyString | str


@dataclass(frozen=True)
class Column:
    """A head of the table; with a `key` the list can be sorted by it."""

    text: Text
    key: str = ""
    number: bool = False


@dataclass(frozen=True)
class Choice:
    """A filter with its options (value, text, how many or None); `any` is what choosing nothing is called."""

    name: str
    text: Text
    options: Sequence[tuple[str, Text, int | None]]
    any: Text = ""


@dataclass(frozen=True)
class Asked:
    """What the address asks of a list.

    `different` is the part of it that is not so anyhow; `wrong` names filters whose value does not exist.
    """

    words: str
    sort: str
    page: int
    chosen: Mapping[str, str]
    different: Mapping[str, str]
    wrong: frozenset[str]

    def order(self, columns: Mapping[str, Any]) -> sa.ColumnElement[Any]:
        """The column by which the list is sorted, in the way that was asked."""
        column = columns[self.sort.removeprefix("-")]
        ordered: sa.ColumnElement[Any] = column.desc() if self.sort.startswith("-") else column.asc()
        return ordered.nulls_last()


def asked(sorts: Collection[str], sort: str, **filters: tuple[Collection[str], str]) -> Asked:
    """Read the address. `sort` is the order if none is asked; a filter is (its values, its first value)."""
    sent = {name: request.args.get(name, first) for name, (_values, first) in filters.items()}
    wrong = {name for name, value in sent.items() if value and value not in filters[name][0]}
    chosen = {name: filters[name][1] if name in wrong else value for name, value in sent.items()}
    words = clean(request.args.get("q", "")[:LINE]) or ""
    order = request.args.get("sort", sort)
    order = order if order.removeprefix("-") in sorts else sort
    different = {name: value for name, value in chosen.items() if value != filters[name][1]}
    different |= {"q": words} if words else {}
    different |= {"sort": order} if order != sort else {}
    return Asked(words, order, request.args.get("page", 1, type=int), chosen, different, frozenset(wrong))


@dataclass(frozen=True)
class StaffList:
    """A table of staff, ready to be shown. `acts` are what can be done to chosen rows: (value, text)."""

    endpoint: str
    asked: Asked
    columns: Sequence[Column]
    choices: Sequence[Choice]
    page: Page[Any]
    words_hint: Text = ""
    bulk: str = ""
    acts: Sequence[tuple[str, Text]] = ()

    def address(self, **other: Any) -> str:
        """The address of this list with something changed; it begins on its first page again."""
        return url_for(self.endpoint, **{**self.asked.different, **other})

    def sorted_by(self, key: str) -> str:
        """The address sorted by this column, the other way round where it is sorted by it already."""
        return self.address(sort=f"-{key}" if self.asked.sort == key else key)
