"""One text does not decide: long, odd, repeated or stuffed ones do not climb."""

import numpy as np
import pytest

from diaspora.matching.engine import Matcher, Record, Text

RANDOM = np.random.default_rng(4)
FIELDS = {
    name: [
        f"{name}{syllable}{end}"
        for syllable in ("ba", "ce", "di", "fo", "gu", "ha", "je")
        for end in "klmnrstvz"
    ]
    for name in ("hydro", "neuro", "agro", "socio", "techno")
}
COMMON = [f"work{end}" for end in "abcdefghijklmnop"]


def text(field: str, words: int = 40) -> str:
    chosen = [*RANDOM.choice(FIELDS[field], words), *RANDOM.choice(COMMON, words // 2)]
    RANDOM.shuffle(chosen)
    return " ".join(chosen)


BASE = [
    Record(f"{field}{n}", [Text(text(field), "en") for _ in range(4)]) for field in FIELDS for n in range(8)
]
WANTED = [Record(field, [Text(text(field), "en"), Text(text(field), "en")]) for field in FIELDS]


def rank(texts: list[str], placement: str = "hydro") -> int:
    profiles = [*BASE, Record("zz", [Text(body, "en") for body in texts])]
    matcher = Matcher().fit(profiles, WANTED)
    return [key for key, _ in matcher.profiles_for(placement, k=99)].index("zz")


def test_a_paragraph_pasted_fifty_times_counts_once():
    paragraph = text("hydro", 12)
    own = [text("agro") for _ in range(3)]
    once = rank([*own, paragraph])
    assert rank([*own, *[paragraph] * 50]) >= once
    assert rank([*own, " ".join([paragraph] * 50)]) >= once
    assert rank([*own[:2], f"{own[2]} {' '.join([paragraph] * 50)}"]) >= rank(
        [*own[:2], f"{own[2]} {paragraph}"]
    )


def test_a_list_of_a_thousand_keywords_does_not_climb():
    keywords = [word for field in FIELDS.values() for word in field] + [f"key{n}word" for n in range(700)]
    own = [text("agro") for _ in range(3)]
    assert rank([*own, " ".join(keywords)]) >= 8, "behind all who work in the field"
    assert rank([" ".join(keywords)]) >= 8


def test_one_long_text_does_not_drown_the_others():
    own = [text("hydro") for _ in range(4)]
    assert rank([*own, text("agro", 4000)]) < 9


def test_one_odd_text_does_not_decide():
    assert rank([*[text("agro") for _ in range(4)], text("hydro")]) >= 8
    assert rank([*[text("hydro") for _ in range(4)], text("agro")]) < 9


def test_twenty_texts_are_no_advantage_over_two():
    twenty, two = ([text("hydro") for _ in range(n)] for n in (20, 2))
    assert abs(rank(twenty) - rank(two)) <= 8
    assert rank([text("agro") for _ in range(20)]) >= 8


def test_weight_of_a_corpus_comes_in_without_a_jump():
    shares = []
    for n in (1, 2, 3, 5, 8, 13, 21, 34):
        matcher = Matcher().fit(BASE[:n], WANTED)
        shares.append(matcher.space_.context_share)
    assert max(np.diff(shares)) < 0.02
    assert shares == sorted(shares)
    assert shares[0] == pytest.approx(0, abs=0.01)
