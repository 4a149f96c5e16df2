"""Pages on which somebody sets up and removes their second factors."""

from typing import Any

import segno
from flask import current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from diaspora import SITE_NAME
from diaspora.accounts import second_factor_queries as queries
from diaspora.accounts import services, sessions
from diaspora.accounts.routes import blueprint
from diaspora.accounts.rules import safe_next
from diaspora.accounts.second_factor_forms import FirstCodeForm, PasswordAgainForm
from diaspora.accounts.second_factor_rules import address_for_app, passkeys_possible
from diaspora.accounts.sessions import after_password
from diaspora.extensions import limiter
from diaspora.platform import clock
from diaspora.platform.access import Permission, current_actor, needs
from diaspora.platform.forms import ActForm, refusals, tell_outcome
from diaspora.platform.refusals import Refused
from diaspora.platform.web import tell
from diaspora.settings import Settings

OWN = Permission.OWN_ACCOUNT


def by_account() -> str:
    """Whom a limit counts."""
    return str(current_actor().account_id)


@blueprint.route("/account/proof", methods=["GET", "POST"])
@limiter.limit("10/minute", methods=["POST"], key_func=by_account)
@needs(OWN)
def prove() -> Any:
    """Type one's password once more, and go back to where one was."""
    form = PasswordAgainForm()
    back = safe_next(request.args.get("next")) or url_for("accounts.second_factors")
    if form.validate_on_submit():
        try:
            right = services.prove(current_user.row, form.password.data or "", current_actor(), clock.now())
            if right:
                sessions.renew()
                return redirect(back)
            form.refuse(Refused(_("This is not your password."), "password"))
        except Refused as refusal:
            form.refuse(refusal)
    return render_template("accounts/prove.html", form=form)


@blueprint.get("/account/second-factors")
@needs(OWN)
def second_factors() -> Any:
    """What protects the account beside the password."""
    account_id = current_user.account.id
    return render_template(
        "accounts/second_factors.html",
        app=queries.app_of(account_id),
        passkeys=queries.passkeys_of(account_id),
        codes_left=queries.recovery_codes_left(account_id),
        passkeys_possible=passkeys_possible(_settings().base_url),
    )


@blueprint.post("/account/second-factors/app/new")
@after_password
@needs(OWN)
def begin_app() -> Any:
    """Begin to set up an authenticator app."""
    form = ActForm()
    with refusals(form):
        services.begin_app(current_user.account, current_actor(), clock.now())
    tell_outcome(form)
    return redirect(url_for("accounts.second_factors" if form.errors else "accounts.set_up_app"))


@blueprint.route("/account/second-factors/app", methods=["GET", "POST"])
@limiter.limit("10/minute", methods=["POST"], key_func=by_account)
@after_password
@needs(OWN)
def set_up_app() -> Any:
    """Scan the picture, enter the first code."""
    app, form = queries.app_of(current_user.account.id), FirstCodeForm()
    secret = services.secret_of(app) if app and app.confirmed_at is None else None
    if secret is None:
        return redirect(url_for("accounts.second_factors"))
    if form.validate_on_submit():
        with refusals(form):
            codes = services.confirm_app(current_user.row, form.code.data or "", current_actor(), clock.now())
        if not form.errors:
            return added(codes)
    address = address_for_app(secret, current_user.account.email, SITE_NAME)
    return render_template(
        "accounts/set_up_app.html", form=form, secret=secret, address=address, picture=_picture(address)
    )


def added(codes: list[str]) -> Any:
    """A factor was added: the session gets another id, and new recovery codes are shown."""
    sessions.renew()
    tell(_("From now on signing in takes your password and a second step."))
    return recovery_codes(codes) if codes else redirect(url_for("accounts.second_factors"))


def recovery_codes(codes: list[str]) -> Any:
    """The only page that ever shows them."""
    return render_template("accounts/recovery_codes.html", codes=codes)


@blueprint.post("/account/second-factors/codes")
@limiter.limit("10/hour", key_func=by_account)
@after_password
@needs(OWN)
def new_recovery_codes() -> Any:
    """Make ten new recovery codes."""
    form, codes = ActForm(), []
    with refusals(form):
        codes = services.make_recovery_codes(current_user.row, current_actor(), clock.now())
    tell_outcome(form)
    return recovery_codes(codes) if codes else redirect(url_for("accounts.second_factors"))


@blueprint.post("/account/second-factors/app/remove")
@after_password
@needs(OWN)
def remove_app() -> Any:
    """Take the authenticator app away."""
    form = ActForm()
    with refusals(form):
        services.remove_app(current_user.row, current_actor(), clock.now())
    tell_outcome(form, _("The authenticator app is removed."))
    return redirect(url_for("accounts.second_factors"))


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


def _picture(address: str) -> Markup:
    """The address as a QR code. Black on white in either theme: readers expect it so."""
    # nothing in it comes from a person: it is drawn from numbers
    return Markup(segno.make(address, error="m").svg_inline(scale=5, dark="#000", light="#fff"))  # noqa: S704
