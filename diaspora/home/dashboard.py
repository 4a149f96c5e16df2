"""The figures for staff: how far candidatures come, from where, to where, in which fields, how fast."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from diaspora.extensions import db
from diaspora.pairings.models import Pairing, PairingStep
from diaspora.pairings.rules import PairingState
from diaspora.placements.models import Placement
from diaspora.placements.rules import PlacementState
from diaspora.platform import charts, reference
from diaspora.platform.access import SYSTEM, Actor
from diaspora.platform.charts import BarChart, PairedBars, StripChart, TileMap
from diaspora.profiles.models import Candidate
from diaspora.profiles.policy import visible_to
from diaspora.profiles.rules import HIDDEN_STATES, CandidateState

MOST_COUNTRIES = 12

_S = PairingState
STAGES: dict[str, frozenset[PairingState]] = {
    "applied": frozenset({_S.APPLIED, _S.INTERESTED}),
    "eligible": frozenset({_S.ELIGIBLE}),
    "nominated": frozenset({_S.NOMINATED}),
    "approved": frozenset({_S.APPROVED, _S.APPROVED_CONDITIONALLY}),
    "offered": frozenset({_S.OFFERED}),
    "accepted": frozenset({_S.ACCEPTED}),
}
"""The steps of the funnel: a candidature counts where it ever came to one of these states."""

STAGE_NAMES = {
    "applied": _l("Applied or said yes"),
    "eligible": _l("Passed the check"),
    "nominated": _l("Nominated"),
    "approved": _l("Approved by the commission"),
    "offered": _l("Were offered a stay"),
    "accepted": _l("Accepted the stay"),
}

_DECIDED = frozenset({_S.APPROVED, _S.APPROVED_CONDITIONALLY, _S.WAITLISTED, _S.REJECTED})
_OPEN_POSTS = (PlacementState.PUBLISHED, PlacementState.FILLED, PlacementState.EXPIRED)


@dataclass(frozen=True)
class Scope:
    """Which calls are looked at, None meaning all of them, and by whom: who hides is not counted for them."""

    calls: Sequence[UUID] | None = None
    reader: Actor = SYSTEM

    def of(self, query: Any) -> Any:
        """A query on placements narrowed to these calls."""
        return query if self.calls is None else query.where(Placement.call_id.in_(self.calls))


@dataclass(frozen=True)
class Dashboard:
    """Everything that the page of figures shows; `by_call` are the steps of each call's candidatures."""

    funnel: BarChart
    by_call: Sequence[tuple[str, Sequence[int]]]
    countries: BarChart
    places: TileMap
    stays: TileMap
    fields: PairedBars
    times: StripChart
    longest: int


def of(scope: Scope, calls: Mapping[UUID, str]) -> Dashboard:
    """The figures of some calls, named as given; six statements."""
    steps = _steps_by_call(scope)
    totals = [sum(numbers[place] for numbers in steps.values()) for place in range(len(STAGES))]
    times = _times(scope)
    names = {code: reference.district_name(code) for code in reference.district_places()}
    return Dashboard(
        funnel=charts.bars(
            [(str(STAGE_NAMES[stage]), totals[place]) for place, stage in enumerate(STAGES)], shares=True
        ),
        by_call=[(calls.get(call_id, ""), numbers) for call_id, numbers in steps.items()],
        countries=charts.bars(_countries(scope)),
        places=charts.tiles(reference.district_places(), names, _seats_by_district(scope)),
        stays=charts.tiles(reference.district_places(), names, _stays_by_district(scope)),
        fields=charts.paired_bars(_("Places asked for"), _("People who offer"), _fields(scope)),
        times=charts.strips([(text, charts.spread(days)) for text, days in times]),
        longest=max((max(days, default=0) for _text, days in times), default=0),
    )


def _steps_by_call(scope: Scope) -> dict[UUID, tuple[int, ...]]:
    columns = [
        sa.func.count(sa.distinct(sa.case((PairingStep.state.in_(states), PairingStep.pairing_id))))
        for states in STAGES.values()
    ]
    rows = db.session.execute(
        scope.of(
            sa.select(Placement.call_id, *columns)
            .select_from(PairingStep)
            .join(PairingStep.pairing)
            .join(Pairing.placement)
            .where(Placement.call_id.is_not(None))
            .group_by(Placement.call_id)
        )
    )
    return {row[0]: tuple(row[1:]) for row in rows}


def _people(scope: Scope) -> sa.ColumnElement[bool]:
    """Everybody on the roster; of some calls, whoever has a candidature there and did not ask for erasure."""
    seen = visible_to(scope.reader)
    if scope.calls is None:
        return sa.and_(Candidate.state == CandidateState.ON_ROSTER, seen)
    in_play = scope.of(sa.select(Pairing.candidate_id).join(Pairing.placement))
    return sa.and_(Candidate.id.in_(in_play), Candidate.state.not_in(HIDDEN_STATES), seen)


def _countries(scope: Scope) -> list[tuple[str, int]]:
    number = sa.func.count().label("number")
    rows = db.session.execute(
        sa.select(Candidate.country, number)
        .where(_people(scope), Candidate.country != "")
        .group_by(Candidate.country)
        .order_by(number.desc(), Candidate.country)
    ).all()
    named = [(reference.country_name(row[0]), int(row[1])) for row in rows]
    rest = sum(value for _name, value in named[MOST_COUNTRIES:])
    return [*named[:MOST_COUNTRIES], *([(_("other countries"), rest)] if rest else [])]


def _seats_by_district(scope: Scope) -> dict[str, int]:
    rows = db.session.execute(
        scope.of(
            sa.select(Placement.district, sa.func.sum(Placement.seats))
            .where(Placement.state.in_(_OPEN_POSTS))
            .group_by(Placement.district)
        )
    )
    return {row[0]: int(row[1]) for row in rows}


def _stays_by_district(scope: Scope) -> dict[str, int]:
    rows = db.session.execute(
        scope.of(
            sa.select(Placement.district, sa.func.count())
            .select_from(Pairing)
            .join(Pairing.placement)
            .where(Pairing.state == PairingState.ACCEPTED)
            .group_by(Placement.district)
        )
    )
    return {row[0]: int(row[1]) for row in rows}


def _fields(scope: Scope) -> list[tuple[str, int, int]]:
    """By area of research: seats of posts, and people, each by its main field."""
    asked = _by_area(
        Placement.fields,
        sa.func.sum(Placement.seats),
        lambda query: scope.of(query.where(Placement.state.in_(_OPEN_POSTS))),
    )
    offered = _by_area(Candidate.fields, sa.func.count(), lambda query: query.where(_people(scope)))
    areas = reference.research_areas()
    return [(name, asked.get(code, 0), offered.get(code, 0)) for code, name in areas.items()]


def _by_area(fields: Any, number: Any, narrowed: Any) -> dict[str, int]:
    # the main field stands first in a JSON list; its area is the digit before the point
    area = sa.func.substr(fields[0].as_string(), 1, 1).label("area")
    rows = db.session.execute(narrowed(sa.select(area, number)).group_by(area))
    return {row[0]: int(row[1]) for row in rows if row[0]}


def _times(scope: Scope) -> list[tuple[str, list[int]]]:
    """Days from step to step of every candidature that was decided; SQLite knows no quartiles."""

    def first(states: frozenset[PairingState]) -> sa.ColumnElement[Any]:
        return sa.func.min(sa.case((PairingStep.state.in_(states), PairingStep.at)))

    stages = [STAGES["applied"], STAGES["eligible"], STAGES["nominated"], _DECIDED]
    rows = db.session.execute(
        scope.of(
            sa.select(*(first(states) for states in stages))
            .select_from(PairingStep)
            .join(PairingStep.pairing)
            .join(Pairing.placement)
            .group_by(PairingStep.pairing_id)
        )
    ).all()
    pairs = [
        (_("From the application to the finding"), 0, 1),
        (_("From the finding to the nomination"), 1, 2),
        (_("From the nomination to the decision"), 2, 3),
        (_("From the application to the decision"), 0, 3),
    ]
    return [
        (text, [(row[last] - row[first]).days for row in rows if row[first] and row[last]])
        for text, first, last in pairs
    ]
