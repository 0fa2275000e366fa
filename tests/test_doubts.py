"""What is noted of a scenario that is sound but hardly meant: the words of each doubt, and where there is none."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mohalla
from mohalla import doubts as module
from mohalla import reading
from mohalla.doubts import doubts
from workbench.towns import SPAN, census, organisation, quantity, scenario, town

BEFORE = {"from": date(1970, 1, 5), "to": date(1979, 12, 31)}
DISTRICT = town()["geography"]["districts"][0]
STANCE = town()["centre"]["stances"][0]
TIDE = town()["timeline"]["tides"][0]
SHOCK = town()["timeline"]["shocks"][0]
POLL = town()["elections"][0]
EMPTY_DOCKS = {"old-town": {"population": 560}, "docks": {"population": 0}}


def district(name: str, east: float, north: float) -> dict[str, Any]:
    """A district at a position."""
    return {**DISTRICT, "id": name, "name": name.title(), "position": [east, north]}


def spread(*positions: tuple[float, float]) -> dict[str, object]:
    """Changes that make a town of districts at these positions, counted as a whole only."""
    places = [district(f"d{number}", *one) for number, one in enumerate(positions, start=1)]
    counts = [{**census(year, 4000, 0.5), "districts": {}} for year in (1975, 1985)]
    return {"geography__districts": places, "censuses": counts, "state__delivery__0__districts": []}


DOUBTED: dict[str, tuple[dict[str, object], str]] = {
    "city against districts": (
        {"censuses__0__shares": {"weavers": 0.2, "boatmen": 0.8}},
        "censuses.1975.shares.weavers: 20% of the city, but its districts sum to 60%; the city's figure is followed",
    ),
    "a digit too many": (
        {"censuses__1": census(1985, 6400, 0.5)},
        "censuses.1985.population: 6,400 after 560 in 1975 is +28% a year; is a digit missing, or one too many?",
    ),
    "a digit missing": (
        {"censuses__0": census(1975, 6400, 0.5)},
        "censuses.1985.population: 640 after 6,400 in 1975 is -21% a year; is a digit missing, or one too many?",
    ),
    "a community of nobody": (
        {"censuses": [census(1975, 560, 1.0), census(1985, 640, 1.0)], "timeline__shocks": []},
        "communities.boatmen: no census counts anybody of it",
    ),
    "a district of nobody": (
        {
            "geography__districts": [DISTRICT, district("docks", 67.01, 25.0)],
            "censuses": [{**census(1975, 560, 0.5), "districts": EMPTY_DOCKS}],
        },
        "geography.districts.docks: no census counts anybody in it",
    ),
    "a massacre": (
        {"timeline__shocks__0__deaths": 34},
        "timeline.shocks.1980-09-01.deaths: 34 dead at once are 10% of the 336 of 'weavers'",
    ),
    "murders": (
        {"background__ordinary_per_100k__0__value": 900.0},
        "background.ordinary_per_100k.1980: 900 murders a year and 100,000 people; hardly any city ever had 200",
    ),
    "longitude and latitude swapped": (
        spread((67.0, 25.0), (25.0, 67.02), (67.03, 25.01)),
        "geography.districts.d2.position: 25 degrees east, 67.02 degrees north is 5,688 km from the other districts;",
    ),
    "two districts in one place": (
        spread((67.0, 25.0), (67.0, 25.0)),
        "geography.districts.d2.position: the very place of 'd1'",
    ),
    "a desert": (
        {"geography__districts__0__area_km2": 9000.0},
        "geography.districts: 640 people on 9,000 km2 are 0 on each; no city is so",
    ),
    "a tower": (
        {"geography__districts__0__area_km2": 0.001},
        "geography.districts: 640 people on 0.001 km2 are 640,000 on each; no city is so",
    ),
    "more units than make sense": (
        {"geography__districts__0__units": 100},
        "geography.districts: 100 units for 640 people; a party has few heads of units for so few",
    ),
    "founded after the end": (
        {"organisations__0__founded": date(1989, 1, 1), "organisations__0__contests_from": None,
         "elections__0__seats_elsewhere": {}},
        "organisations.lantern.founded: 1989-01-01 is after 1981-12-28, where a run ends unless told otherwise",
    ),
    "stands after the end": (
        {"organisations__0__contests_from": date(1985, 1, 1)},
        "organisations.lantern.contests_from: 1985-01-01 is after 1981-12-28, where a run ends unless told otherwise",
    ),
    "kin of nobody": (
        {"organisations__0": organisation("lantern", "#009E73", 0.0, 0.0)},
        "organisations.lantern.kinship: above 0 to no community; nobody is drawn to it",
    ),
    "kinship unsaid": (
        {"organisations__0__kinship": {}},
        "organisations.lantern.kinship: above 0 to no community; nobody is drawn to it",
    ),
    "nobody in it": (
        {"organisations__0__workers": 0, "organisations__0__armed": 0},
        "organisations.lantern: begins with neither workers nor gunmen",
    ),
    "a third of the city in arms": (
        {"organisations__0__armed": 120},
        "organisations.lantern: 6 workers and 120 gunmen are 33% of the city's 384 adults",
    ),
    "money from outside": (
        {"organisations__0__funds_per_year": 900.0},
        "organisations.lantern.funds_per_year: 900 (million rupees of 2015); all traders of the city earn some 5.76",
    ),
    "money in hand": (
        {"organisations__1__budget": 4000.0},
        "organisations.banyan.budget: 4000 (million rupees of 2015); all traders of the city earn some 5.76 in a year",
    ),
    "money from abroad": (
        {"timeline__foreign_funds": [{**SPAN, "organisation": "lantern", "money_per_year": 9.0, "source": "invented"}]},
        "timeline.foreign_funds.1980-01-07: 9 (million rupees of 2015); all traders",
    ),
    "two parties of one colour": (
        {"organisations__1__colour": "#009e73"},
        "organisations.banyan.colour: #009e73 is that of 'lantern' too; no chart could tell them apart",
    ),
    "two communities of one colour": (
        {"communities__1__colour": "#0072B2"},
        "communities.boatmen.colour: #0072B2 is that of 'weavers' too; no chart could tell them apart",
    ),
    "a garrison": (
        {"state__forces__0__personnel": 96},
        "state.forces.1980-01-07.personnel: 96 for 384 adults; one for every 4",
    ),
    "no force": (
        {"state__forces__0__personnel": 0, "state__operations": []},
        "state.forces: no personnel at any time of the run",
    ),
    "force after the end only": (
        {"state__forces__0__from": date(1985, 1, 7), "state__forces__0__to": date(1990, 1, 1), "state__operations": []},
        "state.forces: no personnel at any time of the run",
    ),
    "an operation of no raids": (
        {"state__operations__0__raids_per_week": 0.0},
        "state.operations.sweep.raids_per_week: 0; an operation in which nobody is raided",
    ),
    "raids without end": (
        {"state__operations__0__raids_per_week": 9000.0},
        "state.operations.sweep.raids_per_week: 9,000 in a city of 384 adults; 468,000 a year",
    ),
    "raids by nobody": (
        {"state__operations__0__raids_per_week": 1.0, "state__forces__0__personnel": 1},
        "state.operations.sweep.raids_per_week: 1 by 1 personnel; a raid takes several of them",
    ),
    "no services": (
        {"state__delivery__0__level": 0.0},
        "state.delivery: no services at any time of the run; even a poor city has a tap and a school",
    ),
    "services unsaid": (
        {"state__delivery": []},
        "state.delivery: no services at any time of the run",
    ),
    "few are children": (
        {"economy__adult_share": quantity(0.95, 0.5, 1.0)},
        "economy.adult_share: 0.95 of all people; 0.3 to 0.9 would be usual",
    ),
    "everybody has a shop": (
        {"economy__traders_per_1000_adults": quantity(500, 20, 800, "traders")},
        "economy.traders_per_1000_adults: 500 for 1,000 adults; 1 to 300 would be usual",
    ),
    "over before the run": (
        {"timeline__tides": [{**TIDE, **BEFORE}]},
        "timeline.tides.1970-01-05: is over on 1979-12-31, before the run begins on 1980-01-07; it does nothing",
    ),
    "a stance over before the run": (
        {"centre__stances": [{**STANCE, **BEFORE}]},
        "centre.stances.1970-01-05: is over on 1979-12-31, before the run begins",
    ),
    "over before the founding": (
        {"organisations__1__founded": date(1981, 12, 29), "organisations__1__contests_from": None,
         "elections__0__boycotts": []},
        "timeline.tides.1980-01-07: is over on 1981-12-28, before 'banyan' is founded on 1981-12-29",
    ),
    "a shock before the run": (
        {"timeline__shocks": [{**SHOCK, "date": date(1979, 1, 1)}]},
        "timeline.shocks.1979-01-01: is before the run begins on 1980-01-07; it does nothing",
    ),
    "a poll before the run": (
        {"elections": [{**POLL, "date": date(1979, 1, 1)}]},
        "elections.1979-01-01: is before the run begins on 1980-01-07; it does nothing",
    ),
    "raids at those who are not there yet": (
        {"organisations__0__founded": date(1981, 7, 6), "organisations__0__contests_from": None,
         "elections__0__seats_elsewhere": {}},
        "state.operations.sweep.targets: 'lantern' is founded on 1981-07-06, after the operation ends on 1981-06-29",
    ),
    "more seats than places": (
        {"elections__0__seats": 30},
        "elections.1980-06-02.seats: 30 for 4 units; a unit is the smallest constituency",
    ),
    "more seats by rule than places": (
        {"election_rules__0__seats": 30},
        "election_rules.1984-06-04.seats: 30 for 4 units; a unit is the smallest constituency",
    ),
    "an empty ballot": (
        {"elections__0__boycotts": ["banyan", "lantern"]},
        "elections.1980-06-02: nobody stands in it; say `party_less = true` if no party was allowed to",
    ),
    "counted long ago": (
        {"censuses": [census(1930, 560, 0.6), census(1940, 640, 0.5)]},
        "censuses: of 1930 to 1940, but the run is of 1980 to 1981; its people are a guess from far off",
    ),
    "counted long after": (
        {"censuses": [census(2001, 600, 0.6)]},
        "censuses: of 2001, but the run is of 1980 to 1981; its people are a guess from far off",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", DOUBTED, ids=str)
def test_it_is_doubted_in_these_words(case: str) -> None:
    changes, words = DOUBTED[case]
    assert [one for one in doubts(scenario(**changes)) if words in one] != []


def test_every_kind_of_doubt_has_a_case() -> None:
    seen = {
        of.__name__
        for changes, words in DOUBTED.values()
        for of in module.DOUBTS
        if any(words in one for one in of(scenario(**changes)))
    }
    assert seen == {of.__name__ for of in module.DOUBTS}


@pytest.mark.parametrize("name", reading.shipped())
def test_nothing_is_doubted_of_what_is_shipped(name: str) -> None:
    assert doubts(mohalla.load(name)) == []


def test_nothing_is_doubted_of_the_tiny_town() -> None:
    assert doubts(scenario()) == []


@pytest.mark.parametrize("case", DOUBTED, ids=str)
def test_a_doubt_is_a_key_and_one_sentence(case: str) -> None:
    for one in doubts(scenario(**DOUBTED[case][0])):
        key, _, sentence = one.partition(": ")
        assert " " not in key
        assert sentence
        assert not one.endswith(".")
        assert "\n" not in one


# --- where doubt begins ----------------------------------------------------------------------------------------------


@given(st.floats(0, 1))
def test_shares_are_doubted_beyond_five_points(weavers: float) -> None:
    found = doubts(scenario(censuses__0__shares={"weavers": weavers, "boatmen": 1 - weavers}))
    apart = abs(weavers - 0.6)
    if abs(apart - 0.05) > 1e-6:
        assert any(one.startswith("censuses.1975.shares.weavers") for one in found) == (apart > 0.05)


def test_shares_of_some_districts_only_are_not_summed() -> None:
    places = {"old-town": {"population": 300, "shares": {"weavers": 1.0}}, "docks": {"population": 260}}
    found = doubts(
        scenario(
            geography__districts=[DISTRICT, district("docks", 67.01, 25.0)],
            censuses=[{**census(1975, 560, 0.5), "districts": places}],
        )
    )
    assert [one for one in found if one.startswith("censuses")] == []


@pytest.mark.parametrize(("deaths", "doubted"), [(0, False), (3, False), (4, True)])
def test_a_shock_is_doubted_beyond_a_hundredth(deaths: int, doubted: bool) -> None:
    assert (doubts(scenario(timeline__shocks__0__deaths=deaths)) != []) == doubted


@pytest.mark.parametrize(("personnel", "doubted"), [(19, False), (20, True)])
def test_personnel_are_doubted_beyond_a_twentieth_of_the_adults(personnel: int, doubted: bool) -> None:
    assert (doubts(scenario(state__forces__0__personnel=personnel)) != []) == doubted


@pytest.mark.parametrize(("seats", "doubted"), [(8, False), (9, True)])
def test_two_seats_to_a_unit_are_taken_for_meant(seats: int, doubted: bool) -> None:
    assert (doubts(scenario(elections__0__seats=seats)) != []) == doubted


def test_districts_of_one_city_are_near_enough() -> None:
    for apart in (0.01, 0.3, 0.7):
        found = doubts(scenario(**spread((67.0, 25.0), (67.0 + apart, 25.0), (67.0, 25.0 + apart))))
        assert [one for one in found if ".position" in one] == []


def test_an_organisation_is_no_twin_of_a_community_of_its_colour() -> None:
    assert doubts(scenario(organisations__0__colour="#0072B2")) == []


def test_a_party_less_poll_needs_nobody_to_stand() -> None:
    assert doubts(scenario(elections__0__boycotts=["banyan", "lantern"], elections__0__party_less=True)) == []


def test_what_is_dated_after_the_end_but_may_be_run_is_not_doubted() -> None:
    later = {**TIDE, "from": date(1985, 1, 7), "to": date(1990, 1, 1)}
    assert doubts(scenario(timeline__tides=[later])) == []
