from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from diaspora.accounts.rules import Counted, LinkPurpose
from diaspora.extensions import Id, Model, Versioned
from diaspora.platform.access import Role


class Account(Versioned, Model):
    """Somebody who signs in. The address is stored in lower case."""

    __tablename__ = "account"

    id: Mapped[Id]
    email: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    language: Mapped[str] = mapped_column(default="ro")
    created_at: Mapped[datetime]
    email_confirmed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class StaffGrant(Model):
    """A staff role given to an account, until it ends."""

    __tablename__ = "staff_grant"

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    role: Mapped[Role]
    granted_at: Mapped[datetime]
    granted_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    ends_on: Mapped[date | None]
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    revoke_reason: Mapped[str] = mapped_column(default="")
    reviewed_at: Mapped[datetime | None]
    reviewed_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    warned_at: Mapped[datetime | None]


class SignInSession(Model):
    """One browser that is signed in. The cookie holds the token; here stands only its hash.

    `proved_at` is when the password was typed last, `second_step_at` when a second factor was shown;
    `network` is the first part of the IP address. A `challenge` waits for the passkey that answers it.
    """

    __tablename__ = "sign_in_session"
    written_on_read = True

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    started_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    device: Mapped[str] = mapped_column(default="")
    network: Mapped[str] = mapped_column(default="")
    stay: Mapped[bool] = mapped_column(default=False)
    proved_at: Mapped[datetime | None]
    second_step_at: Mapped[datetime | None]
    challenge: Mapped[str | None]

    account: Mapped[Account] = relationship()


class OneTimeLink(Model):
    """A mailed link that works once, for a while. Only the hash of its token is kept."""

    __tablename__ = "one_time_link"

    id: Mapped[Id]
    account_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    purpose: Mapped[LinkPurpose]
    subject_id: Mapped[UUID | None]
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class AddressChange(Model):
    """Somebody asked for another e-mail address. The earlier one can take everything back for a while."""

    __tablename__ = "address_change"

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id", ondelete="CASCADE"), index=True)
    old_email: Mapped[str] = mapped_column(index=True)
    new_email: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(index=True)
    confirmed_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]


class Attempt(Model):
    """How often something that could be guessing happened, since when. See `rules.LIMITS`.

    The key names a network by its beginning and an address by a keyed hash, whether or not it has an account.
    """

    __tablename__ = "attempt"
    __table_args__ = (sa.UniqueConstraint("kind", "key"),)

    id: Mapped[Id]
    kind: Mapped[Counted]
    key: Mapped[str]
    number: Mapped[int] = mapped_column(default=0)
    since: Mapped[datetime]
    last_at: Mapped[datetime] = mapped_column(index=True)


class Draft(Model):
    """What somebody typed into a form and has not sent yet; nobody else reads it.

    `data` holds the typed values by the names of the fields; `base` stands for what the form held before
    somebody typed: a draft that began from something else is not offered any more.
    """

    __tablename__ = "draft"
    __table_args__ = (sa.UniqueConstraint("account_id", "key"),)

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id", ondelete="CASCADE"))
    key: Mapped[str]
    base: Mapped[str] = mapped_column(default="")
    data: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime] = mapped_column(index=True)
