"""When work is late: the days of the table, and the monthly sitting of rolling calls."""

from datetime import date, timedelta

import pytest

from diaspora.home import rules
from diaspora.home.rules import Urgency, Work
from diaspora.pairings.rules import GROUPS, BoardGroup, PairingState
from diaspora.programmes.rules import CallKind

DAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (DAY - timedelta(days=1), Urgency.LATE),
        (DAY, Urgency.SOON),
        (DAY + rules.SOON, Urgency.SOON),
        (DAY + rules.SOON + timedelta(days=1), Urgency.WAITING),
        (None, Urgency.WAITING),
    ],
)
def test_late_begins_after_the_last_day(by: date | None, expected: Urgency) -> None:
    assert rules.urgency(by, DAY) is expected


@pytest.mark.parametrize(
    ("since", "sitting"),
    [
        (date(2026, 11, 1), date(2026, 11, 25)),
        (date(2026, 11, 24), date(2026, 11, 25)),
        (date(2026, 11, 25), date(2026, 12, 25)),
        (date(2026, 12, 31), date(2027, 1, 25)),
        (date(2027, 1, 30), date(2027, 2, 25)),
    ],
)
def test_a_rolling_call_sits_every_month_by_the_same_day(since: date, sitting: date) -> None:
    assert rules.next_sitting(since) == sitting
    assert rules.pairing_due(PairingState.IN_REVIEW, since, CallKind.ROLLING) == sitting
    assert rules.pairing_due(PairingState.IN_REVIEW, since, CallKind.COHORT) != sitting


def test_every_state_in_which_staff_have_the_next_move_has_its_days() -> None:
    """The waiting list alone has no day: it waits for somebody's seat."""
    moves = GROUPS[BoardGroup.PROGRAMME] | GROUPS[BoardGroup.COMMISSION]
    assert set(rules.PAIRING_DAYS) == moves - {PairingState.WAITLISTED}
    assert rules.pairing_due(PairingState.WAITLISTED, DAY, None) is None
    assert set(rules.SERVICE_DAYS) == set(Work) - {Work.RENEW, Work.BEGIN_REVIEW, Work.ANSWER}
