"""One run over a corpus: who is suggested where, in which order and why. Pure; takes time, not a database."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from diaspora.matching import engine, rules
from diaspora.matching.reasons import Item, Reasons, without_names
from diaspora.matching.records import Corpus, Post, Profile
from diaspora.matching.rules import DatesAnswer, FieldsAnswer, LanguageAnswer, Part, Source

TERMS_KEPT = 12
"""Words in common, and missing words, that are stored with a pair; a card shows fewer."""

Pair = tuple[UUID, UUID]
Ranks = tuple[int | None, int | None]
"""Places of a pair among the candidate's best and among the placement's; from 1, None where it is not."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Beside:
    """What stands beside the text of a pair."""

    fields: FieldsAnswer
    languages: list[LanguageAnswer]
    dates: DatesAnswer


@dataclass(frozen=True)
class Judged:
    """A suggested pair. A rank counts from 1; None where the pair is not among that side's best."""

    candidate_id: UUID
    placement_id: UUID
    score: float
    rank_for_candidate: int | None
    rank_for_placement: int | None
    reasons: Reasons


def settings() -> dict[str, object]:
    """All that decides the outcome beside the corpus; stored with every run."""
    return {
        "engine": engine.Matcher().get_params(),
        "weights": {part.value: weight for part, weight in rules.WEIGHTS.items()},
        "text_half": rules.TEXT_HALF,
        "near_field": rules.NEAR_FIELD,
        "best_per_side": rules.BEST_PER_SIDE,
    }


def learn(corpus: Corpus) -> engine.Matcher:
    """A matcher that knows this corpus."""
    return engine.Matcher(glossary=corpus.added_terms).fit(
        [profile.record for profile in corpus.profiles.values()],
        [post.record for post in corpus.posts.values()],
    )


def judge(
    corpus: Corpus, progress: Progress | None = None, learned: engine.Matcher | None = None
) -> list[Judged]:
    """The best pairs of every candidate and of every placement, ranked by the total of their parts.

    learned: a matcher that knows this corpus, where the caller has one.
    """
    if not corpus.profiles or not corpus.posts:
        return []
    matcher = learned or learn(corpus)
    return with_reasons(corpus, matcher, ranks(corpus, matcher), progress)


def ranks(corpus: Corpus, matcher: engine.Matcher) -> dict[Pair, Ranks]:
    """The same pairs with their places in the lists of both sides. Quick beside the reasons for them."""
    if not corpus.profiles or not corpus.posts:
        return {}
    totals: dict[Pair, float] = {}
    for pair, text_score in _considered(corpus, matcher).items():
        beside = _beside(corpus.profiles[pair[0]], corpus.posts[pair[1]])
        if rules.is_match(text_score, beside.fields):
            totals[pair] = rules.total(_values(text_score, beside, corpus.posts[pair[1]]))
    of_candidates, of_placements = _ranks(totals, side=0), _ranks(totals, side=1)
    kept = sorted(of_candidates.keys() | of_placements.keys())
    return {pair: (of_candidates.get(pair), of_placements.get(pair)) for pair in kept}


def with_reasons(
    corpus: Corpus, matcher: engine.Matcher, ranked: Mapping[Pair, Ranks], progress: Progress | None = None
) -> list[Judged]:
    """These pairs with their scores and why they have them."""
    judged = []
    for done, (pair, both) in enumerate(ranked.items(), start=1):
        reasons = explain(corpus, matcher, *pair)
        judged.append(Judged(*pair, rules.total(reasons.parts), *both, reasons))
        if progress:
            progress(done, len(ranked))
    return judged


def explain(corpus: Corpus, matcher: engine.Matcher, candidate_id: UUID, placement_id: UUID) -> Reasons:
    """Why this pair has its score. Raises KeyError for somebody or something outside the corpus."""
    profile, post = corpus.profiles[candidate_id], corpus.posts[placement_id]
    found = matcher.explain(candidate_id, placement_id, top=TERMS_KEPT)
    beside = _beside(profile, post)
    return Reasons(
        parts=_values(found.score, beside, post),
        text_score=found.score,
        terms=without_names(found, profile),
        items=tuple(
            Item(Source(item.field), publication_id, item.contribution)
            for item, publication_id in zip(found.items, profile.publication_ids, strict=True)
            if item.contribution > 0
        ),
        missing=tuple((term.in_placement, term.gain) for term in found.missing),
        thin=found.thin,
        fields=beside.fields,
        languages=tuple(beside.languages),
        dates=beside.dates,
        length_days=post.length_days,
    )


def totals(corpus: Corpus, matcher: engine.Matcher, candidate_id: UUID) -> dict[UUID, float]:
    """The total of one candidate with each placement of the corpus, where the two match at all."""
    pairs = [(candidate_id, placement_id) for placement_id in corpus.posts]
    found = {}
    for (_candidate, placement_id), score in zip(pairs, matcher.score_pairs(pairs).tolist(), strict=True):
        post = corpus.posts[placement_id]
        beside = _beside(corpus.profiles[candidate_id], post)
        if rules.is_match(score, beside.fields):
            found[placement_id] = rules.total(_values(score, beside, post))
    return found


def _considered(corpus: Corpus, matcher: engine.Matcher) -> dict[Pair, float]:
    """Pairs worth a look with the text's score: the text's best of both sides, and all that share a field.

    The second kind lets two people meet who write in different languages and so share no word.
    """
    best = matcher.suggest(k=rules.BEST_PER_SIDE)
    pairs: set[Pair] = set(_same_field(corpus))
    for candidate_id in corpus.profiles:
        pairs.update((candidate_id, found.key) for found in best.placements_for[candidate_id])  # type: ignore[misc] # keys are ours: UUIDs
    for placement_id in corpus.posts:
        pairs.update((found.key, placement_id) for found in best.profiles_for[placement_id])  # type: ignore[misc] # keys are ours: UUIDs
    listed = sorted(pairs - corpus.apart)
    return dict(zip(listed, matcher.score_pairs(listed).tolist(), strict=True))


def _same_field(corpus: Corpus) -> Iterable[Pair]:
    posts_by_field = defaultdict(list)
    for placement_id, post in corpus.posts.items():
        for code in post.fields:
            posts_by_field[code].append(placement_id)
    for candidate_id, profile in corpus.profiles.items():
        for code in profile.fields:
            yield from ((candidate_id, placement_id) for placement_id in posts_by_field[code])


def _beside(profile: Profile, post: Post) -> Beside:
    return Beside(
        rules.compare_fields(profile.fields, post.fields),
        rules.compare_languages(profile.languages, post.languages),
        rules.compare_dates(profile.windows, post.starts_on, post.ends_on, post.length_days),
    )


def _values(text_score: float, beside: Beside, post: Post) -> dict[Part, float]:
    return {
        Part.TEXT: rules.text_value(text_score),
        Part.FIELDS: rules.fields_value(beside.fields),
        Part.LANGUAGES: rules.languages_value(beside.languages),
        Part.DATES: rules.dates_value(beside.dates, post.length_days),
    }


def _ranks(totals: dict[Pair, float], side: int) -> dict[Pair, int]:
    """Place of each pair among the best of one side, 0 candidates or 1 placements; equals by id."""
    lists = defaultdict(list)
    for pair in totals:
        lists[pair[side]].append(pair)
    ranks = {}
    for pairs in lists.values():
        # rounded: a last digit that depends on the machine must not decide
        pairs.sort(key=lambda pair: (-round(totals[pair], 9), pair[1 - side]))
        ranks.update({pair: rank for rank, pair in enumerate(pairs[: rules.BEST_PER_SIDE], start=1)})
    return ranks
