"""What this room holds about a person: a member of an institution can be named as a supervisor."""

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from diaspora.placements.models import Placement, TermsVersion
from diaspora.platform.personal_data import Fate, Holding, Person

_SUPERVISOR = ("supervisor_name", "supervisor_position", "supervisor_email")
_WHY = _l("The post and its terms of reference stay; name, position and address of its supervisor go.")


def _supervised(person: Person) -> sa.ColumnElement[bool]:
    return sa.func.lower(Placement.supervisor_email).in_(person.addresses)


def _without_supervisor(version: Any) -> dict[str, Any]:
    return {name: "" if name in _SUPERVISOR else value for name, value in version.content.items()}


HOLDINGS = [
    Holding(
        model=Placement,
        title=_l("Placements with you as supervisor"),
        of=_supervised,
        fate=Fate.ANONYMISED,
        why=_WHY,
        shown={
            "title": _l("Placement"),
            "supervisor_name": _l("Name"),
            "supervisor_position": _l("Position"),
            "supervisor_email": _l("E-mail address"),
        },
        blank=dict.fromkeys(_SUPERVISOR, ""),
    ),
    Holding(
        model=TermsVersion,
        title=_l("Earlier terms of reference with you as supervisor"),
        of=lambda person: TermsVersion.placement_id.in_(sa.select(Placement.id).where(_supervised(person))),
        fate=Fate.ANONYMISED,
        why=_WHY,
        shown={"number": _l("Version"), "since": _l("Since"), "content": _l("Text")},
        blank={"content": _without_supervisor},
    ),
]
