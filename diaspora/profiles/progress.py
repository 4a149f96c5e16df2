"""How far a profile is: its task list, the steps through it, and what each addition would bring."""

import enum
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from diaspora.profiles import queries
from diaspora.profiles.models import Candidate
from diaspora.profiles.rules import MISSING, REQUIRED, ProfilePart

ENOUGH_WORDS = 60
ENOUGH_PUBLICATIONS = 3
"""Fewer texts than this tell the matcher too little."""


class Progress(enum.StrEnum):
    """How far one part is."""

    DONE = "done"
    MISSING = "missing"
    OPTIONAL = "optional"


@dataclass(frozen=True)
class Task:
    """One line of the list; `lacks` says in words what is still needed."""

    part: ProfilePart
    progress: Progress
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """One part on the way through all of them."""

    number: int
    of: int
    before: ProfilePart | None
    after: ProfilePart | None


@dataclass(frozen=True)
class ProfileMeasure:
    """What is counted of a profile; words and publications as numbers, the rest as there or not."""

    missing: frozenset[str]
    interests_words: int
    experience_words: int
    publications: int
    without_abstract: int
    windows: int
    years_abroad: bool


@dataclass(frozen=True)
class Addition:
    """Something that is not there yet: where to add it, and what it would bring."""

    part: ProfilePart
    text: LazyString | str
    required: bool = False


@dataclass(frozen=True)
class Completeness:
    """How much of a profile is there, in percent, and what would bring it further, what is needed first."""

    percent: int
    additions: tuple[Addition, ...]

    @property
    def helpful(self) -> tuple[Addition, ...]:
        """Without what is required."""
        return tuple(addition for addition in self.additions if not addition.required)


_REQUIRED_TEXTS: dict[str, tuple[ProfilePart, LazyString]] = {
    "name": (ProfilePart.ABOUT, _l("Enter your name: letters and invitations are made out to it.")),
    "country": (ProfilePart.ABOUT, _l("Say where you live: the cost of the journey depends on it.")),
    "links": (
        ProfilePart.ABOUT,
        _l("Say what ties you to Moldova: the programme is for people who have a tie."),
    ),
    "career_stage": (
        ProfilePart.CAREER,
        _l("Choose your career stage: institutions look for it first."),
    ),
    "degrees": (
        ProfilePart.DEGREES,
        _l("Add a degree: calls ask for a level, and its subject counts as text."),
    ),
    "fields": (
        ProfilePart.FIELDS,
        _l("Choose a field of research: without it no placement can be near to yours."),
    ),
    "languages": (
        ProfilePart.LANGUAGES,
        _l("Add the languages that you work in: each placement names those that it needs."),
    ),
    "interests": (
        ProfilePart.INTERESTS,
        _l("Write what you would like to do in Moldova: placements are found by these words."),
    ),
    "consent": (
        ProfilePart.CONSENT,
        _l("Read the consent and decide: without it the profile cannot be sent."),
    ),
}


def completeness(profile: ProfileMeasure) -> Completeness:
    """Which things are there and which are not; each counts the same."""
    lacking = [
        Addition(part, text, required=True)
        for key, (part, text) in _REQUIRED_TEXTS.items()
        if key in profile.missing
    ]
    helpful = _helpful(profile)
    things = len(_REQUIRED_TEXTS) + len(helpful)
    there = len(_REQUIRED_TEXTS) - len(lacking) + sum(one.there for one in helpful)
    asked = [one.addition for one in helpful if one.asked and not one.there]
    return Completeness(100 * there // things, (*lacking, *asked))


@dataclass(frozen=True)
class _Helpful:
    """Something that is not required; it is asked for only where there is something to add it to."""

    there: bool
    addition: Addition
    asked: bool = True


def _helpful(profile: ProfileMeasure) -> list[_Helpful]:
    few = ENOUGH_PUBLICATIONS - profile.publications
    return [
        _Helpful(
            few <= 0,
            Addition(
                ProfilePart.PUBLICATIONS,
                ngettext(
                    "Add %(num)s publication, thesis or project: the matcher then has enough text.",
                    "Add %(num)s publications, theses or projects: the matcher then has enough text.",
                    few,
                ),
            ),
        ),
        _Helpful(
            profile.publications > 0 and not profile.without_abstract,
            Addition(
                ProfilePart.PUBLICATIONS,
                ngettext(
                    "Add the abstract of %(num)s publication: a few sentences say much more than a title.",
                    "Add the abstracts of %(num)s publications: a few sentences say much more than a title.",
                    profile.without_abstract,
                ),
            ),
            asked=profile.publications > 0,
        ),
        _Helpful(
            profile.experience_words >= ENOUGH_WORDS,
            Addition(
                ProfilePart.CAREER,
                _l("Describe your experience in 60 words or more: your methods then count in every match."),
            ),
        ),
        _Helpful(
            profile.interests_words >= ENOUGH_WORDS,
            Addition(
                ProfilePart.INTERESTS,
                _l(
                    "Write 60 words or more about what you would like to do: "
                    "a few words are too little to compare."
                ),
            ),
            asked="interests" not in profile.missing,
        ),
        _Helpful(
            profile.windows > 0,
            Addition(
                ProfilePart.AVAILABILITY,
                _l("Say when you could come: institutions see at once whether their dates suit you."),
            ),
        ),
        _Helpful(
            profile.years_abroad,
            Addition(
                ProfilePart.CAREER,
                _l("Say how many years you worked abroad: some calls ask for a number of them."),
            ),
        ),
    ]


def completeness_of(candidate: Candidate) -> Completeness:
    """The same for a stored profile."""
    return completeness(
        ProfileMeasure(
            missing=frozenset(_missing(candidate)),
            interests_words=len(candidate.interests.split()),
            experience_words=len(candidate.experience.split()),
            publications=len(candidate.publications),
            without_abstract=sum(not p.abstract for p in candidate.publications),
            windows=len(candidate.availability),
            years_abroad=candidate.years_abroad is not None,
        )
    )


def step(part: ProfilePart) -> Step:
    """Where this part stands on the way."""
    parts = list(ProfilePart)
    here = parts.index(part)
    return Step(
        number=here + 1,
        of=len(parts),
        before=parts[here - 1] if here else None,
        after=parts[here + 1] if here + 1 < len(parts) else None,
    )


def tasks(candidate: Candidate) -> list[Task]:
    """Every part in its order."""
    missing = _missing(candidate)
    return [_task(candidate, part, missing) for part in ProfilePart]


def _missing(candidate: Candidate) -> set[str]:
    facts = queries.facts(candidate)
    return {*facts.missing, *(() if facts.consented else ("consent",))}


def _task(candidate: Candidate, part: ProfilePart, missing: set[str]) -> Task:
    if part not in REQUIRED:
        return Task(part, Progress.DONE if getattr(candidate, part.value) else Progress.OPTIONAL)
    lacking = tuple(str(MISSING[key]) for key in REQUIRED[part] if key in missing)
    return Task(part, Progress.MISSING if lacking else Progress.DONE, lacking)
