"""The requests as the data-protection officer sees them."""

from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from diaspora.platform import clock, staff_lists
from diaspora.platform.access import Permission, current_actor, needs
from diaspora.platform.forms import ActForm, refusals, version_agrees
from diaspora.platform.labels import label
from diaspora.platform.staff_lists import Choice, Column, StaffList
from diaspora.platform.web import tell
from diaspora.rights import policy, queries, rules, services
from diaspora.rights.models import RightsRequest
from diaspora.rights.routes import blueprint
from diaspora.rights.rules import RequestAct, RequestKind, RequestState

COLUMNS = [
    Column(_l("Request")),
    Column(_l("State")),
    Column(_l("Since"), "since"),
    Column(_l("Answer by"), "due"),
]


@blueprint.get("/staff/requests")
@needs(Permission.ANSWER_REQUESTS)
def staff_index() -> Any:
    """Requests, the most pressing first."""
    asked = staff_lists.asked(
        queries.STAFF_ORDERS,
        "due",
        state=(list(RequestState), RequestState.OPEN.value),
        kind=(list(RequestKind), ""),
    )
    if asked.wrong:
        abort(404)
    choices = [
        Choice("state", _("State"), [(s.value, label(s), None) for s in RequestState], _("All states")),
        Choice("kind", _("Request"), [(k.value, label(k), None) for k in RequestKind], _("All requests")),
    ]
    page = queries.staff_page(asked)
    return render_template(
        "rights/staff_index.html",
        list=StaffList("rights.staff_index", asked, COLUMNS, choices, page),
        today=clock.local_day(clock.now()),
    )


@blueprint.get("/staff/requests/<uuid:request_id>")
@needs(Permission.ANSWER_REQUESTS)
def staff_show(request_id: UUID) -> Any:
    """One request: its text and what is done with it."""
    return _shown(queries.request(request_id) or abort(404), ActForm())


@blueprint.post("/staff/requests/<uuid:request_id>/<name>")
@needs(Permission.ANSWER_REQUESTS)
def staff_act(request_id: UUID, name: str) -> Any:
    """Take it up, answer or refuse."""
    found, form = queries.request(request_id) or abort(404), ActForm()
    chosen = next((one for one in RequestAct if one.value == name), None) or abort(404)
    if form.validate_on_submit():
        with refusals(form):
            version_agrees(found, form.version.data)
            services.act(found, chosen, current_actor(), clock.now(), form.reason.data or "")
        if not form.errors:
            tell(_("Saved."))
            return redirect(url_for("rights.staff_show", request_id=request_id))
    return _shown(found, form)


def _shown(found: RightsRequest, form: ActForm) -> str:
    offered = rules.LIFECYCLE.offered(found.state, policy.roles_towards(current_actor(), found))
    return render_template(
        "rights/staff_show.html", asked=found, form=form, acts=offered, account=queries.account_of(found)
    )
