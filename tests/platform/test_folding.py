"""Words meet in one form, whatever they are written with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diaspora.platform.folding import beginnings, folded

RUSSIAN = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
WORDS = st.text(st.sampled_from(RUSSIAN + "abcdefghijklmnopqrstuvwxyzăâîșşțţ"), min_size=1, max_size=20)


@given(st.text())
def test_what_is_folded_stays_as_it_is(text: str) -> None:
    once = folded(text)
    assert folded(once) == once


@given(st.text())
def test_only_plain_words_with_one_space_between_are_left(text: str) -> None:
    assert set(folded(text)) <= set("abcdefghijklmnopqrstuvwxyz0123456789 ")
    assert folded(text) == " ".join(folded(text).split())


@given(WORDS)
def test_case_and_the_two_ways_to_write_a_letter_make_no_difference(word: str) -> None:
    assert folded(word.upper()) == folded(word)
    assert folded(word.replace("ș", "ş").replace("ț", "ţ")) == folded(word)
    assert folded(word.replace("ё", "е")) == folded(word)


@given(st.text(st.sampled_from("абвгдежзиклмнопрстуфцчшэюя"), min_size=1, max_size=12), st.data())
def test_the_beginning_of_a_word_is_found_in_it(word: str, data: st.DataObject) -> None:
    beginning = word[: data.draw(st.integers(1, len(word)))]
    assert folded(word).startswith(folded(beginning))
    assert all(folded(word).startswith(sought) for sought in beginnings(beginning))


@given(WORDS, WORDS)
def test_words_stay_apart(one: str, other: str) -> None:
    sought = folded(f"{one}, {other}").split()
    assert sought == [*folded(one).split(), *folded(other).split()]


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("почва", "pochva"),
        ("Щит", "shchit schit"),
        ("защита", "zashchita zaschita"),
        ("химия", "khimiya himia himija khimiia"),
        ("центр", "tsentr centr"),
        ("жизнь", "zhizn zhizn' jizn"),
        ("журнал", "zhurnal jurnal"),
        ("самолёт", "самолет samolet"),
        ("йод", "yod iod jod"),
        ("районный", "rayonnyy raionnyi rajonnyj rayonnyi"),
        ("юг", "yug iug jug"),
        ("почвоведение я", "pochvovedenie ya|pochvovedenie ia|pochvovedenie ja"),
        ("эрозия", "erozia eroziya erozija"),
        ("климат", "climat klimat"),
        ("Экология", "ecologia ekologiya"),
        ("Școală", "scoala şcoală SCOALA"),
        ("Ţară", "țara tara"),
        ("Straße", "strasse"),
        ("объект", "ob'ekt obekt"),
    ],
)
def test_common_spellings_meet(written: str, typed: str) -> None:
    for spelling in typed.split("|") if "|" in typed else typed.split():
        assert folded(spelling) == folded(written), spelling


@pytest.mark.parametrize(
    ("sought", "text"),
    [
        ("eroziune", "Eroziunea solului"),
        ("eroziunea", "eroziune"),
        ("почвы", "почва"),
        ("эрозия", "эрозии почв"),
        ("pochvy", "почва"),
        ("plant", "plants"),
        ("agric", "agriculture"),
        ("soc", "social"),
    ],
)
def test_beginnings_without_their_ending_are_found(sought: str, text: str) -> None:
    for word in beginnings(sought):
        assert f" {word}" in f" {folded(text)}"


def test_different_words_stay_different() -> None:
    words = folded("sol soil apa water vin wine почва вода вино хлеб climat clima sănătate educație").split()
    assert len(set(words)) == 14
    assert folded("2011") != folded("201")
    assert folded("«»–%") == ""
