"""Pages on which officers read and publish posts."""

from typing import Any
from uuid import UUID

from flask import abort, render_template, request

from diaspora.placements import queries
from diaspora.placements.forms import RenewForm
from diaspora.placements.labels import HEADINGS, PART_NAMES
from diaspora.placements.policy import may_edit, roles_towards
from diaspora.placements.routes import blueprint
from diaspora.placements.rules import TERMS, PlacementState, contradictions
from diaspora.platform import clock
from diaspora.platform.access import Permission, current_actor, needs
from diaspora.programmes import queries as programmes


@blueprint.get("/staff/placements")
@needs(Permission.MODERATE_PLACEMENTS)
def staff_index() -> Any:
    """All posts, or those in one state."""
    chosen = request.args.get("state", "")
    if chosen and chosen not in set(PlacementState):
        abort(404)
    state = PlacementState(chosen) if chosen else None
    return render_template(
        "placements/staff_index.html",
        page=queries.for_staff(state, request.args.get("page", 1, type=int)),
        chosen=state,
        counts=queries.counts_by_state(),
        states=list(PlacementState),
    )


@blueprint.get("/staff/placements/<uuid:placement_id>")
@needs(Permission.MODERATE_PLACEMENTS)
def staff_show(placement_id: UUID) -> Any:
    """Everything about one post, and what an officer can do."""
    found = queries.placement(placement_id)
    if found is None:
        abort(404)
    actor, today = current_actor(), clock.local_day(clock.now())
    call = programmes.call(found.call_id) if found.call_id else None
    return render_template(
        "placements/staff_show.html",
        placement=found,
        parts=[(HEADINGS[part], getattr(found, part)) for part in TERMS if part != "title"],
        missing=[PART_NAMES[part] for part in queries.missing_terms(found)],
        wrong=contradictions(queries.terms_of(found), queries.bounds_of(found.call)),
        part_names=PART_NAMES,
        offers=queries.offers(found, roles_towards(actor, found), today),
        editable=may_edit(actor, found),
        renewing=RenewForm(obj=found),
        versions=queries.versions_of(found.id),
        call=call,
        rates=programmes.rates_on(call, max(today, found.starts_on or today)) if call else [],
    )
