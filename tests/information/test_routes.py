"""The pages that a visitor reads: whole in every language, and honest about what is not known."""

from dataclasses import replace
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask

from diaspora.information import rules
from diaspora.platform.access import VISITOR, Actor, Role
from tests import factories
from tests.client import CheckedClient

PAGES = ["how-it-works", "questions", "privacy", "accessibility", "about", "guides"]
PAGES += [f"guides/{name}" for name in rules.GUIDES]


class Links(HTMLParser):
    """Addresses of all links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found.add(dict(attrs).get("href") or "")


def links(page: str) -> set[str]:
    parser = Links()
    parser.feed(page)
    return parser.found


@pytest.fixture
def operated(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The site as a named operator runs it."""
    settings = app.extensions["settings"].model_copy(
        update={
            "operator_name": "Biroul",
            "operator_email": "scrie@example.org",
            "operator_phone": "+373 22 000 000",
            "operator_registration": "1006601000048",
            "data_protection_contact": "Ana Rusu, date@example.org",
        }
    )
    monkeypatch.setitem(app.extensions, "settings", settings)
    monkeypatch.setitem(app.jinja_env.globals, "settings", settings)
    return settings


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["ro", "ru", "en"])
def test_every_page_is_there_and_its_links_lead_somewhere(
    client: CheckedClient, language: str, path: str
) -> None:
    answer = client.get(f"/{language}/{path}")
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    assert "$" not in page
    for address in links(page):
        if address.startswith("/"):
            assert client.get(urlsplit(address).path).status_code in {200, 302}, address


def test_a_guide_that_does_not_exist_is_not_found(client: CheckedClient) -> None:
    assert client.get("/en/guides/nobody").status_code == 404
    assert client.get("/en/guides/..%2Fprivacy").status_code == 404


def test_what_the_operator_has_not_said_is_said_plainly(client: CheckedClient) -> None:
    about = client.get("/en/about").get_data(as_text=True)
    assert "has not been named yet" in about
    assert about.count("not given yet") == 6
    privacy = client.get("/en/privacy").get_data(as_text=True)
    assert "the operator of this site" in privacy
    assert "mailto:" not in privacy


@pytest.mark.usefixtures("operated")
def test_the_operator_s_contacts_stand_where_they_are_needed(client: CheckedClient) -> None:
    about = client.get("/en/about").get_data(as_text=True)
    assert "not given yet" in about, "the address was not set"
    for told in ("Biroul", "1006601000048", "tel:+37322000000", "Ana Rusu"):
        assert told in about
    assert "mailto:scrie@example.org" in client.get("/ro/questions").get_data(as_text=True)
    assert "Ana Rusu, date@example.org" in client.get("/ru/privacy").get_data(as_text=True)
    assert "mailto:scrie@example.org" in client.get("/en/nowhere").get_data(as_text=True)


@pytest.mark.parametrize(
    ("roles", "guide"),
    [
        ({Role.MEMBER}, ""),
        ({Role.CANDIDATE}, "candidate"),
        ({Role.HOST_EDITOR}, "institution"),
        ({Role.CANDIDATE, Role.HOST_LEAD}, "institution"),
        ({Role.OFFICER, Role.CANDIDATE}, "officer"),
        ({Role.REVIEWER}, "commission"),
        ({Role.FINANCE}, "finance"),
        ({Role.ADMIN}, ""),
    ],
)
def test_everybody_is_led_to_the_guide_of_their_role(roles: set[Role], guide: str) -> None:
    assert rules.guide_of(replace(VISITOR, roles=frozenset(roles))) == guide
    assert rules.guide_of(Actor(None, frozenset({Role.ANYONE}))) == ""


def test_the_footer_links_to_one_s_own_guide(client: CheckedClient) -> None:
    assert "/en/guides/officer" not in client.get("/en/placements").get_data(as_text=True)
    page = client.sign_in(factories.account(Role.OFFICER)).get("/en/placements")
    assert "/en/guides/officer" in page.get_data(as_text=True)


@pytest.mark.parametrize(
    ("path", "accepted", "language", "says"),
    [
        ("/nowhere", "ru", "ru", "Такой страницы"),
        ("/nowhere", "de", "ro", "Această pagină nu există"),
        ("/nowhere", "en-GB", "en", "There is no such page"),
        ("/ro/nowhere", "en", "ro", "Această pagină nu există"),
    ],
)
def test_an_error_page_speaks_the_reader_s_language_and_leads_on(
    client: CheckedClient, path: str, accepted: str, language: str, says: str
) -> None:
    answer = client.get(path, headers={"Accept-Language": accepted})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 404
    assert f'<html lang="{language}">' in page
    assert says in page
    assert {f"/{language}/login", f"/{language}/placements", f"/{language}/guides"} <= links(page)


def test_who_is_refused_is_led_to_their_own_pages(client: CheckedClient) -> None:
    answer = client.sign_in(factories.account()).get("/en/staff")
    assert answer.status_code == 403
    found = links(answer.get_data(as_text=True).split("<main")[1].split("</main>")[0])
    assert "/en/login" not in found
    assert {"/en/", "/en/placements", "/en/guides", "/en/about"} <= found
