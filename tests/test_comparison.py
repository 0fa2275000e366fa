"""The Dataset of a comparison: what it holds, intervals by hand, what pairing saves, and that it survives the disk."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from mohalla import results
from mohalla.errors import MohallaError
from mohalla.experiments import comparison, effects, intervals, sequences
from mohalla.experiments.compare import Rule
from mohalla.experiments.comparison import MEASURES, Effect, effect
from mohalla.plan import NOTHING
from tests.fake_comparison import PLANS, asked, compared, found, plan

RATE = {
    "nothing": {"release": [0, 0, 0, 0, 1, 0], "toll": [100, 200, 300, 400, 500, 600]},
    "served": {"release": [1, 1, 0, 0, 1, None], "toll": [110, 190, 330, 390, 520, 620]},
    "": {"toll": [500, 100, 200, 600, 300, 400]},
}


def test_it_holds_what_was_agreed() -> None:
    data = compared(2)
    assert data["release"].dims == data["cost"].dims == ("plan", "seed")
    assert data["plan"].values.tolist() == ["nothing", "served", "watched"]
    by_quarter = ("hold", "coerced", "coerced_own", "heart", "armed", "deaths")
    assert {data[f"{name}_by_quarter"].dims for name in by_quarter} == {("plan", "seed", "quarter")}
    assert data["killings_by_quarter"].dims == ("plan", "seed", "quarter", "cause")
    assert data["others_hold_by_quarter"].dims == ("plan", "seed", "quarter", "organisation")
    assert {data[name].dims for name in ("hold_map", "coerced_map", "killings_map")} == {("plan", "seed", "sector")}
    assert data["seats_by_election"].dims == ("plan", "seed", "election")
    assert data["toll_again"].dims == ("seed",)
    assert data["difference"].dims == data["variance_ratio"].dims == ("plan", "measure")
    assert {"sector_district", "sector_x", "sector_y", "election_date", "election_chamber"} <= set(data.coords)
    assert np.datetime64("1993-11-01") in data["quarter"].values
    assert all({"units", "long_name"} <= data[name].attrs.keys() for name in data if name != "begun"), (
        "a date has no unit"
    )


def test_it_says_what_it_takes_to_compare_again() -> None:
    said = compared(2).attrs
    assert (said["scenario"], said["of"], said["community"]) == ("harbour", "lamp", "river")
    assert (said["branch"], said["until"], said["scale"], said["level"]) == ("1993-11-01", "1999-12-31", 10, 0.95)
    assert said["stopping_rule"] == ""
    assert {"scenario_hash", "scenario_text", "sources", "numba", "price_services", "price_raid"} <= said.keys()
    plans = json.loads(said["plans"])
    assert list(plans) == ["nothing", "served", "watched"]
    assert plans["served"]["first"] == "1994-01-03"
    assert plans["served"]["leaves"] == "1998-01-05", "the dated operation goes on after the plan"
    assert plans["served"]["text"] != plans["watched"]["text"] != ""
    assert plans["nothing"]["text"] == ""


def test_series_and_maps_are_those_of_the_answers() -> None:
    worlds = found(asked(PLANS), 2, {})
    data = comparison.dataset(worlds, asked(PLANS), "lamp")
    lamp = worlds[2]["served"]["organisations"]["lamp"]
    one = data.sel(plan="served", seed=2)
    for name in ("hold", "coerced", "coerced_own", "heart", "armed"):
        assert one[f"{name}_by_quarter"].values.tolist() == lamp[f"{name}_by_quarter"]
    assert (
        one["others_hold_by_quarter"].sel(organisation="anchor").values.tolist()
        == worlds[2]["served"]["holds"]["anchor"]
    )
    assert (
        one["killings_by_quarter"].sel(cause="riot").values.tolist()
        == worlds[2]["served"]["killings_by_quarter"]["riot"]
    )
    assert one["coerced_map"].values.tolist() == lamp["coerced_map"]
    assert one["hold"].item() == lamp["hold"]
    assert one["cost"].item() == worlds[2]["served"]["city"]["cost"]


# --- effects ---------------------------------------------------------------------------------------------------------


def test_a_difference_is_plan_less_baseline_within_a_seed_with_student_s_interval() -> None:
    """By hand: differences 10, -10, 30, -10, 20, 20 have mean 10, deviation 16.7; t(5) is 2.571."""
    told = effect(compared(6, RATE), "served", "toll")
    error = np.std([10, -10, 30, -10, 20, 20], ddof=1) / math.sqrt(6)
    assert (told.n, told.mean) == (6, pytest.approx(10.0))
    assert (told.low, told.high) == pytest.approx((10 - 2.5706 * error, 10 + 2.5706 * error), rel=1e-4)
    assert not told.clear


def test_what_is_not_known_in_a_seed_is_left_out_and_the_number_says_so() -> None:
    told = effect(compared(6, RATE), "served", "release")
    assert (told.n, told.mean) == (5, pytest.approx(0.4))


def test_matched_shares_have_the_interval_of_agresti_and_min() -> None:
    """Of ten pairs three for, none against: (3.5 - 0.5) / 12 and sqrt(4 - 9 / 12) / 12 times 1.96."""
    low, high = intervals.matched(np.array([1.0] * 3 + [0.0] * 7), 0.95)
    reach = 1.959964 * math.sqrt(4 - 9 / 12) / 12
    assert (low, high) == pytest.approx((0.25 - reach, 0.25 + reach), rel=1e-4)


def test_pairs_that_are_all_alike_are_no_proof_of_nothing() -> None:
    low, high = intervals.matched(np.zeros(32), 0.95)
    assert -0.07 < low < -0.05
    assert high == -low


def test_matched_shares_are_covered_as_often_as_said() -> None:
    rng, hits = np.random.default_rng(5), 0
    for _ in range(2000):
        low, high = intervals.matched(rng.choice([-1.0, 0.0, 1.0], 32, p=[0.1, 0.6, 0.3]), 0.95)
        hits += low <= 0.2 <= high
    assert 0.93 < hits / 2000 < 0.975


def test_a_share_has_wilson_s_interval() -> None:
    assert intervals.wilson(np.array([1.0, 0.0, 0.0, np.nan]), 0.95) == (
        1, 3, pytest.approx(0.0615, abs=1e-3), pytest.approx(0.7923, abs=1e-3)
    )  # fmt: skip
    assert intervals.wilson(np.zeros(10), 0.95)[2:] == (0.0, pytest.approx(0.2775, abs=1e-3))
    assert intervals.wilson(np.array([np.nan]), 0.95)[:2] == (0, 0)


def test_where_seeds_were_added_until_it_was_narrow_intervals_hold_at_every_look() -> None:
    data = compared(6, RATE, rule=Rule(0.2))
    told = effect(data, "served", "release")
    known = sequences.betting([1, 1, 0, 0, 0], -1.0, 1.0)
    assert (told.low, told.high) == (known.low, known.high)
    assert math.isnan(effect(data, "served", "toll").low), "too few seeds to say anything of deaths"
    assert data.attrs["stopping_rule"] == "0.2"
    assert data.attrs["stopping_measures"] == "release coerced"
    plain = effect(compared(6, RATE), "served", "coerced")
    assert effect(data, "served", "coerced").high - effect(data, "served", "coerced").low > plain.high - plain.low


def test_plans_that_do_the_same_differ_by_exactly_nothing() -> None:
    twin = PLANS[1].model_copy(update={"name": "twin"})
    data = compared(3, {}, (PLANS[1], twin))
    for measure in MEASURES:
        told = effect(data, "twin", measure.name)
        assert told[1:4] == (0.0, 0.0, 0.0) if told.n else math.isnan(told.mean)
        assert math.isnan(told.variance_ratio)


def test_one_seed_gives_differences_without_intervals() -> None:
    told = effect(compared(1, RATE), "served", "toll")
    assert (told.n, told.mean) == (1, 10.0)
    assert math.isnan(told.low)
    assert math.isnan(told.variance_ratio)
    assert not told.clear


def test_what_pairing_saves_is_variance_with_other_luck_over_variance_paired() -> None:
    told = effect(compared(6, RATE), "served", "toll")
    plan, base, lucky = (np.array(RATE[name]["toll"], float) for name in ("served", "nothing", ""))
    assert told.variance_ratio == pytest.approx(np.var(plan - lucky, ddof=1) / np.var(plan - base, ddof=1))
    assert told.variance_ratio > 50


def test_pairing_that_does_harm_is_told_too() -> None:
    one, other, again = (np.array(values, float) for values in ([1, 2, 3], [3, 2, 1], [1, 2, 3.1]))
    assert comparison.variance_ratio(one, other, again) < 0.01
    assert math.isinf(comparison.variance_ratio(one, one, other))
    assert math.isnan(comparison.variance_ratio(one, one, one))


@pytest.mark.parametrize(("reach", "seeds"), [(0.1, 40), (0.05, 10), (0.2, 160)])
def test_seeds_needed_grow_with_the_square(reach: float, seeds: int) -> None:
    assert comparison.needed(Effect(10, 0.0, -reach, reach, 1.0), 0.05) == seeds


# --- whose, and on disk ----------------------------------------------------------------------------------------------


def test_an_unknown_party_is_refused() -> None:
    with pytest.raises(MohallaError, match=r"^--party lamb: not in this scenario\. Did you mean 'lamp'\? There are: "):
        comparison.dataset(found(asked(PLANS), 1, {}), asked(PLANS), "lamb")


def test_it_is_about_the_largest_party_where_plans_name_none() -> None:
    worlds = found(asked(PLANS), 2, {"nothing": {"before": [0.9, 0.9]}})
    assert comparison.dataset(worlds, asked(PLANS)).attrs["of"] == "lamp"


def test_it_survives_the_disk_to_the_last_bit(tmp_path: Path) -> None:
    data = compared(3, {})
    path = comparison.save(data, tmp_path)
    for place in (path, tmp_path):
        back = comparison.load(place)
        xr.testing.assert_identical(back.drop_vars(set(back.coords)), data.drop_vars(set(data.coords)))
        assert comparison.plans(back) == comparison.plans(data)


def test_one_without_polls_after_the_branch_survives_the_disk(tmp_path: Path) -> None:
    worlds = found(asked((NOTHING, plan("x"))), 1, {})
    for answer in worlds[1].values():
        answer["places"].update({"election": [], "election_date": [], "election_chamber": []})  # type: ignore[attr-defined]
        for one in answer["organisations"].values():
            one["seats_by_election"] = []
    data = comparison.dataset(worlds, asked((NOTHING, plan("x"))), "lamp")
    assert comparison.load(comparison.save(data, tmp_path)).sizes["election"] == 0


@pytest.mark.parametrize(
    ("written", "words"),
    [(0, r"is a comparison of format 0; this version of Mohalla reads format 1\. Compare anew\.$"),
     (None, r"does not say that it is a comparison; this version")],
)  # fmt: skip
def test_one_of_an_older_store_is_refused_in_words(written: int | None, words: str, tmp_path: Path) -> None:
    data = compared(1)
    data.attrs["format"] = written
    if written is None:
        del data.attrs["format"]
    results.save(data, tmp_path / comparison.NAME)
    with pytest.raises(MohallaError, match=words):
        comparison.load(tmp_path)


def test_no_file_and_a_damaged_one_are_said(tmp_path: Path) -> None:
    with pytest.raises(MohallaError, match=r"comparison\.nc: cannot be read as results: no such file\.$"):
        comparison.load(tmp_path / comparison.NAME)
    (tmp_path / comparison.NAME).write_bytes(b"half")
    with pytest.raises(MohallaError, match="cannot be read as results"):
        comparison.load(tmp_path)


def test_as_data_it_can_be_json() -> None:
    data = comparison.as_data(compared(6, RATE))
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert data["plans"]["served"]["differences"]["toll"]["n"] == 6
    assert data["plans"]["served"]["values"]["release"] == [1, 1, 0, 0, 1, None]
    assert list(data["measures"]) == [one.name for one in MEASURES]
    assert data["seeds"] == [1, 2, 3, 4, 5, 6]


def test_every_measure_that_is_measured_is_compared() -> None:
    compared_ones = {one.name for one in MEASURES} | set(comparison.OTHERS)
    assert compared_ones == {*effects.CITY, *effects.ORGANISATION}


@pytest.mark.parametrize(
    ("amount", "by", "word"), [(12.0, 1.0, "million"), (2e4, 1e3, "billion"), (3e7, 1e6, "trillion")]
)
def test_large_amounts_are_told_in_billions(amount: float, by: float, word: str) -> None:
    assert comparison.money("million rupees of 2000", amount) == (by, f"{word} rupees of 2000")
