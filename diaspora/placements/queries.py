from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel.speaklater import LazyString
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from diaspora.extensions import db
from diaspora.institutions.models import Institution
from diaspora.institutions.rules import InstitutionState, RenewalStage, renewal_stage
from diaspora.placements import rules, search
from diaspora.placements.models import Placement, TermsVersion, WantedLanguage
from diaspora.placements.rules import CallBounds, PlacementAct, PlacementFacts, PlacementState, Terms, Wanted
from diaspora.placements.search import Facet, Post
from diaspora.placements.search import Filters as Filters
from diaspora.platform.access import Role
from diaspora.platform.folding import beginnings
from diaspora.platform.paging import PER_PAGE, Page, paged
from diaspora.platform.staff_lists import Asked
from diaspora.programmes.models import Call
from diaspora.programmes.rules import CallState

_WHOLE = (joinedload(Placement.institution), joinedload(Placement.call), selectinload(Placement.languages))


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


def open_posts(words: str, today: date) -> list[Post]:
    """What filters and orders look at, of every post that takes applications today."""
    # light rows, counted in Python: every count of every option would be a statement of its own
    rows = db.session.execute(
        _open(today).with_only_columns(
            Placement.id,
            Placement.title,
            Placement.fields,
            Placement.district,
            Placement.mode,
            Placement.length_days,
            Placement.call_id,
            Placement.institution_id,
            Placement.closes_on,
            Placement.published_at,
            Placement.created_at,
        )
    ).all()
    spoken = _languages_of_open(today)
    found = _with_words(words, today) if words else None
    return [
        Post(
            id=row.id,
            title=row.title,
            values={
                Facet.FIELD: search.fields_with_areas(row.fields),
                Facet.DISTRICT: frozenset([row.district]),
                Facet.LANGUAGE: frozenset(spoken[row.id]),
                Facet.MODE: frozenset([row.mode] if row.mode else []),
                Facet.LENGTH: frozenset([search.length_of(row.length_days)] if row.length_days else []),
                Facet.CALL: frozenset([str(row.call_id)] if row.call_id else []),
                Facet.INSTITUTION: frozenset([str(row.institution_id)]),
            },
            published_at=row.published_at or row.created_at,
            length_days=row.length_days or 0,
            closes_on=row.closes_on or date.max,
            found=found is None or row.id in found,
        )
        for row in rows
    ]


def _languages_of_open(today: date) -> dict[UUID, set[str]]:
    ids = _open(today).with_only_columns(Placement.id)
    spoken: dict[UUID, set[str]] = defaultdict(set)
    for placement_id, code in db.session.execute(
        select(WantedLanguage.placement_id, WantedLanguage.code).where(WantedLanguage.placement_id.in_(ids))
    ):
        spoken[placement_id].add(code)
    return spoken


def _with_words(words: str, today: date) -> set[UUID]:
    query = _open(today).with_only_columns(Placement.id)
    sought = beginnings(words)
    for word in sought:
        query = query.where(Placement.search_text.contains(f" {word}"))
    return set(db.session.scalars(query)) if sought else set()


def in_this_order(ids: Sequence[UUID]) -> list[Placement]:
    """These placements with all that a list shows of them."""
    found = db.session.scalars(select(Placement).where(Placement.id.in_(ids)).options(*_WHOLE))
    by_id = {placement.id: placement for placement in found}
    return [by_id[placement_id] for placement_id in ids if placement_id in by_id]


def published(filters: Filters, today: date, page: int = 1) -> Page[Placement]:
    """Posts that take applications today, narrowed and ordered as the filters say."""
    return shown(open_posts(filters.words, today), filters, page)


def shown(posts: Sequence[Post], filters: Filters, page: int = 1) -> Page[Placement]:
    """One page of these posts; a number outside the list gives the nearest page."""
    found = search.in_order(search.narrowed(posts, filters), filters)
    number = min(max(1, page), max(1, -(-len(found) // PER_PAGE)))
    rows = found[(number - 1) * PER_PAGE : number * PER_PAGE]
    return Page(in_this_order([post.id for post in rows]), number, len(found))


def similar(placement: Placement, today: date, most: int = 3) -> Sequence[Placement]:
    """Open posts in one of the same fields, else of the same area; what closes first in front."""
    others = [post for post in open_posts("", today) if post.id != placement.id]
    for codes in (placement.fields, [code.split(".")[0] for code in placement.fields]):
        filters = Filters(chosen={Facet.FIELD: codes})
        near = search.in_order(search.narrowed(others, filters), filters) if codes else []
        if near:
            return in_this_order([post.id for post in near[:most]])
    return []


def hosts_with_posts(today: date) -> Sequence[Institution]:
    """Institutions that some open post belongs to."""
    ids = _open(today).with_only_columns(Placement.institution_id)
    return db.session.scalars(select(Institution).where(Institution.id.in_(ids))).all()


def public_changes() -> list[tuple[UUID, datetime | None]]:
    """Every placement that anybody may read, and when it was last published or edited."""
    columns = (Placement.id, Placement.published_at, Placement.edited_at)
    rows = db.session.execute(_public().with_only_columns(*columns).order_by(Placement.id))
    return [(key, max((moment for moment in moments if moment), default=None)) for key, *moments in rows]


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


STAFF_ORDERS: dict[str, Any] = {
    "begun": Placement.created_at,
    "closes": Placement.closes_on,
    "seats": Placement.seats,
}
"""What the list of officers can be sorted by."""


def for_staff(asked: Asked) -> Page[Placement]:
    """One page of the placements that the address asks for."""
    query = select(Placement).options(*_WHOLE).order_by(asked.order(STAFF_ORDERS), Placement.id)
    columns = {"state": Placement.state, "call": Placement.call_id, "district": Placement.district}
    for name, column in columns.items():
        value = asked.chosen[name]
        if value:
            query = query.where(column == (UUID(value) if name == "call" else value))
    for word in beginnings(asked.words):
        query = query.where(Placement.search_text.contains(f" {word}"))
    return paged(query, asked.page)


def staff_chosen(ids: Collection[UUID]) -> Sequence[Placement]:
    """These placements, in the order of the list."""
    return db.session.scalars(
        select(Placement)
        .where(Placement.id.in_(ids))
        .options(*_WHOLE)
        .order_by(Placement.created_at, Placement.id)
    ).all()


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
    call, host = placement.call, placement.institution
    stage = renewal_stage(host.state, host.verified_until, today)
    return PlacementFacts(
        institution_verified=host.state == InstitutionState.VERIFIED,
        verification_current=stage is not RenewalStage.PASSED,
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
