"""Decisions about accounts: how long things last, which passwords are refused."""

import enum
import ipaddress
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from diaspora.platform.access import STAFF_ROLES, Role


class LinkPurpose(enum.StrEnum):
    """What a mailed link does."""

    CONFIRM_ADDRESS = "confirm_address"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - a name
    CLAIM_PROFILE = "claim_profile"
    REPORT_LOSS = "report_loss"
    STOP_REMOVAL = "stop_removal"
    CONFIRM_NEW_ADDRESS = "confirm_new_address"
    STOP_NEW_ADDRESS = "stop_new_address"
    JOIN_INSTITUTION = "join_institution"


LINK_LIFETIME = {
    LinkPurpose.CONFIRM_ADDRESS: timedelta(days=3),
    LinkPurpose.RESET_PASSWORD: timedelta(hours=1),
    LinkPurpose.CLAIM_PROFILE: timedelta(days=30),
    LinkPurpose.REPORT_LOSS: timedelta(hours=1),
    LinkPurpose.STOP_REMOVAL: timedelta(days=15),
    LinkPurpose.CONFIRM_NEW_ADDRESS: timedelta(days=1),
    LinkPurpose.STOP_NEW_ADDRESS: timedelta(days=7),
    LinkPurpose.JOIN_INSTITUTION: timedelta(days=7),
}

SEEN_EVERY = timedelta(minutes=1)

DRAFTS_LAST = timedelta(days=30)
MOST_DRAFTS = 60
"""Of one person; the oldest goes when there is one more."""
MOST_DRAFT_BYTES = 64 * 1024


_UNSTORED = re.compile(r"csrf_token|version|_.*|.*password.*", re.IGNORECASE)
_DRAFT_KEY = re.compile(r"[a-z0-9._-]{1,100}")


def draft_key_fits(key: str) -> bool:
    """Whether a form may be called so: `profile.about`, or with the id of what it edits."""
    return _DRAFT_KEY.fullmatch(key) is not None


def worth_keeping(typed: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """What of a form goes into a draft: nothing that the site itself put there, and never a password."""
    return {name: values for name, values in typed.items() if not _UNSTORED.fullmatch(name)}


LONGEST_NEXT = 500
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"})


def safe_next(address: str | None) -> str | None:
    """The address to go on to, if it is a path of this site; else None.

    Browsers drop tabs and line breaks and read a backslash as a slash: "/\\t/evil.example" would leave.
    """
    if not address or len(address) > LONGEST_NEXT or not address.startswith("/"):
        return None
    if address.startswith("//") or "\\" in address:
        return None
    if any(unicodedata.category(character) in _UNSEEN for character in address):
        return None
    parts = urlsplit(address)
    return address if not parts.scheme and not parts.netloc else None


class Counted(enum.StrEnum):
    """What is counted, by which key."""

    SIGN_IN = "sign_in"
    """Wrong passwords for one address, from one network or from one device where its owner signed in."""
    ADDRESS = "address"
    """Wrong passwords for one address, from all networks together; such a device passes by."""
    NETWORK = "network"
    """Wrong passwords for any address, from one network."""
    SIGN_UP = "sign_up"
    """Sign-ups from one network."""
    RESET = "reset"
    """Asked-for links from one network."""
    PASSWORD = "password"  # noqa: S105 - a name
    """Wrong current passwords of one account, by whoever is signed in to it."""


@dataclass(frozen=True)
class Limit:
    """How long one waits after so many times; the count begins anew when its period is over."""

    period: timedelta
    waits: tuple[tuple[int, timedelta], ...]


def _growing(*steps: tuple[int, int]) -> tuple[tuple[int, timedelta], ...]:
    return tuple((number, timedelta(seconds=seconds)) for number, seconds in steps)


_GUESSING = _growing((5, 30), (6, 60), (7, 120), (8, 300), (9, 900), (10, 1800), (12, 3600))
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
LIMITS = {
    Counted.SIGN_IN: Limit(_DAY, _GUESSING),
    Counted.ADDRESS: Limit(_DAY, _growing((20, 60), (50, 300), (100, 900))),
    Counted.NETWORK: Limit(_HOUR, _growing((60, 3600))),
    Counted.SIGN_UP: Limit(_HOUR, _growing((20, 3600))),
    Counted.RESET: Limit(_HOUR, _growing((20, 3600))),
    Counted.PASSWORD: Limit(_DAY, _GUESSING),
}
"""Nobody is locked out for good, and each network waits for its own guesses."""

MOST_ADDRESSES, ADDRESSES_WITHIN = 5, timedelta(hours=1)
"""So many new addresses can be asked for: each is mailed, whosever it is."""

TELL_AT = 20
"""So many wrong passwords for one address within its period, and its owner is told, once."""


def wait_left(counted: Counted, number: int, last_at: datetime, now: datetime) -> timedelta:
    """How long until the next attempt is looked at; nothing where it may be made now."""
    wait = max((wait for least, wait in LIMITS[counted].waits if number >= least), default=timedelta(0))
    return max(last_at + wait - now, timedelta(0))


def network_of(address: str | None) -> str:
    """The beginning of an Internet address: what is kept of it. Somebody has many of the rest."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    length = 24 if found.version == 4 else 48
    return str(ipaddress.ip_network((found.packed, length), strict=False))


GRANT_LASTS, GRANT_AT_MOST = timedelta(days=365), timedelta(days=731)
WARN_AHEAD = timedelta(days=14)
REVIEW_EVERY = timedelta(days=90)
NEVER_TOGETHER = frozenset({Role.ADMIN, Role.FINANCE})
"""Whoever gives roles must not approve money."""


def role_refusal(role: Role, held: Collection[Role]) -> LazyString | None:
    """Why somebody who holds these staff roles cannot get this one, too, or None."""
    if role not in STAFF_ROLES:
        return _l("This is not a staff role.")
    if role in held:
        return _l("This person holds the role already. Renew it instead.")
    if role in NEVER_TOGETHER and NEVER_TOGETHER & set(held):
        return _l("Nobody is administrator and finance officer: administrators never approve money.")
    return None


def end_refusal(ends_on: date, today: date) -> LazyString | None:
    """Why a role cannot end on this day, or None."""
    if not today < ends_on <= today + GRANT_AT_MOST:
        return _l("Choose a day after today, at most two years ahead.")
    return None


def review_due(granted_at: datetime, reviewed_at: datetime | None, now: datetime) -> bool:
    """Whether somebody should look again at whether a role is still right."""
    return now - (reviewed_at or granted_at) >= REVIEW_EVERY
