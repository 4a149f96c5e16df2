import json

import pytest
from flask import Flask
from sqlalchemy import Engine, event, select

from diaspora.accounts.models import Account
from diaspora.extensions import db
from diaspora.matching import services
from diaspora.matching.models import MatcherRun, Suggestion
from diaspora.placements.models import WantedLanguage
from diaspora.platform.access import STAFF_ROLES, Role
from diaspora.platform.audit import AuditEvent
from diaspora.profiles.rules import CandidateState
from tests import factories
from tests.client import CheckedClient
from tests.conftest import Jobs
from tests.factories import NOW


def refit() -> None:
    services.refit(NOW)
    db.session.commit()


def officer(client: CheckedClient) -> None:
    client.sign_in(factories.account(Role.OFFICER))


def test_the_board_shows_the_best_pairs_with_links_to_both(client: CheckedClient) -> None:
    person = factories.candidate(given_name="Vera", family_name="Lungu")
    wanted = factories.placement(title="Erosion of slopes")
    refit()
    officer(client)
    page = client.get("/en/staff/matches").get_data(as_text=True)
    assert "Vera Lungu" in page
    assert "Erosion of slopes" in page
    assert f"/en/staff/candidates/{person.id}" in page
    assert f"/en/staff/placements/{wanted.id}" in page
    assert "Last run" in page
    assert "Not a valid choice" not in page, "nothing chosen is no mistake"


def test_an_empty_board_says_what_brings_pairs(client: CheckedClient) -> None:
    officer(client)
    page = client.get("/en/staff/matches").get_data(as_text=True)
    assert "The matcher has not run yet." in page
    assert "No pairs here." in page


@pytest.mark.parametrize("role", sorted(STAFF_ROLES - {Role.OFFICER}))
def test_only_officers_see_matches(client: CheckedClient, role: Role) -> None:
    factories.candidate(), factories.placement()
    refit()
    found = db.session.scalars(select(Suggestion)).one()
    client.sign_in(factories.account(role))
    assert client.get("/en/staff/matches").status_code == 403
    assert client.get(f"/en/staff/matches/{found.id}").status_code == 403
    assert client.post("/en/staff/matches/refit").status_code == 403


def test_candidates_and_hosts_do_not_see_the_board(client: CheckedClient) -> None:
    person, host = factories.candidate(), factories.institution()
    for account_id in (person.account_id, host.memberships[0].account_id):
        client.sign_in(db.session.get_one(Account, account_id))
        assert client.get("/en/staff/matches").status_code == 403


def test_the_board_is_narrowed_by_area_and_call(client: CheckedClient) -> None:
    factories.candidate(fields=["4.1", "1.5"])
    soils = factories.placement(title="Soils here", fields=["4.1"])
    factories.placement(title="Rivers there", fields=["1.5"])
    refit()
    officer(client)
    by_area = client.get("/en/staff/matches?area=1").get_data(as_text=True)
    assert "Rivers there" in by_area
    assert "Soils here" not in by_area
    by_call = client.get(f"/en/staff/matches?call={soils.call_id}").get_data(as_text=True)
    assert "Soils here" in by_call
    assert "Rivers there" not in by_call


def test_nonsense_in_the_address_narrows_nothing(client: CheckedClient) -> None:
    factories.candidate(), factories.placement(title="Soils here")
    refit()
    officer(client)
    page = client.get("/en/staff/matches?area=%22&call=x&page=9999")
    assert page.status_code == 200
    assert "Soils here" in page.get_data(as_text=True)


def test_the_board_asks_the_database_no_more_for_more_pairs(client: CheckedClient) -> None:
    counts = []
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith("SELECT"):
            statements.append(statement)

    for _ in range(2):
        for _ in range(3):
            factories.candidate()
        factories.placement()
        refit()
        officer(client)
        statements.clear()
        event.listen(Engine, "before_cursor_execute", note)
        client.get("/en/staff/matches")
        event.remove(Engine, "before_cursor_execute", note)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_the_page_of_a_pair_explains_it_and_its_reading_is_logged(client: CheckedClient) -> None:
    person, wanted = factories.candidate(), factories.placement()
    refit()
    found = db.session.scalars(select(Suggestion)).one()
    officer(client)
    page = client.get(f"/en/staff/matches/{found.id}").get_data(as_text=True)
    assert person.full_name in page
    assert wanted.title in page
    assert "How the number comes about" in page
    assert "erosion" in page
    read = db.session.scalars(select(AuditEvent).where(AuditEvent.object_id == person.id)).all()
    assert [event.act for event in read] == ["candidate.identified_read"]


def test_a_pair_that_is_gone_is_not_found(client: CheckedClient) -> None:
    person = factories.candidate()
    factories.placement()
    refit()
    found = db.session.scalars(select(Suggestion)).one()
    person.state = CandidateState.PAUSED
    db.session.commit()
    officer(client)
    assert client.get(f"/en/staff/matches/{found.id}").status_code == 404


def test_the_button_has_the_worker_run_the_matcher(client: CheckedClient, jobs: Jobs) -> None:
    factories.candidate(), factories.placement()
    officer(client)
    answer = client.post("/en/staff/matches/refit")
    assert answer.headers["Location"] == "/en/staff/matches"
    assert db.session.scalars(select(Suggestion)).all() == []
    assert "The matcher is running." in client.get("/en/staff/matches").get_data(as_text=True)
    jobs.run()
    db.session.expire_all()
    assert len(db.session.scalars(select(Suggestion)).all()) == 1
    client.post("/en/staff/matches/refit")
    jobs.run()
    assert len(db.session.scalars(select(MatcherRun)).all()) == 2
    acts = db.session.scalars(select(AuditEvent.act).where(AuditEvent.act.like("matching.%"))).all()
    assert sorted(acts) == [
        "matching.refit",
        "matching.refit",
        "matching.refit_asked",
        "matching.refit_asked",
    ]


def test_a_card_speaks_every_language_and_warns(client: CheckedClient) -> None:
    factories.candidate()
    factories.placement(
        language="ru",
        languages=[
            WantedLanguage(code="de", level="B2", required=True, position=0),
            WantedLanguage(code="en", level="B1", required=False, position=1),
            WantedLanguage(code="ro", level="C1", required=True, position=2),
        ],
    )
    refit()
    found = db.session.scalars(select(Suggestion)).one()
    officer(client)
    for language in ("ro", "ru", "en"):
        assert client.get(f"/{language}/staff/matches/{found.id}").status_code == 200
    page = client.get(f"/en/staff/matches/{found.id}").get_data(as_text=True)
    assert "German is needed at B2; the profile does not name it." in page
    assert "English: C1, of use from B1" in page


def test_the_command_runs_the_matcher_and_explains_a_pair(app: Flask) -> None:
    person, wanted = factories.candidate(), factories.placement()
    runner = app.test_cli_runner()
    ran = runner.invoke(args=["matching", "refit", "--json"])
    assert json.loads(ran.stdout)["suggestions"] == 1
    ids = [str(person.id), str(wanted.id)]
    explained = runner.invoke(args=["matching", "explain", *ids, "--json"])
    assert json.loads(explained.stdout)["parts"]["fields"] == 1
    assert "Soil" in runner.invoke(args=["matching", "explain", *ids]).stdout.title()
    stranger = runner.invoke(args=["matching", "explain", ids[1], ids[1]])
    assert stranger.exit_code == 1
    assert "is not in the matching" in stranger.output
