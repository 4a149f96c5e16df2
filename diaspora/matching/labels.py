from flask_babel import lazy_gettext as _l

from diaspora.matching.rules import DatesFit, FieldsFit, LanguageFit, Part, ScoreWord, Source
from diaspora.platform import labels


def register() -> None:
    """Words for what a match card shows."""
    labels.register(
        {
            ScoreWord.STRONG: _l("Strong match"),
            ScoreWord.GOOD: _l("Good match"),
            ScoreWord.SOME: _l("Some overlap"),
            Part.TEXT: _l("Text"),
            Part.FIELDS: _l("Field of research"),
            Part.LANGUAGES: _l("Languages"),
            Part.DATES: _l("Dates"),
            Source.INTERESTS: _l("the interests"),
            Source.EXPERIENCE: _l("the experience"),
            Source.PUBLICATION: _l("a publication"),
            Source.DEGREES: _l("the studies"),
            FieldsFit.SAME: _l("the same field"),
            FieldsFit.NEAR: _l("a neighbouring field"),
            FieldsFit.NONE: _l("another field"),
            LanguageFit.MET: _l("known well enough"),
            LanguageFit.LOWER: _l("known at a lower level"),
            LanguageFit.MISSING: _l("not named in the profile"),
            DatesFit.FITS: _l("free for the whole stay"),
            DatesFit.PARTLY: _l("free for a part of the stay"),
            DatesFit.NO: _l("not free at that time"),
            DatesFit.UNKNOWN: _l("no dates given"),
        }
    )
