"""How a kept document leaves the site: by a signed address that holds for minutes, to be saved."""

import io
from uuid import UUID

from flask import Response, current_app, send_file
from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer

HOLDS_SECONDS = 5 * 60


class Expired(Exception):
    """The address was right and is too old; `record_id` says of which record."""

    def __init__(self, record_id: UUID) -> None:
        super().__init__(str(record_id))
        self.record_id = record_id


def token(record_id: UUID, account_id: UUID | None) -> str:
    """A part of an address that lets this account, and nobody else, fetch this record for five minutes."""
    return _signer(account_id).dumps(str(record_id))


def record_of(token: str, account_id: UUID | None) -> UUID | None:
    """The record that a token opens for this account; None for a wrong one. Raises Expired."""
    try:
        return UUID(_signer(account_id).loads(token, max_age=HOLDS_SECONDS))
    except SignatureExpired as late:
        raise Expired(UUID(_signer(account_id).load_payload(late.payload or b""))) from late
    except BadData:
        return None


def attachment(content: bytes, kind: str, name: str) -> Response:
    """A file to be saved: shown nowhere in the site's name, able to run nothing, kept by no cache."""
    response = send_file(
        io.BytesIO(content), mimetype=kind, as_attachment=True, download_name=name, etag=False
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _signer(account_id: UUID | None) -> URLSafeTimedSerializer:
    # the account is part of the signature's salt: in another's hands the token is a wrong one
    return URLSafeTimedSerializer(current_app.secret_key or "", salt=f"document of {account_id}")
