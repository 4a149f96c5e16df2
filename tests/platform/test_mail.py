"""The outbox against a real SMTP server."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import select

from diaspora.extensions import db
from diaspora.platform.mail import services
from diaspora.platform.mail.models import OutboxMail
from tests.factories import NOW

REFUSED = "refused@example.org"


class Mailbox:
    """What the server received; one address is refused."""

    def __init__(self) -> None:
        self.received: list[bytes] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address == REFUSED:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.received.append(envelope.content)
        return "250 OK"


@pytest.fixture
def mailbox(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    mail = app.extensions["mailman"]
    monkeypatch.setitem(app.config, "MAIL_SERVER", "127.0.0.1")
    monkeypatch.setattr(mail, "server", "127.0.0.1")
    monkeypatch.setattr(mail, "port", port)
    monkeypatch.setattr(mail, "backend", "smtp")
    yield box
    controller.stop()


def stored() -> OutboxMail:
    return db.session.scalars(select(OutboxMail)).one()


def write(address: str = "vera@example.org", language: str = "ro") -> OutboxMail:
    mail = services.post("reset_password", address, language, NOW, url="http://localhost/ro/x")
    db.session.commit()
    return mail


def test_a_mail_leaves_once_in_both_forms_and_its_language(mailbox: Mailbox) -> None:
    write()
    assert services.send_due(NOW) == 1
    assert services.send_due(NOW) == 0
    message = message_from_bytes(mailbox.received[0])
    assert [part.get_content_type() for part in message.walk()][1:] == ["text/plain", "text/html"]
    assert message["Content-Language"] == "ro"
    assert str(make_header(decode_header(message["Subject"]))) == stored().subject
    assert len(mailbox.received) == 1


def test_a_refused_mail_is_tried_again_later_and_others_leave(mailbox: Mailbox) -> None:
    write(REFUSED)
    write()
    assert services.send_due(NOW) == 1
    failed = db.session.scalars(select(OutboxMail).where(OutboxMail.sent_at.is_(None))).one()
    assert failed.attempts == 1
    assert "550" in failed.last_error
    assert failed.due_at is not None
    assert failed.due_at > NOW
    for n in range(1, 20):
        services.send_due(NOW + timedelta(days=n))
    assert failed.attempts == services.ATTEMPTS, "it does not try for ever"
    assert failed.due_at is None


def test_a_dead_server_loses_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "MAIL_SERVER", "127.0.0.1")
    monkeypatch.setattr(app.extensions["mailman"], "server", "127.0.0.1")
    monkeypatch.setattr(app.extensions["mailman"], "port", 1)
    monkeypatch.setattr(app.extensions["mailman"], "backend", "smtp")
    write()
    assert services.send_due(NOW) == 0
    assert stored().sent_at is None
    assert "refused" in stored().last_error


def test_a_line_break_in_a_value_cannot_add_a_header(mailbox: Mailbox) -> None:
    write("vera@example.org\nBcc: evil@example.org")
    services.send_due(NOW)
    assert mailbox.received == []
    assert stored().sent_at is None
