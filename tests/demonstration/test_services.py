"""The demonstration is whole: every state has something true to show."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select

from diaspora import create_app
from diaspora.accounts.models import Account
from diaspora.assignments.models import Letter
from diaspora.demonstration import services
from diaspora.extensions import db
from diaspora.institutions.models import Institution
from diaspora.institutions.rules import InstitutionState
from diaspora.matching.models import Suggestion
from diaspora.pairings.models import Pairing
from diaspora.pairings.rules import PairingState
from diaspora.placements.models import Placement
from diaspora.placements.rules import PlacementState
from diaspora.platform import clock
from diaspora.platform.mail.models import OutboxMail
from diaspora.profiles.models import Candidate
from diaspora.profiles.rules import CandidateState
from diaspora.programmes.models import Call
from diaspora.programmes.rules import CallState
from tests.conftest import database_for, settings_for

pytestmark = pytest.mark.own_database


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, worker: str) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("loaded")
    address = database_for(f"{worker}_loaded", folder)
    app = create_app(settings_for(folder, address, demonstration=True))
    # nobody works here, so that no connection to the queue is left open
    app.extensions["run_job"] = lambda _name, _arguments: None
    with app.app_context():
        upgrade()
        services.load(clock.now())
        db.session.commit()
        yield app
        db.session.remove()
        db.engine.dispose()


def states(model: type[Candidate | Institution | Placement | Pairing | Call]) -> set[str]:
    return set(db.session.scalars(select(model.state).distinct()))


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_there_is_enough_of_everything(loaded: Flask) -> None:
    assert count(Candidate) >= 40
    assert count(Institution) >= 15
    assert count(Placement) >= 24
    assert count(Suggestion) > 100


def test_every_state_has_somebody_in_it(loaded: Flask) -> None:
    assert states(Candidate) == set(CandidateState) - {CandidateState.ANONYMISED}
    assert states(Institution) == set(InstitutionState)
    assert states(Call) == set(CallState)
    assert states(Placement) >= set(PlacementState) - {PlacementState.CLOSED}
    assert states(Pairing) == set(PairingState)


def test_all_six_areas_are_offered_and_asked_for(loaded: Flask) -> None:
    for model in (Candidate, Placement):
        areas = {fields[0].split(".")[0] for fields in db.session.scalars(select(model.fields)) if fields}
        assert areas == set("123456")


def test_three_languages_are_written(loaded: Flask) -> None:
    assert set(db.session.scalars(select(Placement.language))) == {"ro", "ru", "en"}
    assert set(db.session.scalars(select(Candidate.text_language))) == {"ro", "ru", "en"}


def test_about_ten_institutions_are_real_and_every_post_says_it_is_invented(loaded: Flask) -> None:
    real = db.session.scalars(select(Institution).where(Institution.ror_id.is_not(None))).all()
    assert 8 <= len(real) <= 12
    assert all(not institution.invented for institution in real)
    assert set(db.session.scalars(select(Placement.invented))) == {True}


def test_the_accounts_that_guides_rely_on_are_there(loaded: Flask) -> None:
    wanted = {"scientist", "graduate", "institution", "officer", "reviewer", "finance", "admin"}
    there = set(db.session.scalars(select(Account.email)))
    assert {f"{name}@example.org" for name in wanted} <= there


def test_every_address_is_an_example(loaded: Flask) -> None:
    assert all(email.endswith("@example.org") for email in db.session.scalars(select(Account.email)))


def test_the_accepted_one_has_a_letter_and_no_mail_waits(loaded: Flask) -> None:
    assert count(Letter) >= 1
    assert db.session.scalars(select(OutboxMail).where(OutboxMail.due_at.is_not(None))).all() == []


def test_it_loads_once(loaded: Flask) -> None:
    assert services.is_loaded()
    answer = loaded.test_cli_runner().invoke(args=["demonstration", "load"])
    assert answer.exit_code == 0
    assert answer.output == ""


@pytest.mark.parametrize("file", sorted(services.DATA.glob("*.json")), ids=lambda file: file.stem)
def test_texts_are_written_with_the_right_letters(file: Path) -> None:
    text = json.dumps(json.loads(file.read_text(encoding="utf-8")), ensure_ascii=False)
    assert not re.search(r"[şţŞŢ]", text)
    assert not re.search(r"[a-zA-Z][а-яё]|[а-яё][a-zA-Z]", text.replace("\\n", " "))
