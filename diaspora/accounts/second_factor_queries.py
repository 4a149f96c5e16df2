from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from diaspora.accounts import second_factor_rules as rules
from diaspora.accounts.models import SignInSession
from diaspora.accounts.second_factor_models import Guesses, Passkey, RecoveryCode, SecondStep, TotpFactor
from diaspora.accounts.secrets import digest
from diaspora.extensions import db


def app_of(account_id: UUID) -> TotpFactor | None:
    """The authenticator app of an account, proved or not yet."""
    return db.session.scalar(select(TotpFactor).where(TotpFactor.account_id == account_id))


def passkeys_of(account_id: UUID) -> Sequence[Passkey]:
    """The passkeys of an account, the oldest first."""
    return db.session.scalars(
        select(Passkey).where(Passkey.account_id == account_id).order_by(Passkey.created_at, Passkey.id)
    ).all()


def passkey(account_id: UUID, passkey_id: UUID) -> Passkey | None:
    """One of an account's own passkeys."""
    return db.session.scalar(
        select(Passkey).where(Passkey.account_id == account_id, Passkey.id == passkey_id)
    )


def passkey_is_known(credential_id: str) -> bool:
    """Whether this key is registered here already, by whomever."""
    return db.session.scalar(select(Passkey.id).where(Passkey.credential_id == credential_id)) is not None


def has_second_factor(account_id: UUID) -> bool:
    """Whether signing in takes more than the password."""
    proved = select(TotpFactor.id).where(
        TotpFactor.account_id == account_id, TotpFactor.confirmed_at.is_not(None)
    )
    keys = select(Passkey.id).where(Passkey.account_id == account_id)
    return db.session.scalar(proved.union_all(keys).limit(1)) is not None


def recovery_codes_left(account_id: UUID) -> int:
    """How many recovery codes have not been used."""
    unused = select(func.count(RecoveryCode.id)).where(
        RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None)
    )
    return db.session.scalar(unused) or 0


def second_step_by_token(token: str, now: datetime) -> SecondStep | None:
    """The half-done sign-in of this browser, while it may still be finished."""
    found = db.session.scalar(
        select(SecondStep)
        .where(
            SecondStep.token_hash == digest(token),
            SecondStep.ended_at.is_(None),
            SecondStep.started_at > now - rules.SECOND_STEP_LASTS,
        )
        .options(joinedload(SecondStep.account))
    )
    return None if found is None or found.account.closed_at else found


def guesses_of(account_id: UUID) -> Guesses | None:
    """What is remembered of wrong codes."""
    fresh = select(Guesses).where(Guesses.account_id == account_id).execution_options(populate_existing=True)
    return db.session.scalar(fresh)


def open_sessions(account_id: UUID, staff: bool, now: datetime) -> list[SignInSession]:
    """Where an account is signed in now, the last used first."""
    rows = db.session.scalars(
        select(SignInSession)
        .where(SignInSession.account_id == account_id, SignInSession.ended_at.is_(None))
        .order_by(SignInSession.last_seen_at.desc())
    )
    return [
        row
        for row in rows
        if rules.session_alive(rules.limits(staff, row.stay), row.started_at, row.last_seen_at, now)
    ]


def unused_recovery_code(account_id: UUID, position: int) -> RecoveryCode | None:
    """The code at this place of the set, if it was not used."""
    return db.session.scalar(
        select(RecoveryCode).where(
            RecoveryCode.account_id == account_id,
            RecoveryCode.position == position,
            RecoveryCode.used_at.is_(None),
        )
    )


def session_of(account_id: UUID, session_id: UUID) -> SignInSession | None:
    """One of an account's own sessions that has not ended."""
    return db.session.scalar(
        select(SignInSession).where(
            SignInSession.account_id == account_id,
            SignInSession.id == session_id,
            SignInSession.ended_at.is_(None),
        )
    )
