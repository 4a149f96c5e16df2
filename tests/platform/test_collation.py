"""Names stand where a reader of the language looks for them."""

import unicodedata
from itertools import pairwise

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from diaspora.platform import reference
from diaspora.platform.collation import in_order, sort_key
from diaspora.platform.languages import speaking

ALPHABETS = {
    "ro": "a ă â b c d e f g h i î j k l m n o p q r s ș t ț u v w x y z",
    "ru": "а б в г д е ё ж з и й к л м н о п р с т у ф х ц ч ш щ ъ ы ь э ю я",
    "en": "a b c d e f g h i j k l m n o p q r s t u v w x y z",
}
LANGUAGES = sorted(ALPHABETS)
NAMES = st.text(st.sampled_from("aăâáåbBIiîsșşSȘtțzбеЕёЁжий яłøæß -’19日\u0301"), max_size=6)


@pytest.mark.parametrize("language", LANGUAGES)
@given(data=st.data())
def test_words_stand_as_their_letters_stand_in_the_alphabet(language: str, data: st.DataObject) -> None:
    alphabet = ALPHABETS[language].split()
    words = data.draw(st.lists(st.text(st.sampled_from(alphabet), min_size=1)))
    by_alphabet = sorted(words, key=lambda word: [alphabet.index(letter) for letter in word])
    assert in_order(words, language=language) == by_alphabet


@pytest.mark.parametrize("language", LANGUAGES)
@given(names=st.lists(NAMES))
def test_the_order_is_total_and_does_not_depend_on_how_the_names_came(
    language: str, names: list[str]
) -> None:
    ordered = in_order(names, language=language)
    assert in_order(reversed(names), language=language) == ordered
    for one, other in pairwise(ordered):
        assert sort_key(one, language) < sort_key(other, language) or one == other


@pytest.mark.parametrize("language", LANGUAGES)
@given(name=NAMES, other=NAMES)
def test_capitals_and_how_accents_are_stored_change_nothing_between_names(
    language: str, name: str, other: str
) -> None:
    def letters(text: str) -> tuple[int, ...]:
        return sort_key(text, language)[0]

    assert letters(name) == letters(name.upper()) == letters(unicodedata.normalize("NFD", name))
    assert (letters(name) < letters(other)) == (letters(name.upper()) < letters(other.upper()))


@given(names=st.lists(NAMES))
def test_equal_names_stay_as_they_came(names: list[str]) -> None:
    numbered = list(enumerate(names * 2))
    for one, other in pairwise(in_order(numbered, key=lambda item: item[1], language="ro")):
        assert one[1] != other[1] or one[0] < other[0]


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("ro", ["Africa", "Azi", "Ănuța", "Âna", "Banat", "Iz", "Îl", "Jar"]),
        ("ro", ["Soroca", "Șoldănești", "Ștefan", "Tu", "Țară"]),
        ("en", ["Åland", "Albania", "Angola", "Łódź", "Lund", "São Tomé", "Saudi", "Șoldănești", "Soroca"]),
        ("ru", ["Европа", "Ель", "Ёж", "Ёлка", "Жан", "Индия", "Йемен", "Я", "Zürich"]),
        ("ro", ["(fără nume)", "2 mai", "Cahul", "Iași", "Бельцы", "日本"]),
        ("en", ["New York", "New-Zealand", "Newark", "Oe", "Ørsted"]),
    ],
)  # fmt: skip
def test_examples_that_a_person_would_look_up(language: str, names: list[str]) -> None:
    assert in_order(reversed(names), language=language) == names


def test_the_old_cedilla_stands_with_the_comma() -> None:
    assert in_order(["Ţ", "Tz", "Şa", "Sz"], language="ro") == ["Sz", "Şa", "Tz", "Ţ"]


def test_lists_of_countries_and_languages_are_in_the_reader_s_order(app: Flask) -> None:
    for language in LANGUAGES:
        with app.app_context(), speaking(language):
            for names in (reference.countries(), reference.languages(), reference.districts()):
                assert list(names.values()) == in_order(names.values(), language=language)
    with app.app_context(), speaking("ro"):
        districts = list(reference.districts().values())
        assert districts.index("Sîngerei") < districts.index("Șoldănești") < districts.index("Ștefan Vodă")
        assert districts.index("Ștefan Vodă") < districts.index("Taraclia")
