"""Who may see and touch this placement."""

from datetime import date

from diaspora.institutions import policy as institutions
from diaspora.institutions.rules import InstitutionState
from diaspora.placements.models import Placement
from diaspora.placements.rules import EDITABLE_STATES, ENDED_STATES, PUBLIC_STATES
from diaspora.platform.access import HOST_ROLES, Actor, Role


def roles_towards(actor: Actor, placement: Placement) -> frozenset[Role]:
    """Staff roles, and the role in its institution for members of it."""
    return institutions.roles_towards(actor, placement.institution_id)


def is_public(placement: Placement) -> bool:
    """Whether anybody may read it: published by an institution that is verified now."""
    return placement.state in PUBLIC_STATES and placement.institution.state == InstitutionState.VERIFIED


def takes_applications(placement: Placement, today: date) -> bool:
    """Whether it is public and its last day for applications has not passed."""
    return is_public(placement) and (placement.closes_on is None or placement.closes_on >= today)


def has_ended(placement: Placement) -> bool:
    """Whether it was public and took its course: who kept its address may read that it is over."""
    return placement.state in ENDED_STATES and placement.institution.state == InstitutionState.VERIFIED


def is_member(actor: Actor, placement: Placement) -> bool:
    """Whether the actor works for its institution."""
    return bool(roles_towards(actor, placement) & HOST_ROLES)


def may_view(actor: Actor, placement: Placement) -> bool:
    """Everybody what is or was public; members of the institution and staff all the rest, too."""
    return is_public(placement) or has_ended(placement) or actor.is_staff or is_member(actor, placement)


def may_edit(actor: Actor, placement: Placement) -> bool:
    """Members of its institution, and officers who help; only in the states that can be edited."""
    helps = Role.OFFICER in actor.roles
    return placement.state in EDITABLE_STATES and (helps or is_member(actor, placement))
