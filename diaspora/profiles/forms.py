from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import CombinedMultiDict
from wtforms import BooleanField, DateField, IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Optional

from diaspora.platform import clock, reference
from diaspora.platform.forms import (
    CONSTRAINT_MESSAGES,
    Checkboxes,
    EditForm,
    Form,
    Line,
    Paragraph,
    choices,
    labelled,
    sensible_day,
    whole_number,
)
from diaspora.platform.languages import NAMES
from diaspora.profiles.models import Candidate, Publication
from diaspora.profiles.rules import (
    MOST_FIELDS,
    MOST_HIGHLIGHTED,
    CareerStage,
    DegreeLevel,
    DocumentKind,
    MoldovaLink,
)

_ONE_EACH = (
    "",
    _l("You have a profile of your own already, and one person has one profile."),
)
# PostgreSQL names the constraint, SQLite the column
CONSTRAINT_MESSAGES.update({"uq_candidate_account_id": _ONE_EACH, "candidate.account_id": _ONE_EACH})

EARLIEST_BIRTH = 1920
YOUNGEST = 16
EARLIEST_YEAR = 1940
YEARS_AHEAD = 5
"""A degree or a publication may be dated a little ahead: in print, about to be awarded."""

_TYPE_AHEAD = {"data-combobox": ""}
"""Long lists: static/js/combobox.js lets people type a few letters instead of scrolling."""


def _year(latest_ahead: int, least: int = EARLIEST_YEAR) -> Any:
    def check(form: Form, field: IntegerField) -> None:
        whole_number(least, clock.local_day(clock.now()).year + latest_ahead)(form, field)

    return check


def _whole(text: Any, *checks: Any, **options: Any) -> IntegerField:
    return IntegerField(
        text, [Optional(), *checks], invalid_value_message=_l("Enter a whole number."), **options
    )


def _text_language() -> SelectField:
    return SelectField(
        _l("Language of your texts"),
        choices=lambda: choices(NAMES),
        description=_l("One language for your experience and for what you would like to do."),
    )


class AboutForm(EditForm):
    """Who somebody is."""

    given_name = Line(_l("Given name"), render_kw={"autocomplete": "given-name"})
    family_name = Line(_l("Family name"), render_kw={"autocomplete": "family-name"})
    birth_year = _whole(
        _l("Year of birth"),
        _year(-YOUNGEST, EARLIEST_BIRTH),
        description=_l("Optional. Some calls have an age limit; without the year we cannot check it."),
        render_kw={"inputmode": "numeric"},
    )
    country = SelectField(
        _l("Country you live in"), choices=lambda: choices(reference.countries()), render_kw=_TYPE_AHEAD
    )
    links_to_moldova = Checkboxes(_l("Your link to Moldova"), choices=lambda: labelled(MoldovaLink))
    orcid = Line(
        _l("ORCID"),
        longest=60,
        description=_l("Optional, for example 0000-0002-1825-0097."),
    )


class CareerForm(EditForm):
    """What somebody does and has done."""

    career_stage = SelectField(_l("Career stage"), choices=lambda: labelled(CareerStage, empty=True))
    position = Line(_l("Present post"))
    employer = Line(_l("Employer or university"), render_kw={"autocomplete": "organization"})
    employed_abroad = BooleanField(_l("I am employed outside Moldova"))
    years_abroad = _whole(
        _l("Years of work or research abroad in the last five years"),
        whole_number(0, 5),
        render_kw={"inputmode": "numeric"},
    )
    experience = Paragraph(
        _l("Your experience"),
        description=_l(
            "60 to 150 words: what you have worked on, with which methods. "
            "Suggestions are made from these words."
        ),
    )
    text_language = _text_language()


class InterestsForm(EditForm):
    """What somebody would like to do in Moldova."""

    interests = Paragraph(
        _l("What you would like to do"),
        description=_l(
            "60 to 150 words: with whom, on what, what should remain when you leave. "
            "Suggestions are made from these words."
        ),
    )
    text_language = _text_language()


def _fields_by_area() -> list[SelectChoice]:
    return [
        SelectChoice(value="", label=_("Choose"), optgroup=None),
        *(
            SelectChoice(value=code, label=name, optgroup=reference.research_area(code))
            for code, name in reference.fields_of_research().items()
        ),
    ]


class FieldsForm(EditForm):
    """One to four fields of research, the main one first."""

    main_field = SelectField(_l("Main field"), choices=_fields_by_area, render_kw=_TYPE_AHEAD)
    second_field = SelectField(_l("Second field (optional)"), choices=_fields_by_area, render_kw=_TYPE_AHEAD)
    third_field = SelectField(_l("Third field (optional)"), choices=_fields_by_area, render_kw=_TYPE_AHEAD)
    fourth_field = SelectField(_l("Fourth field (optional)"), choices=_fields_by_area, render_kw=_TYPE_AHEAD)

    @classmethod
    def of(cls, candidate: Candidate) -> "FieldsForm":
        """The form with what the candidate chose before."""
        names = ("main_field", "second_field", "third_field", "fourth_field")
        chosen = dict(zip(names, [*candidate.fields, *[""] * MOST_FIELDS], strict=False))
        return cls(version=candidate.version, **chosen)

    @property
    def codes(self) -> list[str]:
        """What was chosen, without the gaps."""
        chosen = (self.main_field, self.second_field, self.third_field, self.fourth_field)
        return [f.data for f in chosen if f.data]


class DegreeForm(Form):
    """A degree to be added."""

    level = SelectField(
        _l("Level"),
        [InputRequired(_l("Choose the level."))],
        choices=lambda: labelled(DegreeLevel, empty=True),
    )
    subject = Line(_l("Subject"), [DataRequired(_l("Enter the subject."))])
    institution = Line(_l("University (optional)"), render_kw={"list": "universities"})
    country = SelectField(
        _l("Country (optional)"), choices=lambda: choices(reference.countries()), render_kw=_TYPE_AHEAD
    )
    year = _whole(_l("Year (optional)"), _year(YEARS_AHEAD), render_kw={"inputmode": "numeric"})


class LanguageForm(Form):
    """A language to be added, or its new level."""

    code = SelectField(
        _l("Language"),
        [InputRequired(_l("Choose the language."))],
        choices=lambda: choices(reference.languages()),
        render_kw=_TYPE_AHEAD,
    )
    level = SelectField(
        _l("Level"), [InputRequired(_l("Choose the level."))], choices=lambda: choices(reference.levels())
    )


class WindowForm(Form):
    """Days in which somebody could come."""

    starts_on = DateField(
        _l("First day"),
        [InputRequired(_l("Enter the first day.")), sensible_day],
        invalid_value_message=_l("Enter a date such as 2027-05-31."),
    )
    ends_on = DateField(
        _l("Last day"),
        [InputRequired(_l("Enter the last day.")), sensible_day],
        invalid_value_message=_l("Enter a date such as 2027-05-31."),
    )


class PublicationForm(EditForm):
    """A publication, thesis or project."""

    title = Line(_l("Title"), [DataRequired(_l("Enter the title."))], longest=500)
    abstract = Paragraph(
        _l("Abstract (optional)"),
        description=_l("A few sentences help more than a title: suggestions are made from these words."),
    )
    language = SelectField(
        _l("Language it is written in"),
        [InputRequired(_l("Choose the language."))],
        choices=lambda: choices(reference.languages()),
        render_kw=_TYPE_AHEAD,
    )
    year = _whole(_l("Year (optional)"), _year(YEARS_AHEAD), render_kw={"inputmode": "numeric"})
    doi = Line(_l("DOI (optional)"), description=_l("For example 10.1000/182; a link to doi.org is fine."))
    highlighted = BooleanField(
        _l("Show this one among the first"),
        description=_l("Up to %(most)s that say most about your work.", most=MOST_HIGHLIGHTED),
    )

    def matches_within(self, candidate: Candidate, publication: Publication) -> bool:
        """As `matches`; what somebody else saved is read from the publication, the version from its owner."""
        if self.matches(candidate):
            return True
        self.theirs = {
            name: getattr(publication, name)
            for name in ("title", "abstract", "year", "doi")
            if getattr(publication, name) != self[name].data and getattr(publication, name)
        }
        return False


class ConsentForm(Form):
    """One box, never ticked beforehand."""

    agree = BooleanField(
        _l("I have read this and I agree to be on the roster."),
        [DataRequired(_l("Tick the box if you agree. Without it you stay off the roster."))],
    )
    compare = BooleanField(_l("I also agree that a program compares my profile with placements."))


class DocumentForm(Form):
    """A file and what it shows."""

    class Meta(Form.Meta):
        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Text and files: the one form to which files are sent."""
            text = super().wrap_formdata(form, formdata)
            return text and CombinedMultiDict([request.files, text])

    kind = SelectField(
        _l("What it is"),
        [DataRequired(_l("Choose one."))],
        choices=lambda: labelled(DocumentKind, empty=True),
    )
    file = FileField(
        _l("File"),
        [FileRequired(_l("Choose a file."))],
        description=_l("PDF, JPEG or PNG; at most 10 MB, 60 pages or 40 megapixels."),
        render_kw={"accept": ".pdf,.jpg,.jpeg,.png"},
    )
