"""Who is punished: gunmen hit those who are known to dissent, and anybody where they do not know."""

from __future__ import annotations

import pytest

from mohalla.calendar import YEARS_PER_WEEK
from mohalla.engine.week import BY_NAME, bind
from mohalla.mechanisms import coercion
from workbench import alone

WEEKS, RATE = 2000, 0.5
LANTERN, GUNMEN, DISSENT = 1, 50, 0.5


def punished(watch: float) -> tuple[float, float]:
    """Deaths a week of dissenters and of bystanders by the gunmen of a unit, half of whose adults follow them."""
    arrays = alone.midway()
    arrays["armed"][...] = 0
    arrays["armed"][0, LANTERN], arrays["unit_watch"][0, LANTERN] = GUNMEN, watch
    arrays["adults"][0], arrays["followers"][0, LANTERN] = 1000.0, 1000.0 * (1 - DISSENT)
    call = bind(BY_NAME["sanction"], arrays, alone.numbers("coercion", sanction_deaths_per_year=RATE))
    for week in range(WEEKS):
        call.sweep(week, alone.SEED, call.parameters, *call.arrays)
    dissenters, bystanders = arrays["killings"][0, LANTERN, 0], arrays["killings"][0, LANTERN, -1]
    assert arrays["killings"].sum() == dissenters + bystanders == arrays["deaths_here"][0]
    assert arrays["causes"].sum() == arrays["causes"][0, coercion.SANCTION] == arrays["deaths_here"].sum()
    return dissenters / WEEKS, bystanders / WEEKS


@pytest.mark.parametrize("watch", [0.0, 0.3, 1.0])
def test_who_is_known_to_dissent_is_hit_and_anybody_where_nobody_is_known(watch: float) -> None:
    """Some 480 deaths; within 4.5 standard errors are all but 1 in 100,000 of right counts."""
    expected = GUNMEN * RATE * YEARS_PER_WEEK * DISSENT
    error = 4.5 * (expected / WEEKS) ** 0.5
    dissenters, bystanders = punished(watch)
    assert abs(dissenters - watch * expected) <= error
    assert abs(bystanders - (1.0 - watch) * expected) <= error
    assert (dissenters == 0, bystanders == 0) == (watch == 0.0, watch == 1.0)
