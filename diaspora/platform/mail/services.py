"""Write a mail into the outbox, and send what is due."""

import smtplib
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import structlog
from flask import current_app, render_template
from flask_mailman import EmailMultiAlternatives
from sqlalchemy import select

from diaspora.extensions import db, mailer
from diaspora.platform import audit, clock, jobs
from diaspora.platform.access import SYSTEM, Actor
from diaspora.platform.languages import speaking
from diaspora.platform.mail.bounces import bounced
from diaspora.platform.mail.models import OutboxMail
from diaspora.platform.mail.rules import ATTEMPTS as ATTEMPTS
from diaspora.platform.mail.rules import MailProblem, problem_of

log = structlog.get_logger()

QUIET = timedelta(minutes=5)
"""A form that anybody can send fills nobody's mailbox: for so long, an address gets a message once."""


def post(
    message: str,
    address: str,
    language: str,
    now: datetime,
    account_id: UUID | None = None,
    **values: object,
) -> OutboxMail:
    """Render `templates/mail/<message>/` in the reader's language and store it to be sent."""
    mail = _written(message, address, language, now, account_id, **values)
    db.session.add(mail)
    db.session.flush()
    jobs.enqueue(send_due_mails)
    return mail


def send_unstored(message: str, address: str, language: str, now: datetime, **values: object) -> bool:
    """Send a mail at once and keep nothing of it, for somebody whose address is erased; whether it left."""
    return _try(_written(message, address, language, now, None, **values), now)


def _written(
    message: str, address: str, language: str, now: datetime, account_id: UUID | None, **values: object
) -> OutboxMail:
    with speaking(language):
        folder = f"mail/{message}"
        subject = " ".join(render_template(f"{folder}/subject.txt", **values).split())
        body, footer = render_template(f"{folder}/body.txt", **values), render_template("mail/footer.txt")
        text = f"{body.strip()}\n\n-- \n{footer.strip()}\n"
        html = render_template(f"{folder}/body.html", subject=subject, language=language, **values)
    return OutboxMail(
        id=uuid4(),
        attempts=0,
        account_id=account_id,
        address=address,
        message=message,
        language=language,
        subject=subject,
        text=text,
        html=html,
        created_at=now,
        due_at=now,
    )


def posted_lately(message: str, address: str, now: datetime) -> bool:
    """Whether this address got this message a moment ago."""
    lately = select(OutboxMail.id).where(
        OutboxMail.message == message, OutboxMail.address == address, OutboxMail.created_at > now - QUIET
    )
    return db.session.scalar(lately.limit(1)) is not None


def link(endpoint: str, language: str, /, **values: object) -> str:
    """Full address of a page for a mail, in jobs and commands too.

    It begins with BASE_URL, never with the Host header of a request, which a stranger chooses.
    """
    site = urlsplit(current_app.extensions["settings"].base_url)
    pages = current_app.url_map.bind(site.netloc, site.path or "/", url_scheme=site.scheme)
    return pages.build(endpoint, {"lang": language, **values}, force_external=True)


def send_due(now: datetime) -> int:
    """Send what is due; how many left. A failure is kept, and tried again later and later.

    Each mail is locked, sent and committed by itself: two workers never send the same one, and one that
    left does not leave again because a later one failed.
    """
    due = (
        select(OutboxMail)
        .where(OutboxMail.due_at <= now)
        .order_by(OutboxMail.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    sent = 0
    while (mail := db.session.scalar(due)) is not None:
        sent += _try(mail, now)
        db.session.commit()
    return sent


def _try(mail: OutboxMail, now: datetime) -> bool:
    mail.attempts += 1
    try:
        _deliver(mail)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        mail.last_error = f"{type(error).__name__}: {error}"[:500]
        mail.due_at = now + timedelta(minutes=2**mail.attempts) if mail.attempts < ATTEMPTS else None
        problem = problem_of(error, mail.attempts)
        if problem and mail.problem is None:
            mail.problem, mail.problem_at, mail.settled_at = problem, now, None
        # the whole of it names the address: it stays in the database, out of the log
        log.warning("mail not sent", mail=str(mail.id), attempts=mail.attempts, error=type(error).__name__)
        return False
    mail.sent_at, mail.due_at, mail.last_error = now, None, ""
    mail.problem = mail.problem_at = None
    return True


def _deliver(mail: OutboxMail) -> None:
    settings = current_app.extensions["settings"]
    if settings.demonstration or not current_app.config["MAIL_SERVER"]:
        print(f"\n--- mail to {mail.address}: {mail.subject}\n{mail.text}", flush=True)
        return
    with mailer.get_connection() as connection:
        parts = EmailMultiAlternatives(
            subject=mail.subject,
            body=mail.text,
            from_email=current_app.config["MAIL_DEFAULT_SENDER"],
            to=[mail.address],
            headers={
                "Auto-Submitted": "auto-generated",
                "Content-Language": mail.language,
                "Message-ID": message_id(mail),
            },
            connection=connection,
        )
        parts.attach_alternative(mail.html, "text/html")
        parts.send()


def message_id(mail: OutboxMail) -> str:
    """The name under which a mail leaves; a bounce quotes it, and nobody else can guess it."""
    return f"<{mail.id}@{urlsplit(current_app.extensions['settings'].base_url).hostname}>"


def try_again(mail: OutboxMail, actor: Actor, now: datetime) -> None:
    """Send a mail that did not arrive once more, with all its attempts."""
    mail.problem = mail.problem_at = mail.sent_at = None
    mail.attempts, mail.due_at = 0, now
    db.session.flush()
    audit.record("mail.tried_again", actor, now, mail)
    jobs.enqueue(send_due_mails)


def settle(mail: OutboxMail, actor: Actor, now: datetime) -> None:
    """Take a mail that did not arrive off the list: somebody has dealt with it."""
    mail.settled_at, mail.due_at = now, None
    db.session.flush()
    audit.record("mail.settled", actor, now, mail)


def note_bounce(message: bytes, now: datetime) -> bool:
    """Read what a mail server sent back; whether it says that a mail of ours did not arrive."""
    mail_id = bounced(message)
    mail = db.session.get(OutboxMail, mail_id) if mail_id else None
    if mail is None or mail.sent_at is None:
        return False
    mail.problem, mail.problem_at, mail.settled_at = MailProblem.BOUNCED, now, None
    db.session.flush()
    audit.record("mail.bounced", SYSTEM, now, mail)
    return True


@jobs.every_minute
@jobs.job
def send_due_mails() -> None:
    """The job behind the outbox."""
    send_due(clock.now())
