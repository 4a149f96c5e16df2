"""Guessing and flooding are slowed, and the page says so in words."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from diaspora import create_app
from diaspora.extensions import db, limiter
from diaspora.matching import engine_file
from diaspora.platform.audit import AuditEvent
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


def test_reports_from_one_network_are_slowed(limited: Flask) -> None:
    client, address = limited.test_client(), f"/en/placements/{factories.placement().id}/report"
    db.session.remove()
    data = {"kind": "other", "text": "Something."}
    codes = [client.post(address, data=data).status_code for _ in range(11)]
    assert codes == [302] * 10 + [429]
    assert client.get(address).status_code == 200


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


def test_previews_of_the_roster_are_counted_by_account_and_the_limit_is_told_once(
    limited: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An institution shall not find out by many questions what one answer hides."""
    monkeypatch.setattr(engine_file, "at_hand", lambda: None)
    host, lead = factories.institution(), factories.account()
    address, lead_id = f"/en/institution/{factories.institution(lead=lead).id}", lead.id
    client, stranger = limited.test_client(), limited.test_client()
    assert isinstance(client, CheckedClient)
    assert isinstance(stranger, CheckedClient)
    client.sign_in(lead)
    stranger.sign_in(host.memberships[0].account)
    db.session.remove()
    panels = [
        client.post(f"{address}/preview", data={"tasks": "a"}).get_data(as_text=True) for _ in range(62)
    ]
    assert "looked often" not in panels[59]
    assert "looked often" in panels[60]
    page = client.post(f"{address}/placements/new", data={"tasks": "Typed.", "look": "1"}).get_data(
        as_text=True
    )
    assert "looked often" in page, "the button is counted with the script"
    assert "Typed." in page
    told = sa.select(AuditEvent.actor_id).where(AuditEvent.act == "matching.preview_limit")
    assert db.session.scalars(told).all() == [lead_id]
    db.session.remove()
    assert stranger.post(f"{address}/preview", data={"tasks": "a"}).status_code == 404
