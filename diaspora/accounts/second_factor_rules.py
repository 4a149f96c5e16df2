"""Decisions about second factors: which codes are right, how long a guesser waits, how long sessions live."""

import hmac
import ipaddress
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pyotp

SECOND_STEP_LASTS = timedelta(minutes=10)
"""From the right password to the right code."""

PROOF_LASTS = timedelta(minutes=10)
"""So long after the password was typed, factors can be changed without typing it again."""

STEP_SECONDS = 30
FREE_GUESSES = 5
LONGEST_WAIT = timedelta(hours=1)

RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look alike on paper: i, l, o, 0, 1."""
_CODE_LETTERS = 11

MOST_PASSKEYS = 10
LONGEST_PASSKEY_NAME = 60


@dataclass(frozen=True)
class Limits:
    """How long a session lives unused, and altogether."""

    idle: timedelta
    absolute: timedelta


STAFF = Limits(timedelta(hours=2), timedelta(hours=12))
STAYING = Limits(timedelta(days=30), timedelta(days=30))
PASSING = Limits(timedelta(hours=24), timedelta(days=7))


def limits(staff: bool, stay: bool) -> Limits:
    """Staff come back each day; others may ask to stay signed in."""
    if staff:
        return STAFF
    return STAYING if stay else PASSING


def session_alive(limits: Limits, started_at: datetime, last_seen_at: datetime, now: datetime) -> bool:
    """A session ends by idleness or by age, whichever comes first."""
    return now - last_seen_at < limits.idle and now - started_at < limits.absolute


def network(address: str | None) -> str:
    """The part of an IP address that tells a provider and not a household: two octets, or /48."""
    try:
        found = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if isinstance(found, ipaddress.IPv4Address):
        return ".".join([*str(found).split(".")[:2], "x", "x"])
    return f"{ipaddress.ip_network((found, 48), strict=False).network_address}/48"


def new_totp_secret() -> str:
    """160 random bits in base 32, as authenticator apps read them (RFC 4226, section 4)."""
    return pyotp.random_base32()


def step_of(now: datetime) -> int:
    """The number of the 30-second step."""
    return int(now.timestamp()) // STEP_SECONDS


def matching_step(secret: str, code: str, now: datetime, last_step: int) -> int | None:
    """The step whose code this is: now's or a neighbour's, as clocks differ; never one taken before."""
    generator, present = pyotp.TOTP(secret), step_of(now)
    for step in (present, present - 1, present + 1):
        right = hmac.compare_digest(generator.generate_otp(step).encode(), code.encode())
        if right and step > last_step:
            return step
    return None


def compact(code: str) -> str:
    """A typed code without its spaces and dashes, in lower case."""
    return "".join(code.split()).replace("-", "").lower()


def new_recovery_code(position: int) -> str:
    """Eleven random letters (54 bits) behind the code's place in its set: `3abc-defg-hjkm`."""
    code = str(position) + "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LETTERS))
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def recovery_position(code: str) -> int | None:
    """Which code of the set this could be, or None where it is none at all."""
    fits = len(code) == _CODE_LETTERS + 1 and code[0] in "0123456789" and set(code[1:]) <= set(_LETTERS)
    return int(code[0]) if fits else None


def wait_after(wrong: int) -> timedelta:
    """How long somebody waits after so many wrong codes in a row: from the fifth on, longer each time."""
    if wrong < FREE_GUESSES:
        return timedelta()
    return min(timedelta(minutes=2 ** min(wrong - FREE_GUESSES, 10)), LONGEST_WAIT)


def passkeys_possible(base_url: str) -> bool:
    """Browsers make passkeys for names over https, and for `localhost`; never for a bare IP address."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    if network(host):
        return False
    return parts.scheme == "https" or host == "localhost"


def address_for_app(secret: str, email: str, site: str) -> str:
    """What the QR code holds: the secret, and under which name the app shows it."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=site)
