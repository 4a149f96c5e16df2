"""Pages on which officers verify institutions."""

from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from diaspora.institutions import policy, queries, rules, services
from diaspora.institutions.forms import InstitutionForm, flat
from diaspora.institutions.models import Institution
from diaspora.institutions.routes import blueprint
from diaspora.institutions.rules import LIFECYCLE, InstitutionAct, InstitutionState
from diaspora.platform import clock, reference
from diaspora.platform.access import Permission, current_actor, needs
from diaspora.platform.forms import ActForm, refusals, version_agrees
from diaspora.platform.web import tell

STAFF_ACTS = frozenset(InstitutionAct) - {InstitutionAct.MEND}


def some_institution(institution_id: UUID) -> Institution:
    """The institution, or no such page."""
    found = queries.institution(institution_id)
    if found is None:
        abort(404)
    return found


@blueprint.get("/staff/institutions")
@needs(Permission.VERIFY_INSTITUTIONS)
def staff_index() -> Any:
    """All institutions, or those in one state."""
    wanted = request.args.get("state", "")
    if wanted and wanted not in set(InstitutionState):
        abort(404)
    state = InstitutionState(wanted) if wanted else None
    return render_template(
        "institutions/staff_index.html",
        page=queries.page_for_staff(state, request.args.get("page", 1, type=int)),
        state=state,
        counts=queries.count_by_state(),
    )


@blueprint.get("/staff/institutions/<uuid:institution_id>")
@needs(Permission.VERIFY_INSTITUTIONS)
def staff_show(institution_id: UUID) -> Any:
    """Everything that verification needs."""
    return _show(some_institution(institution_id), ActForm(formdata=None))


@blueprint.post("/staff/institutions/<uuid:institution_id>/<act>")
@needs(Permission.VERIFY_INSTITUTIONS)
def staff_act(institution_id: UUID, act: str) -> Any:
    """Verify, reject, suspend, reinstate or renew."""
    if act not in STAFF_ACTS:
        abort(404)
    record, form = some_institution(institution_id), ActForm()
    if form.validate_on_submit():
        with refusals(form):
            version_agrees(record, form.version.data)
            services.act(
                record, InstitutionAct(act), current_actor(), clock.now(), reason=form.reason.data or ""
            )
        if not form.errors:
            tell(_("Done. The lead of the institution is told by mail."))
            return redirect(url_for("institutions.staff_show", institution_id=institution_id))
    return _show(record, form, tried=act)


@blueprint.route("/staff/institutions/<uuid:institution_id>/edit", methods=["GET", "POST"])
@needs(Permission.VERIFY_INSTITUTIONS)
def staff_edit(institution_id: UUID) -> Any:
    """Correct any part of the entry; checked parts change only here."""
    record = some_institution(institution_id)
    form = InstitutionForm(obj=flat(record))
    if form.validate_on_submit() and form.matches(flat(record)):
        with refusals(form):
            services.edit(record, form.entry(record), current_actor(), clock.now())
        if not form.errors:
            tell(_("Saved."))
            return redirect(url_for("institutions.staff_show", institution_id=institution_id))
    return render_template("institutions/staff_edit.html", form=form, institution=record)


def _show(record: Institution, form: ActForm, tried: str = "") -> Any:
    roles = policy.roles_towards(current_actor(), record.id)
    members = queries.members_of([record.id])
    return render_template(
        "institutions/staff_show.html",
        institution=record,
        district=reference.district_name(record.district),
        members=[(row, rules.same_domain(row.account.email, record.website)) for row in members],
        offered=LIFECYCLE.offered(record.state, roles),
        form=form,
        tried=tried,
    )
