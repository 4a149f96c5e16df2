"""The life of an institution with us."""

import enum
import re
from datetime import timedelta
from urllib.parse import urlsplit

from diaspora.platform.access import Role
from diaspora.platform.lifecycle import Lifecycle, row


class InstitutionKind(enum.StrEnum):
    """What sort of host it is."""

    UNIVERSITY = "university"
    INSTITUTE = "institute"
    MINISTRY = "ministry"
    TOWN_HALL = "town_hall"
    COMPANY = "company"
    HEALTH = "health"
    ASSOCIATION = "association"


class InstitutionState(enum.StrEnum):
    """Where its verification stands."""

    REGISTERED = "registered"
    VERIFIED = "verified"
    REJECTED = "rejected"
    SUSPENDED = "suspended"


class InstitutionAct(enum.StrEnum):
    """What can be done about it."""

    VERIFY = "verify"
    REJECT = "reject"
    MEND = "mend"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    RENEW = "renew"


VERIFICATION_LASTS = timedelta(days=2 * 365)

_S = InstitutionState
_A = InstitutionAct

LIFECYCLE = Lifecycle(
    "institution",
    [_S.REGISTERED],
    [
        row(
            _A.VERIFY,
            [_S.REGISTERED],
            _S.VERIFIED,
            [Role.OFFICER],
            effect="may post placements for two years",
        ),
        row(_A.REJECT, [_S.REGISTERED], _S.REJECTED, [Role.OFFICER], reason=True, effect="lead is told"),
        row(_A.MEND, [_S.REJECTED], _S.REGISTERED, [Role.HOST_LEAD], effect="waits for an officer again"),
        row(
            _A.SUSPEND,
            [_S.VERIFIED],
            _S.SUSPENDED,
            [Role.OFFICER],
            reason=True,
            effect="its posts and shortlists vanish at once",
        ),
        row(_A.REINSTATE, [_S.SUSPENDED], _S.VERIFIED, [Role.OFFICER], reason=True, effect="posts return"),
        row(
            _A.RENEW,
            [_S.VERIFIED],
            _S.VERIFIED,
            [Role.OFFICER],
            effect="verified for two years from today",
        ),
    ],
)

CHECKED_STATES = frozenset({_S.VERIFIED, _S.SUSPENDED})
"""An officer has compared what identifies the institution with its registration; members keep it so."""

_ROR = re.compile(r"0[0-9a-hj-km-np-tv-z]{6}[0-9]{2}")
_BASE32 = "0123456789abcdefghjkmnpqrstvwxyz"


def compact_ror_id(text: str) -> str:
    """A ROR id without the address before it, in lower case."""
    return text.strip().lower().removeprefix("https://").removeprefix("http://").removeprefix("ror.org/")


def is_ror_id(text: str) -> bool:
    """Whether this is well formed: 0, six characters of Crockford's base 32, two digits of checksum.

    The form is described at https://ror.readme.io/docs/identifier; the checksum is ISO 7064 mod 97-10
    of the six characters read as a number.
    """
    if not _ROR.fullmatch(text):
        return False
    number = 0
    for character in text[1:7]:
        number = number * 32 + _BASE32.index(character)
    return 98 - number * 100 % 97 == int(text[7:])


def web_address(text: str) -> str | None:
    """The address of a website, with https:// where none was typed; None if it is not one."""
    address = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(address)
        host, named = parts.hostname or "", parts.username is not None
        _port = parts.port
    except ValueError:
        return None
    usable = parts.scheme in {"http", "https"} and re.fullmatch(r"[^\s.]+(\.[^\s.]+)+", host)
    return address if usable and not named and not re.search(r"\s", address) else None


def same_domain(email: str, website: str) -> bool:
    """Whether an e-mail address belongs to the domain of a website, or to a part of that domain."""
    host = (urlsplit(website).hostname or "").removeprefix("www.")
    domain = email.rpartition("@")[2].lower()
    return bool(host) and (domain == host or domain.endswith(f".{host}"))
