from types import SimpleNamespace
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from stdnum.exceptions import ValidationError as NumberError
from stdnum.md import idno
from wtforms import DateField, EmailField, SelectField, StringField
from wtforms.validators import DataRequired, Email, InputRequired, ValidationError

from diaspora.institutions.models import Institution
from diaspora.institutions.rules import InstitutionKind, Person, compact_ror_id, is_ror_id, web_address
from diaspora.institutions.services import CHECKED, Entry
from diaspora.platform import reference
from diaspora.platform.access import Role
from diaspora.platform.forms import (
    CONSTRAINT_MESSAGES,
    EditForm,
    Form,
    Line,
    Paragraph,
    choices,
    labelled,
    no_longer,
    sensible_day,
)
from diaspora.platform.labels import label
from diaspora.platform.languages import LANGUAGES

_TAKEN_ROR = (
    "ror_id",
    _l("An institution with this ROR id is registered already. Ask its lead, or write to the programme."),
)
_TAKEN_NUMBER = (
    "registry_number",
    _l("An institution with this number is registered already. Ask its lead, or write to the programme."),
)
# PostgreSQL names the constraint, SQLite the column
CONSTRAINT_MESSAGES.update(
    {
        "uq_institution_ror_id": _TAKEN_ROR,
        "institution.ror_id": _TAKEN_ROR,
        "uq_institution_registry_number": _TAKEN_NUMBER,
        "institution.registry_number": _TAKEN_NUMBER,
    }
)

_FIELDS_OF = {"name": ("name_ro", "name_ru", "name_en")}


class InstitutionForm(EditForm):
    """What is known of an institution."""

    name_ro = Line(_l("Name in Romanian"), [DataRequired(_l("Enter the name as it is registered."))])
    name_ru = Line(_l("Name in Russian"), description=_l("If there is one."))
    name_en = Line(_l("Name in English"), description=_l("If there is one."))
    kind = SelectField(_l("Kind"), [InputRequired(_l("Choose what kind of institution it is."))])
    registry_number = Line(
        _l("State registry number (IDNO)"),
        description=_l("13 digits, as on the registration certificate. An officer compares it."),
    )
    ror_id = Line(
        _l("ROR id"),
        description=_l("From ror.org, such as https://ror.org/02b82hk77. Leave it empty if there is none."),
    )
    website = Line(
        _l("Website"),
        description=_l("Verification is quickest when your e-mail address is in the same domain."),
    )
    district = SelectField(_l("District or municipality"), [InputRequired(_l("Choose where it is."))])
    city = Line(_l("Town or village"), [DataRequired(_l("Enter the town or the village."))])
    description_ro = Paragraph(
        _l("Description in Romanian"),
        longest=3000,
        description=_l("What you do, and what somebody who comes for some weeks would find."),
    )
    description_ru = Paragraph(_l("Description in Russian"), longest=3000)
    description_en = Paragraph(_l("Description in English"), longest=3000)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.kind.choices = labelled(InstitutionKind, empty=True)
        self.district.choices = choices(reference.districts())

    def validate_registry_number(self, field: StringField) -> None:
        """IDNO has a check digit."""
        if not field.data:
            return
        try:
            field.data = idno.validate(field.data)
        except NumberError:
            raise ValidationError(
                _("This is not an IDNO: it has 13 digits, and the last one checks the others.")
            ) from None

    def validate_ror_id(self, field: StringField) -> None:
        """ROR ids have a checksum; the address before it may be typed along."""
        if not field.data:
            return
        field.data = compact_ror_id(field.data)
        if not is_ror_id(field.data):
            raise ValidationError(_("This is not a ROR id. Copy it from the institution's page on ror.org."))

    def validate_website(self, field: StringField) -> None:
        """An address that a browser opens, and nothing that it would run."""
        if not field.data:
            return
        address = web_address(field.data)
        if address is None:
            raise ValidationError(_("Enter the address in the form https://www.example.md."))
        field.data = address

    def matches(self, record: Any) -> bool:
        """See EditForm; what somebody else chose is shown in words."""
        agrees = super().matches(record)
        if self.theirs and "kind" in self.theirs:
            self.theirs["kind"] = label(InstitutionKind(self.theirs["kind"]))
        if self.theirs and "district" in self.theirs:
            self.theirs["district"] = reference.district_name(self.theirs["district"])
        return agrees

    def keep_checked(self) -> None:
        """Take away what an officer has checked: members read it, but do not change it."""
        for part in CHECKED:
            for name in _FIELDS_OF.get(part, (part,)):
                del self[name]

    def entry(self, record: Institution | None = None) -> Entry:
        """What was typed; parts that the form does not show come from the record."""
        if record is not None and "name_ro" not in self:
            checked = {part: getattr(record, part) for part in CHECKED}
        else:
            checked = {
                "name": self._by_language("name"),
                "kind": InstitutionKind(self.kind.data),
                "registry_number": self.registry_number.data or None,
                "ror_id": self.ror_id.data or None,
                "website": self.website.data or "",
            }
        return Entry(
            **checked,
            district=self.district.data,
            city=self._city(record),
            description=self._by_language("description"),
        )

    def _by_language(self, part: str) -> dict[str, str]:
        typed = {language: self[f"{part}_{language}"].data for language in LANGUAGES}
        return {language: text for language, text in typed.items() if text}

    def _city(self, record: Institution | None) -> dict[str, str]:
        # names in the other languages stay only with the town that they name
        if record is not None and record.city.get("ro") == self.city.data:
            return record.city
        return {"ro": self.city.data or ""}


class PersonForm(Form):
    """Who acts for an institution, as they are named on letters."""

    given_name = Line(_l("Your given name"), [DataRequired(_l("Enter your given name."))])
    family_name = Line(_l("Your family name"), [InputRequired(_l("Enter your family name."))])
    position = Line(_l("Your position there"), [InputRequired(_l("Enter your position."))])

    def person(self) -> Person:
        """Who is typed here."""
        return Person(self.given_name.data or "", self.family_name.data or "", self.position.data or "")


class RegisterForm(InstitutionForm, PersonForm):
    """A new institution and the person who registers it."""


class JoinForm(PersonForm):
    """Somebody accepts an invitation."""


class MemberAddressForm(Form):
    """The address of somebody who shall act for an institution."""

    email = EmailField(
        _l("E-mail address"),
        [
            InputRequired(_l("Enter an e-mail address.")),
            no_longer(254),
            Email(_l("Enter an e-mail address in the form name@example.org.")),
        ],
        render_kw={"autocomplete": "off"},
    )


class InviteMemberForm(MemberAddressForm):
    """Somebody is asked to act for an institution, too."""

    role = SelectField(_l("Role here"), [InputRequired(_l("Choose a role."))])

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.role.choices = labelled([Role.HOST_EDITOR, Role.HOST_LEAD])


class InstallLeadForm(MemberAddressForm):
    """An officer names a lead."""

    reason = Paragraph(
        _l("Reason, kept in the records"),
        [DataRequired(_l("Give a reason: it stays in the records."))],
        longest=2000,
        id="lead-reason",
    )


class LetterForm(Form):
    """A signed letter that an officer has seen."""

    dated_on = DateField(_l("Date of the letter"), [InputRequired(_l("Enter the date.")), sensible_day])
    signed_by = Line(
        _l("Who signed it"),
        [DataRequired(_l("Enter who signed it."))],
        description=_l("Name and office, as under the letter."),
    )
    note = Line(
        _l("Note"), description=_l("How it came, whom it names, its number; only the programme reads it.")
    )


def flat(record: Institution) -> SimpleNamespace:
    """The record as its form names the parts, so that two people's changes can stand side by side."""
    texts = {
        f"{part}_{language}": getattr(record, part).get(language, "")
        for part in ("name", "description")
        for language in LANGUAGES
    }
    return SimpleNamespace(
        **texts,
        version=str(record.version),
        kind=record.kind.value,
        registry_number=record.registry_number or "",
        ror_id=record.ror_id or "",
        website=record.website,
        district=record.district,
        city=record.city.get("ro", ""),
    )
