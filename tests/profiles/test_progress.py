"""What an addition to a profile would bring."""

from typing import Any

from flask import Flask

from diaspora.platform.languages import speaking
from diaspora.profiles.progress import ProfileMeasure, completeness, step
from diaspora.profiles.rules import ProfilePart

WHOLE: dict[str, Any] = {
    "missing": frozenset(),
    "interests_words": 60,
    "experience_words": 60,
    "publications": 3,
    "without_abstract": 0,
    "windows": 1,
    "years_abroad": True,
}


def texts(**values: Any) -> list[str]:
    with speaking("en"):
        found = completeness(ProfileMeasure(**{**WHOLE, **values}))
        return [str(addition.text) for addition in found.additions]


def test_a_whole_profile_lacks_nothing(app: Flask) -> None:
    with speaking("en"):
        assert completeness(ProfileMeasure(**WHOLE)).percent == 100
    assert texts() == []


def test_each_gap_says_what_filling_it_would_bring(app: Flask) -> None:
    assert texts(publications=1) == [
        "Add 2 publications, theses or projects: the matcher then has enough text."
    ]
    assert texts(publications=2)[0].startswith("Add 1 publication, thesis or project:")
    assert "abstracts of 2 publications" in texts(without_abstract=2)[0]
    assert "60 words" in texts(experience_words=59)[0]
    assert "60 words" in texts(interests_words=59)[0]
    assert "when you could come" in texts(windows=0)[0]
    assert "years you worked abroad" in texts(years_abroad=False)[0]


def test_what_is_required_stands_before_what_helps(app: Flask) -> None:
    with speaking("en"):
        found = completeness(ProfileMeasure(**{**WHOLE, "missing": frozenset({"consent"}), "windows": 0}))
    assert [addition.required for addition in found.additions] == [True, False]
    assert found.percent == 86
    assert [addition.required for addition in found.helpful] == [False]


def test_an_empty_profile_is_at_nothing(app: Flask) -> None:
    missing = frozenset(
        {"name", "country", "links", "career_stage", "degrees", "fields", "languages", "interests", "consent"}
    )
    nothing = ProfileMeasure(missing, 0, 0, 0, 0, 0, years_abroad=False)
    with speaking("en"):
        assert completeness(nothing).percent == 0


def test_an_empty_text_is_asked_for_once(app: Flask) -> None:
    assert len(texts(missing=frozenset({"interests"}), interests_words=0)) == 1


def test_the_steps_lead_through_every_part() -> None:
    first, last = step(ProfilePart.ABOUT), step(ProfilePart.CONSENT)
    assert (first.before, first.after, first.number) == (None, ProfilePart.CAREER, 1)
    assert (last.after, last.number) == (None, last.of)
