"""Places and communities where nobody lives, or not yet: a census may say nought, and a town runs on."""

from __future__ import annotations

from copy import deepcopy

import numpy as np
import pytest
import xarray as xr

from mohalla import results
from mohalla.engine.simulate import simulate
from mohalla.geography import draw_mixture, fit_margins
from mohalla.scenario import Scenario
from mohalla.world import build, people_by_census
from workbench.towns import TOWN, Town, census, scenario


def with_new_town(*populations: int) -> Scenario:
    """The tiny town with a second district that holds so many in each census."""
    table: Town = deepcopy(TOWN)
    old = table["geography"]["districts"][0]
    table["geography"]["districts"].append({**old, "id": "new-town", "name": "New Town", "position": [67.02, 25.0]})
    for counted, people in zip(table["censuses"], populations, strict=True):
        counted["districts"]["new-town"] = {"population": people, "shares": dict(counted["shares"])}
        counted["population"] += people
    return Scenario.model_validate(table)


def everything_is_a_number(dataset: xr.Dataset) -> bool:
    """No NaN and no infinity anywhere in the results."""
    return all(np.isfinite(dataset[name]).all() for name in dataset if dataset[name].dtype.kind == "f")


@pytest.mark.parametrize(
    ("rows", "columns"),
    [([3.0, 0.0], [2.0, 1.0]), ([2.0, 1.0], [0.0, 3.0]), ([3.0, 0.0], [0.0, 3.0])],
    ids=["no row", "no column", "neither"],
)
def test_margins_of_nought_are_kept(rows: list[float], columns: list[float]) -> None:
    fitted = fit_margins(np.ones((2, 2)), np.array(rows), np.array(columns))
    np.testing.assert_allclose(fitted.sum(axis=1), rows, atol=1e-12)
    np.testing.assert_allclose(fitted.sum(axis=0), columns, atol=1e-12)


def test_a_district_of_one_community_is_a_mixture_too() -> None:
    mixture = draw_mixture(np.array([1.0, 0.0]), 8, 2, 1.5, np.random.default_rng(1))
    np.testing.assert_allclose(mixture.sum(axis=0), [1.0, 0.0], atol=1e-12)
    assert (mixture[:, 0] > 0).all()


def test_a_community_that_is_not_there_has_nobody_and_harms_nobody() -> None:
    run = simulate(scenario(censuses=[census(1975, 560, 1.0), census(1985, 640, 1.0)]))
    assert run["population"].sel(community="boatmen").sum() == 0
    assert run["population"].isel(week=0).sum() == pytest.approx(300, abs=20)
    assert everything_is_a_number(run)


def test_a_community_that_comes_later_grows_evenly_from_nobody() -> None:
    run = simulate(scenario(censuses=[census(1975, 560, 1.0), census(1985, 640, 0.5)]), scale=1)
    boatmen = run["population"].sel(community="boatmen").sum("sector")
    assert int(boatmen[0]) == pytest.approx(320 / 2 * 0.5, abs=4), "half-way between the censuses of 1975 and 1985"
    assert int(boatmen[-1]) == pytest.approx(320 * 0.7 * 0.5, abs=4)
    assert everything_is_a_number(run)


def test_a_district_where_nobody_ever_lived() -> None:
    town = with_new_town(0, 0)
    assert people_by_census(town).sum(axis=2).tolist() == [[560, 0], [640, 0]]
    run = simulate(town)
    in_new_town = run["sector_district"].values == "New Town"
    assert run["population"].values[:, in_new_town].sum() == 0
    assert run["population"].values[:, ~in_new_town].sum() > 0
    assert everything_is_a_number(run)
    results.check(run)


def test_a_constituency_without_voters_sends_nobody() -> None:
    """Eight units and eight seats: four of them in the empty district."""
    town = with_new_town(0, 0)
    poll = town.elections[0].model_copy(update={"seats": 8, "boycotts": ()})
    run = simulate(town.model_copy(update={"elections": (poll,)}))
    assert int(run["seats"].sum()) == 4
    assert (run["turnout"].values[0] > 0).sum() == 4


def test_a_district_that_is_built_later_fills_up() -> None:
    run = simulate(with_new_town(0, 800), scale=1)
    new_town = run["population"].values[:, run["sector_district"].values == "New Town"].sum(axis=(1, 2))
    assert new_town[0] == pytest.approx(800 / 2 * 0.5, abs=10)
    assert new_town[-1] == pytest.approx(800 * 0.7 * 0.5, abs=10)
    assert (np.diff(new_town) >= 0).all()
    assert everything_is_a_number(run)


def test_an_empty_district_moves_nobody_elsewhere() -> None:
    """The old town's people are the same whether or not somebody drew an empty district beside it."""
    alone, beside = (build(town, 1) for town in (scenario(), with_new_town(0, 0)))
    assert beside.constants["cell_path"].sum() == pytest.approx(alone.constants["cell_path"].sum())
