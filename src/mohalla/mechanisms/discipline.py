"""Discipline: posts are rotated where a following is a danger, and suspects are killed, as betrayal is expected.

Claims: H4 (suspected traitors are killed, so ranks hold), H10 (whoever lives by the system keeps it going), G4 (posts
were temporary, so nobody became indispensable), G5 (rotation lapsed), G7 (a purge makes holders insecure), G11 (rival
followings inside one hierarchy), S8 (with office to lose under the eyes of the media, less can be done).

Nothing lapses by a date: a post is withdrawn where what its holder could carry off is worth more than the local
knowledge lost with the holder, so rotation takes those with followings and lapses as years pass without a betrayal;
vigilance against suspects follows the same belief. Suspicion
falls on the disloyal as far as information reaches the top, and on anybody otherwise (Gregory, Schröder and Sonin
2011: a dictator who knows little kills more of the loyal). To execute takes force where the suspect lives.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from mohalla.curves import logistic, saturates, towards
from mohalla.draw import Decision, key, nth, rule
from mohalla.events import Event, tell
from mohalla.parameters import Known
from mohalla.steps import Step

NAME = "discipline"
CLAIMS = ("H4", "H10", "G4", "G5", "G7", "G11", "S8")
DRAW, DRAW_ROTATION = int(Decision.PURGE), int(Decision.ROTATION)
EXECUTION, PURGE = int(Event.EXECUTION), int(Event.PURGE)
DISCIPLINE = 2
CITY, SECTOR, UNIT = 0, 1, 2
WEEKS = 4


class Parameters(NamedTuple):
    """How often posts change hands by order, how deadly suspicion is, and what holders make of it."""

    most_rotation_per_year: Annotated[
        float, Known("1/year", 0.3, 2.0, "holders replaced by order, where all are clearly worth replacing")
    ] = 1.0
    carried_off: Annotated[
        float, Known("value", 2.0, 8.0, "lost in a betrayal by holders whom all the cadre follows")
    ] = 4.0
    knowledge: Annotated[
        float, Known("value", 0.1, 0.5, "of local knowledge lost with a holder to whom all is left")
    ] = 0.25
    rotation_noise: Annotated[float, Known("value", 0.03, 0.15, "spread of the choice to rotate")] = 0.08
    belief_half: Annotated[float, Known("betrayals", 0.1, 0.6, "expected in a year, at which vigilance is half")] = 0.3
    purge_per_year: Annotated[
        float, Known("1/year", 0.05, 0.6, "suspects executed, under full vigilance and with full force")
    ] = 0.2
    suspicion_noise: Annotated[
        float, Known("0-1", 0.1, 0.5, "chance that anybody is suspected where nothing is known")
    ] = 0.25
    readmitted_effect: Annotated[
        float,
        Known(
            "factor",
            3.0,
            30.0,
            "purge added by factions, if all once left or stood with a replaced organiser",
        ),
    ] = 10.0
    executions_feared: Annotated[
        float, Known("share", 0.03, 0.3, "of heads executed that takes fear half the way to full")
    ] = 0.1
    fear_fades_per_year: Annotated[float, Known("1/year", 0.3, 2.0, "fear of purge that fades a year")] = 0.5
    purge_told: Annotated[float, Known("share", 0.01, 0.1, "of heads executed in a month that is called a purge")] = (
        0.02
    )


@rule
def vigilance(effort: float, expected: float, half: float) -> float:
    """How far (0-1) discipline is kept up: as betrayal is expected and the chief organiser exerts himself."""
    return effort * saturates(expected, half)


@rule
def worth_rotating(expected: float, following: float, delegation: float, carried_off: float, knowledge: float) -> float:
    """What withdrawing a post is worth: the following that may be carried off, less the local knowledge in use."""
    return expected * following * carried_off - knowledge * delegation


@rule
def chance_to_rotate(gain: float, noise: float, effort: float, most: float) -> float:
    """Chance that a holder is replaced by order, as the chief organiser exerts himself."""
    return most * effort * logistic(gain / noise)


@rule
def suspicion(loyalty: float, information: float, noise: float) -> float:
    """Chance that a head is suspected: the disloyal as far as the top knows, anybody as far as it does not."""
    return (1.0 - loyalty) * information + noise * (1.0 - information)


@rule
def restraint(exposure: float, stake: float) -> float:
    """What is left (0-1) of killing inside where it can be seen and office could be lost for it."""
    return 1.0 - exposure * stake


@rule
def frightened(fear: float, executed: float, heads: float, half: float) -> float:
    """Fear of purge after a month in which so many of the heads were executed."""
    return towards(fear, 1.0, saturates(executed / max(heads, 1.0), half))


@rule
def home_of(place: int, sectors: int, unit_sector, u: float) -> int:
    """The unit in which the holder of a post lives: a unit head's own, else any under the post."""
    units = unit_sector.size
    if place > sectors:
        return place - 1 - sectors
    if place == 0:
        return int(u * units)
    under = 0
    for unit in range(units):
        under += unit_sector[unit] == place - 1
    chosen = int(u * under)
    for unit in range(units):
        if unit_sector[unit] == place - 1:
            if chosen == 0:
                return unit
            chosen -= 1
    return 0


@rule
def tier_of(place: int, sectors: int) -> int:
    """Of a post: the city's, a sector's or a unit's."""
    return UNIT if place > sectors else (SECTOR if place > 0 else CITY)


@rule
def execute(k: int, u: int, workers, armed, killed, killings, causes, deaths_here) -> None:
    """A holder dies by the organisation's own hand: one of its workers there, or a gunman where there is none."""
    if workers[u, k] > 0:
        workers[u, k] -= 1
    else:
        armed[u, k] -= 1
    killed[u, k] += 1
    killings[u, k, k] += 1
    causes[u, DISCIPLINE] += 1
    deaths_here[u] += 1


def sweep(
    week, seed, p, unit_sector, founded, force, loyalty, information, betrayal_belief, delegation, effort, readmitted,
    divided, exposure, office, seats_share,
    tenure, following, purge_fear, workers, armed, killed, killings, causes, deaths_here, events, event_count,
) -> None:  # fmt: skip
    """Every fourth week, every post: kept, rotated, or its holder executed; then what the others learn from it."""
    units, organisations = workers.shape
    posts = tenure.size // organisations
    sectors = posts - 1 - units
    for k in range(1, organisations):
        if founded[k] == 0.0:
            continue
        watchful = vigilance(effort[k, CITY], betrayal_belief[k], p.belief_half)
        most = WEEKS * p.most_rotation_per_week
        inside = 1.0 + p.readmitted_effect * (readmitted[k] + divided[k])
        zeal = WEEKS * p.purge_per_week * watchful * inside * restraint(exposure[k], max(office[k], seats_share[k]))
        turn, fate = key(seed, DRAW_ROTATION, k, week), key(seed, DRAW, k, week)
        heads, dead = 0, 0
        for place in range(posts):
            post = k * posts + place
            if tenure[post] == 0:
                continue
            heads += 1
            danger = zeal * suspicion(loyalty[post], information[k], p.suspicion_noise)
            luck = nth(fate, place)
            if luck < danger:
                u = home_of(place, sectors, unit_sector, nth(fate, posts + place))
                if workers[u, k] + armed[u, k] > 0 and luck < danger * force[u, k]:
                    execute(k, u, workers, armed, killed, killings, causes, deaths_here)
                    tell(events, event_count, week, EXECUTION, k, 0, tier_of(place, sectors), u, 1.0)
                    tenure[post], following[post] = 0, 0.0
                    dead += 1
            luck = nth(turn, place)
            if luck >= most * effort[k, CITY]:
                continue  # more than any chance there is: most are spared the rest
            gain = worth_rotating(betrayal_belief[k], following[post], delegation[k], p.carried_off, p.knowledge)
            if luck < chance_to_rotate(gain, p.rotation_noise, effort[k, CITY], most):
                tenure[post], following[post] = 0, 0.0
        purge_fear[k] *= 1.0 - WEEKS * p.fear_fades_per_week
        purge_fear[k] = frightened(purge_fear[k], dead, heads, p.executions_feared)
        if dead > p.purge_told * heads and dead > 0:
            tell(events, event_count, week, PURGE, k, 0, -1, -1, dead)


STEPS = (
    Step(
        "discipline",
        NAME,
        sweep,
        reads=("unit_sector", "founded", "force", "loyalty", "information", "betrayal_belief", "delegation", "effort",
               "readmitted", "divided", "exposure", "office", "seats_share"),
        writes=("tenure", "following", "purge_fear", "workers", "armed", "killed", "killings", "causes",
                "deaths_here", "events", "event_count"),
        every=WEEKS,
    ),
)  # fmt: skip
