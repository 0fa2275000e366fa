"""Rivalry: killing where gunmen of organisations dispute ground, killing in return, and bystanders of both.

Claims: O7 (enemies lengthen as it expands), G2 and S9 (retaliation; contest among several), S1 (who is hunted lies
low), S3 (others' gunmen remain), S8 (who has a political face to save fights less). In each unit gunmen kill members of
those whose gunmen they meet, there and across the borders of the unit: as far as there is ground between the two that
one could take from the other, and neither has the upper hand. How much is a choice by what ground is worth against the
office, and the gunmen, that visible violence puts at stake. Every killing leaves the victims an urge to retaliate. The
presence of the state breaks up part of it all. Theory: violence where control is contested (Kalyvas 2006), effort in
contests greatest between equals (Tullock 1980; Hirshleifer 1989); self-exciting point processes (Mohler et al. 2011;
Short et al. 2014); gang violence begets about twice the offspring of other violence (Brantingham, Yuan and Herz 2021);
forces that come between (Epstein 2002; Hultman, Kathman and Shannon 2014). Patron and client do not fight.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from mohalla.curves import per_thousand, saturates
from mohalla.draw import Decision, poisson, rule, uniform
from mohalla.parameters import Known
from mohalla.steps import Step, of_unit

NAME = "rivalry"
CLAIMS = ("O7", "G2", "S1", "S3", "S8", "S9")
DRAW, DRAW_VICTIM = int(Decision.CONTEST), int(Decision.VICTIM)
CONTEST, BYSTANDER_FROM_END = 0, 1
DRAWS = 3


class Parameters(NamedTuple):
    """How much killing a meeting of armed organisations makes, and what it wins and risks."""

    killing_per_year: Annotated[
        float,
        Known("deaths/gunman/year", 0.1, 1.2, "killings by a gunman at full will, where equals dispute all the ground"),
    ] = 0.4
    meeting_half: Annotated[
        float, Known("gunmen/1000 adults", 0.05, 1.0, "rival gunmen at which half the chances to meet them arise")
    ] = 0.2
    streets: Annotated[
        float,
        Known("share", 0.2, 0.8, "of the worth of ground that is in its streets and traders, whoever lives there"),
    ] = 0.5
    ground_worth: Annotated[
        float, Known("0-1", 0.5, 2.0, "worth of all the ground that could be won or lost, against all offices lost")
    ] = 1.0
    gunmen_worth: Annotated[float, Known("0-1", 0.3, 3.0, "worth of all its gunmen, against all offices lost")] = 1.0
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
    broken_up: Annotated[
        float,
        Known(
            "share",
            0.2,
            0.9,
            "of killings kept from happening where the state is wholly present",
            "assumption; 10,000 UN troops in a civil war go with 70 % fewer battle deaths (Hultman et al. 2014)",
        ),
    ] = 0.6
    bystander_share: Annotated[float, Known("deaths/death", 0.05, 0.5, "bystanders killed for each member")] = 0.2


@rule
def chosen_will(ground: float, office: float, gunmen: float) -> float:
    """Share of its gunmen (0-1) to send out that maximises (ground - office - gunmen) v - v**2 / 2.

    `ground` is what all of them could win or save; `office` and `gunmen` what all of them in the open put at risk.
    """
    return min(1.0, max(0.0, ground - office - gunmen))


@rule
def ground_disputed(not_held: float, insecure: float) -> float:
    """Share of the city that could be won or, of what is held, lost: that which is held among rival guns."""
    return not_held + (1.0 - not_held) * insecure


@rule
def chance_of_meeting(gunmen: float, adults: float, half: float) -> float:
    """How far a rival's gunmen are there to be met: by their number per 1000 adults, saturating."""
    return saturates(per_thousand(gunmen, adults), half)


@rule
def parity(mine: float, theirs: float) -> float:
    """How little either of two forces has the upper hand: 1 between equals, 0 where one of them is not there."""
    both = mine + theirs
    return 4.0 * mine * theirs / (both * both) if both > 0.0 else 0.0


@rule
def between(held: float, winnable: float, streets: float) -> float:
    """Share of a place that is at stake between two: what the two hold, and of it who could follow the other."""
    return streets * held + (1.0 - streets) * winnable


@rule
def for_ground(will: float, rate: float, mine: float, theirs: float, met: float, stake: float) -> float:
    """Killings expected this week by gunmen of whom a share `will` is out to dispute a place with a rival's."""
    return mine * will * rate * met * parity(mine, theirs) * stake


@rule
def in_return(urge: float, mine: float, most: float) -> float:
    """Killings expected this week of those owed in return: at most so many a gunman."""
    return min(urge, most * mine)


@rule
def let_happen(order: float, penetration: float, broken_up: float) -> float:
    """Share of killings that the state's presence does not break up; friends inside its forces look away."""
    return 1.0 - broken_up * order * (1.0 - penetration)


@rule
def at_odds(i: int, j: int, patron_i: int, patron_j: int) -> bool:
    """Whether two organisations fight where they meet: not with oneself, nor patron with client."""
    return i != j and patron_i != j and patron_j != i  # noqa: PLR1714 - Numba has no `in` for unlike integers


@rule
def remembered(urge: float, fades: float, forgotten: float) -> float:
    """An urge to retaliate a week later; one that has become too weak ends."""
    later = urge * fades
    return later if later >= forgotten else 0.0


@rule
def is_gunman(gunmen: int, members: int, luck: float) -> bool:
    """Whether a member who is killed was armed: as often as members are."""
    return bool(luck * members < gunmen)


@rule
def contest(p, u: int, c: int, active, unit_face, kinship, at_stake) -> None:
    """Add what each two organisations have at stake among residents of one community in a unit."""
    for one in range(1, active.size):
        i = active[one]
        mine, kin = float(unit_face[u, c, i]), max(kinship[c, i], 0.0)
        for other in range(one + 1, active.size):
            j = active[other]
            theirs = float(unit_face[u, c, j])
            winnable = mine * max(kinship[c, j], 0.0) + theirs * kin
            at_stake[u, i, j] += between(mine + theirs, winnable, p.streets)


@of_unit
def dispute(u, week, seed, p, active, patron, kinship, unit_people, unit_face, at_stake) -> None:
    """What is at stake in a unit between each two organisations: nothing between friends."""
    people = 0
    for one in range(1, active.size):
        for other in range(one + 1, active.size):
            at_stake[u, active[one], active[other]] = 0.0
    for c in range(unit_people.shape[1]):
        people += unit_people[u, c]
        contest(p, u, c, active, unit_face, kinship, at_stake)
    for one in range(1, active.size):
        for other in range(one + 1, active.size):
            i, j, stake = active[one], active[other], 0.0
            if at_odds(i, j, patron[i], patron[j]):
                stake = at_stake[u, i, j] / max(people, 1)
            at_stake[u, i, j] = at_stake[u, j, i] = stake


def choose(
    week, seed, p, founded, adults, followers, office, seats_share, exposure, open_risk, armed, will, insecurity
) -> None:
    """What every organisation wants, by ground, office and gunmen; how insecure it is."""
    units, organisations = armed.shape
    everybody, danger, held = adults.sum(), np.zeros(organisations), np.zeros(organisations)
    for u in range(units):
        gunmen = 0.0
        for k in range(1, organisations):
            gunmen += armed[u, k]
        among = 1.0 / max(gunmen + p.gunmen_feared, 1.0)
        for k in range(organisations):
            held[k] += followers[u, k]
            danger[k] += followers[u, k] * (gunmen - armed[u, k]) * among
    for one in np.flatnonzero(founded):
        insecurity[one] = danger[one] / max(held[one], 1.0)
        ground = p.ground_worth * ground_disputed((everybody - held[one]) / max(everybody, 1.0), insecurity[one])
        stake = max(office[one], seats_share[one])
        will[one] = chosen_will(ground, exposure[one] * stake, p.gunmen_worth * open_risk[one])


@rule
def ground_of_pair(p, i: int, j: int, u: int, v: int, will, met, at_stake, armed) -> tuple[float, float]:
    """Killings of j for ground by a unit's gunmen of i expected this week, were there no state: there, next door."""
    mine, rate, here, over = float(armed[u, i]), p.killing_per_week, 0.0, 0.0
    if armed[u, j] > 0:
        here = for_ground(will[i], rate, mine, float(armed[u, j]), met[u, j], float(at_stake[u, i, j]))
    if armed[v, j] > 0:
        over = for_ground(will[i], rate, mine, float(armed[v, j]), met[v, j], float(at_stake[v, i, j]))
    return (1.0 - p.reach_over) * here, p.reach_over * over


@rule
def owed_of_pair(p, i: int, j: int, u: int, v: int, workers, armed, urge) -> tuple[float, float]:
    """The same of killings owed in return: wherever members of j are found, armed or not."""
    here = (1.0 - p.reach_over) * (workers[u, j] + armed[u, j])
    over = p.reach_over * (workers[v, j] + armed[v, j])
    if here + over == 0.0:
        return 0.0, 0.0
    owed = in_return(urge[u, i, j], armed[u, i], p.most_each)
    return owed * here / (here + over), owed * over / (here + over)


@rule
def of_pair(
    p, i: int, j: int, u: int, v: int, will, order, penetration, met, at_stake, workers, armed, urge
) -> tuple[float, float]:
    """Killings of j by gunmen of i in a unit expected this week: there, and across a border in v."""
    here, over = ground_of_pair(p, i, j, u, v, will, met, at_stake, armed)
    if urge[u, i, j] > 0.0:
        owed_here, owed_over = owed_of_pair(p, i, j, u, v, workers, armed, urge)
        here, over = here + owed_here, over + owed_over
    here *= let_happen(order[u], penetration[i], p.broken_up)
    return here, over * let_happen(order[v], penetration[i], p.broken_up)


@rule
def over_all(p, who, u: int, i: int, v: int, will, met, at_stake, armed) -> float:
    """Killings for ground by a unit's gunmen of i expected this week among all gunmen of a unit v."""
    disputed, mine, at = 0.0, float(armed[u, i]), 0
    while who[v, at] > 0:
        j = who[v, at]
        disputed += met[v, j] * parity(mine, float(armed[v, j])) * float(at_stake[v, i, j])
        at += 1
    return mine * will[i] * p.killing_per_week * disputed


@rule
def killing_of(
    p, u: int, v: int, feuds: int, will, order, penetration, met, at_stake, workers, armed, urge, who
) -> float:  # fmt: skip
    """Killings by all gunmen of a unit expected this week: over all `who` have gunmen, the sum of `of_pair`."""
    total, at = 0.0, 0
    while who[u, at] > 0:
        i = who[u, at]
        at += 1
        if will[i] == 0.0 and feuds == 0:
            continue
        here = (1.0 - p.reach_over) * over_all(p, who, u, i, u, will, met, at_stake, armed)
        over = p.reach_over * over_all(p, who, u, i, v, will, met, at_stake, armed)
        if feuds > 0:
            for j in range(1, will.size):
                if urge[u, i, j] > 0.0:
                    owed_here, owed_over = owed_of_pair(p, i, j, u, v, workers, armed, urge)
                    here, over = here + owed_here, over + owed_over
        total += here * let_happen(order[u], penetration[i], p.broken_up)
        total += over * let_happen(order[v], penetration[i], p.broken_up)
    return total


@rule
def picked(
    p, u: int, v: int, will, order, penetration, met, at_stake, workers, armed, urge, left: float
) -> tuple[int, int, int]:
    """Killer, victim and unit of one death, each as often as its share of those expected; 0, 0 beyond the last."""
    for i in range(1, will.size):
        if armed[u, i] == 0:
            continue
        for j in range(1, will.size):
            here, over = of_pair(p, i, j, u, v, will, order, penetration, met, at_stake, workers, armed, urge)
            if left < here:
                return i, j, u
            left -= here
            if left < over:
                return i, j, v
            left -= over
    return 0, 0, u


@rule
def meetings(p, armed, adults, met, who) -> None:
    """Who has gunmen in every unit, one after the other and then 0, and how far they are there to be met.

    There is always a 0: nobody has a column too. Who loses the last gunman in the week stays listed and kills nobody.
    """
    for u in range(armed.shape[0]):
        found = 0
        for k in range(1, armed.shape[1]):
            if armed[u, k] > 0:
                met[u, k] = chance_of_meeting(armed[u, k], adults[u], p.meeting_half)
                who[u, found] = k
                found += 1


@rule
def a_week_later(p, owed) -> int:
    """Let a week pass over a unit's urges to retaliate; returns how many are alive.

    All of them, since most are nought: to look first takes longer.
    """
    alive, fades = 0, 1.0 - p.urge_decay_per_week
    for pair in range(owed.size):
        owed[pair] = remembered(owed[pair], fades, p.forgotten)
        alive += owed[pair] > 0.0
    return alive


def sweep(
    week, seed, p, adults, unit_adjacent, will, at_stake, order, penetration,
    workers, armed, killed, urge, feuds, killings, causes, deaths_here,
) -> None:  # fmt: skip
    """Every unit: who is killed by whom where gunmen meet rivals, here and across one border in turn."""
    units, bystander, sides = workers.shape[0], killings.shape[1] - 1, unit_adjacent.shape[1]
    met, who = np.zeros(armed.shape), np.zeros(armed.shape, np.uint32)
    meetings(p, armed, adults, met, who)
    for u in range(units):
        near = unit_adjacent[u, (week + u) % sides]
        near = near if near >= 0 else u
        if feuds[u] > 0:
            feuds[u] = a_week_later(p, urge[u].reshape(-1))
        expected = killing_of(p, u, near, feuds[u], will, order, penetration, met, at_stake, workers, armed, urge, who)
        for death in range(poisson(expected, uniform(seed, DRAW, u, week))):
            place = DRAWS * (units * death + u)
            luck = expected * uniform(seed, DRAW_VICTIM, place, week)
            i, j, v = picked(p, u, near, will, order, penetration, met, at_stake, workers, armed, urge, luck)
            members = workers[v, j] + armed[v, j]
            if i == 0 or members == 0:
                continue
            if is_gunman(armed[v, j], members, uniform(seed, DRAW_VICTIM, place + 1, week)):
                armed[v, j] -= 1
            else:
                workers[v, j] -= 1
            bystanders = poisson(p.bystander_share, uniform(seed, DRAW_VICTIM, place + 2, week))
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
        reads=("founded", "adults", "followers", "office", "seats_share", "exposure", "open_risk", "armed"),
        writes=("will", "insecurity"),
        every=4,
    ),
    Step(
        "dispute",
        NAME,
        dispute,
        reads=("active", "patron", "kinship", "unit_people", "unit_face"),
        writes=("at_stake",),
        by_unit=True,
    ),
    Step(
        "rivalry",
        NAME,
        sweep,
        reads=("adults", "unit_adjacent", "will", "at_stake", "order", "penetration"),
        writes=("workers", "armed", "killed", "urge", "feuds", "killings", "causes", "deaths_here"),
    ),
)  # fmt: skip
