"""When a stay could be: whole days inside the post's window, the candidate's availability, other stays."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

Days = tuple[date, date]
"""A first and a last day, both included."""

LEAD_TIME = timedelta(days=28)
"""Between an offer and the first day, unless an officer chooses otherwise."""


@dataclass(frozen=True)
class Window:
    """Where a stay of `length` days has to lie."""

    first: date
    last: date
    length: int

    def days_from(self, start: date) -> Days:
        """The stay that begins on this day."""
        return start, start + timedelta(days=self.length - 1)

    def holds(self, start: date) -> bool:
        """Whether a stay that begins on this day lies wholly inside."""
        first, last = self.days_from(start)
        return self.first <= first and last <= self.last


def overlaps(stay: Days, others: Iterable[Days]) -> bool:
    """Whether a stay shares a day with one of the others."""
    first, last = stay
    return any(first <= other_last and other_first <= last for other_first, other_last in others)


def earliest_start(
    window: Window, not_before: date, taken: Sequence[Days], availability: Sequence[Days] = ()
) -> date | None:
    """The first day on which the whole stay fits; None where there is none.

    A stay has to lie inside one of the windows of availability, where there are any.
    """
    earliest = max(window.first, not_before)
    # the earliest fit begins at a lower bound, or on the day after a stay that is in the way
    starts = {earliest, *(first for first, _last in availability)}
    starts |= {last + timedelta(days=1) for _first, last in taken}
    for start in sorted(starts):
        stay = window.days_from(start)
        available = not availability or any(a <= stay[0] and stay[1] <= b for a, b in availability)
        if start >= earliest and window.holds(start) and available and not overlaps(stay, taken):
            return start
    return None
