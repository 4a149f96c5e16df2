"""Pages on which leads say who acts for their institution, and on which somebody joins one."""

from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from diaspora.extensions import limiter
from diaspora.institutions import policy, queries, services
from diaspora.institutions.forms import InviteMemberForm, JoinForm
from diaspora.institutions.models import Institution, Membership
from diaspora.institutions.routes import blueprint, own_institution
from diaspora.platform import clock
from diaspora.platform.access import Permission, Role, current_actor, needs
from diaspora.platform.forms import ActForm, refusals, tell_outcome
from diaspora.platform.web import tell

ROLES = {"lead": Role.HOST_LEAD, "editor": Role.HOST_EDITOR}


@blueprint.get("/institution/<uuid:institution_id>/members")
@needs(Permission.OWN_INSTITUTION)
def members(institution_id: UUID) -> Any:
    """Who acts for one's institution here, and what each of them may do."""
    return _page(own_institution(institution_id), InviteMemberForm(formdata=None))


def _page(record: Institution, form: InviteMemberForm) -> str:
    leading = Role.HOST_LEAD in policy.roles_towards(current_actor(), record.id)
    return render_template(
        "institutions/members.html",
        institution=record,
        members=queries.members_of([record.id]),
        invitations=queries.open_invitations(record.id) if leading else [],
        now=clock.now(),
        form=form,
        leading=leading,
        lead=Role.HOST_LEAD,
        editor=Role.HOST_EDITOR,
    )


@blueprint.post("/institution/<uuid:institution_id>/members/invite")
@limiter.limit("20/hour", key_func=lambda: str(current_actor().account_id))
@needs(Permission.OWN_INSTITUTION)
def invite_member(institution_id: UUID) -> Any:
    """Ask somebody by mail to act for the institution, too."""
    record, form = own_institution(institution_id), InviteMemberForm()
    if form.validate_on_submit():
        with refusals(form):
            services.invite_member(
                record, form.email.data or "", Role(form.role.data), current_actor(), clock.now()
            )
        if not form.errors:
            tell(_("Invited. The link in the mail works once, for seven days."))
            return redirect(url_for("institutions.members", institution_id=institution_id))
    return _page(record, form)


@blueprint.post("/institution/<uuid:institution_id>/members/invitations/<uuid:invitation_id>/<act>")
@needs(Permission.OWN_INSTITUTION)
def invitation_act(institution_id: UUID, invitation_id: UUID, act: str) -> Any:
    """Send an open invitation again, or take it back."""
    own_institution(institution_id)
    acts = {"again": services.send_again, "withdraw": services.withdraw_invitation}
    found, form = queries.invitation(invitation_id), ActForm()
    if act not in acts or found is None or found.institution_id != institution_id:
        abort(404)
    if form.validate_on_submit():
        with refusals(form):
            acts[act](found, current_actor(), clock.now())
    tell_outcome(form, _("Sent again.") if act == "again" else _("Taken back; the link works no more."))
    return redirect(url_for("institutions.members", institution_id=institution_id))


@blueprint.post("/institution/<uuid:institution_id>/members/<uuid:membership_id>/<act>")
@needs(Permission.OWN_INSTITUTION)
def member_act(institution_id: UUID, membership_id: UUID, act: str) -> Any:
    """Make a member lead or editor, or end the membership; one's own, too."""
    own_institution(institution_id)
    found, form = member_of(institution_id, membership_id), ActForm()
    if act not in {*ROLES, "end"}:
        abort(404)
    if form.validate_on_submit():
        with refusals(form):
            if act == "end":
                services.end_membership(found, current_actor(), clock.now())
            else:
                services.change_role(found, ROLES[act], current_actor(), clock.now())
    tell_outcome(form, _("Done. Everybody concerned is told by mail."))
    if not policy.is_member(current_actor(), institution_id):
        return redirect(url_for("home.front"))
    return redirect(url_for("institutions.members", institution_id=institution_id))


def member_of(institution_id: UUID, membership_id: UUID) -> Membership:
    """The present membership of this institution, or no such page."""
    rows = queries.members_of([institution_id])
    return next((row for row in rows if row.id == membership_id), None) or abort(404)


@blueprint.route("/institution/join/<token>", methods=["GET", "POST"])
@limiter.limit("30/hour", methods=["POST"])
@needs(Permission.READ_PUBLIC_PAGES)
def join(token: str) -> Any:
    """Accept an invitation to act for an institution; the link came by mail."""
    actor, now, here = current_actor(), clock.now(), url_for("institutions.join", token=token)
    found = queries.invitation_by_token(token, now)
    fits = found is not None and actor.account_id is not None and current_user.account.email == found.email
    # a link that is of no use to the reader shows no form, and so no errors of one
    form = JoinForm() if fits else JoinForm(formdata=None)
    if fits and form.validate_on_submit():
        with refusals(form):
            services.accept_invitation(token, form.person(), current_user.account, now)
        if not form.errors:
            tell(_("You act for the institution now."))
            return redirect(url_for("institutions.mine"))
    return render_template(
        "institutions/join.html",
        form=form,
        invitation=found,
        institution=queries.institution(found.institution_id) if found else None,
        fits=fits,
        here=here,
    )
