"""Terms from files: CSV, TMX 1.4 and SKOS as RDF/XML. Only reading; what a term may be, the service says.

XML is read as it comes, and a file that declares or uses entities of its own is refused: they can grow
without end, or ask for other files. The address of a DTD is allowed and never fetched.
"""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from diaspora.matching.engine.glossary import HEAD as LANGUAGES
from diaspora.matching.records import Term

_XML = "http://www.w3.org/XML/1998/namespace "
_SKOS = "http://www.w3.org/2004/02/skos/core# "
_RDF_ROOT = "http://www.w3.org/1999/02/22-rdf-syntax-ns# RDF"
_CODES = frozenset({"bpt", "ept", "it", "ph", "ut"})
"""Inside a TMX segment: codes of some editor, no words."""
_CHUNK = 2**16
LARGEST = 100 * 10**6
"""Bytes of a file: a thesaurus of a hundred thousand concepts is smaller."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Row:
    """A term as the file has it, and the line where it begins."""

    line: int
    term: Term


class UnusableTerms(Exception):
    """The file cannot be imported; `faults` are lines for whoever called."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def read(path: Path, progress: Progress | None = None) -> list[Row]:
    """Every term of a file that has at least two of the three languages. Raises UnusableTerms."""
    try:
        if path.stat().st_size > LARGEST:
            raise UnusableTerms(f"{path}: is larger than {LARGEST // 10**6} MB; import it in parts")
        if path.suffix.lower() == ".csv":
            return list(_csv_rows(path))
        if path.suffix.lower() in {".tmx", ".xml", ".rdf", ".skos"}:
            return _XmlTerms(progress).read(path)
    except OSError as error:
        raise UnusableTerms(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise UnusableTerms(f"{path}: is not UTF-8 text") from error
    raise UnusableTerms(f"{path}: must end in .csv, .tmx, .rdf, .skos or .xml")


def _csv_rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        head = file.readline()
        # spreadsheets of people who write decimals with a comma put semicolons between cells
        mark = ";" if head.count(";") > head.count(",") else ","
        columns = [name.strip().strip('"').lower() for name in head.split(mark)]
        if sorted(columns) != sorted(LANGUAGES):
            raise UnusableTerms(f"line 1: the columns must be en, ro and ru, and are: {head.strip()[:80]}")
        rows = csv.reader(file, delimiter=mark, strict=True)
        begins, faults = 2, []
        try:
            for cells in rows:
                if any(cell.strip() for cell in cells):
                    if len(cells) == len(columns):
                        by_language = dict(zip(columns, cells, strict=True))
                        yield Row(begins, _term(by_language))
                    else:
                        faults.append(f"line {begins}: has {len(cells)} cells in place of 3")
                begins = rows.line_num + 2
        except csv.Error as error:
            faults.append(f"line {begins}: {error}")
        if faults:
            raise UnusableTerms(*faults)


@dataclass
class _XmlTerms:
    """Reads TMX or SKOS, whichever the root says, without holding the file in memory."""

    progress: Progress | None
    rows: list[Row] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    preferred: list[dict[str, str]] = field(default_factory=list)
    others: list[dict[str, list[str]]] = field(default_factory=list)
    language: str = ""
    text: list[str] = field(default_factory=list)

    def read(self, path: Path) -> list[Row]:
        """All terms of the file."""
        self.parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.EntityDeclHandler = self._entity
        parser.SkippedEntityHandler = self._entity
        size, done = path.stat().st_size, 0
        try:
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    parser.Parse(chunk, False)
                    done += len(chunk)
                    if self.progress:
                        self.progress(done, size)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            why = expat.ErrorString(error.code)
            raise UnusableTerms(f"line {error.lineno}: is not XML ({why})") from error
        except (LookupError, ValueError) as error:
            # the encoding that the file itself names
            raise UnusableTerms(
                f"line 1: is in an encoding that cannot be read ({error}); use UTF-8"
            ) from error
        return self.rows

    def _entity(self, *_what: object) -> None:
        line = self.parser.CurrentLineNumber
        raise UnusableTerms(f"line {line}: has entities of its own; write them out, then import again")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if not self.path and name not in {"tmx", _RDF_ROOT}:
            raise UnusableTerms(f"line 1: the root must be tmx or rdf:RDF, and is {name.split(' ')[-1]}")
        self.path.append(name)
        self.lines.append(self.parser.CurrentLineNumber)
        self.preferred.append({})
        self.others.append(defaultdict(list))
        if name == "tuv" or name.startswith(_SKOS):
            said = attributes.get(f"{_XML}lang") or attributes.get("lang", "")
            self.language = said.split("-")[0].lower()
        if name == "seg" or name.startswith(_SKOS):
            self.text.clear()

    def _characters(self, text: str) -> None:
        if _CODES.isdisjoint(self.path):
            self.text.append(text)

    def _end(self, name: str) -> None:
        self.path.pop()
        line, preferred, others = self.lines.pop(), self.preferred.pop(), self.others.pop()
        if name == "seg" and self.path[-2:] == ["tu", "tuv"]:
            self.preferred[-2].setdefault(self.language, _plain(self.text))
        elif name == f"{_SKOS}prefLabel":
            self.preferred[-1].setdefault(self.language, _plain(self.text))
        elif name == f"{_SKOS}altLabel":
            self.others[-1][self.language].append(_plain(self.text))
        if preferred:
            terms = [_term(preferred)]
            # another word for the same: beside what the concept is called in the other languages
            terms += [
                _term({**preferred, language: word}) for language in LANGUAGES for word in others[language]
            ]
            self.rows += [Row(line, term) for term in terms if sum(map(bool, term)) > 1]


def _plain(text: list[str]) -> str:
    return " ".join("".join(text).split())


def _term(by_language: dict[str, str]) -> Term:
    en, ro, ru = (by_language.get(language, "") for language in LANGUAGES)
    return en, ro, ru
