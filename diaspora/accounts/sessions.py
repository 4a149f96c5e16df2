"""Who is signed in: a random token in the cookie, its hash and its life in the database."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Flask, session
from flask_login import login_user, logout_user

from diaspora.accounts import queries, rules, services
from diaspora.accounts.models import Account, SignInSession
from diaspora.extensions import login_manager
from diaspora.platform import clock
from diaspora.platform.access import Actor, Role, add_role_source, current_actor, roles_of


class SignedIn:
    """What Flask-Login keeps for a request: the account, its roles and the session's token."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, account: Account, token: str) -> None:
        self.account = account
        self.token = token
        self.actor = Actor(account.id, roles_of(account.id), account.language)

    def get_id(self) -> str:
        """What the cookie holds."""
        return self.token


def begin(account: Account, device: str, now: datetime) -> None:
    """Sign this browser in, with a new session id: one that somebody planted before is worth nothing."""
    session.clear()
    session.permanent = True
    login_user(SignedIn(account, services.open_session(account, device, now)))


def end(token: str, now: datetime) -> None:
    """Sign this browser out, and make its token worthless."""
    services.end_session(token, now)
    logout_user()
    session.clear()


def _load(token: str) -> SignedIn | None:
    now = clock.now()
    found: SignInSession | None = queries.session_by_token(token)
    if found is None or found.ended_at or found.account.closed_at:
        return None
    if not rules.session_alive(found.started_at, found.last_seen_at, now):
        return None
    services.note_seen(found, now)
    return SignedIn(found.account, token)


def _granted(account_id: UUID) -> list[Role]:
    return queries.granted_roles(account_id, clock.local_day(clock.now()))


def init_app(app: Flask) -> None:
    """Tell Flask-Login how to find somebody, and which roles staff have."""
    login_manager.user_loader(_load)
    login_manager.session_protection = None
    add_role_source(app, _granted)

    @app.context_processor
    def values() -> dict[str, Any]:
        return {"actor": current_actor()}
