from typing import Any

from flask import Blueprint, redirect, render_template, url_for

from diaspora.home import queries, views
from diaspora.platform import clock
from diaspora.platform.access import Permission, current_actor, needs
from diaspora.platform.public_pages import asked_each_time, for_everybody

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@for_everybody
@asked_each_time
@needs(Permission.READ_PUBLIC_PAGES)
def front() -> Any:
    """What this is, for a visitor; what comes next, for somebody signed in."""
    actor = current_actor()
    if actor.is_staff and not (actor.may(Permission.OWN_PROFILE) or actor.may(Permission.OWN_INSTITUTION)):
        return redirect(url_for("home.staff"))
    if actor.account_id is not None:
        return render_template("home/home.html", home=views.home_of(actor, clock.now()))
    today = clock.local_day(clock.now())
    return render_template(
        "home/front.html", figures=queries.figures(today), placements=queries.closing_soon(today)
    )
