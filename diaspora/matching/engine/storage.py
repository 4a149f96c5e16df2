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
from numpy.typing import NDArray
from scipy.sparse import csr_array

from diaspora.matching.engine.collection import Collection
from diaspora.matching.engine.glossary import Glossary
from diaspora.matching.engine.pooling import GROUPS
from diaspora.matching.engine.recipe import Recipe
from diaspora.matching.engine.records import Record, Text
from diaspora.matching.engine.standard import Sample, Standard, Vectors
from diaspora.matching.engine.term_space import TermSpace

FORMAT = "diaspora matching engine"
VERSION = 3  # one more whenever the content or the meaning of terms (tokens.py, stems.py) changes

KINDS = ("profiles", "placements")
_DIGEST_BYTES = 32
_READ_KEY = {"str": str, "int": int, "uuid": UUID}


class EngineFileError(ValueError):
    """The file is damaged, is not an engine file, or is of a version this engine does not know."""


@dataclass(frozen=True)
class Learned:
    """All that a file holds: the constructor's parameters and what `fit` and edits made of the records."""

    parameters: dict[str, Any]
    space: TermSpace
    standard: Standard
    profiles: Collection
    placements: Collection


def write(path: Path, learned: Learned) -> None:
    """Write the file whole or not at all. Raises TypeError naming a key that is neither str, int nor UUID."""
    space, standard = learned.space, learned.standard
    documents = {
        "manifest.json": {"format": FORMAT, "version": VERSION, "parameters": learned.parameters},
        "glossary.json": space.glossary.rows,
        "terms.json": [space.columns, space.terms],
        "numbers.json": [space.texts, standard.effect, *(sample.usual for sample in standard.samples)],
        "profiles.json": [_record_as_json(record) for record in learned.profiles.records.values()],
        "placements.json": [_record_as_json(record) for record in learned.placements.records.values()],
    }
    arrays: dict[str, Any] = {"idf": space.idf, "components": space.components}
    arrays |= _matrix_as_arrays("meanings", space.meanings)
    for kind, sample in zip(KINDS, standard.samples, strict=True):
        arrays |= _matrix_as_arrays(f"{kind}_sample", sample.matrix)
        arrays |= {f"{kind}_sample_group": sample.group, f"{kind}_sample_factor": sample.factor}
    for kind, side in zip(KINDS, (learned.profiles, learned.placements), strict=True):
        vectors = side.rows.vectors
        arrays |= _matrix_as_arrays(kind, vectors.matrix) | _matrix_as_arrays(f"{kind}_held", vectors.held)
        arrays |= {f"{kind}_{part}": getattr(vectors, part) for part in ("group", "levels", "factor")}
    content, numbers = io.BytesIO(), io.BytesIO()
    np.savez(numbers, **arrays)
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, document in documents.items():
            archive.writestr(name, json.dumps(document))
        archive.writestr("arrays.npz", numbers.getvalue())
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


def _learned(parameters: dict[str, Any], archive: zipfile.ZipFile) -> Learned:
    recipe = Recipe(**parameters.get("recipe", {}))
    glossary = Glossary.of(json.loads(archive.read("glossary.json")))
    columns, terms = json.loads(archive.read("terms.json"))
    texts, effect, *usual = json.loads(archive.read("numbers.json"))
    with np.load(io.BytesIO(archive.read("arrays.npz")), allow_pickle=False) as arrays:
        idf, components = _floats(arrays, "idf", 1), _floats(arrays, "components", 2)
        fits = len(set(columns)) == len(columns) == len(idf) == len(components)
        if not (fits and len(set(terms)) == len(terms)):
            raise ValueError("terms and their idf do not agree")
        width = len(columns) + components.shape[1]
        meanings = _matrix_from_arrays("meanings", arrays, (len(terms), len(columns)))
        space = TermSpace(glossary, recipe, int(texts), columns, terms, meanings, idf, components)
        samples, sides = [], []
        for kind, near in zip(KINDS, usual, strict=True):
            group, factor = (
                _groups(arrays, f"{kind}_sample_group"),
                _floats(arrays, f"{kind}_sample_factor", 1),
            )
            matrix = _matrix_from_arrays(f"{kind}_sample", arrays, (len(group), width))
            _same_length(matrix, group, factor)
            samples.append(Sample(matrix, group, factor, float(near)))
            records = [_record_from_json(entry) for entry in json.loads(archive.read(f"{kind}.json"))]
            vectors = Vectors(
                _matrix_from_arrays(kind, arrays, (len(records), width)),
                _groups(arrays, f"{kind}_group"),
                _floats(arrays, f"{kind}_levels", 2),
                _floats(arrays, f"{kind}_factor", 1),
                _matrix_from_arrays(f"{kind}_held", arrays, (len(records), len(terms)), np.bool_),
            )
            _same_length(vectors.matrix, vectors.group, vectors.levels, vectors.factor)
            if vectors.levels.shape[1] != len(GROUPS):
                raise ValueError("the languages are not those of this engine")
            sides.append(Collection(kind.removesuffix("s"), records, vectors))
    standard = Standard(recipe, float(effect), samples)
    return Learned(parameters, space, standard, *sides)


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


def _matrix_from_arrays(
    name: str, arrays: Any, shape: tuple[int, int], kind: type[np.generic] = np.float64
) -> csr_array:
    matrix = csr_array(tuple(arrays[f"{name}_{part}"] for part in ("data", "indices", "indptr")), shape=shape)
    # SciPy's compiled code trusts indices, so they are checked before anything uses them.
    matrix.check_format(full_check=True)
    if not (matrix.dtype == kind and np.isfinite(matrix.data).all()):
        raise ValueError(f"the vectors of {name} are not finite numbers")
    return matrix


def _floats(arrays: Any, name: str, dimensions: int) -> NDArray[np.float64]:
    found = arrays[name]
    if not (found.dtype == np.float64 and found.ndim == dimensions and np.isfinite(found).all()):
        raise ValueError(f"{name} are not finite numbers")
    return np.asarray(found)


def _groups(arrays: Any, name: str) -> NDArray[np.intp]:
    found = arrays[name]
    if not (found.dtype == np.intp and found.ndim == 1 and ((found >= 0) & (found < len(GROUPS))).all()):
        raise ValueError(f"{name} are no languages")
    return np.asarray(found)


def _same_length(matrix: csr_array, *others: NDArray[Any]) -> None:
    if any(len(other) != matrix.shape[0] for other in others):
        raise ValueError("records and their numbers do not agree")


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
