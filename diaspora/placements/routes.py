"""Pages that everybody reads."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request

from diaspora.placements import queries
from diaspora.placements.forms import FilterForm
from diaspora.placements.labels import HEADINGS
from diaspora.placements.policy import is_public, may_view
from diaspora.placements.rules import TERMS
from diaspora.platform import clock
from diaspora.platform.access import Permission, current_actor, needs
from diaspora.programmes import queries as programmes

blueprint = Blueprint("placements", __name__)


@blueprint.get("/placements")
@needs(Permission.READ_PUBLIC_PAGES)
def index() -> Any:
    """Posts that take applications, narrowed down by what stands in the address."""
    today = clock.local_day(clock.now())
    form = FilterForm(request.args, calls=queries.calls_with_posts(today))
    form.validate()
    page = queries.published(form.filters(), today, request.args.get("page", 1, type=int))
    asked = {name: value for name, value in form.data.items() if value}
    return render_template("placements/index.html", form=form, page=page, asked=asked)


@blueprint.get("/placements/<uuid:placement_id>")
@needs(Permission.READ_PUBLIC_PAGES)
def show(placement_id: UUID) -> Any:
    """The complete terms of reference; before they are public, a preview for those concerned."""
    found = queries.placement(placement_id)
    if found is None or not may_view(current_actor(), found):
        abort(404)
    today = clock.local_day(clock.now())
    call = programmes.call(found.call_id) if found.call_id else None
    return render_template(
        "placements/show.html",
        placement=found,
        parts=[(HEADINGS[part], getattr(found, part)) for part in TERMS if part != "title"],
        preview=not is_public(found),
        open=found.closes_on is None or found.closes_on >= today,
        call=call,
        rates=programmes.rates_on(call, max(today, found.starts_on or today)) if call else [],
    )
