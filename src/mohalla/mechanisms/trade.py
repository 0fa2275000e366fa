"""Trade: goods that workers sell, and what believers' kin abroad give.

Claims: O5 (goods sold paid for the first weapons), H3 (what money there is besides extortion), W3 (a leader bound by
proceedings abroad gathers less there). Workers sell where no rival's gunmen drive them from the street. Kin abroad
give more where the leader is free among them and where members are killed at home (Collier and Hoeffler 2004 on what
diasporas give to rebellions).
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from mohalla.curves import per_thousand, saturates
from mohalla.draw import rule
from mohalla.parameters import Known
from mohalla.steps import Step

NAME = "trade"
CLAIMS = ("O5", "H3", "W3")
TRADE = 4


class Parameters(NamedTuple):
    """What workers earn for the organisation, and what kin abroad give."""

    sales_per_year: Annotated[
        float, Known("million/worker/year", 0.002, 0.03, "earned by a worker who sells where no rival is feared")
    ] = 0.01
    gifts_per_year: Annotated[
        float, Known("million/believer/year", 2e-6, 1e-4, "given by kin abroad for a believer, the leader among them")
    ] = 2e-5
    leaderless_giving: Annotated[
        float, Known("share", 0.1, 0.6, "of that, where the leader is at home or bound by proceedings")
    ] = 0.3
    persecution_effect: Annotated[
        float, Known("factor", 0.0, 3.0, "added to gifts where all are moved by own dead")
    ] = 1.0
    persecution_half: Annotated[
        float, Known("deaths/1000 believers", 0.05, 1.0, "own dead not yet forgotten that move half")
    ] = 0.2


@rule
def sold(workers: float, each: float, rival_force: float) -> float:
    """What workers earn in a unit: less as a rival's gunmen rule its streets."""
    return workers * each * (1.0 - rival_force)


@rule
def given(believers: float, each: float, among_them: float, leaderless: float, moved: float) -> float:
    """What kin abroad give: some to any leader, all to one free among them, more as they are moved."""
    return believers * each * (leaderless + (1.0 - leaderless) * among_them) * (1.0 + moved)


@rule
def is_among_them(leader_abroad: float, leader_bound: float) -> float:
    """How far the leader can gather money abroad: there, and not bound by proceedings."""
    return leader_abroad * (1.0 - leader_bound)


def sweep(
    week, seed, p, founded, workers, rival_force, believers, deaths_memory, leader_abroad, leader_bound,
    takings, from_abroad,
) -> None:  # fmt: skip
    """This week's sales in every unit, and gifts from abroad for every organisation."""
    units, organisations = workers.shape
    people, dead = np.zeros(organisations), np.zeros(organisations)
    for u in range(units):
        for k in range(1, organisations):
            takings[u, k, TRADE] += sold(workers[u, k], p.sales_per_week, float(rival_force[u, k]))
            people[k] += believers[u, k]
            dead[k] += deaths_memory[u, k]
    for k in range(1, organisations):
        if founded[k] == 0.0:
            from_abroad[k] = 0.0
            continue
        moved = p.persecution_effect * saturates(per_thousand(dead[k], people[k]), p.persecution_half)
        free = is_among_them(leader_abroad[k], leader_bound[k])
        from_abroad[k] = given(people[k], p.gifts_per_week, free, p.leaderless_giving, moved)


STEPS = (
    Step(
        "trade",
        NAME,
        sweep,
        reads=("founded", "workers", "rival_force", "believers", "deaths_memory", "leader_abroad", "leader_bound"),
        writes=("takings", "from_abroad"),
    ),
)
