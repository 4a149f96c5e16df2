"""Pages on which somebody changes the password or the address of their account."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from diaspora.accounts import credentials, forms, queries
from diaspora.accounts.rules import LinkPurpose
from diaspora.extensions import limiter
from diaspora.platform import clock
from diaspora.platform.access import Permission, current_actor, needs
from diaspora.platform.forms import ActForm, refusals
from diaspora.platform.refusals import Refused
from diaspora.platform.web import tell

blueprint = Blueprint("credentials", __name__)

WRONG = _l("This is not your current password.")


@blueprint.route("/account/password", methods=["GET", "POST"])
@limiter.limit("10/minute", methods=["POST"])
@needs(Permission.OWN_ACCOUNT)
def password() -> Any:
    """A new password, behind the current one."""
    form, account = forms.ChangePasswordForm(), current_user.account
    if form.validate_on_submit():
        with refusals(form):
            if not credentials.change_password(
                account, form.current.data, form.new.data, current_user.token, current_actor(), clock.now()
            ):
                form.refuse(Refused(WRONG, "current"))
        if not form.errors:
            tell(_("Your new password is set. Every other browser was signed out."))
            return redirect(url_for("accounts.account"))
    return render_template("accounts/password.html", form=form, address=account.email)


@blueprint.route("/account/address", methods=["GET", "POST"])
@limiter.limit("10/minute", methods=["POST"])
@needs(Permission.OWN_ACCOUNT)
def address() -> Any:
    """Ask for another e-mail address, behind the current password."""
    form = forms.ChangeAddressForm()
    if form.validate_on_submit():
        with refusals(form):
            if not credentials.ask_for_address(
                current_user.account, form.current.data, form.email.data, current_actor(), clock.now()
            ):
                form.refuse(Refused(WRONG, "current"))
        if not form.errors:
            tell(_("We have mailed both addresses. The new one counts once you have opened its link."))
            return redirect(url_for("accounts.account"))
    return render_template("accounts/address.html", form=form, address=current_user.account.email)


@blueprint.route("/address/confirm/<token>", methods=["GET", "POST"])
@limiter.limit("10/minute", methods=["POST"])
@needs(Permission.READ_PUBLIC_PAGES)
def confirm_address(token: str) -> Any:
    """Prove the new address by its link and the password."""
    form = forms.ConfirmNewAddressForm()
    if form.validate_on_submit():
        with refusals(form):
            if not credentials.confirm_new_address(token, form.password.data or "", clock.now()):
                form.refuse(Refused(WRONG, "password"))
        if not form.errors:
            tell(_("Your new address is confirmed. Sign in with it from now on."))
            return redirect(url_for("home.front"))
    change = queries.change_of_link(LinkPurpose.CONFIRM_NEW_ADDRESS, token, clock.now())
    return render_template("accounts/confirm_address.html", form=form, change=change)


@blueprint.route("/address/stop/<token>", methods=["GET", "POST"])
@limiter.limit("10/minute", methods=["POST"])
@needs(Permission.READ_PUBLIC_PAGES)
def stop_address(token: str) -> Any:
    """Take the account back from whoever changed its address."""
    form = ActForm()
    if form.validate_on_submit():
        with refusals(form):
            credentials.stop_address_change(token, clock.now())
        if not form.errors:
            tell(_("Your account has its earlier address, and every browser was signed out."))
            return redirect(url_for("accounts.check_mail"))
    change = queries.change_of_link(LinkPurpose.STOP_NEW_ADDRESS, token, clock.now())
    return render_template("accounts/stop_address.html", form=form, change=change)
