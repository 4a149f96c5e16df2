from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from diaspora.accounts.lost_factors_rules import LossState
from diaspora.accounts.models import Account
from diaspora.extensions import Id, Model, Versioned


class TotpFactor(Model):
    """An authenticator app; it counts once a first code has proved it.

    `last_step` is the 30-second step of the last code taken: that code and older ones are worthless.
    """

    __tablename__ = "totp_factor"

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id", ondelete="CASCADE"), unique=True)
    sealed_secret: Mapped[str]
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(sa.BigInteger, default=0)


class Passkey(Model):
    """A key that somebody's device or security key keeps; here stands its public half."""

    __tablename__ = "passkey"

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    credential_id: Mapped[str] = mapped_column(unique=True)
    public_key: Mapped[str]
    sign_count: Mapped[int] = mapped_column(sa.BigInteger)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class RecoveryCode(Model):
    """A code on paper that stands in for a lost factor, once. Its first character is `position`."""

    __tablename__ = "recovery_code"
    __table_args__ = (sa.UniqueConstraint("account_id", "position"),)

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id", ondelete="CASCADE"))
    position: Mapped[int]
    code_hash: Mapped[str]
    used_at: Mapped[datetime | None]


class SecondStep(Model):
    """Somebody who gave the right password and has still to prove a second factor; nobody until then."""

    __tablename__ = "second_step"

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    stay: Mapped[bool] = mapped_column(default=False)
    challenge: Mapped[str | None]

    account: Mapped[Account] = relationship()


class Guesses(Model):
    """Wrong codes and passwords of somebody half or wholly signed in, since the last right one."""

    __tablename__ = "guesses"

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id", ondelete="CASCADE"), unique=True)
    wrong: Mapped[int] = mapped_column(default=0)
    wait_until: Mapped[datetime | None]


class LostFactors(Versioned, Model):
    """Somebody asks to have every second factor removed, because all are lost; two of the staff decide."""

    __tablename__ = "lost_factors"

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id", ondelete="CASCADE"), index=True)
    state: Mapped[LossState] = mapped_column(default=LossState.REQUESTED)
    requested_at: Mapped[datetime]
    proposed_at: Mapped[datetime | None]
    proposed_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    proposal: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("account.id"))

    account: Mapped[Account] = relationship(foreign_keys=[account_id])
