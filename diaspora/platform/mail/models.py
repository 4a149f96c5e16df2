from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from diaspora.extensions import Id, Model
from diaspora.platform.mail.rules import MailProblem


class OutboxMail(Model):
    """One mail to one address; it leaves after the change that caused it has been committed."""

    __tablename__ = "outbox_mail"

    id: Mapped[Id]
    account_id: Mapped[UUID | None] = mapped_column(index=True)
    address: Mapped[str]
    message: Mapped[str]
    language: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(index=True)
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(default="")
    problem: Mapped[MailProblem | None]
    problem_at: Mapped[datetime | None] = mapped_column(index=True)
    settled_at: Mapped[datetime | None]
