"""The life of an institution with us."""

import enum
import re
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from stdnum.md import idno

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


class Evidence(enum.StrEnum):
    """What showed an officer that a lead acts for the institution."""

    DOMAIN = "domain"
    LETTER = "letter"


class RenewalStage(enum.StrEnum):
    """How near the end of a verification is."""

    DUE = "due"
    PASSED = "passed"


@dataclass(frozen=True)
class Person:
    """Who acts for an institution, as they are named on letters."""

    given_name: str
    family_name: str
    position: str


VERIFICATION_LASTS = timedelta(days=2 * 365)
RENEWAL_NOTICE = timedelta(days=60)
"""So long before a verification ends, its leads are told and officers have it on their work list."""
LETTER_HOLDS = timedelta(days=365)
"""An older letter says nothing about who acts for the institution today."""


@dataclass(frozen=True)
class InstitutionFacts:
    """What an institution's guards look at."""

    numbered: bool = True
    evidence: Evidence | None = Evidence.DOMAIN


def registry_number(facts: InstitutionFacts) -> LazyString | None:
    """Whoever is verified stands in the state register."""
    if facts.numbered:
        return None
    return _l("The state registry number (IDNO) is missing or wrong. It is needed before verification.")


def evidence(facts: InstitutionFacts) -> LazyString | None:
    """An institution proves itself before it posts."""
    if facts.evidence is not None:
        return None
    return _l(
        "Nothing shows yet that a lead acts for the institution: neither an address in its domain "
        "nor a letter of the last year."
    )


def renewal_stage(state: InstitutionState, until: date | None, today: date) -> RenewalStage | None:
    """Whether a verification ends soon, or ended; its last day belongs to it."""
    if state is not InstitutionState.VERIFIED:
        return None
    if until is None or until < today:
        return RenewalStage.PASSED
    return RenewalStage.DUE if until <= today + RENEWAL_NOTICE else None


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
            registry_number,
            evidence,
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
            effect="its posts vanish, its candidatures end, whoever was in contact is told",
        ),
        row(
            _A.REINSTATE,
            [_S.SUSPENDED],
            _S.VERIFIED,
            [Role.OFFICER],
            reason=True,
            effect="posts return, candidatures do not",
        ),
        row(
            _A.RENEW,
            [_S.VERIFIED],
            _S.VERIFIED,
            [Role.OFFICER],
            registry_number,
            evidence,
            effect="verified for two years from today",
        ),
    ],
)

MOST_INVITATIONS = {
    _S.REGISTERED: 3,
    _S.VERIFIED: 20,
}
"""How many people an institution invites in seven days; few before anybody has looked at it."""
MOST_SENDINGS = 3
"""So often one invitation is mailed."""

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


SHARED_DOMAINS = frozenset(
    {
        # many institutions stand below one ending
        "md", "acad.md", "co.md", "com.md", "edu.md", "gov.md", "mil.md", "net.md", "org.md", "sat.md",
        # anybody gets an address there
        "aol.com", "bk.ru", "fastmail.com", "gmail.com", "gmx.at", "gmx.com", "gmx.de", "gmx.net",
        "googlemail.com", "hotmail.com", "hotmail.fr", "hotmail.it", "icloud.com", "inbox.ru", "libero.it",
        "list.ru", "live.com", "mac.com", "mail.com", "mail.md", "mail.ru", "me.com", "msn.com", "orange.fr",
        "outlook.com", "pm.me", "proton.me", "protonmail.com", "rambler.ru", "tuta.io", "tutanota.com",
        "ukr.net", "virgilio.it", "web.de", "ya.ru", "yahoo.com", "yahoo.fr", "yahoo.it", "yahoo.ro",
        "yandex.com", "yandex.ru", "ymail.com", "zoho.com",
    }
)  # fmt: skip
"""Domains that prove nothing, reviewed by hand; no list of all public endings is at hand."""


def own_domain(website: str) -> str | None:
    """The domain that belongs to whoever runs this website; None where many share it.

    Below `.md` that is what was registered: `usm.md` of `chem.usm.md`, `mec.gov.md` of `www.mec.gov.md`.
    Elsewhere the endings are not known here, and only the host itself counts, without `www.`.
    """
    host = (urlsplit(website).hostname or "").rstrip(".").removeprefix("www.")
    parts = host.split(".")
    if parts[-1] == "md":
        host = ".".join(parts[-3:] if ".".join(parts[-2:]) in SHARED_DOMAINS else parts[-2:])
    return None if "." not in host or host in SHARED_DOMAINS else host


def same_domain(email: str, website: str) -> bool:
    """Whether an e-mail address belongs to the domain of a website, or to a part of that domain."""
    domain, own = email.rpartition("@")[2].lower().rstrip("."), own_domain(website)
    return own is not None and (domain == own or domain.endswith(f".{own}"))


def is_registry_number(text: str | None) -> bool:
    """Whether this is an IDNO: thirteen digits of which the last one checks the others."""
    return text is not None and idno.is_valid(text)
