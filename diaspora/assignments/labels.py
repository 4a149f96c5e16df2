from flask_babel import lazy_gettext as _l

from diaspora.assignments.rules import AssignmentAct, AssignmentState, LetterKind
from diaspora.platform import labels


def register() -> None:
    """Words for the states of a stay, its acts and its letters."""
    labels.register(
        {
            AssignmentState.PREPARING: _l("being prepared"),
            AssignmentState.READY: _l("ready to begin"),
            AssignmentState.ACTIVE: _l("under way"),
            AssignmentState.SUSPENDED: _l("suspended"),
            AssignmentState.COMPLETED: _l("completed"),
            AssignmentState.TERMINATED_EARLY: _l("ended early"),
            AssignmentState.CANCELLED: _l("cancelled"),
            AssignmentState.NO_SHOW: _l("not begun: the candidate did not come"),
            AssignmentState.SETTLED: _l("settled"),
            AssignmentState.FOLLOWED_UP: _l("followed up"),
        }
    )
    labels.register(
        {
            AssignmentAct.MAKE_READY: _l("Declare ready"),
            AssignmentAct.CONFIRM_ARRIVAL: _l("Confirm the arrival"),
            AssignmentAct.SUSPEND: _l("Suspend"),
            AssignmentAct.RESUME: _l("Go on"),
            AssignmentAct.COMPLETE: _l("Complete"),
            AssignmentAct.TERMINATE: _l("End early"),
            AssignmentAct.CANCEL: _l("Cancel"),
            AssignmentAct.RECORD_NO_SHOW: _l("Record that the candidate did not come"),
            AssignmentAct.SETTLE: _l("Settle"),
            AssignmentAct.FOLLOW_UP: _l("End the follow-up"),
        }
    )
    labels.register({LetterKind.INVITATION: _l("Letter of invitation")})
