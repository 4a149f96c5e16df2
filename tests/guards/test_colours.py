"""Every pair of colours that is used together can be read, in both themes (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re

import pytest

from diaspora.settings import ROOT

STYLE = (ROOT / "static" / "css" / "site.css").read_text()
TEXT, EDGE = 4.5, 3.0

GROUNDS = ("paper", "surface")
INKS = ("ink", "quiet", "wine", "wine-dark", "green", "amber", "blue")
PAIRS = [
    *[(ink, ground, TEXT) for ink in INKS for ground in GROUNDS],
    *[(colour, f"{colour}-pale", TEXT) for colour in ("wine", "green", "amber", "blue")],
    ("wine-dark", "wine-pale", TEXT),
    ("ink", "wine-pale", TEXT),
    ("button-ink", "wine", TEXT),
    ("button-ink", "wine-dark", TEXT),
    ("quiet", "line", TEXT),
    *[("edge", ground, EDGE) for ground in GROUNDS],
]


def tokens(theme: str) -> dict[str, str]:
    """The colours of a theme; what the dark one does not name is as in the light one."""
    light, dark = re.findall(r":root \{(.*?)\n\s*\}", STYLE, re.DOTALL)[:2]
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", light))
    if theme == "dark":
        found |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", dark))
    return found


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1, as WCAG 2.2 defines it."""

    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("colour", "ground", "least"), PAIRS)
def test_a_pair_of_colours_can_be_read(theme: str, colour: str, ground: str, least: float) -> None:
    found = tokens(theme)
    assert contrast(found[colour], found[ground]) >= least


def test_colours_are_named_once_and_used_by_name() -> None:
    for sheet in (ROOT / "static" / "css").glob("*.css"):
        after_tokens = sheet.read_text().split("/* --- type ---", 1)[-1].split("/* --- print ---", 1)[0]
        assert re.findall(r":[^;{}]*#[0-9a-fA-F]{3,8}", after_tokens) == [], sheet.name
