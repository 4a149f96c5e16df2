"""The list of open posts: words, filters that work together, counts that keep their word, orders."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diaspora.extensions import db
from diaspora.institutions.rules import InstitutionState
from diaspora.placements import editing, queries, search
from diaspora.placements.models import Placement, WantedLanguage
from diaspora.placements.rules import PlacementState
from diaspora.placements.search import Facet, Filters, Length, Order, Post
from diaspora.platform.access import Actor, Role
from tests import factories
from tests.client import CheckedClient
from tests.factories import NOW, TODAY
from tests.placements.test_routes import text

S = PlacementState
VALUES = ("a", "b", "c")


def post(number: int, found: bool = True, **values: Iterable[str]) -> Post:
    named = {facet: frozenset(values.get(facet.value, ())) for facet in Facet}
    return Post(UUID(int=number), f"Post {number}", named, NOW, found=found)


posts_strategy = st.lists(
    st.builds(
        lambda number, found, field, mode, district: post(
            number, found, field=field, mode=mode, district=district
        ),
        st.integers(0, 10**9),
        st.booleans(),
        *(st.sets(st.sampled_from(VALUES)) for _ in range(3)),
    ),
    max_size=12,
    unique_by=lambda one: one.id,
)
chosen_strategy = st.dictionaries(
    st.sampled_from([Facet.FIELD, Facet.MODE, Facet.DISTRICT]), st.sets(st.sampled_from(VALUES))
)


@given(posts_strategy, chosen_strategy)
def test_an_options_count_is_what_choosing_it_alone_shows(
    posts: list[Post], chosen: dict[Facet, set[str]]
) -> None:
    counted = search.counts(posts, Filters(chosen=chosen))
    for facet in (Facet.FIELD, Facet.MODE, Facet.DISTRICT):
        for value in VALUES:
            alone = Filters(chosen={**chosen, facet: {value}})
            assert counted[facet][value] == len(search.narrowed(posts, alone))


@given(posts_strategy, chosen_strategy)
def test_a_way_out_of_an_empty_list_leads_to_as_many_as_it_says(
    posts: list[Post], chosen: dict[Facet, set[str]]
) -> None:
    for facet, number in search.loosened(posts, Filters("word", chosen)).items():
        assert number > 0
        if facet is None:
            left = search.narrowed([replace(one, found=True) for one in posts], Filters("", chosen))
        else:
            kept = {key: values for key, values in chosen.items() if key != facet}
            left = search.narrowed(posts, Filters("word", kept))
        assert len(left) == number


@pytest.mark.parametrize(
    ("days", "length"),
    [
        (1, Length.TWO_WEEKS),
        (14, Length.TWO_WEEKS),
        (15, Length.MONTH),
        (31, Length.MONTH),
        (32, Length.THREE_MONTHS),
        (92, Length.THREE_MONTHS),
        (93, Length.LONGER),
        (366, Length.LONGER),
    ],
)
def test_stays_are_told_apart_by_length(days: int, length: Length) -> None:
    assert search.length_of(days) is length


def found(**values: Any) -> Placement:
    """A published post that words find, as it would be after somebody wrote it."""
    placement = factories.placement(**values)
    editing.refresh_search_text(placement)
    db.session.commit()
    return placement


def listed(words: str = "", order: Order | None = None, **chosen: Any) -> list[Placement]:
    filters = Filters(words, {Facet(name): values for name, values in chosen.items()}, order)
    return list(queries.published(filters, TODAY).rows)


def test_words_are_found_in_everything_that_describes_the_work() -> None:
    host = factories.institution(
        name={"ro": "Institutul de Pedologie", "ru": "Институт почвоведения", "en": "Soil Institute"}
    )
    placement = found(
        institution=host,
        title="Harta eroziunii",
        language="ro",
        summary="Pante din sud.",
        tasks="Măsurăm scurgerea apei.",
        required_profile="Doctorat.",
        desired_profile="Statistică.",
        fields=["1.5"],
        district="MD-CA",
    )
    other = found(
        title="Vineyards",
        summary="",
        district="MD-BA",
        fields=["5.1"],
        tasks="x",
        required_profile="x",
        desired_profile="",
    )
    for words in (
        "eroziune", "EROZIUNEA harta", "scurgere", "doctorat", "statistica",
        "pedologie", "почвоведение", "pochvovedeniye", "soil institute",
        "Earth", "Pământului", "pamantului", "земле", "natural sciences", "Cahul", "Кагул", "kagul",
        "ерозиуне",
    ):  # fmt: skip
        assert placement in listed(words), words
        assert other not in listed(words), words
    assert listed("eroziune vineyards") == []
    assert listed("roziune") == [], "words are found by their beginning"
    assert listed("%") == listed("_") == []


def test_several_values_of_a_facet_are_alternatives_and_facets_work_together() -> None:
    one = found(district="MD-CA", mode="online", length_days=10)
    two = found(district="MD-BA", mode="online", length_days=60)
    three = found(district="MD-CU", mode="on_site", languages=[WantedLanguage(code="en", level="B2")])
    assert set(listed(district=["MD-CA", "MD-BA"])) == {one, two}
    assert listed(district=["MD-CA", "MD-CU"], mode=["online"]) == [one]
    assert listed(length=["three_months"]) == [two]
    assert listed(language=["en"]) == [three]
    assert listed(institution=[str(one.institution_id)]) == [one]


def test_orders() -> None:
    soon = found(
        title="Alpha", summary="x", closes_on=TODAY + timedelta(days=5), length_days=90, published_at=NOW
    )
    new = found(
        title="Vine roots",
        closes_on=TODAY + timedelta(days=50),
        length_days=30,
        published_at=NOW + timedelta(days=1),
    )
    short = found(
        title="Gamma",
        summary="vine roots",
        closes_on=TODAY + timedelta(days=20),
        length_days=7,
        published_at=NOW - timedelta(days=9),
    )
    assert listed() == [soon, short, new]
    assert listed(order=Order.NEWEST) == [new, soon, short]
    assert listed(order=Order.SHORTEST) == [short, new, soon]
    assert listed("vine roots") == [new, short], "what the title says counts first"
    assert listed("vine roots", Order.CLOSING) == [short, new]


HIDDEN: list[dict[str, Any]] = [
    *({"state": state} for state in S if state is not S.PUBLISHED),
    {"closes_on": date(2020, 1, 1)},
]


@pytest.mark.parametrize("values", HIDDEN, ids=str)
def test_what_is_not_open_stands_in_no_list_no_count_and_no_feed(
    client: CheckedClient, values: dict[str, Any]
) -> None:
    open_post = found(title="Quiet", district="MD-CU")
    hidden = found(title="Zebrafish", district="MD-CA", **values)
    paths = ("", "?q=zebrafish", "?district=MD-CA", "/feed.atom", "/deadlines.ics")
    for path in paths:
        page = text(client, f"/en/placements{path}")
        assert hidden.title not in page.replace("q=zebrafish", ""), path
        assert str(hidden.id) not in page
        assert str(hidden.institution_id) not in page
        assert "Cahul" not in page or path == "?district=MD-CA"
    text(client, f"/en/placements/{hidden.id}/deadline.ics", 404)
    text(client, f"/en/placements/{open_post.id}/deadline.ics")


def test_a_suspended_institutions_posts_stand_nowhere(client: CheckedClient) -> None:
    hidden = found(institution=factories.institution(state=InstitutionState.SUSPENDED), state=S.EXPIRED)
    for path in ("", "/feed.atom", "/deadlines.ics"):
        assert str(hidden.id) not in text(client, f"/en/placements{path}")
    text(client, f"/en/placements/{hidden.id}", 404)


def test_options_have_counts_that_reflect_the_other_filters_and_the_chosen_one_stays(
    client: CheckedClient,
) -> None:
    found(district="MD-CA", mode="online")
    found(district="MD-BA", mode="on_site")
    page = text(client, "/en/placements?mode=online&district=MD-BA")
    assert 'value="MD-CA"' in page, "another district would show one"
    assert 'value="MD-BA" id="district-1" checked' in page, "what is chosen stays, though it shows nothing"
    assert 'value="hybrid"' not in page
    assert 'value="on_site"' in page


def test_every_chosen_filter_can_be_taken_away_by_itself(client: CheckedClient) -> None:
    found(title="Soil", district="MD-CA")
    asked = {"q": "soil", "district": ["MD-CA", "MD-BA"], "order": "newest"}
    page = text(client, f"/en/placements?{urlencode(asked, doseq=True)}")
    for left in (
        {"district": ["MD-CA", "MD-BA"], "order": "newest"},
        {"q": "soil", "district": ["MD-BA"], "order": "newest"},
        {"q": "soil", "district": ["MD-CA"], "order": "newest"},
    ):
        address = f"/en/placements?{urlencode(left, doseq=True)}".replace("&", "&amp;")
        assert f'href="{address}"' in page, address


def test_an_empty_list_says_which_filter_to_let_go(client: CheckedClient) -> None:
    found(title="Soil", district="MD-CA", mode="online")
    page = text(client, "/en/placements?q=soil&district=MD-CA&mode=on_site")
    assert "without the filter “Way of working”" in page
    assert 'href="/en/placements?q=soil&amp;district=MD-CA"' in page
    assert "without the filter “District”" not in page
    assert "without the words “nowhere”" in text(client, "/en/placements?q=nowhere&district=MD-CA")
    assert "Take several filters away" in text(client, "/en/placements?q=nowhere&district=MD-BA")


@pytest.mark.parametrize("q", ["\x00", "x" * 5000, "🙂" * 300, "<script>", "%27", "‮abc", "日本語" * 100])
def test_hostile_words_are_no_error_of_ours(client: CheckedClient, q: str) -> None:
    found()
    for path in ("", "/feed.atom", "/deadlines.ics"):
        assert "<script>alert" not in text(client, f"/en/placements{path}?{urlencode({'q': q, 'call': q})}")


def test_the_words_follow_every_change_of_the_text() -> None:
    placement = found(title="Soil")
    actor = factories.account()
    assert listed("glaciers") == []
    terms = queries.terms_of(placement)
    changed = type(terms)(**{**terms.__dict__, "tasks": "Glaciers."})
    editing.edit(placement, changed, Actor(actor.id, frozenset({Role.OFFICER})), NOW)
    db.session.commit()
    assert listed("glaciers") == [placement]
