"""Reading delivery status notifications (RFC 3464): which mail of ours came back."""

import email
import re
from collections.abc import Iterator
from email.message import Message
from uuid import UUID

LONGEST = 1024 * 1024
_MESSAGE_ID = re.compile(
    r"^message-id:\s*<([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})@", re.I | re.M
)


def bounced(message: bytes) -> UUID | None:
    """Id of the mail that failed for good; None for anything else, a delay included. Never an error."""
    if len(message) > LONGEST:
        return None
    parts = list(email.message_from_bytes(message).walk())
    if not any(_failed(part) for part in parts if part.get_content_type() == "message/delivery-status"):
        return None
    found = [match for part in parts for text in _original(part) if (match := _MESSAGE_ID.search(text))]
    return UUID(found[0][1]) if found else None


def _failed(status: Message) -> bool:
    blocks = status.get_payload()
    if not isinstance(blocks, list):
        return False
    return any(str(block.get("Action", "")).strip().lower() == "failed" for block in blocks)  # type: ignore[union-attr]


def _original(part: Message) -> Iterator[str]:
    """The head of the mail that came back, whole or headers alone."""
    if part.get_content_type() == "message/rfc822":
        for original in part.get_payload():
            if isinstance(original, Message):
                yield f"Message-ID: {original.get('Message-ID', '')}"
    elif part.get_content_type() == "text/rfc822-headers":
        payload = part.get_payload(decode=True)
        yield payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
