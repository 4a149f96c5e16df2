"""The part of a call's form that says who is eligible: a box for each kind of rule, and its values."""

from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from wtforms import BooleanField, Field, IntegerField, SelectField
from wtforms.validators import StopValidation, ValidationError

from diaspora.platform import reference
from diaspora.platform.forms import Checkboxes, EditForm, choices, labelled
from diaspora.profiles.rules import DegreeLevel, MoldovaLink
from diaspora.programmes.models import EligibilityRule
from diaspora.programmes.rules import RuleKind

LANGUAGES = ("ro", "ru", "en", "fr", "de", "it", "es", "uk")
"""What calls ask for; others may stand in a rule that came by import, and are then offered too."""

YOUNGEST, OLDEST, YEARS = 16, 99, 5

FIELDS: dict[RuleKind, tuple[str, ...]] = {
    RuleKind.AGE: ("least", "most"),
    RuleKind.DEGREE: ("least",),
    RuleKind.DEGREE_ABROAD: (),
    RuleKind.LIVES_ABROAD: (),
    RuleKind.YEARS_ABROAD: ("least",),
    RuleKind.EMPLOYED_ABROAD: (),
    RuleKind.LINK: ("any_of",),
    RuleKind.LANGUAGE: ("any_of", "least"),
}
"""The keys of each rule's value; a field is named `<kind>_<key>`, its box `use_<kind>`."""


def _with(box: str, message: LazyString) -> Callable[[EditForm, Field], None]:
    """Validator: needed where the rule's box is ticked, not looked at otherwise."""

    def check(form: EditForm, field: Field) -> None:
        given = field.raw_data and any(str(value).strip() for value in field.raw_data)
        if not form[box].data or not given:
            field.errors = []
            raise StopValidation(str(message) if form[box].data else "")

    return check


def _number(least: int, most: int) -> Callable[[EditForm, IntegerField], None]:
    def check(form: EditForm, field: IntegerField) -> None:
        if field.data is not None and not least <= field.data <= most:
            raise ValidationError(_("Enter a number from %(least)s to %(most)s.", least=least, most=most))

    return check


def _whole(label: LazyString, *checks: Any) -> IntegerField:
    return IntegerField(
        label,
        [*checks],
        invalid_value_message=_l("Enter a whole number."),
        render_kw={"inputmode": "numeric"},
    )


class EligibilityForm(EditForm):
    """Who is eligible."""

    use_age = BooleanField(_l("Only people of a certain age"))
    age_least = _whole(
        _l("Youngest age on the deadline"),
        _with("use_age", _l("Enter the youngest age.")),
        _number(YOUNGEST, OLDEST),
    )
    age_most = _whole(
        _l("Oldest age on the deadline"),
        _with("use_age", _l("Enter the oldest age.")),
        _number(YOUNGEST, OLDEST),
    )
    use_degree = BooleanField(_l("Only people with a degree"))
    degree_least = SelectField(
        _l("The lowest degree that counts"),
        [_with("use_degree", _l("Choose the lowest degree."))],
        choices=lambda: labelled(DegreeLevel, empty=True),
    )
    use_degree_abroad = BooleanField(_l("Only people with a degree from abroad"))
    use_lives_abroad = BooleanField(_l("Only people who live abroad"))
    use_years_abroad = BooleanField(_l("Only people with experience abroad"))
    years_abroad_least = _whole(
        _l("Least years of relevant experience abroad in the last five"),
        _with("use_years_abroad", _l("Enter a number of years.")),
        _number(1, YEARS),
    )
    use_employed_abroad = BooleanField(_l("Only people who are employed abroad"))
    use_link = BooleanField(_l("Only people with a link to Moldova"))
    link_any_of = Checkboxes(
        _l("One of these links suffices"),
        [_with("use_link", _l("Choose at least one link."))],
        choices=lambda: labelled(MoldovaLink),
    )
    use_language = BooleanField(_l("Only people who speak a language"))
    language_any_of = Checkboxes(
        _l("One of these languages suffices"),
        [_with("use_language", _l("Choose at least one language."))],
    )
    language_least = SelectField(
        _l("At this level or better"),
        [_with("use_language", _l("Choose the lowest level."))],
        choices=lambda: choices(reference.levels()),
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        known = [*LANGUAGES, *(code for code in self.language_any_of.object_data or [])]
        names = {code: reference.language_name(code) for code in dict.fromkeys(known)}
        self.language_any_of.choices = choices(names, empty=False)

    def validate_age_most(self, field: IntegerField) -> None:
        """The range has its ends in order."""
        if field.data is not None and self.age_least.data is not None and field.data < self.age_least.data:
            raise ValidationError(_("The oldest age cannot be below the youngest."))

    def rules(self) -> list[tuple[RuleKind, dict[str, Any]]]:
        """The rules that are ticked, in the order of their kinds."""
        return [
            (kind, {key: self[f"{kind.value}_{key}"].data for key in keys})
            for kind, keys in FIELDS.items()
            if self[f"use_{kind.value}"].data
        ]


def eligibility_values(rules: Sequence[EligibilityRule]) -> dict[str, Any]:
    """What the form shows for these rules. Of two rules of one kind it shows the first."""
    values: dict[str, Any] = {}
    for rule in reversed(rules):
        values[f"use_{rule.kind.value}"] = True
        values.update({f"{rule.kind.value}_{key}": rule.value[key] for key in FIELDS[rule.kind]})
    return values
