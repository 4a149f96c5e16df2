"""The life of a pairing: one candidate and one placement, from first interest to the decision."""

import enum
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from diaspora.platform.access import Role
from diaspora.platform.lifecycle import Lifecycle, row


class Origin(enum.StrEnum):
    """Who brought the two together."""

    MATCHER = "matcher"
    CANDIDATE = "candidate"
    INSTITUTION = "institution"
    STAFF = "staff"


class PairingState(enum.StrEnum):
    """Where a pairing stands."""

    SHORTLISTED = "shortlisted"
    DISMISSED = "dismissed"
    INVITED = "invited"
    DECLINED = "declined"
    INTERESTED = "interested"
    APPLIED = "applied"
    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    APPEALED = "appealed"
    INELIGIBLE_FINAL = "ineligible_final"
    HOST_DECLINED = "host_declined"
    NOMINATED = "nominated"
    IN_REVIEW = "in_review"
    MORE_INFORMATION = "more_information"
    APPROVED = "approved"
    APPROVED_CONDITIONALLY = "approved_conditionally"
    WAITLISTED = "waitlisted"
    REJECTED = "rejected"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    OFFER_DECLINED = "offer_declined"
    OFFER_EXPIRED = "offer_expired"
    WITHDRAWN = "withdrawn"


class PairingAct(enum.StrEnum):
    """What can be done about a pairing."""

    SHORTLIST = "shortlist"
    INVITE = "invite"
    DISMISS = "dismiss"
    RECONSIDER = "reconsider"
    APPLY = "apply"
    SAY_YES = "say_yes"
    DECLINE = "decline"
    FIND_ELIGIBLE = "find_eligible"
    FIND_INELIGIBLE = "find_ineligible"
    APPEAL = "appeal"
    CONFIRM_INELIGIBLE = "confirm_ineligible"
    NOMINATE = "nominate"
    HOST_DECLINE = "host_decline"
    SEND_TO_COMMISSION = "send_to_commission"
    ASK_INFORMATION = "ask_information"
    ANSWER = "answer"
    APPROVE = "approve"
    APPROVE_CONDITIONALLY = "approve_conditionally"
    WAITLIST = "waitlist"
    REJECT = "reject"
    OFFER = "offer"
    ACCEPT = "accept"
    DECLINE_OFFER = "decline_offer"
    EXPIRE_OFFER = "expire_offer"
    WITHDRAW = "withdraw"


class Mover(enum.StrEnum):
    """Whose turn it is."""

    CANDIDATE = "candidate"
    INSTITUTION = "institution"
    PROGRAMME = "programme"
    COMMISSION = "commission"


class BoardGroup(enum.StrEnum):
    """What staff look at together."""

    PROGRAMME = "programme"
    COMMISSION = "commission"
    INSTITUTION = "institution"
    CANDIDATE = "candidate"
    ACCEPTED = "accepted"
    OVER = "over"


class SystemReason(enum.StrEnum):
    """Why the site itself ended something; kept as a code, shown in the reader's language."""

    CANDIDATE_LEFT = "candidate_left"
    CANDIDATE_HID = "candidate_hid"
    PLACEMENT_WITHDRAWN = "placement_withdrawn"
    OFFER_EXPIRED = "offer_expired"
    HOST_SUSPENDED = "host_suspended"


OFFER_LASTS = timedelta(days=14)
MOST_SUGGESTIONS = 10
"""How many of those who fit an institution is shown for one placement."""


@dataclass(frozen=True)
class PairingFacts:
    """What a pairing's guards look at, as it is at the moment of the act."""

    on_roster: bool = True
    consented: bool = True
    placement_open: bool = True
    call_takes_applications: bool = True
    another_open: bool = False
    hides: bool = False
    asked_before: bool = False
    conflicted: bool = False
    found_eligible_by_actor: bool = False
    found_ineligible_by_actor: bool = False
    seats_left: int = 1
    budget_left: bool = True
    overlaps_accepted_stay: bool = False
    conditions_met: bool = True
    offer_valid: bool = True
    host_verified: bool = True
    verification_current: bool = True


def on_roster(facts: PairingFacts) -> LazyString | None:
    """Only people on the roster are in play."""
    return None if facts.on_roster else _l("The profile is not on the roster at present.")


def placement_open(facts: PairingFacts) -> LazyString | None:
    """A post on hold, filled, expired or of a suspended host takes nobody."""
    return None if facts.placement_open else _l("This placement does not take applications at present.")


def call_open(facts: PairingFacts) -> LazyString | None:
    """After the deadline nobody new comes in."""
    if facts.call_takes_applications:
        return None
    return _l("The call does not take applications: it has not opened yet, or its deadline has passed.")


def verified_host(facts: PairingFacts) -> LazyString | None:
    """Nobody is promised or sent to an institution that is suspended meanwhile."""
    return None if facts.host_verified else _l("The institution is not verified at present.")


def current_verification(facts: PairingFacts) -> LazyString | None:
    """Where the verification has run out, nobody new is asked; who is in play goes on."""
    if facts.verification_current:
        return None
    return _l("The institution’s verification has to be renewed before it can invite anybody.")


def consented(facts: PairingFacts) -> LazyString | None:
    """No name leaves the anonymised view before the person said so."""
    return None if facts.consented else _l("The candidate has not agreed to be named to this institution.")


def only_one_open(facts: PairingFacts) -> LazyString | None:
    """The same two people are in play once at a time."""
    if facts.another_open:
        return _l("This candidate is already being considered for this placement; see the list.")
    return None


def not_hiding(facts: PairingFacts) -> LazyString | None:
    """Nobody is brought together with an institution from which they hide."""
    if facts.hides:
        return _l("The candidate hides from this institution.")
    return None


def asked_once(facts: PairingFacts) -> LazyString | None:
    """One invitation to one placement: whoever was asked and said no, or was let go, is left in peace."""
    if facts.asked_before:
        return _l("This candidate was invited to this placement before; each is asked once.")
    return None


def no_conflict(facts: PairingFacts) -> LazyString | None:
    """Nobody decides where they declared a conflict of interest."""
    if facts.conflicted:
        return _l("You declared a conflict of interest here: somebody else has to decide.")
    return None


def two_people(facts: PairingFacts) -> LazyString | None:
    """Who found the candidate eligible does not approve as well."""
    if facts.found_eligible_by_actor:
        return _l("You found this candidate eligible; the approval has to come from another person.")
    return None


def another_officer(facts: PairingFacts) -> LazyString | None:
    """An appeal is not turned down by the officer whose finding it questions."""
    if facts.found_ineligible_by_actor:
        return _l("The appeal questions your own finding: another officer has to look at it.")
    return None


def seats(facts: PairingFacts) -> LazyString | None:
    """Neither the post nor the call gives more seats than it has."""
    return None if facts.seats_left > 0 else _l("No seats are left in this placement or its call.")


def budget(facts: PairingFacts) -> LazyString | None:
    """A stay is promised only where the call's budget still covers it."""
    return None if facts.budget_left else _l("The call's budget does not cover this stay any more.")


def no_overlap(facts: PairingFacts) -> LazyString | None:
    """One person cannot be in two places."""
    if facts.overlaps_accepted_stay:
        return _l("The candidate has accepted another stay at the same time.")
    return None


def conditions(facts: PairingFacts) -> LazyString | None:
    """A conditional approval becomes an offer when its conditions are met."""
    return None if facts.conditions_met else _l("The conditions of the approval are not met yet.")


def offer_valid(facts: PairingFacts) -> LazyString | None:
    """An offer is good until its last day."""
    return (
        None if facts.offer_valid else _l("The offer's last day has passed. Ask the programme for a new one.")
    )


_S = PairingState
_A = PairingAct
_HOST = [Role.HOST_EDITOR, Role.HOST_LEAD, Role.OFFICER]
_FINAL = {
    _S.DISMISSED,
    _S.DECLINED,
    _S.INELIGIBLE_FINAL,
    _S.HOST_DECLINED,
    _S.REJECTED,
    _S.ACCEPTED,
    _S.OFFER_DECLINED,
    _S.OFFER_EXPIRED,
    _S.WITHDRAWN,
}
OPEN_STATES = frozenset(s for s in _S if s not in _FINAL)
SEAT_STATES = frozenset({_S.APPROVED, _S.APPROVED_CONDITIONALLY, _S.OFFERED, _S.ACCEPTED})
"""States that hold a seat and money."""

# a table is read in rows: act, from, to, who; then what must hold and what follows
# fmt: off
LIFECYCLE = Lifecycle(
    "pairing",
    [_S.SHORTLISTED, _S.APPLIED],
    [
        row(_A.APPLY, [_S.SHORTLISTED], _S.APPLIED, [Role.CANDIDATE],
            not_hiding, on_roster, placement_open, call_open, effect="institution sees who it is"),
        row(_A.INVITE, [_S.SHORTLISTED], _S.INVITED, _HOST,
            not_hiding, asked_once, on_roster, placement_open, call_open, current_verification,
            effect="candidate is asked"),
        row(_A.DISMISS, [_S.SHORTLISTED], _S.DISMISSED, _HOST,
            reason=True, effect="no longer suggested here"),
        row(_A.RECONSIDER, [_S.DISMISSED], _S.SHORTLISTED, _HOST,
            not_hiding, on_roster, placement_open, only_one_open, effect="suggested again"),
        row(_A.SAY_YES, [_S.INVITED], _S.INTERESTED, [Role.CANDIDATE],
            on_roster, placement_open, effect="institution sees who it is"),
        row(_A.DECLINE, [_S.INVITED], _S.DECLINED, [Role.CANDIDATE],
            reason=True, effect="institution is told"),
        row(_A.FIND_ELIGIBLE, [_S.INTERESTED, _S.APPLIED, _S.APPEALED], _S.ELIGIBLE, [Role.OFFICER],
            consented, no_conflict, effect="lead is asked to nominate"),
        row(_A.FIND_INELIGIBLE, [_S.INTERESTED, _S.APPLIED], _S.INELIGIBLE, [Role.OFFICER],
            no_conflict, reason=True, effect="candidate may appeal"),
        row(_A.APPEAL, [_S.INELIGIBLE], _S.APPEALED, [Role.CANDIDATE],
            reason=True, effect="another officer looks"),
        row(_A.CONFIRM_INELIGIBLE, [_S.APPEALED], _S.INELIGIBLE_FINAL, [Role.OFFICER],
            no_conflict, another_officer, reason=True, effect="final"),
        row(_A.NOMINATE, [_S.ELIGIBLE], _S.NOMINATED, [Role.HOST_LEAD],
            consented, placement_open, effect="goes to the commission"),
        row(_A.HOST_DECLINE, [_S.ELIGIBLE], _S.HOST_DECLINED, [Role.HOST_LEAD],
            reason=True, effect="candidate is told"),
        row(_A.SEND_TO_COMMISSION, [_S.NOMINATED], _S.IN_REVIEW, [Role.OFFICER, Role.CHAIR],
            no_conflict, effect="commission reads"),
        row(_A.ASK_INFORMATION, [_S.IN_REVIEW], _S.MORE_INFORMATION, [Role.OFFICER, Role.CHAIR],
            reason=True, effect="candidate is asked"),
        row(_A.ANSWER, [_S.MORE_INFORMATION], _S.IN_REVIEW, [Role.CANDIDATE],
            reason=True, effect="commission reads on"),
        row(_A.APPROVE, [_S.IN_REVIEW, _S.WAITLISTED], _S.APPROVED, [Role.CHAIR],
            verified_host, no_conflict, two_people, seats, budget, no_overlap, reason=True,
            effect="seat and money reserved"),
        row(_A.APPROVE_CONDITIONALLY, [_S.IN_REVIEW], _S.APPROVED_CONDITIONALLY, [Role.CHAIR],
            verified_host, no_conflict, two_people, seats, budget, no_overlap, reason=True,
            effect="seat and money reserved, conditions told"),
        row(_A.WAITLIST, [_S.IN_REVIEW], _S.WAITLISTED, [Role.CHAIR],
            no_conflict, two_people, reason=True, effect="may follow somebody who falls away"),
        row(_A.REJECT, [_S.IN_REVIEW, _S.WAITLISTED], _S.REJECTED, [Role.CHAIR],
            no_conflict, two_people, reason=True, effect="candidate and institution are told"),
        row(_A.OFFER, [_S.APPROVED, _S.APPROVED_CONDITIONALLY], _S.OFFERED, [Role.OFFICER],
            verified_host, no_conflict, conditions, no_overlap, effect="candidate has two weeks"),
        row(_A.ACCEPT, [_S.OFFERED], _S.ACCEPTED, [Role.CANDIDATE],
            verified_host, offer_valid, no_overlap,
            effect="makes the assignment and the letter of invitation"),
        row(_A.DECLINE_OFFER, [_S.OFFERED], _S.OFFER_DECLINED, [Role.CANDIDATE],
            reason=True, effect="seat and money are free again"),
        row(_A.EXPIRE_OFFER, [_S.OFFERED], _S.OFFER_EXPIRED, [Role.SYSTEM],
            effect="seat and money are free again"),
        row(_A.WITHDRAW, OPEN_STATES, _S.WITHDRAWN,
            [Role.CANDIDATE, Role.HOST_LEAD, Role.OFFICER, Role.SYSTEM],
            reason=True, effect="the others are told"),
    ],
)
# fmt: on

NEXT_MOVE: dict[PairingState, Mover] = {
    _S.SHORTLISTED: Mover.INSTITUTION,
    _S.INVITED: Mover.CANDIDATE,
    _S.INTERESTED: Mover.PROGRAMME,
    _S.APPLIED: Mover.PROGRAMME,
    _S.ELIGIBLE: Mover.INSTITUTION,
    _S.INELIGIBLE: Mover.CANDIDATE,
    _S.APPEALED: Mover.PROGRAMME,
    _S.NOMINATED: Mover.PROGRAMME,
    _S.IN_REVIEW: Mover.COMMISSION,
    _S.MORE_INFORMATION: Mover.CANDIDATE,
    _S.APPROVED: Mover.PROGRAMME,
    _S.APPROVED_CONDITIONALLY: Mover.PROGRAMME,
    _S.WAITLISTED: Mover.COMMISSION,
    _S.OFFERED: Mover.CANDIDATE,
}
"""Every state that is not over."""

MOVER_ROLES: dict[Mover, frozenset[Role]] = {
    Mover.CANDIDATE: frozenset({Role.CANDIDATE}),
    Mover.INSTITUTION: frozenset({Role.HOST_LEAD, Role.HOST_EDITOR}),
    Mover.PROGRAMME: frozenset({Role.OFFICER}),
    Mover.COMMISSION: frozenset({Role.CHAIR}),
}

GROUPS: dict[BoardGroup, frozenset[PairingState]] = {
    **{
        BoardGroup(mover.value): frozenset(s for s, whose in NEXT_MOVE.items() if whose is mover)
        for mover in (Mover.PROGRAMME, Mover.COMMISSION, Mover.INSTITUTION, Mover.CANDIDATE)
    },
    BoardGroup.ACCEPTED: frozenset({_S.ACCEPTED}),
    BoardGroup.OVER: frozenset(set(_S) - OPEN_STATES - {_S.ACCEPTED}),
}

SILENT_STATES = frozenset({_S.SHORTLISTED, _S.DISMISSED})
"""The institution is still thinking: the candidate does not know of it."""

COMMISSION_STATES = frozenset(
    {
        _S.NOMINATED,
        _S.IN_REVIEW,
        _S.MORE_INFORMATION,
        _S.APPROVED,
        _S.APPROVED_CONDITIONALLY,
        _S.WAITLISTED,
        _S.REJECTED,
        _S.OFFERED,
        _S.ACCEPTED,
        _S.OFFER_DECLINED,
        _S.OFFER_EXPIRED,
    }
)
"""From here on the members of the call's commission read it."""
