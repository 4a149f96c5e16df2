from uuid import UUID

from sqlalchemy import select

from diaspora.extensions import db
from diaspora.platform.access import Actor, Role
from diaspora.programmes.models import CommissionMember


def roles_towards(actor: Actor, call_id: UUID) -> frozenset[Role]:
    """The actor's roles, and CHAIR where the person chairs this call's commission."""
    if actor.account_id is None:
        return actor.roles
    chairs = db.session.scalar(
        select(CommissionMember.id).where(
            CommissionMember.call_id == call_id,
            CommissionMember.account_id == actor.account_id,
            CommissionMember.chair.is_(True),
        )
    )
    return actor.roles | {Role.CHAIR} if chairs else actor.roles
