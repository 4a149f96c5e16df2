"""What the page of open posts shows: filters with counts, what is chosen, ways out of an empty list."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from flask import url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from diaspora.placements import queries, search
from diaspora.placements.labels import FACETS
from diaspora.placements.models import Placement
from diaspora.placements.search import Facet, Filters, Length, Order
from diaspora.platform import reference
from diaspora.platform.collation import in_order
from diaspora.platform.forms import LINE, clean, one_line
from diaspora.platform.labels import label
from diaspora.platform.languages import language_of, localised
from diaspora.platform.paging import Page
from diaspora.programmes.rules import Mode

Address = dict[str, str | list[str]]
"""The arguments of an address, for `url_for`."""


class Named(NamedTuple):
    """A value in words; `language` where an institution or the programme wrote them."""

    text: str
    language: str = ""


@dataclass(frozen=True)
class Option:
    """A value that can be chosen, and how many posts it would show; `inner` stands below the one before."""

    value: str
    name: Named
    count: int
    chosen: bool
    inner: bool = False


@dataclass(frozen=True)
class Group:
    """The options of one facet; those that would show nothing are left out unless they are chosen."""

    facet: Facet
    heading: str
    options: Sequence[Option]

    @property
    def chosen(self) -> int:
        """How many are chosen."""
        return sum(option.chosen for option in self.options)


class WayOut(NamedTuple):
    """What to let go, the address without it, and how many posts wait there."""

    text: str
    url: str
    posts: int


@dataclass(frozen=True)
class Listing:
    """The page of open posts."""

    page: Page[Placement]
    filters: Filters
    groups: Sequence[Group]
    chips: Sequence[tuple[str, str]]
    ways_out: Sequence[WayOut]
    orders: Sequence[tuple[str, str, None]]
    unknown: Sequence[str]
    asked: Address


Names = Mapping[Facet, Mapping[str, Named]]


def names_of_values(today: date) -> Names:
    """Every value that can be asked for, in the order in which it is shown."""
    codes = reference.table("fields_of_research")
    hosts = {str(one.id): _named(one.name) for one in queries.hosts_with_posts(today)}
    plain = {
        # areas have their first letter and no dot; their fields follow them
        Facet.FIELD: {code: reference.field_name(code) for code in codes},
        Facet.DISTRICT: reference.districts(),
        Facet.LANGUAGE: reference.languages(),
        Facet.MODE: {mode.value: label(mode) for mode in Mode},
        Facet.LENGTH: {length.value: label(length) for length in Length},
    }
    return {
        **{facet: {key: Named(text) for key, text in texts.items()} for facet, texts in plain.items()},
        Facet.CALL: {str(call.id): _named(call.name) for call in queries.calls_with_posts(today)},
        Facet.INSTITUTION: dict(in_order(hosts.items(), key=lambda item: item[1].text)),
    }


def _named(texts: Mapping[str, str]) -> Named:
    return Named(localised(texts), language_of(texts))


def asked_for(arguments: MultiDict[str, str], names: Names) -> tuple[Filters, list[str]]:
    """What an address asks for, and what of it is not known here (any more) and narrows nothing."""
    chosen: dict[Facet, Collection[str]] = {}
    unknown: list[str] = []
    for facet in Facet:
        values = list(dict.fromkeys(value for value in arguments.getlist(facet) if value))
        known = [value for value in values if value in names[facet]]
        unknown += [value for value in values if value not in names[facet]]
        if known:
            chosen[facet] = known
    wanted = arguments.get("order", "")
    if wanted and wanted not in set(Order):
        unknown.append(wanted)
    words = one_line(clean(arguments.get("q", "")[:LINE])) or ""
    order = Order(wanted) if wanted in set(Order) else None
    return Filters(words, chosen, order), [one_line(clean(value[:LINE])) or "" for value in unknown]


def address_of(filters: Filters, but: str = "", value: str = "") -> Address:
    """The arguments that ask for these filters, but for one of them, or one value of it."""
    asked: Address = {"q": filters.words} if filters.words and but != "q" else {}
    for facet, values in filters.chosen.items():
        kept = [one for one in values if facet != but or (value and one != value)]
        if kept:
            asked[facet.value] = kept
    if filters.order:
        asked["order"] = filters.order.value
    return asked


def listing(arguments: MultiDict[str, str], today: date, number: int) -> Listing:
    """Everything that the page shows for an address."""
    names = names_of_values(today)
    filters, unknown = asked_for(arguments, names)
    posts = queries.open_posts(filters.words, today)
    page = queries.shown(posts, filters, number)
    counted = search.counts(posts, filters)
    orders = [order for order in Order if order is not Order.WORDS or filters.words]
    return Listing(
        page=page,
        filters=filters,
        groups=[_group(facet, names[facet], counted[facet], filters) for facet in Facet],
        chips=_chips(filters, names),
        ways_out=[] if page.total else _ways_out(posts, filters),
        orders=[(order.value, label(order), None) for order in orders],
        unknown=unknown,
        asked=address_of(filters),
    )


def _group(facet: Facet, names: Mapping[str, Named], counted: Counter[str], filters: Filters) -> Group:
    chosen = filters.chosen.get(facet, ())
    options = [
        Option(value, name, counted[value], value in chosen, inner=facet is Facet.FIELD and "." in value)
        for value, name in names.items()
        if counted[value] or value in chosen
    ]
    return Group(facet, str(FACETS[facet]), options)


def _chips(filters: Filters, names: Names) -> list[tuple[str, str]]:
    """What is chosen, each with the address without it."""
    chips = [(f"“{filters.words}”", _list(address_of(filters, "q")))] if filters.words else []
    for facet, values in filters.chosen.items():
        for value in values:
            text = _("%(filter)s: %(value)s", filter=FACETS[facet], value=names[facet][value].text)
            chips.append((text, _list(address_of(filters, facet, value))))
    return chips


def _ways_out(posts: Sequence[search.Post], filters: Filters) -> list[WayOut]:
    """Which one filter to let go, the one that gives most in front."""
    found = search.loosened(posts, filters)
    links = []
    for facet, number in sorted(found.items(), key=lambda item: -item[1]):
        without = (
            _("Search without the words “%(words)s”", words=filters.words)
            if facet is None
            else _("Search without the filter “%(filter)s”", filter=FACETS[facet])
        )
        links.append(WayOut(without, _list(address_of(filters, facet or "q")), number))
    return links


def _list(asked: Address) -> str:
    return url_for("placements.index", **asked)  # type: ignore[arg-type]
