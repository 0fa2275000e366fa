"""Tallies: residents counted per neighbourhood, unit, community and organisation. Always on; it decides nothing."""

from __future__ import annotations

from typing import NamedTuple

from numba import prange

from mohalla.draw import rule
from mohalla.steps import Step

NAME = "tallies"
CLAIMS = ()


class Parameters(NamedTuple):
    """Counting has no numbers of its own."""


@rule
def count_unit(
    u, unit_first, adults_per_resident, cell_count, cell_face, cell_heart, cell_honest, cell_fear, cell_belief,
    cell_reversals, cell_tips, face_here, people_here, adults, followers, believers, unit_people, unit_face,
    unit_heart, unit_honest, unit_fear, unit_belief, unit_reversals, unit_tips,
):  # fmt: skip
    """Everything that is counted in one unit."""
    communities, organisations = unit_face.shape[1], unit_face.shape[2]
    unit_face[u], unit_heart[u], unit_honest[u], unit_people[u] = 0, 0, 0, 0
    unit_fear[u], unit_belief[u], unit_reversals[u], unit_tips[u] = 0, 0, 0, 0
    for n in range(unit_first[u], unit_first[u + 1]):
        face_here[n] = 0
        people_here[n] = 0
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
    adults[u] = unit_people[u].sum() * adults_per_resident[0]
    for k in range(organisations):
        followers[u, k] = unit_face[u, :, k].sum() * adults_per_resident[0]
        believers[u, k] = unit_honest[u, :, k].sum() * adults_per_resident[0]


def sweep(
    week, seed, p, unit_first, adults_per_resident, cell_count, cell_face, cell_heart, cell_honest, cell_fear,
    cell_belief, cell_reversals, cell_tips,
    face_here, people_here, adults, followers, believers, unit_people, unit_face, unit_heart, unit_honest, unit_fear,
    unit_belief, unit_reversals, unit_tips,
):  # fmt: skip
    """Every unit, on all cores."""
    for u in prange(adults.size):
        count_unit(
            u, unit_first, adults_per_resident, cell_count, cell_face, cell_heart, cell_honest, cell_fear, cell_belief,
            cell_reversals, cell_tips, face_here, people_here, adults, followers, believers, unit_people, unit_face,
            unit_heart, unit_honest, unit_fear, unit_belief, unit_reversals, unit_tips,
        )  # fmt: skip


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
