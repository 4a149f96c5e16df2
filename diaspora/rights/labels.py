from flask_babel import lazy_gettext as _l

from diaspora.platform import labels
from diaspora.rights.rules import RequestAct, RequestKind, RequestState


def register() -> None:
    """Words for requests."""
    labels.register(
        {
            RequestKind.CORRECTION: _l("Correct something that I cannot change myself"),
            RequestKind.RANKING: _l("Another look at a ranking"),
            RequestKind.EXPLANATION: _l("Explain a decision"),
            RequestKind.OBJECTION: _l("I object to a use of my data"),
            RequestKind.RESTRICTION: _l("Restrict the use of my data"),
            RequestKind.OTHER: _l("Something else about my data"),
        }
    )
    labels.register(
        {
            RequestState.OPEN: _l("received"),
            RequestState.IN_WORK: _l("being looked at"),
            RequestState.ANSWERED: _l("answered"),
            RequestState.REFUSED: _l("refused, with the reason"),
        }
    )
    labels.register(
        {
            RequestAct.TAKE: _l("I look at it"),
            RequestAct.ANSWER: _l("Answer"),
            RequestAct.REFUSE: _l("Refuse, with the reason"),
        }
    )
