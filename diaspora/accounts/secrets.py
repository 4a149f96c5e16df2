"""Passwords, tokens and secrets: how they are made, stored and compared."""

import base64
import hashlib
import hmac
import secrets
from functools import lru_cache

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

from diaspora.accounts.passwords import normalised

# RFC 9106 for little memory, above what OWASP asks (46 MiB once, or 19 MiB twice); written out, so that a
# newer library changes it only when somebody decides so
_HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4, hash_len=32, type=Type.ID)
_LIGHT_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _HASHER.hash("nobody has this password")


def new_token() -> str:
    """32 random bytes for a cookie or a link."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is kept of a token: it is random, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def keyed_digest(text: str) -> str:
    """What is kept of something that could be guessed, such as an address: only this site can make it."""
    key = current_app.config["SECRET_KEY"].encode()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]


def hash_password(password: str) -> str:
    """Argon2id of the normalised password."""
    return _HASHER.hash(normalised(password))


def hash_outdated(password_hash: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(password_hash)


def hash_code(code: str) -> str:
    """Argon2id as light as OWASP allows: a recovery code is random, and ten are made at once."""
    return _LIGHT_HASHER.hash(code)


def password_fits(password_hash: str | None, password: str) -> bool:
    """Compare; an unknown account costs as much time as a wrong password."""
    composed = normalised(password)
    # a hash from before passwords were normalised is of what was typed
    return _fits(password_hash, composed) or (composed != password and _fits(password_hash, password))


def _fits(password_hash: str | None, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash or _NOBODY, password) and password_hash is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


@lru_cache(maxsize=256)
def _box(secret_key: str, purpose: str) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=f"diaspora {purpose}".encode()).derive(secret_key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def sealed(text: str, purpose: str) -> str:
    """A secret that has to be read again, encrypted for the database.

    `purpose` is part of the key: what was sealed for one account opens for no other.
    """
    return _box(current_app.extensions["settings"].secret_key, purpose).encrypt(text.encode()).decode()


def unsealed(text: str, purpose: str) -> str | None:
    """What `sealed` was given; None where SECRET_KEY is another one now, or somebody changed the text."""
    try:
        return _box(current_app.extensions["settings"].secret_key, purpose).decrypt(text.encode()).decode()
    except InvalidToken:
        return None
