"""Pages of institutions' own people."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, url_for
from flask_babel import gettext as _

from diaspora.extensions import limiter
from diaspora.institutions import policy, queries, services
from diaspora.institutions.forms import InstitutionForm, RegisterForm, flat
from diaspora.institutions.models import Institution
from diaspora.institutions.rules import CHECKED_STATES, InstitutionAct
from diaspora.platform import clock
from diaspora.platform.access import Permission, current_actor, needs
from diaspora.platform.forms import ActForm, refusals, tell_outcome, version_agrees
from diaspora.platform.web import tell

blueprint = Blueprint("institutions", __name__)


def own_institution(institution_id: UUID) -> Institution:
    """The institution if the reader works there; others are told that there is no such page."""
    found = queries.institution(institution_id)
    if found is None or not policy.is_member(current_actor(), institution_id):
        abort(404)
    return found


@blueprint.route("/institution/register", methods=["GET", "POST"])
@limiter.limit("20/hour", methods=["POST"])
@needs(Permission.REGISTER_INSTITUTION)
def register() -> Any:
    """Register an institution and become its lead."""
    form = RegisterForm()
    if form.validate_on_submit():
        with refusals(form):
            services.register(form.entry(), form.person(), current_actor(), clock.now())
        if not form.errors:
            tell(_("Registered. An officer checks it and mails you; meanwhile you can prepare placements."))
            return redirect(url_for("institutions.mine"))
    return render_template("institutions/register.html", form=form)


@blueprint.get("/institution")
@needs(Permission.OWN_INSTITUTION)
def mine() -> Any:
    """The institutions where the reader works: where they stand and what to do next."""
    actor = current_actor()
    assert actor.account_id is not None  # nosec B101  # noqa: S101 - only members come here
    memberships = queries.memberships_of(actor.account_id)
    members = queries.members_of([row.institution_id for row in memberships])
    return render_template("institutions/mine.html", memberships=memberships, members=members)


@blueprint.route("/institution/<uuid:institution_id>/edit", methods=["GET", "POST"])
@needs(Permission.OWN_INSTITUTION)
def edit(institution_id: UUID) -> Any:
    """Change what is known of one's institution."""
    record = own_institution(institution_id)
    form = InstitutionForm(obj=flat(record))
    if record.state in CHECKED_STATES:
        form.keep_checked()
    if form.validate_on_submit() and form.matches(flat(record)):
        with refusals(form):
            services.edit(record, form.entry(record), current_actor(), clock.now())
        if not form.errors:
            tell(_("Saved."))
            return redirect(url_for("institutions.mine"))
    return render_template("institutions/edit.html", form=form, institution=record)


@blueprint.post("/institution/<uuid:institution_id>/resubmit")
@needs(Permission.OWN_INSTITUTION)
def resubmit(institution_id: UUID) -> Any:
    """Ask for verification again after mending."""
    record, form = own_institution(institution_id), ActForm()
    if form.validate_on_submit():
        with refusals(form):
            version_agrees(record, form.version.data)
            services.act(record, InstitutionAct.MEND, current_actor(), clock.now())
    tell_outcome(form, _("Sent. An officer looks at it again and mails you."))
    return redirect(url_for("institutions.mine"))
