"""Means of few values with their intervals: Student's t, without any library for it.

Intervals are 90 %: a difference that is truly nothing lies wholly on one side of zero by chance in 10 % of repetitions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CONFIDENCE = 0.90
FALSE_ALARM = (1 - CONFIDENCE) / 2
FINEST = 20_001


class Interval(NamedTuple):
    """A mean with its 90 % interval over `n` draws."""

    n: int
    mean: float
    low: float
    high: float


def t_cdf(t: float, df: int) -> float:
    """Student's distribution function, by the trapezoidal rule on the density in the angle atan(t / sqrt(df))."""
    angle = np.linspace(0.0, math.atan(abs(t) / math.sqrt(df)), FINEST)
    constant = math.exp(math.lgamma((df + 1) / 2) - math.lgamma(df / 2)) / math.sqrt(math.pi)
    half = constant * float(np.trapezoid(np.cos(angle) ** (df - 1), angle))
    return 0.5 + math.copysign(half, t)


@cache
def t_quantile(probability: float, df: int) -> float:
    """Student's quantile, by bisection."""
    low, high = -1e3, 1e3
    for _ in range(80):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if t_cdf(middle, df) < probability else (low, middle)
    return 0.5 * (low + high)


def finite(values: Sequence[float] | Floats) -> Floats:
    """The values that are numbers."""
    array: Floats = np.asarray(values, np.float64)
    known: Floats = array[np.isfinite(array)]
    return known


def interval(values: Sequence[float] | Floats) -> Interval:
    """Mean and its 90 % interval by Student's t, for few values; not a number where there are fewer than two."""
    known = finite(values)
    if known.size < 2:
        mean = float(known[0]) if known.size else math.nan
        return Interval(known.size, mean, math.nan, math.nan)
    mean, error = float(known.mean()), float(known.std(ddof=1)) / math.sqrt(known.size)
    reach = t_quantile(1 - FALSE_ALARM, known.size - 1) * error
    return Interval(known.size, mean, mean - reach, mean + reach)
