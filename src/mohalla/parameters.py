"""What a number of the model is: value, unit, plausible range, meaning, source.

A mechanism declares its numbers as a `NamedTuple` whose fields carry a `Known` annotation:

    class Parameters(NamedTuple):
        exit_per_year: Annotated[float, Known("1/year", 0.1, 0.6, "workers who leave", "assumption")] = 0.3

A scenario may override any of them; a world draws the uncertain ones inside their ranges. A name that ends in
`_per_year` is a rate: `weekly` is the one place where such a rate becomes a rate per week.
"""

from __future__ import annotations

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
def declared(parameters: type[Any]) -> Mapping[str, Value]:
    """The numbers a `Parameters` class declares, by name, at their default values."""
    hints = get_type_hints(parameters, include_extras=True)
    defaults = parameters._field_defaults
    return {name: Value(float(defaults[name]), hints[name].__metadata__[0]) for name in parameters._fields}


def outside(table: Mapping[str, Value]) -> Iterator[str]:
    """Names whose value lies outside the range held plausible."""
    return (name for name, (value, known) in table.items() if not known.low <= value <= known.high)


@cache
def _weekly_type(name: str, fields: tuple[str, ...]) -> Any:
    return namedtuple(name, fields)  # noqa: PYI024 - the fields are only known when a scenario is read


def weekly(name: str, table: Mapping[str, float]) -> Any:
    """`table` as a tuple for the kernels, every `x_per_year` turned into `x_per_week`."""
    fields = tuple(key.removesuffix("_per_year") + "_per_week" if key.endswith("_per_year") else key for key in table)
    values = [value * YEARS_PER_WEEK if key.endswith("_per_year") else value for key, value in table.items()]
    return _weekly_type(name, fields)(*values)
