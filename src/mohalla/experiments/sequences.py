"""Confidence sequences: intervals for a mean that hold at every look, so that one may stop when they are narrow enough.

An ordinary interval is wrong one time in twenty at *one* look; looked at after every seed, it is wrong far more often.
A sequence at level 0.95 is wrong at *any* of all its looks in at most one case of twenty.

    betting      values with known bounds, nothing assumed of their distribution but that they are independent draws of
                 one: the hedged capital of Waudby-Smith & Ramdas, "Estimating means of bounded random variables by
                 betting", J. R. Stat. Soc. B 86 (2024) 1-27. Holds at every number of values.
    asymptotic   values without bounds (deaths, money): Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas, "Time-uniform
                 central limit theory and asymptotic confidence sequences", Ann. Statist. 52 (2024) 2613-2640, first
                 looked at after `FEW` values. Holds as a t interval does, for many values: it was wrong at any of 300
                 looks in 4 % of cases for normal values, in 8 % for exponential ones.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mohalla.experiments.intervals import LEVEL

Floats = NDArray[np.float64]

GRID = 2001
MOST_STAKE = 0.75  # of the capital, in one bet
FEW = 24
TUNED_FOR = 64  # values at which the asymptotic sequence is about as narrow as it can be


class Bounds(NamedTuple):
    """A mean after so many values with its interval, which holds at this look and at all others."""

    n: int
    mean: float
    low: float
    high: float

    @property
    def reach(self) -> float:
        """Half its width."""
        return (self.high - self.low) / 2


def betting(values: Sequence[float] | Floats, low: float, high: float, level: float = LEVEL) -> Bounds:
    """The sequence after all of `values`, which lie between `low` and `high`; the order of the values matters."""
    x = np.asarray(values, np.float64)
    if x.size == 0:
        return Bounds(0, math.nan, low, high)
    means = np.linspace(0.0, 1.0, GRID)
    worth = capital((x - low) / (high - low), means, level)
    held = np.flatnonzero(worth.max(axis=0) < -math.log(1 - level))
    step = 1.0 / (GRID - 1)
    if not held.size:  # can only happen where the values are no draws of one distribution
        return Bounds(x.size, float(x.mean()), math.nan, math.nan)
    first, last = max(0.0, means[held[0]] - step), min(1.0, means[held[-1]] + step)
    return Bounds(x.size, float(x.mean()), low + first * (high - low), low + last * (high - low))


def capital(x: Floats, means: Floats, level: float = LEVEL) -> Floats:
    """Log of what a gambler who bets against each mean is worth after each value (0-1): value, mean.

    Half of the stake is on a higher mean and half on a lower one. Where a mean is the true one, the worth exceeds
    1 / (1 - level) at any time with probability 1 - level at most (Ville's inequality).
    """
    stakes = _stakes(x, 1 - level)[:, None]
    with np.errstate(divide="ignore"):
        up = np.minimum(stakes, MOST_STAKE / means)
        down = np.minimum(stakes, MOST_STAKE / (1 - means))
    apart = x[:, None] - means
    both = (np.cumsum(np.log1p(sign * bets * apart), axis=0) for sign, bets in ((1, up), (-1, down)))
    return np.asarray(np.maximum(*both) + math.log(0.5))


def _stakes(x: Floats, alpha: float) -> Floats:
    """How much to bet on each value, from those before it alone (the predictable plug-in of the paper)."""
    n = np.arange(1, x.size + 1)
    mean = (0.5 + np.cumsum(x)) / (n + 1)
    variance = (0.25 + np.cumsum((x - mean) ** 2)) / (n + 1)
    before = np.concatenate([[0.25], variance[:-1]])
    return np.asarray(np.sqrt(2 * math.log(2 / alpha) / (before * n * np.log1p(n))))


def asymptotic(values: Sequence[float] | Floats, level: float = LEVEL) -> Bounds:
    """The sequence after all of `values`, which need no bounds; nothing is said before `FEW` of them."""
    x = np.asarray(values, np.float64)
    mean = float(x.mean()) if x.size else math.nan
    if x.size < FEW:
        return Bounds(x.size, mean, math.nan, math.nan)
    reach = float(x.std(ddof=1)) * _width(x.size, 1 - level)
    return Bounds(x.size, mean, mean - reach, mean + reach)


def _width(n: int, alpha: float) -> float:
    """Half the width in standard deviations (theorem 2.2), tuned to be narrow after `TUNED_FOR` values."""
    rho2 = (-2 * math.log(alpha) + math.log(-2 * math.log(alpha) + 1)) / TUNED_FOR
    return math.sqrt(2 * (n * rho2 + 1) / (n * n * rho2) * math.log(math.sqrt(n * rho2 + 1) / alpha))
