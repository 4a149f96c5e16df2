"""What a preview shows to whom, and what nobody can find out by it."""

import logging
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from diaspora.accounts.models import Account
from diaspora.extensions import db
from diaspora.institutions.models import Institution
from diaspora.institutions.rules import InstitutionState
from diaspora.matching import engine_file, services
from diaspora.matching.preview import Band, band_of
from diaspora.placements.models import Placement
from diaspora.platform.access import Role
from diaspora.profiles.models import Candidate, Degree, Publication
from diaspora.profiles.rules import CandidateState, DegreeLevel
from tests import factories
from tests.client import CheckedClient
from tests.factories import NOW
from tests.guards.test_queries import watched

RARE = "zvrkolitology"
DRAFT = {
    "language": "en",
    "title": "Soil erosion on slopes",
    "tasks": "Measure soil erosion on vineyard slopes with farmers, in field measurements over ten years.",
    "summary": "",
}


def learnt() -> None:
    """A run has been done, and this process has read what it learned."""
    services.refit(NOW)
    db.session.commit()
    engine_file.at_hand(wait=True)


def people(count: int, **values: Any) -> list[Candidate]:
    return [factories.candidate(**values) for _ in range(count)]


def lead_of(institution: Institution) -> Account:
    return institution.memberships[0].account


def ask(client: CheckedClient, institution: Institution, **draft: str) -> str:
    answer = client.post(f"/en/institution/{institution.id}/preview", data={**DRAFT, **draft})
    assert answer.status_code == 200
    return str(answer.get_json()["panel"])


@pytest.fixture
def host(client: CheckedClient) -> Institution:
    made = factories.institution()
    client.sign_in(lead_of(made))
    return made


# --- a candidate ---


@pytest.fixture
def writer(client: CheckedClient) -> Candidate:
    made = factories.candidate(interests="", experience="")
    client.sign_in(db.session.get_one(Account, made.account_id))
    return made


def test_what_is_written_now_decides_what_fits(client: CheckedClient, writer: Candidate) -> None:
    bees = factories.placement(
        title="Bees in orchards",
        summary="Counting wild bees and other pollinators in old orchards.",
        tasks="Count the pollinators.",
    )
    factories.placement()
    learnt()
    written = "Wild bees as pollinators of old orchards: how to count them and what they need in spring."
    panel = client.post("/en/profile/preview/interests", data={"interests": written}).get_json()["panel"]
    assert str(bees.id) in panel
    assert "pollinators" in panel
    before = client.post("/en/profile/preview/interests", data={"interests": ""}).get_json()["panel"]
    assert "pollinators" not in before


def test_a_publication_being_changed_takes_the_place_of_the_stored_one(
    client: CheckedClient, writer: Candidate
) -> None:
    factories.placement()
    learnt()
    item = writer.publications[0].id
    data = {"title": "Mediaeval law of trade", "abstract": "Contracts of merchants in harbours of the sea."}
    changed = client.post(f"/en/profile/preview/publications?item={item}", data=data).get_json()["panel"]
    added = client.post("/en/profile/preview/publications", data=data).get_json()["panel"]
    assert "erosion" not in changed.replace("Soil erosion map", "")
    assert "erosion" in added.replace("Soil erosion map", "")


@pytest.mark.parametrize("gone", ["withdrawn", "closed", "suspended"])
def test_a_post_that_takes_nobody_is_not_shown(client: CheckedClient, writer: Candidate, gone: str) -> None:
    post = factories.placement()
    learnt()
    data = {"interests": DRAFT["tasks"]}
    assert str(post.id) in client.post("/en/profile/preview/interests", data=data).get_json()["panel"]
    if gone == "withdrawn":
        post.state = type(post.state)("withdrawn")
    elif gone == "closed":
        post.closes_on = factories.TODAY.replace(year=2020)
    else:
        post.institution.state = InstitutionState.SUSPENDED
    db.session.commit()
    assert str(post.id) not in client.post("/en/profile/preview/interests", data=data).get_json()["panel"]


def test_without_javascript_the_form_comes_back_as_it_was_typed_and_is_not_sent(
    client: CheckedClient, writer: Candidate
) -> None:
    post = factories.placement()
    learnt()
    version = writer.version
    data = {"interests": DRAFT["tasks"], "text_language": "en", "version": str(version), "look": "1"}
    answer = client.post("/en/profile/interests", data=data)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert DRAFT["tasks"] in page
    assert str(post.id) in page
    assert (writer.interests, writer.version) == ("", version)


def test_before_the_first_run_the_preview_says_so(
    client: CheckedClient, writer: Candidate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_file, "at_hand", lambda: None)
    answer = client.post("/en/profile/preview/interests", data={"interests": DRAFT["tasks"]})
    assert "is being prepared" in answer.get_json()["panel"]


# --- an institution ---


def test_an_institution_learns_a_band_and_shared_words(client: CheckedClient, host: Institution) -> None:
    people(4)
    learnt()
    panel = ask(client, host)
    assert "3 to 10 candidates" in panel
    assert "<li>erosion</li>" in panel


@pytest.mark.parametrize(("count", "band"), [(0, "few"), (2, "few"), (3, "some"), (10, "some"), (11, "many")])
def test_a_count_is_only_a_band(count: int, band: str) -> None:
    assert band_of(count) is Band(band)


def jurist() -> Candidate:
    """Somebody of whose profile the draft has no word."""
    return factories.candidate(
        interests="Harbours.",
        experience="Law of trade.",
        degrees=[Degree(level=DegreeLevel.MASTER, subject="Law", country="FR", year=2014)],
        publications=[Publication(title="Contracts of merchants", abstract="", year=2020, language="en")],
    )


def test_a_rare_word_cannot_be_asked_for(client: CheckedClient, host: Institution) -> None:
    """Held by nobody, by one, by two: the same answer, byte for byte. From three on it is shared."""
    # ten fit the draft: one who fitted it by the rare word alone would be the eleventh, of another band
    people(10)
    three = [jurist() for _ in range(3)]
    answers = []
    for holding in range(4):
        for n, candidate in enumerate(three):
            candidate.interests = f"My work is {RARE if n < holding else f'something{n}'}."
        learnt()
        answers.append(ask(client, host, tasks=f"{DRAFT['tasks']} {RARE} {RARE}"))
    assert "3 to 10" in answers[0]
    assert answers[0] == answers[1] == answers[2]
    assert RARE not in answers[2]
    assert RARE in answers[3]


def test_a_draft_of_rare_words_alone_gets_no_count(client: CheckedClient, host: Institution) -> None:
    people(4)
    words = " ".join(f"{RARE}{letter}" for letter in "abcdefghijkl")
    factories.candidate(interests=words)
    learnt()
    rare = ask(client, host, title="", tasks=words)
    assert rare == ask(client, host, title="", tasks="")
    assert "too little" in rare


def leave(candidate: Candidate, how: str) -> None:
    if how == "no consent":
        candidate.consents[0].withdrawn_at = NOW
    else:
        candidate.state = CandidateState(how)
    db.session.commit()


@pytest.mark.parametrize("how", ["paused", "erasure_requested", "anonymised", "expired", "no consent"])
def test_who_left_since_the_last_run_is_not_counted_and_shares_no_word(
    client: CheckedClient, host: Institution, how: str
) -> None:
    shared = f"{DRAFT['tasks']} {RARE}"
    three = people(3, interests=f"Soil erosion on vineyard slopes, measured with farmers. {RARE}")
    # others who keep the words of the draft shared, and fit it less
    other = "Soil erosion slopes vineyard farmers field measurements ten years measure"
    people(3, interests=other, experience="Law of medieval harbours and merchants.", publications=[])
    learnt()
    assert RARE in ask(client, host, tasks=shared)
    leave(three[0], how)
    assert RARE not in ask(client, host, tasks=shared)


def test_who_left_is_not_counted(client: CheckedClient, host: Institution) -> None:
    everybody = people(12)
    learnt()
    assert "More than 10" in ask(client, host)
    for candidate in everybody[:2]:
        leave(candidate, "paused")
    assert "3 to 10" in ask(client, host)


def test_only_verified_institutions_get_an_answer(client: CheckedClient, host: Institution) -> None:
    people(4)
    learnt()
    host.state = InstitutionState.REGISTERED
    db.session.commit()
    assert "when your institution is verified" in ask(client, host)


def test_the_builder_comes_back_with_all_that_was_typed(client: CheckedClient, host: Institution) -> None:
    people(4)
    learnt()
    address = f"/en/institution/{host.id}/placements/new"
    page = client.post(address, data={**DRAFT, "look": "1"}).get_data(as_text=True)
    assert DRAFT["tasks"] in page
    assert "3 to 10 candidates" in page
    assert db.session.scalar(sa.select(sa.func.count(Placement.id))) == 0


# --- both ---


def stored() -> dict[str, list[Any]]:
    """Every row of every table, but for the time at which a session was last seen."""
    tables = [t for t in db.metadata.sorted_tables if "session" not in t.name]
    return {t.name: sorted(map(repr, db.session.execute(sa.select(t)))) for t in tables}


def test_nothing_of_a_draft_is_stored_or_logged(
    client: CheckedClient,
    host: Institution,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """No row changes: no draft, no audit event, no mail; and no line of the log holds a word of it."""
    caplog.set_level(logging.DEBUG)
    people(4)
    writer = factories.candidate()
    learnt()
    before = stored()
    ask(client, host, tasks=f"{DRAFT['tasks']} {RARE}")
    client.post(f"/en/institution/{host.id}/placements/new", data={**DRAFT, "tasks": RARE, "look": "1"})
    client.sign_in(db.session.get_one(Account, writer.account_id))
    for part in ("interests", "career"):
        data = {"interests": f"{DRAFT['tasks']} {RARE}", "experience": f"{DRAFT['tasks']} {RARE}"}
        assert client.post(f"/en/profile/preview/{part}", data=data).status_code == 200
        client.post(f"/en/profile/{part}", data={**data, "look": "1"})
    assert stored() == before
    assert RARE not in caplog.text + "".join(capsys.readouterr())


def test_a_larger_roster_asks_the_database_no_more_often(
    app: Flask, client: CheckedClient, host: Institution
) -> None:
    writer, counts = factories.candidate(), []
    data = {"interests": DRAFT["tasks"]}
    for _ in range(2):
        people(4)
        factories.placement()
        learnt()
        client.sign_in(lead_of(host))
        with watched(app) as roster:
            ask(client, host)
        client.sign_in(db.session.get_one(Account, writer.account_id))
        with watched(app) as profile:
            client.post("/en/profile/preview/interests", data=data)
        assert roster.in_templates == profile.in_templates == []
        counts.append((len(roster.all), len(profile.all)))
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 25


@pytest.mark.parametrize("role", ["candidate", "officer", "other institution", "member"])
def test_others_get_no_answer_for_an_institution(client: CheckedClient, role: str) -> None:
    made = factories.institution()
    if role == "other institution":
        client.sign_in(lead_of(factories.institution()))
    elif role == "candidate":
        client.sign_in(db.session.get_one(Account, factories.candidate().account_id))
    else:
        client.sign_in(factories.account(Role.OFFICER if role == "officer" else None))
    answer = client.post(f"/en/institution/{made.id}/preview", data=DRAFT)
    assert answer.status_code == (404 if role == "other institution" else 403)


def test_an_institution_gets_no_preview_of_a_profile(client: CheckedClient, host: Institution) -> None:
    assert client.post("/en/profile/preview/interests", data={"interests": "a"}).status_code == 403


def test_an_unknown_part_and_too_much_text_are_refused(client: CheckedClient, writer: Candidate) -> None:
    assert client.post("/en/profile/preview/about", data={"interests": "a"}).status_code == 404
    assert client.post("/en/profile/preview/interests", data={"interests": "a" * 500_000}).status_code == 413


def test_a_damaged_engine_file_is_told_and_written_anew(
    app: Flask, client: CheckedClient, writer: Candidate, jobs: Any
) -> None:
    factories.placement()
    learnt()
    path = engine_file._folder() / "words"
    path.write_bytes(b"damaged")
    assert engine_file.at_hand(wait=True) is not None, "the older one serves meanwhile"
    client.post("/en/profile/preview/interests", data={"interests": DRAFT["tasks"]})
    assert ("diaspora.matching.services.refit_again", []) in jobs.waiting
    jobs.run()
    assert path.read_bytes() != b"damaged"
