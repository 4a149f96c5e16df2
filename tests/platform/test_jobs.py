"""Jobs: after the commit, not after a roll-back, as JSON, by a real worker's queue."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from diaspora.extensions import db
from diaspora.platform import jobs as platform_jobs
from tests import factories
from tests.conftest import Jobs, settings_for

DONE: list[str] = []


@platform_jobs.job
def remember(word: str) -> None:
    DONE.append(word)


@pytest.fixture(autouse=True)
def nothing_done() -> None:
    DONE.clear()


def test_a_job_starts_after_the_commit_and_once(jobs: Jobs) -> None:
    from_here("first")
    from_here("first")
    assert jobs.waiting == []
    factories.account()
    assert [arguments for _name, arguments in jobs.waiting] == [["first"]]
    jobs.run()
    assert DONE == ["first"]


def test_a_roll_back_forgets_its_jobs(jobs: Jobs) -> None:
    from_here("never")
    db.session.rollback()
    factories.account()
    assert jobs.waiting == []


def test_a_refused_part_does_not_forget_what_was_asked_before(jobs: Jobs) -> None:
    from_here("kept")
    savepoint = db.session.begin_nested()
    savepoint.rollback()
    db.session.commit()
    assert [arguments for _name, arguments in jobs.waiting] == [["kept"]]


def test_a_savepoint_alone_starts_nothing(jobs: Jobs) -> None:
    with db.session.begin_nested():
        from_here("later")
    assert jobs.waiting == []
    db.session.commit()
    assert [arguments for _name, arguments in jobs.waiting] == [["later"]]


def from_here(word: str) -> None:
    db.session.execute(db.text("SELECT 1"))
    platform_jobs.enqueue(remember, word)


def test_an_unmarked_function_is_no_job() -> None:
    with pytest.raises(ValueError, match="not marked"):
        platform_jobs.enqueue(from_here, "x")


def test_a_message_goes_through_the_queue_as_json(app: Flask, tmp_path: Path) -> None:
    queue = platform_jobs.queue_for(settings_for(tmp_path, "sqlite://"), immediate=False)
    queue.immediate = False

    @queue.task(name="say", retries=2)
    def say(name: str, arguments: list[str]) -> None:
        DONE.extend([name, *arguments])

    say("hello", ["Chișinău", 2])
    raw = queue.storage.enqueued_items()[0]
    assert raw.startswith(b'{"message"'), "pickle would run code from the queue"
    task = queue.dequeue()
    queue.execute(task)
    assert DONE == ["hello", "Chișinău", 2]


def test_times_survive_the_queue() -> None:
    serializer = platform_jobs.JsonSerializer()
    moment = datetime(2027, 1, 2, 3, 4, tzinfo=UTC)
    assert serializer.deserialize(serializer.serialize({"a": [1, "x"]})) == {"a": [1, "x"]}
    message = platform_jobs.Message("id", "name", moment, 0, 0, None, ("a",), {}, None, None)
    assert serializer.deserialize(serializer.serialize(message)).eta == moment
