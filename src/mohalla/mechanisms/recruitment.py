"""Recruitment: believers become workers, workers gunmen; unpaid workers leave, unpaid gunmen are workers again.

Claims: O2 (the excluded young become the nucleus), O5 (arms give the street), S2 (the youth pool), B5 (families of the
killed join whom the killers fight). Believers (face and heart) are the pool; want of work, being shut out, deaths of
members and deaths of kin at others' hands raise the rate at which they join. A splinter courts the bereaved more. Arms
are bought and gunmen trained only as far as the money allotted to arms pays them. Theory: the multipliers of Calderoni
et al. 2021 (recruitment into organised crime) set the range of `unemployment_effect` and the order of the others.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from mohalla.curves import per_thousand, saturates
from mohalla.draw import Decision, key, nth, rule, whole
from mohalla.parameters import Known
from mohalla.steps import Step

NAME = "recruitment"
CLAIMS = ("O2", "O5", "S2", "B5")
DRAW, DRAW_ARMS = int(Decision.RECRUIT), int(Decision.ARM)


class Parameters(NamedTuple):
    """How people enter and leave the organisation."""

    joining_per_year: Annotated[float, Known("1/year", 0.003, 0.02, "young believers who become workers")] = 0.008
    youth_share: Annotated[float, Known("share", 0.25, 0.45, "adults young enough to join")] = 0.35
    unemployment_effect: Annotated[
        float, Known("factor", 1.0, 1.6, "joining of those out of work", "Calderoni et al. 2021: 1.30")
    ] = 1.3
    jobless_share: Annotated[float, Known("share", 0.05, 0.25, "young adults out of work")] = 0.12
    exclusion_effect: Annotated[
        float, Known("share", 0.5, 4.0, "added to joining where all young of full kin are shut out")
    ] = 2.0
    revenge_effect: Annotated[
        float,
        Known(
            "share",
            0.1,
            1.5,
            "added to joining where all kin are bereaved by others",
            "assumption of the order of Calderoni et al. 2021: 0.45 for a family in crime, 0.81 for peers",
        ),
    ] = 0.5
    revenge_half: Annotated[
        float, Known("persons/1000", 1.0, 20.0, "bereaved by others at which half of that is added")
    ] = 5.0
    courting: Annotated[
        float, Known("factor", 1.0, 4.0, "how much harder a splinter works for the bereaved than others do")
    ] = 2.0
    bereavement_effect: Annotated[
        float, Known("per death per 1000", 0.0, 1.0, "joining raised by deaths of members in the unit")
    ] = 0.3
    most_of_pool: Annotated[float, Known("share", 0.02, 0.1, "of young believers, at most cadre")] = 0.05
    leaving_per_year: Annotated[float, Known("1/year", 0.15, 0.5, "workers who drop out")] = 0.25
    unpaid_leaving_per_year: Annotated[float, Known("1/year", 0.2, 2.0, "further workers who leave, if unpaid")] = 0.5
    wage_per_year: Annotated[float, Known("million/gunman/year", 0.1, 0.6, "pay and arms of a gunman")] = 0.25
    training_per_year: Annotated[float, Known("1/year", 0.3, 2.0, "workers fit to be armed who can be trained")] = 0.6
    most_armed: Annotated[float, Known("share", 0.1, 0.4, "of workers fit to be armed")] = 0.25
    disarming_per_year: Annotated[float, Known("1/year", 0.5, 4.0, "gunmen let go when there is no money")] = 1.5


@rule
def shut_out(kinship: float, exclusion: float, effect: float) -> float:
    """What exclusion of its young adds to a community's joining of an organisation: only kin promise a way back."""
    return effect * exclusion * max(kinship, 0.0)


@rule
def vengeful(kinship: float, bereaved_per_thousand: float, half: float, effect: float, courted: float) -> float:
    """What kin killed by others add to a community's joining, the more the harder its bereaved are courted."""
    return effect * courted * saturates(bereaved_per_thousand, half) * max(kinship, 0.0)


@rule
def joiners(pool: float, members: float, rate: float, driven: float, most: float) -> float:
    """Expected new workers this week: from a pool of young believers, fewer as the pool is drained."""
    room = max(0.0, 1.0 - members / max(most * pool, 1.0))
    return pool * rate * (1.0 + driven) * room


@rule
def leavers(workers: float, rate: float, unpaid_rate: float, paid: float) -> float:
    """Expected workers who leave this week; `paid` is the share of their pay they got."""
    return workers * min(1.0, rate + unpaid_rate * (1.0 - paid))


@rule
def newly_armed(workers: float, armed: float, affordable: float, training: float, most: float) -> float:
    """Expected gunmen trained this week: as many as money pays, no faster than fit workers can be trained."""
    fit = most * workers
    return max(0.0, min(affordable - armed, fit * training))


def drive(
    week, seed, p, founded, parent, kinship, exclusion, bereaved, unit_people, unit_honest, adults_per_resident, driven
) -> None:
    """What exclusion and the killing of kin by others add to joining, by the communities of a unit's believers."""
    communities, organisations = kinship.shape
    added = np.zeros((communities, organisations))
    for c in range(communities):
        people = unit_people[:, c].sum() * adults_per_resident[0]
        by_all = 0.0
        for k in range(1, organisations):
            by_all += bereaved[c, k]
        for k in range(1, organisations):
            by_others = per_thousand(max(0.0, by_all - bereaved[c, k]), people)
            courted = p.courting if parent[k] > 0 else 1.0
            added[c, k] = shut_out(kinship[c, k], exclusion[c], p.exclusion_effect)
            added[c, k] += vengeful(kinship[c, k], by_others, p.revenge_half, p.revenge_effect, courted)
    for u in range(driven.shape[0]):
        for k in range(1, organisations):
            total, believers = 0.0, 0
            if founded[k] > 0.0:
                for c in range(communities):
                    total += added[c, k] * unit_honest[u, c, k]
                    believers += unit_honest[u, c, k]
            driven[u, k] = total / max(believers, 1)


def sweep(
    week, seed, p, founded, believers, paid, arms_money, deaths_memory, driven,
    workers, armed, joined, left,
) -> None:  # fmt: skip
    """Every unit and organisation: join, leave, arm, disarm; whole persons, right on average."""
    units, organisations = workers.shape
    gunmen_each = 1.0 / p.wage_per_week
    rate = p.joining_per_week * (1.0 + p.jobless_share * (p.unemployment_effect - 1.0))
    for u in range(units):
        moment, moment_of_arms = key(seed, DRAW, u, week), key(seed, DRAW_ARMS, u, week)
        for k in range(1, organisations):
            members = workers[u, k] + armed[u, k]
            if founded[k] == 0.0 or (members == 0 and believers[u, k] < 1.0):
                continue
            pool = believers[u, k] * p.youth_share
            grief = p.bereavement_effect * 1000.0 * deaths_memory[u, k] / max(believers[u, k], 1000.0)
            wish = joiners(pool, members, rate, driven[u, k] + grief, p.most_of_pool)
            going = leavers(workers[u, k], p.leaving_per_week, p.unpaid_leaving_per_week, paid[k])
            luck, chance = nth(moment, k), nth(moment_of_arms, k)
            new = whole(wish, luck)
            gone = min(whole(going, 1.0 - luck), workers[u, k])
            affordable = arms_money[u, k] * gunmen_each
            trained = newly_armed(workers[u, k], armed[u, k], affordable, p.training_per_week, p.most_armed)
            trained = min(whole(trained, chance), workers[u, k] + new - gone)
            dropped = max(0.0, armed[u, k] - affordable) * min(1.0, p.disarming_per_week)
            dropped = min(whole(dropped, chance), armed[u, k])
            workers[u, k] += new - gone - trained + dropped
            armed[u, k] += trained - dropped
            joined[u, k] += new
            left[u, k] += gone


STEPS = (
    Step(
        "driven",
        NAME,
        drive,
        reads=("founded", "parent", "kinship", "exclusion", "bereaved", "unit_people", "unit_honest",
               "adults_per_resident"),
        writes=("driven",),
        every=4,
    ),
    Step(
        "recruitment",
        NAME,
        sweep,
        reads=("founded", "believers", "paid", "arms_money", "deaths_memory", "driven"),
        writes=("workers", "armed", "joined", "left"),
    ),
)  # fmt: skip
