"""What this room holds about a person."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from diaspora.accounts.models import (
    Account,
    AddressChange,
    Attempt,
    Draft,
    OneTimeLink,
    SignInSession,
    StaffGrant,
)
from diaspora.accounts.rules import DRAFTS_LAST, LIMITS
from diaspora.accounts.second_factor_models import (
    Guesses,
    LostFactors,
    Passkey,
    RecoveryCode,
    SecondStep,
    TotpFactor,
)
from diaspora.extensions import db
from diaspora.platform.personal_data import Fate, Holding, Person, anonymise, erase, nobody
from diaspora.platform.retention import YEAR, Rule

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
        # an empty text is the hash of no password
        blank={"email": nobody, "password_hash": "", "email_confirmed_at": None},
    ),
    Holding(
        model=StaffGrant,
        title=_l("Staff roles"),
        of=lambda person: StaffGrant.account_id.in_(person.accounts),
        fate=Fate.ANONYMISED,
        why=_l("Who held which role must stay provable; only the random number of the account stands here."),
        shown={
            "role": _l("Role"),
            "granted_at": _l("Since"),
            "ends_on": _l("Until"),
            "revoked_at": _l("Ended"),
            "revoke_reason": _l("Reason"),
            "reviewed_at": _l("Looked at again"),
        },
        blank={"revoke_reason": ""},
    ),
    Holding(
        model=SignInSession,
        title=_l("Sign-ins"),
        of=lambda person: SignInSession.account_id.in_(person.accounts),
        fate=Fate.DELETED,
        why=_ONLY_FOR_YOU,
        shown={
            "device": _l("Browser"),
            "network": _l("Network"),
            "stay": _l("Stay signed in"),
            "proved_at": _l("Password asked again"),
            "second_step_at": _l("Second step"),
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
    Holding(
        model=AddressChange,
        title=_l("Changes of address"),
        of=lambda person: AddressChange.account_id.in_(person.accounts),
        fate=Fate.DELETED,
        why=_ONLY_FOR_YOU,
        shown={
            "old_email": _l("Earlier address"),
            "new_email": _l("New address"),
            "asked_at": _l("Asked for"),
            "confirmed_at": _l("Address confirmed"),
            "stopped_at": _l("Stopped"),
        },
    ),
    Holding(
        model=TotpFactor,
        title=_l("Authenticator app"),
        of=lambda person: TotpFactor.account_id.in_(person.accounts),
        fate=Fate.DELETED,
        why=_ONLY_FOR_YOU,
        shown={"created_at": _l("Since"), "confirmed_at": _l("Confirmed")},
    ),
    Holding(
        model=Passkey,
        title=_l("Passkeys"),
        of=lambda person: Passkey.account_id.in_(person.accounts),
        fate=Fate.DELETED,
        why=_ONLY_FOR_YOU,
        shown={"name": _l("Name"), "created_at": _l("Since"), "last_used_at": _l("Last used")},
    ),
    Holding(
        model=RecoveryCode,
        title=_l("Recovery codes"),
        of=lambda person: RecoveryCode.account_id.in_(person.accounts),
        fate=Fate.DELETED,
        why=_ONLY_FOR_YOU,
        shown={"position": _l("Number"), "used_at": _l("Used")},
    ),
    Holding(
        model=SecondStep,
        title=_l("Second steps of signing in"),
        of=lambda person: SecondStep.account_id.in_(person.accounts),
        fate=Fate.DELETED,
        why=_ONLY_FOR_YOU,
        shown={"started_at": _l("Since"), "ended_at": _l("Ended")},
    ),
    Holding(
        model=Guesses,
        title=_l("Wrong codes"),
        of=lambda person: Guesses.account_id.in_(person.accounts),
        fate=Fate.DELETED,
        why=_ONLY_FOR_YOU,
        shown={"wrong": _l("Number"), "wait_until": _l("Until")},
    ),
    Holding(
        model=LostFactors,
        title=_l("Lost second factors"),
        of=lambda person: LostFactors.account_id.in_(person.accounts),
        fate=Fate.ANONYMISED,
        why=_l("That two members of staff opened an account again must stay provable; what they wrote goes."),
        shown={
            "state": _l("State"),
            "requested_at": _l("Asked for"),
            "proposed_at": _l("Proposed"),
            "proposal": _l("Reason"),
            "decided_at": _l("Decided"),
        },
        blank={"proposal": ""},
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
    Rule(
        name="changes of address",
        model=AddressChange,
        after=timedelta(days=30),
        since="the request",
        what="deleted",
        why="the earlier address can take a change back for seven days; a late question gets an answer",
        over=lambda moment: AddressChange.asked_at < moment,
    ),
    Rule(
        name="second steps of signing in",
        model=SecondStep,
        after=timedelta(days=90),
        since="the sign-in",
        what="deleted",
        why="to notice a stranger's sign-in",
        over=lambda moment: SecondStep.started_at < moment,
    ),
    Rule(
        name="what staff wrote about lost second factors",
        model=LostFactors,
        after=3 * YEAR,
        since="the decision",
        what="emptied; that and when it was decided stays",
        why="to answer whoever says that a stranger was let in",
        over=lambda moment: sa.and_(LostFactors.decided_at < moment, LostFactors.proposal != ""),
        do=anonymise,
    ),
    Rule(
        name="counted attempts",
        model=Attempt,
        after=max(limit.period for limit in LIMITS.values()),
        since="the last attempt",
        what="deleted",
        why="after that the count begins anew",
        over=lambda moment: Attempt.last_at < moment,
        do=lambda attempt, now: db.session.delete(attempt),
    ),
]
