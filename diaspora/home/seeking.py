"""The part of somebody's home that is about their own profile and candidatures."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from diaspora.matching import queries as matching
from diaspora.matching import services as match_cards
from diaspora.matching.models import Suggestion
from diaspora.pairings import queries as pairings
from diaspora.pairings import services as candidatures
from diaspora.pairings.models import Pairing
from diaspora.pairings.rules import PairingState
from diaspora.platform.access import Role
from diaspora.profiles import queries as profiles
from diaspora.profiles import services as profile_services
from diaspora.profiles.models import Candidate
from diaspora.profiles.rules import CandidateState

MATCHES = 6
LATEST_LINES = 2
"""Of a time line on the home page; the candidature's own page has all of it."""


@dataclass(frozen=True)
class Match:
    """A suggested placement with its card."""

    suggestion: Suggestion
    card: match_cards.MatchCard


@dataclass(frozen=True)
class Candidature:
    """A pairing with the end of its time line; `earlier` lines are left out."""

    pairing: Pairing
    lines: Sequence[Any]
    earlier: int
    next: Any


@dataclass(frozen=True)
class ToDo:
    """One thing that waits for the person: what, where, and by when if there is a day."""

    text: LazyString | str
    endpoint: str
    arguments: dict[str, Any] = field(default_factory=dict)
    by: date | None = None
    about: Pairing | None = None


@dataclass(frozen=True)
class Seeking:
    """Everything that the home page of a candidate shows."""

    candidate: Candidate
    todo: Sequence[ToDo]
    completeness: Any
    matches: Sequence[Match]
    open: Sequence[Candidature]
    over: Sequence[Candidature]


def seeking_of(candidate: Candidate, today: date) -> Seeking:
    """Gather it: what to do first, what fits, how each candidature stands."""
    mine = [_candidature(pairing) for pairing in pairings.of_candidate(candidate.id)]
    taken = {one.pairing.placement_id for one in mine}
    suggested = [s for s in matching.for_candidate(candidate.id, MATCHES) if s.placement_id not in taken]
    return Seeking(
        candidate=candidate,
        todo=todo(candidate, mine, today),
        completeness=profile_services.completeness_of(candidate),
        matches=[Match(s, match_cards.card(s)) for s in suggested],
        open=[one for one in mine if one.pairing.closed_at is None],
        over=[one for one in mine if one.pairing.closed_at is not None],
    )


def _candidature(pairing: Pairing) -> Candidature:
    lines = candidatures.time_line(pairing, own=True, private=True)
    return Candidature(
        pairing=pairing,
        lines=lines[-LATEST_LINES:],
        earlier=max(0, len(lines) - LATEST_LINES),
        next=candidatures.next_move(pairing, frozenset({Role.CANDIDATE})),
    )


def todo(candidate: Candidate, mine: Sequence[Candidature], today: date) -> list[ToDo]:
    """What waits for the person: what has a day first, the nearest first."""
    found = [*_of_candidatures(mine, today), *_of_profile(candidate)]
    return sorted(found, key=lambda one: (one.by is None, one.by or date.max))


def _of_candidatures(mine: Sequence[Candidature], today: date) -> list[ToDo]:
    found = []
    for one in mine:
        pairing, address = one.pairing, {"pairing_id": one.pairing.id}
        if one.next and one.next.mine:
            found.append(ToDo(one.next.text, "pairings.show", address, one.next.by, pairing))
        elif (
            pairing.state is PairingState.ACCEPTED
            and pairing.starts_on is not None
            and pairing.starts_on > today
        ):
            text = _l("Prepare your stay: its dates, what comes next, and your letter of invitation.")
            found.append(ToDo(text, "assignments.of_pairing", address, pairing.starts_on, pairing))
    return found


def _of_profile(candidate: Candidate) -> list[ToDo]:
    missing = [*profiles.missing_parts(candidate)]
    consent = profiles.roster_consent(candidate)
    overview = "profiles.overview"
    match candidate.state:
        case CandidateState.RETURNED:
            return [
                ToDo(
                    _l("Correct your profile: an officer wrote what is missing. Then send it again."),
                    overview,
                )
            ]
        case CandidateState.DRAFT if missing or not consent:
            number = len(missing) + (consent is None)
            text = ngettext(
                "Fill in what your profile still lacks: %(num)s thing. Then send it.",
                "Fill in what your profile still lacks: %(num)s things. Then send it.",
                number,
            )
            return [ToDo(text, overview)]
        case CandidateState.DRAFT:
            return [ToDo(_l("Check your profile and send it to the programme."), "profiles.check")]
        case CandidateState.EXPIRED:
            text = _l("Look through your profile and send it again: your three years on the roster are over.")
            return [ToDo(text, overview)]
        case CandidateState.SUBMITTED | CandidateState.PAUSED if not consent:
            text = _l("Read the consent again: without it nobody can suggest you to an institution.")
            return [ToDo(text, "profiles.consent")]
        case CandidateState.PAUSED:
            return [ToDo(_l("You are paused. Come back when you want to be suggested again."), overview)]
    return []
