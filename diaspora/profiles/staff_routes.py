"""What officers see of candidates: a list without names, and the profile of one who was sent to them."""

from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from diaspora.platform import clock
from diaspora.platform.access import Permission, current_actor, needs
from diaspora.platform.forms import ActForm, refusals, version_agrees
from diaspora.platform.web import tell
from diaspora.profiles import policy, queries, rules, services
from diaspora.profiles.models import Candidate
from diaspora.profiles.routes import blueprint
from diaspora.profiles.rules import CandidateAct, CandidateState

STAFF = Permission.ADMIT_CANDIDATES


@blueprint.get("/staff/candidates")
@needs(STAFF)
def staff_index() -> Any:
    """Those in one state; the state stands in the address."""
    wanted = request.args.get("state", CandidateState.SUBMITTED.value)
    if wanted not in rules.STAFF_STATES:
        abort(404)
    state = CandidateState(wanted)
    page = queries.staff_page(state, request.args.get("page", 1, int))
    return render_template(
        "profiles/staff_index.html",
        page=page,
        people={c.id: queries.anonymised(c) for c in page.rows},
        consents={c.id: queries.roster_consent(c) for c in page.rows},
        state=state,
        states=[s for s in CandidateState if s in rules.STAFF_STATES],
        counts=queries.counts(),
    )


@blueprint.get("/staff/candidates/<uuid:candidate_id>")
@needs(STAFF)
def staff_show(candidate_id: UUID) -> Any:
    """The whole profile with its name; the reading is recorded, and the person can see that."""
    actor = current_actor()
    candidate = queries.candidate(candidate_id)
    if candidate is None or not policy.may_see_as_staff(actor, candidate):
        # an unsent draft looks like nobody: that somebody began one is their own affair
        abort(404)
    services.log_identified_read(candidate, actor, clock.now(), "officer")
    return _shown(candidate, ActForm())


def _shown(candidate: Candidate, form: ActForm) -> str:
    offered = rules.LIFECYCLE.offered(candidate.state, policy.roles_towards(current_actor(), candidate))
    return render_template(
        "profiles/staff_show.html",
        candidate=candidate,
        form=form,
        consent=queries.roster_consent(candidate),
        missing=[rules.MISSING[key] for key in queries.missing_parts(candidate)],
        acts={row.act.value for row in offered},
    )


@blueprint.post("/staff/candidates/<uuid:candidate_id>/<name>")
@needs(STAFF)
def staff_act(candidate_id: UUID, name: str) -> Any:
    """Admit to the roster, or send back with a reason."""
    actor, form = current_actor(), ActForm()
    chosen = {"admit": CandidateAct.ADMIT, "return": CandidateAct.RETURN}.get(name) or abort(404)
    candidate = queries.candidate(candidate_id)
    if candidate is None or not policy.may_see_as_staff(actor, candidate):
        abort(404)
    if form.validate_on_submit():
        with refusals(form):
            version_agrees(candidate, form.version.data)
            services.act(candidate, chosen, actor, clock.now(), form.reason.data or "")
    if form.errors:
        services.log_identified_read(candidate, actor, clock.now(), "officer")
        return _shown(candidate, form)
    if chosen is CandidateAct.ADMIT:
        tell(_("Admitted for three years. The candidate gets a mail, and suggestions follow."))
    else:
        tell(_("Sent back. The candidate gets a mail with your reason."))
    return redirect(url_for("profiles.staff_index"))
