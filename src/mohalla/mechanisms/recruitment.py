"""Recruitment: believers become workers, workers become armed cadre; those not paid leave.

Claims: O5 (arms give the street), S2 (the youth pool). Believers (face and heart) are the
pool; want of work and deaths of members raise the rate at which they join. Arms are bought and gunmen trained only as
far as the money allotted to arms pays them. Theory: the multipliers of Calderoni et al. 2021 (recruitment into
organised crime) set the range of `unemployment_effect`.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from mohalla.draw import Decision, rule, uniform, whole
from mohalla.parameters import Known
from mohalla.steps import Step

NAME = "recruitment"
CLAIMS = ("O5", "S2")
DRAW, DRAW_ARMS = int(Decision.RECRUIT), int(Decision.ARM)


class Parameters(NamedTuple):
    """How people enter and leave the organisation."""

    joining_per_year: Annotated[float, Known("1/year", 0.003, 0.02, "young believers who become workers")] = 0.008
    youth_share: Annotated[float, Known("share", 0.25, 0.45, "adults young enough to join")] = 0.35
    unemployment_effect: Annotated[
        float, Known("factor", 1.0, 1.6, "joining of those out of work", "Calderoni et al. 2021: 1.30")
    ] = 1.3
    jobless_share: Annotated[float, Known("share", 0.05, 0.25, "young adults out of work")] = 0.12
    bereavement_effect: Annotated[float, Known("per death per 1000", 0.0, 1.0, "joining raised by deaths of kin")] = 0.3
    most_of_pool: Annotated[float, Known("share", 0.02, 0.1, "of young believers, at most cadre")] = 0.05
    leaving_per_year: Annotated[float, Known("1/year", 0.15, 0.5, "workers who drop out")] = 0.25
    unpaid_leaving_per_year: Annotated[float, Known("1/year", 0.2, 2.0, "further workers who leave, if unpaid")] = 0.5
    wage_per_year: Annotated[float, Known("million/gunman/year", 0.1, 0.6, "pay and arms of a gunman")] = 0.25
    training_per_year: Annotated[float, Known("1/year", 0.3, 2.0, "workers fit to be armed who can be trained")] = 0.6
    most_armed: Annotated[float, Known("share", 0.1, 0.4, "of workers fit to be armed")] = 0.25
    disarming_per_year: Annotated[float, Known("1/year", 0.5, 4.0, "gunmen let go when there is no money")] = 1.5


@rule
def joiners(pool: float, members: float, rate: float, bereaved: float, most: float) -> float:
    """Expected new workers this week: from a pool of young believers, fewer as the pool is drained."""
    room = max(0.0, 1.0 - members / max(most * pool, 1.0))
    return pool * rate * (1.0 + bereaved) * room


@rule
def leavers(workers: float, rate: float, unpaid_rate: float, paid: float) -> float:
    """Expected workers who leave this week; `paid` is the share of their pay they got."""
    return workers * min(1.0, rate + unpaid_rate * (1.0 - paid))


@rule
def newly_armed(workers: float, armed: float, affordable: float, training: float, most: float) -> float:
    """Expected gunmen trained this week: as many as money pays, no faster than fit workers can be trained."""
    fit = most * workers
    return max(0.0, min(affordable - armed, fit * training))


def sweep(
    week, seed, p, founded, believers, paid, arms_money, deaths_memory,
    workers, armed, joined, left,
) -> None:  # fmt: skip
    """Every unit and organisation: join, leave, arm, disarm; whole persons, right on average."""
    units, organisations = workers.shape
    rate = p.joining_per_week * (1.0 + p.jobless_share * (p.unemployment_effect - 1.0))
    for u in range(units):
        for k in range(1, organisations):
            members = workers[u, k] + armed[u, k]
            if founded[k] == 0.0 or (members == 0 and believers[u, k] < 1.0):
                continue
            place = u * organisations + k
            pool = believers[u, k] * p.youth_share
            grief = p.bereavement_effect * 1000.0 * deaths_memory[u, k] / max(believers[u, k], 1000.0)
            wish = joiners(pool, members, rate, grief, p.most_of_pool)
            going = leavers(workers[u, k], p.leaving_per_week, p.unpaid_leaving_per_week, paid[k])
            luck = uniform(seed, DRAW, place, week)
            new = whole(wish, luck)
            gone = min(whole(going, 1.0 - luck), workers[u, k])
            affordable = arms_money[u, k] / p.wage_per_week
            chance = uniform(seed, DRAW_ARMS, place, week)
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
        "recruitment",
        NAME,
        sweep,
        reads=("founded", "believers", "paid", "arms_money", "deaths_memory"),
        writes=("workers", "armed", "joined", "left"),
    ),
)
