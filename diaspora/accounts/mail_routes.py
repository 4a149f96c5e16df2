"""The list of mails that did not arrive, for staff."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from diaspora.platform import clock
from diaspora.platform.access import Permission, Role, current_actor, needs
from diaspora.platform.forms import ActForm, refusals, tell_outcome
from diaspora.platform.mail import queries, services
from diaspora.platform.mail.rules import masked

blueprint = Blueprint("mails", __name__)

ACTS = {"again": services.try_again, "settle": services.settle}


@blueprint.get("/staff/mails")
@needs(Permission.SEE_MAIL_PROBLEMS)
def index() -> Any:
    """Which mails did not arrive, why, and what to do. Who is no officer sees no whole address."""
    page = queries.problems(request.args.get("page", 1, type=int))
    whole = Role.OFFICER in current_actor().roles
    rows = [(mail, mail.address if whole else masked(mail.address)) for mail in page.rows]
    return render_template("accounts/mails.html", page=page, rows=rows, late=queries.late(clock.now()))


@blueprint.post("/staff/mails/<uuid:mail_id>/<act>")
@needs(Permission.SEE_MAIL_PROBLEMS)
def act(mail_id: UUID, act: str) -> Any:
    """Send it again, or take it off the list."""
    mail, form = queries.problem(mail_id), ActForm()
    if mail is None or act not in ACTS:
        abort(404)
    if form.validate_on_submit():
        with refusals(form):
            ACTS[act](mail, current_actor(), clock.now())
    tell_outcome(form, _("The mail is sent again.") if act == "again" else _("Settled."))
    return redirect(url_for("mails.index"))
