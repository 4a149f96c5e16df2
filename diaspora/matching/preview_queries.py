from uuid import UUID

from sqlalchemy import select

from diaspora.extensions import db
from diaspora.platform.access import Actor
from diaspora.profiles.models import Candidate, Consent
from diaspora.profiles.policy import visible_to
from diaspora.profiles.rules import CandidateState, ConsentPurpose


def matchable_candidates(actor: Actor) -> frozenset[UUID]:
    """Ids of all who are on the roster at this moment, whose consent holds, and whom this reader may find."""
    consent = select(Consent.id).where(
        Consent.candidate_id == Candidate.id,
        Consent.purpose == ConsentPurpose.ROSTER,
        Consent.withdrawn_at.is_(None),
    )
    return frozenset(
        db.session.scalars(
            select(Candidate.id).where(
                Candidate.state == CandidateState.ON_ROSTER, consent.exists(), visible_to(actor)
            )
        )
    )
