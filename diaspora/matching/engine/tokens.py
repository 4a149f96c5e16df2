"""From a text to its words: what counts as a word, and how its spellings are brought together."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from diaspora.matching.engine.stop_words import ENGLISH, ROMANIAN, RUSSIAN

LONGEST_WORD = 64  # characters; longer runs are not words but encoded data or keyboard noise

# Soft hyphens and joiners stand invisibly inside words copied from documents; an underscore separates words.
_CLEANED = {ord("_"): " ", 0x00AD: None, 0x200C: None, 0x200D: None, 0x2060: None, 0xFEFF: None}

# Accents may come as characters of their own (U+0300-U+036F). One character class only: linear on any input.
_WORD = re.compile(r"\w[\w\u0300-\u036f]*")


def fold(word: str) -> str:
    """The spelling under which a word is compared: lower case, no accents, one form per letter.

    Romanian ș, ş, ț, ţ, ă, â, î lose their marks and Russian ё becomes е, as people write both ways;
    й stays, because it is a letter of its own.
    """
    decomposed = unicodedata.normalize("NFKD", word).casefold().replace("и\u0306", "й")
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


STOP_WORDS = frozenset(fold(word) for word in f"{ENGLISH} {ROMANIAN} {RUSSIAN}".split())


@lru_cache(maxsize=2**17)
def term_of(word: str) -> str:
    """The term a written word stands for; "" for under two letters, overlong words and stop words."""
    if len(word) > LONGEST_WORD:
        return ""
    term = fold(word)
    letters = sum(letter.isalpha() for letter in term)
    return "" if letters < 2 or term in STOP_WORDS else term


def written_terms(text: str) -> Iterator[tuple[str, str]]:
    """Every term of the text in order, as (as written, term). Digits belong to words: "CO2", "H2O"."""
    for match in _WORD.finditer(text.translate(_CLEANED)):
        if term := term_of(match.group()):
            # Normalised word by word: on a whole hostile text, normalisation takes quadratic time.
            yield unicodedata.normalize("NFC", match.group()), term


def words(text: str) -> list[str]:
    """Every run of letters and digits, as written, small words included."""
    return _WORD.findall(text.translate(_CLEANED))


def terms(text: str) -> list[str]:
    """Every word of the text that counts, folded, in order, repeated as often as it is written."""
    return [term for _, term in written_terms(text)]
