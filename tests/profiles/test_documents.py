"""A candidate's documents: sent, kept, read by those who may, fetched by an address that ages, removed."""

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from uuid import UUID, uuid4

import pikepdf
import pytest
from flask import Flask
from flask_migrate import upgrade
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from itsdangerous import TimestampSigner
from obstore.store import LocalStore
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from diaspora import create_app
from diaspora.accounts.models import Account
from diaspora.extensions import db
from diaspora.institutions.rules import InstitutionState
from diaspora.platform import clock, files, personal_data, web
from diaspora.platform.access import Role
from diaspora.platform.audit import AuditEvent
from diaspora.platform.files import serving
from diaspora.platform.files.cleaning import FileType
from diaspora.platform.files.uploads import Upload
from diaspora.platform.jobs import run
from diaspora.platform.refusals import Refused
from diaspora.profiles import documents, queries, services
from diaspora.profiles.models import Candidate, Document
from diaspora.profiles.rules import MOST_DOCUMENTS, CandidateState, DocumentKind
from tests import factories
from tests.client import CheckedClient
from tests.conftest import Jobs, database_for, settings_for
from tests.factories import NOW
from tests.guards.test_policies import disclose, hide
from tests.pairings.people import actor_of

PAGE = "/en/profile/documents"


def pdf() -> bytes:
    made = io.BytesIO()
    with pikepdf.new() as one:
        one.add_blank_page()
        one.save(made)
    return made.getvalue()


def account_of(candidate: Candidate) -> Account:
    return db.session.get_one(Account, candidate.account_id)


def send(client: CheckedClient, content: bytes, name: str = "CV.pdf", **data: str) -> TestResponse:
    # encoded here: the client would leave a large body behind as an open file
    boundary, body = encode_multipart({"kind": "cv", **data, "file": FileStorage(io.BytesIO(content), name)})
    return client.post(PAGE, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def fetch(client: CheckedClient, document: Document) -> TestResponse:
    return client.get(f"/en/documents/{document.id}", follow_redirects=True)


def kept() -> list[str]:
    return files.older_than(clock.now() + timedelta(hours=1), documents.FOLDER)


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def test_a_document_is_sent_listed_fetched_and_removed(client: CheckedClient, jobs: Jobs) -> None:
    candidate, before = factories.candidate(), set(kept())
    client.sign_in(account_of(candidate))
    assert "No document yet" in text(client.get(PAGE))
    assert send(client, pdf(), "../my/Ana's CV.exe").status_code == 302
    document = queries.documents_of(candidate.id)[0]
    assert (document.name, document.type, document.kind) == ("Ana's CV.pdf", FileType.PDF, DocumentKind.CV)
    assert "Ana" not in document.key, "its name on the disk says nothing"
    page = text(client.get(PAGE))
    assert "Ana&#39;s CV.pdf" in page
    assert "is deleted for good" in page
    assert fetch(client, document).get_data().startswith(b"%PDF")
    address = f"/en/documents/{document.id}"
    assert client.post(f"{PAGE}/{document.id}/remove").status_code == 302
    assert queries.documents_of(candidate.id) == []
    assert set(kept()) > before, "not before the row is certainly gone"
    jobs.run()
    assert set(kept()) == before
    assert client.get(address).status_code == 404


def test_what_is_not_accepted_is_told_beside_the_field_and_nothing_is_kept(client: CheckedClient) -> None:
    candidate, before = factories.candidate(), kept()
    client.sign_in(account_of(candidate))
    for content, name, told in (
        (b"PK\x03\x04" + bytes(60), "cv.docx", "Office documents and archives can hold programs"),
        (b"<html></html>", "cv.pdf", "This is not a PDF, a JPEG or a PNG"),
        (b"%PDF-1.7\nx", "cv.pdf", "The file cannot be read"),
        (bytes(11 * 1024 * 1024), "cv.pdf", "The file is too large: at most 10 MB"),
        (b"", "cv.pdf", "this one is empty"),
        (b"", "", "Choose a file."),
    ):
        page = text(send(client, content, name, kind="diploma"))
        assert told in page.split('class="field-error" id="file-error">')[1].split("</p>")[0]
        assert '<option selected value="diploma">' in page, "what was chosen stays"
    assert 'id="kind-error"' in text(send(client, pdf(), kind="program"))
    assert (queries.documents_of(candidate.id), kept()) == ([], before)


def test_a_request_that_is_larger_than_any_file_is_not_read(client: CheckedClient) -> None:
    client.sign_in(account_of(factories.candidate()))
    answer = send(client, bytes(web.MAX_REQUEST_BYTES_WITH_FILE))
    assert answer.status_code == 413
    assert "choose a smaller file" in text(answer)
    about = {"given_name": "x" * web.MAX_REQUEST_BYTES}
    assert client.post("/en/profile/about", data=about).status_code == 413, "other forms take no files"


def test_one_person_has_at_most_ten(client: CheckedClient) -> None:
    candidate = factories.candidate()
    for _ in range(MOST_DOCUMENTS):
        factories.document(candidate)
    client.sign_in(account_of(candidate))
    assert "remove one before you add another" in text(client.get(PAGE))
    assert "remove one before you add another" in text(send(client, pdf()))
    assert len(queries.documents_of(candidate.id)) == MOST_DOCUMENTS


def test_only_the_owner_adds_and_removes_and_nobody_who_asked_for_erasure_adds() -> None:
    candidate, stranger = factories.candidate(), actor_of(factories.account())
    owner = actor_of(account_of(candidate))
    upload = Upload("cv.pdf", FileType.PDF, b"%PDF")
    with pytest.raises(Refused):
        services.add_document(candidate, DocumentKind.CV, upload, stranger, NOW)
    with pytest.raises(Refused):
        services.remove_document(factories.document(candidate), stranger, NOW)
    candidate.state = CandidateState.ERASURE_REQUESTED
    db.session.commit()
    with pytest.raises(Refused):
        services.add_document(candidate, DocumentKind.CV, upload, owner, NOW)
    services.remove_document(queries.documents_of(candidate.id)[0], owner, NOW)


def test_it_is_read_by_its_owner_officers_and_who_may_know_the_name(client: CheckedClient) -> None:
    candidate, host, elsewhere = factories.candidate(), factories.institution(), factories.institution()
    document, known = factories.document(candidate), disclose(candidate, host)
    officer, lead = factories.account(Role.OFFICER), host.memberships[0].account
    own = account_of(candidate)

    def answers() -> list[int]:
        viewers = [own, officer, lead, elsewhere.memberships[0].account, account_of(factories.candidate())]
        return [fetch(client.sign_in(viewer), document).status_code for viewer in viewers]

    assert answers() == [200, 200, 200, 404, 404]
    host.state = InstitutionState.SUSPENDED
    db.session.commit()
    assert answers() == [200, 200, 404, 404, 404]
    host.state = InstitutionState.VERIFIED
    known.ended_at = NOW
    db.session.commit()
    assert answers() == [200, 200, 404, 404, 404]
    known.ended_at = None
    hide(candidate, host)
    assert answers() == [200, 200, 404, 404, 404]
    candidate.state = CandidateState.ERASURE_REQUESTED
    db.session.commit()
    assert answers() == [200, 404, 404, 404, 404]


def test_each_reading_by_somebody_else_is_shown_to_the_owner(client: CheckedClient) -> None:
    candidate, host = factories.candidate(), factories.institution(name={"en": "Institute of rivers"})
    document = factories.document(candidate)
    disclose(candidate, host)
    for viewer in (factories.account(Role.OFFICER), host.memberships[0].account, account_of(candidate)):
        fetch(client.sign_in(viewer), document)
    told = text(client.get("/en/profile/readers"))
    assert told.count("opening a document of yours") == 2
    assert "Institute of rivers" in told
    reads = db.session.scalars(select(AuditEvent).where(AuditEvent.act == queries.READ_ACT)).all()
    assert {read.object_id for read in reads} == {candidate.id}


def test_officers_find_it_on_the_profile_and_strangers_nowhere(client: CheckedClient) -> None:
    candidate = factories.candidate()
    document = factories.document(candidate)
    page = text(client.sign_in(factories.account(Role.OFFICER)).get(f"/en/staff/candidates/{candidate.id}"))
    assert document.name in page
    assert f"/en/documents/{document.id}" in page


def test_the_file_comes_as_something_to_save_that_can_run_nothing(client: CheckedClient) -> None:
    candidate = factories.candidate()
    document = factories.document(candidate, name="Diplomă.pdf")
    answer = fetch(client.sign_in(account_of(candidate)), document)
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    assert "filename*=UTF-8''Diplom%C4%83.pdf" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_its_address_is_for_one_account_and_five_minutes(
    client: CheckedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    candidate, officer = factories.candidate(), factories.account(Role.OFFICER)
    document = factories.document(candidate)
    address = client.sign_in(account_of(candidate)).get(f"/en/documents/{document.id}").headers["Location"]
    assert client.get(address).status_code == 200
    assert client.sign_in(officer).get(address).status_code == 404, "another may ask, and gets an own address"
    assert client.get(f"{address}x").status_code == 404
    client.sign_in(account_of(candidate))
    signed_at = TimestampSigner.get_timestamp
    later = serving.HOLDS_SECONDS + 2
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: signed_at(self) + later)
    late = client.get(address)
    assert late.status_code == 410
    assert "This address was valid for five minutes" in text(late)
    assert f"/en/documents/{document.id}" in text(late)
    assert client.sign_in(officer).get(address).status_code == 404


def test_who_may_not_know_the_name_any_more_cannot_use_an_address_that_still_holds(
    client: CheckedClient,
) -> None:
    candidate, host = factories.candidate(), factories.institution()
    document, known = factories.document(candidate), disclose(candidate, host)
    client.sign_in(host.memberships[0].account)
    address = client.get(f"/en/documents/{document.id}").headers["Location"]
    known.ended_at = NOW
    db.session.commit()
    assert client.get(address).status_code == 404


def test_a_file_that_is_gone_is_told_in_words(client: CheckedClient) -> None:
    candidate = factories.candidate()
    document = factories.document(candidate)
    files.delete(document.key)
    answer = fetch(client.sign_in(account_of(candidate)), document)
    assert answer.status_code == 410
    assert "The file of this document is missing" in text(answer)


def test_a_disk_that_takes_nothing_leaves_no_row(
    app: Flask, client: CheckedClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    candidate = factories.candidate()
    (tmp_path / documents.FOLDER).write_text("a file where the folder should be")
    monkeypatch.setitem(app.extensions, "files", LocalStore(tmp_path))
    client.sign_in(account_of(candidate))
    page = text(send(client, pdf()))
    assert "The file could not be kept; the fault is ours." in page
    assert queries.documents_of(candidate.id) == []


def test_a_file_whose_row_never_came_goes_the_next_night_and_no_other(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, orphan = factories.document(factories.candidate()), f"{documents.FOLDER}/{uuid4()}.pdf"
    files.put(orphan, b"%PDF")
    name = f"{documents.__name__}.{documents.remove_orphans.__name__}"
    run(app, name, [])
    assert orphan in kept(), "its row may still be on the way"
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=36500))
    run(app, name, [])
    assert orphan not in kept()
    assert known.key in kept()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(max_size=300),
    before=st.sampled_from([b"", b"%PDF-1.7\n", b"\xff\xd8\xff", b"PK\x03\x04"]),
    name=st.text(max_size=60), kind=st.sampled_from(["cv", "", "\x00", "x"]),
)  # fmt: skip
def test_whatever_is_sent_is_answered(
    app: Flask, before: bytes, content: bytes, name: str, kind: str
) -> None:
    client = app.test_client()
    assert isinstance(client, CheckedClient)
    client.sign_in(account_of(factories.candidate()))
    # a name that no browser could put into a header is no name
    safe = name.encode("utf-8", "ignore").decode().replace("\r", "").replace("\n", "")
    assert send(client, before + content, safe, kind=kind).status_code in {200, 302}


@pytest.fixture
def site(tmp_path: Path, worker: str) -> Iterator[Flask]:
    app = create_app(settings_for(tmp_path, database_for(f"{worker}_documents", tmp_path)), testing=True)
    with app.app_context():
        upgrade()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.mark.own_database
def test_two_at_once_are_not_both_the_tenth(site: Flask) -> None:
    candidate = factories.candidate()
    for _ in range(MOST_DOCUMENTS - 1):
        factories.document(candidate)
    candidate_id, actor = candidate.id, actor_of(account_of(candidate))
    db.session.remove()
    together = Barrier(2)

    def add(_number: int) -> bool:
        with site.app_context():
            mine = queries.candidate(candidate_id)
            assert mine is not None
            db.session.commit()
            together.wait()
            try:
                upload = Upload("cv.pdf", FileType.PDF, b"%PDF")
                services.add_document(mine, DocumentKind.CV, upload, actor, NOW)
            except Refused:
                db.session.rollback()
                return False
            db.session.commit()
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(add, range(2))) == [False, True]
    assert len(queries.documents_of(candidate_id)) == MOST_DOCUMENTS


def test_ids_of_nobody_open_nothing(client: CheckedClient) -> None:
    client.sign_in(account_of(factories.candidate()))
    for address in (f"/en/documents/{UUID(int=0)}", "/en/documents/file/x", "/en/documents/file/a.b.c"):
        assert client.get(address).status_code == 404


def test_the_copy_of_ones_data_holds_the_documents() -> None:
    document = factories.document(factories.candidate(), content=b"%PDF mine")
    person = personal_data.Person(candidates=frozenset({document.candidate_id}))
    assert (document.key.rsplit("/", 1)[-1], b"%PDF mine") in list(personal_data.documents(person))
