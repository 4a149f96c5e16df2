"""Passkeys (WebAuthn): registered, renamed, removed, and shown as the second step.

A challenge is made for one answer and forgotten with it, right or wrong.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import webauthn
from flask import current_app
from flask_babel import lazy_gettext as _l
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from diaspora import SITE_NAME
from diaspora.accounts import second_factor_queries as queries
from diaspora.accounts import second_factor_rules as rules
from diaspora.accounts.models import Account, SignInSession
from diaspora.accounts.second_factor_models import Passkey, SecondStep
from diaspora.accounts.second_factors import after_adding, after_removing
from diaspora.accounts.second_steps import finish, member
from diaspora.extensions import db
from diaspora.platform import audit
from diaspora.platform.access import Actor
from diaspora.platform.refusals import Refused


@dataclass(frozen=True)
class Site:
    """What a passkey is bound to: the site's name in the address bar, and its origin."""

    name: str
    origin: str


def site() -> Site:
    """Taken from BASE_URL, never from what a request says of itself."""
    parts = urlsplit(current_app.extensions["settings"].base_url)
    return Site(parts.hostname or "", f"{parts.scheme}://{parts.netloc}")


def _known(account: Account) -> list[PublicKeyCredentialDescriptor]:
    keys = queries.passkeys_of(account.id)
    return [PublicKeyCredentialDescriptor(id=webauthn.base64url_to_bytes(k.credential_id)) for k in keys]


def _plain(options: Any) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(webauthn.options_to_json(options))
    return plain


def begin_passkey(here: SignInSession) -> dict[str, Any]:
    """What the browser needs to make a passkey; the challenge waits in the session's row."""
    options = webauthn.generate_registration_options(
        rp_id=site().name,
        rp_name=SITE_NAME,
        user_name=here.account.email,
        user_id=here.account_id.bytes,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_known(here.account),
    )
    here.challenge = bytes_to_base64url(options.challenge)
    return _plain(options)


def add_passkey(here: SignInSession, name: str, credential: str, actor: Actor, now: datetime) -> list[str]:
    """Keep the passkey that the browser made. Gives new recovery codes, if there were none.

    Raises Refused where the browser's answer does not fit the challenge or the site, or there are too many.
    """
    challenge, here.challenge = here.challenge, None
    if len(queries.passkeys_of(here.account_id)) >= rules.MOST_PASSKEYS:
        raise Refused(_l("You have ten passkeys. Remove one that you no longer use."))
    try:
        made = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=webauthn.base64url_to_bytes(challenge or ""),
            expected_rp_id=site().name,
            expected_origin=site().origin,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise Refused(NOT_MADE) from error
    credential_id = bytes_to_base64url(made.credential_id)
    if challenge is None or queries.passkey_is_known(credential_id):
        raise Refused(NOT_MADE)
    key = Passkey(
        account_id=here.account_id,
        name=name,
        credential_id=credential_id,
        public_key=bytes_to_base64url(made.credential_public_key),
        sign_count=made.sign_count,
        created_at=now,
    )
    db.session.add(key)
    db.session.flush()
    audit.record("account.passkey_added", actor, now, key)
    return after_adding(here, now)


NOT_MADE = _l("The passkey could not be made. Try again, or set up an authenticator app.")


def rename_passkey(key: Passkey, name: str, actor: Actor, now: datetime) -> None:
    """Give a passkey the name by which its person knows it."""
    key.name = name
    audit.record("account.passkey_renamed", actor, now, key)


def remove_passkey(here: SignInSession, key: Passkey, actor: Actor, now: datetime) -> None:
    """Take a passkey away."""
    audit.record("account.passkey_removed", actor, now, key)
    db.session.delete(key)
    db.session.flush()
    after_removing(here, now)


def ask_for_passkey(step: SecondStep) -> dict[str, Any]:
    """What the browser needs to show a passkey; the challenge waits in the half-done sign-in."""
    options = webauthn.generate_authentication_options(
        rp_id=site().name,
        allow_credentials=_known(step.account),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    step.challenge = bytes_to_base64url(options.challenge)
    return _plain(options)


def pass_with_passkey(step: SecondStep, credential: str, now: datetime) -> bool:
    """Try a passkey's answer. It cannot be guessed, so nobody waits after a wrong one."""
    challenge, step.challenge = step.challenge, None
    key = _key_of(step, credential) if challenge else None
    if key is None or challenge is None:
        return False
    try:
        shown = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=webauthn.base64url_to_bytes(challenge),
            expected_rp_id=site().name,
            expected_origin=site().origin,
            credential_public_key=webauthn.base64url_to_bytes(key.public_key),
            credential_current_sign_count=key.sign_count,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        audit.record("account.passkey_refused", member(step.account), now, key)
        return False
    key.sign_count, key.last_used_at = shown.new_sign_count, now
    finish(step, "passkey", now)
    return True


def _key_of(step: SecondStep, credential: str) -> Passkey | None:
    """The account's own passkey that an answer names."""
    try:
        named = json.loads(credential)["id"]
    except (ValueError, KeyError, TypeError):
        return None
    return next((key for key in queries.passkeys_of(step.account_id) if key.credential_id == named), None)
