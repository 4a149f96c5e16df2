from uuid import UUID

from sqlalchemy import select

from diaspora.extensions import db
from diaspora.platform.access import Actor
from diaspora.profiles import queries as profiles
from diaspora.profiles.models import Candidate
from diaspora.profiles.policy import visible_to


def matchable_candidates(actor: Actor) -> frozenset[UUID]:
    """Ids of all who may be compared at this moment, and whom this reader may find."""
    return frozenset(
        db.session.scalars(select(Candidate.id).where(profiles.may_be_compared(), visible_to(actor)))
    )
