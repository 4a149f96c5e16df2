"""The life of an assignment: an accepted pairing being lived."""

import enum
from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from diaspora.platform.access import Role
from diaspora.platform.lifecycle import Lifecycle, row


class AssignmentState(enum.StrEnum):
    """Where a stay stands."""

    PREPARING = "preparing"
    READY = "ready"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    TERMINATED_EARLY = "terminated_early"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    SETTLED = "settled"
    FOLLOWED_UP = "followed_up"


class AssignmentAct(enum.StrEnum):
    """What can be done about a stay."""

    MAKE_READY = "make_ready"
    CONFIRM_ARRIVAL = "confirm_arrival"
    SUSPEND = "suspend"
    RESUME = "resume"
    COMPLETE = "complete"
    TERMINATE = "terminate"
    CANCEL = "cancel"
    RECORD_NO_SHOW = "record_no_show"
    SETTLE = "settle"
    FOLLOW_UP = "follow_up"


class LetterKind(enum.StrEnum):
    """Letters that the programme issues."""

    INVITATION = "invitation"


@dataclass(frozen=True)
class AssignmentFacts:
    """What an assignment's guards look at."""

    missing: tuple[str, ...] = ()
    reports_accepted: bool = True
    payments_final: bool = True
    surveys_done: bool = True


def prepared(facts: AssignmentFacts) -> LazyString | None:
    """Plan, agreement, letter, insurance, payee, orientation and lead time come first."""
    return (
        _l("Something is still missing before the stay; it is listed on the page.") if facts.missing else None
    )


def reports(facts: AssignmentFacts) -> LazyString | None:
    """A stay is complete with both final reports accepted."""
    return None if facts.reports_accepted else _l("Both final reports have to be accepted first.")


def payments(facts: AssignmentFacts) -> LazyString | None:
    """A stay is settled when every payment is final."""
    return None if facts.payments_final else _l("A payment is not final yet.")


def surveys(facts: AssignmentFacts) -> LazyString | None:
    """Follow-up ends with the surveys after thirty days and twelve months."""
    return None if facts.surveys_done else _l("A survey is still to come.")


def runs(state: AssignmentState, ends_on: date, today: date) -> bool:
    """Whether a stay is still to come or under way; its last day belongs to it."""
    return state in _RUNNING and ends_on >= today


_S = AssignmentState
_A = AssignmentAct
_RUNNING = {_S.PREPARING, _S.READY, _S.ACTIVE, _S.SUSPENDED}

LIFECYCLE = Lifecycle(
    "assignment",
    [_S.PREPARING],
    [
        row(_A.MAKE_READY, [_S.PREPARING], _S.READY, [Role.OFFICER], prepared, effect="travel may begin"),
        row(
            _A.CONFIRM_ARRIVAL,
            [_S.READY],
            _S.ACTIVE,
            [Role.HOST_EDITOR, Role.HOST_LEAD, Role.OFFICER],
            effect="the stay has begun",
        ),
        row(_A.SUSPEND, [_S.ACTIVE], _S.SUSPENDED, [Role.OFFICER], reason=True, effect="payments wait"),
        row(_A.RESUME, [_S.SUSPENDED], _S.ACTIVE, [Role.OFFICER], effect="goes on"),
        row(_A.COMPLETE, [_S.ACTIVE], _S.COMPLETED, [Role.OFFICER], reports, effect="certificate"),
        row(_A.TERMINATE, [_S.ACTIVE], _S.TERMINATED_EARLY, [Role.OFFICER], reason=True, effect="pro rata"),
        row(
            _A.CANCEL,
            [_S.PREPARING, _S.READY],
            _S.CANCELLED,
            [Role.OFFICER],
            reason=True,
            effect="seat is free",
        ),
        row(_A.RECORD_NO_SHOW, [_S.PREPARING, _S.READY], _S.NO_SHOW, [Role.OFFICER], effect="seat is free"),
        row(
            _A.SETTLE,
            [_S.COMPLETED],
            _S.SETTLED,
            [Role.FINANCE, Role.SYSTEM],
            payments,
            effect="accounts closed",
        ),
        row(
            _A.FOLLOW_UP, [_S.SETTLED], _S.FOLLOWED_UP, [Role.OFFICER, Role.SYSTEM], surveys, effect="the end"
        ),
    ],
)
