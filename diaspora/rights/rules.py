"""Decisions about people's rights: how long things last, what becomes of a request."""

import enum
from calendar import monthrange
from datetime import date, timedelta

from flask_babel import lazy_gettext as _l

from diaspora.platform.access import Role
from diaspora.platform.lifecycle import Lifecycle, row
from diaspora.platform.refusals import Refused

GRACE = timedelta(days=30)
"""Between the wish to be erased and the erasure; so long it can be taken back."""
REMINDED_BEFORE = timedelta(days=3)

COPY_LASTS = timedelta(days=7)
COPY_GIVEN_UP = timedelta(hours=1)
"""A copy that is not ready after so long will not come: it can be asked for again."""


class RequestKind(enum.StrEnum):
    """What somebody asks of the data-protection officer."""

    CORRECTION = "correction"
    RANKING = "ranking"
    EXPLANATION = "explanation"
    OBJECTION = "objection"
    RESTRICTION = "restriction"
    OTHER = "other"


class RequestState(enum.StrEnum):
    """How far a request is."""

    OPEN = "open"
    IN_WORK = "in_work"
    ANSWERED = "answered"
    REFUSED = "refused"


class RequestAct(enum.StrEnum):
    """What the data-protection officer does with it."""

    TAKE = "take"
    ANSWER = "answer"
    REFUSE = "refuse"


OPEN_STATES = frozenset({RequestState.OPEN, RequestState.IN_WORK})
MOST_OPEN = 5
"""Requests of one person that wait at the same time."""

_S, _A, _BY = RequestState, RequestAct, [Role.DATA_PROTECTION]

LIFECYCLE = Lifecycle(
    "request",
    [_S.OPEN],
    [
        row(_A.TAKE, [_S.OPEN], _S.IN_WORK, _BY, effect="the person sees that somebody is at it"),
        row(_A.ANSWER, OPEN_STATES, _S.ANSWERED, _BY, reason=True, effect="the person is mailed a notice"),
        row(_A.REFUSE, OPEN_STATES, _S.REFUSED, _BY, reason=True, effect="the person is mailed a notice"),
    ],
)


def a_month_after(day: date) -> date:
    """The same day of the next month, or its last one."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def erasure_due(today: date, last_day_of_stay: date | None) -> date:
    """When somebody is erased who asks today: after the grace period, and not before a stay is over."""
    begin = max(today, last_day_of_stay) if last_day_of_stay else today
    return begin + GRACE


def refuse_whole_erasure(is_staff: bool, alone_leads: bool) -> None:
    """Refuse where nobody else could go on with what this person is answerable for. Raises Refused."""
    if is_staff:
        raise Refused(_l("You work for the programme here. Ask the administrator to end your role first."))
    if alone_leads:
        raise Refused(
            _l(
                "You are the only lead of an institution. Hand this over to somebody else there first, so "
                "that its placements and candidatures are not left alone."
            )
        )
