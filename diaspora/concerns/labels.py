from flask_babel import lazy_gettext as _l

from diaspora.concerns.rules import ConcernAct, ConcernKind, ConcernState
from diaspora.platform import labels


def register() -> None:
    """Words for concerns."""
    labels.register(
        {
            ConcernKind.FAKE_HOST: _l("The institution is not who it says it is"),
            ConcernKind.ASKS_MONEY: _l("Somebody asks for money"),
            ConcernKind.ASKS_DOCUMENTS: _l("Somebody asks for documents such as a passport"),
            ConcernKind.DISCRIMINATION: _l("It discriminates against people"),
            ConcernKind.WRONG_FACTS: _l("What is written there is wrong"),
            ConcernKind.OTHER: _l("Something else"),
        }
    )
    labels.register(
        {
            ConcernState.NEW: _l("not looked at yet"),
            ConcernState.LOOKED_AT: _l("being looked into"),
            ConcernState.FOUNDED: _l("founded"),
            ConcernState.UNFOUNDED: _l("unfounded"),
        }
    )
    labels.register(
        {
            ConcernAct.TAKE_UP: _l("Look into it"),
            ConcernAct.FIND_FOUNDED: _l("Find it founded"),
            ConcernAct.FIND_UNFOUNDED: _l("Find it unfounded"),
            ConcernAct.REOPEN: _l("Look into it again"),
        }
    )
