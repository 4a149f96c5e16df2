from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from diaspora.assignments.rules import AssignmentState, LetterKind
from diaspora.extensions import Id, Model, Versioned
from diaspora.pairings.models import Pairing


class Assignment(Versioned, Model):
    """A stay: when, and how much of the budget it may use."""

    __tablename__ = "assignment"

    id: Mapped[Id]
    pairing_id: Mapped[UUID] = mapped_column(sa.ForeignKey("pairing.id"), unique=True)
    state: Mapped[AssignmentState] = mapped_column(default=AssignmentState.PREPARING, index=True)
    state_reason: Mapped[str] = mapped_column(default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    committed: Mapped[Decimal]
    currency: Mapped[str]
    created_at: Mapped[datetime]

    pairing: Mapped[Pairing] = relationship()
    letters: Mapped[list["Letter"]] = relationship(cascade="all, delete-orphan", order_by="Letter.issued_at")


class Letter(Model):
    """A letter as it was issued; its bytes are kept by `platform.files` under `file_key`."""

    __tablename__ = "letter"

    id: Mapped[Id]
    assignment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("assignment.id"), index=True)
    kind: Mapped[LetterKind]
    number: Mapped[str] = mapped_column(unique=True)
    language: Mapped[str]
    issued_at: Mapped[datetime]
    file_key: Mapped[str]
    sha256: Mapped[str]
