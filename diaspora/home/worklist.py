"""The work list of staff: what waits for this person, record by record, and which of it is late."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext as _

from diaspora.accounts import queries as accounts
from diaspora.assignments.models import Assignment
from diaspora.assignments.rules import runs
from diaspora.concerns import queries as concerns
from diaspora.concerns.rules import ConcernState
from diaspora.extensions import db
from diaspora.home import rules
from diaspora.home.rules import Urgency, Work
from diaspora.institutions.models import Institution
from diaspora.institutions.rules import RENEWAL_NOTICE, InstitutionState
from diaspora.pairings.models import Pairing
from diaspora.pairings.queries import conflicts_of
from diaspora.pairings.rules import GROUPS, BoardGroup, PairingState
from diaspora.placements.models import Placement
from diaspora.placements.rules import PlacementState
from diaspora.platform.access import Actor, Permission
from diaspora.platform.clock import local_day
from diaspora.platform.labels import label
from diaspora.platform.languages import language_of, localised
from diaspora.profiles.models import Candidate
from diaspora.profiles.policy import visible_to
from diaspora.profiles.rules import HIDDEN_STATES, CandidateState
from diaspora.programmes import queries as programmes
from diaspora.programmes.models import Call
from diaspora.programmes.rules import CallState
from diaspora.rights.models import RightsRequest
from diaspora.rights.rules import OPEN_STATES

SHOWN = 8
"""Lines of one kind in one part of the list; the rest stands in the filtered list."""


@dataclass(frozen=True)
class Line:
    """One record that waits: what kind of work, who or what it is about, since when, by when.

    `named` is the candidate whose name the line shows.
    """

    kind: Work | PairingState
    who: str
    url: str
    since: date
    due: date | None
    more: str = ""
    language: str = ""
    more_language: str = ""
    named: UUID | None = None


@dataclass(frozen=True)
class Group:
    """Lines of one kind, the first of them shown; `url` leads to the list of all."""

    kind: Work | PairingState
    count: int
    url: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class Part:
    """What is late, what is due soon, or what waits."""

    urgency: Urgency
    count: int
    groups: Sequence[Group]


def parts(actor: Actor, now: datetime) -> list[Part]:
    """The work list of somebody, the most pressing part first; one statement for each kind of record."""
    today = local_day(now)
    found = sorted(_lines(actor, today), key=lambda line: (line.due or date.max, line.since))
    made = []
    for urgency in Urgency:
        lines = [line for line in found if rules.urgency(line.due, today) is urgency]
        if lines:
            made.append(Part(urgency, len(lines), _groups(lines)))
    return made


def named_in(parts: Sequence[Part]) -> list[UUID]:
    """The candidates whose names these parts show."""
    lines = [line for part in parts for group in part.groups for line in group.lines]
    return [line.named for line in lines if line.named]


def _groups(lines: Sequence[Line]) -> list[Group]:
    kinds = dict.fromkeys(line.kind for line in lines)
    by_kind = {kind: [line for line in lines if line.kind is kind] for kind in kinds}
    return [Group(kind, len(own), _list_of(kind), own[:SHOWN]) for kind, own in by_kind.items()]


def _list_of(kind: Work | PairingState) -> str:
    if isinstance(kind, PairingState):
        return url_for("pairings.staff_index", group="", state=kind.value)
    return {
        Work.ADMIT: lambda: url_for("profiles.staff_index"),
        Work.VERIFY: lambda: url_for("institutions.staff_index", state=InstitutionState.REGISTERED.value),
        Work.RENEW: lambda: url_for("institutions.staff_index", state="verified", sort="until"),
        Work.PUBLISH: lambda: url_for("placements.staff_index", state=PlacementState.SUBMITTED.value),
        Work.BEGIN_REVIEW: lambda: url_for("programmes.index"),
        Work.RESTORE: lambda: url_for("accounts.losses"),
        Work.LOOK_INTO: lambda: url_for("concerns.staff_index", state=ConcernState.NEW.value),
        Work.DECIDE_REPORT: lambda: url_for("concerns.staff_index", state=ConcernState.LOOKED_AT.value),
        Work.SUSPENDED_HOST: lambda: url_for(
            "institutions.staff_index", state=InstitutionState.SUSPENDED.value
        ),
        Work.ANSWER: lambda: url_for("rights.staff_index"),
    }[kind]()


def _lines(actor: Actor, today: date) -> Iterator[Line]:
    if actor.may(Permission.ADMIT_CANDIDATES):
        yield from _candidates(actor)
    if actor.may(Permission.VERIFY_INSTITUTIONS):
        yield from _institutions(today)
        yield from _concerns(actor)
    if actor.may(Permission.MODERATE_PLACEMENTS):
        yield from _placements()
    if actor.may(Permission.RUN_CALLS):
        yield from _stays_at_suspended_hosts(actor, today)
        yield from _calls(today)
        yield from _pairings(actor, GROUPS[BoardGroup.PROGRAMME])
    if actor.may(Permission.RESTORE_ACCESS):
        yield from _losses(actor)
    if actor.may(Permission.ANSWER_REQUESTS):
        yield from _requests(actor)
    # the seat in a commission stays when the role of a reviewer ends
    decides = actor.account_id is not None and actor.may(Permission.DECIDE_PAIRINGS)
    chaired = programmes.calls_chaired_by(actor.account_id) if decides and actor.account_id else []
    if chaired:
        yield from _pairings(actor, GROUPS[BoardGroup.COMMISSION], chaired)


def _theirs(actor: Actor) -> sa.ColumnElement[bool]:
    """Nobody decides about their own profile or candidature, nor finds who hides from them."""
    not_own = sa.or_(Candidate.account_id.is_(None), Candidate.account_id != actor.account_id)
    return sa.and_(not_own, visible_to(actor))


def _candidates(actor: Actor) -> Iterator[Line]:
    rows = db.session.execute(
        sa.select(Candidate.id, Candidate.country, Candidate.edited_at, Candidate.created_at).where(
            Candidate.state == CandidateState.SUBMITTED, _theirs(actor)
        )
    )
    for row in rows:
        since = local_day(row.edited_at or row.created_at)
        yield Line(
            Work.ADMIT,
            _("Profile %(number)s", number=str(row.id)[:8]),
            url_for("profiles.staff_show", candidate_id=row.id),
            since,
            rules.due(since, rules.SERVICE_DAYS[Work.ADMIT]),
        )


def _institutions(today: date) -> Iterator[Line]:
    ending = sa.and_(
        Institution.state == InstitutionState.VERIFIED,
        Institution.verified_until <= today + RENEWAL_NOTICE,
    )
    rows = db.session.execute(
        sa.select(
            Institution.id, Institution.name, Institution.state,
            Institution.created_at, Institution.verified_until,
        ).where(sa.or_(Institution.state == InstitutionState.REGISTERED, ending))
    )  # fmt: skip
    for row in rows:
        since = local_day(row.created_at)
        new = row.state is InstitutionState.REGISTERED
        yield Line(
            Work.VERIFY if new else Work.RENEW,
            localised(row.name),
            url_for("institutions.staff_show", institution_id=row.id),
            since if new else row.verified_until - RENEWAL_NOTICE,
            rules.due(since, rules.SERVICE_DAYS[Work.VERIFY]) if new else row.verified_until,
            language=language_of(row.name),
        )


def _concerns(actor: Actor) -> Iterator[Line]:
    for kind, state in ((Work.LOOK_INTO, ConcernState.NEW), (Work.DECIDE_REPORT, ConcernState.LOOKED_AT)):
        for concern in concerns.in_state(state, actor):
            since = local_day(concern.changed_at)
            yield Line(
                kind,
                concern.placement.title,
                url_for("concerns.staff_show", concern_id=concern.id),
                since,
                rules.due(since, rules.SERVICE_DAYS[kind]),
                more=label(concern.kind),
                language=concern.placement.language,
            )


def _placements() -> Iterator[Line]:
    rows = db.session.execute(
        sa.select(
            Placement.id, Placement.title, Placement.language, Institution.name,
            sa.func.coalesce(Placement.edited_at, Placement.created_at).label("since"),
        )
        .join(Placement.institution)
        .where(Placement.state == PlacementState.SUBMITTED)
    )  # fmt: skip
    for row in rows:
        since = local_day(row.since)
        yield Line(
            Work.PUBLISH,
            row.title,
            url_for("placements.staff_show", placement_id=row.id),
            since,
            rules.due(since, rules.SERVICE_DAYS[Work.PUBLISH]),
            more=localised(row.name),
            language=row.language,
            more_language=language_of(row.name),
        )


def _stays_at_suspended_hosts(actor: Actor, today: date) -> Iterator[Line]:
    """Nobody else ends them: whoever is there, or about to travel, has to be helped."""
    rows = db.session.execute(
        sa.select(
            Assignment.id, Assignment.state, Assignment.ends_on, Institution.name,
            sa.func.coalesce(Institution.changed_at, Institution.created_at).label("changed_at"),
            Candidate.given_name, Candidate.family_name, Candidate.state.label("standing"),
        )
        .join(Assignment.pairing)
        .join(Pairing.candidate)
        .join(Pairing.placement)
        .join(Placement.institution)
        .where(Institution.state == InstitutionState.SUSPENDED, _theirs(actor))
    )  # fmt: skip
    for row in rows:
        if not runs(row.state, row.ends_on, today):
            continue
        since = local_day(row.changed_at)
        hidden = row.standing in HIDDEN_STATES
        yield Line(
            Work.SUSPENDED_HOST,
            _("Candidate") if hidden else f"{row.given_name} {row.family_name}".strip(),
            url_for("assignments.show", assignment_id=row.id),
            since,
            rules.due(since, rules.SERVICE_DAYS[Work.SUSPENDED_HOST]),
            more=localised(row.name),
            more_language=language_of(row.name),
        )


def _calls(today: date) -> Iterator[Line]:
    """Open calls at their deadline: whoever applied waits for the review to begin."""
    rows = db.session.execute(
        sa.select(Call.id, Call.name, Call.opens_on, Call.deadline).where(
            Call.state == CallState.OPEN, Call.deadline <= today + rules.SOON
        )
    )
    for row in rows:
        yield Line(
            Work.BEGIN_REVIEW,
            localised(row.name),
            url_for("programmes.show", call_id=row.id),
            row.opens_on,
            row.deadline,
            language=language_of(row.name),
        )


def _losses(actor: Actor) -> Iterator[Line]:
    """People who cannot sign in: they lost every second factor."""
    for loss in accounts.losses_waiting_for(actor.account_id):
        since = local_day(loss.requested_at)
        yield Line(
            Work.RESTORE,
            loss.account.email,
            url_for("accounts.loss", loss_id=loss.id),
            since,
            rules.due(since, rules.SERVICE_DAYS[Work.RESTORE]),
        )


def _requests(actor: Actor) -> Iterator[Line]:
    rows = db.session.scalars(
        sa.select(RightsRequest).where(
            RightsRequest.state.in_(OPEN_STATES), RightsRequest.account_id != actor.account_id
        )
    )
    for row in rows:
        yield Line(
            Work.ANSWER,
            label(row.kind),
            url_for("rights.staff_show", request_id=row.id),
            local_day(row.created_at),
            row.due_on,
        )


def _pairings(
    actor: Actor, states: frozenset[PairingState], calls: Sequence[UUID] | None = None
) -> Iterator[Line]:
    query: Any = (
        sa.select(
            Pairing.id, Pairing.candidate_id, Pairing.state, Pairing.changed_at,
            Candidate.given_name, Candidate.family_name,
            Candidate.state.label("standing"), Placement.title, Placement.language, Call.kind,
        )
        .join(Pairing.candidate)
        .join(Pairing.placement)
        .outerjoin(Placement.call)
        .where(Pairing.state.in_(states), _theirs(actor), ~conflicts_of(actor))
    )  # fmt: skip
    rows = db.session.execute(query if calls is None else query.where(Placement.call_id.in_(calls)))
    for row in rows:
        since = local_day(row.changed_at)
        hidden = row.standing in HIDDEN_STATES
        yield Line(
            row.state,
            _("Candidate") if hidden else f"{row.given_name} {row.family_name}".strip(),
            url_for("pairings.show", pairing_id=row.id),
            since,
            rules.pairing_due(row.state, since, row.kind),
            more=row.title,
            more_language=row.language,
            named=None if hidden else row.candidate_id,
        )
