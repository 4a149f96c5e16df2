"""Names in the order in which a reader looks for them: by the alphabet of the language, not by code points.

Romanian: a ă â b … i î j … s ș t ț, each a letter of its own. Readers of English and Russian know no such
letters: ă stands with a. Russian: ё after е, й after и. In every language capitals and small letters stand
together, accents count only between names that are otherwise equal, and the reader's own script comes first.
"""

import unicodedata
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from typing import TypeVar

from diaspora.platform.languages import current_language

Item = TypeVar("Item")
SortKey = tuple[tuple[int, ...], str, str]

_LATIN = "abcdefghijklmnopqrstuvwxyz"
_ROMANIAN = "aăâbcdefghiîjklmnopqrsștțuvwxyz"
# with the letters that Ukrainian and Belarusian names bring, where those alphabets have them
_CYRILLIC = "абвгґдеёєжзиіїйклмнопрстуўфхцчшщъыьэюя"
_ALPHABETS = {"ro": _ROMANIAN + _CYRILLIC, "ru": _CYRILLIC + _LATIN, "en": _LATIN + _CYRILLIC}

# the cedilla that old texts have for the Romanian comma, and letters that Unicode does not take apart
_WRITTEN_AS = str.maketrans(
    {
        "ş": "ș",
        "ţ": "ț",
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
    }
)
_LETTERS = 0x110000  # above every code point: signs and digits stand before letters
_OTHER_LETTERS = 2 * _LETTERS  # letters of further scripts stand after those of the alphabet


def in_order(
    items: Iterable[Item], key: Callable[[Item], str] = str, language: str | None = None
) -> list[Item]:
    """The items as the reader's language orders them by name (`key`); equal names stay as they came."""
    return sorted(items, key=lambda item: sort_key(key(item), language))


def sort_key(text: str, language: str | None = None) -> SortKey:
    """For orders of more than the name: `key=lambda member: (not member.leads, sort_key(member.name))`."""
    return _key(text, language or current_language())


@lru_cache(maxsize=8192)
def _key(text: str, language: str) -> SortKey:
    small = unicodedata.normalize("NFC", text).casefold().translate(_WRITTEN_AS)
    places = tuple(place for letter in small for place in _places(letter, language))
    return places, small, text


@lru_cache(maxsize=4096)
def _places(letter: str, language: str) -> tuple[int, ...]:
    """Where a letter stands: itself if the alphabet has it, else what is left of it without accents."""
    alphabet = _alphabet(language)
    if letter in alphabet:
        return (alphabet[letter],)
    parts = [part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part)]
    return tuple(alphabet.get(part, ord(part) + _OTHER_LETTERS * part.isalpha()) for part in parts)


@cache
def _alphabet(language: str) -> dict[str, int]:
    return {letter: _LETTERS + place for place, letter in enumerate(_ALPHABETS[language])}
