"""Finding typed words in texts that have no folded column of their own."""

from collections.abc import Iterable
from typing import TypeVar

from diaspora.platform.folding import beginnings, folded

Key = TypeVar("Key")


def having_words(words: str, texts: Iterable[tuple[Key, str]]) -> set[Key]:
    """The keys of the texts in which each of the words begins a word, in whatever alphabet it was typed."""
    sought = beginnings(words)
    found = ((key, f" {folded(text)}") for key, text in texts)
    return {key for key, text in found if all(f" {word}" in text for word in sought)}
