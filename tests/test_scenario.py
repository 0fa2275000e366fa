"""What a scenario refuses, in which words, and what it derives. One test for each error it can raise."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from mohalla import scenario as module
from mohalla.scenario import MOST_ORGANISATIONS, NONE, SHARES_TOLERANCE, Scenario
from workbench.towns import END, SPAN, START, census, organisation, quantity, scenario, town

BEFORE = date(1960, 1, 1)

SHOCK = town()["timeline"]["shocks"][0]

REFUSED = {
    "span": (
        {"state__forces__0__to": BEFORE},
        "ends on 1960-01-01, before it begins on 1980-01-07",
    ),
    "quantity": (
        {"economy__adult_share": quantity(0.9, 0.4, 0.6)},
        "value 0.9 is outside its own plausible range 0.4 to 0.6",
    ),
    "range upside down": (
        {"economy__adult_share": quantity(0.5, 0.6, 0.4)},
        "low 0.6 is above high 0.4",
    ),
    "begins on a Tuesday": (
        {"about__start": date(1980, 1, 8)},
        "start must be a Monday, the first day of week 0; 1980-01-08 is a Tuesday",
    ),
    "two of one name": (
        {"organisations__1__name": "Lantern"},
        "organisations: two have the name 'Lantern'; a reader could not tell them apart",
    ),
    "districts and city": (
        {"censuses__0__districts__old-town__population": 90_000},
        "censuses.1975.districts: their people sum to 90,000, but the city has ",
    ),
    "poll after the latest day": (
        {"elections__0__date": date(1995, 1, 2)},
        "elections.1995-01-02: begins on 1995-01-02, after the scenario's latest day, 1990-12-31",
    ),
    "two stances at a time": (
        {"centre__stances": [town()["centre"]["stances"][0]] * 2},
        "it can be towards it in one way at a time",
    ),
    "more offices than there are": (
        {"centre__governments__0__offices": {"lantern": 0.9, "banyan": 0.9}},
        "centre.governments.1980-01-07.offices: shares sum to 1.8; there are no more than 1",
    ),
    "about": (
        {"about__end": BEFORE},
        "needs start < end <= latest, got 1980-01-07, 1960-01-01, 1990-12-31",
    ),
    "a turn of more than a month": (
        {"about__turn_weeks": 40},
        "Input should be less than or equal to 4",
    ),
    "district": (
        {"geography__districts__0__units": 1},
        "has 1 units for 2 sectors; each sector needs one",
    ),
    "targets": (
        {"state__operations__0__targets": {"lantern": 0.8, "banyan": 0.4}},
        "targets sum to 1.200; raids on named targets cannot exceed 1",
    ),
    "double community": (
        {"communities__1__id": "weavers"},
        "communities: the id 'weavers' is declared twice",
    ),
    "double organisation": (
        {"organisations__1__id": "lantern"},
        "organisations: the id 'lantern' is declared twice",
    ),
    "organisation called like a splinter": (
        {"organisations__1__id": "splinter-1"},
        "organisations: the id 'splinter-1' is declared twice",
    ),
    "organisation called none": (
        {"organisations__1__id": NONE},
        "organisations: the id 'none' is declared twice",
    ),
    "double district": (
        {"geography__districts": [town()["geography"]["districts"][0]] * 2},
        "geography.districts: the id 'old-town' is declared twice",
    ),
    "unknown name": (
        {"elections__0__boycotts": ["banyen"]},
        "elections.1980-06-02.boycotts: 'banyen' is not declared. Declared: banyan, lantern. Did you mean 'banyan'?",
    ),
    "city shares": (
        {"censuses__0__shares": {"weavers": 0.6, "boatmen": 0.3}},
        "censuses.1975.shares: shares sum to 0.9000; they must sum to 1 (+-0.005)",
    ),
    "district shares": (
        {"censuses__1__districts__old-town__shares": {"weavers": 0.9, "boatmen": 0.3}},
        "censuses.1985.districts.old-town.shares: shares sum to 1.2000; they must sum to 1 (+-0.005)",
    ),
    "district missing from a census": (
        {"geography__districts": [{**town()["geography"]["districts"][0], "id": x} for x in ("old-town", "docks")]},
        "censuses.1975.districts: docks missing; name every district or none",
    ),
    "census years fall": (
        {"censuses": [census(1985, 600, 0.5), census(1975, 600, 0.5)]},
        "censuses: years must rise without repeats, got [1985, 1975]",
    ),
    "census year twice": (
        {"censuses": [census(1985, 600, 0.5), census(1985, 600, 0.5)]},
        "censuses: years must rise without repeats, got [1985, 1985]",
    ),
    "election before founding": (
        {"organisations__1__founded": date(1981, 1, 1), "organisations__1__contests_from": None},
        "founded only on 1981-01-01; an election cannot come before the founding of those it names",
    ),
    "contests before founding": (
        {"organisations__0__contests_from": date(1969, 1, 1)},
        "organisations.lantern.contests_from: 1969-01-01 is before its founding on 1970-01-01",
    ),
    "its own patron": (
        {"organisations__0__patron": "lantern"},
        "organisations.lantern.patron: 'lantern' cannot be its patron; a patron is another organisation",
    ),
    "patrons of each other": (
        {"organisations__0__patron": "banyan", "organisations__1__patron": "lantern"},
        "that has no patron itself",
    ),
    "leader unknown": (
        {"timeline__leaders": [{**SPAN, "organisation": "lantem", "abroad": True, "source": "invented"}]},
        "timeline.leaders.1980-01-07: 'lantem' is not declared. Declared: banyan, lantern. Did you mean 'lantern'?",
    ),
    "leader at home and free": (
        {"timeline__leaders": [{**SPAN, "organisation": "lantern", "source": "invented"}]},
        "says neither that the leader is abroad nor that proceedings bind the office; leave it out",
    ),
    "a shock at its own hands": (
        {"timeline__shocks__0__by": "weavers"},
        "timeline.shocks.1980-09-01: 'weavers' cannot be at whose hands its own dead fell; leave out `by`",
    ),
    "two shocks of a week, one of them whole": (
        {"timeline__shocks": [SHOCK, {**SHOCK, "date": date(1980, 9, 7), "whole": True}]},
        "timeline.shocks.1980-09-07: another shock of that week, on 1980-09-01, also kills 'weavers', but not `by`",
    ),
    "more promises kept than made": (
        {"centre__announcements": {"made": 1.0, "kept": 2.0, "source": "invented"}},
        "centre.announcements.kept: 2 of 1 promises made; no more can be kept than were made",
    ),
    "more workers than adults": (
        {"organisations__0__workers": 1_200_000},
        "organisations.lantern: 1,200,000 workers and 2 gunmen (with all other organisations 1,200,010), but tiny has",
    ),
    "more gunmen than adults": (
        {"organisations__1__armed": 5000},
        "organisations.banyan: 6 workers and 5,000 gunmen (with all other organisations 5,014), but tiny has at most",
    ),
    "one more person than adults": (
        {"state__forces__0__personnel": 385},
        "state.forces.1980-01-07.personnel: 385, but tiny has at most 384 adults",
    ),
    "more cadre of all than adults": (
        {"organisations__0__armed": 190, "organisations__1__armed": 200},
        "organisations.banyan: 6 workers and 200 gunmen (with all other organisations 402), but tiny has at most 384",
    ),
    "more personnel than adults": (
        {"state__forces__0__personnel": 600_000},
        "at most 384 adults (its largest census and the upper end of economy.adult_share); more personnel than adults",
    ),
    "more dead than lived": (
        {"timeline__shocks__0__deaths": 300_000},
        "timeline.shocks.1980-09-01.deaths: 300,000 dead of 'weavers', but no census counts more than 336 of it",
    ),
    "adults beyond all": (
        {"economy__adult_share": quantity(55, 50, 60)},
        "economy.adult_share: 55 (low 50, high 60) must lie between 0.01 and 1; it is for tests",
    ),
    "more traders than adults": (
        {"economy__traders_per_1000_adults": quantity(500, 20, 1200)},
        "economy.traders_per_1000_adults: 500 (low 20, high 1200) must lie between 0 and 1,000; it is for tests",
    ),
    "income below nothing": (
        {"economy__trader_income_per_year": quantity(0.3, -0.1, 0.6)},
        "economy.trader_income_per_year: 0.3 (low -0.1, high 0.6) must lie between 0 and 1e+09; it is for tests",
    ),
    "office that costs its holder": (
        {"economy__office_money_per_adult_per_year": quantity(-1.0, -2.0, 0.0)},
        "economy.office_money_per_adult_per_year: -1 (low -2, high 0) must lie between 0 and",
    ),
    "no concentration": (
        {"geography__segregation": quantity(0.0, 0.0, 1.0)},
        "geography.segregation: 0 (low 0, high 1) must lie between 0.001 and 1e+06; it is for tests",
    ),
    "beyond the pole": (
        {"geography__districts__0__position": [25.0, 167.0]},
        "geography.districts.old-town.position: 25 degrees east, 167 degrees north is nowhere; east comes first",
    ),
    "beyond the date line": (
        {"geography__districts__0__position": [250.0, 67.0]},
        "geography.districts.old-town.position: 250 degrees east, 67 degrees north is nowhere",
    ),
    "founded after the latest day": (
        {"organisations__0__founded": date(1995, 1, 2), "organisations__0__contests_from": None,
         "elections__0__seats_elsewhere": {}},
        "organisations.lantern.founded: 1995-01-02 is after the scenario's latest day, 1990-12-31; leave the",
    ),
    "a tide after the latest day": (
        {"timeline__tides__0__from": date(1995, 1, 2), "timeline__tides__0__to": date(1996, 1, 2)},
        "timeline.tides.1995-01-02: begins on 1995-01-02, after the scenario's latest day, 1990-12-31",
    ),
    "a shock after the latest day": (
        {"timeline__shocks__0__date": date(1995, 1, 2)},
        "timeline.shocks.1995-01-02: begins on 1995-01-02, after the scenario's latest day, 1990-12-31",
    ),
    "too many": (
        {"organisations": [organisation(f"party-{n}", "#009E73", 0, 0) for n in range(23)], "splinter_slots": 2},
        "organisations: 26 with 'none' and splinter slots; at most 24 fit",
    ),
}  # fmt: skip
NO_REFERENCES = {
    "centre__stances": [],
    "centre__governments": [],
    "state__operations": [],
    "elections": [],
    "timeline": {},
}


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_refuses_in_these_words(case: str) -> None:
    changes, words = REFUSED[case]
    extra = NO_REFERENCES if case in {"too many", "double organisation"} else {}
    with pytest.raises(ValidationError, match=re.escape(words)):
        scenario(**extra, **changes)


def test_every_error_of_the_module_has_a_case() -> None:
    raises = len(re.findall(r"raise ValueError", Path(module.__file__).read_text(encoding="utf-8")))
    assert len(REFUSED) >= raises


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("organisations__0__kinship", "organisations.lantern.kinship"),
        ("censuses__0__shares", "censuses.1975.shares"),
        ("censuses__0__districts__old-town__shares", "censuses.1975.districts.old-town.shares"),
        ("centre__governments__0__offices", "centre.governments.1980-01-07.offices"),
        ("state__operations__0__targets", "state.operations.sweep.targets"),
    ],
)
def test_a_table_that_names_a_stranger_is_refused(path: str, words: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(f"{words}: 'stranger' is not declared")):
        scenario(**{path: {"stranger": 1}})


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("organisations__0__patron", "organisations.lantern.patron"),
        ("centre__stances__0__organisation", "centre.stances.1980-01-07"),
        ("timeline__tides__0__organisation", "timeline.tides.1980-01-07"),
        ("timeline__positions__0__organisation", "timeline.positions.1980-01-07"),
        ("timeline__shocks__0__community", "timeline.shocks.1980-09-01"),
        ("timeline__shocks__0__by", "timeline.shocks.1980-09-01"),
    ],
)
def test_a_value_that_names_a_stranger_is_refused(path: str, words: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(f"{words}: 'stranger' is not declared")):
        scenario(**{path: "stranger"})


CITED = {**SPAN, "source": "invented"}
OUTSIDE = {
    "exclusions": {**CITED, "community": "weavers", "level": 0.5},
    "foreign_funds": {**CITED, "organisation": "lantern", "money_per_year": 2.0},
}


@pytest.mark.parametrize(("table", "key"), [("exclusions", "community"), ("foreign_funds", "organisation")])
def test_a_row_from_outside_that_names_a_stranger_is_refused(table: str, key: str) -> None:
    row = OUTSIDE[table]
    assert scenario(**{f"timeline__{table}": [row]})
    with pytest.raises(ValidationError, match=f"timeline.{table}.1980-01-07: 'stranger' is not declared"):
        scenario(**{f"timeline__{table}": [{**row, key: "stranger"}]})


@pytest.mark.parametrize(
    ("table", "key", "value"), [("exclusions", "level", 1.5), ("foreign_funds", "money_per_year", -1.0)]
)
def test_a_row_from_outside_keeps_its_bounds(table: str, key: str, value: float) -> None:
    with pytest.raises(ValidationError, match=rf"timeline\.{table}\.0\.{key}"):
        scenario(**{f"timeline__{table}": [{**OUTSIDE[table], key: value}]})
    with pytest.raises(ValidationError, match="before it begins on 1981-12-28"):
        scenario(**{f"timeline__{table}": [{**OUTSIDE[table], "from": END, "to": START}]})


def test_two_shocks_of_a_week_may_add_up_or_hit_two_communities() -> None:
    again = {**SHOCK, "date": date(1980, 9, 7)}
    back = {**again, "community": "boatmen", "by": "weavers", "whole": True}
    next_week = {**SHOCK, "date": date(1980, 9, 8), "by": None}
    assert len(scenario(timeline__shocks=[SHOCK, again, back, next_week]).timeline.shocks) == 4


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -1.0, 1e30])
def test_numbers_that_are_none_are_refused(number: float) -> None:
    with pytest.raises(ValidationError, match=r"organisations\.0\.budget"):
        scenario(organisations__0__budget=number)


@pytest.mark.parametrize("path", ["centre__governments__0__allies_needed", "timeline__media__0__level"])
def test_levels_beyond_one_are_refused(path: str) -> None:
    with pytest.raises(ValidationError, match="less than or equal to 1"):
        scenario(**{path: 1.2})


def test_how_far_allies_are_needed_is_half_where_nobody_says() -> None:
    assert scenario().centre.governments[0].allies_needed == 0.5


@pytest.mark.parametrize(
    "changes",
    [
        {"centre__announcements": {"made": 2.0, "kept": 2.0, "source": "invented"}},
        {"organisations__0__armed": 370},  # with the 6 + 6 workers and 2 gunmen of both: all 384 adults
        {"state__forces__0__personnel": 384},
        {"timeline__shocks__0__deaths": 336},
        {"geography__districts__0__position": [-180.0, 90.0]},
        {"economy__adult_share": quantity(0.01, 0.01, 1.0), "organisations__0__workers": 0},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_can_just_be_is_not_refused(changes: dict[str, object]) -> None:
    assert scenario(**changes).about.name == "tiny"


def test_every_span_is_found_under_its_key() -> None:
    keys = {key for key, _ in module.spans(scenario())}
    assert keys == {
        "centre.stances", "centre.governments", "state.forces", "state.operations", "state.delivery", "timeline.tides",
        "timeline.media", "timeline.positions",
    }  # fmt: skip
    ruled = {kind for name, kind in vars(module).items() if isinstance(kind, type) and issubclass(kind, module.Span)}
    assert len(ruled - {module.Span}) == len(keys) + len({"leaders", "exclusions", "foreign_funds"})


def test_unknown_keys_are_refused() -> None:
    with pytest.raises(ValidationError, match=r"about\.titel\s+Extra inputs are not permitted"):
        scenario(about__titel="Misspelt")


@given(st.floats(0, 1))
def test_any_shares_that_sum_to_one_are_accepted(weavers: float) -> None:
    assert scenario(censuses__0=census(1975, 560, weavers)).censuses[0].shares["weavers"] == weavers


@given(st.floats(SHARES_TOLERANCE * 1.01, 0.4))
def test_any_shares_that_do_not_are_refused(missing: float) -> None:
    with pytest.raises(ValidationError, match="they must sum to 1"):
        scenario(censuses__0__shares={"weavers": 0.6, "boatmen": 0.4 - missing})


def test_a_scenario_never_changes() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        scenario().splinter_slots = 3


def test_none_comes_first_and_splinters_last() -> None:
    assert scenario(splinter_slots=2).organisation_ids == (NONE, "lantern", "banyan", "splinter-1", "splinter-2")
    assert scenario().community_ids == ("weavers", "boatmen")
    assert scenario().district_ids == ("old-town",)


def test_the_most_organisations_that_fit_do_fit() -> None:
    parties = [organisation(f"party-{n}", "#009E73", 0, 0) for n in range(MOST_ORGANISATIONS - 1)]
    assert (
        len(scenario(**NO_REFERENCES, organisations=parties, splinter_slots=0).organisation_ids) == MOST_ORGANISATIONS
    )


def test_a_scenario_survives_being_written_and_read() -> None:
    assert Scenario.model_validate_json(scenario().model_dump_json(by_alias=True)) == scenario()
