"""What a number of the model is: value, unit, plausible range, meaning, source.

A mechanism declares its numbers as a `NamedTuple` whose fields carry a `Known` annotation:

    class Parameters(NamedTuple):
        exit_per_year: Annotated[float, Known("1/year", 0.1, 0.6, "workers who leave", "assumption")] = 0.3

A scenario may override any of them; a world draws the uncertain ones inside their ranges. A name that ends in
`_per_year` is a rate: `weekly` and `by_turn` are where such a rate becomes one per week, or per turn of some weeks.
"""

from __future__ import annotations

import sys
from collections import namedtuple
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple, get_type_hints

from mohalla.calendar import YEARS_PER_WEEK

ASSUMPTION = "assumption"


class Known(NamedTuple):
    """What is known of one number: its unit, the range held plausible, its meaning and where it comes from."""

    unit: str
    low: float
    high: float
    meaning: str
    source: str = ASSUMPTION


class Value(NamedTuple):
    """One number in force: its value and what is known of it."""

    value: float
    known: Known


Table = dict[str, Value]


@cache
def declared(parameters: Any) -> Mapping[str, Value]:
    """The numbers a `Parameters` class declares, by name, at their default values."""
    hints = get_type_hints(parameters, include_extras=True)
    defaults = parameters._field_defaults
    return {name: Value(float(defaults[name]), hints[name].__metadata__[0]) for name in parameters._fields}


def outside(table: Mapping[str, Value]) -> Iterator[str]:
    """Names whose value lies outside the range held plausible."""
    return (name for name, (value, known) in table.items() if not known.low <= value <= known.high)


def _per(name: str, period: str) -> str:
    return f"{name.removesuffix('_per_year')}_per_{period}" if name.endswith("_per_year") else name


@cache
def kernel_type(parameters: Any, period: str) -> Any:
    """The tuple the kernels get: the same numbers, every `x_per_year` named `x_per_week`, or `x_per_turn`.

    It is an attribute of this module under a name of its own, because compiled code is kept on disk under the types of
    its arguments, and a type that cannot be found by name is never found again. Declare all before compiling any.
    """
    name = f"Per_{period}_{parameters.__module__.rpartition('.')[2]}"
    fields = [_per(one, period) for one in parameters._fields]
    kind = namedtuple(name, fields, module=__name__)  # type: ignore[misc]  # noqa: PYI024
    setattr(sys.modules[__name__], name, kind)
    return kind


def weekly(parameters: Any, values: Mapping[str, float]) -> Any:
    """A mechanism's numbers as its kernels take them: a rate becomes one per week."""
    return _in_kernels(parameters, values, "week", YEARS_PER_WEEK)


def by_turn(parameters: Any, values: Mapping[str, float], weeks: int) -> Any:
    """The same for what is done in turns, every so many weeks: a rate becomes a chance per turn, 1 at most."""
    numbers = _in_kernels(parameters, values, "turn", weeks * YEARS_PER_WEEK)
    return numbers._replace(
        **{name: min(1.0, getattr(numbers, name)) for name in numbers._fields if "_per_turn" in name}
    )


def _in_kernels(parameters: Any, values: Mapping[str, float], period: str, years: float) -> Any:
    rates = {
        _per(name, period): values[name] * years if name.endswith("_per_year") else values[name]
        for name in parameters._fields
    }
    return kernel_type(parameters, period)(**rates)
