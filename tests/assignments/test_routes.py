from sqlalchemy import select

from diaspora.assignments import queries
from diaspora.assignments.models import Assignment
from diaspora.extensions import db
from diaspora.institutions.rules import InstitutionState
from diaspora.platform import files
from diaspora.platform.access import Role
from diaspora.platform.audit import AuditEvent
from diaspora.profiles import services as profiles
from diaspora.profiles.queries import READ_ACT
from diaspora.profiles.rules import CandidateAct
from tests import factories
from tests.client import CheckedClient
from tests.factories import NOW
from tests.pairings.people import TO_ACCEPTED, People, actor_of


def accepted(people: People) -> Assignment:
    made = queries.of_pairing(people.walked(*TO_ACCEPTED).id)
    assert made is not None
    db.session.commit()
    return made


def show_path(made: Assignment) -> str:
    return f"/en/assignments/{made.id}"


def letter_path(made: Assignment) -> str:
    return f"/en/assignments/{made.id}/letters/{made.letters[0].id}.pdf"


def reads_of(people: People) -> int:
    query = select(AuditEvent).where(AuditEvent.act == READ_ACT, AuditEvent.object_id == people.candidate.id)
    return len(db.session.scalars(query).all())


def test_candidate_institution_and_officer_see_the_stay_and_save_the_letter(client: CheckedClient) -> None:
    people = People()
    made = accepted(people)
    for account in (people.candidate_account, people.lead, people.officer):
        client.sign_in(account)
        page = client.get(show_path(made)).get_data(as_text=True)
        assert letter_path(made) in page
        assert "May 1, 2099" in page
        answer = client.get(letter_path(made))
        assert answer.mimetype == "application/pdf"
        assert answer.headers["Content-Disposition"] == "attachment; filename=MD-2026-00001.pdf"
        assert answer.data.startswith(b"%PDF")


def test_reading_the_letter_is_logged_but_not_for_its_owner(client: CheckedClient) -> None:
    people = People()
    made = accepted(people)
    client.sign_in(people.candidate_account)
    client.get(letter_path(made))
    assert reads_of(people) == 0
    client.sign_in(people.lead)
    client.get(letter_path(made))
    assert reads_of(people) == 1


def test_strangers_get_404(client: CheckedClient) -> None:
    people, others = People(), People()
    made, theirs = accepted(people), accepted(others)
    for account in (others.candidate_account, others.lead):
        client.sign_in(account)
        assert client.get(show_path(made)).status_code == 404
        assert client.get(letter_path(made)).status_code == 404
    mixed = f"/en/assignments/{theirs.id}/letters/{made.letters[0].id}.pdf"
    assert client.get(mixed).status_code == 404
    client.sign_in(factories.account(Role.FINANCE))
    assert client.get(letter_path(made)).status_code == 403


def test_a_suspended_institution_reads_no_letters(client: CheckedClient) -> None:
    people = People()
    made = accepted(people)
    people.placement.institution.state = InstitutionState.SUSPENDED
    db.session.commit()
    client.sign_in(people.lead)
    assert client.get(letter_path(made)).status_code == 404


def test_after_a_request_for_erasure_the_institution_reads_no_name(client: CheckedClient) -> None:
    people = People()
    made = accepted(people)
    profiles.act(people.candidate, CandidateAct.REQUEST_ERASURE, actor_of(people.candidate_account), NOW)
    db.session.commit()
    client.sign_in(people.lead)
    assert people.candidate.family_name not in client.get(show_path(made)).get_data(as_text=True)
    assert client.get(letter_path(made)).status_code == 404


def test_a_missing_or_damaged_file_is_said_clearly(client: CheckedClient) -> None:
    people = People()
    made = accepted(people)
    client.sign_in(people.candidate_account)
    files.put(made.letters[0].file_key, b"%PDF something else")
    assert "missing or damaged" in client.get(letter_path(made), follow_redirects=True).get_data(as_text=True)
    made.letters[0].file_key = "letters/nothing.pdf"
    db.session.commit()
    assert "missing or damaged" in client.get(letter_path(made), follow_redirects=True).get_data(as_text=True)


def test_an_officer_issues_the_letter_again(client: CheckedClient) -> None:
    people = People()
    made = accepted(people)
    client.sign_in(people.lead)
    assert client.post(f"{show_path(made)}/letters").status_code == 403
    client.sign_in(people.officer)
    client.post(f"{show_path(made)}/letters", data={"version": made.version})
    assert len({letter.number for letter in made.letters}) == 2
    client.post(f"{show_path(made)}/letters", data={"version": 99})
    assert len(made.letters) == 2
