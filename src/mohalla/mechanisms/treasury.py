"""The treasury: takings go up, less what holders keep (how much: command.py); budgets come down as help, arms, pay.

Always on: it only moves money. Who keeps what on the way up (`skim_rate`) and how well orders match the ground
(`delegation`) is `command`'s doing; what is taken from traders is `extortion`'s, what is sold and given is `trade`'s.
Money is in million rupees of the scenario's year. Claim H3's loop has its accounts here, claim H10's skim is taken
here, claim O3's sponsor pays here, and so does claim W5's foreign state; claim W3: funds from outside arrive through
the leader, and fewer where proceedings abroad bind him. Claim H7: a place closed by a strike earns nothing, and hands
nothing over, as long as it is closed.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from mohalla.draw import rule
from mohalla.parameters import Known
from mohalla.steps import Step

NAME = "treasury"
CLAIMS = ("H3", "H7", "H10", "O3", "W3", "W5")
DUES, EXTORTION, OFFICE, FUNDS, TRADE, ABROAD = 0, 1, 2, 3, 4, 5
HELP, ARMS, PAY = 0, 1, 2
SPONSORED = 0


class Parameters(NamedTuple):
    """How fast money is spent, on what, and what believers give."""

    dues_per_year: Annotated[float, Known("million/believer/year", 2e-5, 2e-4, "given by a believer a year")] = 6e-5
    spending_per_year: Annotated[float, Known("1/year", 2.0, 8.0, "share of the budget spent a year")] = 4.0
    stipend_per_year: Annotated[float, Known("million/worker/year", 0.01, 0.08, "pay of an unarmed worker")] = 0.03
    most_on_pay: Annotated[float, Known("share", 0.2, 0.6, "most of a week's spending that goes to workers")] = 0.4
    most_on_arms: Annotated[float, Known("share", 0.3, 0.8, "of the rest, to arms when rivals are everywhere")] = 0.6
    sponsor_per_year: Annotated[
        float, Known("million/year", 10.0, 200.0, "given by the centre to an organisation it sponsors")
    ] = 50.0
    stranded: Annotated[
        float, Known("share", 0.2, 0.9, "of funds from outside that do not arrive while the leader is wholly bound")
    ] = 0.5


@rule
def shares(militancy: float, insecurity: float, most_on_arms: float) -> float:
    """Share of free money that goes to arms: at least `militancy`, more as armed rivals stand among followers."""
    return max(militancy, min(most_on_arms, militancy + insecurity * most_on_arms))


@rule
def kept(amount: float, rate: float) -> tuple[float, float]:
    """What a tier keeps of an amount, and what it passes on."""
    keeps = amount * rate
    return keeps, amount - keeps


@rule
def arrives(funds: float, bound: float, stranded: float) -> float:
    """What reaches the city of funds from outside while proceedings abroad bind the leader they pass through."""
    return funds * (1.0 - stranded * bound)


@rule
def earned(takings: float, idle: float) -> float:
    """What there is to gather of a week's takings where a share of the week was lost to strikes: nobody earned then."""
    return takings * (1.0 - idle)


def collect(
    week, seed, p, unit_sector, office_money_per_week, adults, believers, skim_rate, founded, funds, foreign_funds,
    from_abroad, leader_bound, stance, office, idle,
    takings, budget, income, skim,
) -> None:  # fmt: skip
    """Last week's takings, tier by tier, and what comes from office, from outside, from abroad and from a sponsor."""
    units, organisations = believers.shape
    posts = skim_rate.size // organisations
    sectors = posts - 1 - units
    city_adults = adults.sum()
    income[:] = 0.0
    skim[:] = 0.0
    for k in range(1, organisations):
        if founded[k] == 0.0:
            continue
        dues, extorted, traded, at_units, at_sectors, gathered = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        for u in range(units):
            given = earned(takings[u, k, DUES] + believers[u, k] * p.dues_per_week, idle[u])
            taken = earned(takings[u, k, EXTORTION], idle[u])
            sold = earned(takings[u, k, TRADE], idle[u])
            takings[u, k, DUES], takings[u, k, EXTORTION], takings[u, k, TRADE] = 0.0, 0.0, 0.0
            at_unit, passed = kept(given + taken + sold, skim_rate[k * posts + 1 + sectors + u])
            at_sector, passed = kept(passed, skim_rate[k * posts + 1 + unit_sector[u]])
            dues, extorted, traded = dues + given, extorted + taken, traded + sold
            at_units, at_sectors, gathered = at_units + at_unit, at_sectors + at_sector, gathered + passed
        income[k, DUES], income[k, EXTORTION], income[k, TRADE] = dues, extorted, traded
        income[k, OFFICE] = office[k] * city_adults * office_money_per_week[0]
        income[k, FUNDS] = arrives(funds[k] + foreign_funds[k], leader_bound[k], p.stranded)
        income[k, FUNDS] += p.sponsor_per_week if stance[k] == SPONSORED else 0.0
        income[k, ABROAD] = from_abroad[k]
        whole = gathered + income[k, OFFICE] + income[k, FUNDS] + income[k, ABROAD]
        at_city, net = kept(whole, skim_rate[k * posts])
        skim[k, 2], skim[k, 1], skim[k, 0] = at_units, at_sectors, at_city
        budget[k] += net


@rule
def as_known(followers: float, from_afar: float, delegation: float) -> float:
    """Followers of a unit by whom money is shared out: as they are known there, or as they look from afar."""
    return delegation * followers + (1.0 - delegation) * from_afar


@rule
def spend(p, k: int, all_workers: float, militancy, insecurity, budget, spending, paid) -> None:
    """An organisation's spending this week, by use: workers first, then arms as insecurity asks, the rest as help."""
    spent, due = budget[k] * p.spending_per_week, all_workers * p.stipend_per_week
    pay = min(p.most_on_pay * spent, due)
    arms = (spent - pay) * shares(militancy[k], insecurity[k], p.most_on_arms)
    paid[k] = pay / due if due > 0.0 else 1.0
    budget[k] -= spent
    spending[k, HELP] = spent - pay - arms
    spending[k, ARMS] = arms
    spending[k, PAY] = pay


def allot(
    week, seed, p, unit_sector, sector_district, adults, followers, workers, founded, militancy, insecurity, delegation,
    budget, spending, help_money, arms_money, paid,
) -> None:  # fmt: skip
    """This week's spending, by use, and what of help and arms goes to each unit."""
    units, organisations = followers.shape
    sector_adults, known, of_sector = np.zeros(sector_district.size), np.zeros(sector_district.size), np.empty(units)
    for u in range(units):
        sector_adults[unit_sector[u]] += adults[u]
    for u in range(units):
        of_sector[u] = adults[u] / max(sector_adults[unit_sector[u]], 1.0)
    city_adults = adults.sum()
    spending[:] = 0.0
    for k in range(1, organisations):
        all_followers, all_workers = 0.0, 0.0
        known[:] = 0.0
        for u in range(units):
            all_followers += followers[u, k]
            all_workers += workers[u, k]
            known[unit_sector[u]] += followers[u, k]
        if founded[k] > 0.0:
            spend(p, k, all_workers, militancy, insecurity, budget, spending, paid)
        nobody = all_followers < 1.0
        everybody = city_adults if nobody else all_followers
        help_each, arms_each = spending[k, HELP] / everybody, spending[k, ARMS] / everybody
        for u in range(units):
            here = as_known(followers[u, k], known[unit_sector[u]] * of_sector[u], delegation[k])
            here = adults[u] if nobody else here
            help_money[u, k], arms_money[u, k] = help_each * here, arms_each * here


STEPS = (
    Step(
        "collect",
        NAME,
        collect,
        reads=("unit_sector", "office_money_per_week", "adults", "believers", "skim_rate", "founded", "funds",
               "foreign_funds", "from_abroad", "leader_bound", "stance", "office", "idle"),
        writes=("takings", "budget", "income", "skim"),
    ),
    Step(
        "allot",
        NAME,
        allot,
        reads=("unit_sector", "sector_district", "adults", "followers", "workers", "founded", "militancy",
               "insecurity", "delegation"),
        writes=("budget", "spending", "help_money", "arms_money", "paid"),
    ),
)  # fmt: skip
