"""Pages on which staff help somebody who lost every second factor."""

from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, url_for
from flask_babel import gettext as _

from diaspora.accounts import lost_factors_queries as queries
from diaspora.accounts import queries as accounts
from diaspora.accounts import services
from diaspora.accounts.lost_factors_rules import LIFECYCLE, WAITING, LossAct
from diaspora.accounts.routes import blueprint
from diaspora.accounts.second_factor_models import LostFactors
from diaspora.platform import clock
from diaspora.platform.access import STAFF_ROLES, Permission, current_actor, needs
from diaspora.platform.forms import ActForm, refusals, version_agrees
from diaspora.platform.web import tell

RESTORE = Permission.RESTORE_ACCESS
STAFF_ACTS = frozenset(LossAct) - {LossAct.STOP}


def some_loss(loss_id: UUID) -> LostFactors:
    """The request, or no such page; nobody handles their own."""
    found = queries.loss(loss_id)
    if found is None or found.account_id == current_actor().account_id:
        abort(404)
    return found


@blueprint.get("/staff/lost-factors")
@needs(RESTORE)
def losses() -> Any:
    """Requests that wait for this member of staff."""
    waiting = queries.losses_waiting_for(current_actor().account_id)
    return render_template("accounts/losses.html", losses=waiting)


@blueprint.get("/staff/lost-factors/<uuid:loss_id>")
@needs(RESTORE)
def loss(loss_id: UUID) -> Any:
    """Who asks, what to check, and what can be done."""
    return _show(some_loss(loss_id), ActForm(formdata=None))


@blueprint.post("/staff/lost-factors/<uuid:loss_id>/<act>")
@needs(RESTORE)
def loss_act(loss_id: UUID, act: str) -> Any:
    """Propose, approve or refuse."""
    if act not in STAFF_ACTS:
        abort(404)
    found, form = some_loss(loss_id), ActForm()
    if form.validate_on_submit():
        with refusals(form):
            version_agrees(found, form.version.data)
            services.decide_loss(found, LossAct(act), current_actor(), clock.now(), form.reason.data or "")
        if not form.errors:
            tell(_("Done."))
            return redirect(url_for("accounts.loss", loss_id=loss_id))
    return _show(found, form, tried=act)


def _show(found: LostFactors, form: ActForm, tried: str = "") -> Any:
    now = clock.now()
    return render_template(
        "accounts/loss.html",
        loss=found,
        roles=accounts.granted_roles(found.account_id, clock.local_day(now)),
        offered=LIFECYCLE.offered(found.state, current_actor().roles & STAFF_ROLES),
        free_from=found.requested_at + WAITING,
        form=form,
        tried=tried,
    )
