"""Strike: an organisation under pressure closes the city; who obeys, and what a call wins and costs it.

Claim: H7 (even inside government it can bring the city to a halt at short notice). A call is worth what a closed city
wins back when raids or loss of office press, less the wages of followers, the contempt for force, and the face lost
by as much as the city stays open. The leader decides on the picture of the city that reaches the top; where that
picture is wrong a call can be a blunder. What closes earns nothing: nothing is gathered from it (`treasury`), and the
trade that the city loses is what moves the centre. Theory: who lacks a hearing has what can be disrupted (Piven and
Cloward 1977).
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from mohalla.calendar import DAYS_A_WEEK
from mohalla.curves import bounded, per_thousand, perceived, saturates, towards
from mohalla.draw import Decision, rule, uniform
from mohalla.events import CITY_TIER, NOWHERE, Event, tell
from mohalla.parameters import Known
from mohalla.steps import Step

NAME = "strike"
CLAIMS = ("H7",)
DRAW = int(Decision.STRIKE)
CALLED, BLUNDER = int(Event.STRIKE), int(Event.BLUNDER)


class Parameters(NamedTuple):
    """What presses an organisation to call, what a call wins and costs, and how long either is remembered."""

    days: Annotated[float, Known("days", 1.0, 3.0, "that one call closes the city")] = 1.5
    death_weight: Annotated[float, Known("arrests/death", 3.0, 30.0, "how a death in raids presses")] = 10.0
    hits_half: Annotated[
        float, Known("arrests/1000 members", 3.0, 40.0, "arrests not yet forgotten that press half")
    ] = 10.0
    hits_fade_per_year: Annotated[float, Known("1/year", 4.0, 26.0, "arrests and deaths forgotten")] = 12.0
    office_fades_per_year: Annotated[float, Known("1/year", 0.5, 4.0, "lost office forgotten")] = 1.5
    leverage: Annotated[float, Known("0-1", 0.4, 2.0, "worth of a closed city to one under full pressure")] = 1.0
    wages: Annotated[float, Known("0-1", 0.05, 0.4, "cost of a strike to followers who have not struck of late")] = 0.15
    weary_weight: Annotated[float, Known("0-1", 1.0, 5.0, "cost of a strike added where followers are weary")] = 2.0
    tires: Annotated[float, Known("1/day", 0.03, 0.2, "way to full weariness on a day of strike")] = 0.08
    rests_per_year: Annotated[float, Known("1/year", 2.0, 12.0, "weariness that passes")] = 4.0
    contempt: Annotated[
        float, Known("0-1", 0.1, 0.6, "standing lost by one in full standing, were all closed by force")
    ] = 0.25
    face_lost: Annotated[float, Known("0-1", 0.02, 0.2, "standing lost by a call that nobody obeys")] = 0.06
    gives_way: Annotated[
        float,
        Known("1/day", 0.05, 0.5, "way to full readiness to concede on a day on which the whole city's trade is lost"),
    ] = 0.2
    concession_fades_per_year: Annotated[float, Known("1/year", 1.0, 8.0, "readiness to concede that fades")] = 3.0


@rule
def pressed(hits: float, members: float, half: float, office_lost: float) -> float:
    """Pressure (0-1) on an organisation: by raids, per 1000 members; by office it had and lost; or by both."""
    by_raids = saturates(per_thousand(hits, members), half)
    return by_raids + (1.0 - by_raids) * bounded(office_lost)


@rule
def closes(following: float, fear: float) -> float:
    """Share of a place that closes: who follows, and of the rest who fears."""
    return following + (1.0 - following) * fear


@rule
def worth_calling(p, pressure: float, following: float, forced: float, weary: float, legitimacy: float) -> float:
    """What a call wins less what it costs, by the shares of the city that follow it and that it forces."""
    obeyed = following + forced
    followers_pay = (p.wages + p.weary_weight * weary) * following
    return (
        p.leverage * pressure * obeyed - followers_pay - p.contempt * legitimacy * forced - p.face_lost * (1 - obeyed)
    )


@rule
def standing_after(p, legitimacy: float, following: float, forced: float) -> float:
    """Standing after a call: those forced hold it against the caller, and a call that is not obeyed is laughed at."""
    return legitimacy * (1.0 - bounded(p.contempt * forced + p.face_lost * (1.0 - following - forced)))


@rule
def gives_way_after(concession: float, trade_lost: float, gives_way: float) -> float:
    """The centre's readiness to concede after a strike, by the days of the whole city's trade that it cost."""
    return towards(concession, 1.0, bounded(gives_way * trade_lost))


@rule
def may_be_worth(p, pressure: float, weary: float, legitimacy: float) -> bool:
    """Whether a call could be worth anything, were the whole city to follow or to fear."""
    follow = worth_calling(p, pressure, 1.0, 0.0, weary, legitimacy)
    return bool(max(follow, worth_calling(p, pressure, 0.0, 1.0, weary, legitimacy)) > 0.0)


@rule
def fear_of(watch: float, force: float) -> float:
    """Expected harm (0-1) to who stays open in a unit."""
    return watch * float(force)


@rule
def obedience(k: int, followers, adults, unit_watch, force) -> tuple[float, float]:
    """Shares of the city that would close for an organisation: who follow it, and whom it forces."""
    follow, forced, people = 0.0, 0.0, 0.0
    for u in range(adults.size):
        following = bounded(followers[u, k] / max(adults[u], 1.0))
        follow += following * adults[u]
        forced += (closes(following, fear_of(unit_watch[u, k], force[u, k])) - following) * adults[u]
        people += adults[u]
    return follow / max(people, 1.0), forced / max(people, 1.0)


@rule
def among_the_rest(forced: float, following: float) -> float:
    """Of those who do not follow the share who are forced; nobody where all follow."""
    return bounded(forced / (1.0 - following)) if following < 1.0 else 0.0


@rule
def members_of(k: int, workers, armed) -> float:
    """Members of an organisation in the whole city."""
    total = 0.0
    for u in range(workers.shape[0]):
        total += workers[u, k] + armed[u, k]
    return total


@rule
def shut(p, k: int, followers, adults, unit_watch, force, traders_here, idle) -> float:
    """Close what closes for an organisation, beside what is closed already; returns the days of trade that costs."""
    shops, all_shops, strike = 0.0, 0.0, p.days / DAYS_A_WEEK
    for u in range(adults.size):
        following = bounded(followers[u, k] / max(adults[u], 1.0))
        here = closes(following, fear_of(unit_watch[u, k], force[u, k]))
        idle[u] = towards(idle[u], strike, here)
        shops += here * traders_here[u]
        all_shops += traders_here[u]
    return shops / max(all_shops, 1.0) * p.days


@rule
def count_losses(p, adults, traders_here, idle, income_per_trader, strike_compliance, strike_cost) -> None:
    """Share of the city that is closed this week, and what its traders lose."""
    people, lost, shut_in = 0.0, 0.0, 0.0
    for u in range(adults.size):
        shut_in += idle[u] * adults[u]
        people += adults[u]
        lost += idle[u] * traders_here[u]
    strike_compliance[0] = shut_in / max(people, 1.0) * DAYS_A_WEEK / p.days
    strike_cost[0] = lost * income_per_trader


@rule
def remember(p, k: int, office, arrests, operation_deaths, hits, office_held, weary, concession) -> None:
    """A week later: what presses is added and fades, followers rest, the centre forgets."""
    hits[k] = hits[k] * (1.0 - p.hits_fade_per_week) + arrests[k] + p.death_weight * operation_deaths[k]
    office_held[k] = max(office[k], towards(office_held[k], office[k], p.office_fades_per_week))
    weary[k] *= 1.0 - p.rests_per_week
    concession[k] *= 1.0 - p.concession_fades_per_week


def sweep(
    week, seed, p, founded, information, office, arrests, operation_deaths, workers, armed, followers, adults,
    unit_watch, force, traders_here, trader_income_per_week, adults_per_resident,
    hits, office_held, weary, striking, idle, strike_compliance, strike_cost, concession, legitimacy, events,
    event_count,
) -> None:  # fmt: skip
    """Who is pressed, who calls, what closes, and what that does to the centre; nothing where nobody calls."""
    organisations, calls = founded.size, 0
    idle[:] = 0.0
    striking[:] = 0.0
    strike_compliance[0], strike_cost[0] = 0.0, 0.0
    for k in range(1, organisations):
        if founded[k] == 0.0:
            continue
        remember(p, k, office, arrests, operation_deaths, hits, office_held, weary, concession)
        pressure = pressed(hits[k], members_of(k, workers, armed), p.hits_half, office_held[k] - office[k])
        if not may_be_worth(p, pressure, weary[k], legitimacy[k]):
            continue
        follow, forced = obedience(k, followers, adults, unit_watch, force)
        noise, other = uniform(seed, DRAW, k, week), uniform(seed, DRAW, organisations + k, week)
        followers_seen = perceived(follow, information[k], noise)
        fear_seen = perceived(among_the_rest(forced, follow), information[k], other)
        forced_seen = closes(followers_seen, fear_seen) - followers_seen
        if worth_calling(p, pressure, followers_seen, forced_seen, weary[k], legitimacy[k]) <= 0.0:
            continue
        calls += 1
        striking[k] = 1.0
        truly = worth_calling(p, pressure, follow, forced, weary[k], legitimacy[k])
        lost = shut(p, k, followers, adults, unit_watch, force, traders_here, idle)
        concession[k] = gives_way_after(concession[k], lost, p.gives_way)
        legitimacy[k] = standing_after(p, legitimacy[k], follow, forced)
        weary[k] = towards(weary[k], 1.0, p.tires * p.days)
        tell(events, event_count, week, CALLED, k, 0, CITY_TIER, NOWHERE, follow + forced)
        if truly < 0.0:
            tell(events, event_count, week, BLUNDER, k, 0, CITY_TIER, NOWHERE, -truly)
    if calls > 0:
        each = trader_income_per_week[0] * adults_per_resident[0]
        count_losses(p, adults, traders_here, idle, each, strike_compliance, strike_cost)


STEPS = (
    Step(
        "strike",
        NAME,
        sweep,
        reads=("founded", "information", "office", "arrests", "operation_deaths", "workers", "armed", "followers",
               "adults", "unit_watch", "force", "traders_here", "trader_income_per_week",
               "adults_per_resident"),
        writes=("hits", "office_held", "weary", "striking", "idle", "strike_compliance", "strike_cost", "concession",
                "legitimacy", "events", "event_count"),
    ),
)  # fmt: skip
