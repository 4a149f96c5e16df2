"""Mails that do not arrive stand on a list, with what to do; returned mails are read from a pipe."""

import smtplib
from datetime import timedelta
from email.message import EmailMessage

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from diaspora.extensions import db
from diaspora.platform import clock
from diaspora.platform.access import SYSTEM, Role
from diaspora.platform.mail import queries, services
from diaspora.platform.mail.bounces import LONGEST, bounced
from diaspora.platform.mail.models import OutboxMail
from diaspora.platform.mail.rules import ATTEMPTS, MailProblem, masked, problem_of
from tests import factories
from tests.client import CheckedClient
from tests.factories import NOW


def sent(address: str = "vera@example.org", **values: object) -> OutboxMail:
    mail = services.post("password_changed", address, "ro", NOW)
    mail.sent_at, mail.due_at = NOW, None
    for name, value in values.items():
        setattr(mail, name, value)
    db.session.commit()
    return mail


def notice(mail: OutboxMail, action: str = "failed", whole: bool = True) -> bytes:
    """What a mail server sends back."""
    head = f"Message-ID: {services.message_id(mail)}\nSubject: x\n"
    kind, body = ("message/rfc822", f"{head}\nBody\n") if whole else ("text/rfc822-headers", head)
    return (
        "From: MAILER-DAEMON@mx.example.net\nTo: no-reply@example.org\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nIt did not arrive.\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n"
        f"Final-Recipient: rfc822; vera@example.org\nAction: {action}\nStatus: 5.1.1\n\n"
        f"--b\nContent-Type: {kind}\n\n{body}\n--b--\n"
    ).encode()


@pytest.mark.parametrize("whole", [True, False])
def test_a_returned_mail_is_found_and_listed(app: Flask, whole: bool) -> None:
    mail = sent()
    assert services.note_bounce(notice(mail, whole=whole), NOW)
    assert mail.problem is MailProblem.BOUNCED
    assert [row.id for row in queries.problems(1).rows] == [mail.id]


def test_a_delay_is_no_failure_and_a_strange_mail_is_not_ours(app: Flask) -> None:
    mail = sent()
    other = EmailMessage()
    other.set_content(f"Message-ID: {services.message_id(mail)}")
    for message in (notice(mail, action="delayed"), bytes(other), b"", b"\xff" * 999, b"x" * (LONGEST + 1)):
        assert not services.note_bounce(message, NOW)
    assert mail.problem is None


@given(st.binary(max_size=300))
@settings(max_examples=50, deadline=None)
def test_no_message_breaks_the_reader(junk: bytes) -> None:
    bounced(
        b"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n" + junk
    )
    bounced(b"Content-Type: message/rfc822\n\n" + junk)
    bounced(junk)


def test_a_returned_mail_comes_through_a_pipe(app: Flask) -> None:
    mail = sent()
    answer = app.test_cli_runner().invoke(args=["mail", "bounce"], input=notice(mail))
    assert (answer.exit_code, answer.output) == (0, "noted\n")
    again = app.test_cli_runner().invoke(args=["mail", "bounce"], input=b"nothing")
    assert again.exit_code == 0


@pytest.mark.parametrize(
    ("error", "attempts", "problem"),
    [
        (smtplib.SMTPRecipientsRefused({"a@b": (550, b"no such user")}), 1, MailProblem.REFUSED),
        (smtplib.SMTPRecipientsRefused({"a@b": (451, b"later")}), 1, None),
        (smtplib.SMTPDataError(552, b"full"), 1, MailProblem.REFUSED),
        (smtplib.SMTPServerDisconnected("gone"), 1, None),
        (ConnectionRefusedError(), ATTEMPTS, MailProblem.UNREACHABLE),
        (ValueError("a line break in a header"), 1, MailProblem.REFUSED),
    ],
)
def test_what_a_failure_means(error: Exception, attempts: int, problem: MailProblem | None) -> None:
    assert problem_of(error, attempts) is problem


def test_a_mail_that_leaves_in_the_end_is_no_problem(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(mail: OutboxMail) -> None:
        raise smtplib.SMTPRecipientsRefused({mail.address: (550, b"grey")})

    mail = services.post("password_changed", "vera@example.org", "ro", NOW)
    with monkeypatch.context() as patched:
        patched.setattr(services, "_deliver", refuse)
        services.send_due(NOW)
    assert mail.problem is MailProblem.REFUSED
    services.send_due(NOW + timedelta(hours=1))
    assert mail.problem is None
    assert queries.problems(1).total == 0


def test_only_officers_see_whole_addresses(client: CheckedClient) -> None:
    sent("somebody.in.hiding@example.org", problem=MailProblem.BOUNCED, problem_at=NOW)
    client.sign_in(factories.account(Role.ADMIN))
    page = client.get("/en/staff/mails").get_data(as_text=True)
    assert "hiding" not in page
    assert masked("somebody.in.hiding@example.org") in page
    client.sign_in(factories.account(Role.OFFICER))
    assert "somebody.in.hiding@example.org" in client.get("/en/staff/mails").get_data(as_text=True)


def test_a_mail_is_tried_again_or_settled(client: CheckedClient) -> None:
    first, second = (sent(problem=MailProblem.BOUNCED, problem_at=NOW) for _ in range(2))
    client.sign_in(factories.account(Role.OFFICER))
    assert client.post(f"/en/staff/mails/{first.id}/again").status_code == 302
    assert first.due_at is not None
    assert first.attempts == 0
    assert client.post(f"/en/staff/mails/{second.id}/settle").status_code == 302
    assert queries.problems(1).total == 0
    assert client.post(f"/en/staff/mails/{second.id}/settle").status_code == 404


def test_an_outbox_that_stands_still_is_told(client: CheckedClient) -> None:
    services.post("password_changed", "vera@example.org", "ro", clock.now() - timedelta(hours=1))
    db.session.commit()
    client.sign_in(factories.account(Role.OFFICER))
    assert "1 mail should have left" in client.get("/en/staff/mails").get_data(as_text=True)


def test_the_owner_hears_of_it_at_the_next_sign_in(client: CheckedClient) -> None:
    account = factories.account()
    mail = sent(account.email, account_id=account.id, problem=MailProblem.BOUNCED, problem_at=NOW)
    data = {"email": account.email, "password": factories.PASSWORD}
    assert "did not arrive" in client.post("/en/login", data=data, follow_redirects=True).get_data(
        as_text=True
    )
    client.post("/en/logout")
    services.settle(mail, SYSTEM, NOW)
    db.session.commit()
    assert "did not arrive" not in client.post("/en/login", data=data, follow_redirects=True).get_data(
        as_text=True
    )
