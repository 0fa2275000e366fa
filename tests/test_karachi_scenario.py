"""What the shipped data files must keep: they parse, agree with what they cite, and say where numbers come from."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256
from importlib.resources import files
from itertools import pairwise
from typing import Any

import pytest

import mohalla
from mohalla.observables import CAUSES, INCOME_SOURCES, OBSERVABLES, OTHERS
from mohalla.record import Record
from mohalla.scenario import Scenario

SCENARIOS = files("mohalla").joinpath("scenarios")
FIRST_DAY, LAST_DAY = date(1978, 1, 2), date(2016, 3, 13)
DAY = timedelta(days=1)
EMPTY = ("assumption", "unknown", "various")

# Names of persons that the subject invites, as the first ten digits of their hash, so that this list names nobody.
NAMES = frozenset(
    re.findall(
        r"\w+",
        """
    0046875534 0d10e20290 1574ad62d4 16480a4917 1ed6572c98 23301da70f 24cba12634 260f43c285 296ac3cfae 2d3134a708
    32c53758d2 34346354e7 37007d2e9f 419573d714 44b94a597d 52a9dbf845 5684eef976 5f8b94103b 67fc073e3c 6d11d4e982
    75a9644ac9 78f3147cd9 7bfe7455bf 7c620b0ece 7fe5287a64 8835be2c28 883e9295d2 8ecedb519d 9127740e24 96638ce09f
    97b3650166 9e513789e6 a4b1cbd64c ab6cf46e75 aeba0170b1 c87852f2d9 c911cd3d9d cf6db429e4 dd395e664f e378432fc6
    e6ef7e4091 eadafa36e8 f158577aaf f3de01278d fa835fb5da faeb00ca51 fb9cb615bc fc8c3fd977
    """,
    )
)


def text(name: str) -> str:
    return SCENARIOS.joinpath(name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def karachi() -> Scenario:
    return Scenario.model_validate(tomllib.loads(text("karachi.toml")))


@pytest.fixture(scope="module")
def town() -> Scenario:
    return Scenario.model_validate(tomllib.loads(text("small-town.toml")))


@pytest.fixture(scope="module")
def record() -> Record:
    return Record.model_validate(tomllib.loads(text("karachi.record.toml")))


def values_of(key: str, table: Any) -> Iterator[str]:
    """Every value stored under `key`, at any depth."""
    if isinstance(table, dict):
        for name, value in table.items():
            if name == key:
                yield value
            yield from values_of(key, value)
    elif isinstance(table, list):
        for item in table:
            yield from values_of(key, item)


# ------------------------------------------------------------------------------------------------- both scenarios


@pytest.mark.parametrize("name", ["karachi.toml", "small-town.toml"])
def test_a_shipped_scenario_is_called_as_its_file(name: str) -> None:
    assert Scenario.model_validate(tomllib.loads(text(name))).about.name == name.removesuffix(".toml")


@pytest.mark.parametrize("name", ["karachi.toml", "karachi.record.toml"])
def test_every_source_says_something(name: str) -> None:
    sources = list(values_of("source", tomllib.loads(text(name))))
    assert len(sources) > 80
    assert [source for source in sources if len(source) < 8 or source.strip(" .?").lower() in EMPTY] == []


@pytest.mark.parametrize("name", ["karachi.toml", "karachi.record.toml", "karachi-free-centre.toml", "small-town.toml"])
def test_no_person_is_named(name: str) -> None:
    words = set(re.findall(r"[a-z]+", text(name).lower()))
    assert {word for word in words if sha256(word.encode()).hexdigest()[:10] in NAMES} == set()


@pytest.fixture(scope="module")
def free() -> Scenario:
    return mohalla.load("karachi-free-centre")


def test_the_free_centre_differs_from_karachi_in_stances_and_operations_alone(
    free: Scenario, karachi: Scenario
) -> None:
    assert (free.about.name, free.centre.stances, free.state.operations) == ("karachi-free-centre", (), ())
    bound = {"about": free.about, "centre": free.centre, "state": free.state}
    assert karachi.model_copy(update=bound) == free
    assert karachi.centre.model_copy(update={"stances": ()}) == free.centre
    assert karachi.state.model_copy(update={"operations": ()}) == free.state


def test_the_free_centre_is_held_against_no_record_of_its_own() -> None:
    assert mohalla.reading.read_record("karachi-free-centre") == mohalla.reading.read_record("karachi")


def test_rulers_without_a_majority_or_a_party_need_allies(karachi: Scenario) -> None:
    """One rule for all: 0.9, with two thirds 0.1, else the default."""
    assert {one.allies_needed for one in karachi.centre.governments} == {0.1, 0.5, 0.9}
    assert {one.allies_needed for one in karachi.centre.governments if one.kind == "military"} == {0.9}


def test_media_were_the_states_alone_until_2002(karachi: Scenario) -> None:
    assert min(one.start for one in karachi.timeline.media).year == 2002
    levels = [one.level for one in sorted(karachi.timeline.media, key=lambda one: one.start)]
    assert levels == sorted(levels)


def test_positions_are_dated_for_parties_that_exist(karachi: Scenario) -> None:
    founded = {one.id: one.founded for one in karachi.organisations}
    assert all(one.start >= founded[one.organisation] for one in karachi.timeline.positions)


def test_the_list_of_names_is_made_of_hashes() -> None:
    assert len(NAMES) > 40
    assert all(re.fullmatch(r"[0-9a-f]{10}", name) for name in NAMES)


@pytest.mark.parametrize("name", ["karachi.toml", "small-town.toml"])
def test_everything_is_synthetic_that_nobody_mapped(name: str) -> None:
    drawn = Scenario.model_validate(tomllib.loads(text(name))).geography.synthetic
    assert set(drawn) == {"sectors", "units", "neighbourhoods", "constituencies"}


def test_the_town_is_small_and_says_it_is_invented(town: Scenario) -> None:
    assert max(census.population for census in town.censuses) <= 25_000
    assert "invented" in town.about.title
    assert "INVENTED" in text("small-town.toml")


def test_the_town_has_one_of_everything(town: Scenario) -> None:
    assert Counter(election.chamber for election in town.elections) == {"national": 1, "provincial": 1, "local": 1}
    assert len(town.state.operations) == len(town.centre.governments) == town.splinter_slots == 1
    assert town.state.delivery
    assert town.timeline.tides
    assert town.timeline.shocks
    assert town.timeline.notes


# --------------------------------------------------------------------------------------------------------- Karachi


def test_the_party_has_26_sectors_and_200_units(karachi: Scenario) -> None:
    districts = karachi.geography.districts
    assert sum(district.sectors for district in districts) == 26
    assert sum(district.units for district in districts) == 200
    assert karachi.geography.neighbourhoods_per_unit * 200 == 2000


@pytest.mark.parametrize(
    ("year", "shares"),
    [
        (1981, {"urdu": 0.5434, "sindhi": 0.0629, "balochi": 0.0439}),
        (1998, {"urdu": 0.4852, "punjabi": 0.1394, "balochi": 0.0434}),
        (2017, {"urdu": 0.4230, "pashto": 0.1501, "punjabi": 0.1073, "sindhi": 0.1067, "balochi": 0.0405}),
    ],
)
def test_the_city_speaks_as_the_census_says(karachi: Scenario, year: int, shares: dict[str, float]) -> None:
    census = next(census for census in karachi.censuses if census.year == year)
    assert {community: census.shares[community] for community in shares} == shares


@pytest.mark.parametrize(
    ("district", "population", "urdu", "pashto"),
    [("central", 2971382, 0.7077, 0.0553), ("west", 3907065, 0.3366, 0.2965), ("malir", 1924346, 0.1291, 0.1937)],
)
def test_districts_are_as_in_2017(
    karachi: Scenario, district: str, population: int, urdu: float, pashto: float
) -> None:
    counted = karachi.censuses[-1].districts[district]
    assert counted.shares is not None
    assert (counted.population, counted.shares["urdu"], counted.shares["pashto"]) == (population, urdu, pashto)


def test_district_populations_add_up(karachi: Scenario) -> None:
    for census in karachi.censuses:
        if census.districts:
            assert sum(counted.population for counted in census.districts.values()) == census.population


def test_folded_shares_agree_with_their_districts(karachi: Scenario) -> None:
    census = karachi.censuses[-1]
    for community, share in census.shares.items():
        heads = sum(d.population * d.shares[community] for d in census.districts.values() if d.shares)
        assert heads / census.population == pytest.approx(share, abs=0.001)


def test_no_split_is_scheduled(karachi: Scenario) -> None:
    assert karachi.splinter_slots == 3
    names = " ".join(f"{organisation.id} {organisation.name}" for organisation in karachi.organisations).lower()
    assert not any(word in names for word in ("haqiqi", "splinter", "psp", "pak sarzameen"))


def test_gangs_never_stand_for_election(karachi: Scenario) -> None:
    standing = {organisation.id for organisation in karachi.organisations if organisation.contests_from}
    assert set(karachi.organisation_ids) - standing == {"none", "lyari-gangs", "splinter-1", "splinter-2", "splinter-3"}


def test_sponsorship_is_marked_as_a_claim(karachi: Scenario) -> None:
    sponsored = [stance for stance in karachi.centre.stances if stance.stance == "sponsor"]
    assert [stance.organisation for stance in sponsored] == ["mqm"]
    assert sponsored[0].source.startswith("claimed by")


def test_stances_follow_each_other_without_gap_to_the_end_of_the_record(karachi: Scenario) -> None:
    for organisation in karachi.organisations:
        mine = [stance for stance in karachi.centre.stances if stance.organisation == organisation.id]
        assert mine[0].start == max(organisation.founded, FIRST_DAY)
        assert mine[-1].end == LAST_DAY
        assert all(after.start - before.end == DAY for before, after in pairwise(mine))


@pytest.mark.parametrize("name", ["governments", "forces", "delivery"])
def test_the_state_is_there_every_day(karachi: Scenario, name: str) -> None:
    spans = karachi.centre.governments if name == "governments" else getattr(karachi.state, name)
    assert (spans[0].start, spans[-1].end) == (FIRST_DAY, karachi.about.latest)
    assert all(after.start - before.end == DAY for before, after in pairwise(spans))


def test_offices_are_shares_of_one_whole(karachi: Scenario) -> None:
    assert all(sum(government.offices.values()) <= 1 for government in karachi.centre.governments)


def test_tides_of_one_party_do_not_overlap(karachi: Scenario) -> None:
    for organisation in karachi.organisations:
        mine = [tide for tide in karachi.timeline.tides if tide.organisation == organisation.id]
        assert all(after.start > before.end for before, after in pairwise(mine))


def test_raids_are_the_published_ones(karachi: Scenario) -> None:
    operation = karachi.state.operations[-1]
    weeks = (date(2015, 11, 2) - operation.start).days / 7
    assert operation.raids_per_week * weeks == pytest.approx(5795, rel=0.002)
    for organisation, raids in (("mqm", 1313), ("lyari-gangs", 1035), ("anp", 28)):
        assert operation.targets[organisation] == pytest.approx(raids / 7950, abs=0.0006)


def test_nothing_after_the_record_is_dated_history(karachi: Scenario) -> None:
    timeline = karachi.timeline
    dated = [*timeline.notes, *timeline.shocks, *karachi.elections]
    assert all(FIRST_DAY <= item.date <= LAST_DAY for item in dated)
    assert all(count.year < LAST_DAY.year for count in karachi.background.other_militants)


def test_the_party_stays_out_where_it_did(karachi: Scenario) -> None:
    out = [(election.date.year, election.chamber) for election in karachi.elections if "mqm" in election.boycotts]
    assert out == [(1993, "national"), (2001, "local")]


def test_no_rule_calls_a_poll_before_the_dated_ones_end(karachi: Scenario) -> None:
    for rule in karachi.election_rules:
        dated = [election.date for election in karachi.elections if election.chamber == rule.chamber]
        assert max(dated) < rule.first


# ---------------------------------------------------------------------------------------------------------- record


def test_the_record_belongs_to_its_scenario(karachi: Scenario, record: Record) -> None:
    assert record.scenario == karachi.about.name


def test_record_rows_lie_within_the_record(record: Record) -> None:
    spans = [(row.start, row.end) for row in (*record.deaths, *record.figures)]
    spans += [(row.date, row.date) for row in record.seats]
    assert all(FIRST_DAY <= start <= end <= LAST_DAY for start, end in spans)


def test_record_rows_name_known_organisations(karachi: Scenario, record: Record) -> None:
    known = {organisation.id for organisation in karachi.organisations}
    for row in record.seats:
        assert set(row.seats) <= known | {"other"}
        assert set(row.vote_shares) <= known
    assert {figure.organisation for figure in record.figures} - {None} <= known


def test_every_count_has_its_counter_and_every_counter_a_count(record: Record) -> None:
    assert {row.counter for row in record.deaths} == {counter.id for counter in record.counters}


def test_no_count_is_there_twice(record: Record) -> None:
    keys = Counter((row.counter, row.start, row.end) for row in record.deaths)
    assert [key for key, times in keys.items() if times > 1] == []
    assert len({figure.id for figure in record.figures}) == len(record.figures)


def test_counters_compare_with_simulated_causes(record: Record) -> None:
    for counter in record.counters:
        assert counter.causes
        assert set(counter.causes) <= set(CAUSES)


def test_counters_of_everything_are_not_called_emergent(record: Record) -> None:
    assert all(counter.kind != "emergent" for counter in record.counters if "background" in counter.causes)
    assert {counter.id for counter in record.counters if counter.kind == "imposed"} == set()


def test_ranges_hold_their_values(record: Record) -> None:
    for row in record.deaths:
        assert (row.low if row.low is not None else row.deaths) <= row.deaths
        assert row.deaths <= (row.high if row.high is not None else row.deaths)
    for figure in record.figures:
        assert (figure.low if figure.low is not None else figure.value) <= figure.value
        assert figure.value <= (figure.high if figure.high is not None else figure.value)


def test_seats_fit_their_chamber(karachi: Scenario, record: Record) -> None:
    polls = {(election.date, election.chamber): election for election in karachi.elections}
    for row in record.seats:
        assert sum(row.seats.values()) <= row.total == polls[row.date, row.chamber].seats
        assert sum(row.vote_shares.values()) <= 1


@pytest.mark.parametrize(
    ("day", "chamber", "organisation", "won"),
    [
        (date(1988, 11, 16), "national", "mqm", 11),
        (date(1993, 10, 6), "national", "ppp", 6),
        (date(2002, 10, 10), "national", "other", 1),
        (date(2013, 5, 11), "provincial", "mqm", 31),
        (date(2015, 12, 5), "local", "mqm", 136),
    ],
)
def test_seats_are_the_published_ones(record: Record, day: date, chamber: str, organisation: str, won: int) -> None:
    row = next(row for row in record.seats if (row.date, row.chamber) == (day, chamber))
    assert row.seats[organisation] == won


@pytest.mark.parametrize(
    ("counter", "start", "end", "deaths"),
    [
        ("cplc", date(1995, 1, 1), date(1995, 12, 31), 1742),
        ("hrcp-all", date(2013, 1, 1), date(2013, 12, 31), 3218),
        ("police", date(2015, 1, 1), date(2015, 6, 30), 501),
        ("ucdp-party", date(1990, 1, 1), date(1990, 12, 31), 200),
    ],
)
def test_deaths_are_the_published_ones(record: Record, counter: str, start: date, end: date, deaths: int) -> None:
    found = [row.deaths for row in record.deaths if (row.counter, row.start, row.end) == (counter, start, end)]
    assert found == [deaths]


def test_imposed_riots_are_those_of_the_record_or_begin_them(karachi: Scenario, record: Record) -> None:
    """A whole outbreak has the dead of the record; one that the model is to answer has no more than that."""
    rows = [row for row in record.deaths if row.counter == "press-riot" and row.end != date(1986, 12, 15)]
    for row in rows:
        shocks = [shock for shock in karachi.timeline.shocks if row.start <= shock.date <= row.end]
        dead, whole = sum(shock.deaths for shock in shocks), {shock.whole for shock in shocks}
        assert len(whole) == 1
        assert dead == row.deaths if whole == {True} else 0 < dead <= row.deaths
    assert len(rows) == 4


def test_figures_measure_variables_that_a_run_holds(karachi: Scenario, record: Record) -> None:
    dims = {variable.name: variable.dims for variable in OBSERVABLES}
    values = {"income_source": INCOME_SOURCES, "victim": (*karachi.organisation_ids, *OTHERS)}
    for figure in record.figures:
        name, fixed = figure.selection
        assert {"week", *fixed} <= set(dims[name])
        assert all(value in values[dim] for dim, value in fixed.items())
        assert figure.organisation is None or "organisation" in dims[name]


def test_raids_by_target_add_up_to_no_more_than_all_raids(record: Record) -> None:
    raids = [figure for figure in record.figures if figure.variable == "raids"]
    assert {figure.kind for figure in raids} == {"imposed"}
    assert sum(figure.value for figure in raids) < 5795
