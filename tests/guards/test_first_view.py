"""What a visitor on a slow line waits for, and that all of it comes from here."""

import re
from pathlib import Path

import brotli
import html5lib
import pytest
from flask import Flask

from diaspora.platform.static_files import BOOTSTRAP_FILES
from diaspora.settings import ROOT
from tests import factories
from tests.client import CheckedClient, check_page

MOST_BYTES = 100_000


def first_view(client: CheckedClient, path: str) -> dict[str, int]:
    """Compressed size of a page and of each file that it loads, by address."""
    page = client.get(path).data
    loaded = html5lib.parse(page, namespaceHTMLElements=False)
    addresses = {
        *(e.get("href") for e in loaded.iter("link") if e.get("rel") in {"stylesheet", "icon"}),
        *(e.get("src") for tag in ("script", "img") for e in loaded.iter(tag)),
    }
    files = {address: client.get(address, buffered=True).data for address in addresses if address}
    return {address: len(brotli.compress(body, quality=4)) for address, body in {path: page, **files}.items()}


@pytest.mark.parametrize("language", ["ro", "ru", "en"])
def test_the_front_page_with_all_that_it_loads_is_under_100_kb(client: CheckedClient, language: str) -> None:
    for _ in range(6):
        factories.placement()
    sizes = first_view(client, f"/{language}/")
    assert len(sizes) >= 4
    assert sum(sizes.values()) < MOST_BYTES, sizes


def test_stylesheets_and_scripts_ask_no_other_host(app: Flask) -> None:
    theirs = [Path(app.blueprints["bootstrap"].static_folder or "") / name for name in BOOTSTRAP_FILES]
    ours = [*ROOT.glob("static/**/*.css"), *ROOT.glob("static/**/*.js")]
    assert theirs
    assert ours
    for file in (*theirs, *ours):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"url\([\"']?(?:https?:)?//|@import|(?:from|import)\s*\(?[\"'`]https?:", text), (
            file
        )


@pytest.mark.parametrize(
    "planted",
    ['<script src="https://cdn.example.com/x.js"></script>', '<img alt="" src="//example.com/x.png">'],
)
def test_the_test_client_sees_a_request_to_another_host(client: CheckedClient, planted: str) -> None:
    page = client.get("/en/login").get_data(as_text=True)
    check_page(page)
    with pytest.raises(AssertionError, match="another host"):
        check_page(page.replace("</main>", f"{planted}</main>"))
