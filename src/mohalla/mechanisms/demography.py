"""Demography: cells follow the censuses; people die, leave and are replaced, come of age, move; shops follow them.

Background, no claim. A slot in a cell is a seat in a household. When its holder dies or leaves, whoever takes the seat
keeps the household's tastes and caution (they are hashed from the seat) and its heart and face, but not its memories:
fear and reversals start at zero. A mover swaps memories, heart and face with any other resident of the same community
in the city. New seats copy heart and face from a resident of the same cell. All but the shops goes by a unit's turn.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np
from numba import prange

from mohalla.calendar import QUARTER
from mohalla.draw import Decision, key, nth, rule, uniform
from mohalla.mechanisms.tallies import count_one
from mohalla.parameters import Known
from mohalla.steps import Step, of_unit

NAME = "demography"
CLAIMS = ()
DRAW = int(Decision.TURNOVER)
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


@rule
def bring_to(
    u, place, community, moment, start, residents, goal, each, heart, face, fear, reversals,
    face_here, unit_face, unit_heart, unit_honest, followers, believers,
) -> None:  # fmt: skip
    """Bring a cell from so many residents to as many as it should have: add copies of some, or take away the last.

    The first resident of an empty cell prefers and shows no organisation.
    """
    while residents < goal:
        like, i = start + int(uniform(moment, DRAW, residents, 4) * residents), start + residents
        heart[i], face[i] = (heart[like] if residents > 0 else 0), (face[like] if residents > 0 else 0)
        fear[i], reversals[i] = 0.0, 0
        count_one(u, place, community, heart[i], face[i], 1, each, face_here, unit_face, unit_heart, unit_honest,
                  followers, believers)  # fmt: skip
        residents += 1
    while residents > goal:
        residents -= 1
        i = start + residents
        count_one(u, place, community, heart[i], face[i], -1, each, face_here, unit_face, unit_heart, unit_honest,
                  followers, believers)  # fmt: skip


def follow_path(week, seed, p, cell_path, cell_start, path_year, path_share, communities, census_count) -> None:
    """What the censuses give each cell, as far as it has seats, until the path is looked at again."""
    year, share, kinds = path_year[week], path_share[week], communities[0]
    for community in prange(kinds):
        apportion(cell_path[year], cell_path[year + 1], share, community, kinds, census_count)
        for cell in range(community, census_count.size, kinds):
            census_count[cell] = min(census_count[cell], cell_start[cell + 1] - cell_start[cell])


@rule
def all_there(first: int, beyond: int, counts, wanted) -> bool:
    """Whether all these counts are as wanted: seen without a branch, since most of them are."""
    off = 0
    for cell in range(first, beyond):
        off += counts[cell] != wanted[cell]
    return off == 0


@of_unit
def grow(
    u, week, seed, p, unit_first, cell_start, census_count, communities, adults_per_resident,
    cell_count, people_here, unit_people, adults, heart, face, fear, reversals,
    face_here, unit_face, unit_heart, unit_honest, followers, believers,
) -> None:  # fmt: skip
    """Bring every cell of a unit to its census path."""
    kinds, each, units = communities[0], adults_per_resident[0], unit_first.size - 1
    first, beyond = unit_first[u] * kinds, unit_first[u + 1] * kinds
    if all_there(first, beyond, cell_count, census_count):
        return
    for cell in range(first, beyond):
        place, community, residents, goal = cell // kinds, cell % kinds, cell_count[cell], census_count[cell]
        if goal != residents:
            bring_to(u, place, community, key(seed, DRAW, 2 * units + cell, week), cell_start[cell], residents, goal,
                     each, heart, face, fear, reversals, face_here, unit_face, unit_heart, unit_honest, followers,
                     believers)  # fmt: skip
            cell_count[cell] = goal
            people_here[place] += goal - residents
            unit_people[u, community] += goal - residents
            adults[u] += (goal - residents) * each


@rule
def how_many(of: int, rate: float, u: float) -> int:
    """Residents of so many who leave or move: whole, right on average."""
    return int(of * rate + u)


@rule
def swap(
    u, v, place, away, community, i, j, each, heart, face, fear, reversals,
    face_here, unit_face, unit_heart, unit_honest, followers, believers,
) -> None:  # fmt: skip
    """Two residents of a community, i of this place and j from away, take each other's seats.

    Counted also where they are alike: to look first is to wait for memory and to guess wrong half of the time.
    """
    h, f, other_h, other_f = heart[i], face[i], heart[j], face[j]
    count_one(u, place, community, h, f, -1, each, face_here, unit_face, unit_heart, unit_honest, followers, believers)
    count_one(u, place, community, other_h, other_f, 1, each, face_here, unit_face, unit_heart, unit_honest, followers,
              believers)  # fmt: skip
    count_one(v, away, community, other_h, other_f, -1, each, face_here, unit_face, unit_heart, unit_honest, followers,
              believers)  # fmt: skip
    count_one(v, away, community, h, f, 1, each, face_here, unit_face, unit_heart, unit_honest, followers, believers)
    heart[i], heart[j], face[i], face[j] = other_h, h, other_f, f
    fear[i], fear[j] = fear[j], fear[i]
    reversals[i], reversals[j] = reversals[j], reversals[i]


@rule
def reached(ends, count: int, number: int) -> int:
    """Of so many stretches that end where `ends` says, the one that this number is in: found without a branch."""
    found = 0
    for one in range(count):
        found += ends[one] <= number
    return found


@rule
def counted_off(first: int, apart: int, number: int, counts) -> tuple[int, int]:
    """Where the resident with this number is, counted from a first place on to others so far apart, and which there."""
    at = first
    while number >= counts[at]:
        number -= counts[at]
        at += apart
    return at, number


@rule
def seat_in(first: int, kinds: int, number: int, people_here, cell_start, cell_count) -> tuple[int, int]:
    """The cell and the seat of the resident with this number, from a first neighbourhood on."""
    place, number = counted_off(first, 1, number, people_here)
    cell, number = counted_off(place * kinds, 1, number, cell_count)
    return cell, cell_start[cell] + number


@of_unit
def replace(
    u, week, seed, p, turn_weeks, unit_first, cell_start, cell_count, people_here, unit_people, communities,
    fear, reversals,
) -> None:  # fmt: skip
    """Deaths and departures in a unit since its last turn: who takes the seat has no memories yet."""
    residents, luck = 0, key(seed, DRAW, u, week)
    for community in range(communities[0]):
        residents += unit_people[u, community]
    for one in range(how_many(residents, turn_weeks[0] * p.turnover_per_week, nth(luck, 0))):
        number = int(nth(luck, 1 + one) * residents)
        _, i = seat_in(unit_first[u], communities[0], number, people_here, cell_start, cell_count)
        fear[i], reversals[i] = 0.0, 0


def move(
    week, seed, p, turn_weeks, unit_first, cell_start, cell_count, people_here, unit_people, communities,
    adults_per_resident, heart, face, fear, reversals,
    face_here, unit_face, unit_heart, unit_honest, followers, believers,
) -> None:  # fmt: skip
    """Moves from each unit that has had its turn this week, since the one before, to anywhere in the city."""
    kinds, units, turns, each = communities[0], unit_first.size - 1, turn_weeks[0], adults_per_resident[0]
    moving = turns * 0.5 * p.moving_per_week  # where one moves two do
    living = np.empty((kinds, units), np.int64)  # of each community, up to each unit
    for community in range(kinds):
        living[community] = np.cumsum(unit_people[:, community])
    for u in range(week % turns, units, turns):
        luck, residents = key(seed, DRAW, units + u, week), unit_people[u].sum()
        for one in range(how_many(residents, moving, nth(luck, 0))):
            number = int(nth(luck, 1 + 2 * one) * residents)
            cell, i = seat_in(unit_first[u], kinds, number, people_here, cell_start, cell_count)
            community = cell % kinds
            number = int(nth(luck, 2 + 2 * one) * living[community, units - 1])
            v = reached(living[community], units, number)
            number -= living[community, v - 1] if v > 0 else 0
            other, number = counted_off(unit_first[v] * kinds + community, kinds, number, cell_count)
            swap(u, v, cell // kinds, other // kinds, community, i, cell_start[other] + number, each, heart, face,
                 fear, reversals, face_here, unit_face, unit_heart, unit_honest, followers, believers)  # fmt: skip


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
        reads=("unit_first", "cell_start", "census_count", "communities", "adults_per_resident"),
        writes=("cell_count", "people_here", "unit_people", "adults", "heart", "face", "fear", "reversals",
                "face_here", "unit_face", "unit_heart", "unit_honest", "followers", "believers"),
        by_unit=True,
    ),
    Step(
        "turnover",
        NAME,
        replace,
        reads=("turn_weeks", "unit_first", "cell_start", "cell_count", "people_here", "unit_people", "communities"),
        writes=("fear", "reversals"),
        by_unit=True,
    ),
    Step(
        "moves",
        NAME,
        move,
        reads=("turn_weeks", "unit_first", "cell_start", "cell_count", "people_here", "unit_people", "communities",
               "adults_per_resident"),
        writes=("heart", "face", "fear", "reversals", "face_here", "unit_face", "unit_heart", "unit_honest",
                "followers", "believers"),
    ),
    Step(
        "path",
        NAME,
        follow_path,
        reads=("cell_path", "cell_start", "path_year", "path_share", "communities"),
        writes=("census_count",),
        every=QUARTER,
        parallel=True,
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
