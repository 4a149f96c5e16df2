"""One side of the matching: records by key and their vectors as rows of a matrix, open to single edits."""

from collections.abc import Hashable, Iterable
from functools import cached_property
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from diaspora.matching.engine.records import Record
from diaspora.matching.engine.standard import Vectors


class Rows:
    """Keys and vectors at one moment; row i of `vectors` belongs to `keys[i]`."""

    def __init__(self, keys: tuple[Hashable, ...], vectors: Vectors) -> None:
        self.keys = keys
        self.vectors = vectors
        self.row_of = {key: row for row, key in enumerate(keys)}

    @cached_property
    def rank(self) -> NDArray[np.intp]:
        """Each row's place in the order of keys, by which ties are broken."""
        rank = np.empty(len(self.keys), dtype=np.intp)
        in_order = sorted(self.row_of, key=_key_order)
        rank[[self.row_of[key] for key in in_order]] = np.arange(len(in_order))
        return rank

    @cached_property
    def frequency(self) -> NDArray[np.intp]:
        """In how many records each term occurs: [terms]."""
        held = self.vectors.held
        return np.bincount(held.indices, minlength=held.shape[1])


class Collection:
    """The profiles or the placements. Rows stand in the order of arrival; an edited record keeps its row.

    Edits are gathered and put into the matrix when it is next read, so that many edits cost one copy.
    """

    def __init__(self, kind: str, records: Iterable[Record], vectors: Vectors) -> None:
        """kind: "profile" or "placement", for messages. Raises ValueError when a key comes twice."""
        self.kind = kind
        self.records = by_key(kind, records)
        self._rows = Rows(tuple(self.records), vectors)
        self._edited: dict[Hashable, Vectors] = {}

    @property
    def rows(self) -> Rows:
        """The present matrix, all edits included."""
        if self._edited or len(self.records) != len(self._rows.keys):
            stacked = Vectors.joined([self._rows.vectors, *self._edited.values()])
            edited_rows = enumerate(self._edited, start=len(self._rows.keys))
            source = self._rows.row_of | {key: row for row, key in edited_rows}
            picked = np.array([source[key] for key in self.records], dtype=np.intp)
            self._rows = Rows(tuple(self.records), stacked[picked])
            self._edited = {}
        return self._rows

    def row(self, key: Hashable) -> int:
        """The row of this key; KeyError naming the key when there is none."""
        self.record(key)
        return self.rows.row_of[key]

    def vector(self, key: Hashable) -> Vectors:
        """The record's vector, as one row; KeyError naming the key when there is none."""
        return self.rows.vectors[np.array([self.row(key)])]

    def record(self, key: Hashable) -> Record:
        """The record of this key; KeyError naming the key when there is none."""
        if key not in self.records:
            raise KeyError(f"unknown {self.kind} key: {key!r}")
        return self.records[key]

    def upsert(self, record: Record, vector: Vectors) -> None:
        """Put the record in place of the one with its key, or add it. vector: one row."""
        self.records[record.key] = record
        self._edited[record.key] = vector

    def remove(self, key: Hashable) -> None:
        """Take the record out; KeyError naming the key when there is none."""
        self.record(key)
        del self.records[key]


def by_key(kind: str, records: Iterable[Record]) -> dict[Hashable, Record]:
    """The records by key, in their order; ValueError naming the key when one comes twice."""
    found: dict[Hashable, Record] = {}
    for record in records:
        if record.key in found:
            raise ValueError(f"duplicate {kind} key: {record.key!r}")
        found[record.key] = record
    return found


def _key_order(key: Hashable) -> tuple[str, object]:
    """A total order over keys of mixed types: by type, then naturally where the type has an order."""
    return type(key).__name__, key if type(key) in (str, int, UUID) else repr(key)
