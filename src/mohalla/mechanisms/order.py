"""Order: where the state is present protectors are not needed, and those who governed badly are remembered for it.

Claims: S11 (militias stand in where the state's writ is missing), O9 (older parties failed those who had followed
them). The state is present as far as it has personnel, wholly only where it also serves. Who holds office is blamed for
services not delivered and for killing, and forgotten for it when out of office. Theory: protection is bought where the
state gives none (Gambetta 1993).
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from mohalla.calendar import WEEKS_PER_YEAR
from mohalla.curves import per_thousand, saturates, towards
from mohalla.draw import rule
from mohalla.parameters import Known
from mohalla.steps import Step

NAME = "order"
CLAIMS = ("O9", "S11")
EVERY = 4
PER_100K = 100.0


class Parameters(NamedTuple):
    """What makes the state present, and what those who govern are blamed for."""

    personnel_half: Annotated[
        float, Known("persons/1000 adults", 4.0, 25.0, "personnel of the state at which half of its presence is felt")
    ] = 10.0
    bare: Annotated[float, Known("share", 0.2, 0.7, "of that presence where the state delivers no services")] = 0.4
    tolerated: Annotated[
        float, Known("deaths/100,000 adults a year", 5.0, 60.0, "killing at which half of the blame for it is earned")
    ] = 20.0
    services_weight: Annotated[float, Known("share", 0.2, 0.8, "of blame that is for services, not for killing")] = 0.5
    blame_per_year: Annotated[
        float, Known("1/year", 0.2, 1.0, "way to full failure in a year of all offices and all blame")
    ] = 0.5
    forgotten_per_year: Annotated[float, Known("1/year", 0.05, 0.4, "failure that is forgotten a year")] = 0.15


@rule
def presence(personnel: float, half: float, services: float, bare: float) -> float:
    """Presence of the state in a place (0-1): by its personnel per 1000 adults, wholly where it serves wholly."""
    return saturates(personnel, half) * (bare + (1.0 - bare) * services)


@rule
def blame(services: float, killing: float, tolerated: float, services_weight: float) -> float:
    """How badly a city is governed (0-1): services not delivered, and killing against what is tolerated."""
    return services_weight * (1.0 - services) + (1.0 - services_weight) * saturates(killing, tolerated)


@rule
def failed(failure: float, office: float, badly: float, learnt: float, forgotten: float) -> float:
    """The record of failing: grows as one who holds office governs badly, fades with time."""
    return towards(failure * (1.0 - forgotten), 1.0, learnt * office * badly)


def sweep(week, seed, p, personnel, adults, services, unit_first, office, founded, deaths_here, order, failure) -> None:
    """Presence of the state in every unit, and the record of those in office; four weeks at once."""
    units, city, deaths, served = adults.size, 0.0, 0.0, 0.0
    for u in range(units):
        city += adults[u]
        deaths += deaths_here[u]
    staff = per_thousand(personnel[0], city)
    for u in range(units):
        first, last, here = unit_first[u], unit_first[u + 1], 0.0
        for n in range(first, last):
            here += services[n]
        order[u] = presence(staff, p.personnel_half, here / (last - first), p.bare)
        served += here / (last - first) * adults[u]
    killing = per_thousand(deaths, city) * PER_100K * WEEKS_PER_YEAR
    badly = blame(served / max(city, 1.0), killing, p.tolerated, p.services_weight)
    for k in range(1, office.size):
        if founded[k] > 0.0:
            failure[k] = failed(failure[k], office[k], badly, EVERY * p.blame_per_week, EVERY * p.forgotten_per_week)


STEPS = (
    Step(
        "order",
        NAME,
        sweep,
        reads=("personnel", "adults", "services", "unit_first", "office", "founded", "deaths_here"),
        writes=("order", "failure"),
        every=EVERY,
    ),
)
