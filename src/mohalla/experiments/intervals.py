"""Intervals of means and shares (95 % where plans are compared, 90 % elsewhere), and the quantiles that bound a band.

Somebody acts on a comparison of plans, so a difference that is truly nothing may look like one in 5 % of repetitions
only. Ablations, sweeps and sensitivity say where to look next, from few worlds; there it may in 10 %.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEVEL = 0.95  # of every interval of a comparison of plans
CONFIDENCE = 0.90  # of every other
FEW = 20  # worlds: 5 and 95 % of fewer lie inside the lowest and the highest of them
FINEST = 20_001


class Interval(NamedTuple):
    """A mean with its interval over `n` draws."""

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


def interval(values: Sequence[float] | Floats, confidence: float = CONFIDENCE) -> Interval:
    """Mean and its interval by Student's t, for few values; not a number where there are fewer than two."""
    known = finite(values)
    if known.size < 2:
        mean = float(known[0]) if known.size else math.nan
        return Interval(known.size, mean, math.nan, math.nan)
    mean, error = float(known.mean()), float(known.std(ddof=1)) / math.sqrt(known.size)
    reach = t_quantile(1 - (1 - confidence) / 2, known.size - 1) * error
    return Interval(known.size, mean, mean - reach, mean + reach)


def edges(worlds: int) -> tuple[float, float]:
    """The quantiles that bound a band of so many worlds: 5 and 95 %, or of few worlds the lowest and the highest."""
    return (0.05, 0.95) if worlds >= FEW else (0.0, 1.0)


def normal(confidence: float) -> float:
    """The standard normal's two-sided quantile, as Student's with very many degrees of freedom."""
    return t_quantile((1 + confidence) / 2, 1_000_000)


def wilson(values: Sequence[float] | Floats, confidence: float) -> tuple[int, int, float, float]:
    """How many of how many are 1, with Wilson's interval for the share, honest about none and all."""
    known = finite(values)
    n, count, z = known.size, int(known.sum()), normal(confidence)
    if not n:
        return 0, 0, math.nan, math.nan
    middle = (count + z * z / 2) / (n + z * z)
    reach = z * math.sqrt(count * (n - count) / n + z * z / 4) / (n + z * z)
    return count, n, max(0.0, middle - reach), min(1.0, middle + reach)


def matched(paired: Floats, confidence: float) -> tuple[float, float]:
    """The interval of a difference of matched proportions, from differences of -1, 0 and 1 (Agresti and Min 2005)."""
    n, more, less = paired.size + 2, float((paired > 0).sum()) + 0.5, float((paired < 0).sum()) + 0.5
    mean = (more - less) / n
    reach = normal(confidence) * math.sqrt((more + less) - (more - less) ** 2 / n) / n
    return max(-1.0, mean - reach), min(1.0, mean + reach)
