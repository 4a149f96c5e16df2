from uuid import UUID

from sqlalchemy import select

from diaspora.extensions import db
from diaspora.profiles.models import Candidate, Consent
from diaspora.profiles.rules import CandidateState, ConsentPurpose


def matchable_candidates() -> frozenset[UUID]:
    """Ids of all who are on the roster at this moment and whose consent holds."""
    consent = select(Consent.id).where(
        Consent.candidate_id == Candidate.id,
        Consent.purpose == ConsentPurpose.ROSTER,
        Consent.withdrawn_at.is_(None),
    )
    return frozenset(
        db.session.scalars(
            select(Candidate.id).where(Candidate.state == CandidateState.ON_ROSTER, consent.exists())
        )
    )
