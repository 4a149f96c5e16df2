"""A real site for a real browser: its own database, gunicorn's application server, a worker's outbox."""

import logging
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, abort
from flask_migrate import upgrade
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from diaspora import create_app
from diaspora.demonstration import services as demonstration
from diaspora.extensions import db
from diaspora.platform import clock
from diaspora.platform.access import Permission, needs
from tests.conftest import OnlyGiven, database_for

INSTALL = "Chromium is missing: apt-get install chromium"


def chromium() -> str | None:
    """Where this machine has its Chromium."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextmanager
def browsing(executable: str) -> Iterator[Browser]:
    """A running Chromium that asks nobody for anything by itself."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=executable,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
        )
        yield started
        started.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; where there is none the tests skip with the line that installs it, in CI they fail."""
    executable = chromium()
    if executable is None:
        if os.environ.get("CI"):
            pytest.fail(INSTALL)
        pytest.skip(INSTALL)
    with browsing(executable) as started:
        yield started


class Site:
    """A running site: its address, and its application for a look behind the scenes."""

    def __init__(self, app: Flask, address: str) -> None:
        self.app = app
        self.address = address

    def work(self) -> None:
        """Do what the worker would do now."""
        queue = self.app.extensions["queue"].huey
        # a blocking look would keep a connection of its own open until somebody collects it
        queue.storage.blocking = False
        while (task := queue.dequeue()) is not None:
            queue.execute(task)


@needs(Permission.READ_PUBLIC_PAGES)
def broken(code: int) -> Any:
    """A page that goes wrong on purpose, so that a test can look at every error page."""
    abort(code)


@contextmanager
def serving(folder: Path, database: str) -> Iterator[Site]:
    """The demonstration, served on a free port."""
    settings = OnlyGiven(
        data_folder=folder,
        database_url=database,
        demonstration=True,
        rate_limits=False,
        base_url="http://127.0.0.1",
    )
    server = make_server("127.0.0.1", 0, lambda environ, start: [], threaded=True)
    settings.base_url = f"http://127.0.0.1:{server.port}"
    app = create_app(settings)
    app.add_url_rule("/<lang:lang>/broken/<int:code>", "broken", broken)
    with app.app_context():
        upgrade()
        demonstration.load(clock.now())
        db.session.commit()
    server.app = app
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Site(app, settings.base_url)
    server.shutdown()
    thread.join()
    if (close := getattr(app.extensions["queue"].huey.storage, "close", None)) is not None:
        close()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, worker: str) -> Iterator[Site]:
    """The demonstration for this worker's tests."""
    folder = tmp_path_factory.mktemp("demonstration")
    with serving(folder, database_for(f"{worker}_browser", folder)) as served:
        yield served
