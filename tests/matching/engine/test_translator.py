"""What a word means in the common space: its translations, those of its relatives, and what looks like it."""

import numpy as np
import pytest

from diaspora.matching.engine.glossary import Glossary
from diaspora.matching.engine.recipe import Recipe
from diaspora.matching.engine.translation import learn_table
from diaspora.matching.engine.translator import Translator

GLOSSARY = Glossary.of([
    ("pipe", "țeavă", "труба"),
    ("lamp", "lampă", "лампа"),
    ("museum", "muzeu", "музей"),
    ("museum keeper", "muzeograf", "хранитель музея"),
    ("keeper", "custode", "хранитель"),
])  # fmt: skip


def nearness(one, other, cognates=True):
    """The cosine of two terms in the space of a corpus that holds both."""
    recipe = Recipe(cognates=cognates)
    columns = Translator(GLOSSARY, recipe, ()).columns_for([one, other])
    meanings = Translator(GLOSSARY, recipe, columns).meanings([one, other]).toarray()
    assert (np.linalg.norm(meanings, axis=1) <= 1 + 1e-9).all()
    return float(meanings[0] @ meanings[1])


def test_each_word_of_an_entry_is_translated_by_what_it_means_elsewhere():
    table = learn_table(GLOSSARY)
    assert table["ru:музе"][0][0] == "museum"
    assert table["ru:хранител"][0][0] == "keeper"


def test_a_word_the_glossary_lacks_is_translated_through_its_relatives():
    assert nearness("ru:трубн", "en:pipe") > 0.2
    assert nearness("ru:трубн", "en:pipe", cognates=False) == 0.0


def test_an_english_word_the_glossary_lacks_meets_the_translation_it_contains():
    assert nearness("ru:ламп", "en:lamppost") > 0.2


def test_english_words_mean_themselves_alone():
    assert nearness("en:lamp", "en:lamppost") == 0.0
    assert nearness("en:lamp", "en:lamp") == pytest.approx(1.0)
