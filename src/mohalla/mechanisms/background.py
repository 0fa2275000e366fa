"""Background violence: ordinary murder, other militants, and dated shocks from outside the model.

No claim: these deaths are imposed, with their dates and sources, so that what the model produces can be compared with
counters that count everything. They frighten and bereave like any others.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from mohalla.draw import Decision, poisson, rule, uniform
from mohalla.parameters import Known
from mohalla.steps import Step

NAME = "background"
CLAIMS = ()
DRAW = int(Decision.BACKGROUND)
RIOT, BACKGROUND = 1, 5


class Parameters(NamedTuple):
    """How far the imposed rates are believed."""

    ordinary_factor: Annotated[float, Known("factor", 0.7, 1.3, "ordinary murder against the declared rate")] = 1.0


@rule
def expected(adults: float, rate: float, factor: float) -> float:
    """Expected ordinary murders in a place this week."""
    return adults * rate * factor


@rule
def portion(total: int, before: float, after: float, u: float) -> int:
    """Of `total` deaths those of a place between two cumulative shares: whole, right on average, none lost."""
    return int(total * after + u) - int(total * before + u)


def sweep(
    week, seed, p, ordinary, militant, shock_deaths, adults, unit_people,
    killings, causes, deaths_here,
) -> None:  # fmt: skip
    """Deaths from outside the model, unit by unit."""
    units, parties = killings.shape[0], killings.shape[1]
    militants, ordinary_killer = parties - 3, parties - 2
    bystander = parties - 1
    communities = unit_people.shape[1]
    city = adults.sum()
    for u in range(units):
        share = adults[u] / city
        murders = poisson(expected(adults[u], ordinary[0], p.ordinary_factor), uniform(seed, DRAW, u, week))
        by_militants = poisson(militant[0] * share, uniform(seed, DRAW, units + u, week))
        if murders + by_militants == 0:
            continue
        killings[u, ordinary_killer, 0] += murders
        killings[u, militants, 0] += by_militants
        causes[u, BACKGROUND] += murders + by_militants
        deaths_here[u] += murders + by_militants
    for c in range(communities):
        if shock_deaths[c] == 0:
            continue
        people, before, luck = max(unit_people[:, c].sum(), 1), 0.0, uniform(seed, DRAW, 2 * units + c, week)
        for u in range(units):
            after = 1.0 if u == units - 1 else before + unit_people[u, c] / people
            dead = portion(shock_deaths[c], before, after, luck)
            before = after
            killings[u, 0, bystander] += dead
            causes[u, RIOT] += dead
            deaths_here[u] += dead


STEPS = (
    Step(
        "background",
        NAME,
        sweep,
        reads=("ordinary", "militant", "shock_deaths", "adults", "unit_people"),
        writes=("killings", "causes", "deaths_here"),
    ),
)
