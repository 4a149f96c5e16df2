"""Documents that the site keeps, in a folder under DATA_FOLDER."""

from contextlib import suppress

from flask import Flask, current_app
from obstore.store import LocalStore

from diaspora.settings import Settings


def put(key: str, content: bytes) -> None:
    """Keep these bytes under this key, replacing what stood there. Raises OSError on a full disk."""
    store: LocalStore = current_app.extensions["files"]
    store.put(key, content)


def get(key: str) -> bytes:
    """The bytes under this key. Raises FileNotFoundError, also where a key was emptied with its document."""
    if not key:
        raise FileNotFoundError(key)
    store: LocalStore = current_app.extensions["files"]
    return bytes(store.get(key).bytes())


def delete(key: str) -> None:
    """Remove what stands under this key, if anything does."""
    store: LocalStore = current_app.extensions["files"]
    with suppress(FileNotFoundError):
        store.delete(key)


def init_app(app: Flask, settings: Settings) -> None:
    """Open the folder."""
    folder = settings.data_folder / "files"
    folder.mkdir(parents=True, exist_ok=True)
    app.extensions["files"] = LocalStore(folder)
