"""Charts: nothing leaves the sheet, what is there is seen, the map holds every district once."""

from collections import Counter

import pytest
from flask import Flask

from diaspora.platform import charts
from diaspora.platform.reference import district_places, districts


@pytest.mark.parametrize("most", [0, 0.5, 1, 3, 4, 7, 10, 99, 100, 101, 366, 12345])
def test_ticks_are_round_few_and_reach_past_the_last_value(most: float) -> None:
    marks = charts.ticks(most)
    assert marks[0] == 0
    assert marks[-1] >= most
    assert len(marks) <= 6
    step = marks[1]
    assert str(step).rstrip("0") in {"1", "2", "5"}
    assert marks == [step * number for number in range(len(marks))]


def test_bars_are_as_long_as_their_share_of_the_longest() -> None:
    chart = charts.bars([("a", 200), ("b", 100), ("c", 1), ("d", 0)])
    assert [bar.width for bar in chart.bars] == [320, 160, 2.0, 0.0]
    assert [bar.share for bar in chart.bars] == [None] * 4
    assert all(bar.y < chart.height for bar in chart.bars)


def test_a_funnel_says_how_much_of_the_first_step_is_left() -> None:
    chart = charts.bars([("applied", 8), ("eligible", 4), ("accepted", 1)], shares=True)
    assert [bar.share for bar in chart.bars] == [100, 50, 12]
    assert [bar.share for bar in charts.bars([("applied", 0)], shares=True).bars] == [None]


def test_nothing_makes_an_empty_chart() -> None:
    assert charts.bars([]).height == 0
    assert charts.paired_bars("a", "b", []).pairs == []
    assert charts.strips([("x", None)]).strips == []


def test_pairs_stand_on_one_scale_with_room_for_their_numbers() -> None:
    chart = charts.paired_bars("asked", "offered", [("x", 10, 5), ("y", 0, 10)])
    assert [(pair.first_width, pair.second_width) for pair in chart.pairs] == [(280, 140), (0, 280)]


def test_the_map_has_every_district_once_and_on_a_place_of_its_own(app: Flask) -> None:
    places = district_places()
    with app.test_request_context("/en/"):
        names = districts()
    assert set(places) == set(names)
    assert max(Counter(places.values()).values()) == 1
    found = charts.tiles(places, names, {"MD-CU": 8, "MD-BA": 1, "elsewhere": 3})
    shades = {tile.code: tile.shade for tile in found.tiles}
    assert (shades["MD-CU"], shades["MD-BA"], shades["MD-TA"]) == (charts.SHADES, 1, 0)
    assert all(tile.x + found.size <= charts.WIDTH for tile in found.tiles)
    assert all(tile.y + found.size <= found.height for tile in found.tiles)


def test_a_map_of_nothing_has_no_shade(app: Flask) -> None:
    assert {tile.shade for tile in charts.tiles({"MD-CU": (0, 0)}, {"MD-CU": "x"}, {}).tiles} == {0}


def test_a_spread_is_the_quartiles() -> None:
    assert charts.spread([]) is None
    assert charts.spread([7]) == charts.Spread(1, 7, 7, 7, 7, 7)
    assert charts.spread([1, 2, 3, 4, 5]) == charts.Spread(5, 1, 2, 3, 4, 5)


def test_strips_lie_in_order_on_the_sheet() -> None:
    chart = charts.strips([("step", charts.spread([0, 3, 30, 365])), ("none", None)])
    (line,) = chart.strips
    places = [line.least, line.lower, line.median, line.upper, line.most]
    assert places == sorted(places)
    assert places[0] >= 0
    assert places[-1] <= charts.WIDTH
    assert all(0 < x <= charts.WIDTH for _number, x in chart.ticks)
