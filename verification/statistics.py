"""The statistics of the checks: paired intervals, two one-sided tests, shares, ranks, and what is called a finding.

Only NumPy and the standard library, so that the quick tests can test it. Intervals are 90 %: a difference that is truly
nothing lies wholly above zero by chance in 5 % of repetitions, which is the false-alarm rate of every verdict below.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np

from mohalla.experiments.intervals import Floats, Interval, finite, interval, t_cdf, t_quantile

__all__ = ["Interval", "finite", "interval", "t_cdf", "t_quantile"]

Verdict = Literal["emerges", "reversed", "no effect", "unclear", "not tested"]

FEWEST = 8  # pairs below which nothing is concluded


class Contrast(NamedTuple):
    """A paired difference held against the least difference that would matter, and what it is called."""

    interval: Interval
    least: float
    same_sign: float
    median: float
    verdict: Verdict


class Equivalence(NamedTuple):
    """Two one-sided tests: the difference, its 90 % interval, the margin, and the larger of the two p-values."""

    interval: Interval
    margin: float
    p: float
    equivalent: bool


def verdict(found: Interval, least: float) -> Verdict:
    """What a difference in the claimed direction is called.

    emerges: the interval lies above zero and the mean reaches `least`; reversed: the same below zero; no effect: the
    interval lies within +-`least`; unclear: anything else; not tested: fewer than eight draws could be used.
    """
    if found.n < FEWEST or not math.isfinite(found.low):
        return "not tested"
    if found.low > 0 and found.mean >= least:
        return "emerges"
    if found.high < 0 and found.mean <= -least:
        return "reversed"
    return "no effect" if -least < found.low and found.high < least else "unclear"


def contrast(differences: Sequence[float] | Floats, least: float) -> Contrast:
    """Paired differences, counted positive in the claimed direction, as a finding."""
    known = finite(differences)
    found = interval(known)
    share = float(np.mean(known > 0)) if known.size else math.nan
    median = float(np.median(known)) if known.size else math.nan
    return Contrast(found, least, share, median, verdict(found, least))


def claim_verdict(verdicts: Sequence[Verdict]) -> str:
    """A claim emerges where all its predictions do, is reversed where one is, else says how much of it emerges."""
    emerged = sum(one == "emerges" for one in verdicts)
    if emerged == len(verdicts):
        return "emerges"
    if "reversed" in verdicts:
        return "reversed" if not emerged else "mixed"
    if all(one == "not tested" for one in verdicts):
        return "not tested"
    return "partly" if emerged else "does not emerge"


def equivalent(differences: Sequence[float] | Floats, margin: float) -> Equivalence:
    """Two one-sided t tests at 5 % each: equivalent where the 90 % interval lies within +-`margin`."""
    known = finite(differences)
    found = interval(known)
    if known.size < 3:
        return Equivalence(found, margin, math.nan, False)
    error = float(known.std(ddof=1)) / math.sqrt(known.size)
    if error == 0.0:
        return Equivalence(found, margin, 0.0 if abs(found.mean) < margin else 1.0, abs(found.mean) < margin)
    p = 1 - t_cdf((margin - abs(found.mean)) / error, known.size - 1)
    return Equivalence(found, margin, p, bool(-margin < found.low and found.high < margin))


def share_interval(successes: int, n: int) -> Interval:
    """A share with its 90 % interval by Wilson's score, good for few cases and for shares near 0 or 1."""
    if n == 0:
        return Interval(0, math.nan, math.nan, math.nan)
    z = 1.6448536269514722
    share = successes / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return Interval(n, share, max(0.0, centre - reach), min(1.0, centre + reach))


def ranks(values: Sequence[float] | Floats) -> Floats:
    """Ranks from 1, equal values sharing the mean of theirs."""
    array = np.asarray(values, float)
    _, place, counts = np.unique(array, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    middle: Floats = (last - (counts - 1) / 2)[place]
    return middle


def rank_correlation(x: Sequence[float] | Floats, y: Sequence[float] | Floats) -> float:
    """Spearman's rank correlation; 0 where one of the two does not vary."""
    a, b = ranks(x), ranks(y)
    if a.std() == 0 or b.std() == 0:
        return 0.0
    return float(np.corrcoef(a, b)[0, 1])


def log_odds(share: float, least: float = 0.002) -> float:
    """Log-odds of a share, kept `least` away from 0 and 1."""
    held = min(max(share, least), 1 - least)
    return math.log(held / (1 - held))
