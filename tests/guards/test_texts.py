"""What is said outside the catalogues is well written, too, and nothing there belongs into them."""

import csv
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment

from diaspora.settings import ROOT
from tests.guards.wording import faults

LANGUAGES = ("ro", "ru")
SPOKEN = {"aria-label", "aria-description", "title", "placeholder", "alt", "label"}
UNTRANSLATED = {"DOI"}
"""What may stand in a template as it is."""

FOR_DEVELOPERS = ROOT / "templates/demonstration/style.html"
TO_OPERATORS = {"cli.py", "commands.py", "importing.py", "settings.py", "demonstration"}
"""What stands in these is read at a terminal, in English."""

WORD = re.compile(r"[^\W\d_]{2,}")
NOT_WORDS = re.compile(r'x0x|https?://\S*|\b[a-z-]+="[^"]*"')
PIECED = re.compile(
    r"""\b(?:_|_l|n?p?gettext)\((?:[^()"']|"[^"]*"|'[^']*'|\([^()]*\))*\)\s*[~+]\s*["'\w]"""
    r"""|["'\w)]\s*[~+]\s*(?:_|_l|n?p?gettext)\("""
    r"""|f["'][^"'\n]*\{_\("""
)
UNSAID = re.compile(
    r"""\b(?:tell|flash|Refused|ValidationError|InputRequired|DataRequired)\(\s*f?["'][^"']*[a-z]{3}"""
    r"""|(?:Field|Line|Paragraph)\(\s*f?["'][^"']*[a-z]{3}"""
    r"""|\b(?:label|description|message)=f?["'][^"']*[a-z]{3} """
)
HAND_MADE = re.compile(r"\}\}\s?%|\|\s*format\(|strftime")
"""A percentage, a number or a date that does not ask the language how it is written."""
SCRIPTED = re.compile(
    r"""(?:textContent|innerText|title|ariaLabel|"aria-label",)\s*=?\s*["'`][^"'`]*[A-Za-z]{3}"""
)
TYPESET = re.compile(r"^\s*[A-ZȘȚĂÂÎА-Я]\w+ \w+|\[\s*[A-Za-zА-Яа-я]{3,}[ \]]", re.M)


class Said(HTMLParser):
    """What a page says beside its expressions: text, and the attributes that are read to somebody."""

    def __init__(self, template: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._raw = False
        self.feed(without_expressions(template))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._raw = tag in {"script", "style"}
        self.found += [value for name, value in attributes if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        self._raw = False

    def handle_data(self, data: str) -> None:
        if not self._raw:
            self.found.append(data)

    @property
    def words(self) -> list[str]:
        said = [" ".join(NOT_WORDS.sub(" ", text).split()) for text in self.found]
        return [text for text in said if WORD.search(text) and text.strip(",;.: ") not in UNTRANSLATED]


def without_expressions(template: str) -> str:
    """The template's own characters; `x0x` where an expression would print."""
    kinds = {"data": None, "variable_begin": "x0x"}
    tokens = Environment(autoescape=True).lex(template)
    return "".join(kinds[kind] or value for _line, kind, value in tokens if kind in kinds)


def templates(*suffixes: str) -> list[Path]:
    return sorted(p for suffix in suffixes for p in (ROOT / "templates").rglob(f"*{suffix}"))


def in_languages(value: Any, language: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a JSON value whose language is known: language, text."""
    if isinstance(value, dict):
        inner = value.get("language") or value.get("text_language") or language
        for name, part in value.items():
            if name not in {"source", "external_id", "employer", "position", "degrees"}:
                yield from in_languages(part, name if name in LANGUAGES else inner)
    elif isinstance(value, list):
        for part in value:
            yield from in_languages(part, language)
    elif isinstance(value, str) and language in LANGUAGES:
        yield language, value


def of_data() -> Iterator[tuple[str, str, str]]:
    """Where it stands, language, text: reference data, demonstration, guides."""
    for table in (ROOT / "diaspora/platform/reference").glob("*.csv"):
        with table.open(encoding="utf-8", newline="") as file:
            for line in csv.DictReader(file):
                yield from (
                    (table.name, language, line[language]) for language in LANGUAGES if language in line
                )
    for data in (ROOT / "diaspora/demonstration/data").glob("*.json"):
        yield from ((data.name, *text) for text in in_languages(json.loads(data.read_text(encoding="utf-8"))))
    for code in (ROOT / "diaspora/demonstration").glob("*.py"):
        for language, text in re.findall(r'"(ro|ru)": "([^"]*)"', code.read_text(encoding="utf-8")):
            yield code.name, language, text
    for guide in ROOT.glob("diaspora/**/texts/*.r[ou].md"):
        text = re.sub(r"\]\([^)]*\)|\{[^}]*\}|`[^`]*`", "", guide.read_text(encoding="utf-8"))
        yield from ((guide.name, guide.suffixes[-2][1:], line) for line in text.splitlines())


def test_data_and_guides_are_well_written() -> None:
    wrong = [
        (found, name, text) for name, lang, text in of_data() if (found := faults(text, lang, foreign=True))
    ]
    assert wrong == []


def test_something_is_read() -> None:
    read = {name.rsplit(".", 1)[-1] for name, _language, _text in of_data()}
    assert read >= {"csv", "json", "py"}
    assert len(templates(".html", ".txt")) > 100


@pytest.mark.parametrize(
    "template",
    sorted({*templates(".html")} - {FOR_DEVELOPERS}),
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_a_page_says_nothing_past_the_catalogue(template: Path) -> None:
    source = template.read_text(encoding="utf-8")
    assert Said(source).words == []
    assert PIECED.findall(source) == []
    assert HAND_MADE.findall(source) == []


@pytest.mark.parametrize("template", templates(".txt"), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_mail_says_nothing_past_the_catalogue(template: Path) -> None:
    source = template.read_text(encoding="utf-8")
    assert WORD.findall(without_expressions(source).replace("x0x", " ")) == []
    assert PIECED.findall(source) == []


def test_code_says_nothing_past_the_catalogue() -> None:
    code = [p for p in (ROOT / "diaspora").rglob("*.py") if not {p.name, p.parent.name} & TO_OPERATORS]
    assert [(p.name, m.group()) for p in code for m in PIECED.finditer(p.read_text(encoding="utf-8"))] == []
    assert [(p.name, m.group()) for p in code for m in UNSAID.finditer(p.read_text(encoding="utf-8"))] == []


def test_scripts_and_letters_say_nothing_themselves() -> None:
    scripts, letters = (ROOT / "static/js").glob("*.js"), (ROOT / "letters").glob("*.typ")
    assert [
        (p.name, m.group()) for p in scripts for m in SCRIPTED.finditer(p.read_text(encoding="utf-8"))
    ] == []
    assert [
        (p.name, m.group()) for p in letters for m in TYPESET.finditer(p.read_text(encoding="utf-8"))
    ] == []


# The guards see what is planted.


@pytest.mark.parametrize(
    "planted",
    [
        "<p>Send it</p>",
        "{% if a %}<p>{{ b }} days</p>{% endif %}",
        '<button aria-label="Close">×</button>',
        '<input placeholder="Your name">',
        '<img alt="{{ name }} as a child" src="/a">',
        '<{{ tag }} class="a">Hidden</{{ tag }}>',
        "{% macro x() %}Trimite{% endmacro %}",
    ],
)
def test_the_guard_sees_words_past_the_catalogue(planted: str) -> None:
    assert Said(planted).words


@pytest.mark.parametrize(
    "good",
    [
        '<p class="lead">{{ _("Send it") }} · 7 × {{ name }}</p>',
        '<a{% if x %} aria-current="page"{% endif %} title="{{ _("Where") }}">{# a note #}</a>',
        "<script>const words = 1;</script>",
        '{% set x = "done" %}<{{ h }} class="h4 big">{{ x }}</{{ h }}>',
    ],
)
def test_the_guard_leaves_other_templates_alone(good: str) -> None:
    assert Said(good).words == []


@pytest.mark.parametrize(
    "planted",
    [
        '{{ _("Page") ~ " 7" }}',
        '{{ name ~ _("and") }}',
        '_("A %(b)s", b=f(x)) + name',
        'f"{_("Page")} 7"',
        '"a" + _l("b")',
    ],
)
def test_the_guard_sees_a_sentence_built_from_pieces(planted: str) -> None:
    assert PIECED.search(planted)


@pytest.mark.parametrize(
    ("guard", "planted"),
    [
        (HAND_MADE, "{{ share }} %"),
        (HAND_MADE, '{{ "%.1f"|format(points) }}'),
        (UNSAID, 'tell("Saved.")'),
        (UNSAID, 'ValidationError(f"Too long: {x}")'),
        (UNSAID, 'Line("Given name")'),
        (SCRIPTED, 'status.textContent = "Saved"'),
        (SCRIPTED, 'x.setAttribute("aria-label", "Open")'),
        (TYPESET, "  Dear colleague, we invite you"),
        (TYPESET, "text(fill: quiet)[Page 1]"),
    ],
)
def test_the_guard_sees_words_in_code(guard: re.Pattern[str], planted: str) -> None:
    assert guard.search(planted)


def test_the_guard_finds_the_language_of_data() -> None:
    value = {
        "title": "a",
        "language": "ru",
        "name": {"ro": "b", "en": "c"},
        "papers": [{"language": "en", "title": "d"}],
    }
    assert ("ru", "a") in list(in_languages(value))
    assert ("ro", "b") in list(in_languages(value))
    assert "d" not in [text for _language, text in in_languages(value)]
