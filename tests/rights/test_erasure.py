"""Nothing of an erased person is left; what stays is anonymous; until the day comes it can be taken back."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from diaspora.accounts import services as accounts
from diaspora.accounts.models import Account
from diaspora.assignments.models import Letter
from diaspora.extensions import db
from diaspora.pairings.models import Pairing
from diaspora.pairings.rules import PairingState
from diaspora.platform import clock, files, sealing
from diaspora.platform.access import VISITOR, Role
from diaspora.platform.audit import AuditEvent
from diaspora.platform.personal_data import PurgedCount
from diaspora.platform.refusals import Refused
from diaspora.profiles import queries as profiles
from diaspora.profiles.models import Candidate
from diaspora.profiles.rules import CandidateState
from diaspora.rights import queries, services
from diaspora.rights.models import DataCopy, Erasure
from diaspora.rights.rules import GRACE
from tests import factories
from tests.client import CheckedClient
from tests.conftest import Jobs
from tests.factories import NOW, PASSWORD
from tests.pairings.people import TO_ACCEPTED, People, actor_of, messages_to
from tests.rights.planted import WORD, files_with, plant, rows_with, tell_others, whole_person

LATER = NOW + timedelta(days=31)


def ask(account: Account, whole: bool = True) -> Erasure:
    wish = services.request_erasure(account, PASSWORD, whole, actor_of(account), NOW)
    assert wish is not None
    return wish


def stored(app: Flask, folder: str) -> list[Path]:
    return list((app.extensions["settings"].data_folder / "files" / folder).glob("*"))


def test_nothing_of_an_erased_person_is_left_anywhere(app: Flask, jobs: Jobs) -> None:
    # files of other tests outlive the transaction that is rolled back
    earlier = files_with(app, WORD)
    account, accepted = whole_person()
    jobs.run()
    assert len(files_with(app, WORD)) > len(earlier)
    letter = db.session.scalars(sa.select(Letter)).one()
    copy = db.session.scalars(sa.select(DataCopy)).one()
    kept = [letter.file_key, copy.file_key]
    assert all(files.get(key) for key in kept)
    wish = ask(account)
    db.session.commit()
    jobs.run()
    plant(account)
    tell_others(account, accepted)
    assert len({place.split(".")[0] for place in rows_with(WORD)}) > 15, "the word was planted widely"

    services.erase(wish, LATER)
    db.session.commit()
    jobs.run()

    assert rows_with(WORD) == []
    assert set(files_with(app, WORD)) == set(earlier)
    for key in kept:
        with pytest.raises(FileNotFoundError):
            files.get(key)
    # what has to stay is there, and says nothing about anybody
    db.session.expire_all()
    assert db.session.get_one(Pairing, accepted.id).state is PairingState.ACCEPTED
    assert db.session.get_one(Letter, letter.id).number == letter.number
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditEvent)) > 10
    assert account.email.endswith("@erased.invalid")
    assert account.closed_at == LATER
    assert wish.done_at == LATER
    again = rows_with(WORD)
    services.erase(wish, LATER)
    assert again == rows_with(WORD) == [], "after a restored backup it is done again"


def test_a_restored_backup_does_not_bring_the_erased_back(app: Flask) -> None:
    people, other, profile_only = People(), People(), People()
    ids = frozenset({people.candidate_account.id, people.candidate.id, profile_only.candidate.id})
    assert services.erase_again(ids, LATER) == 2
    db.session.expire_all()
    assert people.candidate_account.email.endswith("@erased.invalid")
    assert (people.candidate.full_name, profile_only.candidate.full_name) == ("", "")
    assert profile_only.candidate_account.closed_at is None
    assert other.candidate.full_name
    assert services.erase_again(ids, LATER) == 0
    noted = (app.extensions["settings"].data_folder / "erased.txt").read_text()
    assert str(people.candidate.id) in noted


def test_emptying_the_log_for_erasure_is_lawful_to_its_seals() -> None:
    people = People()
    people.applied()
    sealing.seal()
    services.erase(ask(people.candidate_account), LATER)
    sealing.seal()
    report = sealing.verify(None)
    assert report.findings == []
    assert report.emptied > 0


def test_who_is_erased_is_counted_by_month_and_never_two_facts_together() -> None:
    people = People()
    wish = ask(people.candidate_account)
    for _again in range(2):
        services.erase(wish, LATER)
    found = {
        (row.record, row.dimension, row.value, row.number)
        for row in db.session.scalars(sa.select(PurgedCount))
    }
    assert found == {
        ("candidate", "country", "FR", 1),
        ("candidate", "fields", "4.1", 1),
        ("candidate", "career_stage", "recognised", 1),
    }


def test_an_erased_profile_leaves_the_account() -> None:
    people = People()
    account = people.candidate_account
    address = account.email
    services.erase(ask(account, whole=False), LATER)
    assert account.email == address
    assert account.closed_at is None
    assert people.candidate.state is CandidateState.ANONYMISED
    assert people.candidate.full_name == ""


def test_erasure_wants_the_password() -> None:
    account = factories.account()
    assert services.request_erasure(account, "not my password", True, actor_of(account), NOW) is None
    assert queries.open_erasure(account.id) is None


def test_guessing_the_password_on_the_page_of_erasure_is_slowed(client: CheckedClient) -> None:
    account = factories.account()
    client.sign_in(account)
    for _ in range(5):
        client.post("/en/account/erasure", data={"password": "not my password"})
    page = client.post("/en/account/erasure", data={"password": PASSWORD}).get_data(as_text=True)
    assert "Too many attempts" in page
    assert queries.open_erasure(account.id) is None


def test_a_profile_is_hidden_at_once_and_comes_back_as_a_draft() -> None:
    people = People()
    account = people.candidate_account
    ask(account)
    assert people.candidate.state is CandidateState.ERASURE_REQUESTED
    assert accounts.sign_in(account.email, PASSWORD, VISITOR, NOW) is account, "signing in takes it back"
    services.take_back(account, actor_of(account), NOW)
    assert people.candidate.state is CandidateState.DRAFT
    assert queries.open_erasure(account.id) is None
    ask(account)


def test_it_is_told_at_the_request_three_days_before_and_at_the_end(
    capsys: pytest.CaptureFixture[str],
) -> None:
    account = factories.account()
    wish = ask(account)
    assert wish.due_on == clock.local_day(NOW) + GRACE
    assert services.remind_due(NOW + timedelta(days=26)) == 0
    assert services.remind_due(NOW + timedelta(days=27)) == 1
    assert services.remind_due(NOW + timedelta(days=28)) == 0, "once"
    assert messages_to(account) == ["erasure_asked", "erasure_soon"]
    address = account.email
    services.erase(wish, LATER)
    assert address in capsys.readouterr().out, "the last mail leaves without being stored"
    assert rows_with(address) == []


def test_the_night_erases_whose_day_has_come_and_nobody_else(jobs: Jobs) -> None:
    due, waiting, returned = factories.account(), factories.account(), factories.account()
    for account in (due, waiting, returned):
        ask(account).due_on = clock.local_day(clock.now())
    queries.open_erasure(waiting.id).due_on += timedelta(days=1)  # type: ignore[union-attr]
    services.take_back(returned, actor_of(returned), NOW)
    db.session.commit()
    services.erase_due()
    db.session.commit()
    jobs.run()
    db.session.expire_all()
    assert [a.closed_at is not None for a in (due, waiting, returned)] == [True, False, False]


def test_a_stay_that_is_agreed_is_lived_first() -> None:
    people = People()
    people.walked(*TO_ACCEPTED)
    pairing = db.session.scalars(sa.select(Pairing)).one()
    assert pairing.ends_on is not None
    assert ask(people.candidate_account).due_on == pairing.ends_on + GRACE


def test_the_last_lead_hands_over_first_and_a_second_one_may_go() -> None:
    institution = factories.institution()
    lead = institution.memberships[0].account
    with pytest.raises(Refused, match="only lead"):
        ask(lead)
    second = factories.institution(lead=factories.account()).memberships[0]
    second.institution_id = institution.id
    db.session.commit()
    wish = ask(lead)
    with pytest.raises(Refused, match="only lead"):
        ask(second.account)
    services.erase(wish, LATER)
    db.session.expire_all()
    assert institution.memberships[0].family_name == "" or institution.memberships[1].family_name == ""


def test_staff_ask_the_administrator() -> None:
    with pytest.raises(Refused, match="administrator"):
        ask(factories.account(Role.OFFICER))


def test_the_page_lists_what_goes_and_what_stays_before_it_asks(client: CheckedClient) -> None:
    people = People()
    people.walked(*TO_ACCEPTED)
    client.sign_in(people.candidate_account)
    page = client.get("/en/account/erasure").get_data(as_text=True)
    for words in (
        "This is deleted",
        "This is made anonymous",
        "This stays, without your name",
        "Candidatures",
    ):
        assert page.index(words) < page.index("Your password")
    refused = client.post("/en/account/erasure", data={"password": "wrong"}).get_data(as_text=True)
    assert "This is not your password." in refused
    client.post("/en/account/erasure", data={"password": PASSWORD})
    assert profiles.of_account(people.candidate.account_id).state is CandidateState.ERASURE_REQUESTED  # type: ignore[union-attr]
    assert "Take it back" in client.get("/en/").get_data(as_text=True)
    client.post("/en/account/erasure/keep")
    assert queries.open_erasure(people.candidate.account_id) is None


def test_only_the_profile_can_be_erased_from_its_page(client: CheckedClient) -> None:
    institution = factories.institution()
    lead = institution.memberships[0].account
    candidate = factories.candidate(account_id=lead.id)
    client.sign_in(lead)
    assert "part=profile" in client.get("/en/profile").get_data(as_text=True)
    client.post("/en/account/erasure?part=profile", data={"password": PASSWORD})
    wish = queries.open_erasure(lead.id)
    assert wish is not None
    assert not wish.whole
    assert db.session.get_one(Candidate, candidate.id).state is CandidateState.ERASURE_REQUESTED
