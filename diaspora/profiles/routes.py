"""The profile as a whole: its task list, sending it, consent, pausing, erasure, taking over an import."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from diaspora.accounts import queries as account_queries
from diaspora.accounts.rules import LinkPurpose
from diaspora.platform import clock
from diaspora.platform.access import Permission, current_actor, needs
from diaspora.platform.forms import ActForm, Form, refusals, tell_outcome, version_agrees
from diaspora.platform.web import tell
from diaspora.profiles import forms, progress, queries, rules, services
from diaspora.profiles.models import Candidate
from diaspora.profiles.policy import roles_towards
from diaspora.profiles.rules import CandidateAct, ConsentPurpose, ProfilePart

blueprint = Blueprint("profiles", __name__)

OWN = Permission.OWN_PROFILE


def own_profile() -> Candidate:
    """The profile of whoever is signed in; 404 where it has gone meanwhile."""
    candidate = queries.of_account(current_actor().account_id)
    if candidate is None:
        abort(404)
    return candidate


@blueprint.post("/profile/open")
@needs(Permission.OPEN_A_PROFILE)
def open() -> Any:
    """Begin a profile."""
    form = ActForm()
    with refusals(form):
        services.open_profile(current_actor(), clock.now())
    return redirect(url_for("profiles.overview"))


@blueprint.get("/profile")
@needs(OWN)
def overview() -> Any:
    """What is there, what is missing, what comes next."""
    candidate = own_profile()
    offered = rules.LIFECYCLE.offered(candidate.state, roles_towards(current_actor(), candidate))
    return render_template(
        "profiles/overview.html",
        candidate=candidate,
        tasks=progress.tasks(candidate),
        completeness=progress.completeness_of(candidate),
        consent=queries.roster_consent(candidate),
        acts={row.act.value for row in offered},
    )


@blueprint.get("/profile/check")
@needs(OWN)
def check() -> Any:
    """Everything on one page, before it is sent."""
    candidate = own_profile()
    offered = rules.LIFECYCLE.offered(candidate.state, roles_towards(current_actor(), candidate))
    return render_template(
        "profiles/check.html",
        candidate=candidate,
        tasks=progress.tasks(candidate),
        consent=queries.roster_consent(candidate),
        sendable=CandidateAct.SUBMIT in {row.act for row in offered},
    )


_DONE = {
    CandidateAct.SUBMIT: lambda: _(
        "Your profile is with the programme. An officer reads it, then you get a mail."
    ),
    CandidateAct.PAUSE: lambda: _(
        "You are paused: you are suggested to nobody and nobody can invite you. Your candidatures go on."
    ),
    CandidateAct.RESUME: lambda: _("You are back: suggestions follow within minutes."),
}


@blueprint.post("/profile/act/<name>")
@needs(OWN)
def act(name: str) -> Any:
    """One button of the person's own."""
    candidate, form = own_profile(), ActForm()
    chosen = next((one for one in _DONE if one.value == name), None) or abort(404)
    with refusals(form):
        version_agrees(candidate, form.version.data)
        services.act(candidate, chosen, current_actor(), clock.now())
    tell_outcome(form, _DONE[chosen]())
    return redirect(url_for("profiles.overview"))


@blueprint.route("/profile/consent", methods=["GET", "POST"])
@needs(OWN)
def consent() -> Any:
    """The words of the consent, and agreeing to them."""
    candidate, form = own_profile(), forms.ConsentForm()
    if form.validate_on_submit():
        versions = [request.form.get("text_version", "")]
        if form.compare.data:
            versions.append(request.form.get("matching_version", ""))
        with refusals(form):
            services.give_consents(candidate, versions, "site", current_actor(), clock.now())
        if not form.errors:
            tell(_("You have agreed. You can withdraw it here at any time."))
            return redirect(url_for("profiles.overview"))
    held = queries.roster_consent(candidate)
    return render_template(
        "profiles/consent.html",
        form=form,
        candidate=candidate,
        held=held,
        text_version=rules.CONSENT_VERSIONS[ConsentPurpose.ROSTER],
        matching_version=rules.CONSENT_VERSIONS[ConsentPurpose.MATCHING],
        part=ProfilePart.CONSENT,
        step=progress.step(ProfilePart.CONSENT),
    )


@blueprint.get("/profile/consents")
@needs(OWN)
def consents() -> Any:
    """Every purpose: what was agreed, when, on which words, and what follows."""
    return render_template("profiles/consents.html", purposes=queries.purposes(own_profile()))


@blueprint.post("/profile/consents/give/<text_version>")
@needs(OWN)
def give_consent(text_version: str) -> Any:
    """Agree to one purpose, on the words that stood on the page."""
    candidate, form = own_profile(), ActForm()
    with refusals(form):
        services.give_consent(candidate, text_version, "site", current_actor(), clock.now())
    tell_outcome(form, _("You have agreed. You can withdraw it here at any time."))
    return redirect(url_for("profiles.consents"))


@blueprint.post("/profile/consents/withdraw/<name>")
@needs(OWN)
def withdraw_consent(name: str) -> Any:
    """Withdraw one, at once."""
    candidate, form = own_profile(), ActForm()
    purpose = next((one for one in ConsentPurpose if one.value == name), None) or abort(404)
    with refusals(form):
        services.withdraw_consent(candidate, current_actor(), clock.now(), purpose)
    tell_outcome(form, _("Your consent is withdrawn, and this holds from now on."))
    return redirect(url_for("profiles.consents"))


@blueprint.get("/profile/readers")
@needs(OWN)
def readers() -> Any:
    """Who has looked at this profile with its name."""
    page = queries.identified_reads(own_profile().id, request.args.get("page", 1, int))
    return render_template("profiles/readers.html", page=page, readers=queries.readers_of(page.rows))


@blueprint.route("/profile/claim/<token>", methods=["GET", "POST"])
@needs(Permission.READ_PUBLIC_PAGES)
def claim(token: str) -> Any:
    """Take over a profile that somebody else brought; the link came by mail to the address in it."""
    actor, form, now = current_actor(), Form(), clock.now()
    if request.method == "POST" and actor.account_id is None:
        return redirect(url_for("accounts.login", next=url_for("profiles.claim", token=token)))
    if form.validate_on_submit():
        with refusals(form):
            services.claim(token, actor, now)
        if not form.errors:
            tell(_("The profile is yours now. Read what you would agree to, then decide."))
            return redirect(url_for("profiles.consent"))
    link = account_queries.usable_link(LinkPurpose.CLAIM_PROFILE, token, now)
    found = queries.candidate(link.subject_id) if link is not None and link.subject_id else None
    claimable = found is not None and found.account_id is None and found.state not in rules.HIDDEN_STATES
    return render_template(
        "profiles/claim.html",
        form=form,
        candidate=found if claimable else None,
        has_profile=actor.account_id is not None and queries.owns_profile(actor.account_id),
        here=url_for("profiles.claim", token=token),
    )
