from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel.speaklater import LazyString
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from diaspora.extensions import db
from diaspora.institutions.models import Institution
from diaspora.institutions.rules import InstitutionState
from diaspora.placements import rules
from diaspora.placements.models import Placement, TermsVersion
from diaspora.placements.rules import CallBounds, PlacementAct, PlacementFacts, PlacementState, Terms, Wanted
from diaspora.platform.access import Role
from diaspora.platform.paging import Page, paged
from diaspora.programmes.models import Call
from diaspora.programmes.rules import CallState, Mode

_WHOLE = (joinedload(Placement.institution), joinedload(Placement.call), selectinload(Placement.languages))


@dataclass(frozen=True)
class Filters:
    """What a visitor narrows the list of open posts down to; empty means all."""

    words: str = ""
    area: str = ""
    district: str = ""
    mode: Mode | None = None
    call_id: UUID | None = None


def placement(placement_id: UUID) -> Placement | None:
    """A placement with its institution, call and languages."""
    return db.session.scalar(select(Placement).where(Placement.id == placement_id).options(*_WHOLE))


def _public() -> sa.Select[Placement]:
    return (
        select(Placement)
        .join(Placement.institution)
        .where(
            Placement.state.in_(rules.PUBLIC_STATES),
            Institution.state == InstitutionState.VERIFIED,
        )
    )


def _open(today: date) -> sa.Select[Placement]:
    # the job that lets placements expire may be some hours late
    return _public().where(sa.or_(Placement.closes_on.is_(None), Placement.closes_on >= today))


def published(filters: Filters, today: date, page: int = 1) -> Page[Placement]:
    """Posts that take applications today, the one that closes first in front."""
    query = _open(today)
    for word in rules.folded(filters.words).split():
        query = query.where(Placement.search_text.contains(word, autoescape=True))
    if filters.area:
        # the codes stand in a JSON list: "1.6" belongs to area 1
        codes = sa.cast(Placement.fields, sa.Text)
        query = query.where(codes.contains(f'"{filters.area}.', autoescape=True))
    if filters.district:
        query = query.where(Placement.district == filters.district)
    if filters.mode:
        query = query.where(Placement.mode == filters.mode)
    if filters.call_id:
        query = query.where(Placement.call_id == filters.call_id)
    return paged(query.options(*_WHOLE).order_by(Placement.closes_on, Placement.title, Placement.id), page)


def calls_with_posts(today: date) -> Sequence[Call]:
    """Calls that some open post belongs to."""
    ids = _open(today).with_only_columns(Placement.call_id)
    return db.session.scalars(select(Call).where(Call.id.in_(ids)).order_by(Call.deadline, Call.code)).all()


def for_matching() -> Sequence[Placement]:
    """Every public placement, with its languages and institution."""
    return db.session.scalars(_public().options(*_WHOLE).order_by(Placement.id)).all()


def _of(ids: Collection[UUID]) -> sa.Select[Placement]:
    return (
        select(Placement)
        .where(Placement.institution_id.in_(ids))
        .options(*_WHOLE)
        .order_by(Placement.created_at.desc(), Placement.id)
    )


def of_institutions(ids: Collection[UUID]) -> Sequence[Placement]:
    """Every placement of these institutions, the newest first."""
    return db.session.scalars(_of(ids)).all()


def page_of_institution(institution_id: UUID, page: int = 1) -> Page[Placement]:
    """The placements of one institution, the newest first."""
    return paged(_of([institution_id]), page)


def for_staff(state: PlacementState | None, page: int = 1) -> Page[Placement]:
    """All placements, or those in one state, what waits longest first."""
    query = select(Placement).options(*_WHOLE).order_by(Placement.created_at, Placement.id)
    return paged(query if state is None else query.where(Placement.state == state), page)


def counts_by_state() -> dict[PlacementState, int]:
    """How many placements stand in each state."""
    rows = db.session.execute(select(Placement.state, sa.func.count()).group_by(Placement.state))
    return dict(rows.all())


def past_closing_day(today: date) -> Sequence[Placement]:
    """Published placements whose last day for applications has gone by."""
    return db.session.scalars(
        select(Placement)
        .where(Placement.state == PlacementState.PUBLISHED, Placement.closes_on < today)
        .options(*_WHOLE)
    ).all()


def imported(source: str, external_ids: Collection[str]) -> dict[str, Placement]:
    """Placements that came from this source, by the id they have there."""
    rows = db.session.scalars(
        select(Placement)
        .where(Placement.source == source, Placement.external_id.in_(external_ids))
        .options(*_WHOLE)
    )
    return {str(row.external_id): row for row in rows}


def terms_version(placement_id: UUID, number: int) -> TermsVersion | None:
    """The terms of reference as they were in that version."""
    return db.session.scalar(
        select(TermsVersion).where(TermsVersion.placement_id == placement_id, TermsVersion.number == number)
    )


def versions_of(placement_id: UUID) -> Sequence[TermsVersion]:
    """Every version that was published, the newest first."""
    return db.session.scalars(
        select(TermsVersion)
        .where(TermsVersion.placement_id == placement_id)
        .order_by(TermsVersion.number.desc())
    ).all()


def newest_terms(placement_id: UUID) -> TermsVersion | None:
    """The version that was published last."""
    return db.session.scalar(
        select(TermsVersion)
        .where(TermsVersion.placement_id == placement_id)
        .order_by(TermsVersion.number.desc())
        .limit(1)
    )


def terms_of(placement: Placement) -> Terms:
    """What the institution has written so far."""
    values: dict[str, Any] = {name: getattr(placement, name) for name in Terms.__dataclass_fields__}
    values["fields"] = tuple(placement.fields)
    values["languages"] = tuple(Wanted(x.code, x.level, x.required) for x in placement.languages)
    return Terms(**values)


def bounds_of(call: Call | None) -> CallBounds | None:
    """What this call allows its placements."""
    return CallBounds(call.least_days, call.most_days, call.deadline, call.modes) if call else None


def missing_terms(placement: Placement) -> tuple[str, ...]:
    """Names of the parts that still have to be written."""
    return rules.missing(terms_of(placement))


def facts_of(placement: Placement, today: date, closes_on: date | None = None) -> PlacementFacts:
    """What the guards look at; with `closes_on`, as if that were the closing day."""
    terms = terms_of(placement)
    if closes_on:
        terms = replace(terms, closes_on=closes_on)
    call = placement.call
    return PlacementFacts(
        institution_verified=placement.institution.state == InstitutionState.VERIFIED,
        call_open=call is not None and call.state == CallState.OPEN and call.deadline >= today,
        missing=rules.missing(terms),
        consistent=not rules.contradictions(terms, bounds_of(call)),
        closing_day_ahead=terms.closes_on is None or terms.closes_on >= today,
    )


@dataclass(frozen=True)
class Offer:
    """An act that somebody can be shown; `refusal` says why it is not possible yet."""

    act: PlacementAct
    reason: bool
    refusal: LazyString | None


def offers(placement: Placement, roles: Collection[Role], today: date) -> list[Offer]:
    """What people with these roles may do about a placement, in the order of the life-cycle's table."""
    facts = facts_of(placement, today)
    found = []
    for row in rules.LIFECYCLE.offered(placement.state, roles):
        # a new closing day comes with the act, so the old one is no hindrance
        guards = [] if row.act is PlacementAct.RENEW else row.guards
        refusals = [said for said in (guard(facts) for guard in guards) if said is not None]
        found.append(Offer(row.act, row.reason, refusals[0] if refusals else None))
    return found
