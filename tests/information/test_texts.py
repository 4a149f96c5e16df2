"""The long texts say the same in three languages, and are well written in each."""

import re

import pytest

from diaspora.information import rules, texts
from diaspora.platform.languages import LANGUAGES

NAMES = ["how-it-works", "questions", "privacy", "accessibility", *(f"guide-{name}" for name in rules.GUIDES)]
CEDILLA = re.compile(r"[şţŞŢ]")
MIXED = re.compile(r"[a-zA-Z][а-яА-ЯёЁ]|[а-яА-ЯёЁ][a-zA-Z]")
CAPITAL_YOU = re.compile(r"(?<![.!?…»*]\s)(?<!^)\b(Вы|Вас|Вам|Вами|Ваш\w*)\b", re.MULTILINE)


def written(name: str, language: str) -> str:
    return texts.source(name, language).template


def shape(text: str) -> dict[str, list[str] | int]:
    """What the three languages have in common: headings by level, items, table rows, paragraphs, names."""
    lines = text.splitlines()
    return {
        "headings": [line.split()[0] for line in lines if line.startswith("#")],
        "items": sum(bool(re.match(r"(-|\d+\.) ", line)) for line in lines),
        "rows": sum(line.startswith("|") for line in lines),
        "blocks": len(re.split(r"\n\n+", text.strip())),
        "names": sorted(re.findall(r"\$\w+", text)),
    }


def test_every_file_is_a_page_and_every_page_has_its_files() -> None:
    files = {path.name for path in texts.FOLDER.iterdir()}
    assert files == {f"{name}.{language}.md" for name in NAMES for language in LANGUAGES}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["ro", "ru"])
def test_a_translation_has_the_parts_of_the_original(name: str, language: str) -> None:
    assert shape(written(name, language)) == shape(written(name, "en"))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_begins_with_its_title_and_one_paragraph(name: str, language: str) -> None:
    first, second, third = written(name, language).split("\n\n")[:3]
    assert first.startswith("# ")
    assert not second.startswith(("#", "-", "1."))
    assert third.startswith("## ")
    assert written(name, language).count("\n# ") == 0


@pytest.mark.parametrize("name", NAMES)
def test_the_letters_are_those_of_the_language(name: str) -> None:
    assert not CEDILLA.findall(written(name, "ro"))
    prose = re.sub(r"\$\w+", "", written(name, "ru"))
    assert not MIXED.findall(prose)
    assert not CAPITAL_YOU.findall(re.sub(r"^(- |\d+\. |#+ |\| )?(\*\*)?", "", prose, flags=re.MULTILINE))
    assert not re.findall(r"[а-яА-Я]", written(name, "en") + written(name, "ro"))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_addresses_are_named_never_written_out(name: str, language: str) -> None:
    assert all(target.startswith("$") for target in re.findall(r"\]\(([^)]*)\)", written(name, language)))


def test_html_in_a_text_is_shown_as_text() -> None:
    shown = texts.rendered(
        "# Title\n\nLead.\n\n<script>alert(1)</script>\n\n## Part\n\n[x](javascript:alert(1))"
    )
    assert "<script>" not in shown.body
    assert "href" not in shown.body
    assert (shown.title, shown.sections) == ("Title", (texts.Section("part-1", "Part"),))


@pytest.mark.parametrize("language", LANGUAGES)
def test_candidates_are_told_how_the_ranking_works_and_how_to_leave_it(language: str) -> None:
    # the candidate's first page and the page on privacy link to this part by its number
    part = re.split(r"^## ", written("how-it-works", language), flags=re.MULTILINE)[4]
    assert "$requests" in part
    assert "$profile" in part
    assert "$consents" in part
    assert "$how_it_works#part-4" in written("privacy", language)
