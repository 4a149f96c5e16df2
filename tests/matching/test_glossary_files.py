from pathlib import Path

import pytest

from diaspora.matching import glossary_files
from diaspora.matching.glossary_files import UnusableTerms

TMX = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4">
  <header creationtool="x" srclang="en" datatype="plaintext" segtype="phrase" adminlang="en" o-tmf="x"
    creationtoolversion="1"/>
  <body>
    <tu>
      <tuv xml:lang="en-GB"><seg>soil <bpt i="1">&lt;b&gt;</bpt>erosion<ept i="1">&lt;/b&gt;</ept></seg></tuv>
      <tuv xml:lang="ro"><seg>eroziunea
        solului</seg></tuv>
      <tuv xml:lang="fr"><seg>érosion du sol</seg></tuv>
    </tu>
    <tu>
      <tuv xml:lang="en"><seg>alone</seg></tuv>
      <tuv xml:lang="fr"><seg>seul</seg></tuv>
    </tu>
  </body>
</tmx>
"""

SKOS = """<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:s="http://www.w3.org/2004/02/skos/core#">
  <s:Concept rdf:about="http://example.org/1">
    <s:prefLabel xml:lang="en">vineyard</s:prefLabel>
    <s:prefLabel xml:lang="ro">podgorie</s:prefLabel>
    <s:prefLabel xml:lang="ru">виноградник</s:prefLabel>
    <s:altLabel xml:lang="ro">vie</s:altLabel>
    <s:definition xml:lang="en">where vines grow</s:definition>
  </s:Concept>
  <rdf:Description rdf:about="http://example.org/2">
    <s:prefLabel xml:lang="en">cellar</s:prefLabel>
    <s:prefLabel xml:lang="ru">погреб</s:prefLabel>
  </rdf:Description>
</rdf:RDF>
"""

LAUGHS = """<?xml version="1.0"?>
<!DOCTYPE tmx [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>
<tmx version="1.4"><body><tu><tuv xml:lang="en"><seg>&b;</seg></tuv></tu></body></tmx>
"""

THIEF = """<?xml version="1.0"?>
<!DOCTYPE tmx [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<tmx version="1.4"><body><tu><tuv xml:lang="en"><seg>&a;</seg></tuv></tu></body></tmx>
"""

NAMELESS = """<?xml version="1.0"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4"><body><tu><tuv xml:lang="en"><seg>a &laugh; b</seg></tuv></tu></body></tmx>
"""


def rows(folder: Path, name: str, content: str) -> list[tuple[int, tuple[str, str, str]]]:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return [(row.line, row.term) for row in glossary_files.read(path)]


def test_a_csv_file_is_read_with_its_lines(tmp_path: Path) -> None:
    found = rows(tmp_path, "x.csv", 'ru,en,ro\nпочва,soil,sol\n\n"две\nстроки",two lines,\n')
    assert found == [(2, ("soil", "sol", "почва")), (4, ("two lines", "", "две\nстроки"))]


def test_a_csv_file_of_a_spreadsheet_is_read(tmp_path: Path) -> None:
    assert rows(tmp_path, "x.csv", "\ufeffen;ro;ru\nsoil;sol;почва\n") == [(2, ("soil", "sol", "почва"))]


def test_every_wrong_line_of_a_csv_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableTerms) as refused:
        rows(tmp_path, "x.csv", "en,ro,ru\na,b\nsoil,sol,почва\na,b,c,d\n")
    assert refused.value.faults == ("line 2: has 2 cells in place of 3", "line 4: has 4 cells in place of 3")
    with pytest.raises(UnusableTerms, match="line 1: the columns must be en, ro and ru"):
        rows(tmp_path, "y.csv", "soil,sol,почва\n")


def test_a_translation_memory_is_read_without_codes_and_other_languages(tmp_path: Path) -> None:
    assert rows(tmp_path, "x.tmx", TMX) == [(7, ("soil erosion", "eroziunea solului", ""))]


def test_a_thesaurus_gives_preferred_and_alternative_labels(tmp_path: Path) -> None:
    assert rows(tmp_path, "x.rdf", SKOS) == [
        (3, ("vineyard", "podgorie", "виноградник")),
        (3, ("vineyard", "vie", "виноградник")),
        (10, ("cellar", "", "погреб")),
    ]


@pytest.mark.parametrize("content", [LAUGHS, THIEF, NAMELESS])
def test_entities_are_refused_and_nothing_else_is_read(tmp_path: Path, content: str) -> None:
    with pytest.raises(UnusableTerms, match=r"line [23]: has entities of its own"):
        rows(tmp_path, "x.tmx", content)


def test_what_is_no_xml_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(UnusableTerms, match="line 2: is not XML"):
        rows(tmp_path, "x.tmx", "<tmx>\n<body></tmx>")
    with pytest.raises(UnusableTerms, match="the root must be tmx or rdf:RDF, and is html"):
        rows(tmp_path, "x.xml", "<html></html>")


def test_segments_in_strange_places_are_no_terms(tmp_path: Path) -> None:
    assert rows(tmp_path, "x.tmx", "<tmx><seg>a</seg><tuv><seg>b</seg></tuv></tmx>") == []


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableTerms, match="must end in"):
        rows(tmp_path, "x.txt", "a")
    (tmp_path / "x.csv").write_bytes(b"en,ro,ru\n\xff,a,b\n")
    with pytest.raises(UnusableTerms, match="is not UTF-8 text"):
        glossary_files.read(tmp_path / "x.csv")


@pytest.mark.parametrize("encoding", ["shift_jis", "no-such-one", "utf-7"])
def test_an_encoding_that_cannot_be_read_is_told(tmp_path: Path, encoding: str) -> None:
    with pytest.raises(UnusableTerms, match="line 1: is"):
        rows(tmp_path, "x.tmx", f'<?xml version="1.0" encoding="{encoding}"?><tmx><body/></tmx>')


@pytest.mark.parametrize("name", ["x.csv", "x.tmx"])
def test_a_file_without_end_is_refused_before_it_is_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with path.open("wb") as file:
        file.truncate(glossary_files.LARGEST + 1)
    with pytest.raises(UnusableTerms, match="larger than 100 MB"):
        glossary_files.read(path)


def test_ten_thousand_levels_of_xml_are_read_like_any_other(tmp_path: Path) -> None:
    deep = "<x>" * 10_000 + "</x>" * 10_000
    assert rows(tmp_path, "x.tmx", f"<tmx>{deep}</tmx>") == []


def test_an_archive_is_no_csv_file_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(b"PK\x03\x04" + bytes(range(128, 256)) * 100)
    with pytest.raises(UnusableTerms, match="is not UTF-8 text"):
        glossary_files.read(tmp_path / "x.csv")
