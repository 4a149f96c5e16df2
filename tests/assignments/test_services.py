import io
from decimal import Decimal

import pypdf
import pytest

from diaspora.assignments import queries, services
from diaspora.assignments.models import Assignment, Letter
from diaspora.assignments.rules import AssignmentState
from diaspora.extensions import db
from diaspora.pairings import services as pairings
from diaspora.pairings.rules import PairingAct, PairingState
from diaspora.platform import files
from diaspora.platform.access import Role
from diaspora.platform.refusals import Refused
from diaspora.programmes import services as programmes
from tests import factories
from tests.factories import NOW
from tests.pairings.people import TO_ACCEPTED, TO_OFFER, People, actor_of, mails_to


def accepted(people: People) -> Assignment:
    made = queries.of_pairing(people.walked(*TO_ACCEPTED).id)
    assert made is not None
    return made


def text_of(letter: Letter) -> str:
    reader = pypdf.PdfReader(io.BytesIO(files.get(letter.file_key)))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_acceptance_makes_the_assignment_with_the_dates_and_the_money_of_the_offer() -> None:
    people = People()
    made = accepted(people)
    assert made.state is AssignmentState.PREPARING
    assert (made.starts_on, made.ends_on) == (made.pairing.starts_on, made.pairing.ends_on)
    assert (made.committed, made.currency) == (Decimal("12600.00"), "MDL")
    assert [letter.number for letter in made.letters] == ["MD-2026-00001"]


@pytest.mark.parametrize("language", ["ro", "ru", "en"])
def test_the_letter_is_readable_in_the_candidates_language(language: str) -> None:
    names = {"ro": "Universitatea de Științe", "ru": "Университет наук", "en": "University of Sciences"}
    account = factories.account(language=language)
    people = People(
        candidate=factories.candidate(account_id=account.id, given_name="Ștefan", family_name="Țurcanu"),
        placement=factories.placement(institution=factories.institution(name=names)),
    )
    [letter] = accepted(people).letters
    text = text_of(letter)
    assert letter.language == language
    for expected in ("Ștefan Țurcanu", names[language], letter.number, people.placement.title, "Maria Ceban"):
        assert expected in text
    assert {"ro": "1 mai 2099", "ru": "1 мая 2099", "en": "1 May 2099"}[language] in text


def test_a_name_in_cyrillic_and_markup_stand_in_the_letter_as_they_are() -> None:
    candidate = factories.candidate(given_name="Людмила", family_name="#strong[Щербань] *_$x$")
    [letter] = accepted(People(candidate=candidate)).letters
    assert "Людмила #strong[Щербань] *_$x$" in text_of(letter)


def test_the_allowances_of_the_letter_are_those_of_the_reservation() -> None:
    [letter] = accepted(People()).letters
    text = text_of(letter)
    assert "Per diem of MDL" in text
    assert "12,600.00" in text


def test_the_kept_hash_is_that_of_the_file() -> None:
    [letter] = accepted(People()).letters
    assert len(letter.sha256) == 64
    assert files.get(letter.file_key).startswith(b"%PDF")


def test_every_letter_has_a_number_of_its_own() -> None:
    first, second = accepted(People()), accepted(People())
    officer = actor_of(factories.account(Role.OFFICER))
    again = services.issue_invitation(first, officer, NOW)
    assert [again.number, second.letters[0].number] == ["MD-2026-00003", "MD-2026-00002"]


def test_a_number_that_was_taken_meanwhile_is_not_given_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    made = accepted(People())
    answers = iter([0, 0, 1])
    monkeypatch.setattr(queries, "last_number", lambda _year: next(answers))
    letter = services.issue_invitation(made, actor_of(factories.account(Role.OFFICER)), NOW)
    assert letter.number == "MD-2026-00002"


def test_only_officers_issue_letters() -> None:
    people = People()
    made = accepted(people)
    for account in (people.candidate_account, people.lead, people.chair):
        with pytest.raises(Refused):
            services.issue_invitation(made, actor_of(account), NOW)


def test_making_it_again_changes_nothing() -> None:
    made = accepted(People())
    assert services.make(made.pairing, actor_of(factories.account()), NOW) is made
    assert len(made.letters) == 1


def test_without_reserved_money_nobody_comes() -> None:
    people = People()
    pairing = people.walked(*TO_OFFER)
    programmes.release(pairing.id, actor_of(people.officer), NOW)
    with pytest.raises(Refused, match="No money"), db.session.begin_nested():
        pairings.act(pairing, PairingAct.ACCEPT, actor_of(people.candidate_account), NOW)
    db.session.refresh(pairing)
    assert pairing.state is PairingState.OFFERED


def test_both_sides_are_told_in_their_language_with_a_link_and_no_attachment() -> None:
    people = People()
    people.candidate_account.language, people.lead.language = "ru", "ro"
    db.session.flush()
    made = accepted(people)
    for reader, language in ((people.candidate_account, "ru"), (people.lead, "ro")):
        [mail] = [mail for mail in mails_to(reader) if mail.message == "assignment_made"]
        assert mail.language == language
        assert f"http://localhost/{language}/assignments/{made.id}" in mail.text
