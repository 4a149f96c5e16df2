"""Background work: a function and plain arguments, done by a worker after the request has committed.

The queue is huey: SQLite beside an SQLite database, Redis or PostgreSQL in production. Messages are
JSON, so that nobody who can write to the queue can run code.
"""

import json
from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import Any

import huey as huey_library
from flask import Flask, current_app
from huey import crontab
from huey.registry import Message
from sqlalchemy import event
from sqlalchemy.orm import Session

from diaspora.extensions import db
from diaspora.settings import Settings

Job = Callable[..., None]

_JOBS: dict[str, Job] = {}
_EVERY_MINUTE: list[str] = []
_EVERY_NIGHT: list[str] = []


class JsonSerializer:
    """Huey's messages and results as JSON."""

    def serialize(self, data: Any) -> bytes:
        """Plain values, or a message whose arguments are plain values."""
        if isinstance(data, Message):
            data = {"message": [x.isoformat() if isinstance(x, datetime) else x for x in data]}
        return json.dumps(data).encode()

    def deserialize(self, data: bytes) -> Any:
        """The reverse; times of day in a message become datetimes again."""
        value = json.loads(data)
        if not isinstance(value, dict) or "message" not in value:
            return value
        message = Message(*value["message"])
        times = {
            name: datetime.fromisoformat(getattr(message, name))
            for name in ("eta", "expires", "expires_resolved")
            if isinstance(getattr(message, name, None), str)
        }
        return message._replace(args=tuple(message.args or ()), **times)


def queue_for(settings: Settings, immediate: bool) -> huey_library.Huey:
    """The queue that these settings ask for."""
    options: dict[str, Any] = {"serializer": JsonSerializer(), "results": False, "immediate": immediate}
    if settings.redis_url:
        return huey_library.RedisHuey("diaspora", url=settings.redis_url, **options)
    if settings.database_address.startswith("postgresql"):
        dsn = settings.database_address.replace("postgresql+psycopg://", "postgresql://", 1)
        return huey_library.PostgresHuey("diaspora", dsn=dsn, **options)
    settings.data_folder.mkdir(parents=True, exist_ok=True)
    return huey_library.SqliteHuey("diaspora", filename=str(settings.data_folder / "jobs.sqlite"), **options)


def job(function: Job) -> Job:
    """Register a function as a job; it runs in an application context with one commit at its end."""
    _JOBS[f"{function.__module__}.{function.__name__}"] = function
    return function


def every_minute(function: Job) -> Job:
    """Let the worker do this job each minute, too, whether or not somebody asked."""
    _EVERY_MINUTE.append(f"{function.__module__}.{function.__name__}")
    return function


def every_night(function: Job) -> Job:
    """Let the worker do this job each night; it is tried again as any other job is."""
    _EVERY_NIGHT.append(f"{function.__module__}.{function.__name__}")
    return function


def enqueue(function: Job, *arguments: str | int) -> None:
    """Run this job once the present transaction has committed; a roll-back forgets it."""
    name = f"{function.__module__}.{function.__name__}"
    if name not in _JOBS:
        raise ValueError(f"{name} is not marked as a job")
    waiting: list[tuple[str, list[str | int]]] = db.session.info.setdefault("jobs", [])
    if (name, list(arguments)) not in waiting:
        waiting.append((name, list(arguments)))


def run(app: Flask, name: str, arguments: list[str | int]) -> None:
    """Do one job now, with its own context and commit."""
    with app.app_context():
        _JOBS[name](*arguments)
        db.session.commit()


def _send(session: Session) -> None:
    if session.in_nested_transaction():
        return
    waiting = session.info.pop("jobs", [])
    for name, arguments in waiting:
        current_app.extensions["run_job"](name, arguments)


def _forget(session: Session, *_rest: object) -> None:
    if session.in_nested_transaction():
        return
    session.info.pop("jobs", None)


event.listen(db.session, "after_commit", _send)
event.listen(db.session, "after_rollback", _forget)


class Queue:
    """The site's queue; it is opened when something is put into it or taken from it, not before."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    @cached_property
    def opened(self) -> tuple[huey_library.Huey, Callable[[str, list[str | int]], object]]:
        """Huey's own object, and its one task, which does all jobs."""
        made = queue_for(self.settings, immediate=False)

        @made.task(name="diaspora", retries=3, retry_delay=30)
        def do(name: str, arguments: list[str | int]) -> None:
            run(self.app, name, arguments)

        @made.periodic_task(crontab(minute="*"), name="diaspora-minute")
        def minute() -> None:
            for name in _EVERY_MINUTE:
                run(self.app, name, [])

        @made.periodic_task(crontab(hour="1", minute="20"), name="diaspora-night")
        def night() -> None:
            for name in _EVERY_NIGHT:
                do(name, [])

        return made, do

    @property
    def huey(self) -> huey_library.Huey:
        """Huey's own object, for a worker."""
        return self.opened[0]

    def put(self, name: str, arguments: list[str | int]) -> None:
        """Ask the worker to do a job."""
        self.opened[1](name, arguments)


def init_app(app: Flask, settings: Settings) -> None:
    """Bind the queue; tests put something in the place of `run_job` that does jobs when they say so."""
    app.extensions["queue"] = Queue(app, settings)
    app.extensions["run_job"] = app.extensions["queue"].put
