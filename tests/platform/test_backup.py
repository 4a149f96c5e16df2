"""A backup is one encrypted file, made while the site serves; elsewhere it is the same, bar the erased."""

import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from diaspora import create_app
from diaspora.extensions import db
from diaspora.platform import backup, files
from diaspora.platform.backup import Unusable
from tests import factories
from tests.conftest import database_for, settings_for

pytestmark = pytest.mark.own_database
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def key(tmp_path: Path) -> tuple[str, Path]:
    """The public key, and the file with the secret one."""
    return backup.make_key(tmp_path / "secret"), tmp_path / "secret"


@pytest.fixture
def site(tmp_path: Path, worker: str, key: tuple[str, Path]) -> Iterator[Flask]:
    """A site with somebody in it and a document."""
    made = site_in(tmp_path / "site", f"{worker}_backup", key[0])
    with made.app_context():
        upgrade()
        factories.account()
        factories.candidate()
        files.put("letters/one.pdf", b"%PDF a letter with a name")
        db.session.commit()
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def elsewhere(tmp_path: Path, worker: str, key: tuple[str, Path]) -> Iterator[Flask]:
    """An empty place."""
    made = site_in(tmp_path / "elsewhere", f"{worker}_restored", key[0])
    yield made
    with made.app_context():
        db.engine.dispose()


def site_in(folder: Path, worker: str, recipient: str) -> Flask:
    folder.mkdir()
    settings = settings_for(folder, database_for(worker, folder), backup_recipient=recipient)
    return create_app(settings, testing=True)


def content(app: Flask) -> dict[str, list[Any]]:
    """Every row of every table."""
    with app.app_context():
        return {
            table.name: sorted(map(str, db.session.execute(sa.select(table)).all()))
            for table in db.metadata.sorted_tables
        }


def backup_of(app: Flask, folder: Path, now: datetime = NOW) -> Path:
    with app.app_context():
        return backup.make(folder, now)


def kept_files(app: Flask) -> dict[str, bytes]:
    folder = app.extensions["settings"].data_folder / "files"
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_restored_site_holds_the_same_rows_and_files(
    site: Flask, elsewhere: Flask, key: tuple[str, Path], tmp_path: Path
) -> None:
    made = site.test_cli_runner().invoke(args=["backup", "make", str(tmp_path / "kept")])
    assert made.exit_code == 0, made.output
    before, documents = content(site), kept_files(site)
    file = made.output.strip()
    restored = elsewhere.test_cli_runner().invoke(args=["backup", "restore", file, "--key", str(key[1])])
    assert restored.exit_code == 0, restored.output
    assert content(elsewhere) == before
    assert kept_files(elsewhere) == documents


def test_nobody_reads_a_backup_without_the_secret_key(site: Flask, elsewhere: Flask, tmp_path: Path) -> None:
    file = backup_of(site, tmp_path / "kept")
    assert b"name" not in file.read_bytes()
    backup.make_key(tmp_path / "another")
    with elsewhere.app_context(), pytest.raises(Unusable, match="another key, or half a file"):
        backup.restore(file, (tmp_path / "another").read_text())
    assert (tmp_path / "another").stat().st_mode & 0o077 == 0


def test_half_a_file_changes_nothing(
    site: Flask, elsewhere: Flask, key: tuple[str, Path], tmp_path: Path
) -> None:
    file = backup_of(site, tmp_path / "kept")
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with elsewhere.app_context():
        with pytest.raises(Unusable, match="half a file"):
            backup.restore(file, key[1].read_text())
        assert sa.inspect(db.engine).get_table_names() == []
        assert kept_files(elsewhere) == {}


def test_a_place_in_use_is_refused(site: Flask, key: tuple[str, Path], tmp_path: Path) -> None:
    file, before = backup_of(site, tmp_path / "kept"), content(site)
    with site.app_context(), pytest.raises(Unusable, match="database is not empty"):
        backup.restore(file, key[1].read_text())
    assert content(site) == before


def test_a_backup_is_one_moment_although_the_site_goes_on_writing(
    site: Flask, elsewhere: Flask, key: tuple[str, Path], tmp_path: Path
) -> None:
    with site.app_context(), db.engine.connect() as writing:
        writing.execute(sa.text("UPDATE account SET language = 'not yet said'"))
        file = backup.make(tmp_path / "kept", NOW)
        writing.rollback()
    with elsewhere.app_context():
        backup.restore(file, key[1].read_text())
    assert "not yet said" not in str(content(elsewhere))


def test_who_was_erased_since_is_erased_again(
    site: Flask, elsewhere: Flask, key: tuple[str, Path], tmp_path: Path
) -> None:
    gone, asked = uuid4(), list[frozenset[UUID]]()
    file = backup_of(site, tmp_path / "kept")
    with site.app_context():
        backup.note_erased(frozenset({gone}))
    backup_of(site, tmp_path / "kept", NOW.replace(hour=10))
    with elsewhere.app_context():
        backup.on_restore(elsewhere, lambda ids, now: asked.append(ids) or len(ids))
        backup.restore(file, key[1].read_text())
        assert backup.erase_again(NOW) == 1
    assert asked == [frozenset({gone})]


def test_a_full_disk_leaves_no_file_that_looks_whole(site: Flask, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    small = tmp_path / "kept"
    try:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", str(small)], check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("needs the right to mount a small disk")
    try:
        with pytest.raises(Unusable, match="No space left"):
            backup_of(site, small)
        assert os.listdir(small) == []
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_without_a_public_key_the_command_says_how_to_make_one(tmp_path: Path, worker: str) -> None:
    app = site_in(tmp_path / "bare", f"{worker}_bare", "")
    run = app.test_cli_runner().invoke
    refused = run(args=["backup", "make", str(tmp_path)])
    assert refused.exit_code == 1
    assert "flask backup key" in refused.output
    again = [run(args=["backup", "key", str(tmp_path / "pair")]) for _ in range(2)]
    assert "BACKUP_RECIPIENT=age1" in again[0].output
    assert "never overwritten" in again[1].output
