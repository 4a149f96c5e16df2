"""What fits a text that is still being written. Nothing of it is stored: neither here nor in a log.

**What an institution can learn.** It writes any text it likes, as often as its limit allows, and so could
try words until an answer changes. Therefore the roster is not asked about the draft but about what is
left of it when every word goes that fewer than three candidates hold (`SharedWords.reduced`): whether
nobody, one or two hold a word, the answer is the same, byte for byte. What is left must be some eight
words. The answer is one of three bands, no number, no order and nobody's score; fields, languages and
dates do not count in it, for they would be further levers. Who left the roster is neither counted nor
makes a word shared, from that moment on; the same holds for who hides from an institution of whoever
asks. Of many common words together somebody may still be the only holder; the bands hide one person
among three, and the limit (counted per account; whoever reaches it stands in the audit log) leaves too
few questions to shift a band's edge person by person. Only institutions that are verified get an answer.
"""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

import numpy as np

from diaspora.matching import cards, engine_file, judging, preview_queries, rules, services
from diaspora.matching.cards import MatchCard
from diaspora.matching.engine import Record, Text
from diaspora.matching.engine.tokens import terms
from diaspora.matching.engine_file import Engine
from diaspora.matching.records import PLACEMENT_TEXTS, Corpus, Profile, post_of, profile_of
from diaspora.matching.rules import Source
from diaspora.placements import queries as placements
from diaspora.placements.models import Placement
from diaspora.placements.policy import takes_applications
from diaspora.platform import jobs
from diaspora.platform.access import Actor
from diaspora.profiles import queries as profiles
from diaspora.profiles.models import Candidate

DRAFT = UUID(int=0)
"""The key of what is being written, for as long as it is looked at."""

LEAST_WORDS = 8
LONGEST_TEXT = 8000
PLACEMENTS_SHOWN = 5
PLACEMENTS_WEIGHED = 20
"""So many fit best by their text; fields, languages and dates decide among them."""
CANDIDATES_WEIGHED = 40
WORDS_NAMED = 8
FITS_WELL = 0.5
"""From this value of the text on, of 0 to 1, a candidate is counted among those who fit well."""


class Answer(enum.StrEnum):
    """What there is to say."""

    NOT_READY = "not_ready"
    TOO_SHORT = "too_short"
    NOT_VERIFIED = "not_verified"
    LIMIT = "limit"
    FOUND = "found"


class Band(enum.StrEnum):
    """How many candidates fit well."""

    FEW = "few"
    SOME = "some"
    MANY = "many"


@dataclass(frozen=True)
class Fit:
    """A placement that fits what is written, and why."""

    placement: Placement
    card: MatchCard


@dataclass(frozen=True)
class ProfilePreview:
    """For whoever writes a profile: the best placements, best first."""

    answer: Answer
    fits: tuple[Fit, ...] = ()


@dataclass(frozen=True)
class PlacementPreview:
    """For an institution: how many candidates fit well, and the words that decide. Nothing about anybody."""

    answer: Answer
    band: Band | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Written:
    """Texts of a profile as they stand in a form; None where the form has no such field.

    `publication` is what stands in the form of a publication: a new one, or that of `publication_id`.
    """

    interests: str | None = None
    experience: str | None = None
    publication: str | None = None
    publication_id: str = ""
    language: str = ""


def band_of(count: int) -> Band:
    """The band in which this number lies."""
    if count < rules.SHARED_BY:
        return Band.FEW
    return Band.SOME if count <= 10 else Band.MANY


def of_profile(candidate: Candidate, written: Written, today: date) -> ProfilePreview:
    """The best placements for a profile as it would be with what is written now."""
    engine = _engine()
    if engine is None:
        return ProfilePreview(Answer.NOT_READY)
    profile = _with(profile_of(candidate), written)
    if _count_words(profile.record.texts) < LEAST_WORDS:
        return ProfilePreview(Answer.TOO_SHORT)
    with engine.lock:
        best = engine.posts.placements_for(profile.record, k=PLACEMENTS_WEIGHED)
    found = placements.in_this_order([scored.key for scored in best])  # type: ignore[misc] # keys are ours: UUIDs
    hidden = {hiding.institution_id for hiding in profiles.hidings_of(candidate.id)}
    open_posts = [p for p in found if takes_applications(p, today) and p.institution_id not in hidden]
    titles = {str(p.id): (p.title, p.language) for p in candidate.publications}
    return ProfilePreview(Answer.FOUND, _fits(engine, profile, open_posts, titles))


def _fits(
    engine: Engine, profile: Profile, open_posts: Sequence[Placement], titles: cards.Titles
) -> tuple[Fit, ...]:
    corpus = Corpus({DRAFT: profile}, {placement.id: post_of(placement) for placement in open_posts})
    with engine.lock:
        engine.posts.upsert_profile(profile.record)
        try:
            totals = judging.totals(corpus, engine.posts, DRAFT)
            best = sorted(open_posts, key=lambda p: (-round(totals.get(p.id, 0.0), 9), p.id))
            shown = [placement for placement in best if placement.id in totals][:PLACEMENTS_SHOWN]
            reasons = [judging.explain(corpus, engine.posts, DRAFT, placement.id) for placement in shown]
        finally:
            engine.posts.remove_profile(DRAFT)
    return tuple(
        Fit(placement, cards.card(rules.total(why.parts), why, placement.language, titles))
        for placement, why in zip(shown, reasons, strict=True)
    )


def of_placement(written: Mapping[str, str], language: str, verified: bool, actor: Actor) -> PlacementPreview:
    """How many candidates fit terms of reference as they stand in a form; see the top of this module."""
    if not verified:
        return PlacementPreview(Answer.NOT_VERIFIED)
    engine = _engine()
    if engine is None:
        return PlacementPreview(Answer.NOT_READY)
    texts = [
        Text(written.get(name, "")[:LONGEST_TEXT], language or None, field=name) for name in PLACEMENT_TEXTS
    ]
    living = preview_queries.matchable_candidates(actor)
    words = engine.words.among({word for text in texts for word in terms(text.body)}).still(living)
    if len(words.holders) < LEAST_WORDS:
        return PlacementPreview(Answer.TOO_SHORT)
    count = _count_fitting(engine, Record(DRAFT, words.reduced(texts)), living)
    return PlacementPreview(Answer.FOUND, band_of(count), tuple(words.telling(texts, WORDS_NAMED)))


def _count_fitting(engine: Engine, draft: Record, living: frozenset[UUID]) -> int:
    with engine.lock:
        people = engine.people
        allowed = np.array([key in living for key in people.profile_keys_], dtype=bool)
        best = people.profiles_for(draft, k=CANDIDATES_WEIGHED, allowed=allowed)
        people.upsert_placement(draft)
        try:
            scores = people.score_pairs([(scored.key, DRAFT) for scored in best])
        finally:
            people.remove_placement(DRAFT)
    return sum(rules.text_value(score) >= FITS_WELL for score in scores.tolist())


def _engine() -> Engine | None:
    engine = engine_file.at_hand()
    if engine_file.told_damaged():
        jobs.enqueue(services.refit_again)
    return engine


def _count_words(texts: Sequence[Text]) -> int:
    return len({word for text in texts for word in terms(text.body)})


def _with(profile: Profile, written: Written) -> Profile:
    """The profile with what is written in the place of what is stored."""
    texts, ids = [], []
    replaced = {Source.INTERESTS.value: written.interests, Source.EXPERIENCE.value: written.experience}
    for text, publication_id in zip(profile.record.texts, profile.publication_ids, strict=True):
        if publication_id and publication_id == written.publication_id:
            continue
        new = replaced.get(text.field)
        texts.append(text if new is None else _text(new, written.language, text.field))
        ids.append(publication_id)
    if written.publication is not None:
        texts.append(_text(written.publication, written.language, Source.PUBLICATION.value))
        ids.append("")
    return replace(profile, record=Record(DRAFT, texts), publication_ids=tuple(ids))


def _text(body: str, language: str, field: str) -> Text:
    return Text(body[:LONGEST_TEXT], language or None, field=field)
