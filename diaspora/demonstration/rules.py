"""What is made up by rule, not written in a file: the style page's time line, and registry numbers."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from stdnum.md import idno

from diaspora.platform.access import Role


@dataclass(frozen=True)
class Happened:
    """A line of a time line."""

    text: str
    who: Role
    reason: str = ""
    at: datetime = datetime(2026, 11, 3, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Due:
    """What comes next and by when; `mine` where the reader has the move."""

    text: str
    mine: bool
    by: date


HAPPENED = [
    Happened("Applied", Role.CANDIDATE),
    Happened("Found eligible", Role.OFFICER, "All conditions are met."),
]
NEXT = Due("The commission decides.", mine=False, by=date(2026, 12, 15))


def invented_number(place: int) -> str:
    """A registry number with a right check digit, of a range that the state gives to nobody."""
    digits = f"99900000{place:04d}"
    return digits + idno.calc_check_digit(digits)
