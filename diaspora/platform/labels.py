"""Words for what stands in the database as a code, in the reader's language.

A package registers its own in `init_app`; templates write `{{ placement.state|label }}`.
"""

import enum
from collections.abc import Mapping

from flask import Flask
from flask_babel.speaklater import LazyString

_LABELS: dict[str, LazyString] = {}


def register(labels: Mapping[enum.StrEnum, LazyString]) -> None:
    """Add the words for an enumeration's members. Every member must have one."""
    kinds = {type(member) for member in labels}
    for kind in kinds:
        missing = set(kind) - set(labels)
        if missing:
            raise ValueError(f"{kind.__name__} without a word for: {sorted(missing)}")
    for member, words in labels.items():
        _LABELS[_key(member)] = words


def _key(member: enum.StrEnum) -> str:
    # two enumerations may share a value ("draft") or a name ("Part"), and members hash as plain text
    return f"{type(member).__module__}.{type(member).__qualname__}.{member.value}"


def label(member: enum.StrEnum) -> str:
    """The word for a member. Raises KeyError where a package forgot it."""
    return str(_LABELS[_key(member)])


def word(member: enum.StrEnum) -> str:
    """The word for a member, or its code where none is needed elsewhere."""
    return str(_LABELS.get(_key(member), member.value))


def init_app(app: Flask) -> None:
    """Give templates the filter."""
    app.jinja_env.filters["label"] = label
