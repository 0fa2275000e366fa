"""The pictures of a comparison: to scale, on one scale, with nought where it is."""

from __future__ import annotations

import math
import re
from itertools import combinations, pairwise
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mohalla.report import colours, svg
from mohalla.report import comparison_charts as charts
from mohalla.report import comparison_map as maps
from mohalla.report.ablation import Effect
from mohalla.report.comparison_charts import Point, Saved
from mohalla.report.comparison_numbers import Counted, Curve
from tests.fake_compared import fake_comparison

DATA = fake_comparison()
NAN = math.nan


def kinds(drawn: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    return [one for one in drawn.iter() if kind in one.attrib.get("class", "").split()]


# ---------------------------------------------------------------------------------------------------------------- axes


@given(st.lists(st.floats(-1e6, 1e6), max_size=6))
def test_an_axis_holds_nought_and_every_value_between_round_ends(values: list[float]) -> None:
    low, high = svg.span_of(values)
    assert low <= 0 <= high
    assert low < high
    slack = 0.002 * (high - low)
    assert all(low - slack <= value <= high + slack for value in values)
    levels = svg.levels(low, high)
    assert 2 <= len(levels) <= 8
    assert min(map(abs, levels)) < svg.NOTHING


@pytest.mark.parametrize("top", [1.0, 1.2, 25.0, 4000.0])
def test_an_axis_from_nought_has_the_ticks_it_always_had(top: float) -> None:
    assert svg.levels(0.0, top) == pytest.approx(svg.ticks(top))


def test_what_is_no_number_does_not_stretch_an_axis() -> None:
    assert svg.span_of([NAN, 3.0, math.inf]) == svg.span_of([3.0])


def test_numbers_below_nought_have_a_true_minus() -> None:
    assert [svg.short(value) for value in (-20, -40_000, -0.5)] == ["−20", "−40k", "−0.5"]


# ---------------------------------------------------------------------------------------------------------------- fans


def fans(values: np.ndarray, unit: str = "deaths a quarter") -> list[charts.Fan]:
    curve = Curve("killings", "Killings by organisations", "Killings", unit, values)
    names = ["Nothing", "One", "Two"][: len(values)]
    when = np.linspace(2000.0, 2010.0, values.shape[-1])
    return charts.fans(curve, names, when, [[]] * len(names), (2000.0, 2010.0))


def test_charts_of_one_measure_share_a_scale_and_show_nought() -> None:
    values = np.zeros((3, 4, 5))
    values[1], values[2] = -10.0, 3.0
    one, two = fans(values)
    assert (one.panel.bottom, one.panel.top) == (two.panel.bottom, two.panel.top)
    assert one.panel.bottom <= -10
    ticks = [text.text for text in ElementTree.fromstring(one.drawing).iter("text")]
    assert "0" in ticks


def test_the_median_stands_where_its_value_is() -> None:
    values = np.zeros((3, 4, 5))
    values[1], values[2] = -10.0, 5.0
    drawn = ElementTree.fromstring(fans(values)[0].drawing)
    (median,) = kinds(drawn, "median")
    y = float(median.attrib["points"].split()[0].split(",")[1])
    frame = svg.Frame(*charts.FAN, 2000.0, 2010.0, fans(values)[0].panel.top or 0, bottom=fans(values)[0].panel.bottom)
    assert y == pytest.approx(frame.y(-10.0), abs=0.1)
    assert kinds(drawn, "ref") == []


@pytest.mark.parametrize(
    ("last", "words"),
    [
        (
            [1.0, 2.0, -1.0, 0.0],
            "At the end: above nought in 2, below nought in 1, at nought in 1 of 4 seeds; median 0.",
        ),
        ([1.0, 2.0, 3.0], "At the end: above nought in all 3 seeds; median 2."),
        ([-4.0], "At the end: below nought in the one seed; median −4."),
        ([0.0, 0.0], "At the end: no difference in any of 2 seeds."),
        ([0.0], "At the end: no difference in the one seed."),
        ([NAN], "Not measured."),
    ],
)
def test_how_many_seeds_stand_on_each_side_is_said(last: list[float], words: str) -> None:
    values = np.zeros((2, len(last), 3))
    values[1, :, -1] = last
    assert fans(values)[0].ends == words


# ---------------------------------------------------------------------------------------------- release against deaths


def point(label: str, deaths: Effect, hits: int = 3, seeds: tuple[tuple[str, float, float], ...] = ()) -> Point:
    return Point(label, f"plan {label}", Counted(hits, 12, 0.1, 0.6), deaths, seeds)


def toll(*points: Point) -> ElementTree.Element:
    return ElementTree.fromstring(charts.toll_picture(points))


def test_level_lines_of_equal_shares_do_not_lie_on_each_other() -> None:
    names = ("A", "B", "C")
    drawn = toll(*(point(name, Effect(12, 50.0 + i, 20.0, 80.0)) for i, name in enumerate(names)))
    heights = [float(path.get("d", "").split("H")[0].split()[1]) for cross in kinds(drawn, "cross-of") for path in cross
               if "H" in path.get("d", "")]  # fmt: skip
    assert np.diff(heights) == pytest.approx([-4.0, -4.0])


def test_many_of_them_stay_near_their_marks() -> None:
    shares = [point(str(i), Effect(12, float(i), 0.0, 9.0)) for i in range(14)]
    lifts = charts._lifts(shares)
    assert lifts[0] == 0.0
    assert max(lifts) < charts.MOST_LIFT
    assert np.diff(lifts) == pytest.approx([24.0 / 14] * 13)


def test_each_plan_has_its_mark_and_both_intervals() -> None:
    drawn = toll(point("A", Effect(12, 50.0, 20.0, 80.0)), point("", Effect(12, 0.0, 0.0, 0.0)))
    crosses = kinds(drawn, "cross-of")
    assert [len(list(cross)) for cross in crosses] == [2, 2]
    assert sorted(text.text or "" for text in kinds(drawn, "badge") if text.tag == "text") == ["=", "A"]


def test_an_interval_is_as_long_as_it_says() -> None:
    drawn = toll(point("A", Effect(12, 50.0, 20.0, 80.0)))
    across = [float(part) for part in re.findall(r"M([\d.]+) [\d.]+H([\d.]+)", ElementTree.tostring(drawn).decode())[0]]
    ticks = {
        text.text: float(text.attrib["x"]) for text in drawn.iter("text") if text.attrib.get("text-anchor") == "middle"
    }
    unit = (ticks["+80"] - ticks["0"]) / 80
    assert across == pytest.approx([ticks["0"] + 20 * unit, ticks["0"] + 80 * unit], abs=0.2)


@given(st.lists(st.tuples(st.floats(-500, 500), st.integers(0, 12)), min_size=2, max_size=14))
def test_no_letter_covers_another(places: list[tuple[float, int]]) -> None:
    points = [point(chr(65 + i), Effect(12, x, x - 9, x + 9), hits) for i, (x, hits) in enumerate(places)]
    spots = [
        (float(one.attrib["cx"]), float(one.attrib["cy"]))
        for one in kinds(toll(*points), "badge")
        if one.tag == "circle"
    ]
    assert len(spots) == len(places)
    assert all(math.dist(one, other) > 20 for one, other in combinations(spots, 2))


def test_a_letter_that_stands_aside_leaves_a_spot_at_its_true_place() -> None:
    same = Effect(12, 50.0, 20.0, 80.0)
    drawn = toll(point("A", same), point("B", same))
    (spot,), stems = kinds(drawn, "spot"), kinds(drawn, "stem")
    assert len(stems) == 1
    first = next(one for one in kinds(drawn, "badge") if one.tag == "circle" and "aside" not in one.attrib["class"])
    assert spot.attrib["cx"] == first.attrib["cx"]


def test_seeds_lie_in_the_lane_of_what_became_of_them() -> None:
    seeds = (("1", 10.0, 1.0), ("2", 20.0, 0.0), ("3", NAN, 1.0), ("4", 5.0, NAN))
    drawn = toll(point("A", Effect(2, 15.0, NAN, NAN), seeds=seeds))
    lanes = [float(one.attrib["y"]) for one in kinds(drawn, "lanebox")]
    dots = [float(one.attrib["cy"]) for one in kinds(drawn, "seed")]
    assert len(dots) == 2
    assert lanes[0] < dots[0] < lanes[0] + 38
    assert lanes[1] < dots[1] < lanes[1] + 38


def test_a_plan_without_numbers_has_no_mark() -> None:
    assert kinds(toll(point("A", Effect(0, NAN, NAN, NAN))), "badge") == []


# ------------------------------------------------------------------------------------------------- what pairing saved


def test_savings_go_right_and_losses_left_of_one() -> None:
    rows = [
        Saved("Hold", (("A", 4.0),), 4.0),
        Saved("Deaths", (("A", 0.5),), 0.5),
        Saved("Seats", (), NAN),
        Saved("Gap", (("A", 0.0),), 0.0),
    ]
    drawn = ElementTree.fromstring(charts.saved_picture(rows))
    (one,) = (float(line.attrib["x1"]) for line in kinds(drawn, "nought"))
    (won,), (lost,) = kinds(drawn, "won"), kinds(drawn, "lost")
    assert float(won.attrib["x"]) == pytest.approx(one)
    assert float(lost.attrib["x"]) + float(lost.attrib["width"]) == pytest.approx(one)
    assert float(won.attrib["width"]) == pytest.approx(
        2 * float(lost.attrib["width"]), abs=0.3
    )  # two doublings, one halving


@pytest.mark.parametrize(
    ("ratio", "words"),
    [(4.0, "variance 4 times smaller"), (0.5, "a loss: variance 2 times as large"), (1.0, "neither saved nor lost"),
     (0.97, "a loss: variance 3% larger"), (1.25, "variance 20% smaller"),
     (NAN, "no ratio: the same in every seed"), (math.inf, "the paired difference does not vary at all"),
     (0.0, "a loss: without pairing it would not vary at all")],
)  # fmt: skip
def test_ratios_are_told_and_a_loss_is_called_one(ratio: float, words: str) -> None:
    assert charts.ratio_of(ratio) == words


# ----------------------------------------------------------------------------------------------------------------- maps


def area(outline: str) -> float:
    corners = np.array([[float(part) for part in corner.split(",")] for corner in outline.split()])
    x, y = corners.T
    return 0.5 * abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1)))


def test_sectors_do_not_overlap_and_lie_in_their_box() -> None:
    where = maps.place(DATA)
    assert where is not None
    reach = maps.WIDTH * where.height
    assert sum(map(area, where.outlines)) < reach
    for outline, (x, y) in zip(where.outlines, where.centres, strict=True):
        corners = np.array([[float(part) for part in corner.split(",")] for corner in outline.split()])
        assert (corners >= -0.1).all()
        assert (corners <= [where.width + 0.1, where.height + 0.1]).all()
        nearest = [
            min(where.centres, key=lambda other, spot=spot: math.dist(other, spot))
            for spot in corners * 0.98 + np.array([x, y]) * 0.02
        ]  # type: ignore[misc]
        assert all(math.dist(found, (x, y)) < 0.6 for found in nearest)


def test_less_is_blue_more_is_orange_and_both_ends_can_be_told_apart_by_everybody() -> None:
    assert maps.shade(-1.0) == maps.LESS
    assert maps.shade(1.0) == maps.MORE
    assert maps.shade(0.0) == maps.MIDDLE
    assert maps.shade(5.0) == maps.MORE
    assert colours.told_apart([maps.LESS, maps.MIDDLE, maps.MORE, maps.shade(0.5), maps.shade(-0.5)])


def test_all_maps_of_a_measure_share_a_scale_that_holds_its_largest_difference() -> None:
    where = maps.place(DATA)
    assert where is not None
    layers = maps.layers(DATA, where, ["", *"ABCD"])
    hold = next(layer for layer in layers if layer.name == "hold")
    mean = 100 * (DATA["hold_map"] - DATA["hold_map"][0]).mean("seed")
    assert hold.top >= 0.999 * float(np.abs(mean).max())
    assert len(hold.drawings) == 4
    assert set(re.findall(r'fill="(#\w+)"', hold.drawings[3])) == {maps.MIDDLE}


def test_a_dot_marks_sectors_on_which_seeds_agree() -> None:
    where = maps.place(DATA)
    assert where is not None
    data = fake_comparison()
    data["hold_map"][:] = 0.5
    data["hold_map"][1, :, 0] = 0.6
    data["hold_map"][1, :6, 1] = 0.6
    hold = next(layer for layer in maps.layers(data, where, ["", *"ABCD"]) if layer.name == "hold")
    assert hold.drawings[0].count('class="sure"') == 1


def test_names_of_districts_are_apart_and_without_brackets() -> None:
    data = DATA.assign_coords(sector_district=("sector", [f"D{i % 4} (with more)" for i in range(12)]))
    where = maps.place(data)
    assert where is not None
    names = kinds(ElementTree.fromstring(maps.key_map(where)), "place")
    assert sorted(name.text or "" for name in names) == ["D0", "D1", "D2", "D3"]
    heights = sorted(float(name.attrib["y"]) for name in names)
    assert all(b - a >= maps.LINE - 1 for a, b in pairwise(heights))


def test_without_positions_there_is_no_map() -> None:
    assert maps.place(DATA.drop_vars("sector_x")) is None
