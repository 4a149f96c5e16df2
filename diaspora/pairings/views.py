"""What the pages of a pairing show, gathered before the template sees it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from flask_babel.speaklater import LazyString

from diaspora.matching import services as matching
from diaspora.matching.models import Suggestion
from diaspora.matching.queries import for_placement
from diaspora.matching.queries import suggestion as suggestion_of
from diaspora.matching.rules import DatesFit, FieldsFit, LanguageAnswer, Wanted, compare_languages
from diaspora.matching.services import MatchCard
from diaspora.pairings import facts, policy, queries, wording
from diaspora.pairings.models import Pairing
from diaspora.pairings.rules import (
    LIFECYCLE,
    MOST_SUGGESTIONS,
    MOVER_ROLES,
    NEXT_MOVE,
    SILENT_STATES,
    PairingAct,
    PairingFacts,
    PairingState,
)
from diaspora.placements.models import Placement
from diaspora.platform.access import Actor, Role
from diaspora.platform.clock import local_day
from diaspora.platform.lifecycle import Transition
from diaspora.profiles import queries as profiles
from diaspora.profiles.models import Candidate
from diaspora.profiles.queries import AnonymisedCandidate
from diaspora.profiles.rules import HIDDEN_STATES, CandidateState
from diaspora.programmes import queries as programmes
from diaspora.programmes.models import EligibilityRule
from diaspora.programmes.rules import Answer

_A = PairingAct

NOT_BUTTONS = {_A.APPLY, _A.EXPIRE_OFFER}
PRIVATE_REASONS = {_A.FIND_INELIGIBLE, _A.APPEAL, _A.CONFIRM_INELIGIBLE, _A.ASK_INFORMATION, _A.ANSWER}
"""Between the candidate and the programme: may hold what the institution need not know."""

LEADING_ACTS = {
    _A.INVITE,
    _A.SAY_YES,
    _A.FIND_ELIGIBLE,
    _A.NOMINATE,
    _A.SEND_TO_COMMISSION,
    _A.ANSWER,
    _A.APPROVE,
    _A.OFFER,
    _A.ACCEPT,
}


@dataclass(frozen=True)
class Line:
    """One line of a time line; `who` is a role."""

    text: LazyString | str
    at: datetime
    who: Role
    reason: str = ""


@dataclass(frozen=True)
class NextMove:
    """What comes next, by when, and whether it is the viewer's turn."""

    text: LazyString
    by: date | None
    mine: bool


@dataclass(frozen=True)
class Button:
    """An act that the viewer's roles allow; `refusal` says why it is not possible now."""

    act: PairingAct
    leading: bool
    needs_reason: bool
    takes_reason: bool
    label: LazyString | str
    refusal: LazyString | None = None


@dataclass(frozen=True)
class Person:
    """A candidate as the viewer may see them: in full, or as facts that point at nobody."""

    candidate: Candidate | None
    facts: Sequence[str]

    @property
    def name(self) -> str:
        """The name, where it may be known; else nothing."""
        return self.candidate.full_name if self.candidate else ""


@dataclass(frozen=True)
class Shown:
    """The page of one pairing."""

    pairing: Pairing
    person: Person
    own: bool
    lines: Sequence[Line]
    next: NextMove | None
    buttons: Sequence[Button]
    card: object | None
    card_at: datetime | None = None
    places: str = ""
    eligibility: Sequence[tuple[EligibilityRule, Answer]] = ()
    start: date | None = None
    may_declare: bool = False
    conflicted: bool = False


@dataclass(frozen=True)
class Application:
    """What somebody reads before applying. Nothing here stops them but the first two."""

    on_roster: bool
    open: bool
    eligibility: Sequence[tuple[EligibilityRule, Answer]]
    lacking: Sequence[LanguageAnswer]


@dataclass(frozen=True)
class Choice:
    """A suggested candidate on the institution's page."""

    person: Person
    card: object
    candidate_id: object


@dataclass(frozen=True)
class Choices:
    """Who fits a placement, and who is in play for it."""

    placement: Placement
    open: Sequence[tuple[Pairing, Person]] = ()
    over: Sequence[tuple[Pairing, Person]] = ()
    fitting: Sequence[Choice] = field(default_factory=list)

    @property
    def named(self) -> list[UUID]:
        """Those whose names are on the page."""
        people = [*(row[1] for row in [*self.open, *self.over]), *(one.person for one in self.fitting)]
        return [person.candidate.id for person in people if person.candidate]


def person_of(candidate: Candidate, identified: bool, card: MatchCard | None = None) -> Person:
    """Somebody in full or as facts; of somebody who asked for erasure, nothing.

    Beside a match card, without the facts that the card says already.
    """
    if candidate.state in HIDDEN_STATES:
        return Person(None, ())
    known = profiles.anonymised(candidate)
    if card is not None:
        known = _not_on_card(known, card)
    return Person(candidate if identified else None, wording.anonymised(known))


def _not_on_card(known: AnonymisedCandidate, card: MatchCard) -> AnonymisedCandidate:
    fields = set(card.fields.codes) if card.fields.fit is FieldsFit.SAME else set()
    languages = {answer.code for answer in card.languages if answer.held}
    return replace(
        known,
        fields=tuple(code for code in known.fields if code not in fields),
        languages=tuple(spoken for spoken in known.languages if spoken[0] not in languages),
        availability=() if card.dates.fit in {DatesFit.FITS, DatesFit.PARTLY} else known.availability,
    )


def shown(pairing: Pairing, actor: Actor, now: datetime) -> Shown:
    """Everything on the page of one pairing that this viewer may see."""
    today, roles = local_day(now), policy.roles_towards(actor, pairing)
    own = policy.is_own(actor, pairing.candidate)
    identified = policy.may_see_identified(actor, pairing)
    hidden = pairing.candidate.state in HIDDEN_STATES
    staff = bool(roles & {Role.OFFICER, Role.CHAIR}) or policy.on_commission(actor, pairing.placement)
    return Shown(
        pairing=pairing,
        person=person_of(pairing.candidate, identified),
        own=own,
        lines=lines(pairing, own=own, private=own or staff),
        next=next_move(pairing, roles),
        buttons=buttons(pairing, actor, roles, today),
        card=card_of(pairing, identified),
        card_at=pairing.card_at if identified and pairing.card else None,
        places=wording.places(pairing) if staff else "",
        eligibility=answers(pairing.candidate, pairing.placement) if own or (staff and not hidden) else (),
        start=facts.proposed_start(pairing, today) if Role.OFFICER in roles else None,
        may_declare=staff and not own,
        conflicted=actor.account_id is not None and queries.has_conflict(pairing.id, actor.account_id),
    )


def lines(pairing: Pairing, own: bool, private: bool) -> list[Line]:
    """The time line. The candidate does not read what the institution only considered."""
    return [
        Line(
            text=wording.HAPPENED[step.act],
            at=step.at,
            who=step.role,
            reason=wording.reason_of(step) if private or step.act not in PRIVATE_REASONS else "",
        )
        for step in pairing.steps
        if not (own and step.state in SILENT_STATES)
    ]


def next_move(pairing: Pairing, roles: frozenset[Role]) -> NextMove | None:
    """Who has the next move; nobody where it is over."""
    mover = NEXT_MOVE.get(pairing.state)
    if mover is None:
        return None
    mine = bool(roles & MOVER_ROLES[mover])
    by = {
        PairingState.OFFERED: pairing.offered_until,
        PairingState.INVITED: pairing.placement.closes_on,
        PairingState.SHORTLISTED: pairing.placement.closes_on,
    }.get(pairing.state)
    return NextMove(wording.NEXT[pairing.state][0 if mine else 1], by, mine)


def buttons(pairing: Pairing, actor: Actor, roles: frozenset[Role], today: date) -> list[Button]:
    """The acts that the table offers to these roles, the leading one first."""
    rows = [r for r in LIFECYCLE.offered(pairing.state, roles) if r.act not in NOT_BUTTONS]
    known: dict[object, PairingFacts] = {}

    def refusal(row: Transition[PairingState, PairingAct]) -> LazyString | None:
        if not row.guards or row.act is _A.OFFER:
            return None
        key = facts.same_facts(row.act)
        if key not in known:
            known[key] = facts.of(pairing, row.act, actor, today)
        found = (guard(known[key]) for guard in row.guards)
        refused = next((text for text in found if text is not None), None)
        if refused is None and row.act is _A.INVITE:
            return facts.unreachable(pairing.candidate, actor)
        return refused

    made = [
        Button(
            act=row.act,
            leading=row.act in LEADING_ACTS,
            needs_reason=row.reason,
            takes_reason=row.act in wording.REASON_LABELS,
            label=wording.REASON_LABELS.get(row.act, ""),
            refusal=refusal(row),
        )
        for row in rows
    ]
    return sorted(made, key=lambda button: (not button.leading, button.act is _A.WITHDRAW))


def card_of(pairing: Pairing, identified: bool) -> object | None:
    """The match card: as it was kept, for those who may know the person; else anonymous, of today."""
    if not identified:
        found = suggestion_of(pairing.candidate_id, pairing.placement_id)
        return matching.anonymous_card(found) if found else None
    if not pairing.card or pairing.score is None:
        return None
    # what was kept is what a suggestion holds; this one is only read, never stored
    kept = Suggestion(
        candidate=pairing.candidate, placement=pairing.placement, score=pairing.score, reasons=pairing.card
    )
    return matching.card(kept)


def answers(candidate: Candidate, placement: Placement) -> list[tuple[EligibilityRule, Answer]]:
    """What the call's rules say about a candidate on the call's deadline."""
    if placement.call is None:
        return []
    on = placement.call.deadline
    return programmes.eligibility(placement.call, facts.for_eligibility(candidate), on)


def lacking_languages(candidate: Candidate, placement: Placement) -> list[LanguageAnswer]:
    """Languages that the work needs and the profile does not show at that level."""
    held = [(spoken.code, spoken.level) for spoken in candidate.languages]
    wanted = [Wanted(x.code, x.level, x.required) for x in placement.languages]
    return [answer for answer in compare_languages(held, wanted) if answer.warns]


def application(candidate: Candidate, placement: Placement, now: datetime) -> Application:
    """Whether somebody can apply, what the call's rules say, which needed languages are lacking."""
    today = local_day(now)
    return Application(
        on_roster=facts.on_roster(candidate, today),
        open=facts.takes_people(placement, today) and facts.call_is_open(placement.call, today),
        eligibility=answers(candidate, placement),
        lacking=lacking_languages(candidate, placement),
    )


def was_shown(candidate: Candidate, placement: Placement, actor: Actor) -> bool:
    """Whether this viewer could have found the candidate: by the matcher's list, or in play already."""
    if profiles.hides_from(candidate, actor):
        return False
    if Role.OFFICER in actor.roles and not policy.is_own(actor, candidate):
        return candidate.state is CandidateState.ON_ROSTER
    if queries.open_between(candidate.id, placement.id) is not None:
        return True
    return any(s.candidate_id == candidate.id for s in for_placement(placement.id, MOST_SUGGESTIONS, actor))


def choices(placement: Placement, actor: Actor) -> Choices:
    """Who is in play for a placement and who fits it, in the order of arrival and of the matcher.

    Whoever was ever in play here is not suggested again.
    """
    pairings = queries.of_placement(placement.id, actor)
    suggestions = for_placement(placement.id, MOST_SUGGESTIONS, actor)
    ids = {p.candidate_id for p in pairings} | {s.candidate_id for s in suggestions}
    candidates = queries.candidates(ids)
    named = set(ids)
    if Role.OFFICER not in actor.roles:
        named = profiles.disclosed_among(ids, [placement.institution_id])
    seen = [(p, person_of(candidates[p.candidate_id], p.candidate_id in named)) for p in pairings]
    taken = {p.candidate_id for p in pairings}
    fitting = []
    for found in suggestions:
        if found.candidate_id in taken:
            continue
        identified = found.candidate_id in named
        card = matching.card(found) if identified else matching.anonymous_card(found)
        person = person_of(candidates[found.candidate_id], identified, card)
        fitting.append(Choice(person, card, found.candidate_id))
    return Choices(
        placement=placement,
        open=[row for row in seen if row[0].closed_at is None],
        over=[row for row in seen if row[0].closed_at is not None],
        fitting=fitting,
    )
