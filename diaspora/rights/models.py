from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from diaspora.extensions import Id, Model, Versioned
from diaspora.rights.rules import RequestKind, RequestState


class Erasure(Model):
    """Somebody wants to be erased: the whole account, or the profile only.

    It stays when it is done: after a backup is restored, it tells who has to be erased again.
    """

    __tablename__ = "erasure"
    __table_args__ = (
        sa.Index(
            "uq_erasure_one_open",
            "account_id",
            unique=True,
            sqlite_where=sa.text("taken_back_at IS NULL AND done_at IS NULL"),
            postgresql_where=sa.text("taken_back_at IS NULL AND done_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"))
    candidate_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("candidate.id"))
    whole: Mapped[bool]
    asked_at: Mapped[datetime]
    due_on: Mapped[date] = mapped_column(index=True)
    reminded_at: Mapped[datetime | None]
    taken_back_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]


class DataCopy(Model):
    """A copy of one's data: asked for, then ready as a file for a week. The key of the file is random."""

    __tablename__ = "data_copy"

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    asked_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None] = mapped_column(index=True)
    file_key: Mapped[str] = mapped_column(default="")


class RightsRequest(Versioned, Model):
    """Something that a person asks about their data and that a person has to answer within a month."""

    __tablename__ = "rights_request"

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    kind: Mapped[RequestKind]
    text: Mapped[str]
    state: Mapped[RequestState] = mapped_column(default=RequestState.OPEN, index=True)
    created_at: Mapped[datetime]
    due_on: Mapped[date]
    answer: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[datetime | None]
    handled_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("account.id"))
