"""Pages on which officers look into concerns."""

from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from diaspora.concerns import policy, queries, services
from diaspora.concerns.models import Concern
from diaspora.concerns.routes import blueprint
from diaspora.concerns.rules import LIFECYCLE, ConcernAct, ConcernKind, ConcernState
from diaspora.platform import clock, staff_lists
from diaspora.platform.access import Permission, Role, current_actor, needs
from diaspora.platform.forms import ActForm, refusals, tell_outcome, version_agrees
from diaspora.platform.labels import label
from diaspora.platform.staff_lists import Choice, Column, StaffList

COLUMNS = [
    Column(_l("Placement")),
    Column(_l("Institution")),
    Column(_l("What is wrong?")),
    Column(_l("State")),
    Column(_l("Since"), "since"),
]


@blueprint.get("/staff/reports")
@needs(Permission.VERIFY_INSTITUTIONS)
def staff_index() -> Any:
    """What people reported, or the part of it that the address asks for."""
    actor = current_actor()
    counts = queries.count_by_state(actor)
    asked = staff_lists.asked(
        queries.STAFF_ORDERS, "since", state=(set(ConcernState), ""), kind=(set(ConcernKind), "")
    )
    if asked.wrong:
        abort(404)
    choices = [
        Choice("state", _("State"), [(s.value, label(s), counts[s]) for s in counts], _("All states")),
        Choice(
            "kind", _("What is wrong?"), [(k.value, label(k), None) for k in ConcernKind], _("Everything")
        ),
    ]
    page = queries.page_for_staff(asked, actor)
    listed = StaffList("concerns.staff_index", asked, COLUMNS, choices, page)
    return render_template("concerns/staff_index.html", list=listed)


@blueprint.get("/staff/reports/<uuid:concern_id>")
@needs(Permission.VERIFY_INSTITUTIONS)
def staff_show(concern_id: UUID) -> Any:
    """One report, and what an officer can do."""
    found = _concern(concern_id)
    offered = LIFECYCLE.offered(found.state, policy.roles_towards(current_actor(), found))
    return render_template("concerns/staff_show.html", concern=found, offered=offered)


@blueprint.post("/staff/reports/<uuid:concern_id>/<act>")
@needs(Permission.VERIFY_INSTITUTIONS)
def staff_act(concern_id: UUID, act: str) -> Any:
    """Do one act of the table, or mail an answer."""
    found, form = _concern(concern_id), ActForm()
    if act not in {*ConcernAct, "answer"}:
        abort(404)
    if form.validate_on_submit():
        with refusals(form):
            version_agrees(found, form.version.data)
            if act == "answer":
                services.answer(found, form.reason.data or "", current_actor(), clock.now())
            else:
                services.act(found, ConcernAct(act), current_actor(), clock.now(), form.reason.data or "")
    tell_outcome(form, _("The answer is mailed.") if act == "answer" else _("Saved."))
    return redirect(url_for("concerns.staff_show", concern_id=concern_id))


def _concern(concern_id: UUID) -> Concern:
    found = queries.concern(concern_id)
    if found is None or Role.OFFICER not in policy.roles_towards(current_actor(), found):
        abort(404)
    return found
