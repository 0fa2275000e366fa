"""The resident's week in vectorised NumPy: whole arrays at a time, with the kernel's draws and the kernel's results.

It takes draws and constants from the package and repeats the rule of `mohalla.mechanisms.residents` without a loop.
`agrees` checks that both leave every resident with the same heart and face.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from benchmarks.inputs import Inputs, every_unit
from benchmarks.timing import best
from mohalla.draw import GOLDEN, Decision, bits, high_half, key, low_half, mix64
from mohalla.engine.cpu import compiled
from mohalla.mechanisms import residents as rule

u4, f4 = np.uint32, np.float32
Array = np.ndarray
Arrays = Mapping[str, Array]


class Layout(NamedTuple):
    """Where each resident lives and what lasts: computed once, used every week."""

    cell: Array
    agent: Array
    place: Array
    unit: Array
    community: Array
    trait_low: Array
    trait_high: Array


class After(NamedTuple):
    """Residents after the week."""

    heart: Array
    face: Array
    fear: Array
    reversals: Array
    speaks: Array


@np.errstate(over="ignore")  # hashes wrap around
def _halves(seed: int, decision: int, week: int, cell: Array) -> tuple[Array, Array]:
    """Both halves of every resident's key; keys are made once a cell."""
    keys = key(np.uint64(seed), decision, np.arange(cell[-1] + 1, dtype=np.uint64), week)
    return low_half(keys)[cell], high_half(keys)[cell]


def layout(arrays: Arrays, seed: int) -> Layout:
    """Each resident's place and lasting draws."""
    counts = arrays["cell_count"]
    cell = np.repeat(np.arange(counts.size), counts)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    agent = (np.arange(cell.size) - first).astype(u4)
    place, community = np.divmod(cell, len(arrays["community_appeal"]))
    traits = _halves(seed, Decision.RESIDENT_TRAITS, 0, cell)
    return Layout(cell, agent, place, arrays["neighbourhood_unit"][place], community, *traits)


def _moves(gain: Array, steepness: float, chance: Array | float, u: Array) -> Array:
    t = np.clip(-(gain * steepness), -rule.MOST_LOGIT, rule.MOST_LOGIT) * rule.PER_64
    p = rule.ONE + t + t * t * rule.HALF
    for _ in range(6):
        p = p * p
    return u * (rule.ONE + p) < chance


def _believes(calm: Array, prior: float, horizon: Array, reversals: Array) -> Array:
    known = calm + prior
    once = known / (known + horizon)
    twice = once * once
    return np.choose(reversals, (once, twice, twice * once, twice * twice))


def _feels(fear: Array, p: Any, witnessed: Array) -> Array:
    calmer = fear * (rule.ONE - p.fear_decay_per_turn)
    return np.where(witnessed, calmer + (rule.ONE - calmer) * p.fear_jump, calmer)


def _steps(values: Array, most: Any, steps: Any, step: Any) -> Array:
    """Numbers as the kernel packs them: held between 0 and `most` whole steps."""
    return np.clip(values * steps + rule.HALF, rule.ZERO, most).astype(u4).astype(f4) * step


def _appeal(a: Arrays, where: Layout, k: Array) -> Array:
    local = a["community_appeal"][where.community, k] + a["local_appeal"][where.place, k]
    rallied = a["rally"][where.community, k] * a["exposed"][where.unit]
    appeal = local + (rallied + a["protection"][where.community, k] * a["shelter"][where.unit, k])
    return _steps(appeal + rule.APPEAL_FLOOR, rule.MOST_16, rule.PER_APPEAL, rule.APPEAL_STEP)


def packed(a: Arrays) -> dict[str, Array]:
    """What a place offers, at the kernel's steps."""
    danger = (rule.MOST_11, rule.PER_RISK, rule.RISK_STEP)
    return {
        "gain": _steps(a["gain"], rule.MOST_10, rule.PER_GAIN, rule.GAIN_STEP),
        "risk": _steps(a["risk"], *danger),
        "worst": _steps(a["worst"], *danger),
        "reach": _steps(a["reach"], rule.MOST_16, rule.MOST_16, rule.REACH_STEP),
    }


def _taste(where: Layout, k: Array) -> Array:
    salt = where.agent ^ (k.astype(u4) * rule.ORGANISATION_STRIDE)
    return rule.normal(bits(where.trait_high, where.trait_low, salt))


def _heart(a: Arrays, p: Any, where: Layout, heart: Array, met: Array, u: Array) -> Array:
    better = _appeal(a, where, met) - _appeal(a, where, heart)
    better = better + p.taste_spread * (_taste(where, met) - _taste(where, heart))
    chance = p.meetings_per_turn * a["reach"][where.place, met]
    return np.where(_moves(better, rule.ONE / p.heart_noise, chance, u), met, heart)


def _face(a: Arrays, p: Any, where: Layout, options: tuple[Array, ...], weight: Array, doubt: Array, u: Array) -> Array:
    """The best of (heart, met, strongest) against the face shown now, which comes last in `options`."""
    heart, face = options[0], options[-1]

    def worth(k: Array) -> Array:
        danger = weight * (a["risk"][where.place, k] + doubt * a["worst"][where.place, k])
        return np.where(k == heart, p.honesty, rule.ZERO) + a["gain"][where.place, k] - danger

    chosen, most = heart, worth(heart)
    for option in options[1:-1]:
        value = worth(option)
        chosen, most = np.where(value > most, option, chosen), np.maximum(value, most)
    return np.where(_moves(most - worth(face), rule.ONE / p.face_noise, p.faces_per_turn, u), chosen, face)


@np.errstate(over="ignore")  # hashes wrap around
def _moments(seed: int, week: int, cell: Array) -> tuple[Array, Array]:
    """Both halves of every resident's key of the week."""
    cells = np.arange(cell[-1] + 1, dtype=np.uint64)
    keys = mix64(key(np.uint64(seed), Decision.RESIDENT_WEEK, 0, week) + cells * GOLDEN)
    return low_half(keys)[cell], high_half(keys)[cell]


def week_of(a: Arrays, p: Any, seed: int, week: int, where: Layout) -> After:
    """Every resident, one week."""
    a = {**a, **packed(a)}
    low, high = _moments(seed, week, where.cell)
    trait = bits(where.trait_low, where.trait_high, where.agent)
    first, second = bits(low, high, where.agent), bits(high, low, where.agent)
    third = bits(low ^ rule.ORGANISATION_STRIDE, high, where.agent)
    horizon = p.horizon_short_years + p.horizon_span_years * (trait >> 8 & 0xFF).astype(f4) * rule.UNIT_8
    met = a["active"][(first >> 16) * u4(a["active"].size) >> 16].astype(np.intp)

    reversals = np.minimum(a["reversals"] + a["relapse"][where.place], rule.MOST_REVERSALS)
    fear = _feels(a["fear"], p, (second & 0xFFFF).astype(f4) * rule.UNIT_16 < a["harm"][where.place])
    exposed = horizon - a["credibility"][0] * np.minimum(horizon, a["announced_years"][0])
    belief = _believes(a["calm_years"][where.place], p.prior_years, exposed, reversals)

    heart = _heart(a, p, where, a["heart"].astype(np.intp), met, (first & 0xFFFF).astype(f4) * rule.UNIT_16)
    weight = p.danger * a["caution_table"][trait & 0xFF] * (p.base_fear + fear)
    strongest = a["strongest"][where.place].astype(np.intp)
    options = (heart, met, strongest, a["face"].astype(np.intp))
    face = _face(a, p, where, options, weight, rule.ONE - belief, (second >> 16).astype(f4) * rule.UNIT_16)

    grievance = (strongest > 0) * np.maximum(rule.ZERO, _appeal(a, where, heart) - _appeal(a, where, strongest))
    speaking = p.speaking_per_turn * belief * a["services"][where.place] * grievance * (rule.ONE - fear)
    return After(heart, face, fear, reversals, (third >> 8).astype(f4) * rule.UNIT_24 < speaking)


def rate(arrays: Arrays, p: Any, seed: int) -> float:
    """Resident-weeks a second."""
    where = layout(arrays, seed)
    return where.cell.size / best(lambda: week_of(arrays, p, seed, 1, where), repeats=3)


def agrees(inputs: Inputs, week: int = 1) -> bool:
    """Whether kernel and NumPy leave every resident with the same heart, face, fear and relapses, and as many tips."""
    after = inputs.copy()
    compiled(every_unit, parallel=True)(*after.arguments(week))
    where = layout(inputs.arrays, inputs.seed)
    other = week_of(inputs.arrays, inputs.p, inputs.seed, week, where)
    same = [np.array_equal(after.arrays[name], getattr(other, name)) for name in After._fields[:-1]]
    return all(same) and int(after.arrays["unit_tips"].sum()) == int(other.speaks.sum())
