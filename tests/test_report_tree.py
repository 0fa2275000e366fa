"""The tree of posts: where each post stands, its colour, which are new or vacant, and what the page is given."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from mohalla.report import lanes, ramps, tree
from mohalla.report.digest import digest
from mohalla.report.posts import MEASURES, Posts, fresh, posts
from mohalla.report.timeline import events
from tests.fake_run import fake_dataset, tiny_scenario, zero_dataset
from tests.test_report import data, page, section

SCENARIO = tiny_scenario()
NAMES = {"lamp": "Lamp", "anchor": "Anchor", "splinter-1": "Splinter 1"}
Sizes = list[list[int]]


def city(sizes: Sizes, quarters: int = 2) -> Posts:
    """A tree with these numbers of units, by district and sector; everybody loyal to 0.7 and two years in the post."""
    rows = [("city", "", "", "")]
    units = 0
    for d, district in enumerate(sizes):
        for s, count in enumerate(district):
            name = f"D<{d}> {s + 1}"
            rows.append(("sector", name, "", f"D<{d}>"))
            rows += [("unit", name, f"unit {units + i + 1}", f"D<{d}>") for i in range(count)]
            units += count
    rows.sort(key=lambda row: ("city", "sector", "unit").index(row[0]))
    tier, sector, unit, districts = (list(column) for column in zip(*rows, strict=True))
    full = np.full((quarters, len(rows)), 0.7)
    measures = {f"{name}/lamp": full * (2.0 / 0.7 if name == "tenure" else 1.0) for name in MEASURES}
    days = [f"{1990 + q}-01-01" for q in range(quarters)]
    return Posts(days, tier, sector, unit, districts, ["lamp"], measures)


KARACHI = [[8, 8, 7, 9, 8], [8, 8, 8, 7], [8, 7, 9, 8], [7, 6, 8], [8, 8, 7, 6], [8, 8, 9, 8, 7, 8]]


def drawings(of: Posts) -> list[tree.Drawing]:
    return [tree.wide(of), tree.narrow(of)]


def read(of: Posts, drawing: tree.Drawing) -> ElementTree.Element:
    return ElementTree.fromstring(tree.svg(drawing, of, 'Posts of "Lamp" & others'))


def kinds(drawn: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    return [one for one in drawn.iter() if kind in one.attrib.get("class", "").split()]


@pytest.fixture(scope="module")
def run() -> xr.Dataset:
    return fake_dataset(SCENARIO, 1)


# --------------------------------------------------------------------------------------------------- where posts stand


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.integers(0, 30), min_size=1, max_size=5), min_size=1, max_size=5))
def test_no_post_covers_another_and_none_leaves_its_box(sizes: Sizes) -> None:
    for drawing in drawings(city(sizes)):
        at = np.array(drawing.nodes)
        apart = np.hypot(*(at[:, None, :2] - at[:, :2]).transpose(2, 0, 1))
        touching = at[:, None, 2] + at[:, 2]
        assert all(apart[i, j] >= 0.87 * touching[i, j] for i, j in combinations(range(len(at)), 2))
        assert (at[:, 0] - at[:, 2] >= 0).all()
        assert (at[:, 0] + at[:, 2] <= drawing.width).all()
        assert (at[:, 1] - at[:, 2] >= 0).all()
        assert (at[:, 1] + at[:, 2] <= drawing.height).all()


def test_units_stand_in_the_row_of_their_sector_away_from_the_city() -> None:
    of = city(KARACHI)
    for drawing in drawings(of):
        for branch in tree.branches(of):
            head, row = drawing.nodes[branch.post], [drawing.nodes[unit] for unit in branch.units]
            assert {node.y for node in row} == {head.y}
            distances = [abs(node.x - drawing.nodes[0].x) for node in (head, *row)]
            assert distances == sorted(distances)


def test_every_unit_belongs_to_one_sector() -> None:
    of = city(KARACHI)
    found = [unit for branch in tree.branches(of) for unit in branch.units]
    assert sorted(found) == [i for i, tier in enumerate(of.tier) if tier == "unit"]
    assert all(of.sector[unit] == of.sector[branch.post] for branch in tree.branches(of) for unit in branch.units)


def test_districts_are_not_torn_apart_and_halves_are_alike() -> None:
    left, right = tree.wings(tree.branches(city(KARACHI)), tree.BROAD)
    assert not {branch.district for branch in left} & {branch.district for branch in right}
    assert abs(len(left) - len(right)) <= 2
    assert len(left) + len(right) == 26


def test_a_city_of_one_district_stands_on_one_side() -> None:
    left, right = tree.wings(tree.branches(city([[4, 4]])), tree.BROAD)
    assert sorted((len(left), len(right))) == [0, 2]


def test_sectors_are_numbered_and_districts_named_and_escaped() -> None:
    of = city([[2, 1], [1]])
    for drawing in drawings(of):
        drawn = read(of, drawing)
        assert [one.text for one in kinds(drawn, "number")] == ["1", "2", "1"]
        assert [one.text for one in kinds(drawn, "district")][1:] == ["D<0>", "D<1>"]
        assert drawn.attrib["aria-label"] == 'Posts of "Lamp" & others'


def test_a_sector_named_otherwise_keeps_its_name() -> None:
    of = city([[1]])
    of.sector[1:] = ["Harbour", "Harbour"]
    assert tree.branches(of)[0].number == "Harbour"


# ------------------------------------------------------------------------------------------------------------ colours


def fills(drawn: ElementTree.Element) -> list[str]:
    return [one.attrib["fill"] for one in drawn.iter("circle")]


def test_a_post_has_the_colour_of_its_holders_loyalty() -> None:
    of = city([[3]])
    of.measures["loyalty/lamp"][-1] = [0.5, 0.6, 0.7, 0.8, 1.0]
    expected = [ramps.shade("loyalty", share) for share in (0.0, 0.2, 0.4, 0.6, 1.0)]
    for drawing in drawings(of):
        assert fills(read(of, drawing)) == expected


def test_only_holders_of_less_than_a_year_are_marked() -> None:
    of = city([[3]])
    of.measures["tenure/lamp"][-1] = [0.9, 1.0, 5.0, 0.1, 2.0]
    for drawing in drawings(of):
        (marks,) = kinds(read(of, drawing), "fresh")
        starts = re.findall(r"M([\d.]+) ([\d.]+)", marks.attrib["d"])
        expected = [drawing.nodes[0], drawing.nodes[3]]
        assert [(float(x) + 3, float(y)) for x, y in starts] == [
            (pytest.approx(n.x, abs=0.06), pytest.approx(n.y, abs=0.06)) for n in expected
        ]


def test_a_vacant_post_is_white_and_not_new() -> None:
    of = city([[3]])
    for name in MEASURES:
        of.measures[f"{name}/lamp"][-1, 2] = np.nan
    for drawing in drawings(of):
        drawn = read(of, drawing)
        assert [one.attrib["fill"] for one in kinds(drawn, "vacant")] == [tree.VACANT]
        assert kinds(drawn, "fresh")[0].attrib["d"] == ""


@pytest.mark.parametrize(
    ("values", "expected"),
    [([0.5, 0.93], (0.5, 1.0)), ([0.71, 0.78], (0.7, 0.8)), ([1.0, 1.0], (1.0, 1.1)), ([np.nan, np.nan], (0.0, 1.0))],
)
def test_loyalty_is_shaded_between_round_numbers(values: list[float], expected: tuple[float, float]) -> None:
    of = city([[0]])
    of.measures["loyalty/lamp"][:] = values
    assert tree.ends(of)["loyalty"] == pytest.approx(expected)


def test_following_and_time_are_shaded_from_nought() -> None:
    of = city([[0]])
    of.measures["following/lamp"][:] = [0.23, 0.41]
    of.measures["tenure/lamp"][:] = [3.2, 11.7]
    assert tree.ends(of)["following"] == (0.0, 0.5)
    assert tree.ends(of)["tenure"] == (0.0, 12.0)


@pytest.mark.parametrize(("longest", "darkest"), [(30.0, 5.0), (8.0, 8.0)])
def test_one_holder_of_many_years_does_not_make_all_others_pale(longest: float, darkest: float) -> None:
    of = city(KARACHI)
    of.measures["tenure/lamp"][:] = 4.2
    of.measures["tenure/lamp"][0, 0] = longest
    title, unit, low, high, dark = tree.packed(of, NAMES)["measures"]["tenure"]  # type: ignore[index]
    assert (title, unit, low, high, dark) == ("Time in the post", "years", 0.0, longest, darkest)


# ---------------------------------------------------------------------------------------------------- what a run holds


def test_the_tree_is_that_of_the_run(run: xr.Dataset) -> None:
    of = posts(run, "lamp")
    mine = run["post_organisation"].values == "lamp"
    assert of.tier == ["city"] + ["sector"] * 4 + ["unit"] * 12
    assert of.districts[1:5] == ["North", "North", "South", "South"]
    assert of.measures["competence/lamp"] == pytest.approx(run["post_competence"].values[:, mine])
    assert of.measures["tenure/lamp"] == pytest.approx(run["post_tenure"].values[:, mine] * 7 / 365.25)


def test_a_splinter_is_shown_if_it_ever_held_a_post(run: xr.Dataset) -> None:
    assert posts(run, "lamp").organisations == ["lamp", "splinter-1"]
    quiet = run.copy(deep=True)
    quiet["post_tenure"][:, quiet["post_organisation"].values == "splinter-1"] = 0
    assert posts(quiet, "lamp").organisations == ["lamp"]


def test_posts_of_an_organisation_without_members_are_vacant(run: xr.Dataset) -> None:
    """What a splinter that is no more has left in its rows is nobody's."""
    ended = run.copy(deep=True)
    for name in ("workers", "armed"):
        ended[name].loc[{"organisation": "splinter-1", "week": slice("1995-01-01", None)}] = 0
    tenure = posts(ended, "lamp").measures["tenure/splinter-1"]
    late = ended["quarter"].values >= np.datetime64("1995-01-01")
    assert np.isnan(tenure[late]).all()
    assert np.isfinite(tenure[~late]).any()


def test_a_run_without_followings_has_no_such_colour(run: xr.Dataset) -> None:
    older = posts(run.drop_vars("post_following"), "lamp")
    assert list(tree.ends(older)) == ["loyalty", "competence", "tenure"]
    assert list(tree.packed(older, NAMES)["measures"]) == ["loyalty", "competence", "tenure"]  # type: ignore[call-overload]


def test_new_holders_are_counted_by_tier(run: xr.Dataset) -> None:
    of = posts(run, "lamp")
    units = [i for i, tier in enumerate(of.tier) if tier == "unit"]
    assert digest(run, SCENARIO, None, "lamp").bins["fresh/unit"] == pytest.approx(fresh(of, "lamp")[:, units].mean(1))


def test_means_are_of_those_who_hold_a_post(run: xr.Dataset) -> None:
    changed = run.copy(deep=True)
    units = (run["post_organisation"].values == "lamp") & (run["post_tier"].values == "unit")
    changed["post_loyalty"].values[:, units] = np.arange(12) / 20
    changed["post_tenure"].values[:, units] = np.where(np.arange(12) < 3, 100, 0)
    bins = digest(changed, SCENARIO, None, "lamp").bins
    assert bins["loyalty/unit"] == pytest.approx(np.full(41, 0.05))
    assert bins["tenure/unit"] == pytest.approx(np.full(41, 100 * 7 / 365.25))
    assert not bins["fresh/unit"].any()


@pytest.mark.parametrize("measure", list(MEASURES))
def test_the_slider_shows_every_number_to_within_half_a_step(run: xr.Dataset, measure: str) -> None:
    of = posts(run, "lamp")
    packed = json.loads(json.dumps(tree.packed(of, NAMES)))
    _, _, low, high, _ = packed["measures"][measure]
    bytes_ = np.frombuffer(b64decode(packed["layers"][f"{measure}/lamp"]), np.uint8).reshape(len(of.quarters), -1)
    shown = low + bytes_ / packed["steps"] * (high - low)
    held = np.isfinite(of.measures[f"{measure}/lamp"])
    assert held.any()
    assert np.abs(shown - of.measures[f"{measure}/lamp"])[held].max() <= 0.5001 * (high - low) / packed["steps"]
    assert (bytes_[~held] == ramps.NOTHING).all()
    assert bytes_[held].max() <= packed["steps"]


# -------------------------------------------------------------------------------------------------------------- strip


def test_the_strip_shows_each_post_once_at_six_moments() -> None:
    of = city(KARACHI, quarters=20)
    strip = tree.moments(of)
    assert [year for year, _ in strip] == ["1990", "1994", "1998", "2001", "2005", "2009"]
    for _, drawn in strip:
        squares = "".join(path.attrib["d"] for path in kinds(ElementTree.fromstring(drawn), "square"))
        corners = re.findall(r"M([\d.]+) ([\d.]+)h", squares)
        assert len(corners) == len(set(corners)) == len(of.tier)


def test_the_strip_marks_who_is_new() -> None:
    of = city([[2], [1]])
    of.measures["tenure/lamp"][0, [1, 4]] = 0.5
    first, last = (drawn for _, drawn in tree.moments(of))
    assert kinds(ElementTree.fromstring(first), "fresh")[0].attrib["d"].count("M") == 2
    assert kinds(ElementTree.fromstring(last), "fresh")[0].attrib["d"] == ""


# --------------------------------------------------------------------------------------------------------------- page


def test_the_page_has_the_tree_with_a_slider_and_says_that_it_is_synthetic(run: xr.Dataset, tmp_path: Path) -> None:
    html = page(tmp_path, [run])
    chapter = section(html, "hierarchy")
    assert chapter.count('<svg class="tree"') == 2
    assert 'id="tree-time" min="0" max="40" value="40"' in chapter
    assert re.findall(r'<option value="([\w-]+)">', chapter) == [
        "loyalty", "competence", "following", "tenure", "lamp", "splinter-1",
    ]  # fmt: skip
    assert "Sectors and units are synthetic; holders carry no name." in chapter
    assert 'id="tree-date">Dec 1999<' in chapter, "the slider itself is not printed"
    assert data(html, "tree-data")["posts"][:2] == ["Head of the city", "Head of sector North 1"]


def test_one_organisation_needs_no_choice(run: xr.Dataset, tmp_path: Path) -> None:
    quiet = run.copy(deep=True)
    quiet["post_tenure"][:, quiet["post_organisation"].values == "splinter-1"] = 0
    assert 'id="tree-party"' not in page(tmp_path, [quiet])


def test_a_city_where_nobody_holds_a_post_still_has_its_tree(tmp_path: Path) -> None:
    chapter = section(page(tmp_path, [zero_dataset(SCENARIO)]), "hierarchy")
    assert chapter.count('class="vacant"') >= 2 * 17
    assert "nan" not in chapter.lower()


def test_a_run_without_posts_has_no_tree(run: xr.Dataset, tmp_path: Path) -> None:
    others = run["post_organisation"].values.copy()
    others[others == "lamp"] = "nobody"
    html = page(tmp_path, [run.assign_coords(post_organisation=("post", others))])
    assert 'id="panel-tree"' not in html
    assert 'id="tree-data"' not in html


def test_sliders_stand_over_the_dated_history() -> None:
    marks = events(SCENARIO, "lamp", 2000.0)
    drawn = ElementTree.fromstring(lanes.track_svg(marks, 1990.0, 2000.0))
    (bar,) = kinds(drawn, "operation")
    assert [float(bar.attrib[name]) for name in ("x", "width")] == pytest.approx([600, 200], abs=0.6)
    assert len(kinds(drawn, "ev-election")) == 3, "national ones, boycotted or not"
    assert len(kinds(drawn, "ev-shock")) == 1
    assert len(ElementTree.fromstring(lanes.track_svg(marks, 1985.0, 1989.0))) == 0
