"""A world is one draw of what is uncertain: everything counted adds up, every date falls in its week."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import mohalla
from mohalla.calendar import YEARS_PER_WEEK
from mohalla.engine.simulate import numbers_of
from mohalla.errors import MohallaError
from mohalla.mechanisms import DECLARED
from mohalla.mechanisms.residents import FEAR_UNIT
from mohalla.parameters import declared
from mohalla.scenario import STANCES, Scenario
from mohalla.state import Array
from mohalla.world import (
    MOST_IN_A_CELL,
    RESIDENTS_PER_NEIGHBOURHOOD,
    World,
    build,
    caution_table,
    constituencies_by_seats,
    draw_between,
    neighbourhoods_kept,
    people_by_census,
    people_in,
    run_weeks,
)
from workbench.stepping import armed_town, same, small_town
from workbench.towns import census, organisation, scenario, town

SWEEP_WEEKS = slice(52, 78)  # 5 January to 29 June 1981, from 7 January 1980


def week(world: World, name: str, number: int) -> Any:
    """One row of a world's history."""
    return world.history[name][number].tolist()


def weeks_where(rows: Array) -> tuple[int, int, int]:
    """The first and last week in which a history differs from nought, and how many weeks do."""
    found = np.flatnonzero(rows.reshape(len(rows), -1).any(axis=1))
    return int(found[0]), int(found[-1]), found.size


# --------------------------------------------------------------------------------------------------------- people
@pytest.mark.parametrize("name", ["small-town", "karachi"])
def test_people_by_district_and_community_have_the_margins_of_their_census(name: str) -> None:
    town = mohalla.load(name)
    for counted, table in zip(town.censuses, people_by_census(town), strict=True):
        districts = [counted.districts[one].population for one in town.district_ids] if counted.districts else []
        shares = np.array([counted.shares.get(one, 0.0) for one in town.community_ids])
        np.testing.assert_allclose(table.sum(axis=0) / table.sum(), shares / shares.sum(), rtol=1e-6)
        np.testing.assert_allclose(table.sum(axis=1)[: len(districts)], districts, rtol=1e-4)
        assert table.sum() == pytest.approx(sum(districts) or counted.population)


def test_people_grow_evenly_between_censuses_and_on_beyond_them() -> None:
    tables = np.array([[[100.0]], [[400.0]]])
    grown = people_in(np.array([1970, 1980, 1985, 1990, 2000]), [1980, 1990], tables)[:, 0, 0]
    np.testing.assert_allclose(grown, [25, 100, 200, 400, 1600])


def test_a_community_nobody_counted_before_does_not_grow_without_bound() -> None:
    tables = np.array([[[0.0, 300.0]], [[400.0, 0.0]]])
    grown = people_in(np.array([1970, 1980, 1985, 1990, 2030]), [1980, 1990], tables)[:, 0]
    assert grown.tolist() == [[0, 300], [0, 300], [200, 150], [400, 0], [400, 0]]


def test_one_census_holds_for_ever() -> None:
    assert people_in(np.array([1970, 2000]), [1980], np.array([[[7.0]]])).ravel().tolist() == [7.0, 7.0]


@pytest.mark.parametrize(("scale", "left"), [(1, 10), (10, 10), (20, 5), (30, 3), (50, 2), (100, 1), (1000, 1)])
def test_coarser_worlds_hold_the_same_people_in_fewer_neighbourhoods(scale: int, left: int) -> None:
    """Scales were found equivalent with these neighbourhoods: those of Karachi at one to ten are all of them."""
    town = mohalla.load("karachi")
    fine, coarse = build(town, 1, scale=10), build(town, 1, scale=scale)
    assert coarse.sizes["neighbourhood"] == left * 200
    units, communities = fine.sizes["unit"], fine.sizes["community"]
    first = [one.constants["cell_path"][0].reshape(units, -1, communities).sum(axis=1) for one in (fine, coarse)]
    np.testing.assert_allclose(first[0] * 10, first[1] * scale)
    each = coarse.constants["cell_path"].sum(axis=1) / coarse.sizes["neighbourhood"]
    assert each.min() > 100 or left == 1


@pytest.mark.parametrize(("scale", "neighbourhoods"), [(1, 40), (2, 40), (3, 20), (10, 10), (100, 10)])
def test_a_town_has_no_more_neighbourhoods_than_its_residents_fill(scale: int, neighbourhoods: int) -> None:
    """At one to ten, forty neighbourhoods would have 26 residents each: too few for what is seen there to mean much."""
    assert build(small_town(), 1, scale=scale).sizes["neighbourhood"] == neighbourhoods


@given(st.floats(0, 1e6), st.integers(1, 100))
def test_a_neighbourhood_has_enough_residents_or_is_its_whole_unit(residents: float, per_unit: int) -> None:
    kept = neighbourhoods_kept(residents, per_unit)
    assert 1 <= kept <= per_unit
    assert kept == 1 or residents / kept >= RESIDENTS_PER_NEIGHBOURHOOD
    assert kept == per_unit or residents / (kept + 1) < RESIDENTS_PER_NEIGHBOURHOOD


@pytest.mark.parametrize("changed", [{"draw": True}, {"until": date(1990, 12, 31)}])
def test_how_far_neighbourhoods_merge_is_the_scenarios_own(changed: dict[str, Any]) -> None:
    """At one to three the armed town keeps 125 residents a neighbourhood; drawn adults can be a fifth fewer."""
    worlds = [build(armed_town(), seed, scale=3, **changed) for seed in range(1, 11)]
    assert {world.sizes["neighbourhood"] for world in worlds} == {8}
    fewest = min(world.constants["cell_path"][0].sum() / 8 for world in worlds)
    assert "until" in changed or fewest < RESIDENTS_PER_NEIGHBOURHOOD, "counting drawn adults would have merged them"


# ---------------------------------------------------------------------------------------------------- crowded cells
def crowded(**changes: object) -> Scenario:
    """The tiny town with 40 million people, half of them adults: two and a half million in each neighbourhood."""
    return scenario(censuses=[census(1975, 40_000_000, 0.6)], **changes)


def test_a_cell_of_more_than_a_million_residents_is_refused_and_the_way_out_is_told() -> None:
    with pytest.raises(MohallaError) as refused:
        build(crowded(), 1, scale=1)
    said = re.fullmatch(
        r"scale = 1: a neighbourhood would hold ([\d,]+) simulated residents of 'weavers'; must be at most 1,000,000\. "
        r"Take a scale of (\d) or more, or divide tiny more finely: more units, or "
        r"geography\.neighbourhoods_per_unit above 2\.",
        str(refused.value),
    )
    assert said
    crowd, scale = int(said[1].replace(",", "")), int(said[2])
    assert 1_500_000 < crowd < 4_000_000
    assert scale - 1 < crowd / 1_000_000 <= scale


def test_what_the_refusal_advises_is_taken() -> None:
    with pytest.raises(MohallaError, match="Take a scale of") as refused:
        build(crowded(), 1, scale=1)
    advised = int(str(refused.value).partition("Take a scale of ")[2].partition(" ")[0])
    assert build(crowded(), 1, scale=advised).scale == advised
    assert build(crowded(geography__neighbourhoods_per_unit=20), 1, scale=1).scale == 1
    with pytest.raises(MohallaError, match="must be at most 1,000,000"):
        build(crowded(), 1, scale=advised - 1)


def test_a_million_residents_are_the_most_whose_fear_fits_into_32_bits() -> None:
    full = np.uint32(FEAR_UNIT)
    assert int(full) * MOST_IN_A_CELL < 2**32 < int(full) * MOST_IN_A_CELL * 1.05


def test_every_cell_has_seats_for_its_fullest_year() -> None:
    world = build(small_town(), 1)
    seats = np.diff(world.constants["cell_start"])
    assert (seats >= np.floor(world.constants["cell_path"].max(axis=0) + 0.5)).all()
    assert world.constants["cell_start"][-1] == world.sizes["resident"]


def test_every_week_lies_in_its_year() -> None:
    world = build(small_town(), 1)
    year, share = world.constants["path_year"], world.constants["path_share"]
    assert (year[0], year[-1]) == (0, 7)
    assert (np.diff(year + share) > 0).all()
    assert year.max() + 1 < len(world.constants["cell_path"])
    assert ((share >= 0) & (share < 1)).all()


def test_other_seeds_draw_other_maps_and_the_same_seed_the_same() -> None:
    one, again, other = (build(small_town(), seed) for seed in (1, 1, 2))
    assert all(same(one.constants[name], again.constants[name]) for name in one.constants)
    assert not same(one.constants["cell_path"], other.constants["cell_path"])
    assert one.constants["cell_path"].sum() == pytest.approx(other.constants["cell_path"].sum())


# ---------------------------------------------------------------------------------------------------------- draws
@given(st.floats(-10, 10), st.floats(0, 10), st.floats(0, 10), st.integers(0, 1000))
def test_a_draw_lies_inside_its_range(low: float, to_mode: float, to_high: float, seed: int) -> None:
    mode, high = low + to_mode, low + to_mode + to_high
    assume(high == low or high - low > 1e-6)
    drawn = draw_between(low, mode, high, np.random.default_rng(seed))
    assert low - 1e-9 <= drawn <= high + 1e-9


def test_wide_ranges_are_drawn_by_their_order_of_magnitude() -> None:
    """Half the draws between 1 and 10,000 around 100 lie below it; of 1,000, 420 or 580 do so once in two million."""
    rng = np.random.default_rng(1)
    below = sum(draw_between(1.0, 100.0, 10_000.0, rng) < 100 for _ in range(1000))
    assert abs(below - 500) < 80


def test_nothing_is_drawn_unless_asked_for() -> None:
    central = numbers_of(small_town(), 3, draw=False)
    for mechanism, parameters in DECLARED.items():
        assert central[mechanism] == {name: one.value for name, one in declared(parameters).items()}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_drawn_numbers_lie_in_their_ranges_and_differ_by_seed(seed: int) -> None:
    numbers, others = numbers_of(small_town(), seed, draw=True), numbers_of(small_town(), seed + 1, draw=True)
    for mechanism, parameters in DECLARED.items():
        for name, one in declared(parameters).items():
            assert one.known.low <= numbers[mechanism][name] <= one.known.high
            assert numbers[mechanism][name] != others[mechanism][name] or one.known.low == one.known.high


def test_a_number_the_scenario_sets_is_in_force_and_drawn_only_within_its_own_range() -> None:
    fixed = small_town().model_copy(update={"parameters": {"residents": {"honesty": 0.7}}})
    assert numbers_of(fixed, 1, draw=False)["residents"]["honesty"] == 0.7
    assert numbers_of(fixed, 1, draw=True)["residents"]["honesty"] == 0.7


@pytest.mark.parametrize("spread", [0.3, 0.5, 0.8])
def test_caution_is_log_normal_with_median_one(spread: float) -> None:
    table = caution_table(spread).astype(float)
    assert (np.diff(table) > 0).all()
    assert np.median(table) == pytest.approx(1.0, abs=0.01)
    assert np.std(np.log(table)) == pytest.approx(spread, rel=0.02)


# --------------------------------------------------------------------------------------------------- constituencies
@given(st.integers(1, 60))
def test_every_seat_belongs_to_a_constituency_and_every_unit_lies_in_one(seats: int) -> None:
    chart = build(small_town(), 1).map
    of_unit, weights = constituencies_by_seats(chart, seats)
    assert weights.sum() == seats
    assert weights.min() >= 1
    assert sorted(set(of_unit.tolist())) == list(range(len(weights)))
    assert np.ptp(np.bincount(of_unit)) <= 1


# ----------------------------------------------------------------------------------------------------------- dates
def test_a_run_holds_its_last_day() -> None:
    assert run_weeks(scenario(), None) == 104
    assert run_weeks(scenario(), date(1980, 1, 13)) == 1
    assert run_weeks(scenario(), date(1980, 1, 14)) == 2


def test_an_operation_covers_its_weeks_and_no_others() -> None:
    world = build(scenario(), 1)
    assert weeks_where(world.history["raids_planned"]) == (52, 77, 26)
    assert week(world, "raids_planned", 52) == pytest.approx([0, 0.3, 0, 0])
    assert week(world, "other_raids", 52) == pytest.approx([0.2])
    assert week(world, "unlawful", 60) == [0.2]
    assert week(world, "unlawful", 78) == [0.0]


def test_what_was_announced_runs_down_and_a_kept_promise_is_believed_afterwards() -> None:
    history = build(scenario(), 1).history
    left = history["announced_years"][SWEEP_WEEKS, 0]
    np.testing.assert_allclose(left, 0.5 - np.arange(26) * YEARS_PER_WEEK, rtol=1e-6)
    assert history["announced_years"][78:].max() == 0
    assert history["credibility"][[0, 77, 78], 0].tolist() == pytest.approx([0.5, 0.5, 0.6])


def test_a_broken_promise_costs_credibility() -> None:
    history = build(scenario(state__operations__0__kept=False), 1).history
    assert history["credibility"][[77, 78], 0].tolist() == pytest.approx([0.5, 0.4])


def test_two_operations_at_once_add_their_raids() -> None:
    first = town()["state"]["operations"][0]
    second = {**first, "id": "second", "name": "Second", "targets": {"banyan": 1.0}, "from": date(1981, 3, 2)}
    world = build(scenario(state__operations=[first, second]), 1)
    assert week(world, "raids_planned", 59) == pytest.approx([0, 0.3, 0, 0])
    assert week(world, "raids_planned", 60) == pytest.approx([0, 0.3, 0.5, 0])


def test_a_stance_a_government_and_a_tide_hold_from_their_first_monday_to_their_last_day() -> None:
    span = {"from": date(1980, 3, 5), "to": date(1980, 3, 17), "source": "invented"}  # a Wednesday to a Monday
    history = build(
        scenario(
            centre__stances=[{**span, "organisation": "banyan", "stance": "crack-down"}],
            centre__governments=[{**span, "kind": "civilian", "offices": {"lantern": 0.7}}],
            timeline__tides=[{**span, "organisation": "banyan", "appeal": -0.3}],
        ),
        1,
    ).history
    assert weeks_where(history["stance_imposed"]) == weeks_where(history["government"]) == (8, 10, 3)
    assert weeks_where(history["tide"]) == (8, 10, 3)
    assert history["stance"][8].tolist() == [
        STANCES.index(one) for one in ("neutral", "neutral", "crack-down", "neutral")
    ]
    assert history["government"][8, 1] == 0.7
    assert history["tide"][8, 2] == -0.3


def test_a_leader_is_abroad_for_the_span_and_bound_by_the_most_of_what_binds() -> None:
    span = {"from": date(1980, 3, 5), "to": date(1980, 3, 17), "organisation": "banyan", "source": "invented"}
    leaders = [{**span, "abroad": True, "bound": 0.2}, {**span, "to": date(1980, 3, 9), "bound": 0.5}]
    history = build(scenario(timeline__leaders=leaders), 1).history
    assert weeks_where(history["leader_abroad"]) == (8, 10, 3)
    assert history["leader_abroad"][8].tolist() == [0, 0, 1, 0]
    assert history["leader_bound"][[7, 8, 9, 10, 11], 2].tolist() == [0, 0.5, 0.2, 0.2, 0]
    assert not history["leader_bound"][:, [0, 1, 3]].any()
    assert not build(scenario(), 1).history["leader_abroad"].any()


def test_slots_for_splinters_come_after_all_that_is_declared() -> None:
    constants = build(scenario(splinter_slots=2), 1).constants
    assert constants["splinter_slot"].tolist() == [0, 0, 0, 1, 1]


def test_media_positions_and_the_need_for_allies_hold_for_their_span_and_the_highest_counts() -> None:
    span = {"from": date(1980, 3, 5), "to": date(1980, 3, 17), "source": "invented"}
    more = {**span, "to": date(1980, 3, 10)}
    history = build(
        scenario(
            centre__governments=[{**span, "kind": "military", "offices": {}, "allies_needed": 0.9}],
            timeline__media=[{**more, "level": 0.7}, {**span, "level": 0.3}],
            timeline__positions=[{**span, "organisation": "banyan", "level": 0.2}],
        ),
        1,
    ).history
    assert weeks_where(history["coalition_need"] != 0.5) == weeks_where(history["media"]) == (8, 10, 3)
    assert history["coalition_need"][8, 0] == 0.9
    assert history["media"][8:11, 0].tolist() == [0.7, 0.7, 0.3]
    assert weeks_where(history["positions"]) == (8, 10, 3)
    assert history["positions"][8].tolist() == [0, 0, 0.2, 0]


def test_tides_at_once_add_up() -> None:
    tide = town()["timeline"]["tides"][0]
    history = build(scenario(timeline__tides=[tide, tide]), 1).history
    assert history["tide"][0, 2] == pytest.approx(0.2)


def test_who_is_shut_out_and_foreign_money_are_those_of_the_week() -> None:
    span = {"from": date(1980, 3, 5), "to": date(1980, 3, 17), "source": "invented"}
    long = {**span, "from": date(1980, 1, 7)}
    history = build(
        scenario(
            timeline__exclusions=[
                {**span, "community": "boatmen", "level": 0.5},
                {**long, "community": "boatmen", "level": 0.2},
            ],
            timeline__foreign_funds=[
                {**span, "organisation": "banyan", "money_per_year": 2.0},
                {**long, "organisation": "banyan", "money_per_year": 1.0},
            ],
        ),
        1,
    ).history
    assert weeks_where(history["exclusion"]) == weeks_where(history["foreign_funds"]) == (0, 10, 11)
    assert history["exclusion"][[0, 8, 11]].tolist() == [[0, 0.2], [0, 0.5], [0, 0]]
    assert history["foreign_funds"][8] == pytest.approx([0, 0, 3.0 * 7 / 365.25, 0])
    assert history["foreign_funds"][0] == pytest.approx([0, 0, 1.0 * 7 / 365.25, 0])


def test_nobody_is_shut_out_and_no_foreign_state_pays_unless_a_scenario_says_so() -> None:
    history = build(scenario(), 1).history
    assert not history["exclusion"].any()
    assert not history["foreign_funds"].any()


def test_a_shock_falls_on_the_monday_of_its_week() -> None:
    assert weeks_where(build(scenario(), 1).history["shock_deaths"]) == (34, 34, 1)
    sunday = scenario(timeline__shocks__0__date=date(1980, 9, 7))
    assert week(build(sunday, 1), "shock_deaths", 34) == [2, 0]
    monday = scenario(timeline__shocks__0__date=date(1980, 9, 8))
    assert weeks_where(build(monday, 1).history["shock_deaths"]) == (35, 35, 1)


def test_a_shock_is_answered_unless_it_was_nobodys_or_its_answers_are_counted_in() -> None:
    """Weavers are community 0, boatmen 1; -1 is nobody."""
    history = build(scenario(), 1).history
    assert week(build(scenario(), 1), "shock_by", 34) == [1, -1]
    assert (np.delete(history["shock_by"], 34, axis=0) == -1).all()
    for spared in (scenario(timeline__shocks__0__by=None), scenario(timeline__shocks__0__whole=True)):
        assert week(build(spared, 1), "shock_deaths", 34) == [2, 0]
        assert week(build(spared, 1), "shock_by", 34) == [-1, -1]


def test_an_organisation_is_there_from_the_week_it_is_founded() -> None:
    young = organisation("banyan", "#CC79A7", -0.2, 0.8, founded=date(1980, 7, 2), contests_from=date(1981, 1, 1))
    late = scenario(
        organisations=[organisation("lantern", "#009E73", 0.8, -0.2), young],
        elections__0__boycotts=[],
        elections__0__seats_elsewhere={},
    )
    history = build(late, 1).history
    assert weeks_where(history["tide"][:, 2])[0] == 25


def test_services_reach_only_the_districts_named() -> None:
    world = build(small_town(), 1)
    assert np.unique(world.history["delivery"]).tolist() == [0.2]
    orders = [{**small_town().state.delivery[0].model_dump(by_alias=True), "districts": ("riverside",)}]
    only = small_town().model_copy(update={"state": type(small_town().state).model_validate(
        {**small_town().state.model_dump(by_alias=True), "delivery": orders})})  # fmt: skip
    riverside = small_town().district_ids.index("riverside")
    delivered = build(only, 1).history["delivery"][0] > 0
    assert delivered.tolist() == (world.map.sector_district == riverside).tolist()


def test_a_murder_rate_holds_from_its_year_on_and_a_count_for_its_year() -> None:
    source = {"source": "invented"}
    history = build(
        scenario(
            background={
                "ordinary_per_100k": [{"year": 1980, "value": 5.0, **source}, {"year": 1981, "value": 10.0, **source}],
                "other_militants": [{"year": 1981, "value": 52.0, **source}],
            }
        ),
        1,
    ).history
    ordinary = history["ordinary"][:, 0]
    assert np.unique(ordinary).tolist() == pytest.approx([5e-5 / 0.5 * YEARS_PER_WEEK, 1e-4 / 0.5 * YEARS_PER_WEEK])
    assert weeks_where(np.diff(ordinary)) == (50, 50, 1)  # the week of 1 January 1981 begins on 29 December
    assert weeks_where(history["militant"]) == (51, 102, 52)  # the last week holds 1 January 1982
    assert history["militant"].sum() == pytest.approx(52, abs=1.1)


def test_the_armed_town_is_what_it_says() -> None:
    world = build(armed_town(), 1)
    assert world.sizes["unit"] == 4
    assert 200 < world.constants["cell_path"][0].sum() < 400


def test_a_town_without_districts_in_its_censuses_is_spread_evenly() -> None:
    plain = {**census(1975, 600, 0.5), "districts": {}}
    people = people_by_census(scenario(censuses=[plain, {**plain, "year": 1985}]))
    assert people.sum(axis=(1, 2)).tolist() == pytest.approx([600, 600])


def test_kin_are_those_declared() -> None:
    town: Scenario = small_town()
    world = build(town, 1)
    k, c = town.organisation_ids.index("lantern"), town.community_ids.index("weavers")
    assert world.constants["kinship"][c, k] == 0.85
    assert world.constants["kinship"][:, 0].tolist() == [0.0, 0.0]
