"""Pages that everybody reads."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request

from diaspora.placements import feeds, queries
from diaspora.placements.labels import HEADINGS
from diaspora.placements.listing import listing
from diaspora.placements.models import Placement
from diaspora.placements.policy import has_ended, is_member, is_public, may_view, takes_applications
from diaspora.placements.rules import TERMS
from diaspora.platform import clock
from diaspora.platform.access import Permission, current_actor, needs
from diaspora.platform.languages import current_language
from diaspora.platform.mail.services import link
from diaspora.platform.public_pages import asked_each_time, for_everybody
from diaspora.programmes import queries as programmes

blueprint = Blueprint("placements", __name__)


@blueprint.get("/placements")
@for_everybody
@asked_each_time
@needs(Permission.READ_PUBLIC_PAGES)
def index() -> Any:
    """Posts that take applications, narrowed down by what stands in the address."""
    today = clock.local_day(clock.now())
    found = listing(request.args, today, request.args.get("page", 1, type=int))
    return render_template("placements/index.html", listing=found, page=found.page)


@blueprint.get("/placements/<uuid:placement_id>")
@for_everybody
@asked_each_time
@needs(Permission.READ_PUBLIC_PAGES)
def show(placement_id: UUID) -> Any:
    """The complete terms of reference; before they are public, a preview for those concerned."""
    found = queries.placement(placement_id)
    if found is None or not may_view(current_actor(), found):
        abort(404)
    # an ended post is for those who kept its address, not for search engines
    headers = {"X-Robots-Tag": "noindex"} if has_ended(found) else {}
    return public_page(found, preview=not (is_public(found) or has_ended(found))), headers


def public_page(found: Placement, preview: bool) -> str:
    """A post as the public reads it; a preview says so and leads back."""
    today = clock.local_day(clock.now())
    call = programmes.call(found.call_id) if found.call_id else None
    open_now, over = takes_applications(found, today), not preview and not takes_applications(found, today)
    return render_template(
        "placements/show.html",
        placement=found,
        parts=[(HEADINGS[part], getattr(found, part)) for part in TERMS if part != "title"],
        preview=preview,
        public=is_public(found),
        member=is_member(current_actor(), found),
        open=open_now,
        ended=has_ended(found),
        similar=queries.similar(found, today) if over else [],
        posting=feeds.job_posting(found, current_language()) if open_now and not preview else None,
        address=link("placements.show", current_language(), placement_id=found.id),
        call=call,
        rates=programmes.rates_on(call, max(today, found.starts_on or today)) if call else [],
    )
