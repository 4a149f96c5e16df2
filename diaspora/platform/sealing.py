"""The audit log's seals: a hash chain over its rows, made by a job, checked by `flask audit verify`.

A seal takes in the seal before it, the event's columns and the digest of its payload. So a row that is
changed, moved or gone no longer fits, while a payload may be emptied (erasure, retention): its digest
stays, salted, and says nothing about what stood there; an event tells of the emptying and is sealed itself.
"""

import enum
import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from diaspora.extensions import Model, db
from diaspora.platform import jobs
from diaspora.platform.audit import EMPTIED, AuditEvent, AuditPayload

AT_ONCE = 2000
"""Rows that one step reads or seals."""


class AuditSeal(Model):
    """One link of the chain. Positions count from 1 without a gap, in the order of sealing."""

    __tablename__ = "audit_seal"

    position: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    event_number: Mapped[int] = mapped_column(sa.BigInteger, unique=True)
    payload_digest: Mapped[str | None]
    digest: Mapped[str]


class Fault(enum.StrEnum):
    """What `verify` can find."""

    GAP = "a seal is missing before this one"
    MISSING = "the event is gone"
    ALTERED = "the event or its place in the order was changed"
    PAYLOAD_ALTERED = "the details were changed, removed or added"
    EMPTIED_UNTOLD = "the details were emptied, and no event tells of it"
    HEAD = "the chain was rewritten: this position had another seal when it was noted down"


class Finding(NamedTuple):
    """A fault, at which place of the chain and about which event; no number where the seal itself is gone."""

    position: int
    event_number: int | None
    fault: Fault


class Report(NamedTuple):
    """What a check saw: seals read, payloads emptied lawfully, events that no seal covers yet, faults."""

    sealed: int
    emptied: int
    unsealed: int
    findings: list[Finding]


def _plain(value: object) -> str | int | None:
    return value if value is None or isinstance(value, str | int) else str(value)


def _hash(parts: object) -> str:
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def payload_digest(payload: AuditPayload | None) -> str | None:
    """The salted digest of what an event carries; None where it carries nothing."""
    return None if payload is None else _hash([payload.salt, str(payload.id), payload.content])


def link(before: str, event: AuditEvent, payload: str | None) -> str:
    """The seal that follows `before`."""
    columns = [
        event.number,
        event.at.astimezone(UTC).isoformat(),
        event.act,
        event.actor_id,
        event.object_kind,
    ]
    return _hash([before, *(_plain(value) for value in [*columns, event.object_id]), payload])


def head() -> tuple[int, str]:
    """The last position and its digest: who keeps them elsewhere can prove a later chain true to them."""
    last = db.session.scalar(sa.select(AuditSeal).order_by(AuditSeal.position.desc()).limit(1))
    return (last.position, last.digest) if last else (0, "")


@jobs.every_minute
@jobs.job
def seal() -> None:
    """Seal events that no seal covers yet, in the order of their numbers."""
    position, digest = head()
    rows = db.session.execute(
        sa.select(AuditEvent, AuditPayload)
        .outerjoin(AuditPayload, AuditPayload.event_number == AuditEvent.number)
        .where(_uncovered())
        .order_by(AuditEvent.number)
        .limit(AT_ONCE)
    ).all()
    for event, payload in rows:
        position += 1
        content = payload_digest(payload)
        digest = link(digest, event, content)
        db.session.add(
            AuditSeal(position=position, event_number=event.number, payload_digest=content, digest=digest)
        )
    db.session.flush()


def _uncovered() -> sa.ColumnElement[bool]:
    return ~sa.exists().where(AuditSeal.event_number == AuditEvent.number)


def verify(noted: Mapping[int, str] | None = None) -> Report:
    """Read the whole chain. `noted` are heads that were written down earlier: position to digest."""
    noted, findings, emptied, position, before = dict(noted or {}), list[Finding](), 0, 0, ""
    for seal, event, payload in _chain():
        if seal.position != position + 1:
            findings.append(Finding(seal.position, None, Fault.GAP))
        elif event is not None and link(before, event, seal.payload_digest) != seal.digest:
            findings.append(Finding(seal.position, event.number, Fault.ALTERED))
        if event is None:
            findings.append(Finding(seal.position, seal.event_number, Fault.MISSING))
        elif payload is not None and payload.emptied:
            told = seal.payload_digest is not None and _told(payload.id)
            emptied += told
            if not told:
                findings.append(Finding(seal.position, event.number, Fault.EMPTIED_UNTOLD))
        elif payload_digest(payload) != seal.payload_digest:
            findings.append(Finding(seal.position, event.number, Fault.PAYLOAD_ALTERED))
        if noted.pop(seal.position, seal.digest) != seal.digest:
            findings.append(Finding(seal.position, None, Fault.HEAD))
        position, before = seal.position, seal.digest
    findings += [Finding(lost, None, Fault.HEAD) for lost in sorted(noted)]
    unsealed = db.session.scalar(sa.select(sa.func.count()).select_from(AuditEvent).where(_uncovered())) or 0
    return Report(position, emptied, unsealed, findings)


def _chain() -> Iterator[tuple[AuditSeal, AuditEvent | None, AuditPayload | None]]:
    """Every seal with its event and what the event carries, in order, a few thousand at a time."""
    after = 0
    while True:
        rows: Any = db.session.execute(
            sa.select(AuditSeal, AuditEvent, AuditPayload)
            .outerjoin(AuditEvent, AuditEvent.number == AuditSeal.event_number)
            .outerjoin(AuditPayload, AuditPayload.event_number == AuditSeal.event_number)
            .where(AuditSeal.position > after)
            .order_by(AuditSeal.position)
            .limit(AT_ONCE)
        ).all()
        if not rows:
            return
        yield from rows
        after = rows[-1][0].position
        db.session.expunge_all()


def _told(payload_id: UUID) -> bool:
    """Whether an event says that this payload was emptied."""
    told = sa.exists().where(AuditEvent.act == EMPTIED, AuditEvent.object_id == payload_id)
    return bool(db.session.scalar(sa.select(told)))


def restrict(role: str) -> None:
    """Let a PostgreSQL role that serves the site add to the log and read it, and no more.

    Raises ValueError on SQLite, which has no roles.
    """
    if db.engine.dialect.name != "postgresql":
        raise ValueError("only PostgreSQL has roles")
    name = db.engine.dialect.identifier_preparer.quote(role)
    for statement in (
        f"GRANT USAGE ON SCHEMA public TO {name}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}",
        f"REVOKE UPDATE, DELETE, TRUNCATE ON audit_event, audit_seal FROM {name}",
        f"REVOKE DELETE, TRUNCATE ON audit_payload FROM {name}",
    ):
        db.session.execute(sa.text(statement))
