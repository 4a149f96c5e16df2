from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField
from wtforms.validators import InputRequired, Length

from diaspora.accounts.passwords import LONGEST_PASSWORD
from diaspora.accounts.second_factor_rules import LONGEST_PASSKEY_NAME
from diaspora.platform.forms import Form, Line

_LONGEST_CODE = 40
_CODE = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}


class PasswordAgainForm(Form):
    """One's password, before what protects the account is changed."""

    password = PasswordField(
        _l("Your password"),
        [InputRequired(_l("Enter your password.")), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )


class SecondStepForm(Form):
    """A code, whichever kind one has at hand."""

    code = Line(
        _l("Code"),
        [InputRequired(_l("Enter a code."))],
        longest=_LONGEST_CODE,
        description=_l(
            "The six digits that your authenticator app shows now, or one of your recovery codes."
        ),
        render_kw=_CODE,
    )


class FirstCodeForm(Form):
    """The first code of an app that is being set up."""

    code = Line(
        _l("The six digits that the app shows now"),
        [InputRequired(_l("Enter a code."))],
        longest=_LONGEST_CODE,
        render_kw={**_CODE, "inputmode": "numeric"},
    )


class PasskeyNameForm(Form):
    """By which name its person knows a passkey."""

    name = Line(
        _l("Name of the passkey"),
        [InputRequired(_l("Give it a name, so that you know it when you remove it."))],
        longest=LONGEST_PASSKEY_NAME,
        description=_l("For example: my phone, the blue key."),
    )


class PasskeyForm(PasskeyNameForm):
    """A name, and what the browser made; the page's script fills that in."""

    credential = HiddenField()
