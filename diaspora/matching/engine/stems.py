"""From a written word to its term: a stem in a language, such as "ro:invat"."""

from collections.abc import Iterator
from functools import lru_cache

import Stemmer

from diaspora.matching.engine import stop_words
from diaspora.matching.engine.languages import TYPED_RUSSIAN
from diaspora.matching.engine.spelling import is_cyrillic, typed_back
from diaspora.matching.engine.tokens import fold, written_terms

# Snowball's stemmers (https://snowballstem.org). They see folded words, so that Romanian with marks and
# Romanian without have one stem; measured, this costs nothing.
_STEMMERS = {
    "en": Stemmer.Stemmer("english"),
    "ro": Stemmer.Stemmer("romanian"),
    "ru": Stemmer.Stemmer("russian"),
    "fr": Stemmer.Stemmer("french"),
    "it": Stemmer.Stemmer("italian"),
    "de": Stemmer.Stemmer("german"),
}
_STOPS = {
    language: frozenset(fold(word) for word in text.split())
    for language, text in (
        ("fr", stop_words.FRENCH), ("it", stop_words.ITALIAN), ("de", stop_words.GERMAN)
    )
}  # fmt: skip


@lru_cache(maxsize=2**18)
def stemmed(folded: str, language: str) -> str:
    """The term of a folded word in a text of this language; "" where it is none of that language's.

    A word in another alphabet than its text's is Russian or English, whatever the text.
    """
    if is_cyrillic(folded):
        language = "ru"
    elif language == TYPED_RUSSIAN:
        language, folded = "ru", typed_back(folded)
    elif language == "ru":
        language = "en"
    if folded in _STOPS.get(language, ()):
        return ""
    stemmer = _STEMMERS.get(language)
    return f"{language}:{stemmer.stemWord(folded) if stemmer else folded}"


def terms_in(body: str, language: str) -> Iterator[tuple[str, str]]:
    """Every term of the text in order, as (as written, term)."""
    for written, folded in written_terms(body):
        if term := stemmed(folded, language):
            yield written, term


def stems_of(phrase: str, language: str) -> list[str]:
    """The stems of a phrase, without the language before them."""
    return [term.partition(":")[2] for _, term in terms_in(phrase, language)]
