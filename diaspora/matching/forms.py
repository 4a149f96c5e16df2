from flask_babel import lazy_gettext as _l

from diaspora.platform.forms import Form, Line


class TermForm(Form):
    """A term in the languages of the glossary; at least two."""

    en = Line(_l("English"))
    ro = Line(_l("Romanian"))
    ru = Line(_l("Russian"))
