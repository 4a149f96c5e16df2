"""Pages on which officers verify institutions."""

from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from diaspora.extensions import limiter
from diaspora.institutions import policy, queries, rules, services
from diaspora.institutions.forms import InstallLeadForm, InstitutionForm, LetterForm, flat
from diaspora.institutions.member_routes import member_of
from diaspora.institutions.models import Institution
from diaspora.institutions.routes import blueprint
from diaspora.institutions.rules import LIFECYCLE, InstitutionAct, InstitutionKind, InstitutionState
from diaspora.platform import clock, reference, staff_lists
from diaspora.platform.access import Permission, current_actor, needs
from diaspora.platform.forms import ActForm, refusals, tell_outcome, version_agrees
from diaspora.platform.labels import label
from diaspora.platform.staff_lists import Choice, Column, StaffList
from diaspora.platform.web import tell

COLUMNS = [
    Column(_l("Institution")),
    Column(_l("Kind")),
    Column(_l("District")),
    Column(_l("Lead")),
    Column(_l("State")),
    Column(_l("Registered"), "registered"),
    Column(_l("Verified until"), "until"),
]
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
    """All institutions, or those that the address asks for."""
    districts, counts = reference.districts(), queries.count_by_state()
    asked = staff_lists.asked(
        queries.STAFF_ORDERS, "registered",
        state=(set(InstitutionState), ""), kind=(set(InstitutionKind), ""), district=(districts, ""),
    )  # fmt: skip
    if asked.wrong:
        abort(404)
    choices = [
        Choice("state", _("State"), [(s.value, label(s), counts[s]) for s in counts], _("All states")),
        Choice("kind", _("Kind"), [(k.value, label(k), None) for k in InstitutionKind], _("All kinds")),
        Choice("district", _("District"), [(c, n, None) for c, n in districts.items()], _("All districts")),
    ]
    listed = StaffList(
        "institutions.staff_index", asked, COLUMNS, choices, queries.page_for_staff(asked),
        words_hint=_("in the name, or the state registration number"),
    )  # fmt: skip
    return render_template("institutions/staff_index.html", list=listed)


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


@blueprint.post("/staff/institutions/<uuid:institution_id>/letter")
@needs(Permission.VERIFY_INSTITUTIONS)
def staff_letter(institution_id: UUID) -> Any:
    """Record a signed letter that shows who acts for the institution."""
    record, form = some_institution(institution_id), LetterForm()
    if form.validate_on_submit():
        with refusals(form):
            services.record_letter(
                record, form.dated_on.data, form.signed_by.data or "", form.note.data or "",
                current_actor(), clock.now(),
            )  # fmt: skip
        if not form.errors:
            tell(_("The letter is recorded."))
            return redirect(url_for("institutions.staff_show", institution_id=institution_id))
    return _show(record, ActForm(formdata=None), letter=form)


@blueprint.post("/staff/institutions/<uuid:institution_id>/lead")
@limiter.limit("20/hour", key_func=lambda: str(current_actor().account_id))
@needs(Permission.VERIFY_INSTITUTIONS)
def staff_lead(institution_id: UUID) -> Any:
    """Give an institution a lead, with a reason."""
    record, form = some_institution(institution_id), InstallLeadForm()
    if form.validate_on_submit():
        with refusals(form):
            services.install_lead(
                record, form.email.data or "", current_actor(), clock.now(), form.reason.data or ""
            )
        if not form.errors:
            tell(_("Done. The person is told by mail."))
            return redirect(url_for("institutions.staff_show", institution_id=institution_id))
    return _show(record, ActForm(formdata=None), new_lead=form)


@blueprint.post("/staff/institutions/<uuid:institution_id>/members/<uuid:membership_id>/end")
@needs(Permission.VERIFY_INSTITUTIONS)
def staff_end_membership(institution_id: UUID, membership_id: UUID) -> Any:
    """End somebody's membership where nobody of the institution can or should."""
    some_institution(institution_id)
    found, form = member_of(institution_id, membership_id), ActForm()
    if form.validate_on_submit():
        with refusals(form):
            services.end_membership(found, current_actor(), clock.now(), form.reason.data or "")
    tell_outcome(form, _("Done. Everybody concerned is told by mail."))
    return redirect(url_for("institutions.staff_show", institution_id=institution_id))


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


def _show(
    record: Institution,
    form: ActForm,
    tried: str = "",
    letter: LetterForm | None = None,
    new_lead: InstallLeadForm | None = None,
) -> Any:
    roles = policy.roles_towards(current_actor(), record.id)
    return render_template(
        "institutions/staff_show.html",
        institution=record,
        district=reference.district_name(record.district),
        members=queries.members_of([record.id]),
        same_domain=lambda account: rules.same_domain(account.email, record.website),
        facts=queries.facts_of(record, clock.local_day(clock.now())),
        seen=queries.newest_letter(record.id),
        offered=LIFECYCLE.offered(record.state, roles),
        form=form,
        letter=letter or LetterForm(formdata=None),
        new_lead=new_lead or InstallLeadForm(formdata=None),
        may_step_in=policy.may_step_in(record),
        tried=tried,
    )
