"""The life of a placement: every change of its state."""

from datetime import date, datetime

from flask_babel import lazy_gettext as _l

from diaspora.extensions import db
from diaspora.institutions import queries as institutions
from diaspora.placements import policy, queries
from diaspora.placements.editing import add_version_if_new, refresh_search_text
from diaspora.placements.models import Placement
from diaspora.placements.rules import LIFECYCLE, PUBLIC_STATES, PlacementAct
from diaspora.placements.signals import placement_changed
from diaspora.platform import audit
from diaspora.platform.access import HOST_ROLES, SYSTEM, Actor
from diaspora.platform.clock import local_day
from diaspora.platform.forms import version_agrees
from diaspora.platform.mail.services import link, post
from diaspora.platform.refusals import Refused

_MAILS = {
    PlacementAct.PUBLISH: "placement_published",
    PlacementAct.REQUEST_CHANGES: "placement_changes_requested",
    PlacementAct.REJECT: "placement_rejected",
    PlacementAct.HOLD: "placement_taken_down",
    PlacementAct.WITHDRAW: "placement_taken_down",
}


def act(
    placement: Placement,
    act: PlacementAct,
    actor: Actor,
    now: datetime,
    reason: str = "",
    version: str | int | None = None,
    closes_on: date | None = None,
) -> Placement:
    """Do one act of the life-cycle; `closes_on` is the new closing day of RENEW."""
    version_agrees(placement, None if version is None else str(version))
    if act is PlacementAct.RENEW and closes_on is None:
        raise Refused(_l("Enter the new last day for applications."), field="closes_on")
    roles = policy.roles_towards(actor, placement)
    facts = queries.facts_of(placement, local_day(now), closes_on)
    row = LIFECYCLE.decide(placement.state, act, roles, facts, reason)
    if act is PlacementAct.RENEW:
        placement.closes_on = closes_on
    before = placement.state
    placement.state = row.target
    placement.state_reason = reason.strip() if row.reason else ""
    if row.target in PUBLIC_STATES:
        placement.published_at = placement.published_at or now
        refresh_search_text(placement)
        add_version_if_new(placement, now)
    db.session.flush()
    audit.record(f"placement.{act.value}", actor, now, placement, before=before.value, reason=reason.strip())
    # what an institution does itself, it need not be told
    if act in _MAILS and not roles & HOST_ROLES:
        _tell_leads(_MAILS[act], placement, now)
    placement_changed.send(placement)
    return placement


def _tell_leads(message: str, placement: Placement, now: datetime) -> None:
    for account in institutions.lead_accounts(placement.institution_id):
        post(
            message, account.email, account.language, now, account.id,
            title=placement.title,
            title_language=placement.language,
            reason=placement.state_reason,
            state=placement.state.value,
            url=link("placements.manage", account.language, placement_id=placement.id),
            public_url=link("placements.show", account.language, placement_id=placement.id),
        )  # fmt: skip


def expire_passed(now: datetime) -> int:
    """Let published placements expire whose last day for applications has gone by; how many did."""
    passed = queries.past_closing_day(local_day(now))
    for placement in passed:
        act(placement, PlacementAct.EXPIRE, SYSTEM, now)
    return len(passed)
