"""What officers see of candidates: a list without names, and the profile of one who was sent to them."""

from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from diaspora.platform import clock, reference, staff_lists
from diaspora.platform.access import Permission, current_actor, needs
from diaspora.platform.bulk import page as bulk_page
from diaspora.platform.collation import in_order
from diaspora.platform.forms import ActForm, refusals, version_agrees
from diaspora.platform.labels import label
from diaspora.platform.staff_lists import Choice, Column, StaffList
from diaspora.platform.web import tell
from diaspora.profiles import bulk, policy, queries, rules, services
from diaspora.profiles.models import Candidate
from diaspora.profiles.routes import blueprint
from diaspora.profiles.rules import CandidateAct, CandidateState

STAFF = Permission.ADMIT_CANDIDATES
COLUMNS = [
    Column(_l("Profile")),
    Column(_l("State")),
    Column(_l("Career stage")),
    Column(_l("Country")),
    Column(_l("Main field")),
    Column(_l("Last change"), "changed"),
    Column(_l("On the roster until"), "until"),
]


@blueprint.get("/staff/candidates")
@needs(STAFF)
def staff_index() -> Any:
    """Candidates without names: at first, those who wait for an officer."""
    actor, areas = current_actor(), reference.research_areas()
    states, countries = [s for s in CandidateState if s in rules.STAFF_STATES], queries.countries(actor)
    counts = queries.counts(actor)
    asked = staff_lists.asked(
        queries.STAFF_ORDERS, "changed",
        state=(states, CandidateState.SUBMITTED.value), country=(countries, ""), area=(areas, ""),
    )  # fmt: skip
    if asked.wrong:
        abort(404)
    page = queries.staff_page(asked, actor)
    named = in_order(countries, key=reference.country_name)
    choices = [
        Choice("state", _("State"), [(s.value, label(s), counts[s]) for s in states], _("All states")),
        Choice(
            "country", _("Country"),
            [(c, reference.country_name(c), countries[c]) for c in named], _("All countries"),
        ),
        Choice("area", _("Research area"), [(c, n, None) for c, n in areas.items()], _("All areas")),
    ]  # fmt: skip
    return render_template(
        "profiles/staff_index.html",
        list=StaffList(
            "profiles.staff_index", asked, COLUMNS, choices, page,
            words_hint=_("in what people wrote about their work, or the number of a profile"),
            bulk="profiles.staff_bulk", acts=bulk.BULK.offered(),
        ),
        people={c.id: queries.anonymised(c) for c in page.rows},
        consents={c.id: queries.roster_consent(c) for c in page.rows},
        drafts=counts[CandidateState.DRAFT],
    )  # fmt: skip


@blueprint.route("/staff/candidates/several", methods=["GET", "POST"])
@needs(STAFF)
def staff_bulk() -> Any:
    """One act on several candidates: the preview, then the act."""
    return bulk_page(bulk.BULK)


@blueprint.get("/staff/candidates/<uuid:candidate_id>")
@needs(STAFF)
def staff_show(candidate_id: UUID) -> Any:
    """The whole profile with its name; the reading is recorded, and the person can see that."""
    actor = current_actor()
    candidate = queries.seen_candidate(candidate_id, actor)
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
        documents=queries.documents_of(candidate.id),
        missing=[rules.MISSING[key] for key in queries.missing_parts(candidate)],
        acts={row.act.value for row in offered},
    )


@blueprint.post("/staff/candidates/<uuid:candidate_id>/<name>")
@needs(STAFF)
def staff_act(candidate_id: UUID, name: str) -> Any:
    """Admit to the roster, or send back with a reason."""
    actor, form = current_actor(), ActForm()
    chosen = {"admit": CandidateAct.ADMIT, "return": CandidateAct.RETURN}.get(name) or abort(404)
    candidate = queries.seen_candidate(candidate_id, actor)
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
