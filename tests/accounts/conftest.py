"""What the tests of accounts share."""

import pytest
from argon2 import PasswordHasher

from diaspora.accounts import secrets
from tests import factories


@pytest.fixture
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id as everywhere, with parameters that cost little: these tests hash hundreds of times."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(secrets, "_HASHER", hasher)
    monkeypatch.setattr(secrets, "_NOBODY", hasher.hash("nobody has this password"))
    monkeypatch.setattr(factories, "_PASSWORD_HASH", hasher.hash(factories.PASSWORD))
