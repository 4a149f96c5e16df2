"""What officers can do to several posts at once: publish them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from diaspora.institutions import queries as institutions
from diaspora.placements import policy, queries
from diaspora.placements.acting import act
from diaspora.placements.models import Placement
from diaspora.placements.rules import LIFECYCLE, PlacementAct
from diaspora.platform.access import HOST_ROLES, Actor
from diaspora.platform.bulk import Bulk, BulkAct, Outlook, why_not
from diaspora.platform.clock import local_day


def _find(ids: Collection[UUID]) -> Sequence[Placement]:
    return queries.staff_chosen(ids)


def _look(placement: Placement, chosen: str, actor: Actor, now: datetime) -> Outlook:
    roles, facts = policy.roles_towards(actor, placement), queries.facts_of(placement, local_day(now))
    # what an institution does itself, it need not be told
    leads = 0 if roles & HOST_ROLES else len(institutions.lead_accounts(placement.institution_id))
    told = ngettext("%(num)s lead of the institution", "%(num)s leads of the institution", leads)
    return Outlook(
        name=placement.title or _("A post without a title"),
        url=url_for("placements.staff_show", placement_id=placement.id),
        told=[told] if leads else [],
        refusal=why_not(LIFECYCLE, placement.state, PlacementAct(chosen), roles, facts),
        language=placement.language if placement.title else "",
    )


def _do(placement: Placement, chosen: str, actor: Actor, now: datetime) -> None:
    act(placement, PlacementAct(chosen), actor, now)


BULK = Bulk(
    acts=[
        BulkAct(
            PlacementAct.PUBLISH.value,
            _l("Publish"),
            _l("Each of them becomes public at once, takes applications, and is matched."),
        )
    ],
    back="placements.staff_index",
    find=_find,
    look=_look,
    do=_do,
)
