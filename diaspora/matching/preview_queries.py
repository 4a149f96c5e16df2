from uuid import UUID

from sqlalchemy import select

from diaspora.extensions import db
from diaspora.profiles import queries as profiles
from diaspora.profiles.models import Candidate


def matchable_candidates() -> frozenset[UUID]:
    """Ids of all who may be compared at this moment."""
    return frozenset(db.session.scalars(select(Candidate.id).where(profiles.may_be_compared())))
