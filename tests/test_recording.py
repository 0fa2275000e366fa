"""What is recorded is what was: sectors add up their units, quarters are quarters, what is off is neutral."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from mohalla import results
from mohalla.engine import recording
from mohalla.engine.simulate import observing, simulate
from mohalla.mechanisms import tallies
from mohalla.observables import BY_QUARTER, CAUSES, OBSERVABLES
from mohalla.state import Array
from mohalla.world import CHAMBERS, build
from workbench.stepping import Arrays, armed_town, copied, play, restless_town, same, small_town, start
from workbench.towns import START, scenario

WEEKS = (0, 13, 52, 60, 103)
SCALE = 3  # so that a unit keeps both its neighbourhoods


@cache
def recorded() -> xr.Dataset:
    """The armed town's results."""
    return simulate(armed_town(), scale=SCALE)


@pytest.fixture(scope="module")
def moments() -> dict[int, Arrays]:
    """Every array of the same simulation at the end of some of its weeks."""
    run = start(armed_town(), scale=SCALE)
    return {week: copied(run.arrays) for week, step in play(run) if step == "observe" and week in WEEKS}


@pytest.fixture(scope="module")
def deaths() -> Array:
    """Deaths of every week by unit."""
    run = start(armed_town(), scale=SCALE)
    return np.array([run.arrays["deaths_here"].copy() for _, step in play(run) if step == "observe"])


def by_sector(values: Array, arrays: Arrays) -> Array:
    """Values of units added up over their sectors."""
    total = np.zeros((int(arrays["unit_sector"].max()) + 1, *values.shape[1:]))
    np.add.at(total, arrays["unit_sector"], values)
    return total


def mean_by_sector(values: Array, arrays: Arrays) -> Array:
    """Values of neighbourhoods averaged over their sectors; those of units stand for all their neighbourhoods."""
    places = np.repeat(arrays["unit_sector"], np.diff(arrays["unit_first"]))
    if len(values) != len(places):
        values = np.repeat(values, np.diff(arrays["unit_first"]), axis=0)
    return np.array([values[places == sector].mean(axis=0) for sector in range(int(places.max()) + 1)])


SUMS: dict[str, Callable[[Arrays], Any]] = {
    "armed": lambda a: a["armed"],
    "workers": lambda a: a["workers"],
    "killings": lambda a: a["killings"],
    "killings_cause": lambda a: a["causes"],
    "population": lambda a: a["unit_people"] * SCALE,
    "face": lambda a: a["unit_face"] * SCALE,
    "heart": lambda a: a["unit_heart"] * SCALE,
    "coerced": lambda a: (a["unit_face"] - a["unit_honest"]) * SCALE,
    "tips": lambda a: a["unit_tips"] * SCALE,
    "traders": lambda a: a["traders_here"] * SCALE,
    "traders_paying": lambda a: a["paying_here"] * SCALE,
    "traders_reporting": lambda a: a["reporting_here"] * SCALE,
}
MEANS = ("watch", "help", "risk", "services", "force")
AS_IT_IS = (
    "income", "spending", "skim", "budget", "threat", "bereaved", "stance", "stance_imposed", "delegation", "cohesion",
    "raids", "arrests", "operation_deaths",
)  # fmt: skip
CITY = {name: name for name in AS_IT_IS} | {"coalition": "office", "killings_community": "killed_community"}


# --------------------------------------------------------------------------------------------------------- sectors
@pytest.mark.parametrize("name", SUMS)
def test_a_sector_is_the_sum_of_its_units(name: str, moments: dict[int, Arrays]) -> None:
    for week, arrays in moments.items():
        np.testing.assert_array_equal(recorded()[name].values[week], by_sector(SUMS[name](arrays), arrays))


@pytest.mark.parametrize("name", MEANS)
def test_a_sector_is_the_mean_of_its_neighbourhoods(name: str, moments: dict[int, Arrays]) -> None:
    for week, arrays in moments.items():
        wanted = mean_by_sector(arrays[name].astype(float), arrays)
        np.testing.assert_allclose(recorded()[name].values[week], wanted, rtol=2e-6, atol=1e-9)


@pytest.mark.parametrize(
    ("name", "sums", "unit"),
    [("fear", "unit_fear", 4096), ("belief_threat_gone", "unit_belief", 4096), ("reversals", "unit_reversals", 1)],
)
def test_a_sector_is_the_mean_of_those_who_took_stock(
    name: str, sums: str, unit: int, moments: dict[int, Arrays]
) -> None:
    for week, arrays in moments.items():
        people = by_sector(arrays["took_stock"], arrays)
        wanted = by_sector(arrays[sums], arrays) / unit / np.maximum(people, 1)
        assert people.any()
        np.testing.assert_allclose(recorded()[name].values[week], wanted, rtol=1e-6)


@pytest.mark.parametrize("name", CITY)
def test_what_concerns_the_whole_city_is_copied(name: str, moments: dict[int, Arrays]) -> None:
    for week, arrays in moments.items():
        np.testing.assert_array_equal(recorded()[name].values[week], arrays[CITY[name]].astype(recorded()[name].dtype))


def test_enough_happens_for_these_sums_to_mean_something() -> None:
    assert {name for name in (*SUMS, *MEANS, *CITY) if not recorded()[name].values.any()} <= {"tips"}


def test_tips_are_counted_in_persons_of_the_sector() -> None:
    """So few tip off in so small a town that they are put there by hand."""
    run, into = start(armed_town(), scale=SCALE, plain=True), recording.buffers(build(armed_town(), 1), 0)
    run.arrays["unit_tips"][:] = [1, 0, 2, 5]
    tallies.sum_sectors(3, *recording.sector_arguments(run.arrays, into))
    wanted = by_sector(run.arrays["unit_tips"] * SCALE, run.arrays)
    assert into["tips"][3].tolist() == wanted.tolist()
    assert into["tips"].sum() == 8 * SCALE


def test_members_of_a_splinter_are_recorded_from_its_first_week() -> None:
    """It is founded in the midst of a week, and can be met from the next one on."""
    run = start(restless_town(), scale=SCALE)
    into, new = recording.buffers(run.world, 0), 0
    observe = observing(run, into)
    for week, step in play(run):
        if step == "observe":
            observe(week)
            for name in ("workers", "armed"):
                assert into[name][week].sum(axis=0).tolist() == run.arrays[name].sum(axis=0).tolist()
            unmet = np.setdiff1d(np.flatnonzero(run.arrays["founded"]), run.arrays["entered"])
            new += int(run.arrays["workers"][:, unmet].sum())
    assert new > 0


def test_belief_that_help_lasts_is_one_for_the_city(moments: dict[int, Arrays]) -> None:
    for week, arrays in moments.items():
        for sector in recorded()["belief_lasting"].values[week]:
            assert sector.tolist() == arrays["lasting"].astype("float32").tolist()


# --------------------------------------------------------------------------------------------------------- quarters
def test_a_quarter_shows_its_first_week(moments: dict[int, Arrays]) -> None:
    for quarter, week in ((0, 0), (1, 13), (4, 52)):
        arrays, run = moments[week], recorded().isel(quarter=quarter)
        people = arrays["unit_people"].sum(axis=1)
        face, honest = (arrays[name].sum(axis=1) for name in ("unit_face", "unit_honest"))
        np.testing.assert_array_equal(run["unit_population"], people * SCALE)
        np.testing.assert_allclose(run["unit_hold"], face / people[:, None], rtol=1e-6)
        np.testing.assert_allclose(run["unit_coerced"], (face - honest) / people[:, None], rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(run["unit_force"], arrays["force"], rtol=1e-6)
        watch = arrays["watch"].reshape(len(people), 2, -1).mean(axis=1)
        np.testing.assert_allclose(run["unit_watch"], watch, rtol=1e-6)


def test_units_of_a_quarter_add_up_to_the_sectors_of_its_first_week() -> None:
    run = recorded()
    for quarter in range(run.sizes["quarter"]):
        units = run["unit_population"].isel(quarter=quarter).groupby("unit_sector").sum()
        sectors = run["population"].isel(week=13 * quarter).sum("community")
        assert units.values.tolist() == sectors.sortby("sector").values.tolist()


def test_deaths_of_a_quarter_are_those_of_its_thirteen_weeks(deaths: Array) -> None:
    quarters = np.array([deaths[first : first + 13].sum(axis=0) for first in range(0, len(deaths), 13)])
    assert deaths.sum() > 0
    np.testing.assert_array_equal(recorded()["unit_killings"].values, quarters)


def test_shares_of_a_unit_are_shares_of_one_whole() -> None:
    np.testing.assert_allclose(recorded()["unit_hold"].sum("organisation"), 1.0, rtol=1e-5)
    assert (recorded()["unit_coerced"] <= recorded()["unit_hold"] + 1e-6).all()


# ----------------------------------------------------------------------------------------------------- odd lengths
@pytest.mark.parametrize(("weeks", "quarters"), [(1, 1), (2, 1), (12, 1), (13, 1), (14, 2), (26, 2), (27, 3)])
def test_a_run_of_any_length_keeps_the_contract(weeks: int, quarters: int) -> None:
    run = simulate(scenario(), until=START + timedelta(weeks=weeks - 1))
    results.check(run)
    assert (run.sizes["week"], run.sizes["quarter"]) == (weeks, quarters)
    assert run["quarter"].values.tolist() == run["week"].values[::13].tolist()
    assert str(run["week"].values[-1])[:10] == str(START + timedelta(weeks=weeks - 1))


def test_a_run_of_a_quarter_and_a_week_is_kept_as_it_is(tmp_path: Path) -> None:
    run = simulate(scenario(), until=START + timedelta(weeks=13))
    kept = results.load(results.save(run, tmp_path / "run.nc"))
    assert [name for name in run.variables if not np.array_equal(run[name].values, kept[name].values)] == []


def test_a_run_before_the_first_poll_has_no_elections() -> None:
    run = simulate(scenario(), until=date(1980, 6, 1))
    assert run.sizes["election"] == 0
    assert run.sizes["constituency"] == 3, "the chamber is there, its poll is not"


def test_a_town_without_any_chamber_is_a_town(tmp_path: Path) -> None:
    run = simulate(scenario(elections=[], election_rules=[]), until=date(1980, 3, 3))
    assert (run.sizes["election"], run.sizes["constituency"]) == (0, 0)
    assert results.load(results.save(run, tmp_path / "run.nc")).sizes["constituency"] == 0


def test_the_first_week_is_the_same_however_long_the_run() -> None:
    """The census path is known beforehand, so that a longer run within the same year changes nothing before."""
    short, long = (simulate(scenario(), until=START + timedelta(weeks=weeks)) for weeks in (3, 11))
    for name in (one.name for one in OBSERVABLES if one.dims[0] == "week"):
        assert same(short[name].values, long[name].values[:4]), name


# ------------------------------------------------------------------------------------------------------ coordinates
def test_sectors_are_numbered_within_their_district() -> None:
    run = simulate(small_town(), until=date(1978, 1, 9))
    assert run["sector"].values.tolist() == ["Old Town 1", "Old Town 2", "Riverside 1"]
    assert run["sector_district"].values.tolist() == ["Old Town", "Old Town", "Riverside"]
    for unit in range(run.sizes["unit"]):
        assert str(run["unit_sector"].values[unit]).startswith(str(run["unit_district"].values[unit]))


def test_units_lie_where_the_map_has_them() -> None:
    chart = build(armed_town(), 1).map
    assert recorded()["unit_x"].values.tolist() == chart.x.tolist()
    assert recorded()["unit_y"].values.tolist() == chart.y.tolist()
    assert recorded()["unit"].values.tolist() == ["unit 1", "unit 2", "unit 3", "unit 4"]


def test_every_organisation_and_every_slot_has_its_tree_of_posts() -> None:
    run = recorded()
    assert run.sizes["post"] == 3 * (1 + 2 + 4)
    for name in ("lantern", "banyan", "splinter-1"):
        mine = run["post_organisation"].values == name
        tiers = run["post_tier"].values[mine].tolist()
        assert tiers == ["city"] + ["sector"] * 2 + ["unit"] * 4
        assert run["post_sector"].values[mine].tolist()[:3] == ["", "Old Town 1", "Old Town 2"]
        assert run["post_unit"].values[mine].tolist() == [""] * 3 + run["unit"].values.tolist()
        assert run["post_sector"].values[mine].tolist()[3:] == run["unit_sector"].values.tolist()


def test_posts_stand_in_the_row_of_their_organisation() -> None:
    """`none` has posts in the state, and none in the results; splinters have theirs in both."""
    world = build(armed_town(), 1)
    run = start(armed_town(), plain=True)
    into = recording.buffers(world, 1)
    run.arrays["tenure"][:] = np.arange(run.arrays["tenure"].size)
    tallies.copy_quarter(0, *recording.quarter_arguments(run.arrays, into))
    assert into["post_tenure"][0].tolist() == list(range(7, 28))


def test_constituencies_are_numbered_within_their_chamber() -> None:
    run = simulate(small_town(), until=date(1978, 1, 9))
    chambers = run["constituency_chamber"].values.tolist()
    assert [chambers.count(one) for one in CHAMBERS] == [2, 4, 10]
    assert run["constituency"].values.tolist()[:3] == ["national 1", "national 2", "provincial 1"]


def test_polls_are_named_by_day_and_chamber() -> None:
    run = simulate(small_town())
    assert run["election"].values.tolist() == ["1981-05-18 local", "1982-11-15 national", "1982-11-22 provincial"]
    assert run["election_date"].values.astype("datetime64[D]").astype(str).tolist()[0] == "1981-05-18"


def test_killers_and_victims_are_the_organisations_and_four_others() -> None:
    names = ["none", "lantern", "banyan", "splinter-1", "state", "other_militants", "ordinary", "bystander"]
    assert recorded()["killer"].values.tolist() == recorded()["victim"].values.tolist() == names


def test_money_is_named_where_money_is_recorded() -> None:
    money = [one.name for one in OBSERVABLES if one.units == "money"]
    assert {recorded()[name].attrs["money"] for name in money} == {"million rupees of 2015"}
    assert [one.name for one in OBSERVABLES if one.units != "money" and "money" in recorded()[one.name].attrs] == []
    assert recorded()["stance"].attrs["flag_meanings"] == "sponsor co-opt neutral negotiate crack-down"


# ---------------------------------------------------------------------------------------------------------- neutral
OFF = {
    "election": ("votes", "votes_true", "turnout", "seats", "coalition"),
    "extortion": ("traders_paying", "traders_reporting"),
    "operation": ("raids", "arrests", "operation_deaths"),
    "services": ("services",),
    "command": ("post_tenure",),
    "coercion": ("watch", "unit_watch"),
    "recruitment": (),
    "strike": ("strike_compliance", "strike_cost"),
    "patronage": ("help",),
}
DEADLY = {"rivalry": "contest", "background": "background", "operation": "operation", "coercion": "sanction"}


@pytest.mark.parametrize("mechanism", OFF)
def test_what_is_off_is_recorded_as_neutral(mechanism: str) -> None:
    run = simulate(armed_town(), scale=SCALE, without=[mechanism])
    results.check(run)
    assert [name for name in OFF[mechanism] if run[name].values.any()] == []
    assert [name for name in OFF[mechanism] if not recorded()[name].values.any()] == [], "and is not when it is on"


@pytest.mark.parametrize("mechanism", DEADLY)
def test_what_is_off_kills_nobody(mechanism: str) -> None:
    run = simulate(armed_town(), scale=SCALE, without=[mechanism])
    cause = CAUSES.index(DEADLY[mechanism])
    assert run["killings_cause"].values[..., cause].sum() == 0


def test_a_town_without_anything_that_can_be_left_out() -> None:
    from mohalla.mechanisms import SWITCHABLE

    run = simulate(armed_town(), scale=SCALE, without=SWITCHABLE)
    results.check(run)
    assert run["killings"].values.sum() == 0
    assert run["population"].values.min() > 0
    assert run.attrs["without"] == " ".join(sorted(SWITCHABLE))


def test_what_is_not_delegated_is_central() -> None:
    np.testing.assert_allclose(recorded()["centralisation"], 1.0 - recorded()["delegation"], atol=1e-7)


def test_there_is_room_for_every_observable_and_for_nothing_else() -> None:
    room = recording.buffers(build(scenario(), 1), 1)
    assert list(room) == [one.name for one in (*OBSERVABLES, *BY_QUARTER)]
    assert [one.name for one in (*OBSERVABLES, *BY_QUARTER) if room[one.name].dtype != one.dtype] == []
