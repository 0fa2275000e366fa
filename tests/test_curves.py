"""The curves that rules share keep their bounds and rise where they should; plain and compiled agree to the bit."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mohalla import curves
from mohalla.engine.cpu import compiled

shares = st.floats(0, 1)
positive = st.floats(1e-6, 1e6)
numbers = st.floats(-1e3, 1e3)


@given(positive, positive, positive)
def test_what_saturates_rises_from_none_to_all_and_is_half_at_half(x: float, more: float, half: float) -> None:
    assert 0 <= curves.saturates(x, half) <= curves.saturates(x + more, half) <= 1
    assert curves.saturates(half, half) == 0.5
    assert curves.saturates(0.0, half) == 0


@given(numbers, numbers)
def test_the_logistic_curve_is_the_logistic_curve(x: float, y: float) -> None:
    assert curves.logistic(x) == pytest.approx(1 / (1 + math.exp(-max(x, -700.0))), rel=1e-6, abs=1e-12)
    assert curves.logistic(min(x, y)) <= curves.logistic(max(x, y)) + 1e-9
    assert curves.logistic(x) + curves.logistic(-x) == pytest.approx(1)


@given(numbers, numbers, shares)
def test_going_towards_a_target_stays_between(value: float, target: float, share: float) -> None:
    after = curves.towards(value, target, share)
    assert min(value, target) - 1e-9 <= after <= max(value, target) + 1e-9


@given(numbers)
def test_bounds_hold_and_change_nothing_inside(x: float) -> None:
    assert 0 <= curves.bounded(x) <= 1
    assert not 0 <= x <= 1 or curves.bounded(x) == x


@given(st.integers(0, 10**6), st.integers(0, 10**7))
def test_so_many_of_each_thousand(number: int, people: int) -> None:
    assert curves.per_thousand(number, people) == pytest.approx(1000 * number / max(people, 1))


@given(st.floats(0.001, 0.999), st.floats(0.01, 1), shares)
def test_a_leader_is_wrong_about_odds_by_a_factor_that_information_bounds(
    true: float, information: float, noise: float
) -> None:
    seen = curves.perceived(true, information, noise)
    factor = seen / (1 - seen) * (1 - true) / true
    assert information * (1 - 1e-9) <= factor <= (1 + 1e-9) / information
    assert curves.perceived(true, 1.0, noise) == pytest.approx(true)
    assert curves.perceived(0.0, information, noise) == 0
    assert curves.perceived(1.0, information, noise) == 1


@given(st.floats(0.001, 0.999), shares, st.floats(0.001, 0.999))
def test_what_is_seen_is_as_likely_too_much_as_too_little(true: float, information: float, noise: float) -> None:
    seen, mirrored = (curves.perceived(true, information, luck) for luck in (noise, 1.0 - noise))
    assert seen / (1 - seen) * mirrored / (1 - mirrored) == pytest.approx((true / (1 - true)) ** 2, rel=1e-6)
    assert curves.perceived(1 - true, information, 1 - noise) == pytest.approx(1 - seen)
    assert curves.perceived(true, information, 0.5) == pytest.approx(true)


@given(shares, shares, shares, shares)
def test_what_is_larger_looks_larger_to_the_same_leader(
    true: float, more: float, information: float, noise: float
) -> None:
    larger = max(true, more)
    assert curves.perceived(larger, information, noise) >= curves.perceived(true, information, noise) - 1e-12
    assert 0 <= curves.perceived(true, information, noise) <= 1


def test_nothing_is_too_odd_to_be_seen() -> None:
    assert curves.perceived(1.0, 0.0, 0.0) == 1
    assert curves.perceived(0.0, 0.0, 0.9) == 0
    assert curves.perceived(0.3, 0.0, 0.0) == 0, "who is told nothing and has no luck sees nothing"


def test_a_unit_has_the_mean_of_its_neighbourhoods_and_other_units_are_left_alone() -> None:
    values, means = np.arange(12, dtype=np.float32).reshape(4, 3), np.full((2, 3), 9.0)
    curves.mean_of_places(1, 1, 4, values, means)
    assert means.tolist() == [[9.0, 9.0, 9.0], [6.0, 7.0, 8.0]]
    again = np.zeros((2, 3))
    compiled(curves.mean_of_places)(1, 1, 4, values, again)
    assert again[1].tolist() == means[1].tolist()


@pytest.mark.parametrize("x", [-400.0, -3.7, 0.0, 0.2, 41.0])
def test_plain_and_compiled_curves_give_the_same_bits(x: float) -> None:
    assert compiled(curves.logistic)(x) == curves.logistic(x)
    assert compiled(curves.saturates)(abs(x), 2.0) == curves.saturates(abs(x), 2.0)
    assert compiled(curves.towards)(x, 1.0, 0.3) == curves.towards(x, 1.0, 0.3)
    assert compiled(curves.perceived)(abs(x) / 500, 0.3, 0.7) == curves.perceived(abs(x) / 500, 0.3, 0.7)
