"""The parts of the report one by one: words, bands, colours, scales, map, timeline, tables."""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise

import numpy as np
import pytest

from mohalla.report import bands, build, colours, fit_table, lanes, lattice, ramps, svg, words
from mohalla.report import map as city_maps
from mohalla.report.digest import CityMap, decimal_years
from mohalla.report.findings import first_contested, milestones, own_community, ranged
from mohalla.report.timeline import events
from tests.fake_run import HEX, tiny_scenario
from tests.test_fit import verdict

SCENARIO = tiny_scenario()
MARKS = events(SCENARIO, "lamp", 2000.0)


# -------------------------------------------------------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (3.0, "3"), (4.234, "4.2"), (0.0312, "0.031"), (318.4, "318"), (12_345, "12,300"), (-5, "−5")],
)
def test_numbers_have_about_three_figures(value: float, text: str) -> None:
    assert words.number(value) == text


@pytest.mark.parametrize(
    ("share", "text"), [(0, "0 %"), (0.031, "3.1 %"), (0.64, "64 %"), (-0.2, "−20 %"), (1, "100 %")]
)
def test_shares_are_per_cent(share: float, text: str) -> None:
    assert words.percent(share) == text


def test_what_is_not_a_number_is_said_so() -> None:
    assert words.number(float("nan")) == words.percent(float("inf")) == "n/a"


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (date(1995, 1, 1), date(1995, 12, 31), "1995"),
        (date(2003, 1, 1), date(2011, 12, 31), "2003–2011"),
        (date(1986, 12, 14), date(1986, 12, 14), "14 Dec 1986"),
        (date(1998, 6, 1), date(1998, 7, 31), "Jun–Jul 1998"),
        (date(1998, 6, 1), date(1998, 6, 30), "Jun 1998"),
        (date(2013, 9, 5), date(2015, 11, 2), "5 Sep 2013 – 2 Nov 2015"),
    ],
)
def test_spans_use_the_fewest_words(start: date, end: date, text: str) -> None:
    assert words.span(start, end) == text


@pytest.mark.parametrize(
    ("count", "worlds", "text"),
    [
        (5, 8, "in 5 of 8 worlds"),
        (8, 8, "in all 8 worlds"),
        (0, 8, "in none of 8 worlds"),
        (1, 1, "in the one world run"),
        (0, 1, "in no world (one was run)"),
    ],
)
def test_worlds_are_counted_in_plain_words(count: int, worlds: int, text: str) -> None:
    assert words.of_worlds(count, worlds) == text


def test_provenance_of_any_shape_is_text() -> None:
    assert words.plain({"a": [1, 2], "b": 0.5}) == "a 1, 2, b 0.5"
    assert words.plain(datetime(2016, 3, 13, 9, 5)) == "13 Mar 2016, 09:05"  # noqa: DTZ001


def test_a_splinter_slot_has_a_name() -> None:
    assert words.organisation_names(SCENARIO)["splinter-1"] == "Splinter 1"


@pytest.mark.parametrize("day", [date(1990, 1, 1), date(1992, 2, 29), date(1999, 12, 31)])
def test_decimal_years_go_there_and_back(day: date) -> None:
    year = float(decimal_years(np.array([day], "datetime64[ns]"))[0])
    assert abs((words.moment(year + 1e-9) - day).days) <= 1


# -------------------------------------------------------------------------------------------------------------- bands


def test_a_band_holds_its_parts_in_order_and_the_first_run_as_reference() -> None:
    series = [np.array([value, 2 * value]) for value in (5.0, 1.0, 2.0, 3.0, 4.0)]
    found = bands.band(series)
    assert list(found.reference) == [5.0, 10.0]
    assert list(found.median) == [3.0, 6.0]
    for low, high in pairwise(found[:5]):
        assert (low <= high).all()


def test_a_band_of_one_run_is_a_line() -> None:
    found = bands.band([np.array([1.0, 2.0])])
    assert all((part == [1.0, 2.0]).all() for part in found)


def test_runs_of_different_length_are_compared_where_all_are() -> None:
    assert len(bands.band([np.ones(5), np.ones(3)]).median) == 3


def test_a_band_in_another_unit() -> None:
    assert list(bands.band([np.array([0.5])]).times(100.0).median) == [50.0]


def test_a_spread_leaves_out_what_is_not_a_number() -> None:
    assert bands.spread([1.0, float("nan"), 3.0]) == (1.0, 2.0, 3.0, 2)


def test_of_few_worlds_all_are_in_the_band_and_of_many_nine_in_ten() -> None:
    few, many = [float(one) for one in range(19)], [float(one) for one in range(20)]
    assert (bands.spread(few).low, bands.spread(few).high) == (0.0, 18.0)
    assert (bands.spread(many).low, bands.spread(many).high) == (pytest.approx(0.95), pytest.approx(18.05))
    assert bands.band([np.array([one]) for one in few]).high[0] == 18.0
    assert bands.band([np.array([one]) for one in many]).high[0] == pytest.approx(18.05)
    assert (words.banded(19), words.banded(20, "seeds")) == ("all 19 worlds", "5–95 % of the seeds")
    assert bands.spread([]).worlds == 0


def test_ranges_are_told_with_their_middle() -> None:
    assert ranged(bands.Spread(0.2, 0.43, 0.61, 8), "percent") == "43 % (20 to 61)"
    assert ranged(bands.Spread(2.0, 2.0, 2.0, 1)) == "2"


# ------------------------------------------------------------------------------------------------------------ colours


def test_the_palette_can_be_told_apart_by_everybody() -> None:
    assert colours.told_apart(colours.OKABE_ITO)


def test_the_three_colours_of_the_first_chart_can_be_told_apart() -> None:
    assert colours.told_apart((colours.HOLD, colours.HEARTS, colours.COERCED))


def test_red_and_green_of_one_lightness_are_replaced() -> None:
    assert not colours.told_apart(("#c04040", "#6f7a20"))
    assert colours.safe(("#c04040", "#6f7a20")) == colours.OKABE_ITO[:2]


def test_good_colours_are_kept() -> None:
    assert colours.safe(("#0072b2", "#d55e00")) == ("#0072b2", "#d55e00")


def test_pale_colours_are_darkened() -> None:
    assert colours.inked("#ffff88") != "#ffff88"
    assert colours.seen([colours.inked("#ffff88")])[0, 0, 0] < colours.seen(["#ffff88"])[0, 0, 0] - 0.1


def test_more_organisations_than_colours_still_get_one_each() -> None:
    assert len(colours.safe(["#777777"] * 12)) == 12


@pytest.mark.parametrize("layer", sorted(ramps.SCALES))
def test_map_scales_grow_darker_all_the_way(layer: str) -> None:
    lightness = colours.seen([ramps.shade(layer, share) for share in np.linspace(0, 1, 11)])[:, :, 0]
    assert (np.diff(lightness, axis=1) < 0).all()


# ------------------------------------------------------------------------------------------------------------- scales


@pytest.mark.parametrize("largest", [0.003, 0.7, 1, 3.2, 11, 47, 998, 12_345])
def test_axes_end_on_a_round_number_just_above(largest: float) -> None:
    top = svg.nice_top(largest)
    assert largest * 0.999 <= top <= 2 * largest
    marks = svg.ticks(top)
    assert marks[0] == 0
    assert 2 <= len(marks) <= 5
    assert marks[-1] <= top * 1.001


@pytest.mark.parametrize("largest", [0, float("nan"), -1, 5e-324, 1e-17])
def test_an_axis_of_nothing_ends_at_one(largest: float) -> None:
    assert svg.nice_top(largest) == 1.0


@pytest.mark.parametrize(("start", "end"), [(1978.0, 2016.2), (1990.0, 1991.1), (1978.1, 1978.6), (1978.0, 2030.0)])
@pytest.mark.parametrize("width", [230, 308, 1068])
def test_year_labels_do_not_touch(start: float, end: float, width: float) -> None:
    years = svg.year_ticks(start, end, width)
    assert years
    if len(years) > 1:
        assert (years[1] - years[0]) / (end - start) * width >= 43


def test_a_frame_maps_corners_to_corners() -> None:
    frame = svg.Frame(360, 200, 1990, 2000, 50)
    assert (frame.x(1990), frame.x(2000)) == (frame.left, 360 - frame.right)
    assert (frame.y(0), frame.y(50)) == (frame.floor, frame.above)


# --------------------------------------------------------------------------------------------------------------- map


def city(side: int = 4, turned: bool = False) -> CityMap:
    row, column = np.divmod(np.arange(side * side), side)
    x, y = column + 0.5 * (row % 2), row * HEX
    x, y = (y, x) if turned else (x, y)
    names = [f"unit {i}" for i in range(side * side)]
    sector = ["A" if i < side * side / 2 else "B" for i in range(side * side)]
    layers = {"hold/lamp": np.zeros((3, side * side)), "killings": np.full((3, side * side), 7.0)}
    leads, days = np.full((3, side * side), -1), ["1990-01-01", "1990-04-02", "1990-07-02"]
    fronts = np.zeros((3, len(lattice.neighbours(x, y))), np.uint8)
    return CityMap(days, x, y, names, sector, sector, ["lamp"], layers, leads, fronts)


@pytest.mark.parametrize("turned", [False, True])
def test_hexagons_of_neighbours_share_corners(turned: bool) -> None:
    drawn = city_maps.hexagons(city(turned=turned))
    corners = [tuple(map(float, corner.split(","))) for outline in drawn.outlines for corner in outline.split()]
    assert len(drawn.outlines) == 16
    assert len({(round(x / 2), round(y / 2)) for x, y in corners}) < 0.7 * len(corners)
    assert all(-1 <= x <= drawn.width + 1 and -1 <= y <= drawn.height + 1 for x, y in corners)


def test_borders_run_between_districts_only() -> None:
    assert {kind for kind, _ in city_maps.hexagons(city()).borders} == {"district"}
    assert [label for label, _, _ in city_maps.hexagons(city()).labels] == ["A", "B"]


def test_a_city_of_one_unit_can_be_drawn() -> None:
    alone = city(1)
    assert len(city_maps.hexagons(alone).outlines) == 1


def test_layers_are_packed_with_what_their_top_stands_for() -> None:
    packed = city_maps.packed(city(), ["#0072b2"], {"lamp": "Lamp"})
    assert packed["tops"] == {"hold/lamp": 1.0, "killings": 7.0}
    assert packed["parties"] == [["lamp", "Lamp", "#0072b2"]]


def test_moments_are_dates_of_the_run_without_repeats() -> None:
    assert [year for year, _ in city_maps.moments(city(), "lamp")] == ["1990"] * 3


# ------------------------------------------------------------------------------------------------------------ timeline


def test_everything_dated_is_told_in_order() -> None:
    assert [event.start for event in MARKS] == sorted(event.start for event in MARKS)
    assert {event.kind for event in MARKS} == {"operation", "election", "shock", "note", "rule", "stance"}


def test_a_boycott_by_the_main_party_is_marked() -> None:
    assert [e.level for e in MARKS if e.start == date(1995, 3, 6)] == ["boycott"]
    assert [e.level for e in events(SCENARIO, "anchor", 2000.0) if e.start == date(1995, 3, 6)] == ["national"]


def test_a_run_past_the_record_has_a_mark_for_it() -> None:
    further = events(tiny_scenario(record_ends="1995-12-31"), "lamp", 1999.9)
    assert [e.start.year for e in further if e.kind == "extrapolation"] == [1995]
    assert not [e for e in events(tiny_scenario(record_ends="1995-12-31"), "lamp", 1995.9) if e.kind == "extrapolation"]


@pytest.mark.parametrize("width", [360.0, 1120.0])
def test_the_timeline_names_operations_and_stays_in_its_box(width: float) -> None:
    drawn = lanes.timeline_svg(MARKS, 1990.0, 2000.0, width)
    assert ">Operation Sweep</text>" in drawn
    assert "Riot &lt;at&gt; the bridge" in drawn
    assert f'viewBox="0 0 {width:g}' in drawn


def test_events_outside_the_run_are_not_drawn() -> None:
    assert "Operation Sweep" not in lanes.timeline_svg(MARKS, 1990.0, 1992.0, 360.0)


# ------------------------------------------------------------------------------------------------------------ findings


def test_the_first_contested_election_is_read_from_the_scenario() -> None:
    first = first_contested(SCENARIO, "lamp")
    assert first is not None
    assert first.date == date(1992, 3, 2)
    assert first_contested(SCENARIO, "anchor") is None


def test_the_own_community_is_the_one_of_highest_kinship() -> None:
    assert own_community(SCENARIO, "lamp") == "river"
    assert own_community(SCENARIO, "anchor") == "hill"
    assert own_community(SCENARIO, "splinter-1") == "river"


def test_years_read_include_first_last_and_operations() -> None:
    assert milestones(SCENARIO, "lamp", 1990.1, 1999.9) == (1991, 1992, 1993, 1994, 1995, 1996, 1997, 1998)
    assert milestones(SCENARIO, "lamp", 1990.1, 2030.2) == (1991, 1996, 2001, 2011, 2021, 2029)
    assert milestones(SCENARIO, "lamp", 1998.1, 1998.4) == ()


# ----------------------------------------------------------------------------------------------------------- fit table


def test_how_far_off_is_a_factor_or_a_difference() -> None:
    assert fit_table.off(verdict([20.0], value=40.0)) == "× 0.5"
    assert fit_table.off(verdict([0.5], value=0.2, unit="share")) == "+30 points"
    assert fit_table.off(verdict([0.0], value=4.0)) == "−4"
    assert fit_table.off(verdict([0.0], value=0.0)) == "0"


@pytest.mark.parametrize("values", [[0.0], [1e9], [1.0, 2.0, 3.0]])
def test_the_needle_stays_on_its_line(values: list[float]) -> None:
    drawn = fit_table.needle(verdict(values, value=2.0))
    place = float(drawn.split('cx="')[1].split('"')[0])
    assert 0 <= place <= fit_table.WIDTH


def test_rows_are_counted_by_group_and_kind() -> None:
    inside, outside = verdict([1.0], value=1.0), verdict([9.0], value=1.0, kind="imposed")
    (group,) = fit_table.groups([inside, outside])
    assert (len(group.lines), group.inside, group.emergent, group.emergent_inside) == (2, 1, 1, 1)
    assert group.title == "Other figures"


@pytest.mark.parametrize(
    ("attributes", "facts"),
    [
        ({}, []),
        ({"plan": "nothing", "plan_shortfalls": ""}, []),
        ({"plan": "services", "plan_shortfalls": ""}, [("Plan", "services")]),
        ({"plan": "raid", "plan_shortfalls": "17 fewer"}, [("Plan", "raid (17 fewer)")]),
    ],
)
def test_a_run_under_a_plan_says_so_first(attributes: dict[str, str], facts: list[tuple[str, str]]) -> None:
    assert build._plan(attributes) == facts
