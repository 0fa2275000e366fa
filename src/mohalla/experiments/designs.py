"""Designs of sweeps and sensitivity: which values of uncertain numbers are tried together. Worlds draw in world.py.

A number is called `mechanism.parameter`, or `economy.name` and `geography.name` for the scenario's own quantities. A
design is points in the unit cube, so that it knows nothing of units; a point is laid over the scenario as settings, so
that what is simulated says itself what was asked. The same design seed gives the same points.

`factorial` takes every combination of stated values. `latin` spreads points so that each of as many slices of every
range holds one (McKay et al. 1979); `sobol` fills the cube evenly (Sobol 1967). `morris` walks through it one number at
a time (Morris 1991); `saltelli` exchanges columns of two samples, which gives variances their shares (Saltelli 2010).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mohalla.errors import MohallaError, nearest
from mohalla.parameters import Known
from mohalla.reading import Declared, resolved_parameters
from mohalla.scenario import Quantity, Scenario, Setting

Floats = NDArray[np.float64]

OWN = ("economy", "geography")
WIDE = 3.0  # as worlds draw: on a log scale where a range spans more than this factor
LEVELS = 4  # of Morris's walks
MOST_SAMPLES = 65_536
SAYS = "Write NAME, NAME=LOW:HIGH, NAME=LOW:HIGH:COUNT or NAME=A,B,C."
SOURCE = "varied by a design"
ALIKE = 0.75  # a name is suggested only where so much of it is the same
ONLY = (
    "Only numbers of mechanisms and of the scenario's economy and geography can be varied; what the state or a party "
    "does is changed with a plan: --plan NAME, or mohalla compare."
)


class Factor(NamedTuple):
    """One number that is varied: between which ends or over which stated values, and what it is by itself."""

    name: str
    low: float
    high: float
    value: float
    known: Known
    values: tuple[float, ...] = ()

    def at(self, share: float) -> float:
        """The value that far along the range: on a log scale where it spans more than a factor of three."""
        if self.wide:
            return float(math.exp(math.log(self.low) + share * (math.log(self.high) - math.log(self.low))))
        return self.low + share * (self.high - self.low)

    def share(self, value: float) -> float:
        """How far along the range a value lies: the other way round."""
        if self.wide:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    @property
    def wide(self) -> bool:
        return self.low > 0 and self.high / self.low > WIDE


class Design(NamedTuple):
    """Points to be tried: in the unit cube (not for a factorial) and in the units of the numbers."""

    kind: str
    factors: tuple[Factor, ...]
    points: Floats
    unit: Floats
    seed: int


# --- what can be varied ----------------------------------------------------------------------------------------------


def variable(scenario: Scenario, declared: Declared) -> dict[str, Factor]:
    """Every number that can be varied, by its full name, within the range held plausible."""
    resolved = resolved_parameters(scenario, declared)
    found = {
        f"{mechanism}.{name}": Factor(f"{mechanism}.{name}", known.low, known.high, value, known)
        for mechanism, table in resolved.items()
        for name, (value, known) in table.items()
    }
    for name, one in quantities(scenario).items():
        known = Known(one.unit, one.low, one.high, one.meaning, one.source)
        found[name] = Factor(name, one.low, one.high, one.value, known)
    return {name: one for name, one in found.items() if one.low < one.high}


def quantities(scenario: Scenario) -> dict[str, Quantity]:
    """The scenario's own uncertain quantities, by full name."""
    parts = {part: getattr(scenario, part) for part in OWN}
    return {f"{key}.{name}": one for key, part in parts.items() for name, one in part if isinstance(one, Quantity)}


def chosen(option: str, words: Sequence[str], allowed: Mapping[str, Factor]) -> tuple[Factor, ...]:
    """The numbers an option names, each once."""
    factors = tuple(_factor(option, word, allowed) for word in words)
    names = [one.name for one in factors]
    double = next((name for name in names if names.count(name) > 1), None)
    if double:
        raise MohallaError(f"{option}: {double} is given twice.")
    if not factors:
        raise MohallaError(f"{option}: nothing is given to vary. {SAYS}")
    return factors


def selected(option: str, words: Sequence[str], allowed: Mapping[str, Factor]) -> tuple[Factor, ...]:
    """The same, where `all` means all of them and a mechanism's name means all of its own."""
    single = [word for many in words for word in many.split(",") if word]
    found: list[str] = []
    for word in single:
        found += [name for name in allowed if word == "all" or name.partition(".")[0] == word] or [word]
    if any(word == "all" or word in mechanisms(allowed) for word in single):
        found = list(dict.fromkeys(found))  # a number may be named beside its mechanism
    return chosen(option, found, allowed)


def _factor(option: str, word: str, allowed: Mapping[str, Factor]) -> Factor:
    name, _, said = word.partition("=")
    if name not in allowed:
        near = _near(name, allowed) or f" {ONLY}"
        raise MohallaError(f"{option} {word}: no number '{name}'.{near} `mohalla show NAME --parameters` lists all.")
    factor, where = allowed[name], f"{option} {word}"
    if not said:
        if "=" in word:
            raise MohallaError(f"{where}: says no values. {SAYS}")
        return factor
    return _spanned(where, factor, said) if ":" in said else _listed(where, factor, said)


def _near(name: str, allowed: Mapping[str, Factor]) -> str:
    """The number meant: one of that name in some mechanism, else the nearest, if one is near."""
    same = [full for full in allowed if full.partition(".")[2] == name]
    if same:
        return f" Did you mean {' or '.join(repr(one) for one in same[:3])}?"
    return nearest(name, allowed if "." in name else mechanisms(allowed), ALIKE)


def mechanisms(allowed: Mapping[str, Factor]) -> list[str]:
    """What numbers belong to: mechanisms, and the scenario's own parts."""
    return list(dict.fromkeys(name.partition(".")[0] for name in allowed))


def _spanned(where: str, factor: Factor, said: str) -> Factor:
    """LOW:HIGH, or LOW:HIGH:COUNT."""
    low, high, *count = said.split(":")
    ends = _number(where, low), _number(where, high)
    if not ends[0] < ends[1]:
        raise MohallaError(f"{where}: the range {ends[0]:g} to {ends[1]:g} is empty; low must be below high.")
    _plausible(where, factor, ends)
    if not count:
        return factor._replace(low=ends[0], high=ends[1])
    if len(count) > 1 or not count[0].isdigit():
        raise MohallaError(f"{where}: '{':'.join(count)}' is not a count of values. {SAYS}")
    if not 2 <= int(count[0]) <= MOST_SAMPLES:
        raise MohallaError(f"{where}: the count must be between 2 and {MOST_SAMPLES:,}.")
    return factor._replace(low=ends[0], high=ends[1], values=tuple(np.linspace(*ends, int(count[0])).tolist()))


def _listed(where: str, factor: Factor, said: str) -> Factor:
    """A,B,C."""
    values = tuple(_number(where, word) for word in said.split(","))
    if len(set(values)) < max(2, len(values)):
        raise MohallaError(f"{where}: needs two values or more, each once. {SAYS}")
    _plausible(where, factor, values)
    return factor._replace(low=min(values), high=max(values), values=tuple(sorted(values)))


def _number(where: str, word: str) -> float:
    try:
        value = float(word)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise MohallaError(f"{where}: '{word}' is not a number. {SAYS}")
    return value


def _plausible(where: str, factor: Factor, values: Sequence[float]) -> None:
    known = factor.known
    for value in values:
        if not known.low <= value <= known.high:
            raise MohallaError(
                f"{where}: {value:g} is outside the plausible range {known.low:g} to {known.high:g} ({known.unit}: "
                f"{known.meaning}). To go beyond it, give the scenario a table with value, low, high and source."
            )


# --- designs ---------------------------------------------------------------------------------------------------------


def factorial(factors: Sequence[Factor]) -> Design:
    """Every combination of the stated values, the last number changing fastest."""
    for one in factors:
        if not one.values:
            raise MohallaError(
                f"--vary {one.name}: a factorial design needs its values, as {one.name}={one.low:g}:{one.high:g}:5, "
                "or take --design latin --samples N."
            )
    points = np.array(list(product(*(one.values for one in factors))))
    return Design("factorial", tuple(factors), points, np.empty((0, 0)), 0)


def combinations(factors: Sequence[Factor]) -> int:
    """How many points a factorial has, without making them."""
    return math.prod(len(one.values) for one in factors if one.values)


def sampled(kind: str, factors: Sequence[Factor], samples: int, seed: int) -> Design:
    """A design of so many samples drawn from ranges."""
    for one in factors:
        if one.values:
            raise MohallaError(
                f"--vary {one.name}: a {kind} design draws its values from a range; write "
                f"{one.name}={one.low:g}:{one.high:g} and say how many with --samples."
            )
    if not 1 <= samples <= MOST_SAMPLES:
        raise MohallaError(f"--samples = {samples}: must be between 1 and {MOST_SAMPLES:,}.")
    unit = SAMPLERS[kind](len(factors), samples, seed)
    columns = [[one.at(share) for share in column] for one, column in zip(factors, unit.T.tolist(), strict=True)]
    return Design(kind, tuple(factors), np.array(columns).T, unit, seed)


def _latin(count: int, samples: int, seed: int) -> Floats:
    rng = np.random.default_rng(seed)
    slices = np.array([rng.permutation(samples) for _ in range(count)]).T
    found: Floats = (slices + rng.random((samples, count))) / samples
    return found


def _sobol(count: int, samples: int, seed: int) -> Floats:
    qmc = salib("scipy.stats.qmc")
    found: Floats = qmc.Sobol(count, rng=np.random.default_rng(seed)).random(_power_of_two(samples))
    return found


def _morris(count: int, samples: int, seed: int) -> Floats:
    found: Floats = salib("SALib.sample.morris").sample(problem(count), samples, LEVELS, seed=seed)
    return found


def _saltelli(count: int, samples: int, seed: int) -> Floats:
    sample = salib("SALib.sample.sobol").sample
    found: Floats = sample(problem(count), _power_of_two(samples), calc_second_order=False, seed=seed)
    return found


SAMPLERS: dict[str, Callable[[int, int, int], Floats]] = {
    "latin": _latin, "sobol": _sobol, "morris": _morris, "saltelli": _saltelli,
}  # fmt: skip


def points_of(kind: str, samples: int, count: int) -> int:
    """How many points a design of so many samples over so many numbers has, without making them."""
    return samples * {"morris": count + 1, "saltelli": count + 2}.get(kind, 1)


def _power_of_two(samples: int) -> int:
    if samples & (samples - 1):
        below = 1 << (samples.bit_length() - 1)
        raise MohallaError(
            f"--samples = {samples}: Sobol's points keep their balance in powers of two only; {below} or {2 * below}."
        )
    return samples


def problem(count: int) -> dict[str, Any]:
    """The unit cube, as SALib describes it."""
    return {"num_vars": count, "names": [f"x{i}" for i in range(count)], "bounds": [[0.0, 1.0]] * count}


def salib(module: str) -> Any:
    """A module of the `sensitivity` extra."""
    try:
        return import_module(module)
    except ImportError:
        raise MohallaError(
            f"this needs {module.partition('.')[0]}, which is not installed: pip install 'mohalla[sensitivity]'."
        ) from None


# --- laid over a scenario --------------------------------------------------------------------------------------------


def laid_over(scenario: Scenario, factors: Sequence[Factor], point: Sequence[float]) -> Scenario:
    """The scenario with the values of one point, as settings that no draw moves."""
    settings = {mechanism: dict(table) for mechanism, table in scenario.parameters.items()}
    own: dict[str, dict[str, Quantity]] = {part: {} for part in OWN}
    for factor, value in zip(factors, point, strict=True):
        part, _, name = factor.name.partition(".")
        if part in OWN:
            quantity: Quantity = getattr(getattr(scenario, part), name)
            fixed = {"value": value, "low": value, "high": value, "source": SOURCE}
            own[part][name] = quantity.model_copy(update=fixed)
        else:
            settings.setdefault(part, {})[name] = Setting(value=value, low=value, high=value, source=SOURCE)
    parts = {part: getattr(scenario, part).model_copy(update=new) for part, new in own.items() if new}
    return scenario.model_copy(update={"parameters": settings, **parts})
