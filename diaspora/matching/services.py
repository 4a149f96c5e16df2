"""Runs of the matcher, and cards of what it found."""

import time
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, insert

from diaspora.extensions import db
from diaspora.matching import cards, judging, queries, records, rules
from diaspora.matching.cards import Account
from diaspora.matching.cards import MatchCard as MatchCard
from diaspora.matching.judging import Judged, Progress
from diaspora.matching.models import MatcherRun, Suggestion
from diaspora.matching.reasons import Reasons
from diaspora.matching.records import Corpus
from diaspora.placements import queries as placements
from diaspora.platform import audit, clock, jobs
from diaspora.platform.access import SYSTEM, Actor
from diaspora.profiles import queries as profiles

ENGINE = "diaspora.matching.engine 1"
"""Which engine made a run. One more whenever the same corpus would get other scores from it."""


def gather() -> Corpus:
    """Everybody on the roster and every public placement, as plain values."""
    return records.corpus_of(profiles.for_matching(), placements.for_matching())


def corpus_hash(corpus: Corpus) -> str:
    """The hash of a corpus together with the engine and its settings."""
    return corpus.digest({"engine": ENGINE, "settings": judging.settings()})


def refit(now: datetime, progress: Progress | None = None) -> MatcherRun:
    """Match everybody with everything, and put the result in the place of the old one."""
    begun = time.monotonic()
    corpus = gather()
    judged = judging.judge(corpus, progress)
    return replace(corpus, judged, now, timedelta(seconds=time.monotonic() - begun))


def replace(corpus: Corpus, judged: list[Judged], now: datetime, took: timedelta) -> MatcherRun:
    """Swap all suggestions for these, whole or not at all.

    Somebody who left while the matcher was thinking stays away: both sides are looked at again, and held
    until the transaction ends.
    """
    candidate_ids, placement_ids = queries.hold_matchable()
    rows = [x for x in judged if x.candidate_id in candidate_ids and x.placement_id in placement_ids]
    run = MatcherRun(
        started_at=now,
        finished_at=now + took,
        engine=ENGINE,
        settings=judging.settings(),
        corpus_hash=corpus_hash(corpus),
        profiles=len(corpus.profiles),
        placements=len(corpus.posts),
        suggestions=len(rows),
    )
    db.session.add(run)
    db.session.flush()
    db.session.execute(delete(Suggestion))
    if rows:
        db.session.execute(
            insert(Suggestion),
            [
                {
                    "run_id": run.id,
                    "candidate_id": x.candidate_id,
                    "placement_id": x.placement_id,
                    "score": x.score,
                    "rank_for_candidate": x.rank_for_candidate,
                    "rank_for_placement": x.rank_for_placement,
                    "reasons": x.reasons.as_json(),
                }
                for x in rows
            ],
        )
    audit.record(
        "matching.refit", SYSTEM, now, run,
        profiles=run.profiles, placements=run.placements, suggestions=run.suggestions, corpus=run.corpus_hash,
    )  # fmt: skip
    return run


def explain_now(candidate_id: UUID, placement_id: UUID) -> tuple[float, Reasons]:
    """Total and reasons of any pair of the present corpus. Raises KeyError naming what is not in it."""
    corpus = gather()
    reasons = judging.explain(corpus, judging.learn(corpus), candidate_id, placement_id)
    return rules.total(reasons.parts), reasons


def forget_candidate(candidate_id: UUID) -> None:
    """Take somebody out of all suggestions at once, in the transaction in which they leave."""
    db.session.execute(delete(Suggestion).where(Suggestion.candidate_id == candidate_id))


def forget_placement(placement_id: UUID) -> None:
    """Take a placement out of all suggestions at once."""
    db.session.execute(delete(Suggestion).where(Suggestion.placement_id == placement_id))


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


def account_of(suggestion: Suggestion) -> Account:
    """The whole reckoning of a pair, for staff who look closely."""
    return cards.account(Reasons.from_json(suggestion.reasons))


def anonymous_card(suggestion: Suggestion) -> MatchCard:
    """The card for institutions before disclosure. It does not look at the candidate."""
    placement = suggestion.placement
    text = "\n".join(getattr(placement, name) for name in records.PLACEMENT_TEXTS)
    return cards.anonymous(suggestion.score, Reasons.from_json(suggestion.reasons), placement.language, text)


def _run(always: bool) -> None:
    now, begun = clock.now(), time.monotonic()
    corpus = gather()
    newest = queries.newest_run()
    same = newest is not None and newest.corpus_hash == corpus_hash(corpus)
    # SQLite knows one writer: nobody shall wait for it while the matcher thinks
    db.session.commit()
    if always or not same:
        judged = judging.judge(corpus)
        replace(corpus, judged, now, timedelta(seconds=time.monotonic() - begun))


@jobs.job
def refresh() -> None:
    """Bring the suggestions up to date after an edit, unless an earlier job has done so already."""
    _run(always=False)


@jobs.job
def refit_again() -> None:
    """A run that somebody asked for."""
    _run(always=True)
