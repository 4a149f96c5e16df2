"""What a glossary teaches: a table of translations; and which stems look alike.

The table is IBM model 1 (Brown et al., 1993, "The mathematics of statistical machine translation"): an entry
of the glossary is a pair of phrases in which any word may stand for any; expectation maximisation finds which
do. It is learned in both directions at once (after Liang, Taskar and Klein, 2006, "Alignment by agreement"):
what counts is the geometric mean of both, so a rare word does not draw all its neighbours to itself.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.preprocessing import normalize

from diaspora.matching.engine.glossary import Glossary
from diaspora.matching.engine.spelling import pieces
from diaspora.matching.engine.stems import stems_of

Weighted = list[tuple[str, float]]

ROUNDS = 5
LEAST_LIKELY = 0.1
MOST_TRANSLATIONS = 3
LEAST_ALIKE = 0.3
MOST_COGNATES = 5


def learn_table(glossary: Glossary) -> dict[str, Weighted]:
    """The likeliest English stems of each Romanian and Russian term: {"ro:ciment": [("cement", 1.0)]}."""
    table: dict[str, Weighted] = {}
    english = [sorted(set(stems_of(phrase, "en"))) for phrase in glossary.phrases("en")]
    for language in ("ro", "ru"):
        foreign = [sorted(set(stems_of(phrase, language))) for phrase in glossary.phrases(language)]
        learned = _model_1(foreign, english)
        table |= {f"{language}:{stem}": found for stem, found in learned.items()}
    return table


def _model_1(foreign: Sequence[Sequence[str]], english: Sequence[Sequence[str]]) -> dict[str, Weighted]:
    """P(English stem | foreign stem), the likeliest of each."""
    stems, meanings = (sorted({s for phrase in side for s in phrase}) for side in (foreign, english))
    stem_at = {stem: at for at, stem in enumerate(stems)}
    meaning_at = {meaning: at for at, meaning in enumerate(meanings)}
    cells = np.array(
        [
            (entry, stem_at[stem], meaning_at[meaning])
            for entry, (some, others) in enumerate(zip(foreign, english, strict=True))
            for stem in some
            for meaning in others
        ],
        dtype=np.int64,
    ).reshape(-1, 3)
    if not len(cells):
        return {}
    pairs, pair = np.unique(cells[:, 1] * len(meanings) + cells[:, 2], return_inverse=True)
    pair_stem, pair_meaning = np.divmod(pairs, len(meanings))
    _, of_stem = np.unique(cells[:, 0] * len(stems) + cells[:, 1], return_inverse=True)
    _, of_meaning = np.unique(cells[:, 0] * len(meanings) + cells[:, 2], return_inverse=True)
    # Words of one origin begin ahead: in a small glossary much is otherwise undecided.
    forth = back = np.array(
        [_head_start(stems[s], meanings[m]) for s, m in zip(pair_stem, pair_meaning, strict=True)]
    )
    for _ in range(ROUNDS):
        agreed = np.sqrt(_share(forth[pair], of_stem) * _share(back[pair], of_meaning))
        expected = np.bincount(pair, agreed).astype(np.float64, copy=False)
        forth, back = _share(expected, pair_meaning), _share(expected, pair_stem)
    likely = back
    table: dict[str, Weighted] = {}
    for at in np.lexsort((pair_meaning, -np.round(likely, 9), pair_stem)):
        found = table.setdefault(stems[pair_stem[at]], [])
        if likely[at] >= LEAST_LIKELY and len(found) < MOST_TRANSLATIONS:
            found.append((meanings[pair_meaning[at]], float(likely[at])))
    return {stem: found for stem, found in table.items() if found}


def _share(values: NDArray[np.float64], group: NDArray[np.intp]) -> NDArray[np.float64]:
    """Each value as a part of its group's sum."""
    shares: NDArray[np.float64] = values / np.bincount(group, values)[group]
    return shares


def _head_start(stem: str, meaning: str) -> float:
    one, other = set(pieces(stem)), set(pieces(meaning))
    return 0.2 + len(one & other) / len(one | other)


class Cognates:
    """Which of the known columns look like a stem: cosine of folded 3- to 5-grams weighed by rarity."""

    def __init__(self, columns: Sequence[str]) -> None:
        """columns: the stems to be found."""
        self._known = sorted({piece for column in columns for piece in pieces(column)})
        self._at = {piece: at for at, piece in enumerate(self._known)}
        held = self._counts(columns)
        frequency = np.bincount(held.indices, minlength=len(self._known))
        self._rarity = 1 + np.log(max(1, len(columns)) / np.maximum(1, frequency))
        self._columns = normalize(held * self._rarity).T.tocsr() if held.nnz else held.T.tocsr()

    def of(self, stems: Sequence[str]) -> csr_array:
        """The columns most like each stem, with the cosine as weight: [stems, columns]."""
        blocks = [self._alike(stems[at : at + 1000]) for at in range(0, len(stems), 1000)]
        data = np.concatenate([block[0] for block in blocks]) if blocks else np.empty(0)
        columns = np.concatenate([block[1] for block in blocks]) if blocks else np.empty(0, np.intp)
        counts = np.concatenate([block[2] for block in blocks]) if blocks else np.empty(0, np.intp)
        starts = np.concatenate(([0], np.cumsum(counts)))
        return csr_array((data, columns, starts), shape=(len(stems), self._columns.shape[1]))

    def _alike(self, stems: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.intp]]:
        held = self._counts(stems)
        cosines = (normalize(held * self._rarity) if held.nnz else held) @ self._columns
        rows = np.repeat(np.arange(len(stems)), np.diff(cosines.indptr))
        kept = cosines.data >= LEAST_ALIKE
        rows, columns, data = rows[kept], cosines.indices[kept], np.round(cosines.data[kept], 9)
        order = np.lexsort((columns, -data, rows))
        rows, columns, data = rows[order], columns[order], data[order]
        best = np.arange(len(rows)) - np.searchsorted(rows, rows) < MOST_COGNATES
        return data[best], columns[best].astype(np.intp), np.bincount(rows[best], minlength=len(stems))

    def _counts(self, stems: Sequence[str]) -> csr_array:
        found = [[self._at[piece] for piece in pieces(stem) if piece in self._at] for stem in stems]
        starts = np.cumsum([0, *map(len, found)])
        columns = np.array([at for row in found for at in sorted(row)], dtype=np.intp)
        return csr_array((np.ones(len(columns)), columns, starts), shape=(len(stems), len(self._known)))
