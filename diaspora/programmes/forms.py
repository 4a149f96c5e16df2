import re
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from diaspora.accounts.models import Account
from diaspora.platform.amounts import AmountField
from diaspora.platform.forms import (
    CONSTRAINT_MESSAGES,
    Checkboxes,
    EditForm,
    Line,
    Paragraph,
    choices,
    labelled,
    sensible_day,
    whole_number,
)
from diaspora.platform.labels import label
from diaspora.platform.languages import LANGUAGES, day, money
from diaspora.programmes.eligibility_form import EligibilityForm, eligibility_values
from diaspora.programmes.models import Call, Programme
from diaspora.programmes.rules import CURRENCIES, UNITS_OF, CallKind, Mode, RateKind, RateUnit
from diaspora.programmes.services import CallEntry, RateEntry

MOST_DAYS = 366
MOST_SEATS = 1000

_TAKEN = ("code", _l("Another call has this code. Choose another one."))
_DATES = ("deadline", _l("The deadline cannot be before the opening day."))
_DAYS = ("most_days", _l("The longest stay cannot be shorter than the shortest."))
# PostgreSQL names the constraint, SQLite the column
CONSTRAINT_MESSAGES.update(
    {
        "uq_call_code": _TAKEN,
        "call.code": _TAKEN,
        "ck_call_dates_in_order": _DATES,
        "ck_call_days_in_order": _DAYS,
    }
)


def _day(text: Any, *checks: Any, **options: Any) -> DateField:
    return DateField(
        text,
        [InputRequired(_l("Enter a day.")), sensible_day, *checks],
        invalid_value_message=_l("Enter a day of the calendar."),
        **options,
    )


def _whole(text: Any, least: int, most: int) -> IntegerField:
    return IntegerField(
        text,
        [InputRequired(_l("Enter a number.")), whole_number(least, most)],
        invalid_value_message=_l("Enter a whole number."),
        render_kw={"inputmode": "numeric"},
    )


class ProgrammeForm(EditForm):
    """A programme."""

    name_ro = Line(_l("Name in Romanian"), [DataRequired(_l("Enter the name in Romanian."))])
    name_ru = Line(_l("Name in Russian"), [DataRequired(_l("Enter the name in Russian."))])
    name_en = Line(_l("Name in English"), [DataRequired(_l("Enter the name in English."))])
    description_ro = Paragraph(_l("Description in Romanian"), longest=3000)
    description_ru = Paragraph(_l("Description in Russian"), longest=3000)
    description_en = Paragraph(_l("Description in English"), longest=3000)


class CallForm(EligibilityForm):
    """A call, without its rates and its commission."""

    name_ro = Line(_l("Name in Romanian"), [InputRequired(_l("Enter the name in Romanian."))])
    name_ru = Line(_l("Name in Russian"), [InputRequired(_l("Enter the name in Russian."))])
    name_en = Line(_l("Name in English"), [InputRequired(_l("Enter the name in English."))])
    code = Line(
        _l("Code"),
        [DataRequired(_l("Enter a code."))],
        longest=40,
        description=_l("A short name for imports: small letters, digits and hyphens, such as return-2027."),
    )
    kind = SelectField(_l("Kind"), choices=lambda: labelled(CallKind))
    opens_on = _day(_l("Opens on"))
    deadline = _day(_l("Deadline"), description=_l("The last day on which people can apply."))
    modes = Checkboxes(
        _l("Where the work can be done"),
        # InputRequired would mark each of the boxes as required
        [Length(min=1, message=_l("Choose at least one."))],
        choices=lambda: labelled(Mode),
    )
    least_days = _whole(_l("Shortest stay, in days"), 1, MOST_DAYS)
    most_days = _whole(_l("Longest stay, in days"), 1, MOST_DAYS)
    seats = _whole(_l("How many people can go"), 1, MOST_SEATS)
    budget = AmountField(_l("Budget"), [InputRequired(_l("Enter the budget."))])
    currency = SelectField(_l("Currency"), choices=choices({code: code for code in CURRENCIES}, empty=False))

    def validate_code(self, field: StringField) -> None:
        """A slug: it stands in files and addresses."""
        if field.data and not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", field.data):
            raise ValidationError(_("Use only small letters a to z, digits and single hyphens."))

    def validate_deadline(self, field: DateField) -> None:
        """Dates in order."""
        if field.data and self.opens_on.data and field.data < self.opens_on.data:
            raise ValidationError(str(_DATES[1]))

    def validate_most_days(self, field: IntegerField) -> None:
        """Lengths in order."""
        if field.data is not None and self.least_days.data is not None and field.data < self.least_days.data:
            raise ValidationError(str(_DAYS[1]))

    def matches(self, record: Any) -> bool:
        """See EditForm; days, money and words are shown as people read them."""
        typed: dict[str, Any] = {name: self[name].data for name in ("opens_on", "deadline", "budget")}
        agrees = super().matches(record)
        if self.theirs is None:
            return agrees
        if "kind" in self.theirs:
            self.theirs["kind"] = label(CallKind(self.theirs["kind"]))
        for name in ("opens_on", "deadline"):
            if getattr(record, name) != typed[name]:
                self.theirs[name] = day(getattr(record, name))
        if record.budget != typed["budget"]:
            self.theirs["budget"] = money(record.budget, record.currency)
        return agrees

    def entry(self) -> CallEntry:
        """What was typed."""
        return CallEntry(
            name=by_language(self, "name"),
            code=self.code.data or "",
            kind=CallKind(self.kind.data),
            opens_on=self.opens_on.data,
            deadline=self.deadline.data,
            modes=list(self.modes.data),
            least_days=self.least_days.data,
            most_days=self.most_days.data,
            seats=self.seats.data,
            budget=self.budget.data,
            currency=self.currency.data,
        )


def _above_nothing(form: EditForm, field: Field) -> None:
    if isinstance(field.data, Decimal) and field.data <= 0:
        raise ValidationError(_("Enter an amount above zero."))


class RateForm(EditForm):
    """One allowance rate of a call, in its currency."""

    kind = SelectField(_l("Allowance"), choices=lambda: labelled(RateKind))
    unit = SelectField(_l("Counted by"), choices=lambda: labelled(RateUnit))
    amount = AmountField(_l("Amount"), [InputRequired(_l("Enter the amount.")), _above_nothing])
    source = Line(
        _l("Source"),
        [DataRequired(_l("Name the decision or the document."))],
        description=_l("The decision or the document that sets it."),
    )
    valid_from = _day(_l("Valid from"))

    def validate_unit(self, field: SelectField) -> None:
        """Not every allowance can be counted by everything."""
        allowed = UNITS_OF.get(RateKind(self.kind.data), ()) if self.kind.data in set(RateKind) else ()
        if field.data in set(RateUnit) and RateUnit(field.data) not in allowed:
            raise ValidationError(
                _(
                    "Living allowances are counted by month or day, per diems by day, "
                    "travel by trip. Choose again."
                )
            )

    def entry(self) -> RateEntry:
        """What was typed."""
        return RateEntry(
            kind=RateKind(self.kind.data),
            unit=RateUnit(self.unit.data),
            amount=self.amount.data,
            source=self.source.data or "",
            valid_from=self.valid_from.data,
        )


class CommissionForm(EditForm):
    """Who decides about a call."""

    chair = SelectField(_l("Chair"), [InputRequired(_l("Choose the chair."))])
    reviewers = Checkboxes(
        _l("Reviewers"), description=_l("They score the candidatures; the chair decides with them.")
    )

    def __init__(self, people: list[Account], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        named = {str(person.id): person.email for person in people}
        self.chair.choices = choices(named)
        self.reviewers.choices = choices(named, empty=False)

    def chair_id(self) -> UUID:
        """Who is chosen as chair."""
        return UUID(self.chair.data)

    def reviewer_ids(self) -> list[UUID]:
        """Who is chosen beside the chair."""
        return [UUID(one) for one in self.reviewers.data or []]


class ExtendForm(EditForm):
    """A later deadline for a call that is open."""

    deadline = _day(_l("New deadline"))
    reason = Paragraph(
        _l("Reason"),
        [DataRequired(_l("Give a reason: the people concerned will read it."))],
        longest=2000,
    )


def by_language(form: EditForm, part: str) -> dict[str, str]:
    """The texts of one part, by language; empty ones are left out."""
    typed = {language: form[f"{part}_{language}"].data for language in LANGUAGES}
    return {language: text for language, text in typed.items() if text}


def flat_programme(record: Programme) -> SimpleNamespace:
    """A programme as its form names the parts."""
    return SimpleNamespace(
        version=str(record.version),
        **{
            f"{part}_{language}": getattr(record, part).get(language, "")
            for part in ("name", "description")
            for language in LANGUAGES
        },
    )


def flat_call(record: Call) -> SimpleNamespace:
    """A call as its form names the parts."""
    plain = (
        "code",
        "opens_on",
        "deadline",
        "modes",
        "least_days",
        "most_days",
        "seats",
        "budget",
        "currency",
    )
    return SimpleNamespace(
        version=str(record.version),
        kind=record.kind.value,
        **{name: getattr(record, name) for name in plain},
        **{f"name_{language}": record.name.get(language, "") for language in LANGUAGES},
        **eligibility_values(record.eligibility),
    )


def seated(call: Call) -> dict[str, Any]:
    """A call's commission as its form shows it."""
    chair = next((str(member.account_id) for member in call.commission if member.chair), "")
    return {
        "version": str(call.version),
        "chair": chair,
        "reviewers": [str(member.account_id) for member in call.commission if not member.chair],
    }
