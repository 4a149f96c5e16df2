"""The second page of a sign-in."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _

from diaspora.accounts import second_factor_queries as queries
from diaspora.accounts import services, sessions
from diaspora.accounts.routes import PUBLIC, blueprint
from diaspora.accounts.rules import safe_next
from diaspora.accounts.second_factor_forms import SecondStepForm
from diaspora.accounts.second_factor_models import SecondStep
from diaspora.extensions import limiter
from diaspora.platform import clock
from diaspora.platform.access import needs
from diaspora.platform.refusals import Refused
from diaspora.platform.web import tell


@blueprint.route("/login/second-step", methods=["GET", "POST"])
@limiter.limit("20/minute", methods=["POST"])
@needs(PUBLIC)
def second_step() -> Any:
    """A code of the app, a passkey, or a recovery code."""
    now = clock.now()
    step, form = sessions.half_signed(now), SecondStepForm()
    if step is None:
        return start_again()
    if form.validate_on_submit():
        try:
            if services.pass_with_code(step, form.code.data or "", now):
                return signed_in(step)
            form.refuse(Refused(_("This code is not right, or has been used."), "code"))
        except Refused as refusal:
            # not within `refusals`, which would take back what was counted
            form.refuse(refusal)
    return shown(step, form)


def shown(step: SecondStep, form: SecondStepForm) -> Any:
    """The page, with what this person can use."""
    return render_template(
        "accounts/second_step.html", form=form, has_passkeys=bool(queries.passkeys_of(step.account_id))
    )


def start_again() -> Any:
    """Too late, or never begun: the password first."""
    tell(
        _("Enter your address and password first; the second step has to follow within ten minutes."),
        "refused",
    )
    return redirect(url_for("accounts.login", next=safe_next(request.args.get("next"))))


def signed_in(step: SecondStep) -> Any:
    """Both steps are passed."""
    sessions.begin(step.account, clock.now(), step.stay, second_step=True)
    return redirect(safe_next(request.args.get("next")) or url_for("home.front", lang=step.account.language))
