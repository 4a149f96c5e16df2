"""The second step of a sign-in: begun after the right password, passed with a factor, within ten minutes."""

from datetime import datetime

from sqlalchemy import delete

from diaspora.accounts import guessing, secrets
from diaspora.accounts import second_factor_queries as queries
from diaspora.accounts import second_factor_rules as rules
from diaspora.accounts.models import Account
from diaspora.accounts.second_factor_models import SecondStep
from diaspora.accounts.second_factors import take_app_code, take_recovery_code
from diaspora.extensions import db
from diaspora.platform import audit, clock, jobs
from diaspora.platform.access import Actor, Role


def begin_second_step(account: Account, stay: bool, now: datetime) -> str:
    """Remember that the password was right; the token goes into the cookie and opens nothing else."""
    token = secrets.new_token()
    db.session.add(
        SecondStep(account_id=account.id, token_hash=secrets.digest(token), started_at=now, stay=stay)
    )
    db.session.flush()
    return token


def pass_with_code(step: SecondStep, code: str, now: datetime) -> bool:
    """Try a code of the app, or a recovery code. Raises Refused while somebody has to wait."""
    guessing.refuse_while_waiting(step.account_id, now)
    code = rules.compact(code)
    app = queries.app_of(step.account_id)
    if app is not None and app.confirmed_at is not None and take_app_code(app, code, now):
        method = "app"
    elif take_recovery_code(step.account, code, now):
        method = "recovery_code"
    else:
        guessing.note_wrong(step.account, member(step.account), now)
        return False
    finish(step, method, now)
    return True


def finish(step: SecondStep, method: str, now: datetime) -> None:
    """The factor was right: the half-done sign-in is used up."""
    step.ended_at = now
    guessing.forget(step.account_id)
    audit.record("account.second_step_passed", member(step.account), now, step.account, method=method)


@jobs.every_minute
@jobs.job
def forget_old_second_steps() -> None:
    """Delete half-done sign-ins that can no longer be finished."""
    too_old = SecondStep.started_at < clock.now() - rules.SECOND_STEP_LASTS
    db.session.execute(delete(SecondStep).where(too_old))


def member(account: Account) -> Actor:
    """Somebody whose password was right, with no other role yet."""
    return Actor(account.id, frozenset({Role.MEMBER}), account.language)
