from uuid import UUID

from sqlalchemy import select

from diaspora.accounts.models import Account
from diaspora.extensions import db
from diaspora.institutions.models import Institution, Membership
from diaspora.institutions.rules import InstitutionState
from diaspora.platform.access import STAFF_ROLES, Actor, Role


def roles_towards(actor: Actor, institution_id: UUID) -> frozenset[Role]:
    """What this actor is to this institution: staff roles, and the role of a present membership there.

    Being a host elsewhere says nothing here, so the actor's own host roles do not count. An officer is
    never the officer of an institution where they work: another one verifies it and publishes its posts.
    """
    roles = actor.roles & (STAFF_ROLES | {Role.SYSTEM})
    role = _role_of_membership(actor, institution_id)
    return (roles - {Role.OFFICER}) | {role} if role else roles


def is_member(actor: Actor, institution_id: UUID) -> bool:
    """Whether this actor works for the institution now."""
    return _role_of_membership(actor, institution_id) is not None


def may_step_in(institution: Institution) -> bool:
    """Whether officers may end memberships there: it is suspended, or nobody leads it any more."""
    leads = (
        select(Membership.id)
        .join(Membership.account)
        .where(
            Membership.institution_id == institution.id,
            Membership.role == Role.HOST_LEAD,
            Membership.ended_at.is_(None),
            Account.closed_at.is_(None),
        )
    )
    return institution.state is InstitutionState.SUSPENDED or db.session.scalar(leads.limit(1)) is None


def _role_of_membership(actor: Actor, institution_id: UUID) -> Role | None:
    if actor.account_id is None:
        return None
    return db.session.scalar(
        select(Membership.role).where(
            Membership.account_id == actor.account_id,
            Membership.institution_id == institution_id,
            Membership.ended_at.is_(None),
        )
    )
