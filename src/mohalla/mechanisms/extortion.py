"""Extortion: demands on traders, who pay, refuse or report. What holders keep of it: command.py.

Claims: H3 (extortion pays for politics), H10 (skim at each tier, taken in `treasury`). The most forceful organisation
of a neighbourhood asks; a trader weighs the expected cost of refusing against the demand, and what others do. Weights
0.49 and 0.51, demands of 3 % of income, a 0.5 chance of punishment and 1 % of reports are from Nardin et al. 2016.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np

from mohalla.draw import Decision, bits, f8, high_half, key, low_half, rule, u4, u8
from mohalla.parameters import Known
from mohalla.steps import Step, of_unit

NAME = "extortion"
CLAIMS = ("H3", "H10")
DRAW = int(Decision.TRADER_WEEK)
EXTORTION = 1
NARDIN = "Nardin et al. 2016"
DRAWS = 4294967296
NOBODY = u4(0)


class Parameters(NamedTuple):
    """What is asked, what refusing costs, and how traders weigh it."""

    demands_per_year: Annotated[float, Known("1/year", 4.0, 13.0, "demands to a trader in a year")] = 12.0
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


@rule
def draws_below(chance: float) -> np.uint32:
    """How many of the 2^32 draws lie below a chance, so that draws are compared as the whole numbers they are."""
    return u4(min(math.ceil(chance * DRAWS), DRAWS - 1))


@rule
def ask(paying, moment, asked, chance, reporting, punishment) -> tuple[np.uint32, np.uint32, np.uint32]:
    """Ask a share of a unit's traders, of whom some pay; returns how many pay now, reported and were punished."""
    low, high = low_half(moment), high_half(moment)
    asks, pays_up = draws_below(asked), draws_below(asked * chance)
    reports = draws_below(asked * (chance + (1.0 - chance) * reporting))
    spared = draws_below(asked * (1.0 - (1.0 - chance) * punishment))
    payers, reporters, punished = NOBODY, NOBODY, NOBODY
    for i in range(paying.size):
        t, luck = u8(i), bits(low, high, u4(i))
        pays_now = u4(luck < pays_up) | (u4(luck >= asks) & u4(paying[t]))
        payers = u4(payers + pays_now)
        reporters = u4(reporters + (u4(luck >= pays_up) & u4(luck < reports)))
        punished = u4(punished + (u4(luck >= spared) & u4(luck < asks)))
        paying[t] = pays_now
    return payers, reporters, punished


@of_unit
def sweep(
    u, week, seed, p, trader_start, strongest, force, unit_first, traders_here,
    paying, paying_here, reporting_here, punished_here,
) -> None:  # fmt: skip
    """Every trader of a unit: asked or not this turn, pays or not."""
    traders = paying[trader_start[u] : trader_start[u] + traders_here[u]]
    collector = strongest[unit_first[u]]
    here = f8(force[u, collector]) if collector > 0 else 0.0
    norm = paying_here[u] / max(traders_here[u], 1)
    paying_here[u], reporting_here[u], punished_here[u] = 0, 0, 0
    if here < p.least_force:
        traders[:] = 0
        return
    chance = pays(material(here, p.punishment_chance, p.punishment_cost, p.demand_share), norm, p.weight_material)
    paying_here[u], reporting_here[u], punished_here[u] = ask(
        traders, key(seed, DRAW, u, week), p.demands_per_turn, chance, p.reporting, p.punishment_chance * here
    )


def levy(
    week, seed, p, paying_here, strongest, unit_first, founded, adults_per_resident, trader_income_per_week, takings
) -> None:  # fmt: skip
    """What those who pay yield in a week, to the most forceful organisation of their unit."""
    for u in range(paying_here.size):
        collector = strongest[unit_first[u]]
        if collector > 0 and founded[collector] > 0.0:
            income = paying_here[u] * adults_per_resident[0] * trader_income_per_week[0]
            takings[u, collector, EXTORTION] += income * p.demand_share


STEPS = (
    Step(
        "extortion",
        NAME,
        sweep,
        reads=("trader_start", "strongest", "force", "unit_first", "traders_here"),
        writes=("paying", "paying_here", "reporting_here", "punished_here"),
        by_unit=True,
    ),
    Step(
        "levy",
        NAME,
        levy,
        reads=("paying_here", "strongest", "unit_first", "founded", "adults_per_resident", "trader_income_per_week"),
        writes=("takings",),
    ),
)  # fmt: skip
