"""Real databases, one transaction per test that is rolled back, jobs that run when the test says so."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from diaspora import create_app
from diaspora.extensions import db
from diaspora.platform import jobs as platform_jobs
from diaspora.platform.languages import speaking
from diaspora.settings import Settings
from tests.client import CheckedClient

WITHOUT_DATABASE = (
    "benchmarks", "matching/engine", "guards/test_colours.py", "guards/test_layers.py",
    "guards/test_lifecycles.py", "guards/test_queries.py", "guards/test_security.py", "guards/test_texts.py",
    "guards/test_translations.py",
)  # fmt: skip
"""Tests whose outcome no database decides, and those that count statements, which are the same on each:
they run with SQLite only."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With DATABASE_URL, leave out what a run without it has shown."""
    if not os.environ.get("DATABASE_URL"):
        return
    here = Path(__file__).parent
    left_out = {item for item in items if str(item.path.relative_to(here)).startswith(WITHOUT_DATABASE)}
    config.hook.pytest_deselected(items=sorted(left_out, key=lambda item: item.nodeid))
    items[:] = [item for item in items if item not in left_out]


def database_for(worker: str, folder: Path) -> str:
    """A fresh database of this worker's own: on DATABASE_URL's server if it is set, else SQLite."""
    address = os.environ.get("DATABASE_URL", "")
    if not address:
        return f"sqlite:///{folder / 'test.sqlite'}"
    url = sa.make_url(Settings(database_url=address).database_address)
    name = f"{url.database}_test_{worker}"
    server = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(sa.text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(sa.text(f'CREATE DATABASE "{name}"'))
    server.dispose()
    return url.set(database=name).render_as_string(hide_password=False)


class OnlyGiven(Settings):
    """Settings that read nothing from the environment."""

    @classmethod
    def settings_customise_sources(cls, settings_cls: Any, init_settings: Any, **_others: Any) -> Any:
        return (init_settings,)


def settings_for(folder: Path, database: str, **more: Any) -> Settings:
    """Settings of a test application; nothing of the caller's environment leaks in."""
    chosen: dict[str, Any] = {"rate_limits": False, "base_url": "http://localhost", "mail_server": "", **more}
    return OnlyGiven(data_folder=folder, database_url=database, **chosen)


@pytest.fixture(scope="session")
def worker(request: pytest.FixtureRequest) -> str:
    return getattr(request.config, "workerinput", {}).get("workerid", "main")


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory, worker: str) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("site")
    made = create_app(settings_for(folder, database_for(worker, folder)), testing=True)
    made.config.update(WTF_CSRF_ENABLED=False)
    made.test_client_class = CheckedClient
    with made.app_context():
        upgrade()
    yield made
    with made.app_context():
        db.engine.dispose()


class Jobs:
    """Jobs that requests have asked for; `run` does them, as the worker would."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.waiting: list[tuple[str, list[str | int]]] = []

    def __call__(self, name: str, arguments: list[str | int]) -> None:
        self.waiting.append((name, arguments))

    def run(self) -> None:
        while self.waiting:
            platform_jobs.run(self.app, *self.waiting.pop(0))


@pytest.fixture(autouse=True)
def transaction(request: pytest.FixtureRequest) -> Iterator[None]:
    """Everything that a test writes is rolled back, commits included; `own_database` opts out."""
    if request.node.get_closest_marker("own_database"):
        yield
        return
    app: Flask = request.getfixturevalue("app")
    # refusals and cards made outside a request are asked for in English; pages say their language themselves
    with app.app_context(), speaking("en"):
        engine = db.engine
        connection = engine.connect()
        outer = connection.begin()
        db._app_engines[app][None] = connection  # type: ignore[assignment]
        session_options = db.session.session_factory.kw
        session_options["join_transaction_mode"] = "create_savepoint"
        yield
        db.session.remove()
        outer.rollback()
        connection.close()
        db._app_engines[app][None] = engine


@pytest.fixture(autouse=True)
def collected_jobs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Jobs | None:
    if request.node.get_closest_marker("own_database"):
        return None
    app: Flask = request.getfixturevalue("app")
    collected = Jobs(app)
    monkeypatch.setitem(app.extensions, "run_job", collected)
    return collected


@pytest.fixture
def jobs(collected_jobs: Jobs | None) -> Jobs:
    assert collected_jobs is not None, "a test with its own database runs its jobs itself"
    return collected_jobs


@pytest.fixture
def client(app: Flask) -> CheckedClient:
    return app.test_client()  # type: ignore[return-value]
