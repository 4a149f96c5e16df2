"""Documents that the site keeps, in a folder under DATA_FOLDER."""

from contextlib import suppress
from datetime import datetime

from flask import Flask, current_app
from obstore.exceptions import BaseError
from obstore.store import LocalStore

from diaspora.settings import Settings


def put(key: str, content: bytes) -> None:
    """Keep these bytes under this key, replacing what stood there, all of them or none.

    Raises OSError where they cannot be kept, as on a full disk.
    """
    store: LocalStore = current_app.extensions["files"]
    try:
        store.put(key, content)
    except BaseError as error:
        raise OSError(str(error)) from error


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


def older_than(moment: datetime, folder: str) -> list[str]:
    """The keys in this folder under which something was kept before this moment."""
    store: LocalStore = current_app.extensions["files"]
    return [one["path"] for some in store.list(f"{folder}/") for one in some if one["last_modified"] < moment]


def init_app(app: Flask, settings: Settings) -> None:
    """Open the folder."""
    folder = settings.data_folder / "files"
    folder.mkdir(parents=True, exist_ok=True)
    app.extensions["files"] = LocalStore(folder)
