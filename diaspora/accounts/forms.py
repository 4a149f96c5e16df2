from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, EmailField, PasswordField, SelectField
from wtforms.validators import Email, InputRequired, Length, ValidationError

from diaspora.accounts.passwords import LONGEST_PASSWORD, SHORTEST_PASSWORD, password_refusal
from diaspora.platform.access import STAFF_ROLES
from diaspora.platform.forms import CONSTRAINT_MESSAGES, Form, choices, labelled, no_longer, sensible_day
from diaspora.platform.languages import NAMES

_ADDRESS = [
    InputRequired(_l("Enter your e-mail address.")),
    no_longer(254),
    Email(_l("Enter an e-mail address in the form name@example.org.")),
]


_TWICE = ("", _l("This was sent twice. Look into your mailbox."))
# PostgreSQL names the constraint, SQLite the column
CONSTRAINT_MESSAGES.update({"uq_account_email": _TWICE, "account.email": _TWICE})


class SignUpForm(Form):
    """A new account."""

    email = EmailField(_l("E-mail address"), _ADDRESS, render_kw={"autocomplete": "email"})
    password = PasswordField(
        _l("Password"),
        [InputRequired(_l("Choose a password."))],
        description=_l(
            "At least %(least)s characters. Several words in a row are easy to remember and hard to guess.",
            least=SHORTEST_PASSWORD,
        ),
        render_kw={"autocomplete": "new-password"},
    )

    def validate_password(self, field: PasswordField) -> None:
        """Refuse a bad password together with a wrong address, not after it."""
        refusal = password_refusal(field.data or "", self.email.data or "")
        if refusal:
            raise ValidationError(str(refusal))


class SignInForm(Form):
    """An address and a password; which of them was wrong is not said."""

    email = EmailField(_l("E-mail address"), _ADDRESS, render_kw={"autocomplete": "username"})
    password = PasswordField(
        _l("Password"),
        [InputRequired(_l("Enter your password.")), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )
    stay = BooleanField(
        _l("Stay signed in on this device for 30 days"),
        description=_l("Not on a computer that others use. Staff of the programme sign in each day."),
    )


class ConfirmForm(Form):
    """The password of the sign-up, beside the link: see `services.confirm_address`."""

    password = PasswordField(
        _l("The password that you chose"),
        [InputRequired(_l("Enter your password.")), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )


class AddressForm(Form):
    """Where a link shall be mailed."""

    email = EmailField(_l("E-mail address"), _ADDRESS, render_kw={"autocomplete": "email"})


class NewPasswordForm(Form):
    """A new password by a mailed link."""

    password = PasswordField(
        _l("New password"),
        [InputRequired(_l("Choose a password."))],
        description=_l("At least %(least)s characters.", least=SHORTEST_PASSWORD),
        render_kw={"autocomplete": "new-password"},
    )


def _current() -> PasswordField:
    return PasswordField(
        _l("Current password"),
        [InputRequired(_l("Enter your password.")), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )


class ChangePasswordForm(Form):
    """A new password, by whoever knows the current one."""

    current = _current()
    new = PasswordField(
        _l("New password"),
        [InputRequired(_l("Choose a password.")), Length(max=LONGEST_PASSWORD)],
        description=_l("At least %(least)s characters.", least=SHORTEST_PASSWORD),
        render_kw={"autocomplete": "new-password"},
    )


class ChangeAddressForm(Form):
    """Another e-mail address."""

    email = EmailField(_l("New e-mail address"), _ADDRESS, render_kw={"autocomplete": "email"})
    current = _current()


class ConfirmNewAddressForm(Form):
    """The password of the account, beside the link: see `credentials.confirm_new_address`."""

    password = _current()


class GrantForm(Form):
    """A staff role for somebody who has an account."""

    email = EmailField(_l("E-mail address"), _ADDRESS, render_kw={"autocomplete": "off"})
    role = SelectField(_l("Role"))
    ends_on = DateField(_l("Last day"), [InputRequired(_l("Enter a day.")), sensible_day])

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.role.choices = labelled(sorted(STAFF_ROLES))


class RenewForm(Form):
    """Another last day for a staff role."""

    ends_on = DateField(_l("Last day"), [InputRequired(_l("Enter a day.")), sensible_day])


class LanguageForm(Form):
    """Which language mails and letters are in."""

    language = SelectField(_l("Language of mails and letters"), choices=choices(NAMES, empty=False))
