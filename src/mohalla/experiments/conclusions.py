"""How sure a comparison of plans is, in plain words: seeds it took, what pairing saved, what it is not."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
import xarray as xr

from mohalla.experiments import comparison
from mohalla.experiments.comparison import MEASURES, Effect

WIDTH = 0.05


def about(data: xr.Dataset) -> list[str]:
    """How sure all this is, what pairing saved, and what it is not."""
    lines = [*_seeds(data), _pairing(data), _beyond(data)]
    last = "These are distributions over simulated cities: no forecast of any place, party or date."
    return [*(line for line in lines if line), last]


def _seeds(data: xr.Dataset) -> Iterator[str]:
    """Whether there were seeds enough, or how many there would have to be."""
    said, count, most = str(data.attrs["stopping_rule"]), data.sizes["seed"], int(data.attrs["most_seeds"])
    names = str(data.attrs["stopping_measures"]).split() or ["release", "coerced"]
    width = float(said) if said else WIDTH
    widest = _widest(data, names)
    if widest is None:
        if said:
            yield f"No difference in {' or '.join(names)} is known in any seed, so there was nothing to stop at."
        return
    plan, name, found = widest
    names = [one for one in names if _widest(data, [one])]
    reach = (found.high - found.low) / 2
    if said and reach <= width:
        yield (
            f"{count} of at most {most} seeds were needed until every difference in {' and '.join(names)} was known "
            f"to {100 * width:g} points on either side, looking after each."
        )
    elif reach > width:
        yield (
            f"The least sure of {' and '.join(names)} is {name} under {plan}: {100 * reach:.0f} points on either side; "
            f"about {comparison.needed(found, width):,} seeds would bring it to {100 * width:g}."
        )


def _widest(data: xr.Dataset, names: Sequence[str]) -> tuple[str, str, Effect] | None:
    """The effect with the widest interval among these measures."""
    every = [(plan, name, comparison.effect(data, plan, name)) for plan in comparison.others(data) for name in names]
    known = [one for one in every if math.isfinite(one[2].low)]
    return max(known, key=lambda one: one[2].high - one[2].low, default=None)


def _pairing(data: xr.Dataset) -> str:
    """Where pairing saved most and least, over the median of the plans."""
    ratios = {name: ratio for name, (ratio, _, _) in saved(data).items() if math.isfinite(ratio)}
    if not ratios:
        return ""
    best, worst = max(ratios, key=lambda name: ratios[name]), min(ratios, key=lambda name: ratios[name])
    words = (
        f"Pairing chances after the branch made one seed do the work of {ratios[best]:.1f} for {best.replace('_', ' ')}"
    )
    if worst == best:
        return f"{words}."
    harm = " (it did harm)" if ratios[worst] < 1 else ""
    return f"{words} and of {ratios[worst]:.1f} for {worst.replace('_', ' ')}{harm}."


def saved(data: xr.Dataset) -> dict[str, tuple[float, float, float]]:
    """By measure, the variance ratio over the plans: median, least, largest; no numbers where none is known."""
    found = {}
    for one in MEASURES:
        ratios = data["variance_ratio"].sel(measure=one.name).values[1:]
        ratios = ratios[~np.isnan(ratios)]
        found[one.name] = (
            (float(np.median(ratios)), float(ratios.min()), float(ratios.max())) if ratios.size else (math.nan,) * 3
        )
    return found


def _beyond(data: xr.Dataset) -> str:
    ends, until = date.fromisoformat(data.attrs["record_ends"]), date.fromisoformat(data.attrs["until"])
    if until <= ends:
        return ""
    rules = " ".join(str(data.attrs["extrapolation"]).split())
    return f"After {ends} everything is extrapolation. {rules}".strip()
