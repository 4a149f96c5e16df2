import xml.etree.ElementTree as ET
from typing import Any

import html5lib
import pytest
from flask import Flask

from diaspora.institutions.rules import InstitutionState
from diaspora.placements.rules import PlacementState
from tests import factories
from tests.client import CheckedClient

NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


@pytest.fixture
def base_url(app: Flask, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(app.extensions["settings"], "base_url", "https://punte.example.org/")
    return "https://punte.example.org"


def listed(client: CheckedClient) -> dict[str, Any]:
    """Every address of the sitemap with its entry."""
    answer = client.get("/sitemap.xml")
    assert answer.mimetype == "application/xml"
    found = ET.fromstring(answer.data).findall("s:url", NAMES)
    return {entry.findtext("s:loc", "", NAMES): entry for entry in found}


def test_the_sitemap_lists_public_pages_in_every_language_and_nothing_else(
    client: CheckedClient, base_url: str
) -> None:
    shown = factories.placement()
    hidden = [
        factories.placement(state=PlacementState.SUBMITTED),
        factories.placement(institution=factories.institution(state=InstitutionState.SUSPENDED)),
    ]
    found = listed(client)
    for language in ("ro", "ru", "en"):
        assert f"{base_url}/{language}/" in found
        entry = found[f"{base_url}/{language}/placements/{shown.id}"]
        others = {link.get("hreflang"): link.get("href") for link in entry.findall("x:link", NAMES)}
        assert others == {
            **{other: f"{base_url}/{other}/placements/{shown.id}" for other in ("ro", "ru", "en")},
            "x-default": f"{base_url}/ro/placements/{shown.id}",
        }
        assert shown.published_at
        assert (entry.findtext("s:lastmod", "", NAMES)).startswith(shown.published_at.date().isoformat())
    for placement in hidden:
        assert not [address for address in found if str(placement.id) in address]
    for part in ("staff", "account", "confirm", "reset", ".atom", ".ics", "demonstration"):
        assert not [address for address in found if part in address], part


def test_every_address_of_the_sitemap_is_a_page_that_names_itself(
    client: CheckedClient, base_url: str
) -> None:
    factories.placement()
    for address in listed(client):
        path = address.removeprefix(base_url)
        answer = client.get(path, headers={"Accept-Language": path[1:3], "Host": "attacker.example.com"})
        assert answer.status_code == 200, address
        assert "attacker" not in answer.get_data(as_text=True), address
        page = html5lib.parse(answer.data, namespaceHTMLElements=False)
        links = {(e.get("rel"), e.get("hreflang")): e.get("href") for e in page.iter("link")}
        assert links["canonical", None] == address
        assert {links["alternate", language] for language in ("ro", "ru", "en")} >= {address}
        metas = {e.get("name") or e.get("property"): e.get("content") for e in page.iter("meta")}
        assert 30 <= len(metas["description"] or "") <= 400, address
        assert metas["og:title"] == "".join(page.find(".//h1").itertext()).strip(), address


def test_a_page_that_is_not_for_everybody_has_no_address_for_search_engines(client: CheckedClient) -> None:
    page = client.get("/en/password/forgotten").get_data(as_text=True)
    assert "canonical" not in page
    assert "hreflang" in page  # the reader's own choice of language


def test_a_description_keeps_quotes_and_tags_in_their_attribute(client: CheckedClient) -> None:
    post = factories.placement(
        title='A "quoted" <b>title</b> & more', summary='He said "now" <script>x</script>'
    )
    page = html5lib.parse(client.get(f"/en/placements/{post.id}").data, namespaceHTMLElements=False)
    metas = {e.get("name") or e.get("property"): e.get("content") for e in page.iter("meta")}
    assert '"now"' in (metas["description"] or "")
    assert (metas["og:title"] or "").startswith('A "quoted"')


def test_robots_keep_out_of_what_needs_an_account(client: CheckedClient, base_url: str) -> None:
    lines = client.get("/robots.txt").get_data(as_text=True).splitlines()
    assert {"Disallow: /*/staff/", "Disallow: /*/account/", "Disallow: /*/account$"} <= set(lines)
    assert not [line for line in lines if "placements" in line]
    assert f"Sitemap: {base_url}/sitemap.xml" in lines


def test_a_demonstration_is_read_but_never_listed(
    app: Flask, client: CheckedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.extensions["settings"], "demonstration", True)
    robots = client.get("/robots.txt")
    assert "Disallow" not in robots.get_data(as_text=True)
    assert robots.headers["X-Robots-Tag"] == "noindex"
    assert "Sitemap" not in robots.get_data(as_text=True)


def test_the_icon_is_found_where_browsers_look(client: CheckedClient) -> None:
    answer = client.get("/favicon.ico", follow_redirects=True, buffered=True)
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
