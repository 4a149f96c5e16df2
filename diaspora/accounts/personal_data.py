"""What this room holds about a person."""

from flask_babel import lazy_gettext as _l

from diaspora.accounts.models import Account, Draft, OneTimeLink, SignInSession, StaffGrant
from diaspora.platform.personal_data import Fate, Holding, nobody

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
