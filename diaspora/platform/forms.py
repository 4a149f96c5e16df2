"""What every form has: cleaned text, a version, errors beside fields, refusals of services as errors."""

import enum
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import Flask, g, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.datastructures import MultiDict
from wtforms import (
    DateField,
    Field,
    HiddenField,
    IntegerField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from diaspora.extensions import db
from diaspora.platform.labels import label
from diaspora.platform.refusals import Refused
from diaspora.platform.web import tell

LINE = 200
PARAGRAPH = 8000
MOST_TO_CLEAN = 2 * PARAGRAPH
"""Composing letters takes time that grows with the square of their accents: longer text is not looked at."""

EARLIEST, LATEST = date(1950, 1, 1), date(2100, 12, 31)
"""Days that people mean; reckoning with days at the ends of the calendar would leave it."""

_NO_CHARACTERS = frozenset("\ufffe\uffff")
"""XML may not hold them: one in a title would break the feed for every reader."""

_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They turn the reading direction of what follows: a name could write another name into a letter."""

CONSTRAINT_MESSAGES: dict[str, tuple[str, LazyString]] = {}
"""Name of a database constraint -> the field it concerns and the sentence; packages add theirs."""


def clean(text: str | None) -> str | None:
    """Trim, compose letters (NFC), unify line ends, drop control characters and orders to read backwards.

    Text that is too long for any field comes back as it is: the field's length refuses it.
    """
    if text is None or len(text) > MOST_TO_CLEAN:
        return text
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(c for c in text if c in "\n\t" or not _is_control(c)).strip()


def _is_control(character: str) -> bool:
    return character in _TURNING | _NO_CHARACTERS or unicodedata.category(character) in {"Cc", "Cs"}


def one_line(text: str | None) -> str | None:
    """Without line breaks and tabs: in a mail, a name must not look like a paragraph of the site's own."""
    return text and re.sub(r"[\n\t]+", " ", text)


class Line(StringField):
    """One line of text."""

    def __init__(self, label: Any = None, validators: Any = (), longest: int = LINE, **options: Any) -> None:
        options["filters"] = [*options.get("filters", ()), one_line]
        super().__init__(label, [*validators, Length(max=longest)], **options)


class Paragraph(TextAreaField):
    """Several lines of text."""

    def __init__(
        self, label: Any = None, validators: Any = (), longest: int = PARAGRAPH, **options: Any
    ) -> None:
        super().__init__(label, [*validators, Length(max=longest)], **options)


class Checkboxes(SelectMultipleField):
    """Several of a short list, each a box of its own."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class Form(FlaskForm):
    """Base of all forms."""

    class Meta(FlaskForm.Meta):
        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Text only, as the forms of these pages send it; FlaskForm would read JSON and files, too."""
            if formdata is None or isinstance(formdata, MultiDict):
                return formdata
            return request.form or None

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Field:
            """Clean whatever is typed into a text field; hidden values, such as a version, are not typed."""
            kind = unbound_field.field_class
            if issubclass(kind, StringField) and not issubclass(kind, HiddenField):
                options["filters"] = [clean, *options.get("filters", [])]
            return unbound_field.bind(form=form, **options)

    def validate_on_submit(self, extra_validators: Any = None) -> bool:
        """Whether this was sent and is right; never for a form that is only shown again."""
        return not g.get("only_shown_again") and super().validate_on_submit(extra_validators)

    def refuse(self, refusal: Refused) -> None:
        """Show a refusal beside the field that it concerns, or on top."""
        field = self._fields.get(refusal.field)
        if field is None or field.type in {"HiddenField", "CSRFTokenField"}:
            self.form_errors.append(str(refusal.message))
        else:
            field.errors = [*field.errors, str(refusal.message)]


def show_again() -> None:
    """Let the forms of this request come back as they were typed, neither checked nor sent."""
    g.only_shown_again = True


class EditForm(Form):
    """A form that edits a record carries the version that its reader saw."""

    version = HiddenField()

    theirs: dict[str, Any] | None = None

    def matches(self, record: Any) -> bool:
        """Whether nobody changed the record since this form was opened.

        If somebody did, what they saved is kept for display in `theirs`, what was typed stays in the
        fields, and the form takes the new version, so that sending it again is a decision.
        """
        if not self.version.data or str(record.version) == str(self.version.data):
            return True
        self.theirs = {
            field.short_name: getattr(record, field.short_name)
            for field in self
            if hasattr(record, field.short_name)
            and field.short_name != "version"
            and isinstance(getattr(record, field.short_name), str | int)
            and getattr(record, field.short_name) != field.data
        }
        self.version.data = self.version.raw_data = str(record.version)
        self.form_errors.append(
            _(
                "Somebody else changed this meanwhile. What you typed is still here; "
                "what they saved stands beside it. Send again to keep yours."
            )
        )
        return False


class ActForm(Form):
    """A button with an optional reason."""

    reason = Paragraph(_l("Reason"), longest=2000)
    version = HiddenField()


@contextmanager
def refusals(form: Form) -> Iterator[None]:
    """Run one service call; what it refuses becomes errors of the form and leaves nothing half done.

    Afterwards `form.errors` tells whether it went through.
    """
    try:
        with db.session.begin_nested():
            yield
            db.session.flush()
    except Refused as refusal:
        form.refuse(refusal)
    except StaleDataError:
        form.form_errors.append(
            _("Somebody else changed this at the same moment. Look at it again, then repeat what you did.")
        )
    except sa.exc.IntegrityError as error:
        form.refuse(_constraint_refusal(error))


def _constraint_refusal(error: sa.exc.IntegrityError) -> Refused:
    text = str(error.orig)
    for name, (field, message) in CONSTRAINT_MESSAGES.items():
        if name in text:
            return Refused(message, field)
    raise error


def tell_outcome(form: Form, done: str = "") -> None:
    """Say on the next page what a button did, or every sentence with which it was refused."""
    for messages in form.errors.values():
        for message in messages:
            tell(str(message), "refused")
    if done and not form.errors:
        tell(done)


def version_agrees(record: Any, sent: str | None) -> None:
    """Refuse an act on a record that changed since its page was shown."""
    if sent and str(record.version) != str(sent):
        raise Refused(_l("Somebody changed this meanwhile. Look at it again, then decide."))


def whole_number(least: int, most: int) -> Any:
    """Validator for an IntegerField that may be left empty."""

    def check(form: Form, field: IntegerField) -> None:
        if field.data is not None and not least <= field.data <= most:
            raise ValidationError(_("Enter a number from %(least)s to %(most)s.", least=least, most=most))

    return check


def sensible_day(form: Form, field: DateField) -> None:
    """Validator for a day that may be left empty."""
    if field.data is not None and not EARLIEST <= field.data <= LATEST:
        raise ValidationError(
            _("Enter a day between the years %(first)s and %(last)s.", first=EARLIEST.year, last=LATEST.year)
        )


def no_longer(most: int) -> Any:
    """Validator: as Length, but what is too long is looked at no further, which could take long."""

    def check(form: Form, field: Field) -> None:
        if len(field.data or "") > most:
            raise StopValidation(_("Use at most %(most)s characters.", most=most))

    check.field_flags = {"maxlength": most}  # type: ignore[attr-defined]  # WTForms looks for it there
    return check


def choices(names: Mapping[str, str], empty: bool = True) -> list[SelectChoice]:
    """Options of a select, with one of no value in front where nothing may be chosen yet."""
    named = [SelectChoice(value=value, label=text) for value, text in names.items()]
    return [SelectChoice(value="", label=_("Choose")), *named] if empty else named


def labelled(members: Iterable[enum.StrEnum], empty: bool = False) -> list[SelectChoice]:
    """Options for the members of an enumeration, in its order."""
    return choices({member.value: label(member) for member in members}, empty)


def init_app(app: Flask) -> None:
    """Let every page show a button that carries a CSRF token: `act_form()`."""
    app.jinja_env.globals["act_form"] = ActForm
