"""What changes about pairings. Every change of state goes through the table, in `_do`."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _l

from diaspora.extensions import db
from diaspora.institutions.models import Institution
from diaspora.matching import queries as matching
from diaspora.pairings import effects, facts, mails, policy, queries
from diaspora.pairings.effects import Done
from diaspora.pairings.models import ConflictOfInterest, Pairing, PairingStep
from diaspora.pairings.rules import (
    LIFECYCLE,
    OPEN_STATES,
    Origin,
    PairingAct,
    PairingState,
    SystemReason,
    call_open,
    not_hiding,
    on_roster,
    placement_open,
)
from diaspora.pairings.views import lines
from diaspora.pairings.views import next_move as next_move
from diaspora.placements.models import Placement
from diaspora.platform import audit
from diaspora.platform.access import HOST_ROLES, SYSTEM, Actor, Role
from diaspora.platform.clock import local_day
from diaspora.platform.forms import CONSTRAINT_MESSAGES, version_agrees
from diaspora.platform.refusals import Refused
from diaspora.profiles.models import Candidate

time_line = lines
"""Later rooms show it, too."""

_PRECEDENCE = (
    Role.CANDIDATE,
    Role.HOST_LEAD,
    Role.HOST_EDITOR,
    Role.CHAIR,
    Role.OFFICER,
    Role.SYSTEM,
)

_ONE_OPEN = _l("You are already being considered for this placement; find it on your home page.")
# SQLite names the columns, PostgreSQL the index
CONSTRAINT_MESSAGES["pairing.candidate_id, pairing.placement_id"] = ("", _ONE_OPEN)
CONSTRAINT_MESSAGES["uq_pairing_one_open"] = ("", _ONE_OPEN)


def apply(
    candidate: Candidate, placement: Placement, motivation: str, actor: Actor, now: datetime
) -> Pairing:
    """A candidate applies; the institution sees who it is from now on.

    Where the institution had them on its shortlist without their knowledge, that becomes the application.
    Raises Refused.
    """
    found = queries.open_between(candidate.id, placement.id)
    if found is not None and found.state is PairingState.INVITED:
        raise Refused(_l("The institution has invited you already: open the invitation and say yes there."))
    if found is not None and found.state is not PairingState.SHORTLISTED:
        raise Refused(_l("You have applied here already; find it on your first page."))
    if not policy.is_own(actor, candidate):
        raise Refused(_l("Another person has to do this."))
    refusal = facts.unread(candidate, placement)
    if refusal is not None:
        raise Refused(refusal)
    pairing = found or _new(candidate, placement, Origin.CANDIDATE, now)
    _do(pairing, PairingAct.APPLY, frozenset({Role.CANDIDATE}), actor, now)
    suggested = matching.suggestion(candidate.id, placement.id) is not None
    pairing.origin = Origin.MATCHER if suggested else Origin.CANDIDATE
    pairing.motivation = motivation.strip()
    pairing.terms_version = placement.terms_version
    effects.snapshot(pairing, now)
    db.session.flush()
    return pairing


def shortlist(candidate: Candidate, placement: Placement, actor: Actor, now: datetime) -> Pairing:
    """An institution keeps a candidate in mind; the candidate is not told. Raises Refused."""
    if queries.open_between(candidate.id, placement.id) is not None:
        raise Refused(_l("This candidate is already being considered for this placement; see the list."))
    origin = Origin.INSTITUTION if policy.is_member(actor, placement) else Origin.STAFF
    pairing = _new(candidate, placement, origin, now)
    roles = policy.roles_towards(actor, pairing) & {*HOST_ROLES, Role.OFFICER}
    if not roles:
        raise Refused(_l("Another person has to do this."))
    seen = facts.of(pairing, PairingAct.INVITE, actor, local_day(now))
    for guard in (not_hiding, on_roster, placement_open, call_open):
        refusal = guard(seen)
        if refusal is not None:
            raise Refused(refusal)
    db.session.add(pairing)
    _step(pairing, PairingAct.SHORTLIST, _role_of(roles), actor, now, "")
    db.session.flush()
    audit.record("pairing.shortlist", actor, now, pairing, after=pairing.state.value)
    return pairing


def invite(
    candidate: Candidate, placement: Placement, actor: Actor, now: datetime, message: str = ""
) -> Pairing:
    """An institution asks a candidate, who stays anonymous until they say yes.

    Raises Refused, also for somebody who could not answer: the programme asks them first.
    """
    pairing = queries.open_between(candidate.id, placement.id) or shortlist(candidate, placement, actor, now)
    act(pairing, PairingAct.INVITE, actor, now, message)
    return pairing


def act(
    pairing: Pairing,
    act: PairingAct,
    actor: Actor,
    now: datetime,
    reason: str = "",
    version: str | int | None = None,
    **more: Any,
) -> None:
    """Do one act of the table, with everything that follows from it. Raises Refused.

    more: `starts_on` (date) and `conditions_met` (bool) for OFFER, `rank` (from 1) for NOMINATE and WAITLIST.
    """
    version_agrees(pairing, None if version is None else str(version))
    if act is PairingAct.APPLY:
        # an application brings its motivation along: it has a function of its own
        raise Refused(_l("Apply on the page of the placement."))
    _do(pairing, act, policy.roles_towards(actor, pairing), actor, now, reason, **more)


def _do(
    pairing: Pairing,
    act: PairingAct,
    roles: frozenset[Role],
    actor: Actor,
    now: datetime,
    reason: str = "",
    starts_on: date | None = None,
    conditions_met: bool = False,
    rank: int | None = None,
) -> None:
    today, before = local_day(now), pairing.state
    queries.lock(pairing)
    seen = facts.of(pairing, act, actor, today, starts_on, conditions_met)
    row = LIFECYCLE.decide(before, act, roles, seen, reason)
    unasked = facts.unreachable(pairing.candidate, actor) if act is PairingAct.INVITE else None
    if unasked is not None:
        raise Refused(unasked)
    silent = not policy.known_to_candidate(pairing)
    # one mail about the suspension tells of all candidatures there
    told_apart = reason == SystemReason.HOST_SUSPENDED
    db.session.add(pairing)
    pairing.state, pairing.changed_at = row.target, now
    pairing.closed_at = None if row.target in OPEN_STATES else now
    _step(pairing, act, _role_of(roles & row.by), actor, now, reason)
    db.session.flush()
    effects.follow(pairing, act, Done(actor, now, before, reason, starts_on, rank))
    audit.record(
        f"pairing.{act.value}", actor, now, pairing,
        before=before.value, after=row.target.value, reason=reason.strip(),
    )  # fmt: skip
    mails.tell(pairing, act, actor, now, told_apart or (silent and not policy.known_to_candidate(pairing)))


def declare_conflict(pairing: Pairing, actor: Actor, now: datetime, reason: str) -> None:
    """Somebody of the programme says that they must not decide here. Raises Refused."""
    if actor.account_id is None or not policy.may_view(actor, pairing):
        raise Refused(_l("Another person has to do this."))
    if not reason.strip():
        raise Refused(_l("Give a reason: the people concerned will read it."), field="reason")
    if queries.has_conflict(pairing.id, actor.account_id):
        return
    declared = ConflictOfInterest(
        pairing_id=pairing.id, account_id=actor.account_id, declared_at=now, reason=reason.strip()
    )
    db.session.add(declared)
    db.session.flush()
    audit.record("pairing.conflict_declared", actor, now, pairing, reason=reason.strip())


def expire_offers(now: datetime) -> int:
    """End the offers whose last day has passed; how many."""
    stale = queries.stale_offers(local_day(now))
    for pairing in stale:
        act(pairing, PairingAct.EXPIRE_OFFER, SYSTEM, now, SystemReason.OFFER_EXPIRED)
    return len(stale)


def withdraw_candidate(candidate: Candidate, now: datetime) -> None:
    """Somebody withdrew the consent or asked for erasure: what is open and not yet accepted ends."""
    for pairing in queries.open_of_candidate(candidate.id):
        act(pairing, PairingAct.WITHDRAW, SYSTEM, now, SystemReason.CANDIDATE_LEFT)


def withdraw_from(candidate: Candidate, institution_id: UUID, now: datetime) -> None:
    """Somebody hides from an institution: what is open between the two and not yet accepted ends."""
    for pairing in queries.with_institution(candidate.id, institution_id, local_day(now)):
        if pairing.state in OPEN_STATES:
            act(pairing, PairingAct.WITHDRAW, SYSTEM, now, SystemReason.CANDIDATE_HID)


def withdraw_placement(placement: Placement, now: datetime) -> None:
    """A post was taken back: the candidates in play are told."""
    for pairing in queries.open_of_placement(placement.id):
        act(pairing, PairingAct.WITHDRAW, SYSTEM, now, SystemReason.PLACEMENT_WITHDRAWN)


def tell_of_new_terms(placement: Placement, now: datetime) -> None:
    """A post was edited: whoever is in play keeps the version that they read, and is told of the new one."""
    for pairing in queries.open_of_placement(placement.id):
        if policy.known_to_candidate(pairing) and pairing.terms_version != placement.terms_version:
            mails.tell_of_new_terms(pairing, now)


def withdraw_host(institution: Institution, now: datetime) -> None:
    """An institution was suspended: what is open with it ends, and whoever was in contact is told once.

    An accepted stay is not ended here: officers have it on their work list.
    """
    in_contact = queries.in_contact(institution.id)
    for pairing in queries.open_of_institution(institution.id):
        act(pairing, PairingAct.WITHDRAW, SYSTEM, now, SystemReason.HOST_SUSPENDED)
    mails.tell_of_suspension(institution, in_contact, now)


def _new(candidate: Candidate, placement: Placement, origin: Origin, now: datetime) -> Pairing:
    """A pairing that is not in the session yet: what the table refuses leaves nothing behind."""
    return Pairing(
        id=uuid4(),
        candidate_id=candidate.id,
        placement_id=placement.id,
        candidate=candidate,
        placement=placement,
        origin=origin,
        state=PairingState.SHORTLISTED,
        terms_version=placement.terms_version,
        created_at=now,
        changed_at=now,
    )


def _step(pairing: Pairing, act: PairingAct, role: Role, actor: Actor, now: datetime, reason: str) -> None:
    pairing.steps.append(
        PairingStep(
            number=len(pairing.steps) + 1,
            act=act,
            state=pairing.state,
            at=now,
            actor_id=actor.account_id,
            role=role,
            reason=reason.strip(),
        )
    )


def _role_of(roles: frozenset[Role]) -> Role:
    return next(role for role in _PRECEDENCE if role in roles)
