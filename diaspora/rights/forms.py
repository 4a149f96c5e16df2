from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, SelectField
from wtforms.validators import InputRequired, Length

from diaspora.platform.forms import Form, Paragraph, labelled
from diaspora.rights.rules import RequestKind

LONGEST_PASSWORD = 200


class ErasureForm(Form):
    """The password, so that nobody else at an open browser erases somebody."""

    password = PasswordField(
        _l("Your password"),
        [InputRequired(_l("Enter your password.")), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )


class RequestForm(Form):
    """What somebody asks of the data-protection officer."""

    kind = SelectField(_l("What is it about?"))
    text = Paragraph(
        _l("What do you ask for?"),
        [InputRequired(_l("Write what you ask for."))],
        longest=4000,
        description=_l("Say which record you mean, and why. Only the data-protection officer reads this."),
    )

    def __init__(self) -> None:
        super().__init__()
        self.kind.choices = labelled(RequestKind)
