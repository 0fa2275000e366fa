"""Demography: cells follow the censuses; people die, leave and are replaced, come of age and move.

Background, no claim. A slot in a cell is a seat in a household. When its holder dies or leaves, whoever takes the seat
keeps the household's tastes and caution (they are hashed from the seat) and its heart and face, but not its memories:
fear and reversals start at zero. A mover swaps memories, heart and face with a resident of the same community
elsewhere. New seats copy heart and face from a resident of the same cell.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from mohalla.draw import GOLDEN, Decision, key, mix64, rule, uniform, unit_interval
from mohalla.parameters import Known
from mohalla.steps import Step

NAME = "demography"
CLAIMS = ()
DRAW = int(Decision.TURNOVER)
ROUND = 13


class Parameters(NamedTuple):
    """How fast seats change hands."""

    turnover_per_year: Annotated[float, Known("1/year", 0.015, 0.05, "adults who die or leave a year")] = 0.025
    moving_per_year: Annotated[float, Known("1/year", 0.01, 0.08, "adults who move within the city a year")] = 0.03


@rule
def target(now: float, then: float, share: float) -> int:
    """Residents a cell should hold, between two years of its census path."""
    return int(now + (then - now) * share + 0.5)


def grow(
    week, seed, p, cell_start, cell_path, path_year, path_share,
    cell_count, heart, face, fear, reversals, cell_face, cell_heart, cell_honest,
) -> None:  # fmt: skip
    """Bring every cell to its census path: add seats that copy a resident, or empty the last ones."""
    year, share = path_year[week], path_share[week]
    for cell in range(cell_count.size):
        count = cell_count[cell]
        wanted = min(target(cell_path[year, cell], cell_path[year + 1, cell], share),
                     cell_start[cell + 1] - cell_start[cell])  # fmt: skip
        start = cell_start[cell]
        while count < wanted:
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
        while count > wanted:
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
        reads=("cell_start", "cell_path", "path_year", "path_share"),
        writes=("cell_count", "heart", "face", "fear", "reversals", "cell_face", "cell_heart", "cell_honest"),
        every=4,
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
