"""Pages on which an institution writes and handles its posts; officers help with some of them."""

from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from diaspora.accounts import services as accounts
from diaspora.institutions import policy as institution_policy
from diaspora.institutions import queries as institutions
from diaspora.institutions.models import Institution
from diaspora.placements import builder, queries, services
from diaspora.placements.forms import PlacementForm, RenewForm
from diaspora.placements.labels import NEXT_STEPS, PART_NAMES
from diaspora.placements.models import Placement
from diaspora.placements.policy import is_member, may_edit, roles_towards
from diaspora.placements.routes import blueprint, public_page
from diaspora.placements.rules import LIFECYCLE, PlacementAct, Terms, contradictions
from diaspora.platform import clock
from diaspora.platform.access import HOST_ROLES, Permission, Role, current_actor, needs
from diaspora.platform.forms import ActForm, refusals, tell_outcome, version_agrees
from diaspora.platform.languages import current_language
from diaspora.platform.web import tell
from diaspora.programmes import queries as programmes
from diaspora.programmes.models import Call

DONE = {
    PlacementAct.SUBMIT: lambda: _("Sent. An officer reads it now; you will get a mail."),
    PlacementAct.PUBLISH: lambda: _("Published. The institution's leads are told by mail."),
    PlacementAct.REQUEST_CHANGES: lambda: _("The institution's leads are told by mail what to correct."),
    PlacementAct.REJECT: lambda: _("Rejected. The institution's leads are told why by mail."),
    PlacementAct.HOLD: lambda: _("On hold: nobody can find it until you show it again."),
    PlacementAct.RELEASE: lambda: _("Shown again: candidates can find it and apply."),
    PlacementAct.RENEW: lambda: _("Open again until its new closing day."),
    PlacementAct.WITHDRAW: lambda: _("Withdrawn."),
    PlacementAct.FILL: lambda: _("Marked as filled; it is no longer listed."),
    PlacementAct.REOPEN: lambda: _("Open again: candidates can find it and apply."),
    PlacementAct.CLOSE: lambda: _("Closed."),
}


def _own_institution(institution_id: UUID) -> Institution:
    found = institutions.institution(institution_id)
    roles = institution_policy.roles_towards(current_actor(), institution_id)
    if found is None or not roles & HOST_ROLES:
        abort(404)
    return found


def _own(placement_id: UUID, officers: bool = False) -> Placement:
    """The placement, for members of its institution; elsewhere not even its existence is told."""
    found = queries.placement(placement_id)
    helping = officers and Role.OFFICER in current_actor().roles
    if found is None or not (helping or is_member(current_actor(), found)):
        abort(404)
    return found


def _home_of(placement: Placement) -> str:
    """Where this reader handles the placement."""
    endpoint = "placements.manage" if is_member(current_actor(), placement) else "placements.staff_show"
    return url_for(endpoint, placement_id=placement.id)


def _choosable_calls(placement: Placement | None = None) -> list[Call]:
    calls = list(programmes.open_calls(clock.local_day(clock.now())))
    if placement is None or placement.call is None:
        return calls
    if placement.terms_version:
        return [placement.call]
    return calls if placement.call in calls else [placement.call, *calls]


def _kept(form: PlacementForm, key: str, base: object) -> accounts.Kept:
    """What its writer typed before and had not sent comes back into the form."""
    return accounts.restored(form, current_actor().account_id, key, base)


def _beside(stored: Terms) -> dict[str, Any]:
    """What stands beside the fields of the form."""
    return {"chapters": builder.chapters(stored), "examples": builder.examples(current_language())}


@blueprint.get("/institution/<uuid:institution_id>/placements")
@needs(Permission.EDIT_OWN_PLACEMENTS)
def of_institution(institution_id: UUID) -> Any:
    """Every post of one's institution."""
    institution = _own_institution(institution_id)
    return render_template(
        "placements/of_institution.html",
        institution=institution,
        page=queries.page_of_institution(institution.id, request.args.get("page", 1, type=int)),
    )


@blueprint.route("/institution/<uuid:institution_id>/placements/new", methods=["GET", "POST"])
@needs(Permission.EDIT_OWN_PLACEMENTS)
def new(institution_id: UUID) -> Any:
    """Begin a post."""
    institution = _own_institution(institution_id)
    form = PlacementForm(calls=_choosable_calls())
    kept = _kept(form, f"placement.new.{institution_id}", "new")
    if form.validate_on_submit():
        with refusals(form):
            made = services.create(institution, form.terms(), current_actor(), clock.now())
            accounts.discard_draft(current_actor().account_id, kept.key)
        if not form.errors:
            tell(_("Saved as a draft. Below you see what is still missing."))
            return redirect(url_for("placements.manage", placement_id=made.id))
    return render_template(
        "placements/new.html", form=form, institution=institution, kept=kept, **_beside(Terms())
    )


@blueprint.route("/institution/placements/<uuid:placement_id>/edit", methods=["GET", "POST"])
@needs(Permission.HANDLE_PLACEMENTS)
def edit(placement_id: UUID) -> Any:
    """Change a post."""
    found = _own(placement_id, officers=True)
    if not may_edit(current_actor(), found):
        tell(_("This post cannot be edited now. Below you see what can be done."), "refused")
        return redirect(_home_of(found))
    form = PlacementForm(obj=found, calls=_choosable_calls(found))
    kept = _kept(form, f"placement.{placement_id}", found.version)
    if form.validate_on_submit() and form.matches(found):
        with refusals(form):
            services.edit(found, form.terms(), current_actor(), clock.now(), form.version.data)
            accounts.discard_draft(current_actor().account_id, kept.key)
        if not form.errors:
            tell(_("Saved."))
            return redirect(_home_of(found))
    return render_template(
        "placements/edit.html",
        form=form,
        placement=found,
        back=_home_of(found),
        kept=kept,
        **_beside(queries.terms_of(found)),
    )


@blueprint.get("/institution/placements/<uuid:placement_id>")
@needs(Permission.EDIT_OWN_PLACEMENTS)
def manage(placement_id: UUID) -> Any:
    """Where a post of one's institution stands, and what can be done."""
    return _manage_page(_own(placement_id))


def _manage_page(found: Placement, renewing: RenewForm | None = None) -> Any:
    actor, today = current_actor(), clock.local_day(clock.now())
    return render_template(
        "placements/manage.html",
        placement=found,
        next_step=NEXT_STEPS[found.state],
        chapters=builder.chapters(queries.terms_of(found)),
        wrong=contradictions(queries.terms_of(found), queries.bounds_of(found.call)),
        offers=queries.offers(found, roles_towards(actor, found), today),
        leading=Role.HOST_LEAD in roles_towards(actor, found),
        editable=may_edit(actor, found),
        renewing=renewing or RenewForm(obj=found),
        part_names=PART_NAMES,
    )


@blueprint.get("/placements/<uuid:placement_id>/preview")
@needs(Permission.EDIT_OWN_PLACEMENTS)
def preview(placement_id: UUID) -> Any:
    """A post of one's institution as the public reads it, or will."""
    return public_page(_own(placement_id), preview=True)


@blueprint.post("/institution/placements/<uuid:placement_id>/copy")
@needs(Permission.EDIT_OWN_PLACEMENTS)
def copy(placement_id: UUID) -> Any:
    """A new draft from an earlier post."""
    made = services.copy(_own(placement_id), current_actor(), clock.now())
    tell(_("This is the copy, a new draft. Choose its call and its days."))
    return redirect(url_for("placements.edit", placement_id=made.id))


@blueprint.post("/institution/placements/<uuid:placement_id>/renew")
@needs(Permission.HANDLE_PLACEMENTS)
def renew(placement_id: UUID) -> Any:
    """A new closing day opens an expired post again."""
    found = _own(placement_id, officers=True)
    form = RenewForm(request.form)
    if form.validate():
        with refusals(form):
            version_agrees(found, form.version.data)
            services.act(
                found, PlacementAct.RENEW, current_actor(), clock.now(), closes_on=form.closes_on.data
            )
        if not form.errors:
            tell(DONE[PlacementAct.RENEW]())
            return redirect(_home_of(found))
    roles = roles_towards(current_actor(), found)
    offered = {row.act for row in LIFECYCLE.offered(found.state, roles)}
    if is_member(current_actor(), found) and PlacementAct.RENEW in offered:
        return _manage_page(found, form)
    tell_outcome(form)  # the page has no form beside whose field the error could stand
    return redirect(_home_of(found))


@blueprint.post("/institution/placements/<uuid:placement_id>/<act>")
@needs(Permission.HANDLE_PLACEMENTS)
def act(placement_id: UUID, act: str) -> Any:
    """Do one act of a placement's life-cycle."""
    found = _own(placement_id, officers=True)
    if act not in set(PlacementAct) - {PlacementAct.RENEW}:
        abort(404)
    form, chosen = ActForm(), PlacementAct(act)
    if form.validate_on_submit():
        with refusals(form):
            services.act(
                found, chosen, current_actor(), clock.now(), form.reason.data or "", form.version.data
            )
    tell_outcome(form, DONE[chosen]())
    return redirect(_home_of(found))
