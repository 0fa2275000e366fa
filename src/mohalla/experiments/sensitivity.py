"""Which uncertain numbers an outcome hangs on, and how much of what differs is chance.

Every point of the design is simulated in the same worlds (seeds), and indices are those of the mean over worlds. What
seeds make differ is told apart twice. In all: the variance of all simulations in parts, as in a table of two ways
without repetition, points by seeds. And for each number by itself: what a world answers to a step in that number
differs from world to world, so a mean over few worlds is never nought; `floor` is the index that this alone would give,
on average, of a number on which nothing hangs. An index stands clear where its whole interval lies above that.

Screening (Morris 1991; Campolongo et al. 2007) walks through the ranges, one number a step: mu* is the mean size of the
change in the outcome over a whole range, mu the same with its sign, sigma how far it depends on where one stands.
Shares of variance (Sobol 2001; Saltelli et al. 2010): the first, by a number alone; the total, with all it shares with
others. Intervals are 90 %, by bootstrap over walks or samples.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from mohalla.errors import MohallaError
from mohalla.experiments import outcomes, sweep
from mohalla.experiments.designs import LEVELS, Design, Factor, Floats, problem, salib
from mohalla.experiments.intervals import CONFIDENCE
from mohalla.experiments.sweep import Found

METHODS = ("morris", "sobol", "both")
RESAMPLES = 1000
NOTHING = 1e-9  # what rounding leaves of a difference
USUAL = {"morris": 10, "sobol": 64}
MATTER = 8  # numbers at most that go on from screening to shares


class Noise(NamedTuple):
    """Shares of the variance of all simulations: points, worlds, and what a world makes of a point in its own way."""

    parameters: float
    worlds: float
    together: float


class Index(NamedTuple):
    """What hangs on one number: mu* or the total share, with its interval and floor; mu or the first share; sigma."""

    name: str
    size: float
    low: float
    high: float
    floor: float
    first: float
    first_low: float
    first_high: float
    sigma: float

    @property
    def clear(self) -> bool:
        """Whether its whole interval lies above what chance alone would give."""
        return self.low > self.floor


class Analysis(NamedTuple):
    """Of one outcome: indices, the largest first, where variance comes from, mean and spread of the points."""

    method: str
    outcome: str
    party: str
    indices: tuple[Index, ...]
    noise: Noise
    mean: float
    spread: float


# --- analysing -------------------------------------------------------------------------------------------------------


def analysed(found: Found, outcome: str, party: str) -> Analysis:
    """The indices of one outcome over a Morris or Saltelli design."""
    values = _whole(sweep.of(found, outcome, party), outcome, party)
    design, means = found.sweep.design, values.mean(axis=1)
    spread = float(means.std())
    if np.ptp(values) <= NOTHING * abs(values).max():  # it hangs on nothing that was varied
        indices = [Index(one.name, *[0.0] * 8) for one in design.factors]
        noise, spread = Noise(0.0, 0.0, 0.0), 0.0
    else:
        indices, noise = INDICES[design.kind](design, values), noise_of(values)
    ordered = tuple(sorted(indices, key=lambda one: -one.size))
    method = "morris" if design.kind == "morris" else "sobol"
    return Analysis(method, outcome, party, ordered, noise, float(means.mean()), spread)


def _whole(values: Floats, outcome: str, party: str) -> Floats:
    none = int(np.isnan(values).sum())
    if none:
        raise MohallaError(
            f"--outcome {outcome}: is no number in {none} of {values.size} simulations, so nothing can be said of what "
            f"it hangs on: for {party} there is {'no poll' if outcome == 'seats' else 'nothing to measure'} by the end."
        )
    return values


def noise_of(values: Floats) -> Noise:
    """Points by seeds, two ways without repetition: shares of the components of variance, none below nought."""
    points, seeds = values.shape
    if seeds < 2:
        return Noise(math.nan, math.nan, math.nan)
    by_point, by_seed = values.mean(axis=1), values.mean(axis=0)
    left = values - by_point[:, None] - by_seed + values.mean()
    together = float((left**2).sum()) / max((points - 1) * (seeds - 1), 1)
    parameters = max(0.0, float(by_point.var(ddof=1)) - together / seeds) if points > 1 else 0.0
    worlds = max(0.0, float(by_seed.var(ddof=1)) - together / points)
    total = (parameters + worlds + together) or math.nan
    return Noise(parameters / total, worlds / total, together / total)


def left_by_chance(steps: Floats) -> float:
    """The variance that a mean over worlds keeps, from steps by world: their mean. Of one world none is known."""
    seeds = steps.shape[-1]
    return float(steps.var(axis=-1, ddof=1).mean()) / seeds if seeds > 1 else math.nan


def _morris(design: Design, values: Floats) -> list[Index]:
    count = len(design.factors)
    analyse = salib("SALib.analyze.morris").analyze
    said = analyse(
        problem(count), design.unit, values.mean(axis=1), num_resamples=RESAMPLES, conf_level=CONFIDENCE,
        num_levels=LEVELS, seed=design.seed,
    )  # fmt: skip
    size, reach, first, sigma = (_plain(said[name]) for name in ("mu_star", "mu_star_conf", "mu", "sigma"))
    floor = [math.sqrt(2 / math.pi * left_by_chance(one)) for one in _steps(design, values)]  # mean size of a normal
    return [
        Index(
            one.name, size[i], max(0.0, size[i] - reach[i]), size[i] + reach[i], floor[i], first[i], math.nan, math.nan,
            sigma[i],
        )
        for i, one in enumerate(design.factors)
    ]  # fmt: skip


def _steps(design: Design, values: Floats) -> list[Floats]:
    """By number: what each walk's step in it changes, over the whole range, in each world."""
    count = len(design.factors)
    walks, answers = design.unit.reshape(-1, count + 1, count), values.reshape(-1, count + 1, values.shape[1])
    moved, changed = np.diff(walks, axis=1), np.diff(answers, axis=1)
    return [changed[moved[..., i] != 0] / moved[..., i][moved[..., i] != 0][:, None] for i in range(count)]


def _sobol(design: Design, values: Floats) -> list[Index]:
    count = len(design.factors)
    analyse = salib("SALib.analyze.sobol").analyze
    said = analyse(
        problem(count), values.mean(axis=1), calc_second_order=False, num_resamples=RESAMPLES, conf_level=CONFIDENCE,
        seed=design.seed,
    )  # fmt: skip
    size, reach, first, about = (_plain(said[name]) for name in ("ST", "ST_conf", "S1", "S1_conf"))
    samples = values.reshape(-1, count + 2, values.shape[1])  # one sample, each number exchanged, the other sample
    whole = float(samples[:, [0, -1]].mean(axis=2).var())
    floor = [left_by_chance(samples[:, 0] - samples[:, 1 + i]) / (2 * whole) for i in range(count)]
    return [
        Index(
            one.name, size[i], size[i] - reach[i], size[i] + reach[i], floor[i], first[i], first[i] - about[i],
            first[i] + about[i], math.nan,
        )
        for i, one in enumerate(design.factors)
    ]  # fmt: skip


INDICES = {"morris": _morris, "saltelli": _sobol}


def _plain(values: Any) -> list[float]:
    return [float(one) for one in np.ma.filled(values, math.nan)]


def that_matter(found: Sequence[Analysis], factors: Sequence[Factor]) -> tuple[Factor, ...]:
    """Numbers that stand clear of chance for any outcome, those of the highest rank first, and not too many."""
    rank: dict[str, int] = {}
    for one in found:
        for place, index in enumerate(one.indices):
            if index.clear or (math.isnan(index.floor) and index.low > 0):
                rank[index.name] = min(place, rank.get(index.name, place))
    kept = sorted(rank, key=lambda name: rank[name])[:MATTER]
    by_name = {one.name: one for one in factors}
    return tuple(by_name[name] for name in kept)


# --- for programs ----------------------------------------------------------------------------------------------------


def all_data(results: Sequence[tuple[Found, Sequence[Analysis]]]) -> Any:
    """What --json prints: one object, or a list of two where shares follow a screening."""
    data = [as_data(analyses, found) for found, analyses in results]
    return data if len(data) > 1 else data[0]


def as_data(found: Sequence[Analysis], of: Found) -> dict[str, Any]:
    """The analyses as --json prints them."""
    request, design = of.sweep.request, of.sweep.design
    return {
        "scenario": request.scenario.about.name,
        "method": found[0].method,
        "points": len(design.points),
        "seeds": list(of.sweep.seeds),
        "scale": of.sweep.scale,
        "until": str(request.until or request.scenario.about.end),
        "design_seed": design.seed,
        "party": found[0].party,
        "parameters": {one.name: {"low": one.low, "high": one.high, "unit": one.known.unit} for one in design.factors},
        "outcomes": {one.outcome: _analysis(one) for one in found},
    }


def _analysis(one: Analysis) -> dict[str, Any]:
    measure = outcomes.BY_NAME[one.outcome]
    first, size = ("mu", "mu_star") if one.method == "morris" else ("first", "total")
    rows = {
        index.name: {
            size: _number(index.size), "low": _number(index.low), "high": _number(index.high),
            first: _number(index.first),
            "by_chance": _number(index.floor), "clear": index.clear,
            **({"sigma": _number(index.sigma)} if one.method == "morris" else
               {"first_low": _number(index.first_low), "first_high": _number(index.first_high)}),
        }
        for index in one.indices
    }  # fmt: skip
    noise = {name: _number(value) for name, value in one.noise._asdict().items()}
    facts = {"mean": one.mean, "spread": one.spread, "variance": noise}
    return {"unit": measure.unit, "meaning": measure.meaning, **facts, "indices": rows}


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value
