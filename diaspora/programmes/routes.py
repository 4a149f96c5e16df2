"""Pages of staff: programmes and calls. Officers change them; reviewers, finance and administrators read."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, url_for
from flask_babel import gettext as _

from diaspora.accounts import queries as accounts
from diaspora.platform import clock
from diaspora.platform.access import Permission, Role, current_actor, needs
from diaspora.platform.forms import ActForm, refusals, tell_outcome, version_agrees
from diaspora.platform.web import tell
from diaspora.programmes import forms, policy, queries, rules, services
from diaspora.programmes.models import Call, Programme
from diaspora.programmes.rules import COMMISSION_STATES, LIFECYCLE, CallAct, CallState, Mode

blueprint = Blueprint("programmes", __name__)

PLAIN_ACTS = frozenset(CallAct) - {CallAct.EXTEND}
"""Acts that need nothing but a click."""


def some_call(call_id: UUID) -> Call:
    """The call, or no such page."""
    found = queries.call(call_id)
    if found is None:
        abort(404)
    return found


def some_programme(programme_id: UUID) -> Programme:
    """The programme, or no such page."""
    found = queries.programme(programme_id)
    if found is None:
        abort(404)
    return found


def to_call(call_id: UUID) -> Any:
    """On to the page of a call."""
    return redirect(url_for("programmes.show", call_id=call_id))


@blueprint.get("/staff/calls")
@needs(Permission.SEE_CALLS)
def index() -> Any:
    """Programmes with their calls, and what is left of each."""
    found = queries.programmes()
    reserved = queries.reserved(call.id for programme in found for call in programme.calls)
    return render_template("programmes/index.html", programmes=found, reserved=reserved)


@blueprint.route("/staff/programmes/new", methods=["GET", "POST"])
@needs(Permission.RUN_CALLS)
def new_programme() -> Any:
    """A programme."""
    form = forms.ProgrammeForm()
    if form.validate_on_submit():
        name, description = forms.by_language(form, "name"), forms.by_language(form, "description")
        with refusals(form):
            services.create_programme(name, description, current_actor(), clock.now())
        if not form.errors:
            tell(_("The programme is there. Prepare its first call next."))
            return redirect(url_for("programmes.index"))
    return render_template("programmes/programme.html", form=form)


@blueprint.route("/staff/programmes/<uuid:programme_id>/edit", methods=["GET", "POST"])
@needs(Permission.RUN_CALLS)
def edit_programme(programme_id: UUID) -> Any:
    """Other words for a programme."""
    record = some_programme(programme_id)
    form = forms.ProgrammeForm(obj=forms.flat_programme(record))
    if form.validate_on_submit() and form.matches(forms.flat_programme(record)):
        name, description = forms.by_language(form, "name"), forms.by_language(form, "description")
        with refusals(form):
            services.edit_programme(record, name, description, current_actor(), clock.now())
        if not form.errors:
            tell(_("Saved."))
            return redirect(url_for("programmes.index"))
    return render_template("programmes/programme.html", form=form, programme=record)


@blueprint.route("/staff/programmes/<uuid:programme_id>/calls/new", methods=["GET", "POST"])
@needs(Permission.RUN_CALLS)
def new_call(programme_id: UUID) -> Any:
    """Prepare a call."""
    record = some_programme(programme_id)
    form, made = forms.CallForm(), None
    if form.validate_on_submit():
        with refusals(form):
            made = services.create_call(record, form.entry(), form.rules(), current_actor(), clock.now())
        if made is not None and not form.errors:
            tell(_("The call is a draft now. Add its allowance rates and its commission, then open it."))
            return to_call(made.id)
    return render_template("programmes/call_form.html", form=form, programme=record)


@blueprint.get("/staff/calls/<uuid:call_id>")
@needs(Permission.SEE_CALLS)
def show(call_id: UUID) -> Any:
    """All of a call."""
    return _page(some_call(call_id), forms.RateForm(formdata=None))


@blueprint.route("/staff/calls/<uuid:call_id>/edit", methods=["GET", "POST"])
@needs(Permission.RUN_CALLS)
def edit_call(call_id: UUID) -> Any:
    """Change a draft."""
    record = some_call(call_id)
    form = forms.CallForm(obj=forms.flat_call(record))
    if form.validate_on_submit() and form.matches(forms.flat_call(record)):
        with refusals(form):
            services.edit_call(record, form.entry(), form.rules(), current_actor(), clock.now())
        if not form.errors:
            tell(_("Saved."))
            return to_call(call_id)
    return render_template("programmes/call_form.html", form=form, programme=record.programme, call=record)


@blueprint.route("/staff/calls/<uuid:call_id>/commission", methods=["GET", "POST"])
@needs(Permission.RUN_CALLS)
def commission(call_id: UUID) -> Any:
    """Name the chair and the reviewers."""
    record, now = some_call(call_id), clock.now()
    people = accounts.staff_with(Role.REVIEWER, clock.local_day(now))
    form = forms.CommissionForm(people, data=forms.seated(record))
    if form.validate_on_submit() and form.matches(record):
        with refusals(form):
            services.set_commission(record, form.chair_id(), form.reviewer_ids(), current_actor(), now)
        if not form.errors:
            tell(_("The commission is named."))
            return to_call(call_id)
    return render_template("programmes/commission.html", form=form, call=record, people=people)


@blueprint.post("/staff/calls/<uuid:call_id>/rates")
@needs(Permission.RUN_CALLS)
def add_rate(call_id: UUID) -> Any:
    """One more allowance rate for a draft."""
    record, form = some_call(call_id), forms.RateForm()
    if form.validate_on_submit():
        with refusals(form):
            version_agrees(record, form.version.data)
            services.add_rate(record, form.entry(), current_actor(), clock.now())
        if not form.errors:
            tell(_("The rate is added."))
            return to_call(call_id)
    if record.state != CallState.DRAFT:  # its page has no form beside whose fields the errors could stand
        tell_outcome(form)
        return to_call(call_id)
    return _page(record, form)


@blueprint.post("/staff/calls/<uuid:call_id>/rates/<uuid:rate_id>/remove")
@needs(Permission.RUN_CALLS)
def remove_rate(call_id: UUID, rate_id: UUID) -> Any:
    """Take an allowance rate out of a draft."""
    record, form = some_call(call_id), ActForm()
    if form.validate_on_submit():
        with refusals(form):
            version_agrees(record, form.version.data)
            services.remove_rate(record, rate_id, current_actor(), clock.now())
        if not form.errors:
            tell(_("The rate is removed."))
            return to_call(call_id)
    return _page(record, forms.RateForm(formdata=None), form)


@blueprint.route("/staff/calls/<uuid:call_id>/extend", methods=["GET", "POST"])
@needs(Permission.RUN_CALLS)
def extend(call_id: UUID) -> Any:
    """A later deadline."""
    record, form = some_call(call_id), forms.ExtendForm()
    if form.validate_on_submit():
        with refusals(form):
            version_agrees(record, form.version.data)
            services.extend(record, form.deadline.data, form.reason.data or "", current_actor(), clock.now())
        if not form.errors:
            tell(_("The deadline is later now."))
            return to_call(call_id)
    if not form.is_submitted():
        form.version.data = str(record.version)
    return render_template("programmes/extend.html", form=form, call=record)


@blueprint.post("/staff/calls/<uuid:call_id>/<act>")
@needs(Permission.RUN_CALLS)
def act(call_id: UUID, act: str) -> Any:
    """Open, begin the review, conclude, close or archive."""
    if act not in PLAIN_ACTS:
        abort(404)
    record, form = some_call(call_id), ActForm()
    if form.validate_on_submit():
        with refusals(form):
            version_agrees(record, form.version.data)
            services.act(record, CallAct(act), current_actor(), clock.now(), form.reason.data or "")
        if not form.errors:
            tell(_("Done."))
            return to_call(call_id)
    return _page(record, forms.RateForm(formdata=None), form)


def _page(call: Call, rate_form: forms.RateForm, act_form: ActForm | None = None) -> str:
    """All of a call; `act_form` carries what was refused a moment ago."""
    actor, now = current_actor(), clock.now()
    runs = actor.may(Permission.RUN_CALLS)
    rate_form.version.data = rate_form.version.raw_data = str(call.version)
    return render_template(
        "programmes/show.html",
        call=call,
        modes=[Mode(mode) for mode in call.modes],
        reserved=queries.reserved([call.id])[call.id],
        people=accounts.accounts_by_id(member.account_id for member in call.commission),
        offered=LIFECYCLE.offered(call.state, policy.roles_towards(actor, call.id)) if runs else [],
        missing=rules.missing_to_open(services.facts(call, now)) if call.state == CallState.DRAFT else [],
        edits_draft=runs and call.state == CallState.DRAFT,
        edits_commission=runs and call.state in COMMISSION_STATES,
        rate_form=rate_form,
        refused=act_form,
    )
