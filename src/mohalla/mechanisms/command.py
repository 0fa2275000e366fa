"""Command: who holds which post, what share each keeps, who is replaced; what the leader believes, delegates, knows.

Claims: G1 (hierarchy carries money and orders), G3 (a leader trades local knowledge against betrayal), G6 (a distant
leader replaces the organiser on a rival's assurances), G14 (and so blunders), S6 and W3 (command from afar, or bound by
proceedings abroad), G10 (war and presence hold the ranks together), H10 (holders live
by skim), O8 (structure).

Every organisation has one chief organiser, a head for each sector and each unit where it has cadre enough. A holder has
competence, loyalty, tenure, a rate of skim and a following: the share of the cadre under the post that would go with
its holder. Holders are lost when their unit's members are killed or arrested and, slowly, by turnover; a vacant post is
filled after a while, its work done as well as may be from above, and a successor starts anew. The leader's
belief about betrayal is Gamma and learnt from what has happened and from the years without (as in Bayesian updating of
a Poisson rate); delegation is the best reply to it (delegation against loss of control: Aghion and Tirole 1997). What
reaches the top is what subordinates dare say (Prendergast 1993): where little is known, a rival's assurance fills the
gap, and the organiser may be replaced by a worse one. Danger from outside closes ranks (Coser 1956).
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from mohalla.curves import bounded, perceived, saturates, towards
from mohalla.draw import Decision, key, nth, rule, uniform
from mohalla.events import Event, tell
from mohalla.parameters import Known
from mohalla.steps import Step

NAME = "command"
CLAIMS = ("G1", "G3", "G6", "G10", "G14", "H10", "O8", "S6", "W3")
DRAW, DRAW_LOSS, DRAW_RESHUFFLE = int(Decision.POST), int(Decision.POST_LOST), int(Decision.RESHUFFLE)
RESHUFFLE, BLUNDER, NOWHERE = int(Event.RESHUFFLE), int(Event.BLUNDER), -1
ABLE, LOYAL = 1 << 20, 1 << 21  # apart from the numbers of posts, so that no two questions share a draw
WEEKS = 4
CITY, SECTOR, UNIT = 0, 1, 2
YEARS_PER_WEEK = 7 / 365.25


class Parameters(NamedTuple):
    """Holders of posts: how good they are, how long they stay, what they keep, who follows them; and their leader."""

    competence_mean: Annotated[float, Known("0-1", 0.45, 0.75, "mean competence of a new holder")] = 0.6
    competence_spread: Annotated[float, Known("0-1", 0.1, 0.4, "half the range of a new holder's competence")] = 0.25
    learning_per_year: Annotated[float, Known("1/year", 0.0, 0.15, "way to full competence learnt in a year")] = 0.05
    turnover_per_year: Annotated[float, Known("1/year", 0.05, 0.3, "holders replaced for ordinary reasons")] = 0.12
    cadre_for_post: Annotated[
        float, Known("persons", 2.0, 10.0, "of cadre in a unit or sector from which on it has a head of its own")
    ] = 3.0
    filling_per_year: Annotated[float, Known("1/year", 2.0, 12.0, "vacant posts that are filled")] = 6.0
    stand_in: Annotated[
        float, Known("share", 0.2, 0.8, "of a head's work that is done from the tier above where there is none")
    ] = 0.5
    skim_start: Annotated[float, Known("share", 0.02, 0.12, "kept by a new holder of what passes through")] = 0.06
    skim_growth_per_year: Annotated[float, Known("1/year", 0.005, 0.04, "added to the rate in a year of tenure")] = (
        0.015
    )
    skim_most: Annotated[float, Known("share", 0.15, 0.4, "most a holder can keep")] = 0.25
    reservation_per_year: Annotated[
        float,
        Known("million/holder/year", 0.1, 0.6, "earned elsewhere; keeping as much gives half of the rest of effort"),
    ] = 0.25
    least_effort: Annotated[float, Known("0-1", 0.3, 0.8, "effort of holders who keep nothing")] = 0.5
    unit_weight: Annotated[float, Known("share", 0.3, 0.7, "of the chain's work that is the unit head's own")] = 0.5
    sector_weight: Annotated[float, Known("share", 0.1, 0.3, "of the chain's work that is the sector head's")] = 0.25
    most_following: Annotated[float, Known("share", 0.3, 0.9, "of the cadre, at most ready to go with its head")] = 0.6
    following_per_year: Annotated[
        float, Known("1/year", 0.2, 1.0, "way to that won in a year by an able head to whom all is left")
    ] = 0.5
    loyalty_mean: Annotated[float, Known("0-1", 0.5, 0.9, "mean loyalty of a new holder")] = 0.75
    loyalty_spread: Annotated[float, Known("0-1", 0.1, 0.3, "half the range of a new holder's loyalty")] = 0.2
    loyalty_drift_per_year: Annotated[float, Known("1/year", 0.2, 1.0, "way of loyalty to where events draw it")] = 0.5
    war_bond: Annotated[float, Known("0-1", 0.05, 0.3, "loyalty added by all-out war outside")] = 0.15
    war_half: Annotated[float, Known("deaths/member", 0.02, 0.2, "own dead not forgotten at which war is half")] = 0.05
    distance_cost: Annotated[float, Known("0-1", 0.03, 0.25, "loyalty lost where the leader is abroad")] = 0.1
    stranded_cost: Annotated[
        float, Known("0-1", 0.03, 0.25, "loyalty lost where proceedings wholly bind the leader")
    ] = 0.1
    purge_cost: Annotated[float, Known("0-1", 0.05, 0.4, "loyalty lost under full fear of purge")] = 0.2
    memory_years: Annotated[float, Known("years", 6.0, 25.0, "memory of betrayal, and of years without")] = 12.0
    prior_years: Annotated[float, Known("years", 2.0, 10.0, "years that the first belief about betrayal is worth")] = (
        5.0
    )
    alarm: Annotated[float, Known("betrayals", 3.0, 20.0, "that the loss of a whole rank would count for")] = 10.0
    local_worth: Annotated[
        float, Known("value", 0.1, 0.5, "of a year of local knowledge, if all is left to holders")
    ] = 0.25
    betrayal_cost: Annotated[
        float, Known("value", 2.0, 8.0, "carried off in a betrayal, if all is left to holders")
    ] = 4.0
    flattery: Annotated[float, Known("share", 0.2, 0.8, "of the truth unsaid where nothing is delegated")] = 0.5
    distance: Annotated[float, Known("share", 0.1, 0.5, "of the truth that is lost on the way abroad")] = 0.25
    bound_cost: Annotated[float, Known("share", 0.1, 0.7, "of it lost to a leader wholly bound by proceedings")] = 0.4
    reconsidered_per_year: Annotated[
        float, Known("1/year", 0.3, 3.0, "times a leader considers replacing the organiser")
    ] = 1.0
    assurance: Annotated[float, Known("0-1", 0.7, 1.0, "competence that a rival of the organiser promises")] = 0.85
    reshuffle_price: Annotated[
        float, Known("0-1", 0.1, 0.4, "of competence, least gain as seen for which the organiser is replaced")
    ] = 0.2
    slight: Annotated[
        float, Known("0-1", 0.1, 0.6, "loyalty lost by heads where all the cadre stood with an organiser replaced")
    ] = 0.3
    division_fades_per_year: Annotated[float, Known("1/year", 0.2, 1.5, "division over a replaced organiser")] = 0.5
    blunder_least: Annotated[
        float, Known("0-1", 0.02, 0.1, "of competence, least loss by a reshuffle that is called a blunder")
    ] = 0.05


@rule
def replaced(turnover: float, losses: float, members: float, u: float) -> bool:
    """Whether a holder is lost this week: by turnover, or like any member by death and arrest."""
    return u < turnover + losses / max(members + losses, 1.0)


@rule
def has_place(place: int, cadre: float, least: float) -> bool:
    """Whether there is anybody to head: the chief organiser always, others where there is cadre enough."""
    return bool(place == 0 or cadre >= least)


@rule
def chance_to_fill(place: int, week: int, filling: float) -> float:
    """Chance that a vacant post is filled this month: a chief organiser's for sure, and all when the run begins."""
    return 1.0 if place == 0 or week == 0 else min(1.0, filling)


@rule
def work(tenure: int, competence: float, effort: float, above: float, stand_in: float) -> float:
    """What is done (0-1) in a post: by its holder, or in part by who stands above where there is none."""
    return competence * effort if tenure > 0 else stand_in * above


@rule
def drawn(mean: float, spread: float, u: float) -> float:
    """A quality of a successor (0-1): anywhere within `spread` of the mean."""
    return min(1.0, max(0.0, mean + spread * (2.0 * u - 1.0)))


@rule
def chain(city: float, sector: float, unit: float, sector_weight: float, unit_weight: float) -> float:
    """What a unit makes of orders and money: a part is its own head's work, a part that of each head above."""
    return (1.0 - sector_weight - unit_weight) * city + sector_weight * sector + unit_weight * unit


@rule
def tries(kept: float, holders: float, reservation: float, least: float) -> float:
    """Effort (0-1) of a tier: `least` in any case, more as what each keeps stands against what is earned elsewhere."""
    return least + (1.0 - least) * saturates(kept / max(holders, 1.0), reservation)


@rule
def believed_rate(betrayals: float, years: float, alarm: float, prior: float) -> float:
    """Betrayals expected a year: the mean of a Gamma(1 + betrayals, years + prior) belief about their rate."""
    return (1.0 + alarm * betrayals) / (years + prior)


@rule
def delegated(worth: float, cost: float, rate: float) -> float:
    """Delegation (0-1) that maximises worth d - cost rate d**2 / 2: local knowledge against what betrayal takes."""
    return bounded(worth / (cost * rate))


@rule
def known(delegation: float, abroad: float, bound: float, flattery: float, distance: float, bound_cost: float) -> float:
    """How true (0-1) the picture at the top is: what heads dare say, less what distance and proceedings hide."""
    return (1.0 - flattery * (1.0 - delegation)) * (1.0 - distance * abroad) * (1.0 - bound_cost * bound)


@rule
def at_war(dead: float, members: float, half: float) -> float:
    """War outside (0-1): own dead not forgotten against own size."""
    return saturates(dead / max(members, 1.0), half)


@rule
def drawn_by_events(p, war: float, abroad: float, bound: float, fear: float) -> float:
    """What events add to every holder's loyalty: war closes ranks; a leader far or bound and fear of purge loosen."""
    return p.war_bond * war - p.distance_cost * abroad - p.stranded_cost * bound - p.purge_cost * fear


@rule
def promised(competence: float, information: float, assurance: float) -> float:
    """A rival's competence as the leader sees it: the truth as far as known, for the rest the rival's assurance."""
    return competence * information + (1.0 - information) * assurance


@rule
def slighted(loyalty: float, stood: float, slight: float) -> float:
    """Loyalty of a head after an organiser with whom a share of the cadre stood was replaced."""
    return bounded(loyalty - slight * stood)


@rule
def rival_of_organiser(base: int, sectors: int, tenure, following) -> int:
    """The head of a sector with the largest following; 0 where no sector has a head."""
    best, most = 0, -1.0
    for place in range(1, sectors + 1):
        if tenure[base + place] > 0 and following[base + place] > most:
            best, most = place, following[base + place]
    return best


@rule
def home_of_sector(sector: int, unit_sector) -> int:
    """A unit that tells where a sector is: its first."""
    for u in range(unit_sector.size):
        if unit_sector[u] == sector:
            return u
    return NOWHERE


@rule
def install(base: int, place: int, competence, loyalty, leaning, tenure, skim_rate, following) -> None:
    """The head of a sector takes the organiser's post, without a following in the city; the sector's is vacant."""
    rival = base + place
    competence[base], loyalty[base], leaning[base] = competence[rival], loyalty[rival], leaning[rival]
    skim_rate[base], following[base], tenure[base] = skim_rate[rival], 0.0, 1
    vacate(rival, tenure, skim_rate, following)


@rule
def appoint(p, moment, place: int, post: int, competence, loyalty, leaning, tenure, skim_rate, following) -> None:
    """A successor: as able and loyal as chance has it, without a following, keeping little as yet."""
    competence[post] = drawn(p.competence_mean, p.competence_spread, nth(moment, ABLE + place))
    loyalty[post] = drawn(p.loyalty_mean, p.loyalty_spread, nth(moment, LOYAL + place))
    leaning[post] = loyalty[post]
    skim_rate[post] = p.skim_start
    following[post] = 0.0
    tenure[post] = 1


@rule
def vacate(post: int, tenure, skim_rate, following) -> None:
    """A post without a holder: nobody keeps anything, nobody follows."""
    tenure[post], skim_rate[post], following[post] = 0, 0.0, 0.0


@rule
def serve(
    p, post: int, events_add: float, trust: float, competence, loyalty, leaning, tenure, skim_rate, following
) -> None:
    """A month in a post: its holder learns, keeps more, wins a following, and is drawn where events draw."""
    tenure[post] += WEEKS
    competence[post] += (1.0 - competence[post]) * WEEKS * p.learning_per_week
    skim_rate[post] = min(p.skim_most, skim_rate[post] + WEEKS * p.skim_growth_per_week)
    wins = WEEKS * p.following_per_week * competence[post] * trust
    following[post] = towards(following[post], p.most_following, wins)
    drawn_to = bounded(leaning[post] + events_add)
    loyalty[post] = towards(loyalty[post], drawn_to, WEEKS * p.loyalty_drift_per_week)


@rule
def lead(
    p, k: int, workers, armed, deaths_memory, skim, heads, leader_abroad, leader_bound,
    betrayals, watched_years, betrayal_belief, delegation, information, war, effort,
) -> None:  # fmt: skip
    """What the leader believes, leaves to others and gets to know; how hard each tier tries; how much war there is."""
    members, dead = 0.0, 0.0
    for u in range(workers.shape[0]):
        members += workers[u, k] + armed[u, k]
        dead += deaths_memory[u, k]
    war[k] = at_war(dead, members, p.war_half)
    forgotten = WEEKS * YEARS_PER_WEEK / p.memory_years
    betrayals[k] -= betrayals[k] * forgotten
    watched_years[k] += WEEKS * YEARS_PER_WEEK - watched_years[k] * forgotten
    betrayal_belief[k] = believed_rate(betrayals[k], watched_years[k], p.alarm, p.prior_years)
    delegation[k] = delegated(p.local_worth, p.betrayal_cost, betrayal_belief[k])
    information[k] = known(delegation[k], leader_abroad[k], leader_bound[k], p.flattery, p.distance, p.bound_cost)
    for tier in range(heads.shape[1]):
        effort[k, tier] = tries(skim[k, tier], heads[k, tier], p.reservation_per_week, p.least_effort)


@rule
def under_each(k: int, unit_sector, workers, armed, cadre) -> None:
    """Members under each post of an organisation: of the city, each sector, each unit."""
    units = unit_sector.size
    sectors = cadre.size - 1 - units
    cadre[:] = 0.0
    for u in range(units):
        here = float(workers[u, k] + armed[u, k])
        cadre[0] += here
        cadre[1 + unit_sector[u]] += here
        cadre[1 + sectors + u] += here


@rule
def count_heads(k: int, units: int, tenure, heads) -> None:
    """Holders of an organisation at each tier."""
    posts = tenure.size // heads.shape[0]
    for place in range(posts):
        tier = CITY if place == 0 else (SECTOR if place < posts - units else UNIT)
        heads[k, tier] += tenure[k * posts + place] > 0


def lose(week, seed, p, workers, armed, killed, arrested, tenure, following) -> None:
    """Posts of units whose holders were among last week's dead or detained fall vacant."""
    units, organisations = workers.shape
    posts = tenure.size // organisations
    for u in range(units):
        for k in range(1, organisations):
            losses = killed[u, k] + arrested[u, k]
            if losses == 0:
                continue
            post = (k + 1) * posts - units + u
            if replaced(0.0, losses, workers[u, k] + armed[u, k], uniform(seed, DRAW_LOSS, post, week)):
                tenure[post], following[post] = 0, 0.0


@rule
def pass_month(
    p, week: int, moment, place: int, post: int, cadre: float, events_add: float, trust: float,
    competence, loyalty, leaning, tenure, skim_rate, following,
) -> None:  # fmt: skip
    """A month of one post: it lapses without cadre, is filled where vacant, handed on or served in."""
    if not has_place(place, cadre, 1.0):
        vacate(post, tenure, skim_rate, following)
        return
    vacant, luck = tenure[post] == 0, nth(moment, place)
    if vacant:
        anew = has_place(place, cadre, p.cadre_for_post) and luck < chance_to_fill(
            place, week, WEEKS * p.filling_per_week
        )
    else:
        anew = replaced(WEEKS * p.turnover_per_week, 0.0, 0.0, luck)
    if vacant and not anew:
        vacate(post, tenure, skim_rate, following)
    elif anew:
        appoint(p, moment, place, post, competence, loyalty, leaning, tenure, skim_rate, following)
    else:
        serve(p, post, events_add, trust, competence, loyalty, leaning, tenure, skim_rate, following)


@rule
def chain_of_work(p, k: int, base: int, unit_sector, competence, tenure, effort, effectiveness) -> None:
    """What every unit makes of orders and money, by the work of the posts above it."""
    units = unit_sector.size
    first_unit = base + competence.size // effort.shape[0] - units
    city = work(tenure[base], competence[base], effort[k, CITY], 0.0, p.stand_in)
    for u in range(units):
        post, above = first_unit + u, base + 1 + unit_sector[u]
        sector = work(tenure[above], competence[above], effort[k, SECTOR], city, p.stand_in)
        here = work(tenure[post], competence[post], effort[k, UNIT], sector, p.stand_in)
        effectiveness[u, k] = chain(city, sector, here, p.sector_weight, p.unit_weight)


def sweep(
    week, seed, p, unit_sector, founded, workers, armed, deaths_memory, skim, leader_abroad, leader_bound, purge_fear,
    competence, loyalty, leaning, tenure, skim_rate, following, effectiveness, betrayals, watched_years,
    betrayal_belief, delegation, information, war, effort, cohesion,
) -> None:  # fmt: skip
    """Every fourth week, every post: its holder stays or is replaced, learns, keeps more; then the chains of posts."""
    units, organisations = workers.shape
    posts = competence.size // organisations
    cadre, heads = np.zeros(posts), np.zeros(effort.shape)
    for k in range(1, organisations):
        if founded[k] == 0.0:
            continue
        moment, base, loyal, held = key(seed, DRAW, k, week), k * posts, 0.0, 0
        count_heads(k, units, tenure, heads)
        lead(p, k, workers, armed, deaths_memory, skim, heads, leader_abroad, leader_bound, betrayals, watched_years,
             betrayal_belief, delegation, information, war, effort)  # fmt: skip
        events_add = drawn_by_events(p, war[k], leader_abroad[k], leader_bound[k], purge_fear[k])
        under_each(k, unit_sector, workers, armed, cadre)
        for place in range(posts):
            post = base + place
            pass_month(p, week, moment, place, post, cadre[place], events_add, delegation[k], competence, loyalty,
                       leaning, tenure, skim_rate, following)  # fmt: skip
            if tenure[post] > 0:
                loyal, held = loyal + loyalty[post], held + 1
        cohesion[k] = loyal / max(held, 1)
        chain_of_work(p, k, base, unit_sector, competence, tenure, effort, effectiveness)


def reshuffle(
    week, seed, p, unit_sector, founded, information, reshuffle_ordered,
    competence, loyalty, leaning, tenure, skim_rate, following, divided, events, event_count,
) -> None:  # fmt: skip
    """Now and then, or by order, a leader weighs the organiser against a rival, each as seen from where he is."""
    organisations = founded.size
    posts = tenure.size // organisations
    sectors = posts - 1 - unit_sector.size
    for k in range(1, organisations):
        base = k * posts
        divided[k] *= 1.0 - WEEKS * p.division_fades_per_week
        rival = rival_of_organiser(base, sectors, tenure, following) if founded[k] > 0.0 else 0
        considers = uniform(seed, DRAW_RESHUFFLE, k, week) < WEEKS * p.reconsidered_per_week
        ordered = reshuffle_ordered[k] > 0.0
        if rival == 0 or tenure[base] == 0 or not (considers or ordered):
            continue
        luck = uniform(seed, DRAW_RESHUFFLE, organisations + k, week)
        seen = perceived(competence[base], information[k], luck)
        gain = promised(competence[base + rival], information[k], p.assurance) - seen
        if gain <= p.reshuffle_price and not ordered:
            continue
        loss, stood = competence[base] - competence[base + rival], following[base]
        for place in range(1, posts):
            if place != rival:
                loyalty[base + place] = slighted(loyalty[base + place], stood, p.slight)
        install(base, rival, competence, loyalty, leaning, tenure, skim_rate, following)
        divided[k] = min(1.0, divided[k] + stood)
        tell(events, event_count, week, RESHUFFLE, k, 0, SECTOR, home_of_sector(rival - 1, unit_sector), stood)
        if loss > p.blunder_least:
            tell(events, event_count, week, BLUNDER, k, 0, CITY, NOWHERE, loss)


STEPS = (
    Step(
        "losses",
        NAME,
        lose,
        reads=("workers", "armed", "killed", "arrested"),
        writes=("tenure", "following"),
    ),
    Step(
        "command",
        NAME,
        sweep,
        reads=("unit_sector", "founded", "workers", "armed", "deaths_memory", "skim", "leader_abroad",
               "leader_bound", "purge_fear"),
        writes=("competence", "loyalty", "leaning", "tenure", "skim_rate", "following", "effectiveness", "betrayals",
                "watched_years", "betrayal_belief", "delegation", "information", "war", "effort", "cohesion"),
        every=WEEKS,
    ),
    Step(
        "reshuffle",
        NAME,
        reshuffle,
        reads=("unit_sector", "founded", "information", "reshuffle_ordered"),
        writes=("competence", "loyalty", "leaning", "tenure", "skim_rate", "following", "divided", "events",
                "event_count"),
        every=WEEKS,
    ),
)  # fmt: skip
