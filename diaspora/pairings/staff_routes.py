"""The board of all pairings for staff."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import abort, render_template
from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from diaspora.pairings import bulk, quality, queries
from diaspora.pairings.routes import blueprint
from diaspora.pairings.rules import COMMISSION_STATES, GROUPS, BoardGroup, PairingState
from diaspora.platform import charts, clock, reference, staff_lists
from diaspora.platform.access import Actor, Permission, Role, current_actor, needs
from diaspora.platform.bulk import page as bulk_page
from diaspora.platform.labels import label
from diaspora.platform.languages import localised
from diaspora.platform.staff_lists import Asked, Choice, Column, StaffList
from diaspora.profiles.rules import HIDDEN_STATES
from diaspora.profiles.services import log_identified_reads
from diaspora.programmes import queries as programmes

COLUMNS = [
    Column(_l("Candidate")),
    Column(_l("Placement")),
    Column(_l("Institution")),
    Column(_l("Call")),
    Column(_l("State")),
    Column(_l("Since"), "since"),
    Column(_l("How well they fit"), "score", number=True),
]


@blueprint.get("/staff/candidatures")
@needs(Permission.DECIDE_PAIRINGS)
def staff_index() -> Any:
    """Candidatures by who has the next move, the longest waiting first."""
    actor = current_actor()
    own = calls_of(actor)
    calls = {str(call.id): localised(call.name) for call in queries.calls_in_play(own)}
    seen = set(PairingState) if own is None else COMMISSION_STATES
    mine = BoardGroup.PROGRAMME if own is None else BoardGroup.COMMISSION
    asked = staff_lists.asked(
        queries.STAFF_ORDERS, "since",
        group=(set(BoardGroup), mine.value), state=(seen, ""), call=(calls, ""),
    )  # fmt: skip
    if asked.wrong:
        abort(404)
    page = queries.board(_states(asked) & seen, own, asked, actor)
    listed = StaffList(
        "pairings.staff_index", asked, COLUMNS, _choices(asked, seen, own, calls), page,
        words_hint=_("in the candidate's name, the title or the institution's name"),
        bulk="pairings.staff_bulk", acts=bulk.offered(actor),
    )  # fmt: skip
    named = [row for row in page.rows if row.candidate.state not in HIDDEN_STATES]
    log_identified_reads([row.candidate_id for row in named], actor, clock.now(), "list")
    names = {row.id: row.candidate.full_name for row in named}
    return render_template("pairings/staff_index.html", list=listed, names=names)


@blueprint.get("/staff/matching")
@needs(Permission.SEE_ALL_MATCHES)
def matching_quality() -> Any:
    """How high approved pairs stood in the matcher's lists."""
    found = quality.quality()
    areas = reference.research_areas()
    names = {**areas, "same": _("The same language"), "different": _("Different languages")}
    kinds = [
        (_("By field of research"), _("Research area"), found.by_area),
        (_("By language"), _("Languages"), found.by_language),
        (_("Over time"), _("Month of the decision"), found.by_month),
    ]
    sections = [
        (title, head, [(names.get(group.key) or _month(group.key), group) for group in groups])
        for title, head, groups in kinds
    ]
    shown = [(title, head, _in_five(rows), rows) for title, head, rows in sections if rows]
    return render_template("pairings/matching_quality.html", found=found, sections=shown)


def _in_five(rows: Sequence[tuple[Any, quality.Group]]) -> charts.PairedBars:
    """The shares in the first five of both lists, in per cent."""
    return charts.paired_bars(
        _("in the candidate’s list"),
        _("in the placement’s list"),
        [
            (name, round(100 * one.for_candidate.in_five), round(100 * one.for_placement.in_five))
            for name, one in rows
        ],
    )


def _month(key: str) -> str:
    return format_date(date.fromisoformat(f"{key}-01"), "LLLL y")


@blueprint.route("/staff/candidatures/several", methods=["GET", "POST"])
@needs(Permission.DECIDE_PAIRINGS)
def staff_bulk() -> Any:
    """One act on several candidatures: the preview, then the act."""
    return bulk_page(bulk.BULK)


def calls_of(actor: Actor) -> list[UUID] | None:
    """The calls in which a reviewer sits; officers see all of them."""
    if Role.OFFICER in actor.roles:
        return None
    return programmes.calls_reviewed_by(actor.account_id) if actor.account_id else []


def _states(asked: Asked) -> frozenset[PairingState]:
    """A state says more than a group: where both are asked for, it counts."""
    if asked.chosen["state"]:
        return frozenset({PairingState(asked.chosen["state"])})
    return GROUPS[BoardGroup(asked.chosen["group"])] if asked.chosen["group"] else frozenset(PairingState)


def _choices(
    asked: Asked,
    seen: set[PairingState] | frozenset[PairingState],
    own: list[UUID] | None,
    calls: dict[str, str],
) -> list[Choice]:
    numbers = queries.counts(
        UUID(asked.chosen["call"]) if asked.chosen["call"] else None, own, current_actor()
    )
    groups = [
        (group.value, label(group), sum(numbers.get(state, 0) for state in GROUPS[group] & seen))
        for group in BoardGroup
    ]
    states = [(s.value, label(s), numbers.get(s, 0)) for s in PairingState if s in seen]
    return [
        Choice("group", _("Next move"), groups, _("Everybody")),
        Choice("state", _("State"), states, _("All states")),
        Choice("call", _("Call"), [(c, n, None) for c, n in calls.items()], _("All calls")),
    ]
