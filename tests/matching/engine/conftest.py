"""Most tests need no thousands of entries, and every fit would read them."""

import pytest

from diaspora.matching.engine import matcher
from diaspora.matching.engine.glossary import Glossary, own

SMALL = Glossary.of(
    [
        *own().rows[::10],
        ("soil erosion", "eroziunea solului", "эрозия почвы"),
        ("soil", "sol", "почва"),
        ("cement", "ciment", "цемент"),
        ("training", "instruire", "обучение"),
        ("wine", "vin", "вино"),
        ("library", "bibliotecă", "библиотека"),
    ]
)


@pytest.fixture(autouse=True)
def small_glossary(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "own_glossary" not in request.keywords:
        monkeypatch.setattr(matcher, "own", lambda: SMALL)
