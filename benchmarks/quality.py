"""How good the matcher is: people's own judgement, meeting across languages, and what each step brings.

    python -m benchmarks.quality ../shared/matching-dev [--quick]

prints tables. The folder's sets are for measuring only and are no part of the product.
"""

import argparse
import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from diaspora.matching.engine import Matcher, Record, Text
from diaspora.matching.engine.recipe import Recipe

FILES = ("people.json", "procurement.csv", "unesco.csv", "gemet.csv")
PAIRS = (
    ("procurement", "ro", "en"),
    ("procurement", "ru", "en"),
    ("procurement", "ro", "ru"),
    ("unesco", "ru", "en"),
)
RESAMPLES = 2000
STEPS = {
    "the recipe": Recipe(),
    "without translations": Recipe(translate=False),
    "without cognates": Recipe(cognates=False),
    "without both": Recipe(translate=False, cognates=False),
    "without context": Recipe(context_share=0.0),
    "without hubness correction": Recipe(hubness=0.0),
    "without levelled lists": Recipe(standardise=False),
    "plain mean of texts": Recipe(length_share=0.0),
    "cosine of records": Recipe(length_share=1.0),
}

Floats = NDArray[np.float64]
Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Sets:
    people: list[dict[str, Any]]
    tables: dict[str, Rows]


def read(folder: Path) -> Sets:
    """The sets of the folder. Exits with a line that says what is missing."""
    missing = [name for name in FILES if not (folder / name).exists()]
    if missing:
        raise SystemExit(f"{folder} lacks {', '.join(missing)}: nothing can be measured without them.")
    tables = {}
    for name in FILES[1:]:
        with (folder / name).open(encoding="utf-8", newline="") as file:
            tables[name.removesuffix(".csv")] = list(csv.DictReader(file))
    return Sets(json.loads((folder / "people.json").read_text(encoding="utf-8")), tables)


def _body(paper: dict[str, Any]) -> str:
    return f"{paper['title']}. {paper['abstract']}"


def people(comparisons: list[dict[str, Any]], recipe: Recipe) -> Floats:
    """Per comparison 1 where the better person stands higher, .5 for a tie, else 0."""
    profiles, placements = [], []
    for n, comparison in enumerate(comparisons):
        placements.append(Record(n, [Text(_body(comparison["target"]))]))
        for side in ("positive", "negative"):
            profiles.append(Record(f"{n}{side}", [Text(_body(p)) for p in comparison[side]["papers"]]))
    matcher = Matcher(recipe=recipe).fit(profiles, placements)
    better, worse = (
        matcher.score_pairs([(f"{n}{side}", n) for n in range(len(comparisons))])
        for side in ("positive", "negative")
    )
    return _won(better, worse)


def plain_people(comparisons: list[dict[str, Any]]) -> Floats:
    """The same for TfidfVectorizer and the mean of a person's texts."""
    texts = [_body(c["target"]) for c in comparisons]
    sides = [[_body(p) for p in c[side]["papers"]] for c in comparisons for side in ("positive", "negative")]
    vectorizer = TfidfVectorizer().fit(texts + [text for side in sides for text in side])
    targets = vectorizer.transform(texts)
    means = normalize(np.vstack([np.asarray(vectorizer.transform(side).mean(axis=0)) for side in sides]))
    scores = targets @ means.T
    rows = np.arange(len(texts))
    return _won(scores[rows, 2 * rows], scores[rows, 2 * rows + 1])


def _won(better: Floats, worse: Floats) -> Floats:
    difference = better - worse
    return np.where(np.abs(difference) < 1e-12, 0.5, (difference > 0).astype(float))


def interval(values: Floats) -> tuple[float, float]:
    """The middle 95 % of the mean over resampled comparisons."""
    random = np.random.default_rng(0)
    means = values[random.integers(len(values), size=(RESAMPLES, len(values)))].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def _labels(rows: Rows, column: str, prefix: str) -> list[Record]:
    return [Record(f"{prefix}{n:05}", [Text(row[column])]) for n, row in enumerate(rows)]


def meeting(rows: Rows, one: str, other: str, recipe: Recipe) -> float:
    """Mean reciprocal rank, among the first 10, of the same row in the other column; 0 beyond."""
    rows = [row for row in rows if row[one] and row[other]]
    matcher = Matcher(recipe=recipe).fit(_labels(rows, one, ""), _labels(rows, other, ""))
    lists = matcher.suggest(k=10).placements_for
    ranks = []
    for key, found in lists.items():
        keys = [scored.key for scored in found]
        ranks.append(1 / (1 + keys.index(key)) if key in keys else 0.0)
    return float(np.mean(ranks))


def own_language(rows: Rows, languages: Sequence[str], recipe: Recipe) -> dict[str, tuple[float, float]]:
    """For queries of each language in a pool of all: the share of their own language in the top ten
    (fair: one
    over the number of languages), and MRR@10 of the first partner in another language."""
    rows = [row for row in rows if all(row[language] for language in languages)]
    pool = [Record(f"{n:05}{lang}", [Text(row[lang])]) for n, row in enumerate(rows) for lang in languages]
    queries = [
        Record(f"{n:05}{lang}", [Text(row[lang])]) for n, row in enumerate(rows[::7]) for lang in languages
    ]
    matcher = Matcher(recipe=recipe).fit(queries, pool)
    lists = matcher.suggest(k=10).placements_for
    result = {}
    for language in languages:
        own, found = [], []
        for n in range(len(rows[::7])):
            keys = [str(scored.key) for scored in lists[f"{n:05}{language}"]]
            own += [key.endswith(language) for key in keys]
            partner = [
                place for place, key in enumerate(keys) if key[:5] == f"{7 * n:05}" and key[5:] != language
            ]
            found.append(1 / (1 + partner[0]) if partner else 0.0)
        result[language] = (float(np.mean(own)), float(np.mean(found)))
    return result


def paragraphs(sets: Sets) -> list[tuple[str, Rows, str, str]]:
    """Longer texts with a partner: notes of a thesaurus, definitions, and ten labels in a row."""
    notes = [row for row in sets.tables["unesco"] if min(len(row["en_full"]), len(row["ru_full"])) > 200]
    labels = sets.tables["procurement"]
    joined = [
        {
            language: ". ".join(row[language] for row in labels[at : at + 10])
            for language in ("en", "ro", "ru")
        }
        for at in range(0, len(labels) - 9, 10)
    ]
    return [
        ("thesaurus notes", notes, "ru_full", "en_full"),
        ("definitions", sets.tables["gemet"], "ro_full", "en_full"),
        ("ten labels", joined, "ro", "en"),
        ("ten labels", joined, "ru", "en"),
        ("ten labels", joined, "ro", "ru"),
    ]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--quick", action="store_true", help="the recipe alone, no ablation")
    options = parser.parse_args()
    sets = read(options.folder)
    steps = {"the recipe": Recipe()} if options.quick else STEPS

    print(
        f"People ({len(sets.people)} comparisons): accuracy; gain over plain TfidfVectorizer, 95 % interval"
    )
    plain = plain_people(sets.people)
    print(f"  {'plain TfidfVectorizer':28} {plain.mean():.3f}")
    for name, recipe in steps.items():
        won = people(sets.people, recipe)
        low, high = interval(won - plain)
        print(
            f"  {name:28} {won.mean():.3f}   {(won - plain).mean():+.3f} [{low:+.3f}, {high:+.3f}]",
            flush=True,
        )

    print("Labels across languages: mean reciprocal rank at 10")
    print("  " + " " * 28 + "".join(f"{s[:4]} {a}→{b} " for s, a, b in PAIRS))
    for name, recipe in steps.items():
        if recipe.standardise and recipe.length_share == 0.5:
            found = [meeting(sets.tables[s], a, b, recipe) for s, a, b in PAIRS]
            print(f"  {name:28}" + "".join(f"{value:10.3f} " for value in found), flush=True)

    print("One pool of three languages: own language in the top ten (fair .333), MRR of a partner in another")
    some = sets.tables["procurement"][::4]
    for name in ("the recipe", "without levelled lists"):
        shares = own_language(some, ("en", "ro", "ru"), replace(Recipe(), standardise=name == "the recipe"))
        print(f"  {name:28}" + "".join(f" {k} {a:.3f}/{b:.3f}" for k, (a, b) in shares.items()), flush=True)

    print("Paragraphs: mean reciprocal rank at 10")
    for name, rows, one, other in paragraphs(sets):
        found = meeting(rows, one, other, Recipe())
        print(f"  {name:20} {one[:2]}→{other[:2]} ({len(rows)}): {found:.3f}", flush=True)


if __name__ == "__main__":
    main()
