"""Pages on which administrators give, look at and end the roles of staff."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, url_for
from flask_babel import gettext as _

from diaspora.accounts import grants, queries, rules
from diaspora.accounts.forms import GrantForm, RenewForm
from diaspora.accounts.models import StaffGrant
from diaspora.platform import clock
from diaspora.platform.access import Permission, Role, current_actor, needs
from diaspora.platform.forms import ActForm, Form, refusals
from diaspora.platform.web import tell

blueprint = Blueprint("roles", __name__)

ACTS = frozenset({"revoke", "renew", "review"})


@blueprint.route("/staff/roles", methods=["GET", "POST"])
@needs(Permission.GIVE_ROLES)
def index() -> Any:
    """Who holds which role, which of them to look at again, and a form to give one."""
    now = clock.now()
    form = GrantForm(data={"ends_on": clock.local_day(now) + rules.GRANT_LASTS})
    if form.validate_on_submit():
        with refusals(form):
            grants.give(form.email.data, Role(form.role.data), form.ends_on.data, current_actor(), now)
        if not form.errors:
            tell(_("The role is given. Its holder is told by mail."))
            return redirect(url_for("roles.index"))
    rows = queries.valid_grants(clock.local_day(now))
    due = {grant.id for grant, _holder in rows if rules.review_due(grant.granted_at, grant.reviewed_at, now)}
    return render_template("accounts/roles.html", form=form, rows=rows, due=due)


@blueprint.get("/staff/roles/<uuid:grant_id>")
@needs(Permission.GIVE_ROLES)
def show(grant_id: UUID) -> Any:
    """One role of one person, and what can be done with it."""
    return _show(_some_grant(grant_id), RenewForm(formdata=None), ActForm(formdata=None))


@blueprint.post("/staff/roles/<uuid:grant_id>/<act>")
@needs(Permission.GIVE_ROLES)
def act(grant_id: UUID, act: str) -> Any:
    """End it, let it end on another day, or say that it is still right."""
    if act not in ACTS:
        abort(404)
    grant, now = _some_grant(grant_id), clock.now()
    form: Form = RenewForm() if act == "renew" else ActForm()
    if form.validate_on_submit():
        with refusals(form):
            if act == "renew":
                grants.renew(grant, form.ends_on.data, current_actor(), now)
            elif act == "revoke":
                grants.revoke(grant, form.reason.data or "", current_actor(), now)
            else:
                grants.review(grant, current_actor(), now)
        if not form.errors:
            tell(_("Saved."))
            return redirect(url_for("roles.index"))
    if act == "renew":
        return _show(grant, form, ActForm(formdata=None), form)
    return _show(grant, RenewForm(formdata=None), form, form)


def _some_grant(grant_id: UUID) -> StaffGrant:
    found = queries.valid_grant(grant_id, clock.local_day(clock.now()))
    if found is None:
        abort(404)
    return found


def _show(grant: StaffGrant, renewing: Form, revoking: Form, tried: Form | None = None) -> Any:
    if renewing.ends_on.data is None:
        renewing.ends_on.data = clock.local_day(clock.now()) + rules.GRANT_LASTS
    people = queries.accounts_by_id(
        filter(None, [grant.account_id, grant.granted_by_id, grant.reviewed_by_id])
    )
    return render_template(
        "accounts/role.html", grant=grant, people=people, renewing=renewing, revoking=revoking, tried=tried
    )
