"""Pages of a pairing for the candidate, the institution and staff."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from diaspora.accounts import services as accounts
from diaspora.pairings import facts, forms, policy, queries, seen_terms, services, views, wording
from diaspora.pairings.models import Pairing
from diaspora.pairings.rules import PairingAct, PairingState
from diaspora.placements import policy as placement_policy
from diaspora.placements import queries as placements
from diaspora.placements.models import Placement
from diaspora.platform import clock
from diaspora.platform.access import Actor, Permission, current_actor, needs
from diaspora.platform.forms import Form, refusals, tell_outcome, version_agrees
from diaspora.platform.languages import localised
from diaspora.platform.web import tell
from diaspora.profiles import queries as profiles
from diaspora.profiles.models import Candidate, Document
from diaspora.profiles.services import log_identified_read, log_identified_reads

blueprint = Blueprint("pairings", __name__)


@blueprint.route("/placements/<uuid:placement_id>/apply", methods=["GET", "POST"])
@needs(Permission.OPEN_A_PROFILE)
def apply(placement_id: UUID) -> Any:
    """Apply to a placement."""
    placement, candidate = placements.placement(placement_id), profiles.of_account(current_user.account.id)
    if placement is None or not placement_policy.may_view(current_actor(), placement):
        abort(404)
    if candidate is None:
        tell(_("Fill in your profile first: institutions read it together with your application."), "waiting")
        return redirect(url_for("home.front"))
    found = queries.open_between(candidate.id, placement_id)
    if found is not None and policy.known_to_candidate(found):
        return redirect(url_for("pairings.show", pairing_id=found.id))
    form, draft = forms.ApplyForm(), f"apply.{placement_id}"
    kept = accounts.restored(form, current_user.account.id, draft)
    if form.validate_on_submit():
        with refusals(form):
            pairing = services.apply(
                candidate, placement, form.motivation.data or "", current_actor(), clock.now()
            )
            accounts.discard_draft(current_user.account.id, draft)
        if not form.errors:
            tell(_("Your application was sent. The programme checks next whether you are eligible."))
            return redirect(url_for("pairings.show", pairing_id=pairing.id))
    page = views.application(candidate, placement, clock.now())
    return render_template("pairings/apply.html", form=form, placement=placement, page=page, kept=kept)


def own_profile() -> Candidate:
    """The profile of whoever is signed in; 404 where it has gone meanwhile."""
    return profiles.of_account(current_actor().account_id) or abort(404)


@blueprint.get("/profile/as-institutions-see")
@needs(Permission.OWN_PROFILE)
def as_seen() -> Any:
    """One's own profile as institutions see it before they know who it is: the same words, the same code."""
    return render_template("pairings/as_seen.html", person=views.person_of(own_profile(), identified=False))


@blueprint.get("/institution/placements/<uuid:placement_id>/candidates")
@needs(Permission.SEE_ROSTER)
def candidates(placement_id: UUID) -> Any:
    """Who fits a placement and who is in play for it."""
    actor = current_actor()
    placement = _chosen_for(placement_id, actor)
    page = views.choices(placement, actor)
    _log_named(page.named, placement, actor)
    return render_template("pairings/candidates.html", page=page)


@blueprint.post("/institution/placements/<uuid:placement_id>/shortlist/<uuid:candidate_id>")
@needs(Permission.SEE_ROSTER)
def shortlist(placement_id: UUID, candidate_id: UUID) -> Any:
    """Keep a suggested candidate in mind."""
    placement = _chosen_for(placement_id, current_actor())
    candidate = _suggested(candidate_id, placement, current_actor())
    form = Form()
    if form.validate_on_submit():
        with refusals(form):
            services.shortlist(candidate, placement, current_actor(), clock.now())
        tell_outcome(form, _("On your shortlist. The candidate has not been told."))
    return redirect(url_for("pairings.candidates", placement_id=placement_id))


@blueprint.route(
    "/institution/placements/<uuid:placement_id>/invite/<uuid:candidate_id>", methods=["GET", "POST"]
)
@needs(Permission.SEE_ROSTER)
def invite(placement_id: UUID, candidate_id: UUID) -> Any:
    """Ask a candidate, who stays unnamed until they say yes."""
    actor = current_actor()
    placement = _chosen_for(placement_id, actor)
    candidate = _suggested(candidate_id, placement, actor)
    form = forms.InviteForm()
    if form.validate_on_submit():
        with refusals(form):
            services.invite(candidate, placement, actor, clock.now(), form.message.data or "")
        if not form.errors:
            tell(_("The invitation was sent. You see who it is as soon as the candidate says yes."))
            return redirect(url_for("pairings.candidates", placement_id=placement_id))
    person = views.person_of(candidate, policy.may_see_person(actor, candidate, placement))
    _log_named([candidate.id] if person.candidate else [], placement, actor)
    refusal = facts.unreachable(candidate, actor)
    return render_template(
        "pairings/invite.html", form=form, placement=placement, person=person, refusal=refusal
    )


@blueprint.get("/candidatures/<uuid:pairing_id>")
@needs(Permission.FOLLOW_PAIRINGS)
def show(pairing_id: UUID) -> Any:
    """One candidature: where it stands, what happened, what comes next."""
    pairing = _seen(pairing_id)
    return _page(pairing, forms.PairingActForm(formdata=None))


@blueprint.get("/candidatures/<uuid:pairing_id>/terms")
@needs(Permission.FOLLOW_PAIRINGS)
def terms(pairing_id: UUID) -> Any:
    """The terms of reference as the candidate saw them; the post itself may be public no more."""
    pairing, actor = _seen(pairing_id), current_actor()
    return render_template(
        "pairings/terms.html",
        pairing=pairing,
        seen=seen_terms.of(pairing) or abort(404),
        own=policy.is_own(actor, pairing.candidate),
        newest_readable=placement_policy.may_view(actor, pairing.placement),
    )


@blueprint.post("/candidatures/<uuid:pairing_id>/<act>")
@needs(Permission.FOLLOW_PAIRINGS)
def act(pairing_id: UUID, act: str) -> Any:
    """Do one act of the table."""
    pairing = _seen(pairing_id)
    if act not in set(PairingAct):
        abort(404)
    chosen, form = PairingAct(act), forms.PairingActForm()
    if form.validate_on_submit():
        with refusals(form):
            version_agrees(pairing, form.version.data)
            services.act(
                pairing, chosen, current_actor(), clock.now(), form.reason.data or "",
                starts_on=form.starts_on.data, conditions_met=form.conditions_met.data, rank=form.rank.data,
            )  # fmt: skip
        if not form.errors:
            tell(str(wording.DONE.get(chosen, _("Done. The time line shows it."))))
            return redirect(url_for("pairings.show", pairing_id=pairing_id))
    return _page(pairing, form, chosen)


@blueprint.post("/candidatures/<uuid:pairing_id>/conflict")
@needs(Permission.DECIDE_PAIRINGS)
def declare_conflict(pairing_id: UUID) -> Any:
    """A member of staff says that they must not decide here."""
    pairing, form = _seen(pairing_id), forms.PairingActForm()
    if form.validate_on_submit():
        with refusals(form):
            services.declare_conflict(pairing, current_actor(), clock.now(), form.reason.data or "")
        tell_outcome(form, _("Noted. Somebody else will decide here."))
    return redirect(url_for("pairings.show", pairing_id=pairing_id))


def _page(pairing: Pairing, form: forms.PairingActForm, tried: PairingAct | None = None) -> str:
    actor, now = current_actor(), clock.now()
    page = views.shown(pairing, actor, now)
    documents: Sequence[Document] = []
    if page.person.candidate is not None and not page.own:
        host = pairing.placement.institution if policy.is_member(actor, pairing.placement) else None
        log_identified_read(pairing.candidate, actor, now, "candidature", host)
        documents = profiles.readable_documents(pairing.candidate, actor)
    return render_template(
        "pairings/show.html",
        page=page,
        form=form,
        tried=tried,
        documents=documents,
        institution=localised(pairing.placement.institution.name),
        accepted=pairing.state is PairingState.ACCEPTED,
    )


def _log_named(candidate_ids: Collection[UUID], placement: Placement, actor: Actor) -> None:
    host = placement.institution if policy.is_member(actor, placement) else None
    log_identified_reads(candidate_ids, actor, clock.now(), "list", host)


def _seen(pairing_id: UUID) -> Pairing:
    actor = current_actor()
    pairing = queries.pairing(pairing_id, actor)
    if pairing is None or not policy.may_view(actor, pairing):
        abort(404)
    return pairing


def _chosen_for(placement_id: UUID, actor: Actor) -> Placement:
    placement = placements.placement(placement_id)
    if placement is None or not policy.may_choose(actor, placement):
        abort(404)
    return placement


def _suggested(candidate_id: UUID, placement: Placement, actor: Actor) -> Candidate:
    """A candidate whom the viewer was shown for this placement: nobody else's id leads anywhere."""
    candidate = profiles.seen_candidate(candidate_id, actor)
    if candidate is None or not views.was_shown(candidate, placement, actor):
        abort(404)
    return candidate
