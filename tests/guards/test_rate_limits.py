"""Guessing and flooding are slowed, and the page says so in words."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from diaspora import create_app
from diaspora.extensions import db, limiter
from tests import factories
from tests.client import CheckedClient
from tests.conftest import settings_for

pytestmark = pytest.mark.own_database

MOST = {"/en/login": 10, "/en/signup": 20, "/en/password/forgotten": 5, "/en/confirm/x": 10}


@pytest.fixture
def limited(tmp_path: Path, worker: str) -> Iterator[Flask]:
    """A site that counts. The limiter is one for the process: it is left as it was found."""
    counted = limiter.enabled
    app = create_app(
        settings_for(tmp_path, f"sqlite:///{tmp_path / 'x.sqlite'}", rate_limits=True), testing=True
    )
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = CheckedClient
    with app.app_context():
        db.create_all()
        limiter.reset()
        yield app
        limiter.reset()
        limiter.enabled = counted
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize(("path", "most"), MOST.items())
def test_a_form_that_can_be_abused_stops_answering(limited: Flask, path: str, most: int) -> None:
    client = limited.test_client()
    data = {"email": "somebody@example.org", "password": "short"}
    answers = [client.post(path, data=data) for _ in range(most + 1)]
    assert [a.status_code for a in answers[:most]].count(429) == 0
    assert answers[most].status_code == 429
    assert "Wait a few minutes" in answers[most].get_data(as_text=True)
    assert client.get(path).status_code == 200, "reading the page is not what is slowed"


def test_drafts_are_counted_by_account_and_not_by_network(limited: Flask) -> None:
    """Everybody at a university may have one address there."""
    address, codes = "/en/account/drafts/some.form", []
    first, second = limited.test_client(), limited.test_client()
    assert isinstance(first, CheckedClient)
    assert isinstance(second, CheckedClient)
    first.sign_in(factories.account())
    second.sign_in(factories.account())
    for _ in range(121):
        codes.append(first.post(address, data={"words": "a"}).status_code)
    assert codes[-1] == 429
    assert second.post(address, data={"words": "a"}).status_code == 200
