"""A learned matcher as a file that can be read without trusting it.

The file is a SHA-256 digest (32 bytes) and then a zip archive, which the digest covers: JSON for words
and records, NumPy arrays without pickle for numbers. The digest finds damage; it does not prove who wrote it.
"""

import hashlib
import io
import json
import os
import tempfile
import zipfile
from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from scipy.sparse import csr_array

from diaspora.matching.engine.collection import Collection
from diaspora.matching.engine.records import Record, Text
from diaspora.matching.engine.term_space import TermSpace

FORMAT = "diaspora matching engine"
VERSION = 1  # one more whenever the content or the meaning of terms (tokens.py) changes

_DIGEST_BYTES = 32
_READ_KEY = {"str": str, "int": int, "uuid": UUID}


class EngineFileError(ValueError):
    """The file is damaged, is not an engine file, or is of a version this engine does not know."""


@dataclass(frozen=True)
class Learned:
    """All that a file holds: the constructor's parameters and what `fit` and edits made of the records."""

    parameters: dict[str, int]
    space: TermSpace
    profiles: Collection
    placements: Collection


def write(path: Path, learned: Learned) -> None:
    """Write the file whole or not at all. Raises TypeError naming a key that is neither str, int nor UUID."""
    documents = {
        "manifest.json": {"format": FORMAT, "version": VERSION, "parameters": learned.parameters},
        "terms.json": learned.space.terms,
        "profiles.json": [_record_as_json(record) for record in learned.profiles.records.values()],
        "placements.json": [_record_as_json(record) for record in learned.placements.records.values()],
    }
    arrays = io.BytesIO()
    np.savez(
        arrays,
        idf=learned.space.idf,
        **_matrix_as_arrays("profiles", learned.profiles.rows.vectors),
        **_matrix_as_arrays("placements", learned.placements.rows.vectors),
    )
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, document in documents.items():
            archive.writestr(name, json.dumps(document))
        archive.writestr("arrays.npz", arrays.getvalue())
    _replace(path, hashlib.sha256(content.getbuffer()).digest() + content.getvalue())


def read(path: Path) -> Learned:
    """Read what `write` wrote. Raises EngineFileError for anything else."""
    content = path.read_bytes()
    digest, content = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
    if hashlib.sha256(content).digest() != digest:
        raise EngineFileError(f"{path} is damaged or no engine file: its checksum does not match")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            manifest = json.loads(archive.read("manifest.json"))
            if (manifest["format"], manifest["version"]) != (FORMAT, VERSION):
                raise EngineFileError(
                    f"{path} has version {manifest['version']!r}; this engine reads {VERSION}"
                )
            return _learned(manifest["parameters"], archive)
    except EngineFileError:
        raise
    except Exception as error:  # whatever goes wrong while taking a foreign file apart, the file is at fault
        raise EngineFileError(f"{path} is no proper engine file: {error!r}") from error


def _learned(parameters: dict[str, int], archive: zipfile.ZipFile) -> Learned:
    terms = json.loads(archive.read("terms.json"))
    with np.load(io.BytesIO(archive.read("arrays.npz")), allow_pickle=False) as arrays:
        idf = arrays["idf"]
        if not (len(set(terms)) == len(terms) and idf.shape == (len(terms),) and np.isfinite(idf).all()):
            raise ValueError("terms and their idf do not agree")
        sides = []
        for kind in ("profile", "placement"):
            records = [_record_from_json(entry) for entry in json.loads(archive.read(f"{kind}s.json"))]
            vectors = _matrix_from_arrays(f"{kind}s", arrays, (len(records), len(terms)))
            sides.append(Collection(kind, records, vectors))
    return Learned(parameters, TermSpace(terms, idf), *sides)


def _record_as_json(record: Record) -> dict[str, Any]:
    texts = [[text.body, text.language, text.weight, text.field] for text in record.texts]
    return {"key": _key_as_json(record.key), "texts": texts}


def _record_from_json(entry: dict[str, Any]) -> Record:
    kind, value = entry["key"]
    return Record(_READ_KEY[kind](value), [Text(*text) for text in entry["texts"]])


def _key_as_json(key: Hashable) -> tuple[str, str | int]:
    # The exact type: True is an int to Python, and a subclass would come back as something else.
    if type(key) is UUID:
        return "uuid", str(key)
    if type(key) is str or type(key) is int:
        return type(key).__name__, key
    raise TypeError(f"only str, int and UUID keys can be saved, not {key!r} of type {type(key).__name__}")


def _matrix_as_arrays(name: str, matrix: csr_array) -> dict[str, Any]:
    return {f"{name}_{part}": getattr(matrix, part) for part in ("data", "indices", "indptr")}


def _matrix_from_arrays(name: str, arrays: Any, shape: tuple[int, int]) -> csr_array:
    matrix = csr_array(tuple(arrays[f"{name}_{part}"] for part in ("data", "indices", "indptr")), shape=shape)
    # SciPy's compiled code trusts indices, so they are checked before anything uses them.
    matrix.check_format(full_check=True)
    if not (matrix.dtype == np.float64 and np.isfinite(matrix.data).all()):
        raise ValueError(f"the vectors of {name} are not finite numbers")
    return matrix


def _replace(path: Path, content: bytes) -> None:
    """Put the content in the file's place in one step, so that a crash leaves the former file whole."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
