"""What this room holds about a person."""

from flask_babel import lazy_gettext as _l

from diaspora.institutions.models import Membership
from diaspora.platform.personal_data import Fate, Holding

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
