"""Staff roles: given by an administrator until a day, looked at every quarter, ended."""

from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from diaspora.accounts import queries, rules, services
from diaspora.accounts.models import Account, StaffGrant
from diaspora.extensions import db
from diaspora.platform import audit, clock, jobs
from diaspora.platform.access import Actor, Role
from diaspora.platform.mail.services import link, post
from diaspora.platform.refusals import Refused


def give(email: str, role: Role, ends_on: date, actor: Actor, now: datetime) -> StaffGrant:
    """Give a staff role to whoever has this address, until a day; they are told."""
    account = queries.account_by_email(email)
    if account is None or account.closed_at or account.email_confirmed_at is None:
        raise Refused(_l("There is no confirmed account with this address."), "email")
    _not_oneself(account, actor)
    refusal = rules.end_refusal(ends_on, clock.local_day(now))
    if refusal:
        raise Refused(refusal, "ends_on")
    # two administrators at once could give two roles that nobody may hold together
    db.session.refresh(account, with_for_update=True)
    grant = services.grant_role(account, role, actor, now, ends_on)
    _tell("role_granted", grant, account, now)
    return grant


def revoke(grant: StaffGrant, reason: str, actor: Actor, now: datetime) -> None:
    """End a staff role at once. The last administrator stays: nobody could give roles any more."""
    account = _holder(grant)
    _not_oneself(account, actor)
    if not reason.strip():
        raise Refused(_l("Say why."), "reason")
    if grant.role is Role.ADMIN and not _other_administrators(account, now):
        raise Refused(_l("This is the last administrator. Give the role to somebody else first."))
    grant.revoked_at, grant.revoked_by_id, grant.revoke_reason = now, actor.account_id, reason.strip()
    db.session.flush()
    audit.record("account.role_revoked", actor, now, account, role=grant.role.value, reason=reason.strip())
    _tell("role_ended", grant, account, now)


def renew(grant: StaffGrant, ends_on: date, actor: Actor, now: datetime) -> None:
    """Let a staff role end on another day; that it is right was looked at with it."""
    account = _holder(grant)
    _not_oneself(account, actor)
    refusal = rules.end_refusal(ends_on, clock.local_day(now))
    if refusal:
        raise Refused(refusal, "ends_on")
    grant.ends_on, grant.warned_at = ends_on, None
    grant.reviewed_at, grant.reviewed_by_id = now, actor.account_id
    db.session.flush()
    audit.record("account.role_renewed", actor, now, account, role=grant.role.value, until=str(ends_on))
    _tell("role_granted", grant, account, now)


def review(grant: StaffGrant, actor: Actor, now: datetime) -> None:
    """Somebody looked: the role is still right."""
    account = _holder(grant)
    _not_oneself(account, actor)
    grant.reviewed_at, grant.reviewed_by_id = now, actor.account_id
    db.session.flush()
    audit.record("account.role_reviewed", actor, now, account, role=grant.role.value)


def _holder(grant: StaffGrant) -> Account:
    return db.session.get_one(Account, grant.account_id)


def _not_oneself(account: Account, actor: Actor) -> None:
    if account.id == actor.account_id:
        raise Refused(_l("Nobody changes their own roles. Ask another administrator."))


def _other_administrators(account: Account, now: datetime) -> bool:
    # two administrators who end each other's role at once: the second waits here, then finds none left
    db.session.execute(select(StaffGrant.id).where(StaffGrant.role == Role.ADMIN).with_for_update())
    return any(one.id != account.id for one in queries.staff_with(Role.ADMIN, clock.local_day(now)))


def _tell(message: str, grant: StaffGrant, account: Account, now: datetime) -> None:
    post(
        message, account.email, account.language, now, account.id,
        role=grant.role, until=grant.ends_on, reason=grant.revoke_reason,
        url=link("home.front", account.language),
    )  # fmt: skip


@jobs.every_minute
@jobs.job
def tell_of_ending_roles() -> None:
    """Mail whose role ends within two weeks, once."""
    now = clock.now()
    for grant, account in queries.ending_grants(clock.local_day(now)):
        grant.warned_at = now
        _tell("role_ending", grant, account, now)
