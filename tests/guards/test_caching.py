"""Nothing personal is ever kept by a browser or a proxy; what everybody reads may be, for a minute."""

from typing import Any

import pytest
from flask import Flask

from diaspora.information.rules import GUIDES
from diaspora.platform.access import STATIC_FILES, Permission, permission_of
from diaspora.platform.public_pages import is_public
from tests import factories
from tests.client import CheckedClient
from tests.guards.endpoints import ONLY_IN_DEMONSTRATION
from tests.guards.test_access import ASKED, endpoints, sign_in_as

WITHOUT_MARK = {
    # links with a secret, and forms on the way to an account
    "accounts.check_mail",
    "accounts.confirm",
    "accounts.forgotten",
    "accounts.logout",
    "accounts.lost_factors",
    "accounts.report_loss",
    "accounts.reset",
    "accounts.second_step",
    "accounts.second_step_options",
    "accounts.second_step_passkey",
    "accounts.stop_removal",
    "concerns.report",
    "concerns.thanks",
    "credentials.confirm_address",
    "credentials.stop_address",
    "institutions.join",
    "profiles.claim",
    # answers of the moment
    "machines.icon",
    "outside.health",
    "outside.start",
    *ONLY_IN_DEMONSTRATION,
}
"""Endpoints for everybody whose answers are not the same for everybody; a new one is decided here."""


ASKED_EACH_TIME = {
    "home.front",
    "machines.sitemap",
    "placements.deadline",
    "placements.deadlines",
    "placements.feed",
    "placements.index",
    "placements.show",
}
"""Pages with posts: a post of a suspended institution vanishes at once, so no copy is shown unasked."""


def pages(app: Flask) -> list[tuple[str, str]]:
    """(endpoint, address) of everything that can be fetched, a real placement and guide among them."""
    found = [(endpoint, address) for endpoint, method, address in endpoints(app) if method == "GET"]
    shown = f"/en/placements/{factories.placement().id}"
    return [
        *found,
        ("placements.show", shown),
        ("placements.deadline", f"{shown}/deadline.ics"),
        ("information.guide", f"/en/guides/{next(iter(GUIDES))}"),
    ]


def test_every_page_for_everybody_was_decided_about(app: Flask) -> None:
    for_everybody = {
        e for e in app.view_functions if permission_of(app, e) is Permission.READ_PUBLIC_PAGES
    } - STATIC_FILES
    assert {e for e in for_everybody if not is_public(app, e)} == WITHOUT_MARK - ONLY_IN_DEMONSTRATION
    assert {e for e in app.view_functions if is_public(app, e)} <= for_everybody


@pytest.mark.parametrize("role", ASKED[1:])
def test_no_page_of_somebody_signed_in_is_kept(app: Flask, client: CheckedClient, role: Any) -> None:
    sign_in_as(client, role)
    for endpoint, address in pages(app):
        if endpoint == "accounts.logout":
            continue
        answer = client.get(address)
        assert answer.headers["Cache-Control"] == "no-store", f"{role} at {address}"
        assert "ETag" not in answer.headers, f"{role} at {address}"


def test_a_kept_page_of_a_visitor_holds_no_token_and_sets_no_cookie(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    kept = set()
    for endpoint, address in pages(app):
        answer = app.test_client().get(address, headers={"Accept-Language": "en"})
        if answer.headers["Cache-Control"] == "no-store":
            continue
        kept.add(endpoint)
        where = f"{endpoint} at {address}"
        unasked = "no-cache" if endpoint in ASKED_EACH_TIME else "max-age=60"
        assert answer.headers["Cache-Control"] == f"public, {unasked}", where
        assert answer.status_code == 200, where
        assert "Set-Cookie" not in answer.headers, where
        assert "csrf_token" not in answer.get_data(as_text=True), where
        assert {"Cookie", "Accept-Language", "Accept-Encoding"} <= set(answer.vary), where
    # forms carry a token, so the two marked pages with one are never kept
    marked = {endpoint for endpoint in app.view_functions if is_public(app, endpoint)}
    assert kept == marked - {"accounts.login", "accounts.signup"}


def test_a_page_is_sent_again_only_when_it_has_changed(client: CheckedClient) -> None:
    first = client.get("/en/", headers={"Accept-Language": "en"})
    same = client.get("/en/", headers={"Accept-Language": "en", "If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    assert same.headers["Cache-Control"] == "public, no-cache"
    factories.placement()
    other = client.get("/en/", headers={"Accept-Language": "en", "If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


def test_every_compression_of_a_page_has_its_one_name(client: CheckedClient) -> None:
    tags = set()
    for encoding in ("identity", "gzip", "br"):
        headers = {"Accept-Language": "en", "Accept-Encoding": encoding}
        answer = client.get("/en/", headers=headers)
        tags.add(answer.headers["ETag"])
        headers["If-None-Match"] = answer.headers["ETag"]
        assert client.get("/en/", headers=headers).status_code == 304
    assert len(tags) == 1


def test_a_visitor_with_a_session_is_somebody(app: Flask, client: CheckedClient) -> None:
    with client.session_transaction() as session:
        session["_flashes"] = [("done", "Only for you.")]
    answer = client.get("/en/", headers={"Accept-Language": "en"})
    assert "Only for you." in answer.get_data(as_text=True)
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_language_cookie_is_set_only_for_a_choice_and_the_page_that_sets_it_is_not_kept(
    client: CheckedClient,
) -> None:
    chosen = client.get("/ru/", headers={"Accept-Language": "en"})
    assert "language=ru" in chosen.headers["Set-Cookie"]
    assert chosen.headers["Cache-Control"] == "no-store"
    again = client.get("/ru/", headers={"Accept-Language": "en"})
    assert "Set-Cookie" not in again.headers
    assert again.headers["Cache-Control"] == "public, no-cache"


@pytest.mark.parametrize("path", ["/en/nowhere", "/en/placements/not-one", "/en/logout", "/healthz"])
def test_errors_and_the_monitor_s_answer_are_never_kept(client: CheckedClient, path: str) -> None:
    assert client.get(path).headers["Cache-Control"] == "no-store"


def test_only_pages_for_everybody_may_be_listed_by_search_engines(app: Flask) -> None:
    for endpoint, address in pages(app):
        answer = app.test_client().get(address, headers={"Accept-Language": "en"})
        listed = is_public(app, endpoint) and answer.status_code == 200
        assert answer.headers.get("X-Robots-Tag") == (None if listed else "noindex"), address


@pytest.mark.parametrize(
    ("site", "compressed"), [("cross-site", False), ("same-site", False), ("same-origin", True), ("", True)]
)
def test_what_another_site_asks_for_in_somebody_s_name_is_not_compressed(
    client: CheckedClient, site: str, compressed: bool
) -> None:
    client.sign_in(factories.account())
    headers = {"Accept-Encoding": "br", **({"Sec-Fetch-Site": site} if site else {})}
    answer = client.open("/en/account", headers=headers)
    assert ("Content-Encoding" in answer.headers) is compressed
