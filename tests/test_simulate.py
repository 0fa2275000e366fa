"""One simulation from the outside: how long, how told, what is drawn, what a scenario may set, and who enters when."""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import cache
from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

import mohalla
from mohalla import results
from mohalla.calendar import YEARS_PER_WEEK
from mohalla.engine.simulate import _apportioned, numbers_of, prepare, simulate
from mohalla.mechanisms import DECLARED
from mohalla.observables import OBSERVABLES
from mohalla.parameters import declared
from mohalla.scenario import Quantity, Scenario
from mohalla.world import build
from workbench.stepping import armed_town, play, same, small_town, start
from workbench.towns import END, START, organisation, scenario

WEEKLY = [one.name for one in OBSERVABLES if one.dims[0] == "week"]


@cache
def whole() -> xr.Dataset:
    """The armed town's own span."""
    return simulate(armed_town())


@cache
def beyond() -> xr.Dataset:
    """The small town to the last day it may run to, five years past its record."""
    return simulate(small_town(), until=small_town().about.latest)


def unlike(one: xr.Dataset, other: xr.Dataset) -> list[str]:
    """Weekly variables in which the weeks that both have differ."""
    weeks = min(one.sizes["week"], other.sizes["week"])
    return [name for name in WEEKLY if not same(one[name].values[:weeks], other[name].values[:weeks])]


# ------------------------------------------------------------------------------------------------------------- until
@pytest.mark.parametrize(("until", "weeks"), [(None, 104), (START, 1), (date(1980, 12, 31), 52), (END, 104)])
def test_a_run_ends_with_the_week_of_its_last_day(until: date | None, weeks: int) -> None:
    run = simulate(scenario(), until=until)
    assert run.sizes["week"] == run.attrs["weeks"] == weeks
    last = run["week"].values[-1].astype("datetime64[D]").astype(date)
    assert timedelta(0) <= (until or END) - last < timedelta(days=7)


@pytest.mark.parametrize("until", [date(1980, 6, 30), date(1981, 3, 2), date(1990, 12, 31)])
def test_where_a_run_ends_changes_nothing_before(until: date) -> None:
    """The past of a city does not depend on how long one looks at it."""
    assert unlike(simulate(armed_town(), until=until), whole()) == []


def test_a_run_past_its_end_begins_in_the_same_city() -> None:
    town = small_town()
    own, longer = build(town, 1, scale=1), build(town, 1, scale=1, until=town.about.latest)
    years = len(own.constants["cell_path"])
    np.testing.assert_array_equal(own.constants["cell_path"], longer.constants["cell_path"][:years])
    assert (own.constants["trader_start"] != longer.constants["trader_start"]).any(), "there is room for growth"


# ----------------------------------------------------------------------------------------------------- extrapolation
def test_the_town_runs_on_to_its_latest_day() -> None:
    run = beyond()
    results.check(run)
    assert str(run["week"].values[-1])[:10] == "1990-12-31"
    assert [name for name in run if run[name].dtype.kind == "f" and not np.isfinite(run[name]).all()] == []
    assert unlike(simulate(small_town()), run) == []


def test_beyond_its_censuses_the_town_keeps_its_growth() -> None:
    adults = beyond()["population"].sum(["sector", "community"])
    in_1985, in_1990 = (float(adults.sel(week=f"{year}-01-07", method="nearest")) for year in (1985, 1990))
    assert in_1985 == pytest.approx(0.55 * 22_000, rel=0.02)
    assert in_1990 / in_1985 == pytest.approx((22_000 / 18_000) ** 0.5, rel=0.02)


def test_beyond_its_record_nothing_is_imposed_but_what_was_carried_forward() -> None:
    later = beyond().sel(week=slice("1986-01-06", None))
    assert not later["stance_imposed"].values.any()
    raided = later["raids"].sel(organisation=["lantern", "banyan"]) > 0
    cracked_down = later["stance"].sel(organisation=["lantern", "banyan"]) == 4
    assert (cracked_down | ~raided).all(), "only whom the centre itself cracks down on"
    assert (later["killings_cause"].sel(cause="riot") == 0).all()
    np.testing.assert_allclose(later["services"], 0.2, rtol=1e-5)
    assert (later["coalition"].sel(organisation="banyan") > 0).all()


def test_beyond_its_record_polls_follow_by_rule() -> None:
    run = beyond()
    names = ["1986-05-19 local", "1987-11-16 national", "1987-11-23 provincial"]
    assert run["election"].values.tolist()[3:] == names
    assert run["seats"].sum("organisation").values.tolist() == [10, 2, 4, 10, 2, 4]
    assert (run["turnout"].values.max(axis=1) > 0.2).all()


def test_karachi_may_run_to_2030_in_the_city_of_its_record() -> None:
    city = mohalla.load("karachi")
    own, longer = (build(city, 1, scale=100, until=until) for until in (None, city.about.latest))
    assert (longer.weeks - own.weeks) // 52 == 14
    years = len(own.constants["cell_path"])
    np.testing.assert_array_equal(own.constants["cell_path"], longer.constants["cell_path"][:years])
    adults = longer.constants["cell_path"].sum(axis=1) * 100
    assert adults[-1] > 1.2 * adults[2017 - 1978]
    for name, rows in longer.history.items():
        assert rows.shape[0] == longer.weeks
        assert same(rows[: own.weeks], own.history[name]), name


# ------------------------------------------------------------------------------------------------------------ progress
@pytest.mark.parametrize(
    ("weeks", "heard"), [(1, [1]), (13, [1, 13]), (14, [1, 14]), (15, [1, 14, 15]), (28, [1, 14, 27, 28])]
)
def test_progress_is_told_every_quarter_and_at_the_end(weeks: int, heard: list[int]) -> None:
    told: list[tuple[int, int, date]] = []
    simulate(scenario(), until=START + timedelta(weeks=weeks - 1), progress=lambda *news: told.append(news))
    assert told == [(week, weeks, START + timedelta(weeks=week - 1)) for week in heard]


def test_listening_changes_nothing() -> None:
    assert unlike(simulate(armed_town(), progress=lambda *_: None), whole()) == []


# ------------------------------------------------------------------------------------------------------ what is said
def test_results_say_what_was_asked() -> None:
    run = simulate(scenario(), 7, scale=20, until=START, without=["rivalry", "extortion"])
    said = {key: run.attrs[key] for key in ("title", "scenario", "seed", "scale", "start", "weeks", "without", "drawn")}
    assert said == {
        "title": "A tiny town",
        "scenario": "tiny",
        "seed": 7,
        "scale": 20,
        "start": "1980-01-07",
        "weeks": 1,
        "without": "extortion rivalry",
        "drawn": "{}",
    }
    assert run.attrs["mohalla"] == mohalla.__version__


@pytest.mark.parametrize("scale", [1, 10, 20])
def test_counts_are_of_the_real_city_at_every_scale(scale: int) -> None:
    run = simulate(armed_town(), scale=scale, until=START)
    adults = int(run["population"].sum())
    assert adults == pytest.approx(0.5 * 6000, rel=0.05)
    assert adults % scale == 0
    assert run["workers"].sum("sector").values.tolist()[0][1:3] == pytest.approx([60, 60], abs=8)


# ------------------------------------------------------------------------------------------------------------- draws
def test_what_was_drawn_is_what_is_said_and_lies_in_its_range() -> None:
    run = simulate(armed_town(), 4, until=START, draw=True)
    drawn: dict[str, dict[str, float]] = json.loads(run.attrs["drawn"])
    assert {name: drawn[name] for name in DECLARED} == numbers_of(armed_town(), 4, draw=True)
    for mechanism, kind in DECLARED.items():
        for name, (_, known) in declared(kind).items():
            assert known.low <= drawn[mechanism][name] <= known.high


def test_the_economy_is_drawn_in_its_range_and_only_when_asked() -> None:
    town = scenario()
    ranges = {name: getattr(town.economy, name) for name in type(town.economy).model_fields}
    central = {build(town, seed).constants["trader_income_per_week"][0] for seed in (1, 2, 3)}
    drawn = [build(town, seed, draw=True).constants for seed in range(1, 20)]
    incomes = np.array([one["trader_income_per_week"][0] for one in drawn]) * 365.25 / 7
    traders = np.array([one["traders_per_adult"][0] for one in drawn]) * 1000
    assert len(central) == 1
    for values, name in ((incomes, "trader_income_per_year"), (traders, "traders_per_1000_adults")):
        assert ranges[name].low <= values.min() < values.max() <= ranges[name].high


def quantities(town: Scenario) -> dict[str, dict[str, Quantity]]:
    """The scenario's own uncertain numbers, as results name them."""
    economy = {name: getattr(town.economy, name) for name in type(town.economy).model_fields}
    return {"economy": economy, "geography": {"segregation": town.geography.segregation}}


@pytest.mark.parametrize("draw", [False, True])
def test_results_say_every_number_they_ran_with(draw: bool) -> None:
    """Those of mechanisms, of the economy and of settlement: at their central values too."""
    town = armed_town()
    attrs = simulate(town, 4, until=START, draw=draw).attrs
    said: dict[str, dict[str, float]] = json.loads(attrs["numbers"])
    assert said.keys() == {*DECLARED, "economy", "geography"}
    assert [name for name, kind in DECLARED.items() if said[name].keys() != declared(kind).keys()] == []
    for part, wanted in quantities(town).items():
        assert said[part].keys() == wanted.keys()
        central = {name: one.value for name, one in wanted.items()}
        assert (said[part] == central) is not draw
        assert all(one.low <= said[part][name] <= one.high for name, one in wanted.items())
    assert json.loads(attrs["drawn"]) == (said if draw else {})


def test_the_economy_that_is_said_is_the_one_the_world_was_built_on() -> None:
    world = build(armed_town(), 4, draw=True)
    economy = world.numbers["economy"]
    assert world.constants["traders_per_adult"][0] * 1000 == pytest.approx(economy["traders_per_1000_adults"])
    assert world.constants["trader_income_per_week"][0] == economy["trader_income_per_year"] * YEARS_PER_WEEK
    central = build(armed_town(), 4).constants["cell_path"].sum()
    share = economy["adult_share"] / armed_town().economy.adult_share.value
    assert world.constants["cell_path"].sum() / central == pytest.approx(share)


def test_drawing_numbers_draws_no_other_map() -> None:
    plain, drawn = (build(small_town(), 5, draw=draw) for draw in (False, True))
    assert same(plain.map.adjacent, drawn.map.adjacent)
    assert same(plain.map.sector, drawn.map.sector)


def test_one_seed_is_one_world_and_two_seeds_are_two_maps() -> None:
    one, again, other = (build(small_town(), seed) for seed in (1, 1, 2))
    assert all(same(a, b) for a, b in zip(one.map, again.map, strict=True))
    assert not all(same(a, b) for a, b in zip(one.map, other.map, strict=True))
    assert not same(one.constants["cell_path"], other.constants["cell_path"])


def test_seeds_of_one_scenario_differ_in_chance_and_place_but_not_in_what_is_imposed() -> None:
    one, other = (simulate(armed_town(), seed) for seed in (1, 2))
    assert {"face", "heart", "population"} <= set(unlike(one, other))
    assert "stance_imposed" not in unlike(one, other)
    imposed = one["stance_imposed"].values == 1
    assert (one["stance"].values[imposed] == other["stance"].values[imposed]).all()
    assert one["election"].values.tolist() == other["election"].values.tolist()


# ------------------------------------------------------------------------------------------------------------ settings
def setting(mechanism: str, name: str, value: Any) -> Scenario:
    """The armed town with one number of its own."""
    return Scenario.model_validate(armed_town().model_dump(by_alias=True) | {"parameters": {mechanism: {name: value}}})


@pytest.mark.parametrize(
    ("mechanism", "name", "value", "moves"),
    [
        ("residents", "honesty", 2.0, "face"),
        ("extortion", "demand_share", 0.1, "income"),
        ("election", "local_weight", 0.5, "coalition"),
        ("demography", "turnover_per_year", 0.05, "fear"),
    ],
)
def test_a_number_that_the_scenario_sets_takes_effect(mechanism: str, name: str, value: float, moves: str) -> None:
    town = setting(mechanism, name, value)
    assert numbers_of(town, 1, draw=False)[mechanism][name] == value
    assert moves in unlike(simulate(town), whole())


def test_a_number_set_to_what_it_is_changes_nothing() -> None:
    known = declared(DECLARED["extortion"])["demand_share"].value
    assert unlike(simulate(setting("extortion", "demand_share", known)), whole()) == []


def test_no_ordinary_murder_where_it_is_set_to_nought() -> None:
    violent = armed_town().background.model_copy(
        update={
            "ordinary_per_100k": (armed_town().background.ordinary_per_100k[0].model_copy(update={"value": 900.0}),)
        }
    )
    towns = (setting("background", "ordinary_factor", factor) for factor in (1.0, 0.0))
    many, none = (simulate(town.model_copy(update={"background": violent})) for town in towns)
    assert int(many["killings"].sel(killer="ordinary").sum()) == pytest.approx(6000 * 900 / 1e5 * 2, rel=0.5)
    assert int(none["killings"].sel(killer="ordinary").sum()) == 0


RANGE = {"value": 0.05, "low": 0.04, "high": 0.06}


def test_a_number_with_a_range_of_its_own_is_drawn_within_it() -> None:
    town = setting("extortion", "demand_share", RANGE)
    drawn = np.array([numbers_of(town, seed, draw=True)["extortion"]["demand_share"] for seed in range(200)])
    assert 0.04 <= drawn.min() < 0.043
    assert 0.057 < drawn.max() <= 0.06
    assert numbers_of(town, 1, draw=False)["extortion"]["demand_share"] == 0.05


@pytest.mark.parametrize("end", ["low", "high"])
def test_a_range_of_which_one_end_is_given_keeps_the_other(end: str) -> None:
    known = declared(DECLARED["extortion"])["demand_share"].known
    town = setting("extortion", "demand_share", {"value": 0.05, end: 0.05})
    drawn = np.array([numbers_of(town, seed, draw=True)["extortion"]["demand_share"] for seed in range(100)])
    low, high = (0.05, known.high) if end == "low" else (known.low, 0.05)
    assert low <= drawn.min() < drawn.max() <= high


def test_one_number_set_moves_no_other_draw() -> None:
    plain, changed = (
        numbers_of(town, 9, draw=True) for town in (armed_town(), setting("extortion", "demand_share", RANGE))
    )
    different = [(m, n) for m, table in plain.items() for n, value in table.items() if changed[m][n] != value]
    assert different == [("extortion", "demand_share")]


# ------------------------------------------------------------------------------------------------------------ founding
@given(st.integers(0, 5000), st.lists(st.floats(0.0, 1.0), min_size=1, max_size=12).filter(lambda one: sum(one) > 0.01))
def test_cadre_are_whole_persons_in_proportion_and_none_is_lost(total: int, weights: list[float]) -> None:
    shares = np.array(weights) / sum(weights)
    given_out = _apportioned(total, shares)
    assert given_out.sum() == total
    assert (np.abs(given_out - total * shares) < 1).all()


@cache
def late_town() -> Scenario:
    """Banyan is founded on a Wednesday in July 1980."""
    young = organisation(
        "banyan", "#CC79A7", -0.2, 0.8, founded=date(1980, 7, 2), contests_from=date(1981, 1, 1), workers=40, armed=10
    )
    old = organisation("lantern", "#009E73", 0.8, -0.2)
    return scenario(
        organisations=[old, young], elections=[], timeline__tides=[], centre__governments=[], splinter_slots=0
    )


def test_an_organisation_has_nobody_and_nothing_before_its_founding() -> None:
    run = simulate(late_town())
    before = run.isel(week=slice(0, 25)).sel(organisation="banyan")
    for name in ("face", "heart", "workers", "armed", "budget", "income", "watch", "help"):
        assert not before[name].values.any(), name
    assert run["budget"].sel(organisation="banyan").values[25] > 0


def test_its_founders_stand_where_its_kin_live() -> None:
    run = start(late_town(), scale=1)
    for week, step in play(run, 26):
        if (week, step) == (25, "founding"):
            workers, boatmen = run.arrays["workers"][:, 2], run.arrays["unit_people"][:, 1]
            assert workers.sum() == 40
            assert run.arrays["armed"][:, 2].sum() == 10
            assert run.arrays["budget"][2] == 0.5
            np.testing.assert_allclose(workers, 40 * boatmen / boatmen.sum(), atol=1)
            assert run.arrays["active"].tolist() == [0, 1, 2]


def test_the_danger_of_a_new_face_is_remembered_as_that_of_showing_none() -> None:
    """Nobody has shown it yet; what dissent used to cost is what one knows of it."""
    run = start(late_town(), scale=1)
    for moment in play(run, 26):
        if moment == (25, "imposed"):
            remembered = run.arrays["remembered"]
            assert remembered[:, 0].min() > 0.01
            assert remembered[:, 2].tolist() == remembered[:, 0].tolist()
            assert run.arrays["entered"].tolist() == [0, 1, 2]
        elif moment == (24, "observe"):
            assert not run.arrays["remembered"][:, 2].any()
            assert not run.arrays["risk"][:, 2].any()
            assert run.arrays["entered"].tolist() == [0, 1]


def test_before_its_founding_nobody_can_meet_it() -> None:
    assert start(late_town(), plain=True).arrays["active"].tolist() == [0, 1]
    assert start(armed_town(), plain=True).arrays["active"].tolist() == [0, 1, 2], "the splinter's slot is empty"


def test_founders_of_an_organisation_without_kin_are_spread_evenly() -> None:
    stranger = organisation("lantern", "#009E73", -0.5, -0.5, workers=8)
    town = scenario(organisations=[stranger, organisation("banyan", "#CC79A7", -0.2, 0.8)])
    assert start(town, plain=True).arrays["workers"][:, 1].tolist() == [2, 2, 2, 2]


def test_a_long_record_is_known_at_the_start() -> None:
    years = start(late_town(), plain=True).arrays["record_years"]
    assert years.tolist() == pytest.approx([0.0, 10.0, 0.0], abs=0.03)


def test_hearts_settle_before_the_first_week() -> None:
    with np.errstate(over="ignore"):
        run = prepare(armed_town(), 1, scale=10, until=None, without=(), draw=False, plain=True)
    arrays = run.arrays
    assert (arrays["unit_heart"].sum(axis=2) == arrays["unit_people"]).all()
    assert arrays["unit_heart"].sum(axis=(0, 1))[1:3].min() > 0
    np.testing.assert_array_equal(arrays["unit_face"], arrays["unit_heart"])
    assert not arrays["fear"].any()
