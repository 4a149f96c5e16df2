"""What this room holds about a person."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from diaspora.institutions.models import MemberInvitation, Membership, SeenLetter
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
    ),
    Holding(
        model=MemberInvitation,
        title=_l("Invitations to act for an institution"),
        of=lambda person: sa.func.lower(MemberInvitation.email).in_(person.addresses),
        fate=Fate.DELETED,
        why=_l("It served only to ask you."),
        shown={
            "email": _l("E-mail address"),
            "role": _l("Role"),
            "invited_at": _l("When"),
            "expires_at": _l("Until"),
            "closed_at": _l("Ended"),
        },
    ),
]


def _without_names(letter: SeenLetter, now: datetime) -> None:
    letter.signed_by, letter.note = "", ""


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
    ),
    Rule(
        name="invitations to act for an institution",
        model=MemberInvitation,
        after=timedelta(days=90),
        since="their last day",
        what="deleted",
        why="the lead sees for a while whom nobody answered for",
        over=lambda moment: MemberInvitation.expires_at < moment,
    ),
    Rule(
        name="who signed a letter that an officer has seen",
        model=SeenLetter,
        after=3 * YEAR,
        since="the day on which it was seen",
        what="made anonymous",
        why="to show on what a verification rested; it is renewed every two years",
        over=lambda moment: sa.and_(SeenLetter.seen_at < moment, SeenLetter.signed_by != ""),
        do=_without_names,
    ),
]
