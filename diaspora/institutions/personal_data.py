"""What this room holds about a person."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from diaspora.institutions.models import Membership
from diaspora.platform.personal_data import Fate, Holding, anonymise
from diaspora.platform.retention import YEAR, Rule

HOLDINGS = [
    Holding(
        model=Membership,
        title=_l("Work for an institution"),
        of=lambda person: Membership.account_id.in_(person.accounts),
        fate=Fate.ANONYMISED,
        why=_l("That somebody acted for the institution, and from when to when, stays; who it was goes."),
        shown={
            "given_name": _l("Given name"),
            "family_name": _l("Family name"),
            "position": _l("Position"),
            "role": _l("Role"),
            "since": _l("Since"),
            "ended_at": _l("Ended"),
        },
        blank={"given_name": "", "family_name": "", "position": ""},
    )
]

RULES = [
    Rule(
        name="names of former members of institutions",
        model=Membership,
        after=3 * YEAR,
        since="the end of the membership",
        what="made anonymous",
        why="to answer questions about placements and candidatures that they handled",
        over=lambda moment: sa.and_(Membership.ended_at < moment, Membership.family_name != ""),
        do=anonymise,
    )
]
