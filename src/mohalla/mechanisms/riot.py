"""Riot: an incident across a community line, worked into killing or left alone, answered wherever both sides live.

Claims: O1 (who is threatened rallies), O4 (a road death is worked into killing; the other side answers with more).
Incidents happen wherever communities mix, more where they feel threatened. An organisation with gunmen and kin in the
place may work one: it does so as far as it wants ground and has gunmen. The presence of the state stops part of the
killing. What is done by hands unknown is answered in
part, what is organised nearly in full, and answers are answered in turn. Theory: riots as work by specialists who wait
for incidents (Brass 2003); self-exciting violence, and organised killing that begets about twice what other killing
does (Mohler et al. 2011; Brantingham, Yuan and Herz 2021); forces that come between (Epstein 2002).
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from mohalla.curves import saturates
from mohalla.draw import Decision, poisson, rule, uniform, whole
from mohalla.events import NOWHERE, UNIT_TIER, Event, tell
from mohalla.parameters import Known
from mohalla.steps import Step

NAME = "riot"
CLAIMS = ("O1", "O4")
DRAW, DRAW_INCIDENT = int(Decision.RIOT), int(Decision.RIOT_INCIDENT)
DRAW_PLACE, DRAW_OUTBREAK = int(Decision.RIOT_PLACE), int(Decision.RIOT_OUTBREAK)
TOLD = int(Event.RIOT)
RIOT = 1
MILLION = 1e6


class Parameters(NamedTuple):
    """How often lines are crossed, what working an incident does, how much is answered and for how long."""

    incidents_per_year: Annotated[
        float,
        Known("1/million adults/year", 3.0, 40.0, "incidents, were everybody's neighbour a stranger and threat full"),
    ] = 10.0
    quiet: Annotated[float, Known("share", 0.05, 0.5, "of these that happen where nobody feels threatened")] = 0.2
    incident_weight: Annotated[float, Known("deaths", 0.3, 3.0, "killings that an incident is resented like")] = 1.0
    gunmen_half: Annotated[
        float, Known("gunmen", 2.0, 20.0, "of an organisation in a unit, at which it can work half of an incident")
    ] = 5.0
    attack_per_gunman: Annotated[
        float, Known("deaths/gunman", 0.05, 1.0, "killed at once by a gunman put to work on an incident")
    ] = 0.3
    answered: Annotated[
        float,
        Known(
            "killings/killing", 0.15, 0.45, "answers to one killing where nobody works it",
            "assumption; half of those where it is worked: Brantingham et al. 2021",
        ),
    ] = 0.3  # fmt: skip
    answered_worked: Annotated[
        float, Known("killings/killing", 0.45, 0.9, "answers to one killing where it is worked in full")
    ] = 0.7
    urge_decay_per_year: Annotated[float, Known("1/year", 12.0, 45.0, "urge to answer that fades a year")] = 26.0
    forgotten: Annotated[float, Known("deaths/week", 1e-4, 1e-2, "urge to answer below which nobody remembers it")] = (
        1e-3
    )
    stays: Annotated[
        float, Known("share", 0.2, 0.9, "of killings that are answered in their unit, not wherever both sides live")
    ] = 0.5
    stopped: Annotated[
        float,
        Known(
            "share", 0.2, 0.9, "of killings kept from happening where the state is wholly present",
            "assumption, as in contest",
        ),
    ] = 0.6  # fmt: skip
    told_from: Annotated[float, Known("deaths", 3.0, 30.0, "dead of a week in a unit that make a riot to tell of")] = (
        5.0
    )


@rule
def friction(share: float, threat: float, quiet: float) -> float:
    """A community's part in the incidents of a place: among strangers there, and as far as it feels threatened."""
    return share * (1.0 - share) * (quiet + (1.0 - quiet) * threat)


@rule
def worked(will: float, kinship: float, gunmen: float, half: float) -> float:
    """How far an organisation works a wrong done to a community: as it wants ground, is kin and has gunmen there."""
    return will * max(kinship, 0.0) * saturates(gunmen, half)


@rule
def answers(work: float, unworked: float, in_full: float) -> float:
    """Killings in return for one, by how far it is worked."""
    return unworked + (in_full - unworked) * work


@rule
def unstopped(order: float, penetration: float, stopped: float) -> float:
    """Share of killings that the state's presence does not stop; friends inside its forces look away."""
    return 1.0 - stopped * order * (1.0 - penetration)


@rule
def lasting(urge: float, fades: float, forgotten: float) -> float:
    """An urge to answer a week later; one that has become too weak ends."""
    later = urge * fades
    return later if later >= forgotten else 0.0


@rule
def share_worked(mean: float, unworked: float) -> float:
    """Share of the killings expected that would not be, were nobody at work."""
    return 1.0 - unworked / mean if mean > unworked else 0.0


@rule
def encounters(unit_people, u: int, c: int, d: int) -> float:
    """How much two communities meet in a unit: the members of one, times the share of the other."""
    people = 0.0
    for other in range(unit_people.shape[1]):
        people += unit_people[u, other]
    return unit_people[u, c] * unit_people[u, d] / max(people, 1.0)


@rule
def meeting_place(unit_people, c: int, d: int, luck: float) -> int:
    """A unit where two communities live, as often as their members meet there; -1 where they meet nowhere."""
    left = 0.0
    for u in range(unit_people.shape[0]):
        left += encounters(unit_people, u, c, d)
    left *= luck
    for u in range(unit_people.shape[0]):
        left -= encounters(unit_people, u, c, d)
        if left < 0.0:
            return u
    return NOWHERE


@rule
def at_work(p, c: int, kinship, will, armed) -> tuple[int, float]:
    """The organisation that works the wrongs done to a community in a unit most, and how far."""
    best, most = 0, 0.0
    for k in range(1, will.size):
        here = worked(will[k], kinship[c, k], armed[k], p.gunmen_half)
        if here > most:
            best, most = k, here
    return best, most


@rule
def wronged(p, people, threat, often: float, luck: float) -> tuple[int, int]:
    """Who is wronged by whom in this week's incident; nobody by nobody (-1) unless luck falls below its chance."""
    total = 0.0
    for c in range(people.size):
        total += people[c]
    for c in range(people.size):
        share = people[c] / max(total, 1.0)
        chance = often * friction(share, threat[c], p.quiet)
        if luck < chance:
            left = luck / chance * (total - people[c])
            for d in range(people.size):
                left -= people[d] if d != c else 0.0
                if left < 0.0:
                    return c, d
        luck -= chance
    return NOWHERE, NOWHERE


@rule
def resent(u: int, c: int, d: int, deaths: float, decay: float, riot_urge, unrest) -> None:
    """Community c in unit u will answer so many deaths at the hands of d."""
    unrest[u] += riot_urge[u, c, d] == 0.0
    riot_urge[u, c, d] += deaths * decay / (1.0 - decay)


@rule
def resent_here_or_elsewhere(p, u: int, c: int, d: int, unit_people, luck: float, riot_urge, unrest) -> None:
    """Community c resents a killing by d: in the unit where it was, or in one where both live."""
    where = u if luck < p.stays else meeting_place(unit_people, c, d, (luck - p.stays) / (1.0 - p.stays))
    if where >= 0:
        resent(where, c, d, 1.0, p.urge_decay_per_week, riot_urge, unrest)


@rule
def strike_back(
    week,
    seed,
    p,
    u,
    c,
    d,
    unit_people,
    kinship,
    will,
    armed,
    order,
    penetration,
    attacked,
    riot_urge,
    unrest,
    fell,
    riot_work,
) -> int:
    """Community c answers d in a unit: counts who falls; returns who worked it (0 = nobody)."""
    communities = kinship.shape[0]
    urge = lasting(riot_urge[u, c, d], 1.0 - p.urge_decay_per_week, p.forgotten)
    riot_urge[u, c, d] = urge
    unrest[u] += urge > 0.0
    k, work = at_work(p, c, kinship, will, armed[u])
    mean = urge * answers(work, p.answered, p.answered_worked)
    if attacked:
        mean += p.attack_per_gunman * work * armed[u, k]
    let = unstopped(order[u], penetration[k], p.stopped)
    place = (u * communities + c) * communities + d
    fell[c, d] = poisson(let * mean, uniform(seed, DRAW, place, week))
    if fell[c, d] > 0:
        luck = uniform(seed, DRAW, unit_people.size * communities + place, week)
        riot_work[d, k] += whole(
            fell[c, d] * share_worked(let * mean, unstopped(order[u], 0.0, p.stopped) * urge * p.answered), luck
        )
    return k


def sweep(
    week, seed, p, adults, unit_people, threat, kinship, will, armed, order, penetration, shock_deaths, shock_by,
    riot_urge, unrest, riot_deaths, riot_work, killings, causes, deaths_here, events, event_count,
) -> None:  # fmt: skip
    """Outbreaks and incidents are resented; where resentment is alive, a side kills, worked or not, and is answered."""
    units, communities = unit_people.shape
    fell, bystander = np.zeros((communities, communities), np.int64), killings.shape[1] - 1
    for c in range(communities):
        for n in range(shock_deaths[c] if shock_by[c] >= 0 else 0):
            u = meeting_place(unit_people, c, shock_by[c], uniform(seed, DRAW_OUTBREAK, communities * n + c, week))
            if u >= 0:
                resent(u, c, shock_by[c], 1.0, p.urge_decay_per_week, riot_urge, unrest)
    for u in range(units):
        often, luck = p.incidents_per_week * adults[u] / MILLION, uniform(seed, DRAW_INCIDENT, u, week)
        aggrieved, by = NOWHERE, NOWHERE
        if luck < often:
            aggrieved, by = wronged(p, unit_people[u], threat, often, luck)
            if by >= 0:
                resent(u, aggrieved, by, p.incident_weight, p.urge_decay_per_week, riot_urge, unrest)
        if unrest[u] == 0:
            continue
        fell[:] = 0
        unrest[u], dead, most, author = 0, 0, 0, 0
        for c in range(communities):
            for d in range(communities):
                if riot_urge[u, c, d] > 0.0:
                    k = strike_back(
                        week, seed, p, u, c, d, unit_people, kinship, will, armed, order, penetration,
                        c == aggrieved and d == by, riot_urge, unrest, fell, riot_work,
                    )  # fmt: skip
                    author = k if fell[c, d] > most else author
                    most = max(most, fell[c, d])
        for c in range(communities):
            for d in range(communities):
                for n in range(fell[c, d]):
                    place = ((n * communities + c) * communities + d) * units + u
                    luck = uniform(seed, DRAW_PLACE, place, week)
                    resent_here_or_elsewhere(p, u, d, c, unit_people, luck, riot_urge, unrest)
                riot_deaths[d] += fell[c, d]
                dead += fell[c, d]
        killings[u, 0, bystander] += dead
        causes[u, RIOT] += dead
        deaths_here[u] += dead
        if dead >= p.told_from:
            tell(events, event_count, week, TOLD, author, 0, UNIT_TIER, u, dead)


STEPS = (
    Step(
        "riot",
        NAME,
        sweep,
        reads=("adults", "unit_people", "threat", "kinship", "will", "armed", "order", "penetration", "shock_deaths",
               "shock_by"),
        writes=("riot_urge", "unrest", "riot_deaths", "riot_work", "killings", "causes", "deaths_here", "events",
                "event_count"),
    ),
)  # fmt: skip
