"""What this room holds about a person."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from diaspora.extensions import db
from diaspora.pairings.models import ConflictOfInterest, Pairing, PairingStep
from diaspora.pairings.rules import PairingAct
from diaspora.platform.personal_data import Fate, Holding, Person, discard
from diaspora.platform.retention import YEAR, Rule

_WHY = _l("The decision stays, with its dates; what was written about you or by you goes.")


def _of_candidate(person: Person) -> Any:
    return sa.select(Pairing.id).where(Pairing.candidate_id.in_(person.candidates))


HOLDINGS = [
    Holding(
        model=Pairing,
        title=_l("Candidatures"),
        of=lambda person: Pairing.candidate_id.in_(person.candidates),
        fate=Fate.ANONYMISED,
        why=_WHY,
        shown={
            "placement_id": _l("Number of the placement"),
            "terms_version": _l("Version"),
            "origin": _l("Began with"),
            "state": _l("State"),
            "created_at": _l("Opened"),
            "changed_at": _l("Last change"),
            "closed_at": _l("Closed"),
            "motivation": _l("Motivation"),
            "rank": _l("Rank"),
            "conditions": _l("Conditions"),
            "conditions_met_at": _l("Conditions met"),
            "starts_on": _l("First day"),
            "ends_on": _l("Last day"),
            "offered_until": _l("Offer holds until"),
            "score": _l("Score"),
            "card": _l("Reasons"),
            "card_at": _l("Score of"),
            "ranked_at": _l("Places of"),
            "rank_for_candidate": _l("Place in your list"),
            "rank_for_placement": _l("Place in the placement’s list"),
        },
        blank={"motivation": "", "conditions": "", "card": {}},
        counted={
            "state": lambda row: "" if row.closed_at is None else row.state.value,
            "field": lambda row: row.placement.fields[0] if row.placement.fields else "",
            "country": lambda row: row.candidate.country,
        },
    ),
    Holding(
        model=PairingStep,
        title=_l("Steps of candidatures"),
        of=lambda person: PairingStep.pairing_id.in_(_of_candidate(person)),
        fate=Fate.ANONYMISED,
        why=_WHY,
        shown={
            "pairing_id": _l("Number of the candidature"),
            "number": _l("Number"),
            "at": _l("When"),
            "act": _l("Act"),
            "state": _l("State"),
            "role": _l("Role"),
            "reason": _l("Reason"),
        },
        blank={"reason": ""},
    ),
    Holding(
        model=ConflictOfInterest,
        title=_l("Conflicts of interest"),
        of=lambda person: sa.or_(
            ConflictOfInterest.account_id.in_(person.accounts),
            ConflictOfInterest.pairing_id.in_(_of_candidate(person)),
        ),
        fate=Fate.ANONYMISED,
        why=_l("That somebody stepped aside must stay provable; the reason goes."),
        shown={
            "pairing_id": _l("Number of the candidature"),
            "declared_at": _l("When"),
            "reason": _l("Reason"),
        },
        blank={"reason": ""},
    ),
]


def _forget(pairing: Pairing, now: datetime) -> None:
    db.session.execute(sa.delete(ConflictOfInterest).where(ConflictOfInterest.pairing_id == pairing.id))
    discard(pairing)


RULES = [
    Rule(
        name="candidatures that did not become a stay",
        model=Pairing,
        after=5 * YEAR,
        since="their end",
        what="counted by month, state, field and country, then deleted with their steps",
        why="a decision can be contested and checked for as long as claims from it last",
        over=lambda moment: sa.and_(
            Pairing.closed_at < moment,
            Pairing.id.not_in(sa.select(PairingStep.pairing_id).where(PairingStep.act == PairingAct.ACCEPT)),
        ),
        do=_forget,
    )
]
