"""What a comparison of plans found, in plain words with its uncertainty. For the terminal and the page alike."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
import xarray as xr

from mohalla.experiments import comparison
from mohalla.experiments.comparison import MEASURES, Effect

MINUS = "\u2212"
WIDTH = 0.05
CHANCE = "which chance alone could do"


def sentences(data: xr.Dataset) -> list[str]:
    """Everything that a reader should be told: plan by plan, then about how sure it is."""
    return [*(line for plan in comparison.others(data) for line in of_plan(data, plan)), *about(data)]


def of_plan(data: xr.Dataset, plan: str) -> list[str]:
    """What one plan does, against the baseline."""
    said, base = comparison.plans(data), comparison.baseline(data)
    if said[plan]["text"] == said[base]["text"]:
        return [f"{plan} does what {base} does: every difference is exactly nothing."]
    lines = (
        _release(data, plan, base),
        _rebound(data, plan),
        _toll(data, plan, base),
        _end(data, plan),
        _cost(data, plan),
    )
    return [line for line in lines if line]


def _release(data: xr.Dataset, plan: str, base: str) -> str:
    count, n, low, high = comparison.proportion(data["release"].sel(plan=plan).values)
    if not n:
        return f"{plan}: whether {_community(data)} are released cannot be said: {_why(data, plan)}."
    other, of, _, _ = comparison.proportion(data["release"].sel(plan=base).values)
    words = f"{plan}: {_community(data)} are released in {count} of {n} seeds ({percent(low)} to {percent(high)} %)"
    if not of:
        return f"{words}; under {base} that cannot be said: {_why(data, base)}."
    found = comparison.effect(data, plan, "release")
    return (
        f"{words}, under {base} in {other} of {of}{_difference(found, 100, 'points more often', 'points less often')}."
    )


def _rebound(data: xr.Dataset, plan: str) -> str:
    released = data["release"].sel(plan=plan).values == 1
    if not released.any():
        return ""
    count, n, _, _ = comparison.proportion(data["rebound"].sel(plan=plan).values[released])
    open_ones = int(released.sum()) - n
    words = f"{plan}: of these {int(released.sum())}, {count or 'none'} rebound{'s' if count == 1 else ''}"
    return f"{words} within five years of force leaving{f'; of {open_ones} it is not known' if open_ones else ''}."


def _toll(data: xr.Dataset, plan: str, base: str) -> str:
    found = comparison.effect(data, plan, "toll")
    if not math.isfinite(found.low):
        return f"{plan}: {_many(found.mean)} deaths more than under {base} in {found.n} seed; chance is part of it."
    if found.low == found.high == 0:
        return f"{plan}: as many deaths as under {base} in every seed."
    if not found.clear:
        return (
            f"{plan}: whether it costs or saves lives cannot be told: between {_many(-found.low)} fewer and "
            f"{_many(found.high)} more deaths than under {base}."
        )
    word = "more" if found.mean > 0 else "fewer"
    low, high = sorted((abs(found.low), abs(found.high)))
    return f"{plan}: {_many(abs(found.mean))} deaths {word} than under {base} ({_many(low)} to {_many(high)})."


def _end(data: xr.Dataset, plan: str) -> str:
    """What is left at the end: those coerced, and those who prefer it."""
    words = []
    for name, what in (("coerced", "adults coerced"), ("heart", "adults who prefer it")):
        found = comparison.effect(data, plan, name)
        if math.isfinite(found.low):
            words.append(f"{signed(100 * found.mean)} points {what} ({_range(found, 100)})")
    return f"{plan}: in the last year {' and '.join(words)}." if words else ""


def _cost(data: xr.Dataset, plan: str) -> str:
    found = comparison.effect(data, plan, "cost")
    if not math.isfinite(found.mean) or found.mean == 0:
        return ""
    word = "costs" if found.mean > 0 else "saves"
    return f"{plan}: {word} about {_many(abs(found.mean))} {data.attrs['money']} (prices are assumptions)."


# --- how sure --------------------------------------------------------------------------------------------------------


def about(data: xr.Dataset) -> list[str]:
    """How sure all this is, what pairing saved, and what it is not."""
    lines = [_certainty(data), *_seeds(data), _pairing(data), _beyond(data)]
    last = "These are distributions over simulated cities: no forecast of any place, party or date."
    return [*(line for line in lines if line), last]


def _certainty(data: xr.Dataset) -> str:
    shown = [one for one in _effects(data) if math.isfinite(one.low) and one.high > one.low]
    if not shown:
        return ""
    level = float(data.attrs["level"])
    by_chance = max(1, round(len(shown) * (1 - level)))
    return (
        f"Intervals hold at {level:.0%}, each by itself: of the {len(shown)} behind these lines about {by_chance} "
        "would leave out nought by chance if no plan did anything."
    )


def _effects(data: xr.Dataset) -> Iterator[Effect]:
    for plan in comparison.others(data):
        for one in MEASURES:
            yield comparison.effect(data, plan, one.name)


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
    words = f"Pairing chances after the branch made one seed do the work of {ratios[best]:.1f} for {best}"
    if worst == best:
        return f"{words}."
    harm = " (it did harm)" if ratios[worst] < 1 else ""
    return f"{words} and of {ratios[worst]:.1f} for {worst}{harm}."


def saved(data: xr.Dataset) -> dict[str, tuple[float, float, float]]:
    """By measure, the variance ratio over the plans: median, least, largest; no numbers where none is known."""
    found = {}
    for one in MEASURES:
        ratios = data["variance_ratio"].sel(measure=one.name).values[1:]
        ratios = ratios[~np.isnan(ratios)]
        found[one.name] = (
            (float(np.median(ratios)), float(ratios.min()), float(ratios.max())) if ratios.size else (math.nan,) * 3
        )
    return {name: (median, low, high) for name, (median, low, high) in found.items()}


def _beyond(data: xr.Dataset) -> str:
    ends, until = date.fromisoformat(data.attrs["record_ends"]), date.fromisoformat(data.attrs["until"])
    if until <= ends:
        return ""
    rules = " ".join(str(data.attrs["extrapolation"]).split())
    return f"After {ends} everything is extrapolation. {rules}".strip()


# --- words -----------------------------------------------------------------------------------------------------------


def _community(data: xr.Dataset) -> str:
    """Whom it is about: the own community of the party."""
    return f"{party(data)}'s own community ({data.attrs['community']})"


def party(data: xr.Dataset) -> str:
    """The name of the organisation that the comparison is about."""
    return str(json.loads(data.attrs["names"])[data.attrs["of"]])


def _why(data: xr.Dataset, plan: str) -> str:
    reasons: dict[str, int] = json.loads(data.attrs["unknown"]).get(plan, {})
    return "; ".join(reasons) if reasons else "nothing is known of it"


def _difference(found: Effect, by: float, more: str, less: str) -> str:
    """A difference as the end of a sentence."""
    if not math.isfinite(found.low):
        return ""
    size = percent(abs(found.mean)) if by == 100 else f"{abs(found.mean) * by:.0f}"
    if size == "0":
        return f": no difference ({_range(found, by)} points)"
    doubt = "" if found.clear else f", {CHANCE}"
    return f": {size} {more if found.mean > 0 else less}{doubt} ({_range(found, by)})"


def _range(found: Effect, by: float) -> str:
    return f"{signed(found.low * by)} to {signed(found.high * by)}"


def percent(share: float) -> str:
    """A share in whole per cent."""
    return f"{100 * share:.0f}"


def signed(number: float) -> str:
    """A number with its sign, whole from ten on."""
    text = f"{number:+.0f}" if abs(number) >= 10 else f"{number:+.1f}"
    return text.replace("-", MINUS) if any(digit in text for digit in "123456789") else "0"


def _many(number: float) -> str:
    """A large number in three figures."""
    if abs(number) < 1000:
        return f"{number:.0f}".replace("-", MINUS)
    rounded = round(number, 2 - math.floor(math.log10(abs(number))))
    return f"{rounded:,.0f}".replace("-", MINUS)
