"""Who may touch this profile."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from diaspora.extensions import db
from diaspora.platform.access import STAFF_ROLES, Actor, Role
from diaspora.profiles.models import Candidate, Disclosure
from diaspora.profiles.rules import HIDDEN_STATES, STAFF_STATES


def owns(actor: Actor, candidate: Candidate) -> bool:
    """Whether this is the actor's own profile."""
    return actor.account_id is not None and candidate.account_id == actor.account_id


def roles_towards(actor: Actor, candidate: Candidate) -> frozenset[Role]:
    """The roles that count for this profile: its owner's, or staff's.

    An officer is never the officer of their own profile; a membership of an institution gives no right here.
    """
    if owns(actor, candidate):
        return frozenset({Role.CANDIDATE})
    return actor.roles & (STAFF_ROLES | {Role.SYSTEM})


def may_see_as_staff(actor: Actor, candidate: Candidate) -> bool:
    """An officer sees who was sent to them, and nobody's unsent draft; not their own file as an officer."""
    return Role.OFFICER in roles_towards(actor, candidate) and candidate.state in STAFF_STATES


def may_see_identified(actor: Actor, candidate: Candidate, institution_ids: Collection[UUID] = ()) -> bool:
    """Whether the actor may know who this is; `institution_ids` are those the actor belongs to."""
    if owns(actor, candidate) or may_see_as_staff(actor, candidate):
        return True
    if candidate.state in HIDDEN_STATES:
        return False
    return disclosed(candidate.id, institution_ids)


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
