"""The work list and the figures of staff."""

from typing import Any
from uuid import UUID

from flask import abort, render_template, request

from diaspora.home import dashboard, worklist
from diaspora.home.dashboard import Scope
from diaspora.home.routes import blueprint
from diaspora.platform import clock
from diaspora.platform.access import Permission, current_actor, needs
from diaspora.platform.languages import localised
from diaspora.profiles.services import log_identified_reads
from diaspora.programmes import queries as programmes


@blueprint.get("/staff")
@needs(Permission.WORK_LIST)
def staff() -> Any:
    """What waits for this member of staff, record by record."""
    actor, now = current_actor(), clock.now()
    parts = worklist.parts(actor, now)
    log_identified_reads(worklist.named_in(parts), actor, now, "list")
    return render_template("home/staff.html", parts=parts)


@blueprint.get("/staff/figures")
@needs(Permission.SEE_CALLS)
def figures() -> Any:
    """How the programmes go, of all calls, of one programme or of one call."""
    offered = programmes.programmes()
    calls = {call.id: call for programme in offered for call in programme.calls}
    programme, call = (request.args.get(name, "") for name in ("programme", "call"))
    if programme not in {"", *(str(one.id) for one in offered)} or call not in {"", *map(str, calls)}:
        abort(404)
    looked_at = [UUID(call)] if call else None
    if programme and not call:
        looked_at = [one.id for one in calls.values() if str(one.programme_id) == programme]
    scope = Scope(looked_at, current_actor())
    return render_template(
        "home/dashboard.html",
        shown=dashboard.of(scope, {one.id: localised(one.name) for one in calls.values()}),
        stages=dashboard.STAGE_NAMES.values(),
        programmes=[(one.id, localised(one.name), None) for one in offered],
        calls=[(one.id, localised(one.name), None) for one in calls.values()],
        programme=programme,
        call=call,
    )
