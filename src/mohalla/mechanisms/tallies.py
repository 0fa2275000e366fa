"""Tallies: residents counted per neighbourhood, unit, community and organisation. Always on; it decides nothing."""

from __future__ import annotations

from typing import NamedTuple

from numba import prange

from mohalla.draw import rule
from mohalla.steps import Step

NAME = "tallies"
CLAIMS = ()
UNIT_4096 = 1.0 / 4096.0


class Parameters(NamedTuple):
    """Counting has no numbers of its own."""


def sweep(
    week, seed, p, unit_first, adults_per_resident, cell_count, cell_face, cell_heart, cell_honest, cell_fear,
    cell_belief, cell_reversals, cell_tips,
    face_here, people_here, adults, followers, believers, unit_people, unit_face, unit_heart, unit_honest, unit_fear,
    unit_belief, unit_reversals, unit_tips,
) -> None:  # fmt: skip
    """Every unit, on all cores; the loops stand here in full because only so do they vectorise."""
    communities, organisations = unit_face.shape[1], unit_face.shape[2]
    for u in prange(adults.size):
        unit_tips[u], people = 0, 0
        for c in range(communities):
            unit_people[u, c], unit_fear[u, c], unit_belief[u, c], unit_reversals[u, c] = 0, 0, 0, 0
            for k in range(organisations):
                unit_face[u, c, k], unit_heart[u, c, k], unit_honest[u, c, k] = 0, 0, 0
        for n in range(unit_first[u], unit_first[u + 1]):
            people_here[n] = 0
            for k in range(organisations):
                face_here[n, k] = 0
            for c in range(communities):
                cell = n * communities + c
                people_here[n] += cell_count[cell]
                unit_people[u, c] += cell_count[cell]
                unit_fear[u, c] += cell_fear[cell]
                unit_belief[u, c] += cell_belief[cell]
                unit_reversals[u, c] += cell_reversals[cell]
                unit_tips[u] += cell_tips[cell]
                for k in range(organisations):
                    face_here[n, k] += cell_face[cell, k]
                    unit_face[u, c, k] += cell_face[cell, k]
                    unit_heart[u, c, k] += cell_heart[cell, k]
                    unit_honest[u, c, k] += cell_honest[cell, k]
            people += people_here[n]
        adults[u] = people * adults_per_resident[0]
        for k in range(organisations):
            followers[u, k], believers[u, k] = 0.0, 0.0
            for c in range(communities):
                followers[u, k] += unit_face[u, c, k] * adults_per_resident[0]
                believers[u, k] += unit_honest[u, c, k] * adults_per_resident[0]


@rule
def mean_of(total: float, count: float) -> float:
    """A mean, 0 where there is nobody."""
    return total / count if count > 0 else 0.0


def sum_sectors(
    week, unit_sector, unit_first, adults_per_resident, unit_people, unit_face, unit_heart, unit_honest, unit_fear,
    unit_belief, unit_reversals, unit_tips, watch, force, help_here, risk, services, armed, workers, killings, causes,
    traders_here, paying_here, reporting_here,
    population, face, heart, coerced, fear, belief, reversals, tips, watch_s, force_s, help_s, risk_s, services_s,
    armed_s, workers_s, killings_s, causes_s, traders_s, paying_s, reporting_s,
) -> None:  # fmt: skip
    """Everything that is recorded by sector, added up over the sector's units and neighbourhoods."""
    communities, organisations = unit_face.shape[1], unit_face.shape[2]
    each = int(adults_per_resident[0])
    for s in prange(population.shape[1]):
        places = 0
        for u in range(unit_sector.size):
            if unit_sector[u] != s:
                continue
            for c in range(communities):
                population[week, s, c] += unit_people[u, c] * each
                fear[week, s, c] += unit_fear[u, c] * UNIT_4096
                belief[week, s, c] += unit_belief[u, c] * UNIT_4096
                reversals[week, s, c] += unit_reversals[u, c]
                for k in range(organisations):
                    face[week, s, c, k] += unit_face[u, c, k] * each
                    heart[week, s, c, k] += unit_heart[u, c, k] * each
                    coerced[week, s, c, k] += (unit_face[u, c, k] - unit_honest[u, c, k]) * each
            tips[week, s] += unit_tips[u] * each
            traders_s[week, s] += traders_here[u] * each
            paying_s[week, s] += paying_here[u] * each
            reporting_s[week, s] += reporting_here[u] * each
            for cause in range(causes.shape[1]):
                causes_s[week, s, cause] += causes[u, cause]
            if causes[u].sum() > 0:
                for killer in range(killings.shape[1]):
                    for victim in range(killings.shape[2]):
                        killings_s[week, s, killer, victim] += killings[u, killer, victim]
            here = unit_first[u + 1] - unit_first[u]
            places += here
            for k in range(organisations):
                armed_s[week, s, k] += armed[u, k]
                workers_s[week, s, k] += workers[u, k]
                force_s[week, s, k] += force[u, k] * here
            for n in range(unit_first[u], unit_first[u + 1]):
                services_s[week, s] += services[n]
                for k in range(organisations):
                    watch_s[week, s, k] += watch[n, k]
                    help_s[week, s, k] += help_here[n, k]
                    risk_s[week, s, k] += risk[n, k]
        services_s[week, s] = mean_of(services_s[week, s], places)
        for k in range(organisations):
            watch_s[week, s, k] = mean_of(watch_s[week, s, k], places)
            force_s[week, s, k] = mean_of(force_s[week, s, k], places)
            help_s[week, s, k] = mean_of(help_s[week, s, k], places)
            risk_s[week, s, k] = mean_of(risk_s[week, s, k], places)
        for c in range(communities):
            people = population[week, s, c] / each
            fear[week, s, c] = mean_of(fear[week, s, c], people)
            belief[week, s, c] = mean_of(belief[week, s, c], people)
            reversals[week, s, c] = mean_of(reversals[week, s, c], people)


STEPS = (
    Step(
        "tallies",
        NAME,
        sweep,
        reads=("unit_first", "adults_per_resident", "cell_count", "cell_face", "cell_heart", "cell_honest",
               "cell_fear", "cell_belief", "cell_reversals", "cell_tips"),
        writes=("face_here", "people_here", "adults", "followers", "believers", "unit_people", "unit_face",
                "unit_heart", "unit_honest", "unit_fear", "unit_belief", "unit_reversals", "unit_tips"),
        parallel=True,
    ),
)  # fmt: skip
