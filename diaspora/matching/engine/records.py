"""What the engine is given: profiles and placements, each a key and some texts."""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """One piece of writing of a record: an abstract, a list of interests, a description of tasks.

    body: the writing itself; may be empty.
    language: ISO 639-1 code, or None when unknown. Kept with the text; the present formula does not use it.
    weight: how much the text counts beside the record's other texts; finite and not negative; 0 = not at all.
    field: where the text comes from ("publication", "interests", "tasks", ...), repeated in explanations.

    Raises TypeError when the body is not a string, ValueError when the weight is negative or not finite.
    """

    body: str
    language: str | None = None
    weight: float = 1.0
    field: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.body, str):
            raise TypeError(f"a text's body must be a string, not {type(self.body).__name__}")
        if not (math.isfinite(self.weight) and self.weight >= 0):
            raise ValueError(f"a text's weight must be finite and not negative, not {self.weight!r}")


@dataclass(frozen=True)
class Record:
    """A profile or a placement: a key, unique among its kind, and its texts (possibly none).

    Raises TypeError when `texts` holds anything but Text.
    """

    key: Hashable
    texts: Sequence[Text]

    def __post_init__(self) -> None:
        # A tuple of its own, so that nobody can change a record that the matcher has already judged.
        object.__setattr__(self, "texts", tuple(self.texts))
        for text in self.texts:
            if not isinstance(text, Text):
                raise TypeError(f"record {self.key!r} holds a {type(text).__name__} where a Text belongs")
