"""What the owner of an account changes about signing in: the password, the address."""

from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from diaspora.accounts import attempts, queries, rules, secrets, services
from diaspora.accounts.models import Account, AddressChange, OneTimeLink
from diaspora.accounts.passwords import password_refusal
from diaspora.accounts.rules import LINK_LIFETIME, LinkPurpose
from diaspora.extensions import db
from diaspora.platform import audit, clock, jobs
from diaspora.platform.access import Actor, Role
from diaspora.platform.mail.services import link, post, posted_lately
from diaspora.platform.refusals import Refused


def change_password(
    account: Account, current: str, new: str, token: str, actor: Actor, now: datetime
) -> bool:
    """Set a new password; every session but that of `token` ends. False where the current one is wrong.

    Not an error, which would take back that the wrong password was counted.
    """
    refusal = password_refusal(new, *queries.own_words(account))
    if refusal:
        raise Refused(refusal, "new")
    if not attempts.current_password_fits(account, current, now):
        return False
    account.password_hash = secrets.hash_password(new)
    services.end_sessions(account.id, now, but=queries.session_by_token(token))
    _end_links(account.id, LinkPurpose.RESET_PASSWORD, now)
    audit.record("account.password_changed", actor, now, account)
    post("password_changed", account.email, account.language, now, account.id)
    return True


def ask_for_address(account: Account, current: str, email: str, actor: Actor, now: datetime) -> bool:
    """Ask for another address: both addresses are mailed. False where the current password is wrong.

    Whether the new address has an account already is looked up by the worker: neither the answer nor its
    time tells.
    """
    email = email.strip().lower()
    if email == account.email:
        raise Refused(_l("This is your address already."), "email")
    if not attempts.current_password_fits(account, current, now):
        return False
    if queries.addresses_asked_for(account.id, now - rules.ADDRESSES_WITHIN) >= rules.MOST_ADDRESSES:
        raise attempts.too_many(rules.ADDRESSES_WITHIN)
    change = AddressChange(account_id=account.id, old_email=account.email, new_email=email, asked_at=now)
    db.session.add(change)
    db.session.flush()
    audit.record("account.address_change_asked", actor, now, account)
    jobs.enqueue(mail_address_change, str(change.id))
    return True


@jobs.job
def mail_address_change(change_id: str) -> None:
    """The job behind `ask_for_address`; the newest change is the one that counts."""
    change, now = queries.address_change(UUID(change_id)), clock.now()
    account = queries.account(change.account_id) if change else None
    if change is None or account is None or account.email != change.old_email:
        return
    _tell_old_address("address_change_asked", change, account, now)
    known = queries.holder_of(change.new_email, now)
    if known is not None and known.id != account.id:
        services.mail_known(change.new_email, known, now)
        return
    if posted_lately("address_confirm_new", change.new_email, now):
        return
    _end_links(account.id, LinkPurpose.CONFIRM_NEW_ADDRESS, now)
    token = services.issue_link(LinkPurpose.CONFIRM_NEW_ADDRESS, now, account.id, change.id)
    post(
        "address_confirm_new", change.new_email, account.language, now, account.id,
        url=link("credentials.confirm_address", account.language, token=token),
    )  # fmt: skip


def _tell_old_address(message: str, change: AddressChange, account: Account, now: datetime) -> None:
    token = services.issue_link(LinkPurpose.STOP_NEW_ADDRESS, now, account.id, change.id)
    post(
        message, change.old_email, account.language, now, account.id,
        url=link("credentials.stop_address", account.language, token=token),
        days=LINK_LIFETIME[LinkPurpose.STOP_NEW_ADDRESS].days,
    )  # fmt: skip


def confirm_new_address(token: str, password: str, now: datetime) -> bool:
    """The new address is proved by its link, the person by the password. False where that is wrong.

    Without the password a slip of the keyboard would give the account to a stranger.
    """
    waiting = queries.usable_link(LinkPurpose.CONFIRM_NEW_ADDRESS, token, now)
    account = queries.account(waiting.account_id) if waiting and waiting.account_id else None
    if account is not None and not attempts.current_password_fits(account, password, now):
        return False
    used = services.use_link(LinkPurpose.CONFIRM_NEW_ADDRESS, token, now)
    change = db.session.get_one(AddressChange, used.subject_id)
    account = db.session.get_one(Account, used.account_id)
    known = queries.holder_of(change.new_email, now)
    if change.stopped_at or account.email != change.old_email or (known and known.id != account.id):
        raise Refused(_l("This address cannot be used any more. Ask for the change again."))
    account.email, change.confirmed_at = change.new_email, now
    db.session.flush()
    _end_links(account.id, LinkPurpose.RESET_PASSWORD, now)
    audit.record("account.address_changed", _owner(account), now, account)
    _tell_old_address("address_changed", change, account, now)
    return True


def stop_address_change(token: str, now: datetime) -> None:
    """Whoever reads the earlier address takes the account back.

    The address is the earlier one again, every session ends, and a new password has to be set by a link
    that is mailed to it: whoever asked for the change knew the present one.
    """
    used = services.use_link(LinkPurpose.STOP_NEW_ADDRESS, token, now)
    change = db.session.get_one(AddressChange, used.subject_id)
    account = db.session.get_one(Account, used.account_id)
    later = update(AddressChange).where(AddressChange.account_id == account.id)
    db.session.execute(later.where(AddressChange.stopped_at.is_(None)).values(stopped_at=now))
    account.email = change.old_email
    account.password_hash = secrets.hash_password(secrets.new_token())
    db.session.flush()
    services.end_sessions(account.id, now)
    for purpose in (LinkPurpose.CONFIRM_NEW_ADDRESS, LinkPurpose.STOP_NEW_ADDRESS):
        _end_links(account.id, purpose, now)
    audit.record("account.address_change_stopped", _owner(account), now, account)
    jobs.enqueue(services.mail_reset, account.email)


def _end_links(account_id: UUID, purpose: LinkPurpose, now: datetime) -> None:
    unused = update(OneTimeLink).where(
        OneTimeLink.account_id == account_id, OneTimeLink.purpose == purpose, OneTimeLink.used_at.is_(None)
    )
    db.session.execute(unused.values(used_at=now))


def _owner(account: Account) -> Actor:
    return Actor(account.id, frozenset({Role.MEMBER}))
