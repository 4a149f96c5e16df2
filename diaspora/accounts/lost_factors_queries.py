from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from diaspora.accounts.lost_factors_rules import OPEN
from diaspora.accounts.models import SignInSession
from diaspora.accounts.second_factor_models import LostFactors
from diaspora.extensions import db


def loss(loss_id: UUID) -> LostFactors | None:
    """A request by its id, with its account."""
    return db.session.scalar(
        select(LostFactors).where(LostFactors.id == loss_id).options(joinedload(LostFactors.account))
    )


def open_loss(account_id: UUID) -> LostFactors | None:
    """What this account has asked for and nobody has decided."""
    return db.session.scalar(
        select(LostFactors).where(LostFactors.account_id == account_id, LostFactors.state.in_(OPEN))
    )


def losses_waiting_for(actor_id: UUID | None) -> Sequence[LostFactors]:
    """Open requests about which this member of staff may do something, the oldest first."""
    return db.session.scalars(
        select(LostFactors)
        .where(
            LostFactors.state.in_(OPEN),
            LostFactors.account_id != actor_id,
            or_(LostFactors.proposed_by_id.is_(None), LostFactors.proposed_by_id != actor_id),
        )
        .options(joinedload(LostFactors.account))
        .order_by(LostFactors.requested_at)
    ).all()


def signed_in_since(account_id: UUID, moment: datetime) -> bool:
    """Whether somebody showed a second factor of this account after a moment."""
    later = select(SignInSession.id).where(
        SignInSession.account_id == account_id, SignInSession.second_step_at > moment
    )
    return db.session.scalar(later.limit(1)) is not None
