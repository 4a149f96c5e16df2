import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from diaspora.extensions import db
from diaspora.matching import glossary_services, services
from diaspora.matching.engine.glossary import own
from diaspora.matching.glossary_files import Row, UnusableTerms
from diaspora.matching.models import GlossaryEntry
from diaspora.platform import clock
from diaspora.platform.access import SYSTEM, Actor, Role, roles_of
from diaspora.platform.audit import AuditEvent
from diaspora.platform.refusals import Refused
from diaspora.profiles.models import Candidate
from tests import factories
from tests.client import CheckedClient
from tests.conftest import Jobs
from tests.factories import NOW

QUOKKA = ("quokka husbandry", "creșterea quokkelor", "разведение квокк")


def refit() -> None:
    services.refit(clock.now())
    db.session.commit()


def writers(number: int, word: str, **values: Any) -> list[Candidate]:
    """So many candidates whose profiles hold this word."""
    return [
        factories.candidate(interests=f"Soil, erosion and {word} on slopes.", **values) for _ in range(number)
    ]


def words() -> set[str]:
    return {one.word for one in glossary_services.lacking_now()}


def stored() -> set[tuple[str, str, str]]:
    return {(x.en, x.ro, x.ru) for x in db.session.scalars(select(GlossaryEntry))}


def acts() -> list[str]:
    return list(db.session.scalars(select(AuditEvent.act).where(AuditEvent.act.like("glossary.%"))))


def officer() -> Actor:
    account = factories.account(Role.OFFICER)
    return Actor(account.id, roles_of(account.id))


def test_a_word_of_few_profiles_is_named_to_nobody() -> None:
    writers(2, "zymurgyology")
    refit()
    assert "zymurgyology" not in words()
    writers(1, "zymurgyology")
    refit()
    assert "zymurgyology" in words()


def test_a_word_of_a_published_placement_is_named() -> None:
    factories.placement(summary="A map of the rendzinology of the district.")
    refit()
    assert "rendzinology" not in words(), "of one record only: not worth anybody's time"
    factories.placement(summary="Rendzinology; the rendzinology of two districts.")
    refit()
    assert "rendzinology" in words()


def test_everyday_words_and_other_forms_of_known_words_are_not_wanted() -> None:
    assert any(ro == "cernoziom" for _en, ro, _ru in own().rows)
    everyday = {"forty", "weeks", "împreună", "douăzeci", "работать", "недели", "cernoziomuri"}
    for _ in range(3):
        writers(1, "forty zymurgyology in weeks")
        writers(1, "împreună și douăzeci de cernoziomuri", text_language="ro")
        writers(1, "работать недели", text_language="ru")
    refit()
    assert not everyday & words()
    assert "zymurgyology" in words()


def test_a_word_that_all_areas_use_alike_is_not_wanted_and_others_say_where_they_stand() -> None:
    for area in ("1.1", "2.1", "3.1", "4.1", "5.1"):
        writers(1, "quillwort", fields=[area])
    writers(2, "zymurgyology", fields=["4.1"])
    writers(1, "zymurgyology", fields=["1.6"])
    refit()
    [found] = [one for one in glossary_services.lacking_now() if one.word in {"quillwort", "zymurgyology"}]
    assert (found.word, found.area, found.candidates) == ("zymurgyology", "4", 3)


def test_how_many_below_three_and_where_is_not_said() -> None:
    writers(2, "rendzinology", fields=["1.1"])
    factories.placement(summary="About rendzinology.", fields=["4.1"])
    refit()
    [found] = [one for one in glossary_services.lacking_now() if one.word == "rendzinology"]
    assert (found.candidates, found.placements, found.area) == (0, 1, "4")


def test_nobodys_own_name_is_wanted() -> None:
    for _ in range(3):
        factories.candidate(family_name="Zubrescu", interests="Ask zubrescu about the soil and its erosion.")
    refit()
    assert "zubrescu" not in words()


def test_names_of_places_are_not_wanted() -> None:
    writers(3, "the vineyards of Quokkești")
    for _ in range(2):
        factories.placement(summary="Rendzina in Quokkești. Zymurgyologists measure; zymurgyologists teach.")
    refit()
    assert not {"Quokkești", "quokkești"} & words()
    assert "zymurgyologists" in words()


def test_what_the_glossary_knows_in_that_language_is_not_lacking() -> None:
    assert any("erosion" in en for en, _ro, _ru in own().rows)
    writers(3, "the erosions of soils")
    writers(3, "quokkele", text_language="ro")
    refit()
    assert not {"erosion", "erosions", "soil", "soils"} & words()
    [found] = [one for one in glossary_services.lacking_now() if one.word.startswith("quokk")]
    assert found.language == "ro"


def test_most_wanted_comes_first_with_its_counts() -> None:
    writers(3, "zymurgyology")
    factories.placement(summary="About rendzinology and zymurgyology.")
    factories.placement(summary="About rendzinology.")
    refit()
    found = [one for one in glossary_services.lacking_now() if one.word in {"zymurgyology", "rendzinology"}]
    assert [(x.word, x.language, x.candidates, x.placements) for x in found] == [
        ("zymurgyology", "en", 3, 1),
        ("rendzinology", "en", 0, 2),
    ]


def test_an_added_word_is_no_longer_wanted() -> None:
    writers(3, "quokkas")
    refit()
    assert "quokkas" in words()
    glossary_services.add(QUOKKA, officer(), NOW)
    assert "quokkas" not in words()


def test_adding_and_removing_are_logged_and_ask_for_a_run(jobs: Jobs) -> None:
    actor = officer()
    entry = glossary_services.add(("  quokka\thusbandry ", *QUOKKA[1:]), actor, NOW)
    db.session.commit()
    assert stored() == {QUOKKA}
    assert (entry.source, entry.added_by_id, entry.added_at) == ("", actor.account_id, NOW)
    assert len(jobs.waiting) == 1
    glossary_services.remove(entry, actor, NOW)
    db.session.commit()
    assert stored() == set()
    assert acts() == ["glossary.add", "glossary.remove"]
    assert len(jobs.waiting) == 2


def test_an_added_term_makes_another_corpus() -> None:
    before = services.corpus_hash(services.gather())
    glossary_services.add(QUOKKA, officer(), NOW)
    assert services.gather().added_terms == (QUOKKA,)
    assert services.corpus_hash(services.gather()) != before


@pytest.mark.parametrize(
    ("term", "field", "sentence"),
    [
        (("quokka", "", ""), "ro", "at least two"),
        (("", "", "квокка"), "en", "at least two"),
        (("квокка", "", "квокка"), "en", "Cyrillic"),
        (("q" * 201, "q", ""), "en", "too long"),
        (own().rows[0], "en", "already"),
        (QUOKKA, "en", "already"),
    ],
)
def test_what_cannot_be_a_term_is_refused(term: Any, field: str, sentence: str) -> None:
    glossary_services.add(QUOKKA, officer(), NOW)
    with pytest.raises(Refused, match=sentence) as refused:
        glossary_services.add(term, officer(), NOW)
    assert refused.value.field == field


def test_a_file_is_imported_whole_or_not_at_all() -> None:
    bad = [Row(2, QUOKKA), Row(3, ("alone", "", "")), Row(5, ("слово", "cuvânt", ""))]
    with pytest.raises(UnusableTerms) as refused:
        glossary_services.import_rows(bad, "x.csv", SYSTEM, NOW)
    assert refused.value.faults == (
        "line 3: ro; Give the term in at least two of the three languages.",
        "line 5: en; This is written in Cyrillic letters: it belongs into the Russian field.",
    )
    assert stored() == set()


def test_the_same_file_can_be_imported_again() -> None:
    rows = [Row(2, QUOKKA), Row(3, own().rows[0]), Row(4, ("wombat", "", "вомбат")), Row(5, QUOKKA)]
    first = glossary_services.import_rows(rows, "x.csv", SYSTEM, NOW)
    again = glossary_services.import_rows(rows, "x.csv", SYSTEM, NOW)
    assert (first.added, first.known) == (2, 1)
    assert (again.added, again.known) == (0, 3)
    assert stored() == {QUOKKA, ("wombat", "", "вомбат")}
    assert acts() == ["glossary.import"]
    assert glossary_services.remove_file("x.csv", SYSTEM, NOW) == 2
    assert stored() == set()


def test_the_terms_of_the_staff_are_no_file() -> None:
    glossary_services.add(QUOKKA, officer(), NOW)
    assert glossary_services.remove_file("", SYSTEM, NOW) == 0
    assert stored() == {QUOKKA}


def test_the_command_imports_and_says_what_is_wrong(app: Flask, tmp_path: Path) -> None:
    runner, path = app.test_cli_runner(), tmp_path / "terms.csv"
    path.write_text("en,ro,ru\nquokka,,квокка\nalone,,\n", encoding="utf-8")
    failed = runner.invoke(args=["matching", "glossary", "import", str(path)])
    assert failed.exit_code == 1
    assert "Nothing was imported.\nline 3: ro;" in failed.output
    path.write_text("en,ro,ru\nquokka,,квокка\n,zimurgologie,зимургология\n", encoding="utf-8")
    done = runner.invoke(args=["matching", "glossary", "import", str(path), "--json"])
    told = json.loads(done.stdout)
    assert {**told, "left_out": len(told["left_out"])} == {
        "file": "terms.csv", "added": 1, "known": 0, "left_out": 1,
    }  # fmt: skip
    again = runner.invoke(args=["matching", "glossary", "import", str(path)])
    assert "0 terms added, 1 known already, 1 left out\nline 3: Give the English word" in again.output
    assert runner.invoke(args=["matching", "glossary", "remove", "terms.csv"]).exit_code == 0
    assert runner.invoke(args=["matching", "glossary", "remove", "terms.csv"]).exit_code == 1
    assert stored() == set()


def test_the_page_shows_what_is_lacking_with_a_form_and_takes_a_term(client: CheckedClient) -> None:
    writers(3, "zymurgyology")
    refit()
    client.sign_in(factories.account(Role.OFFICER))
    page = client.get("/en/staff/glossary").get_data(as_text=True)
    assert 'value="zymurgyology"' in page
    answer = client.post("/en/staff/glossary", data={"en": "zymurgyology", "ro": "zimurgie", "ru": ""})
    assert answer.headers["Location"] == "/en/staff/glossary"
    page = client.get("/en/staff/glossary").get_data(as_text=True)
    assert "zimurgie" in page
    assert 'value="zymurgyology"' not in page
    [entry_id] = db.session.scalars(select(GlossaryEntry.id))
    client.post(f"/en/staff/glossary/{entry_id}/remove")
    assert stored() == set()
    assert client.post(f"/en/staff/glossary/{entry_id}/remove").status_code == 404


def test_a_refused_term_keeps_what_was_typed(client: CheckedClient) -> None:
    client.sign_in(factories.account(Role.OFFICER))
    answer = client.post("/en/staff/glossary", data={"en": "quokka", "ro": " ", "ru": ""})
    page = answer.get_data(as_text=True)
    assert "at least two of the three languages." in page
    assert 'value="quokka"' in page


@pytest.mark.parametrize(("sought", "found"), [("quokk", True), ("КВОКК", True), ("wombat", False)])
def test_added_terms_are_found_in_any_language(client: CheckedClient, sought: str, found: bool) -> None:
    glossary_services.add(QUOKKA, officer(), NOW)
    db.session.commit()
    client.sign_in(factories.account(Role.OFFICER))
    page = client.get("/en/staff/glossary", query_string={"q": sought}).get_data(as_text=True)
    assert (QUOKKA[0] in page) is found


def test_the_page_speaks_every_language(client: CheckedClient) -> None:
    writers(3, "zymurgyology")
    glossary_services.add(QUOKKA, officer(), NOW)
    refit()
    client.sign_in(factories.account(Role.OFFICER))
    for language in ("ro", "ru", "en"):
        assert client.get(f"/{language}/staff/glossary").status_code == 200


def test_an_added_term_reaches_the_matcher() -> None:
    person = factories.candidate(interests="Zblorg in the hills.", experience="", fields=["1.1"])
    wanted = factories.placement(
        language="ru",
        title="Работа",
        summary="Хмырь",
        tasks="Хмырь",
        results="",
        transfer="",
        required_profile="",
        desired_profile="",
        fields=["5.1"],
    )
    before, _reasons = services.explain_now(person.id, wanted.id)
    glossary_services.add(("zblorg", "zblorg", "хмырь"), officer(), NOW)
    after, _reasons = services.explain_now(person.id, wanted.id)
    assert after > before


def test_a_row_without_english_gets_the_known_word_or_is_left_out_and_told() -> None:
    rows = [
        Row(2, ("", "cernoziom", "чёрная земля")),
        Row(3, ("", "creșterea quokkelor", "уход за квокками")),
        Row(4, QUOKKA),
        Row(5, ("", "zimurgologie", "зимургология")),
    ]
    done = glossary_services.import_rows(rows, "terms.csv", SYSTEM, NOW)
    assert stored() == {
        ("chernozem", "cernoziom", "чёрная земля"),
        ("quokka husbandry", "creșterea quokkelor", "уход за квокками"),
        QUOKKA,
    }
    assert (done.added, done.known) == (3, 0)
    assert done.left_out == (
        "line 5: Give the English word, too: the matcher meets other languages through it.",
    )


def test_a_typed_term_without_english_is_refused_where_none_is_known() -> None:
    with pytest.raises(Refused, match="Give the English word, too") as refused:
        glossary_services.add(("", "zimurgologie", "зимургология"), officer(), NOW)
    assert refused.value.field == "en"
    assert glossary_services.add(("", "cernoziom", "чёрная земля"), officer(), NOW).en == "chernozem"
