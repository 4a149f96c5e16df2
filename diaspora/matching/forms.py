from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from diaspora.platform import reference
from diaspora.platform.forms import Form, choices
from diaspora.platform.languages import localised
from diaspora.programmes.models import Call


class BoardFilter(Form):
    """Which pairs an officer wants to see; it stands in the address."""

    class Meta(Form.Meta):
        csrf = False

    area = SelectField(_l("Research area of the placement"), choices=lambda: choices(_areas()), default="")
    call = SelectField(_l("Call"), default="")

    def __init__(self, *arguments: Any, calls: Sequence[Call], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.call.choices = choices({str(call.id): localised(call.name) for call in calls})

    @property
    def call_id(self) -> UUID | None:
        """The chosen call; what is no possible choice narrows nothing, and has its error beside it."""
        return UUID(self.call.data) if self.call.data and not self.call.errors else None

    @property
    def area_code(self) -> str:
        """The chosen area of research, or ""."""
        return (self.area.data or "") if not self.area.errors else ""


def _areas() -> dict[str, str]:
    codes = dict.fromkeys(code.split(".")[0] for code in reference.fields_of_research())
    return {code: reference.research_area(code) for code in codes}
