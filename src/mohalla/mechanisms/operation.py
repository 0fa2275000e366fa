"""Operation: raids, spread over units by members; whom they find (tips, informers, leaks), harm, hold and let go.

Claims: S1 (raids remove enforcers and make others lie low), S2, S3 (evenness: at whom), S7 (unlawful harm), S10
(insiders inform under pressure), H11 (friends inside the state's forces protect), B1-B3. How many raids, at whom and in
what manner is announced and imposed by the scenario or a plan; whom they find follows from where cadre is, from what
residents tell (Berman, Shapiro and Felter 2011), from what the detained tell for lighter treatment, from who is warned,
and from how many gunmen are out in the open: those who lie low are sought no more than workers. Who is raided remembers
what that took. Whether somebody detained informs is a choice with noise (McFadden 1974) between what is offered and
what betrayal costs.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from mohalla.curves import logistic, per_thousand, saturates
from mohalla.draw import Decision, exponential, poisson, rule, uniform, whole
from mohalla.parameters import Known
from mohalla.steps import Step

NAME = "operation"
CLAIMS = ("S1", "S2", "S3", "S7", "S10", "H11", "B1", "B2", "B3")
DRAW, DRAW_RELEASE = int(Decision.RAID), int(Decision.RELEASE)
DRAW_INFORM, DRAW_RESIST = int(Decision.INFORM), int(Decision.RESIST)
OPERATION = 3


class Parameters(NamedTuple):
    """What a raid finds and does."""

    blind_share: Annotated[
        float,
        Known(
            "share",
            0.05,
            0.3,
            "of those taken who are cadre, without tips",
            "assumption; of 10,353 suspects 1,456 were called militants, target killers or extortionists: 0.14",
        ),
    ] = 0.14
    tipped_share: Annotated[float, Known("share", 0.3, 0.8, "of those taken who are cadre where tips abound")] = 0.6
    tips_half: Annotated[
        float, Known("tips/1000 adults", 0.05, 2.0, "tips not yet stale at which half of that is reached")
    ] = 0.1
    informers_half: Annotated[
        float, Known("informers/member", 0.01, 0.2, "informers not yet stale at which half of that is reached")
    ] = 0.05
    taken_per_raid: Annotated[
        float, Known("persons/raid", 1.0, 4.0, "taken in a raid", "10,353 arrests in 5,795 raids: 1.8")
    ] = 1.8
    leaked_share: Annotated[
        float, Known("share", 0.2, 0.9, "of raids that wholly penetrated forces give away beforehand")
    ] = 0.5
    armed_weight: Annotated[
        float, Known("factor", 1.0, 6.0, "how much a gunman in the open is sought against a worker")
    ] = 3.0
    hunt_memory_per_year: Annotated[
        float, Known("1/year", 0.5, 3.0, "raids' yield forgotten by those raided, who look ahead as far as back")
    ] = 1.0
    killed_share: Annotated[
        float, Known("share", 0.02, 0.1, "killed of those taken", "364 killed beside 10,353 arrested: 0.034")
    ] = 0.034
    unlawful_deadliness: Annotated[float, Known("factor", 1.0, 6.0, "deaths where all harm is unlawful")] = 3.0
    resisting: Annotated[
        float,
        Known(
            "deaths/raid",
            0.005,
            0.08,
            "of personnel, where defiance and force are full",
            "assumption; 103 police and Rangers died in the first half of 2014 (nation.com.pk/15-Jul-2014) beside some "
            "1,340 raids, most of them not in raids: below 0.08",
        ),
    ] = 0.03
    release_per_year: Annotated[
        float, Known("1/year", 0.3, 2.0, "detained who come back", "of 6,361 passed on, 2,471 freed or bailed by 2016")
    ] = 0.6
    tips_fade_per_year: Annotated[float, Known("1/year", 6.0, 26.0, "tips that grow stale")] = 13.0
    informers_fade_per_year: Annotated[float, Known("1/year", 0.5, 4.0, "informers whose knowledge grows stale")] = 1.0
    leniency: Annotated[float, Known("utility", 0.2, 1.0, "lighter treatment to a detained member who informs")] = 0.5
    protection: Annotated[float, Known("0-1", 0.0, 1.0, "safety offered to a detained member who informs")] = 0.2
    loyalty_worth: Annotated[float, Known("utility", 0.3, 2.0, "lost by betraying comrades who are wholly loyal")] = 0.8
    betrayal_cost: Annotated[float, Known("utility", 0.5, 4.0, "lost by an informer who is found out")] = 2.0
    found_out: Annotated[float, Known("0-1", 0.1, 0.5, "chance to be found out where nobody fears a purge")] = 0.3
    informing_noise: Annotated[float, Known("utility", 0.1, 0.5, "spread of the choice to inform")] = 0.25


@rule
def guidance(
    tips: float, adults: float, tips_half: float, informers: float, members: float, informers_half: float
) -> float:
    """How far raids know whom they seek (0-1): what residents tell, and of the rest what informers tell."""
    told = saturates(per_thousand(tips, adults), tips_half)
    return told + (1.0 - told) * saturates(informers / max(members, 1.0), informers_half)


@rule
def share_of_cadre(blind: float, tipped: float, guided: float) -> float:
    """Of those taken in raids the share who are cadre: from blind luck to well told."""
    return blind + (tipped - blind) * guided


@rule
def unwarned(penetration: float, leaked: float) -> float:
    """Share of raids that nobody inside gave away; those given away find no cadre."""
    return 1.0 - leaked * penetration


@rule
def danger_to_informers(protection: float, purge_fear: float, found_out: float) -> float:
    """Chance that an informer is found out and not safe: more where holders fear a purge, less where protected."""
    return (1.0 - protection) * (found_out + (1.0 - found_out) * purge_fear)


@rule
def informs(leniency: float, loyalty: float, cost: float, noise: float) -> float:
    """Chance that somebody detained informs: what is offered against loyalty and what betrayal may cost."""
    return logistic((leniency - loyalty - cost) / noise)


@rule
def death_share(killed: float, unlawful: float, deadliness: float) -> float:
    """Share of those taken who are killed: lawful encounters, more where harm is unlawful."""
    return min(1.0, killed * (1.0 + unlawful * (deadliness - 1.0)))


@rule
def resistance(raids: float, each: float, defiance: float, force: float) -> float:
    """Personnel of the state expected to die: raids that meet gunmen whose organisation has chosen to shoot."""
    return raids * each * defiance * force


@rule
def sought_as(will: float, weight: float) -> float:
    """How much a gunman is sought against a worker, on average: more for those in the open, alike for who lies low."""
    return 1.0 + (weight - 1.0) * will


@rule
def risk_in_the_open(hunted: float, weight: float) -> float:
    """Chance (0-1) that a gunman is taken in the open who, lying low, would not be; little where all are taken anyway.

    `hunted` is the yield of raids that one who lies low expects, and `weight` times as much in the open.
    """
    return exponential(-hunted) - exponential(-weight * hunted)


@rule
def gunmen_among(found: int, workers: int, armed: int, weight: float, u: float) -> int:
    """Gunmen among the members found: sought `weight` times as much as workers, no more of either than there are."""
    sought = whole(found * weight * armed / (weight * armed + workers), u)
    return max(min(sought, armed), found - workers)


@rule
def whom_raids_seek(k: int, workers, armed, weight: float) -> tuple[float, float]:
    """Members of an organisation, and the same with each gunman counted as he is sought against a worker."""
    members, targets = 0.0, 0.0
    for u in range(workers.shape[0]):
        members += workers[u, k] + armed[u, k]
        targets += workers[u, k] + weight * armed[u, k]
    return members, targets


@rule
def harm(persons: float, people, taken_unlawfully) -> None:
    """Lay the harm done to persons who are no cadre to the communities of their unit, in proportion."""
    living = float(people.sum())
    for c in range(taken_unlawfully.size):
        taken_unlawfully[c] += persons * people[c] / max(living, 1.0)


def release(
    week, seed, p, adults_per_resident, unit_tips, reporting_here, other_raids,
    workers, armed, held_workers, held_armed, released, tips, informers, hunted, raids, arrests,
) -> None:  # fmt: skip
    """What was told and suffered is forgotten, detained cadre come back, and raids at nobody declared take some."""
    units, organisations = workers.shape
    pairs = units * organisations
    at_others = poisson(other_raids[0], uniform(seed, DRAW, 4 * pairs, week))
    raids[0] += at_others
    arrests[0] += poisson(at_others * p.taken_per_raid, uniform(seed, DRAW, 4 * pairs + 1, week))
    for k in range(1, organisations):
        informers[k] *= 1.0 - p.informers_fade_per_week
        hunted[k] *= 1.0 - p.hunt_memory_per_week
    for u in range(units):
        told = (unit_tips[u] + reporting_here[u]) * adults_per_resident[0]
        tips[u] = tips[u] * (1.0 - p.tips_fade_per_week) + told
        for k in range(1, organisations):
            if held_workers[u, k] + held_armed[u, k] == 0:
                continue
            luck = uniform(seed, DRAW_RELEASE, u * organisations + k, week)
            back = min(whole(held_workers[u, k] * p.release_per_week, luck), held_workers[u, k])
            back_armed = min(whole(held_armed[u, k] * p.release_per_week, 1.0 - luck), held_armed[u, k])
            held_workers[u, k] -= back
            held_armed[u, k] -= back_armed
            workers[u, k] += back
            armed[u, k] += back_armed
            released[u, k] += back + back_armed


def sweep(
    week, seed, p, adults, unit_people, raids_planned, unlawful, tips, strongest, unit_first, force, penetration,
    defiance, purge_fear, cohesion, will,
    workers, armed, held_workers, held_armed, killed, arrested, informers, informed, hunted, open_risk, raids, arrests,
    operation_deaths, killings, causes, deaths_here, taken_unlawfully,
) -> None:  # fmt: skip
    """Raids go where an organisation's cadre is, guided by tips about the most forceful one and by its informers.

    Arrests count everybody taken, cadre or not; those taken in raids at nobody declared count under `none`.
    """
    units, organisations = workers.shape
    pairs, state = units * organisations, organisations
    deadly = death_share(p.killed_share, unlawful[0], p.unlawful_deadliness)
    for k in range(1, organisations):
        open_risk[k] = risk_in_the_open(hunted[k], p.armed_weight)
        if raids_planned[k] <= 0.0:
            continue
        lost, detained, weight = 0, 0, sought_as(will[k], p.armed_weight)
        present, targets = whom_raids_seek(k, workers, armed, weight)
        meets_nobody_told = unwarned(penetration[k], p.leaked_share)
        for u in range(units):
            members = workers[u, k] + armed[u, k]
            if members == 0:
                continue
            place = u * organisations + k
            planned = poisson(raids_planned[k] * members / present, uniform(seed, DRAW, place, week))
            if planned == 0:
                continue
            raids[k] += planned
            shot = poisson(
                resistance(planned, p.resisting, defiance[k], force[u, k]), uniform(seed, DRAW_RESIST, place, week)
            )
            killings[u, k, state] += shot
            known = tips[u] if strongest[unit_first[u]] == k else 0.0
            guided = guidance(known, adults[u], p.tips_half, informers[k], present, p.informers_half)
            share = share_of_cadre(p.blind_share, p.tipped_share, guided)
            taken = poisson(planned * p.taken_per_raid, uniform(seed, DRAW, pairs + place, week))
            luck = uniform(seed, DRAW, 4 * pairs + 2 + place, week)
            found = min(whole(taken * share * meets_nobody_told, luck), members)
            harm((taken - found) * unlawful[0], unit_people[u], taken_unlawfully)
            luck = uniform(seed, DRAW, 2 * pairs + place, week)
            gunmen = gunmen_among(found, workers[u, k], armed[u, k], weight, luck)
            luck = uniform(seed, DRAW, 3 * pairs + place, week)
            dead = min(whole(found * min(1.0, deadly / share), luck), found)
            dead_armed = max(min(dead, gunmen), dead - (found - gunmen))
            armed[u, k] -= gunmen
            workers[u, k] -= found - gunmen
            held_armed[u, k] += gunmen - dead_armed
            held_workers[u, k] += found - gunmen - (dead - dead_armed)
            killed[u, k] += dead
            arrested[u, k] += found - dead
            arrests[k] += taken - dead
            detained += found - dead
            lost += found
            operation_deaths[k] += dead
            killings[u, state, k] += dead
            causes[u, OPERATION] += dead + shot
            deaths_here[u] += dead + shot
        hunted[k] += lost / max(targets, 1.0)
        open_risk[k] = risk_in_the_open(hunted[k], p.armed_weight)
        danger = danger_to_informers(p.protection, purge_fear[k], p.found_out)
        chance = informs(p.leniency, p.loyalty_worth * cohesion[k], p.betrayal_cost * danger, p.informing_noise)
        informed[k] = min(whole(detained * chance, uniform(seed, DRAW_INFORM, k, week)), detained)
        informers[k] += informed[k]


STEPS = (
    Step(
        "release",
        NAME,
        release,
        reads=("adults_per_resident", "unit_tips", "reporting_here", "other_raids"),
        writes=("workers", "armed", "held_workers", "held_armed", "released", "tips", "informers", "hunted", "raids",
                "arrests"),
    ),
    Step(
        "operation",
        NAME,
        sweep,
        reads=("adults", "unit_people", "raids_planned", "unlawful", "tips", "strongest", "unit_first", "force",
               "penetration", "defiance", "purge_fear", "cohesion", "will"),
        writes=("workers", "armed", "held_workers", "held_armed", "killed", "arrested", "informers", "informed",
                "hunted", "open_risk", "raids", "arrests", "operation_deaths", "killings", "causes", "deaths_here",
                "taken_unlawfully"),
    ),
)  # fmt: skip
