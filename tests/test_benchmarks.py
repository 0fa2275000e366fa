"""The rule written a second time, in NumPy, gives every resident the same week as the compiled kernel, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import numpy_rule
from benchmarks.inputs import Inputs, city, every_unit
from mohalla.engine.cpu import compiled

PEOPLE = 30_000  # a whole number of blocks


@pytest.fixture(scope="module")
def town() -> Inputs:
    return city(PEOPLE)


@pytest.mark.parametrize("week", [0, 1, 2_000])
def test_kernel_and_numpy_agree(town: Inputs, week: int) -> None:
    assert numpy_rule.agrees(town, week)


def test_the_comparison_can_fail(town: Inputs) -> None:
    other = town.copy()
    other.arrays["reversals"][-1] = 1
    week = numpy_rule.week_of(other.arrays, other.p, 1, 1, numpy_rule.layout(other.arrays, 1))
    assert not np.array_equal(week.reversals, np.zeros(PEOPLE))


def test_tallies_count_every_resident(town: Inputs) -> None:
    after = town.copy().arrays
    for name in ("unit_heart", "unit_face", "unit_honest"):
        after[name][...] = 0
    arguments = town._replace(arrays=after)
    compiled(every_unit, parallel=True)(*arguments.arguments(0))
    for noun in ("heart", "face"):
        before = np.bincount(town.arrays[noun], minlength=after[f"unit_{noun}"].shape[2])
        now = np.bincount(after[noun], minlength=before.size)
        assert (after[f"unit_{noun}"].sum((0, 1)) == now - before).all()
    assert int(after["unit_reversals"].sum()) == int(after["reversals"].sum())
