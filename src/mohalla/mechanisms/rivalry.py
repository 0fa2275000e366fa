"""Rivalry: killing where armed organisations meet, and killing in return.

Claims: O7 (enemies lengthen as it expands), G2 and S9 (retaliation; contest among several), S3 (others' gunmen remain).
In each unit an organisation's gunmen kill members of those they meet, at a rate the organisation chooses by what the
ground is worth against the office that visible violence puts at stake. Every killing leaves the victims an urge to
retaliate. Theory: self-exciting point processes (Mohler et al. 2011; Short et al. 2014); gang violence begets about
twice the offspring of other violence (Brantingham, Yuan and Herz 2021). Patron and client do not fight.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from mohalla.draw import Decision, poisson, rule, uniform
from mohalla.parameters import Known
from mohalla.steps import Step

NAME = "rivalry"
CLAIMS = ("O7", "G2", "S3", "S9")
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


def sweep(
    week, seed, p, founded, patron, adults, followers, office, seats_share, exposure,
    workers, armed, killed, urge, killings, causes, deaths_here, will, insecurity,
) -> None:  # fmt: skip
    """Every unit, every ordered pair of organisations with gunmen on one side and members on the other."""
    units, organisations = workers.shape
    bystander = killings.shape[1] - 1
    for k in range(1, organisations):
        if founded[k] == 0.0:
            continue
        not_held, danger, total = 0.0, 0.0, 0.0
        for u in range(units):
            others = -float(armed[u, k])
            for j in range(1, organisations):
                others += armed[u, j]
            not_held += adults[u] - followers[u, k]
            total += followers[u, k]
            danger += followers[u, k] * others / max(others + armed[u, k] + p.gunmen_feared, 1.0)
        insecurity[k] = danger / max(total, 1.0)
        stake = max(office[k], seats_share[k])
        will[k] = chosen_will(not_held / max(total + not_held, 1.0), p.ground_worth, stake, exposure[k])
    fades = 1.0 - p.urge_decay_per_week
    all_pairs = units * organisations * organisations
    for u in range(units):
        for turn in range(organisations - 1):
            # Who strikes first changes from week to week, so that nobody gains by the order of the file.
            i = 1 + (turn + week + u) % (organisations - 1)
            for j in range(1, organisations):
                urge[u, i, j] *= fades
            if armed[u, i] == 0:
                continue
            for j in range(1, organisations):
                members = workers[u, j] + armed[u, j]
                if members == 0 or founded[j] == 0.0 or not at_odds(i, j, patron[i], patron[j]):
                    continue
                met = chance_of_meeting(members, adults[u], p.meeting_half)
                mean = expected_killings(armed[u, i], will[i], p.killing_per_week, met, urge[u, i, j], p.most_each)
                place = (u * organisations + i) * organisations + j
                deaths = min(poisson(mean, uniform(seed, DRAW, place, week)), members)
                if deaths == 0:
                    continue
                luck = uniform(seed, DRAW_VICTIM, place, week)
                gunmen = min(int(deaths * armed[u, j] / members + luck), armed[u, j])
                gunmen = max(gunmen, deaths - workers[u, j])
                near = poisson(p.bystander_share * deaths, uniform(seed, DRAW_VICTIM, all_pairs + place, week))
                armed[u, j] -= gunmen
                workers[u, j] -= deaths - gunmen
                killed[u, j] += deaths
                killings[u, i, j] += deaths
                killings[u, i, bystander] += near
                causes[u, CONTEST] += deaths + near
                deaths_here[u] += deaths + near
                urge[u, j, i] += deaths * p.branching * p.urge_decay_per_week / fades


STEPS = (
    Step(
        "rivalry",
        NAME,
        sweep,
        reads=("founded", "patron", "adults", "followers", "office", "seats_share", "exposure"),
        writes=("workers", "armed", "killed", "urge", "killings", "causes", "deaths_here", "will",
                "insecurity"),
    ),
)  # fmt: skip
