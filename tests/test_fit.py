"""Runs beside the record: like with like, over the right weeks, with the right verdict."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
import xarray as xr

from mohalla.calendar import mondays
from mohalla.experiments import fit
from mohalla.record import Counter, Figure, Record
from tests.fake_run import fake_dataset, tiny_record, tiny_scenario, zero_dataset

WEEKS = mondays(date(1990, 1, 1), 520)
SCENARIO = tiny_scenario()


@pytest.fixture(scope="module")
def run() -> xr.Dataset:
    return fake_dataset(SCENARIO, 1)


def figure(**changes: Any) -> Figure:
    told = {"id": "x", "label": "X", "variable": "armed", "reduce": "mean", "value": 1.0, "unit": "persons"}
    told |= {"from": "1995-01-01", "to": "1995-12-31", "kind": "emergent", "source": "made up", "confidence": "high"}
    return Figure.model_validate({**told, **changes})


def counter(**changes: Any) -> Counter:
    told = {"id": "c", "name": "C", "counts": "deaths", "causes": ["contest"], "kind": "emergent"}
    return Counter.model_validate({**told, **changes})


def only(row: str, record: Record | None = None) -> fit.Row:
    return next(one for one in fit.rows(record or tiny_record(), SCENARIO) if one.key.startswith(row))


# --------------------------------------------------------------------------------------------------- weeks of a span


def test_weeks_of_a_year_weigh_what_lies_in_it() -> None:
    weights = fit.week_weights(WEEKS, date(1995, 1, 1), date(1995, 12, 31))
    assert weights is not None
    assert weights.sum() == pytest.approx(365 / 7)
    assert weights.max() == 1.0


def test_a_span_of_days_takes_whole_weeks() -> None:
    weights = fit.week_weights(WEEKS, date(1990, 1, 6), date(1990, 1, 9))
    assert weights is not None
    assert weights.sum() == 2.0


def test_one_day_is_one_week() -> None:
    weights = fit.week_weights(WEEKS, date(1990, 1, 7), date(1990, 1, 7))
    assert weights is not None
    assert list(np.flatnonzero(weights)) == [0]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(1985, 1, 1), date(1985, 12, 31)),
        (date(1989, 6, 1), date(1990, 6, 1)),
        (date(2000, 1, 1), date(2000, 2, 1)),
    ],
)
def test_a_span_the_run_does_not_cover_is_not_simulated(start: date, end: date) -> None:
    assert fit.week_weights(WEEKS, start, end) is None


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(1990, 4, 1), date(1990, 12, 31)),
        (date(1994, 7, 1), date(1996, 6, 30)),
        (date(1995, 2, 1), date(1995, 2, 28)),
        (date(1996, 2, 1), date(1996, 3, 15)),
        (date(1992, 1, 1), date(1992, 12, 31)),
    ],
)
def test_weights_add_up_to_the_days_of_the_span(start: date, end: date) -> None:
    weights = fit.week_weights(WEEKS, start, end)
    assert weights is not None
    assert 7 * weights.sum() == (end - start).days + 1
    inside = np.flatnonzero(weights)
    assert (np.diff(inside) == 1).all()
    assert (weights[inside[1:-1]] == 1).all()


def test_years_that_follow_each_other_share_out_the_week_between_them() -> None:
    one, other = (fit.week_weights(WEEKS, date(year, 1, 1), date(year, 12, 31)) for year in (1992, 1993))
    assert one is not None
    assert other is not None
    (shared,) = np.flatnonzero((one > 0) & (other > 0))
    assert (one[shared], other[shared]) == (pytest.approx(4 / 7), pytest.approx(3 / 7))
    assert one[shared] + other[shared] == pytest.approx(1.0)


@pytest.mark.parametrize(("last", "reached"), [(date(1995, 11, 30), True), (date(1995, 11, 20), False)])
def test_a_year_counts_as_covered_from_nine_tenths_on(last: date, reached: bool) -> None:
    weeks = WEEKS[WEEKS.astype("datetime64[D]") + 6 <= np.datetime64(last)]
    weights = fit.week_weights(weeks, date(1995, 1, 1), date(1995, 12, 31))
    assert (weights is not None) is reached


@pytest.mark.parametrize(("days", "share"), [(27, 1.0), (28, 1 / 7)])
def test_four_weeks_are_the_least_that_is_shared_out(days: int, share: float) -> None:
    """The span begins on a Sunday: its first week lies in it by a day."""
    end = date.fromordinal(date(1990, 1, 7).toordinal() + days - 1)
    weights = fit.week_weights(WEEKS, date(1990, 1, 7), end)
    assert weights is not None
    assert weights[0] == pytest.approx(share)


# ---------------------------------------------------------------------------------------------------- comparable deaths


def _killed(killer: str, victim: str, deaths: int) -> xr.Dataset:
    run = zero_dataset(SCENARIO)
    run["killings"].loc[{"killer": killer, "victim": victim, "sector": "North 1"}] = deaths
    return run


@pytest.mark.parametrize(
    ("scope", "causes", "killer", "victim", "counts"),
    [
        ("members", ["contest"], "lamp", "anchor", True),
        ("members", ["contest"], "lamp", "none", False),
        ("members", ["contest"], "state", "anchor", False),
        ("members", ["contest", "operation"], "state", "anchor", True),
        ("members", ["background"], "other_militants", "lamp", True),
        ("members", ["background"], "anchor", "lamp", False),
        ("members", ["contest"], "lamp", "bystander", False),
        ("by-state", ["operation"], "state", "lamp", True),
        ("by-state", ["operation"], "state", "none", False),
        ("by-state", ["operation"], "anchor", "lamp", False),
    ],
)
def test_scopes_count_the_right_killers_and_victims(
    scope: str, causes: list[str], killer: str, victim: str, counts: bool
) -> None:
    weekly = fit.comparable_killings(_killed(killer, victim, 2), [counter(scope=scope, causes=causes)])["c"]
    assert weekly.sum() == (2 * len(weekly) if counts else 0)


def test_scope_all_counts_causes_and_no_others(run: xr.Dataset) -> None:
    weekly = fit.comparable_killings(run, [counter(causes=["contest", "riot"])])["c"]
    expected = run["killings_cause"].sel(cause=["contest", "riot"]).sum(("sector", "cause"))
    assert np.array_equal(weekly, expected)


def test_a_cause_the_run_does_not_know_counts_nothing(run: xr.Dataset) -> None:
    assert fit.comparable_killings(run, [counter(causes=["plague"])])["c"].sum() == 0


def test_deaths_of_a_year_are_summed_over_it(run: xr.Dataset) -> None:
    found = fit.simulated(run, tiny_record())["deaths/police/1995-01-01/1995-12-31"]
    weekly = run["killings_cause"].sum(("sector", "cause")).values
    weights = fit.week_weights(run["week"].values, date(1995, 1, 1), date(1995, 12, 31))
    assert found == pytest.approx(float(weekly @ weights))


def test_killings_read_before_are_not_read_again(run: xr.Dataset) -> None:
    ones = {name: np.ones(run.sizes["week"]) for name in ("police", "monitor", "shots")}
    without = run.drop_vars(["killings", "killings_cause"])
    found = fit.simulated(without, tiny_record(), ones)
    assert found["deaths/police/1995-01-01/1995-12-31"] == pytest.approx(365 / 7)


# ------------------------------------------------------------------------------------------------------------- polls


def test_seats_votes_and_turnout_are_those_of_the_poll(run: xr.Dataset) -> None:
    found = fit.simulated(run, tiny_record())
    poll = "1992-03-02 national"
    national = run["constituency_chamber"].values == "national"
    votes = run["votes"].sel(election=poll).values[national].sum(0)
    assert found[f"seats/{poll}/lamp"] == run["seats"].sel(election=poll, organisation="lamp")
    assert found[f"votes/{poll}/lamp"] == pytest.approx(votes[2] / votes.sum())
    assert found[f"turnout/{poll}"] == pytest.approx(0.45)


def test_a_poll_that_was_not_held_is_not_compared(run: xr.Dataset) -> None:
    later = tiny_record().model_dump(by_alias=True)
    later["seats"][0]["date"] = "1993-03-02"
    record = Record.model_validate(later)
    found = fit.simulated(run, record)
    assert not [key for key in found if "1993-03-02" in key]
    assert not [one for one in fit.compare(record, SCENARIO, [found]) if one.row.start == date(1993, 3, 2)]


def test_votes_of_one_chamber_are_not_mixed_with_another(run: xr.Dataset) -> None:
    told = tiny_record().model_dump(by_alias=True)
    told["seats"] = [{**told["seats"][0], "date": "1996-06-03", "chamber": "local"}]
    found = fit.simulated(run, Record.model_validate(told))
    local = run["constituency_chamber"].values == "local"
    votes = run["votes"].sel(election="1996-06-03 local").values[local].sum(0)
    assert found["votes/1996-06-03 local/lamp"] == pytest.approx(votes[2] / votes.sum())
    assert found["turnout/1996-06-03 local"] == pytest.approx(0.45)


def test_an_election_nobody_voted_in_has_shares_of_zero() -> None:
    found = fit.simulated(zero_dataset(SCENARIO), tiny_record())
    assert found["votes/1992-03-02 national/lamp"] == 0.0
    assert found["turnout/1992-03-02 national"] == 0.0


def test_a_party_less_poll_is_imposed_for_everybody() -> None:
    polls = (SCENARIO.elections[0].model_copy(update={"party_less": True}),)
    scenario = SCENARIO.model_copy(update={"elections": polls})
    kinds = {fit.seat_kind(name, date(1992, 3, 2), "national", scenario) for name in ("lamp", "anchor")}
    assert kinds == {"imposed"}


@pytest.mark.parametrize(
    ("key", "label", "unit", "kind", "value"),
    [
        ("seats/1992-03-02 national/lamp", "Lamp, national seats of 5", "seats", "emergent", 4.0),
        ("seats/1992-03-02 national/anchor", "Anchor, national seats of 5", "seats", "partly", 1.0),
        ("seats/1995-03-06 national/lamp", "Lamp, national seats of 5", "seats", "imposed", 0.0),
        ("votes/1992-03-02 national/lamp", "Lamp, national vote share", "share", "emergent", 0.62),
        ("turnout/1992-03-02 national", "Turnout, national", "share", "emergent", 0.41),
        ("deaths/shots/1996-01-01/1997-12-31", "Shoot-outs", "deaths", "emergent", 12.0),
        ("figure/gunmen", "Gunmen of Lamp", "persons", "emergent", 900.0),
    ],
)
def test_every_row_says_what_it_is(key: str, label: str, unit: str, kind: str, value: float) -> None:
    row = only(key)
    assert (row.label, row.unit, row.kind, row.value) == (label, unit, kind, value)
    assert row.source.startswith("made up, page 1")
    assert row.confidence == "medium"


def test_killings_come_first_and_other_figures_last() -> None:
    groups = [row.group for row in fit.rows(tiny_record(), SCENARIO)]
    assert list(dict.fromkeys(groups)) == ["killings", "seats", "vote shares", "turnout", "other figures"]
    assert len({row.key for row in fit.rows(tiny_record(), SCENARIO)}) == len(groups)


def test_counts_by_an_unknown_counter_make_no_row() -> None:
    record = tiny_record().model_copy(update={"counters": tiny_record().counters[1:]})
    assert not [row for row in fit.rows(record, SCENARIO) if row.key.startswith("deaths/police")]
    assert np.isnan(fit.simulated(fake_dataset(SCENARIO, 1), record)["deaths/police/1995-01-01/1995-12-31"])


def test_a_party_the_run_does_not_know_has_no_seats_to_compare(run: xr.Dataset) -> None:
    told = tiny_record().model_dump(by_alias=True)
    told["seats"][0]["seats"] = {"others": 3, "lamp": 2}
    found = fit.simulated(run, Record.model_validate(told))
    assert "seats/1992-03-02 national/others" not in found
    assert "seats/1992-03-02 national/lamp" in found


@pytest.mark.parametrize(
    ("organisation", "day", "kind"),
    [
        ("lamp", date(1992, 3, 2), "emergent"),
        ("lamp", date(1995, 3, 6), "imposed"),
        ("anchor", date(1992, 3, 2), "partly"),
        ("anchor", date(1995, 3, 6), "emergent"),
    ],
)
def test_boycotts_are_imposed_and_tides_make_partly(organisation: str, day: date, kind: str) -> None:
    assert fit.seat_kind(organisation, day, "national", SCENARIO) == kind


# ----------------------------------------------------------------------------------------------------- other figures


def test_a_variable_may_be_sliced() -> None:
    told = fit.asked(figure(variable="killings[killer=state][victim=lamp]"))
    assert told == ("killings", {"killer": "state", "victim": "lamp"})


def test_a_figure_of_one_organisation_is_a_slice_too() -> None:
    assert fit.asked(figure(organisation="lamp"))[1] == {"organisation": "lamp"}


@pytest.mark.parametrize("reduce", ["sum", "mean", "last"])
def test_figures_are_reduced_as_they_ask(run: xr.Dataset, reduce: str) -> None:
    asked = figure(variable="armed", organisation="lamp", reduce=reduce)
    record = Record(scenario="harbour", figures=(asked,))
    weekly = run["armed"].sel(organisation="lamp").sum("sector").values.astype(float)
    weights = fit.week_weights(run["week"].values, asked.start, asked.end)
    assert weights is not None
    inside = np.flatnonzero(weights)
    expected = {"sum": weekly @ weights, "mean": np.average(weekly, weights=weights), "last": weekly[inside[-1]]}
    assert fit.simulated(run, record)["figure/x"] == pytest.approx(expected[reduce])


def test_a_slice_of_killings_is_summed_over_the_rest(run: xr.Dataset) -> None:
    asked = figure(variable="killings[victim=anchor]", reduce="sum")
    weights = fit.week_weights(run["week"].values, asked.start, asked.end)
    weekly = run["killings"].sel(victim="anchor").sum(("sector", "killer")).values
    assert fit.simulated(run, Record(scenario="h", figures=(asked,)))["figure/x"] == pytest.approx(weekly @ weights)


def test_an_intensity_is_averaged_not_summed(run: xr.Dataset) -> None:
    asked = figure(variable="fear", unit="0-1")
    assert 0 < fit.simulated(run, Record(scenario="h", figures=(asked,)))["figure/x"] < 1


@pytest.mark.parametrize("reduce", ["sum", "mean", "last"])
@pytest.mark.parametrize(
    ("variable", "organisation", "dims", "average"),
    [
        ("workers", None, ("sector", "organisation"), False),
        ("workers", "anchor", ("sector",), False),
        ("traders_paying", None, ("sector",), False),
        ("force", "lamp", ("sector",), True),
        ("budget", "lamp", (), False),
        ("income[income_source=extortion]", "lamp", (), False),
        ("strike_compliance", None, (), True),
        ("fear[community=hill]", None, ("sector",), True),
    ],
)
def test_a_figure_is_the_city_over_its_weeks(
    run: xr.Dataset, reduce: str, variable: str, organisation: str | None, dims: tuple[str, ...], average: bool
) -> None:
    told = {"variable": variable, "reduce": reduce, "from": "1993-03-01", "to": "1994-05-29"}
    asked = figure(**told, **({"organisation": organisation} if organisation else {}))
    name, slices = fit.asked(asked)
    part = run[name].sel(slices).sel(week=slice("1993-03-01", "1994-05-29"))
    weekly = (part.mean(dims) if average else part.sum(dims)).values.astype(float)
    assert len(weekly) == 65
    expected = {"sum": weekly.sum(), "mean": weekly.mean(), "last": weekly[-1]}[reduce]
    found = fit.simulated(run, Record(scenario="h", figures=(asked,)))["figure/x"]
    assert found == pytest.approx(expected, rel=1e-4)


def test_the_mean_over_a_part_of_a_week_weighs_it_less() -> None:
    run = zero_dataset(SCENARIO)
    run["strike_cost"].loc[{"week": "1994-05-30"}] = 70.0
    asked = figure(variable="strike_cost", reduce="sum", **{"from": "1994-03-01", "to": "1994-05-31"})
    assert fit.simulated(run, Record(scenario="h", figures=(asked,)))["figure/x"] == pytest.approx(20.0)


def test_figures_of_one_variable_are_answered_apart(run: xr.Dataset) -> None:
    both = tuple(figure(id=name, organisation=name) for name in ("lamp", "anchor"))
    found = fit.simulated(run, Record(scenario="h", figures=both))
    for name in ("lamp", "anchor"):
        alone = fit.simulated(run, Record(scenario="h", figures=(figure(organisation=name),)))
        assert found[f"figure/{name}"] == alone["figure/x"]
    assert found["figure/lamp"] != found["figure/anchor"]


@pytest.mark.parametrize("changes", [{"variable": "dragons"}, {"variable": "votes"}, {"organisation": "moon"}])
def test_a_figure_the_run_cannot_answer_is_not_compared(run: xr.Dataset, changes: dict[str, str]) -> None:
    record = Record(scenario="h", figures=(figure(**changes),))
    assert np.isnan(fit.simulated(run, record)["figure/x"])
    assert fit.compare(record, SCENARIO, [fit.simulated(run, record)]) == ()


# ----------------------------------------------------------------------------------------------------------- verdicts


def verdict(values: list[float], **changes: Any) -> fit.Fit:
    record = Record(scenario="h", figures=(figure(**changes),))
    return fit.compare(record, SCENARIO, [{"figure/x": value} for value in values])[0]


def test_the_band_is_of_all_worlds_and_the_ratio_of_its_middle() -> None:
    found = verdict([10.0, 20.0, 30.0], value=40.0)
    assert (found.median, found.worlds) == (20.0, 3)
    assert found.low == 10.0
    assert found.high == 30.0
    assert found.ratio == pytest.approx(0.5)
    assert found.difference == -20.0
    assert not found.inside


@pytest.mark.parametrize(
    ("changes", "inside"),
    [
        ({"value": 20.0}, True),
        ({"value": 35.0}, False),
        ({"value": 35.0, "low": 25.0}, True),
        ({"value": 5.0, "high": 12.0}, True),
        ({"value": 5.0, "high": 8.0}, False),
    ],
)
def test_inside_means_that_the_record_meets_the_band(changes: dict[str, float], inside: bool) -> None:
    assert verdict([10.0, 20.0, 30.0], **changes).inside is inside


def test_of_many_worlds_the_band_leaves_out_the_extremes() -> None:
    found = verdict([float(value) for value in range(101)], value=3.0)
    assert (found.low, found.high, found.inside) == (5.0, 95.0, False)


def test_worlds_that_do_not_reach_a_row_are_left_out() -> None:
    assert verdict([np.nan, 20.0, 30.0]).worlds == 2


@pytest.mark.parametrize(("values", "value"), [([0.0, 0.0], 5.0), ([5.0, 5.0], 0.0)])
def test_no_ratio_to_or_from_nothing(values: list[float], value: float) -> None:
    found = verdict(values, value=value)
    assert found.ratio is None
    assert found.difference == values[0] - value


def test_shares_are_compared_by_difference() -> None:
    assert verdict([0.4, 0.4], value=0.2, unit="share").ratio is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"claim": True}, "a claim by one side"),
        ({"confidence": "low"}, "The record itself is weak"),
        ({"kind": "imposed"}, "close by construction"),
        ({"kind": "partly"}, "dated history"),
        ({"note": "Includes visitors."}, "Includes visitors."),
    ],
)
def test_a_row_says_why_it_may_be_off(changes: dict[str, Any], words: str) -> None:
    assert words in " ".join(verdict([1.0], **changes).why)


def test_reasons_come_with_the_most_specific_first() -> None:
    why = verdict([1.0], note="Includes visitors.", claim=True, kind="partly", confidence="low").why
    assert [reason.split()[0] for reason in why] == ["Includes", "The", "Part", "The"]
    assert verdict([1.0]).why == ()


def test_votes_and_turnout_say_how_they_are_measured() -> None:
    reading = {"votes/1992-03-02 national/lamp": 0.7, "turnout/1992-03-02 national": 0.4}
    votes, turnout = fit.compare(tiny_record(), SCENARIO, [reading])
    assert "its share is a lower bound" in votes.why[-1]
    assert "share of registered voters" in turnout.why[-1]
    assert (votes.ratio, turnout.ratio) == (None, None)
    assert votes.difference == pytest.approx(0.08)


def test_a_row_no_world_reaches_is_left_out() -> None:
    assert fit.compare(tiny_record(), SCENARIO, [{}, {"figure/gunmen": np.nan}]) == ()


def test_a_count_of_days_says_that_weeks_are_compared() -> None:
    reading = {"deaths/police/1991-12-16/1991-12-18": 12.0}
    found = fit.compare(tiny_record(), SCENARIO, [reading])
    assert "whole simulated weeks" in " ".join(found[0].why)


def test_rows_keep_the_caution_of_their_counter_and_the_kind_it_declares() -> None:
    row = only("deaths/police")
    assert row.note == "Counts ordinary murder too."
    assert row.kind == "partly"
    assert (row.value, row.low, row.high) == (400.0, 350.0, 500.0)
