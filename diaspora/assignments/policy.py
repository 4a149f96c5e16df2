"""Who may see this stay and its letters."""

from datetime import date

from diaspora.assignments.models import Assignment
from diaspora.assignments.rules import runs
from diaspora.pairings import policy as pairings
from diaspora.platform.access import Actor, Role
from diaspora.profiles import policy as profiles
from diaspora.profiles.rules import CandidateState


def may_view(actor: Actor, assignment: Assignment, today: date) -> bool:
    """The candidate, members of the institution, officers.

    Who hides from the institution is still known to it as long as a stay there is to come or under way.
    """
    pairing = assignment.pairing
    if pairings.is_own(actor, pairing.candidate):
        return True
    hosts = pairings.hosts_here(actor, pairing.placement)
    if profiles.hides_from(pairing.candidate, actor):
        return hosts and runs(assignment.state, assignment.ends_on, today)
    return hosts or Role.OFFICER in actor.roles


def may_see_identified(actor: Actor, assignment: Assignment, today: date) -> bool:
    """Whether the viewer may know whose stay it is, and so read the letter.

    While a stay is to come or under way, its parties know each other: they agreed on the stay itself, so
    that ending the consent to the roster, or asking for erasure, does not take back the name. Afterwards
    the candidate's disclosures alone decide.
    """
    if not may_view(actor, assignment, today):
        return False
    erased = assignment.pairing.candidate.state is CandidateState.ANONYMISED
    if runs(assignment.state, assignment.ends_on, today) and not erased:
        return True
    return pairings.may_see_identified(actor, assignment.pairing)


def may_issue(actor: Actor, assignment: Assignment) -> bool:
    """Letters are the programme's; nobody issues their own, nor for who hides from them."""
    candidate = assignment.pairing.candidate
    blocked = pairings.is_own(actor, candidate) or profiles.hides_from(candidate, actor)
    return Role.OFFICER in actor.roles and not blocked
