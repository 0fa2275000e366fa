"""Bargaining: each month the centre weighs its stance towards each organisation, and the organisation how to resist.

Claims: H8 and O3 (settled with by rulers in need, sponsored as a counterweight), H9 (a shield spoils a crackdown), H11
(co-optation brings postings), S4, S5 and S8 (restraint by what office it could lose, and by how visible violence is),
S6 (outrage brings an operation), G14 (a leader who sees little blunders). Where the scenario dates no stance, the
centre compares every month what five stances are worth to it and keeps the present one unless another is clearly
better. Who is raided weighs defiance against office. Theory: coalitions by the seats that are pivotal (Riker 1962);
rivals played off against each other (Acemoglu, Robinson and Verdier 2004); armed parties that governments tolerate, use
or fight (Staniland 2021).
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from mohalla.curves import bounded, perceived, saturates
from mohalla.draw import Decision, rule, uniform
from mohalla.events import CITY_TIER, NOWHERE, Event, tell
from mohalla.parameters import Known
from mohalla.steps import Step

NAME = "bargaining"
CLAIMS = ("O3", "H8", "H9", "H11", "S4", "S5", "S6", "S8", "G14")
DRAW = int(Decision.STAKE)
STANCE, BLUNDER = int(Event.STANCE), int(Event.BLUNDER)
SPONSOR, CO_OPT, NEUTRAL, NEGOTIATE, CRACK_DOWN = range(5)
MONTH = 4


class Parameters(NamedTuple):
    """What the centre gains and pays by each stance, in shares of what the whole city's seats are worth to it."""

    state_weight: Annotated[float, Known("deaths/death", 3.0, 30.0, "outrage at a death of state personnel")] = 10.0
    media_outrage: Annotated[float, Known("factor", 0.3, 3.0, "outrage added where media show all violence")] = 1.0
    outrage_fades_per_year: Annotated[float, Known("1/year", 0.5, 3.0, "outrage forgotten")] = 1.0
    outrage_half: Annotated[
        float, Known("deaths/million", 15.0, 150.0, "remembered deaths, to each million adults, of half outrage")
    ] = 50.0
    seats_worth: Annotated[float, Known("worth", 0.5, 2.0, "of the city's seats to a centre that lacks a majority")] = (
        1.0
    )
    office_price: Annotated[float, Known("worth", 0.02, 0.2, "of the offices given to an ally")] = 0.1
    shame: Annotated[float, Known("worth", 0.2, 1.0, "lost by standing beside one that outrages all")] = 0.4
    counterweight_worth: Annotated[
        float, Known("worth", 0.2, 1.0, "of a weak rival that could take the whole city from those out of office")
    ] = 0.5
    sponsor_price: Annotated[float, Known("worth", 0.02, 0.2, "of what a sponsor pays and risks")] = 0.1
    order_worth: Annotated[float, Known("worth", 0.3, 1.2, "of ending what outrages all")] = 0.6
    force_price: Annotated[float, Known("worth", 0.05, 0.3, "of the force that a crackdown ties down")] = 0.15
    strike_price: Annotated[float, Known("worth", 0.1, 0.6, "lost to strikes against a crackdown, at their worst")] = (
        0.3
    )
    concession_worth: Annotated[float, Known("worth", 0.1, 0.6, "of a settlement when strikes hurt most")] = 0.3
    talks_price: Annotated[float, Known("worth", 0.02, 0.2, "lost by talking to those who kill")] = 0.05
    change_price: Annotated[float, Known("worth", 0.01, 0.2, "of changing a stance")] = 0.05
    personnel_per_gunman: Annotated[
        float, Known("persons/gunman", 4.0, 20.0, "of the state to match one gunman", "assumption; rules of thumb: 10")
    ] = 10.0
    granted_share: Annotated[
        float, Known("0-1", 0.1, 0.5, "share in government that an ally is given, if so much is left")
    ] = 0.3
    raids_per_1000_per_year: Annotated[
        float,
        Known(
            "raids/1000 personnel/year",
            10.0,
            80.0,
            "raids of a crackdown",
            "assumption; 51.5 a week by a force of 35,944 (Karachi, 2013) is 75, three in ten of them at parties",
        ),
    ] = 40.0
    unlawful_share: Annotated[float, Known("share", 0.05, 0.5, "of its harm that is outside the law")] = 0.2
    talks_spare: Annotated[float, Known("share", 0.2, 0.8, "of raids left undone while talks go on")] = 0.5
    ally_access: Annotated[float, Known("0-1", 0.2, 1.0, "say in postings of an ally without office")] = 0.4
    postings_per_year: Annotated[float, Known("1/year", 0.1, 0.6, "posts filled by who has all the say")] = 0.25
    postings_fade_per_year: Annotated[float, Known("1/year", 0.05, 0.3, "holders of posts moved on")] = 0.1
    exposure: Annotated[float, Known("0-1", 0.2, 1.0, "chance that office is lost for violence of full will")] = 0.5
    media_exposure: Annotated[float, Known("factor", 0.2, 1.5, "of that chance added by media that show all")] = 0.6
    shielded: Annotated[float, Known("share", 0.1, 0.8, "of that chance taken away by a full foreign shield")] = 0.4
    resistance_worth: Annotated[
        float, Known("0-1", 0.2, 1.0, "worth of answering raids with force, against all offices lost")
    ] = 0.5
    course_price: Annotated[
        float,
        Known("worth", 0.002, 0.05, "least gain, as its leader sees it, of a new course against raids"),
    ] = 0.01
    blunder_least: Annotated[
        float, Known("worth", 0.002, 0.05, "least loss by a wrong picture that is called a blunder")
    ] = 0.01


@rule
def stirred(deaths: float, of_the_state: float, weight: float, media: float, amplified: float) -> float:
    """Outrage that killings stir: deaths of state personnel weigh more, and media make all of it louder."""
    return (deaths + weight * of_the_state) * (1.0 + amplified * media)


@rule
def outraged(outrage: float, adults: float, half: float) -> float:
    """How far a city of so many adults is outraged (0-1)."""
    return saturates(1e6 * outrage / max(adults, 1.0), half)


@rule
def order_restored(personnel: float, armed: float, per_gunman: float) -> float:
    """Share of an organisation's violence that force could end: personnel against what its gunmen call for."""
    return personnel / max(personnel + per_gunman * armed, 1.0)


@rule
def overlap(kinship, people, i: int, j: int) -> float:
    """How far two organisations live by the same people (0-1): the cosine of their kin, weighed by people."""
    both, mine, theirs = 0.0, 0.0, 0.0
    for c in range(people.size):
        x, y = max(kinship[c, i], 0.0), max(kinship[c, j], 0.0)
        both += people[c] * (x * y)
        mine += people[c] * x * x
        theirs += people[c] * y * y
    return float(both / np.sqrt(mine * theirs)) if mine * theirs > 0.0 else 0.0


@rule
def kin_here(u: int, k: int, kinship, unit_people) -> float:
    """How far the people of a unit are of an organisation's kin (0-1): whom it could win there."""
    kin, living = 0.0, 0.0
    for c in range(kinship.shape[0]):
        kin += unit_people[u, c] * max(kinship[c, k], 0.0)
        living += unit_people[u, c]
    return bounded(kin / max(living, 1.0))


@rule
def street_and_seats(k: int, j: int, followers, workers, armed, kin) -> tuple[float, float]:
    """Where j is followed: k's share of the cadre of both, and k's kin among the people; means over j's followers."""
    street, seats, all_followers = 0.0, 0.0, 0.0
    for u in range(followers.shape[0]):
        mine, theirs = float(workers[u, k] + armed[u, k]), float(workers[u, j] + armed[u, j])
        street += followers[u, j] * mine / max(mine + theirs, 1.0)
        seats += followers[u, j] * kin[u, k]
        all_followers += followers[u, j]
    return street / max(all_followers, 1.0), seats / max(all_followers, 1.0)


@rule
def contested(followers: float, street: float, seats: float) -> float:
    """How much of a rival's weight (0-1) could be taken from it, by any of three ways: each takes of what is left."""
    return 1.0 - (1.0 - followers) * (1.0 - street) * (1.0 - seats)


@rule
def held_in_check(k: int, strength, in_office, founded, kinship, people, followers, workers, armed, kin) -> float:
    """What an organisation could take (0-1) from all its rivals as far as they are out of office: the centre's gain."""
    taken = 0.0
    for j in range(1, strength.size):
        unwanted = strength[j] * (1.0 - in_office[j])
        if j != k and founded[j] > 0.0 and unwanted > 0.0:
            street, seats = street_and_seats(k, j, followers, workers, armed, kin)
            taken += unwanted * contested(overlap(kinship, people, k, j), street, seats)
    return bounded(taken)


@rule
def sponsor_worth(p, checked: float, strength: float, outrage: float) -> float:
    """What it is worth to sponsor an organisation: a counterweight as long as it is weak, less shame and pay."""
    return p.counterweight_worth * checked * (1.0 - strength) - p.shame * outrage - p.sponsor_price


@rule
def ally_worth(p, seats: float, need: float, legitimacy: float, outrage: float) -> float:
    """What it is worth to co-opt an organisation: its seats as far as needed and presentable, less shame and office."""
    return p.seats_worth * seats * need * legitimacy - p.shame * outrage - p.office_price


@rule
def talks_worth(p, concession: float, outrage: float, restored: float, in_office: float) -> float:
    """What it is worth to negotiate: an end to strikes and to outsiders' violence beyond force, less loss of face."""
    beyond = outrage * (1.0 - restored) * (1.0 - in_office)
    return p.concession_worth * concession + p.order_worth * beyond - p.talks_price


@rule
def force_worth(p, outrage: float, restored: float, shield: float, in_office: float, concession: float) -> float:
    """What it is worth to crack down: order, as far as force, foreign powers and those in office let it, less costs."""
    order = p.order_worth * outrage * restored * (1.0 - shield) * (1.0 - in_office)
    return order - p.force_price - p.strike_price * concession


@rule
def preferred(worths, present: int, change_price: float) -> int:
    """The stance worth most; the present one unless another is worth more than it and the price of a change."""
    best, most = present, worths[present] + change_price
    for stance in range(worths.size):
        if stance != present and worths[stance] > most:
            best, most = stance, worths[stance]
    return best


@rule
def visibility(base: float, media: float, amplified: float, shield: float, shielded: float) -> float:
    """How far visible violence costs office (0-1): more under harsh media, less behind a foreign shield."""
    return bounded(base * (1.0 + amplified * media)) * (1.0 - shielded * shield)


@rule
def chosen_defiance(worth: float, exposure: float, stake: float) -> float:
    """Violence (0-1) against raids that maximises what it is worth less the office risked: that of least regret."""
    return max(0.0, worth - exposure * stake)


@rule
def regret(worth: float, exposure: float, stake: float, chosen: float) -> float:
    """What a choice of defiance loses against the best one, by what it is worth in truth."""
    off = chosen - chosen_defiance(worth, exposure, stake)
    cost = max(0.0, exposure * stake - worth)
    return off * off / 2.0 + off * cost


@rule
def decides_anew(worth: float, exposure: float, seen: float, defiance: float, course: int, price: float) -> bool:
    """Whether a leader takes a new course: there is none yet, or by the stake as seen another is clearly better."""
    return bool(course == 0 or regret(worth, exposure, seen, defiance) > price)


@rule
def postings(penetration: float, say: float, gained: float, lost: float) -> float:
    """Influence inside the state's forces after a while: posts filled by who has a say, others moved on."""
    return bounded(penetration + say * gained * (1.0 - penetration) - lost * penetration)


@rule
def reckon(p, killings, deaths_here, founded, media: float, outrage) -> None:
    """Outrage at last week's killings, by who killed; older outrage fades."""
    state = founded.size
    for k in range(1, founded.size):
        outrage[k] *= (1.0 - p.outrage_fades_per_week) * founded[k]
    for u in range(deaths_here.size):
        if deaths_here[u] == 0:
            continue
        for k in range(1, founded.size):
            deaths = 0
            for victim in range(killings.shape[2]):
                deaths += killings[u, k, victim]
            if deaths > 0:
                police = killings[u, k, state]
                outrage[k] += stirred(deaths - police, police, p.state_weight, media, p.media_outrage)


def choose(
    week, seed, p, founded, stance_imposed, government, granted, seats_share, adults, followers, workers, armed,
    unit_people, kinship, personnel, coalition_need, outrage, legitimacy, foreign_shield, concession,
    chosen_stance, events, event_count,
) -> None:  # fmt: skip
    """The centre's choice of stance towards each organisation whose stance is not imposed."""
    city, people, kin = 0.0, np.zeros(kinship.shape[0]), np.zeros(followers.shape)
    strength, gunmen, in_office = np.zeros(founded.size), np.zeros(founded.size), np.zeros(founded.size)
    for u in range(adults.size):
        city += adults[u]
        for c in range(people.size):
            people[c] += unit_people[u, c]
        for k in range(1, founded.size):
            strength[k] += followers[u, k]
            gunmen[k] += armed[u, k]
            kin[u, k] = kin_here(u, k, kinship, unit_people)
    for k in range(1, founded.size):
        strength[k] = max(seats_share[k], strength[k] / max(city, 1.0))
        in_office[k] = max(government[k], granted[k])
    worths = np.zeros(5)
    for k in range(1, founded.size):
        if founded[k] == 0.0 or stance_imposed[k] > 0:
            continue
        angry = outraged(outrage[k], city, p.outrage_half)
        restored = order_restored(personnel[0], gunmen[k], p.personnel_per_gunman)
        checked = held_in_check(k, strength, in_office, founded, kinship, people, followers, workers, armed, kin)
        worths[SPONSOR] = sponsor_worth(p, checked, strength[k], angry)
        worths[CO_OPT] = ally_worth(p, seats_share[k], coalition_need[0], legitimacy[k], angry)
        worths[NEGOTIATE] = talks_worth(p, concession[k], angry, restored, in_office[k])
        worths[CRACK_DOWN] = force_worth(p, angry, restored, foreign_shield[k], in_office[k], concession[k])
        best = preferred(worths, chosen_stance[k], p.change_price)
        if best != chosen_stance[k]:
            chosen_stance[k] = best
            tell(events, event_count, week, STANCE, k, 0, CITY_TIER, NOWHERE, float(best))


def act(
    week, seed, p, founded, stance_imposed, government, personnel, media, killings, deaths_here,
    outrage, chosen_stance, stance, granted, raids_planned, unlawful, events, event_count,
) -> None:  # fmt: skip
    """What the stance in force does: office for allies, raids at those cracked down on, fewer of them during talks."""
    reckon(p, killings, deaths_here, founded, media[0], outrage)
    left, allies, blamed, targets = 1.0, 0, 0.0, 0
    for k in range(1, founded.size):
        left -= government[k]
        granted[k] = 0.0
        if founded[k] == 0.0:
            chosen_stance[k] = NEUTRAL
        elif stance_imposed[k] > 0:
            if stance[k] != chosen_stance[k] and week > 0:
                tell(events, event_count, week, STANCE, k, 0, CITY_TIER, NOWHERE, float(stance[k]))
            chosen_stance[k] = stance[k]
        else:
            stance[k] = chosen_stance[k]
            allies += stance[k] == CO_OPT
            targets += stance[k] == CRACK_DOWN
            blamed += outrage[k] * (stance[k] == CRACK_DOWN)
    raids = p.raids_per_1000_per_week * personnel[0] / 1000.0
    for k in range(1, founded.size):
        if founded[k] == 0.0 or stance_imposed[k] > 0:
            continue
        if stance[k] == CO_OPT:
            granted[k] = min(p.granted_share, max(left, 0.0) / allies)
        elif stance[k] == NEGOTIATE:
            raids_planned[k] *= 1.0 - p.talks_spare
        elif stance[k] == CRACK_DOWN:
            raids_planned[k] += raids * (outrage[k] / blamed if blamed > 0.0 else 1.0 / targets)
    if targets > 0 and unlawful[0] == 0.0:
        unlawful[0] = p.unlawful_share


def weigh(
    week, seed, p, founded, stance, office, seats_share, media, foreign_shield, information, raids_planned,
    penetration, exposure, defiance, course, events, event_count,
) -> None:  # fmt: skip
    """What visible violence costs each organisation, how far its leader resists raids, and what postings it has won.

    A course is taken when raids begin and kept until another looks clearly better. A worse one is told once.
    """
    gained, lost = MONTH * p.postings_per_week, MONTH * p.postings_fade_per_week
    for k in range(1, founded.size):
        if founded[k] == 0.0:
            penetration[k], course[k] = 0.0, 0
            continue
        say = max(office[k], p.ally_access if stance[k] == CO_OPT else 0.0)
        penetration[k] = postings(penetration[k], say, gained, lost)
        exposure[k] = visibility(p.exposure, media[0], p.media_exposure, foreign_shield[k], p.shielded)
        stake = max(office[k], seats_share[k])
        seen = perceived(stake, information[k], uniform(seed, DRAW, k, week))
        anew = decides_anew(p.resistance_worth, exposure[k], seen, defiance[k], course[k], p.course_price)
        if anew:
            defiance[k], course[k] = chosen_defiance(p.resistance_worth, exposure[k], seen), 0
        course[k] = course[k] + MONTH if raids_planned[k] > 0.0 else 0
        loss = regret(p.resistance_worth, exposure[k], stake, defiance[k])
        if anew and course[k] > 0 and loss > p.blunder_least:
            tell(events, event_count, week, BLUNDER, k, 0, CITY_TIER, NOWHERE, loss)


STEPS = (
    Step(
        "bargain",
        NAME,
        choose,
        reads=("founded", "stance_imposed", "government", "granted", "seats_share", "adults", "followers", "workers",
               "armed", "unit_people", "kinship", "personnel", "coalition_need", "outrage", "legitimacy",
               "foreign_shield", "concession"),
        writes=("chosen_stance", "events", "event_count"),
        every=MONTH,
    ),
    Step(
        "stance",
        NAME,
        act,
        reads=("founded", "stance_imposed", "government", "personnel", "media", "killings", "deaths_here"),
        writes=("outrage", "chosen_stance", "stance", "granted", "raids_planned", "unlawful", "events",
                "event_count"),
    ),
    Step(
        "restraint",
        NAME,
        weigh,
        reads=("founded", "stance", "office", "seats_share", "media", "foreign_shield", "information",
               "raids_planned"),
        writes=("penetration", "exposure", "defiance", "course", "events", "event_count"),
        every=MONTH,
    ),
)  # fmt: skip
