"""Extortion: demands on traders, who pay, refuse or report; revenue goes up the tiers.

Claims: H3 (extortion pays for politics), H10 (skim at each tier, taken in `treasury`). The most forceful organisation
of a neighbourhood asks; a trader weighs the expected cost of refusing against the demand, and what others do. Weights
0.49 and 0.51, demands of 3 % of income, a 0.5 chance of punishment and 1 % of reports are from Nardin et al. 2016.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np
from numba import prange

from mohalla.draw import Decision, bits, high_half, key, low_half, rule
from mohalla.parameters import Known
from mohalla.steps import Step

NAME = "extortion"
CLAIMS = ("H3", "H10")
DRAW = int(Decision.TRADER_WEEK)
EXTORTION = 1
NARDIN = "Nardin et al. 2016"
PER_BIT = 1.0 / 4294967296.0


class Parameters(NamedTuple):
    """What is asked, what refusing costs, and how traders weigh it."""

    demands_per_year: Annotated[float, Known("1/year", 4.0, 24.0, "demands to a trader in a year")] = 12.0
    demand_share: Annotated[float, Known("share", 0.01, 0.06, "of income that is asked", NARDIN)] = 0.03
    punishment_chance: Annotated[float, Known("0-1", 0.3, 0.7, "punished if refusing, at full force", NARDIN)] = 0.5
    punishment_cost: Annotated[float, Known("share of income", 0.05, 0.4, "loss when punished")] = 0.15
    weight_material: Annotated[float, Known("0-1", 0.3, 0.7, "weight of cost against norm", NARDIN)] = 0.49
    reporting: Annotated[float, Known("0-1", 0.002, 0.05, "refusers who report to the state", NARDIN)] = 0.01
    least_force: Annotated[float, Known("0-1", 0.05, 0.2, "force below which nobody asks")] = 0.1


@rule
def material(force: float, chance: float, cost: float, demand: float) -> float:
    """Pull to pay: expected cost of refusing against the demand, as a share of both."""
    expected = force * chance * cost
    return expected / (expected + demand)


@rule
def pays(pull: float, norm: float, weight: float) -> float:
    """Chance of paying when asked: material interest and what others do, weighted."""
    return weight * pull + (1.0 - weight) * norm


def sweep(
    week, seed, p, trader_start, trader_income_per_week, adults_per_resident, strongest, force, unit_first,
    traders_here, paying, takings, paying_here, reporting_here, punished_here,
) -> None:  # fmt: skip
    """Every trader of every unit: asked or not this week, pays or not; then what the unit yields."""
    units = traders_here.size
    for u in prange(units):
        start = trader_start[u]
        collector = strongest[unit_first[u]]
        here = force[u, collector] if collector > 0 else 0.0
        norm = paying_here[u] / max(traders_here[u], 1)
        moment = key(seed, DRAW, u, week)
        low, high = low_half(moment), high_half(moment)
        chance = pays(material(here, p.punishment_chance, p.punishment_cost, p.demand_share), norm, p.weight_material)
        asked = min(1.0, p.demands_per_week)
        payers, reports, punished = 0, 0, 0
        for i in range(traders_here[u]):
            luck = bits(low, high, np.uint32(i)) * PER_BIT
            t = start + i
            if here < p.least_force:
                paying[t] = 0
            elif luck < asked:
                again = luck / asked
                paying[t] = again < chance
                refused = (again - chance) / max(1.0 - chance, 1e-9)
                reports += 0.0 <= refused < p.reporting
                punished += refused >= 1.0 - p.punishment_chance * here
            payers += paying[t]
        paying_here[u] = payers
        reporting_here[u] = reports
        punished_here[u] = punished
        yields = payers * adults_per_resident[0] * trader_income_per_week[0] * p.demand_share
        takings[u, collector, EXTORTION] += yields


STEPS = (
    Step(
        "extortion",
        NAME,
        sweep,
        reads=("trader_start", "trader_income_per_week", "adults_per_resident", "strongest", "force", "unit_first",
               "traders_here"),
        writes=("paying", "takings", "paying_here", "reporting_here", "punished_here"),
        parallel=True,
    ),
)  # fmt: skip
