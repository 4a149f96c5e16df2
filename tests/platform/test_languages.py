import os
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from babel.messages.mofile import write_mo

from diaspora.platform import languages, reference
from diaspora.platform.clock import local_day
from diaspora.platform.forms import clean
from diaspora.platform.languages import (
    LANGUAGES,
    compile_stale,
    day,
    localised,
    moment,
    money,
    number,
    percent,
    speaking,
    written,
)


def test_a_moment_is_shown_in_chisinau_s_time() -> None:
    with speaking("en"):
        assert "14:30" in moment(datetime(2027, 7, 1, 11, 30, tzinfo=UTC)) or "2:30" in moment(
            datetime(2027, 7, 1, 11, 30, tzinfo=UTC)
        )


def test_a_deadline_ends_with_the_day_in_chisinau() -> None:
    assert local_day(datetime(2027, 6, 30, 20, 59, tzinfo=UTC)) == date(2027, 6, 30)
    assert local_day(datetime(2027, 6, 30, 21, 1, tzinfo=UTC)) == date(2027, 7, 1)


@pytest.mark.parametrize(
    ("language", "said"), [("ro", "3.000,50 MDL"), ("ru", "3 000,50 MDL"), ("en", "MDL 3,000.50")]
)
def test_money_is_written_as_the_language_does(language: str, said: str) -> None:
    with speaking(language):
        assert " ".join(money(Decimal("3000.50"), "MDL").split()) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [("ro", "1 februarie 2027"), ("ru", "1 февраля 2027 г."), ("en", "1 February 2027")],
)
def test_days_are_written_as_the_language_does(language: str, said: str) -> None:
    with speaking(language):
        assert " ".join(day(date(2027, 2, 1)).split()) == said


def test_a_missing_text_falls_back_to_romanian_then_to_any() -> None:
    with speaking("ru"):
        assert localised({"ro": "a", "ru": "б"}) == "б"
        assert localised({"ro": "a", "en": "b"}) == "a"
        assert localised({"en": "b"}) == "b"
        assert localised({}) == ""


def test_two_processes_that_compile_at_once_do_not_write_into_one_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "ro" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source = folder / "messages.po"
    source.write_text('msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n')
    opened: list[int] = []

    def slowly(file: Any, catalog: Any) -> None:
        opened.append(os.fstat(file.fileno()).st_ino)
        if len(opened) == 1:
            compile_stale(tmp_path)
            assert source.with_suffix(".mo").stat().st_ino == opened[1]
        write_mo(file, catalog)

    monkeypatch.setattr(languages, "write_mo", slowly)
    compile_stale(tmp_path)
    assert len(set(opened)) == 2
    assert sorted(file.name for file in folder.iterdir()) == ["messages.mo", "messages.po"]


def test_a_changed_translation_is_compiled_and_a_fresh_one_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "ro" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source = folder / "messages.po"
    source.write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "a"\nmsgstr "ț"\n'
    )
    compile_stale(tmp_path)
    target = source.with_suffix(".mo")
    first = target.stat().st_mtime_ns
    compile_stale(tmp_path)
    assert target.stat().st_mtime_ns == first
    os.utime(source, (time.time() + 5, time.time() + 5))
    compile_stale(tmp_path)
    assert target.stat().st_mtime_ns != first


@pytest.mark.parametrize("language", LANGUAGES)
def test_reference_tables_are_whole_in_every_language(language: str) -> None:
    with speaking(language):
        assert len(reference.districts()) == 37
        assert len(reference.fields_of_research()) == 42
        assert len(reference.countries()) == len(reference.country_codes())
        assert all(reference.levels().values())
        assert all(reference.fields_of_research().values())


def test_names_are_sorted_by_the_language_not_by_code_points() -> None:
    with speaking("ro"):
        names = list(reference.countries().values())
        # under code points these would stand after Z
        assert names.index("Țările de Jos") < names.index("Uganda")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("  a\x00b ", "ab"), ("s\u0326", "\u0219"), ("a\r\nb", "a\nb"), (None, None)],
)
def test_typed_text_is_cleaned(typed: str | None, kept: str | None) -> None:
    assert clean(typed) == kept


@pytest.mark.parametrize(
    ("language", "share", "large"),
    [("ro", "12\xa0%", "1.234,5"), ("ru", "12\xa0%", "1\xa0234,5"), ("en", "12%", "1,234.5")],
)
def test_shares_and_numbers_are_written_as_the_language_does(language: str, share: str, large: str) -> None:
    with speaking(language):
        assert percent(0.123) == share
        assert number(1234.5, 1) == large
        assert number(Decimal("0.4")) == "0"


def test_what_people_wrote_says_its_language_and_an_unknown_one_is_not_guessed() -> None:
    with speaking("ru"):
        assert written("Sol & apă", "ro") == '<span lang="ro">Sol &amp; apă</span>'
        assert written("<b>") == '<span lang="">&lt;b&gt;</span>'
        assert written("") == written({}) == ""
        assert written({"ro": "Muzeu", "ru": "Музей"}) == "Музей"
        assert written({"ro": "Muzeu"}) == '<span lang="ro">Muzeu</span>'
