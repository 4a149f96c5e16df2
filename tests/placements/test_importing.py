import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from diaspora.extensions import db
from diaspora.placements import importing, queries, services
from diaspora.placements.models import Placement
from diaspora.placements.rules import PlacementState
from diaspora.platform.access import SYSTEM, Actor, Role
from diaspora.platform.imports import UnusableFile
from tests import factories
from tests.factories import NOW


@pytest.fixture
def row() -> dict[str, Any]:
    """A good row; its institution and call are there."""
    factories.institution(source="demonstration", external_id="inst-1")
    factories.call(code="scientists-2099")
    return {
        "external_id": "pl-1",
        "institution": "inst-1",
        "call": "scientists-2099",
        "title": "Eroziunea solului",
        "language": "ro",
        "summary": "Pe scurt.",
        "tasks": "Sarcini.",
        "results": "Rezultate.",
        "transfer": "Cunoștințe.",
        "beneficiaries": "Agronomi.",
        "required_profile": "Doctorat.",
        "desired_profile": "",
        "fields": ["4.1", "1.5"],
        "languages": [
            {"code": "ro", "level": "B2", "required": True},
            {"code": "en", "level": "B1", "required": False},
        ],
        "starts_on": "2099-05-01",
        "ends_on": "2099-07-01",
        "length_days": 14,
        "mode": "hybrid",
        "seats": 2,
        "district": "MD-CU",
        "supervisor": {"name": "Ana", "position": "șefă", "email": "ana@example.org"},
        "counterpart": {"name": "Ion", "position": "asistent"},
        "closes_on": "2099-03-01",
    }


def run(*rows: Any, **options: Any) -> importing.PlacementReport:
    data = {"format": "diaspora-placements/1", "source": "demonstration", "placements": list(rows)}
    return importing.import_placements(data, SYSTEM, NOW, **options)


def only() -> Placement:
    return db.session.scalars(select(Placement)).one()


def officer() -> Actor:
    return Actor(factories.account(Role.OFFICER).id, frozenset({Role.MEMBER, Role.OFFICER}))


def test_a_good_row_becomes_a_draft_with_all_that_it_says(row: dict[str, Any]) -> None:
    report = run(row)
    placement = only()
    assert report.created == report.ids == {"pl-1": placement.id}
    assert (placement.state, placement.invented) == (PlacementState.DRAFT, True)
    assert (placement.title, placement.seats, placement.mode) == ("Eroziunea solului", 2, "hybrid")
    assert [(x.code, x.level, x.required) for x in placement.languages] == [
        ("ro", "B2", True),
        ("en", "B1", False),
    ]
    assert placement.search_text.startswith(" eroziunea solului pe stsurt ")
    assert queries.missing_terms(placement) == ()


def test_the_same_file_again_touches_nothing(row: dict[str, Any]) -> None:
    run(row)
    before = only().version
    report = run(row)
    assert report.unchanged == ["pl-1"]
    assert report.ids == {"pl-1": only().id}
    assert only().version == before


def test_a_changed_row_updates_unless_a_person_edited(row: dict[str, Any]) -> None:
    run(row)
    row = {**row, "title": "Nou", "languages": [{"code": "en", "level": "C1", "required": True}]}
    assert list(run(row).updated) == ["pl-1"]
    placement = only()
    assert (placement.title, [x.code for x in placement.languages]) == ("Nou", ["en"])
    assert placement.edited_at is None
    lead = Actor(placement.institution.memberships[0].account_id, frozenset({Role.MEMBER}))
    services.edit(placement, queries.terms_of(placement).__class__(title="Mine"), lead, NOW)
    report = run({**row, "title": "Alt titlu"})
    assert report.kept == {"pl-1": "edited by a person"}
    assert only().title == "Mine"


def test_a_changed_row_of_a_published_post_makes_a_version(row: dict[str, Any]) -> None:
    run(row, publish_as=officer())
    assert (only().state, only().terms_version) == (PlacementState.PUBLISHED, 1)
    run({**row, "results": "Două hărți."})
    assert only().terms_version == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": None}, "title: must be text"),
        ({"colour": "red"}, "colour: is not a known key"),
        ({"fields": ["99.9"]}, "is not an OECD field"),
        ({"fields": []}, "fields: needs at least 1"),
        ({"fields": ["4.1", "4.1"]}, "fields: holds the same value twice"),
        ({"district": "RO-B"}, "is not a district"),
        ({"mode": "flying"}, "mode: must be one of"),
        ({"starts_on": "2099-02-30"}, "starts_on: must be a day"),
        ({"starts_on": 4077388800}, "starts_on: must be a day"),
        ({"length_days": "14"}, "length_days: must be a whole number"),
        ({"languages": [{"code": "xx", "level": "B2", "required": True}]}, "languages[0].code"),
        ({"languages": [{"code": "ro", "level": "B2", "required": True}] * 2}, "same language"),
        ({"supervisor": {"name": "Ana", "position": "", "email": "nobody"}}, "supervisor.email"),
        ({"institution": "inst-9"}, "institution: none is known"),
        ({"call": "call-9"}, "call: there is none"),
        ({"ends_on": "2099-04-01"}, "ends_on: The last possible day"),
        ({"length_days": 200}, "length_days: "),
        ({"closes_on": "2099-06-01"}, "closes_on: "),
    ],
)
def test_a_bad_row_is_told_with_its_place_and_leaves_nothing(
    row: dict[str, Any], change: dict[str, Any], said: str
) -> None:
    good = {**row, "external_id": "pl-2"}
    report = run({**row, **change}, good)
    assert list(report.ids) == ["pl-2"]
    assert only().external_id == "pl-2"
    assert len(report.refused) == 1
    assert str(report.refused[0]).startswith("row 1 (pl-1): ")
    assert said in str(report.refused[0])


def test_what_is_no_row_at_all_is_told_too(row: dict[str, Any]) -> None:
    report = run("nonsense", None, {}, {**row, "external_id": 7}, row)
    assert [x.position for x in report.refused] == [1, 2, 3, 4]
    assert list(report.ids) == ["pl-1"]


def test_the_second_of_two_rows_with_one_name_is_bad(row: dict[str, Any]) -> None:
    report = run(row, {**row, "title": "Second"})
    assert only().title == "Eroziunea solului"
    assert "stands already at row 1" in str(report.refused[0])


def test_an_institution_is_found_by_its_ror_id(row: dict[str, Any]) -> None:
    host = factories.institution(ror_id="02b82hk77")
    run({**row, "institution": "https://ror.org/02b82hk77"})
    assert only().institution_id == host.id


def test_a_row_cannot_move_a_post_to_another_institution(row: dict[str, Any]) -> None:
    run(row)
    factories.institution(source="demonstration", external_id="inst-2")
    report = run({**row, "institution": "inst-2"})
    assert "stays with the institution" in str(report.refused[0])


def test_publishing_takes_what_passes_and_says_why_not(row: dict[str, Any]) -> None:
    gap = {**row, "external_id": "pl-gap", "tasks": ""}
    report = run(row, gap, publish_as=officer())
    assert report.published == ["pl-1"]
    assert report.unpublished == {"pl-gap": "missing: tasks"}
    states = dict(db.session.execute(select(Placement.external_id, Placement.state)).all())
    assert states == {"pl-1": PlacementState.PUBLISHED, "pl-gap": PlacementState.DRAFT}
    assert run(row, gap, publish_as=officer()).published == [], "what is public stays as it is"


@pytest.mark.parametrize("data", [[], {}, {"format": "x"}, {"format": importing.FORMAT.name, "source": "s"}])
def test_a_file_of_another_format_is_no_import(data: Any) -> None:
    with pytest.raises(UnusableFile):
        importing.import_placements(data, SYSTEM, NOW)


def command(app: Flask, *arguments: str) -> Any:
    return app.test_cli_runner().invoke(args=["placements", *arguments])


def file_of(folder: Path, content: Any, name: str = "placements.json") -> str:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return str(path)


def test_the_command_ends_with_0_1_or_2(app: Flask, tmp_path: Path, row: dict[str, Any]) -> None:
    data = {"format": importing.FORMAT.name, "source": "demonstration", "placements": [row]}
    done = command(app, "import", file_of(tmp_path, data))
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith("1 created, 0 updated")
    data["placements"] = [row, {**row, "external_id": "pl-2", "seats": 0}]
    done = command(app, "import", file_of(tmp_path, data))
    assert done.exit_code == 1
    assert done.stderr == "row 2 (pl-2): seats: must be at least 1\n"
    for arguments in (
        [str(tmp_path / "nowhere.json")],
        [file_of(tmp_path, "{not json", "broken.json")],
        [file_of(tmp_path, {"format": "other"}, "other.json")],
        [file_of(tmp_path, data), "--publish-as", factories.account().email],
    ):
        done = command(app, "import", *arguments)
        assert (done.exit_code, done.stdout) == (2, "")
        assert done.stderr.count("\n") == 1


def test_the_command_publishes_as_an_officer(app: Flask, tmp_path: Path, row: dict[str, Any]) -> None:
    data = {"format": importing.FORMAT.name, "source": "demonstration", "placements": [row]}
    email = factories.account(Role.OFFICER).email
    done = command(app, "import", file_of(tmp_path, data), "--publish-as", email)
    assert done.exit_code == 0
    assert "1 published" in done.stdout
    assert only().state is PlacementState.PUBLISHED


def test_the_command_lets_posts_expire(app: Flask) -> None:
    placement = factories.placement(closes_on=NOW.date().replace(year=2020))
    assert command(app, "expire").stdout == "1 expired\n"
    db.session.expire_all()
    assert placement.state is PlacementState.EXPIRED
