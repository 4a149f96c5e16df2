"""Romanian and Russian are complete, current and well written."""

import re
from collections.abc import Iterable
from functools import cache

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from diaspora.settings import ROOT
from tests.guards.wording import PLACEHOLDER, faults

Key = tuple[str | None, str | tuple[str, ...]]
"""A message's context, if it has one, and its words."""

TAG = re.compile(r"</?\w+[^>]*>")
SAME_IN_ENGLISH = {
    # each is a word of that language, too
    "ro": {"administrator", "curriculum vitae", "Document", "Format", "online", "Text"},
    "ru": set[str](),
}  # fmt: skip
PIECES = {"%(group)s (%(number)s)", "%(language)s (%(level)s)", "%(filter)s: %(value)s"}
"""Messages without a word that are rightly messages: another language may order them otherwise."""


@cache
def messages() -> set[Key]:
    """Everything that code and templates say, as the site extracts it."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found: set[Key] = set()
    keywords = {**DEFAULT_KEYWORDS, "_l": None}
    for _name, _line, message, _comments, context in extract_from_dir(
        ROOT, methods, options, keywords, directory_filter=lambda path: "/." not in path
    ):
        found.add((context, tuple(message) if isinstance(message, tuple | list) else message))
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


def key(message: Message) -> Key:
    return message.context, tuple(message.id) if isinstance(message.id, tuple | list) else message.id


def misplaced(message: Message) -> bool:
    """Whether a placeholder or a tag is lost, invented or misspelt in the translation."""
    wanted = {frozenset(PLACEHOLDER.findall(source)) for source in sources(message)}
    allowed = frozenset().union(*wanted)
    for text in filter(None, texts(message)):
        found = frozenset(PLACEHOLDER.findall(text))
        # "one place" may leave its number out in one form and not in the other
        if found not in wanted and not (len(sources(message)) > 1 and found <= allowed):
            return True
        if TAG.findall(text) != TAG.findall(sources(message)[-1]):
            return True
        if allowed and "%" in PLACEHOLDER.sub("", text):
            return True
    return False


def english_left(message: Message, language: str) -> bool:
    """Whether nobody translated it, only copied it."""
    return any(
        text == source and len(re.findall("[a-z]", PLACEHOLDER.sub("", text))) > 2
        for text in texts(message)
        for source in sources(message)
        if source not in SAME_IN_ENGLISH[language]
    )


def pieces(sources: Iterable[str]) -> list[str]:
    """Messages that can only be parts of a sentence."""
    return [
        text
        for text in sources
        if text not in PIECES
        and (text != text.strip() or not re.search(r"[^\W\d_]", PLACEHOLDER.sub("", text)))
    ]


def test_something_is_extracted() -> None:
    assert len(messages()) > 200


@pytest.mark.parametrize("language", ["ro", "ru"])
def test_every_message_is_translated_and_none_is_left_over(language: str) -> None:
    there = {key(message) for message in translated(language)}
    assert messages() - there == set(), "python3 dev.py messages, then translate"
    assert there - messages() == set(), "python3 dev.py messages removes what nobody says any more"
    assert [m.id for m in translated(language) if not all(texts(m))] == []
    assert [m.id for m in translated(language) if m.fuzzy] == []
    assert list(catalog(language).obsolete) == []


@pytest.mark.parametrize("language", ["ro", "ru"])
def test_plurals_have_every_form_of_the_language(language: str) -> None:
    plural = [m for m in translated(language) if isinstance(m.id, tuple | list)]
    assert plural
    assert {len(texts(m)) for m in plural} == {catalog(language).num_plurals} == {3}


@pytest.mark.parametrize("language", ["ro", "ru"])
def test_placeholders_and_tags_are_those_of_the_source(language: str) -> None:
    assert [m.id for m in translated(language) if misplaced(m)] == []


@pytest.mark.parametrize("language", ["ro", "ru"])
def test_translations_are_well_written(language: str) -> None:
    wrong = [(found, t) for m in translated(language) for t in texts(m) if (found := faults(t, language))]
    assert wrong == []


@pytest.mark.parametrize("language", ["ro", "ru"])
def test_no_translation_is_the_english_text(language: str) -> None:
    assert [m.id for m in translated(language) if english_left(m, language)] == []


def test_every_message_is_a_whole() -> None:
    said = {
        text for _, message in messages() for text in ([message] if isinstance(message, str) else message)
    }
    assert pieces(sorted(said)) == []


# The guards see what is planted.


@pytest.mark.parametrize(
    ("language", "planted", "fault"),
    [
        ("ro", "Bucureşti", "cedilla"),
        ("ro", "Alegeți \"Trimite\"", "straight quotes"),
        ("ro", "Alegeți “Trimite”", "quotes other than „…” and «…»"),
        ("ro", "pînă mîine", "î within a word"),
        ("ro", "Trimiteți the form", "English"),
        ("ro", "Așteptați...", "three dots for …"),
        ("ru", "про\x67рамма", "a Latin letter in a Cyrillic word, or the other way round"),
        ("ru", "нажмите “Отправить”", "quotes other than «…» and „…“"),
        ("ru", "Мы просим Вас ответить", "Вы in capitals"),
        ("ru", "Ваши данные: черновик ещё виден", "ё, which these texts write as е"),
        ("ru", "Отправьте form", "English"),
        ("ru", "50% мест", "a percent sign without its narrow place"),
        ("ro", "%(share)s %% din locuri", "a percent sign without its narrow place"),
        ("ru", "слово , слово", "a space before a full stop or a comma"),
        ("ro", "un  cuvânt", "two spaces"),
    ],
)  # fmt: skip
def test_the_guard_sees_what_is_badly_written(language: str, planted: str, fault: str) -> None:
    assert fault in faults(planted, language)


@pytest.mark.parametrize(
    ("language", "good"),
    [
        ("ro", "Apăsați „Trimite”, apoi reîncercați: ORCID, 50\xa0% din locuri, neînțeles, https://example.org/the…"),
        ("ru", "Нажмите «Отправить»; вам напишут. Вы увидите ORCID и 50\xa0% мест на %(site)s, всё верно"),
    ],
)  # fmt: skip
def test_the_guard_leaves_good_words_alone(language: str, good: str) -> None:
    assert faults(good, language) == []


@pytest.mark.parametrize(
    ("source", "planted"),
    [
        ("Hello, %(name)s", "Bună, %(nume)s"),
        ("Hello, %(name)s", "Bună"),
        ("Hello, %(name)s", "Bună, %(name) s"),
        ("Hello, %(name)s", "Bună, %(name)s % "),
        ("{count} words", "{numar} cuvinte"),
        ("Read <a>this</a>", "Citiți <b>asta</b>"),
        (("%(num)s place", "%(num)s places"), ("un loc", "%(number)s locuri", "%(num)s de locuri")),
    ],
)  # fmt: skip
def test_the_guard_sees_a_wrong_placeholder(
    source: str | tuple[str, str], planted: str | tuple[str, ...]
) -> None:
    assert misplaced(Message(source, planted))
    assert not misplaced(Message("%(share)s%% of them", "%(share)s\xa0%% din ei"))


def test_the_guard_sees_english_and_pieces() -> None:
    assert english_left(Message("Send the form", "Send the form"), "ro")
    assert not english_left(Message("ORCID", "ORCID"), "ro")
    assert pieces(["of ", "%(a)s – %(b)s", "Whole %(a)s."]) == ["of ", "%(a)s – %(b)s"]


def test_the_guard_tells_two_meanings_of_a_word_apart() -> None:
    assert key(Message("Open", "Deschis", context="state")) != key(Message("Open", "Deschide"))
