"""Backup and restore: the database and the files in one encrypted file, each with one command.

A backup is a tar in age's format for a public key, so that the machine that makes it cannot read it. In it:
`manifest.json`, `files/`, and the database as its own tool writes it while the site serves (SQLite's backup,
`pg_dump` with one snapshot). The erased stand beside the backups in a list of opaque ids, which
a restore obeys: nobody comes back from an old backup.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess  # nosec B404
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pyrage
import sqlalchemy as sa
from flask import Flask, current_app
from pyrage import x25519

from diaspora.extensions import db
from diaspora.settings import Settings

FORMAT = 1
ERASED = "erased.txt"
"""The list of erased records, under DATA_FOLDER and beside the backups: one id a line."""

EraseAgain = Callable[[frozenset[UUID], datetime], int]


class Unusable(Exception):
    """A backup or a place that cannot be used; the text says why and what to do."""


def make_key(file: Path) -> str:
    """Write a new secret key, for its owner's eyes; returns the public one. Raises FileExistsError."""
    identity = x25519.Identity.generate()
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as kept:
        kept.write(f"{identity}\n")
    return str(identity.to_public())


def make(folder: Path, now: datetime) -> Path:
    """Write a backup into `folder`, readable with the secret half of BACKUP_RECIPIENT; returns its path.

    Raises Unusable. A file with its final name is whole.
    """
    try:
        reader = x25519.Recipient.from_str(_settings().backup_recipient)
    except pyrage.RecipientError:
        raise Unusable("BACKUP_RECIPIENT holds no public key; `flask backup key` makes a pair") from None
    data = _settings().data_folder
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"punte-{now:%Y%m%dT%H%M%SZ}.tar.age"
    part = target.with_suffix(".part")
    with _room() as room:
        (room / "files").mkdir()
        _dump(room / "database")
        # after the database: what it speaks of is there, and a file that came since does no harm
        _copy_tree(data / "files", room / "files")
        _write_manifest(room, now)
        with tarfile.open(room / "all.tar", "w") as archive:
            for name in ("manifest.json", "database", "files"):
                archive.add(room / name, arcname=name)
        try:
            pyrage.encrypt_file(str(room / "all.tar"), str(part), [reader])
            with part.open("rb") as written:
                os.fsync(written.fileno())
            part.rename(target)
        except (pyrage.EncryptError, OSError) as error:
            raise Unusable(f"{folder} cannot be written to: {error}") from None
        finally:
            part.unlink(missing_ok=True)
    _merge_erased(folder / ERASED)
    return target


def restore(backup: Path, identity: str) -> None:
    """Put a backup into an empty place; `erase_again` has to follow, after the migrations.

    Raises Unusable, before anything is written wherever that can be known.
    """
    try:
        key = x25519.Identity.from_str(identity.strip())
    except pyrage.IdentityError:
        raise Unusable("this is no secret key; it begins with AGE-SECRET-KEY-1") from None
    _refuse_full_place()
    with _room() as room:
        try:
            pyrage.decrypt_file(str(backup), str(room / "all.tar"), [key])
            with tarfile.open(room / "all.tar") as archive:
                archive.extractall(room, filter="data")
        except (pyrage.DecryptError, tarfile.TarError, OSError) as error:
            raise Unusable(f"{backup.name} cannot be read: another key, or half a file ({error})") from None
        _check_manifest(room)
        _load(room / "database")
        _copy_tree(room / "files", _settings().data_folder / "files")
    _merge_erased(backup.parent / ERASED)


def note_erased(ids: frozenset[UUID]) -> None:
    """Remember outside the database that these records are gone for good. Raises OSError on a full disk."""
    path = _settings().data_folder / ERASED
    _add_lines(path, {str(one) for one in ids})


def erase_again(now: datetime) -> int:
    """Erase whom the list names and an older backup brought back; how many that were."""
    erase: EraseAgain | None = current_app.extensions.get("erase_again")
    ids = frozenset(UUID(one) for one in _erased(_settings().data_folder / ERASED))
    return erase(ids, now) if erase and ids else 0


def on_restore(app: Flask, erase: EraseAgain) -> None:
    """Let a room erase again what the list of the erased names."""
    app.extensions["erase_again"] = erase


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


@contextmanager
def _room() -> Iterator[Path]:
    """A folder of our own for the clear text, gone afterwards."""
    with tempfile.TemporaryDirectory(dir=_settings().data_folder, prefix="backup-") as name:
        yield Path(name)


def _copy_tree(source: Path, target: Path) -> None:
    if source.exists():
        shutil.copytree(source, target, dirs_exist_ok=True)


def _digests(room: Path) -> dict[str, str]:
    found = sorted(p for p in [room / "database", *(room / "files").rglob("*")] if p.is_file())
    return {str(p.relative_to(room)): hashlib.sha256(p.read_bytes()).hexdigest() for p in found}


def _write_manifest(room: Path, now: datetime) -> None:
    manifest = {
        "format": FORMAT,
        "made_at": now.isoformat(),
        "database": db.engine.dialect.name,
        "digests": _digests(room),
    }
    (room / "manifest.json").write_text(json.dumps(manifest, indent=1))


def _check_manifest(room: Path) -> None:
    try:
        manifest: Mapping[str, Any] = json.loads((room / "manifest.json").read_text())
    except (OSError, ValueError):
        raise Unusable("this is no backup of this site: it has no manifest") from None
    if manifest.get("format") != FORMAT:
        raise Unusable(f"this backup has format {manifest.get('format')}; this version reads {FORMAT}")
    if manifest.get("database") != db.engine.dialect.name:
        raise Unusable(
            f"this backup is of {manifest.get('database')}, and DATABASE_URL is {db.engine.dialect.name}"
        )
    if manifest.get("digests") != _digests(room):
        raise Unusable("what the backup holds is not what its manifest says: it was changed or is damaged")


def _refuse_full_place() -> None:
    inspector = sa.inspect(db.engine)
    full = [name for name in inspector.get_table_names() if not name.startswith("huey_")]
    if full:
        raise Unusable("the database is not empty; restore into a new one, then point the site at it")
    files = _settings().data_folder / "files"
    if files.exists() and any(files.iterdir()):
        raise Unusable(f"{files} is not empty; give a new DATA_FOLDER")


def _dump(target: Path) -> None:
    if db.engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(_sqlite_path())) as here, closing(sqlite3.connect(target)) as there:
            here.backup(there)
        return
    _postgres("pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file", str(target))


def _load(source: Path) -> None:
    db.session.remove()
    db.engine.dispose()
    if db.engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(source)) as there, closing(sqlite3.connect(_sqlite_path())) as here:
            there.backup(here)
        return
    _postgres("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction",
              "--dbname", db.engine.url.database or "", str(source))  # fmt: skip


def _sqlite_path() -> str:
    return db.engine.url.database or ""


def _postgres(tool: str, *arguments: str) -> None:
    """Run a PostgreSQL tool on the site's database; the password goes through the environment."""
    url = db.engine.url
    given = {
        "PGHOST": url.host, "PGPORT": url.port and str(url.port), "PGUSER": url.username,
        "PGPASSWORD": url.password, "PGDATABASE": url.database,
    }  # fmt: skip
    environment = {**os.environ, **{name: str(value) for name, value in given.items() if value}}
    try:
        # our own arguments and settings, and no shell
        subprocess.run(  # nosec B603  # noqa: S603
            [tool, *arguments], env=environment, check=True, capture_output=True, text=True
        )
    except FileNotFoundError:
        raise Unusable(f"{tool} is missing; install PostgreSQL's client programs") from None
    except subprocess.CalledProcessError as error:
        raise Unusable(f"{tool} failed: {error.stderr.strip()}") from None


def _erased(path: Path) -> set[str]:
    return set(path.read_text().split()) if path.exists() else set()


def _add_lines(path: Path, ids: set[str]) -> None:
    new = sorted(ids - _erased(path))
    if not new:
        return
    with path.open("a") as listed:
        listed.writelines(f"{one}\n" for one in new)
        listed.flush()
        os.fsync(listed.fileno())


def _merge_erased(beside: Path) -> None:
    """Bring the list here and the list beside the backups to the same ids."""
    here = _settings().data_folder / ERASED
    both = _erased(here) | _erased(beside)
    _add_lines(here, both)
    _add_lines(beside, both)
