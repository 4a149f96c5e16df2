from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager

from diaspora.extensions import db
from diaspora.institutions.models import Institution
from diaspora.institutions.rules import InstitutionState
from diaspora.matching.models import MatcherRun, Suggestion
from diaspora.matching.rules import ScoreWord, score_word
from diaspora.placements.models import Placement
from diaspora.placements.rules import PUBLIC_STATES
from diaspora.platform.access import SYSTEM, Actor
from diaspora.platform.folding import beginnings
from diaspora.platform.paging import Page, paged
from diaspora.platform.staff_lists import Asked
from diaspora.profiles import queries as profiles
from diaspora.profiles.models import Candidate, HiddenFrom
from diaspora.profiles.policy import visible_to
from diaspora.profiles.rules import CandidateState
from diaspora.programmes.models import Call


def _living() -> Select[Suggestion]:
    """Suggestions whose two sides are still there: what vanishes, vanishes before the next run.

    Whoever hides from an institution is not suggested to it, nor it to them.
    Candidate, placement, institution and call are loaded with them, for cards and links.
    """
    return (
        select(Suggestion)
        .join(Suggestion.candidate)
        .join(Suggestion.placement)
        .join(Placement.institution)
        .where(
            Candidate.state == CandidateState.ON_ROSTER,
            Placement.state.in_(PUBLIC_STATES),
            Institution.state == InstitutionState.VERIFIED,
            ~select(HiddenFrom.id)
            .where(
                HiddenFrom.candidate_id == Suggestion.candidate_id,
                HiddenFrom.institution_id == Placement.institution_id,
            )
            .exists(),
        )
        .options(
            contains_eager(Suggestion.candidate).selectinload(Candidate.publications),
            contains_eager(Suggestion.placement).contains_eager(Placement.institution),
            contains_eager(Suggestion.placement).joinedload(Placement.call),
        )
    )


def for_candidate(candidate_id: UUID, most: int = 10) -> list[Suggestion]:
    """The best placements for a candidate, best first."""
    query = _living().where(
        Suggestion.candidate_id == candidate_id, Suggestion.rank_for_candidate.is_not(None)
    )
    return list(db.session.scalars(query.order_by(Suggestion.rank_for_candidate).limit(most)))


def for_placement(placement_id: UUID, most: int = 10, actor: Actor = SYSTEM) -> list[Suggestion]:
    """The best candidates for a placement whom this reader may find, best first."""
    query = _living().where(
        Suggestion.placement_id == placement_id,
        Suggestion.rank_for_placement.is_not(None),
        visible_to(actor),
    )
    return list(db.session.scalars(query.order_by(Suggestion.rank_for_placement).limit(most)))


def lists_of_placements(
    placement_ids: Collection[UUID], most: int, actor: Actor = SYSTEM
) -> dict[UUID, dict[UUID, ScoreWord]]:
    """For each of these placements the first `most` candidates of its list, with how well they fit.

    Counted among those whom this reader may find: a list shows no gap where somebody hides.
    """
    rows = db.session.execute(
        _living()
        .with_only_columns(Suggestion.placement_id, Suggestion.candidate_id, Suggestion.score)
        .where(
            Suggestion.placement_id.in_(placement_ids),
            Suggestion.rank_for_placement.is_not(None),
            visible_to(actor),
        )
        .order_by(Suggestion.rank_for_placement)
    )
    found: dict[UUID, dict[UUID, ScoreWord]] = defaultdict(dict)
    for placement_id, candidate_id, score in rows:
        if len(found[placement_id]) < most:
            found[placement_id][candidate_id] = score_word(score)
    return found


STAFF_ORDERS: dict[str, Any] = {"score": Suggestion.score, "closes": Placement.closes_on}
"""What the board can be sorted by."""


def best_pairs(asked: Asked, actor: Actor = SYSTEM) -> Page[Suggestion]:
    """One page of the pairs that the address asks for: of one call, of one area, with words of the post."""
    query = _living().where(visible_to(actor)).order_by(asked.order(STAFF_ORDERS), Suggestion.id)
    if asked.chosen["call"]:
        query = query.where(Placement.call_id == UUID(asked.chosen["call"]))
    if asked.chosen["area"]:
        # the codes stand in a JSON list: "1.6" belongs to area 1
        codes = sa.cast(Placement.fields, sa.Text)
        query = query.where(codes.contains(f'"{asked.chosen["area"]}.', autoescape=True))
    for word in beginnings(asked.words):
        query = query.where(Placement.search_text.contains(f" {word}"))
    return paged(query, asked.page)


def calls_with_pairs() -> Sequence[Call]:
    """Calls that some suggested placement belongs to."""
    ids = _living().with_only_columns(Placement.call_id)
    return db.session.scalars(select(Call).where(Call.id.in_(ids)).order_by(Call.deadline, Call.code)).all()


def suggestion(candidate_id: UUID, placement_id: UUID) -> Suggestion | None:
    """The suggestion of this pair, if both sides are still there and it is among the best of either."""
    return db.session.scalar(
        _living().where(Suggestion.candidate_id == candidate_id, Suggestion.placement_id == placement_id)
    )


def suggestion_by_id(suggestion_id: UUID, actor: Actor = SYSTEM) -> Suggestion | None:
    """A suggestion, if both sides are still there and this reader may find the candidate."""
    return db.session.scalar(_living().where(Suggestion.id == suggestion_id, visible_to(actor)))


def apart() -> frozenset[tuple[UUID, UUID]]:
    """Pairs of a candidate and a placement that nobody may suggest: the one hides from the other's house."""
    rows = db.session.execute(
        select(HiddenFrom.candidate_id, Placement.id)
        .join(Placement, Placement.institution_id == HiddenFrom.institution_id)
        .where(Placement.state.in_(PUBLIC_STATES))
    )
    return frozenset((candidate_id, placement_id) for candidate_id, placement_id in rows)


def words_named(candidate_ids: Collection[UUID]) -> Iterator[tuple[tuple[UUID, UUID], list[str]]]:
    """The suggested pairs of these candidates, each with the words of the profile that its reasons name."""
    rows = db.session.execute(
        select(Suggestion.candidate_id, Suggestion.placement_id, Suggestion.reasons).where(
            Suggestion.candidate_id.in_(candidate_ids)
        )
    )
    for candidate_id, placement_id, reasons in rows:
        yield (candidate_id, placement_id), [term[0] for term in reasons["terms"]]


def hold_matchable() -> tuple[set[UUID], set[UUID]]:
    """Ids of the candidates and placements that may be suggested now; none of them can leave meanwhile."""
    candidates = (
        select(Candidate.id).where(profiles.may_be_compared()).with_for_update(read=True, of=Candidate)
    )
    placements = (
        select(Placement.id)
        .join(Placement.institution)
        .where(Placement.state.in_(PUBLIC_STATES), Institution.state == InstitutionState.VERIFIED)
        .with_for_update(read=True)
    )
    return set(db.session.scalars(candidates)), set(db.session.scalars(placements))


def newest_run() -> MatcherRun | None:
    """The last run that came to its end, if there was one."""
    return db.session.scalar(
        select(MatcherRun)
        .where(MatcherRun.finished_at.is_not(None))
        .order_by(MatcherRun.started_at.desc(), MatcherRun.finished_at.desc())
        .limit(1)
    )


def run_under_way() -> MatcherRun | None:
    """The last run, if it has no end yet: it is being done, or was interrupted."""
    newest = db.session.scalar(select(MatcherRun).order_by(MatcherRun.started_at.desc()).limit(1))
    return newest if newest is not None and newest.finished_at is None else None
