"""A real site for a real browser: its own database, gunicorn's application server, a worker's outbox."""

import logging
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from diaspora import create_app
from diaspora.demonstration import services as demonstration
from diaspora.extensions import db
from diaspora.platform import clock
from tests.conftest import OnlyGiven, database_for

INSTALL = "Chromium is missing: apt-get install chromium"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; where there is none the tests skip with the line that installs it, in CI they fail."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if executable is None:
        if os.environ.get("CI"):
            pytest.fail(INSTALL)
        pytest.skip(INSTALL)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=executable,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
        )
        yield started
        started.close()


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


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, worker: str) -> Iterator[Site]:
    """The demonstration, served on a free port."""
    folder: Path = tmp_path_factory.mktemp("demonstration")
    database = database_for(f"{worker}_browser", folder)
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
