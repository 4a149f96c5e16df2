from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from diaspora.concerns.rules import ConcernKind, ConcernState
from diaspora.extensions import Id, Model, Versioned
from diaspora.placements.models import Placement


class Concern(Versioned, Model):
    """Somebody, who need not have an account, says that something is wrong with a post.

    `address` is where an answer goes, empty if none is wished; no institution ever reads it or the text.
    `terms_version` is the version of the post that could be read then.
    """

    __tablename__ = "concern"

    id: Mapped[Id]
    placement_id: Mapped[UUID] = mapped_column(sa.ForeignKey("placement.id"), index=True)
    terms_version: Mapped[int]
    invitation: Mapped[bool]
    kind: Mapped[ConcernKind]
    text: Mapped[str]
    address: Mapped[str] = mapped_column(default="")
    language: Mapped[str]
    state: Mapped[ConcernState] = mapped_column(default=ConcernState.NEW, index=True)
    state_reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(index=True)
    changed_at: Mapped[datetime]
    handled_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    answered_at: Mapped[datetime | None]

    placement: Mapped[Placement] = relationship()
