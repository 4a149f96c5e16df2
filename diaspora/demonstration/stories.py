"""A candidature in every state, each brought there by the acts that people would do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from diaspora.accounts.models import Account
from diaspora.extensions import db
from diaspora.institutions import queries as institutions
from diaspora.matching.models import Suggestion
from diaspora.pairings import services as pairings
from diaspora.pairings.models import Pairing
from diaspora.pairings.rules import SEAT_STATES, PairingAct, PairingState
from diaspora.placements.models import Placement
from diaspora.placements.rules import PlacementState
from diaspora.platform.access import SYSTEM, Actor, roles_of
from diaspora.profiles.models import Candidate

_A = PairingAct
_S = PairingState

APPLIED = (_A.APPLY,)
INVITED = (_A.INVITE,)
ELIGIBLE = (*APPLIED, _A.FIND_ELIGIBLE)
IN_REVIEW = (*ELIGIBLE, _A.NOMINATE, _A.SEND_TO_COMMISSION)
OFFERED = (*IN_REVIEW, _A.APPROVE, _A.OFFER)

PATHS: dict[PairingState, tuple[PairingAct, ...]] = {
    _S.ACCEPTED: (*OFFERED, _A.ACCEPT),
    _S.OFFERED: OFFERED,
    _S.IN_REVIEW: IN_REVIEW,
    _S.APPLIED: APPLIED,
    _S.INVITED: INVITED,
    _S.ELIGIBLE: ELIGIBLE,
    _S.APPROVED: (*IN_REVIEW, _A.APPROVE),
    _S.INTERESTED: (*INVITED, _A.SAY_YES),
    _S.NOMINATED: (*ELIGIBLE, _A.NOMINATE),
    _S.APPROVED_CONDITIONALLY: (*IN_REVIEW, _A.APPROVE_CONDITIONALLY),
    _S.WAITLISTED: (*IN_REVIEW, _A.WAITLIST),
    _S.MORE_INFORMATION: (*IN_REVIEW, _A.ASK_INFORMATION),
    _S.SHORTLISTED: (_A.SHORTLIST,),
    _S.DISMISSED: (_A.SHORTLIST, _A.DISMISS),
    _S.DECLINED: (*INVITED, _A.DECLINE),
    _S.INELIGIBLE: (*APPLIED, _A.FIND_INELIGIBLE),
    _S.APPEALED: (*APPLIED, _A.FIND_INELIGIBLE, _A.APPEAL),
    _S.INELIGIBLE_FINAL: (*APPLIED, _A.FIND_INELIGIBLE, _A.APPEAL, _A.CONFIRM_INELIGIBLE),
    _S.HOST_DECLINED: (*ELIGIBLE, _A.HOST_DECLINE),
    _S.REJECTED: (*IN_REVIEW, _A.REJECT),
    _S.OFFER_DECLINED: (*OFFERED, _A.DECLINE_OFFER),
    _S.OFFER_EXPIRED: (*OFFERED, _A.EXPIRE_OFFER),
    _S.WITHDRAWN: (*APPLIED, _A.WITHDRAW),
}

WAIT = 20
"""Days after which an offer that nobody took is found out of date."""

OF_CANDIDATE = {
    _A.APPLY, _A.SAY_YES, _A.DECLINE, _A.APPEAL, _A.ANSWER, _A.ACCEPT, _A.DECLINE_OFFER, _A.WITHDRAW,
}  # fmt: skip
OF_HOST = {_A.SHORTLIST, _A.INVITE, _A.DISMISS, _A.NOMINATE, _A.HOST_DECLINE}
OF_CHAIR = {_A.ASK_INFORMATION, _A.APPROVE, _A.APPROVE_CONDITIONALLY, _A.WAITLIST, _A.REJECT}
OF_SYSTEM = {_A.EXPIRE_OFFER}

REASONS = {
    _A.INVITE: "Ne-ar ajuta mult experiența dumneavoastră; restul detaliilor le stabilim împreună.",
    _A.DISMISS: "Avem nevoie de cineva cu experiență de teren.",
    _A.DECLINE: "În acea perioadă am deja cursuri programate.",
    _A.FIND_INELIGIBLE: "Nu este dovedită experiența de trei ani peste hotare.",
    _A.APPEAL: "Am atașat contractele din ultimii patru ani; vă rog să le priviți din nou.",
    _A.CONFIRM_INELIGIBLE: "Contractele acoperă doi ani și patru luni; apelul cere trei.",
    _A.HOST_DECLINE: "Laboratorul intră în reparație chiar în lunile propuse.",
    _A.ASK_INFORMATION: "Trimiteți, vă rog, planul zilelor de lucru cu studenții.",
    _A.APPROVE: "Plan clar, omolog numit, rezultate verificabile.",
    _A.APPROVE_CONDITIONALLY: "Cu condiția unui acord scris privind folosirea datelor.",
    _A.WAITLIST: "Un proiect bun; locurile sunt deja ocupate.",
    _A.REJECT: "Rezultatele așteptate nu pot fi atinse în timpul propus.",
    _A.DECLINE_OFFER: "Între timp am primit un grant și nu mai pot veni.",
    _A.WITHDRAW: "S-au schimbat planurile familiei.",
}
MOTIVATION = {
    "ro": "Am lucrat ani la rând cu exact aceste metode și vreau să le las colegilor de acasă, nu doar să le arăt.",
    "ru": "Я много лет работаю с этими методами и хочу не просто показать их коллегам дома, а передать им.",
    "en": "I have worked with these methods for years and want to leave them with colleagues at home, not just "
    "show them.",
}


@dataclass(frozen=True)
class Team:
    """The staff of the stories. An appeal is looked at by the officer who did not decide before."""

    officer: Account
    second_officer: Account
    chair: Account


def actor_of(account_id: UUID) -> Actor:
    """Somebody with the roles that they have."""
    return Actor(account_id, roles_of(account_id))


def tell_all(own: Candidate, other: Candidate, team: Team, now: datetime) -> list[Pairing]:
    """One story for each state; the two with known addresses get the ones that wait for their answer."""
    told: list[Pairing] = []
    used: set[UUID] = {own.id, other.id}
    first = {_S.INVITED: own, _S.OFFERED: other}
    # what suits the scientist best is left to them: it stands on top of their home page
    left = {next(_free(own, used, set())).placement_id}
    for number, (state, path) in enumerate(PATHS.items()):
        wanted = first.get(state)
        taken = {p.placement_id for p in told if p.candidate == wanted or p.state in SEAT_STATES}
        taken |= left if wanted is own else set()
        suggestion = next(_free(wanted, used, taken), None)
        if suggestion is None:
            raise RuntimeError(f"no suggestion is left for a candidature that is {state}")
        if wanted is None:
            used.add(suggestion.candidate_id)
        began = now - timedelta(days=len(path) + number % 8 + (WAIT if _A.EXPIRE_OFFER in path else 0))
        told.append(_tell(suggestion, path, team, began))
    return told


def _free(wanted: Candidate | None, used: set[UUID], taken: set[UUID]) -> Iterator[Suggestion]:
    """The best suggestions of posts that are not taken, of somebody of whom no story has been told."""
    query = (
        select(Suggestion.id, Suggestion.candidate_id, Suggestion.placement_id)
        .join(Suggestion.placement)
        .where(Placement.state == PlacementState.PUBLISHED)
        .order_by(Suggestion.score.desc(), Suggestion.candidate_id, Suggestion.placement_id)
    )
    if wanted is not None:
        query = query.where(Suggestion.candidate_id == wanted.id)
    for suggestion_id, candidate_id, placement_id in db.session.execute(query):
        if placement_id not in taken and (wanted or candidate_id not in used):
            yield db.session.get_one(Suggestion, suggestion_id)


def _tell(suggestion: Suggestion, path: tuple[PairingAct, ...], team: Team, began: datetime) -> Pairing:
    candidate, placement = suggestion.candidate, suggestion.placement
    lead = institutions.lead_accounts(placement.institution_id)[0]
    who = {
        **dict.fromkeys(OF_CANDIDATE, actor_of(candidate.account_id or candidate.id)),
        **dict.fromkeys(OF_HOST, actor_of(lead.id)),
        **dict.fromkeys(OF_CHAIR, actor_of(team.chair.id)),
        **dict.fromkeys(OF_SYSTEM, SYSTEM),
        _A.CONFIRM_INELIGIBLE: actor_of(team.second_officer.id),
    }
    told: Pairing | None = None
    for day, act in enumerate(path):
        at = began + timedelta(days=day + (WAIT if act is _A.EXPIRE_OFFER else 0))
        actor, reason = who.get(act, actor_of(team.officer.id)), REASONS.get(act, "")
        if act is _A.APPLY:
            words = MOTIVATION.get(candidate.text_language, MOTIVATION["en"])
            told = pairings.apply(candidate, placement, words, actor, at)
        elif act is _A.SHORTLIST:
            told = pairings.shortlist(candidate, placement, actor, at)
        elif told is None:
            told = pairings.invite(candidate, placement, actor, at, reason)
        else:
            pairings.act(told, act, actor, at, reason)
    if told is None:
        raise ValueError("a story needs at least one act")
    return told
