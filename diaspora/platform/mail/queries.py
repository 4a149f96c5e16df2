from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select

from diaspora.extensions import db
from diaspora.platform.mail.models import OutboxMail
from diaspora.platform.mail.rules import LATE
from diaspora.platform.paging import Page, paged


def _problems() -> Select[OutboxMail]:
    return select(OutboxMail).where(OutboxMail.problem.is_not(None), OutboxMail.settled_at.is_(None))


def problems(page: int) -> Page[OutboxMail]:
    """Mails that did not arrive and that nobody has settled, the newest first."""
    return paged(_problems().order_by(OutboxMail.problem_at.desc(), OutboxMail.id), page)


def problem(mail_id: UUID) -> OutboxMail | None:
    """A mail that did not arrive and that nobody has settled."""
    return db.session.scalar(_problems().where(OutboxMail.id == mail_id))


def did_not_arrive(account_id: UUID, address: str) -> bool:
    """Whether a mail to this account at this address did not arrive, as far as nobody has settled it."""
    mine = _problems().where(OutboxMail.account_id == account_id, OutboxMail.address == address)
    return db.session.scalar(mine.limit(1)) is not None


def late(now: datetime) -> int:
    """How many mails should have left long ago: with any, the worker or the mail server stands still."""
    query = select(func.count()).select_from(OutboxMail).where(OutboxMail.due_at < now - LATE)
    return db.session.scalar(query) or 0
