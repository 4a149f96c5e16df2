from collections.abc import Sequence

from sqlalchemy import select

from diaspora.extensions import db
from diaspora.matching.models import Suggestion
from diaspora.platform.mail.models import OutboxMail


def newest_mails(most: int = 100) -> Sequence[OutboxMail]:
    """What was written into the outbox last."""
    return db.session.scalars(select(OutboxMail).order_by(OutboxMail.created_at.desc()).limit(most)).all()


def extreme_suggestions() -> list[Suggestion]:
    """The best and the weakest suggestion: the two looks of the match card."""
    by_score = select(Suggestion).limit(1)
    found = [
        db.session.scalar(by_score.order_by(order)) for order in (Suggestion.score.desc(), Suggestion.score)
    ]
    return [suggestion for suggestion in found if suggestion]
