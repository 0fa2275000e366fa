"""A results Dataset that keeps the contract and was never simulated: quick to make, for tests of what reads results."""

from __future__ import annotations

from datetime import date

import numpy as np
import xarray as xr

from mohalla import calendar
from mohalla.observables import BY_QUARTER, CAUSES, INCOME_SOURCES, OBSERVABLES, TIERS, USES, parties_to_killing

COMMUNITIES = ("weavers", "boatmen")
ORGANISATIONS = ("none", "lantern", "banyan", "splinter-1")
START = date(1978, 1, 2)


def coordinates(
    weeks: int,
    sectors: int,
    communities: tuple[str, ...] = COMMUNITIES,
    organisations: tuple[str, ...] = ORGANISATIONS,
) -> dict[str, np.ndarray]:
    """Every coordinate of the contract, small."""
    parties = np.array(parties_to_killing(organisations))
    return {
        "week": calendar.mondays(START, weeks),
        "quarter": calendar.mondays(START, weeks)[::13],
        "sector": np.array([f"sector-{number:02d}" for number in range(sectors)]),
        "unit": np.array([f"unit-{number:03d}" for number in range(2 * sectors)]),
        "post": np.array([f"post-{number:03d}" for number in range(3 * sectors + 1)]),
        "community": np.array(communities),
        "organisation": np.array(organisations),
        "killer": parties,
        "victim": parties,
        "cause": np.array(CAUSES),
        "tier": np.array(TIERS),
        "income_source": np.array(INCOME_SOURCES),
        "use": np.array(USES),
        "election": np.array(["1981-05-18 local", "1982-11-15 national"]),
        "constituency": np.array([f"constituency-{number}" for number in range(4)]),
    }


def dataset(weeks: int = 60, sectors: int = 3, seed: int = 1, **names: tuple[str, ...]) -> xr.Dataset:
    """Slow-changing numbers, mostly zero, in every variable of the contract."""
    coords = coordinates(weeks, sectors, **names)
    random = np.random.default_rng(seed)
    variables = {
        one.name: (one.dims, _numbers(random, tuple(len(coords[dim]) for dim in one.dims), one.dtype), _words(one))
        for one in (*OBSERVABLES, *BY_QUARTER)
    }
    made = xr.Dataset(variables, coords=coords, attrs={"scenario": "toy", "seed": seed})
    made["population"][:] = 1000
    return made


def _words(one: object) -> dict[str, str]:
    return {"units": one.units, "long_name": one.long_name}  # type: ignore[attr-defined]


def _numbers(random: np.random.Generator, shape: tuple[int, ...], dtype: str) -> np.ndarray:
    """Whole numbers that wander and are often zero, or fractions that wander between 0 and 1."""
    steps = random.integers(-1, 2, size=shape).cumsum(axis=0)
    if dtype.startswith("int"):
        return np.clip(steps, 0, 100).astype(dtype)
    return (1 / (1 + np.exp(-steps / 10))).astype(dtype)
