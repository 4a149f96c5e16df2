"""What the style page shows in its components: made up, in English, and never stored."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from wtforms import BooleanField, DateField, RadioField, SelectField
from wtforms.validators import InputRequired

from diaspora.matching.cards import BarPart, MatchCard, SharedWord, SourceShare
from diaspora.matching.rules import (
    DatesAnswer,
    DatesFit,
    FieldsAnswer,
    FieldsFit,
    LanguageAnswer,
    LanguageFit,
    Part,
    ScoreWord,
    Source,
)
from diaspora.platform.access import Role
from diaspora.platform.forms import Checkboxes, Form, Line, Paragraph


class SampleForm(Form):
    """One field of each kind."""

    class Meta(Form.Meta):
        csrf = False

    name = Line("Full name", [InputRequired("Write the name as in the passport.")])
    country = SelectField("Country", choices=[("at", "Austria"), ("ca", "Canada"), ("md", "Moldova")])
    tasks = Paragraph("Tasks", description="What the person will do, one line for each task.")
    first_day = DateField("First day", [InputRequired("Choose a day.")])
    mode = RadioField("Where", choices=[("on_site", "In Moldova"), ("online", "Online")])
    fields = Checkboxes("Fields of research", choices=[("1.5", "Earth sciences"), ("4.1", "Agriculture")])
    agree = BooleanField("I have read the notice")


def form(wrong: bool) -> SampleForm:
    """The form as it is first seen, or as it comes back when nothing was filled in."""
    made = SampleForm(formdata=None, prefix="wrong-" if wrong else "")
    if wrong:
        made.validate()
    return made


def card(word: ScoreWord) -> MatchCard:
    """A match card: a strong one with all its parts, or one with hardly anything in it."""
    if word is ScoreWord.STRONG:
        points = {Part.TEXT: (48, 70), Part.FIELDS: (15, 15), Part.LANGUAGES: (6, 10), Part.DATES: (5, 5)}
        words = [
            SharedWord("soil erosion", "eroziunea solului", 31),
            SharedWord("карта", "hartă", 22),
            SharedWord("GIS", "GIS", 9),
        ]
    else:
        points = {Part.TEXT: (0, 70), Part.FIELDS: (0, 15), Part.LANGUAGES: (10, 10), Part.DATES: (5, 5)}
        words = []
    bar, start = [], 0
    for part, (got, most) in points.items():
        bar.append(BarPart(part, got, most, start))
        start += got
    return MatchCard(
        score=start,
        word=word,
        bar=bar,
        words=words,
        sources=[SourceShare(Source.PUBLICATION, 64, "Gully erosion on loess", "en")] if words else [],
        missing=["drone", "cadastru"],
        fields=FieldsAnswer(FieldsFit.SAME, ("1.5",)) if words else FieldsAnswer(FieldsFit.NONE),
        languages=[LanguageAnswer("ro", "B2", True, "B1", LanguageFit.LOWER)],
        dates=DatesAnswer(DatesFit.FITS, 21, date(2027, 3, 1), date(2027, 3, 21)),
        length_days=21,
        thin=not words,
        anonymous=False,
        placement_language="ro",
    )


def time_line() -> dict[str, Any]:
    """Two things that happened and one that is due."""
    moment = datetime(2026, 11, 3, 9, tzinfo=UTC)
    return {
        "lines": [
            SimpleNamespace(text="Applied", at=moment, who=Role.CANDIDATE, reason=""),
            SimpleNamespace(
                text="Found eligible", at=moment, who=Role.OFFICER, reason="All conditions are met."
            ),
        ],
        "next": SimpleNamespace(text="The commission decides.", mine=False, by=date(2026, 12, 15)),
    }
