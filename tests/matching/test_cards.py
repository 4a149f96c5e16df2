"""What a card names, from reasons alone."""

import pytest

from diaspora.matching import cards, rules
from diaspora.matching.engine.tokens import terms
from diaspora.matching.reasons import Reasons, Term
from diaspora.matching.rules import DatesAnswer, DatesFit, FieldsAnswer, FieldsFit, Part


def reasons(terms: tuple[Term, ...], missing: tuple[tuple[str, float], ...]) -> Reasons:
    """Of a pair that has a text score of 0.1 and nothing beside."""
    return Reasons(
        parts={**dict.fromkeys(Part, 0.0), Part.TEXT: rules.text_value(0.1)},
        text_score=0.1,
        terms=terms,
        items=(),
        missing=missing,
        thin=False,
        fields=FieldsAnswer(FieldsFit.NONE),
        languages=(),
        dates=DatesAnswer(DatesFit.UNKNOWN),
        length_days=None,
    )


def term(profile: str, placement: str) -> Term:
    return Term(profile, placement, 0.02, 5)


def test_a_missing_word_says_how_many_points_it_would_add() -> None:
    found = reasons((), (("slope", 0.05), ("runoff", 0.01)))
    card = cards.card(0.3, found, "en", {})
    assert [one.word for one in card.missing] == ["slope", "runoff"]
    with_slope = 100 * rules.WEIGHTS[Part.TEXT] * rules.text_value(0.15)
    now = 100 * rules.WEIGHTS[Part.TEXT] * rules.text_value(0.1)
    assert card.missing[0].points == pytest.approx(with_slope - now)
    assert cards.account(found).missing == card.missing


def test_no_word_is_common_and_missing_at_once() -> None:
    found = reasons((term("coopérative", "acoperirea"), term("soil", "sol")), (("acoperirea", 0.02),))
    for card in (
        cards.card(0.3, found, "ro", {}),
        cards.anonymous(0.3, found, "ro", frozenset(terms("sol acoperirea"))),
    ):
        assert [word.placement for word in card.words] == ["sol"]
        assert [one.word for one in card.missing] == ["acoperirea"]


@pytest.mark.parametrize(("language", "word"), [("en", "weeks"), ("ro", "împreună"), ("ru", "работать")])
def test_everyday_words_stand_on_no_card(language: str, word: str) -> None:
    found = reasons((term(word, word), term("soil", "erosion")), ((word.upper(), 0.02),))
    card = cards.card(0.3, found, language, {})
    assert [one.placement for one in card.words] == ["erosion"]
    assert card.missing == []
