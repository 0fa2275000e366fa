"""The same question gets the same bits: again, on any number of cores, in plain Python, and next to a newcomer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import numba
import numpy as np
import pytest
import xarray as xr

from mohalla.engine import cpu
from mohalla.engine.simulate import simulate
from mohalla.engine.week import run_call
from mohalla.scenario import Scenario
from mohalla.world import build
from workbench.stepping import (
    SEED,
    Arrays,
    armed_town,
    copied,
    finish,
    one_place,
    residents_call,
    restless_town,
    same,
    settling_call,
    small_town,
    start,
)

PER_RUN = ("seconds",)


def unlike(one: xr.Dataset, other: xr.Dataset) -> list[str]:
    """Variables, coordinates and attributes in which two results differ in any bit."""
    names = [name for name in one.variables if not same(one[name].values, other[name].values)]
    attributes = [name for name in one.attrs if name not in PER_RUN and one.attrs[name] != other.attrs[name]]
    return [str(name) for name in names] + attributes


@pytest.fixture
def all_cores() -> Iterator[int]:
    """How many threads there can be; one is in use again afterwards."""
    yield int(numba.config.NUMBA_NUM_THREADS)
    cpu.use_threads(1)


@pytest.mark.parametrize("town", [small_town, armed_town])
def test_any_number_of_threads_gives_the_same_bits(
    town: Callable[[], Scenario], all_cores: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cpu, "FEW_RESIDENTS", 0)  # else the weeks of so small a town run on one thread
    if all_cores < 2:
        pytest.skip("one core")
    assert cpu.use_threads(1) == 1
    one = simulate(town(), 5)
    assert cpu.use_threads(None) == all_cores
    assert unlike(one, simulate(town(), 5)) == []


def test_a_second_run_gives_the_same_bits_and_another_seed_does_not() -> None:
    first, again, other = (simulate(armed_town(), seed) for seed in (5, 5, 6))
    assert unlike(first, again) == []
    assert {"face", "heart", "killings", "armed"} <= set(unlike(first, other))


def test_simulating_leaves_the_scenario_as_it_was() -> None:
    town = armed_town()
    before = town.model_dump_json()
    simulate(town, 5)
    assert town.model_dump_json() == before


@pytest.mark.parametrize("town", [armed_town, restless_town])
def test_plain_python_and_compiled_code_agree_to_the_bit_for_104_weeks(town: Callable[[], Scenario]) -> None:
    """280 residents in every step of every mechanism: all arrays of the state."""
    plain, compiled = (finish(start(town(), plain=plain)) for plain in (True, False))
    assert [name for name in plain if not same(plain[name], compiled[name])] == []


def test_plain_python_and_compiled_code_give_the_same_results() -> None:
    assert unlike(simulate(armed_town(), plain=True), simulate(armed_town())) == []


def test_they_agree_where_a_unit_has_more_than_one_neighbourhood() -> None:
    until = armed_town().about.start + timedelta(weeks=8)
    plain, compiled = (simulate(armed_town(), scale=3, until=until, plain=plain) for plain in (True, False))
    assert build(armed_town(), 1, scale=3).sizes["neighbourhood"] == 8
    assert unlike(plain, compiled) == []


def settled(count: int) -> Arrays:
    """So many residents with two organisations, some danger, some harm, and a year lived through."""
    arrays = one_place(count, organisations=3)
    arrays["community_appeal"][0] = [0.3, 0.4, 0.2]
    arrays["gain"][0], arrays["risk"][0], arrays["worst"][0] = [0.1, 0.3, 0.1], [0.02, 0.0, 0.05], [0.1, 0.0, 0.1]
    arrays["harm"][:], arrays["services"][:], arrays["strongest"][:], arrays["calm_years"][:] = 0.05, 0.4, 1, 2.0
    run_call(settling_call(arrays), 0, SEED)
    call = residents_call(arrays, speaking_per_year=5.0)
    for week in range(52):
        run_call(call, week, SEED)
    return arrays


def test_one_more_resident_changes_nobody_else() -> None:
    """The tables being what they are, whoever lives next door draws the same lot and ends the year the same."""
    fewer, more = settled(200), settled(201)
    for name in ("heart", "face", "fear", "reversals"):
        assert same(fewer[name][:200], more[name][:200])
    assert int(more["unit_face"].sum() - fewer["unit_face"].sum()) == 1


def test_a_newcomer_changes_nobody_in_a_town_that_is_under_way() -> None:
    """One more resident in the first cell of the armed town: in that week every other resident does the same."""
    run = start(armed_town())
    finish(run)
    cell = int(np.argmax(np.diff(run.arrays["cell_start"]) - run.arrays["cell_count"]))
    with_newcomer = copied(run.arrays)
    seat = int(run.arrays["cell_start"][cell] + run.arrays["cell_count"][cell])
    with_newcomer["cell_count"][cell] += 1
    for arrays in (run.arrays, with_newcomer):
        run_call(residents_call(arrays), 104, run.seed)
    others = np.arange(run.arrays["heart"].size) != seat
    for name in ("heart", "face", "fear", "reversals"):
        assert same(run.arrays[name][others], with_newcomer[name][others])
    assert run.arrays["unit_belief"].sum() < with_newcomer["unit_belief"].sum()
