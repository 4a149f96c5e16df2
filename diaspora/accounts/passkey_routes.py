"""Passkeys on the pages of one's account, and as the second step of a sign-in."""

from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from diaspora.accounts import second_factor_queries as queries
from diaspora.accounts import services, sessions
from diaspora.accounts.routes import PUBLIC, blueprint
from diaspora.accounts.second_factor_forms import PasskeyForm, PasskeyNameForm, SecondStepForm
from diaspora.accounts.second_factor_models import Passkey
from diaspora.accounts.second_factor_routes import OWN, added, by_account
from diaspora.accounts.second_step_routes import shown, signed_in, start_again
from diaspora.accounts.sessions import after_password
from diaspora.extensions import limiter
from diaspora.platform import clock
from diaspora.platform.access import current_actor, needs
from diaspora.platform.forms import ActForm, refusals, tell_outcome
from diaspora.platform.refusals import Refused
from diaspora.platform.web import tell


def some_passkey(passkey_id: UUID) -> Passkey:
    """One of this person's passkeys, or no such page."""
    found = queries.passkey(current_user.account.id, passkey_id)
    if found is None:
        abort(404)
    return found


@blueprint.route("/account/passkeys/new", methods=["GET", "POST"])
@after_password
@needs(OWN)
def new_passkey() -> Any:
    """Name a passkey and let the browser make it."""
    form = PasskeyForm()
    if form.validate_on_submit():
        name, credential = form.name.data or "", form.credential.data or ""
        try:
            return added(
                services.add_passkey(current_user.row, name, credential, current_actor(), clock.now())
            )
        except Refused as refusal:
            # not within `refusals`, which would bring the used challenge back
            form.refuse(refusal)
    form.credential.data = ""
    return render_template("accounts/new_passkey.html", form=form)


@blueprint.post("/account/passkeys/options")
@limiter.limit("30/minute", key_func=by_account)
@after_password
@needs(OWN)
def passkey_options() -> Any:
    """What the page's script hands to the browser to make a passkey."""
    return services.begin_passkey(current_user.row)


@blueprint.route("/account/passkeys/<uuid:passkey_id>", methods=["GET", "POST"])
@after_password
@needs(OWN)
def passkey(passkey_id: UUID) -> Any:
    """Rename a passkey."""
    found = some_passkey(passkey_id)
    form = PasskeyNameForm(obj=found)
    if form.validate_on_submit():
        services.rename_passkey(found, form.name.data or "", current_actor(), clock.now())
        tell(_("Saved."))
        return redirect(url_for("accounts.second_factors"))
    return render_template("accounts/passkey.html", form=form, passkey=found)


@blueprint.post("/account/passkeys/<uuid:passkey_id>/remove")
@after_password
@needs(OWN)
def remove_passkey(passkey_id: UUID) -> Any:
    """Take a passkey away."""
    found, form = some_passkey(passkey_id), ActForm()
    with refusals(form):
        services.remove_passkey(current_user.row, found, current_actor(), clock.now())
    tell_outcome(form, _("The passkey is removed."))
    return redirect(url_for("accounts.second_factors"))


@blueprint.post("/login/second-step/passkey/options")
@limiter.limit("30/minute")
@needs(PUBLIC)
def second_step_options() -> Any:
    """What the page's script hands to the browser to show a passkey."""
    step = sessions.half_signed(clock.now())
    if step is None:
        abort(403)
    return services.ask_for_passkey(step)


@blueprint.post("/login/second-step/passkey")
@limiter.limit("20/minute")
@needs(PUBLIC)
def second_step_passkey() -> Any:
    """The second step with a passkey."""
    now = clock.now()
    step, form = sessions.half_signed(now), SecondStepForm(formdata=None)
    if step is None:
        return start_again()
    if services.pass_with_passkey(step, request.form.get("credential", ""), now):
        return signed_in(step)
    form.refuse(Refused(_("This passkey was not accepted. Try again, or use a code.")))
    return shown(step, form)
