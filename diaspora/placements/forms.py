from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FieldList,
    FormField,
    IntegerField,
    SelectField,
    StringField,
)
from wtforms import Form as PlainForm
from wtforms.validators import Email, InputRequired, Optional

from diaspora.placements import queries, rules
from diaspora.placements.labels import PART_NAMES
from diaspora.placements.models import Placement
from diaspora.placements.rules import MOST_FIELDS, Terms, Wanted
from diaspora.platform import reference
from diaspora.platform.forms import (
    EditForm,
    Line,
    Paragraph,
    choices,
    labelled,
    no_longer,
    sensible_day,
    whole_number,
)
from diaspora.platform.labels import label
from diaspora.platform.languages import NAMES, day, localised
from diaspora.programmes.models import Call
from diaspora.programmes.rules import Mode

LANGUAGE_ROWS = 5
MOST_LANGUAGES = 8


class WantedLanguageForm(PlainForm):
    """One language of the work; a row without a language is left out."""

    code = SelectField(_l("Language"), choices=lambda: choices(reference.languages()), default="")
    level = SelectField(_l("At least"), choices=lambda: choices(reference.levels()), default="")
    required = BooleanField(_l("The work needs it"), default=True)


class PlacementForm(EditForm):
    """The terms of reference; everything may stay empty while it is a draft."""

    call_id = SelectField(
        PART_NAMES["call_id"],
        default="",
        description=_l("The call pays for the stay and says who may apply. Only open calls are listed."),
    )
    language = SelectField(
        PART_NAMES["language"],
        choices=lambda: choices(NAMES),
        default="",
        description=_l(
            "Write all texts below in this one language, the one in which you will work together."
        ),
    )
    title = Line(
        PART_NAMES["title"],
        description=_l("The task in one line, such as “Mapping soil erosion on the slopes of Cahul”."),
    )
    summary = Paragraph(
        PART_NAMES["summary"],
        description=_l(
            "40 to 80 words: what you do, what you lack, why a guest for some weeks would make a difference."
        ),
    )
    tasks = Paragraph(
        PART_NAMES["tasks"],
        description=_l(
            "60 to 120 words: what happens week by week, with whom, with which data and equipment."
        ),
    )
    results = Paragraph(
        PART_NAMES["results"],
        description=_l(
            "40 to 80 words: what will lie on the table at the end. Name things that can be seen and counted."
        ),
    )
    transfer = Paragraph(
        PART_NAMES["transfer"],
        description=_l("30 to 60 words: what your people will be able to do alone when the guest has left."),
    )
    beneficiaries = Paragraph(
        PART_NAMES["beneficiaries"],
        description=_l("10 to 30 words: who learns, and how many they are."),
    )
    required_profile = Paragraph(
        PART_NAMES["required_profile"],
        description=_l(
            "30 to 60 words: only what the work really needs. Every wish here shuts somebody out."
        ),
    )
    desired_profile = Paragraph(
        PART_NAMES["desired_profile"],
        description=_l("20 to 50 words: what would help. This part may stay empty."),
    )
    fields = FieldList(
        SelectField(choices=lambda: choices(reference.fields_of_research()), default=""),
        label=PART_NAMES["fields"],
        min_entries=MOST_FIELDS,
        max_entries=MOST_FIELDS,
        description=_l("One to four, the main one first. They help to find candidates."),
    )
    languages = FieldList(
        FormField(WantedLanguageForm),
        label=PART_NAMES["languages"],
        min_entries=LANGUAGE_ROWS,
        max_entries=MOST_LANGUAGES,
        description=_l(
            "In which languages the guest will work, and how well. To leave one out, empty its row."
        ),
    )
    starts_on = DateField(
        PART_NAMES["starts_on"],
        [Optional(), sensible_day],
        description=_l(
            "The stay lies somewhere between this day and the last one; a wide window finds more."
        ),
    )
    ends_on = DateField(PART_NAMES["ends_on"], [Optional(), sensible_day])
    length_days = IntegerField(
        PART_NAMES["length_days"],
        [Optional(), whole_number(1, rules.LONGEST_STAY)],
        description=_l("Calendar days, the days of arrival and departure included."),
    )
    mode = SelectField(PART_NAMES["mode"], choices=lambda: labelled(Mode, empty=True), default="")
    seats = IntegerField(
        PART_NAMES["seats"],
        [InputRequired(_l("Say how many guests you can take.")), whole_number(1, rules.MOST_SEATS)],
        default=1,
        description=_l("How many guests can do this work."),
    )
    district = SelectField(PART_NAMES["district"], choices=lambda: choices(reference.districts()), default="")
    supervisor_name = Line(
        PART_NAMES["supervisor_name"],
        description=_l("Who answers for the guest's work from the first day on."),
    )
    supervisor_position = Line(PART_NAMES["supervisor_position"])
    supervisor_email = EmailField(
        PART_NAMES["supervisor_email"],
        [Optional(), no_longer(254), Email(_l("Enter an e-mail address in the form name@example.org."))],
        description=_l("For the programme; it is not shown to the public."),
    )
    counterpart_name = Line(
        PART_NAMES["counterpart_name"],
        description=_l("Who works beside the guest every day and carries the work on afterwards."),
    )
    counterpart_position = Line(PART_NAMES["counterpart_position"])
    closes_on = DateField(
        PART_NAMES["closes_on"],
        [Optional(), sensible_day],
        description=_l("Before the first possible day, and not after the call's own deadline."),
    )

    def __init__(self, *arguments: Any, calls: Sequence[Call], **options: Any) -> None:
        super().__init__(*arguments, **options)
        for part, (least, most) in rules.LENGTHS.items():
            self[part].render_kw = {"data-words-least": least, "data-words-most": most}
        self._calls = {str(call.id): call for call in calls}
        self.call_id.choices = choices({key: localised(call.name) for key, call in self._calls.items()})

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field for itself, then the rows, then what has to fit together."""
        super().validate(extra_validators)
        self._check_rows()
        if not self.errors:
            call = self._calls.get(self.call_id.data or "")
            for part, sentence in rules.contradictions(self.terms(), queries.bounds_of(call)):
                self._add_error(part, str(sentence))
        return not self.errors

    def matches(self, record: Placement) -> bool:
        """As every edit form, but what the other person saved is said in words, rows and days included."""
        if super().matches(record):
            return True
        typed, stored = self.terms(), queries.terms_of(record)
        self.theirs = {
            part: self._in_words(part, getattr(stored, part))
            for part in Terms.__dataclass_fields__
            if getattr(stored, part) != getattr(typed, part)
        }
        return False

    def _in_words(self, part: str, value: Any) -> str:
        if not value:
            return _("nothing")
        match part:
            case "fields":
                return ", ".join(reference.field_name(code) for code in value)
            case "languages":
                return ", ".join(f"{reference.language_name(one.code)} {one.level}" for one in value)
            case "starts_on" | "ends_on" | "closes_on":
                return day(value)
            case "mode":
                return label(value)
            case "district":
                return reference.district_name(value)
            case "language":
                return NAMES[value]
            case "call_id":
                call = self._calls.get(str(value))
                return localised(call.name) if call else ""
        return str(value)

    def _add_error(self, part: str, sentence: str) -> None:
        field = self._fields[part]
        field.errors = [*field.errors, sentence]

    def _check_rows(self) -> None:
        codes = [entry.data for entry in self.fields if entry.data]
        if len(set(codes)) < len(codes):
            self._add_error("fields", _("Choose each field only once."))
        wanted = self._wanted()
        if any(not one.level for one in wanted):
            self._add_error("languages", _("Say for each language how well the guest has to know it."))
        if len({one.code for one in wanted}) < len(wanted):
            self._add_error("languages", _("List each language only once."))

    def _wanted(self) -> list[Wanted]:
        rows = [entry.form for entry in self.languages]
        return [
            Wanted(row.code.data, row.level.data or "", bool(row.required.data))
            for row in rows
            if row.code.data
        ]

    def terms(self) -> Terms:
        """What was typed."""
        texts = {
            name: field.data or "" for name, field in self._fields.items() if isinstance(field, StringField)
        }
        return Terms(
            **{name: text for name, text in texts.items() if name in Terms.__dataclass_fields__},
            language=self.language.data or "",
            fields=tuple(entry.data for entry in self.fields if entry.data),
            languages=tuple(self._wanted()),
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            length_days=self.length_days.data,
            mode=Mode(self.mode.data) if self.mode.data else None,
            seats=self.seats.data or 1,
            district=self.district.data or "",
            call_id=UUID(self.call_id.data) if self.call_id.data else None,
            closes_on=self.closes_on.data,
        )


class RenewForm(EditForm):
    """A new closing day for a post whose own has passed."""

    closes_on = DateField(
        _l("New last day for applications"),
        [InputRequired(_l("Enter the new last day for applications.")), sensible_day],
    )
