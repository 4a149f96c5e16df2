"""One form for words, whatever alphabet, diacritics or transliteration they are written in."""

import re

from anyascii import anyascii

_SAME_SOUND = (
    ("sch", "shch"),  # щ
    ("ck", "k"),
    ("kh", "h"),  # х
    ("zh", "i"),  # ж is typed zh or j, й is typed j, y or i: all three have to meet
    ("j", "i"),
    ("y", "i"),
    ("x", "ks"),
    ("c", "k"),
    ("k", "ts"),  # к is c in Romanian and English, ц is ts or c: all three have to meet
)
_DOUBLED = re.compile(r"([a-z])\1+")
_BETWEEN_WORDS = re.compile(r"[^a-z0-9]+")
_ENDING = "aeiou"
_LEAST_STEM = 4
MOST_WORDS = 40
"""Sought at a time: a line of emoji becomes a thousand words, and each is a condition for the database."""


def folded(text: str) -> str:
    """Words in lower case and plain Latin letters, one space between them, for comparing only.

    Diacritics fall away (ş and ș are s, ё is е). Cyrillic is written in Latin letters, and spellings that
    common transliterations differ in become one: щ shch or sch, х kh or h, ц ts or c, ж zh or j, й y, i or j,
    ю yu, iu or ju, doubled letters or single. What is folded once stays as it is when folded again, and the
    folded beginning of a word is the beginning of the folded word, unless it ends within such a group.
    """
    # an apostrophe is also how a soft sign is typed: it joins
    plain = anyascii(text.casefold()).lower().replace("'", "")
    words = _DOUBLED.sub(r"\1", _BETWEEN_WORDS.sub(" ", plain).strip())
    for written, sound in _SAME_SOUND:
        words = words.replace(written, sound)
    return _DOUBLED.sub(r"\1", words)


def beginnings(text: str) -> list[str]:
    """What to look for at the beginning of folded words, so that each of these words is found.

    Romanian and Russian endings are mostly vowels, so a longer word is sought without them: «почвы» finds
    «почва», and «eroziunea» finds «eroziune».
    """
    words = list(dict.fromkeys(folded(text).split()))[:MOST_WORDS]
    return [stem if len(stem := word.rstrip(_ENDING)) >= _LEAST_STEM else word for word in words]
