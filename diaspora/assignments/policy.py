"""Who may see this stay and its letters."""

from diaspora.assignments.models import Assignment
from diaspora.pairings import policy as pairings
from diaspora.platform.access import Actor, Role


def may_view(actor: Actor, assignment: Assignment) -> bool:
    """The candidate, members of the institution, officers."""
    pairing = assignment.pairing
    return (
        pairings.is_own(actor, pairing.candidate)
        or pairings.hosts_here(actor, pairing.placement)
        or Role.OFFICER in actor.roles
    )


def may_see_identified(actor: Actor, assignment: Assignment) -> bool:
    """Whether the viewer may know whose stay it is, and so read the letter."""
    return may_view(actor, assignment) and pairings.may_see_identified(actor, assignment.pairing)


def may_issue(actor: Actor, assignment: Assignment) -> bool:
    """Letters are the programme's; nobody issues their own."""
    return Role.OFFICER in actor.roles and not pairings.is_own(actor, assignment.pairing.candidate)
