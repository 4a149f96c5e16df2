"""`python3 dev.py pictures`: the pictures of the README, taken from the demonstration in Chromium."""

import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser

from tests.browser.conftest import INSTALL, Site, browsing, chromium, serving
from tests.browser.people import Person
from tests.conftest import database_for

KEPT = Path(__file__).resolve().parents[2] / "docs" / "img"


class Picture(NamedTuple):
    """Whose screen, in which language, where: a path, then links to follow, each by a part of its address."""

    name: str
    account: str
    language: str
    path: str
    follow: str = ""
    theme: str = "light"
    width: int = 1100
    height: int = 900


PICTURES = [
    Picture("front", "", "en", "/"),
    Picture("placement", "", "ro", "/placements", "/placements/"),
    Picture("home-candidate", "scientist", "en", "/", height=1150),
    Picture("home-institution", "institution", "en", "/"),
    Picture("who-fits", "institution", "ru", "/", "/candidates"),
    Picture("work-list", "officer", "en", "/staff"),
    Picture("figures", "officer", "en", "/staff/figures", theme="dark"),
    Picture("telephone", "graduate", "ru", "/", width=360, height=800),
]


def take(browser: Browser, site: Site, picture: Picture) -> None:
    """Sign in, go there, keep what the screen shows."""
    person = Person(browser, site, picture.language, f"{picture.account}@example.org")
    person.page.set_viewport_size({"width": picture.width, "height": picture.height})
    person.page.emulate_media(color_scheme="dark" if picture.theme == "dark" else "light")
    if picture.account:
        person.sign_in()
    person.go(picture.path)
    if picture.follow:
        person.page.locator(f'main a[href*="{picture.follow}"]').first.click()
        person.page.wait_for_load_state()
    # the banner says on every picture what the caption says once
    person.page.evaluate("document.querySelector('.demonstration-banner')?.remove()")
    person.page.screenshot(path=KEPT / f"{picture.name}.png")
    person.page.context.close()
    print(f"docs/img/{picture.name}.png")


def main() -> None:
    """All of them."""
    executable = chromium()
    if executable is None:
        sys.exit(INSTALL)
    with (
        browsing(executable) as browser,
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder), database_for("pictures", Path(folder))) as site,
    ):
        for picture in PICTURES:
            take(browser, site, picture)


if __name__ == "__main__":
    main()
