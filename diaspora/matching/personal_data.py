"""What this room holds about a person. What a run learned is forgotten by `services.forget_learned`."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from diaspora.matching.models import GlossaryEntry, Suggestion
from diaspora.platform.personal_data import Fate, Holding

HOLDINGS = [
    Holding(
        model=Suggestion,
        title=_l("Suggestions"),
        of=lambda person: Suggestion.candidate_id.in_(person.candidates),
        fate=Fate.DELETED,
        why=_l("Who is not there is compared with nothing."),
        shown={
            "placement_id": _l("Number of the placement"),
            "score": _l("Score"),
            "rank_for_candidate": _l("Place in your list"),
            "reasons": _l("Reasons"),
        },
    ),
    Holding(
        model=GlossaryEntry,
        title=_l("Words that you added to the glossary"),
        of=lambda person: sa.and_(
            GlossaryEntry.added_by_id.is_not(None), GlossaryEntry.added_by_id.in_(person.accounts)
        ),
        fate=Fate.KEPT,
        why=_l("They are everyday terms of the programme and say nothing about you."),
        shown={"en": _l("English"), "ro": _l("Romanian"), "ru": _l("Russian"), "added_at": _l("When")},
    ),
]
