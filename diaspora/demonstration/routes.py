from typing import Any

from flask import Blueprint, render_template

from diaspora.demonstration import queries, rules
from diaspora.demonstration.forms import sample_form
from diaspora.matching import services as matching
from diaspora.platform.access import Permission, needs
from diaspora.platform.paging import Page

blueprint = Blueprint("demonstration", __name__)


@blueprint.get("/demonstration/mails")
@needs(Permission.READ_PUBLIC_PAGES)
def mails() -> Any:
    """The mails that a real site would have sent."""
    return render_template("demonstration/mails.html", mails=queries.newest_mails())


@blueprint.get("/demonstration/style")
@needs(Permission.READ_PUBLIC_PAGES)
def style() -> Any:
    """Every component with its variants, for those who build pages."""
    return render_template(
        "demonstration/style.html",
        form=sample_form(wrong=False),
        wrong_form=sample_form(wrong=True),
        page=Page([], number=2, total=60),
        matches=[(found, matching.card(found)) for found in queries.extreme_suggestions()],
        happened=rules.HAPPENED,
        next=rules.NEXT,
    )
