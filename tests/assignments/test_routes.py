from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from diaspora.assignments import queries
from diaspora.assignments.models import Assignment
from diaspora.assignments.rules import AssignmentState
from diaspora.extensions import db
from diaspora.institutions.rules import InstitutionState
from diaspora.platform import files
from diaspora.platform.access import Role
from diaspora.platform.audit import AuditEvent
from diaspora.profiles import services as profiles
from diaspora.profiles.queries import READ_ACT
from diaspora.profiles.rules import CandidateAct, CandidateState
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
        assert "1 May 2099" in page
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


def leave(people: People, how: str) -> None:
    me = actor_of(people.candidate_account)
    if how == "withdraw_consent":
        profiles.withdraw_consent(people.candidate, me, NOW)
    else:
        profiles.act(people.candidate, CandidateAct(how), me, NOW)
    db.session.commit()


LEAVING = pytest.mark.parametrize("how", ["withdraw_consent", "request_erasure"])


@LEAVING
def test_until_the_stay_is_over_the_parties_know_whose_it_is_and_no_more(
    client: CheckedClient, how: str
) -> None:
    people = People()
    made = accepted(people)
    leave(people, how)
    person = people.candidate
    for reads, account in enumerate((people.lead, people.officer)):
        client.sign_in(account)
        page = client.get(show_path(made)).get_data(as_text=True)
        assert person.full_name in page
        assert client.get(letter_path(made)).status_code == 200
        assert reads_of(people) == 2 * (reads + 1)
        for more in (person.employer, person.interests, str(person.birth_year)):
            assert more not in page
        assert people.candidate_account.email not in page
    client.sign_in(People().lead)
    assert client.get(show_path(made)).status_code == 404


@LEAVING
@pytest.mark.parametrize(
    "over",
    [{"state": AssignmentState.COMPLETED}, {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 1, 14)}],
    ids=["completed", "its days are past"],
)
def test_after_the_stay_who_has_left_is_named_no_longer(
    client: CheckedClient, how: str, over: dict[str, Any]
) -> None:
    people = People()
    made = accepted(people)
    for name, value in over.items():
        setattr(made, name, value)
    db.session.commit()
    client.sign_in(people.lead)
    assert people.candidate.full_name in client.get(show_path(made)).get_data(as_text=True)
    leave(people, how)
    assert people.candidate.family_name not in client.get(show_path(made)).get_data(as_text=True)
    assert client.get(letter_path(made)).status_code == 404


def test_nobody_is_named_once_the_profile_is_erased(client: CheckedClient) -> None:
    people = People()
    made = accepted(people)
    leave(people, "request_erasure")
    people.candidate.state = CandidateState.ANONYMISED
    db.session.commit()
    client.sign_in(people.lead)
    assert people.candidate.family_name not in client.get(show_path(made)).get_data(as_text=True)
    assert client.get(letter_path(made)).status_code == 404


def test_the_page_of_a_stay_leads_to_its_terms_and_tells_the_candidate_who_knows(
    client: CheckedClient,
) -> None:
    people = People()
    made = accepted(people)
    terms = f'href="/en/candidatures/{made.pairing_id}/terms"'
    for account, told in ((people.candidate_account, True), (people.lead, False)):
        client.sign_in(account)
        page = client.get(show_path(made)).get_data(as_text=True)
        assert terms in page
        assert ("even if you withdraw your consent" in page) is told


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
