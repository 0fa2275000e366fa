"""Command: the tree of posts and who holds them; money up, orders down, delegation.

Claims: G1 (hierarchy carries money and orders), H10 (holders live by skim), O8 (structure). Every organisation has one
chief organiser, a head for each sector and each unit. A holder has competence, loyalty, tenure and a rate of skim that
grows with tenure. Holders are lost when their unit's members are killed or arrested and, slowly, by turnover; a
successor starts anew with another competence. Delegation is fixed here; learning it from events is another mechanism.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from mohalla.draw import Decision, key, rule, uniform
from mohalla.parameters import Known
from mohalla.steps import Step

NAME = "command"
CLAIMS = ("G1", "H10", "O8")
DRAW = int(Decision.POST)


class Parameters(NamedTuple):
    """Holders of posts: how good they are, how long they stay, what they keep."""

    competence_mean: Annotated[float, Known("0-1", 0.45, 0.75, "mean competence of a new holder")] = 0.6
    competence_spread: Annotated[float, Known("0-1", 0.1, 0.4, "half the range of a new holder's competence")] = 0.25
    learning_per_year: Annotated[float, Known("1/year", 0.0, 0.15, "way to full competence learnt in a year")] = 0.05
    turnover_per_year: Annotated[float, Known("1/year", 0.05, 0.3, "holders replaced for ordinary reasons")] = 0.12
    skim_start: Annotated[float, Known("share", 0.02, 0.12, "kept by a new holder of what passes through")] = 0.06
    skim_growth_per_year: Annotated[float, Known("1/year", 0.005, 0.04, "added to the rate in a year of tenure")] = (
        0.015
    )
    skim_most: Annotated[float, Known("share", 0.15, 0.4, "most a holder can keep")] = 0.25
    loyalty_mean: Annotated[float, Known("0-1", 0.5, 0.9, "mean loyalty of a new holder")] = 0.75
    loyalty_spread: Annotated[float, Known("0-1", 0.1, 0.3, "half the range of a new holder's loyalty")] = 0.2
    unit_weight: Annotated[float, Known("share", 0.3, 0.7, "of the chain's work that is the unit head's own")] = 0.5
    sector_weight: Annotated[float, Known("share", 0.1, 0.3, "of the chain's work that is the sector head's")] = 0.25
    delegation: Annotated[float, Known("0-1", 0.3, 0.8, "allotment by local knowledge, not from afar")] = 0.5


@rule
def replaced(turnover: float, losses: float, members: float, u: float) -> bool:
    """Whether a holder is lost this week: by turnover, or like any member by death and arrest."""
    return u < turnover + losses / max(members + losses, 1.0)


@rule
def drawn(mean: float, spread: float, u: float) -> float:
    """A quality of a successor (0-1): anywhere within `spread` of the mean."""
    return min(1.0, max(0.0, mean + spread * (2.0 * u - 1.0)))


@rule
def chain(city: float, sector: float, unit: float, sector_weight: float, unit_weight: float) -> float:
    """What a unit makes of orders and money: a part is its own head's work, a part that of each head above."""
    return (1.0 - sector_weight - unit_weight) * city + sector_weight * sector + unit_weight * unit


def sweep(
    week, seed, p, unit_sector, founded, workers, armed, killed, arrested,
    competence, loyalty, tenure, skim_rate, effectiveness, delegation, cohesion,
) -> None:  # fmt: skip
    """A week in every post: holders stay or are replaced, learn, and keep more; then the chain above each unit."""
    units, organisations = workers.shape
    posts = competence.size // organisations
    sectors = posts - 1 - units
    for k in range(1, organisations):
        if founded[k] == 0.0:
            continue
        delegation[k] = p.delegation
        cohesion[k] = loyalty[k * posts : (k + 1) * posts].mean()
        for place in range(posts):
            post = k * posts + place
            losses, members = 0.0, 0.0
            if place > sectors:
                u = place - 1 - sectors
                losses, members = float(killed[u, k] + arrested[u, k]), float(workers[u, k] + armed[u, k])
            if tenure[post] == 0 or replaced(p.turnover_per_week, losses, members, uniform(seed, DRAW, post, week)):
                luck = uniform(key(seed, DRAW, post, week), DRAW, 0, 0)
                fate = uniform(key(seed, DRAW, post, week), DRAW, 1, 0)
                competence[post] = drawn(p.competence_mean, p.competence_spread, luck)
                loyalty[post] = drawn(p.loyalty_mean, p.loyalty_spread, fate)
                skim_rate[post] = p.skim_start
                tenure[post] = 0
            tenure[post] += 1
            competence[post] += (1.0 - competence[post]) * p.learning_per_week
            skim_rate[post] = min(p.skim_most, skim_rate[post] + p.skim_growth_per_week)
        for u in range(units):
            base = k * posts
            here = competence[base + 1 + sectors + u]
            above = competence[base + 1 + unit_sector[u]]
            effectiveness[u, k] = chain(competence[base], above, here, p.sector_weight, p.unit_weight)


STEPS = (
    Step(
        "command",
        NAME,
        sweep,
        reads=("unit_sector", "founded", "workers", "armed", "killed", "arrested"),
        writes=("competence", "loyalty", "tenure", "skim_rate", "effectiveness", "delegation", "cohesion"),
    ),
)
