"""Demography: cells follow the censuses; people die, leave and are replaced, come of age, move; shops follow them.

Background, no claim. A slot in a cell is a seat in a household. When its holder dies or leaves, whoever takes the seat
keeps the household's tastes and caution (they are hashed from the seat) and its heart and face, but not its memories:
fear and reversals start at zero. A mover swaps memories, heart and face with a resident of the same community
elsewhere. New seats copy heart and face from a resident of the same cell.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np
from numba import prange

from mohalla.calendar import QUARTER
from mohalla.draw import GOLDEN, Decision, key, mix64, rule, uniform, unit_interval
from mohalla.parameters import Known
from mohalla.steps import Step

NAME = "demography"
CLAIMS = ()
DRAW = int(Decision.TURNOVER)
ROUND = 13
GOLDEN_SHARE = 0.6180339887498949  # its multiples fill the interval from 0 to 1 as evenly as any


class Parameters(NamedTuple):
    """How fast seats change hands."""

    turnover_per_year: Annotated[float, Known("1/year", 0.015, 0.05, "adults who die or leave a year")] = 0.025
    moving_per_year: Annotated[float, Known("1/year", 0.01, 0.08, "adults who move within the city a year")] = 0.03


@rule
def target(now: float, then: float, share: float) -> int:
    """Residents a community should have in the city, between two years of the census path."""
    return int(now + (then - now) * share + 0.5)


@rule
def hurdle(place: int, offset: float) -> float:
    """A lasting number of a cell's own, above 0 and up to 1: how large a part of a resident earns it a whole one."""
    turn = place * GOLDEN_SHARE + offset
    return 1.0 - (turn - int(turn))


@rule
def reaching(claims, height: float) -> int:
    """How many claims are at least so high."""
    found = 0
    for place in range(claims.size):
        found += claims[place] >= height
    return found


@rule
def height_of(claims, count: int) -> float:
    """The height that so many claims reach, by halving: to sort is to branch on chance at every comparison."""
    low, high = 0.0, 1.0
    while reaching(claims, high) > count:
        low, high = high, 2.0 * high
    middle = 0.5 * (low + high)
    while low < middle < high:
        found = reaching(claims, middle)
        if found == count:
            return middle
        if found > count:
            low = middle
        else:
            high = middle
        middle = 0.5 * (low + high)
    return low


@rule
def apportion(now, then, share, community, communities, wanted) -> None:
    """Whole residents for each cell of a community, that add up to its people in the city to the nearest resident.

    Each cell gets the whole part of what its census path says, or one more: those left over go where the part is
    largest against the cell's own hurdle (sequential Poisson sampling with permanent numbers, Ohlsson 1998). So thinly
    settled cells get their share, and from one month to the next few residents have to move.
    """
    claims = np.zeros(now.size // communities)
    people_now, people_then, placed = 0.0, 0.0, 0
    for place in range(claims.size):
        cell = place * communities + community
        people = now[cell] + (then[cell] - now[cell]) * share
        wanted[cell] = int(people)
        claims[place] = (people - int(people)) / hurdle(place, community / communities)
        people_now, people_then, placed = people_now + now[cell], people_then + then[cell], placed + int(people)
    left = target(people_now, people_then, share) - placed
    least = height_of(claims, left)
    for place in range(claims.size):
        one_more = min(left, int(claims[place] >= least))
        wanted[place * communities + community] += one_more
        left -= one_more


def grow(
    week, seed, p, cell_start, cell_path, path_year, path_share, communities,
    cell_count, heart, face, fear, reversals, cell_face, cell_heart, cell_honest,
) -> None:  # fmt: skip
    """Bring every cell to its census path: add seats that copy a resident, or empty the last ones."""
    year, share = path_year[week], path_share[week]
    wanted = np.zeros(cell_count.size, np.int64)
    for community in prange(communities[0]):
        apportion(cell_path[year], cell_path[year + 1], share, community, communities[0], wanted)
    for cell in prange(cell_count.size):
        count, start = cell_count[cell], cell_start[cell]
        goal = min(wanted[cell], cell_start[cell + 1] - start)
        while count < goal:
            like = start + int(uniform(key(seed, DRAW, cell, week), DRAW, count, 4) * count)
            i = start + count
            heart[i] = heart[like] if count > 0 else 0
            face[i] = face[like] if count > 0 else 0
            fear[i] = 0.0
            reversals[i] = 0
            cell_heart[cell, heart[i]] += 1
            cell_face[cell, face[i]] += 1
            cell_honest[cell, face[i]] += heart[i] == face[i]
            count += 1
        while count > goal:
            count -= 1
            i = start + count
            cell_heart[cell, heart[i]] -= 1
            cell_face[cell, face[i]] -= 1
            cell_honest[cell, face[i]] -= heart[i] == face[i]
        cell_count[cell] = count


@rule
def how_many(count: int, rate: float, u: float) -> int:
    """Seats of a cell that change hands in a round: whole, right on average."""
    return int(count * rate + u)


def change_hands(
    week, seed, p, cell_start, cell_count, neighbourhoods, communities,
    heart, face, fear, reversals, cell_face, cell_heart, cell_honest,
) -> None:  # fmt: skip
    """Deaths and departures, and moves, for one cell in thirteen each week."""
    this_week = key(seed, DRAW, 0, week)
    for cell in range(week % ROUND, cell_count.size, ROUND):
        count = cell_count[cell]
        if count == 0:
            continue
        moment = mix64(np.uint64(this_week + np.uint64(np.uint64(cell) * GOLDEN)))
        for one in range(how_many(count, p.turnover_per_week * ROUND, unit_interval(moment))):
            i = cell_start[cell] + int(uniform(moment, DRAW, 1 + one, 0) * count)
            fear[i] = 0.0
            reversals[i] = 0
        for one in range(how_many(count, 0.5 * p.moving_per_week * ROUND, unit_interval(mix64(moment)))):
            away = int(uniform(moment, DRAW, 1 + one, 1) * neighbourhoods[0])
            other = away * communities[0] + cell % communities[0]
            if cell_count[other] == 0 or other == cell:
                continue
            i = cell_start[cell] + int(uniform(moment, DRAW, 1 + one, 2) * count)
            j = cell_start[other] + int(uniform(moment, DRAW, 1 + one, 3) * cell_count[other])
            if heart[i] != heart[j] or face[i] != face[j]:
                for place, gone, come in ((cell, i, j), (other, j, i)):
                    cell_heart[place, heart[gone]] -= 1
                    cell_face[place, face[gone]] -= 1
                    cell_honest[place, face[gone]] -= heart[gone] == face[gone]
                    cell_heart[place, heart[come]] += 1
                    cell_face[place, face[come]] += 1
                    cell_honest[place, face[come]] += heart[come] == face[come]
                heart[i], heart[j] = heart[j], heart[i]
                face[i], face[j] = face[j], face[i]
            fear[i], fear[j] = fear[j], fear[i]
            reversals[i], reversals[j] = reversals[j], reversals[i]


@rule
def businesses(adults: float, per_adult: float, per_trader: float, room: int) -> int:
    """Simulated traders of a unit."""
    return min(int(adults * per_adult / per_trader + 0.5), room)


def open_shops(
    week, seed, p, adults, trader_start, traders_per_adult, adults_per_resident, traders_here, paying
) -> None:
    """The number of businesses follows the number of adults; new ones pay nobody yet."""
    for u in range(adults.size):
        room = trader_start[u + 1] - trader_start[u]
        wanted = businesses(adults[u], traders_per_adult[0], adults_per_resident[0], room)
        for i in range(traders_here[u], wanted):
            paying[trader_start[u] + i] = np.uint8(0)
        traders_here[u] = wanted


STEPS = (
    Step(
        "growth",
        NAME,
        grow,
        reads=("cell_start", "cell_path", "path_year", "path_share", "communities"),
        writes=("cell_count", "heart", "face", "fear", "reversals", "cell_face", "cell_heart", "cell_honest"),
        every=QUARTER,
        parallel=True,
    ),
    Step(
        "turnover",
        NAME,
        change_hands,
        reads=("cell_start", "cell_count", "neighbourhoods", "communities"),
        writes=("heart", "face", "fear", "reversals", "cell_face", "cell_heart", "cell_honest"),
    ),
    Step(
        "shops",
        NAME,
        open_shops,
        reads=("adults", "trader_start", "traders_per_adult", "adults_per_resident"),
        writes=("traders_here", "paying"),
        every=4,
    ),
)  # fmt: skip
