"""Authenticator apps and recovery codes: set up, made anew, removed. Each change mails a notice."""

from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, update

from diaspora.accounts import second_factor_queries as queries
from diaspora.accounts import second_factor_rules as rules
from diaspora.accounts import secrets
from diaspora.accounts.models import Account, SignInSession
from diaspora.accounts.second_factor_models import Passkey, RecoveryCode, TotpFactor
from diaspora.accounts.session_services import end_sessions
from diaspora.extensions import db
from diaspora.platform import audit
from diaspora.platform.access import Actor
from diaspora.platform.mail.services import link, post
from diaspora.platform.refusals import Refused


def begin_app(account: Account, actor: Actor, now: datetime) -> None:
    """Make the secret of an authenticator app; it protects nothing before its first code is right."""
    known = queries.app_of(account.id)
    if known is not None and known.confirmed_at is not None:
        raise Refused(_l("An authenticator app is set up already. Remove it to set up another one."))
    if known is None:
        known = TotpFactor(account_id=account.id)
        db.session.add(known)
    known.sealed_secret = secrets.sealed(rules.new_totp_secret(), _purpose(account.id))
    known.created_at = now
    db.session.flush()
    audit.record("account.app_begun", actor, now, known)


def _purpose(account_id: UUID) -> str:
    return f"totp {account_id}"


def secret_of(app: TotpFactor) -> str | None:
    """The secret of an app, in base 32; None where it was sealed with another SECRET_KEY."""
    return secrets.unsealed(app.sealed_secret, _purpose(app.account_id))


def take_app_code(app: TotpFactor, code: str, now: datetime) -> bool:
    """Whether this is a right code that nobody used before; it is used up. Two at once: one wins."""
    secret = secret_of(app)
    if secret is None:
        return False
    step = rules.matching_step(secret, code, now, app.last_step)
    if step is None:
        return False
    taken = (
        update(TotpFactor)
        .where(TotpFactor.id == app.id, TotpFactor.last_step < step)
        .values(last_step=step)
        .returning(TotpFactor.id)
        .execution_options(synchronize_session=False)
    )
    found = db.session.scalar(taken) is not None
    db.session.expire(app)
    return found


def confirm_app(here: SignInSession, code: str, actor: Actor, now: datetime) -> list[str]:
    """The app's first code is right: from now on signing in asks for one. Gives new recovery codes, if any.

    Raises Refused where the code is wrong.
    """
    app = queries.app_of(here.account_id)
    if app is None or app.confirmed_at is not None or not take_app_code(app, rules.compact(code), now):
        raise Refused(
            _l("This code is not right. Look at the clock of your phone, then enter the newest code."), "code"
        )
    app.confirmed_at = now
    audit.record("account.app_added", actor, now, app)
    return after_adding(here, now)


def after_adding(here: SignInSession, now: datetime) -> list[str]:
    """What follows when a factor was added: this browser has shown it, others sign in again.

    Gives recovery codes where there were none.
    """
    here.second_step_at = now
    end_sessions(here.account_id, now, but=here)
    tell(here.account, "added", now)
    return [] if queries.recovery_codes_left(here.account_id) else _new_codes(here.account_id)


def _new_codes(account_id: UUID) -> list[str]:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes = [rules.new_recovery_code(position) for position in range(rules.RECOVERY_CODES)]
    db.session.add_all(
        RecoveryCode(
            account_id=account_id,
            position=position,
            code_hash=secrets.hash_code(rules.compact(code)),
        )
        for position, code in enumerate(codes)
    )
    db.session.flush()
    return codes


def make_recovery_codes(here: SignInSession, actor: Actor, now: datetime) -> list[str]:
    """Ten new codes; the old ones are worthless. They can be shown only now: the site keeps hashes."""
    if not queries.has_second_factor(here.account_id):
        raise Refused(_l("Recovery codes stand in for a second factor. Set one up first."))
    codes = _new_codes(here.account_id)
    audit.record("account.recovery_codes_made", actor, now, here.account)
    end_sessions(here.account_id, now, but=here)
    tell(here.account, "codes", now)
    return codes


def take_recovery_code(account: Account, code: str, now: datetime) -> bool:
    """Whether this is an unused recovery code; it is used up, and the person is told."""
    position = rules.recovery_position(code)
    found = None if position is None else queries.unused_recovery_code(account.id, position)
    if found is None or not secrets.password_fits(found.code_hash, code):
        return False
    taken = (
        update(RecoveryCode)
        .where(RecoveryCode.id == found.id, RecoveryCode.used_at.is_(None))
        .values(used_at=now)
        .returning(RecoveryCode.id)
        .execution_options(synchronize_session=False)
    )
    if db.session.scalar(taken) is None:
        return False
    tell(account, "code_used", now)
    return True


def remove_app(here: SignInSession, actor: Actor, now: datetime) -> None:
    """Take the authenticator app away."""
    app = queries.app_of(here.account_id)
    if app is None:
        raise Refused(_l("There is no authenticator app to remove."))
    was_used = app.confirmed_at is not None
    audit.record("account.app_removed", actor, now, app)
    db.session.delete(app)
    db.session.flush()
    if was_used:
        after_removing(here, now)


def after_removing(here: SignInSession, now: datetime) -> None:
    """What follows when a factor was removed; with the last one the recovery codes go, too."""
    if not queries.has_second_factor(here.account_id):
        db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == here.account_id))
        here.second_step_at = None
    end_sessions(here.account_id, now, but=here)
    tell(here.account, "removed", now)


def remove_every_factor(account: Account) -> None:
    """Leave an account with its password only."""
    for table in (TotpFactor, Passkey, RecoveryCode):
        db.session.execute(delete(table).where(table.account_id == account.id))


def tell(account: Account, state: str, now: datetime) -> None:
    """Mail what happened to somebody's second factors."""
    post(
        "second_factor_changed", account.email, account.language, now, account.id,
        state=state, url=link("accounts.second_factors", account.language),
    )  # fmt: skip
