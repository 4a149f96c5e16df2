"""Romanian and Russian are complete, current and well written."""

import re
from functools import cache

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from diaspora.settings import ROOT

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")
TAG = re.compile(r"</?\w+[^>]*>")
CEDILLA = re.compile(r"[şţŞŢ]")
MIXED = re.compile(r"[a-zA-Z][а-яА-ЯёЁ]|[а-яА-ЯёЁ][a-zA-Z]")


@cache
def messages() -> set[str | tuple[str, ...]]:
    """Everything that code and templates say, as the site extracts it."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found: set[str | tuple[str, ...]] = set()
    keywords = {**DEFAULT_KEYWORDS, "_l": None}
    for _name, _line, message, _comments, _context in extract_from_dir(
        ROOT, methods, options, keywords, directory_filter=lambda path: "/." not in path
    ):
        found.add(tuple(message) if isinstance(message, tuple | list) else message)
    return found


@cache
def catalog(language: str) -> Catalog:
    with (ROOT / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def translated(language: str) -> list[Message]:
    """Whatever has a translation; that nothing lacks one is a test of its own."""
    return [message for message in catalog(language) if message.id]


def texts(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, tuple | list) else [message.string]


def sources(message: Message) -> list[str]:
    return list(message.id) if isinstance(message.id, tuple | list) else [message.id]


def key(message: Message) -> str | tuple[str, ...]:
    return tuple(message.id) if isinstance(message.id, tuple | list) else message.id


def test_something_is_extracted() -> None:
    assert len(messages()) > 200


@pytest.mark.parametrize("language", ["ro", "ru"])
def test_every_message_is_translated_and_none_is_left_over(language: str) -> None:
    there = {key(message) for message in translated(language)}
    assert messages() - there == set(), "python3 dev.py messages, then translate"
    assert there - messages() == set(), "python3 dev.py messages removes what nobody says any more"
    assert [m.id for m in translated(language) if not all(texts(m))] == []
    assert [m.id for m in translated(language) if m.fuzzy] == []


@pytest.mark.parametrize("language", ["ro", "ru"])
def test_plurals_have_every_form_of_the_language(language: str) -> None:
    plural = [m for m in translated(language) if isinstance(m.id, tuple | list)]
    assert plural
    assert {len(texts(m)) for m in plural} == {catalog(language).num_plurals} == {3}


@pytest.mark.parametrize("language", ["ro", "ru"])
def test_placeholders_and_tags_are_those_of_the_source(language: str) -> None:
    for message in translated(language):
        wanted = {frozenset(PLACEHOLDER.findall(s)) for s in sources(message)}
        allowed = frozenset().union(*wanted)
        for text in filter(None, texts(message)):
            found = frozenset(PLACEHOLDER.findall(text))
            assert found in wanted or (len(sources(message)) > 1 and found <= allowed), message.id
            assert TAG.findall(text) == TAG.findall(sources(message)[-1]), message.id


def test_romanian_is_written_with_commas_not_cedillas() -> None:
    assert [t for m in translated("ro") for t in texts(m) if CEDILLA.search(t)] == []


def test_no_latin_letter_hides_in_a_russian_word() -> None:
    without = [PLACEHOLDER.sub("", t) for m in translated("ru") for t in texts(m)]
    assert [t for t in without if MIXED.search(t)] == []


def test_russian_addresses_people_in_lower_case() -> None:
    wrong = re.compile(r"(?<![.!?…:»]\s)(?<!^)\b(Вы|Вас|Вам|Вами|Ваш\w*)\b")
    assert [t for m in translated("ru") for t in texts(m) if wrong.search(t)] == []


@pytest.mark.parametrize("planted", ["Bucureşti", "ţară"])
def test_the_guard_sees_a_cedilla(planted: str) -> None:
    assert CEDILLA.search(planted)


def test_the_guard_sees_a_latin_letter() -> None:
    latin = "o"
    assert MIXED.search(f"пр{latin}грамма")
