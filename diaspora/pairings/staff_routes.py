"""The board of all pairings for staff."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import render_template, request

from diaspora.pairings import queries
from diaspora.pairings.routes import blueprint
from diaspora.pairings.rules import COMMISSION_STATES, GROUPS, BoardGroup, PairingState
from diaspora.platform.access import Actor, Permission, Role, current_actor, needs
from diaspora.profiles.rules import HIDDEN_STATES
from diaspora.programmes import queries as programmes


@dataclass(frozen=True)
class Filters:
    """What the address asks for; what it says wrongly is left out."""

    group: BoardGroup
    state: PairingState | None
    call_id: UUID | None
    page: int

    def arguments(self) -> dict[str, Any]:
        """The same in an address."""
        asked = {"group": self.group.value, "state": self.state, "call": self.call_id}
        return {name: value for name, value in asked.items() if value}


@blueprint.get("/staff/candidatures")
@needs(Permission.DECIDE_PAIRINGS)
def staff_index() -> Any:
    """Candidatures by who has the next move, the longest waiting first."""
    actor = current_actor()
    filters, calls = filters_of(actor), calls_of(actor)
    states = {filters.state} if filters.state else GROUPS[filters.group]
    if calls is not None:
        states = states & COMMISSION_STATES
    numbers = queries.counts(filters.call_id, calls)
    page = queries.board(states, filters.call_id, calls, filters.page)
    return render_template(
        "pairings/staff_index.html",
        page=page,
        names={
            row.id: row.candidate.full_name for row in page.rows if row.candidate.state not in HIDDEN_STATES
        },
        filters=filters,
        groups=[(group, _total(numbers, group, calls)) for group in BoardGroup],
        calls=queries.calls_in_play(calls),
    )


def calls_of(actor: Actor) -> list[UUID] | None:
    """The calls in which a reviewer sits; officers see all of them."""
    if Role.OFFICER in actor.roles:
        return None
    return programmes.calls_reviewed_by(actor.account_id) if actor.account_id else []


def filters_of(actor: Actor) -> Filters:
    """What the address asks for; at first, what waits for this viewer."""
    mine = BoardGroup.PROGRAMME if Role.OFFICER in actor.roles else BoardGroup.COMMISSION
    return Filters(
        group=request.args.get("group", mine, type=BoardGroup),
        state=request.args.get("state", None, type=PairingState),
        call_id=request.args.get("call", None, type=UUID),
        page=request.args.get("page", 1, type=int),
    )


def _total(numbers: dict[PairingState, int], group: BoardGroup, calls: list[UUID] | None) -> int:
    states = GROUPS[group] if calls is None else GROUPS[group] & COMMISSION_STATES
    return sum(numbers.get(state, 0) for state in states)
