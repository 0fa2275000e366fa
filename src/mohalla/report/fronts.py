"""Where organisations face each other, and which of them kill each other: borders between units, and hostile pairs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from mohalla.report.lattice import Floats, neighbours
from mohalla.scenario import NONE

LEAST_HOLD = 0.1  # of a unit's adults: less, and nobody leads there
LEAST_FORCE = 0.2  # 0-1: less, and nobody is armed there to speak of
HOSTILE_DEATHS = 5
YEAR_WEEKS = 52
HOLD, ARMED = 1, 2  # added up: a border may be both
Codes = NDArray[np.uint8]


def first_of(values: Floats, least: float) -> NDArray[np.int64]:
    """Who has most in each unit and quarter, as a place along the last axis; -1 where nobody has enough."""
    return np.where(values.max(-1, initial=0.0) >= least, values.argmax(-1), -1)


def facing(first: NDArray[np.int64], pairs: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Where the two sides of a border have different firsts, by quarter and border."""
    one, other = first[:, pairs[:, 0]], first[:, pairs[:, 1]]
    return np.asarray((one != other) & (one >= 0) & (other >= 0))


def frontiers(data: xr.Dataset) -> tuple[NDArray[np.int64], Codes]:
    """The borders between units, and by quarter what each of them is: `HOLD` and `ARMED` added up."""
    parties = [i for i, name in enumerate(data["organisation"].values.astype(str)) if name != NONE]
    pairs = neighbours(*(data[name].values.astype(float) for name in ("unit_x", "unit_y")))
    hold, force = (data[f"unit_{name}"].values[..., parties] for name in ("hold", "force"))
    held, armed = facing(first_of(hold, LEAST_HOLD), pairs), facing(first_of(force, LEAST_FORCE), pairs)
    return pairs, (HOLD * held + ARMED * armed).astype(np.uint8)


def shares(codes: Codes, what: int) -> Floats:
    """The share of borders that are of a kind, by quarter; nought in a city of one unit."""
    return np.asarray((codes & what > 0).mean(1) if codes.shape[1] else np.zeros(len(codes)))


# ------------------------------------------------------------------------------------------------------- hostile pairs


def between(killings: Floats, organisations: Sequence[str]) -> Floats:
    """Weekly deaths between each two organisations (week, one, other), whoever killed; none with itself."""
    real = [i for i, name in enumerate(organisations) if name != NONE]
    among = killings[:, real][:, :, real]
    both = among + among.transpose(0, 2, 1)
    both[:, np.arange(len(real)), np.arange(len(real))] = 0.0
    return np.asarray(both, dtype=float)


def past_year(weekly: Floats) -> Floats:
    """Sums over the 52 weeks up to each week; fewer at the beginning."""
    total = np.cumsum(weekly, axis=0)
    total[YEAR_WEEKS:] -= total[:-YEAR_WEEKS].copy()
    return total


def hostile(deaths: Floats) -> Floats:
    """How many organisations are hostile to each organisation, by week: enough deaths between them in the past year."""
    return np.asarray((past_year(deaths) >= HOSTILE_DEATHS).sum(-1), dtype=float)
