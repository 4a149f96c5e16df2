"""The device cookie: which accounts signed in on this browser before. It opens nothing; see `attempts`."""

from typing import TypeVar

from flask import current_app, request
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.wrappers import Response as AnyResponse

from diaspora.accounts import rules, secrets
from diaspora.accounts.attempts import Origin
from diaspora.accounts.models import Account
from diaspora.platform.web import cookie_name

MOST = 5
_A_YEAR = 365 * 24 * 3600

Answer = TypeVar("Answer", bound=AnyResponse)


def origin() -> Origin:
    """Where this request comes from."""
    return Origin(rules.network_of(request.remote_addr), _known())


def remember(response: Answer, account: Account) -> Answer:
    """Let the cookie say that this account signed in here; a new password makes that worthless."""
    known = _known()
    name, _then = known.pop(str(account.id), (secrets.new_token()[:16], ""))
    known[str(account.id)] = (name, secrets.digest(account.password_hash))
    newest = dict(list(known.items())[-MOST:])
    response.set_cookie(
        _cookie(), _signer().dumps(newest), max_age=_A_YEAR, samesite="Lax", httponly=True,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )  # fmt: skip
    return response


def _cookie() -> str:
    return cookie_name("diaspora_device", current_app.config["SESSION_COOKIE_SECURE"])


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="device")


def _known() -> dict[str, tuple[str, str]]:
    try:
        signed = _signer().loads(request.cookies.get(_cookie(), ""))
    except BadData:
        return {}
    return {account: (name, then) for account, (name, then) in signed.items()}
