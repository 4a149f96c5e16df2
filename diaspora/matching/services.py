"""Runs of the matcher, and cards of what it found."""

import hashlib
import json
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, update

from diaspora.extensions import db
from diaspora.matching import (
    cards,
    engine_file,
    glossary_queries,
    judging,
    lacking,
    queries,
    records,
    rules,
    writing,
)
from diaspora.matching.cards import Account
from diaspora.matching.cards import MatchCard as MatchCard
from diaspora.matching.engine.glossary import own
from diaspora.matching.judging import Judged, Progress
from diaspora.matching.lacking import Lacking
from diaspora.matching.models import MatcherRun, Suggestion
from diaspora.matching.reasons import Reasons
from diaspora.matching.records import Corpus
from diaspora.placements import queries as placements
from diaspora.placements.models import Placement
from diaspora.placements.rules import PUBLIC_STATES
from diaspora.platform import audit, clock, jobs
from diaspora.platform.access import SYSTEM, Actor
from diaspora.profiles import queries as profiles
from diaspora.profiles.models import Candidate
from diaspora.profiles.rules import CandidateState

ENGINE = "diaspora.matching.engine 2"
"""Which engine made a run. One more whenever the same corpus would get other scores from it."""

TOLD_EVERY = 1.0
"""So many seconds pass at least between two notes of a run's progress."""


@dataclass(frozen=True)
class Found:
    """What a run found: the pairs, and the words that the glossary lacks."""

    pairs: list[Judged]
    lacking: list[Lacking]


def gather() -> Corpus:
    """Everybody on the roster, every public placement and the added terms, as plain values."""
    return records.corpus_of(
        profiles.for_matching(), placements.for_matching(), glossary_queries.added_terms()
    )


def corpus_hash(corpus: Corpus) -> str:
    """The hash of a corpus together with the engine and its settings."""
    return corpus.digest({"engine": ENGINE, "settings": judging.settings()})


def settings_hash() -> str:
    """The hash of all that decides the outcome beside the corpus."""
    plain = json.dumps({"engine": ENGINE, "settings": judging.settings()}, sort_keys=True, default=str)
    return hashlib.sha256(plain.encode()).hexdigest()


def refit(now: datetime, progress: Progress | None = None) -> MatcherRun:
    """Match everybody with everything, and put the result in the place of the old one."""
    begun = time.monotonic()
    corpus = gather()
    run = begin(corpus, now)
    return replace(run, corpus, _think(corpus, progress), now + timedelta(seconds=time.monotonic() - begun))


def refit_openly(progress: Progress | None = None) -> MatcherRun:
    """A whole run that commits on its way, so that staff see how far it is and nobody waits for it.

    The new suggestions come in whole at its end or not at all; interrupted, it leaves everything as it was
    and can be done again.
    """
    now, begun = clock.now(), time.monotonic()
    corpus = gather()
    run_id = begin(corpus, now).id
    # SQLite knows one writer: nobody shall wait for it while the matcher thinks
    db.session.commit()
    try:
        found = _think(corpus, _telling(run_id, progress))
        run = db.session.get_one(MatcherRun, run_id)
        replace(run, corpus, found, now + timedelta(seconds=time.monotonic() - begun))
        db.session.commit()
    except BaseException:
        db.session.rollback()
        db.session.execute(delete(MatcherRun).where(MatcherRun.id == run_id))
        db.session.commit()
        raise
    return run


def begin(corpus: Corpus, now: datetime) -> MatcherRun:
    """A run that has not come to its end."""
    run = MatcherRun(
        id=uuid4(),
        started_at=now,
        told_at=now,
        engine=ENGINE,
        settings=judging.settings(),
        settings_hash=settings_hash(),
        corpus_hash=corpus_hash(corpus),
        profiles=len(corpus.profiles),
        placements=len(corpus.posts),
        suggestions=0,
    )
    db.session.add(run)
    db.session.flush()
    return run


def replace(run: MatcherRun, corpus: Corpus, found: Found, now: datetime) -> MatcherRun:
    """Swap all suggestions for those of this run, whole or not at all.

    Somebody who left while the matcher was thinking stays away: both sides are looked at again, and held
    until the transaction ends.
    """
    candidate_ids, placement_ids = queries.hold_matchable()
    rows = [x for x in found.pairs if x.candidate_id in candidate_ids and x.placement_id in placement_ids]
    writing.one_at_a_time()
    db.session.execute(delete(Suggestion))
    writing.store(run.id, rows)
    run.finished_at, run.suggestions, run.lacking = now, len(rows), [x.as_json() for x in found.lacking]
    # what was interrupted earlier is told by this run, too: it has done their work
    earlier = (MatcherRun.finished_at.is_(None), MatcherRun.told_at < run.started_at - rules.SILENT_FOR)
    db.session.execute(delete(MatcherRun).where(MatcherRun.id != run.id, *earlier))
    audit.record(
        "matching.refit", SYSTEM, run.started_at, run,
        profiles=run.profiles, placements=run.placements, suggestions=run.suggestions, corpus=run.corpus_hash,
    )  # fmt: skip
    return run


def _think(corpus: Corpus, progress: Progress | None) -> Found:
    """All that takes time and no database."""
    glossary = lacking.known([*own().rows, *corpus.added_terms])
    matcher = judging.learn(corpus)
    found = Found(judging.judge(corpus, progress, matcher), lacking.find(corpus, glossary))
    engine_file.keep(matcher, corpus.profiles)
    return found


def _telling(run_id: UUID, progress: Progress | None) -> Progress:
    """Progress that staff can read: written at most once a second, in a transaction of its own."""
    told = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal told
        if progress:
            progress(done, total)
        if time.monotonic() - told >= TOLD_EVERY:
            told = time.monotonic()
            values = {"done": done, "total": total, "told_at": clock.now()}
            db.session.execute(update(MatcherRun).where(MatcherRun.id == run_id).values(values))
            db.session.commit()

    return tell


def explain_now(candidate_id: UUID, placement_id: UUID) -> tuple[float, Reasons]:
    """Total and reasons of any pair of the present corpus. Raises KeyError naming what is not in it."""
    corpus = gather()
    reasons = judging.explain(corpus, judging.learn(corpus), candidate_id, placement_id)
    return rules.total(reasons.parts), reasons


@dataclass(frozen=True)
class Going:
    """A run without an end: how far it is, and whether it seems to have been interrupted."""

    run: MatcherRun
    interrupted: bool


def run_under_way(now: datetime) -> Going | None:
    """The run that is being done, or was interrupted and not done again since."""
    run = queries.run_under_way()
    return Going(run, rules.is_interrupted(run.told_at or run.started_at, now)) if run else None


def forget_candidate(candidate_id: UUID) -> None:
    """Take somebody out of all suggestions at once, in the transaction in which they leave."""
    db.session.execute(delete(Suggestion).where(Suggestion.candidate_id == candidate_id))


def forget_placement(placement_id: UUID) -> None:
    """Take a placement out of all suggestions at once."""
    db.session.execute(delete(Suggestion).where(Suggestion.placement_id == placement_id))


def forget_learned() -> None:
    """Forget what runs learned from texts, somebody's erased ones among them; a new run is asked for."""
    engine_file.forget()
    db.session.execute(update(MatcherRun).values(lacking=[]))
    jobs.enqueue(refit_again)


def ask_for_refresh() -> None:
    """Have the worker bring the suggestions up to date after this transaction.

    A run is always over everybody: how rare a word is depends on all texts, and at 400 profiles and 400
    placements a run takes 40 s of the worker (12,000 pairs at 3 ms to explain each). The job carries no id,
    so that an import of hundreds asks for one run; of several edits in a row, later ones find nothing to do.
    """
    jobs.enqueue(refresh)


def ask_for_refit(actor: Actor, now: datetime) -> None:
    """Have the worker run the matcher, changed or not."""
    audit.record("matching.refit_asked", actor, now)
    jobs.enqueue(refit_again)


def card(suggestion: Suggestion) -> MatchCard:
    """The card for staff, for the candidate, and for institutions that may know who it is."""
    titles = {str(p.id): (p.title, p.language) for p in suggestion.candidate.publications}
    reasons = Reasons.from_json(suggestion.reasons)
    return cards.card(suggestion.score, reasons, suggestion.placement.language, titles)


@dataclass(frozen=True)
class Kept:
    """A match as it is now, for whoever keeps it with a decision.

    The score is None and the reasons are empty where the pair is not suggested; a rank counts from 1 and is
    None where the pair is not in that list.
    """

    score: float | None
    reasons: dict[str, Any]
    rank_for_candidate: int | None
    rank_for_placement: int | None


def to_keep(candidate: Candidate, placement: Placement) -> Kept | None:
    """What a decision about this pair keeps.

    None where the pair cannot stand in a list now, so that what was kept earlier says more: somebody has left
    the roster, the placement is closed, or the matcher has never run.
    """
    found = queries.suggestion(candidate.id, placement.id)
    if found is not None:
        return Kept(found.score, dict(found.reasons), found.rank_for_candidate, found.rank_for_placement)
    alive = candidate.state is CandidateState.ON_ROSTER and placement.state in PUBLIC_STATES
    return Kept(None, {}, None, None) if alive and queries.newest_run() is not None else None


def account_of(suggestion: Suggestion) -> Account:
    """The whole reckoning of a pair, for staff who look closely."""
    return cards.account(Reasons.from_json(suggestion.reasons))


def anonymous_card(suggestion: Suggestion) -> MatchCard:
    """The card for institutions before disclosure. It does not look at the candidate."""
    placement = suggestion.placement
    text = "\n".join(getattr(placement, name) for name in records.PLACEMENT_TEXTS)
    return cards.anonymous(suggestion.score, Reasons.from_json(suggestion.reasons), placement.language, text)


@jobs.job
def refresh() -> None:
    """Bring the suggestions up to date after an edit, unless an earlier job has done so already."""
    newest = queries.newest_run()
    if newest is None or newest.corpus_hash != corpus_hash(gather()):
        refit_openly()


@jobs.job
def refit_again() -> None:
    """A run that somebody asked for."""
    refit_openly()
