"""Runs of the matcher, and cards of what it found."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, update

from diaspora.extensions import db
from diaspora.matching import (
    cards,
    corpora,
    edits,
    engine_file,
    judging,
    lacking,
    queries,
    records,
    rules,
    writing,
)
from diaspora.matching.cards import Account
from diaspora.matching.cards import MatchCard as MatchCard
from diaspora.matching.corpora import ENGINE as ENGINE
from diaspora.matching.corpora import corpus_hash as corpus_hash
from diaspora.matching.corpora import gather as gather
from diaspora.matching.corpora import settings_hash as settings_hash
from diaspora.matching.engine import Matcher
from diaspora.matching.engine.glossary import own
from diaspora.matching.engine.tokens import terms, written_terms
from diaspora.matching.engine_file import Standing
from diaspora.matching.judging import Judged, Progress
from diaspora.matching.lacking import Lacking
from diaspora.matching.models import MatcherRun, Suggestion
from diaspora.matching.reasons import Reasons
from diaspora.matching.records import Corpus
from diaspora.placements.models import Placement
from diaspora.placements.rules import PUBLIC_STATES
from diaspora.platform import audit, clock, jobs
from diaspora.platform.access import SYSTEM, Actor
from diaspora.profiles.models import Candidate
from diaspora.profiles.rules import CandidateState

TOLD_EVERY = 1.0
"""So many seconds pass at least between two notes of a run's progress."""


@dataclass(frozen=True)
class Found:
    """What a run found: the pairs, and the words that the glossary lacks."""

    pairs: list[Judged]
    lacking: list[Lacking]


def refit(now: datetime, progress: Progress | None = None) -> MatcherRun:
    """Match everybody with everything, and put the result in the place of the old one."""
    begun = time.monotonic()
    corpus = gather()
    run = begin(corpus, now)
    found, matcher = _think(corpus, progress)
    replace(run, corpus, found, now + timedelta(seconds=time.monotonic() - begun))
    with engine_file.alone("changing"):
        _keep(matcher, corpus, run)
    return run


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
        found, matcher = _think(corpus, _telling(run_id, progress))
    except BaseException:
        _forget_run(run_id)
        raise
    with engine_file.alone("changing"):
        try:
            run = db.session.get_one(MatcherRun, run_id)
            replace(run, corpus, found, now + timedelta(seconds=time.monotonic() - begun))
            db.session.commit()
        except BaseException:
            _forget_run(run_id)
            raise
        _keep(matcher, corpus, run)
    return run


def _forget_run(run_id: UUID) -> None:
    db.session.rollback()
    db.session.execute(delete(MatcherRun).where(MatcherRun.id == run_id))
    db.session.commit()


def _keep(matcher: Matcher, corpus: Corpus, run: MatcherRun) -> None:
    # after the swap: whoever is stopped in between leaves a file of another run, which is seen and made anew
    standing = Standing(run.id, corpora.basis_hash(corpus), corpus.marks)
    engine_file.keep(matcher, corpus.profiles, standing)


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
    before = writing.stored_pairs()
    db.session.execute(delete(Suggestion))
    writing.store(run.id, rows, before)
    run.finished_at, run.suggestions, run.lacking = now, len(rows), [x.as_json() for x in found.lacking]
    # what was interrupted earlier is told by this run, too: it has done their work
    earlier = (MatcherRun.finished_at.is_(None), MatcherRun.told_at < run.started_at - rules.SILENT_FOR)
    db.session.execute(delete(MatcherRun).where(MatcherRun.id != run.id, *earlier))
    audit.record(
        "matching.refit", SYSTEM, run.started_at, run,
        profiles=run.profiles, placements=run.placements, suggestions=run.suggestions, corpus=run.corpus_hash,
    )  # fmt: skip
    return run


def _think(corpus: Corpus, progress: Progress | None) -> tuple[Found, Matcher]:
    """All that takes time and no database."""
    glossary = lacking.known([*own().rows, *corpus.added_terms])
    matcher = judging.learn(corpus)
    return Found(judging.judge(corpus, progress, matcher), lacking.find(corpus, glossary)), matcher


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

    The job carries no id: it looks itself for what has changed, so that an import of hundreds asks for it
    once, and of several edits in a row the later ones find nothing to do.
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
    harmless = lacking.own_words() | frozenset(terms(_read_by_an_officer(placement)))
    return cards.anonymous(
        suggestion.score, Reasons.from_json(suggestion.reasons), placement.language, harmless
    )


def _read_by_an_officer(placement: Placement) -> str:
    """The post as an officer read it before it was published; later versions are the institution's alone."""
    first = placement.versions[0].content if placement.terms_version > 1 and placement.versions else None
    now = {name: getattr(placement, name) for name in records.PLACEMENT_TEXTS}
    # a word that has left the post since is no longer its own
    kept = set(terms("\n".join(now.values())))
    told = "\n".join(str((first or now).get(name) or "") for name in records.PLACEMENT_TEXTS)
    return " ".join(written for written, word in written_terms(told) if word in kept)


@jobs.job
def refresh() -> None:
    """Bring the suggestions up to date after edits, unless an earlier job has done so already."""
    if not edits.take_in(clock.now()):
        refit_again()


@jobs.job
def refit_again() -> None:
    """A whole run, unless another is under way; what was edited meanwhile is taken in after it."""
    with engine_file.alone("learning", wait=False) as free:
        if not free:
            return
        learned = refit_openly().corpus_hash
    # only now: who was turned away while the lock was held had edits that this gathers
    if corpus_hash(gather()) != learned:
        ask_for_refresh()


@jobs.every_night
@jobs.job
def refit_nightly() -> None:
    """A whole run if anything was edited since the last one, or what it left is not in order."""
    run, standing = queries.newest_run(), engine_file.standing()
    fresh = run is not None and standing is not None and standing.run_id == run.id and not standing.edited
    if not (fresh and run is not None and run.corpus_hash == corpus_hash(gather())):
        refit_again()
