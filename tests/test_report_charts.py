"""Charts read back from their SVG: what is drawn stands where the numbers say, inside its box and under its labels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import combinations
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mohalla.calendar import year_fraction
from mohalla.report import colours, fit_table, lanes, svg, words
from mohalla.report.bands import Band, band
from mohalla.report.svg import Bar, Dot, Frame, Line, Panel, chart
from mohalla.report.timeline import Event, events
from tests.fake_run import tiny_scenario
from tests.test_fit import verdict

Drawing = ElementTree.Element
YEARS = np.array([1990.5, 1991.5, 1992.5, 1993.5])
WORLDS = [np.array([4.0, 8.0, 2.0, 6.0]) * size for size in (1.0, 0.5, 2.0, 1.5, 0.8)]
START, END, WIDTH, HEIGHT = 1990.0, 1994.0, 360.0, 208.0


def panel(**changes: object) -> Panel:
    drawn = Panel("x", "Title", "deaths a year", "years", YEARS, (Line("Deaths", "#0072b2", band(WORLDS)),))
    return drawn._replace(**changes)


def drawing(of: Panel, marks: Sequence[Event] = (), start: float = START, end: float = END) -> Drawing:
    return ElementTree.fromstring(chart(of, marks, start, end, WIDTH, HEIGHT))


def frame(top: float) -> Frame:
    return Frame(WIDTH, HEIGHT, START, END, top)


def found(drawn: Drawing, kind: str) -> list[Drawing]:
    return [one for one in drawn.iter() if kind in one.attrib.get("class", "").split()]


def points(shape: Drawing) -> np.ndarray:
    return np.array([[float(part) for part in pair.split(",")] for pair in shape.attrib["points"].split()])


def places(shape: Drawing, *names: str) -> list[float]:
    return [float(shape.attrib[name]) for name in names]


def title(shape: Drawing) -> str:
    return shape.findtext("title") or ""


# --------------------------------------------------------------------------------------------------- bands and lines


def values(at: np.ndarray, top: float) -> np.ndarray:
    """The numbers that points stand for, read off the axis."""
    plot = frame(top)
    return np.asarray((plot.floor - at[:, 1]) / (plot.floor - plot.above) * top)


@pytest.mark.parametrize(("kind", "low", "high"), [("outer", 0.0, 1.0), ("inner", 0.25, 0.75)])
def test_a_band_runs_along_its_quantiles_there_and_back(kind: str, low: float, high: float) -> None:
    (shape,) = found(drawing(panel(top=20.0)), kind)
    read = values(points(shape), 20.0)
    assert read[:4] == pytest.approx(np.quantile(WORLDS, high, axis=0), abs=0.02)
    assert read[4:] == pytest.approx(np.quantile(WORLDS, low, axis=0)[::-1], abs=0.02)


def test_the_line_is_the_median_and_the_dotted_one_the_first_world() -> None:
    drawn = drawing(panel(top=20.0))
    assert values(points(found(drawn, "median")[0]), 20.0) == pytest.approx(np.median(WORLDS, axis=0), abs=0.02)
    assert values(points(found(drawn, "ref")[0]), 20.0) == pytest.approx(WORLDS[0], abs=0.02)


def test_points_stand_over_their_years() -> None:
    at = points(found(drawing(panel()), "median")[0])
    assert at[:, 0] == pytest.approx([frame(1).x(year) for year in YEARS], abs=0.06)


def test_every_line_keeps_its_colour_and_dash() -> None:
    lines = (Line("A", "#0072b2", band(WORLDS)), Line("B", "#d55e00", band(WORLDS), "7 3"))
    drawn = found(drawing(panel(lines=lines)), "median")
    assert [(one.attrib["stroke"], one.attrib.get("stroke-dasharray")) for one in drawn] == [
        ("#0072b2", None),
        ("#d55e00", "7 3"),
    ]


def test_bands_lie_behind_all_lines() -> None:
    drawn = drawing(panel(lines=(Line("A", "#0072b2", band(WORLDS)), Line("B", "#d55e00", band(WORLDS)))))
    tags = [one.tag for one in drawn if one.tag in ("polygon", "polyline")]
    assert tags == ["polygon"] * 4 + ["polyline"] * 4


def test_a_reference_outside_the_band_still_fits_the_axis() -> None:
    """With many worlds the first may be the largest of all, above the 95 % quantile."""
    worlds = [np.full(4, 90.0), *[np.full(4, 10.0)] * 30]
    drawn = drawing(panel(lines=(Line("A", "#0072b2", band(worlds)),)))
    assert points(found(drawn, "ref")[0])[:, 1].min() >= frame(1).above - 0.1


@given(st.lists(st.lists(st.floats(0, 1e9), min_size=4, max_size=4), min_size=1, max_size=6))
def test_nothing_that_is_drawn_leaves_the_plot(worlds: list[list[float]]) -> None:
    drawn = drawing(panel(lines=(Line("A", "#0072b2", band([np.array(one) for one in worlds])),)))
    at = np.concatenate([points(one) for one in drawn.iter() if "points" in one.attrib])
    plot = frame(1)
    assert (at[:, 0] >= plot.left - 0.1).all()
    assert (at[:, 0] <= WIDTH - plot.right + 0.1).all()
    assert (at[:, 1] <= plot.floor + 0.1).all()
    assert (at[:, 1] >= plot.above - 0.3).all()


def test_nothing_at_all_is_drawn_on_the_floor() -> None:
    drawn = drawing(panel(lines=(Line("A", "#0072b2", band([np.zeros(4)])),)))
    assert set(points(found(drawn, "median")[0])[:, 1]) == {frame(1).floor}


def test_a_chart_says_what_it_is_and_where_its_plot_lies() -> None:
    drawn = drawing(panel(title='"Riot" & <fire>'))
    assert drawn.attrib["aria-label"] == '"Riot" & <fire>, deaths a year'
    assert places(drawn, "data-left", "data-right", "data-floor") == [42.0, 350.0, 186.0]
    assert places(drawn, "data-start", "data-end") == [START, END]


# -------------------------------------------------------------------------------------------------------------- axes


def amounts(drawn: Drawing) -> list[Drawing]:
    """Labels of the y axis: those that end to the left of the plot."""
    return [one for one in found(drawn, "tick") if places(one, "x")[0] < frame(1).left - 1]


@pytest.mark.parametrize(
    ("top", "read"),
    [
        (1.0, ["0", "0.25", "0.5", "0.75", "1"]),
        (4.0, ["0", "1", "2", "3", "4"]),
        (100.0, ["0", "25", "50", "75", "100"]),
        (2000.0, ["0", "500", "1,000", "1,500", "2,000"]),
        (40_000.0, ["0", "10k", "20k", "30k", "40k"]),
        (2e6, ["0", "500k", "1m", "1.5m", "2m"]),
        (4e9, ["0", "1bn", "2bn", "3bn", "4bn"]),
        (0.6, ["0", "0.2", "0.4", "0.6"]),
    ],
)
def test_the_y_axis_is_labelled_in_few_letters(top: float, read: list[str]) -> None:
    assert [one.text for one in amounts(drawing(panel(lines=(), top=top)))] == read


@given(st.floats(0.01, 1e9))
def test_labels_of_the_y_axis_fit_beside_it_and_do_not_touch(largest: float) -> None:
    drawn = drawing(panel(lines=(), top=svg.nice_top(largest)))
    marks = amounts(drawn)
    assert all(len(one.text or "") <= 6 for one in marks)
    assert len({one.text for one in marks}) == len(marks)
    heights = sorted(places(one, "y")[0] for one in marks)
    assert np.diff(heights).min() > 20


def test_grid_lines_stand_beside_their_labels() -> None:
    drawn = drawing(panel(top=4.0))
    lines = [*found(drawn, "base")[:1], *found(drawn, "grid")]
    assert [places(one, "y1", "y2") for one in lines] == [[frame(4).y(i)] * 2 for i in range(5)]


def test_years_are_labelled_where_they_begin() -> None:
    drawn = drawing(panel())
    marks = {one.text: places(one, "x")[0] for one in found(drawn, "tick") if one.attrib["text-anchor"] == "middle"}
    assert list(marks) == ["1990", "1991", "1992", "1993"]
    assert list(marks.values()) == pytest.approx([frame(1).x(1990 + i) for i in range(4)], abs=0.06)


def test_the_last_year_is_not_cut_off() -> None:
    last = found(drawing(panel()), "tick")[-1]
    assert (last.text, last.attrib["text-anchor"]) == ("1994", "end")


@pytest.mark.parametrize(("start", "end"), [(1978.05, 1978.65), (1978.3, 1978.9), (1990.0, 1990.2), (1978.9, 1979.1)])
def test_a_run_of_months_has_its_year_on_the_axis(start: float, end: float) -> None:
    drawn = "".join(svg.year_axis(Frame(WIDTH, HEIGHT, start, end, 1)))
    read = re.findall(r'<text[^>]* x="([\d.]+)"[^>]*>(\d+)</text>', drawn)
    assert read
    assert all(42 <= float(x) <= WIDTH for x, _ in read)
    assert {int(year) for _, year in read} <= {int(start), int(end)}


# -------------------------------------------------------------------------------------------------------- the record


def recorded(**changes: object) -> Dot:
    return Dot(1991.0, 1992.0, 10.0, 5.0, 15.0, "Police, 1991: 10 deaths. A <book>")._replace(**changes)


def test_a_figure_of_the_record_shows_its_span_value_and_range() -> None:
    (dot,) = found(drawing(panel(dots=(recorded(),), top=20.0)), "record")
    plot = frame(20)
    across, upright = found(dot, "reach")
    assert places(across, "x1", "x2") == pytest.approx([plot.x(1991), plot.x(1992)], abs=0.06)
    assert places(across, "y1", "y2") == pytest.approx([plot.y(10)] * 2, abs=0.06)
    middle, low, high = (float(part) for part in re.split("[MV ]", upright.attrib["d"])[1:])
    assert (middle, low, high) == pytest.approx((plot.x(1991.5), plot.y(5), plot.y(15)), abs=0.06)
    assert places(found(dot, "dot")[0], "cx", "cy") == pytest.approx([plot.x(1991.5), plot.y(10)], abs=0.06)


def test_what_the_source_says_is_told_and_escaped() -> None:
    drawn = chart(panel(dots=(recorded(),)), (), START, END, WIDTH, HEIGHT)
    assert "A &lt;book&gt;" in drawn
    assert title(found(ElementTree.fromstring(drawn), "record")[0]) == "Police, 1991: 10 deaths. A <book>"


def test_only_scaled_figures_are_hollow() -> None:
    drawn = drawing(panel(dots=(recorded(), recorded(hollow=True))))
    assert [one.attrib["class"] for one in found(drawn, "dot")] == ["dot", "dot hollow"]


def test_a_span_that_begins_before_the_run_is_cut_at_the_axis() -> None:
    (dot,) = found(drawing(panel(dots=(recorded(start=1985.0, end=1999.0),))), "record")
    assert places(found(dot, "reach")[0], "x1", "x2") == [42.0, 350.0]


def test_the_axis_reaches_to_the_top_of_the_records_range() -> None:
    (dot,) = found(drawing(panel(dots=(recorded(value=80.0, high=170.0),))), "record")
    top = float(found(dot, "reach")[1].attrib["d"].split("V")[1])
    assert top >= frame(1).above


# ------------------------------------------------------------------------------------------------------------- seats


def won(**changes: object) -> Bar:
    return Bar(1992.0, 2.0, 3.0, 4.0, 5.0, 8.0, "2 Mar 1992: 3 of 8")._replace(**changes)


def seat(bar: Bar) -> Drawing:
    drawn = drawing(panel(lines=(), bars=(bar,), top=8.0, colour="#0072b2"))
    return found(drawn, "seats")[0]


def test_a_bar_spans_its_range_with_median_total_and_result() -> None:
    drawn, plot = seat(won()), frame(8)
    x, y, wide, tall = places(found(drawn, "range")[0], "x", "y", "width", "height")
    assert (y, y + tall) == pytest.approx((plot.y(4), plot.y(2)), abs=0.11)
    assert x + wide / 2 == pytest.approx(plot.x(1992), abs=0.06)
    assert places(found(drawn, "middle")[0], "y1") == pytest.approx([plot.y(3)], abs=0.06)
    assert places(found(drawn, "total")[0], "y1") == pytest.approx([plot.y(8)], abs=0.06)
    tip = float(found(drawn, "actual")[0].attrib["d"].split("l")[0].split()[1])
    assert tip + 4.6 == pytest.approx(plot.y(5), abs=0.06)


def test_a_party_that_did_not_stand_has_a_cross_and_no_range() -> None:
    drawn = seat(won(out=True))
    assert [one.text for one in found(drawn, "out")] == ["×"]
    assert not found(drawn, "range")
    assert not found(drawn, "middle")


def test_without_a_record_there_is_no_diamond() -> None:
    assert not found(seat(won(actual=None)), "actual")
    assert found(seat(won(actual=0.0)), "actual")


def test_a_bar_of_one_world_can_still_be_seen() -> None:
    assert places(found(seat(won(low=3.0, high=3.0)), "range")[0], "height") == [1.5]


# ---------------------------------------------------------------------------------------------------- dated history


def event(kind: str, start: date, end: date | None = None, **rest: object) -> Event:
    return Event(kind, start, end or start, "Raid & <riot>", "made up")._replace(**rest)  # type: ignore[arg-type]


def behind(*marks: Event) -> Drawing:
    return found(drawing(panel(), marks), "events")[0]


def test_an_operation_shades_its_span_from_floor_to_top() -> None:
    (box,) = behind(event("operation", date(1991, 1, 1), date(1993, 1, 1)))
    plot = frame(1)
    x, y, wide, tall = places(box, "x", "y", "width", "height")
    assert (x, x + wide) == pytest.approx((plot.x(1991), plot.x(1993)), abs=0.11)
    assert (y, y + tall) == (plot.above, plot.floor)
    assert title(box) == "1 Jan 1991 – 1 Jan 1993: Raid & <riot>"


def test_what_began_before_and_lasts_beyond_is_cut_to_the_plot() -> None:
    (box,) = behind(event("operation", date(1980, 1, 1), date(2010, 1, 1)))
    assert places(box, "x", "width") == [42.0, 308.0]


@pytest.mark.parametrize("day", [date(1985, 5, 5), date(1996, 5, 5)])
def test_what_lies_outside_the_run_is_left_out(day: date) -> None:
    assert len(behind(event("shock", day), event("operation", day, date(day.year, 12, 31)))) == 0


@pytest.mark.parametrize(
    ("kind", "level", "expected"),
    [
        ("shock", "", ("ev-shock", 10.0)),
        ("election", "national", ("ev-election", 10.0)),
        ("election", "boycott", ("ev-election", 10.0)),
        ("election", "provincial", ("ev-minor", 179.0)),
        ("election", "local", ("ev-minor", 179.0)),
    ],
)
def test_days_are_lines_and_lesser_elections_are_short(kind: str, level: str, expected: tuple[str, float]) -> None:
    (line,) = behind(event(kind, date(1992, 7, 1), level=level))
    assert (line.attrib["class"], places(line, "y1")[0]) == expected
    assert places(line, "x1") == pytest.approx([frame(1).x(year_fraction(date(1992, 7, 1)))], abs=0.06)


@pytest.mark.parametrize("kind", ["note", "rule", "stance"])
def test_other_history_stays_in_the_timeline(kind: str) -> None:
    assert len(behind(event(kind, date(1992, 7, 1)))) == 0


# ----------------------------------------------------------------------------------------------------- the timeline


SCENARIO = tiny_scenario()
MARKS = events(SCENARIO, "lamp", 2000.0)


def timeline(marks: Sequence[Event] = MARKS, width: float = 1120.0, start: float = 1990.0) -> Drawing:
    return ElementTree.fromstring(lanes.timeline_svg(marks, start, 2000.0, width))


def tip(drawn: Drawing, text: str) -> Drawing:
    return next(one for one in found(drawn, "tip") if text in title(one))


@pytest.mark.parametrize(
    ("kind", "start", "end", "text"),
    [
        ("operation", date(1996, 1, 1), date(1997, 12, 31), "Operation Sweep"),
        ("election", date(1992, 3, 2), date(1992, 3, 2), "National election"),
        ("election", date(1995, 3, 6), date(1995, 3, 6), "National election (boycotted by Lamp)"),
        ("election", date(1996, 6, 3), date(1996, 6, 3), "Local election"),
        ("shock", date(1991, 12, 16), date(1991, 12, 16), "Riot <at> the bridge & market (30.0 deaths, imposed)"),
        ("note", date(1994, 5, 2), date(1994, 5, 2), "A pact is signed"),
        ("rule", date(1990, 1, 1), date(1993, 12, 31), "Military government"),
        ("rule", date(1994, 1, 1), date(1999, 12, 31), "Civilian government; in office: Lamp"),
        ("stance", date(1996, 1, 1), date(1997, 12, 31), "Centre towards Lamp: crack-down"),
    ],
)
def test_history_keeps_its_dates_and_words(kind: str, start: date, end: date, text: str) -> None:
    (one,) = [e for e in MARKS if (e.kind, e.start) == (kind, start)]
    assert one.end == end
    assert one.text.replace("30 deaths", "30.0 deaths") == text
    assert one.source == "made up"


def test_stances_towards_others_are_not_shown() -> None:
    assert not [one for one in events(SCENARIO, "anchor", 2000.0) if one.kind == "stance"]


def test_an_election_without_parties_says_so() -> None:
    polls = (SCENARIO.elections[0].model_copy(update={"party_less": True}),)
    (mark,) = [e for e in events(SCENARIO.model_copy(update={"elections": polls}), "lamp", 2000.0) if e.size == 5]
    assert mark.text == "National election, party-less"


def test_extrapolation_begins_where_the_record_ends() -> None:
    scenario = tiny_scenario(record_ends="1995-06-30", extrapolation="Stances stay.")
    (mark,) = [e for e in events(scenario, "lamp", 1999.5) if e.kind == "extrapolation"]
    assert (mark.start, mark.end.year, mark.text) == (date(1995, 6, 30), 1999, "Extrapolation: Stances stay.")


@pytest.mark.parametrize("width", [360.0, 1120.0])
def test_bars_of_the_timeline_span_their_dates(width: float) -> None:
    drawn = timeline(width=width)
    axis = Frame(width, 0, 1990.0, 2000.0, 1, left=6, right=8)
    for text, first, last in [("Operation Sweep", 1996, 1998), ("Military", 1990, 1994), ("crack-down", 1996, 1998)]:
        box = next(one for one in tip(drawn, text) if one.tag == "rect")
        x, wide = places(box, "x", "width")
        assert (x, x + wide) == pytest.approx((axis.x(first), axis.x(last)), abs=0.5)


def test_signs_of_the_timeline_tell_kinds_apart() -> None:
    drawn = timeline()
    kinds = {text: tip(drawn, text)[-1] for text in ("2 Mar 1992", "6 Mar 1995", "3 Jun 1996", "Riot", "pact")}
    assert {text: (one.tag, one.attrib["class"]) for text, one in kinds.items()} == {
        "2 Mar 1992": ("circle", "national"),
        "6 Mar 1995": ("path", "boycott"),
        "3 Jun 1996": ("rect", "national"),
        "Riot": ("circle", "shock"),
        "pact": ("path", "note"),
    }


def test_shocks_have_an_area_for_their_deaths() -> None:
    marks = [event("shock", date(1992, 1, 1), size=100.0), event("shock", date(1994, 1, 1), size=25.0)]
    large, small = (places(one, "r")[0] - 1.8 for one in found(timeline(marks), "shock"))
    assert small / large == pytest.approx(0.5, abs=0.02)


def test_names_of_operations_at_one_time_stand_on_rows_of_their_own() -> None:
    marks = [event("operation", date(1992, month, 1), date(1993, 1, 1)) for month in (1, 2, 3)]
    rows = [places(next(iter(one.iter("rect"))), "y")[0] for one in found(timeline(marks), "opbar")]
    assert np.diff(rows) == pytest.approx([lanes.BAR + 3] * 2)


def test_a_name_that_would_leave_the_box_stands_before_its_bar() -> None:
    marks = [event("operation", date(1999, 6, 1), date(1999, 12, 31), text="A long name of an operation")]
    (name,) = [one for one in found(timeline(marks), "out") if one.tag == "text"]
    assert name.attrib["text-anchor"] == "end"
    assert places(name, "x")[0] < Frame(1120, 0, 1990, 2000, 1, left=6, right=8).x(1999.4)


def test_lanes_without_events_are_left_out() -> None:
    titles = [one.text for one in found(timeline([e for e in MARKS if e.kind in ("operation", "note")]), "lane")]
    assert titles == ["Operations", "Other dated events"]


# ---------------------------------------------------------------------------------------- colours, words, fit needles


@given(st.lists(st.sampled_from(colours.OKABE_ITO), min_size=2, max_size=8, unique=True))
def test_declared_colours_that_can_be_told_apart_are_not_touched(declared: list[str]) -> None:
    dark = [colours.inked(one) for one in declared]
    assert list(colours.safe(declared)) == dark


@given(st.lists(st.from_regex(r"\A#[0-9a-f]{6}\Z"), min_size=2, max_size=8))
def test_whatever_is_declared_ends_up_distinguishable(declared: list[str]) -> None:
    chosen = colours.safe(declared)
    assert len(chosen) == len(declared)
    assert colours.told_apart(chosen)


@given(st.from_regex(r"\A#[0-9a-f]{6}\Z"))
def test_lines_are_dark_enough_for_white_paper(colour: str) -> None:
    assert colours.seen([colours.inked(colour)])[0, 0, 0] <= colours.LIGHTEST + 0.03


def test_sight_without_one_cone_confuses_red_and_green() -> None:
    red, green = colours.seen(["#c04040", "#6f7a20"]).transpose(1, 0, 2)
    full, protan, deutan = np.linalg.norm(red - green, axis=-1)
    assert full > 2 * min(protan, deutan)


def test_lines_of_one_chart_differ_in_dash_too() -> None:
    assert all(one != other for one, other in combinations(colours.DASHES, 2))


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.00001, "0.00001"), (-0.0, "0"), (999.7, "1,000"), (99.97, "100"), (-1234, "−1,230"), (2.5e7, "25,000,000")],
)
def test_numbers_are_read_without_exponents(value: float, text: str) -> None:
    assert words.number(value) == text


@given(st.floats(-1e12, 1e12))
def test_numbers_stay_close_to_what_they_were(value: float) -> None:
    text = words.number(value).replace(",", "").replace(words.MINUS, "-")
    assert "e" not in text
    assert float(text) == pytest.approx(value, rel=0.051)


@pytest.mark.parametrize(
    ("values", "value", "unit", "text"),
    [
        ([480.0], 4.0, "persons", "× 120"),
        ([5.0], 2.0, "persons", "× 2.5"),
        ([0.201], 0.2, "share", "0 points"),
        ([0.199], 0.2, "share", "0 points"),
        ([0.1], 0.2, "share", "−10 points"),
        ([3.0], 0.0, "seats", "+3"),
    ],
)
def test_how_far_off_is_said_in_plain_numbers(values: list[float], value: float, unit: str, text: str) -> None:
    assert fit_table.off(verdict(values, value=value, unit=unit)) == text


def spots(drawn: str) -> tuple[float, float, float]:
    """Where a needle's range begins, its median stands and its range ends."""
    low, high = re.search(r'class="range" d="M([\d.]+) 9H([\d.]+)"', drawn).groups()  # type: ignore[union-attr]
    return float(low), float(drawn.split('cx="')[1].split('"', maxsplit=1)[0]), float(high)


def test_the_needle_stands_at_the_record_when_they_agree_and_at_the_ends_a_factor_of_ten_off() -> None:
    middle = fit_table.WIDTH / 2
    assert spots(fit_table.needle(verdict([4.0], value=4.0)))[1] == middle
    assert spots(fit_table.needle(verdict([4000.0], value=4.0)))[1] > 0.98 * fit_table.WIDTH
    assert spots(fit_table.needle(verdict([0.001], value=4.0)))[1] < 0.02 * fit_table.WIDTH
    assert spots(fit_table.needle(verdict([4 * 10**0.5], value=4.0)))[1] == pytest.approx(1.5 * middle, abs=0.1)


def test_the_needle_holds_low_median_and_high_in_order() -> None:
    low, median, high = spots(fit_table.needle(verdict([1.0, 2.0, 3.0], value=2.0)))
    assert low < median == fit_table.WIDTH / 2 < high


def test_a_band_of_one_number_is_a_point_that_can_be_seen() -> None:
    low, _, high = spots(fit_table.needle(verdict([4.0], value=4.0)))
    assert high - low == pytest.approx(1.0)


def test_a_band_scaled_keeps_its_order() -> None:
    scaled = band(WORLDS).times(100.0)
    assert isinstance(scaled, Band)
    assert (scaled.high >= scaled.upper).all()
    assert scaled.reference == pytest.approx(100 * WORLDS[0])
