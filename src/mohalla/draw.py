"""Chance from week to week: a draw is a function of (seed, decision, agent, week). Uncertain numbers: world.py.

Draws are counter-based and stateless, so a simulation gives the same bits for any number of threads, one more
resident changes nobody else's choices (only who of a unit dies or moves: demography.py numbers them through), and two
plans with one seed differ only by what the plan changed. The seed, decision, place and week are mixed in 64 bits once
(SplitMix64's finaliser; Steele, Lea and Flood 2014); the agent in 32 bits inside the loop (a three-multiply avalanche
of the family searched by Mueller and Wellons, constants from there). Every integer operation is cast back to its width
because NumPy and Numba widen silently.

The lower 48 bits of a seed say which world it is (map, uncertain numbers, what residents are like); all of it says
what chance brings from week to week. So two seeds that differ above bit 48 are one world twice, with other luck.

These functions run unchanged as plain Python and compiled, with the same bits.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numba.extending import register_jitable

u4, u8, f4, f8 = np.uint32, np.uint64, np.float32, np.float64

rule = register_jitable(forceinline=True)
"""Marks a function that stays plain Python and may be called from compiled code, where it is put in its caller's place:
to hand a dozen arrays over would take longer than most rules do."""


class Decision(IntEnum):
    """What a draw decides. One number each, never reused: inserting a decision must not move the others' draws."""

    RESIDENT_TRAITS = 1
    RESIDENT_WEEK = 2
    TRADER_WEEK = 3
    RECRUIT = 4
    ARM = 5
    CONTEST = 6
    SANCTION = 7
    RAID = 8
    RELEASE = 9
    POST = 10
    BACKGROUND = 11
    TURNOVER = 12
    VOTE = 13
    GEOGRAPHY = 14
    PARAMETERS = 15
    VICTIM = 16
    SETTLE = 17
    GRIEF = 18
    ROTATION = 20
    PURGE = 21
    DEFECTION = 22
    FOLLOWERS = 23
    READMISSION = 24
    POST_LOST = 25
    STAKE = 26
    APPEAL = 27
    RIOT_INCIDENT = 30
    RIOT = 31
    RIOT_PLACE = 32
    RIOT_OUTBREAK = 33
    STRIKE = 34
    INFORM = 36
    RESIST = 37
    RESHUFFLE = 40
    LED_AWAY = 41
    WHO_LEAVES = 42


GOLDEN = u8(0x9E3779B97F4A7C15)
MIX_A, MIX_B = u8(0xBF58476D1CE4E5B9), u8(0x94D049BB133111EB)
S27, S30, S31, S32, S11 = u8(27), u8(30), u8(31), u8(32), u8(11)
LOW_32 = u8(0xFFFFFFFF)
WORLD_BITS = 48
LOW_48 = u8((1 << WORLD_BITS) - 1)
ODD_A, ODD_B, ODD_C = u4(0xED5AD4BB), u4(0xAC4C1B51), u4(0x31848BAB)
R17, R11, R15, R14 = u4(17), u4(11), u4(15), u4(14)
UNIT_53 = f8(1.0 / 9007199254740992.0)


@rule
def mix64(x: np.uint64) -> np.uint64:
    """Scramble 64 bits."""
    x = u8(u8(x ^ u8(x >> S30)) * MIX_A)
    x = u8(u8(x ^ u8(x >> S27)) * MIX_B)
    return u8(x ^ u8(x >> S31))


@rule
def world_of(seed: np.uint64) -> np.uint64:
    """The part of a seed that says which world it is."""
    return u8(seed & LOW_48)


def other_luck(seed: int) -> int:
    """A seed of the same world in which chance brings something else."""
    return seed ^ 1 << WORLD_BITS


@rule
def key(seed: np.uint64, decision: int, place: int, week: int) -> np.uint64:
    """The 64-bit key of one decision at one place in one week."""
    x = mix64(u8(seed + GOLDEN))
    x = mix64(u8(x + u8(u8(decision) * GOLDEN)))
    x = mix64(u8(x + u8(place)))
    return mix64(u8(x + u8(u8(week) * GOLDEN)))


@rule
def bits(low: np.uint32, high: np.uint32, agent: np.uint32) -> np.uint32:
    """32 random bits for one agent under a key split in two halves."""
    x = u4(agent ^ low)
    x = u4(u4(x ^ u4(x >> R17)) * ODD_A)
    x = u4(u4(x ^ u4(x >> R11)) + high)
    x = u4(x * ODD_B)
    x = u4(u4(x ^ u4(x >> R15)) * ODD_C)
    return u4(x ^ u4(x >> R14))


@rule
def low_half(x: np.uint64) -> np.uint32:
    """The lower 32 of 64 bits."""
    return u4(x & LOW_32)


@rule
def high_half(x: np.uint64) -> np.uint32:
    """The upper 32 of 64 bits."""
    return u4(x >> S32)


@rule
def unit_interval(x: np.uint64) -> float:
    """64 random bits as a number in [0, 1)."""
    return f8(u8(x >> S11)) * UNIT_53


@rule
def nth(moment: np.uint64, number: int) -> float:
    """The `number`-th of many numbers in [0, 1) under one key: where a thousand posts draw, one scramble each."""
    return unit_interval(mix64(u8(moment + u8(u8(number) * GOLDEN))))


@rule
def uniform(seed: np.uint64, decision: int, place: int, week: int) -> float:
    """A number in [0, 1) for one decision at one place in one week."""
    return unit_interval(key(seed, decision, place, week))


@rule
def exponential(x: float) -> float:
    """e**x for x <= 0 by repeated squaring: no library call, so plain and compiled code agree to the bit.

    Relative error below 2e-9 for x > -100 and below 1e-6 for x > -300; 0 below -500.
    """
    if x < -500.0:
        return 0.0
    t = x / 4096.0
    p = 1.0 + t * (1.0 + t * (0.5 + t * (1.0 / 6.0 + t * (1.0 / 24.0 + t / 120.0))))
    for _ in range(12):
        p = p * p
    return p


@rule
def whole(mean: float, u: float) -> int:
    """`mean` rounded to a whole number at random, right on average: floor(mean + u)."""
    return int(mean + u)


MOST_POISSON, LEAST_TAIL = 200.0, 1e-15


@rule
def poisson(mean: float, u: float) -> int:
    """A Poisson count with this mean by inversion of the uniform `u`; above 200, `whole`.

    What rounding leaves of the upper tail is cut where a count has a chance below 1e-15.
    """
    if u < 1.0 - mean:  # e**-x is above 1 - x: most draws need no more than that
        return 0
    if mean > MOST_POISSON:
        return int(mean + u)
    p = exponential(-mean)
    total = p
    count = 0
    while u > total and (count < mean or p > LEAST_TAIL):
        count += 1
        p = p * mean / count
        total += p
    return count
