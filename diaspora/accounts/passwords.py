"""Which passwords are refused. Length and what is guessed first count, not composition (NIST SP 800-63B)."""

import re
import unicodedata

from anyascii import anyascii
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from zxcvbn import zxcvbn

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200

LOOKED_AT = 32
"""Characters that are judged: signs that stand for letters make zxcvbn's time grow with a high power."""
LEAST_SCORE = 3
"""Of zxcvbn's 0 to 4: more than a hundred million guesses."""
_LEAST_WORD = 3
_BETWEEN_WORDS = re.compile(r"[\W_]+")


def normalised(password: str) -> str:
    """The same password, however a keyboard composes its letters (NFKC), without spaces around it."""
    return unicodedata.normalize("NFKC", password).strip()


def password_refusal(password: str, *own: str) -> LazyString | None:
    """Why this password cannot be used, or None. `own` is what a stranger knows: address, names.

    The person's own words are cut out; what is left has to be long and unusual enough by itself. They are not
    given to zxcvbn, which keeps them in the memory of the process.
    """
    if len(password) > LONGEST_PASSWORD:
        return _l("Use at most %(most)s characters.", most=LONGEST_PASSWORD)
    if len(normalised(password)) < SHORTEST_PASSWORD:
        return _l(
            "Use at least %(least)s characters; a few words are easy to remember.", least=SHORTEST_PASSWORD
        )
    rest = _without(_plain(normalised(password)), own)
    if len(rest) < SHORTEST_PASSWORD or zxcvbn(rest[:LOOKED_AT])["score"] < LEAST_SCORE:
        return _l(
            "This password is guessed early: it is a common one, repeats itself, or holds your name or "
            "address. Several unrelated words are better."
        )
    return None


def _plain(text: str) -> str:
    return anyascii(text.casefold()).lower()


def _without(text: str, own: tuple[str, ...]) -> str:
    words = {word for one in own for word in _BETWEEN_WORDS.split(_plain(one)) if len(word) >= _LEAST_WORD}
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, "")
    return text.strip()
