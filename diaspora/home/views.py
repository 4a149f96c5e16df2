"""What somebody's home shows, gathered before the template sees it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from diaspora.home import queries
from diaspora.institutions import queries as institutions
from diaspora.institutions.models import Membership
from diaspora.matching import queries as matching
from diaspora.matching import services as match_cards
from diaspora.matching.models import Suggestion
from diaspora.pairings import queries as pairings
from diaspora.pairings.models import Pairing
from diaspora.placements import queries as placements
from diaspora.placements.models import Placement
from diaspora.platform.access import Actor
from diaspora.profiles import queries as profiles
from diaspora.profiles.models import Candidate

MATCHES = 6


@dataclass(frozen=True)
class Match:
    """A suggested placement with its card."""

    suggestion: Suggestion
    card: match_cards.MatchCard


@dataclass(frozen=True)
class Home:
    """The parts of a home page; those that somebody is not stay empty."""

    candidate: Candidate | None = None
    missing: tuple[str, ...] = ()
    matches: Sequence[Match] = field(default_factory=list)
    pairings: Sequence[Pairing] = field(default_factory=list)
    memberships: Sequence[Membership] = field(default_factory=list)
    placements: Sequence[Placement] = field(default_factory=list)
    to_nominate: Mapping[UUID, int] = field(default_factory=dict)


def home_of(actor: Actor, now: datetime) -> Home:
    """Everything that this person's home page shows."""
    account_id = actor.account_id
    if account_id is None:
        return Home()
    candidate = profiles.of_account(account_id)
    memberships = institutions.memberships_of(account_id)
    if candidate is None:
        suggested, mine = [], []
    else:
        mine = list(pairings.of_candidate(candidate.id))
        taken = {pairing.placement_id for pairing in mine}
        suggested = [s for s in matching.for_candidate(candidate.id, MATCHES) if s.placement_id not in taken]
    own = placements.of_institutions([m.institution_id for m in memberships])
    return Home(
        candidate=candidate,
        missing=profiles.missing_parts(candidate) if candidate else (),
        matches=[Match(s, match_cards.card(s)) for s in suggested],
        pairings=mine,
        memberships=memberships,
        placements=own,
        to_nominate=queries.to_nominate([placement.id for placement in own]),
    )
