"""Pages of a stay for the candidate, the institution and staff."""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from flask_babel import gettext as _

from diaspora.assignments import policy, queries, services
from diaspora.assignments.models import Assignment
from diaspora.pairings import policy as pairings
from diaspora.platform import clock, files
from diaspora.platform.access import Actor, Permission, current_actor, needs
from diaspora.platform.forms import ActForm, refusals, tell_outcome, version_agrees
from diaspora.platform.web import tell
from diaspora.profiles.services import log_identified_read

blueprint = Blueprint("assignments", __name__)


@blueprint.get("/assignments/<uuid:assignment_id>")
@needs(Permission.READ_DOCUMENTS)
def show(assignment_id: UUID) -> Any:
    """One stay: its facts, what comes next, its letters."""
    assignment, actor, now = _seen(assignment_id), current_actor(), clock.now()
    identified = policy.may_see_identified(actor, assignment, clock.local_day(now))
    if identified:
        _log_read(assignment, actor, now, "assignment")
    return render_template(
        "assignments/show.html",
        assignment=assignment,
        placement=assignment.pairing.placement,
        identified=identified,
        own=pairings.is_own(actor, assignment.pairing.candidate),
        may_issue=policy.may_issue(actor, assignment),
        days=(assignment.ends_on - assignment.starts_on).days + 1,
    )


@blueprint.get("/candidatures/<uuid:pairing_id>/stay")
@needs(Permission.READ_DOCUMENTS)
def of_pairing(pairing_id: UUID) -> Any:
    """From a candidature to the stay that it became."""
    assignment = queries.of_pairing(pairing_id)
    if assignment is None or not policy.may_view(current_actor(), assignment, clock.local_day(clock.now())):
        abort(404)
    return redirect(url_for("assignments.show", assignment_id=assignment.id))


@blueprint.get("/assignments/<uuid:assignment_id>/letters/<uuid:letter_id>.pdf")
@needs(Permission.READ_DOCUMENTS)
def letter(assignment_id: UUID, letter_id: UUID) -> Any:
    """A letter as it was issued, to be saved."""
    assignment, actor, now = _seen(assignment_id), current_actor(), clock.now()
    found = next((row for row in assignment.letters if row.id == letter_id), None)
    if found is None or not policy.may_see_identified(actor, assignment, clock.local_day(now)):
        abort(404)
    content = _kept(found.file_key)
    if content is None or hashlib.sha256(content).hexdigest() != found.sha256:
        tell(
            _("The file of this letter is missing or damaged. Ask the programme to issue it again."),
            "refused",
        )
        return redirect(url_for("assignments.show", assignment_id=assignment_id))
    _log_read(assignment, actor, now, "letter")
    response = Response(content, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=f"{found.number}.pdf")
    return response


@blueprint.post("/assignments/<uuid:assignment_id>/letters")
@needs(Permission.DECIDE_PAIRINGS)
def issue(assignment_id: UUID) -> Any:
    """Issue the letter of invitation anew."""
    assignment, form = _seen(assignment_id), ActForm()
    if form.validate_on_submit():
        with refusals(form):
            version_agrees(assignment, form.version.data)
            services.issue_invitation(assignment, current_actor(), clock.now())
        tell_outcome(form, _("A new letter of invitation was issued. The earlier ones stay listed."))
    return redirect(url_for("assignments.show", assignment_id=assignment_id))


def _log_read(assignment: Assignment, actor: Actor, now: datetime, why: str) -> None:
    placement = assignment.pairing.placement
    host = placement.institution if pairings.is_member(actor, placement) else None
    log_identified_read(assignment.pairing.candidate, actor, now, why, host)


def _seen(assignment_id: UUID) -> Assignment:
    assignment = queries.assignment(assignment_id)
    if assignment is None or not policy.may_view(current_actor(), assignment, clock.local_day(clock.now())):
        abort(404)
    return assignment


def _kept(key: str) -> bytes | None:
    try:
        return files.get(key)
    except FileNotFoundError:
        return None
