"""From candidates and placements to what the matcher judges: plain values, free of the database."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from diaspora.matching.engine import Record, Text
from diaspora.matching.engine.tokens import terms
from diaspora.matching.rules import Source, Wanted
from diaspora.placements.models import Placement
from diaspora.profiles.models import Candidate

PLACEMENT_TEXTS = ("title", "summary", "tasks", "results", "transfer", "required_profile", "desired_profile")
"""The terms of reference without their beneficiaries, who are not what somebody has to know about."""


Term = tuple[str, str, str]
"""A term in English, Romanian and Russian; "" where it is not there."""


@dataclass(frozen=True)
class Profile:
    """A candidate as the matcher sees them.

    `publication_ids` goes beside `record.texts`: the publication that a text comes from, or "".
    `names` are the folded words of the person's name, which no explanation may repeat.
    """

    record: Record
    publication_ids: tuple[str, ...]
    names: frozenset[str]
    fields: tuple[str, ...]
    languages: tuple[tuple[str, str], ...]
    windows: tuple[tuple[date, date], ...]


@dataclass(frozen=True)
class Post:
    """A placement as the matcher sees it."""

    record: Record
    fields: tuple[str, ...]
    languages: tuple[Wanted, ...]
    starts_on: date | None
    ends_on: date | None
    length_days: int | None


@dataclass(frozen=True)
class Corpus:
    """Everybody and everything that is matched in one run, by id, and the terms added to the glossary.

    `apart` are pairs that are not matched: the candidate hides from the placement's institution.
    """

    profiles: dict[UUID, Profile]
    posts: dict[UUID, Post]
    added_terms: tuple[Term, ...] = ()
    apart: frozenset[tuple[UUID, UUID]] = frozenset()

    @cached_property
    def marks(self) -> dict[UUID, str]:
        """A hash of each record, by its id: the same hash, the same record."""
        hidden: dict[UUID, list[str]] = {}
        for candidate_id, placement_id in sorted(self.apart):
            hidden.setdefault(candidate_id, []).append(str(placement_id))
        profiles = {
            i: digest({**asdict(x), "names": sorted(x.names), "apart": hidden.get(i, [])})
            for i, x in self.profiles.items()
        }
        return profiles | {i: digest(asdict(x)) for i, x in self.posts.items()}


def digest(content: object) -> str:
    """A hash of plain values."""
    plain = json.dumps(content, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()


def profile_of(candidate: Candidate) -> Profile:
    """What a candidate wrote, each publication a text of its own; no employer, no place, no name."""
    language = candidate.text_language or None
    texts = [
        Text(candidate.interests, language, field=Source.INTERESTS.value),
        Text(candidate.experience, language, field=Source.EXPERIENCE.value),
        # a subject is some words only, often in the language of the university
        Text("\n".join(degree.subject for degree in candidate.degrees), field=Source.DEGREES.value),
    ]
    publication_ids = [""] * len(texts)
    for publication in candidate.publications:
        body = f"{publication.title}\n{publication.abstract}"
        texts.append(Text(body, publication.language or None, field=Source.PUBLICATION.value))
        publication_ids.append(str(publication.id))
    return Profile(
        record=Record(candidate.id, texts),
        publication_ids=tuple(publication_ids),
        names=frozenset(terms(f"{candidate.given_name} {candidate.family_name}")),
        fields=tuple(candidate.fields),
        languages=tuple((spoken.code, spoken.level) for spoken in candidate.languages),
        windows=tuple((window.starts_on, window.ends_on) for window in candidate.availability),
    )


def post_of(placement: Placement) -> Post:
    """A placement's terms of reference and wishes."""
    language = placement.language or None
    return Post(
        record=Record(
            placement.id, [Text(getattr(placement, name), language, field=name) for name in PLACEMENT_TEXTS]
        ),
        fields=tuple(placement.fields),
        languages=tuple(Wanted(want.code, want.level, want.required) for want in placement.languages),
        starts_on=placement.starts_on,
        ends_on=placement.ends_on,
        length_days=placement.length_days,
    )


def corpus_of(
    candidates: Sequence[Candidate],
    placements: Sequence[Placement],
    added_terms: Sequence[Term] = (),
    apart: frozenset[tuple[UUID, UUID]] = frozenset(),
) -> Corpus:
    """All of them, in the order of their ids, so that nothing depends on the database's order."""
    return Corpus(
        {c.id: profile_of(c) for c in sorted(candidates, key=lambda c: c.id)},
        {p.id: post_of(p) for p in sorted(placements, key=lambda p: p.id)},
        tuple(sorted(added_terms)),
        apart,
    )
