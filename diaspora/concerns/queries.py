from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from diaspora.concerns.models import Concern
from diaspora.concerns.rules import ConcernState
from diaspora.extensions import db
from diaspora.institutions.models import Membership
from diaspora.placements.models import Placement
from diaspora.platform.access import Actor
from diaspora.platform.paging import Page, paged
from diaspora.platform.staff_lists import Asked

_WHOLE = joinedload(Concern.placement).joinedload(Placement.institution)


def _not_own(actor: Actor) -> Any:
    """What is said about an institution is not read by whoever works there."""
    own = select(Membership.institution_id).where(
        Membership.account_id == actor.account_id, Membership.ended_at.is_(None)
    )
    posts = select(Placement.id).where(Placement.institution_id.in_(own))
    return Concern.placement_id.not_in(posts)


def concern(concern_id: UUID) -> Concern | None:
    """A concern with its placement and institution."""
    return db.session.scalar(select(Concern).where(Concern.id == concern_id).options(_WHOLE))


def count_since(placement_id: UUID, since: datetime) -> int:
    """How many concerns about a post came after this moment."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Concern)
            .where(Concern.placement_id == placement_id, Concern.created_at > since)
        )
        or 0
    )


STAFF_ORDERS: dict[str, Any] = {"since": Concern.created_at}
"""What the list of officers can be sorted by."""


def page_for_staff(asked: Asked, actor: Actor) -> Page[Concern]:
    """One page of the concerns that the address asks for."""
    query = (
        select(Concern).where(_not_own(actor)).options(_WHOLE).order_by(asked.order(STAFF_ORDERS), Concern.id)
    )
    for name in ("state", "kind"):
        if asked.chosen[name]:
            query = query.where(getattr(Concern, name) == asked.chosen[name])
    return paged(query, asked.page)


def count_by_state(actor: Actor) -> dict[ConcernState, int]:
    """How many concerns stand in each state; every state is named."""
    found = db.session.execute(
        select(Concern.state, func.count()).where(_not_own(actor)).group_by(Concern.state)
    )
    counts = dict(found.all())
    return {state: counts.get(state, 0) for state in ConcernState}


def in_state(state: ConcernState, actor: Actor) -> list[Concern]:
    """Concerns in one state, oldest first."""
    rows = select(Concern).where(Concern.state == state, _not_own(actor)).options(_WHOLE)
    return list(db.session.scalars(rows.order_by(Concern.created_at)))
