from typing import Any

from flask import Blueprint, render_template

from diaspora.demonstration import queries
from diaspora.platform.access import Permission, needs

blueprint = Blueprint("demonstration", __name__)


@blueprint.get("/demonstration/mails")
@needs(Permission.READ_PUBLIC_PAGES)
def mails() -> Any:
    """The mails that a real site would have sent."""
    return render_template("demonstration/mails.html", mails=queries.newest_mails())
