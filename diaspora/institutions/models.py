from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from diaspora.accounts.models import Account
from diaspora.extensions import Id, Model, Versioned
from diaspora.institutions.rules import Evidence, InstitutionKind, InstitutionState, RenewalStage
from diaspora.platform.access import Role


class Institution(Versioned, Model):
    """An organisation in Moldova that hosts, or wants to. Names and description are by language.

    `evidence` is what the last verification rested on; `renewal_told` which news of its end the leads have.
    """

    __tablename__ = "institution"
    __table_args__ = (sa.UniqueConstraint("source", "external_id"),)

    id: Mapped[Id]
    name: Mapped[dict[str, str]]
    kind: Mapped[InstitutionKind]
    ror_id: Mapped[str | None] = mapped_column(unique=True)
    registry_number: Mapped[str | None] = mapped_column(unique=True)
    district: Mapped[str]
    city: Mapped[dict[str, str]]
    website: Mapped[str] = mapped_column(default="")
    description: Mapped[dict[str, str]]
    invented: Mapped[bool] = mapped_column(default=False)
    state: Mapped[InstitutionState] = mapped_column(default=InstitutionState.REGISTERED)
    state_reason: Mapped[str] = mapped_column(default="")
    changed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    verified_until: Mapped[date | None]
    evidence: Mapped[Evidence | None]
    renewal_told: Mapped[RenewalStage | None]
    source: Mapped[str | None]
    external_id: Mapped[str | None]

    memberships: Mapped[list["Membership"]] = relationship(back_populates="institution")


class Membership(Model):
    """Somebody works for an institution here, as editor or lead, until it ends."""

    __tablename__ = "membership"
    __table_args__ = (sa.UniqueConstraint("institution_id", "account_id"),)

    id: Mapped[Id]
    institution_id: Mapped[UUID] = mapped_column(sa.ForeignKey("institution.id"))
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    role: Mapped[Role]
    given_name: Mapped[str]
    family_name: Mapped[str]
    position: Mapped[str] = mapped_column(default="")
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    institution: Mapped[Institution] = relationship(back_populates="memberships")
    account: Mapped[Account] = relationship()


class MemberInvitation(Model):
    """Somebody is asked by mail to act for an institution; the link hangs on `OneTimeLink.subject_id`.

    Open until it is accepted or taken back; after `expires_at` its link works no more until it is sent again.
    """

    __tablename__ = "member_invitation"
    __table_args__ = (
        sa.Index(
            "uq_member_invitation_one_open",
            "institution_id",
            "email",
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    institution_id: Mapped[UUID] = mapped_column(sa.ForeignKey("institution.id"))
    email: Mapped[str]
    role: Mapped[Role]
    language: Mapped[str]
    invited_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    invited_at: Mapped[datetime]
    times_sent: Mapped[int]
    expires_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    accepted_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("account.id"))


class SeenLetter(Model):
    """An officer has seen a signed letter that says who acts for an institution."""

    __tablename__ = "seen_letter"

    id: Mapped[Id]
    institution_id: Mapped[UUID] = mapped_column(sa.ForeignKey("institution.id"), index=True)
    dated_on: Mapped[date]
    signed_by: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    seen_at: Mapped[datetime]
    seen_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("account.id"))
