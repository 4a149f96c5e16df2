"""What this room holds about a person."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from diaspora.accounts.models import Account, Draft, OneTimeLink, SignInSession, StaffGrant
from diaspora.accounts.rules import DRAFTS_LAST
from diaspora.extensions import db
from diaspora.platform.personal_data import Fate, Holding, Person, erase, nobody
from diaspora.platform.retention import Rule

_ONLY_FOR_YOU = _l("It serves only you.")

HOLDINGS = [
    Holding(
        model=Account,
        title=_l("Account"),
        of=lambda person: Account.id.in_(person.accounts),
        fate=Fate.ANONYMISED,
        why=_l("Address and password go; a random number stays, to which decisions and the log refer."),
        shown={
            "email": _l("E-mail address"),
            "language": _l("Language of mails and letters"),
            "created_at": _l("Opened"),
            "email_confirmed_at": _l("Address confirmed"),
            "closed_at": _l("Closed"),
        },
        blank={"email": nobody, "password_hash": "", "email_confirmed_at": None},
    ),
    Holding(
        model=StaffGrant,
        title=_l("Staff roles"),
        of=lambda person: StaffGrant.account_id.in_(person.accounts),
        fate=Fate.KEPT,
        why=_l("Who held which role must stay provable; only the random number of the account stands here."),
        shown={
            "role": _l("Role"),
            "granted_at": _l("Since"),
            "ends_on": _l("Until"),
            "revoked_at": _l("Ended"),
        },
    ),
    Holding(
        model=SignInSession,
        title=_l("Sign-ins"),
        of=lambda person: SignInSession.account_id.in_(person.accounts),
        fate=Fate.DELETED,
        why=_ONLY_FOR_YOU,
        shown={
            "device": _l("Browser"),
            "started_at": _l("Since"),
            "last_seen_at": _l("Last seen"),
            "ended_at": _l("Ended"),
        },
    ),
    Holding(
        model=OneTimeLink,
        title=_l("Mailed links"),
        of=lambda person: (
            OneTimeLink.account_id.in_(person.accounts) | OneTimeLink.subject_id.in_(person.candidates)
        ),
        fate=Fate.DELETED,
        why=_ONLY_FOR_YOU,
        shown={
            "purpose": _l("Purpose"),
            "created_at": _l("When"),
            "expires_at": _l("Until"),
            "used_at": _l("Used"),
        },
    ),
    Holding(
        model=Draft,
        title=_l("Unsent entries"),
        of=lambda person: Draft.account_id.in_(person.accounts),
        fate=Fate.DELETED,
        why=_ONLY_FOR_YOU,
        shown={"key": _l("Form"), "data": _l("Text"), "saved_at": _l("Last change")},
    ),
]


def _forget_unconfirmed(account: Account, now: datetime) -> None:
    erase(Person(accounts=frozenset({account.id}), addresses=frozenset({account.email})), now)
    db.session.delete(account)


RULES = [
    Rule(
        name="accounts whose address was never confirmed",
        model=Account,
        after=timedelta(days=60),
        since="the sign-up",
        what="deleted with their mails and links",
        why="nobody has proved that the address is theirs",
        over=lambda moment: (
            sa.and_(Account.email_confirmed_at.is_(None), Account.created_at < moment)
            & Account.closed_at.is_(None)
        ),
        do=_forget_unconfirmed,
    ),
    Rule(
        name="sign-ins",
        model=SignInSession,
        after=timedelta(days=90),
        since="the last visit",
        what="deleted",
        why="to notice a stranger's sign-in; a session lasts thirty days at most",
        over=lambda moment: SignInSession.last_seen_at < moment,
    ),
    Rule(
        name="mailed links",
        model=OneTimeLink,
        after=timedelta(days=30),
        since="the end of their use",
        what="deleted",
        why="an old link gets a clear answer for a while",
        over=lambda moment: OneTimeLink.expires_at < moment,
    ),
    Rule(
        name="unsent entries",
        model=Draft,
        after=DRAFTS_LAST,
        since="the last change",
        what="deleted",
        why="so that a closed window loses nothing",
        over=lambda moment: Draft.saved_at < moment,
    ),
]
