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
        gathered = 0.0
        for u in range(units):
            takings[u, k, DUES] += believers[u, k] * p.dues_per_week
            here = 0.0
            for source in (DUES, EXTORTION, TRADE):  # the others come to the city as a whole
                got = earned(takings[u, k, source], idle[u])
                income[k, source] += got
                here += got
                takings[u, k, source] = 0.0
            at_unit, passed = kept(here, skim_rate[k * posts + 1 + sectors + u])
            at_sector, passed = kept(passed, skim_rate[k * posts + 1 + unit_sector[u]])
            skim[k, 2] += at_unit
            skim[k, 1] += at_sector
            gathered += passed
        from_office = office[k] * city_adults * office_money_per_week[0]
        outside = arrives(funds[k] + foreign_funds[k], leader_bound[k], p.stranded)
        outside += p.sponsor_per_week if stance[k] == SPONSORED else 0.0
        income[k, OFFICE] += from_office
        income[k, FUNDS] += outside
        income[k, ABROAD] += from_abroad[k]
        at_city, net = kept(gathered + from_office + outside + from_abroad[k], skim_rate[k * posts])
        skim[k, 0] += at_city
        budget[k] += net


@rule
def share_of_unit(
    followers: float, all_followers: float, from_afar: float, adults: float, city_adults: float, delegation: float
) -> float:
    """A unit's share of what is allotted: by its followers as known there, or as they look from afar."""
    if all_followers < 1.0:
        return adults / city_adults
    return (delegation * followers + (1.0 - delegation) * from_afar) / all_followers


def allot(
    week, seed, p, unit_sector, sector_district, adults, followers, workers, founded, militancy, insecurity, delegation,
    budget, spending, help_money, arms_money, paid,
) -> None:  # fmt: skip
    """This week's spending, by use and unit: workers first, then arms as insecurity asks, the rest as help."""
    units, organisations = followers.shape
    city_adults = adults.sum()
    sector_followers, sector_adults = np.zeros(sector_district.size), np.zeros(sector_district.size)
    spending[:] = 0.0
    help_money[:] = 0.0
    arms_money[:] = 0.0
    for u in range(units):
        sector_adults[unit_sector[u]] += adults[u]
    for k in range(1, organisations):
        if founded[k] == 0.0:
            continue
        all_followers, all_workers = 0.0, 0.0
        sector_followers[:] = 0.0
        for u in range(units):
            all_followers += followers[u, k]
            all_workers += workers[u, k]
            sector_followers[unit_sector[u]] += followers[u, k]
        spent = budget[k] * p.spending_per_week
        due = all_workers * p.stipend_per_week
        pay = min(p.most_on_pay * spent, due)
        paid[k] = pay / due if due > 0.0 else 1.0
        arms = (spent - pay) * shares(militancy[k], insecurity[k], p.most_on_arms)
        budget[k] -= spent
        spending[k, HELP] = spent - pay - arms
        spending[k, ARMS] = arms
        spending[k, PAY] = pay
        for u in range(units):
            s = unit_sector[u]
            afar = sector_followers[s] * adults[u] / max(sector_adults[s], 1.0)
            share = share_of_unit(followers[u, k], all_followers, afar, adults[u], city_adults, delegation[k])
            help_money[u, k] = spending[k, HELP] * share
            arms_money[u, k] = arms * share


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
