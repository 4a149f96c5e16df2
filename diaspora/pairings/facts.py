"""What the guards look at, gathered at the moment of an act."""

from datetime import date, timedelta

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from diaspora.accounts import queries as accounts
from diaspora.institutions import queries as institutions
from diaspora.institutions.rules import InstitutionState, RenewalStage, renewal_stage
from diaspora.pairings import policy, queries, stays
from diaspora.pairings.models import Pairing
from diaspora.pairings.rules import PairingAct, PairingFacts, PairingState
from diaspora.pairings.stays import Window
from diaspora.placements.models import Placement
from diaspora.placements.rules import PlacementState
from diaspora.platform.access import Actor, Role
from diaspora.profiles import queries as profiles
from diaspora.profiles.models import Candidate
from diaspora.profiles.rules import CandidateState
from diaspora.programmes import queries as programmes
from diaspora.programmes.models import Call
from diaspora.programmes.rules import CallState, CandidateFacts

_NEWCOMERS = {PairingAct.APPLY, PairingAct.INVITE, PairingAct.RECONSIDER}
_TOGETHER = {*_NEWCOMERS, PairingAct.SHORTLIST}
_APPROVALS = {PairingAct.APPROVE, PairingAct.APPROVE_CONDITIONALLY}
_STAYS = {*_APPROVALS, PairingAct.OFFER, PairingAct.ACCEPT}


def of(
    pairing: Pairing,
    act: PairingAct,
    actor: Actor,
    today: date,
    starts_on: date | None = None,
    conditions_met: bool = False,
) -> PairingFacts:
    """The facts for one act; what only other acts ask about keeps its harmless default."""
    placement, me = pairing.placement, actor.account_id
    host = placement.institution
    return PairingFacts(
        on_roster=on_roster(pairing.candidate, today),
        consented=profiles.disclosed(pairing.candidate_id, [placement.institution_id]),
        placement_open=takes_people(placement, today if act in _NEWCOMERS else None),
        call_takes_applications=call_is_open(placement.call, today),
        another_open=act is PairingAct.RECONSIDER
        and queries.open_between(pairing.candidate_id, placement.id, besides=pairing.id) is not None,
        hides=act in _TOGETHER
        and profiles.hiding(pairing.candidate_id, placement.institution_id) is not None,
        asked_before=act is PairingAct.INVITE and queries.was_invited(pairing),
        conflicted=me is not None
        and (policy.is_member(actor, placement) or queries.has_conflict(pairing.id, me)),
        found_eligible_by_actor=me is not None and pairing.eligible_by_id == me,
        found_ineligible_by_actor=me is not None and _found_ineligible_by(pairing) == me,
        seats_left=seats_left(pairing) if act in _APPROVALS else 1,
        budget_left=act not in _APPROVALS or budget_suffices(pairing, today),
        overlaps_accepted_stay=act in _STAYS and _overlaps(pairing, act, starts_on, today),
        conditions_met=pairing.state is not PairingState.APPROVED_CONDITIONALLY
        or pairing.conditions_met_at is not None
        or conditions_met,
        offer_valid=pairing.offered_until is None or pairing.offered_until >= today,
        host_verified=host.state is InstitutionState.VERIFIED,
        verification_current=renewal_stage(host.state, host.verified_until, today) is not RenewalStage.PASSED,
    )


def same_facts(act: PairingAct) -> tuple[bool, ...]:
    """Acts with the same key see the same facts, so that a page need not gather them twice."""
    return act in _NEWCOMERS, act in _APPROVALS, act in _STAYS, act is PairingAct.INVITE


def on_roster(candidate: Candidate, today: date) -> bool:
    """Whether somebody is on the roster on a day."""
    until = candidate.on_roster_until
    return candidate.state is CandidateState.ON_ROSTER and (until is None or until >= today)


def unreachable(candidate: Candidate, actor: Actor) -> LazyString | None:
    """Why this candidate cannot be invited: a profile that nobody has taken over yet gives no answer.

    An institution learns no more than that; officers learn what to do.
    """
    account = accounts.account(candidate.account_id) if candidate.account_id else None
    if account is not None and account.closed_at is None and account.email_confirmed_at is not None:
        return None
    if Role.OFFICER in actor.roles:
        return _l(
            "This person has no account with a confirmed address yet, and could not answer. "
            "Ask them to take over their profile first, then invite."
        )
    return _l(
        "This candidate cannot answer on this site yet. The programme will ask the person first; "
        "until then, keep the candidate on your shortlist."
    )


def unread(candidate: Candidate, placement: Placement) -> LazyString | None:
    """Why an application could reach nobody: the candidate hides from the institution, or from its leads."""
    if profiles.hiding(candidate.id, placement.institution_id) is not None:
        return _l("You hide from this institution. Show yourself to it first, on the page of your profile.")
    leads = {account.id for account in institutions.lead_accounts(placement.institution_id)}
    if leads and leads <= profiles.accounts_hidden_from(candidate.id):
        return _l(
            "Everybody who would read your application also works for an institution from which you hide. "
            "Ask the programme."
        )
    return None


def takes_people(placement: Placement, today: date | None) -> bool:
    """Whether newcomers may come on a day; without a day, whether those in play may go on.

    The closing day ends applications, not the choice among those who applied.
    """
    if placement.institution.state is not InstitutionState.VERIFIED:
        return False
    if today is None:
        return placement.state in {PlacementState.PUBLISHED, PlacementState.EXPIRED}
    closed = placement.closes_on is not None and placement.closes_on < today
    return placement.state is PlacementState.PUBLISHED and not closed


def call_is_open(call: Call | None, today: date) -> bool:
    """Whether a call takes applications on a day."""
    return call is not None and call.state is CallState.OPEN and call.opens_on <= today <= call.deadline


def seats_left(pairing: Pairing) -> int:
    """How many people more can be promised a seat, this pairing not counted."""
    here, in_call = queries.seats_taken(pairing)
    call = pairing.placement.call
    return min(pairing.placement.seats - here, call.seats - in_call if call else 0)


def budget_suffices(pairing: Pairing, on: date) -> bool:
    """Whether what is left of the call's budget covers the stay by the rates of a day."""
    call, window = pairing.placement.call, window_of(pairing.placement)
    if call is None or window is None:
        return False
    return call.budget - programmes.committed(call.id) >= programmes.stay_cost(call, window.length, on)


def window_of(placement: Placement) -> Window | None:
    """Where the stay has to lie; None as long as the post names no days."""
    if placement.starts_on is None or placement.ends_on is None:
        return None
    length = placement.length_days or (placement.ends_on - placement.starts_on).days + 1
    return Window(placement.starts_on, placement.ends_on, length)


def proposed_start(pairing: Pairing, today: date) -> date | None:
    """The day that an offer names where nobody chose one: as early as it fits with the candidate.

    Where the candidate's availability does not meet the post's window, the window alone counts.
    """
    window = window_of(pairing.placement)
    if window is None:
        return None
    taken = queries.accepted_stays(pairing.candidate_id, besides=pairing.id)
    available = [(a.starts_on, a.ends_on) for a in pairing.candidate.availability]
    days = (today + stays.LEAD_TIME, today + timedelta(days=1))
    found = (stays.earliest_start(window, first, taken, when) for first in days for when in (available, []))
    return next((start for start in found if start is not None), None)


def _overlaps(pairing: Pairing, act: PairingAct, starts_on: date | None, today: date) -> bool:
    taken = queries.accepted_stays(pairing.candidate_id, besides=pairing.id)
    window = window_of(pairing.placement)
    if not taken or window is None:
        return False
    if act is PairingAct.ACCEPT and pairing.starts_on and pairing.ends_on:
        return stays.overlaps((pairing.starts_on, pairing.ends_on), taken)
    if act is PairingAct.OFFER and starts_on is not None:
        return stays.overlaps(window.days_from(starts_on), taken)
    # no day has been named yet: refuse only where none is left
    return stays.earliest_start(window, today, taken) is None


def _found_ineligible_by(pairing: Pairing) -> object:
    found = [s.actor_id for s in pairing.steps if s.act is PairingAct.FIND_INELIGIBLE]
    return found[-1] if found else None


def for_eligibility(candidate: Candidate) -> CandidateFacts:
    """What the call's rules look at."""
    return CandidateFacts(
        birth_year=candidate.birth_year,
        country=candidate.country,
        links=candidate.links_to_moldova,
        degrees=[(degree.level.value, degree.country) for degree in candidate.degrees],
        languages=[(spoken.code, spoken.level) for spoken in candidate.languages],
        employed_abroad=candidate.employed_abroad,
        years_abroad=candidate.years_abroad,
    )
