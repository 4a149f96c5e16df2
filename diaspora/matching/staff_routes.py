from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from diaspora.matching import queries, services
from diaspora.platform import clock, reference, staff_lists
from diaspora.platform.access import Permission, current_actor, needs
from diaspora.platform.languages import localised
from diaspora.platform.staff_lists import Choice, Column, StaffList
from diaspora.platform.web import tell
from diaspora.profiles import services as profiles

blueprint = Blueprint("matching", __name__)

COLUMNS = [
    Column(_l("Candidate")),
    Column(_l("Placement")),
    Column(_l("Institution")),
    Column(_l("Words in common")),
    Column(_l("Closes on"), "closes"),
    Column(_l("How well they fit"), "score", number=True),
]


@blueprint.get("/staff/matches")
@needs(Permission.SEE_ALL_MATCHES)
def board() -> Any:
    """The best pairs of all, for the case officers."""
    calls = {str(call.id): localised(call.name) for call in queries.calls_with_pairs()}
    areas = reference.research_areas()
    asked = staff_lists.asked(queries.STAFF_ORDERS, "-score", area=(areas, ""), call=(calls, ""))
    choices = [
        Choice("area", _("Research area"), [(c, n, None) for c, n in areas.items()], _("All areas")),
        Choice("call", _("Call"), [(c, n, None) for c, n in calls.items()], _("All calls")),
    ]
    listed = StaffList(
        "matching.board", asked, COLUMNS, choices, queries.best_pairs(asked, current_actor()),
        words_hint=_("in the title, the summary or the institution's name"),
    )  # fmt: skip
    named = [pair.candidate_id for pair in listed.page.rows]
    profiles.log_identified_reads(named, current_actor(), clock.now(), "list")
    return render_template(
        "matching/board.html",
        list=listed,
        cards={pair.id: services.card(pair) for pair in listed.page.rows},
        run=queries.newest_run(),
        going=services.run_under_way(clock.now()),
    )


@blueprint.get("/staff/matches/<uuid:suggestion_id>")
@needs(Permission.SEE_ALL_MATCHES)
def pair(suggestion_id: UUID) -> Any:
    """All that is known about why one pair fits."""
    suggestion = queries.suggestion_by_id(suggestion_id, current_actor())
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
