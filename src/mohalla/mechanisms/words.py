"""Words: the story of being singled out, standing, friends abroad, motions in assemblies, and a sponsor that is seen.

Claims: W1 (asking foreign states for rescue while holding power at home costs legitimacy, and brings motions in one
assembly after another), W2 (raids out of proportion breed sympathy), W4 (parties answer motion with motion), H9
(positions that please foreign powers win a shield), W5 and G13 (a visible sponsor), G14 (a leader who sees little
appeals when it does not pay). What is told is believed as far as raids bear it out and the teller is legitimate; a
leader abroad appeals if relief looks worth more than disgrace. Who has seats moves against who can be charged with an
appeal or with new killings, if that takes more standing than the answer would cost; the other answers if that pays.
Theory: backlash against repression seen as unjust (Hess and Martin 2006), appeals past the own state to others
(Keck and Sikkink 1998), parties that take positions to be seen to (Mayhew 1974).
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
CLAIMS = ("H9", "W1", "W2", "W4", "W5", "G13", "G14")
DRAW = int(Decision.APPEAL)
APPEAL, BLUNDER = int(Event.APPEAL_ABROAD), int(Event.BLUNDER)
MOTION, COUNTER_MOTION = int(Event.MOTION), int(Event.COUNTER_MOTION)
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
    motion_weight: Annotated[
        float,
        Known("share", 0.02, 0.3, "of standing lost by one wholly guilty to a motion of all seats in full standing"),
    ] = 0.1
    motion_effort: Annotated[
        float,
        Known("standing", 0.0005, 0.02, "least standing won by moving, or by answering, that is worth the effort"),
    ] = 0.002
    charge_fades_per_year: Annotated[float, Known("1/year", 0.5, 6.0, "charges that lapse where nobody moves")] = 2.0
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


@rule
def voice(seats: float, legitimacy: float) -> float:
    """How far a party is heard in an assembly (0-1): by its seats and its standing."""
    return seats * legitimacy


@rule
def taken(weight: float, mover: float, charge: float) -> float:
    """Share of standing that a motion takes: by the voice of its mover and what there is to charge."""
    return weight * mover * charge


@rule
def contested(lost: float, mover: float, answerer: float) -> float:
    """What a motion still takes if it is answered: the mover's share of the two voices."""
    return lost * mover / (mover + answerer) if mover > 0.0 else 0.0


@rule
def answer_worth(
    p, lost: float, legitimacy: float, other_legitimacy: float, mine: float, other: float, other_charge: float
) -> float:
    """What an answer saves of the standing a motion takes, and what it takes from the mover in turn, less effort."""
    saves = legitimacy * (lost - contested(lost, other, mine))
    return saves + other_legitimacy * taken(p.motion_weight, mine, other_charge) - p.motion_effort


@rule
def motion_worth(p, mover: int, target: int, seats, legitimacy, charge) -> float:
    """What moving against another takes from it, less what its answer would cost, if it pays it to answer."""
    mine, theirs = voice(seats[mover], legitimacy[mover]), voice(seats[target], legitimacy[target])
    mine_lost, lost = 0.0, taken(p.motion_weight, mine, charge[target])
    if answer_worth(p, lost, legitimacy[target], legitimacy[mover], theirs, mine, charge[mover]) > 0.0:
        lost, mine_lost = contested(lost, mine, theirs), taken(p.motion_weight, theirs, charge[mover])
    return legitimacy[target] * lost - legitimacy[mover] * mine_lost - p.motion_effort


@rule
def best_motion(p, founded, seats, legitimacy, charge) -> tuple[int, int]:
    """Who moves in an assembly and against whom: the motion worth most to its mover; nobody (0) if none is."""
    mover, target, most = 0, 0, 0.0
    for k in range(1, founded.size):
        if founded[k] == 0.0 or charge[k] == 0.0:
            continue
        for m in range(1, founded.size):
            if m == k or founded[m] == 0.0 or seats[m] == 0.0:
                continue
            worth = motion_worth(p, m, k, seats, legitimacy, charge)
            if worth > most:
                mover, target, most = m, k, worth
    return mover, target


@rule
def debate(p, week: int, m: int, k: int, seats, legitimacy, charge, events, event_count) -> None:
    """A motion of m against k, and k's answer if that pays: each takes standing and uses up the charge it brings."""
    mine, theirs = voice(seats[m], legitimacy[m]), voice(seats[k], legitimacy[k])
    before, mine_before, lost = legitimacy[k], legitimacy[m], taken(p.motion_weight, mine, charge[k])
    answers = answer_worth(p, lost, before, mine_before, theirs, mine, charge[m]) > 0.0
    if answers:
        lost = contested(lost, mine, theirs)
    legitimacy[k] -= before * lost
    charge[k] = 0.0
    tell(events, event_count, week, MOTION, m, k, CITY_TIER, NOWHERE, before * lost)
    if answers:
        mine_lost = taken(p.motion_weight, theirs, charge[m])
        legitimacy[m] -= mine_before * mine_lost
        charge[m] = 0.0
        tell(events, event_count, week, COUNTER_MOTION, k, m, CITY_TIER, NOWHERE, mine_before * mine_lost)


@rule
def news(blame: float, before: float) -> float:
    """What is new to charge an organisation with: blame that has risen; what all are used to is no news."""
    return max(0.0, blame - before)


@rule
def accuse(charge, k: int, share: float) -> None:
    """Give every assembly cause to charge an organisation."""
    for h in range(charge.shape[0]):
        charge[h, k] = towards(charge[h, k], 1.0, share)


@rule
def lapse(charge, k: int, kept: float) -> None:
    """Leave so much of every assembly's cause to charge an organisation.

    Number by number, because compiling what checks the shapes of slices takes seconds.
    """
    for h in range(charge.shape[0]):
        charge[h, k] *= kept


def remember(week, seed, p, raids, founded, raids_memory) -> None:
    """Raids remembered, by whom they were aimed at; under `none` those at others."""
    for k in range(founded.size):
        raids_memory[k] = raids_memory[k] * (1.0 - p.raids_fade_per_week) + raids[k]
        if k > 0 and founded[k] == 0.0:
            raids_memory[k] = 0.0


def appeal(
    week, seed, p, founded, adults, raids_memory, positions, leader_abroad, information, office, seats_share,
    appeal_ordered, legitimacy, foreign_shield, charge, events, event_count,
) -> None:  # fmt: skip
    """Friends abroad, and the appeals of leaders there whose organisations are raided at home, or by order."""
    city, friends, fades = adults.sum(), MONTH * p.friends_per_week, MONTH * p.shield_fades_per_week
    for k in range(1, founded.size):
        if founded[k] == 0.0:
            foreign_shield[k], legitimacy[k] = 0.0, 1.0
            continue
        foreign_shield[k] = shield_after(foreign_shield[k], positions[k], leader_abroad[k], friends, fades)
        ordered = appeal_ordered[k] > 0.0
        if (leader_abroad[k] == 0.0 or raids_memory[k] <= 0.0) and not ordered:
            continue
        danger = saturates(1e6 * raids_memory[k] / max(city, 1.0), p.raids_half)
        gain = relief(p.appeal_heard, positions[k], foreign_shield[k], danger)
        stake = max(office[k], seats_share[k])
        seen = perceived(stake, information[k], uniform(seed, DRAW, k, week))
        if gain <= disgrace(p.appeal_effort, p.appeal_disgrace, legitimacy[k], seen) and not ordered:
            continue
        loss = disgrace(p.appeal_effort, p.appeal_disgrace, legitimacy[k], stake) - gain
        tell(events, event_count, week, APPEAL, k, 0, CITY_TIER, NOWHERE, gain)
        if loss > p.blunder_least:
            tell(events, event_count, week, BLUNDER, k, 0, CITY_TIER, NOWHERE, loss)
        foreign_shield[k] += p.appeal_heard * positions[k] * (1.0 - foreign_shield[k])
        legitimacy[k] *= 1.0 - p.appeal_disgrace * stake
        accuse(charge, k, stake)


def persuade(
    week, seed, p, founded, adults, followers, armed, held_armed, outrage, raids_memory, income, stance, media,
    foreign_funds, legitimacy, sympathy, sponsor_seen, blamed, charge,
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
            blamed[k] = 0.0
            lapse(charge, k, 0.0)
            continue
        blame = saturates(per_thousand(outrage[k], following[k]), p.blame_half)
        legitimacy[k] = standing_after(legitimacy[k], blame, MONTH * p.discredit_per_week, MONTH * p.forgiven_per_week)
        lapse(charge, k, 1.0 - MONTH * p.charge_fades_per_week)
        accuse(charge, k, news(blame, blamed[k]))
        blamed[k] = blame
        felt = saturates(1e6 * raids_memory[k] / max(city, 1.0), p.raids_half)
        excess = singled_out(raids_memory[k], all_raids, gunmen[k], all_armed)
        sympathy[k] = won_sympathy(excess, felt, legitimacy[k], p.singled_half)
        total = 0.0
        for source in range(income.shape[1]):
            total += income[k, source]
        sponsored = 1.0 if stance[k] == SPONSOR else kept_from_abroad(foreign_funds[k], total)
        target = shown(sponsored, p.whispered, media[0])
        sponsor_seen[k] = towards(sponsor_seen[k], target, MONTH * p.seen_per_week)


def move(
    week, seed, p, founded, assembly, legitimacy, charge, events, event_count
) -> None:  # fmt: skip
    """Every assembly takes up the motion that is worth most to who moves it, and the answer to it."""
    for h in range(assembly.shape[0]):
        mover, target = best_motion(p, founded, assembly[h], legitimacy, charge[h])
        if mover > 0:
            debate(p, week, mover, target, assembly[h], legitimacy, charge[h], events, event_count)


STEPS = (
    Step("remember", NAME, remember, reads=("raids", "founded"), writes=("raids_memory",)),
    Step(
        "appeal",
        NAME,
        appeal,
        reads=("founded", "adults", "raids_memory", "positions", "leader_abroad", "information", "office",
               "seats_share", "appeal_ordered"),
        writes=("legitimacy", "foreign_shield", "charge", "events", "event_count"),
        every=MONTH,
    ),
    Step(
        "words",
        NAME,
        persuade,
        reads=("founded", "adults", "followers", "armed", "held_armed", "outrage", "raids_memory", "income", "stance",
               "media", "foreign_funds"),
        writes=("legitimacy", "sympathy", "sponsor_seen", "blamed", "charge"),
        every=MONTH,
    ),
    Step(
        "motions",
        NAME,
        move,
        reads=("founded", "assembly"),
        writes=("legitimacy", "charge", "events", "event_count"),
        every=MONTH,
    ),
)  # fmt: skip
