"""Which pages there are, and whose guide is which."""

from diaspora.platform.access import HOST_ROLES, Actor, Role

GUIDES = ("candidate", "institution", "officer", "commission", "finance")
"""One short guide per role, in the order of the story."""

_GUIDE_OF_ROLE: tuple[tuple[frozenset[Role], str], ...] = (
    (frozenset({Role.OFFICER}), "officer"),
    (frozenset({Role.REVIEWER, Role.CHAIR}), "commission"),
    (frozenset({Role.FINANCE}), "finance"),
    (HOST_ROLES, "institution"),
    (frozenset({Role.CANDIDATE}), "candidate"),
)


def guide_of(actor: Actor) -> str:
    """The guide for what somebody does here; empty for visitors and for roles without one."""
    return next((guide for roles, guide in _GUIDE_OF_ROLE if roles & actor.roles), "")
