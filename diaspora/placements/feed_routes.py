"""Open posts for programs: an Atom feed and calendars. Only what everybody may read."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Response, abort, render_template, request
from flask_babel import gettext as _

from diaspora.placements import feeds, queries, search
from diaspora.placements.listing import address_of, asked_for, names_of_values
from diaspora.placements.models import Placement
from diaspora.placements.policy import takes_applications
from diaspora.placements.routes import blueprint
from diaspora.placements.search import Filters, Order
from diaspora.platform import clock
from diaspora.platform.access import Permission, needs
from diaspora.platform.languages import current_language
from diaspora.platform.mail.services import link
from diaspora.platform.public_pages import asked_each_time, for_everybody

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
"""An empty feed has to name a moment, too; one that does not move is not news."""


@blueprint.get("/placements/feed.atom")
@for_everybody
@asked_each_time
@needs(Permission.READ_PUBLIC_PAGES)
def feed() -> Any:
    """Open posts, the newest first, narrowed down as the list is."""
    filters, rows = _asked(Order.NEWEST)
    language, asked = current_language(), address_of(filters)
    text = render_template(
        "placements/feed.xml",
        rows=[(row, feeds.changed_at(row)) for row in rows],
        updated=max((feeds.changed_at(row) for row in rows), default=_LONG_AGO),
        here=link("placements.feed", language, **asked),
        page=link("placements.index", language, **asked),
        link=link,
    )
    return Response(text, mimetype="application/atom+xml")


@blueprint.get("/placements/deadlines.ics")
@for_everybody
@asked_each_time
@needs(Permission.READ_PUBLIC_PAGES)
def deadlines() -> Any:
    """Last days for applications of open posts, narrowed down as the list is."""
    _filters, rows = _asked(Order.CLOSING)
    text = feeds.calendar(rows, _("Last days for applications"), current_language())
    return Response(text, mimetype="text/calendar")


@blueprint.get("/placements/<uuid:placement_id>/deadline.ics")
@for_everybody
@asked_each_time
@needs(Permission.READ_PUBLIC_PAGES)
def deadline(placement_id: UUID) -> Any:
    """The last day for applications of one open post."""
    found = queries.placement(placement_id)
    if found is None or not takes_applications(found, clock.local_day(clock.now())):
        abort(404)
    text = feeds.calendar([found], _("Last days for applications"), current_language())
    return Response(text, mimetype="text/calendar")


def _asked(order: Order) -> tuple[Filters, list[Placement]]:
    today = clock.local_day(clock.now())
    asked, _unknown = asked_for(request.args, names_of_values(today))
    filters = Filters(asked.words, asked.chosen, order)
    posts = search.in_order(search.narrowed(queries.open_posts(asked.words, today), filters), filters)
    most = feeds.MOST_ENTRIES if order is Order.NEWEST else len(posts)
    return Filters(asked.words, asked.chosen), queries.in_this_order([post.id for post in posts[:most]])
