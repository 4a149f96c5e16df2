import copy
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from diaspora.extensions import db
from diaspora.platform import clock, imports
from diaspora.platform.access import SYSTEM, Actor, Role
from diaspora.platform.imports import UnusableFile, read_json
from diaspora.platform.mail.models import OutboxMail
from diaspora.profiles import editing, importing, queries, services
from diaspora.profiles.importing import ProfileReport
from diaspora.profiles.models import Candidate, Degree, SpokenLanguage
from diaspora.profiles.rules import CandidateState, LeavingReason
from diaspora.profiles.signals import candidate_changed, candidate_left
from tests import factories

NOW = factories.NOW
AFTER_ALL_CONSENTS = datetime(2027, 1, 1, tzinfo=UTC)

ROW: dict[str, Any] = {
    "external_id": "a-1",
    "email": "Vera@Example.org",
    "given_name": "Vera",
    "family_name": "Popa",
    "birth_year": 1988,
    "country": "FR",
    "links_to_moldova": ["citizen", "family"],
    "career_stage": "recognised",
    "position": "Researcher",
    "employer": "Institute",
    "employed_abroad": True,
    "years_abroad": 4,
    "degrees": [
        {"level": "doctorate", "subject": "Soil science", "institution": "U", "country": "FR", "year": 2015},
        {"level": "master", "subject": "Geography", "institution": "U", "country": "MD", "year": 2010},
    ],
    "fields": ["4.1", "1.5"],
    "languages": [{"code": "ro", "level": "native"}, {"code": "fr", "level": "C1"}],
    "availability": [{"starts_on": "2027-06-01", "ends_on": "2027-09-15"}],
    "interests": "Soil erosion on vineyard slopes.",
    "text_language": "en",
    "experience": "Ten years of field work.",
    "orcid": None,
    "publications": [
        {"title": "Erosion", "abstract": "Plots.", "year": 2020, "doi": None, "language": "en"},
        {"title": "Slopes", "abstract": "", "year": 2021, "doi": "10.1000/Abc", "language": "fr"},
    ],
    "consent": {"text_version": "roster-1", "given_on": "2026-10-01", "source": "paper form"},
}


def row(external_id: str = "a-1", **changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(ROW), "external_id": external_id, **changes}


def file(*rows: Any) -> dict[str, Any]:
    return {"format": "diaspora-profiles/1", "source": "fellowships", "profiles": list(rows)}


def bring(*rows: Any, **options: Any) -> ProfileReport:
    return importing.import_profiles(file(*rows), SYSTEM, NOW, **options)


def officer() -> Actor:
    return Actor(factories.account(Role.OFFICER).id, frozenset({Role.OFFICER}), "en")


def only() -> Candidate:
    db.session.expire_all()
    return db.session.scalars(select(Candidate)).one()


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_row_becomes_a_whole_draft_with_its_consent() -> None:
    report = bring(row())
    candidate = only()
    assert report.created == {"a-1": candidate.id} == report.ids
    assert candidate.state is CandidateState.DRAFT
    assert (candidate.account_id, candidate.email, candidate.edited_at) == (None, "vera@example.org", None)
    assert [(d.level.value, d.year) for d in candidate.degrees] == [("doctorate", 2015), ("master", 2010)]
    assert [x.code for x in candidate.languages] == ["ro", "fr"]
    assert [p.title for p in candidate.publications] == ["Erosion", "Slopes"]
    assert candidate.publications[1].doi == "10.1000/abc"
    consent = candidate.consents[0]
    assert (consent.text_version, consent.source) == ("roster-1", "paper form")
    assert clock.local_day(consent.given_at).isoformat() == "2026-10-01"
    assert queries.missing_parts(candidate) == ()


def test_the_same_file_again_changes_nothing() -> None:
    bring(row(), row("a-2"))
    versions = list(db.session.scalars(select(Candidate.version).order_by(Candidate.external_id)))
    report = bring(row(), row("a-2"))
    assert report.unchanged == ["a-1", "a-2"]
    assert not report.created
    assert not report.updated
    assert list(db.session.scalars(select(Candidate.version).order_by(Candidate.external_id))) == versions
    assert (count(Degree), count(SpokenLanguage)) == (4, 4)


@pytest.mark.parametrize(
    "changes",
    [
        {"position": "Head of laboratory"},
        {"fields": ["1.5", "4.1"]},
        {"languages": [{"code": "fr", "level": "C2"}, {"code": "ro", "level": "native"}]},
        {"availability": []},
        {"publications": list(reversed(ROW["publications"]))},
        {"email": None},
    ],
)
def test_a_changed_row_is_updated_as_a_whole(changes: dict[str, Any]) -> None:
    bring(row())
    report = bring(row(**changes))
    assert list(report.updated) == ["a-1"]
    assert bring(row(**changes)).unchanged == ["a-1"]
    assert count(SpokenLanguage) == 2


def test_what_a_person_edited_is_kept_and_reported() -> None:
    bring(row())
    candidate = only()
    candidate.account_id = factories.account().id
    person = Actor(candidate.account_id, frozenset({Role.CANDIDATE}), "en")
    editing.save_interests(candidate, interests="My own words.", text_language="en", actor=person, now=NOW)
    report = bring(row(position="Somebody else's idea"))
    assert report.kept == {"a-1": "edited by a person"}
    assert (only().interests, only().position) == ("My own words.", "Researcher")


def test_a_consent_that_was_withdrawn_is_not_given_again_by_a_file() -> None:
    bring(row(), admit_as=officer())
    candidate = only()
    candidate.account_id = factories.account().id
    services.withdraw_consent(candidate, Actor(candidate.account_id, frozenset({Role.CANDIDATE}), "en"), NOW)
    bring(row(), admit_as=officer())
    assert queries.roster_consent(only()) is None
    assert only().state is CandidateState.PAUSED


def test_somebody_who_asked_for_erasure_is_not_brought_back() -> None:
    bring(row())
    only().state = CandidateState.ERASURE_REQUESTED
    db.session.flush()
    assert bring(row(position="New")).kept == {"a-1": "the person asked for erasure"}


def wrong(**changes: Any) -> dict[str, Any]:
    return row("bad", **changes)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("not an object", "must be an object"),
        ({}, "external_id: is missing"),
        (wrong(extra=1), "extra: is not a known key"),
        (wrong(given_name=""), "given_name: must not be empty"),
        (wrong(given_name=" \u0000 "), "given_name: must not be empty"),
        (wrong(given_name=7), "given_name: must be text"),
        (wrong(country="XX"), "country: 'XX' is not a country"),
        (wrong(years_abroad=6), "years_abroad: must be at most 5"),
        (wrong(years_abroad="4"), "years_abroad: must be a whole number"),
        (wrong(years_abroad=True), "years_abroad: must be a whole number"),
        (wrong(employed_abroad="yes"), "employed_abroad: must be true or false"),
        (wrong(career_stage="senior"), "career_stage: must be one of"),
        (wrong(fields=[]), "fields: needs at least 1"),
        (wrong(fields=["4.1", "4.1"]), "fields: holds the same value twice"),
        (wrong(fields=["4"]), "fields[0]: '4' is not an OECD field"),
        (wrong(languages=[{"code": "ro", "level": "D1"}]), "languages[0].level: 'D1' is not a level"),
        (
            wrong(languages=[{"code": "ro", "level": "B1"}, {"code": "ro", "level": "B2"}]),
            "the same language stands there twice",
        ),
        (
            wrong(availability=[{"starts_on": "2027-06-02", "ends_on": "2027-06-01"}]),
            "availability[0]: ends_on is before starts_on",
        ),
        (wrong(availability=[{"starts_on": 1, "ends_on": "2027-06-01"}]), "starts_on: must be a day such as"),
        (wrong(availability=[{"starts_on": "2027-02-30", "ends_on": "2027-06-01"}]), "must be a day such as"),
        (wrong(email="vera at example"), "email: "),
        (wrong(orcid="0000-0002-1825-0098"), "orcid: '0000-0002-1825-0098' is not an ORCID"),
        (
            wrong(publications=[{**ROW["publications"][0], "doi": "doi"}]),
            "publications[0].doi: 'doi' is not a DOI",
        ),
        (
            wrong(consent={**ROW["consent"], "text_version": "roster-9"}),
            "'roster-9' is not a text that we know",
        ),
        (wrong(consent={**ROW["consent"], "given_on": "2027-01-01"}), "given_on is still to come"),
        (wrong(interests="x" * 9000), "interests: is longer than 8000 characters"),
    ],
)
def test_a_bad_row_is_told_with_its_place_and_reason_and_the_good_ones_are_stored(
    bad: Any, reason: str
) -> None:
    report = bring(row("before"), bad, row("after"))
    assert sorted(report.created) == ["after", "before"]
    assert len(report.refused) == 1
    refusal = report.refused[0]
    assert refusal.position == 2
    assert refusal.external_id == (bad.get("external_id", "") if isinstance(bad, dict) else "")
    assert reason in str(refusal)
    assert str(refusal).startswith("row 2")
    assert count(Candidate) == 2


def test_every_fault_of_a_row_is_told_at_once() -> None:
    report = bring(wrong(country="XX", years_abroad=9))
    assert len(report.refused[0].reasons) == 2


def test_an_external_id_that_stood_there_before_is_a_bad_row() -> None:
    report = bring(row(), row(given_name="Other"))
    assert list(report.created) == ["a-1"]
    assert str(report.refused[0]) == "row 2 (a-1): external_id: stands already at row 1"
    assert only().given_name == "Vera"


def test_never_half_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the database refuses late in a row takes the whole row with it, and no other."""
    bring(row("a-1"))
    genuine = importing.audit.record

    def failing(act: str, actor: Actor, at: Any, about: Any = None, **payload: Any) -> Any:
        if getattr(about, "external_id", "") in {"a-1", "a-2"}:
            db.session.add(SpokenLanguage(candidate_id=about.id, code="ro", level="A1"))
            db.session.flush()
        return genuine(act, actor, at, about, **payload)

    monkeypatch.setattr(importing.audit, "record", failing)
    report = bring(row("a-1", position="Changed"), row("a-2"), row("a-3"))
    assert [r.external_id for r in report.refused] == ["a-1", "a-2"]
    assert list(report.created) == ["a-3"]
    assert "a-2" not in report.ids
    db.session.expire_all()
    positions = dict(db.session.execute(select(Candidate.external_id, Candidate.position)).all())  # type: ignore[arg-type]
    assert positions == {"a-1": "Researcher", "a-3": "Researcher"}
    assert count(Degree) == 4


def test_complete_rows_with_consent_are_admitted_as_the_officer() -> None:
    actor = officer()
    report = bring(row("yes"), row("no-consent", consent=None), row("no-degree", degrees=[]), admit_as=actor)
    assert report.admitted == ["yes"]
    assert [c.external_id for c in queries.for_matching()] == ["yes"]
    assert bring(row("yes"), admit_as=actor).admitted == []


def test_no_officer_admits_their_own_profile_by_an_import() -> None:
    actor = officer()
    bring(row(consent=None))
    only().account_id = actor.account_id
    db.session.flush()
    assert bring(row(), admit_as=actor).admitted == []
    assert only().state is CandidateState.DRAFT


def test_an_update_does_not_take_from_the_roster_what_it_needs() -> None:
    bring(row(), admit_as=officer())
    report = bring(row(degrees=[]))
    assert "would lose: degrees" in str(report.refused[0])
    assert len(only().degrees) == 2


def test_the_matcher_hears_of_updates_and_of_a_consent_that_the_source_no_longer_holds() -> None:
    bring(row(), admit_as=officer())
    news: list[Any] = []

    def changed(sender: Candidate, **_more: Any) -> None:
        news.append("changed")

    def left(sender: Candidate, **more: Any) -> None:
        news.append(more["why"])

    with candidate_changed.connected_to(changed), candidate_left.connected_to(left):
        bring(row(position="Head"))
        bring(row(position="Head", consent=None))
    assert news == ["changed", LeavingReason.CONSENT_WITHDRAWN]
    assert not queries.for_matching()


def test_people_without_an_account_get_a_link_once_a_month_at_most() -> None:
    bring(row("a"), row("b", email=None))
    assert bring(row("a"), row("b", email=None), mail_claims=True).mailed == ["a"]
    mail = db.session.scalars(select(OutboxMail)).one()
    assert (mail.address, mail.language, mail.message) == ("vera@example.org", "en", "profile_claim")
    assert "http://localhost/en/profile/claim/" in mail.text
    assert bring(row("a"), mail_claims=True).mailed == []
    later = NOW + timedelta(days=31)
    assert importing.import_profiles(file(row("a")), SYSTEM, later, mail_claims=True).mailed == ["a"]


def test_keys_are_looked_up_a_batch_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "BATCH", 2)
    looked: list[int] = []
    genuine = importing._ProfileImporter.look_up

    def look_up(self: Any, rows: Any) -> Any:
        looked.append(len(rows))
        return genuine(self, rows)

    monkeypatch.setattr(importing._ProfileImporter, "look_up", look_up)
    done: list[int] = []
    bring(*(row(f"x-{n}") for n in range(5)), after_batch=done.append)
    assert (looked, done) == ([2, 2, 1], [2, 4, 5])


@pytest.mark.parametrize(
    "content",
    [
        [],
        {},
        {"format": "diaspora-profiles/2", "source": "x", "profiles": []},
        {"format": "diaspora-profiles/1", "source": "", "profiles": []},
        {"format": "diaspora-profiles/1", "source": "x", "profiles": {}},
        {"format": "diaspora-profiles/1", "source": "x", "profiles": [], "more": 1},
    ],
)
def test_another_format_is_refused_as_a_whole(content: Any) -> None:
    with pytest.raises(UnusableFile):
        importing.import_profiles(content, SYSTEM, NOW)


def run(app: Flask, *arguments: str) -> Any:
    return app.test_cli_runner().invoke(args=["profiles", "import", *arguments])


def written(folder: Path, content: Any) -> str:
    path = folder / "profiles.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return str(path)


def test_the_command_imports_the_good_rows_and_exits_with_1_for_the_bad(app: Flask, tmp_path: Path) -> None:
    address = factories.account(Role.OFFICER).email
    path = written(tmp_path, file(row(), wrong(country="XX")))
    result = run(app, path, "--admit-as", address, "--mail-claims")
    assert result.exit_code == 1
    assert "row 2 (bad): country: 'XX' is not a country" in result.stderr
    assert result.stdout.startswith("1 created, 0 updated, 0 unchanged, 0 kept, 1 refused; 1 admitted")
    assert only().state is CandidateState.ON_ROSTER
    again = run(app, written(tmp_path, file(row())))
    assert again.exit_code == 0
    assert "0 created, 0 updated, 1 unchanged" in again.stdout


@pytest.mark.parametrize("content", ["", "{", "[1, 2", '{"format": "other"}', "[" * 100_000])
def test_a_file_that_is_no_import_is_one_line_and_exit_code_2(
    app: Flask, tmp_path: Path, content: str
) -> None:
    result = run(app, written(tmp_path, content))
    assert result.exit_code == 2
    assert len(result.stderr.strip().splitlines()) == 1
    assert "Traceback" not in result.output


def test_an_unreadable_file_and_an_unknown_officer_are_one_line_and_exit_code_2(
    app: Flask, tmp_path: Path
) -> None:
    (tmp_path / "latin.json").write_bytes(b'{"format": "\xe9"}')
    reviewer = factories.account(Role.REVIEWER)
    good = written(tmp_path, file(row()))
    for arguments in (
        [str(tmp_path / "nowhere.json")],
        [str(tmp_path)],
        [str(tmp_path / "latin.json")],
        [good, "--admit-as", reviewer.email],
        [good, "--admit-as", "nobody@example.org"],
    ):
        result = run(app, *arguments)
        assert result.exit_code == 2
        assert len(result.stderr.strip().splitlines()) == 1
    assert count(Candidate) == 0


def test_the_demonstration_s_own_files_are_good(app: Flask) -> None:
    for path in sorted((Path(app.root_path) / "demonstration" / "data").glob("candidates_*.json")):
        report = importing.import_profiles(read_json(path), SYSTEM, AFTER_ALL_CONSENTS)
        assert report.refused == [], path.name
