"""What stands beside the fields while terms of reference are written: chapters, gaps, good examples."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask_babel.speaklater import LazyString

from diaspora.placements import rules
from diaspora.placements.labels import CHAPTER_NAMES, PART_NAMES
from diaspora.placements.rules import CHAPTERS, Terms

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Chapter:
    """A chapter of the form: its parts, and (part, name) of those that are still missing."""

    key: str
    name: LazyString
    parts: tuple[str, ...]
    missing: list[tuple[str, LazyString]]


def chapters(terms: Terms) -> list[Chapter]:
    """All chapters in the order of the form, with what these terms of reference lack."""
    gaps = rules.missing(terms)
    return [
        Chapter(key, CHAPTER_NAMES[key], parts, [(part, PART_NAMES[part]) for part in parts if part in gaps])
        for key, parts in CHAPTERS.items()
    ]


@lru_cache
def examples(language: str) -> list[dict[str, str]]:
    """Whole invented posts in this language: of which `kind` of place, their texts, a few words a chapter."""
    found: list[dict[str, str]] = json.loads((DATA / f"examples.{language}.json").read_text("utf-8"))
    return found
