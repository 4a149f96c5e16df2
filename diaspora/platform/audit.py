"""Append-only record of what happened. Rows hold opaque ids only; names and values stand apart.

The payload may be emptied by erasure and retention, which another event tells of; the row stays as it
was written. A job seals the rows (sealing.py).
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from secrets import token_hex
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from diaspora.extensions import Id, Model, db
from diaspora.platform.access import Actor

EMPTIED = "audit.payload_emptied"


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
    """The personal part of an event: reasons, changed values, where from.

    Its seal holds a salted digest; the salt goes with the content, so that nobody can guess what stood here.
    """

    __tablename__ = "audit_payload"
    written_on_read = True

    id: Mapped[Id]
    event_number: Mapped[int] = mapped_column(sa.ForeignKey("audit_event.number"), unique=True)
    content: Mapped[dict[str, Any]]
    salt: Mapped[str] = mapped_column(default=lambda: token_hex(16))

    @property
    def emptied(self) -> bool:
        """Whether erasure or retention took the content away."""
        return not self.content and not self.salt


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


def empty(payloads: Iterable[AuditPayload], actor: Actor, now: datetime) -> None:
    """Take away what these events carry, and tell of it in the log. Again is the same as once."""
    for payload in payloads:
        if not payload.emptied:
            payload.content, payload.salt = {}, ""
            record(EMPTIED, actor, now, payload)


def record_each(
    act: str, actor: Actor, at: datetime, kind: str, ids: Collection[UUID], **payload: object
) -> None:
    """The same event about several records of one kind: one insert for all, and one for what they carry."""
    if not ids:
        return
    event = {"at": at, "act": act, "actor_id": actor.account_id, "object_kind": kind}
    connection = db.session.connection()
    # not through the session, which takes a row at a time where it has to know which number is whose
    written = connection.execute(
        sa.insert(AuditEvent).returning(AuditEvent.number),
        [{**event, "object_id": one} for one in ids],
    )
    numbers = written.scalars().all()
    if payload:
        rows = [{"event_number": number, "content": payload} for number in numbers]
        connection.execute(sa.insert(AuditPayload), rows)
