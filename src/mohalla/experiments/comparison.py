"""A comparison of plans as one Dataset: measures by plan and seed, what plans change, intervals, what pairing saved.

A difference is a plan less the baseline (the first plan) within a seed. Its interval, at the level of `intervals.py`:

    yes or no (release, lasting, rebound)   Agresti & Min, "Simple improved confidence intervals for comparing matched
                                            proportions", Stat. Med. 24 (2005) 729-740: not too narrow for few pairs,
                                            nor where all pairs are alike
    everything else                         Student's t
    seeds added until it is narrow enough   confidence sequences (`experiments/sequences.py`), because under repeated
                                            looks those two are wrong too often

`variance_ratio` says what pairing chances saves: the variance of differences between a plan and the baseline *with
other luck after the same branch point*, over the variance of the paired differences. At two, one seed does the work of
two; below one, pairing did harm. Plans that do the same differ by exactly nothing.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from mohalla import results
from mohalla.calendar import date_of
from mohalla.engine.cpu import made_with
from mohalla.errors import MohallaError, listed, nearest
from mohalla.experiments import compare, effects, intervals, sequences
from mohalla.experiments.compare import AGAIN, Answer, Arm, Found, Question, Rule
from mohalla.experiments.intervals import LEVEL
from mohalla.observables import CAUSES
from mohalla.reading import as_json_text, fingerprint

Floats = NDArray[np.float64]

FORMAT = 1
NAME = "comparison.nc"
OF_PLAN = ("plan", "seed")
STATED, OF_RULE = "as stated", ("release", "toll", "coerced")


class Measure(NamedTuple):
    """One measure that is compared: unit, meaning, whether it is yes or no, and the bounds of a difference, if any."""

    name: str
    unit: str
    meaning: str
    binary: bool = False
    bounded: bool = True


MEASURES: tuple[Measure, ...] = (
    Measure("release", "0 or 1", "coerced share of its own community below a third for two years", binary=True),
    Measure("lasting", "0 or 1", "released, and not back above 80 % within five years of force leaving", binary=True),
    Measure("rebound", "0 or 1", "of those released: back above 80 % within five years of force leaving", binary=True),
    Measure("toll", "deaths", "deaths from the branch to the end, all causes but background", bounded=False),
    Measure("killings", "deaths", "killings by organisations from the branch to the end", bounded=False),
    Measure("operation_deaths", "deaths", "deaths in operations from the branch to the end", bounded=False),
    Measure("coerced", "share", "adults of the city who show it and prefer another, mean of the last year"),
    Measure("hold", "share", "adults of the city who show it, mean of the last year"),
    Measure("heart", "share", "adults of the city who prefer it, mean of the last year"),
    Measure("gap", "share", "hold less heart, mean of the last year"),
    Measure("seats", "share", "its seats of the city's at the last national poll"),
    Measure("services", "0-1", "unconditional services, mean over adults from the branch to the end"),
    Measure("cost", "money", "services and raids from the branch to the end", bounded=False),
)
BY_NAME: Mapping[str, Measure] = {one.name: one for one in MEASURES}
OTHERS = {
    "level": ("share", "coerced share of its own community in the year before the branch"),
    "before": ("share", "adults of the city who show it, mean of the year before the branch"),
    "release_year": ("years", "from the branch to the first of the weeks of release"),
    "raids": ("raids", "raids from the branch to the end"),
}
SERIES = {
    "hold": ("share", "adults of the city who show it"),
    "heart": ("share", "adults of the city who prefer it"),
    "coerced": ("share", "adults of the city who show it and prefer another"),
    "coerced_own": ("share", "adults of its own community who show it and prefer another"),
    "armed": ("persons", "its armed cadre"),
}


class Effect(NamedTuple):
    """What a plan changes of one measure, in how many seeds that is known, its interval, and what pairing saves."""

    n: int
    mean: float
    low: float
    high: float
    variance_ratio: float

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out nought."""
        return self.low > 0 or self.high < 0


# --- from answers to a Dataset ---------------------------------------------------------------------------------------


def dataset(
    found: Found, question: Question, party: str | None = None, rule: Rule | None = None, seeds: int | None = None
) -> xr.Dataset:
    """The comparison as one Dataset, about `party` or else the organisation that the plans are about.

    `rule` is when seeds were to stop, and `seeds` how many there could have been at most.
    """
    first = next(iter(found.values()))[question.arms[0].name]
    of = known(party, first) if party else compare.main(list(found.values()), question.arms)
    data = xr.Dataset(
        {
            **_measures(found, question, of),
            **_series(found, question, of),
            **_maps(found, question, of),
            **_courses(found, question),
        },
        _coordinates(found, question, first),
        _provenance(found, question, of, rule, seeds),
    )
    alike = [arm.name for arm in question.arms if arm.text == question.arms[0].text]
    return data.assign(effects_of(data, alike, sequential=rule is not None)).assign(_by_rule(found, question, of))


def known(party: str, answer: Answer) -> str:
    """A party asked for, if the scenario declares it."""
    names = answer["organisations"]
    if party not in names:
        raise MohallaError(f"--party {party}: not in this scenario.{nearest(party, names)} There are: {listed(names)}.")
    return party


def _coordinates(found: Found, question: Question, first: Answer) -> dict[str, Any]:
    places = first["places"]
    moments = {name: np.array(places[name], "datetime64[ns]") for name in ("quarter", "election_date")}
    return {
        "plan": [arm.name for arm in question.arms],
        "seed": list(found),
        "quarter": moments["quarter"],
        "organisation": list(first["holds"]),
        "cause": list(CAUSES),
        "community": list(question.scenario.community_ids),
        "election": np.array(places["election"], "U32"),
        "election_date": ("election", moments["election_date"]),
        "election_chamber": ("election", np.array(places["election_chamber"], "U16")),
        "sector": places["sector"],
        **{name: ("sector", places[name]) for name in ("sector_district", "sector_x", "sector_y")},
        "measure": [one.name for one in MEASURES],
    }


def _of(of: str, name: str) -> Callable[[Answer], Any]:
    """What reads one measure of an answer, of the party or of the city."""
    return lambda answer: answer["city"][name] if name in effects.CITY else answer["organisations"][of][name]


def _in(name: str, key: str) -> Callable[[Answer], Any]:
    return lambda answer: answer[name][key]


def _table(found: Found, names: Sequence[str], read: Callable[[Answer], Any]) -> Floats:
    """Numbers read of every answer: plan, seed, and whatever they have themselves. None is not a number."""
    return np.array([[_numbers(read(world[name])) for world in found.values()] for name in names], np.float64)


def _numbers(value: Any) -> Any:
    if isinstance(value, list):
        return [math.nan if one is None else one for one in value]
    return math.nan if value is None else value


def _measures(found: Found, question: Question, of: str) -> dict[str, Any]:
    """Every measure by plan and seed, and `NAME_again`: the baseline with other luck after the branch, by seed."""
    names = [arm.name for arm in question.arms]
    told = {one.name: (one.unit, one.meaning) for one in MEASURES} | OTHERS
    variables: dict[str, Any] = {}
    for name, (unit, meaning) in told.items():
        attributes = {"units": _unit(unit, question), "long_name": meaning}
        variables[name] = (OF_PLAN, _table(found, names, _of(of, name)), attributes)
        if name in BY_NAME:
            again = {**attributes, "long_name": f"{meaning}; baseline with other luck after the branch"}
            variables[f"{name}_again"] = (OF_PLAN[1:], _table(found, [AGAIN], _of(of, name))[0], again)
    polls = _table(found, names, _of(of, "seats_by_election"))
    told_of_polls = {"units": "share", "long_name": "its seats of the city's at each poll"}
    variables["seats_by_election"] = ((*OF_PLAN, "election"), polls, told_of_polls)
    return variables


def _unit(unit: str, question: Question) -> str:
    return question.scenario.about.money if unit == "money" else unit


def _series(found: Found, question: Question, of: str) -> dict[str, Any]:
    """What is followed from two years before the branch on, by quarter."""
    names = [arm.name for arm in question.arms]
    dims = (*OF_PLAN, "quarter")
    variables: dict[str, Any] = {
        f"{name}_by_quarter": (
            dims,
            _table(found, names, _of(of, f"{name}_by_quarter")),
            {"units": unit, "long_name": meaning},
        )
        for name, (unit, meaning) in SERIES.items()
    }
    deaths = {"units": "deaths", "long_name": "deaths in the quarter, all causes but background"}
    variables["deaths_by_quarter"] = (dims, _table(found, names, lambda one: one["deaths_by_quarter"]), deaths)
    by_cause = [_table(found, names, _in("killings_by_quarter", cause)) for cause in CAUSES]
    told = {"units": "deaths", "long_name": "deaths in the quarter, by cause"}
    variables["killings_by_quarter"] = ((*dims, "cause"), np.stack(by_cause, -1), told)
    parties = list(next(iter(found.values()))[names[0]]["holds"])
    holds = [_table(found, names, _in("holds", party)) for party in parties]
    told = {"units": "share", "long_name": "adults of the city who show each organisation"}
    variables["others_hold_by_quarter"] = ((*dims, "organisation"), np.stack(holds, -1), told)
    return variables


def _maps(found: Found, question: Question, of: str) -> dict[str, Any]:
    names, dims = [arm.name for arm in question.arms], (*OF_PLAN, "sector")
    shares = {
        "hold_map": "adults of the sector who show it, last year",
        "coerced_map": "adults of the sector who show it and prefer another, last year",
    }
    variables: dict[str, Any] = {
        name: (
            dims,
            _table(found, names, _of(of, name)),
            {"units": "share", "long_name": meaning},
        )
        for name, meaning in shares.items()
    }
    told = {"units": "deaths", "long_name": "deaths since the branch, all causes but background"}
    variables["killings_map"] = (dims, _table(found, names, lambda one: one["killings_map"]), told)
    return variables


def _courses(found: Found, question: Question) -> dict[str, Any]:
    """What became of every intervention in every world, where any plan has one."""
    names, most = [arm.name for arm in question.arms], max(len(arm.plan.interventions) for arm in question.arms)
    if not most:
        return {}
    dims = (*OF_PLAN, "intervention")
    begun = np.full((len(names), len(found), most), "NaT", "datetime64[ns]")
    wanted, done = np.full((2, *begun.shape), math.nan)
    for place, (name, world) in enumerate(product(names, found.values())):
        at = divmod(place, len(found))
        for i, one in enumerate(world[name]["course"]):
            begun[(*at, i)] = one["begun"] or "NaT"
            wanted[(*at, i)], done[(*at, i)] = _numbers(one["wanted"]), one["done"]
    amounts = "amount (persons, posts or money) that it"
    return {
        "intervention": 1 + np.arange(most),
        "begun": (
            dims,
            begun,
            {"long_name": "week from which the intervention holds; none where it never did"},
        ),
        "wanted": (dims, wanted, {"units": "1", "long_name": f"{amounts} was to remove or add"}),
        "done": (dims, done, {"units": "1", "long_name": f"{amounts} removed or added"}),
    }


def _by_rule(found: Found, question: Question, of: str) -> dict[str, Any]:
    """Release, deaths and coercion under the stated and every other rule, in the worlds that have them all."""
    if not question.rules:
        return {}
    stated = [arm.name for arm in question.arms]
    names = [stated, *([compare.ruled(name, rule.name) for name in stated] for rule in question.rules)]
    some = {seed: world for seed, world in found.items() if names[-1][-1] in world}
    has = [seed in some for seed in found]
    variables: dict[str, Any] = {"rule": [STATED, *(rule.name for rule in question.rules)]}
    for name in OF_RULE:
        table = np.full((len(names), len(stated), len(found)), math.nan)
        table[:, :, has] = [_table(some, branches, _of(of, name)) for branches in names]
        said = {"units": BY_NAME[name].unit, "long_name": f"{BY_NAME[name].meaning}; by rule of extrapolation"}
        variables[f"{name}_by_rule"] = (("rule", *OF_PLAN), table, said)
    return variables


def under_rule(data: xr.Dataset, plan: str, rule: str, name: str) -> Effect:
    """What a plan changes of a measure under a rule of extrapolation, in the worlds that have them all."""
    values = data[f"{name}_by_rule"].sel(rule=rule)
    paired = (values.sel(plan=plan) - values.sel(plan=baseline(data))).dropna("seed").values
    return Effect(*interval(paired, BY_NAME[name], sequential=False), math.nan)


def _provenance(found: Found, question: Question, of: str, rule: Rule | None, seeds: int | None) -> dict[str, Any]:
    """What it takes to know what was compared, and to compare it again."""
    about, prices = question.scenario.about, effects.Prices()
    answer = next(iter(found.values()))[question.arms[0].name]
    income = question.scenario.economy.trader_income_per_year.value
    return {
        "format": FORMAT,
        "title": about.title,
        "scenario": about.name,
        "scenario_hash": fingerprint(question.scenario),
        "scenario_text": as_json_text(question.scenario),
        "of": of,
        "community": answer["organisations"][of]["community"],
        "community_name": _named(question, answer["organisations"][of]["community"]),
        "names": json.dumps({one.id: one.name for one in question.scenario.organisations}),
        "branch": str(date_of(question.branch_week, about.start)),
        "until": str(question.until),
        "record_ends": str(about.record_ends or about.end),
        "extrapolation": about.extrapolation.strip(),
        "rules": json.dumps({rule.name: rule.description.strip() for rule in question.rules}, ensure_ascii=False),
        "scale": question.scale,
        "without": " ".join(question.without),
        "draw": "every seed draws its uncertain numbers",
        "plans": json.dumps({arm.name: _said(arm, question) for arm in question.arms}, ensure_ascii=False),
        "level": LEVEL,
        "stopping_rule": "" if rule is None else f"{rule.width:g}",
        "stopping_measures": "" if rule is None else " ".join(rule.measures),
        "most_seeds": seeds or len(found),
        "unknown": json.dumps(_unknown(found, question, of), ensure_ascii=False),
        "money": about.money,
        "price_services": f"{prices.services_per_adult * income:g} {about.money} an adult and year (assumption)",
        "price_raid": f"{prices.raid * income:g} {about.money} a raid (assumption)",
        **made_with(),
    }


def _named(question: Question, community: str) -> str:
    return next(one.name for one in question.scenario.communities if one.id == community)


def _said(arm: Arm, question: Question) -> dict[str, str]:
    start = question.scenario.about.start
    begins = "" if arm.first is None else str(date_of(arm.first, start))
    return {
        "title": arm.plan.title,
        "description": arm.plan.description.strip(),
        "text": arm.text,
        "first": begins,
        "leaves": str(date_of(arm.leaves, start)),
    }


def _unknown(found: Found, question: Question, of: str) -> dict[str, dict[str, int]]:
    """Why release or rebound are not known, and in how many seeds, by plan."""
    counted: dict[str, dict[str, int]] = {}
    for world in found.values():
        for name in (arm.name for arm in question.arms):
            why = world[name]["organisations"][of]["unknown"]
            if why:
                counted.setdefault(name, {}).setdefault(why, 0)
                counted[name][why] += 1
    return counted


# --- effects ---------------------------------------------------------------------------------------------------------


def effects_of(data: xr.Dataset, alike: Sequence[str], *, sequential: bool) -> dict[str, Any]:
    """Every effect of every plan as variables by plan and measure. Plans that are `alike` say what the baseline says.

    `sequential` intervals hold at every look, for comparisons that stop when they know enough.
    """
    plans = [str(name) for name in data["plan"].values]
    rows = [
        [_effect(data, name, plans[0], one, same=name in alike, sequential=sequential) for one in MEASURES]
        for name in plans
    ]
    table = np.array(rows, np.float64)
    names = ("difference_n", "difference", "difference_low", "difference_high", "variance_ratio")
    told = (
        ("seeds", "seeds in which the difference is known"),
        ("as the measure", "plan less baseline, mean over seeds"),
        ("as the measure", f"lower end of its {LEVEL:.0%} interval"),
        ("as the measure", f"upper end of its {LEVEL:.0%} interval"),
        ("ratio", "variance with other luck after the same branch point over variance paired"),
    )
    return {
        name: (("plan", "measure"), table[:, :, i], {"units": unit, "long_name": meaning})
        for i, (name, (unit, meaning)) in enumerate(zip(names, told, strict=True))
    }


def _effect(data: xr.Dataset, plan: str, base: str, measure: Measure, *, same: bool, sequential: bool) -> Effect:
    values, again = data[measure.name], data[f"{measure.name}_again"].values
    one, other = values.sel(plan=plan).values, values.sel(plan=base).values
    paired = (one - other)[np.isfinite(one - other)]
    if same:
        nothing = 0.0 if paired.size else math.nan
        return Effect(paired.size, nothing, nothing, nothing, math.nan)
    n, mean, low, high = interval(paired, measure, sequential=sequential)
    return Effect(n, mean, low, high, variance_ratio(one, other, again))


def interval(paired: Floats, measure: Measure, *, sequential: bool) -> tuple[int, float, float, float]:
    """Number, mean and interval of paired differences; no interval from fewer than two."""
    n, mean = paired.size, float(paired.mean()) if paired.size else math.nan
    if n < 2:
        return n, mean, math.nan, math.nan
    if sequential:
        found = sequences.betting(paired, -1.0, 1.0) if measure.bounded else sequences.asymptotic(paired)
        return n, mean, found.low, found.high
    return (n, mean, *intervals.matched(paired, LEVEL)) if measure.binary else intervals.interval(paired, LEVEL)


def variance_ratio(one: Floats, other: Floats, again: Floats) -> float:
    """Variance of differences from the baseline with other luck, over that of the paired ones."""
    sure = np.isfinite(one) & np.isfinite(other) & np.isfinite(again)
    if sure.sum() < 2:
        return math.nan
    apart, paired = (float(np.var((one - base)[sure], ddof=1)) for base in (again, other))
    return apart / paired if paired > 0 else math.nan if apart == 0 else math.inf


# --- reading one -----------------------------------------------------------------------------------------------------


def effect(data: xr.Dataset, plan: str, measure: str) -> Effect:
    """One effect as it stands in the Dataset."""
    names = ("difference_n", "difference", "difference_low", "difference_high", "variance_ratio")
    n, *rest = (float(data[name].sel(plan=plan, measure=measure)) for name in names)
    return Effect(int(n), *rest)


def plans(data: xr.Dataset) -> dict[str, dict[str, str]]:
    """What is said of each plan, the baseline first."""
    return dict(json.loads(data.attrs["plans"]))


def others(data: xr.Dataset) -> Iterator[str]:
    """Names of the plans besides the baseline."""
    yield from map(str, data["plan"].values[1:])


def baseline(data: xr.Dataset) -> str:
    """The plan that the others are held against."""
    return str(data["plan"].values[0])


def needed(found: Effect, width: float) -> int:
    """About how many seeds would bring an interval down to `width` on either side."""
    return max(2, math.ceil(found.n * ((found.high - found.low) / 2 / width) ** 2))


def money(unit: str, amount: float) -> tuple[float, str]:
    """The divisor and the word that keep an amount of the scenario's money short: a billion for a thousand million."""
    if not unit.startswith("million ") or amount == 0.0:
        return 1.0, unit
    words = ((1e7, 1e6, "trillion "), (1e4, 1e3, "billion "), (1.0, 1.0, "million "), (1e-3, 1e-3, "thousand "))
    by, word = next(((by, word) for least, by, word in words if abs(amount) >= least), (1e-6, ""))
    return by, f"{word}{unit.removeprefix('million ')}"


def save(data: xr.Dataset, folder: Path) -> Path:
    """Write a comparison into the folder of its run, whole or not at all."""
    return results.save(data, folder / NAME)


def load(path: Path) -> xr.Dataset:
    """The comparison in a file (or a run folder), if this version can read it."""
    place = path / NAME if path.is_dir() else path
    data = results.load(place, contract=False)
    written = data.attrs.get("format")
    if written != FORMAT:
        said = "does not say that it is a comparison" if written is None else f"is a comparison of format {written}"
        raise MohallaError(f"{place}: {said}; this version of Mohalla reads format {FORMAT}. Compare anew.")
    return data


def as_data(data: xr.Dataset) -> dict[str, Any]:
    """A comparison as --json prints it."""
    keys = ("scenario", "scenario_hash", "of", "community", "branch", "until", "scale", "without", "level", "money",
            "price_services", "price_raid", "stopping_rule", "sources")  # fmt: skip
    about = {key: data.attrs[key] for key in keys}
    measures = {one.name: {"unit": data[one.name].attrs["units"], "meaning": one.meaning} for one in MEASURES}
    return {
        **{key: one.item() if hasattr(one, "item") else one for key, one in about.items()},
        "seeds": data["seed"].values.tolist(),
        "measures": measures,
        "plans": {name: {**said, **_plan_data(data, name)} for name, said in plans(data).items()},
    }


def _plan_data(data: xr.Dataset, plan: str) -> dict[str, Any]:
    table = {one.name: data[one.name].sel(plan=plan).values for one in MEASURES}
    return {
        "values": {name: [_plain(one) for one in values.tolist()] for name, values in table.items()},
        "differences": {
            one.name: {key: _plain(number) for key, number in effect(data, plan, one.name)._asdict().items()}
            for one in MEASURES
        },
    }


def _plain(number: float) -> float | None:
    return number if math.isfinite(number) else None
