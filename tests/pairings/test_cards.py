"""The card of a candidate on an institution's page says each thing once."""

from datetime import date
from typing import Any

from diaspora.extensions import db
from diaspora.matching import services as matching
from diaspora.pairings import views
from diaspora.profiles.models import Availability, SpokenLanguage
from tests import factories
from tests.client import CheckedClient
from tests.factories import NOW
from tests.pairings.people import People, actor_of


def shown(people: People) -> views.Choice:
    matching.refit(NOW)
    db.session.commit()
    return views.choices(people.placement, actor_of(people.lead)).fitting[0]


def person(**values: Any) -> People:
    defaults = {"availability": [Availability(starts_on=date(2099, 5, 1), ends_on=date(2099, 8, 31))]}
    return People(candidate=factories.candidate(**{**defaults, **values}))


def said(people: People) -> str:
    return "; ".join(str(fact) for fact in shown(people).person.facts)


def test_what_the_card_compares_is_not_said_a_second_time(client: CheckedClient) -> None:
    people = person(languages=[SpokenLanguage(code="ro", level="native", position=0)])
    facts = said(people)
    assert "lives in" in facts
    for word in ("fields of research", "languages", "could come"):
        assert word not in facts
    client.sign_in(people.lead)
    page = client.get(f"/en/institution/placements/{people.placement.id}/candidates").get_data(as_text=True)
    assert page.count("Agriculture, forestry and fisheries") == 1


def test_what_the_card_does_not_say_stays_said() -> None:
    people = person(
        fields=["4.1", "1.1"],
        availability=[Availability(starts_on=date(2098, 5, 1), ends_on=date(2098, 6, 1))],
    )
    facts = said(people)
    assert "fields of research: mathematics" in facts.lower()
    assert "languages: English (C1)" in facts
    assert "could come from 1 May 2098" in facts


def test_the_card_still_names_nobody_before_a_disclosure() -> None:
    people = person()
    choice = shown(people)
    assert choice.person.name == ""
    assert people.candidate.family_name not in said(people)
    assert people.candidate.employer not in said(people)
