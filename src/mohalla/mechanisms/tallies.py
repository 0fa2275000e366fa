"""Tallies: residents counted as they change, the week's counts emptied, sums by sector for results. Decides nothing."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import literal_unroll

from mohalla.calendar import DAYS_A_WEEK, QUARTER
from mohalla.draw import rule, u8
from mohalla.steps import Step

NAME = "tallies"
CLAIMS = ()
UNIT_4096 = 1.0 / 4096.0
i4 = np.int32
ZERO = np.float32(0.0)


WEEKLY_COUNTS = (
    "killings", "causes", "deaths_here", "joined", "left", "killed", "arrested", "released", "riot_work",
    "killed_community", "riot_deaths", "raids", "arrests", "operation_deaths", "informed", "carried",
    "taken_unlawfully",
)  # fmt: skip
"""What is counted anew each week, from `clear` on."""


class Parameters(NamedTuple):
    """Counting has no numbers of its own."""


@rule
def count_one(
    u, place, community, heart, face, by, each, face_here, unit_face, unit_heart, unit_honest, followers, believers
) -> None:  # fmt: skip
    """One resident more (`by` is 1) or less (-1), who stands for `each` adults, of this heart and face."""
    n, v, c = u8(place), u8(u), u8(community)  # unsigned: no look at indices below zero
    means_it = by * (heart == face)
    face_here[n, face] += by
    unit_face[v, c, face] += by
    unit_heart[v, c, heart] += by
    unit_honest[v, c, face] += means_it
    followers[v, face] += by * each
    believers[v, face] += means_it * each


def clear(
    week, seed, p, killings, causes, deaths_here, joined, left, killed, arrested, released, riot_work,
    killed_community, riot_deaths, raids, arrests, operation_deaths, informed, carried, taken_unlawfully,
) -> None:  # fmt: skip
    """Empty the counts of last week."""
    for u in range(deaths_here.size):
        if deaths_here[u] > 0:  # killings are many numbers, nearly all of them 0
            killings[u] = 0
            causes[u] = 0
    for counts in (joined, left, killed, arrested, released, riot_work):
        counts[:] = 0
    for counts in (deaths_here, killed_community, riot_deaths, raids, arrests, operation_deaths, informed):
        counts[:] = 0
    for money in (carried, taken_unlawfully):
        money[:] = 0.0


def fall_silent(week, seed, p, unit_tips, reporting_here) -> None:
    """What was told in a turn is told once: the weeks until the next one are silent."""
    for u in range(unit_tips.size):
        unit_tips[u], reporting_here[u] = 0, 0


@rule
def mean_of(total: float, count: float) -> float:
    """A mean, 0 where there is nobody."""
    return total / count if count > 0 else 0.0


@rule
def add(unit_sector, rows, sums, each) -> None:
    """Add so many times each unit's row to its sector's."""
    for u in range(rows.shape[0]):
        s = u8(unit_sector[u])
        for j in range(rows.shape[1]):
            sums[s, j] += rows[u, j] * each


@rule
def add_shares(unit_sector, unit_first, rows, sums) -> None:
    """Add each unit's row to its sector's, as often as it has neighbourhoods."""
    for u in range(unit_sector.size):
        s, here = u8(unit_sector[u]), unit_first[u + 1] - unit_first[u]
        for j in range(rows.shape[1]):
            sums[s, j] += rows[u, j] * here


@rule
def add_killings(unit_sector, deaths_here, killings, sums) -> None:
    """Add the killings of each unit to its sector's: many numbers, nearly all of them 0."""
    for u in range(unit_sector.size):
        if deaths_here[u] > 0:
            s = u8(unit_sector[u])
            for killer in range(sums.shape[1]):
                for victim in range(sums.shape[2]):
                    sums[s, killer, victim] += killings[u, killer, victim]


@rule
def add_places(unit_sector, unit_first, services, sums) -> None:
    """Add what there is in each neighbourhood to its sector's."""
    for u in range(unit_sector.size):
        here = ZERO
        for place in range(unit_first[u], unit_first[u + 1]):
            here += services[u8(place)]
        sums[u8(unit_sector[u])] += here


@rule
def to_means(sums, counts) -> None:
    """Sums over so many as means."""
    for s in range(sums.shape[0]):
        for j in range(sums.shape[1]):
            sums[s, j] = mean_of(sums[s, j], counts[s, j])


@rule
def to_shares(sums, places) -> None:
    """Sums over so many neighbourhoods as means."""
    for s in range(sums.shape[0]):
        for k in range(sums.shape[1]):
            sums[s, k] /= places[s]


def sum_sectors(
    week, unit_sector, unit_first, adults_per_resident, unit_people, unit_face, unit_heart, unit_honest,
    took_stock, unit_fear, unit_belief, unit_reversals, unit_tips, unit_watch, force, help_here, unit_risk, services,
    armed, workers, deaths_here, killings, causes, traders_here, paying_here, reporting_here,
    population, face, heart, coerced, fear, belief, reversals, tips, watch_s, force_s, help_s, risk_s, services_s,
    armed_s, workers_s, killings_s, causes_s, traders_s, paying_s, reporting_s,
) -> None:  # fmt: skip
    """What is recorded by sector. On one core: to wake another takes longer."""
    units, sectors, each, one = unit_sector.size, population.shape[1], i4(adults_per_resident[0]), i4(1)
    all_units, all_sectors = (units, -1), (sectors, -1)
    faces, honest = face[week].reshape(all_sectors), coerced[week].reshape(all_sectors)
    add(unit_sector, unit_people, population[week], each)
    add(unit_sector, unit_face.reshape(all_units), faces, each)
    add(unit_sector, unit_heart.reshape(all_units), heart[week].reshape(all_sectors), each)
    add(unit_sector, unit_honest.reshape(all_units), honest, each)
    for row in range(sectors):
        for j in range(faces.shape[1]):
            honest[row, j] = faces[row, j] - honest[row, j]  # who shows a face without meaning it is coerced
    people, places = np.zeros(population[week].shape), np.zeros(sectors)
    add(unit_sector, took_stock, people, one)
    add(unit_sector, unit_fear, fear[week], UNIT_4096)
    add(unit_sector, unit_belief, belief[week], UNIT_4096)
    add(unit_sector, unit_reversals, reversals[week], one)
    add(unit_sector, armed, armed_s[week], one)
    add(unit_sector, workers, workers_s[week], one)
    add(unit_sector, causes, causes_s[week], one)
    add_killings(unit_sector, deaths_here, killings, killings_s[week])
    add_shares(unit_sector, unit_first, unit_watch, watch_s[week])
    add_shares(unit_sector, unit_first, force, force_s[week])
    add_shares(unit_sector, unit_first, help_here, help_s[week])
    add_shares(unit_sector, unit_first, unit_risk, risk_s[week])
    add_places(unit_sector, unit_first, services, services_s[week])
    for u in range(units):
        s = u8(unit_sector[u])
        places[s] += unit_first[u + 1] - unit_first[u]
        tips[week, s] += unit_tips[u] * each
        traders_s[week, s] += traders_here[u] * each
        paying_s[week, s] += paying_here[u] * each
        reporting_s[week, s] += reporting_here[u] * each
    for shares in (watch_s[week], force_s[week], help_s[week], risk_s[week], services_s[week].reshape((sectors, 1))):
        to_shares(shares, places)
    for sums in (fear[week], belief[week], reversals[week]):
        to_means(sums, people)


def copy_city(week, pairs, lasting, belief_lasting, delegation, centralisation) -> None:
    """What is recorded once for the city: copied as it is, a row a week."""
    for pair in literal_unroll(pairs):  # the pairs are of unlike types
        now, rows = pair
        for j in range(now.size):
            rows[week, j] = now[j]
    for k in range(lasting.size):
        centralisation[week, k] = 1.0 - delegation[k]
        for s in range(belief_lasting.shape[1]):
            belief_lasting[week, s, k] = lasting[k]


@rule
def add_faces(faces, honest, shown, coerced) -> None:
    """Residents of a unit by face, and those of them who do not mean it, over all communities."""
    for c in range(faces.shape[0]):
        for k in range(faces.shape[1]):
            shown[k] += faces[c, k]
            coerced[k] += faces[c, k] - honest[c, k]


@rule
def copy_from(first, values, row) -> None:
    """Fill a row with the values from the first one on."""
    for j in range(row.size):
        row[j] = values[first + j]


def copy_quarter(
    week, adults_per_resident, unit_people, unit_face, unit_honest, force, unit_watch, deaths_here, idle,
    competence, loyalty, tenure, following,
    killings_q, closed_q, population_q, hold_q, coerced_q, force_q, watch_q, competence_q, loyalty_q, tenure_q,
    following_q,
) -> None:  # fmt: skip
    """Units and posts as they are in the first week of a quarter; killings and days of strike of all its weeks."""
    quarter, nobody = week // QUARTER, competence.size - competence_q.shape[1]  # posts of no organisation come first
    for u in range(deaths_here.size):
        killings_q[quarter, u] += deaths_here[u]
        closed_q[quarter, u] += DAYS_A_WEEK * idle[u]
    if week % QUARTER:
        return
    for u in range(deaths_here.size):
        people = unit_people[u].sum()
        population_q[quarter, u] = people * adults_per_resident[0]
        add_faces(unit_face[u], unit_honest[u], hold_q[quarter, u], coerced_q[quarter, u])
        for k in range(force.shape[1]):
            hold_q[quarter, u, k] = mean_of(hold_q[quarter, u, k], people)
            coerced_q[quarter, u, k] = mean_of(coerced_q[quarter, u, k], people)
            force_q[quarter, u, k] = force[u, k]
            watch_q[quarter, u, k] = unit_watch[u, k]
    copy_from(nobody, competence, competence_q[quarter])
    copy_from(nobody, loyalty, loyalty_q[quarter])
    copy_from(nobody, tenure, tenure_q[quarter])
    copy_from(nobody, following, following_q[quarter])


STEPS = (
    Step(
        "clear",
        NAME,
        clear,
        reads=(),
        writes=WEEKLY_COUNTS,
    ),
    Step("silence", NAME, fall_silent, reads=(), writes=("unit_tips", "reporting_here")),
)  # fmt: skip
