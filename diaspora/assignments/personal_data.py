"""What this room holds about a person."""

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from diaspora.assignments.models import Assignment, Letter
from diaspora.pairings.models import Pairing
from diaspora.platform.clock import local_day
from diaspora.platform.personal_data import Fate, Holding, Person, anonymise
from diaspora.platform.retention import YEAR, Rule


def _of_candidate(person: Person) -> Any:
    pairings = sa.select(Pairing.id).where(Pairing.candidate_id.in_(person.candidates))
    return Assignment.pairing_id.in_(pairings)


HOLDINGS = [
    Holding(
        model=Assignment,
        title=_l("Stays"),
        of=_of_candidate,
        fate=Fate.ANONYMISED,
        why=_l("Days and money of a stay must stay in the accounts; what was written about you goes."),
        shown={
            "pairing_id": _l("Number of the candidature"),
            "state": _l("State"),
            "state_reason": _l("Reason"),
            "starts_on": _l("First day"),
            "ends_on": _l("Last day"),
            "committed": _l("Reserved amount"),
            "currency": _l("Currency"),
            "created_at": _l("Opened"),
        },
        blank={"state_reason": ""},
    ),
    Holding(
        model=Letter,
        title=_l("Letters"),
        of=lambda person: Letter.assignment_id.in_(sa.select(Assignment.id).where(_of_candidate(person))),
        fate=Fate.ANONYMISED,
        why=_l("The document goes; its number and fingerprint stay, so that a forged one is found out."),
        shown={
            "kind": _l("Document"),
            "number": _l("Number"),
            "language": _l("Language"),
            "issued_at": _l("When"),
            "sha256": _l("Fingerprint"),
            "file_key": _l("File"),
        },
        file="file_key",
        blank={"file_key": ""},
    ),
]

RULES = [
    Rule(
        name="documents of letters",
        model=Letter,
        after=5 * YEAR,
        since="the last day of the stay",
        what="the document is deleted; its number and fingerprint stay",
        why="the person, the institution and the programme may need it for as long as claims last",
        over=lambda moment: sa.and_(
            Letter.file_key != "",
            Letter.assignment_id.in_(sa.select(Assignment.id).where(Assignment.ends_on < local_day(moment))),
        ),
        do=anonymise,
    )
]
