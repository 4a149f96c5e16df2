"""What the last run learned, kept in files, so that a web process can answer without learning itself.

Two engines: `posts` knows the placements and no profile, `people` the roster and no placement; a draft is
compared with one of them. Beside them stand the words that several candidates share. All of it is read in a
thread of its own: no request waits for it.
"""

import hashlib
import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import structlog
from flask import current_app

from diaspora.matching.engine import EngineFileError, Matcher
from diaspora.matching.records import Profile
from diaspora.matching.shared_words import SharedWords

log = structlog.get_logger()

VERSION = 1
"""One more whenever the file of words changes its form."""

State = tuple[int, int]


@dataclass(frozen=True)
class Engine:
    """What the last run learned. One thread at a time may use the matchers: hold `lock`."""

    posts: Matcher
    people: Matcher
    words: SharedWords
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass
class _Held:
    """What this process has read; `state` is that of the file it was read from, or tried to."""

    state: State | None = None
    engine: Engine | None = None
    reading: threading.Thread | None = None
    damaged: bool = False


_held: dict[Path, _Held] = {}
_changing = threading.Lock()


def keep(matcher: Matcher, profiles: Mapping[UUID, Profile]) -> None:
    """Write what a run learned. It takes the matcher apart: whoever calls does not need it any more."""
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    people, posts = list(matcher.profile_keys_), list(matcher.placement_keys_)
    whole = folder / "whole"
    matcher.save(whole)
    for key in posts:
        matcher.remove_placement(key)
    matcher.save(folder / "people")
    matcher = Matcher.load(whole)
    for key in people:
        matcher.remove_profile(key)
    matcher.save(folder / "posts")
    whole.unlink()
    # last: readers look at this file to learn that there is something new
    _write_words(folder / "words", SharedWords.of(profiles))


def forget() -> None:
    """Delete what the last run learned; the next one writes it anew."""
    for name in ("words", "people", "posts", "whole"):
        (_folder() / name).unlink(missing_ok=True)


def at_hand(wait: bool = False) -> Engine | None:
    """The engine that this process has read; None before the first run and until the first reading is done.

    A newer file begins to be read, and the older one serves meanwhile. With `wait` it is read first.
    """
    folder = _folder()
    state = _state(folder / "words")
    with _changing:
        held = _held.setdefault(folder, _Held())
        if state is not None and state != held.state and held.reading is None:
            held.reading = threading.Thread(target=_read, args=(folder, state, held), daemon=True)
            held.reading.start()
        reading = held.reading
    if wait and reading is not None:
        reading.join()
    return held.engine


def told_damaged() -> bool:
    """Whether the file turned out to be damaged; true once, for whoever has it written anew."""
    held = _held.get(_folder())
    if held is None or not held.damaged:
        return False
    held.damaged = False
    return True


def _read(folder: Path, state: State, held: _Held) -> None:
    engine, damaged = held.engine, False
    try:
        engine = Engine(
            Matcher.load(folder / "posts"), Matcher.load(folder / "people"), _read_words(folder / "words")
        )
    except (EngineFileError, OSError, ValueError, KeyError, TypeError) as error:
        damaged = True
        log.warning("engine file is damaged and will be written anew", error=str(error))
    with _changing:
        held.engine, held.state, held.damaged, held.reading = engine, state, damaged, None


def _folder() -> Path:
    folder: Path = current_app.extensions["settings"].data_folder / "matcher"
    return folder


def _state(path: Path) -> State | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size


def _write_words(path: Path, words: SharedWords) -> None:
    content = json.dumps({"version": VERSION, **words.as_json()}, ensure_ascii=False).encode()
    new = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(hashlib.sha256(content).digest() + content)
    new.replace(path)


def _read_words(path: Path) -> SharedWords:
    whole = path.read_bytes()
    digest, content = whole[:32], whole[32:]
    if hashlib.sha256(content).digest() != digest:
        raise EngineFileError(f"{path} is damaged: its checksum does not match")
    stored = json.loads(content)
    if stored["version"] != VERSION:
        raise EngineFileError(f"{path} has version {stored['version']!r}; this site reads {VERSION}")
    return SharedWords.from_json(stored)
