"""Pressures: all since the last turn, condensed to what is felt; threat, grief, remembered danger (not fear) fade here.

Always on. Claims: O1 (threat and protection), H1, H5, B1-B4, S7 enter the resident's choice here: appeal, what a face
brings, what it risks, the danger remembered, calm and its end, harm witnessed, grief and threat by community.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from mohalla.curves import mean_of_places, per_thousand, saturates
from mohalla.draw import Decision, rule, uniform
from mohalla.parameters import Known
from mohalla.steps import Step, has_turn, of_unit

NAME = "pressures"
CLAIMS = ("O1", "H1", "H5", "B1", "B3", "B4", "S7")
DRAW = int(Decision.GRIEF)
YEARS_PER_WEEK = np.float32(7 / 365.25)
ONE, ZERO = np.float32(1.0), np.float32(0.0)
f4, u8 = np.float32, np.uint64


class Parameters(NamedTuple):
    """What each thing weighs, in utility, and how long it is remembered."""

    kinship_weight: Annotated[float, Known("utility", 0.3, 0.9, "appeal of full kinship to those not threatened")] = 0.6
    kinship_threatened: Annotated[
        float,
        Known(
            "utility",
            0.3,
            1.3,
            "what full threat or exclusion adds to it",
            "assumption; the shut out identify more with their own (Branscombe, Schmitt and Harvey 1999)",
        ),
    ] = 0.8
    independence: Annotated[float, Known("utility", 0.0, 0.6, "appeal of no organisation")] = 0.3
    help_worth: Annotated[float, Known("utility", 0.2, 0.7, "appeal of full help believed to last")] = 0.4
    help_for_face: Annotated[float, Known("utility", 0.2, 0.6, "worth of full help to one seen to show the face")] = 0.4
    conformity: Annotated[float, Known("utility", 0.1, 0.4, "worth of showing what all show")] = 0.2
    sympathy_worth: Annotated[float, Known("utility", 0.1, 0.6, "appeal to kin of one wholly singled out")] = 0.3
    bereavement_weight: Annotated[float, Known("utility", 0.2, 1.0, "appeal lost where it bereaved many")] = 0.5
    bereaved_half: Annotated[
        float, Known("persons/1000", 1.0, 20.0, "bereaved by it at which half of that is lost")
    ] = 5.0
    failure_weight: Annotated[float, Known("utility", 0.1, 0.6, "appeal lost by who governed and failed")] = 0.3
    stain_weight: Annotated[float, Known("utility", 0.1, 0.6, "appeal lost to a visible sponsor")] = 0.3
    order_replaces: Annotated[
        float, Known("share", 0.3, 1.0, "of a threat that is taken care of where the state is present")
    ] = 0.7
    protection_worth: Annotated[float, Known("utility", 0.2, 1.0, "appeal of kin with force under full threat")] = 0.5
    resentment_weight: Annotated[float, Known("utility", 0.2, 1.0, "appeal lost to full coercion remembered")] = 0.5
    service_worth: Annotated[float, Known("utility", 0.2, 0.8, "appeal of no organisation under full services")] = 0.5
    service_horizon_years: Annotated[float, Known("years", 2.0, 8.0, "how far ahead services are judged")] = 4.0
    spill: Annotated[float, Known("share", 0.1, 0.5, "of what is seen, from the rest of the unit")] = 0.3
    memory_years: Annotated[float, Known("years", 2.0, 8.0, "memory of the worst danger")] = 4.0
    resentment_years: Annotated[float, Known("years", 1.0, 6.0, "memory of coercion")] = 3.0
    near_worst: Annotated[float, Known("share", 0.3, 0.7, "of the last dangerous spell at which calm is over")] = 0.5
    calm_at_start_years: Annotated[float, Known("years", 1.0, 20.0, "calm remembered when the run begins")] = 5.0
    punishments_witnessed: Annotated[float, Known("adults/punishment", 2.0, 50.0, "frightened by one trader's")] = 15.0
    demands_resented: Annotated[float, Known("0-1", 0.05, 0.4, "resentment where every trader pays")] = 0.15
    kin_per_death: Annotated[float, Known("adults/death", 2.0, 10.0, "bereaved by one death")] = 5.0
    bereavement_decay_per_year: Annotated[float, Known("1/year", 0.02, 0.2, "bereaved who die, leave or heal")] = 0.07
    stranger_threat: Annotated[float, Known("0-1", 0.2, 1.0, "threat from a killing by an organisation not of kin")] = (
        0.5
    )
    reach_half: Annotated[float, Known("members/1000 adults", 0.3, 3.0, "members at which half are met")] = 1.0
    least_danger: Annotated[float, Known("0-1", 0.005, 0.05, "danger below which all is calm")] = 0.02
    lawful_threat: Annotated[float, Known("0-1", 0.0, 0.6, "threat from a lawful killing by the state")] = 0.3
    calm_for_relapse_years: Annotated[float, Known("years", 0.25, 2.0, "calm whose end counts as a relapse")] = 0.5
    witnesses_per_death: Annotated[float, Known("adults/death", 50.0, 1000.0, "who are frightened by a killing")] = (
        300.0
    )
    error_witnessed: Annotated[float, Known("0-1", 0.005, 0.05, "weekly chance to witness force without watch")] = 0.01
    threat_per_death: Annotated[
        float, Known("per death per million", 0.0005, 0.01, "threat felt for each killed by others")
    ] = 0.003
    threat_per_taken: Annotated[
        float, Known("deaths/person", 0.02, 0.3, "threat from one taken and harmed unlawfully, against a killing")
    ] = 0.1
    threat_decay_per_year: Annotated[float, Known("1/year", 0.1, 0.5, "threat forgotten")] = 0.25
    own_dead_decay_per_year: Annotated[float, Known("1/year", 0.3, 2.0, "own dead forgotten by an organisation")] = 0.7


@rule
def fades(level: float, worst: float, forgotten: float) -> float:
    """The worst remembered: jumps up to `level`, fades to it as a share is forgotten each turn."""
    return max(level, worst - (worst - level) * forgotten)


@rule
def is_calm(danger: float, peak: float, near: float, least: float) -> bool:
    """Whether danger is well below what it was in the last dangerous spell, or was never anything."""
    return bool(danger < max(near * peak, least))


@rule
def is_relapse(calm_years: float, enough: float, peak: float, least: float) -> bool:
    """Whether the end of a calm is a relapse: it had lasted, and there had been danger before it."""
    return bool(calm_years > enough and peak >= least)


@rule
def threat_of_state_killing(unlawful: float, lawful_threat: float) -> float:
    """How much a killing by the state threatens the victim's community: wholly where it was unlawful."""
    return unlawful + (1.0 - unlawful) * lawful_threat


@rule
def felt(threat: float, deaths_per_million: float, each: float, decay: float) -> float:
    """Threat after a week: it fades, and each death at others' hands closes part of the way to one."""
    calmer = threat * (1.0 - decay)
    return calmer + (1.0 - calmer) * (1.0 - 1.0 / (1.0 + each * deaths_per_million))


@rule
def community_of(luck: float, u: int, victim: int, unit_people, unit_face) -> int:
    """A victim's community: a member's drawn among followers in the unit, if any, else among its residents."""
    communities, members, residents = unit_people.shape[1], 0, 0
    for c in range(communities):
        members += unit_face[u, c, victim] if 0 < victim < unit_face.shape[2] else 0
        residents += unit_people[u, c]
    left, whose = luck * (members if members > 0 else residents), 0
    for c in range(communities - 1):
        left -= unit_face[u, c, victim] if members > 0 else unit_people[u, c]
        whose += left >= 0.0
    return whose


def grieve(
    week, seed, p, turn_weeks, killings, killed, deaths_here, shock_deaths, unit_people, unit_face, kinship,
    adults_per_resident, unlawful, taken_unlawfully, riot_deaths, riot_work, threat, bereaved, grievance,
    killed_community, deaths_memory, frightening,
) -> None:  # fmt: skip
    """Who the dead belonged to, and what their community and their organisation learn from it."""
    units, parties = killings.shape[0], killings.shape[1]
    communities, organisations = kinship.shape
    killed_community[:] = 0
    bereaved *= 1.0 - p.bereavement_decay_per_week
    deaths_memory *= 1.0 - p.own_dead_decay_per_week
    for c in range(communities):
        killed_community[c] += shock_deaths[c] + riot_deaths[c]
        for k in range(1, organisations):
            bereaved[c, k] += riot_work[c, k] * p.kin_per_death
    outside = shock_deaths + riot_deaths + p.threat_per_taken * taken_unlawfully
    for u in range(units):
        if has_turn(u, week - 1, turn_weeks[0]):
            frightening[u] = 0
        if deaths_here[u] == 0:
            continue
        frightening[u] += deaths_here[u]
        for k in range(organisations):
            deaths_memory[u, k] += killed[u, k] - killings[u, k, k]  # by others
        for killer in range(1, parties):
            for victim in range(parties):
                dead = killings[u, killer, victim]
                if dead == 0:
                    continue
                luck = uniform(seed, DRAW, (u * parties + killer) * parties + victim, week)
                whose = community_of(luck, u, victim, unit_people, unit_face)
                killed_community[whose] += dead
                if victim == organisations:
                    continue  # personnel of the state: strangers here, whom other places mourn
                if killer < organisations:
                    bereaved[whose, killer] += dead * p.kin_per_death
                    outside[whose] += dead * max(0.0, 1.0 - kinship[whose, killer]) * p.stranger_threat
                elif killer == organisations:
                    outside[whose] += dead * threat_of_state_killing(unlawful[0], p.lawful_threat)
    for c in range(communities):
        people = max(unit_people[:, c].sum() * adults_per_resident[0], 1.0)
        threat[c] = felt(threat[c], 1e6 * outside[c] / people, p.threat_per_death, p.threat_decay_per_week)
        for k in range(1, organisations):
            grievance[c, k] = saturates(per_thousand(bereaved[c, k], people), p.bereaved_half)


@rule
def identity(calm: float, added: float, exclusion: float) -> float:
    """What full kinship is worth to a community that nobody threatens: the more, the more of its young are shut out."""
    return calm + added * exclusion


@rule
def rallies(added: float, threat: float, exclusion: float, kinship: float) -> float:
    """What threat adds to the appeal of kin (or takes from that of strangers), of what exclusion has left to add."""
    return added * threat * (1.0 - exclusion) * kinship


@rule
def left_exposed(order: float, replaces: float) -> float:
    """Share of a threat that the state's presence leaves to others to protect from."""
    return 1.0 - replaces * order


@rule
def standing(
    p, kin_worth: float, kinship: float, tide: float, sympathy: float, grievance: float, failure: float, stain: float
) -> float:
    """What an organisation is to a community wherever it lives: kin, tide and sympathy, less what it did and is."""
    kin = max(kinship, 0.0)
    good = kin_worth * kinship + tide + p.sympathy_worth * sympathy * kin
    return good - p.bereavement_weight * grievance - p.failure_weight * failure - p.stain_weight * stain


def appeal_to_communities(
    week, seed, p, entered, kinship, tide, threat, exclusion, sympathy, grievance, failure, sponsor_seen,
    community_appeal, rally, protection,
) -> None:  # fmt: skip
    """What an organisation is to each community wherever it lives, and the worth of kin to those who are threatened."""
    for c in range(kinship.shape[0]):
        kin_worth = identity(p.kinship_weight, p.kinship_threatened, exclusion[c])
        community_appeal[c, 0] = p.independence
        for k in entered[1:]:
            community_appeal[c, k] = standing(
                p, kin_worth, kinship[c, k], tide[k], sympathy[k], grievance[c, k], failure[k], sponsor_seen[k]
            )
            rally[c, k] = rallies(p.kinship_threatened, threat[c], exclusion[c], kinship[c, k])
            protection[c, k] = p.protection_worth * threat[c] * max(kinship[c, k], 0.0)


@rule
def lasts(years: float, horizon: float) -> np.float32:
    """Belief that services last: from their unbroken record, against how far ahead one looks."""
    record = years + ONE
    return f4(record / (record + f4(horizon)))


@rule
def frightened(p, deaths: float, punished: float, adults: float) -> float:
    """Share of a unit's adults who witness a killing or a punishment."""
    return (p.witnesses_per_death * deaths + p.punishments_witnessed * punished) / max(adults, 1.0)


@of_unit
def show_presence(
    u, week, seed, p, unit_first, entered, face_here, people_here, followers, workers, armed, adults, force, order,
    nearby, met, seen, reach, exposed, shelter,
) -> None:  # fmt: skip
    """Who is seen and can be met in each neighbourhood, and whose force shelters where the state does not."""
    exposed[u] = left_exposed(order[u], p.order_replaces)
    spill = f4(p.spill)
    for k in entered:
        nearby[u, k] = p.spill * (followers[u, k] / max(adults[u], 1.0))
        met[u, k] = ONE
        if k > 0:
            shelter[u, k] = force[u, k] * exposed[u]
            met[u, k] = saturates(per_thousand(workers[u, k] + armed[u, k], adults[u]), p.reach_half)
    for place in range(unit_first[u], unit_first[u + 1]):
        n = u8(place)
        each = ONE / f4(max(people_here[n], 1))
        for k in range(seen.shape[1]):
            share = f4(face_here[n, k]) * each
            seen[n, k] = share * (ONE - spill) + nearby[u, k]
            reach[n, k] = met[u, k] + (ONE - met[u, k]) * share


@rule
def spare_friends(u, n, entered, patron, watch, force, risk) -> None:
    """Take what patron and client could do to each other's followers from what these risk in a neighbourhood."""
    for k in entered:
        if patron[k] > 0:
            risk[n, k] -= watch[n, patron[k]] * force[u, patron[k]]
            risk[n, patron[k]] -= watch[n, k] * force[u, k]


@of_unit
def condense(
    u, week, seed, p, turn_weeks, unit_first, entered, help, watch, force, lasting, services, served_years,
    frightening, adults, patron, paying_here, traders_here, punished_here, adults_per_resident, seen,
    resentment, local_appeal, gain, risk, unit_risk, worst, remembered, strongest, harm, calm_years, peak, relapse,
) -> None:  # fmt: skip
    """Per neighbourhood, what draws, pays, threatens and is remembered, for the weeks since the last turn."""
    weeks = f4(turn_weeks[0])
    years = YEARS_PER_WEEK * weeks
    forgotten, forgets = years / f4(p.memory_years), years / f4(p.resentment_years)
    conformity, help_for_face = f4(p.conformity), f4(p.help_for_face)
    help_worth, resents = f4(p.help_worth), f4(p.resentment_weight)
    fright = f4(frightened(p, frightening[u], punished_here[u] * adults_per_resident[0], adults[u]))
    demands = f4(p.demands_resented * paying_here[u] / max(traders_here[u], 1))
    most, fiercest = ZERO, 0
    for k in entered[1:]:
        if force[u, k] > most:
            most, fiercest = force[u, k], k
    for place in range(unit_first[u], unit_first[u + 1]):
        n, total, errors = u8(place), ZERO, ZERO  # unsigned: no look at indices below zero
        for k in entered[1:]:
            total += watch[n, k] * force[u, k]
            errors = max(errors, (ONE - watch[n, k]) * force[u, k])
        service = services[n] * lasts(served_years[n], p.service_horizon_years)
        for k in entered:
            risk[n, k] = total - watch[n, k] * force[u, k]
        spare_friends(u, n, entered, patron, watch, force, risk)
        for k in entered:
            remembered[n, k] = fades(risk[n, k], remembered[n, k], forgotten)
            worst[n, k] = remembered[n, k] - risk[n, k]
        for k in entered[1:]:
            needed = help[u, k] * (ONE - service)
            ill = watch[n, k] * force[u, k] + (demands if k == fiercest else ZERO)
            resentment[n, k] += (ill - resentment[n, k]) * forgets
            local_appeal[n, k] = help_worth * needed * f4(lasting[k]) - resents * resentment[n, k]
            gain[n, k] = conformity * seen[n, k] + help_for_face * needed * watch[n, k]
        strongest[n] = fiercest
        local_appeal[n, 0] = f4(p.service_worth) * service
        gain[n, 0] = conformity * seen[n, 0]
        harm[n] = min(ONE, fright + weeks * f4(p.error_witnessed) * errors)
        relapse[n] = 0
        if is_calm(total, peak[n], f4(p.near_worst), f4(p.least_danger)):
            calm_years[n] += years
        else:
            relapse[n] = is_relapse(calm_years[n], f4(p.calm_for_relapse_years), peak[n], f4(p.least_danger))
            peak[n] = fades(total, peak[n], forgotten)
            calm_years[n] = ZERO
    mean_of_places(u, unit_first[u], unit_first[u + 1], risk, unit_risk)


STEPS = (
    Step(
        "grief",
        NAME,
        grieve,
        reads=("turn_weeks", "killings", "killed", "deaths_here", "shock_deaths", "unit_people", "unit_face", "kinship",
               "adults_per_resident", "unlawful", "taken_unlawfully", "riot_deaths", "riot_work"),
        writes=("threat", "bereaved", "grievance", "killed_community", "deaths_memory", "frightening"),
    ),
    Step(
        "standing",
        NAME,
        appeal_to_communities,
        reads=("entered", "kinship", "tide", "threat", "exclusion", "sympathy", "grievance", "failure", "sponsor_seen"),
        writes=("community_appeal", "rally", "protection"),
    ),
    Step(
        "presence",
        NAME,
        show_presence,
        reads=("unit_first", "entered", "face_here", "people_here", "followers", "workers", "armed", "adults", "force",
               "order"),
        writes=("nearby", "met", "seen", "reach", "exposed", "shelter"),
        by_unit=True,
    ),
    Step(
        "pressures",
        NAME,
        condense,
        reads=("turn_weeks", "unit_first", "entered", "help", "watch", "force", "lasting", "services", "served_years",
               "frightening", "adults", "patron", "paying_here", "traders_here", "punished_here",
               "adults_per_resident", "seen"),
        writes=("resentment", "local_appeal", "gain", "risk", "unit_risk", "worst", "remembered", "strongest", "harm",
                "calm_years", "peak", "relapse"),
        by_unit=True,
    ),
)  # fmt: skip
