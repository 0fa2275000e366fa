"""Services: the state's unconditional delivery, and the record that makes it believed.

Claims: B1, B2 (an alternative needs a government that governs). Services reach everybody whatever face they show: they
make a party's help worth less and life without a party worth more, as far as they are believed to last.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from mohalla.draw import rule
from mohalla.parameters import Known
from mohalla.steps import Step

NAME = "services"
CLAIMS = ("B1", "B2")
YEARS_PER_WEEK = 7 / 365.25


class Parameters(NamedTuple):
    """How fast delivery follows orders, and what counts as delivery."""

    build_up_per_year: Annotated[float, Known("1/year", 0.5, 4.0, "way to the ordered level made in a year")] = 1.5
    floor: Annotated[float, Known("0-1", 0.1, 0.4, "level below which residents see no services")] = 0.25
    record_kept: Annotated[float, Known("share/week", 0.2, 0.9, "of a record kept in a week without services")] = 0.5


@rule
def delivered(level: float, ordered: float, pace: float) -> float:
    """Services after a week on the way from the present level to the ordered one."""
    return level + (ordered - level) * pace


def sweep(week, seed, p, delivery, unit_sector, neighbourhood_unit, services, served_years) -> None:
    """Services and their unbroken record in every neighbourhood."""
    ordered = delivery[unit_sector[neighbourhood_unit]]
    for n in range(services.size):
        services[n] = delivered(services[n], ordered[n], p.build_up_per_week)
        served = served_years[n] + YEARS_PER_WEEK
        served_years[n] = served if services[n] >= p.floor else p.record_kept * served_years[n]


STEPS = (
    Step(
        "services",
        NAME,
        sweep,
        reads=("delivery", "unit_sector", "neighbourhood_unit"),
        writes=("services", "served_years"),
    ),
)
