"""What both imports share is tested here once; each package's tests go through it with its own rows."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError

from diaspora.platform import imports
from diaspora.platform.access import SYSTEM, Role
from diaspora.platform.imports import (
    FileFormat,
    Importer,
    ImportReport,
    ImportRow,
    ShortText,
    Title,
    UnusableFile,
    faults,
)
from diaspora.platform.refusals import Refused
from tests import factories
from tests.factories import NOW

FORMAT = FileFormat("diaspora-notes/1", "notes")


class NoteRow(ImportRow):
    title: Title
    text: ShortText = ""


@dataclass
class Note:
    title: str
    id: UUID
    edited_at: datetime | None = None


STORE: dict[str, Note] = {}


@dataclass(kw_only=True)
class Notes(Importer[NoteRow, Note]):
    finished: list[str]

    def look_up(self, rows: Any) -> dict[str, Note]:
        return {row.external_id: STORE[row.external_id] for row in rows if row.external_id in STORE}

    def create(self, row: NoteRow) -> Note:
        if row.title == "refuse me":
            raise Refused("title: no")
        return STORE.setdefault(row.external_id, Note(row.title, uuid4()))

    def changes(self, row: NoteRow, stored: Note) -> list[str]:
        return ["title"] if row.title != stored.title else []

    def update(self, row: NoteRow, stored: Note, changes: Any) -> None:
        stored.title = row.title

    def finish(self, current: Any) -> None:
        self.finished += [row.external_id for row, _ in current]

    def kept_because(self, stored: Note) -> str:
        return "it is locked" if stored.title == "locked" else ""


@pytest.fixture(autouse=True)
def empty_store() -> None:
    STORE.clear()


def bring(*rows: Any, after_batch: Any = None) -> Notes:
    notes = Notes(row_type=NoteRow, source="s", actor=SYSTEM, now=NOW, report=ImportReport(), finished=[])
    notes.run(rows, after_batch)
    return notes


def note(external_id: str, title: str = "A") -> dict[str, Any]:
    return {"external_id": external_id, "title": title}


def test_every_row_ends_in_one_of_five_ways() -> None:
    bring(note("same"), note("new title"), note("mine"), note("lock", "locked"))
    STORE["mine"].edited_at = NOW
    notes = bring(
        note("same"),
        note("new title", "B"),
        note("mine", "B"),
        note("lock", "B"),
        note("new"),
        note("bad", ""),
    )
    report = notes.report
    assert report.summary() == "1 created, 1 updated, 1 unchanged, 2 kept, 1 refused"
    assert report.kept == {"mine": "edited by a person", "lock": "it is locked"}
    assert sorted(report.ids) == ["lock", "mine", "new", "new title", "same"]
    assert notes.finished == ["same", "new title", "new"], "what was kept is nobody's business any more"
    assert STORE["mine"].title == "A"


def test_what_a_person_edited_is_not_gone_on_with_even_if_the_file_says_the_same() -> None:
    bring(note("a"))
    STORE["a"].edited_at = NOW
    notes = bring(note("a"))
    assert (notes.report.unchanged, notes.finished) == (["a"], [])


def test_refusals_are_told_in_the_order_of_the_file() -> None:
    report = bring(note("a", "refuse me"), None, note("c"), note("c")).report
    assert report.remarks() == [
        "row 1 (a): title: no",
        "row 2: must be an object",
        "row 4 (c): external_id: stands already at row 3",
    ]


def test_a_name_that_stood_in_an_earlier_batch_stands_there_already(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "BATCH", 2)
    done: list[int] = []
    report = bring(note("a"), note("b"), note("a"), note("d"), note("e"), after_batch=done.append).report
    assert done == [2, 4, 5]
    assert str(report.refused[0]) == "row 3 (a): external_id: stands already at row 1"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (note("a", " \u0000 "), ["title: must not be empty"]),
        (note("a", "x" * 501), ["title: is longer than 500 characters"]),
        (note("a", 7), ["title: must be text"]),  # type: ignore[arg-type]  # that is what is refused
        (
            {"external_id": "", "more": 1},
            ["external_id: must not be empty", "title: is missing", "more: is not a known key"],
        ),
    ],
)
def test_faults_are_said_in_plain_words(row: Any, said: list[str]) -> None:
    with pytest.raises(ValidationError) as caught:
        NoteRow.model_validate(row)
    assert faults(caught.value) == said


def test_the_bounds_count_what_is_left_after_cleaning() -> None:
    assert NoteRow.model_validate({**note("a"), "text": "x" * 200 + " \n"}).text == "x" * 200


@pytest.mark.parametrize(
    "content",
    [
        [],
        {},
        {"format": "diaspora-notes/2", "source": "s", "notes": []},
        {"format": FORMAT.name, "source": " ", "notes": []},
        {"format": FORMAT.name, "source": "s" * 101, "notes": []},
        {"format": FORMAT.name, "source": "s", "notes": {}},
        {"format": FORMAT.name, "source": "s", "notes": [], "more": 1},
    ],
)
def test_another_head_makes_the_file_unusable(content: Any) -> None:
    with pytest.raises(UnusableFile):
        imports.check_head(content, FORMAT)


def test_only_a_case_officer_can_be_named() -> None:
    account = factories.account(Role.OFFICER)
    assert imports.officer("--as", account.email, account).account_id == account.id
    for other in (None, factories.account(Role.REVIEWER)):
        with pytest.raises(UnusableFile, match=r"--as: x@example.org is not a case officer here"):
            imports.officer("--as", "x@example.org", other)


def test_a_command_ends_with_the_numbers_and_a_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "notes.json"
    file.write_text('{"format": "diaspora-notes/1", "source": "s", "notes": [1]}', encoding="utf-8-sig")

    def work(data: dict[str, Any], after_batch: Any) -> ImportReport:
        return bring(*data["notes"], after_batch=after_batch).report

    with pytest.raises(SystemExit) as ended:
        imports.run_command(file, FORMAT, work)
    assert ended.value.code == 1
    said = capsys.readouterr()
    assert said.err == "row 1: must be an object\n"
    assert said.out == "0 created, 0 updated, 0 unchanged, 0 kept, 1 refused\n"
