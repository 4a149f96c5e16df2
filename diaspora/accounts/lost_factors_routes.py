"""Pages of somebody who lost every second factor."""

from typing import Any

from flask import redirect, render_template, url_for
from flask_babel import gettext as _

from diaspora.accounts import queries, services, sessions
from diaspora.accounts.routes import PUBLIC, blueprint
from diaspora.accounts.rules import LinkPurpose
from diaspora.accounts.second_step_routes import start_again
from diaspora.extensions import limiter
from diaspora.platform import clock
from diaspora.platform.access import needs
from diaspora.platform.forms import ActForm, refusals
from diaspora.platform.web import tell


@blueprint.route("/login/second-step/lost", methods=["GET", "POST"])
@limiter.limit("5/minute;20/hour", methods=["POST"])
@needs(PUBLIC)
def lost_factors() -> Any:
    """What happens when all is lost, and the button that begins it."""
    now = clock.now()
    step, form = sessions.half_signed(now), ActForm()
    if step is None:
        return start_again()
    if form.validate_on_submit():
        services.ask_for_removal(step, now)
        return redirect(url_for("accounts.check_mail"))
    return render_template("accounts/lost_factors.html", form=form)


@blueprint.route("/lost-factors/<token>", methods=["GET", "POST"])
@limiter.limit("10/minute", methods=["POST"])
@needs(PUBLIC)
def report_loss(token: str) -> Any:
    """The mailed link: hand the request to staff."""
    form, now = ActForm(), clock.now()
    if form.validate_on_submit():
        with refusals(form):
            services.report_loss(token, now)
        if not form.errors:
            tell(_("The staff have your request and get in touch with you; it takes a day at least."))
            return redirect(url_for("home.front"))
    address = queries.address_of_link(LinkPurpose.REPORT_LOSS, token, now)
    return render_template("accounts/report_loss.html", form=form, address=address)


@blueprint.route("/lost-factors/<token>/stop", methods=["GET", "POST"])
@limiter.limit("10/minute", methods=["POST"])
@needs(PUBLIC)
def stop_removal(token: str) -> Any:
    """The mailed link with which the person stops it."""
    form, now = ActForm(), clock.now()
    if form.validate_on_submit():
        with refusals(form):
            services.stop_removal(token, now)
        if not form.errors:
            tell(_("Stopped: nothing was removed. If you did not ask for it, set a new password now."))
            return redirect(url_for("accounts.forgotten"))
    address = queries.address_of_link(LinkPurpose.STOP_REMOVAL, token, now)
    return render_template("accounts/stop_removal.html", form=form, address=address)
