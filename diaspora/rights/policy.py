"""Who may answer this request."""

from diaspora.platform.access import Actor, Role
from diaspora.rights.models import RightsRequest


def roles_towards(actor: Actor, request: RightsRequest) -> frozenset[Role]:
    """The data-protection officer, but not for a request of their own."""
    if request.account_id == actor.account_id:
        return frozenset()
    return actor.roles & {Role.DATA_PROTECTION}
