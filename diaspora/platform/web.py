"""The shell of every request: one commit, a GET that never writes, security headers, error pages."""

from collections.abc import Callable
from typing import TypeVar

import structlog
from flask import Flask, Response, current_app, flash, has_request_context, render_template, request
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session
from werkzeug.exceptions import HTTPException

from diaspora.extensions import db

log = structlog.get_logger()

READING = frozenset({"GET", "HEAD", "OPTIONS"})
MAX_REQUEST_BYTES = 2 * 1024 * 1024
MAX_REQUEST_BYTES_WITH_FILE = 20 * 1024 * 1024
"""More than a file may have, so that one which is too large is refused beside its field."""

View = TypeVar("View", bound=Callable[..., object])

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


class WriteWhileReading(RuntimeError):
    """A GET tried to change the database; the view belongs behind a POST."""


def _refuse_writes_while_reading(session: Session, *_rest: object) -> None:
    if not has_request_context() or request.method not in READING:
        return
    changed = [*session.new, *session.deleted, *(o for o in session.dirty if session.is_modified(o))]
    wrong = [o for o in changed if not getattr(o, "written_on_read", False)]
    if wrong:
        raise WriteWhileReading(f"{request.method} {request.path} changes {wrong[0]!r}")


def _refuse_bulk_writes_while_reading(state: ORMExecuteState) -> None:
    if state.is_select or not has_request_context() or request.method not in READING:
        return
    raise WriteWhileReading(f"{request.method} {request.path} runs {state.statement}")


def _commit(response: Response) -> Response:
    if response.status_code < 500:
        db.session.commit()
    else:
        db.session.rollback()
    return response


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    response.headers.setdefault("X-Frame-Options", "DENY")
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if response.status_code >= 400:
        response.headers["Cache-Control"] = "no-store"
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _error_page(error: HTTPException) -> tuple[str, int]:
    db.session.rollback()
    code = error.code or 500
    known = code if code in {400, 403, 404, 405, 413, 429} else 500
    return render_template("layouts/error.html", code=known), code


def _unexpected(error: Exception) -> tuple[str, int]:
    # the rule, not the address: that may hold the token of a mailed link
    log.exception("unexpected error", rule=str(request.url_rule))
    db.session.rollback()
    return render_template("layouts/error.html", code=500), 500


def takes_a_file(view: View) -> View:
    """Mark a view to which people send files: its requests may be larger."""
    view.takes_a_file = True  # type: ignore[attr-defined]
    return view


def _let_files_be_larger() -> None:
    if getattr(current_app.view_functions.get(request.endpoint or ""), "takes_a_file", False):
        request.max_content_length = MAX_REQUEST_BYTES_WITH_FILE


def _compress_nothing_that_others_asked_for() -> None:
    # the length of a compressed page tells what repeats in it: a page of somebody's own is not compressed
    # when another site caused the request and could have put its guess into the address
    if request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"} and request.cookies:
        request.environ.pop("HTTP_ACCEPT_ENCODING", None)


def cookie_name(name: str, secure: bool) -> str:
    """As the browser gets it. With the prefix it takes the cookie over TLS and from this very host only."""
    return f"__Host-{name}" if secure else name


def tell(message: str, kind: str = "done") -> None:
    """Show one sentence on the next page; kind is `done`, `waiting` or `refused`."""
    flash(message, kind)


def init_app(app: Flask) -> None:
    """Install all of it."""
    app.config["MAX_CONTENT_LENGTH"] = MAX_REQUEST_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = MAX_REQUEST_BYTES
    app.before_request(_let_files_be_larger)
    app.before_request(_compress_nothing_that_others_asked_for)
    app.after_request(_headers)
    app.after_request(_commit)
    app.register_error_handler(HTTPException, _error_page)
    if not app.testing and not app.debug:
        app.register_error_handler(Exception, _unexpected)


def guard_reads() -> None:
    """Watch every session of the process; called once, when the package is imported."""
    event.listen(db.session, "before_flush", _refuse_writes_while_reading)
    event.listen(db.session, "do_orm_execute", _refuse_bulk_writes_while_reading)


guard_reads()
