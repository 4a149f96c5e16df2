"""Who somebody is to this pairing, and how much of it they may see."""

from diaspora.institutions import policy as institutions
from diaspora.institutions.rules import InstitutionState
from diaspora.pairings.models import Pairing
from diaspora.pairings.rules import COMMISSION_STATES, SILENT_STATES, PairingState
from diaspora.placements.models import Placement
from diaspora.platform.access import HOST_ROLES, STAFF_ROLES, SYSTEM, Actor, Permission, Role
from diaspora.profiles import policy as profiles
from diaspora.profiles.models import Candidate
from diaspora.profiles.rules import HIDDEN_STATES
from diaspora.programmes import queries as programmes


def is_own(actor: Actor, candidate: Candidate) -> bool:
    """Whether this is the candidate in person."""
    return actor.account_id is not None and candidate.account_id == actor.account_id


def known_to_candidate(pairing: Pairing) -> bool:
    """Whether the candidate has heard of it: what an institution only considered stays with it."""
    if pairing.state in SILENT_STATES:
        return False
    if pairing.state is not PairingState.WITHDRAWN or not pairing.steps:
        return True
    return any(step.state not in SILENT_STATES | {PairingState.WITHDRAWN} for step in pairing.steps)


def is_member(actor: Actor, placement: Placement) -> bool:
    """Whether the actor works for the placement's institution."""
    return bool(institutions.roles_towards(actor, placement.institution_id) & HOST_ROLES)


def hosts_here(actor: Actor, placement: Placement) -> bool:
    """A member whose institution is not suspended: its posts and shortlists vanish at once."""
    return placement.institution.state is not InstitutionState.SUSPENDED and is_member(actor, placement)


def on_commission(actor: Actor, placement: Placement) -> bool:
    """Whether the actor is a reviewer of the placement's call."""
    return (
        actor.may(Permission.DECIDE_PAIRINGS)
        and placement.call is not None
        and any(member.account_id == actor.account_id for member in placement.call.commission)
    )


def roles_towards(actor: Actor, pairing: Pairing) -> frozenset[Role]:
    """The roles in which somebody may act here. The candidate is that and nothing else."""
    if actor is SYSTEM or Role.SYSTEM in actor.roles:
        return frozenset({Role.SYSTEM})
    if is_own(actor, pairing.candidate):
        return frozenset({Role.CANDIDATE} if known_to_candidate(pairing) else ())
    if profiles.hides_from(pairing.candidate, actor):
        return frozenset()
    roles = set(actor.roles & STAFF_ROLES)
    if is_member(actor, pairing.placement):
        # where they work they are a host, also while it is suspended
        roles.discard(Role.OFFICER)
    if hosts_here(actor, pairing.placement):
        roles |= institutions.roles_towards(actor, pairing.placement.institution_id) & HOST_ROLES
    call_id = pairing.placement.call_id
    if (
        actor.account_id is not None
        and call_id is not None
        and actor.may(Permission.DECIDE_PAIRINGS)
        and programmes.is_chair(actor.account_id, call_id)
    ):
        roles.add(Role.CHAIR)
    return frozenset(roles)


def may_view(actor: Actor, pairing: Pairing) -> bool:
    """The candidate, members of the institution, officers; the call's commission once it was nominated.

    Nobody of them who works for an institution from which the candidate hides.
    """
    if is_own(actor, pairing.candidate):
        return known_to_candidate(pairing)
    if profiles.hides_from(pairing.candidate, actor):
        return False
    if Role.OFFICER in actor.roles or hosts_here(actor, pairing.placement):
        return True
    return pairing.state in COMMISSION_STATES and on_commission(actor, pairing.placement)


def may_see_identified(actor: Actor, pairing: Pairing) -> bool:
    """Whether the viewer may learn who the candidate is; whoever asked for erasure is nobody at once."""
    hidden = pairing.candidate.state in HIDDEN_STATES or profiles.hides_from(pairing.candidate, actor)
    if not hidden and pairing.state in COMMISSION_STATES and on_commission(actor, pairing.placement):
        return True
    return may_see_person(actor, pairing.candidate, pairing.placement)


def may_choose(actor: Actor, placement: Placement) -> bool:
    """Whether somebody may see who fits this post and ask them: its institution, and officers."""
    return Role.OFFICER in actor.roles or hosts_here(actor, placement)


def may_see_person(actor: Actor, candidate: Candidate, placement: Placement) -> bool:
    """The same before there is a pairing: what the institution may know of somebody suggested to it."""
    theirs = {placement.institution_id} if hosts_here(actor, placement) else set()
    return profiles.may_see_identified(actor, candidate, theirs)
