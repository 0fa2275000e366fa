"""What is measured of a branch: release and rebound on made-up curves, every number by hand on a made-up run."""

from __future__ import annotations

import json
import math
from functools import cache

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from mohalla import results
from mohalla.experiments import effects
from mohalla.experiments.effects import (
    BACK,
    LATE,
    NO_PAST,
    NOBODY,
    RELEASED,
    RUNNING,
    SHORT_REBOUND,
    SHORT_RELEASE,
    WITHIN,
    Path,
    Prices,
    When,
    measured,
    released,
)
from tests.fake_run import fake_dataset, tiny_scenario, zero_dataset

LEVEL, BRANCH, LEAVES = 0.6, 60, 100
LONG = LEAVES + WITHIN + 40
WHEN = When(BRANCH, LEAVES)


def curve(weeks: int = LONG, level: float = LEVEL, **spans: tuple[int, int, float]) -> np.ndarray:
    """A weekly share at its level, but for spans (first week, week after the last, share of the level)."""
    share = np.full(weeks, level)
    for first, last, part in spans.values():
        share[first:last] = part * level
    return share


def at(path: Path) -> tuple[float, float, float]:
    return path.release, path.rebound, path.lasting


# --- release ---------------------------------------------------------------------------------------------------------


def test_what_stays_low_is_released_to_stay() -> None:
    path = released(curve(low=(110, LONG, 0.2)), WHEN)
    assert at(path) == (1.0, 0.0, 1.0)
    assert path.level == pytest.approx(LEVEL)
    assert path.release_year == pytest.approx(50 * 7 / 365.25)
    assert path.unknown == ""


def test_what_never_falls_is_not_released() -> None:
    path = released(curve(), WHEN)
    assert path[:2] == (pytest.approx(LEVEL), 0.0)
    assert math.isnan(path.release_year)
    assert math.isnan(path.rebound)
    assert path.lasting == 0.0


@pytest.mark.parametrize(("weeks", "is_released"), [(RUNNING - 1, 0.0), (RUNNING, 1.0)])
def test_it_takes_all_of_two_years_running(weeks: int, is_released: float) -> None:
    assert released(curve(low=(LEAVES, LEAVES + weeks, 0.2)), WHEN).release == is_released
    broken = curve(one=(LEAVES, LEAVES + 60, 0.2), two=(LEAVES + 61, LEAVES + 61 + weeks, 0.2))
    assert released(broken, WHEN).release == is_released


def test_weeks_under_force_do_not_count() -> None:
    assert released(curve(low=(BRANCH, LEAVES + RUNNING - 1, 0.1)), WHEN).release == 0.0
    assert released(curve(low=(BRANCH, LEAVES + RUNNING, 0.1)), WHEN).release_year == pytest.approx(40 * 7 / 365.25)


@pytest.mark.parametrize(("part", "is_released"), [(RELEASED - 1e-9, 1.0), (RELEASED + 1e-9, 0.0)])
def test_a_third_is_the_bound(part: float, is_released: float) -> None:
    assert released(curve(low=(LEAVES, LONG, part)), WHEN).release == is_released


def test_the_level_is_that_of_the_year_before_the_branch() -> None:
    share = curve(early=(0, BRANCH - 52, 5.0), after=(BRANCH, LONG, 0.2))
    assert released(share, WHEN).level == pytest.approx(LEVEL)
    assert released(share[:], When(10, LEAVES)).level == pytest.approx(5 * LEVEL * 8 / 10 + LEVEL * 2 / 10)


# --- rebound ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("part", "back"), [(BACK + 1e-9, 1.0), (BACK - 1e-9, 0.0)])
def test_above_four_fifths_it_is_back(part: float, back: float) -> None:
    share = curve(low=(LEAVES, LEAVES + RUNNING, 0.2), later=(LEAVES + RUNNING, LONG, part))
    assert at(released(share, WHEN)) == (1.0, back, 1.0 - back)


def test_one_week_within_five_years_is_enough_and_the_first_after_is_not() -> None:
    last = LEAVES + WITHIN - 1
    assert released(curve(low=(LEAVES, LONG, 0.2), back=(last, last + 1, 1.0)), WHEN).rebound == 1.0
    assert released(curve(low=(LEAVES, LONG, 0.2), back=(last + 1, last + 9, 1.0)), WHEN).rebound == 0.0


def test_what_was_high_before_its_release_is_no_rebound() -> None:
    assert released(curve(low=(LEAVES + 50, LONG, 0.2)), WHEN).rebound == 0.0


# --- what cannot be known --------------------------------------------------------------------------------------------


def test_where_nobody_was_coerced_nobody_can_be_released() -> None:
    path = released(curve(level=effects.LEAST / 2), WHEN)
    assert path.unknown == NOBODY
    assert np.isnan(path[1:5]).all()


def test_without_a_week_before_there_is_no_level() -> None:
    path = released(curve(), When(0, LEAVES))
    assert path.unknown == NO_PAST
    assert np.isnan(path[:5]).all()


@pytest.mark.parametrize(("more", "why"), [(RUNNING - 1, SHORT_RELEASE), (RUNNING, SHORT_REBOUND)])
def test_a_short_horizon_is_said(more: int, why: str) -> None:
    weeks = LEAVES + more
    path = released(curve(weeks, low=(BRANCH, weeks, 0.1)), WHEN)
    assert path.unknown == why
    assert math.isnan(path.release) == (why == SHORT_RELEASE)
    assert math.isnan(path.rebound)
    assert math.isnan(path.lasting)


def test_a_rebound_that_is_seen_is_known_however_short_the_horizon() -> None:
    weeks = LEAVES + RUNNING + 5
    path = released(curve(weeks, low=(LEAVES, weeks - 3, 0.1)), WHEN)
    assert (*at(path), path.unknown) == (1.0, 1.0, 0.0, "")


def test_released_after_five_years_it_has_no_time_left_to_rebound() -> None:
    path = released(curve(900, low=(LEAVES + WITHIN - RUNNING, 900, 0.1)), WHEN)
    assert (path.release, path.unknown) == (1.0, LATE)
    assert math.isnan(path.rebound)


def test_force_that_never_leaves_is_said() -> None:
    assert released(curve(), When(BRANCH, LONG)).unknown == SHORT_RELEASE


@given(st.lists(st.floats(0, 1), min_size=70, max_size=500), st.integers(1, 60), st.integers(0, 200))
def test_what_is_known_fits_together(values: list[float], branch: int, force: int) -> None:
    path = released(np.array(values), When(branch, min(branch + force, len(values))))
    assert path.release in {0.0, 1.0} or math.isnan(path.release)
    assert math.isnan(path.release_year) == (path.release != 1.0)
    if path.release == 0.0:
        assert math.isnan(path.rebound)
        assert path.lasting == 0.0
    if path.release == 1.0:
        assert path.lasting == 1.0 - path.rebound or math.isnan(path.rebound)
        assert math.isnan(path.rebound) == bool(path.unknown)
    assert math.isnan(path.release) <= bool(path.unknown)


# --- a whole run -----------------------------------------------------------------------------------------------------

AT = When(300, 330)


@cache
def run() -> xr.Dataset:
    return fake_dataset(tiny_scenario())


@cache
def found() -> dict[str, object]:
    return measured(run(), tiny_scenario(), AT)


def of(name: str) -> dict[str, object]:
    return found()["organisations"][name]  # type: ignore[index,no-any-return]


def test_it_is_plain_data_of_every_declared_organisation() -> None:
    assert json.loads(json.dumps(found(), allow_nan=False)) == found()
    assert list(found()["organisations"]) == ["anchor", "lamp"]  # type: ignore[call-overload]
    assert list(found()["holds"]) == ["anchor", "lamp", "splinter-1"]  # type: ignore[call-overload]


def test_shares_are_those_of_the_last_year_in_the_city() -> None:
    last = run().isel(week=slice(-52, None))
    for name, share in (("hold", results.hold), ("coerced", results.coerced_share), ("gap", results.gap)):
        assert of("lamp")[name] == pytest.approx(float(share(last, "lamp").mean())), name
    assert of("lamp")["heart"] == pytest.approx(float(results.hearts(last, "lamp").mean()))
    before = results.hold(run().isel(week=slice(248, 300)), "lamp")
    assert of("lamp")["before"] == pytest.approx(float(before.mean()))


def test_release_is_about_its_own_community() -> None:
    assert of("lamp")["community"] == "river"
    assert of("anchor")["community"] == "hill"
    path = released(results.coerced_share(run(), "lamp", "river").values, AT)
    assert [of("lamp")[name] for name in ("level", "release", "unknown")] == [path.level, path.release, path.unknown]


def test_deaths_are_counted_from_the_branch_and_without_those_imposed() -> None:
    since = run().isel(week=slice(300, None))
    made = since["killings_cause"].sel(cause=["contest", "riot", "discipline", "operation", "sanction"])
    city = found()["city"]
    assert city["toll"] == float(made.sum())  # type: ignore[index]
    theirs = since["killings"].sel(killer=["anchor", "lamp", "splinter-1"])
    assert city["killings"] == float(theirs.sum())  # type: ignore[index]
    assert city["operation_deaths"] == float(since["operation_deaths"].sum())  # type: ignore[index]
    assert sum(found()["killings_map"]) == city["toll"]  # type: ignore[index,call-overload]


def test_what_it_costs_is_services_and_raids_at_stated_prices() -> None:
    since = run().isel(week=slice(300, None))
    adults = since["population"].sum("community").astype(float)
    served, raids = float((since["services"].astype(float) * adults).sum()), float(since["raids"].sum())
    income = tiny_scenario().economy.trader_income_per_year.value
    cost = income * (Prices().services_per_adult * served * 7 / 365.25 + Prices().raid * raids)
    assert found()["city"]["cost"] == pytest.approx(cost)  # type: ignore[index]
    assert found()["city"]["services"] == pytest.approx(served / float(adults.sum()))  # type: ignore[index]


def test_seats_are_those_of_the_last_national_poll_after_the_branch() -> None:
    assert found()["places"]["election"] == ["1996-06-03 local", "1998-03-02 national"]  # type: ignore[index]
    won = run()["seats"].sel(election="1998-03-02 national")
    share = float(won.sel(organisation="lamp") / won.sum())
    assert of("lamp")["seats"] == share
    assert of("lamp")["seats_by_election"][-1] == share  # type: ignore[index]


def test_without_a_national_poll_after_the_branch_seats_are_not_known() -> None:
    late = measured(run(), tiny_scenario(), When(430, 430))["organisations"]["lamp"]
    assert (late["seats"], late["seats_by_election"]) == (None, [])


def test_quarters_are_whole_and_one_begins_with_the_branch() -> None:
    quarters = found()["places"]["quarter"]  # type: ignore[index]
    first = np.datetime64(run()["week"].values[300], "D")
    assert str(first) in quarters
    assert quarters[0] == str(first - 7 * 13 * 8)
    hold = results.hold(run(), "lamp").values
    here = quarters.index(str(first))
    assert of("lamp")["hold_by_quarter"][here] == pytest.approx(hold[300:313].mean())  # type: ignore[index]
    own = results.coerced_share(run(), "lamp", "river").values
    assert of("lamp")["coerced_own_by_quarter"][here] == pytest.approx(own[300:313].mean())  # type: ignore[index]
    lengths = {len(one) for name, one in of("lamp").items() if name.endswith("_by_quarter")}  # type: ignore[arg-type]
    assert lengths == {len(quarters)}
    deaths = run()["killings_cause"].values[300:313, :, :5].sum()
    assert found()["deaths_by_quarter"][here] == deaths  # type: ignore[index]
    assert found()["killings_by_quarter"]["background"][here] >= 0  # type: ignore[index]


def test_maps_are_of_the_last_year_by_sector() -> None:
    last = run().isel(week=slice(-52, None))
    people = last["population"].sum(["week", "community"])
    hold = last["face"].sel(organisation="lamp").sum(["week", "community"]) / people
    assert of("lamp")["hold_map"] == pytest.approx(hold.values.tolist())


def test_a_branch_near_the_start_has_fewer_quarters_before() -> None:
    early = measured(run(), tiny_scenario(), When(20, 20))
    assert early["places"]["quarter"][0] == str(np.datetime64(run()["week"].values[7], "D"))
    assert len(early["organisations"]["lamp"]["hold_by_quarter"]) == len(early["places"]["quarter"])


def test_a_city_where_nothing_happens_is_measured_too() -> None:
    nothing = measured(zero_dataset(tiny_scenario()), tiny_scenario(), AT)
    assert set(nothing["city"].values()) == {0.0}
    assert nothing["organisations"]["lamp"]["unknown"] == NOBODY
    assert nothing["organisations"]["lamp"]["hold"] == 0.0
