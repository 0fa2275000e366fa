"""Order: the state is present by its people and its services, and those who govern badly are remembered for it."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mohalla.engine.simulate import simulate
from mohalla.mechanisms import order
from workbench.stepping import SEED, Arrays, armed_town, call_of, copied, play, run_call, start

shares = st.floats(0.0, 1.0)
amounts = st.floats(0.0, 1e4)
positive = st.floats(0.1, 100.0)
LANTERN, BANYAN = 1, 2


# ------------------------------------------------------------------------------------------------------------ rules
@given(amounts, amounts, positive, shares, shares, shares)
def test_the_state_is_present_by_its_people_and_more_where_it_serves(
    personnel: float, more: float, half: float, services: float, better: float, bare: float
) -> None:
    here = order.presence(personnel, half, services, bare)
    assert 0 <= here < 1
    assert order.presence(personnel + more, half, services, bare) >= here
    assert order.presence(personnel, half, max(services, better), bare) >= here - 1e-12
    assert order.presence(0.0, half, services, bare) == 0
    assert order.presence(half, half, 1.0, bare) == pytest.approx(0.5)


@given(shares, shares, amounts, amounts, positive, shares)
def test_a_city_is_governed_worse_without_services_and_with_killing(
    services: float, better: float, killing: float, more: float, tolerated: float, weight: float
) -> None:
    badly = order.blame(services, killing, tolerated, weight)
    assert 0 <= badly <= 1 + 1e-12
    assert order.blame(max(services, better), killing, tolerated, weight) <= badly + 1e-12
    assert order.blame(services, killing + more, tolerated, weight) >= badly - 1e-12
    assert order.blame(1.0, 0.0, tolerated, weight) == 0


@given(shares, shares, shares, shares, shares, shares)
def test_failing_is_earned_in_office_and_forgotten_out_of_it(
    failure: float, office: float, more: float, badly: float, learnt: float, forgotten: float
) -> None:
    after = order.failed(failure, office, badly, learnt, forgotten)
    assert 0 <= after <= 1 + 1e-12
    assert order.failed(failure, max(office, more), badly, learnt, forgotten) >= after - 1e-12
    assert order.failed(failure, 0.0, badly, learnt, forgotten) <= failure
    assert order.failed(0.0, office, 0.0, learnt, forgotten) == 0


# ----------------------------------------------------------------------------------------------------------- sweeps
@cache
def town() -> Arrays:
    """The armed town before its first week."""
    return start(armed_town()).arrays


def years(arrays: Arrays, count: int) -> Arrays:
    """So many years of the step, the town staying as it is."""
    call = call_of("order", arrays)
    for week in range(0, 52 * count, 4):
        run_call(call, week, SEED)
    return arrays


def governed(office: float, services: float, deaths: int) -> Arrays:
    """The town after two years in which the lantern held this office, and the town was served and suffered so."""
    arrays = copied(town())
    arrays["office"][:] = 0.0
    arrays["office"][LANTERN] = office
    arrays["services"][:], arrays["deaths_here"][0] = services, deaths
    return years(arrays, 2)


def test_order_comes_with_personnel_and_with_services_where_they_are() -> None:
    arrays = copied(town())
    arrays["personnel"][:] = 10.0
    arrays["services"][:] = 0.0
    first, last = arrays["unit_first"][1], arrays["unit_first"][2]
    arrays["services"][first:last] = 1.0
    few = years(arrays, 1)["order"].copy()
    assert few[1] > few[0] == few[2] > 0
    arrays["personnel"][:] = 100.0
    assert (years(arrays, 1)["order"] > few).all()
    arrays["personnel"][:] = 0.0
    assert years(arrays, 1)["order"].max() == 0


def test_only_those_in_office_fail_and_worse_where_people_die_unserved() -> None:
    found = governed(0.5, 0.2, 2)["failure"]
    assert found[LANTERN] > 0 == found[BANYAN]
    assert governed(0.9, 0.2, 2)["failure"][LANTERN] > found[LANTERN]
    assert governed(0.5, 0.8, 2)["failure"][LANTERN] < found[LANTERN]
    assert governed(0.5, 0.2, 0)["failure"][LANTERN] < found[LANTERN]
    assert governed(0.5, 1.0, 0)["failure"][LANTERN] == 0


def test_out_of_office_failure_is_forgotten() -> None:
    arrays = governed(0.9, 0.0, 2)
    before = float(arrays["failure"][LANTERN])
    arrays["office"][:] = 0.0
    assert 0 < years(arrays, 5)["failure"][LANTERN] < 0.6 * before


def test_four_weeks_at_once_are_four_weeks() -> None:
    p = order.Parameters()
    arrays = governed(1.0, 0.0, 0)
    learnt, forgotten = p.blame_per_year * p.services_weight, p.forgotten_per_year
    rate = learnt + forgotten
    wanted = learnt / rate * (1 - np.exp(-2 * rate))
    assert arrays["failure"][LANTERN] == pytest.approx(wanted, rel=0.03)


def test_order_makes_protectors_less_needed() -> None:
    """Shelter is the worth of gunmen to those they protect: less where the state is present."""
    found = {}
    for off in ((), ("order",)):
        run = start(armed_town(), without=off)
        for _ in play(run, 60):
            pass
        force = run.arrays["force"][:, 1:3]
        found[off] = float(run.arrays["shelter"][:, 1:3].sum() / force.sum())
    assert found["order",] == pytest.approx(1.0)
    assert found[()] < 0.99


def test_with_it_off_nobody_has_failed() -> None:
    run = start(armed_town(), without=("order",))
    for _ in play(run):
        pass
    assert run.arrays["failure"].max() == run.arrays["order"].max() == 0
    assert simulate(armed_town(), without=["order"]).sizes["week"] == run.world.weeks
