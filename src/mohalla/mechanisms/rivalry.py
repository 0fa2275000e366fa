"""Rivalry: killing where armed organisations meet, and killing in return.

Claims: O7 (enemies lengthen as it expands), G2 and S9 (retaliation; contest among several), S3 (others' gunmen remain),
S8 (who has a political face to save fights less). In each unit an organisation's gunmen kill members of those they
meet, there and across the borders of the unit, at a rate the organisation chooses by what the ground is worth against
the office that visible violence puts at stake. Every killing leaves the victims an urge to retaliate. Theory:
self-exciting point processes (Mohler et al. 2011; Short et al. 2014); gang violence begets about twice the offspring of
other violence (Brantingham, Yuan and Herz 2021). Patron and client do not fight.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from mohalla.draw import Decision, poisson, rule, uniform
from mohalla.parameters import Known
from mohalla.state import Array
from mohalla.steps import Step

NAME = "rivalry"
CLAIMS = ("O7", "G2", "S3", "S8", "S9")
DRAW, DRAW_VICTIM = int(Decision.CONTEST), int(Decision.VICTIM)
CONTEST, BYSTANDER_FROM_END = 0, 1


class Parameters(NamedTuple):
    """How much killing a meeting of armed organisations makes."""

    killing_per_year: Annotated[
        float, Known("deaths/gunman/year", 0.03, 0.4, "killings by a gunman among rivals, at full will")
    ] = 0.12
    meeting_half: Annotated[float, Known("members/1000 adults", 0.2, 2.0, "rivals at which half the chances arise")] = (
        0.6
    )
    ground_worth: Annotated[
        float, Known("0-1", 0.5, 2.0, "worth of all the ground not yet held, against all offices lost")
    ] = 1.0
    gunmen_feared: Annotated[
        float, Known("gunmen", 1.0, 20.0, "rival gunmen in a unit, beside none of one's own, who make it half insecure")
    ] = 5.0
    most_each: Annotated[float, Known("deaths/gunman/week", 0.5, 4.0, "most that a gunman can kill in return")] = 2.0
    branching: Annotated[
        float,
        Known("killings/killing", 0.2, 0.5, "killings in return for one, over all time", "assumption, below one half"),
    ] = 0.35
    urge_decay_per_year: Annotated[float, Known("1/year", 4.0, 26.0, "urge to retaliate that fades a year")] = 9.0
    forgotten: Annotated[
        float, Known("deaths/week", 1e-5, 1e-3, "urge to retaliate below which nobody remembers it")
    ] = 1e-4
    reach_over: Annotated[
        float, Known("share", 0.05, 0.5, "of a gunman's chances to meet rivals that lie across a border of the unit")
    ] = 0.2
    bystander_share: Annotated[float, Known("deaths/death", 0.05, 0.5, "bystanders killed for each member")] = 0.2


@rule
def chosen_will(ground_left: float, ground_worth: float, office: float, exposure: float) -> float:
    """Violence (0-1) that maximises ground won less office risked: worth v - office v - v**2 / 2."""
    return min(1.0, max(0.0, ground_worth * ground_left - exposure * office))


@rule
def chance_of_meeting(members: float, adults: float, half: float) -> float:
    """How far a rival's people are there to be found: members per 1000 adults, saturating."""
    density = 1000.0 * members / max(adults, 1.0)
    return density / (density + half)


@rule
def expected_killings(armed: float, will: float, rate: float, met: float, urge: float, most: float) -> float:
    """Killings expected this week: by gunmen who want ground, plus those owed in return (at most `most` a gunman)."""
    return armed * will * rate * met + min(urge, most * armed) * (met > 0.0)


@rule
def at_odds(i: int, j: int, patron_i: int, patron_j: int) -> bool:
    """Whether two organisations fight where they meet: not with oneself, nor patron with client."""
    return i != j and patron_i != j and patron_j != i  # noqa: PLR1714 - Numba has no `in` for unlike integers


@rule
def met_on_both_sides(here: float, over: float, reach_over: float) -> float:
    """How far rivals are met by gunmen of whose chances a share lies across a border of their unit."""
    return (1.0 - reach_over) * here + reach_over * over


@rule
def remembered(urge: float, fades: float, forgotten: float) -> float:
    """An urge to retaliate a week later; one that has become too weak ends."""
    later = urge * fades
    return later if later >= forgotten else 0.0


@rule
def is_gunman(gunmen: int, members: int, luck: float) -> bool:
    """Whether a member who is killed was armed: as often as members are."""
    return bool(luck * members < gunmen)


def choose(week, seed, p, founded, adults, followers, office, seats_share, exposure, armed, will, insecurity) -> None:
    """What every organisation wants, by the ground and the office it has, and how insecure its followers' units are."""
    units, organisations = armed.shape
    not_held, danger, held = np.zeros(organisations), np.zeros(organisations), np.zeros(organisations)
    for u in range(units):
        gunmen = 0.0
        for k in range(1, organisations):
            gunmen += armed[u, k]
        for k in range(1, organisations):
            not_held[k] += adults[u] - followers[u, k]
            held[k] += followers[u, k]
            danger[k] += followers[u, k] * (gunmen - armed[u, k]) / max(gunmen + p.gunmen_feared, 1.0)
    for k in range(1, organisations):
        if founded[k] == 0.0:
            continue
        insecurity[k] = danger[k] / max(held[k], 1.0)
        stake = max(office[k], seats_share[k])
        will[k] = chosen_will(not_held[k] / max(held[k] + not_held[k], 1.0), p.ground_worth, stake, exposure[k])


@rule
def friends_of(patron) -> Array:
    """Whom each organisation spares, itself among them: how many, and then who."""
    organisations = patron.size
    friends = np.zeros((organisations, organisations + 1), np.int64)
    for i in range(1, organisations):
        for j in range(1, organisations):
            if not at_odds(i, j, patron[i], patron[j]):
                friends[i, 0] += 1
                friends[i, friends[i, 0]] = j
    return friends


@rule
def for_ground(p, friends, chance, will, armed) -> float:
    """Killings expected in a unit this week by gunmen who want ground."""
    everybody, total = 0.0, 0.0
    for j in range(1, chance.size):
        everybody += chance[j]
    for i in range(1, chance.size):
        if armed[i] > 0:
            met = everybody
            for n in range(1, friends[i, 0] + 1):
                met -= chance[friends[i, n]]
            total += expected_killings(armed[i], will[i], p.killing_per_week, max(0.0, met), 0.0, p.most_each)
    return total


@rule
def in_return(p, chance, armed, owed) -> tuple[float, int]:
    """A week passes over a unit's urges to retaliate; killings expected of those, and how many urges are alive."""
    total, alive = 0.0, 0
    for i in range(1, chance.size):
        for j in range(1, chance.size):
            if owed[i, j] > 0.0:
                owed[i, j] = remembered(owed[i, j], 1.0 - p.urge_decay_per_week, p.forgotten)
                total += expected_killings(armed[i], 0.0, 0.0, chance[j], owed[i, j], p.most_each)
                alive += owed[i, j] > 0.0
    return total, alive


@rule
def picked(p, patron, chance, will, armed, owed, left: float) -> tuple[int, int]:
    """Killer and victim of one death, each pair as often as its share of those expected; (0, 0) beyond the last."""
    for i in range(1, chance.size):
        for j in range(1, chance.size):
            met = chance[j] if at_odds(i, j, patron[i], patron[j]) else 0.0
            left -= expected_killings(armed[i], will[i], p.killing_per_week, met, owed[i, j], p.most_each)
            if left < 0.0:
                return i, j
    return 0, 0


def sweep(
    week, seed, p, patron, adults, unit_adjacent, will,
    workers, armed, killed, urge, feuds, killings, causes, deaths_here,
) -> None:  # fmt: skip
    """Every unit: who is killed by whom where gunmen meet rivals, here and across one border in turn."""
    units, organisations = workers.shape
    bystander, sides = killings.shape[1] - 1, unit_adjacent.shape[1]
    here, chance = np.zeros((units, organisations)), np.zeros(organisations)
    for u in range(units):
        for k in range(1, organisations):
            if workers[u, k] + armed[u, k] > 0:
                here[u, k] = chance_of_meeting(workers[u, k] + armed[u, k], adults[u], p.meeting_half)
    friends = friends_of(patron)
    for u in range(units):
        near = unit_adjacent[u, (week + u) % sides]
        near = near if near >= 0 else u
        for j in range(1, organisations):
            chance[j] = met_on_both_sides(here[u, j], here[near, j], p.reach_over)
        expected = for_ground(p, friends, chance, will, armed[u])
        if feuds[u] > 0:
            owed, feuds[u] = in_return(p, chance, armed[u], urge[u])
            expected += owed
        for death in range(poisson(expected, uniform(seed, DRAW, u, week))):
            place = 4 * (units * death + u)
            luck = expected * uniform(seed, DRAW_VICTIM, place, week)
            i, j = picked(p, patron, chance, will, armed[u], urge[u], luck)
            over = uniform(seed, DRAW_VICTIM, place + 1, week) * chance[j] >= (1.0 - p.reach_over) * here[u, j]
            v = near if over else u
            members = workers[v, j] + armed[v, j]
            if i == 0 or members == 0:
                continue
            if is_gunman(armed[v, j], members, uniform(seed, DRAW_VICTIM, place + 2, week)):
                armed[v, j] -= 1
            else:
                workers[v, j] -= 1
            bystanders = poisson(p.bystander_share, uniform(seed, DRAW_VICTIM, place + 3, week))
            killed[v, j] += 1
            killings[v, i, j] += 1
            killings[v, i, bystander] += bystanders
            causes[v, CONTEST] += 1 + bystanders
            deaths_here[v] += 1 + bystanders
            feuds[v] += urge[v, j, i] == 0.0
            urge[v, j, i] += p.branching * p.urge_decay_per_week / (1.0 - p.urge_decay_per_week)


STEPS = (
    Step(
        "will",
        NAME,
        choose,
        reads=("founded", "adults", "followers", "office", "seats_share", "exposure", "armed"),
        writes=("will", "insecurity"),
        every=4,
    ),
    Step(
        "rivalry",
        NAME,
        sweep,
        reads=("patron", "adults", "unit_adjacent", "will"),
        writes=("workers", "armed", "killed", "urge", "feuds", "killings", "causes", "deaths_here"),
    ),
)
