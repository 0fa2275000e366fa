"""Many worlds as one band: range (which: experiments/intervals.py), quartiles, median, and the reference beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from mohalla.experiments.intervals import edges
from mohalla.report.digest import Digest, Floats


class Band(NamedTuple):
    """A series over worlds. `low` and `high` are the 5 and 95 % quantiles, or of few worlds the lowest and highest."""

    low: Floats
    lower: Floats
    median: Floats
    upper: Floats
    high: Floats
    reference: Floats

    def times(self, factor: float) -> Band:
        """The same band in another unit."""
        return Band(*(part * factor for part in self))


class Spread(NamedTuple):
    """One number over worlds."""

    low: float
    median: float
    high: float
    worlds: int


def quantiles(worlds: int) -> tuple[float, ...]:
    """The five that make a band of so many worlds."""
    low, high = edges(worlds)
    return low, 0.25, 0.5, 0.75, high


def band(series: Sequence[Floats]) -> Band:
    """The band of one series over worlds, the first of which is the reference."""
    length = min(len(one) for one in series)
    worlds = np.array([one[:length] for one in series], float)
    low, lower, median, upper, high = np.quantile(worlds, quantiles(len(worlds)), axis=0)
    return Band(low, lower, median, upper, high, worlds[0])


def bins(digests: Sequence[Digest], name: str) -> Band:
    """The band of a series by bin."""
    return band([digest.bins[name] for digest in digests])


def years(digests: Sequence[Digest], name: str) -> Band:
    """The band of a series by year."""
    return band([digest.years[name] for digest in digests])


def spread(values: Sequence[float]) -> Spread:
    """Median and range of the finite values; not a number where there are none."""
    finite = [value for value in values if np.isfinite(value)]
    if not finite:
        return Spread(np.nan, np.nan, np.nan, 0)
    bottom, top = edges(len(finite))
    low, median, high = np.quantile(finite, (bottom, 0.5, top))
    return Spread(float(low), float(median), float(high), len(finite))
