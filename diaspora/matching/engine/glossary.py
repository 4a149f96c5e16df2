"""The trilingual glossary as rows, and the folder it is read from."""

import csv
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "glossary"
HEAD = ("en", "ro", "ru")


@dataclass(frozen=True)
class Glossary:
    """Rows of one concept each: in English, Romanian and Russian; one of the latter two may be ""."""

    rows: tuple[tuple[str, str, str], ...] = ()

    def phrases(self, language: str) -> list[str]:
        """One column."""
        place = HEAD.index(language)
        return [row[place] for row in self.rows]

    @property
    def digest(self) -> str:
        """A short hash of the content: another glossary gives other scores."""
        return hashlib.sha256(repr(self.rows).encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @classmethod
    def of(cls, rows: Iterable[Iterable[str]]) -> "Glossary":
        """Each row once, in one order, so that nothing depends on where it stood.

        Raises ValueError for a row of other than three cells; rows that say nothing are left out.
        """
        cleaned = set()
        for row in rows:
            english, romanian, russian = (str(cell).strip() for cell in row)
            cleaned.add((english, romanian, russian))
        return cls(tuple(sorted(row for row in cleaned if row[0] and any(row[1:]))))


def read(path: Path) -> list[tuple[str, ...]]:
    """The rows of a CSV file with the head en,ro,ru. ValueError naming the file for another head."""
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = [tuple(row) for row in csv.reader(file) if row] or [()]
    if head != HEAD:
        raise ValueError(f"{path.name} must begin with the row en,ro,ru")
    return rows


@cache
def own() -> Glossary:
    """The product's glossary: all files of the folder."""
    return Glossary.of(row for path in sorted(FOLDER.glob("*.csv")) for row in read(path))
