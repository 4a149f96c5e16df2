"""What is badly written in a Romanian or Russian text, in a catalogue, a guide or the demonstration."""

import re

# the second sort is filled in by a script
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|\{\w+\}")
_NOT_WORDS = re.compile(
    r"%\(\w+\)[sd]|\{\w+\}|https?://\S+|<[^>]*>|&\w+;|\S+@\S+|\b[\w.-]+\.(?:org|md|eu)\b|\b[a-z]+-\d+"
)
# names and terms that are the same in every language
_LATIN = re.compile(
    r"\b(data\.json|Office|Word|JPEG|PNG|ORCID|ROR|IDNO|DOI|PDF|CSV|JSON|ISO|IP|URL|OECD|Frascati|CEFR|PhD|BibTeX|Punte|Atom|iCal|WCAG|ARIA|axe|Crossref|DataCite"
    r"|Enter|TOTP|QR|https|JavaScript|Chromium|NVDA|Orca|schema\.org|w{3}|gov|md|[ABC][12]|[IVXLCM]+)\b"
)  # fmt: skip
_ENGLISH = re.compile(
    r"\b(the|and|of|with|your|you|was|were|this|that|these|which|from|have|has|not|by|been|will)\b"
)

_BOTH = {
    "straight quotes": re.compile(r'"'),
    "three dots for …": re.compile(r"\.\.\."),
    "two spaces": re.compile(r"\S  +\S"),
    "a space before a full stop or a comma": re.compile(r"\w [.,;:!?](?:\s|$)"),
    "a percent sign without its narrow place": re.compile(r"(?:\d|\)s|\)d) ?%(?!\(|\w)"),
    "a Latin letter in a Cyrillic word, or the other way round": re.compile(
        r"[a-zA-Z][а-яА-ЯёЁ]|[а-яА-ЯёЁ][a-zA-Z]"
    ),
}
_OF = {
    "ro": {
        "cedilla": re.compile(r"[şţŞŢ]"),
        "quotes other than „…” and «…»": re.compile(r"[“‟]|”\w"),
        "î within a word": re.compile(
            r"\b(?!ne|re|pre|bine|semi|auto|supra|dez|într|co|sub)[a-zăâșț]+î[a-zăâșț]"
        ),
        "sînt": re.compile(r"\bsînt"),
        "English": _ENGLISH,
    },
    "ru": {
        "quotes other than «…» and „…“": re.compile(r"”|“\w"),
        "Вы in capitals": re.compile(
            r"(?<![.!?…:»]\s)(?<!^)(?<!\n)(?<![«*(])(?<![#*-] )\b(Вы|Вас|Вам|Вами|Ваш\w*)\b"
        ),
        "ё, which these texts write as е": re.compile(r"\b(?![Вв]сё\b)\w*[ёЁ]\w*"),
        "English": re.compile(r"[A-Za-z]{2,}"),
    },
}  # fmt: skip


def faults(text: str, language: str, foreign: bool = False) -> list[str]:
    """What is wrong with it, by name. `foreign` texts may name things in English (a journal, a program)."""
    plain = _NOT_WORDS.sub("0", text.replace("%%", "%"))
    found = [
        name
        for name, wrong in {**_BOTH, **_OF.get(language, {})}.items()
        if name != "English" and wrong.search(plain)
    ]
    english = _OF.get(language, {}).get("English")
    if english and not foreign and english.search(_LATIN.sub("", plain)):
        found.append("English")
    return found
