"""Who may touch this concern, and which posts can be reported."""

from diaspora.concerns.models import Concern
from diaspora.institutions import policy as institutions
from diaspora.placements.models import Placement
from diaspora.platform.access import Actor, Role


def roles_towards(actor: Actor, concern: Concern) -> frozenset[Role]:
    """Staff roles; an officer who works at the institution has none here, and no host has any."""
    return institutions.roles_towards(actor, concern.placement.institution_id) & {Role.OFFICER}


def can_be_reported(placement: Placement) -> bool:
    """Whatever was public once; of a draft not even its existence is told."""
    return placement.terms_version > 0
