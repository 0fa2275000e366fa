"""Defection: heads of sectors and units leave with those who follow them; splinters are founded, grow, end, return.

Claims: G2 (killing after a split), G5 (rotation lapsed, heroes grew, none stayed), G7 (a purge deepens rifts), G8
(local people count), G9 (a splinter needs dozens), G10 (war and presence keep ranks), G11 (readmission), G12 (who
stands beside the accuser), G13 (a sponsor in sight), B5 (families of the killed), O8 (inherited cells).

Each month each head of a sector or unit compares leaving with staying. No split is scheduled: it is one head's choice
when nobody has gone before. Others see who left: a cascade with thresholds (Granovetter 1978; Lohmann 1994 on what
informed leavers tell). A splinter is an organisation like any other; residents are never moved, they decide. Exit,
voice and loyalty after Hirschman 1970; factions that split when they can carry members off after Bakke, Cunningham and
Seymour 2012.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from mohalla.curves import logistic, saturates
from mohalla.draw import Decision, key, nth, rule, uniform, whole
from mohalla.events import Event, tell
from mohalla.parameters import Known
from mohalla.steps import Step

NAME = "defection"
CLAIMS = ("O8", "G2", "G5", "G7", "G8", "G9", "G10", "G11", "G12", "G13", "B5")
DRAW, DRAW_FOLLOWERS, DRAW_RETURN = int(Decision.DEFECTION), int(Decision.FOLLOWERS), int(Decision.READMISSION)
DRAW_LED = int(Decision.LED_AWAY)
SPLIT, DEFECTION, FOUNDING = int(Event.SPLIT), int(Event.DEFECTION), int(Event.FOUNDING)
READMISSION, SPLINTER_ENDS = int(Event.READMISSION), int(Event.SPLINTER_ENDS)
SECTOR, UNIT = 1, 2
SPONSORED = 0
WEEKS = 4
YEARS_PER_WEEK = 7 / 365.25


class Parameters(NamedTuple):
    """What leaving is worth, against full loyalty as one; who goes along; and how splinters end."""

    considered_per_year: Annotated[float, Known("1/year", 1.0, 12.0, "times a head considers leaving")] = 4.0
    noise: Annotated[float, Known("loyalty", 0.08, 0.3, "spread of the choice to leave")] = 0.12
    following_weight: Annotated[
        float, Known("loyalty", 1.0, 4.0, "worth of taking all the cadre to a splinter sure to win")
    ] = 2.0
    cascade_half: Annotated[
        float, Known("share", 0.03, 0.25, "of the rank, gone of late, at which a splinter's prospects are half")
    ] = 0.08
    post_weight: Annotated[float, Known("loyalty", 0.1, 0.6, "worth of a post that pays all it can")] = 0.3
    war_weight: Annotated[float, Known("loyalty", 0.1, 0.8, "reluctance to leave under all-out war outside")] = 0.4
    insecurity_weight: Annotated[float, Known("loyalty", 0.1, 0.8, "urge to be gone under full fear of purge")] = 0.4
    punishment_weight: Annotated[
        float, Known("loyalty", 0.3, 1.5, "dread of punishment under full fear and full force here")
    ] = 0.8
    readmitted_weight: Annotated[float, Known("loyalty", 1.0, 10.0, "affront if all the cadre were former leavers")] = (
        4.0
    )
    arrest_weight: Annotated[float, Known("loyalty", 0.2, 1.5, "urge to be gone if all members were detained")] = 0.6
    stain_weight: Annotated[float, Known("loyalty", 0.1, 0.8, "reluctance to join the wholly visible client")] = 0.4
    sponsor_weight: Annotated[float, Known("loyalty", 0.1, 0.6, "pull of a splinter with a sponsor's money")] = 0.3
    grief_weight: Annotated[float, Known("loyalty", 0.1, 0.8, "pull where it bereaved most of its own followers")] = 0.3
    sector_rank: Annotated[float, Known("unit heads", 3.0, 10.0, "that a sector head counts for")] = 5.0
    trust_weight: Annotated[
        float, Known("factor", 0.0, 3.0, "added to what a leaver counts for, if wholly trusted")
    ] = 1.0
    trusted_years: Annotated[float, Known("years", 2.0, 8.0, "of service at which a loyal head is half trusted")] = 4.0
    joined_fades_per_year: Annotated[float, Known("1/year", 0.2, 1.5, "impression of who left that fades")] = 0.5
    open_share: Annotated[
        float, Known("share", 0.002, 0.02, "of the rank, gone of late, below which a splinter draws nobody")
    ] = 0.005
    founders_following: Annotated[
        float,
        Known("share", 0.15, 0.5, "of a sector's cadre that must be ready to go before its head founds a splinter"),
    ] = 0.3
    sector_share: Annotated[
        float, Known("share", 0.3, 1.0, "of what a unit head sways, swayed by the sector's head")
    ] = 0.6
    own_gunmen: Annotated[float, Known("share", 0.3, 1.0, "of gunmen among followers who go along")] = 0.7
    purse_share: Annotated[
        float, Known("share", 0.0, 0.6, "of the money that goes with the cadre, by their number")
    ] = 0.3
    least_cadre: Annotated[float, Known("persons", 5.0, 40.0, "fewer are no organisation")] = 15.0
    dwindling_years: Annotated[float, Known("years", 0.5, 4.0, "that a splinter lasts with fewer")] = 1.5
    amnesty: Annotated[float, Known("share", 0.2, 0.9, "of a splinter's members whom the parent takes back")] = 0.5
    returning_per_year: Annotated[
        float, Known("1/year", 0.05, 0.5, "splinters without prospects that ask to come back")
    ] = 0.15
    readmitted_fades_per_year: Annotated[float, Known("1/year", 0.2, 1.5, "of the affront that fades")] = 0.5


@rule
def prospects(joined: float, half: float) -> float:
    """Prospects (0-1) of a splinter by the share of the parent's rank that joined of late, as others see it."""
    return saturates(joined, half)


@rule
def worth_leaving(
    p, following: float, outlook: float, loyalty: float, pay: float, force: float, fear: float, grief: float
) -> float:
    """What one head gains by leaving, against full loyalty as one."""
    gained = p.following_weight * following * outlook + p.grief_weight * grief
    unsafe = (p.insecurity_weight - p.punishment_weight * force) * fear
    return gained + unsafe - loyalty - p.post_weight * pay


@rule
def detained_share(k: int, workers, armed, held_workers, held_armed) -> float:
    """Of an organisation's members the share in detention: what awaits those who stay."""
    held, free = 0.0, 0.0
    for u in range(workers.shape[0]):
        held += held_workers[u, k] + held_armed[u, k]
        free += workers[u, k] + armed[u, k]
    return held / max(held + free, 1.0)


@rule
def mood(p, war: float, readmitted: float, detained: float) -> float:
    """What moves every head of an organisation alike: an affront and arrests loosen, war outside binds."""
    return p.readmitted_weight * readmitted + p.arrest_weight * detained - p.war_weight * war


@rule
def draw_of(p, sponsored: bool, sponsor_seen: float) -> float:
    """What pulls to a splinter besides its prospects: a sponsor's money, less the stain of being seen with one."""
    return (p.sponsor_weight if sponsored else 0.0) - p.stain_weight * sponsor_seen


@rule
def chance_to_leave(gain: float, noise: float, considered: float) -> float:
    """Chance that a head leaves this month."""
    return min(1.0, considered) * logistic(gain / noise)


@rule
def counts_for(share: float, loyalty: float, years: float, weight: float, half: float) -> float:
    """What a leaver's going tells the others: the share of rank, more where a loyal head of long service goes."""
    return share * (1.0 + weight * loyalty * saturates(years, half))


@rule
def wants_back(money: float, money_there: float) -> float:
    """How much (0-1) better off, by money a member, the members of a splinter would be with the parent."""
    return max(0.0, 1.0 - money / money_there) if money_there > 0.0 else 0.0


@rule
def grief_here(u: int, k: int, unit_face, grievance) -> float:
    """Resentment (0-1) of an organisation among its own followers in a unit, for those it bereaved."""
    felt, followers = 0.0, 0.0
    for c in range(grievance.shape[0]):
        felt += unit_face[u, c, k] * grievance[c, k]
        followers += unit_face[u, c, k]
    return felt / max(followers, 1.0)


@rule
def open_splinter(k: int, least: float, founded, parent, joined_splinter) -> int:
    """The splinter of k that most have joined of late; 0 where none draws anybody."""
    best, most = 0, least
    for s in range(1, founded.size):
        if founded[s] > 0.0 and parent[s] == k and joined_splinter[s] > most:
            best, most = s, joined_splinter[s]
    return best


@rule
def free_slot(splinter_slot, founded) -> int:
    """The first row reserved for splinters that is free; 0 where all are taken."""
    for s in range(1, founded.size):
        if splinter_slot[s] > 0 and founded[s] == 0.0:
            return s
    return 0


@rule
def survey(k: int, unit_sector, unit_face, grievance, force, workers, armed, members, strength, grief) -> float:
    """Members, force and grief in each sector and then each unit; returns all members. Sectors have means of units."""
    units, total = unit_sector.size, 0.0
    sectors = members.size - units
    members[:] = 0.0
    strength[:] = 0.0
    grief[:] = 0.0
    for u in range(units):
        here, s = float(workers[u, k] + armed[u, k]), unit_sector[u]
        members[sectors + u], strength[sectors + u] = here, force[u, k]
        grief[sectors + u] = grief_here(u, k, unit_face, grievance)
        members[s] += here
        strength[s] += here * force[u, k]
        grief[s] += here * grief[sectors + u]
        total += here
    for s in range(sectors):
        strength[s] /= max(members[s], 1.0)
        grief[s] /= max(members[s], 1.0)
    return total


@rule
def rank_of(place: int, sectors: int, members, tenure: int, sector_rank: float) -> float:
    """What the head of a sector or unit counts for (by unit heads); nothing where there is none, or nobody to head."""
    if members[place] == 0.0 or tenure == 0:
        return 0.0
    return sector_rank if place < sectors else 1.0


@rule
def carry_off(u: int, k: int, s: int, share: float, gunmen: float, luck, workers, armed, joined, left) -> int:
    """A share of k's workers and gunmen in a unit go over to s; returns how many."""
    going = whole(workers[u, k] * share, luck)
    with_arms = whole(armed[u, k] * share * gunmen, 1.0 - luck)
    with_arms = min(with_arms, armed[u, k])
    workers[u, k] -= going
    armed[u, k] -= with_arms
    left[u, k] += going + with_arms
    workers[u, s] += going
    armed[u, s] += with_arms
    joined[u, s] += going + with_arms
    return going + with_arms


@rule
def take_along(p, moment, place: int, k: int, s: int, share: float, unit_sector, workers, armed, joined, left) -> int:
    """Those under a post who follow its head go over, unit by unit; returns how many."""
    units, taken = unit_sector.size, 0
    sectors = int(unit_sector.max()) + 1
    for u in range(units):
        mine = place == sectors + u or (place < sectors and unit_sector[u] == place)
        if mine and workers[u, k] + armed[u, k] > 0:
            luck = nth(moment, place * units + u)
            taken += carry_off(u, k, s, share, p.own_gunmen, luck, workers, armed, joined, left)
    return taken


@rule
def change_post(old: int, new: int, competence, loyalty, leaning, tenure, skim_rate, following) -> None:
    """The holder of an old post takes the new one, with all the cadre there behind him; the old post is vacant."""
    competence[new], skim_rate[new], leaning[new] = competence[old], skim_rate[old], leaning[old]
    loyalty[new], following[new], tenure[new] = 1.0, 1.0, 1
    following[old], tenure[old] = 0.0, 0


@rule
def found(k: int, s: int, founded, parent, kinship, militancy, cells, joined_splinter, tenure, following) -> None:
    """A splinter begins as its parent's like: the same kin, skills and taste for arms; its posts are vacant."""
    founded[s], parent[s], joined_splinter[s] = 1.0, k, 0.0
    militancy[s], cells[s] = militancy[k], cells[k]
    for c in range(kinship.shape[0]):
        kinship[c, s] = kinship[c, k]
    posts = tenure.size // founded.size
    for post in range(s * posts, (s + 1) * posts):
        tenure[post], following[post] = 0, 0.0


@rule
def divide_money(k: int, s: int, share: float, budget, carried) -> None:
    """A share of one organisation's money goes to another."""
    money = budget[k] * share
    budget[k] -= money
    budget[s] += money
    carried[k] -= money
    carried[s] += money


@rule
def gather(p, s: int, workers, armed, held_workers, held_armed, dwindled_years) -> float:
    """All of a splinter's members, detained or not; and for how long they have been too few."""
    members = 0.0
    for u in range(workers.shape[0]):
        members += workers[u, s] + armed[u, s] + held_workers[u, s] + held_armed[u, s]
    few = members < p.least_cadre
    dwindled_years[s] = dwindled_years[s] + WEEKS * YEARS_PER_WEEK if few else 0.0
    return members


@rule
def disband(
    s: int, k: int, amnesty: float, moment, workers, armed, held_workers, held_armed, joined, left, released
) -> int:
    """Every member of a splinter leaves it; as far as the amnesty goes they join k (0 = nobody) again, in place."""
    back = 0
    for u in range(workers.shape[0]):
        luck = nth(moment, u)
        released[u, s] += held_workers[u, s] + held_armed[u, s]
        all_workers, all_armed = workers[u, s] + held_workers[u, s], armed[u, s] + held_armed[u, s]
        left[u, s] += all_workers + all_armed
        workers[u, s], armed[u, s], held_workers[u, s], held_armed[u, s] = 0, 0, 0, 0
        if k > 0:
            again = min(whole(all_workers * amnesty, luck), all_workers)
            armed_again = min(whole(all_armed * amnesty, 1.0 - luck), all_armed)
            workers[u, k] += again
            armed[u, k] += armed_again
            joined[u, k] += again + armed_again
            back += again + armed_again
    return back


@rule
def give_up(s: int, k: int, returned: float, founded, parent, force, budget, carried, dwindled_years) -> None:
    """A splinter is no more: its slot is free, its money goes with those who return, the rest is lost."""
    founded[s], dwindled_years[s] = 0.0, 0.0
    if k > 0:
        divide_money(s, k, returned, budget, carried)
    carried[s] -= budget[s]
    budget[s] = 0.0
    for u in range(force.shape[0]):
        force[u, s] = 0.0
    for other in range(parent.size):
        if parent[other] == s:
            parent[other] = 0


@rule
def better_off_elsewhere(s: int, k: int, members: float, founded, stance, budget, workers, armed) -> float:
    """How much (0-1) a splinter's members would gain by returning to their parent, if it is there and none pays."""
    if k == 0 or founded[k] == 0.0 or stance[s] == SPONSORED:
        return 0.0
    there = 0.0
    for u in range(workers.shape[0]):
        there += workers[u, k] + armed[u, k]
    return wants_back(budget[s] / max(members, 1.0), budget[k] / max(there, 1.0))


@rule
def rank_of_all(first: int, sectors: int, members, tenure, sector_rank: float) -> float:
    """All heads of sectors and units together, by unit heads; `first` is the first sector's post."""
    rank = 0.0
    for place in range(members.size):
        rank += rank_of(place, sectors, members, tenure[first + place], sector_rank)
    return rank


@rule
def may_found(following: float, sways: float, members: float, least: float, fewest: float) -> bool:
    """Whether a sector's head can think of founding: enough of the cadre is ready to go, and they are enough."""
    return following >= least and sways * members >= fewest


@rule
def go_over(
    p, moment, place: int, new: int, k: int, s: int, share: float, sways: float, total: float, unit_sector, workers,
    armed, joined, left, budget, carried, competence, loyalty, leaning, tenure, skim_rate, following, betrayals,
    joined_splinter,
) -> int:  # fmt: skip
    """A head takes a post of s, with those who follow and their part of the money; returns how many they are."""
    old = k * (tenure.size // betrayals.size) + 1 + place
    years = tenure[old] * YEARS_PER_WEEK
    told = counts_for(share, loyalty[old], years, p.trust_weight, p.trusted_years)
    taken = take_along(p, moment, place, k, s, sways, unit_sector, workers, armed, joined, left)
    divide_money(k, s, p.purse_share * taken / max(total, 1.0), budget, carried)
    change_post(old, new, competence, loyalty, leaning, tenure, skim_rate, following)
    joined_splinter[s] = min(1.0, joined_splinter[s] + told)
    betrayals[k] += share
    return taken


@rule
def home(place: int, sectors: int, unit_sector) -> int:
    """A unit that tells where a head is: a unit head's own, or the first of a sector."""
    if place >= sectors:
        return place - sectors
    for u in range(unit_sector.size):
        if unit_sector[u] == place:
            return u
    return 0


@rule
def depart(
    p, week, followers, place: int, k: int, s: int, founds: bool, share: float, sways: float, total: float,
    unit_sector, founded, parent, kinship, militancy, cells, workers, armed, joined, left, budget, carried, competence,
    loyalty, leaning, tenure, skim_rate, following, betrayals, joined_splinter, events, event_count,
) -> None:  # fmt: skip
    """A head leaves k for s, founding it where it is not there yet, and it is told."""
    posts = tenure.size // founded.size
    sectors = posts - 1 - unit_sector.size
    tier, where = UNIT if place >= sectors else SECTOR, home(place, sectors, unit_sector)
    if founds:
        found(k, s, founded, parent, kinship, militancy, cells, joined_splinter, tenure, following)
        tell(events, event_count, week, SPLIT, k, s, tier, where, share)
    # Who founds a splinter becomes its chief organiser; who joins takes the like post.
    new = s * posts + (0 if founds else 1 + place)
    taken = go_over(p, followers, place, new, k, s, share, sways, total, unit_sector, workers, armed, joined, left,
                    budget, carried, competence, loyalty, leaning, tenure, skim_rate, following, betrayals,
                    joined_splinter)  # fmt: skip
    tell(events, event_count, week, DEFECTION, k, s, tier, where, share)
    if founds:
        tell(events, event_count, week, FOUNDING, s, k, tier, where, taken)


def leave(
    week, seed, p, splinter_slot, unit_sector, unit_face, grievance, stance, sponsor_seen, war, purge_fear, effort,
    force, held_workers, held_armed,
    founded, parent, kinship, militancy, cells, workers, armed, joined, left, budget, carried, competence, loyalty,
    leaning, tenure, skim_rate, following, betrayals, joined_splinter, readmitted, events, event_count,
) -> None:  # fmt: skip
    """Every fourth week, every head of a sector or unit: stay, join the splinter that is open, or found one."""
    units, heads = workers.shape[0], tenure.size // founded.size - 1
    sectors = heads - units
    members, strength, grief = np.zeros(heads), np.zeros(heads), np.zeros(heads)
    for k in range(1, founded.size):
        joined_splinter[k] *= 1.0 - WEEKS * p.joined_fades_per_week
        readmitted[k] *= 1.0 - WEEKS * p.readmitted_fades_per_week
    for k in range(1, founded.size):
        s = open_splinter(k, p.open_share, founded, parent, joined_splinter)
        into = s if s > 0 else free_slot(splinter_slot, founded)
        if founded[k] == 0.0 or into == 0:
            continue
        total = survey(k, unit_sector, unit_face, grievance, force, workers, armed, members, strength, grief)
        rank = rank_of_all(k * (heads + 1) + 1, sectors, members, tenure, p.sector_rank)
        detained = detained_share(k, workers, armed, held_workers, held_armed)
        outlook, moved = 0.0, mood(p, war[k], readmitted[k], detained)
        if s > 0:
            outlook = prospects(joined_splinter[s], p.cascade_half)
            moved += draw_of(p, stance[s] == SPONSORED, sponsor_seen[s])
        moment, followers = key(seed, DRAW, k, week), key(seed, DRAW_FOLLOWERS, k, week)
        considered = WEEKS * p.considered_per_week
        for turn in range(heads if s > 0 else sectors):
            # Which sector's head is asked first changes, so that nobody gains by the order of the map.
            place = turn if s > 0 else (turn + week // WEEKS) % sectors
            post, tier = k * (heads + 1) + 1 + place, UNIT if place >= sectors else SECTOR
            luck = nth(moment, place)
            if luck >= considered:
                continue  # more than any chance there is: most are spared the rest
            share = rank_of(place, sectors, members, tenure[post], p.sector_rank) / max(rank, 1.0)
            sways = following[post] if tier == UNIT else following[post] * p.sector_share
            can = s > 0 or may_found(following[post], sways, members[place], p.founders_following, p.least_cadre)
            if share == 0.0 or not can:
                continue
            gain = worth_leaving(p, following[post], outlook, loyalty[post], effort[k, tier], strength[place],
                                 purge_fear[k], grief[place])  # fmt: skip
            if luck >= chance_to_leave(gain + moved, p.noise, considered):
                continue
            depart(p, week, followers, place, k, into, s == 0, share, sways, total, unit_sector, founded, parent,
                   kinship, militancy, cells, workers, armed, joined, left, budget, carried, competence, loyalty,
                   leaning, tenure, skim_rate, following, betrayals, joined_splinter, events, event_count)  # fmt: skip
            if s == 0:
                break


def lead_away(
    week, seed, p, k: int, places, count: int, splinter_slot, unit_sector, unit_face, grievance, force,
    founded, parent, kinship, militancy, cells, workers, armed, joined, left, budget, carried, competence, loyalty,
    leaning, tenure, skim_rate, following, betrayals, joined_splinter, events, event_count,
) -> int:  # fmt: skip
    """The first so many heads of these places leave k for the splinter that is open, or found one; returns how many do.

    What a plan orders: nobody asks what leaving is worth to them, but who follows and who hears of it is as ever.
    """
    units, heads = workers.shape[0], tenure.size // founded.size - 1
    sectors = heads - units
    members, strength, grief = np.zeros(heads), np.zeros(heads), np.zeros(heads)
    s = open_splinter(k, p.open_share, founded, parent, joined_splinter)
    into = s if s > 0 else free_slot(splinter_slot, founded)
    if into == 0:
        return 0
    total = survey(k, unit_sector, unit_face, grievance, force, workers, armed, members, strength, grief)
    rank = rank_of_all(k * (heads + 1) + 1, sectors, members, tenure, p.sector_rank)
    followers, gone = key(seed, DRAW_LED, k, week), 0
    for place in places:
        post = k * (heads + 1) + 1 + place
        share = rank_of(place, sectors, members, tenure[post], p.sector_rank) / max(rank, 1.0)
        if share == 0.0 or gone == count:
            continue
        sways = following[post] * (1.0 if place >= sectors else p.sector_share)
        depart(p, week, followers, place, k, into, founded[into] == 0.0, share, sways, total, unit_sector, founded,
               parent, kinship, militancy, cells, workers, armed, joined, left, budget, carried, competence, loyalty,
               leaning, tenure, skim_rate, following, betrayals, joined_splinter, events, event_count)  # fmt: skip
        gone += 1
    return gone


LED_READS = ("splinter_slot", "unit_sector", "unit_face", "grievance", "force")
LED_WRITES = (
    "founded", "parent", "kinship", "militancy", "cells", "workers", "armed", "joined", "left", "budget", "carried",
    "competence", "loyalty", "leaning", "tenure", "skim_rate", "following", "betrayals", "joined_splinter", "events",
    "event_count",
)  # fmt: skip
"""What `lead_away` takes of the state, in its order."""


def end(
    week, seed, p, splinter_slot, stance, joined_splinter, readmission_ordered,
    founded, parent, force, workers, armed, held_workers, held_armed, joined, left, released, budget, carried,
    readmitted, dwindled_years, events, event_count,
) -> None:  # fmt: skip
    """Every fourth week, every splinter: it goes on, or ends for want of people, or asks or is ordered to come back."""
    for s in range(1, founded.size):
        if splinter_slot[s] == 0 or founded[s] == 0.0:
            continue
        k = parent[s]
        members = gather(p, s, workers, armed, held_workers, held_armed, dwindled_years)
        better = better_off_elsewhere(s, k, members, founded, stance, budget, workers, armed)
        asks = uniform(seed, DRAW_RETURN, s, week) < WEEKS * p.returning_per_week * better
        over = dwindled_years[s] > p.dwindling_years
        ordered = k > 0 and founded[k] > 0.0 and readmission_ordered[k] > 0.0
        if not (over or ordered or (asks and joined_splinter[s] < p.open_share)):
            continue
        home_again = k if better > 0.0 or ordered else 0
        moment = key(seed, DRAW_RETURN, founded.size + s, week)
        back = disband(
            s, home_again, p.amnesty, moment, workers, armed, held_workers, held_armed, joined, left, released
        )
        give_up(s, home_again, back / max(members, 1.0), founded, parent, force, budget, carried, dwindled_years)
        if back == 0:
            tell(events, event_count, week, SPLINTER_ENDS, s, k, -1, -1, members)
            continue
        cadre = 0.0
        for u in range(workers.shape[0]):
            cadre += workers[u, k] + armed[u, k]
        readmitted[k] = min(1.0, readmitted[k] + back / max(cadre, 1.0))
        tell(events, event_count, week, READMISSION, k, s, -1, -1, back)


STEPS = (
    Step(
        "defection",
        NAME,
        leave,
        reads=("splinter_slot", "unit_sector", "unit_face", "grievance", "stance", "sponsor_seen", "war", "purge_fear",
               "effort", "force", "held_workers", "held_armed"),
        writes=("founded", "parent", "kinship", "militancy", "cells", "workers", "armed", "joined", "left", "budget",
                "carried", "competence", "loyalty", "leaning", "tenure", "skim_rate", "following", "betrayals",
                "joined_splinter", "readmitted", "events", "event_count"),
        every=WEEKS,
    ),
    Step(
        "readmission",
        NAME,
        end,
        reads=("splinter_slot", "stance", "joined_splinter", "readmission_ordered"),
        writes=("founded", "parent", "force", "workers", "armed", "held_workers", "held_armed", "joined", "left",
                "released", "budget", "carried", "readmitted", "dwindled_years", "events", "event_count"),
        every=WEEKS,
    ),
)  # fmt: skip
