"""Many worlds as one band: 5-95 % range, quartiles and median at each time, with the reference run beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from mohalla.report.digest import Digest, Floats


class Band(NamedTuple):
    """A series over worlds. `low` and `high` are the 5 and 95 % quantiles."""

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


QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def band(series: Sequence[Floats]) -> Band:
    """The band of one series over worlds, the first of which is the reference."""
    length = min(len(one) for one in series)
    worlds = np.array([one[:length] for one in series], float)
    low, lower, median, upper, high = np.quantile(worlds, QUANTILES, axis=0)
    return Band(low, lower, median, upper, high, worlds[0])


def bins(digests: Sequence[Digest], name: str) -> Band:
    """The band of a series by bin."""
    return band([digest.bins[name] for digest in digests])


def years(digests: Sequence[Digest], name: str) -> Band:
    """The band of a series by year."""
    return band([digest.years[name] for digest in digests])


def spread(values: Sequence[float]) -> Spread:
    """5 %, median and 95 % of the finite values; not a number where there are none."""
    finite = [value for value in values if np.isfinite(value)]
    if not finite:
        return Spread(np.nan, np.nan, np.nan, 0)
    low, median, high = np.quantile(finite, (0.05, 0.5, 0.95))
    return Spread(float(low), float(median), float(high), len(finite))
