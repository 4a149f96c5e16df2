"""Sessions: begun, renewed when rights rise, ended by their person or by a change of what protects them."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from ua_parser import parse

from diaspora.accounts import guessing, queries, rules, secrets
from diaspora.accounts import second_factor_rules as factors
from diaspora.accounts.models import Account, SignInSession
from diaspora.accounts.second_factor_models import SecondStep
from diaspora.extensions import db
from diaspora.platform import audit
from diaspora.platform.access import Actor, Role


def open_session(
    account: Account,
    user_agent: str,
    now: datetime,
    address: str | None = None,
    stay: bool = False,
    second_step: bool = False,
) -> str:
    """Begin a session after a right password; its token goes into the cookie.

    Of the browser and the address only what their person needs to recognise them is kept.
    """
    token = secrets.new_token()
    db.session.add(
        SignInSession(
            account_id=account.id,
            token_hash=secrets.digest(token),
            started_at=now,
            last_seen_at=now,
            device=device(user_agent),
            network=factors.network(address),
            stay=stay,
            proved_at=now,
            second_step_at=now if second_step else None,
        )
    )
    db.session.flush()
    return token


def device(user_agent: str) -> str:
    """Browser and system in the words of their makers, or nothing where they are unknown."""
    found = parse(user_agent[:500])
    families = (found.user_agent and found.user_agent.family, found.os and found.os.family)
    return ", ".join(family for family in families if family)[:100]


def renew_session(found: SignInSession) -> str:
    """Give a session another token, because its rights rise: one that was seen before is worth nothing."""
    token = secrets.new_token()
    found.token_hash = secrets.digest(token)
    db.session.flush()
    return token


def end_session(token: str, now: datetime) -> None:
    """End the session of this cookie."""
    found = queries.session_by_token(token)
    if found is not None and found.ended_at is None:
        end_one_session(found, Actor(found.account_id, frozenset({Role.MEMBER})), now)


def end_one_session(found: SignInSession, actor: Actor, now: datetime) -> None:
    """Sign one browser out."""
    found.ended_at = now
    audit.record("account.signed_out", actor, now, found)


def end_sessions(account_id: UUID, now: datetime, but: SignInSession | None = None) -> None:
    """Sign every browser out, except perhaps this one; half-done sign-ins end, too."""
    others = update(SignInSession).where(
        SignInSession.account_id == account_id, SignInSession.ended_at.is_(None)
    )
    if but is not None:
        others = others.where(SignInSession.id != but.id)
    halves = update(SecondStep).where(SecondStep.account_id == account_id, SecondStep.ended_at.is_(None))
    for statement in (others, halves):
        db.session.execute(statement.values(ended_at=now))


def end_other_sessions(found: SignInSession, actor: Actor, now: datetime) -> None:
    """Stay signed in here, nowhere else."""
    end_sessions(found.account_id, now, but=found)
    audit.record("account.signed_out_elsewhere", actor, now, found)


def note_seen(found: SignInSession, now: datetime) -> None:
    """Remember that a session is in use, at most once a minute."""
    if now - found.last_seen_at < rules.SEEN_EVERY:
        return
    # a page is shown all the same where SQLite is being written to by somebody else
    with suppress(OperationalError), db.session.begin_nested():
        found.last_seen_at = now


def proved_lately(found: SignInSession, now: datetime) -> bool:
    """Whether whoever sits at this browser typed the password a moment ago."""
    return found.proved_at is not None and now - found.proved_at < factors.PROOF_LASTS


def prove(found: SignInSession, password: str, actor: Actor, now: datetime) -> bool:
    """Type one's password once more. Wrong ones are counted; raises Refused while somebody has to wait."""
    guessing.refuse_while_waiting(found.account_id, now)
    if not secrets.password_fits(found.account.password_hash, password):
        guessing.note_wrong(found.account, actor, now)
        return False
    guessing.forget(found.account_id)
    found.proved_at = now
    audit.record("account.password_proved", actor, now, found)
    return True
