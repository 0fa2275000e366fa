"""Nothing appears and nothing is lost: people, members, money, deaths, votes and seats add up every week."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
import xarray as xr

import mohalla
from mohalla.engine import polls
from mohalla.engine.simulate import Run
from mohalla.state import Array
from mohalla.world import year_fraction
from workbench.stepping import Arrays, armed_town, copied, play, restless_town, small_town, start

Week = tuple[Arrays, Arrays]
STOCKS = (
    "workers", "armed", "held_workers", "held_armed", "budget", "joined", "left", "killed", "arrested", "released",
    "income", "skim", "spending", "idle", "killings", "causes", "deaths_here", "killed_community", "arrests",
    "operation_deaths", "help_money", "arms_money", "paid", "founded", "raids", "paying_here", "traders_here",
    "reporting_here", "carried",
)  # fmt: skip
RUNS = {"small-town": (small_town, 10), "armed-town": (armed_town, 10), "restless-town": (restless_town, 10)}


def history(run: Run) -> list[Arrays]:
    """The stocks and the week's counts, after each week."""
    found = []
    for _, step in play(run):
        if step == "observe":
            found.append(copied({name: run.arrays[name] for name in STOCKS}))
    return found


@pytest.fixture(scope="module", params=RUNS)
def weeks(request: pytest.FixtureRequest) -> list[Week]:
    """Each week of a town: what there was after the week before, and after it."""
    town, scale = RUNS[request.param]
    found = history(start(town(), scale=scale))
    return list(pairwise(found))


@pytest.fixture(scope="module")
def dataset() -> xr.Dataset:
    """The small town's results."""
    return mohalla.simulate(small_town(), seed=3)


def total(arrays: Arrays, *names: str) -> Array:
    """Several arrays of one shape added up."""
    return np.sum([arrays[name] for name in names], axis=0)


def test_much_happens_in_these_towns() -> None:
    weeks = [week for town, scale in RUNS.values() for week in history(start(town(), scale=scale))]
    assert [name for name in STOCKS if not any(week[name].any() for week in weeks)] == []


def test_members_change_by_those_who_join_leave_die_are_taken_and_come_back(weeks: list[Week]) -> None:
    for before, now in weeks:
        there, then = total(now, "workers", "armed"), total(before, "workers", "armed")
        flows = now["joined"] - now["left"] - now["killed"] - now["arrested"] + now["released"]
        known = now["founded"] == before["founded"]
        np.testing.assert_array_equal((there - then)[:, known], flows[:, known])


def test_an_organisation_enters_with_the_people_and_money_declared() -> None:
    declared = next(one for one in small_town().organisations if one.id == "lantern")
    k, run = small_town().organisation_ids.index("lantern"), start(small_town())
    before = [run.arrays[name][..., k].sum() for name in ("workers", "armed", "budget")]
    for _ in play(run, (declared.founded - small_town().about.start).days // 7):
        pass
    assert before == [run.arrays[name][..., k].sum() for name in ("workers", "armed", "budget")] == [0, 0, 0]
    next(moment for moment in play(run) if moment[1] == "founding" and run.arrays["founded"][k])
    assert [run.arrays[name][..., k].sum() for name in ("workers", "armed", "budget")] == [
        declared.workers, declared.armed, declared.budget,
    ]  # fmt: skip


def test_the_detained_change_by_those_taken_and_those_who_come_back(weeks: list[Week]) -> None:
    for before, now in weeks:
        change = total(now, "held_workers", "held_armed") - total(before, "held_workers", "held_armed")
        np.testing.assert_array_equal(change, now["arrested"] - now["released"])


def test_no_stock_is_ever_below_zero(weeks: list[Week]) -> None:
    lowest = {name: min(now[name].min() for _, now in weeks) for name in STOCKS if name != "carried"}
    assert {name: value for name, value in lowest.items() if value < 0} == {}


def test_a_budget_changes_by_income_less_skim_less_spending(weeks: list[Week]) -> None:
    for before, now in weeks:
        flow = now["income"].sum(axis=1) - now["skim"].sum(axis=1) - now["spending"].sum(axis=1) + now["carried"]
        known = now["founded"] == before["founded"]
        np.testing.assert_allclose(now["budget"][known], (before["budget"] + flow)[known], rtol=1e-6)


def test_money_that_leavers_carry_off_is_carried_to_somebody_or_lost_with_a_splinter(weeks: list[Week]) -> None:
    for before, now in weeks:
        ended = before["founded"] > now["founded"]
        assert now["carried"].sum() == pytest.approx(0.0, abs=1e-9) or (ended.any() and now["carried"].sum() < 0)


def test_what_is_spent_reaches_the_units(weeks: list[Week]) -> None:
    for _, now in weeks:
        reached = np.stack([now[name].sum(axis=0) for name in ("help_money", "arms_money")], axis=1)
        np.testing.assert_allclose(reached, now["spending"][:, :2], rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("name", RUNS)
def test_who_pays_does_so_every_week_and_it_is_all_collected(name: str) -> None:
    town, scale = RUNS[name]
    run, most = start(town(), scale=scale), 0.0
    a, share = run.arrays, run.numbers["extortion"]["demand_share"]
    for _, step in play(run):
        if step == "levy":
            asked = a["paying_here"] * scale * a["trader_income_per_week"][0] * share
            owed = np.where(a["founded"][a["strongest"][a["unit_first"][:-1]]] > 0, asked, 0.0)
            np.testing.assert_allclose(a["takings"][:, :, 1].sum(axis=1), owed, rtol=1e-9)
            paid = (a["takings"][:, :, 1] * (1 - a["idle"])[:, None]).sum(axis=0)  # a strike leaves less to pay from
        if step == "collect":
            np.testing.assert_allclose(a["income"][:, 1], paid, rtol=1e-6)
            most = max(most, paid.max())
    assert most > 0


def test_deaths_are_the_same_by_cause_by_killer_by_place_and_by_community(weeks: list[Week]) -> None:
    for _, now in weeks:
        np.testing.assert_array_equal(now["killings"].sum(axis=(1, 2)), now["causes"].sum(axis=1))
        np.testing.assert_array_equal(now["causes"].sum(axis=1), now["deaths_here"])
        assert now["killed_community"].sum() == now["deaths_here"].sum()


def test_members_killed_are_the_victims_counted_and_arrests_no_more_than_those_taken(weeks: list[Week]) -> None:
    for _, now in weeks:
        organisations = now["killed"].shape[1]
        np.testing.assert_array_equal(now["killings"].sum(axis=1)[:, 1:organisations], now["killed"][:, 1:])
        np.testing.assert_array_equal(
            now["killings"][:, organisations].sum(axis=0)[:organisations], now["operation_deaths"]
        )
        assert np.all(now["arrested"].sum(axis=0) <= now["arrests"])  # of those taken in raids, some are no cadre


def test_traders_who_pay_or_report_are_traders(weeks: list[Week]) -> None:
    assert all((now["paying_here"] <= now["traders_here"]).all() for _, now in weeks)
    assert all((now["reporting_here"] <= now["traders_here"]).all() for _, now in weeks)


def counted(run: Run) -> Iterator[tuple[str, Array]]:
    """What is counted of residents as they live, counted one by one: each array, and what it should hold."""
    starts, counts = run.arrays["cell_start"][:-1], run.arrays["cell_count"]
    seats = np.concatenate([np.arange(first, first + count) for first, count in zip(starts, counts, strict=True)])
    cell = np.repeat(np.arange(counts.size), counts)
    place, community = np.divmod(cell, run.world.sizes["community"])
    unit, heart, face = run.arrays["neighbourhood_unit"][place], run.arrays["heart"][seats], run.arrays["face"][seats]
    honest = heart == face
    for name, where in (
        ("people_here", (place,)),
        ("face_here", (place, face)),
        ("unit_people", (unit, community)),
        ("unit_face", (unit, community, face)),
        ("unit_heart", (unit, community, heart)),
        ("unit_honest", (unit[honest], community[honest], face[honest])),
    ):
        total = np.zeros_like(run.arrays[name])
        np.add.at(total, where, 1)
        yield name, total


def after_steps(run: Run, *names: str) -> Iterator[tuple[int, str]]:
    """The moments after these steps, every thirteenth week."""
    return (moment for moment in play(run) if moment[1] in names and moment[0] % 13 in {0, 4, 7})


def test_residents_are_counted_where_they_live_as_they_change() -> None:
    run = start(small_town(), scale=2)
    assert run.world.sizes["neighbourhood"] == 4 * run.world.sizes["unit"]
    for _ in after_steps(run, "residents", "growth", "turnover", "moves"):
        for name, total in counted(run):
            np.testing.assert_array_equal(run.arrays[name], total, name)
        each = run.arrays["adults_per_resident"][0]
        for name, of in (("adults", "unit_people"), ("followers", "unit_face"), ("believers", "unit_honest")):
            np.testing.assert_array_equal(run.arrays[name], run.arrays[of].sum(axis=1) * each, name)


def test_cells_follow_their_census_path_and_every_community_that_of_the_city() -> None:
    """No cell is a whole resident off, and no community of the city more than half of one, once all had their turn."""
    run = start(small_town())
    path, room = run.arrays["cell_path"], np.diff(run.arrays["cell_start"])
    communities = run.world.sizes["community"]
    for week, _ in after_steps(run, "growth"):
        if week % 13 == 0:
            continue
        year, share = run.arrays["path_year"][week // 13 * 13], run.arrays["path_share"][week // 13 * 13]
        off = run.arrays["cell_count"] - (path[year] + (path[year + 1] - path[year]) * share)
        assert np.abs(off).max() < 1
        assert np.abs(off.reshape(-1, communities).sum(axis=0)).max() <= 0.5 + 1e-9
        assert (run.arrays["cell_count"] <= room).all()


def test_the_population_recorded_is_that_of_the_censuses(dataset: xr.Dataset) -> None:
    """To half a resident, and to what a community grows by in a quarter: residents come and go once in each."""
    census = next(one for one in small_town().censuses if one.year == 1985)
    adults = small_town().economy.adult_share.value * census.population
    week = dataset["population"].sel(week="1985-01-07", method="nearest")
    for community, share in census.shares.items():
        assert abs(float(week.sel(community=community).sum()) - share * adults) < 5 + 0.005 * share * adults


def test_every_adult_has_one_face_and_one_heart(dataset: xr.Dataset) -> None:
    for name in ("face", "heart"):
        xr.testing.assert_equal(dataset[name].sum("organisation"), dataset["population"].astype(dataset[name].dtype))
    assert (dataset["coerced"] <= dataset["face"]).all()


def test_recorded_deaths_are_the_same_however_counted(dataset: xr.Dataset) -> None:
    by_killer = dataset["killings"].sum(("killer", "victim"))
    xr.testing.assert_equal(by_killer, dataset["killings_cause"].sum("cause"))
    xr.testing.assert_equal(by_killer.sum("sector"), dataset["killings_community"].sum("community"))
    assert int(by_killer.sum()) == int(dataset["unit_killings"].sum())


def test_all_seats_are_won_and_nobody_votes_twice(dataset: xr.Dataset) -> None:
    declared = [one.seats for one in sorted(small_town().elections, key=lambda one: one.date)]
    assert dataset["seats"].sum("organisation").values.tolist() == declared
    assert float(dataset["turnout"].max()) <= 1.0
    assert (dataset["seats"].sel(organisation="none") == 0).all()


def test_ballots_are_no_more_than_adults_and_each_voter_means_one() -> None:
    outcomes: list[polls.Outcome] = []
    run = start(armed_town())
    for _ in play(run, outcomes=outcomes):
        pass
    adults = run.arrays["adults"].sum()
    assert [outcome.votes.sum() < adults and outcome.votes_true.sum() < adults for outcome in outcomes] == [True]
    assert [int(outcome.seats.sum()) for outcome in outcomes] == [3]


def test_playing_step_by_step_is_simulating(dataset: xr.Dataset) -> None:
    run = start(small_town(), seed=3)
    last = history(run)[-1]
    assert last["armed"].sum(axis=0).tolist() == dataset["armed"].isel(week=-1).sum("sector").values.tolist()
    assert last["budget"].astype("float32").tolist() == dataset["budget"].isel(week=-1).values.tolist()
    assert year_fraction(small_town().about.start) == pytest.approx(1978.0, abs=0.01)
