from typing import Any

from flask import Blueprint, render_template

from diaspora.home import queries, views
from diaspora.platform import clock
from diaspora.platform.access import Permission, current_actor, needs

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@needs(Permission.READ_PUBLIC_PAGES)
def front() -> Any:
    """What this is, for a visitor; what comes next, for somebody signed in."""
    actor = current_actor()
    if actor.account_id is not None:
        return render_template("home/home.html", home=views.home_of(actor, clock.now()))
    return render_template("home/front.html", figures=queries.figures(), placements=queries.closing_soon())


@blueprint.get("/staff")
@needs(Permission.WORK_LIST)
def staff() -> Any:
    """What waits for this member of staff."""
    return render_template("home/staff.html", waiting=queries.work_list(current_actor()))
