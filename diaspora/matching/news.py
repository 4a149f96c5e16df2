"""What this package does when an earlier one has news."""

from diaspora.institutions.rules import InstitutionState
from diaspora.matching import services
from diaspora.placements.models import Placement
from diaspora.placements.rules import PUBLIC_STATES
from diaspora.profiles.models import Candidate


def candidate_changed(candidate: Candidate, **_more: object) -> None:
    """Somebody came onto the roster or wrote something else."""
    services.ask_for_refresh()


def candidate_left(candidate: Candidate, **_more: object) -> None:
    """Somebody is not to be suggested any more: from this moment, not from the next run."""
    services.forget_candidate(candidate.id)
    services.ask_for_refresh()


def placement_changed(placement: Placement, **_more: object) -> None:
    """A placement became public, was edited, or is not public any more."""
    public = placement.state in PUBLIC_STATES
    if not public or placement.institution.state is not InstitutionState.VERIFIED:
        services.forget_placement(placement.id)
    services.ask_for_refresh()
