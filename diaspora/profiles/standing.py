"""Where a candidate stands with the roster: the acts of the life-cycle and what follows from each."""

from datetime import datetime
from typing import Any
from uuid import UUID

from diaspora.accounts import queries as account_queries
from diaspora.extensions import db
from diaspora.platform import audit, clock
from diaspora.platform.access import Actor
from diaspora.platform.mail.services import link, post
from diaspora.profiles import queries, rules
from diaspora.profiles.models import Candidate
from diaspora.profiles.policy import roles_towards
from diaspora.profiles.rules import CandidateAct, LeavingReason
from diaspora.profiles.signals import candidate_changed, candidate_left


def act(candidate: Candidate, act: CandidateAct, actor: Actor, now: datetime, reason: str = "") -> None:
    """Do one act of the life-cycle, with everything that follows from it."""
    row = rules.LIFECYCLE.decide(
        candidate.state, act, roles_towards(actor, candidate), queries.facts(candidate), reason
    )
    before, candidate.state = candidate.state, row.target
    candidate.state_reason = reason.strip() if row.reason else ""
    if act is CandidateAct.ADMIT:
        candidate.on_roster_until = clock.local_day(now) + rules.ROSTER_LASTS
    if act is CandidateAct.KEEP:
        # taking it back is the person's word: an import does not speak over it
        candidate.edited_at = now
    if act is CandidateAct.REQUEST_ERASURE:
        end_disclosures(candidate, now)
    db.session.flush()
    audit.record(
        f"candidate.{act.value}", actor, now, candidate,
        before=before.value, after=row.target.value, reason=candidate.state_reason,
    )  # fmt: skip
    _tell_person(candidate, act, now)
    _tell_rooms(candidate, act, actor, now)


_LEAVING = {
    CandidateAct.PAUSE: LeavingReason.PAUSED,
    CandidateAct.EXPIRE: LeavingReason.EXPIRED,
    CandidateAct.REQUEST_ERASURE: LeavingReason.ERASURE,
    CandidateAct.ANONYMISE: LeavingReason.ERASURE,
}
_MAILS = {
    CandidateAct.ADMIT: "profile_admitted",
    CandidateAct.RETURN: "profile_returned",
    CandidateAct.EXPIRE: "profile_expired",
}


def _tell_rooms(candidate: Candidate, act: CandidateAct, actor: Actor, now: datetime) -> None:
    if act in {CandidateAct.ADMIT, CandidateAct.RESUME}:
        candidate_changed.send(candidate, actor=actor, now=now)
    elif act in _LEAVING:
        candidate_left.send(candidate, actor=actor, now=now, why=_LEAVING[act])


def _tell_person(candidate: Candidate, act: CandidateAct, now: datetime) -> None:
    account = account_queries.account(candidate.account_id) if candidate.account_id else None
    if act not in _MAILS or account is None:
        return
    values: dict[str, Any] = {
        "name": candidate.full_name,
        "reason": candidate.state_reason,
        "until": candidate.on_roster_until,
        "url": link("profiles.overview", account.language),
    }
    post(_MAILS[act], account.email, account.language, now, account.id, **values)


def end_disclosures(candidate: Candidate, now: datetime) -> None:
    """No institution may know who this is from now on."""
    for disclosure in queries.disclosures_of(candidate.id):
        disclosure.ended_at = now


def end_disclosures_to(institution_id: UUID, actor: Actor, now: datetime) -> None:
    """One institution may know nobody from now on; taking that back is for each candidate to decide."""
    for disclosure in queries.disclosures_to(institution_id):
        disclosure.ended_at = now
        candidate = queries.candidate(disclosure.candidate_id)
        audit.record("candidate.disclosure_ended", actor, now, candidate, institution_id=str(institution_id))
    db.session.flush()
