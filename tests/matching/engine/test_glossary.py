"""The glossary's files: every row whole, once, and in the right letters."""

import re
from collections import Counter

import pytest

from diaspora.matching.engine.glossary import FOLDER, HEAD, own, read

FILES = sorted(FOLDER.glob("*.csv"))
CEDILLA = re.compile("[şţŞŢ]")
CYRILLIC = re.compile("[\u0400-\u04ff]")
LATIN_RUN = re.compile("[a-zăâîșț]{4,}")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_rows_are_whole_and_in_the_right_letters(path):
    for row in read(path):
        assert len(row) == len(HEAD), row
        assert all(cell and cell == " ".join(cell.split()) for cell in row), row
        english, romanian, russian = row
        assert not CYRILLIC.search(english + romanian), row
        assert CYRILLIC.search(russian) or not LATIN_RUN.search(russian), row
        assert not CEDILLA.search(romanian), f"{row}: ș and ț are written with a comma"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_row_stands_twice_in_a_file(path):
    twice = [
        row
        for row, count in Counter(tuple(c.casefold() for c in row) for row in read(path)).items()
        if count > 1
    ]
    assert twice == []


@pytest.mark.own_glossary
def test_the_files_are_read_whole():
    rows = {row for path in FILES for row in read(path)}
    assert len(own().rows) == len(rows)
    assert len(own().rows) >= 12_000
