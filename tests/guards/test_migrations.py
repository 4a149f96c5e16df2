"""Migrations lead to what the models say, on whichever database the tests run on, and back again."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import Config, downgrade, upgrade

from diaspora import create_app
from diaspora.extensions import db
from diaspora.settings import ROOT
from tests.conftest import database_for, settings_for

pytestmark = pytest.mark.own_database


@pytest.fixture
def empty(tmp_path: Path, worker: str) -> Iterator[Flask]:
    """An application with a database that holds nothing."""
    address = database_for(f"{worker}_migrations", tmp_path)
    app = create_app(settings_for(tmp_path, address), testing=True)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def schema() -> dict[str, Any]:
    """Tables, columns, constraints and indexes by name, CHECKs included, as the database tells them."""
    inspector = sa.inspect(db.engine)
    found: dict[str, Any] = {}
    for table in sorted(inspector.get_table_names()):
        if table == "alembic_version" or table.startswith("huey_"):
            continue
        found[table] = {
            "columns": {c["name"]: (str(c["type"]), c["nullable"]) for c in inspector.get_columns(table)},
            "pk": inspector.get_pk_constraint(table)["name"],
            "fks": sorted(str(f["name"]) for f in inspector.get_foreign_keys(table)),
            "uniques": sorted(str(u["name"]) for u in inspector.get_unique_constraints(table)),
            "checks": sorted((str(c["name"]), c["sqltext"]) for c in inspector.get_check_constraints(table)),
            "indexes": sorted((str(i["name"]), i["unique"]) for i in inspector.get_indexes(table)),
        }
    return found


def test_migrated_and_modelled_schemas_are_equal(empty: Flask) -> None:
    upgrade()
    migrated = schema()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": ours, "compare_type": True})
        assert compare_metadata(context, db.metadata) == []
    downgrade(revision="base")
    assert schema() == {}
    db.create_all()
    assert migrated == schema()


def ours(name: str | None, kind: str, _parents: object) -> bool:
    return not (kind == "table" and name and name.startswith("huey_"))


def test_each_step_goes_up_and_down(empty: Flask) -> None:
    config = Config(str(ROOT / "migrations" / "alembic.ini"))
    config.set_main_option("script_location", str(ROOT / "migrations"))
    steps = [s.revision for s in reversed(list(ScriptDirectory.from_config(config).walk_revisions()))]
    assert steps
    for step in steps:
        upgrade(revision=step)
        there = schema()
        downgrade(revision="-1")
        upgrade(revision=step)
        assert schema() == there


def test_every_constraint_has_a_name() -> None:
    nameless = [
        f"{table.name}: {constraint}"
        for table in db.metadata.tables.values()
        for constraint in table.constraints
        if not constraint.name
    ]
    assert nameless == []


def test_ci_runs_on_both_databases() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    assert "env -u DATABASE_URL python3 dev.py test" in script
    assert "DATABASE_URL=$address python3 dev.py test" in script
    if os.environ.get("DATABASE_URL"):
        assert os.environ["DATABASE_URL"].startswith("postgres")
