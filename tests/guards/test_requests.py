"""What holds for every request: CSRF, headers, reading never writes, addresses, errors."""

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from diaspora import create_app
from diaspora.accounts.models import Account
from diaspora.extensions import csrf, db
from diaspora.platform.web import WriteWhileReading
from tests import factories
from tests.client import CheckedClient
from tests.conftest import settings_for
from tests.guards.test_access import endpoints

OUTSIDE = {"/", "/healthz", "/sitemap.xml", "/robots.txt", "/favicon.ico"}


def test_every_page_lives_under_a_language(app: Flask) -> None:
    outside = {r.rule for r in app.url_map.iter_rules() if not r.rule.startswith("/<lang:lang>/")}
    assert outside == {*OUTSIDE, "/static/<path:filename>", "/bootstrap/static/<path:filename>"}


def test_no_address_holds_a_guessable_number(app: Flask) -> None:
    kinds = {type(c).__name__ for r in app.url_map.iter_rules() for c in r._converters.values()}
    assert kinds <= {
        "LanguageConverter",
        "UUIDConverter",
        "UnicodeConverter",
        "PathConverter",
        "AnyConverter",
    }


def test_every_post_without_its_token_is_refused(app: Flask, client: CheckedClient, monkeypatch: Any) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    posts = [(e, a) for e, method, a in endpoints(app) if method == "POST"]
    assert posts
    client.sign_in(factories.account())
    for endpoint, address in posts:
        answer = client.post(address, data={"email": "a@example.org"})
        # access is asked before the token; neither lets an act through
        assert answer.status_code in {400, 403}, endpoint


def test_no_view_is_exempt_from_the_token() -> None:
    assert not csrf._exempt_views
    assert not csrf._exempt_blueprints


def test_a_get_that_writes_is_stopped(app: Flask, client: CheckedClient) -> None:
    account = factories.account()
    with app.test_request_context("/en/"):
        db.session.get_one(Account, account.id).language = "ru"
        with pytest.raises(WriteWhileReading):
            db.session.flush()
        db.session.rollback()
        with pytest.raises(WriteWhileReading):
            db.session.execute(db.update(Account).values(language="ru"))
    with app.test_request_context("/en/", method="POST"):
        db.session.get_one(Account, account.id).language = "ru"
        db.session.flush()


def test_the_monitor_gets_its_answer(client: CheckedClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}


def test_headers_close_what_a_browser_leaves_open(client: CheckedClient) -> None:
    headers = client.get("/en/login").headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.own_database
def test_over_tls_every_cookie_is_this_host_s_alone(tmp_path: Path) -> None:
    site = settings_for(tmp_path, f"sqlite:///{tmp_path / 'x.sqlite'}", base_url="https://punte.example.org")
    app = create_app(site, testing=True)
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        db.create_all()
        account = factories.account()
        db.session.commit()
        client = app.test_client()
        data = {"email": account.email, "password": factories.PASSWORD}
        answers = [
            client.get("/en/login", base_url="https://punte.example.org", headers={"Accept-Language": "ru"}),
            client.post("/en/login", base_url="https://punte.example.org", data=data),
        ]
        cookies = [cookie for answer in answers for cookie in answer.headers.getlist("Set-Cookie")]
        db.session.remove()
        db.engine.dispose()
    assert {cookie.partition("=")[0] for cookie in cookies} == {
        "__Host-diaspora",
        "__Host-diaspora_device",
        "__Host-language",
    }
    for cookie in cookies:
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; ")[1:]), cookie
        assert "Domain" not in cookie
    assert answers[0].headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize(
    ("cookie", "accepted", "language"),
    [
        ("", "", "ro"),
        ("", "ru-RU,ru;q=0.9", "ru"),
        ("", "de", "ro"),
        ("en", "ru", "en"),
        ("xx", "en-GB", "en"),
    ],
)
def test_the_bare_address_leads_into_the_visitors_language(
    client: CheckedClient, cookie: str, accepted: str, language: str
) -> None:
    if cookie:
        client.set_cookie("language", cookie)
    answer = client.get("/", headers={"Accept-Language": accepted} if accepted else {})
    assert answer.headers["Location"] == f"/{language}/"


def test_an_account_s_language_wins_over_the_browser_s(client: CheckedClient) -> None:
    client.sign_in(factories.account(language="ru"))
    assert client.get("/", headers={"Accept-Language": "en"}).headers["Location"] == "/ru/"


def test_a_missing_page_is_a_page_with_advice(client: CheckedClient) -> None:
    answer = client.get("/en/nowhere")
    assert answer.status_code == 404
    assert "There is no such page" in answer.get_data(as_text=True)


def test_a_request_that_is_too_large_is_refused_in_words(client: CheckedClient) -> None:
    answer = client.post("/en/login", data={"email": "x" * 3_000_000, "password": "x"})
    assert answer.status_code == 413
    assert "too large" in answer.get_data(as_text=True)


def test_the_wrong_method_is_answered_in_words(client: CheckedClient) -> None:
    assert client.get("/en/logout").status_code == 405


@pytest.mark.parametrize(
    "text", ["\x00", "‮", "<script>alert(1)</script>", "'\"; --", "x" * 100_000, "🙂" * 1000]
)
def test_hostile_text_in_a_form_is_no_error_of_ours(client: CheckedClient, text: str) -> None:
    for path in ("/en/login", "/en/signup", "/en/password/forgotten"):
        answer = client.post(
            path, data={"email": f"a{text}@example.org", "password": text + "long enough pass"}
        )
        assert answer.status_code in {200, 302}
        assert "<script>alert" not in answer.get_data(as_text=True)


def test_templates_hold_no_inline_script_or_style(app: Flask) -> None:
    # JSON-LD is data that no browser runs
    assert app.template_folder
    loader = app.jinja_env.loader
    assert loader is not None
    for name in loader.list_templates():
        if name.endswith(".html") and not name.startswith(("bootstrap", "base/")):
            source = loader.get_source(app.jinja_env, name)[0]
            wrong = (
                r"\sstyle=|\son[a-z]+=|\|\s*safe\b"
                r'|<script(?![^>]*(?:\bsrc=|type="application/ld\+json"))'
            )
            assert not re.search(wrong, source), name
