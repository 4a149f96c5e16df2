from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from diaspora.matching import forms, queries, services
from diaspora.platform import clock
from diaspora.platform.access import Permission, current_actor, needs
from diaspora.platform.web import tell
from diaspora.profiles import services as profiles

blueprint = Blueprint("matching", __name__)


@blueprint.get("/staff/matches")
@needs(Permission.SEE_ALL_MATCHES)
def board() -> Any:
    """The best pairs of all, for the case officers."""
    form = forms.BoardFilter(request.args, calls=queries.calls_with_pairs())
    form.validate()
    page = queries.best_pairs(request.args.get("page", 1, type=int), form.call_id, form.area_code)
    return render_template(
        "matching/board.html",
        form=form,
        page=page,
        pairs=[(pair, services.card(pair)) for pair in page.rows],
        run=queries.newest_run(),
        narrowed={"call": form.call_id, "area": form.area_code or None},
    )


@blueprint.get("/staff/matches/<uuid:suggestion_id>")
@needs(Permission.SEE_ALL_MATCHES)
def pair(suggestion_id: UUID) -> Any:
    """All that is known about why one pair fits."""
    suggestion = queries.suggestion_by_id(suggestion_id)
    if suggestion is None:
        abort(404)
    profiles.log_identified_read(suggestion.candidate, current_actor(), clock.now(), "match")
    return render_template(
        "matching/pair.html",
        suggestion=suggestion,
        card=services.card(suggestion),
        account=services.account_of(suggestion),
        run=suggestion.run,
    )


@blueprint.post("/staff/matches/refit")
@needs(Permission.SEE_ALL_MATCHES)
def refit() -> Any:
    """Run the matcher again."""
    services.ask_for_refit(current_actor(), clock.now())
    tell(_("The matcher is running. Load this page again in a minute."), "waiting")
    return redirect(url_for("matching.board"))
