"""Why two fit: what a run found about a pair, as values and as the JSON that is stored with it.

No name and no title stands in it. What a word in common looks like in the profile does, for the cards of
people who may read the profile; `cards.anonymous` leaves it out.
"""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from diaspora.matching.engine import Explanation
from diaspora.matching.engine.tokens import terms
from diaspora.matching.records import Profile
from diaspora.matching.rules import (
    DatesAnswer,
    DatesFit,
    FieldsAnswer,
    FieldsFit,
    LanguageAnswer,
    LanguageFit,
    Part,
    Source,
)


@dataclass(frozen=True)
class Term:
    """A word in common: as each side writes it, its part of the engine's score, how many profiles hold it."""

    profile: str
    placement: str
    contribution: float
    profiles: int


@dataclass(frozen=True)
class Item:
    """A text of the profile and its part of the engine's score; `publication_id` is "" for other texts."""

    source: Source
    publication_id: str
    contribution: float


@dataclass(frozen=True)
class Reasons:
    """All that is known about why a pair fits. `parts` are values from 0 to 1, before their weights."""

    parts: dict[Part, float]
    text_score: float
    terms: tuple[Term, ...]
    items: tuple[Item, ...]
    missing: tuple[tuple[str, float], ...]
    thin: bool
    fields: FieldsAnswer
    languages: tuple[LanguageAnswer, ...]
    dates: DatesAnswer
    length_days: int | None

    def as_json(self) -> dict[str, Any]:
        """What `Suggestion.reasons` holds."""
        return {
            "parts": {part.value: round(value, 6) for part, value in self.parts.items()},
            "text_score": round(self.text_score, 6),
            "terms": [[t.profile, t.placement, round(t.contribution, 6), t.profiles] for t in self.terms],
            "items": [[i.source.value, i.publication_id, round(i.contribution, 6)] for i in self.items],
            "missing": [[word, round(gain, 6)] for word, gain in self.missing],
            "thin": self.thin,
            "fields": {"fit": self.fields.fit.value, "codes": list(self.fields.codes)},
            "languages": [asdict(answer) for answer in self.languages],
            "dates": {
                "fit": self.dates.fit.value,
                "days": self.dates.days,
                "starts_on": self.dates.starts_on.isoformat() if self.dates.starts_on else None,
                "ends_on": self.dates.ends_on.isoformat() if self.dates.ends_on else None,
                "length_days": self.length_days,
            },
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Reasons":
        """The reverse of `as_json`."""
        dates = stored["dates"]
        return cls(
            parts={Part(name): value for name, value in stored["parts"].items()},
            text_score=stored["text_score"],
            terms=tuple(Term(*term) for term in stored["terms"]),
            items=tuple(Item(Source(source), id_, share) for source, id_, share in stored["items"]),
            missing=tuple((word, gain) for word, gain in stored["missing"]),
            thin=stored["thin"],
            fields=FieldsAnswer(FieldsFit(stored["fields"]["fit"]), tuple(stored["fields"]["codes"])),
            languages=tuple(
                LanguageAnswer(**{**answer, "fit": LanguageFit(answer["fit"])})
                for answer in stored["languages"]
            ),
            dates=DatesAnswer(
                DatesFit(dates["fit"]), dates["days"], _day(dates["starts_on"]), _day(dates["ends_on"])
            ),
            length_days=dates["length_days"],
        )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def without_names(explanation: Explanation, profile: Profile) -> tuple[Term, ...]:
    """The shared terms but those that are part of the person's own name."""
    rows = zip(explanation.terms, explanation.profile_frequencies, strict=True)
    return tuple(
        Term(term.in_profile, term.in_placement, term.contribution, profiles)
        for term, profiles in rows
        if not profile.names & {*terms(term.in_profile), *terms(term.in_placement)}
    )
