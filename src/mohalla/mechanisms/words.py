"""Words: the story of being singled out, standing, friends abroad, and a sponsor that is seen.

Claims: W1 (asking foreign states for rescue while holding power at home costs legitimacy), W2 (raids out of proportion
breed sympathy), H9 (positions that please foreign powers win a shield), W5 and G13 (a visible sponsor), G14 (a leader
who sees little appeals when it does not pay). What is told is believed as far as raids bear it out and the teller is
legitimate; a leader abroad appeals if relief looks worth more than disgrace. Theory: backlash against repression seen
as unjust (Hess and Martin 2006), appeals past the own state to others (Keck and Sikkink 1998).
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from mohalla.curves import bounded, per_thousand, perceived, saturates, towards
from mohalla.draw import Decision, rule, uniform
from mohalla.events import CITY_TIER, NOWHERE, Event, tell
from mohalla.parameters import Known
from mohalla.steps import Step

NAME = "words"
CLAIMS = ("H9", "W1", "W2", "W5", "G13", "G14")
DRAW = int(Decision.APPEAL)
APPEAL, BLUNDER = int(Event.APPEAL_ABROAD), int(Event.BLUNDER)
SPONSOR = 0
MONTH = 4


class Parameters(NamedTuple):
    """How long words are remembered, and what they win and cost."""

    raids_fade_per_year: Annotated[float, Known("1/year", 0.3, 2.0, "raids forgotten")] = 0.7
    raids_half: Annotated[
        float, Known("raids/million", 15.0, 200.0, "remembered raids, to each million adults, that half felt")
    ] = 50.0
    singled_half: Annotated[
        float, Known("share", 0.1, 0.6, "raids felt beyond the share of gunmen at which sympathy is half")
    ] = 0.3
    blame_half: Annotated[
        float, Known("deaths/1000 followers", 0.3, 3.0, "outrage to each thousand followers that half discredits")
    ] = 1.0
    discredit_per_year: Annotated[float, Known("1/year", 0.2, 2.0, "legitimacy lost by the wholly discredited")] = 0.6
    forgiven_per_year: Annotated[float, Known("1/year", 0.1, 0.6, "legitimacy that comes back")] = 0.3
    friends_per_year: Annotated[
        float, Known("1/year", 0.02, 0.3, "shield won by a leader abroad whose positions please wholly")
    ] = 0.08
    shield_fades_per_year: Annotated[float, Known("1/year", 0.05, 0.5, "shield that wears off")] = 0.15
    appeal_heard: Annotated[
        float, Known("share", 0.03, 0.3, "of the shield not yet won, won by a month's appeal of one who pleases")
    ] = 0.12
    appeal_effort: Annotated[float, Known("0-1", 0.002, 0.05, "cost of an appeal to one with nothing to lose")] = 0.01
    appeal_disgrace: Annotated[
        float, Known("share", 0.05, 0.5, "of legitimacy lost by an appeal of one who holds all office at home")
    ] = 0.2
    whispered: Annotated[float, Known("0-1", 0.05, 0.5, "of a sponsor seen where no media show it")] = 0.2
    seen_per_year: Annotated[float, Known("1/year", 0.2, 2.0, "pace at which a sponsor is seen, or forgotten")] = 0.5
    blunder_least: Annotated[
        float, Known("worth", 0.002, 0.05, "least loss by a wrong picture that is called a blunder")
    ] = 0.01


@rule
def singled_out(raids: float, all_raids: float, armed: float, all_armed: float) -> float:
    """Share of all raids beyond the share of all gunmen (0-1); nobody is singled out where nobody is raided."""
    return max(0.0, raids / max(all_raids, 1e-9) - armed / max(all_armed, 1.0))


@rule
def won_sympathy(excess: float, felt: float, legitimacy: float, half: float) -> float:
    """Sympathy (0-1) for one singled out by raids that are felt, as far as it is listened to."""
    return legitimacy * saturates(excess * felt, half)


@rule
def standing_after(legitimacy: float, blame: float, discredit: float, forgiven: float) -> float:
    """Legitimacy after a while: lost by what is laid at its door, slowly won back."""
    return bounded(legitimacy - discredit * blame * legitimacy + forgiven * (1.0 - legitimacy))


@rule
def relief(heard: float, positions: float, shield: float, danger: float) -> float:
    """What an appeal wins: its share of the shield not yet won, as far as there is danger to be shielded from."""
    return heard * positions * (1.0 - shield) * danger


@rule
def disgrace(effort: float, shame: float, legitimacy: float, stake: float) -> float:
    """What an appeal costs: the effort, and the legitimacy that who holds office at home has to lose."""
    return effort + shame * legitimacy * stake


@rule
def shield_after(shield: float, positions: float, abroad: float, friends: float, fades: float) -> float:
    """Foreign shield after a while: friends won by a leader abroad and by positions that please, others lost."""
    return bounded(shield + friends * positions * abroad * (1.0 - shield) - fades * shield)


@rule
def kept_from_abroad(foreign: float, income: float) -> float:
    """How far an organisation lives on a foreign state's money (0-1): from not at all at half of its income."""
    return bounded(2.0 * foreign / income - 1.0) if income > 0.0 else 0.0


@rule
def shown(sponsored: float, whispered: float, media: float) -> float:
    """How much of a sponsor there is to see: whispers where no media show it, all under harsh media."""
    return sponsored * (whispered + (1.0 - whispered) * media)


def remember(week, seed, p, raids, founded, raids_memory) -> None:
    """Raids remembered, by whom they were aimed at; under `none` those at others."""
    for k in range(founded.size):
        raids_memory[k] = raids_memory[k] * (1.0 - p.raids_fade_per_week) + raids[k]
        if k > 0 and founded[k] == 0.0:
            raids_memory[k] = 0.0


def appeal(
    week, seed, p, founded, adults, raids_memory, positions, leader_abroad, information, office, seats_share,
    legitimacy, foreign_shield, events, event_count,
) -> None:  # fmt: skip
    """Friends abroad, and the appeals of leaders there whose organisations are raided at home."""
    city, friends, fades = adults.sum(), MONTH * p.friends_per_week, MONTH * p.shield_fades_per_week
    for k in range(1, founded.size):
        if founded[k] == 0.0:
            foreign_shield[k], legitimacy[k] = 0.0, 1.0
            continue
        foreign_shield[k] = shield_after(foreign_shield[k], positions[k], leader_abroad[k], friends, fades)
        if leader_abroad[k] == 0.0 or raids_memory[k] <= 0.0:
            continue
        danger = saturates(1e6 * raids_memory[k] / max(city, 1.0), p.raids_half)
        gain = relief(p.appeal_heard, positions[k], foreign_shield[k], danger)
        stake = max(office[k], seats_share[k])
        seen = perceived(stake, information[k], uniform(seed, DRAW, k, week))
        if gain <= disgrace(p.appeal_effort, p.appeal_disgrace, legitimacy[k], seen):
            continue
        loss = disgrace(p.appeal_effort, p.appeal_disgrace, legitimacy[k], stake) - gain
        tell(events, event_count, week, APPEAL, k, 0, CITY_TIER, NOWHERE, gain)
        if loss > p.blunder_least:
            tell(events, event_count, week, BLUNDER, k, 0, CITY_TIER, NOWHERE, loss)
        foreign_shield[k] += p.appeal_heard * positions[k] * (1.0 - foreign_shield[k])
        legitimacy[k] *= 1.0 - p.appeal_disgrace * stake


def persuade(
    week, seed, p, founded, adults, followers, armed, held_armed, outrage, raids_memory, income, stance, media,
    foreign_funds, legitimacy, sympathy, sponsor_seen,
) -> None:  # fmt: skip
    """What people make of each organisation: its standing, sympathy for being singled out, a sponsor that is seen."""
    city, all_armed, all_raids = adults.sum(), 0.0, raids_memory[0]
    following, gunmen = np.zeros(founded.size), np.zeros(founded.size)
    for u in range(adults.size):
        for k in range(1, founded.size):
            following[k] += followers[u, k]
            gunmen[k] += armed[u, k] + held_armed[u, k]
    for k in range(1, founded.size):
        all_armed += gunmen[k]
        all_raids += raids_memory[k]
    for k in range(1, founded.size):
        if founded[k] == 0.0:
            sympathy[k], sponsor_seen[k] = 0.0, 0.0
            continue
        blame = saturates(per_thousand(outrage[k], following[k]), p.blame_half)
        legitimacy[k] = standing_after(legitimacy[k], blame, MONTH * p.discredit_per_week, MONTH * p.forgiven_per_week)
        felt = saturates(1e6 * raids_memory[k] / max(city, 1.0), p.raids_half)
        excess = singled_out(raids_memory[k], all_raids, gunmen[k], all_armed)
        sympathy[k] = won_sympathy(excess, felt, legitimacy[k], p.singled_half)
        total = 0.0
        for source in range(income.shape[1]):
            total += income[k, source]
        sponsored = 1.0 if stance[k] == SPONSOR else kept_from_abroad(foreign_funds[k], total)
        target = shown(sponsored, p.whispered, media[0])
        sponsor_seen[k] = towards(sponsor_seen[k], target, MONTH * p.seen_per_week)


STEPS = (
    Step("remember", NAME, remember, reads=("raids", "founded"), writes=("raids_memory",)),
    Step(
        "appeal",
        NAME,
        appeal,
        reads=("founded", "adults", "raids_memory", "positions", "leader_abroad", "information", "office",
               "seats_share"),
        writes=("legitimacy", "foreign_shield", "events", "event_count"),
        every=MONTH,
    ),
    Step(
        "words",
        NAME,
        persuade,
        reads=("founded", "adults", "followers", "armed", "held_armed", "outrage", "raids_memory", "income", "stance",
               "media", "foreign_funds"),
        writes=("legitimacy", "sympathy", "sponsor_seen"),
        every=MONTH,
    ),
)  # fmt: skip
