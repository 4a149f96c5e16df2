from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from diaspora.extensions import Id, Model, Versioned
from diaspora.programmes.rules import CallKind, CallState, RateKind, RateUnit, RuleKind


class Programme(Versioned, Model):
    """A kind of temporary return that is run again and again. Name and description are by language."""

    __tablename__ = "programme"

    id: Mapped[Id]
    name: Mapped[dict[str, str]]
    description: Mapped[dict[str, str]]
    created_at: Mapped[datetime]

    calls: Mapped[list["Call"]] = relationship(back_populates="programme", order_by="Call.opens_on")


class Call(Versioned, Model):
    """One edition of a programme. `code` is its short name in imports; `modes` are values of Mode."""

    __tablename__ = "call"
    __table_args__ = (
        sa.CheckConstraint("seats >= 0", name="seats"),
        sa.CheckConstraint("opens_on <= deadline", name="dates_in_order"),
        sa.CheckConstraint("least_days <= most_days", name="days_in_order"),
    )

    id: Mapped[Id]
    programme_id: Mapped[UUID] = mapped_column(sa.ForeignKey("programme.id"), index=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[dict[str, str]]
    kind: Mapped[CallKind]
    state: Mapped[CallState] = mapped_column(default=CallState.DRAFT)
    state_reason: Mapped[str] = mapped_column(default="")
    opens_on: Mapped[date]
    deadline: Mapped[date]
    modes: Mapped[list[str]]
    least_days: Mapped[int]
    most_days: Mapped[int]
    seats: Mapped[int]
    budget: Mapped[Decimal]
    currency: Mapped[str]
    created_at: Mapped[datetime]

    programme: Mapped[Programme] = relationship(back_populates="calls")
    eligibility: Mapped[list["EligibilityRule"]] = relationship(
        cascade="all, delete-orphan", order_by="EligibilityRule.position"
    )
    rates: Mapped[list["AllowanceRate"]] = relationship(
        cascade="all, delete-orphan", order_by="AllowanceRate.valid_from"
    )
    commission: Mapped[list["CommissionMember"]] = relationship(cascade="all, delete-orphan")


class EligibilityRule(Model):
    """One condition of a call; the meaning of `value` stands at RuleKind."""

    __tablename__ = "eligibility_rule"
    __table_args__ = (sa.UniqueConstraint("call_id", "kind", "position"),)

    id: Mapped[Id]
    call_id: Mapped[UUID] = mapped_column(sa.ForeignKey("call.id"))
    kind: Mapped[RuleKind]
    value: Mapped[dict[str, Any]]
    position: Mapped[int] = mapped_column(default=0)


class AllowanceRate(Model):
    """An amount per unit with where it comes from and since when it holds."""

    __tablename__ = "allowance_rate"

    id: Mapped[Id]
    call_id: Mapped[UUID] = mapped_column(sa.ForeignKey("call.id"), index=True)
    kind: Mapped[RateKind]
    unit: Mapped[RateUnit]
    amount: Mapped[Decimal]
    currency: Mapped[str]
    source: Mapped[str]
    valid_from: Mapped[date]


class CommissionMember(Model):
    """A reviewer of a call; one of them is its chair."""

    __tablename__ = "commission_member"
    __table_args__ = (sa.UniqueConstraint("call_id", "account_id"),)

    id: Mapped[Id]
    call_id: Mapped[UUID] = mapped_column(sa.ForeignKey("call.id"))
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    chair: Mapped[bool] = mapped_column(default=False)


class Commitment(Model):
    """Money of a call's budget reserved for one pairing, until it is released or spent.

    The pairing stands in a later package, so its id is kept here without a foreign key.
    """

    __tablename__ = "commitment"

    id: Mapped[Id]
    call_id: Mapped[UUID] = mapped_column(sa.ForeignKey("call.id"), index=True)
    pairing_id: Mapped[UUID] = mapped_column(unique=True)
    amount: Mapped[Decimal]
    currency: Mapped[str]
    reserved_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
