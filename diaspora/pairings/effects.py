"""What follows from an act beside the new state: who may see whom, seats, money, dates."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import lazy_gettext as _l

from diaspora.extensions import db
from diaspora.matching import services as matching
from diaspora.pairings import facts, queries
from diaspora.pairings.models import Pairing
from diaspora.pairings.rules import OFFER_LASTS, SEAT_STATES, PairingAct, PairingState
from diaspora.pairings.signals import pairing_accepted
from diaspora.placements import services as placements
from diaspora.placements.rules import PlacementAct, PlacementState
from diaspora.platform.access import SYSTEM, Actor
from diaspora.platform.clock import local_day
from diaspora.platform.refusals import Refused
from diaspora.profiles import services as profiles
from diaspora.profiles.rules import DisclosureReason
from diaspora.programmes import services as programmes


@dataclass(frozen=True)
class Done:
    """An act that has just been decided, with what came along with it."""

    actor: Actor
    now: datetime
    before: PairingState
    reason: str = ""
    starts_on: date | None = None
    rank: int | None = None

    @property
    def today(self) -> date:
        """The day of the act in Chișinău."""
        return local_day(self.now)


Effect = Callable[[Pairing, Done], None]


def snapshot(pairing: Pairing, now: datetime) -> None:
    """Keep the match as it is now: its places in the lists, and its score and reasons if there are any."""
    kept = matching.to_keep(pairing.candidate, pairing.placement)
    if kept is None:
        return
    pairing.ranked_at = now
    pairing.rank_for_candidate, pairing.rank_for_placement = kept.rank_for_candidate, kept.rank_for_placement
    if kept.score is not None:
        pairing.score, pairing.card, pairing.card_at = kept.score, kept.reasons, now


def _disclose_on_application(pairing: Pairing, done: Done) -> None:
    institution_id = pairing.placement.institution_id
    profiles.disclose(pairing.candidate, institution_id, DisclosureReason.APPLICATION, done.actor, done.now)


def _disclose_on_consent(pairing: Pairing, done: Done) -> None:
    institution_id = pairing.placement.institution_id
    profiles.disclose(pairing.candidate, institution_id, DisclosureReason.CONSENT, done.actor, done.now)


def _note_terms(pairing: Pairing, done: Done) -> None:
    # the institution may have kept the shortlist for long: what the candidate is sent to read is today's
    pairing.terms_version = pairing.placement.terms_version


def _note_who_found_eligible(pairing: Pairing, done: Done) -> None:
    pairing.eligible_by_id = done.actor.account_id


def _rank_nominated(pairing: Pairing, done: Done) -> None:
    pairing.rank = done.rank or queries.last_rank(pairing, nominated=True) + 1
    snapshot(pairing, done.now)


def _rank_waiting(pairing: Pairing, done: Done) -> None:
    pairing.rank = done.rank or queries.last_rank(pairing, nominated=False) + 1
    snapshot(pairing, done.now)


def _note_match(pairing: Pairing, done: Done) -> None:
    snapshot(pairing, done.now)


def _promise(pairing: Pairing, done: Done) -> None:
    """Money is reserved by today's rates, and what the commission saw is kept."""
    call, window = pairing.placement.call, facts.window_of(pairing.placement)
    if call is None or window is None:
        raise Refused(_l("The placement has no call or no days: money cannot be reserved for it."))
    programmes.reserve(call, pairing.id, window.length, done.today, done.actor, done.now)
    snapshot(pairing, done.now)


def _promise_on_conditions(pairing: Pairing, done: Done) -> None:
    _promise(pairing, done)
    pairing.conditions = done.reason.strip()


def _set_stay(pairing: Pairing, done: Done) -> None:
    window = facts.window_of(pairing.placement)
    start = done.starts_on or facts.proposed_start(pairing, done.today)
    if window is None or start is None:
        raise Refused(_l("No day is left on which the stay could begin."), field="starts_on")
    if start <= done.today:
        raise Refused(_l("Choose a first day that is still to come."), field="starts_on")
    if not window.holds(start):
        raise Refused(_l("The whole stay has to lie within the days of the placement."), field="starts_on")
    pairing.starts_on, pairing.ends_on = window.days_from(start)
    pairing.offered_until = done.today + OFFER_LASTS
    if pairing.conditions and pairing.conditions_met_at is None:
        pairing.conditions_met_at = done.now


def _take_seat(pairing: Pairing, done: Done) -> None:
    taken_by_others, _in_call = queries.seats_taken(pairing)
    placement = pairing.placement
    if placement.state is PlacementState.PUBLISHED and taken_by_others + 1 >= placement.seats:
        placements.act(placement, PlacementAct.FILL, SYSTEM, done.now)
    pairing_accepted.send(pairing, actor=done.actor, now=done.now)


def _free_seat(pairing: Pairing, done: Done) -> None:
    if done.before not in SEAT_STATES:
        return
    programmes.release(pairing.id, done.actor, done.now)
    placement = pairing.placement
    taken_by_others, _in_call = queries.seats_taken(pairing)
    if placement.state is PlacementState.FILLED and taken_by_others < placement.seats:
        placements.act(placement, PlacementAct.REOPEN, SYSTEM, done.now)


_A = PairingAct

EFFECTS: dict[PairingAct, Effect] = {
    _A.APPLY: _disclose_on_application,
    _A.INVITE: _note_terms,
    _A.SAY_YES: _disclose_on_consent,
    _A.FIND_ELIGIBLE: _note_who_found_eligible,
    _A.NOMINATE: _rank_nominated,
    _A.WAITLIST: _rank_waiting,
    _A.REJECT: _note_match,
    _A.APPROVE: _promise,
    _A.APPROVE_CONDITIONALLY: _promise_on_conditions,
    _A.OFFER: _set_stay,
    _A.ACCEPT: _take_seat,
    _A.DECLINE_OFFER: _free_seat,
    _A.EXPIRE_OFFER: _free_seat,
    _A.WITHDRAW: _free_seat,
}
"""Acts that are not here change the state and nothing else."""


def follow(pairing: Pairing, act: PairingAct, done: Done) -> None:
    """Let the act's effect happen; the pairing stands in its new state already."""
    effect = EFFECTS.get(act)
    if effect is not None:
        effect(pairing, done)
        db.session.flush()
