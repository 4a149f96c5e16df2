"""Who may touch this profile."""

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import select

from diaspora.extensions import db
from diaspora.institutions.models import Institution, Membership
from diaspora.institutions.rules import InstitutionState
from diaspora.platform.access import HOST_ROLES, STAFF_ROLES, Actor, Role
from diaspora.profiles.models import Candidate, Disclosure, HiddenFrom
from diaspora.profiles.rules import HIDDEN_STATES, STAFF_STATES


def owns(actor: Actor, candidate: Candidate) -> bool:
    """Whether this is the actor's own profile."""
    return actor.account_id is not None and candidate.account_id == actor.account_id


def roles_towards(actor: Actor, candidate: Candidate) -> frozenset[Role]:
    """The roles that count for this profile: its owner's, or staff's.

    An officer is never the officer of their own profile; a membership of an institution gives no right here,
    and takes every right away where the candidate hides from that institution.
    """
    if owns(actor, candidate):
        return frozenset({Role.CANDIDATE})
    if hides_from(candidate, actor):
        return frozenset()
    return actor.roles & (STAFF_ROLES | {Role.SYSTEM})


def may_see_as_staff(actor: Actor, candidate: Candidate) -> bool:
    """An officer sees who was sent to them, and nobody's unsent draft; not their own file as an officer."""
    return Role.OFFICER in roles_towards(actor, candidate) and candidate.state in STAFF_STATES


def may_see_identified(actor: Actor, candidate: Candidate, institution_ids: Collection[UUID] = ()) -> bool:
    """Whether the actor may know who this is; `institution_ids` are those the actor belongs to."""
    if owns(actor, candidate) or may_see_as_staff(actor, candidate):
        return True
    if candidate.state in HIDDEN_STATES or hides_from(candidate, actor):
        return False
    return disclosed(candidate.id, institution_ids)


def may_read_documents(actor: Actor, candidate: Candidate) -> bool:
    """The owner, the programme's officers, and an institution that may know who this is."""
    if owns(actor, candidate) or may_see_as_staff(actor, candidate):
        return True
    return knowing_institution(actor, candidate) is not None


def knowing_institution(actor: Actor, candidate: Candidate) -> Institution | None:
    """For which institution the actor may know who this is, if for one; a suspended one knows nobody."""
    if actor.account_id is None or candidate.state in HIDDEN_STATES or hides_from(candidate, actor):
        return None
    return db.session.scalar(
        select(Institution)
        .join(Membership, Membership.institution_id == Institution.id)
        .join(Disclosure, Disclosure.institution_id == Institution.id)
        .where(
            Membership.account_id == actor.account_id,
            Membership.ended_at.is_(None),
            Disclosure.candidate_id == candidate.id,
            Disclosure.ended_at.is_(None),
            Institution.state != InstitutionState.SUSPENDED,
        )
        .order_by(Institution.id)
        .limit(1)
    )


def disclosed(candidate_id: UUID, institution_ids: Collection[UUID]) -> bool:
    """Whether any of these institutions may know who this candidate is."""
    return candidate_id in disclosed_among([candidate_id], institution_ids)


def disclosed_among(candidate_ids: Collection[UUID], institution_ids: Collection[UUID]) -> set[UUID]:
    """Those of these candidates whom at least one of these institutions may know, in one query."""
    if not candidate_ids or not institution_ids:
        return set()
    return set(
        db.session.scalars(
            select(Disclosure.candidate_id).where(
                Disclosure.candidate_id.in_(candidate_ids),
                Disclosure.institution_id.in_(institution_ids),
                Disclosure.ended_at.is_(None),
            )
        )
    )


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """A condition on candidates: without those who hide from an institution for which the actor works.

    Who works for several sees nobody who hides from one of them, in whatever role they ask. As a part of the
    query it leaves no gap in a list, a count or the time that an answer takes. One's own profile stays.
    """
    if actor.account_id is None or not actor.roles & HOST_ROLES:
        return sa.true()
    hidden = _hidings_from(actor.account_id).where(HiddenFrom.candidate_id == Candidate.id).exists()
    own = sa.func.coalesce(Candidate.account_id == actor.account_id, sa.false())
    return sa.or_(own, sa.not_(hidden))


def hides_from(candidate: Candidate, actor: Actor) -> bool:
    """Whether the candidate hides from an institution for which the actor works."""
    if actor.account_id is None or owns(actor, candidate) or not actor.roles & HOST_ROLES:
        return False
    hidden = _hidings_from(actor.account_id).where(HiddenFrom.candidate_id == candidate.id)
    return db.session.scalar(hidden.limit(1)) is not None


def _hidings_from(account_id: UUID) -> sa.Select[UUID]:
    return (
        select(HiddenFrom.id)
        .join(Membership, Membership.institution_id == HiddenFrom.institution_id)
        .where(Membership.account_id == account_id, Membership.ended_at.is_(None))
    )
