"""Erasure: the wish, its grace period, and the erasure itself."""

from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l

from diaspora.accounts import queries as accounts
from diaspora.accounts.models import Account
from diaspora.accounts.services import current_password_fits
from diaspora.extensions import db
from diaspora.matching import services as matching
from diaspora.platform import audit, backup, clock, jobs, personal_data
from diaspora.platform.access import SYSTEM, Actor
from diaspora.platform.clock import local_day
from diaspora.platform.mail.services import link, post, send_unstored
from diaspora.platform.personal_data import NOBODYS
from diaspora.platform.refusals import Refused
from diaspora.profiles import queries as profiles
from diaspora.profiles import services as candidates
from diaspora.profiles.models import Candidate
from diaspora.profiles.rules import HIDDEN_STATES, CandidateAct, CandidateState
from diaspora.rights import queries, rules
from diaspora.rights.models import Erasure


def request_erasure(
    account: Account, password: str, whole: bool, actor: Actor, now: datetime
) -> Erasure | None:
    """Somebody wants to be erased, or their profile only; a profile is hidden at once. Raises Refused.

    None where the password is wrong: an error would take back that it was counted.
    """
    if not current_password_fits(account, password, now):
        return None
    if queries.open_erasure(account.id) is not None:
        raise Refused(_l("You have asked for this already; the day stands on the page."))
    today, candidate = local_day(now), profiles.of_account(account.id)
    if whole:
        staff = bool(accounts.granted_roles(account.id, today))
        rules.refuse_whole_erasure(staff, queries.leads_alone(account.id))
    elif candidate is None:
        raise Refused(_l("You have no profile."))
    candidate_id = candidate.id if candidate else None
    wish = Erasure(
        account_id=account.id,
        candidate_id=candidate_id,
        whole=whole,
        asked_at=now,
        due_on=rules.erasure_due(today, queries.last_day_of_stay(candidate_id, today)),
    )
    db.session.add(wish)
    db.session.flush()
    audit.record("rights.erasure_asked", actor, now, wish, whole=whole)
    if candidate is not None and candidate.state not in HIDDEN_STATES:
        candidates.act(candidate, CandidateAct.REQUEST_ERASURE, actor, now)
    _mail("erasure_asked", account, wish, now)
    return wish


def take_back(account: Account, actor: Actor, now: datetime) -> None:
    """Everything stays after all; a profile begins again as a draft. Raises Refused."""
    wish = queries.open_erasure(account.id)
    if wish is None:
        raise Refused(_l("There is nothing to take back."))
    wish.taken_back_at = now
    candidate = profiles.of_account(account.id)
    if candidate is not None and candidate.state is CandidateState.ERASURE_REQUESTED:
        candidates.act(candidate, CandidateAct.KEEP, actor, now)
    audit.record("rights.erasure_taken_back", actor, now, wish)


def remind_due(now: datetime) -> int:
    """Mail those who are erased in three days, once; how many."""
    wishes = queries.erasures_due(local_day(now) + rules.REMINDED_BEFORE, unreminded=True)
    for wish in wishes:
        wish.reminded_at = now
        _mail("erasure_soon", db.session.get_one(Account, wish.account_id), wish, now)
    return len(wishes)


def erase(wish: Erasure, now: datetime) -> None:
    """Erase for good. The wish itself stays, with its random numbers, and is marked as done."""
    account = db.session.get_one(Account, wish.account_id)
    candidate = profiles.candidate(wish.candidate_id) if wish.candidate_id else None
    address, language = account.email, account.language
    _erase_all(account, candidate, wish.whole, now)
    wish.done_at = now
    audit.record("rights.erased", SYSTEM, now, wish)
    db.session.flush()
    send_unstored("erasure_done", address, language, now, url=link("information.privacy", language))


def erase_again(ids: frozenset[UUID], now: datetime) -> int:
    """After a restore: erase whom it brought back, by ids of accounts and candidates; how many."""
    back = [one for one in accounts.accounts_by_id(ids).values() if not one.email.endswith(NOBODYS)]
    for account in back:
        _erase_all(account, profiles.of_account(account.id), True, now)
    alone = [one for one in map(profiles.candidate, sorted(ids)) if one is not None]
    alone = [one for one in alone if one.state is not CandidateState.ANONYMISED]
    for candidate in alone:
        _erase_all(None, candidate, False, now)
    return len(back) + len(alone)


def _erase_all(account: Account | None, candidate: Candidate | None, whole: bool, now: datetime) -> None:
    person = queries.person_of(account, candidate, whole)
    if candidate is not None:
        if candidate.state is not CandidateState.ANONYMISED:
            candidates.act(candidate, CandidateAct.ANONYMISE, SYSTEM, now)
        matching.forget_learned()
    if account is not None and whole:
        account.closed_at = account.closed_at or now
        for membership in queries.memberships(account.id):
            membership.ended_at = membership.ended_at or now
    personal_data.erase(person, now)
    backup.note_erased(person.accounts | person.candidates)


def _mail(message: str, account: Account, wish: Erasure, now: datetime) -> None:
    post(
        message, account.email, account.language, now, account.id,
        until=wish.due_on, url=link("rights.erasure", account.language),
    )  # fmt: skip


@jobs.every_night
@jobs.job
def erase_due() -> None:
    """Remind those whose day comes, and have those erased whose day has come, each in a job of its own."""
    now = clock.now()
    remind_due(now)
    for wish in queries.erasures_due(local_day(now)):
        jobs.enqueue(erase_one, str(wish.id))


@jobs.job
def erase_one(wish_id: str) -> None:
    """Erase one person, unless they took it back meanwhile."""
    wish = queries.erasure(UUID(wish_id))
    if wish is not None:
        erase(wish, clock.now())
