from wtforms import BooleanField, DateField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from diaspora.platform.forms import Checkboxes, Form, Line, Paragraph


def _choices(**choices: str) -> list[SelectChoice]:
    return [SelectChoice(value=value, label=label) for value, label in choices.items()]


class SampleForm(Form):
    """One field of each kind, for the style page."""

    class Meta(Form.Meta):
        csrf = False

    name = Line("Full name", [InputRequired("Write the name as in the passport.")])
    country = SelectField("Country", choices=_choices(at="Austria", ca="Canada", md="Moldova"))
    tasks = Paragraph("Tasks", description="What the person will do, one line for each task.")
    first_day = DateField("First day", [InputRequired("Choose a day.")])
    mode = RadioField("Where", choices=_choices(on_site="In Moldova", online="Online"))
    fields = Checkboxes("Fields of research", choices=_choices(earth="Earth sciences", farms="Agriculture"))
    agree = BooleanField("I have read the notice")


def sample_form(wrong: bool) -> SampleForm:
    """The form as it is first seen, or as it comes back when nothing was filled in."""
    made = SampleForm(formdata=None, prefix="wrong-" if wrong else "")
    if wrong:
        made.validate()
    return made
