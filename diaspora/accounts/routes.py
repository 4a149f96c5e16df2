from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from diaspora.accounts import devices, forms, queries, rules, services, sessions
from diaspora.accounts.rules import LinkPurpose, safe_next
from diaspora.extensions import db, limiter
from diaspora.platform import clock
from diaspora.platform.access import Permission, current_actor, needs
from diaspora.platform.forms import refusals
from diaspora.platform.languages import current_language, preferred_language
from diaspora.platform.mail import queries as mails
from diaspora.platform.public_pages import for_everybody
from diaspora.platform.refusals import Refused
from diaspora.platform.web import tell

blueprint = Blueprint("accounts", __name__)
outside = Blueprint("outside", __name__)

PUBLIC = Permission.READ_PUBLIC_PAGES


@outside.get("/")
@needs(PUBLIC)
def start() -> Any:
    """The bare address leads into the visitor's language."""
    return redirect(url_for("home.front", lang=preferred_language()))


@outside.get("/healthz")
@limiter.exempt
@needs(PUBLIC)
def health() -> Any:
    """Whether the site serves and its database answers, for a monitor."""
    db.session.execute(select(1))
    return {"status": "ok"}


@blueprint.route("/signup", methods=["GET", "POST"])
@limiter.limit("20/hour", methods=["POST"])
@for_everybody
@needs(PUBLIC)
def signup() -> Any:
    """Open an account."""
    form = forms.SignUpForm()
    if form.validate_on_submit():
        with refusals(form):
            services.sign_up(
                form.email.data or "",
                form.password.data or "",
                current_language(),
                current_actor(),
                clock.now(),
                safe_next(request.args.get("next")),
                devices.origin(),
            )
        if not form.errors:
            return redirect(url_for("accounts.check_mail"))
    return render_template("accounts/signup.html", form=form)


@blueprint.get("/signup/mail")
@needs(PUBLIC)
def check_mail() -> Any:
    """The next step is in the mailbox."""
    return render_template("accounts/check_mail.html")


@blueprint.route("/confirm/<token>", methods=["GET", "POST"])
@limiter.limit("10/minute", methods=["POST"])
@needs(PUBLIC)
def confirm(token: str) -> Any:
    """Prove the address by the link and the password of the sign-up."""
    form = forms.ConfirmForm()
    if form.validate_on_submit():
        now = clock.now()
        with refusals(form):
            account = services.confirm_address(token, form.password.data or "", now)
        if not form.errors:
            onward = sessions.proceed(account, now, safe_next(request.args.get("next")))
            tell(_("Your address is confirmed. Welcome!"))
            return redirect(onward)
    address = queries.address_of_link(LinkPurpose.CONFIRM_ADDRESS, token, clock.now())
    return render_template("accounts/confirm.html", form=form, address=address)


@blueprint.route("/login", methods=["GET", "POST"])
@limiter.limit("10/minute;60/hour", methods=["POST"])
@for_everybody
@needs(PUBLIC)
def login() -> Any:
    """Sign in."""
    form = forms.SignInForm()
    if form.validate_on_submit():
        now, account = clock.now(), None
        try:
            account = services.sign_in(
                form.email.data or "", form.password.data or "", current_actor(), now, devices.origin()
            )
        except Refused as refusal:
            # not within `refusals`, which would take back the mail that was just written
            form.refuse(refusal)
        if account is not None:
            then = safe_next(request.args.get("next"))
            onward = sessions.proceed(account, now, then, bool(form.stay.data))
            if mails.did_not_arrive(account.id, account.email):
                tell(_("A mail to you did not arrive. Look whether your e-mail address is right."), "waiting")
            return devices.remember(redirect(onward), account)
        if not form.errors:
            form.form_errors.append(_("The address or the password is not right."))
    return render_template("accounts/login.html", form=form)


@blueprint.post("/logout")
@needs(PUBLIC)
def logout() -> Any:
    """Sign out of this browser."""
    if current_user.is_authenticated:
        sessions.end(current_user.token, clock.now())
    tell(_("You are signed out."))
    return redirect(url_for("home.front"))


@blueprint.route("/password/forgotten", methods=["GET", "POST"])
@limiter.limit("5/minute;20/hour", methods=["POST"])
@needs(PUBLIC)
def forgotten() -> Any:
    """Ask for a link to set a new password."""
    form = forms.AddressForm()
    if form.validate_on_submit():
        with refusals(form):
            services.ask_for_reset(form.email.data or "", clock.now(), devices.origin())
        if not form.errors:
            return redirect(url_for("accounts.check_mail"))
    return render_template("accounts/forgotten.html", form=form)


@blueprint.route("/password/new/<token>", methods=["GET", "POST"])
@limiter.limit("10/minute", methods=["POST"])
@needs(PUBLIC)
def reset(token: str) -> Any:
    """Set a new password by a mailed link."""
    form = forms.NewPasswordForm()
    if form.validate_on_submit():
        with refusals(form):
            services.reset_password(token, form.password.data or "", clock.now())
        if not form.errors:
            tell(_("Your new password is set. Sign in with it."))
            return redirect(url_for("accounts.login"))
    address = queries.address_of_link(LinkPurpose.RESET_PASSWORD, token, clock.now())
    return render_template("accounts/reset.html", form=form, address=address)


@blueprint.route("/account", methods=["GET", "POST"])
@needs(Permission.OWN_ACCOUNT)
def account() -> Any:
    """One's own account."""
    form = forms.LanguageForm(obj=current_user.account)
    if form.validate_on_submit():
        services.choose_language(current_user.account, form.language.data, current_actor(), clock.now())
        tell(_("Saved."))
        return redirect(url_for("accounts.account", lang=form.language.data))
    return render_template("accounts/account.html", form=form)


@blueprint.post("/account/drafts/<key>")
@limiter.limit("120/minute", key_func=lambda: str(current_actor().account_id))
@needs(Permission.OWN_ACCOUNT)
def keep_draft(key: str) -> Any:
    """Keep what stands in an open form; the page's script sends it while somebody types."""
    if not rules.draft_key_fits(key):
        abort(404)
    # a body sent in chunks does not say how long it is
    if "Transfer-Encoding" in request.headers or (request.content_length or 0) > rules.MOST_DRAFT_BYTES:
        abort(413)
    typed = request.form.to_dict(flat=False)
    services.keep_draft(
        current_user.account.id, key, request.form.get("_base", ""), typed, clock.now()
    )  # fmt: skip
    return {"saved": True}


@blueprint.post("/account/drafts/<key>/discard")
@needs(Permission.OWN_ACCOUNT)
def discard_draft(key: str) -> Any:
    """Throw away what was kept, and show the form as it is stored."""
    services.discard_draft(current_user.account.id, key)
    tell(_("What you had typed is thrown away."))
    return redirect(safe_next(request.form.get("back")) or url_for("home.front"))
