"""From censuses to cells: districts that were not counted, shares counted once, and every year between and beyond."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mohalla
from mohalla.engine.simulate import simulate
from mohalla.mechanisms import demography
from mohalla.scenario import Scenario
from mohalla.state import Array
from mohalla.world import build, founding_week, people_by_census, people_in
from workbench.towns import END, START, TOWN, Town, census, organisation, scenario


def two_districts(*counted: tuple[int, dict[str, Any]]) -> Scenario:
    """The tiny town with a second district, and a census of 1,000 in each of these years, by district or not."""
    table: Town = deepcopy(TOWN)
    old = table["geography"]["districts"][0]
    table["geography"]["districts"].append({**old, "id": "harbour", "name": "Harbour", "position": [67.02, 25.0]})
    table["censuses"] = [{**census(year, 1000, 0.6), "districts": districts} for year, districts in counted]
    return Scenario.model_validate(table)


def by_district(old: int, harbour: int, weavers: tuple[float, float] | None = None) -> dict[str, Any]:
    """A count of both districts, with the weavers' share in each where languages were counted."""
    found: dict[str, Any] = {"old-town": {"population": old}, "harbour": {"population": harbour}}
    for place, share in zip(found.values(), weavers or (), strict=False):
        place["shares"] = {"weavers": share, "boatmen": 1 - share}
    return found


def people(town: Scenario) -> Array:
    """People by census and district."""
    return np.asarray(people_by_census(town).sum(axis=2))


# ----------------------------------------------------------------------------------------------------------- districts
def test_where_no_census_counted_districts_they_are_even() -> None:
    np.testing.assert_allclose(people(two_districts((1975, {}), (1985, {}))), [[500, 500], [500, 500]])


@pytest.mark.parametrize(("year", "old"), [(1974, 800), (1979, 800), (1982, 300), (1995, 300)])
def test_districts_that_were_not_counted_are_as_in_the_nearest_census_that_did(year: int, old: int) -> None:
    counted = {1977: by_district(800, 200), 1986: by_district(300, 700), year: {}}
    town = two_districts(*sorted(counted.items()))
    row = sorted(counted).index(year)
    np.testing.assert_allclose(people(town)[row], [old, 1000 - old], rtol=1e-6)


def test_shares_by_district_come_from_the_last_census_that_counted_them() -> None:
    town = two_districts(
        (1970, by_district(500, 500, weavers=(0.9, 0.3))),
        (1980, by_district(500, 500, weavers=(0.7, 0.5))),
        (1990, by_district(500, 500)),
    )
    weavers = people_by_census(town)[:, :, 0]
    np.testing.assert_allclose(weavers, np.broadcast_to([350, 250], (3, 2)), rtol=1e-4)


def test_a_census_of_the_city_bends_the_shares_of_its_districts() -> None:
    """Weavers are 60 of 100 in the city though districts, as counted, would make it 50: both move, and keep order."""
    (table,) = people_by_census(two_districts((1980, by_district(500, 500, weavers=(0.8, 0.2)))))
    assert table[:, 0].sum() == pytest.approx(600)
    assert table.sum(axis=1).tolist() == pytest.approx([500, 500])
    assert table[0, 0] / 500 > 0.8
    assert 0.2 < table[1, 0] / 500 < 0.6
    odds = table[:, 0] / table[:, 1]
    assert odds[0] / odds[1] == pytest.approx((0.8 / 0.2) / (0.2 / 0.8), rel=1e-4), "fitting keeps the odds ratio"


def test_where_shares_were_never_counted_by_district_all_districts_are_alike() -> None:
    (table,) = people_by_census(two_districts((1980, by_district(900, 100))))
    np.testing.assert_allclose(table / table.sum(axis=1, keepdims=True), [[0.6, 0.4], [0.6, 0.4]], rtol=1e-6)


# ---------------------------------------------------------------------------------------------------------------- years
tables = st.lists(st.floats(10, 1e6), min_size=2, max_size=2)


@given(tables, st.integers(1981, 1989))
def test_between_two_censuses_people_are_between_their_counts(counts: list[float], year: int) -> None:
    (found,) = people_in(np.array([year]), [1980, 1990], np.array(counts).reshape(2, 1, 1)).ravel()
    assert min(counts) * (1 - 1e-9) <= found <= max(counts) * (1 + 1e-9)


@given(tables)
def test_in_a_census_year_people_are_those_counted(counts: list[float]) -> None:
    found = people_in(np.array([1980, 1990]), [1980, 1990], np.array(counts).reshape(2, 1, 1)).ravel()
    np.testing.assert_allclose(found, counts, rtol=1e-9)


def test_every_pair_of_censuses_has_its_own_rate() -> None:
    counts = np.array([100.0, 200.0, 1800.0]).reshape(3, 1, 1)
    found = people_in(np.array([1970, 1975, 1980, 1985, 1990, 1995]), [1970, 1980, 1990], counts).ravel()
    np.testing.assert_allclose(found, [100, 100 * 2**0.5, 200, 600, 1800, 5400])


def test_a_town_with_one_census_keeps_its_people() -> None:
    run = simulate(scenario(censuses=[census(1975, 600, 0.5)]))
    adults = run["population"].sum(["sector", "community"]).values
    assert adults[0] == pytest.approx(300, abs=30)
    assert np.ptp(adults) == 0


def test_people_of_a_run_follow_the_path_week_by_week() -> None:
    """From 1980 on at scale 1: half-way between the censuses of 1975 and 1985, to a resident in the city.

    The path is looked at each thirteenth week, and followed within the four weeks of a turn.
    """
    run = simulate(scenario(), scale=1)
    adults = run["population"].sum("sector").values
    weeks = np.array([0, 52, 91])
    years = 1980 + weeks * 7 / 365.25
    weavers = 0.5 * 336 * (320 / 336) ** ((years - 1975) / 10)
    boatmen = 0.5 * 224 * (320 / 224) ** ((years - 1975) / 10)
    for row, late in enumerate(weeks + 4 * (weeks > 0)):
        np.testing.assert_allclose(adults[late], [weavers[row], boatmen[row]], atol=0.8)
    assert adults[-1, 1] > adults[0, 1], "boatmen grow"
    assert adults[-1, 0] < adults[0, 0], "weavers do not"


# --------------------------------------------------------------------------------------------------- whole residents
def whole(now: Array, then: Array, share: float = 0.0) -> Array:
    """Whole residents for these cells (places x communities), as the model apportions them."""
    wanted = np.zeros(now.size, np.int64)
    for community in range(now.shape[1]):
        demography.apportion(now.ravel(), then.ravel(), share, community, now.shape[1], wanted)
    return wanted.reshape(now.shape)


def few_people(seed: int, places: int = 300, communities: int = 3) -> Array:
    """Cells of half a resident in the mean, one in five of them without anybody."""
    rng = np.random.default_rng(seed)
    return rng.exponential(0.5, (places, communities)) * (rng.random((places, communities)) > 0.2)


@given(st.integers(0, 10_000))
def test_a_community_that_lives_thinly_is_not_passed_over(seed: int) -> None:
    """A fifth of a resident in each place of one half of the city, four fifths in the other: 20 and 80 of a hundred."""
    thin = np.random.default_rng(seed).permutation(np.repeat([0.2, 0.8], 100))
    found = whole(thin[:, None], thin[:, None])[:, 0]
    assert found.sum() == 100
    assert found[thin < 0.5].sum() == pytest.approx(20, abs=12)


def test_residents_of_a_growing_city_stay_where_they_are() -> None:
    """Ten years of 3 % in 120 months: of a hundred residents that come, three make up for one that had to go."""
    people = few_people(1) * 20
    counts = [whole(people * 1.03 ** (month / 12), people) for month in range(121)]
    changes = np.diff(counts, axis=0)
    assert -changes[changes < 0].sum() < 0.05 * changes[changes > 0].sum()


@pytest.mark.parametrize(("name", "scale"), [("karachi", 10), ("karachi", 100), ("small-town", 10)])
def test_no_community_is_undercounted_at_the_start(name: str, scale: int) -> None:
    """Rounding each cell by itself lost 0.4 % of Karachi's Balochi speakers, and of the town's boatmen."""
    world = build(mohalla.load(name), 1, scale=scale)
    path = world.constants["cell_path"][0].reshape(-1, world.sizes["community"])
    np.testing.assert_allclose(whole(path, path).sum(axis=0), path.sum(axis=0), atol=0.5 + 1e-6)


# ------------------------------------------------------------------------------------------------------------- entering
@pytest.mark.parametrize(
    ("founded", "week"),
    [
        (date(1950, 1, 1), 0),
        (date(1980, 1, 7), 0),
        (date(1980, 1, 13), 0),
        (date(1980, 1, 14), 1),
        (date(1981, 12, 28), 103),
        (date(1985, 6, 1), 281),
    ],
)
def test_the_week_in_which_an_organisation_enters(founded: date, week: int) -> None:
    one = organisation("banyan", "#CC79A7", -0.2, 0.8, founded=founded, contests_from=None)
    town = scenario(
        organisations=[organisation("lantern", "#009E73", 0.8, -0.2), one],
        elections__0__boycotts=[],
    )
    assert founding_week(town.organisations[1], town) == week
    there = build(town, 1).history["funds"][:, 2] > 0
    assert there.sum() == max(0, 104 - week)
    assert not there[:week].any()


@pytest.mark.parametrize(
    ("start", "end", "weeks"),
    [
        (date(1970, 1, 1), date(1979, 12, 30), []),
        (date(1970, 1, 1), date(1980, 1, 7), [0]),
        (date(1981, 12, 31), date(1999, 1, 1), [103]),
        (date(1982, 1, 4), date(1999, 1, 1), []),
        (date(1970, 1, 1), date(1999, 1, 1), list(range(104))),
        (date(1980, 2, 3), date(1980, 2, 4), [3, 4]),
    ],
    ids=["before", "to the first day", "from the last week", "after", "throughout", "a Sunday and a Monday"],
)
def test_what_is_imposed_is_cut_to_the_run(start: date, end: date, weeks: list[int]) -> None:
    span = {"from": start, "to": end, "source": "invented"}
    town = scenario(
        state__forces=[{**span, "personnel": 7}],
        state__delivery=[{**span, "level": 0.4}],
        centre__governments=[{**span, "kind": "military", "offices": {"lantern": 0.2}}],
    )
    history = build(town, 1).history
    for name in ("personnel", "delivery", "government"):
        assert np.flatnonzero(history[name].any(axis=1)).tolist() == weeks, name


def test_a_promise_given_before_the_run_has_run_down_by_its_start() -> None:
    """Announced for two years on 8 January 1979, a year before the run: a year is left."""
    table = deepcopy(TOWN["state"]["operations"][0])
    town = scenario(state__operations=[{**table, "from": date(1979, 1, 8), "to": END, "announced_years": 2.0}])
    announced = build(town, 1).history["announced_years"][:, 0]
    assert announced[0] == pytest.approx(1.0, abs=0.02)
    assert announced[-1] == 0.0


def test_money_from_outside_is_a_year_of_it_in_a_year() -> None:
    funds = build(scenario(), 1).history["funds"]
    assert funds[:52, 1].sum() == pytest.approx(0.4, rel=0.01)
    assert funds[:, [0, 3]].sum() == 0
    assert START.weekday() == 0
