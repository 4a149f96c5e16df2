"""One's own data: the copy, erasure, requests."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from diaspora.extensions import limiter
from diaspora.platform import clock, files, personal_data
from diaspora.platform.access import Permission, current_actor, needs
from diaspora.platform.audit import record
from diaspora.platform.forms import ActForm, refusals, tell_outcome
from diaspora.platform.personal_data import Fate
from diaspora.platform.refusals import Refused
from diaspora.platform.web import tell
from diaspora.profiles import queries as profiles
from diaspora.rights import forms, queries, services
from diaspora.rights.rules import RequestKind

blueprint = Blueprint("rights", __name__)

OWN = Permission.OWN_ACCOUNT


@blueprint.get("/account/data")
@needs(OWN)
def my_data() -> Any:
    """What somebody can do about their own data."""
    actor, now = current_actor(), clock.now()
    copy = queries.newest_copy(current_user.account.id)
    return render_template(
        "rights/my_data.html",
        copy=copy,
        ready=services.is_ready(copy, now),
        waits=services.waits(copy, now),
        has_profile=actor.may(Permission.OWN_PROFILE),
        hosts=actor.may(Permission.OWN_INSTITUTION),
        erasure=queries.open_erasure(actor.account_id),
    )


@blueprint.post("/account/data/copy")
@limiter.limit("10/hour", key_func=lambda: str(current_actor().account_id))
@needs(OWN)
def ask_for_copy() -> Any:
    """Have a copy made."""
    form = ActForm()
    with refusals(form):
        services.ask_for_copy(current_user.account, current_actor(), clock.now())
    tell_outcome(form, _("Your copy is being made. You get a mail when it is ready."))
    return redirect(url_for("rights.my_data"))


@blueprint.get("/account/data/copy/<uuid:copy_id>.zip")
@needs(OWN)
def copy(copy_id: UUID) -> Any:
    """The archive, for whom it is about."""
    actor, now = current_actor(), clock.now()
    found = queries.ready_copy(copy_id, actor.account_id, now) or abort(404)
    try:
        content = files.get(found.file_key)
    except FileNotFoundError:
        abort(404)
    record("rights.copy_read", actor, now, found)
    response = Response(content, mimetype="application/zip")
    response.headers.set("Content-Disposition", "attachment", filename="my-data.zip")
    return response


@blueprint.route("/account/erasure", methods=["GET", "POST"])
@limiter.limit("10/minute;30/hour", methods=["POST"], key_func=lambda: str(current_actor().account_id))
@needs(OWN)
def erasure() -> Any:
    """What would go and what would stay, and the decision; afterwards, how to take it back."""
    account, form, now = current_user.account, forms.ErasureForm(), clock.now()
    whole = request.args.get("part") != "profile"
    if form.validate_on_submit():
        with refusals(form):
            if not services.request_erasure(account, form.password.data or "", whole, current_actor(), now):
                form.refuse(Refused(_("This is not your password."), "password"))
        if not form.errors:
            return redirect(url_for("rights.erasure"))
    candidate = profiles.of_account(account.id)
    held = personal_data.held(queries.person_of(account, candidate, whole))
    return render_template(
        "rights/erasure.html",
        form=form,
        whole=whole,
        candidate=candidate,
        wish=queries.open_erasure(account.id),
        due=queries.due_if_asked(candidate, clock.local_day(now)),
        by_fate={fate: [one for one in held if one.fate is fate] for fate in Fate},
    )


@blueprint.post("/account/erasure/keep")
@needs(OWN)
def keep() -> Any:
    """Take the wish back."""
    form = ActForm()
    with refusals(form):
        services.take_back(current_user.account, current_actor(), clock.now())
    tell_outcome(form, _("Nothing is erased. A profile is kept as a draft: send it when you want to."))
    return redirect(url_for("rights.my_data"))


@blueprint.route("/account/requests", methods=["GET", "POST"])
@limiter.limit("20/hour", methods=["POST"], key_func=lambda: str(current_actor().account_id))
@needs(OWN)
def requests() -> Any:
    """Ask the data-protection officer, and read the answers."""
    account, form = current_user.account, forms.RequestForm()
    if request.method == "GET" and request.args.get("kind") in set(RequestKind):
        form.kind.data = request.args["kind"]
    if form.validate_on_submit():
        with refusals(form):
            services.file_request(
                account, RequestKind(form.kind.data), form.text.data or "", current_actor(), clock.now()
            )
        if not form.errors:
            tell(_("Your request has arrived. You get a mail when there is an answer."))
            return redirect(url_for("rights.requests"))
    return render_template("rights/requests.html", form=form, rows=queries.requests_of(account.id))
