"""Counting what could be guessing, in the database: the counters hold for all processes together."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask_babel import ngettext
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from diaspora.accounts import rules, secrets
from diaspora.accounts.models import Account, Attempt
from diaspora.accounts.rules import Counted
from diaspora.extensions import db
from diaspora.platform.refusals import Refused

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Origin:
    """Where a request comes from: its network, and what its device cookie says (see `devices`).

    `devices` is account id -> (the device's name, what the account's password was then).
    """

    network: str = ""
    devices: dict[str, tuple[str, str]] = field(default_factory=dict)

    def device_of(self, account: Account | None) -> str:
        """The device's name if this account signed in on it with today's password; else nothing."""
        name, then = self.devices.get(str(account.id), ("", "")) if account else ("", "")
        return name if account and then == secrets.digest(account.password_hash) else ""


def of_sign_in(email: str, account: Account | None, origin: Origin, now: datetime) -> Sequence[Attempt]:
    """The counters of this attempt, locked until it is over. Raises Refused while one of them has to wait.

    A stranger's guesses slow the stranger's network, and all strangers together; a device on which the
    account's owner has signed in counts for itself.
    """
    address, device = secrets.keyed_digest(email.strip().lower()), origin.device_of(account)
    if device:
        return [_next(Counted.SIGN_IN, f"{address} {device}", now)]
    return [
        _next(Counted.SIGN_IN, f"{address} {origin.network}", now),
        _next(Counted.ADDRESS, address, now),
        _next(Counted.NETWORK, origin.network, now),
    ]


def count(counters: Sequence[Attempt], now: datetime) -> None:
    """One more of each."""
    db.session.flush()
    # one statement, whatever their order: as many for an address that nobody has
    ids = [counter.id for counter in counters]
    one_more = update(Attempt).where(Attempt.id.in_(ids))
    db.session.execute(one_more.values(number=Attempt.number + 1, last_at=now))


def count_once(counted: Counted, key: str, now: datetime) -> None:
    """One more of what is counted each time. Raises Refused where it was too often."""
    count([_next(counted, key, now)], now)


def current_password_fits(account: Account, password: str, now: datetime) -> bool:
    """Whether somebody who is signed in knows the password, too. Raises Refused after many wrong ones."""
    counter = _next(Counted.PASSWORD, str(account.id), now)
    fits = secrets.password_fits(account.password_hash, password)
    if not fits:
        count([counter], now)
    return fits


def forgive(account: Account) -> None:
    """Somebody proved by a mailed link who they are: nothing counts against this address any more."""
    address = secrets.keyed_digest(account.email)
    db.session.execute(delete(Attempt).where(Attempt.key.startswith(address)))
    db.session.execute(delete(Attempt).where(Attempt.key == str(account.id)))


def too_many(left: timedelta) -> Refused:
    """What is said to whoever has to wait so long."""
    return Refused(
        ngettext(
            "Too many attempts. Wait %(num)s minute, then try again.",
            "Too many attempts. Wait %(num)s minutes, then try again.",
            -(-left // _MINUTE),
        )
    )


def _next(counted: Counted, key: str, now: datetime) -> Attempt:
    counter = _locked(counted, key, now)
    if now - counter.since >= rules.LIMITS[counted].period:
        counter.number, counter.since = 0, now
    left = rules.wait_left(counted, counter.number, counter.last_at, now)
    if left:
        raise too_many(left)
    return counter


def _locked(counted: Counted, key: str, now: datetime) -> Attempt:
    # the next attempt waits here until this one is counted, in whichever process it is made
    row = select(Attempt).where(Attempt.kind == counted, Attempt.key == key).with_for_update()
    if db.session.scalar(row.with_only_columns(Attempt.id)) is None:
        with suppress(IntegrityError), db.session.begin_nested():
            db.session.add(Attempt(kind=counted, key=key, number=0, since=now, last_at=now))
            db.session.flush()
    return db.session.scalars(row.execution_options(populate_existing=True)).one()
