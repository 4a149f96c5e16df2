"""Append-only record of what happened. Rows hold opaque ids only; names and values stand apart.

The payload may be emptied by erasure and retention; the row stays as it was written.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from diaspora.extensions import Id, Model, db
from diaspora.platform.access import Actor


class AuditEvent(Model):
    """What was done to which record, by whom, when."""

    __tablename__ = "audit_event"
    written_on_read = True

    number: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True
    )
    at: Mapped[datetime]
    act: Mapped[str] = mapped_column(index=True)
    actor_id: Mapped[UUID | None] = mapped_column(index=True)
    object_kind: Mapped[str]
    object_id: Mapped[UUID | None] = mapped_column(index=True)


class AuditPayload(Model):
    """The personal part of an event: reasons, changed values, where from."""

    __tablename__ = "audit_payload"
    written_on_read = True

    id: Mapped[Id]
    event_number: Mapped[int] = mapped_column(sa.ForeignKey("audit_event.number"), unique=True)
    content: Mapped[dict[str, Any]]


def record(
    act: str, actor: Actor, at: datetime, about: object | None = None, **payload: object
) -> AuditEvent:
    """Write one event about a mapped record; the payload must be plain JSON values."""
    event = AuditEvent(
        at=at,
        act=act,
        actor_id=actor.account_id,
        object_kind=getattr(about, "__tablename__", ""),
        object_id=getattr(about, "id", None),
    )
    db.session.add(event)
    db.session.flush()
    if payload:
        db.session.add(AuditPayload(event_number=event.number, content=payload))
        db.session.flush()
    return event
