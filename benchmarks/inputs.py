"""What the resident's rule is given to work on: a made-up week of a city of Karachi's dimensions.

Numbers are drawn evenly over their plausible ranges, so that every branch of the rule is taken.
"""

from __future__ import annotations

import inspect
from typing import Any, NamedTuple

import numpy as np
from numba import prange

from mohalla.engine import sharing
from mohalla.engine.cpu import threads
from mohalla.engine.week import kernel_parameters
from mohalla.mechanisms import residents
from mohalla.parameters import declared
from mohalla.state import BY_NAME, blank

Array = np.ndarray

TURN_WEEKS = 4
NEIGHBOURHOODS, UNITS, COMMUNITIES, ORGANISATIONS = 2_000, 200, 7, 12
RANGES = {
    "community_appeal": (-0.5, 0.8),
    "local_appeal": (-0.3, 0.3),
    "rally": (-0.2, 0.4),
    "calm_years": (0.0, 6.0),
    "announced_years": (0.0, 1.0),
    "harm": (0.0, 0.1),
    "gain": (0.0, 0.6),
}


class Inputs(NamedTuple):
    """Arguments of the sweep over residents: arrays by name, and the numbers of the rule."""

    arrays: dict[str, Array]
    p: Any
    seed: int = 1

    @property
    def residents(self) -> int:
        """How many there are."""
        return self.arrays["heart"].size

    def copy(self) -> Inputs:
        """The same inputs, for a rule that changes them."""
        return self._replace(arrays={name: array.copy() for name, array in self.arrays.items()})

    def arguments(self, week: int) -> list[Any]:
        """What `every_unit` is called with."""
        names = list(inspect.signature(residents.sweep).parameters)[4:]
        return [week, np.uint64(self.seed), self.p, threads(), tuple(self.arrays[name] for name in names)]


def every_unit(week, seed, p, cores, arrays) -> None:
    """The residents' sweep over all units, shared by all cores as in the engine, without the other steps by unit."""
    begun = np.zeros(UNITS, np.int64)
    for look in prange(cores * UNITS):
        u = sharing.found(look, UNITS, cores, begun)
        if u >= 0:
            residents.sweep(u, week, seed, p, *arrays)


def numbers() -> Any:
    """The parameters of the rule at their declared values."""
    values = {name: one.value for name, one in declared(residents.Parameters).items()}
    return kernel_parameters("residents", values, TURN_WEEKS)


def _sizes(people: int) -> dict[str, int]:
    dims = {dim for field in BY_NAME.values() for dim in field.dims}
    sizes = dict.fromkeys(dims, 1)
    return sizes | {
        "resident": people,
        "seat": people // 1000,
        "cell": NEIGHBOURHOODS * COMMUNITIES,
        "neighbourhood": NEIGHBOURHOODS,
        "unit": UNITS,
        "community": COMMUNITIES,
        "organisation": ORGANISATIONS,
        "active": ORGANISATIONS,
    }


def _fill(arrays: dict[str, Array], rng: np.random.Generator) -> None:
    """Draw every table that the rule reads."""
    for name, array in arrays.items():
        if array.dtype == np.float32:
            array[...] = rng.uniform(*RANGES.get(name, (0.0, 1.0)), array.shape)
    for name in ("heart", "face", "strongest"):
        arrays[name][...] = rng.integers(0, ORGANISATIONS, arrays[name].shape)
    arrays["active"][...] = arrays["entered"][...] = np.arange(ORGANISATIONS)
    arrays["fear"] *= 0.5


def _settle(arrays: dict[str, Array], people: int) -> None:
    """Residents in cells of uneven size, and the tables that say where each cell is."""
    cells = arrays["cell_count"].size
    ends = np.linspace(0.0, 1.0, cells + 1) ** 1.5 * people
    bounds = ends.astype(np.int64) // residents.BLOCK * residents.BLOCK
    arrays["cell_count"][...] = np.diff(bounds)
    arrays["cell_start"] = bounds
    arrays["unit_first"] = np.arange(UNITS + 1, dtype=np.int32) * (NEIGHBOURHOODS // UNITS)
    arrays["neighbourhood_unit"] = np.arange(NEIGHBOURHOODS, dtype=np.int32) // (NEIGHBOURHOODS // UNITS)
    arrays["adults_per_resident"] = np.ones(1)
    arrays["caution_table"] = np.exp(np.linspace(-1.0, 1.0, 256)).astype(np.float32)


def city(people: int) -> Inputs:
    """A made-up city of `people` simulated residents (cells are whole blocks, so that no seat is empty)."""
    people = people // residents.BLOCK * residents.BLOCK
    arrays = blank(_sizes(people))
    _fill(arrays, np.random.default_rng(1))
    _settle(arrays, people)
    return Inputs(arrays, numbers())
