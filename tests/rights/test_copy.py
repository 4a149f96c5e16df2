"""A copy of everything about somebody: whole, for them alone, for a week."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
import sqlalchemy as sa

from diaspora.extensions import db
from diaspora.platform import clock, files, retention
from diaspora.platform.mail.models import OutboxMail
from diaspora.platform.refusals import Refused
from diaspora.rights import queries, services
from diaspora.rights.models import DataCopy
from diaspora.rights.rules import COPY_LASTS
from tests import factories
from tests.client import CheckedClient
from tests.conftest import Jobs
from tests.factories import NOW
from tests.pairings.people import actor_of
from tests.rights.planted import whole_person


def test_the_archive_holds_everything_in_the_language_of_its_person(
    client: CheckedClient, jobs: Jobs
) -> None:
    account, accepted = whole_person()
    account.language = "ro"
    db.session.commit()
    jobs.run()
    copy = queries.newest_copy(account.id)
    assert copy is not None
    answer = client.sign_in(account).get(f"/en/account/data/copy/{copy.id}.zip")
    assert answer.headers["Content-Disposition"] == "attachment; filename=my-data.zip"
    made = zipfile.ZipFile(io.BytesIO(answer.get_data()))
    data = json.loads(made.read("data.json"))
    assert data["account"][0]["email"] == account.email
    assert data["candidate"][0]["interests"] == accepted.candidate.interests
    for table in ("publication", "consent", "pairing", "pairing_step", "letter", "draft", "membership"):
        assert data[table], table
    assert "candidate.identified_read" in {row["act"] for row in data["audit_event"]}
    page = made.read("data.html").decode()
    assert '<html lang="ro">' in page
    assert accepted.candidate.family_name in page
    letters = [name for name in made.namelist() if name.endswith(".pdf")]
    assert made.read(letters[0]).startswith(b"%PDF")
    assert "password_hash" not in page + made.read("data.json").decode()


def test_the_mail_tells_that_it_is_ready_and_holds_none_of_it(jobs: Jobs) -> None:
    _account, accepted = whole_person()
    jobs.run()
    mail = db.session.scalars(sa.select(OutboxMail).where(OutboxMail.message == "data_copy_ready")).one()
    assert accepted.candidate.family_name not in mail.text
    assert "copies/" not in mail.text


def test_nobody_else_downloads_it_and_after_a_week_nobody_does(client: CheckedClient, jobs: Jobs) -> None:
    account = factories.account()
    copy = services.ask_for_copy(account, actor_of(account), clock.now())
    db.session.commit()
    address = f"/en/account/data/copy/{copy.id}.zip"
    assert client.sign_in(account).get(address).status_code == 404, "not ready"
    assert "is being made" in client.get("/en/account/data").get_data(as_text=True)
    jobs.run()
    assert client.get(address).status_code == 200
    assert address in client.get("/en/account/data").get_data(as_text=True)
    assert client.sign_in(factories.account()).get(address).status_code == 404
    copy = db.session.get_one(DataCopy, copy.id)
    key, copy.expires_at = copy.file_key, clock.now() - timedelta(minutes=1)
    db.session.commit()
    assert client.sign_in(account).get(address).status_code == 404
    retention.keep_to_one("copies of somebody's data")
    db.session.commit()
    with pytest.raises(FileNotFoundError):
        files.get(key)
    assert "There is no copy at present." in client.get("/en/account/data").get_data(as_text=True)


def test_there_is_one_at_a_time_and_a_new_one_takes_the_place_of_the_old(jobs: Jobs) -> None:
    account = factories.account()
    first = services.ask_for_copy(account, actor_of(account), clock.now())
    with pytest.raises(Refused, match="being made"):
        services.ask_for_copy(account, actor_of(account), clock.now())
    db.session.commit()
    jobs.run()
    db.session.expire_all()
    assert first.ready_at is not None
    assert first.expires_at == first.ready_at + COPY_LASTS
    key = first.file_key
    services.ask_for_copy(account, actor_of(account), clock.now())
    with pytest.raises(FileNotFoundError):
        files.get(key)
    assert len(queries.copies_of(account.id)) == 1


def test_one_that_never_came_can_be_asked_for_again() -> None:
    account = factories.account()
    services.ask_for_copy(account, actor_of(account), NOW)
    services.ask_for_copy(account, actor_of(account), NOW + timedelta(hours=2))
