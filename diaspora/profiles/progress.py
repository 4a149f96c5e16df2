"""The task list: which part of a profile is done, which is missing, which may wait."""

import enum
from dataclasses import dataclass

from diaspora.profiles import queries
from diaspora.profiles.models import Candidate
from diaspora.profiles.rules import MISSING, REQUIRED, ProfilePart


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


def tasks(candidate: Candidate) -> list[Task]:
    """Every part in its order."""
    facts = queries.facts(candidate)
    missing = {*facts.missing, *(() if facts.consented else ("consent",))}
    return [_task(candidate, part, missing) for part in ProfilePart]


def _task(candidate: Candidate, part: ProfilePart, missing: set[str]) -> Task:
    if part not in REQUIRED:
        return Task(part, Progress.DONE if getattr(candidate, part.value) else Progress.OPTIONAL)
    lacking = tuple(str(MISSING[key]) for key in REQUIRED[part] if key in missing)
    return Task(part, Progress.MISSING if lacking else Progress.DONE, lacking)
