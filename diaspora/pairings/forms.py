from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, HiddenField, IntegerField, SelectField
from wtforms.validators import DataRequired, Optional

from diaspora.platform.forms import ActForm, Form, Paragraph, sensible_day, whole_number

MOTIVATION = 4000
MESSAGE = 2000


class ApplyForm(Form):
    """An application."""

    motivation = Paragraph(
        _l("Why this placement, and what you would bring"),
        [DataRequired(_l("Write a few sentences: the institution reads them first."))],
        longest=MOTIVATION,
        description=_l(
            "Five to ten sentences: what you would do there, what you have done of this kind before, "
            "and what the people there could learn from you. Your profile is shown beside it."
        ),
    )


class InviteForm(Form):
    """An invitation."""

    message = Paragraph(
        _l("A few words to the candidate (optional)"),
        longest=MESSAGE,
        description=_l(
            "Say why you thought of this candidate, and who you are; it is read before the answer."
        ),
    )


class PairingActForm(ActForm):
    """Any act, with what some of them need beside a reason."""

    starts_on = DateField(_l("First day of the stay"), [Optional(), sensible_day])
    conditions_met = BooleanField(_l("The conditions of the approval are met"))
    rank = IntegerField(_l("Place among your candidates (optional)"), [Optional(), whole_number(1, 99)])
    version = HiddenField()


class HideForm(Form):
    """An institution that shall not find the candidate; `confirmed` once they read what that ends."""

    institution = SelectField(
        _l("Institution"),
        [DataRequired(_l("Choose an institution from the list."))],
        description=_l("Type a few letters of its name, or look through the list."),
        render_kw={"data-combobox": ""},
    )
    confirmed = HiddenField()
