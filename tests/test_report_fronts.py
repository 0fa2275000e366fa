"""Borders and hostile pairs: who is beside whom, where different organisations face each other, who kills whom."""

from __future__ import annotations

import re
from base64 import b64decode
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mohalla.report import fronts, lattice
from mohalla.report import map as city_maps
from mohalla.report.digest import city_map, digest
from tests.fake_run import HEX, fake_dataset, tiny_scenario, zero_dataset
from tests.test_report import data, page, section

SCENARIO = tiny_scenario()
ORGANISATIONS = ["none", "anchor", "lamp", "splinter-1"]
ANCHOR, LAMP = 1, 2


@pytest.fixture(scope="module")
def run() -> xr.Dataset:
    return fake_dataset(SCENARIO, 1)


# ------------------------------------------------------------------------------------------------------- who is beside


def grid(side: int) -> tuple[np.ndarray, np.ndarray]:
    row, column = np.divmod(np.arange(side * side), side)
    return column + 0.5 * (row % 2), row * HEX


@pytest.mark.parametrize("scale", [1.0, 0.02, 700.0])
@pytest.mark.parametrize("angle", [0.0, 0.4, 1.3])
def test_neighbours_share_a_border_however_the_grid_is_turned_or_scaled(scale: float, angle: float) -> None:
    x, y = grid(4)
    turned = scale * (np.cos(angle) * x - np.sin(angle) * y), scale * (np.sin(angle) * x + np.cos(angle) * y)
    pairs = lattice.neighbours(*turned)
    distances = np.hypot(x[pairs[:, 0]] - x[pairs[:, 1]], y[pairs[:, 0]] - y[pairs[:, 1]])
    assert distances == pytest.approx(np.ones(len(pairs)))
    assert len(pairs) == 3 * 4 * 4 - 4 * 4 + 1, "three a hexagon, less those at the edge"
    assert (pairs[:, 0] < pairs[:, 1]).all()


def test_a_unit_alone_has_no_border() -> None:
    assert lattice.neighbours(*grid(1)).shape == (0, 2)


# --------------------------------------------------------------------------------------------------------- frontiers


@pytest.mark.parametrize(
    ("values", "least", "expected"),
    [([0.2, 0.5, 0.3], 0.1, 1), ([0.05, 0.0, 0.09], 0.1, -1), ([0.0, 0.0, 0.1], 0.1, 2), ([0.0, 0.0, 0.0], 0.0, 0)],
)
def test_first_is_whoever_has_most_and_enough(values: list[float], least: float, expected: int) -> None:
    assert fronts.first_of(np.array(values), least) == expected


FIRSTS = arrays(np.int64, (3, 5), elements=st.integers(-1, 3))
BORDERS = np.array([[0, 1], [1, 2], [2, 3], [0, 4]])


@given(FIRSTS)
def test_a_border_has_no_direction_and_no_side_is_special(first: np.ndarray) -> None:
    found = fronts.facing(first, BORDERS)
    assert (fronts.facing(first, BORDERS[:, ::-1]) == found).all()
    swapped = np.where(first == 0, 1, np.where(first == 1, 0, first))
    assert (fronts.facing(swapped, BORDERS) == found).all()


@given(FIRSTS)
def test_nobody_faces_nobody(first: np.ndarray) -> None:
    found = fronts.facing(first, BORDERS)
    for side in (0, 1):
        assert not found[first[:, BORDERS[:, side]] < 0].any()


def divided(hold: float = 0.6, force: float = 0.5) -> xr.Dataset:
    """The anchor in the north, the lamp in the south, each with this hold and force in its own half."""
    run = zero_dataset(SCENARIO, weeks=40)
    north = run["unit_district"].values == "North"
    for name, value in (("unit_hold", hold), ("unit_force", force)):
        run[name].values[:, north, ANCHOR] = value
        run[name].values[:, ~north, LAMP] = value
    return run


@pytest.mark.parametrize(
    ("hold", "force", "code"),
    [(0.6, 0.5, fronts.HOLD | fronts.ARMED), (0.6, 0.1, fronts.HOLD), (0.05, 0.5, fronts.ARMED), (0.05, 0.1, 0)],
)
def test_a_divided_city_has_its_frontier_between_the_halves(hold: float, force: float, code: int) -> None:
    run = divided(hold, force)
    pairs, codes = fronts.frontiers(run)
    north = run["unit_district"].values == "North"
    across = north[pairs[:, 0]] != north[pairs[:, 1]]
    assert across.any()
    assert (codes[:, across] == code).all()
    assert (codes[:, ~across] == 0).all()


def test_one_side_alone_under_arms_is_no_armed_frontier() -> None:
    run = divided()
    run["unit_force"].values[..., LAMP] = 0.1
    assert not (fronts.frontiers(run)[1] & fronts.ARMED).any()


def test_those_who_follow_nobody_face_nobody() -> None:
    run = divided()
    run["unit_hold"].values[..., 0] = 0.9
    assert (fronts.frontiers(run)[1] & fronts.HOLD).any(), "however many follow nobody"
    run["unit_hold"].values[..., 1:] = 0.0
    assert not (fronts.frontiers(run)[1] & fronts.HOLD).any()


def test_shares_are_of_all_borders() -> None:
    codes = np.array([[0, 1, 2, 3], [0, 0, 0, 2]], np.uint8)
    assert fronts.shares(codes, fronts.HOLD).tolist() == [0.5, 0.0]
    assert fronts.shares(codes, fronts.ARMED).tolist() == [0.5, 0.25]
    assert fronts.shares(np.zeros((2, 0), np.uint8), fronts.ARMED).tolist() == [0.0, 0.0]


# ------------------------------------------------------------------------------------------------------ hostile pairs


def killings(*deaths: tuple[int, int, int, int], weeks: int = 120) -> np.ndarray:
    """(week, killer, victim, how many), among four organisations and the four others."""
    found = np.zeros((weeks, 8, 8))
    for week, killer, victim, count in deaths:
        found[week, killer, victim] += count
    return found


def test_deaths_count_whoever_killed_and_only_between_organisations() -> None:
    found = fronts.between(
        killings((3, 1, 2, 4), (3, 2, 1, 1), (3, 1, 1, 9), (3, 0, 2, 9), (3, 4, 2, 9)), ORGANISATIONS
    )
    assert found.shape == (120, 3, 3)
    assert found[3].tolist() == [[0, 5, 0], [5, 0, 0], [0, 0, 0]]
    assert found.sum() == 10


@given(arrays(np.float64, st.tuples(st.integers(1, 130), st.just(2)), elements=st.integers(0, 9)))
def test_the_past_year_is_fifty_two_weeks(weekly: np.ndarray) -> None:
    expected = [weekly[max(0, week - 51) : week + 1].sum(0) for week in range(len(weekly))]
    assert fronts.past_year(weekly) == pytest.approx(np.array(expected))


@pytest.mark.parametrize(("deaths", "hostile"), [(4, 0), (5, 1), (50, 1)])
def test_five_deaths_in_a_year_make_a_pair_hostile_until_they_are_past(deaths: int, hostile: int) -> None:
    found = fronts.hostile(fronts.between(killings((10, 1, 2, deaths)), ORGANISATIONS))
    assert found[9].tolist() == [0, 0, 0]
    assert found[10].tolist() == found[61].tolist() == [hostile, hostile, 0]
    assert found[62].tolist() == [0, 0, 0]


def test_deaths_on_both_sides_add_up() -> None:
    found = fronts.hostile(fronts.between(killings((10, 1, 2, 3), (30, 2, 1, 2)), ORGANISATIONS))
    assert (found[29].sum(), found[30].sum()) == (0, 2)


def hostilities(*deaths: tuple[str, str, int]) -> xr.Dataset:
    """A quiet run in which these (killer, victim, deaths) fall in its tenth week."""
    run = zero_dataset(SCENARIO, weeks=104)
    for killer, victim, count in deaths:
        run["killings"].loc[{"killer": killer, "victim": victim, "sector": "North 1"}][10] = count
    return run


def test_a_digest_has_pairs_and_deaths_at_the_end_of_each_bin() -> None:
    found = digest(hostilities(("lamp", "anchor", 6), ("anchor", "splinter-1", 7)), SCENARIO, None, "lamp")
    assert found.bins["hostile/all"].tolist() == [2, 2, 2, 2, 0, 0, 0, 0]
    assert found.bins["hostile/main"].tolist() == [1, 1, 1, 1, 0, 0, 0, 0]
    assert found.bins["between"].tolist() == [13, 13, 13, 13, 0, 0, 0, 0]
    assert list(found.pairs.items())[:2] == [(("anchor", "splinter-1"), 7), (("anchor", "lamp"), 6)]


def test_pairs_are_counted_once(run: xr.Dataset) -> None:
    found = digest(run, SCENARIO, None, "lamp")
    total = run["killings"].sum(("week", "sector"))
    organisations = ORGANISATIONS[1:]
    between = sum(float(total.sel(killer=a, victim=b)) for a in organisations for b in organisations if a != b)
    assert sum(found.pairs.values()) == between > 0


def test_counters_are_the_same_whoever_read_the_killings(run: xr.Dataset) -> None:
    from mohalla.experiments.fit import comparable_killings
    from tests.fake_run import tiny_record

    read = run["killings"].sum("sector").values.astype(float)
    counters = tiny_record().counters
    given, found = comparable_killings(run, counters, read), comparable_killings(run, counters)
    assert all((given[name] == found[name]).all() for name in found)


# --------------------------------------------------------------------------------------------------------------- page


def test_the_chapter_tells_the_deadliest_pairs(tmp_path: Path) -> None:
    chapter = section(page(tmp_path, [hostilities(("lamp", "anchor", 6), ("anchor", "splinter-1", 7))]), "frontiers")
    assert "Most deaths in the reference run: Anchor and Splinter 1 (7); Anchor and Lamp (6)." in chapter
    quiet = section(page(tmp_path, [hostilities()]), "frontiers")
    assert "Nobody is killed between organisations." in quiet


def test_frontiers_by_world_stand_behind_the_curves(tmp_path: Path) -> None:
    panels = data(page(tmp_path, [divided(), divided(force=0.0)]), "data")["panels"]
    held, armed = panels["frontiers"]["lines"]
    pairs, codes = fronts.frontiers(divided())
    share = 100 * (codes[0] > 0).sum() / len(pairs)
    assert held["median"] == pytest.approx([share] * 4, rel=0.01)
    assert armed["median"] == pytest.approx([share / 2] * 4, rel=0.01)
    assert armed["reference"] == pytest.approx([share] * 4, rel=0.01)


def test_the_map_draws_each_quarters_frontiers(run: xr.Dataset, tmp_path: Path) -> None:
    html = page(tmp_path, [run])
    city = data(html, "map-data")
    pairs, codes = fronts.frontiers(run)
    assert len(city["sides"]) == len(pairs)
    read = np.frombuffer(b64decode(city["fronts"]), np.uint8).reshape(codes.shape)
    assert np.array_equal(read, codes)
    assert {0, 1, 2, 3} >= set(read.ravel().tolist()) > {0}
    for name, wanted in (("held", codes[-1] == 1), ("armed", codes[-1] > 1)):
        path = re.search(rf'id="fronts-{name}" d="([^"]*)"', html)
        assert path is not None
        assert path.group(1) == "".join(side for side, drawn in zip(city["sides"], wanted, strict=True) if drawn)


def test_a_side_lies_between_its_two_units(run: xr.Dataset) -> None:
    city = city_map(run, "lamp")
    drawn = city_maps.hexagons(city)
    outlines = [np.array([[float(part) for part in pair.split(",")] for pair in one.split()]) for one in drawn.outlines]
    for (i, j), side in zip(lattice.neighbours(city.x, city.y).tolist(), drawn.sides, strict=True):
        ends = np.array([float(part) for part in re.split("[ML ]", side)[1:]]).reshape(2, 2)
        for unit in (i, j):
            assert all(np.hypot(*(outlines[unit] - end).T).min() < 0.2 for end in ends)


def test_frontiers_can_be_switched_off(run: xr.Dataset, tmp_path: Path) -> None:
    chapter = section(page(tmp_path, [run]), "map")
    assert '<input type="checkbox" id="map-fronts" checked> Frontiers' in chapter
    assert "different organisations, both armed" in chapter


def test_the_strip_has_the_armed_frontiers_of_its_dates() -> None:
    city = city_map(divided(), "lamp")
    sides = city_maps.hexagons(city).sides
    drawn = city_maps.armed_moments(city, sides)
    assert len(drawn) == len(city_maps.moments(city, "lamp"))
    assert all(path == "".join(s for s, code in zip(sides, city.fronts[0], strict=True) if code) for path in drawn)
