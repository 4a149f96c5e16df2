"""Where somebody is signed in, and how to end it."""

from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, url_for
from flask_babel import format_timedelta
from flask_babel import gettext as _
from flask_login import current_user

from diaspora.accounts import second_factor_queries as queries
from diaspora.accounts import services
from diaspora.accounts.routes import blueprint
from diaspora.accounts.second_factor_rules import limits
from diaspora.platform import clock
from diaspora.platform.access import Permission, current_actor, needs
from diaspora.platform.web import tell


@blueprint.get("/account/sessions")
@needs(Permission.OWN_ACCOUNT)
def sessions_list() -> Any:
    """Every browser that is signed in now."""
    lasting = limits(current_user.is_staff, current_user.row.stay)
    return render_template(
        "accounts/sessions.html",
        sessions=queries.open_sessions(current_user.account.id, current_user.is_staff, clock.now()),
        here=current_user.row,
        idle=format_timedelta(lasting.idle),
        most=format_timedelta(lasting.absolute),
    )


@blueprint.post("/account/sessions/<uuid:session_id>/end")
@needs(Permission.OWN_ACCOUNT)
def end_session(session_id: UUID) -> Any:
    """Sign another browser out."""
    found = queries.session_of(current_user.account.id, session_id)
    if found is None:
        abort(404)
    services.end_one_session(found, current_actor(), clock.now())
    tell(_("This browser is signed out."))
    return redirect(url_for("accounts.sessions_list"))


@blueprint.post("/account/sessions/end-others")
@needs(Permission.OWN_ACCOUNT)
def end_other_sessions() -> Any:
    """Sign every other browser out."""
    services.end_other_sessions(current_user.row, current_actor(), clock.now())
    tell(_("Every other browser is signed out."))
    return redirect(url_for("accounts.sessions_list"))
