"""What a failure to deliver means."""

import enum
import smtplib
from datetime import timedelta

ATTEMPTS = 8
LATE = timedelta(minutes=30)
"""A mail that waits for so long says that none leaves."""


class MailProblem(enum.StrEnum):
    """Why a mail did not arrive, as far as we know."""

    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    BOUNCED = "bounced"


def problem_of(error: Exception, attempts: int) -> MailProblem | None:
    """What a failed attempt means; None where the next one may well succeed."""
    codes: list[int] = []
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _text in error.recipients.values()]
    elif isinstance(error, smtplib.SMTPResponseException):
        codes = [error.smtp_code]
    if isinstance(error, ValueError) or (codes and all(code >= 500 for code in codes)):
        return MailProblem.REFUSED
    return MailProblem.UNREACHABLE if attempts >= ATTEMPTS else None


def masked(address: str) -> str:
    """Enough of an address to recognise it for who knows it, and no more."""
    name, _at, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}"
