"""Edits between two runs: what came, changed or left is matched anew on both sides, and nothing else.

What the last run learned of all texts stays as it is, so the lists are those that a whole run with the same
learning would give. No edit is told to this module: it compares what is there with what was matched last.
So it does not matter how many edits there were, whether a worker stopped in the middle, or who asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from diaspora.extensions import db
from diaspora.matching import corpora, engine_file, judging, queries, rules, writing
from diaspora.matching.engine import Matcher
from diaspora.matching.engine.pooling import GROUPS
from diaspora.matching.engine.stems import terms_in
from diaspora.matching.engine_file import Standing
from diaspora.matching.judging import Judged, Pair, Ranks
from diaspora.matching.models import MatcherRun
from diaspora.matching.records import Corpus
from diaspora.platform import audit
from diaspora.platform.access import SYSTEM


@dataclass(frozen=True)
class Change:
    """What edits do to the stored suggestions: which go, which change places, which pairs get new reasons."""

    gone: list[UUID]
    moved: dict[UUID, Ranks]
    anew: list[Judged]


def take_in(now: datetime) -> bool:
    """Bring the stored suggestions and the engine's files up to date; commits.

    False where a whole run is due: nothing was learned yet, or not with these settings and terms; too much
    has changed, at once or since the last run; or the engine's file is not there or damaged.
    """
    with engine_file.alone("changing"):
        corpus, run, standing = corpora.gather(), queries.newest_run(), engine_file.standing()
        if run is None or standing is None:
            return False
        if (standing.run_id, standing.settings) != (run.id, corpora.basis_hash(corpus)):
            return False
        edited = standing.differences(corpus.marks)
        stored = writing.stored_pairs()
        # rows also go by themselves, when somebody leaves; who comes back unchanged gets them again
        if not edited and len(stored) == run.suggestions:
            return True
        matcher = None if rules.is_much_at_once(len(edited), len(corpus.marks)) else engine_file.whole()
        if matcher is None:
            return False
        # SQLite knows one writer: nobody shall wait for it while the matcher thinks
        db.session.commit()
        _swap(run, corpus, match(corpus, matcher, edited, stored), stored, len(edited), now)
        db.session.commit()
        since = standing.edited | edited
        engine_file.keep(matcher, corpus.profiles, Standing(run.id, standing.settings, corpus.marks, since))
        return not rules.is_much_since(len(since), len(corpus.marks))


def match(corpus: Corpus, matcher: Matcher, edited: frozenset[UUID], stored: writing.Stored) -> Change:
    """Take these records into the matcher; what has to become of the stored suggestions by it."""
    doubtful = _put(corpus, matcher, edited)
    ranked = judging.ranks(corpus, matcher)
    renamed = set(_naming(matcher, doubtful))
    anew = {
        pair: both
        for pair, both in ranked.items()
        if pair not in stored or not edited.isdisjoint(pair) or pair in renamed
    }
    return Change(
        gone=[id_ for pair, (id_, _both) in stored.items() if pair in anew or pair not in ranked],
        moved={
            id_: ranked[pair]
            for pair, (id_, both) in stored.items()
            if pair in ranked and pair not in anew and ranked[pair] != both
        },
        anew=judging.with_reasons(corpus, matcher, anew),
    )


def _put(corpus: Corpus, matcher: Matcher, edited: frozenset[UUID]) -> NDArray[np.intp]:
    """Take the records in; the places of terms that enough profiles share now and did not, or the reverse."""
    before = matcher.profiles_.rows.frequency >= rules.SHARED_BY
    people, posts = set(matcher.profile_keys_), set(matcher.placement_keys_)
    for key in edited:
        if key in corpus.profiles:
            matcher.upsert_profile(corpus.profiles[key].record)
        elif key in corpus.posts:
            matcher.upsert_placement(corpus.posts[key].record)
        elif key in people:
            matcher.remove_profile(key)
        elif key in posts:
            matcher.remove_placement(key)
    return np.flatnonzero(before != (matcher.profiles_.rows.frequency >= rules.SHARED_BY))


def _naming(matcher: Matcher, doubtful: NDArray[np.intp]) -> Iterator[Pair]:
    """The stored pairs whose reasons name one of these terms: institutions may see it now, or no longer."""
    rows = matcher.profiles_.rows
    names = {matcher.space_.terms[place] for place in doubtful}
    holders = np.flatnonzero(rows.vectors.held[:, doubtful].sum(axis=1))
    for pair, words in queries.words_named([rows.keys[row] for row in holders]):  # type: ignore[misc] # keys are ours: UUIDs
        if any(not names.isdisjoint(_terms_of(word)) for word in words):
            yield pair


@lru_cache(maxsize=2**14)
def _terms_of(word: str) -> frozenset[str]:
    """What this word can be, in whatever language it was read."""
    return frozenset(term for language in GROUPS for _written, term in terms_in(word, language))


def _swap(
    run: MatcherRun, corpus: Corpus, change: Change, stored: writing.Stored, edited: int, now: datetime
) -> None:
    """Put the change in, whole or not at all. Who left meanwhile stays away."""
    candidate_ids, placement_ids = queries.hold_matchable()
    rows = [x for x in change.anew if x.candidate_id in candidate_ids and x.placement_id in placement_ids]
    writing.one_at_a_time()
    writing.remove(change.gone)
    writing.move(change.moved)
    writing.store(run.id, rows, stored)
    run.profiles, run.placements = len(corpus.profiles), len(corpus.posts)
    run.suggestions, run.corpus_hash = len(writing.stored_pairs()), corpora.corpus_hash(corpus)
    audit.record(
        "matching.refresh", SYSTEM, now, run,
        edited=edited, suggestions=run.suggestions, written=len(rows), corpus=run.corpus_hash,
    )  # fmt: skip
