"""Operation: raids on organisations, guided by tips; arrests, deaths, lawful and unlawful harm, release.

Claims: S1 (raids remove enforcers), S2, S3 (evenness: at whom), S7 (unlawful harm), B1-B3. How many raids, at whom and
in what manner is announced and imposed by the scenario or a plan; whom they find follows from where cadre is and from
what residents tell (Berman, Shapiro and Felter 2011).
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from mohalla.draw import Decision, poisson, rule, uniform, whole
from mohalla.parameters import Known
from mohalla.steps import Step

NAME = "operation"
CLAIMS = ("S1", "S2", "S3", "S7", "B1", "B2", "B3")
DRAW, DRAW_RELEASE = int(Decision.RAID), int(Decision.RELEASE)
OPERATION = 3


class Parameters(NamedTuple):
    """What a raid finds and does."""

    blind_share: Annotated[
        float,
        Known(
            "share",
            0.05,
            0.3,
            "of those taken who are cadre, without tips",
            "assumption; of 10,353 suspects 1,456 were called militants, target killers or extortionists: 0.14",
        ),
    ] = 0.14
    tipped_share: Annotated[float, Known("share", 0.3, 0.8, "of those taken who are cadre where tips abound")] = 0.6
    tips_half: Annotated[
        float, Known("tips/1000 adults", 0.05, 2.0, "tips not yet stale at which half of that is reached")
    ] = 0.1
    taken_per_raid: Annotated[
        float, Known("persons/raid", 1.0, 4.0, "taken in a raid", "10,353 arrests in 5,795 raids: 1.8")
    ] = 1.8
    armed_weight: Annotated[float, Known("factor", 1.0, 6.0, "how much a gunman is sought against a worker")] = 3.0
    killed_share: Annotated[
        float, Known("share", 0.02, 0.1, "killed of those taken", "364 killed beside 10,353 arrested: 0.034")
    ] = 0.034
    unlawful_deadliness: Annotated[float, Known("factor", 1.0, 6.0, "deaths where all harm is unlawful")] = 3.0
    release_per_year: Annotated[
        float, Known("1/year", 0.3, 2.0, "detained who come back", "of 6,361 passed on, 2,471 freed or bailed by 2016")
    ] = 0.6
    tips_fade_per_year: Annotated[float, Known("1/year", 6.0, 26.0, "tips that grow stale")] = 13.0


@rule
def share_of_cadre(blind: float, tipped: float, tips: float, adults: float, half: float) -> float:
    """Of those taken in raids the share who are cadre: from blind luck to well told."""
    density = 1000.0 * tips / max(adults, 1.0)
    return blind + (tipped - blind) * density / (density + half)


@rule
def death_share(killed: float, unlawful: float, deadliness: float) -> float:
    """Share of those taken who are killed: lawful encounters, more where harm is unlawful."""
    return min(1.0, killed * (1.0 + unlawful * (deadliness - 1.0)))


def sweep(
    week, seed, p, adults, raids_planned, other_raids, unlawful, unit_tips, reporting_here, strongest, unit_first,
    adults_per_resident,
    workers, armed, held_workers, held_armed, killed, arrested, released, tips, raids, arrests, operation_deaths,
    killings, causes, deaths_here,
) -> None:  # fmt: skip
    """Raids go where an organisation's cadre is; tips are about the most forceful one; detained cadre come back.

    Arrests count everybody taken, cadre or not; those taken in raids at nobody declared count under `none`.
    """
    units, organisations = workers.shape
    state = organisations
    for u in range(units):
        told = (unit_tips[u] + reporting_here[u]) * adults_per_resident[0]
        tips[u] = tips[u] * (1.0 - p.tips_fade_per_week) + told
    at_others = poisson(other_raids[0], uniform(seed, DRAW, 4 * units * organisations, week))
    raids[0] += at_others
    arrests[0] += poisson(at_others * p.taken_per_raid, uniform(seed, DRAW, 4 * units * organisations + 1, week))
    for k in range(1, organisations):
        present = 0.0
        for u in range(units):
            present += workers[u, k] + armed[u, k]
            place = u * organisations + k
            if held_workers[u, k] + held_armed[u, k] > 0:
                luck = uniform(seed, DRAW_RELEASE, place, week)
                back = min(whole(held_workers[u, k] * p.release_per_week, luck), held_workers[u, k])
                back_armed = min(whole(held_armed[u, k] * p.release_per_week, 1.0 - luck), held_armed[u, k])
                held_workers[u, k] -= back
                held_armed[u, k] -= back_armed
                workers[u, k] += back
                armed[u, k] += back_armed
                released[u, k] += back + back_armed
        if raids_planned[k] <= 0.0 or present == 0.0:
            continue
        for u in range(units):
            members = workers[u, k] + armed[u, k]
            if members == 0:
                continue
            place = u * organisations + k
            planned = poisson(raids_planned[k] * members / present, uniform(seed, DRAW, place, week))
            raids[k] += planned
            known = tips[u] if strongest[unit_first[u]] == k else 0.0
            pairs = units * organisations
            taken = poisson(planned * p.taken_per_raid, uniform(seed, DRAW, pairs + place, week))
            arrests[k] += taken
            share = share_of_cadre(p.blind_share, p.tipped_share, known, adults[u], p.tips_half)
            found = min(whole(taken * share, uniform(seed, DRAW, 4 * pairs + 2 + place, week)), members)
            if found == 0:
                continue
            weight = p.armed_weight * armed[u, k] / (p.armed_weight * armed[u, k] + workers[u, k])
            sought = whole(found * weight, uniform(seed, DRAW, 2 * pairs + place, week))
            gunmen = max(min(sought, armed[u, k]), found - workers[u, k])
            deadly = death_share(p.killed_share, unlawful[0], p.unlawful_deadliness)
            dead = min(whole(found * min(1.0, deadly / share), uniform(seed, DRAW, 3 * pairs + place, week)), found)
            dead_armed = max(min(dead, gunmen), dead - (found - gunmen))
            armed[u, k] -= gunmen
            workers[u, k] -= found - gunmen
            held_armed[u, k] += gunmen - dead_armed
            held_workers[u, k] += found - gunmen - (dead - dead_armed)
            killed[u, k] += dead
            arrested[u, k] += found - dead
            arrests[k] -= dead
            operation_deaths[k] += dead
            killings[u, state, k] += dead
            causes[u, OPERATION] += dead
            deaths_here[u] += dead


STEPS = (
    Step(
        "operation",
        NAME,
        sweep,
        reads=("adults", "raids_planned", "other_raids", "unlawful", "unit_tips", "reporting_here", "strongest",
               "unit_first", "adults_per_resident"),
        writes=("workers", "armed", "held_workers", "held_armed", "killed", "arrested", "released", "tips",
                "raids", "arrests", "operation_deaths", "killings", "causes", "deaths_here"),
    ),
)  # fmt: skip
