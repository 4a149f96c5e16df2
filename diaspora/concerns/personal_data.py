"""What this room holds about a person."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from diaspora.concerns.models import Concern
from diaspora.concerns.rules import OPEN_STATES
from diaspora.platform.personal_data import Fate, Holding, anonymise
from diaspora.platform.retention import YEAR, Rule

HOLDINGS = [
    Holding(
        model=Concern,
        title=_l("Reports about posts"),
        of=lambda person: sa.func.lower(Concern.address).in_(person.addresses),
        fate=Fate.ANONYMISED,
        why=_l("That something was reported, and what was found, protects others; what you wrote goes."),
        shown={
            "address": _l("E-mail address"),
            "kind": _l("Reason"),
            "text": _l("Text"),
            "created_at": _l("When"),
            "state": _l("State"),
            "answered_at": _l("Answered"),
        },
        blank={"address": "", "text": "", "state_reason": ""},
    )
]

RULES = [
    Rule(
        name="texts and addresses of reports about posts",
        model=Concern,
        after=3 * YEAR,
        since="the last decision",
        what="emptied; that and how it was decided stays",
        why="to see whether an institution is reported again",
        over=lambda moment: sa.and_(
            Concern.state.not_in(OPEN_STATES), Concern.changed_at < moment, Concern.text != ""
        ),
        do=anonymise,
    )
]
