import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import brotli
import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from diaspora import create_app
from diaspora.extensions import db
from diaspora.platform.static_files import A_YEAR, Folder, _files, write_copies
from diaspora.settings import ROOT
from tests.client import CheckedClient
from tests.conftest import settings_for

STATIC = ROOT / "static"


def address_in(app: Flask, name: str = "css/site.css", endpoint: str = "static") -> str:
    with app.test_request_context():
        return url_for(endpoint, filename=name)


class Reading(FlaskClient):
    """Reads and closes every file that it is served."""

    def open(self, *arguments: Any, **options: Any) -> TestResponse:
        return super().open(*arguments, buffered=True, **options)


def reading(app: Flask) -> FlaskClient:
    app.test_client_class = Reading
    return app.test_client()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Flask]:
    """An application as gunicorn serves it."""
    app = create_app(settings_for(tmp_path, "sqlite://"))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def visitor(served: Flask) -> FlaskClient:
    return reading(served)


def test_an_address_names_the_content(app: Flask) -> None:
    assert re.fullmatch(r"/static/css/site\.[0-9a-f]{12}\.css", address_in(app))
    assert re.fullmatch(
        r"/bootstrap/static/css/bootstrap\.min\.[0-9a-f]{12}\.css",
        address_in(app, "css/bootstrap.min.css", "bootstrap.static"),
    )
    assert address_in(app, "css/none.css") == "/static/css/none.css"


def test_other_content_has_another_address(tmp_path: Path) -> None:
    folder = Folder(tmp_path, "/static/")
    (tmp_path / "a.css").write_text("a{}")
    first = folder.hashed("a.css")
    (tmp_path / "a.css").write_text("b{color:red}")
    assert folder.hashed("a.css") != first


@pytest.mark.own_database
@pytest.mark.parametrize("encoding", ["br", "gzip", ""])
def test_a_hashed_file_is_kept_for_a_year_and_compressed_beforehand(
    served: Flask, visitor: FlaskClient, encoding: str
) -> None:
    answer = visitor.get(address_in(served), headers={"Accept-Encoding": encoding})
    assert answer.status_code == 200
    assert answer.mimetype == "text/css"
    assert answer.headers.get("Content-Encoding", "") == encoding
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert {f"max-age={A_YEAR}", "public", "immutable"} == set(answer.headers["Cache-Control"].split(", "))
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers
    if encoding == "br":
        assert brotli.decompress(answer.data) == (STATIC / "css/site.css").read_bytes()


@pytest.mark.own_database
def test_the_library_answers_head_conditions_and_ranges(served: Flask, visitor: FlaskClient) -> None:
    address = address_in(served)
    whole = visitor.get(address)
    assert visitor.head(address).headers["Content-Length"] == str(len(whole.data))
    assert visitor.get(address, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 304
    part = visitor.get(address, headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.data) == (206, whole.data[:10])


@pytest.mark.own_database
def test_addresses_without_hash_and_with_an_old_one_lead_to_the_present_file(
    served: Flask, visitor: FlaskClient
) -> None:
    for address in ("/static/css/site.css", "/static/css/site.0123456789ab.css", "/static/css/site.css?v=1"):
        answer = visitor.get(address)
        assert answer.data == (STATIC / "css/site.css").read_bytes(), address
        assert answer.headers["Cache-Control"] == "no-cache", address
        assert visitor.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    missing = visitor.get("/static/css/none.0123456789ab.css")
    assert (missing.status_code, missing.headers["Cache-Control"]) == (404, "no-store")


@pytest.mark.own_database
def test_a_copy_of_an_earlier_version_stays(tmp_path: Path) -> None:
    old = tmp_path / "static" / "static" / "css" / "site.0123456789ab.css"
    old.parent.mkdir(parents=True)
    old.write_text("old{}")
    app = create_app(settings_for(tmp_path, "sqlite://"))
    answer = reading(app).get("/static/css/site.0123456789ab.css")
    assert answer.data == b"old{}"
    assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.own_database
def test_where_no_copy_can_be_written_the_files_are_served_all_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "static").write_text("a file where the folder should be: not even root can write there")
    app = create_app(settings_for(tmp_path, "sqlite://"))
    answer = reading(app).get(address_in(app), headers={"Accept-Encoding": "br"})
    assert answer.data == (STATIC / "css/site.css").read_bytes()
    assert answer.headers["Cache-Control"] == f"public, max-age={A_YEAR}, immutable"
    assert "served uncompressed" in capsys.readouterr().out


def test_several_processes_may_start_at_once(tmp_path: Path) -> None:
    folder, target, failures = Folder(STATIC, "/static/"), tmp_path / "copies", list[BaseException]()

    def write() -> None:
        try:
            write_copies(folder, _files(STATIC), target)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    plain = {
        path.relative_to(target).as_posix() for path in target.rglob("*") if path.suffix not in {".gz", ".br"}
    }
    assert {path for path in plain if "." in path} >= {folder.hashed(name) for name in _files(STATIC)}
    assert [path.name for path in tmp_path.iterdir()] == ["copies"]


def test_a_copy_that_was_cut_short_is_written_again(tmp_path: Path) -> None:
    folder, name = Folder(STATIC, "/static/"), "css/site.css"
    write_copies(folder, [name], tmp_path / "copies")
    copy = tmp_path / "copies" / folder.hashed(name)
    copy.write_bytes(b"")
    Path(f"{copy}.br").write_bytes(b"")
    write_copies(folder, [name], tmp_path / "copies")
    assert copy.read_bytes() == (STATIC / name).read_bytes()
    assert Path(f"{copy}.br").stat().st_size


def test_the_test_client_sees_the_same_addresses(app: Flask, client: CheckedClient) -> None:
    answer = client.get(address_in(app), buffered=True)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
