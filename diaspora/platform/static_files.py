"""Static files: the content's hash in each address, kept for a year, compressed once and not per request.

`url_for` names `css/site.css` as `css/site.<hash>.css`. At start a copy under that name is written into
DATA_FOLDER/static with its gzip and brotli versions, and WhiteNoise answers for the copies before Flask is
asked. Copies of earlier versions stay, so a page that somebody opened before an update keeps its looks.

What has no copy is served by Flask from its own folder, uncompressed: everything while a test runs, where
the data folder cannot be written, and a file edited since the start. There an address without a hash, or
with one that is no longer true, gets the present file and is asked for again each time (ETag).

A module's `import "./x.js"` and a stylesheet's `url(x.svg)` name no hash, so they are such addresses. A
module that others import must not also be loaded by a page: the browser would run it twice.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

import structlog
from flask import Flask, Response, send_from_directory
from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

from diaspora.platform.access import STATIC_FILES

log = structlog.get_logger()

A_YEAR = 365 * 24 * 3600
BOOTSTRAP_FILES = ("css/bootstrap.min.css",)
"""What our pages load of Bootstrap-Flask's 27 MB."""

_HASHED = re.compile(r"(?P<stem>.+)\.[0-9a-f]{12}(?P<ending>\.[^./]+)")


@dataclass(frozen=True)
class Folder:
    """A folder of static files and the address that it stands under."""

    path: Path
    url: str

    def hashed(self, name: str) -> str:
        """The name with its content's hash; a name that is no file stays."""
        file = self.path / name
        # not `file.is_file()`: of a name that is too long for the disk that makes an error
        if not os.path.isfile(file):
            return name
        stem, ending = os.path.splitext(name)
        return f"{stem}.{_fingerprint(file, file.stat().st_mtime_ns)}{ending}"

    def serve(self, filename: str) -> Response:
        """The file itself, for an address that has no copy."""
        old = None if os.path.isfile(self.path / filename) else _HASHED.fullmatch(filename)
        name = old["stem"] + old["ending"] if old else filename
        response = send_from_directory(self.path, name)
        if old and self.hashed(name) == filename:
            response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
        return response


class HashedFiles(WhiteNoise):
    """WhiteNoise for files that never change under their name."""

    FOREVER = A_YEAR

    def immutable_file_test(self, path: str, url: str) -> bool:
        """Whether a year's cache is right: it is for every name with a hash."""
        return _HASHED.fullmatch(url) is not None


def write_copies(folder: Folder, names: Iterable[str], target: Path) -> None:
    """Copies with hashed names and their compressed versions, in `target`.

    Complete or absent, also where several processes start at once: each file is moved into its place, the
    plain one last. Raises OSError where the disk is full or cannot be written.
    """
    compressor = Compressor(quiet=True)
    for name in names:
        copy, size = target / folder.hashed(name), (folder.path / name).stat().st_size
        # one that a full disk or a power cut left shorter is written again
        if copy.exists() and copy.stat().st_size == size:
            continue
        copy.parent.mkdir(parents=True, exist_ok=True)
        # on the same disk, but out of the folder that another process may be reading
        with tempfile.TemporaryDirectory(dir=target.parent) as made:
            plain = Path(made) / copy.name
            plain.write_bytes((folder.path / name).read_bytes())
            compressed = compressor.compress(str(plain)) if compressor.should_compress(copy.name) else []
            for file in (*compressed, plain):
                os.replace(file, copy.parent / Path(file).name)


def _files(root: Path) -> Iterator[str]:
    return (path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


@lru_cache
def _fingerprint(file: Path, _changed: int) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def _headers(headers: Headers, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"


def _serve_copies(app: Flask, folders: Iterable[tuple[Folder, Iterable[str]]], target: Path) -> None:
    middleware = HashedFiles(app.wsgi_app, allow_all_origins=False, add_headers_function=_headers)
    for folder, names in folders:
        copies = target / folder.url.strip("/").replace("/", "-")
        try:
            write_copies(folder, names, copies)
        except OSError as error:
            log.warning("static files are served uncompressed", folder=str(copies), reason=str(error))
        if copies.is_dir():
            middleware.add_files(copies, folder.url)
    app.wsgi_app = middleware  # type: ignore[method-assign]


def init_app(app: Flask, data_folder: Path) -> None:
    """Hashed addresses from `url_for`, copies for WhiteNoise, and Flask for the rest."""
    bootstrap = app.blueprints["bootstrap"]
    assert app.static_folder is not None  # nosec B101  # noqa: S101 - for the type check
    assert bootstrap.static_folder is not None  # nosec B101  # noqa: S101
    own = Folder(Path(app.static_folder), "/static/")
    theirs = Folder(Path(bootstrap.static_folder), "/bootstrap/static/")
    folders = {"static": own, "bootstrap.static": theirs}
    for endpoint, folder in folders.items():
        app.view_functions[endpoint] = folder.serve

    @app.url_defaults
    def hashed(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint in STATIC_FILES and "filename" in values:
            values["filename"] = folders[endpoint].hashed(values["filename"])

    if not app.testing:
        _serve_copies(app, [(own, _files(own.path)), (theirs, BOOTSTRAP_FILES)], data_folder / "static")
