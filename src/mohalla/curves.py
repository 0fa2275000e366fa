"""The few curves that rules share: shares that saturate, chances that rise with a difference, things that fade.

They run unchanged as plain Python and compiled, with the same bits.
"""

from __future__ import annotations

from typing import Any

from mohalla.draw import exponential, rule, u8


@rule
def saturates(x: float, half: float) -> float:
    """x as a share of all there could be: 0 at none, one half at `half`, never quite 1."""
    return x / (x + half)


@rule
def per_thousand(number: float, people: float) -> float:
    """How many for each 1000 people; nobody counts as one."""
    return 1000.0 * number / max(people, 1.0)


@rule
def logistic(x: float) -> float:
    """1 / (1 + e**-x): the chance of doing what is worth x more, in units of noise."""
    small = exponential(-abs(x))
    return float(1.0 / (1.0 + small) if x > 0.0 else small / (1.0 + small))


@rule
def towards(value: float, target: float, share: float) -> float:
    """`value` after a share of the way to `target`."""
    return value + (target - value) * share


@rule
def bounded(x: float) -> float:
    """x held between 0 and 1."""
    return min(1.0, max(0.0, x))


@rule
def perceived(true: float, information: float, noise: float) -> float:
    """A share as a leader sees it: its odds wrong by a factor of up to 1 / information, as likely too low as too high.

    `noise` is uniform. The error is symmetric on the scale of log odds, so that what is small or large looks small or
    large also to one who is told little, as estimates of shares do (Zhang and Maloney 2012); none and all are seen.
    """
    missed = 1.0 - information
    for_it = true * (1.0 - missed * (1.0 - noise))
    against = (1.0 - true) * (1.0 - missed * noise)
    return for_it / (for_it + against) if for_it + against > 0.0 else true


@rule
def mean_of_places(u: int, first: int, last: int, values: Any, means: Any) -> None:
    """Row `u` of the means: by organisation, the mean of the neighbourhoods from `first` to before `last`."""
    unit, organisations = u8(u), u8(values.shape[1])
    for k in range(organisations):
        means[unit, k] = 0.0
    for place in range(first, last):
        n = u8(place)
        for k in range(organisations):
            means[unit, k] += values[n, k]
    for k in range(organisations):
        means[unit, k] /= last - first
