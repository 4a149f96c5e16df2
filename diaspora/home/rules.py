"""How long each kind of work may wait, and whether it is late. One reviewed table for the whole programme."""

import enum
from datetime import date, timedelta

from diaspora.pairings.rules import PairingState
from diaspora.programmes.rules import CallKind

SOON = timedelta(days=3)
"""What is due within these days is due soon."""

SITTING_DAY = 25
"""Commissions of rolling calls have examined by this day of the month what lies before them."""


class Work(enum.StrEnum):
    """Kinds of work that are no candidature."""

    ADMIT = "admit"
    VERIFY = "verify"
    RENEW = "renew"
    PUBLISH = "publish"
    BEGIN_REVIEW = "begin_review"
    RESTORE = "restore"
    SUSPENDED_HOST = "suspended_host"
    LOOK_INTO = "look_into"
    DECIDE_REPORT = "decide_report"
    ANSWER = "answer"


class Urgency(enum.StrEnum):
    """How pressing something is, the most pressing first."""

    LATE = "late"
    SOON = "soon"
    WAITING = "waiting"


SERVICE_DAYS: dict[Work, int] = {
    Work.ADMIT: 10,
    Work.VERIFY: 10,
    Work.PUBLISH: 5,
    Work.RESTORE: 3,
    Work.SUSPENDED_HOST: 2,
    Work.LOOK_INTO: 2,
    Work.DECIDE_REPORT: 10,
}
"""Days from the day on which it was sent. What is not here is due on a day of its own."""

PAIRING_DAYS: dict[PairingState, int] = {
    PairingState.INTERESTED: 10,
    PairingState.APPLIED: 10,
    PairingState.APPEALED: 10,
    PairingState.NOMINATED: 5,
    PairingState.IN_REVIEW: 21,
    PairingState.APPROVED: 5,
    PairingState.APPROVED_CONDITIONALLY: 10,
}
"""Days from the day of the last act. A place on the waiting list has no day: it waits for somebody's seat."""


def due(since: date, days: int | None) -> date | None:
    """The last day in time."""
    return None if days is None else since + timedelta(days=days)


def pairing_due(state: PairingState, since: date, kind: CallKind | None) -> date | None:
    """The same for a candidature; the commission of a rolling call sits each month."""
    if state is PairingState.IN_REVIEW and kind is CallKind.ROLLING:
        return next_sitting(since)
    return due(since, PAIRING_DAYS.get(state))


def next_sitting(after: date) -> date:
    """The first sitting day after a day."""
    if after.day < SITTING_DAY:
        return after.replace(day=SITTING_DAY)
    return (after.replace(day=1) + timedelta(days=32)).replace(day=SITTING_DAY)


def urgency(by: date | None, today: date) -> Urgency:
    """Late after its last day, soon within the days before it."""
    if by is None or by > today + SOON:
        return Urgency.WAITING
    return Urgency.LATE if by < today else Urgency.SOON
