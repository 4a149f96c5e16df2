from collections.abc import Sequence

from sqlalchemy import select

from diaspora.extensions import db
from diaspora.platform.mail.models import OutboxMail


def newest_mails(most: int = 100) -> Sequence[OutboxMail]:
    """What was written into the outbox last."""
    return db.session.scalars(select(OutboxMail).order_by(OutboxMail.created_at.desc()).limit(most)).all()
