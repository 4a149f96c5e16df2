"""Who is signed in: a random token in the cookie, its hash and its life in the database."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from flask import Flask, redirect, request, session, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_user, logout_user

from diaspora.accounts import queries, services
from diaspora.accounts import second_factor_queries as factors
from diaspora.accounts import second_factor_rules as rules
from diaspora.accounts.models import Account, SignInSession
from diaspora.accounts.second_factor_models import SecondStep
from diaspora.extensions import login_manager
from diaspora.platform import clock
from diaspora.platform.access import (
    STAFF_ROLES,
    VISITOR,
    Actor,
    Role,
    add_role_source,
    require_second_factor,
    roles_of,
    second_factor_reasons,
)

HALF = "second_step"
"""Where the cookie keeps the token of a sign-in that waits for its second step."""

View = TypeVar("View", bound=Callable[..., Any])


class SignedIn:
    """What Flask-Login keeps for a request: the account, its roles, the session's row and token.

    Who must have a second factor and has not shown one in this session has no role but an account's.
    """

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, row: SignInSession, token: str) -> None:
        self.account = row.account
        self.row = row
        self.token = token
        held = roles_of(row.account_id)
        self.is_staff = bool(held & STAFF_ROLES)
        self.second_factor_reasons = second_factor_reasons(held)
        self.lacks_second_factor = bool(self.second_factor_reasons) and row.second_step_at is None
        roles = frozenset({Role.ANYONE, Role.MEMBER}) if self.lacks_second_factor else held
        self.actor = Actor(row.account_id, roles, row.account.language)

    def get_id(self) -> str:
        """What the cookie holds."""
        return self.token


def proceed(account: Account, now: datetime, then: str | None, stay: bool = False) -> str:
    """After a right password: sign this browser in, or ask for the second step. Gives the next address."""
    if not factors.has_second_factor(account.id):
        begin(account, now, stay)
        return then or url_for("home.front", lang=account.language)
    session.clear()
    session[HALF] = services.begin_second_step(account, stay, now)
    return url_for("accounts.second_step", next=then)


def half_signed(now: datetime) -> SecondStep | None:
    """The sign-in of this browser that waits for its second step."""
    return factors.second_step_by_token(session.get(HALF, ""), now)


def begin(account: Account, now: datetime, stay: bool = False, second_step: bool = False) -> None:
    """Sign this browser in, with a new session id: one that somebody planted before is worth nothing."""
    session.clear()
    session.permanent = stay
    token = services.open_session(
        account, request.user_agent.string, now, request.remote_addr, stay, second_step
    )
    _log_in(token)


def renew() -> None:
    """Give this browser another session id, because its rights have risen."""
    _log_in(services.renew_session(current_user.row))


def _log_in(token: str) -> None:
    login_user(SignedIn(queries.new_session(token), token))


def end(token: str, now: datetime) -> None:
    """Sign this browser out, and make its token worthless."""
    services.end_session(token, now)
    logout_user()
    session.clear()


def after_password(view: View) -> View:
    """Mark a view for somebody who typed their password lately; others type it and come back."""

    @wraps(view)
    def asked(*arguments: Any, **values: Any) -> Any:
        if services.proved_lately(current_user.row, clock.now()):
            return view(*arguments, **values)
        here = request.full_path.rstrip("?") if request.method == "GET" else None
        back = here or url_for("accounts.second_factors")
        return redirect(url_for("accounts.prove", next=back))

    return asked  # type: ignore[return-value]


def _load(token: str) -> SignedIn | None:
    now = clock.now()
    found: SignInSession | None = queries.session_by_token(token)
    if found is None or found.ended_at or found.account.closed_at:
        return None
    signed_in = SignedIn(found, token)
    limits = rules.limits(signed_in.is_staff, found.stay)
    if not rules.session_alive(limits, found.started_at, found.last_seen_at, now):
        return None
    services.note_seen(found, now)
    return signed_in


def _granted(account_id: UUID) -> list[Role]:
    return queries.granted_roles(account_id, clock.local_day(clock.now()))


def init_app(app: Flask) -> None:
    """Tell Flask-Login how to find somebody, and which roles staff have."""
    login_manager.user_loader(_load)
    login_manager.session_protection = None
    add_role_source(app, _granted)
    require_second_factor(app, STAFF_ROLES, _l("You have a role on the staff of the programme."))

    @app.context_processor
    def values() -> dict[str, Any]:
        return {"actor": getattr(current_user, "actor", None) or VISITOR}
