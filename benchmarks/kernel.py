"""The residents kernel: its rate, and how it compares with memory bandwidth, NumPy and Mesa."""

from __future__ import annotations

from typing import NamedTuple

from benchmarks import mesa_rule, numpy_rule
from benchmarks.inputs import Inputs, city, every_unit
from benchmarks.timing import seconds
from mohalla.engine.cpu import compiled

PEOPLE = 8_000_000
WARM_WEEKS, WEEKS = 104, 8  # then 1.5 % change in a week; in Karachi 0.5 % do
PER_RESIDENT = ("heart", "face", "fear", "reversals")
READ_AND_WRITTEN = 2  # times each resident's numbers pass through the processor in a week


class Rates(NamedTuple):
    """Turns of residents a second by three ways of running one rule, and what the kernel moves."""

    kernel: float
    numpy: float
    mesa: float
    bytes_per_resident: int
    agrees: bool


def kernel_rate(inputs: Inputs) -> float:
    """Turns a second of the compiled sweep, at its best week, once hearts and faces have settled."""
    sweep = compiled(every_unit, parallel=True)
    for week in range(WARM_WEEKS):
        sweep(*inputs.arguments(week))
    times = [
        seconds(lambda week=week: sweep(*inputs.arguments(week))) for week in range(WARM_WEEKS, WARM_WEEKS + WEEKS)
    ]
    return inputs.residents / min(times)


def measure(people: int = PEOPLE) -> Rates:
    """All rates. NumPy and Mesa run on smaller cities; their rates hardly depend on size."""
    small = city(people // 8)
    moved = READ_AND_WRITTEN * sum(small.arrays[name].itemsize for name in PER_RESIDENT)
    numpy = numpy_rule.rate(small.arrays, small.p, small.seed)
    mesa = mesa_rule.rate(small.arrays, small.p)
    return Rates(kernel_rate(city(people)), numpy, mesa, moved, numpy_rule.agrees(small))
