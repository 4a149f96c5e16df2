"""What the last run learned, kept in files, so that nobody else has to learn it again.

Three engines: `whole` knows everybody and everything, and is what edits are taken into; `posts` knows the
placements and no profile, `people` the roster and no placement, and the draft in a form is compared with
one of them. Beside them stand the words that several candidates share, and `standing`: what the stored
suggestions stand for. For a form all of it is read in a thread of its own: no request waits for it.
"""

import fcntl
import hashlib
import json
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from flask import current_app

from diaspora.matching.engine import EngineFileError, Matcher
from diaspora.matching.engine.explanation import forget_read
from diaspora.matching.records import Profile
from diaspora.matching.shared_words import SharedWords

log = structlog.get_logger()

VERSION = 2
"""One more whenever the files of words or of the standing change their form."""

FILES = ("whole", "posts", "people", "words", "standing")
LOCKS = ("changing", "learning")
UNREADABLE = (EngineFileError, OSError, ValueError, KeyError, TypeError, AttributeError)
"""What reading a file raises that is not there, damaged, or from another version of the site."""

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


@dataclass(frozen=True)
class Standing:
    """What the stored suggestions stand for.

    run_id, settings: the run that learned, and the hash of all that decided its outcome beside the records.
    marks: every record as it was matched last; see Corpus.marks.
    edited: what came, changed or left since the run.
    """

    run_id: UUID
    settings: str
    marks: Mapping[UUID, str]
    edited: frozenset[UUID] = frozenset()

    def differences(self, marks: Mapping[UUID, str]) -> frozenset[UUID]:
        """What came, changed or left since, when these are the marks now."""
        return frozenset(
            key for key in self.marks.keys() | marks.keys() if self.marks.get(key) != marks.get(key)
        )

    def as_json(self) -> dict[str, Any]:
        """What stands in the file."""
        return {
            "run": str(self.run_id),
            "settings": self.settings,
            "marks": {str(key): mark for key, mark in self.marks.items()},
            "edited": sorted(map(str, self.edited)),
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Standing":
        """The reverse of `as_json`."""
        marks = {UUID(key): mark for key, mark in stored["marks"].items()}
        return cls(UUID(stored["run"]), stored["settings"], marks, frozenset(map(UUID, stored["edited"])))


@contextmanager
def alone(lock: str, wait: bool = True) -> Iterator[bool]:
    """Only one process and thread at a time holds this lock, and a process that dies lets it go.

    Without `wait` the answer is False where somebody else holds it.
    """
    with (_made_folder() / lock).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
        else:
            yield True


def keep(matcher: Matcher, profiles: Mapping[UUID, Profile], standing: Standing) -> None:
    """Write what is known now; hold `alone("changing")`, and have the suggestions committed before.

    It takes the matcher apart: whoever calls does not need it any more. Interrupted, it leaves the older
    standing, so that the same edits are taken in once more.
    """
    folder = _made_folder()
    _clear(folder)
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
    forget_read()
    # after the engines: readers look at this file to learn that there is something new
    _write(folder / "words", SharedWords.of(profiles).as_json())
    _write(folder / "standing", standing.as_json())


def standing() -> Standing | None:
    """What the stored suggestions stand for; None where that is not known."""
    path = _folder() / "standing"
    try:
        return Standing.from_json(_read_json(path)) if path.exists() else None
    except UNREADABLE as error:
        log.warning("engine file is damaged and will be written anew", error=str(error))
        return None


def whole() -> Matcher | None:
    """The engine that knows everybody and everything; None where its file is missing or of no use."""
    path = _folder() / "whole"
    try:
        return Matcher.load(path) if path.exists() else None
    except UNREADABLE as error:
        log.warning("engine file is damaged and will be written anew", error=str(error))
        return None


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
            Matcher.load(folder / "posts"),
            Matcher.load(folder / "people"),
            SharedWords.from_json(_read_json(folder / "words")),
        )
    except UNREADABLE as error:
        damaged = True
        log.warning("engine file is damaged and will be written anew", error=str(error))
    with _changing:
        held.engine, held.state, held.damaged, held.reading = engine, state, damaged, None


def _folder() -> Path:
    folder: Path = current_app.extensions["settings"].data_folder / "matcher"
    return folder


def _made_folder() -> Path:
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _clear(folder: Path) -> None:
    # half a file of a process that died would keep texts of people who have left since
    for path in folder.iterdir():
        if path.name not in {*FILES, *LOCKS}:
            path.unlink()


def _state(path: Path) -> State | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size


def _write(path: Path, stored: dict[str, Any]) -> None:
    content = json.dumps({"version": VERSION, **stored}, ensure_ascii=False).encode()
    new = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(hashlib.sha256(content).digest() + content)
    new.replace(path)


def _read_json(path: Path) -> dict[str, Any]:
    whole = path.read_bytes()
    digest, content = whole[:32], whole[32:]
    if hashlib.sha256(content).digest() != digest:
        raise EngineFileError(f"{path} is damaged: its checksum does not match")
    stored: dict[str, Any] = json.loads(content)
    if stored["version"] != VERSION:
        raise EngineFileError(f"{path} has version {stored['version']!r}; this site reads {VERSION}")
    return stored
