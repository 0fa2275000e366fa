"""What may be meant but hardly is: sentences about a scenario that is sound, each with key, value and why it is odd.

What cannot be is refused where the scenario is read (`mohalla.scenario`). A doubt refuses nothing: it is told, and the
city is simulated as it was declared. Thresholds are wide, so that a doubt is worth reading: each stands below with what
it is a threshold of.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from math import cos, hypot, pi, radians, sqrt
from statistics import median

from mohalla.scenario import Scenario, Span, most_adults, most_people, spans

POINTS_APART = 0.05  # a community's share in the city against the sum of its districts
GROWTH = (-0.08, 0.12)  # of people per year between censuses
CADRE = 0.10  # workers and gunmen of one organisation, of the city's adults
PERSONNEL = 0.05  # of the state, of the city's adults
RAIDS_PER_ADULT = 1 / 200  # a week; a fifth of the city is raided within a year
RAIDS_PER_HEAD = 0.5  # a week and person of the state's personnel
DEAD = 0.01  # in one shock, of the community
TAKINGS = 0.5  # money from outside in a year, of what all traders earn
MURDERS = 200  # a year and 100,000 people
ADULTS = (0.3, 0.9)  # of all people
TRADERS = (1, 300)  # for 1,000 adults
DENSITY = (10, 150_000)  # people on a square kilometre of the whole city
IN_A_UNIT = 100  # people
SEATS_A_UNIT = 2
NEAR_KM, NEAR_RADII = 100, 10  # how far a district may lie from the others: kilometres, radii of the city's area
KM_PER_DEGREE = 111.2


def doubts(scenario: Scenario) -> list[str]:
    """Every doubt about a scenario, as `key: sentence`; empty where there is none."""
    return [one for of in DOUBTS for one in of(scenario)]


# --- people ----------------------------------------------------------------------------------------------------------


def _shares_of_districts(scenario: Scenario) -> Iterator[str]:
    for census in scenario.censuses:
        counted = [(one.population, one.shares) for one in census.districts.values() if one.shares is not None]
        people = sum(population for population, _ in counted)
        if not people or len(counted) < len(census.districts):
            continue
        for name in scenario.community_ids:
            summed = sum(population * (shares or {}).get(name, 0.0) for population, shares in counted) / people
            whole = census.shares.get(name, 0.0)
            if abs(summed - whole) > POINTS_APART:
                yield (
                    f"censuses.{census.year}.shares.{name}: {whole:.0%} of the city, but its districts sum to "
                    f"{summed:.0%}; the city's figure is followed, the districts' bent to it"
                )


def _growth(scenario: Scenario) -> Iterator[str]:
    for one, then in pairwise(scenario.censuses):
        rate = (then.population / one.population) ** (1 / (then.year - one.year)) - 1
        if not GROWTH[0] <= rate <= GROWTH[1]:
            yield (
                f"censuses.{then.year}.population: {then.population:,} after {one.population:,} in {one.year} is "
                f"{rate:+.0%} a year; is a digit missing, or one too many?"
            )


def _nobody_there(scenario: Scenario) -> Iterator[str]:
    for community in scenario.community_ids:
        if most_people(scenario, community) == 0:
            yield f"communities.{community}: no census counts anybody of it"
    for district in scenario.district_ids:
        counts = [one.districts[district].population for one in scenario.censuses if one.districts]
        if counts and not any(counts):
            yield f"geography.districts.{district}: no census counts anybody in it"


def _shocks(scenario: Scenario) -> Iterator[str]:
    for one in scenario.timeline.shocks:
        people = most_people(scenario, one.community)
        if one.deaths > DEAD * people:
            yield (
                f"timeline.shocks.{one.date}.deaths: {one.deaths:,} dead at once are {one.deaths / people:.0%} of the "
                f"{people:,} of '{one.community}'"
            )


def _killing_elsewhere(scenario: Scenario) -> Iterator[str]:
    for one in scenario.background.ordinary_per_100k:
        if one.value > MURDERS:
            yield (
                f"background.ordinary_per_100k.{one.year}: {one.value:g} murders a year and 100,000 people; hardly any "
                f"city ever had {MURDERS}"
            )


# --- places ----------------------------------------------------------------------------------------------------------


def _far_off(scenario: Scenario) -> Iterator[str]:
    """The district that lies farthest from where the others are, if that is no distance within a city."""
    districts = scenario.geography.districts
    if len(districts) < 2:
        return
    radius = sqrt(sum(one.area_km2 for one in districts) / pi)
    away = [_km_to_others(scenario, index) for index in range(len(districts))]
    index = away.index(max(away))
    if away[index] > max(NEAR_KM, NEAR_RADII * radius):
        east, north = districts[index].position
        yield (
            f"geography.districts.{districts[index].id}.position: {east:g} degrees east, {north:g} degrees north is "
            f"{away[index]:,.0f} km from the other districts; are two numbers swapped, here or there? East comes first"
        )


def _km_to_others(scenario: Scenario, index: int) -> float:
    """Kilometres from a district to the middle (the median position) of all others."""
    east, north = scenario.geography.districts[index].position
    others = [one.position for at, one in enumerate(scenario.geography.districts) if at != index]
    there_east, there_north = median(one[0] for one in others), median(one[1] for one in others)
    return hypot(there_north - north, (there_east - east) * cos(radians((north + there_north) / 2))) * KM_PER_DEGREE


def _one_place_twice(scenario: Scenario) -> Iterator[str]:
    seen: dict[tuple[float, float], str] = {}
    for one in scenario.geography.districts:
        other = seen.setdefault(one.position, one.id)
        if other != one.id:
            yield f"geography.districts.{one.id}.position: the very place of '{other}'"


def _crowds(scenario: Scenario) -> Iterator[str]:
    people = max(census.population for census in scenario.censuses)
    area = sum(one.area_km2 for one in scenario.geography.districts)
    units = sum(one.units for one in scenario.geography.districts)
    if not DENSITY[0] <= people / area <= DENSITY[1]:
        yield f"geography.districts: {people:,} people on {area:,g} km2 are {people / area:,.0f} on each; no city is so"
    if people < IN_A_UNIT * units:
        yield f"geography.districts: {units:,} units for {people:,} people; a party has few heads of units for so few"


# --- organisations and the state -------------------------------------------------------------------------------------


def _organisations(scenario: Scenario) -> Iterator[str]:
    adults, end = most_adults(scenario), scenario.about.end
    for one in scenario.organisations:
        key = f"organisations.{one.id}"
        if one.founded > end:
            yield f"{key}.founded: {one.founded} is after {end}, where a run ends unless told otherwise"
        elif one.contests_from and one.contests_from > end:
            yield f"{key}.contests_from: {one.contests_from} is after {end}, where a run ends unless told otherwise"
        if max(one.kinship.values(), default=0.0) <= 0:
            yield f"{key}.kinship: above 0 to no community; nobody is drawn to it"
        if one.workers + one.armed == 0:
            yield f"{key}: begins with neither workers nor gunmen"
        elif one.workers + one.armed > CADRE * adults:
            yield (
                f"{key}: {one.workers:,} workers and {one.armed:,} gunmen are {(one.workers + one.armed) / adults:.0%} "
                f"of the city's {adults:,} adults"
            )


def _money(scenario: Scenario) -> Iterator[str]:
    economy = scenario.economy
    earned = most_adults(scenario) / 1000 * economy.traders_per_1000_adults.value * economy.trader_income_per_year.value
    given = [(f"organisations.{one.id}.funds_per_year", one.funds_per_year) for one in scenario.organisations]
    given += [(f"organisations.{one.id}.budget", one.budget) for one in scenario.organisations]
    given += [(f"timeline.foreign_funds.{one.start}", one.money_per_year) for one in scenario.timeline.foreign_funds]
    for key, money in given:
        if money > TAKINGS * earned:
            yield f"{key}: {money:g} ({scenario.about.money}); all traders of the city earn some {earned:.3g} in a year"


def _colours(scenario: Scenario) -> Iterator[str]:
    for key, entries in (("organisations", scenario.organisations), ("communities", scenario.communities)):
        seen: dict[str, str] = {}
        for one in entries:
            other = seen.setdefault(one.colour.lower(), one.id)
            if other != one.id:
                yield f"{key}.{one.id}.colour: {one.colour} is that of '{other}' too; no chart could tell them apart"


def _force(scenario: Scenario) -> Iterator[str]:
    adults = most_adults(scenario)
    for one in scenario.state.forces:
        if one.personnel > PERSONNEL * adults:
            yield (
                f"state.forces.{one.start}.personnel: {one.personnel:,} for {adults:,} adults; one for every "
                f"{adults / one.personnel:.0f}"
            )
    if not any(one.personnel for one in scenario.state.forces if _within(one, scenario)):
        yield "state.forces: no personnel at any time of the run"


def _raids(scenario: Scenario) -> Iterator[str]:
    adults = most_adults(scenario)
    for one in scenario.state.operations:
        key = f"state.operations.{one.id}.raids_per_week"
        heads = max((force.personnel for force in scenario.state.forces if _meet(force, one)), default=0)
        if one.raids_per_week == 0:
            yield f"{key}: 0; an operation in which nobody is raided"
        elif one.raids_per_week > RAIDS_PER_ADULT * adults:
            yield f"{key}: {one.raids_per_week:,g} in a city of {adults:,} adults; {52 * one.raids_per_week:,g} a year"
        elif one.raids_per_week > RAIDS_PER_HEAD * heads:
            yield f"{key}: {one.raids_per_week:,g} by {heads:,} personnel; a raid takes several of them"


def _services(scenario: Scenario) -> Iterator[str]:
    if not any(one.level for one in scenario.state.delivery if _within(one, scenario)):
        yield "state.delivery: no services at any time of the run; even a poor city has a tap and a school"


def _economy(scenario: Scenario) -> Iterator[str]:
    for name, (least, most), words in (
        ("adult_share", ADULTS, "of all people"),
        ("traders_per_1000_adults", TRADERS, "for 1,000 adults"),
    ):
        value = getattr(scenario.economy, name).value
        if not least <= value <= most:
            yield f"economy.{name}: {value:g} {words}; {least:g} to {most:g} would be usual"


# --- dates -----------------------------------------------------------------------------------------------------------


def _over_before_it_began(scenario: Scenario) -> Iterator[str]:
    """What was over before the run, or before there was the organisation that it is about, changes nothing."""
    founded = {one.id: one.founded for one in scenario.organisations}
    start = scenario.about.start
    for key, span in spans(scenario):
        whose = str(getattr(span, "organisation", ""))
        if span.end < start:
            yield f"{key}.{span.start}: is over on {span.end}, before the run begins on {start}; it does nothing"
        elif whose in founded and span.end < founded[whose]:
            yield f"{key}.{span.start}: is over on {span.end}, before '{whose}' is founded on {founded[whose]}"
    for day, what in _single_days(scenario):
        if day < start:
            yield f"{what}.{day}: is before the run begins on {start}; it does nothing"


def _single_days(scenario: Scenario) -> list[tuple[date, str]]:
    return [(one.date, "timeline.shocks") for one in scenario.timeline.shocks] + [
        (one.date, "elections") for one in scenario.elections
    ]


def _targets(scenario: Scenario) -> Iterator[str]:
    founded = {one.id: one.founded for one in scenario.organisations}
    for one in scenario.state.operations:
        for name in one.targets:
            if founded[name] > one.end:
                yield (
                    f"state.operations.{one.id}.targets: '{name}' is founded on {founded[name]}, after the operation "
                    f"ends on {one.end}"
                )


def _seats(scenario: Scenario) -> Iterator[str]:
    units = sum(one.units for one in scenario.geography.districts)
    polls = [(f"elections.{one.date}.seats", one.seats) for one in scenario.elections]
    polls += [(f"election_rules.{one.first}.seats", one.seats) for one in scenario.election_rules]
    for key, seats in polls:
        if seats > SEATS_A_UNIT * units:
            yield (
                f"{key}: {seats} for {units} units; a unit is the smallest constituency, and whoever wins it takes all "
                "its seats"
            )


def _empty_ballots(scenario: Scenario) -> Iterator[str]:
    for one in scenario.elections:
        stand = [
            organisation.id
            for organisation in scenario.organisations
            if organisation.contests_from and organisation.contests_from <= one.date
        ]
        if not one.party_less and not set(stand) - set(one.boycotts):
            yield f"elections.{one.date}: nobody stands in it; say `party_less = true` if no party was allowed to"


def _counted_long_ago(scenario: Scenario) -> Iterator[str]:
    first, last = scenario.censuses[0].year, scenario.censuses[-1].year
    start, end = scenario.about.start.year, scenario.about.end.year
    if first > end or last < start - 20:
        counted = str(first) if first == last else f"{first} to {last}"
        yield f"censuses: of {counted}, but the run is of {start} to {end}; its people are a guess from far off"


def _within(span: Span, scenario: Scenario) -> bool:
    """Whether a span has a day in the scenario's own run."""
    return span.start <= scenario.about.end and span.end >= scenario.about.start


def _meet(one: Span, other: Span) -> bool:
    return one.start <= other.end and other.start <= one.end


DOUBTS = (
    _shares_of_districts, _growth, _nobody_there, _shocks, _killing_elsewhere, _far_off, _one_place_twice, _crowds,
    _organisations, _money, _colours, _force, _raids, _services, _economy, _over_before_it_began, _targets, _seats,
    _empty_ballots, _counted_long_ago,
)  # fmt: skip
