"""Where the parts of a chart stand. Pure numbers; `components/charts.html` draws them as SVG.

Everything is drawn on a sheet 320 units wide, the width of a small phone, so that its text is never
smaller there than it says.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import quantiles

WIDTH = 320
_LINE = 38
_PAIR = 56
_STRIP = 44
_AXIS = 24
_TILE, _GAP = 42, 3
SHADES = 4


@dataclass(frozen=True)
class Bar:
    """One bar under its words; `share` is its part of the whole in per cent, where that says something."""

    text: str
    value: int
    y: int
    width: float
    share: int | None = None


@dataclass(frozen=True)
class BarChart:
    """Bars one below the other."""

    bars: Sequence[Bar]
    height: int


@dataclass(frozen=True)
class Pair:
    """Two bars about the same thing."""

    text: str
    first: int
    second: int
    y: int
    first_width: float
    second_width: float


@dataclass(frozen=True)
class PairedBars:
    """Pairs of bars on one scale."""

    first: str
    second: str
    pairs: Sequence[Pair]
    height: int


@dataclass(frozen=True)
class Tile:
    """One square of a map; `shade` goes from 0 (nothing) to SHADES."""

    code: str
    short: str
    text: str
    value: int
    x: int
    y: int
    shade: int


@dataclass(frozen=True)
class TileMap:
    """Squares roughly where the districts lie."""

    tiles: Sequence[Tile]
    size: int
    height: int


@dataclass(frozen=True)
class Spread:
    """How a set of numbers of days is spread: its quartiles, with the least and the most."""

    count: int
    least: int
    lower: float
    median: float
    upper: float
    most: int


@dataclass(frozen=True)
class Strip:
    """One line of a strip chart: positions of a spread along the axis."""

    text: str
    spread: Spread
    y: int
    least: float
    lower: float
    median: float
    upper: float
    most: float


@dataclass(frozen=True)
class StripChart:
    """Spreads above one axis; `ticks` are (number, position)."""

    strips: Sequence[Strip]
    ticks: Sequence[tuple[int, float]]
    height: int


def ticks(most: float, about: int = 4) -> list[int]:
    """Round numbers from 0 until past `most`, about so many: steps of 1, 2 or 5 times a power of ten."""
    rough = max(most / about, 1)
    power: int = 10 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    return [step * number for number in range(math.ceil(most / step) + 1 if most else 2)]


def bars(rows: Sequence[tuple[str, int]], shares: bool = False) -> BarChart:
    """Bars on the scale of the longest; with `shares`, each in per cent of the first (a funnel)."""
    most, whole = max((value for _text, value in rows), default=0), rows[0][1] if rows else 0
    return BarChart(
        [
            Bar(
                text,
                value,
                place * _LINE,
                _length(value, most),
                round(100 * value / whole) if shares and whole else None,
            )
            for place, (text, value) in enumerate(rows)
        ],
        len(rows) * _LINE,
    )


def paired_bars(first: str, second: str, rows: Sequence[tuple[str, int, int]]) -> PairedBars:
    """Two bars for each row, all on one scale."""
    most = max((max(one, other) for _text, one, other in rows), default=0)
    return PairedBars(
        first,
        second,
        [
            Pair(text, one, other, place * _PAIR, _length(one, most, 40), _length(other, most, 40))
            for place, (text, one, other) in enumerate(rows)
        ],
        len(rows) * _PAIR,
    )


def tiles(
    places: Mapping[str, tuple[int, int]], names: Mapping[str, str], values: Mapping[str, int]
) -> TileMap:
    """A square for each place (column, row), shaded by its value; what has no place is left out."""
    most = max((values.get(code, 0) for code in places), default=0)
    pitch = _TILE + _GAP
    return TileMap(
        [
            Tile(
                code=code,
                short=code.rpartition("-")[2],
                text=names[code],
                value=values.get(code, 0),
                x=column * pitch,
                y=row * pitch,
                shade=math.ceil(SHADES * values.get(code, 0) / most) if most else 0,
            )
            for code, (column, row) in places.items()
        ],
        _TILE,
        max((row for _column, row in places.values()), default=0) * pitch + _TILE,
    )


def spread(days: Sequence[int]) -> Spread | None:
    """The quartiles of some numbers; None of none. One number is all of its quartiles."""
    if not days:
        return None
    lower, median, upper = quantiles(days, method="inclusive") if len(days) > 1 else [float(days[0])] * 3
    return Spread(len(days), min(days), lower, median, upper, max(days))


def strips(rows: Sequence[tuple[str, Spread | None]]) -> StripChart:
    """Spreads on one axis from 0; a row without numbers is left out."""
    known = [(text, found) for text, found in rows if found is not None]
    marks = ticks(max((found.most for _text, found in known), default=0))

    def at(days: float) -> float:
        # a margin on both sides, where half of the axis' outer numbers stand
        return round(8 + days / marks[-1] * (WIDTH - 24), 1)

    return StripChart(
        [
            Strip(
                text,
                found,
                place * _STRIP,
                at(found.least),
                at(found.lower),
                at(found.median),
                at(found.upper),
                at(found.most),
            )
            for place, (text, found) in enumerate(known)
        ],
        [(mark, at(mark)) for mark in marks],
        len(known) * _STRIP + _AXIS,
    )


def _length(value: int, most: int, margin: int = 0) -> float:
    """A bar's length; what is there at all is seen."""
    return max(2.0, round(value / most * (WIDTH - margin), 1)) if value and most else 0.0
