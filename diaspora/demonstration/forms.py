from wtforms import BooleanField, DateField, RadioField, SelectField
from wtforms.validators import InputRequired

from diaspora.platform.forms import Checkboxes, Form, Line, Paragraph


class SampleForm(Form):
    """One field of each kind, for the style page."""

    class Meta(Form.Meta):
        csrf = False

    name = Line("Full name", [InputRequired("Write the name as in the passport.")])
    country = SelectField("Country", choices=[("at", "Austria"), ("ca", "Canada"), ("md", "Moldova")])
    tasks = Paragraph("Tasks", description="What the person will do, one line for each task.")
    first_day = DateField("First day", [InputRequired("Choose a day.")])
    mode = RadioField("Where", choices=[("on_site", "In Moldova"), ("online", "Online")])
    fields = Checkboxes("Fields of research", choices=[("1.5", "Earth sciences"), ("4.1", "Agriculture")])
    agree = BooleanField("I have read the notice")


def sample_form(wrong: bool) -> SampleForm:
    """The form as it is first seen, or as it comes back when nothing was filled in."""
    made = SampleForm(formdata=None, prefix="wrong-" if wrong else "")
    if wrong:
        made.validate()
    return made
