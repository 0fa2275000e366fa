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
    """Everything that a reader should be told: a paragraph a plan, then how sure all of it is."""
    return [*(f"{plan}: {of_plan(data, plan)}" for plan in comparison.others(data)), *about(data)]


def of_plan(data: xr.Dataset, plan: str) -> str:
    """What one plan does, against the baseline."""
    said, base = comparison.plans(data), comparison.baseline(data)
    if said[plan]["text"] == said[base]["text"]:
        return f"does what {base} does: every difference is exactly nothing."
    lines = (
        _release(data, plan, base),
        _rebound(data, plan),
        _toll(data, plan, base),
        _end(data, plan),
        _cost(data, plan),
    )
    return " ".join(line for line in lines if line)


def _release(data: xr.Dataset, plan: str, base: str) -> str:
    who = f"the community {data.attrs['community_name']} is released from {party(data)}"
    count, n, low, high = comparison.proportion(data["release"].sel(plan=plan).values)
    if not n:
        return f"whether {who} cannot be said: {_why(data, plan)}."
    other, of, _, _ = comparison.proportion(data["release"].sel(plan=base).values)
    words = f"{who} in {count} of {n} seeds ({percent(low)} to {percent(high)} %)"
    if not of:
        return f"{words}; under {base} that cannot be said: {_why(data, base)}."
    found = comparison.effect(data, plan, "release")
    return f"{words}, under {base} in {other} of {of}{_more_often(found)}."


def _more_often(found: Effect) -> str:
    """A difference in how often something is, as the end of a sentence."""
    if not math.isfinite(found.low):
        return ""
    span = _range(found, 100)
    if percent(abs(found.mean)) == "0":
        return f"; the difference may be {span} points"
    doubt = "" if found.clear else f", {CHANCE}"
    return f": {percent(abs(found.mean))} points {'more' if found.mean > 0 else 'less'} often ({span}){doubt}"


def _rebound(data: xr.Dataset, plan: str) -> str:
    released = data["release"].sel(plan=plan).values == 1
    if not released.any():
        return ""
    count, n, _, _ = comparison.proportion(data["rebound"].sel(plan=plan).values[released])
    unknown = int(released.sum()) - n
    if not n:
        return f"Whether these rebound is not known: {_why(data, plan)}."
    words = f"Of these {int(released.sum())}, {count or 'none'} rebound{'s' if count == 1 else ''} within five years"
    return f"{words} of force leaving{f'; of {unknown} that is not known' if unknown else ''}."


def _toll(data: xr.Dataset, plan: str, base: str) -> str:
    found = comparison.effect(data, plan, "toll")
    than = f"than under {base}"
    if not math.isfinite(found.low):
        word = "more" if found.mean >= 0 else "fewer"
        return f"{_many(abs(found.mean))} {word} die {than}, chance included."
    if found.low == found.high == 0:
        return f"As many die as under {base}, in every seed."
    if not found.clear:
        return (
            f"Whether that costs or saves lives cannot be told: {_lives(found.low)} to {_lives(found.high)} die {than}."
        )
    low, high = sorted((abs(found.low), abs(found.high)))
    word = "more" if found.mean > 0 else "fewer"
    return f"{_many(abs(found.mean))} {word} die {than} ({_many(low)} to {_many(high)})."


def _lives(deaths: float) -> str:
    return f"{_many(abs(deaths))} {'more' if deaths >= 0 else 'fewer'}"


def _end(data: xr.Dataset, plan: str) -> str:
    """What is left at the end: those coerced, and those who prefer it."""
    words = []
    for name, what in (("coerced", "of adults coerced by it"), ("heart", "of adults who prefer it")):
        found = comparison.effect(data, plan, name)
        if math.isfinite(found.low) and (found.low, found.high) != (0.0, 0.0):
            words.append(f"{signed(100 * found.mean)} points {what} ({_range(found, 100)})")
    return f"In the last year {' and '.join(words)}." if words else ""


def _cost(data: xr.Dataset, plan: str) -> str:
    found = comparison.effect(data, plan, "cost")
    if not math.isfinite(found.mean) or found.mean == 0:
        return ""
    by, unit = comparison.money(data, abs(found.mean))
    word = "costs" if found.mean > 0 else "saves"
    return f"It {word} about {_many(abs(found.mean) / by)} {unit}, at assumed prices."


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
    return {name: (median, low, high) for name, (median, low, high) in found.items()}


def _beyond(data: xr.Dataset) -> str:
    ends, until = date.fromisoformat(data.attrs["record_ends"]), date.fromisoformat(data.attrs["until"])
    if until <= ends:
        return ""
    rules = " ".join(str(data.attrs["extrapolation"]).split())
    return f"After {ends} everything is extrapolation. {rules}".strip()


# --- words -----------------------------------------------------------------------------------------------------------


def party(data: xr.Dataset) -> str:
    """The name of the organisation that the comparison is about."""
    return str(json.loads(data.attrs["names"])[data.attrs["of"]])


def _why(data: xr.Dataset, plan: str) -> str:
    reasons: dict[str, int] = json.loads(data.attrs["unknown"]).get(plan, {})
    return "; ".join(reasons) if reasons else "nothing is known of it"


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
