"""Languages: told from the text, and meeting across them."""

import pytest

from diaspora.matching.engine import Matcher, Record, Text
from diaspora.matching.engine.glossary import own
from diaspora.matching.engine.languages import TYPED_RUSSIAN, Detector

TEXTS = [
    ("en", "Soil erosion on the slopes of vineyards and how to measure it."),
    ("ro", "Eroziunea solului pe pantele viilor și cum se măsoară ea."),
    ("ro", "Eroziunea solului pe pantele viilor si cum se masoara ea."),
    ("ro", "Învăţarea automată şi reţelele neuronale în medicină."),
    ("ru", "Эрозия почвы на склонах виноградников и её измерение."),
    (TYPED_RUSSIAN, "Eroziya pochvy na sklonakh vinogradnikov i yeyo izmereniye."),
    ("fr", "L'érosion du sol sur les pentes des vignobles et comment la mesurer."),
    ("it", "L'erosione del suolo sui pendii dei vigneti e come misurarla."),
    ("de", "Die Erosion des Bodens an den Hängen der Weinberge und wie man sie misst."),
]


@pytest.mark.parametrize(("language", "body"), TEXTS)
@pytest.mark.own_glossary
def test_the_language_of_a_text_is_told(language, body):
    assert Detector(own()).detect(body) == language


@pytest.mark.own_glossary
def test_the_same_work_meets_in_every_language():
    placements = [
        Record("soil", [Text("Soil erosion and vineyards: measuring, mapping, protection of slopes.")]),
        Record("heart", [Text("Heart surgery: patients, clinical trials, rehabilitation.")]),
        Record("law", [Text("Constitutional law, courts and human rights.")]),
    ]
    profiles = [Record(n, [Text(body)]) for n, (_, body) in enumerate(TEXTS[:3] + TEXTS[4:6])]
    matcher = Matcher().fit(profiles, placements)
    for profile in profiles:
        assert matcher.placements_for(profile.key)[0].key == "soil"


@pytest.mark.own_glossary
def test_a_stated_language_that_the_text_is_not_does_not_silence_it():
    profile = Record("p", [Text("Эрозия почвы", "en"), Text("Eroziya pochvy", "ru")])
    matcher = Matcher().fit([profile], [Record("q", [Text("Soil erosion")])])
    assert matcher.score_pairs([("p", "q")])[0] > 0.5


def test_a_pool_of_one_language_is_not_levelled():
    some = [Record(n, [Text(f"water quality of river number{n}", "en")]) for n in range(5)]
    matcher = Matcher().fit(some, some)
    for key, found in matcher.suggest().placements_for.items():
        scores = matcher.score_pairs([(key, other) for other, _ in found])
        assert [score for _, score in found] == pytest.approx(scores, rel=1e-6)
