"""The page on which anybody reports a post or an invitation, without an account."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for

from diaspora.concerns import policy, services
from diaspora.concerns.forms import ConcernForm
from diaspora.concerns.rules import ConcernKind
from diaspora.extensions import limiter
from diaspora.placements import policy as placement_policy
from diaspora.placements import queries as placements
from diaspora.platform import clock
from diaspora.platform.access import Permission, current_actor, needs
from diaspora.platform.forms import refusals
from diaspora.platform.languages import current_language

blueprint = Blueprint("concerns", __name__)


@blueprint.route("/placements/<uuid:placement_id>/report", methods=["GET", "POST"])
@limiter.limit("10/hour", methods=["POST"])
@needs(Permission.READ_PUBLIC_PAGES)
def report(placement_id: UUID) -> Any:
    """Say that something is wrong with a post, or with an invitation to it."""
    placement = placements.placement(placement_id)
    if placement is None or not policy.can_be_reported(placement):
        abort(404)
    form = ConcernForm(about=request.args.get("about", ""))
    if form.validate_on_submit():
        if not form.by_a_machine:
            with refusals(form):
                services.report(
                    placement, ConcernKind(form.kind.data), form.text.data or "", form.email.data or "",
                    current_language(), current_actor(), clock.now(), form.about.data == "invitation",
                )  # fmt: skip
        if not form.errors:
            return redirect(url_for("concerns.thanks"))
    shown = placement if placement_policy.may_view(current_actor(), placement) else None
    return render_template("concerns/report.html", form=form, placement=shown, placement_id=placement_id)


@blueprint.get("/report/received")
@needs(Permission.READ_PUBLIC_PAGES)
def thanks() -> Any:
    """It has arrived; what happens next."""
    return render_template("concerns/thanks.html")
