"""Whoever guesses waits, longer each time. What is counted stands in the database, for all processes.

Only somebody who is signed in, or gave the right password, gets here: no stranger makes anybody wait.
"""

from datetime import datetime
from uuid import UUID

from flask_babel import format_time
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from diaspora.accounts import second_factor_queries as queries
from diaspora.accounts import second_factor_rules as rules
from diaspora.accounts.models import Account
from diaspora.accounts.second_factor_models import Guesses
from diaspora.extensions import db
from diaspora.platform import audit
from diaspora.platform.access import Actor
from diaspora.platform.mail.services import link, post
from diaspora.platform.refusals import Refused


def refuse_while_waiting(account_id: UUID, now: datetime) -> None:
    """Raise Refused while this account has to wait; attempts at the same moment come one after another."""
    db.session.execute(select(Account.id).where(Account.id == account_id).with_for_update())
    found = queries.guesses_of(account_id)
    if found is not None and found.wait_until is not None and now < found.wait_until:
        raise Refused(
            _l(
                "Too many wrong attempts. Try again after %(time)s.",
                time=format_time(found.wait_until, "medium"),
            )
        )


def note_wrong(account: Account, actor: Actor, now: datetime) -> None:
    """Count a wrong attempt; the person is told once when the waiting begins."""
    found = queries.guesses_of(account.id)
    if found is None:
        found = Guesses(account_id=account.id, wrong=0)
        db.session.add(found)
    found.wrong += 1
    wait = rules.wait_after(found.wrong)
    found.wait_until = now + wait if wait else None
    db.session.flush()
    audit.record("account.wrong_attempt", actor, now, account)
    if found.wrong == rules.FREE_GUESSES:
        post(
            "second_step_guessed", account.email, account.language, now, account.id,
            url=link("accounts.forgotten", account.language),
        )  # fmt: skip


def forget(account_id: UUID) -> None:
    """Begin to count anew after a right attempt."""
    db.session.execute(delete(Guesses).where(Guesses.account_id == account_id))
