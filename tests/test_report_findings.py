"""What the worlds say and what the chapters show, from numbers chosen so that the right answer is known."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pytest
import xarray as xr

from mohalla.observables import INCOME_SOURCES, TIERS, USES
from mohalla.record import Record
from mohalla.report import against, bands, build, chapters, digest, findings, pictures, ramps, words
from mohalla.report import map as city_maps
from mohalla.report.bands import Spread
from mohalla.report.context import Chapter, Context
from mohalla.report.digest import Axes, Digest
from mohalla.report.findings import Card, FirstElection, Gap, Operated, cards, first_election, gap, operations
from mohalla.report.svg import Panel, chart
from mohalla.scenario import Scenario
from tests.fake_run import fake_dataset, tiny_record, tiny_scenario, zero_dataset

SCENARIO = tiny_scenario()
SCENARIO_NAMES = words.organisation_names(SCENARIO)
FIRST, SECOND = "1992-03-02 national", "1995-03-06 national"
WEEKS = np.datetime64("1990-01-01") + 7 * np.arange(521)
BINS = digest._binned(digest.decimal_years(WEEKS))
AXES = Axes(BINS, np.arange(1990.5, 2000), BINS)


@pytest.fixture(scope="module")
def runs() -> list[xr.Dataset]:
    return [fake_dataset(SCENARIO, seed) for seed in (1, 2, 3)]


def context_of(runs: Sequence[xr.Dataset], record: Record | None = None, scenario: Scenario = SCENARIO) -> Context:
    main = digest.find_main_party(runs[0])
    digests = [digest.digest(run, scenario, record, main) for run in runs]
    return build._context(scenario, record, digests, digest.axes(runs[0]), main)


@pytest.fixture(scope="module")
def context(runs: list[xr.Dataset]) -> Context:
    return context_of(runs, tiny_record())


def world(**parts: Any) -> Digest:
    """A digest that holds only what a finding reads."""
    return Digest(WEEKS, {}, {}, {}, {}, {}, {}, {}, {})._replace(**parts)


def without(**parts: Any) -> Scenario:
    """The scenario with parts of it replaced."""
    return SCENARIO.model_copy(update=parts)


# ------------------------------------------------------------------------------------------------- the first election


def polled(lamp: int, anchor: int, none: int = 0) -> Digest:
    return world(seats={(FIRST, "lamp"): lamp, (FIRST, "anchor"): anchor, (FIRST, "none"): none})


@pytest.mark.parametrize(
    ("results", "majority", "largest"),
    [
        ([(3, 2), (4, 1)], 2, 2),
        ([(2, 1), (2, 2)], 0, 1),
        ([(1, 4), (0, 5)], 0, 0),
    ],
)
def test_majorities_and_largest_parties_are_counted(
    results: list[tuple[int, int]], majority: int, largest: int
) -> None:
    found = first_election(SCENARIO, [polled(*one) for one in results], "lamp")
    assert found is not None
    assert (found.worlds, found.majority, found.largest) == (2, majority, largest)


def test_half_of_the_seats_is_not_more_than_half() -> None:
    first = SCENARIO.elections[0].model_copy(update={"seats": 6})
    found = first_election(without(elections=(first, *SCENARIO.elections[1:])), [polled(3, 2)], "lamp")
    assert found is not None
    assert (found.majority, found.largest) == (0, 1)


def test_seats_of_nobody_are_no_rival() -> None:
    found = first_election(SCENARIO, [polled(2, 1, none=2)], "lamp")
    assert found is not None
    assert found.largest == 1


@pytest.mark.parametrize("party", ["anchor", "splinter-1", "moon"])
def test_a_party_that_contests_nothing_has_no_first_election(party: str) -> None:
    assert first_election(SCENARIO, [polled(2, 1)], party) is None


def test_an_election_after_the_end_of_the_run_is_no_finding() -> None:
    assert first_election(SCENARIO, [world(seats={(SECOND, "lamp"): 3})], "lamp") is None


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"party_less": True}, date(1998, 3, 2)),
        ({"boycotts": ("lamp",)}, date(1998, 3, 2)),
        ({"chamber": "provincial"}, date(1998, 3, 2)),
        ({}, date(1992, 3, 2)),
    ],
)
def test_only_contested_national_elections_count(change: dict[str, Any], expected: date) -> None:
    polls = (SCENARIO.elections[0].model_copy(update=change), *SCENARIO.elections[1:])
    found = findings.first_contested(without(elections=polls), "lamp")
    assert found is not None
    assert found.date == expected


def first_card(majority: int, largest: int, worlds: int) -> Card:
    seats = Spread(1.0, 3.0, 4.0, worlds)
    found = FirstElection(SCENARIO.elections[0], worlds, majority, largest, seats)
    return cards(findings.Findings(found, None, ()), "Lamp", worlds)[0]


@pytest.mark.parametrize(
    ("counts", "figure", "text"),
    [
        ((8, 8, 8), "100 %", "half of the city’s 5 seats in all 8 worlds, and more than any other in all 8 worlds."),
        ((3, 5, 8), "38 %", "half of the city’s 5 seats in 3 of 8 worlds, and more than any other in 5 of 8 worlds."),
        ((0, 0, 8), "0 %", "half of the city’s 5 seats in none of 8 worlds, and more than any other in none of 8"),
        ((1, 1, 1), "100 %", "half of the city’s 5 seats in the one world run, and more than any other in the one"),
        ((0, 1, 1), "0 %", "half of the city’s 5 seats in no world (one was run), and more than any other in the one"),
    ],
)
def test_the_first_election_in_words(counts: tuple[int, int, int], figure: str, text: str) -> None:
    card = first_card(*counts)
    assert card.figure == figure
    assert text in card.sentence
    assert "(2 Mar 1992) Lamp wins" in card.sentence
    assert card.sentence.endswith("Seats: 3 (1 to 4)." if counts[2] > 1 else "Seats: 3.")


def test_findings_that_cannot_be_made_say_why() -> None:
    made = cards(findings.Findings(None, None, ()), "Lamp", 3)
    assert [card.id for card in made] == ["first-election", "gap", "operations"]
    assert {card.figure for card in made} == {"–"}
    for card, text in zip(made, ("Lamp contests no national election", "too short", "No operation has a"), strict=True):
        assert text in card.sentence
        assert card.rows == ()


# ------------------------------------------------------------------------------------------------------------ the gap


def gapped(hold: np.ndarray, hearts: np.ndarray, coerced: np.ndarray) -> Digest:
    return world(bins={"hold/river": hold, "hearts/river": hearts, "coerced/river": coerced})


def ramp(first: float, last: float) -> np.ndarray:
    return np.interp(BINS, [1991.0, 1999.0], [first, last])


def test_a_gap_is_read_in_the_partys_own_community_by_year() -> None:
    found = gap(SCENARIO, [gapped(ramp(0.2, 0.8), ramp(0.2, 0.4), ramp(0.1, 0.5))], AXES, "lamp")
    assert found is not None
    assert (found.community, found.opened, found.grew) == ("River people", 1, 1)
    in_1998 = (BINS >= 1998) & (BINS < 1999)
    assert found.years[-1] == 1998
    assert found.coerced[-1].median == pytest.approx(ramp(0.1, 0.5)[in_1998].mean())
    assert found.gap[-1].median == pytest.approx((ramp(0.2, 0.8) - ramp(0.2, 0.4))[in_1998].mean())


def test_worlds_in_which_the_gap_opens_are_counted_apart_from_those_in_which_it_grew() -> None:
    opens = gapped(ramp(0.5, 0.8), ramp(0.5, 0.4), ramp(0.5, 0.1))
    reversed_ = gapped(ramp(0.5, 0.2), ramp(0.5, 0.4), ramp(0.1, 0.2))
    found = gap(SCENARIO, [opens, reversed_, opens], AXES, "lamp")
    assert found is not None
    assert (found.opened, found.grew) == (2, 1)


def gap_card(opened: int, grew: int, years: tuple[int, ...] = (1991, 1998), worlds: int = 4) -> Card:
    spread = tuple(Spread(-0.004, 0.25, 0.5, worlds) for _ in years)
    return cards(findings.Findings(None, Gap("River", years, spread, spread, worlds, opened, grew), ()), "Lamp", 4)[1]


@pytest.mark.parametrize(
    ("opened", "grew", "text"),
    [
        (4, 4, "than prefer it in all 4 worlds. Their coerced share is larger in 1998 than in 1991 in all 4 worlds."),
        (1, 3, "than prefer it in 1 of 4 worlds. Their coerced share is larger in 1998 than in 1991 in 3 of 4 worlds."),
        (0, 0, "than prefer it in none of 4 worlds. Their coerced share is larger in 1998 than in 1991 in none of 4"),
    ],
)
def test_the_gap_in_words(opened: int, grew: int, text: str) -> None:
    card = gap_card(opened, grew)
    assert text in card.sentence
    assert card.sentence.startswith("In 1998, more adults of River show Lamp")
    assert (card.figure, card.caption) == ("25 %", "coerced among River in 1998, median")
    assert card.rows == (("1991", *["25 % (−0.4 to 50)"] * 2), ("1998", *["25 % (−0.4 to 50)"] * 2))


def test_one_year_is_not_compared_with_itself() -> None:
    card = gap_card(4, 0, (1991,))
    assert card.sentence == "In 1991, more adults of River show Lamp than prefer it in all 4 worlds."


def test_a_run_before_the_party_has_no_gap() -> None:
    assert gap(SCENARIO, [], Axes(np.array([1990.1, 1990.4]), BINS, BINS), "lamp") is None


# --------------------------------------------------------------------------------------------------------- operations


def killed(before: float, after: float, state: float = 0.0) -> Digest:
    """So many deaths a week before and after Operation Sweep begins, and the state's own on top from then on."""
    late = np.datetime64("1996-01-01") <= WEEKS
    organised = np.where(late, after, before)
    return world(weekly={"killings/organised": organised, "killings/emergent": organised + state * late})


def test_the_year_before_is_set_against_the_year_after() -> None:
    (found,) = operations(SCENARIO, [killed(4, 1, 2), killed(4, 2, 2), killed(4, 6, 2)])
    assert (found.before.median, found.after.median) == (208.0, 104.0)
    assert (found.ratio.median, found.ratio_with_state.median, found.fell) == (0.5, 1.0, 2)


@pytest.mark.parametrize(
    ("start", "counted"), [("1990-12-31", True), ("1990-12-23", False), ("1999-01-04", False), ("1998-12-25", True)]
)
def test_an_operation_needs_a_year_on_either_side(start: str, counted: bool) -> None:
    operation = SCENARIO.state.operations[0].model_copy(update={"start": date.fromisoformat(start)})
    state = SCENARIO.state.model_copy(update={"operations": (operation,)})
    assert bool(operations(without(state=state), [killed(2, 1)])) is counted


def test_operations_are_told_in_order_of_date() -> None:
    first = SCENARIO.state.operations[0]
    other = first.model_copy(update={"start": date(1993, 1, 4), "name": "Operation Early"})
    state = SCENARIO.state.model_copy(update={"operations": (first, other)})
    assert [one.operation.name for one in operations(without(state=state), [killed(2, 1)])] == [
        "Operation Early",
        "Operation Sweep",
    ]


def operated(median: float, fell: int, worlds: int = 4) -> Operated:
    ratio = Spread(median / 2, median, 2 * median, worlds if np.isfinite(median) else 0)
    return Operated(SCENARIO.state.operations[0], ratio, ratio, ratio, ratio, fell)


@pytest.mark.parametrize(
    ("median", "fell", "figure", "text"),
    [
        (0.5, 4, "−50 %", "fewer than in the year before in all 4 worlds: 0.5 (0.25 to 1) times as many."),
        (0.9, 3, "−10 %", "fewer than in the year before in 3 of 4 worlds: 0.9 (0.45 to 1.8) times as many."),
        (2.0, 0, "+100 %", "fewer than in the year before in none of 4 worlds: 2 (1 to 4) times as many."),
        (np.nan, 0, "n/a", "in none of 4 worlds: nobody was killed in the year before."),
    ],
)
def test_operations_in_words(median: float, fell: int, figure: str, text: str) -> None:
    card = cards(findings.Findings(None, None, (operated(median, fell),)), "Lamp", 4)[2]
    assert card.figure == figure
    assert text in card.sentence
    assert "begins (1 Jan 1996)" in card.sentence
    assert card.rows[0][0] == "Operation Sweep"
    assert card.rows[0][3] == f"{fell} of 4"


# ----------------------------------------------------------------------------------------------- series of one digest


def test_bins_are_means_of_thirteen_weeks_and_the_last_of_what_is_left() -> None:
    found = digest._binned(np.arange(30.0))
    assert list(found) == [6.0, 19.0, 27.5]


def test_a_year_half_covered_is_scaled_and_one_less_covered_is_left_out() -> None:
    weeks = np.datetime64("1990-01-01") + 7 * np.arange(52 + 26)
    found = digest._yearly(np.ones(len(weeks)), weeks)
    assert found == pytest.approx([365.25 / 7])
    assert digest._yearly(np.ones(80), np.datetime64("1990-01-01") + 7 * np.arange(80)) == pytest.approx(
        [365.25 / 7] * 2
    )


def test_a_run_of_a_few_weeks_keeps_its_only_year() -> None:
    weeks = np.datetime64("1990-01-01") + 7 * np.arange(9)
    assert digest._yearly(np.full(9, 2.0), weeks) == pytest.approx([2 * 365.25 / 7])


@pytest.mark.parametrize("name", ["hold", "hearts", "coerced"])
@pytest.mark.parametrize("place", ["city", "river", "hill"])
def test_following_is_a_share_of_adults(runs: list[xr.Dataset], context: Context, name: str, place: str) -> None:
    variable = {"hold": "face", "hearts": "heart", "coerced": "coerced"}[name]
    where = slice(None) if place == "city" else [place]
    part = runs[1][variable].sel(organisation="lamp", community=where).sum(("sector", "community")).values
    whole = runs[1]["population"].sel(community=where).sum(("sector", "community")).values
    assert context.digests[1].bins[f"{name}/{place}"][3] == pytest.approx((part / whole)[39:52].mean())


@pytest.mark.parametrize(("name", "variable"), [("fear", "fear"), ("belief", "belief_threat_gone")])
def test_fear_is_a_mean_over_adults_not_over_places(
    runs: list[xr.Dataset], context: Context, name: str, variable: str
) -> None:
    weekly = runs[0][variable].weighted(runs[0]["population"]).mean(("sector", "community")).values
    assert context.digests[0].bins[f"{name}/city"][0] == pytest.approx(weekly[:13].mean(), rel=1e-5)


@pytest.mark.parametrize("tier", TIERS)
def test_office_holders_are_those_of_the_main_party_and_tier(
    runs: list[xr.Dataset], context: Context, tier: str
) -> None:
    own = (runs[0]["post_organisation"] == "lamp") & (runs[0]["post_tier"] == tier)
    tenure = runs[0]["post_tenure"].isel(post=np.flatnonzero(own)).mean("post").values * 7 / 365.25
    assert context.digests[0].bins[f"tenure/{tier}"] == pytest.approx(tenure)


@pytest.mark.parametrize(
    ("variable", "dimension", "name"),
    [("income", "income_source", INCOME_SOURCES[0]), ("spending", "use", USES[-1]), ("skim", "tier", "unit")],
)
def test_money_is_a_years(runs: list[xr.Dataset], context: Context, variable: str, dimension: str, name: str) -> None:
    weekly = runs[0][variable].sel(organisation="lamp", week="1994", **{dimension: name})
    expected = float(weekly.mean()) * 365.25 / 7
    assert context.digests[0].years[f"{variable}/{name}"][4] == pytest.approx(expected, rel=1e-5)


def test_what_is_produced_and_what_is_imposed_add_up_to_all_killings(runs: list[xr.Dataset], context: Context) -> None:
    weekly = context.digests[0].weekly
    whole = runs[0]["killings_cause"].sum(("sector", "cause")).values
    assert np.array_equal(weekly["killings/emergent"] + weekly["killings/background"], whole)
    assert np.array_equal(weekly["killings/organised"] + weekly["killings/operation"], weekly["killings/emergent"])


# ----------------------------------------------------------------------------------------------------------- chapters


def panels(told: Chapter) -> dict[str, Panel]:
    return {one.id: one for one in told.panels}


def test_every_panel_of_every_chapter_draws_the_band_of_its_series(context: Context) -> None:
    drawn = {one.id: one for told in chapters.chapters(context) for one in told.panels}
    expected = {
        "following-hill": bands.bins(context.digests, "hold/hill").times(100.0),
        "fear-river": bands.bins(context.digests, "fear/river"),
        "armed-anchor": bands.bins(context.digests, "armed/anchor"),
        "killings-all": bands.years(context.digests, "killings/emergent"),
        "counter-monitor": bands.years(context.digests, "counter/monitor"),
        "income-extortion": bands.years(context.digests, "income/extortion"),
        "skim-unit": bands.years(context.digests, "skim/unit"),
        "hierarchy-loyalty": bands.bins(context.digests, "loyalty/city"),
        "hierarchy-people": bands.bins(context.digests, "workers/lamp"),
    }
    for name, band in expected.items():
        for drawn_part, part in zip(drawn[name].lines[0].band, band, strict=True):
            assert drawn_part == pytest.approx(part)


def test_panels_of_one_kind_share_one_scale_that_holds_them_all(context: Context) -> None:
    told = chapters.chapters(context)
    for name in ("following", "armed", "fear"):
        chapter = next(one for one in told if one.id == name)
        (top,) = {panel.top for panel in chapter.panels}
        assert top is not None
        assert max(float(part.max()) for p in chapter.panels for line in p.lines for part in line.band) <= top


@pytest.mark.parametrize(("variable", "chapter", "panel"), [("armed", 1, "armed-lamp"), ("income", 4, "income-dues")])
def test_a_reference_run_above_all_others_stays_inside_the_chart(
    runs: list[xr.Dataset], variable: str, chapter: int, panel: str
) -> None:
    tall = runs[0].copy(deep=True)
    tall[variable][:] = tall[variable] * 9
    context = context_of([tall, *[runs[1]] * 24])
    one = panels(chapters.chapters(context)[chapter])[panel]
    assert one.top is not None
    assert one.lines[0].band.reference.max() <= one.top


def test_the_main_party_comes_first_and_then_who_is_most_armed(context: Context) -> None:
    order = [panel.id for panel in chapters.armed(context).panels]
    peaks = [float(np.median([d.bins[f"armed/{n[6:]}"] for d in context.digests], axis=0).max()) for n in order]
    assert order[0] == "armed-lamp"
    assert peaks[1:] == sorted(peaks[1:], reverse=True)


def test_a_peak_is_told_with_its_year_and_range(context: Context) -> None:
    panel = panels(chapters.armed(context))["armed-lamp"]
    band = panel.lines[0].band
    at = int(band.median.argmax())
    assert f"in {int(context.axes.bins[at])} (" in panel.note


def test_money_that_never_flows_is_named_and_not_drawn(runs: list[xr.Dataset]) -> None:
    poor = runs[0].copy(deep=True)
    poor["income"].loc[{"income_source": "extortion"}] = 0
    told = chapters.money(context_of([poor]))
    assert "income-extortion" not in panels(told)
    assert "Zero throughout and left out: income by source: extortion." in told.source


def test_one_world_that_has_money_is_enough_to_draw_it(runs: list[xr.Dataset]) -> None:
    poor = runs[0].copy(deep=True)
    poor["income"].loc[{"income_source": "extortion"}] = 0
    assert "income-extortion" in panels(chapters.money(context_of([poor, runs[1]])))


def test_a_short_run_does_not_point_to_rows_its_fit_table_lacks() -> None:
    context = context_of([fake_dataset(SCENARIO, 1, weeks=52)], tiny_record())
    told = against.killings(context)
    assert "in the fit table" not in told.lead
    assert [panel.id for panel in told.panels] == ["killings-all"]


def test_counts_after_the_run_are_not_said_to_be_in_the_fit_table(runs: list[xr.Dataset]) -> None:
    later = tiny_record().deaths[0].model_copy(update={"start": date(2005, 1, 1), "end": date(2005, 12, 31)})
    record = tiny_record().model_copy(update={"deaths": (*tiny_record().deaths, later)})
    panel = panels(against.killings(context_of(runs, record)))["counter-police"]
    assert "1 more in the fit table." in panel.more
    assert len(panel.dots) == 1


def test_a_counter_of_days_only_is_named(runs: list[xr.Dataset]) -> None:
    record = tiny_record().model_copy(update={"deaths": tiny_record().deaths[1:]})
    assert "Counts of single days are in the fit table only: Police." in against.killings(context_of(runs, record)).lead


def test_a_year_of_the_record_stands_at_its_value_and_two_years_at_half(context: Context) -> None:
    shown = panels(against.killings(context))
    (year,), (pair,) = shown["counter-police"].dots, shown["counter-shots"].dots
    assert (year.value, year.low, year.high, year.hollow) == (400.0, 350.0, 500.0, False)
    assert (year.start, round(year.end)) == (1995.0, 1996)
    assert (round(pair.value, 1), pair.hollow) == (6.0, True)
    assert pair.text.startswith("Shoot-outs, 1996–1997: 12 deaths, 6 a year. made up")


def test_bars_hold_the_worlds_seats_and_the_record(runs: list[xr.Dataset], context: Context) -> None:
    first, second, third = panels(against.seats(context))["seats-national-lamp"].bars
    won = [float(run["seats"].sel(election=FIRST, organisation="lamp")) for run in runs]
    assert (first.low, first.median, first.high) == tuple(np.quantile(won, (0.0, 0.5, 1.0)))
    assert (first.actual, first.total, first.out) == (4.0, 5, False)
    assert second.out
    assert third.actual is None
    assert third.text.endswith("; no record")


def test_winners_the_run_does_not_know_are_counted_with_the_others(runs: list[xr.Dataset]) -> None:
    told = tiny_record().model_dump(by_alias=True)
    told["seats"][0]["seats"] = {"lamp": 2, "tulip": 3}
    shown = panels(against.seats(context_of(runs, Record.model_validate(told))))
    assert shown["seats-national-others"].bars[0].actual == 3.0
    assert shown["seats-national-lamp"].bars[0].actual == 2.0


def test_every_chart_of_a_report_stays_in_its_box(context: Context) -> None:
    start, end = build._span(context)
    for panel in (one for told in chapters.chapters(context) for one in told.panels):
        drawn = chart(panel, context.marks, start, end, 360.0, 208.0)
        pairs = [pair.split(",") for part in drawn.split('points="')[1:] for pair in part.split('"', 1)[0].split()]
        at = np.array(pairs, float).reshape(-1, 2)
        assert ((at >= (41.9, 9.5)) & (at <= (350.1, 186.1))).all(), panel.id


# ------------------------------------------------------------------------------------------------------ map and slider


def test_each_layer_of_the_map_is_the_datasets_for_unit_and_quarter(runs: list[xr.Dataset]) -> None:
    city = digest.city_map(runs[0], "lamp")
    for layer in ("hold", "coerced", "watch", "force"):
        for name in city.organisations:
            assert city.layers[f"{layer}/{name}"] == pytest.approx(
                runs[0][f"unit_{layer}"].sel(organisation=name).values
            )
    assert np.array_equal(city.layers["killings"], runs[0]["unit_killings"].values)
    assert city.unit == list(runs[0]["unit"].values)
    assert city.quarters[:2] == ["1990-01-01", "1990-04-02"]


def unpacked(page: dict[str, Any], layer: str) -> np.ndarray:
    """A layer as the page reads it: bytes by quarter and unit, times what the darkest colour stands for."""
    bytes_ = np.frombuffer(b64decode(page["layers"][layer]), np.uint8).reshape(len(page["quarters"]), -1)
    return np.asarray(bytes_ / page["steps"] * page["tops"].get(layer, 1.0))


@pytest.mark.parametrize(
    "layer", ["hold/lamp", "hold/anchor", "coerced/lamp", "watch/anchor", "force/lamp", "killings"]
)
def test_the_slider_shows_every_number_to_within_half_a_step(runs: list[xr.Dataset], layer: str) -> None:
    city = digest.city_map(runs[0], "lamp")
    page = json.loads(json.dumps(city_maps.packed(city, city.organisations, SCENARIO_NAMES)))
    step = page["tops"][layer] / page["steps"]
    assert np.abs(unpacked(page, layer) - city.layers[layer]).max() <= 0.5001 * step
    assert city.layers[layer].max() <= page["tops"][layer] * 1.0001


def test_who_leads_is_whoever_holds_most_there(runs: list[xr.Dataset]) -> None:
    city = digest.city_map(runs[0], "lamp")
    hold = runs[0]["unit_hold"].sel(organisation=["anchor", "lamp", "splinter-1"])
    expected = hold.idxmax("organisation").values
    names = np.array([*city.organisations, ""])
    assert np.array_equal(names[city.leads], expected)


def test_nobody_leads_while_nobody_holds(runs: list[xr.Dataset]) -> None:
    early = runs[0].copy(deep=True)
    early["unit_hold"][0] = 0.0
    leads = digest.city_map(early, "lamp").leads
    assert (leads[0] == -1).all()
    assert (leads[1:] >= 0).all()


def test_nobody_leads_where_nobody_holds() -> None:
    city = digest.city_map(zero_dataset(SCENARIO), "lamp")
    assert (city.leads == -1).all()
    assert city.organisations == ["lamp"]


def test_the_strip_shows_six_moments_from_the_first_quarter_to_the_last(runs: list[xr.Dataset]) -> None:
    city = digest.city_map(runs[0], "lamp")
    strip = city_maps.moments(city, "lamp")
    assert len(strip) == 6
    for (year, fills), quarter in ((strip[0], 0), (strip[-1], -1)):
        assert year == city.quarters[quarter][:4]
        assert fills == [ramps.shade("hold", value) for value in city.layers["hold/lamp"][quarter].tolist()]


def test_the_page_of_numbers_holds_axes_bands_and_dated_events(context: Context) -> None:
    page = json.loads(pictures.as_json(build._hover(context, chapters.chapters(context))))
    for panel in page["panels"].values():
        length = len(page["axes"][panel["axis"]])
        assert {len(line[part]) for line in panel["lines"] for part in ("median", "low", "high", "reference")} == {
            length
        }
    hold = page["panels"]["following-river"]["lines"][0]
    assert hold["high"] == pytest.approx(bands.bins(context.digests, "hold/river").high * 100, rel=0.006)
    assert [1996.0, 1997.997, "operation", "1996–1997", "Operation Sweep"] in page["events"]
    assert {event[2] for event in page["events"]} == {"operation", "election", "shock"}


def test_numbers_inside_a_script_cannot_close_it() -> None:
    text = pictures.as_json({"a": "</script><b>"})
    assert "<" not in text
    assert json.loads(text) == {"a": "</script><b>"}
