"""Tallies: people by neighbourhood, unit, community; what results hold by sector is summed here. Decides nothing."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import literal_unroll

from mohalla.calendar import DAYS_A_WEEK, QUARTER
from mohalla.draw import rule, u8
from mohalla.steps import Step, of_unit

NAME = "tallies"
CLAIMS = ()
UNIT_4096 = 1.0 / 4096.0
i4 = np.int32


class Parameters(NamedTuple):
    """Counting has no numbers of its own."""


@of_unit
def sweep(
    u, week, seed, p, unit_first, adults_per_resident, cell_count, cell_face, cell_heart, cell_honest, cell_fear,
    cell_belief, cell_reversals, cell_tips,
    face_here, people_here, adults, followers, believers, unit_people, unit_face, unit_heart, unit_honest, unit_fear,
    unit_belief, unit_reversals, unit_tips,
) -> None:  # fmt: skip
    """The people of a unit.

    The loops stand here in full, over long rows of communities side by side and with unsigned indices, because only so
    do they vectorise.
    """
    communities, organisations = u8(unit_face.shape[1]), u8(unit_face.shape[2])
    kinds, each = communities * organisations, adults_per_resident[0]
    face, face_u, seen = cell_face.flat, unit_face.flat, face_here.flat
    heart, heart_u = cell_heart.flat, unit_heart.flat
    honest, honest_u = cell_honest.flat, unit_honest.flat
    row, people, spoke = u8(u) * kinds, 0, 0
    for j in range(kinds):
        face_u[row + j], heart_u[row + j], honest_u[row + j] = 0, 0, 0
    for c in range(communities):
        unit_people[u, c], unit_fear[u, c], unit_belief[u, c], unit_reversals[u, c] = 0, 0, 0, 0
    for place in range(unit_first[u], unit_first[u + 1]):
        n, here = u8(place), 0
        first, at = n * kinds, n * organisations
        for j in range(kinds):
            face_u[row + j] += face[first + j]
        for j in range(kinds):
            heart_u[row + j] += heart[first + j]
        for j in range(kinds):
            honest_u[row + j] += honest[first + j]
        for k in range(organisations):
            seen[at + k] = face[first + k]
        for _ in range(u8(1), communities):
            first += organisations
            for k in range(organisations):
                seen[at + k] += face[first + k]
        for c in range(communities):
            cell = n * communities + c
            here += cell_count[cell]
            spoke += cell_tips[cell]
            unit_people[u, c] += cell_count[cell]
            unit_fear[u, c] += cell_fear[cell]
            unit_belief[u, c] += cell_belief[cell]
            unit_reversals[u, c] += cell_reversals[cell]
        people_here[n] = here
        people += here
    adults[u], unit_tips[u] = people * each, spoke
    for k in range(organisations):
        shown, meant, at = 0, 0, row + k
        for _ in range(communities):
            shown, meant, at = shown + face_u[at], meant + honest_u[at], at + organisations
        followers[u, k], believers[u, k] = shown * each, meant * each


def fall_silent(week, seed, p, unit_tips, reporting_here) -> None:
    """What was told in a turn is told once: the weeks until the next one are silent."""
    for u in range(unit_tips.size):
        unit_tips[u], reporting_here[u] = 0, 0


@rule
def mean_of(total: float, count: float) -> float:
    """A mean, 0 where there is nobody."""
    return total / count if count > 0 else 0.0


def sum_sectors(
    week, unit_sector, unit_first, adults_per_resident, unit_people, unit_face, unit_heart, unit_honest,
    unit_fear, unit_belief, unit_reversals, unit_tips, unit_watch, force, help_here, unit_risk, services, armed,
    workers, killings, causes, traders_here, paying_here, reporting_here,
    population, face, heart, coerced, fear, belief, reversals, tips, watch_s, force_s, help_s, risk_s, services_s,
    armed_s, workers_s, killings_s, causes_s, traders_s, paying_s, reporting_s,
) -> None:  # fmt: skip
    """What is recorded by sector. On one core: to wake another takes longer. One array a loop: so loops vectorise."""
    units, communities, organisations = unit_face.shape
    each, kinds, sectors = i4(adults_per_resident[0]), communities * organisations, population.shape[1]
    rows, totals, places, pairs = (units, kinds), (sectors, kinds), np.zeros(sectors), killings[0].size
    killed, killed_s = killings.reshape((units, pairs)), killings_s[week].reshape((sectors, pairs))
    faces, face_s = unit_face.reshape(rows), face[week].reshape(totals)
    hearts, heart_s = unit_heart.reshape(rows), heart[week].reshape(totals)
    honest, coerced_s = unit_honest.reshape(rows), coerced[week].reshape(totals)
    for u in range(units):
        s, here = u8(unit_sector[u]), unit_first[u + 1] - unit_first[u]
        places[s] += here
        for j in range(kinds):
            face_s[s, j] += i4(faces[u, j] * each)
        for j in range(kinds):
            heart_s[s, j] += i4(hearts[u, j] * each)
        for j in range(kinds):
            coerced_s[s, j] += i4(i4(faces[u, j] - honest[u, j]) * each)
        for c in range(communities):
            population[week, s, c] += unit_people[u, c] * each
            fear[week, s, c] += unit_fear[u, c] * UNIT_4096
            belief[week, s, c] += unit_belief[u, c] * UNIT_4096
            reversals[week, s, c] += unit_reversals[u, c]
        tips[week, s] += unit_tips[u] * each
        traders_s[week, s] += traders_here[u] * each
        paying_s[week, s] += paying_here[u] * each
        reporting_s[week, s] += reporting_here[u] * each
        for cause in range(causes.shape[1]):
            causes_s[week, s, cause] += causes[u, cause]
        if causes[u].any():
            for j in range(pairs):
                killed_s[s, j] += killed[u, j]
        for k in range(organisations):
            armed_s[week, s, k] += armed[u, k]
        for k in range(organisations):
            workers_s[week, s, k] += workers[u, k]
        for k in range(organisations):
            watch_s[week, s, k] += unit_watch[u, k] * here
        for k in range(organisations):
            force_s[week, s, k] += force[u, k] * here
        for k in range(organisations):
            help_s[week, s, k] += help_here[u, k] * here
        for k in range(organisations):
            risk_s[week, s, k] += unit_risk[u, k] * here
        for place in range(unit_first[u], unit_first[u + 1]):
            services_s[week, s] += services[u8(place)]
    for row in range(sectors):
        services_s[week, row] = mean_of(services_s[week, row], places[row])
        for sums in (watch_s[week, row], force_s[week, row], help_s[week, row], risk_s[week, row]):
            for k in range(organisations):
                sums[k] = mean_of(sums[k], places[row])
        for c in range(communities):
            people = population[week, row, c] / each
            for sums in (fear[week, row], belief[week, row], reversals[week, row]):
                sums[c] = mean_of(sums[c], people)


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


def copy_quarter(
    week, adults, followers, believers, force, unit_watch, deaths_here, idle, competence, loyalty, tenure,
    following, killings_q, closed_q, population_q, hold_q, coerced_q, force_q, watch_q, competence_q, loyalty_q,
    tenure_q, following_q,
) -> None:  # fmt: skip
    """Units and posts as they are in the first week of a quarter; killings and days of strike of all its weeks."""
    quarter, nobody = week // QUARTER, competence.size - competence_q.shape[1]  # posts of no organisation come first
    for u in range(adults.size):
        killings_q[quarter, u] += deaths_here[u]
        closed_q[quarter, u] += DAYS_A_WEEK * idle[u]
    if week % QUARTER:
        return
    for u in range(adults.size):
        people = max(adults[u], 1.0)
        population_q[quarter, u] = adults[u]
        for k in range(force.shape[1]):
            hold_q[quarter, u, k] = followers[u, k] / people
            coerced_q[quarter, u, k] = (followers[u, k] - believers[u, k]) / people
            force_q[quarter, u, k] = force[u, k]
            watch_q[quarter, u, k] = unit_watch[u, k]
    for post in range(competence_q.shape[1]):
        competence_q[quarter, post], loyalty_q[quarter, post] = competence[nobody + post], loyalty[nobody + post]
        tenure_q[quarter, post], following_q[quarter, post] = tenure[nobody + post], following[nobody + post]


STEPS = (
    Step("silence", NAME, fall_silent, reads=(), writes=("unit_tips", "reporting_here")),
    Step(
        "tallies",
        NAME,
        sweep,
        reads=("unit_first", "adults_per_resident", "cell_count", "cell_face", "cell_heart", "cell_honest",
               "cell_fear", "cell_belief", "cell_reversals", "cell_tips"),
        writes=("face_here", "people_here", "adults", "followers", "believers", "unit_people", "unit_face",
                "unit_heart", "unit_honest", "unit_fear", "unit_belief", "unit_reversals", "unit_tips"),
        by_unit=True,
    ),
)  # fmt: skip
