"""Every number has unit, range, meaning and source, and rates become weekly in one place."""

from __future__ import annotations

import importlib
import pickle
import pkgutil
from typing import Annotated, Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mohalla
from mohalla.calendar import WEEKS_PER_YEAR
from mohalla.parameters import ASSUMPTION, Known, Value, by_turn, declared, kernel_type, outside, weekly

numbers = st.floats(-1e6, 1e6)


class Example(NamedTuple):
    """What a mechanism declares."""

    exit_per_year: Annotated[float, Known("1/year", 0.1, 0.6, "workers who leave")] = 0.3
    noise: Annotated[float, Known("utility", 0.0, 1.0, "spread", "a book")] = 0.5


def test_what_a_mechanism_declares_is_read() -> None:
    assert declared(Example) == {
        "exit_per_year": Value(0.3, Known("1/year", 0.1, 0.6, "workers who leave", ASSUMPTION)),
        "noise": Value(0.5, Known("utility", 0.0, 1.0, "spread", "a book")),
    }


@given(numbers)
def test_a_value_outside_its_range_is_named(value: float) -> None:
    table = {"noise": Value(value, Known("utility", 0.0, 1.0, "spread"))}
    assert list(outside(table)) == ([] if 0.0 <= value <= 1.0 else ["noise"])


@given(numbers, numbers)
def test_only_rates_are_scaled_and_renamed(rate: float, level: float) -> None:
    weeks = weekly(Example, {"exit_per_year": rate, "noise": level})
    assert weeks.exit_per_week * WEEKS_PER_YEAR == pytest.approx(rate)
    turns = by_turn(Example, {"exit_per_year": rate, "noise": level}, 4)
    assert turns.exit_per_turn == pytest.approx(min(1.0, 4 * weeks.exit_per_week)), "a chance"
    assert weeks.noise == turns.noise == level


def test_one_type_for_each_mechanism_found_by_name() -> None:
    """Otherwise compiled code kept on disk would never be found again."""
    kinds = [kernel_type(Example, period) for period in ("week", "turn")]
    assert kinds == [kernel_type(Example, period) for period in ("week", "turn")]
    assert pickle.loads(pickle.dumps(kinds)) == kinds  # noqa: S301 - our own bytes


def mechanisms() -> list[type[Any]]:
    """Every `Parameters` class of the package."""
    folder = importlib.import_module("mohalla.mechanisms")
    modules = [
        importlib.import_module(found.name) for found in pkgutil.iter_modules(folder.__path__, "mohalla.mechanisms.")
    ]
    return [module.Parameters for module in modules if hasattr(module, "Parameters")]


@pytest.mark.parametrize("parameters", mechanisms(), ids=lambda kind: kind.__module__)
def test_every_declared_number_is_documented_and_plausible(parameters: type[Any]) -> None:
    table = declared(parameters)
    assert list(outside(table)) == []
    for name, (_, known) in table.items():
        assert known.low < known.high, name
        assert all((known.unit, known.meaning, known.source)), name
        assert name.endswith("_per_year") == ("/year" in known.unit), f"{name}: the name carries the unit"


def test_the_version_is_the_packages() -> None:
    assert mohalla.__version__
