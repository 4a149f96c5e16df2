"""The part of somebody's home that is about the institutions where they work."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from uuid import UUID

from diaspora.home import queries
from diaspora.home.queries import InPlay
from diaspora.institutions.models import Membership
from diaspora.institutions.rules import InstitutionState, RenewalStage, renewal_stage
from diaspora.matching import queries as matching
from diaspora.matching.rules import ScoreWord
from diaspora.pairings.rules import MOST_SUGGESTIONS, OPEN_STATES, PairingState
from diaspora.placements import queries as placements
from diaspora.placements.models import Placement
from diaspora.placements.rules import PlacementState
from diaspora.platform.access import Actor, Role

APPLIED_STATES = OPEN_STATES - {PairingState.SHORTLISTED, PairingState.INVITED}
"""The candidate has applied, or said yes to an invitation, and it is not over."""

OVER_STATES = frozenset({PlacementState.CLOSED, PlacementState.REJECTED, PlacementState.WITHDRAWN})


class Duty(enum.StrEnum):
    """What can wait on an institution, the most pressing first."""

    NOMINATE = "nominate"
    MEND = "mend"
    DECIDE = "decide"
    SEND = "send"
    RENEW = "renew"
    INVITE = "invite"
    FINISH = "finish"


@dataclass(frozen=True)
class Task:
    """One thing that waits on the institution, since or by when; `count` of people, or of gaps in a draft."""

    duty: Duty
    placement: Placement
    count: int = 0
    since: datetime | None = None
    by: date | None = None


@dataclass(frozen=True)
class Post:
    """A placement on its institution's home: how many are suggested and fit well or applied, what waits."""

    placement: Placement
    suggested: int
    good: int
    applied: int
    tasks: Sequence[Task]


@dataclass(frozen=True)
class Hosting:
    """One institution on the home page of somebody who works there."""

    membership: Membership
    posts: Sequence[Post]
    over: int
    tasks: Sequence[Task]
    leading: bool
    renewal: RenewalStage | None


def hosting_of(memberships: Sequence[Membership], actor: Actor, today: date) -> list[Hosting]:
    """Each institution with its posts that are not over, and what waits on it, the most pressing first."""
    own = placements.of_institutions([m.institution_id for m in memberships])
    # a suspended institution's shortlists have vanished, and nobody else's are there to be counted
    alive = [p.id for p in own if p.institution.state == InstitutionState.VERIFIED]
    in_play = queries.in_play(alive, actor)
    suggested = matching.lists_of_placements(alive, MOST_SUGGESTIONS, actor)
    return [_hosting(m, own, in_play, suggested, today) for m in memberships]


def _hosting(
    membership: Membership,
    own: Sequence[Placement],
    in_play: Mapping[UUID, Sequence[InPlay]],
    suggested: Mapping[UUID, Mapping[UUID, ScoreWord]],
    today: date,
) -> Hosting:
    mine = [p for p in own if p.institution_id == membership.institution_id]
    posts = [
        _post(p, in_play.get(p.id, ()), suggested.get(p.id, {}), today)
        for p in mine
        if p.state not in OVER_STATES
    ]
    order = list(Duty)
    tasks = sorted(chain.from_iterable(p.tasks for p in posts), key=lambda task: order.index(task.duty))
    host = membership.institution
    suspended = host.state == InstitutionState.SUSPENDED
    return Hosting(
        membership=membership,
        posts=posts,
        over=len(mine) - len(posts),
        tasks=[] if suspended else tasks,
        leading=membership.role == Role.HOST_LEAD,
        renewal=renewal_stage(host.state, host.verified_until, today),
    )


def _post(
    placement: Placement, in_play: Sequence[InPlay], suggested: Mapping[UUID, ScoreWord], today: date
) -> Post:
    # whoever was ever in play here is not suggested again
    fresh = [suggested[one] for one in suggested.keys() - {one.candidate_id for one in in_play}]
    good = sum(word is not ScoreWord.SOME for word in fresh)
    return Post(
        placement=placement,
        suggested=len(fresh),
        good=good,
        applied=sum(one.state in APPLIED_STATES for one in in_play),
        tasks=[*_about_people(placement, in_play, good), *_about_the_post(placement, today)],
    )


def _about_people(placement: Placement, in_play: Sequence[InPlay], good: int) -> list[Task]:
    tasks = []
    eligible = [one.since for one in in_play if one.state is PairingState.ELIGIBLE]
    if eligible:
        tasks.append(Task(Duty.NOMINATE, placement, len(eligible), since=min(eligible)))
    if placement.state is PlacementState.PUBLISHED:
        kept = [one.since for one in in_play if one.state is PairingState.SHORTLISTED]
        if kept:
            tasks.append(Task(Duty.DECIDE, placement, len(kept), since=min(kept), by=placement.closes_on))
        elif good and not any(one.state in OPEN_STATES for one in in_play):
            tasks.append(Task(Duty.INVITE, placement, good, by=placement.closes_on))
    return tasks


def _about_the_post(placement: Placement, today: date) -> list[Task]:
    match placement.state:
        case PlacementState.CHANGES_REQUESTED:
            return [Task(Duty.MEND, placement, by=_last_day(placement))]
        case PlacementState.DRAFT:
            facts = placements.facts_of(placement, today)
            whole = not facts.missing and facts.consistent and facts.call_open and facts.closing_day_ahead
            if not whole:
                return [Task(Duty.FINISH, placement, len(facts.missing), by=_last_day(placement))]
            return [Task(Duty.SEND, placement, by=_last_day(placement))] if facts.institution_verified else []
        case PlacementState.EXPIRED if placement.starts_on and placement.starts_on > today:
            return [Task(Duty.RENEW, placement, by=placement.starts_on)]
    return []


def _last_day(placement: Placement) -> date | None:
    return placement.closes_on or (placement.call.deadline if placement.call else None)
