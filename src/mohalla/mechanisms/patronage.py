"""Patronage: help for the households of those seen to follow: how much, and for how long it is believed.

Claims: H1 (one of two legs), H2, H3 (the loop), H5 (dependence). Money allotted to help becomes what a follower's
household gets: less a head among many followers, more under a competent chain of posts. Help is believed in by its
record: how long it has come without a break. Theory: Stokes 2005 (help as discipline needs being seen).
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from mohalla.draw import rule
from mohalla.parameters import Known
from mohalla.steps import Step

NAME = "patronage"
CLAIMS = ("H1", "H2", "H3", "H5")
YEARS_PER_WEEK = 7 / 365.25


class Parameters(NamedTuple):
    """What money does for a household, and what record makes help believed."""

    half_help_per_year: Annotated[
        float, Known("million/follower/year", 2e-4, 2e-3, "help money a follower at which help is half")
    ] = 6e-4
    office_help: Annotated[
        float, Known("0-1", 0.2, 0.8, "help that office gives without money: jobs, permits, postings")
    ] = 0.5
    typical_horizon_years: Annotated[float, Known("years", 2.0, 8.0, "how far ahead help is judged")] = 4.0
    prior_years: Annotated[float, Known("years", 0.5, 4.0, "years of record that the first belief is worth")] = 1.0
    record_floor: Annotated[float, Known("0-1", 0.02, 0.1, "help below which a record is broken")] = 0.04


@rule
def helps(money: float, followers: float, half: float, competence: float, from_office: float) -> float:
    """Help (0-1) to a follower's household: bought with money a head, or given by office; both need competence."""
    each = money / max(followers, 1.0)
    bought = each / (each + half)
    return competence * (bought + (1.0 - bought) * from_office)


@rule
def believed(record_years: float, prior_years: float, horizon_years: float) -> float:
    """Chance that what has come for `record_years` without a break comes for `horizon_years` more."""
    return (record_years + prior_years) / (record_years + prior_years + horizon_years)


def sweep(week, seed, p, founded, office, help_money, followers, effectiveness, help, lasting, record_years) -> None:
    """Help in every unit, and each organisation's record of giving it."""
    units, organisations = help_money.shape
    given, total = np.zeros(organisations), np.zeros(organisations)
    for u in range(units):
        for k in range(1, organisations):
            if founded[k] == 0.0:
                continue
            from_office = p.office_help * office[k]
            level = helps(help_money[u, k], followers[u, k], p.half_help_per_week, effectiveness[u, k], from_office)
            help[u, k] = level
            given[k] += level * followers[u, k]
            total[k] += followers[u, k]
    for k in range(1, organisations):
        if founded[k] == 0.0:
            continue
        kept = given[k] >= p.record_floor * total[k] and total[k] > 0.0
        record_years[k] = record_years[k] + YEARS_PER_WEEK if kept else 0.5 * record_years[k]
        lasting[k] = believed(record_years[k], p.prior_years, p.typical_horizon_years)


STEPS = (
    Step(
        "patronage",
        NAME,
        sweep,
        reads=("founded", "office", "help_money", "followers", "effectiveness"),
        writes=("help", "lasting", "record_years"),
    ),
)
