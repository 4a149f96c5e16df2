from flask_babel import lazy_gettext as _l

from diaspora.platform import labels
from diaspora.programmes.rules import (
    Answer,
    CallAct,
    CallKind,
    CallState,
    Mode,
    RateKind,
    RateUnit,
    RuleKind,
)


def register() -> None:
    """Words for calls, their rules and their rates."""
    _calls()
    _rules()
    _rates()


def _calls() -> None:
    labels.register(
        {
            CallKind.COHORT: _l("one deadline for all"),
            CallKind.ROLLING: _l("rolling, with a sitting each month"),
        }
    )
    labels.register(
        {
            CallState.DRAFT: _l("being prepared"),
            CallState.OPEN: _l("open"),
            CallState.UNDER_REVIEW: _l("under review"),
            CallState.DECIDED: _l("decided"),
            CallState.CLOSED: _l("closed"),
            CallState.ARCHIVED: _l("archived"),
        }
    )
    labels.register(
        {
            CallAct.OPEN: _l("Open the call"),
            CallAct.EXTEND: _l("Extend the deadline"),
            CallAct.BEGIN_REVIEW: _l("Begin the review"),
            CallAct.CONCLUDE: _l("Conclude the review"),
            CallAct.CLOSE: _l("Close the call"),
            CallAct.ARCHIVE: _l("Archive the call"),
        }
    )
    labels.register(
        {
            Mode.ON_SITE: _l("on site"),
            Mode.ONLINE: _l("online"),
            Mode.HYBRID: _l("partly online"),
        }
    )


def _rules() -> None:
    labels.register(
        {
            RuleKind.AGE: _l("Age"),
            RuleKind.DEGREE: _l("Degree"),
            RuleKind.DEGREE_ABROAD: _l("A degree from abroad"),
            RuleKind.LIVES_ABROAD: _l("Lives abroad"),
            RuleKind.YEARS_ABROAD: _l("Experience abroad"),
            RuleKind.EMPLOYED_ABROAD: _l("Employed abroad"),
            RuleKind.LINK: _l("A link to Moldova"),
            RuleKind.LANGUAGE: _l("Language"),
        }
    )
    labels.register(
        {
            Answer.MET: _l("met"),
            Answer.NOT_MET: _l("not met"),
            Answer.ASK: _l("to be clarified"),
        }
    )


def _rates() -> None:
    labels.register(
        {
            RateKind.LIVING_ALLOWANCE: _l("living allowance"),
            RateKind.PER_DIEM: _l("per diem"),
            RateKind.TRAVEL_CAP: _l("travel, at most"),
        }
    )
    labels.register(
        {
            RateUnit.MONTH: _l("a month"),
            RateUnit.DAY: _l("a day"),
            RateUnit.TRIP: _l("a trip"),
        }
    )
