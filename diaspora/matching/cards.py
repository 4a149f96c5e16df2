"""What a match card shows, made from a suggestion's reasons and ready for the template."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from diaspora.matching import rules
from diaspora.matching.engine.tokens import terms
from diaspora.matching.everyday import is_everyday
from diaspora.matching.reasons import Reasons, Term
from diaspora.matching.rules import DatesAnswer, FieldsAnswer, LanguageAnswer, Part, ScoreWord, Source

WORDS_SHOWN = 8
SOURCES_SHOWN = 3
MISSING_SHOWN = 5


@dataclass(frozen=True)
class BarPart:
    """A stretch of the bar: how many of 100 points a part brought, of how many it could, from where on."""

    part: Part
    points: int
    most: int
    start: int


@dataclass(frozen=True)
class SharedWord:
    """A word in common, as each side writes it; `profile` is "" where it must not be shown."""

    profile: str
    placement: str
    percent: int

    @property
    def same(self) -> bool:
        """Whether one form is enough."""
        return not self.profile or self.profile.casefold() == self.placement.casefold()


@dataclass(frozen=True)
class MissingWord:
    """A word of the placement that the profile lacks; `points` of 100 are what it would add to the match."""

    word: str
    points: float


@dataclass(frozen=True)
class SourceShare:
    """A text of the profile that spoke; `title` only where the reader may know it."""

    source: Source
    percent: int
    title: str = ""
    language: str = ""


@dataclass(frozen=True)
class MatchCard:
    """Everything that the macro `match_card` needs. `score` is 0 to 100.

    An `anonymous` card holds nothing that only this one person wrote.
    """

    score: int
    word: ScoreWord
    bar: list[BarPart]
    words: list[SharedWord]
    sources: list[SourceShare]
    missing: list[MissingWord]
    fields: FieldsAnswer
    languages: list[LanguageAnswer]
    dates: DatesAnswer
    length_days: int | None
    thin: bool
    anonymous: bool
    placement_language: str

    @property
    def warnings(self) -> list[LanguageAnswer]:
        """Required languages that the profile does not show."""
        return [answer for answer in self.languages if answer.warns]


@dataclass(frozen=True)
class Account:
    """A pair's reckoning in full. Contributions are shares of the text's score, 0 to 1.

    `rows` are, part by part: its value from 0 to 1, its weight, and the points out of 100 that it brings.
    """

    rows: list[tuple[Part, float, float, float]]
    text_score: float
    terms: list[tuple[Term, float]]
    further: float
    missing: list[MissingWord]


Titles = Mapping[str, tuple[str, str]]
"""Title and language of a publication by its id."""


ANONYMOUS_STEP = 5
"""Points of an anonymous card come in fives: a word more or less in the post does not move them visibly."""


def card(score: float, reasons: Reasons, placement_language: str, titles: Titles) -> MatchCard:
    """The card for those who may read the profile."""
    words = _words(reasons, reasons.terms, placement_language)
    return _card(score, reasons, placement_language, words, _sources(reasons, titles), False)


def anonymous(score: float, reasons: Reasons, placement_language: str, harmless: frozenset[str]) -> MatchCard:
    """The card for institutions before disclosure: words that point at nobody, and no title.

    harmless: terms that may be named whoever holds them (see `may_be_shown`).
    """
    shown = [replace(term, profile="") for term in reasons.terms if may_be_shown(term, harmless)]
    lacking = tuple(row for row in reasons.missing if harmless.issuperset(terms(row[0])))
    kept = replace(reasons, missing=lacking)
    words = _words(kept, shown, placement_language)
    return _card(score, kept, placement_language, words, _kinds_of_sources(kept), True)


def account(reasons: Reasons) -> Account:
    """The reckoning, with each term's share of the text's score; `further` is what all others share."""
    whole = reasons.text_score or 1.0
    shares = [(term, term.contribution / whole) for term in reasons.terms]
    return Account(
        rows=[
            (part, value, rules.WEIGHTS[part], 100 * rules.WEIGHTS[part] * value)
            for part, value in reasons.parts.items()
        ],
        text_score=reasons.text_score,
        terms=shares,
        further=max(0.0, 1 - sum(share for _term, share in shares)) if reasons.text_score else 0.0,
        missing=_missing(reasons, ""),
    )


def may_be_shown(term: Term, harmless: frozenset[str]) -> bool:
    """Whether a word points at nobody: it is harmless in itself, or enough candidates share it.

    Harmless are the words of the glossary and those of the post that an officer has read. What an
    institution adds to a published post is neither: it could try word after word and watch the cards.
    """
    return set(terms(term.placement)) <= harmless or term.profiles >= rules.SHARED_BY


def bar(parts: Mapping[Part, float], step: int = 1) -> list[BarPart]:
    """The stretches of the bar, in points that add up to the score that the card shows."""
    stretches, reached, shown = [], 0.0, 0
    for part in Part:
        reached += 100 * rules.WEIGHTS[part] * parts[part]
        # rounded where a stretch ends, not how long it is: so the points add up
        end = step * round(reached / step)
        stretches.append(BarPart(part, end - shown, round(100 * rules.WEIGHTS[part]), shown))
        shown = end
    return stretches


def _card(
    score: float,
    reasons: Reasons,
    placement_language: str,
    words: list[SharedWord],
    sources: list[SourceShare],
    anonymous: bool,
) -> MatchCard:
    step = ANONYMOUS_STEP if anonymous else 1
    return MatchCard(
        score=step * round(100 * score / step),
        word=rules.score_word(score),
        bar=bar(reasons.parts, step),
        words=words,
        sources=sources,
        # where no word is shared, the languages differ and every word would be missing
        missing=_missing(reasons, placement_language)[:MISSING_SHOWN] if reasons.text_score else [],
        fields=reasons.fields,
        languages=list(reasons.languages),
        dates=reasons.dates,
        length_days=reasons.length_days,
        thin=reasons.thin,
        anonymous=anonymous,
        placement_language=placement_language,
    )


def _words(reasons: Reasons, shown: Sequence[Term], placement_language: str) -> list[SharedWord]:
    # a word that the profile has by a distant resemblance only is named as missing, not as common
    lacked = {word for word, _gain in reasons.missing}
    telling = [
        term
        for term in shown
        if term.placement not in lacked and not is_everyday(term.placement, placement_language)
    ]
    return [
        SharedWord(term.profile, term.placement, _percent(term.contribution, reasons))
        for term in telling[:WORDS_SHOWN]
    ]


def _missing(reasons: Reasons, placement_language: str) -> list[MissingWord]:
    now = rules.text_value(reasons.text_score)
    whole = 100 * rules.WEIGHTS[Part.TEXT]
    return [
        MissingWord(word, whole * (rules.text_value(reasons.text_score + gain) - now))
        for word, gain in reasons.missing
        if not is_everyday(word, placement_language)
    ]


def _sources(reasons: Reasons, titles: Titles) -> list[SourceShare]:
    heaviest = sorted(reasons.items, key=lambda item: -item.contribution)[:SOURCES_SHOWN]
    return [
        SourceShare(item.source, _percent(item.contribution, reasons), *titles.get(item.publication_id, ()))
        for item in heaviest
    ]


def _kinds_of_sources(reasons: Reasons) -> list[SourceShare]:
    """All publications as one: how many of them there are, and which spoke, would say more than it may."""
    shares: dict[Source, float] = defaultdict(float)
    for item in reasons.items:
        shares[item.source] += item.contribution
    heaviest = sorted(shares, key=lambda source: (-shares[source], source))[:SOURCES_SHOWN]
    return [SourceShare(source, _percent(shares[source], reasons)) for source in heaviest]


def _percent(contribution: float, reasons: Reasons) -> int:
    return round(100 * contribution / reasons.text_score) if reasons.text_score else 0
