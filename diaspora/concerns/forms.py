from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, HiddenField, RadioField
from wtforms.validators import DataRequired, Email, InputRequired, Optional

from diaspora.concerns.rules import ConcernKind
from diaspora.platform.forms import Form, Line, Paragraph, no_longer
from diaspora.platform.labels import label


class ConcernForm(Form):
    """What is wrong, in the words of whoever noticed it."""

    kind = RadioField(_l("What is wrong?"), [InputRequired(_l("Choose what comes nearest."))])
    text = Paragraph(
        _l("What happened"),
        [DataRequired(_l("Write what happened, in a sentence or more."))],
        longest=4000,
        description=_l("Who wrote or called, when, what was asked for. The institution never reads this."),
    )
    email = EmailField(
        _l("E-mail address, if you want an answer"),
        [
            Optional(),
            no_longer(254),
            Email(_l("Enter an e-mail address in the form name@example.org.")),
        ],
        description=_l("Only the programme sees it. You can leave it empty."),
        render_kw={"autocomplete": "email"},
    )
    website = Line(_l("Leave this field empty"), render_kw={"autocomplete": "off", "tabindex": "-1"})
    about = HiddenField()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.kind.choices = [(kind.value, label(kind)) for kind in ConcernKind]

    @property
    def by_a_machine(self) -> bool:
        """People do not see the field `website`; programs that fill every field do."""
        return bool(self.website.data)
