"""Coercion: cells and followers watch, armed cadre hurt; errors hit bystanders.

Claims: H1 (one of two legs), H2 (cells know who is who), H5 (many follow without believing). An open dissenter is
sanctioned when noticed and when there is force: watch x force. What force does without watch, (1 - watch) x force,
falls on anybody. Theory: Kalyvas 2006 (selective violence needs information).
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from mohalla.curves import mean_of_places
from mohalla.draw import Decision, f4, key, nth, poisson, rule, u8
from mohalla.parameters import Known
from mohalla.steps import Step, of_unit

NAME = "coercion"
CLAIMS = ("H1", "H2", "H5")
DRAW = int(Decision.SANCTION)
SANCTION = 4
ZERO, ONE = f4(0.0), f4(1.0)


class Parameters(NamedTuple):
    """How workers watch, how gunmen frighten, how deadly sanction is."""

    watch_half: Annotated[float, Known("workers/1000 adults", 2.0, 12.0, "workers at which cells see half")] = 5.0
    untrained_watch: Annotated[float, Known("factor", 0.2, 0.8, "watching by workers without cells' skill")] = 0.5
    follower_eyes: Annotated[float, Known("0-1", 0.1, 1.0, "a neighbourhood of followers, as watchers")] = 0.4
    force_half: Annotated[float, Known("gunmen/1000 adults", 0.3, 2.0, "gunmen at which force is half")] = 0.8
    spill: Annotated[float, Known("share", 0.1, 0.4, "of gunmen in adjacent units, felt here")] = 0.25
    sanction_deaths_per_year: Annotated[
        float, Known("deaths/gunman/year", 0.005, 0.08, "dissenters killed by a gunman where all dissent")
    ] = 0.02


@rule
def by_cells(workers: float, adults: float, skill: float, half: float) -> float:
    """Chance that workers in cells notice an open dissenter."""
    density = 1000.0 * workers / max(adults, 1.0) * skill
    return density / (density + half)


@rule
def watching(cells: np.float32, following: np.float32, eyes: np.float32) -> np.float32:
    """Chance that an open dissenter is noticed: by cells, or by followers who tell them."""
    return cells + (ONE - cells) * eyes * following * cells


@rule
def saturating(number: float, adults: float, half: float) -> float:
    """Members per 1000 adults as a share of what could be: half at `half`."""
    density = 1000.0 * number / max(adults, 1.0)
    return density / (density + half)


@rule
def sanction(watch: float, force: float) -> float:
    """Expected harm to an open dissenter."""
    return watch * force


@rule
def error(watch: float, force: float) -> float:
    """Harm that falls on anybody because nobody knows who is who."""
    return (1.0 - watch) * force


def punish(
    week, seed, p, unit_watch, followers, adults, armed,
    killings, causes, deaths_here,
) -> None:  # fmt: skip
    """Deaths of open dissenters and, where gunmen do not know who is who, of bystanders."""
    units, organisations = armed.shape
    bystander = killings.shape[1] - 1
    for u in range(units):
        each = 1.0 / max(adults[u], 1.0)
        for k in range(1, organisations):
            if armed[u, k] == 0:
                continue
            mean = armed[u, k] * p.sanction_deaths_per_week * (1.0 - followers[u, k] * each)
            luck = key(seed, DRAW, u * organisations + k, week)
            for death in range(poisson(mean, nth(luck, 0))):
                # `none` stands for residents outside every organisation.
                killings[u, k, 0 if nth(luck, 1 + death) < unit_watch[u, k] else bystander] += 1
                causes[u, SANCTION] += 1
                deaths_here[u] += 1


@rule
def strongest_others(u: int, force, rival_force) -> None:
    """For each organisation the force of the strongest other one in a unit."""
    most, second, strongest = ZERO, ZERO, 0
    for k in range(1, force.shape[1]):
        here = force[u, k]
        second = max(second, min(most, here))
        strongest = k if here > most else strongest
        most = max(most, here)
    for k in range(1, force.shape[1]):
        rival_force[u, k] = second if k == strongest else most


@of_unit
def watch_and_force(
    u, week, seed, p, entered, cells, workers, armed, adults, face_here, people_here, unit_first, unit_adjacent,
    noticed, watch, unit_watch, force, rival_force,
) -> None:  # fmt: skip
    """What each organisation sees and can do in each place, from its cadre and followers there and nearby."""
    eyes, first, last = f4(p.follower_eyes), unit_first[u], unit_first[u + 1]
    for k in entered[1:]:
        near = 0.0
        for side in range(unit_adjacent.shape[1]):
            other = unit_adjacent[u, side]
            if other >= 0:
                near += armed[other, k]
        gunmen = armed[u, k] + p.spill * near / unit_adjacent.shape[1]
        force[u, k] = saturating(gunmen, adults[u], p.force_half)
        noticed[u, k] = by_cells(workers[u, k], adults[u], p.untrained_watch + cells[k], p.watch_half)
    strongest_others(u, force, rival_force)
    for place in range(first, last):
        n = u8(place)
        each = ONE / f4(max(people_here[n], 1))
        for k in range(watch.shape[1]):
            watch[n, k] = watching(noticed[u, k], f4(face_here[n, k]) * each, eyes)
    mean_of_places(u, first, last, watch, unit_watch)


STEPS = (
    Step(
        "sanction",
        NAME,
        punish,
        reads=("unit_watch", "followers", "adults", "armed"),
        writes=("killings", "causes", "deaths_here"),
    ),
    Step(
        "watch",
        NAME,
        watch_and_force,
        reads=("entered", "cells", "workers", "armed", "adults", "face_here", "people_here", "unit_first",
               "unit_adjacent"),
        writes=("noticed", "watch", "unit_watch", "force", "rival_force"),
        by_unit=True,
    ),
)  # fmt: skip
