import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from diaspora.matching import rules
from diaspora.matching.engine import Matcher, Record, Text
from diaspora.matching.records import PLACEMENT_TEXTS
from diaspora.matching.rules import (
    DatesFit,
    FieldsAnswer,
    FieldsFit,
    LanguageFit,
    Part,
    ScoreWord,
    Wanted,
    compare_dates,
    compare_fields,
    compare_languages,
)
from diaspora.settings import ROOT

DATA = ROOT / "diaspora" / "demonstration" / "data"


def test_the_weights_make_one_whole() -> None:
    assert sum(rules.WEIGHTS.values()) == pytest.approx(1.0)
    assert rules.total(dict.fromkeys(Part, 1.0)) == pytest.approx(1.0)
    assert rules.total(dict.fromkeys(Part, 0.0)) == 0.0


def test_a_shared_field_counts_more_than_a_neighbouring_one() -> None:
    same = compare_fields(["1.4", "4.1"], ["4.1", "1.4"])
    near = compare_fields(["4.1"], ["4.3"])
    other = compare_fields(["4.1"], ["1.4"])
    assert (same.fit, same.codes) == (FieldsFit.SAME, ("4.1", "1.4"))
    assert (near.fit, near.codes) == (FieldsFit.NEAR, ("4",))
    assert other.fit is FieldsFit.NONE
    assert rules.fields_value(same) > rules.fields_value(near) > rules.fields_value(other) == 0


def test_a_field_of_two_digits_is_not_its_neighbours_area() -> None:
    assert compare_fields(["1.1"], ["11.1"]).fit is FieldsFit.NONE


@pytest.mark.parametrize(
    ("held", "fit"),
    [
        ([("ro", "B2")], LanguageFit.MET),
        ([("ro", "native")], LanguageFit.MET),
        ([("ro", "B1")], LanguageFit.LOWER),
        ([("en", "C2")], LanguageFit.MISSING),
        ([], LanguageFit.MISSING),
    ],
)
def test_a_language_is_met_from_its_level_on(held: list[tuple[str, str]], fit: LanguageFit) -> None:
    for required in (True, False):
        [answer] = compare_languages(held, [Wanted("ro", "B2", required)])
        assert answer.fit is fit
        assert answer.warns is (required and fit is not LanguageFit.MET)


def test_a_required_language_weighs_double() -> None:
    wanted = [Wanted("ro", "B2", True), Wanted("en", "B2", False)]
    romanian = rules.languages_value(compare_languages([("ro", "C1")], wanted))
    english = rules.languages_value(compare_languages([("en", "C1")], wanted))
    assert romanian == pytest.approx(2 * english)
    assert rules.languages_value([]) == 1.0


MAY, AUGUST = date(2027, 5, 1), date(2027, 8, 31)


@pytest.mark.parametrize(
    ("windows", "fit", "days"),
    [
        ([(date(2027, 5, 1), date(2027, 5, 14))], DatesFit.FITS, 14),
        ([(date(2027, 5, 1), date(2027, 5, 13))], DatesFit.PARTLY, 13),
        ([(date(2027, 4, 1), date(2027, 5, 1))], DatesFit.PARTLY, 1),
        ([(date(2027, 4, 1), date(2027, 4, 30))], DatesFit.NO, 0),
        ([(date(2027, 4, 1), date(2027, 4, 30)), (date(2027, 6, 1), date(2027, 7, 1))], DatesFit.FITS, 31),
        ([], DatesFit.UNKNOWN, 0),
    ],
)
def test_dates_fit_when_one_window_holds_the_whole_stay(
    windows: list[tuple[date, date]], fit: DatesFit, days: int
) -> None:
    answer = compare_dates(windows, MAY, AUGUST, 14)
    assert (answer.fit, answer.days) == (fit, days)


def test_dates_of_an_unfinished_placement_are_unknown() -> None:
    assert compare_dates([(MAY, AUGUST)], None, None, None).fit is DatesFit.UNKNOWN


def test_a_pair_without_a_word_or_a_field_in_common_is_no_match() -> None:
    same, near = FieldsAnswer(FieldsFit.SAME, ("4.1",)), FieldsAnswer(FieldsFit.NEAR, ("4",))
    assert rules.is_match(0.1, near)
    assert rules.is_match(0.0, same)
    assert not rules.is_match(0.0, near)


def test_more_text_in_common_is_never_worth_less() -> None:
    values = [rules.text_value(score) for score in (0.0, 0.01, rules.TEXT_HALF, 0.3, 1.0)]
    assert values == sorted(values)
    assert values[0] == 0
    assert values[2] == pytest.approx(0.5)
    assert values[-1] < 1


def demonstration(kind: str) -> list[dict[str, Any]]:
    key = "profiles" if kind == "candidates" else kind
    found: list[dict[str, Any]] = []
    for path in sorted(Path(DATA).glob(f"{kind}*.json")):
        found += json.loads(path.read_text(encoding="utf-8"))[key]
    return found


def scores_of_demonstration() -> np.ndarray[Any, Any]:
    """Totals of all its pairs, [profiles, placements]."""
    profiles, placements = demonstration("candidates"), demonstration("placements")
    matcher = Matcher().fit(
        [
            Record(
                p["external_id"],
                [
                    Text(p["interests"]),
                    Text(p["experience"]),
                    Text("\n".join(d["subject"] for d in p["degrees"])),
                ]
                + [Text(f"{x['title']}\n{x['abstract']}") for x in p["publications"]],
            )
            for p in profiles
        ],
        [Record(x["external_id"], [Text(x[name]) for name in PLACEMENT_TEXTS]) for x in placements],
    )
    day = date.fromisoformat
    totals = np.zeros((len(profiles), len(placements)))
    for row, p in enumerate(profiles):
        texts = matcher.score_pairs([(p["external_id"], x["external_id"]) for x in placements])
        windows = [(day(w["starts_on"]), day(w["ends_on"])) for w in p["availability"]]
        held = [(x["code"], x["level"]) for x in p["languages"]]
        for column, x in enumerate(placements):
            dates = compare_dates(windows, day(x["starts_on"]), day(x["ends_on"]), x["length_days"])
            wanted = [Wanted(**want) for want in x["languages"]]
            totals[row, column] = rules.total(
                {
                    Part.TEXT: rules.text_value(float(texts[column])),
                    Part.FIELDS: rules.fields_value(compare_fields(p["fields"], x["fields"])),
                    Part.LANGUAGES: rules.languages_value(compare_languages(held, wanted)),
                    Part.DATES: rules.dates_value(dates, x["length_days"]),
                }
            )
    return totals


def test_the_words_part_the_demonstration_data_as_their_thresholds_say() -> None:
    totals = scores_of_demonstration()
    words = np.vectorize(lambda score: rules.score_word(score).value)(totals)
    assert 0.005 < np.mean(words == ScoreWord.STRONG) < 0.03
    assert 0.02 < np.mean(words == ScoreWord.GOOD) < 0.08
    best = np.vectorize(lambda score: rules.score_word(score).value)(totals.max(axis=1))
    assert 0.15 < np.mean(best == ScoreWord.STRONG) < 0.4
    assert np.mean(best == ScoreWord.SOME) < 0.6
