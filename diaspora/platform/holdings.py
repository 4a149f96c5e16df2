"""What the platform itself holds about people: the copies of mails, and the log."""

from datetime import timedelta

import sqlalchemy as sa
from flask import Flask
from flask_babel import lazy_gettext as _l

from diaspora.platform import audit, personal_data, retention
from diaspora.platform.access import SYSTEM
from diaspora.platform.audit import AuditEvent, AuditPayload
from diaspora.platform.mail.models import OutboxMail
from diaspora.platform.personal_data import Fate, Holding, Person
from diaspora.platform.retention import YEAR, Rule


def _mails(person: Person) -> sa.ColumnElement[bool]:
    named = [OutboxMail.text.contains(name, autoescape=True) for name in sorted(person.names)]
    return sa.or_(
        OutboxMail.account_id.in_(person.accounts),
        OutboxMail.address.in_(person.addresses),
        *named,
    )


def _events(person: Person) -> sa.ColumnElement[bool]:
    return sa.or_(AuditEvent.actor_id.in_(person.accounts), AuditEvent.object_id.in_(person.records))


HOLDINGS = [
    Holding(
        model=OutboxMail,
        title=_l("Mails"),
        of=_mails,
        fate=Fate.DELETED,
        why=_l("They have been sent; nothing else depends on the copy."),
        shown={
            "created_at": _l("When"),
            "address": _l("To"),
            "subject": _l("Subject"),
            "text": _l("Text"),
        },
    ),
    Holding(
        model=AuditEvent,
        title=_l("Log of what was done"),
        of=_events,
        fate=Fate.KEPT,
        why=_l(
            "Whether decisions about public money were lawful must stay provable. A row holds random "
            "numbers, the act and the time, and no name."
        ),
        shown={"number": _l("Number"), "at": _l("When"), "act": _l("Act"), "object_kind": _l("About")},
    ),
    Holding(
        model=AuditPayload,
        title=_l("Details of the log"),
        of=lambda person: AuditPayload.event_number.in_(sa.select(AuditEvent.number).where(_events(person))),
        fate=Fate.ANONYMISED,
        why=_l("Reasons and changed values can name you, so they are emptied; the row of the log stays."),
        shown={"event_number": _l("Number"), "content": _l("Details")},
        blank={"content": {}, "salt": ""},
        empties=lambda row, now: audit.empty([row], SYSTEM, now),
    ),
]


RULES = [
    Rule(
        name="mails",
        model=OutboxMail,
        after=timedelta(days=180),
        since="the day it was written",
        what="deleted",
        why="to find out what was told to whom; afterwards the pages themselves say it",
        over=lambda moment: OutboxMail.created_at < moment,
    ),
    Rule(
        name="details of the log",
        model=AuditPayload,
        after=5 * YEAR,
        since="the event",
        what="emptied; the row of the log stays",
        why="decisions about public money can be checked for as long as claims from them last",
        over=lambda moment: sa.and_(
            AuditPayload.salt != "",
            AuditPayload.event_number.in_(sa.select(AuditEvent.number).where(AuditEvent.at < moment)),
        ),
        do=personal_data.anonymise,
    ),
]


def init_app(app: Flask) -> None:
    """Register them; as the first, so that erasure comes to them last."""
    personal_data.register(app, HOLDINGS)
    retention.register(app, RULES)
