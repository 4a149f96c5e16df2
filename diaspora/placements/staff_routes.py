"""Pages on which officers read and publish posts."""

from typing import Any
from uuid import UUID

from flask import abort, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from diaspora.placements import bulk, queries
from diaspora.placements.forms import RenewForm
from diaspora.placements.labels import HEADINGS, PART_NAMES
from diaspora.placements.policy import may_edit, roles_towards
from diaspora.placements.routes import blueprint
from diaspora.placements.rules import TERMS, PlacementState, contradictions
from diaspora.platform import clock, reference, staff_lists
from diaspora.platform.access import Permission, current_actor, needs
from diaspora.platform.bulk import page as bulk_page
from diaspora.platform.labels import label
from diaspora.platform.languages import localised
from diaspora.platform.staff_lists import Choice, Column, StaffList
from diaspora.programmes import queries as programmes

COLUMNS = [
    Column(_l("Placement")),
    Column(_l("Institution")),
    Column(_l("District")),
    Column(_l("State")),
    Column(_l("Seats"), "seats", number=True),
    Column(_l("Begun"), "begun"),
    Column(_l("Closes on"), "closes"),
]


@blueprint.get("/staff/placements")
@needs(Permission.MODERATE_PLACEMENTS)
def staff_index() -> Any:
    """All posts, or those that the address asks for."""
    counts, districts = queries.counts_by_state(), reference.districts()
    calls = {str(call.id): localised(call.name) for call in programmes.calls()}
    asked = staff_lists.asked(
        queries.STAFF_ORDERS, "begun",
        state=(set(PlacementState), ""), call=(calls, ""), district=(districts, ""),
    )  # fmt: skip
    if asked.wrong:
        abort(404)
    choices = [
        Choice(
            "state",
            _("State"),
            [(s.value, label(s), counts.get(s, 0)) for s in PlacementState],
            _("All states"),
        ),
        Choice("call", _("Call"), [(c, n, None) for c, n in calls.items()], _("All calls")),
        Choice("district", _("District"), [(c, n, None) for c, n in districts.items()], _("All districts")),
    ]
    listed = StaffList(
        "placements.staff_index", asked, COLUMNS, choices, queries.for_staff(asked),
        words_hint=_("in the title, the summary or the institution's name"),
        bulk="placements.staff_bulk", acts=bulk.BULK.offered(),
    )  # fmt: skip
    return render_template("placements/staff_index.html", list=listed)


@blueprint.route("/staff/placements/several", methods=["GET", "POST"])
@needs(Permission.MODERATE_PLACEMENTS)
def staff_bulk() -> Any:
    """One act on several posts: the preview, then the act."""
    return bulk_page(bulk.BULK)


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
