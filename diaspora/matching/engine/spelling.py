"""Spellings brought together: alphabets, and the ways in which languages write the same borrowed word."""

import re
from functools import lru_cache

_LATIN_OF = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "j", "з": "z", "и": "i", "й": "i",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u",
    "ф": "f", "х": "h", "ц": "c", "ч": "ci", "ш": "s", "щ": "sci", "ъ": "", "ы": "i", "ь": "", "э": "e",
    "ю": "iu", "я": "ia",
}  # fmt: skip

# How Russian is typed on a Latin keyboard, longest first; also the other way round, to learn what it
# looks like.
_TYPED = [
    ("щ", "shch"), ("щ", "sch"), ("ж", "zh"), ("х", "kh"), ("ц", "ts"), ("ч", "ch"), ("ш", "sh"), ("ю", "yu"),
    ("ю", "iu"), ("я", "ya"), ("я", "ia"), ("э", "eh"), ("а", "a"), ("б", "b"), ("в", "v"), ("г", "g"),
    ("д", "d"), ("е", "e"), ("з", "z"), ("и", "i"), ("й", "y"), ("й", "j"), ("к", "k"), ("л", "l"),
    ("м", "m"),
    ("н", "n"), ("о", "o"), ("п", "p"), ("р", "r"), ("с", "s"), ("т", "t"), ("у", "u"), ("ф", "f"),
    ("х", "h"),
    ("ц", "c"), ("ы", "y"), ("ь", "'"), ("в", "w"),
]  # fmt: skip
_CYRILLIC_OF = {latin: cyrillic for cyrillic, latin in reversed(_TYPED)}
_TYPED_OF = dict(reversed(_TYPED)) | {"ъ": "", "ь": "", "э": "e"}
_TYPED_PIECES = re.compile("|".join(sorted(map(re.escape, _CYRILLIC_OF), key=len, reverse=True)))

# In this order; each pair is one habit of spelling: hydrology, hidrologie, гидрология.
_HABITS = [
    (re.compile("^g(?=idr|ipo|iper|ist)"), "h"), (re.compile("ph"), "f"), (re.compile("th"), "t"),
    (re.compile("[ck]h"), "h"), (re.compile("x"), "ks"), (re.compile("qu"), "kv"), (re.compile("ck"), "k"),
    (re.compile("y"), "i"), (re.compile("w"), "v"), (re.compile("[cq]"), "k"), (re.compile("[ao]e"), "e"),
    (re.compile(r"(.)\1+"), r"\1"), (re.compile("(tion|tie|kii|kiia|tiun|tsion|sion|sie|tia|kia)$"), "ti"),
]  # fmt: skip


def is_cyrillic(word: str) -> bool:
    """Whether any letter is Cyrillic."""
    return any("\u0400" <= letter <= "\u04ff" for letter in word)


def typed_in_latin(russian: str) -> str:
    """Russian as it is typed without a Russian keyboard: почва, pochva."""
    return "".join(_TYPED_OF.get(letter, letter) for letter in russian)


def typed_back(word: str) -> str:
    """The reverse of `typed_in_latin`, as far as one can know: pochva, почва."""
    russian = _TYPED_PIECES.sub(lambda found: _CYRILLIC_OF[found.group()], word)
    return re.sub("(?<=[бвгджзклмнпрстфхцчшщ])й", "ы", russian)


def cognate_form(stem: str) -> str:
    """A folded stem with habits of spelling taken away; equal or close for words of one origin."""
    form = "".join(_LATIN_OF.get(letter, letter) for letter in stem)
    for habit, common in _HABITS:
        form = habit.sub(common, form)
    return form


@lru_cache(maxsize=2**17)
def pieces(stem: str) -> tuple[str, ...]:
    """The 3- to 5-grams of the cognate form, its ends marked, each once."""
    form = f"<{cognate_form(stem)}>"
    return tuple(sorted({form[at : at + n] for n in (3, 4, 5) for at in range(len(form) - n + 1)}))
