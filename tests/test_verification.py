"""The statistics of the slow checks, and what must be true of every claim before it is run."""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
import xarray as xr

import mohalla
from mohalla.engine.simulate import numbers_of, simulate
from mohalla.mechanisms import DECLARED
from mohalla.parameters import declared
from mohalla.plan import problems
from mohalla.reading import as_json_text, from_json_text, resolved_parameters
from verification import __main__ as command
from verification import arms, scales, statistics, summary, tags, untuned
from verification import measures as m
from verification.claim import Claim
from verification.claims import CLAIMS, CORE
from verification.readings import READINGS
from verification.register import JUDGED, UNASKED, Judgement
from verification.running import as_json, bands, judged, rounded, values_of
from workbench.stepping import armed_town
from workbench.towns import START

SOURCE = Path(mohalla.__file__).parent
CITY = mohalla.load(arms.CITY)
EACH = pytest.mark.parametrize("claim", CLAIMS.values(), ids=list(CLAIMS))

# --- statistics ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("df", "known"), [(1, 6.3138), (2, 2.9200), (7, 1.8946), (19, 1.7291), (39, 1.6849), (1000, 1.6464)]
)
def test_t_quantiles_are_those_of_the_tables(df: int, known: float) -> None:
    assert statistics.t_quantile(0.95, df) == pytest.approx(known, abs=1e-4)


def test_t_is_symmetric() -> None:
    assert statistics.t_cdf(1.3, 5) + statistics.t_cdf(-1.3, 5) == pytest.approx(1.0)
    assert statistics.t_cdf(0.0, 3) == 0.5


def test_an_interval_by_hand() -> None:
    found = statistics.interval([1.0, 2.0, 3.0, 4.0])
    reach = 2.3534 * math.sqrt(5 / 3) / 2
    assert found.n == 4
    assert (found.low, found.mean, found.high) == pytest.approx((2.5 - reach, 2.5, 2.5 + reach), abs=1e-4)


def test_draws_in_which_there_was_nothing_to_measure_are_left_out_and_counted() -> None:
    assert statistics.interval([1.0, math.nan, 3.0]).n == 2
    assert math.isnan(statistics.interval([2.0]).low)
    assert math.isnan(statistics.interval([]).mean)


def test_intervals_hold_the_truth_nine_times_in_ten() -> None:
    rng = np.random.default_rng(7)
    found = [statistics.interval(rng.normal(1.0, 2.0, 12)) for _ in range(1500)]
    assert np.mean([one.low < 1.0 < one.high for one in found]) == pytest.approx(0.90, abs=0.03)


def test_false_alarms_are_at_most_one_in_twenty() -> None:
    rng = np.random.default_rng(11)
    called = [statistics.contrast(rng.normal(0.0, 1.0, 20), least=0.0).verdict for _ in range(1500)]
    assert called.count("emerges") / 1500 == pytest.approx(0.05, abs=0.02)
    assert called.count("reversed") / 1500 == pytest.approx(0.05, abs=0.02)


def around(mean: float, spread: float = 0.01, n: int = 20) -> list[float]:
    """Values with about this mean and spread, without luck."""
    return [mean + spread * math.sin(k) for k in range(n)]


@pytest.mark.parametrize(
    ("differences", "called"),
    [
        (around(0.5), "emerges"),
        (around(-0.5), "reversed"),
        (around(0.02), "no effect"),
        (around(0.0), "no effect"),
        (around(0.0, spread=1.0), "unclear"),
        (around(0.15, spread=1.0), "unclear"),
        (around(0.5, n=7), "not tested"),
        ([*around(0.5, n=7), *[math.nan] * 13], "not tested"),
        ([], "not tested"),
    ],
)
def test_what_a_difference_is_called(differences: list[float], called: str) -> None:
    assert statistics.contrast(differences, least=0.1).verdict == called


def test_a_sure_difference_too_small_to_matter_does_not_emerge() -> None:
    assert statistics.contrast(around(0.05, 0.001), least=0.1).verdict == "no effect"


def test_a_contrast_says_how_many_draws_go_its_way() -> None:
    found = statistics.contrast([1.0, 1.0, 1.0, -1.0, math.nan], least=0.1)
    assert (found.same_sign, found.median, found.interval.n) == (0.75, 1.0, 4)


@pytest.mark.parametrize(
    ("verdicts", "called"),
    [
        (["emerges", "emerges"], "emerges"),
        (["emerges", "unclear"], "partly"),
        (["emerges", "reversed"], "mixed"),
        (["reversed", "no effect"], "reversed"),
        (["unclear", "no effect"], "does not emerge"),
        (["not tested", "not tested"], "not tested"),
    ],
)
def test_what_a_claim_is_called(verdicts: list[statistics.Verdict], called: str) -> None:
    assert statistics.claim_verdict(verdicts) == called


def test_two_one_sided_tests_agree_with_the_interval() -> None:
    rng = np.random.default_rng(3)
    for _ in range(200):
        found = statistics.equivalent(rng.normal(0.01, 0.02, 8), margin=0.02)
        assert found.equivalent == (found.p < 0.05)


def test_equivalence_is_rarely_found_at_the_margin_and_mostly_far_inside() -> None:
    rng = np.random.default_rng(5)
    at_margin = [statistics.equivalent(rng.normal(0.02, 0.01, 8), 0.02).equivalent for _ in range(1000)]
    inside = [statistics.equivalent(rng.normal(0.0, 0.01, 8), 0.02).equivalent for _ in range(1000)]
    assert np.mean(at_margin) == pytest.approx(0.05, abs=0.025)
    assert np.mean(inside) > 0.95


def test_equivalence_of_what_does_not_vary() -> None:
    assert statistics.equivalent([0.01] * 8, 0.02).equivalent
    assert not statistics.equivalent([0.03] * 8, 0.02).equivalent
    assert not statistics.equivalent([0.0, 0.0], 0.02).equivalent, "two seeds are too few"


@pytest.mark.parametrize(
    ("k", "n", "low", "high"), [(0, 40, 0.0, 0.0634), (20, 40, 0.3742, 0.6258), (40, 40, 0.9366, 1.0)]
)
def test_shares_have_wilson_intervals(k: int, n: int, low: float, high: float) -> None:
    found = statistics.share_interval(k, n)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-3)


def test_ranks_share_ties_and_correlate() -> None:
    assert statistics.ranks([3.0, 1.0, 3.0, 2.0]).tolist() == [3.5, 1.0, 3.5, 2.0]
    assert statistics.rank_correlation([1, 2, 3, 4], [1, 8, 27, 64]) == pytest.approx(1.0)
    assert statistics.rank_correlation([1, 2, 3], [5, 5, 5]) == 0.0


def test_log_odds_stay_off_the_ends() -> None:
    assert statistics.log_odds(0.5) == 0.0
    assert statistics.log_odds(0.0) == pytest.approx(-statistics.log_odds(1.0))


# --- claims ----------------------------------------------------------------------------------------------------------


def test_what_a_claim_draws_over_time_is_known() -> None:
    figures = pytest.importorskip("verification.figures", reason="needs the extra 'verification'")
    assert {claim.series for claim in CLAIMS.values()} <= set(figures.SERIES)


def test_the_ten_core_claims_are_there_and_others_beside_them() -> None:
    assert set(CORE) == {"H1", "H2", "H3", "H5", "B1", "B2", "B3", "B4", "S1", "S3"}
    assert len(CLAIMS) == len(CORE) + 41
    assert set(CLAIMS) <= set(JUDGED)


def test_of_every_claim_without_an_experiment_it_is_said_why() -> None:
    assert sorted([*CLAIMS, *UNASKED]) == sorted(JUDGED)
    assert all(len(why) > 20 for why in UNASKED.values())
    assert "| G8 | the model lacks the cause" in summary.text({})
    assert all(claim.id == name for name, claim in CLAIMS.items())


def test_tags_and_definitions_are_those_of_the_committed_page() -> None:
    assert tags.TAGS.read_text(encoding="utf-8") == tags.text(), "run `python -m verification tags`, and say why"


def test_every_claim_of_the_page_is_judged_and_the_ten_as_their_experiments_say() -> None:
    """Rows of one claim or two: `| G4, G5 | report | ... |`."""
    page = (tags.ROOT / "docs" / "claims.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([OHGSBW]\d[^|]*) \|", page, re.MULTILINE)
    named = [name for row in rows for name in row.split(", ")]
    assert sorted(named) == sorted(JUDGED)
    assert len(JUDGED) == 55
    assert {name: JUDGED[name].tag for name in CLAIMS} == {name: claim.tag for name, claim in CLAIMS.items()}


@pytest.mark.parametrize("name", JUDGED)
def test_a_judgement_has_a_reason_and_functions_that_are_still_there(name: str) -> None:
    judged = JUDGED[name]
    assert judged.tag in get_args(Judgement)
    assert judged.why.endswith(".")
    assert judged.where
    for place in judged.where:
        module, _, function = place.partition(".")
        (source,) = [one for one in (SOURCE / "mechanisms" / f"{module}.py", SOURCE / f"{module}.py") if one.exists()]
        assert f"\ndef {function}(" in source.read_text(encoding="utf-8"), f"{name}: is the tag still right?"


@EACH
def test_a_claim_has_a_tag_a_reason_and_a_line_of_code_that_is_still_there(claim: Claim) -> None:
    assert claim.tag in ("assumed", "partly", "emergent")
    assert claim.why
    assert claim.lines
    for line in claim.lines:
        assert line.code in (SOURCE / line.file).read_text(encoding="utf-8"), f"{claim.id}: is the tag still right?"


@EACH
def test_a_claims_contrasts_name_what_there_is(claim: Claim) -> None:
    names = [arm.name for arm in claim.arms]
    assert len(set(names)) == len(names)
    for one in (*claim.predictions, *claim.reported):
        assert one.measure in claim.measures
        assert set(one.weights) <= set(names)
    assert all(one.least > 0 and one.tag in ("assumed", "partly", "emergent") for one in claim.predictions)
    if claim.check:
        assert (claim.check.arm in names, claim.check.measure in claim.measures) == (True, True)


@EACH
def test_a_claims_arms_are_valid_scenarios_that_differ_only_as_they_say(claim: Claim) -> None:
    drawn = numbers_of(CITY, 3, draw=True)
    for arm in claim.arms:
        scenario = arms.prepared(CITY, arm, seed=3)
        assert from_json_text(as_json_text(scenario)) == scenario
        found = numbers_of(scenario, 3, draw=True)
        moved = {f"{a}.{b}" for a in drawn for b in drawn[a] if found[a][b] != drawn[a][b]}
        assert moved == set(arm.factors)
        if arm.plan:
            tables = resolved_parameters(scenario, DECLARED)
            assert problems(arm.plan, scenario, tables, arm.until) == []


def test_good_and_bad_announcers_share_their_history() -> None:
    good, bad = (arms.announcer(keeps)(CITY).state.operations for keeps in (True, False))
    assert len(good) - len(CITY.state.operations) == arms.PROMISES
    assert all(one.start < arms.PLAN_START and one.raids_per_week == 0 for one in good[-arms.PROMISES :])
    assert [one.model_copy(update={"kept": False}) for one in good[-arms.PROMISES :]] == [*bad[-arms.PROMISES :]]


def test_a_plan_replaces_the_operation_of_record() -> None:
    planned = arms.operation(10, {arms.PARTY: 1.0}, 2.0)(CITY).state.operations
    assert [one.id for one in planned if one.end > arms.PLAN_START] == ["plan"]
    with pytest.raises(AssertionError, match="no operation 'nothing'"):
        arms.without_operation("nothing")(CITY)


def table(claim: Claim, value: float) -> dict[str, dict[str, list[float]]]:
    """Made-up measures: every arm adds its place times `value`."""
    return {
        arm.name: {name: around(0.1 + k * value, 0.001) for name in claim.measures} for k, arm in enumerate(claim.arms)
    }


def test_a_synthetic_claim_emerges_or_is_reversed() -> None:
    claim = CLAIMS["S1"]
    assert judged(claim, table(claim, 0.5))["verdict"] == "emerges"
    assert judged(claim, table(claim, -0.5))["verdict"] == "reversed"
    assert judged(claim, table(claim, 0.0))["verdict"] == "does not emerge"


def test_a_claim_whose_treatment_failed_is_not_tested() -> None:
    claim = CLAIMS["B1"]
    found = judged(claim, table(claim, 0.5))
    assert found["check"]["passed"] is False
    assert found["verdict"] == "not tested: treatment failed"


def test_results_are_json_without_surprises() -> None:
    claim = CLAIMS["S1"]
    found = judged(claim, table(claim, 0.5))
    assert json.loads(json.dumps(found))["predictions"][0]["verdict"] == "emerges"
    assert rounded([0.1234567, math.nan]) == [0.123457, None]
    assert as_json(statistics.contrast(around(1.0), 0.1))["n"] == 20
    assert bands([{"year": [1.0], "hold": [0.2]}, {"year": [1.0], "hold": [0.4]}])["hold"][1] == [pytest.approx(0.3)]


# --- measures --------------------------------------------------------------------------------------------------------


def test_windows_follow_one_another() -> None:
    assert m.BEFORE_PLAN.end == m.after_plan(0, 1).start == arms.PLAN_START
    assert m.after_plan(0, 1).end == m.after_plan(1, 2).start
    assert m.HEYDAY.end == arms.PLAN_START


def test_numbers_that_tell_draws_apart_are_those_a_run_says_it_drew() -> None:
    run = simulate(armed_town(), 2, until=START, draw=True)
    found = untuned.numbers(run)
    said = json.loads(run.attrs["drawn"])
    varies = {f"{part}.{name}" for part, kind in DECLARED.items() for name, (_, known) in declared(kind).items()
              if known.low < known.high}  # fmt: skip
    assert varies < found.keys()
    assert {name.partition(".")[0] for name in found.keys() - varies} == {"economy", "geography"}
    assert found["economy.adult_share"] == said["economy"]["adult_share"]
    assert found["geography.segregation"] == said["geography"]["segregation"]


def feud(*deaths: tuple[str, str, str, int]) -> xr.Dataset:
    """A run of two years in which so many died: day, killer, victim, number."""
    weeks = np.arange(np.datetime64("1990-01-01"), np.datetime64("1991-12-30"), 7).astype("datetime64[ns]")
    names = ["none", "a", "b", "c"]
    parties = [*names, "state"]
    shape = (len(weeks), 2, len(parties), len(parties))
    coords = {"week": weeks, "organisation": names, "killer": parties, "victim": parties}
    killings = xr.DataArray(np.zeros(shape, "int32"), {k: coords[k] for k in ("week", "killer", "victim")}, DEATHS)
    for day, killer, victim, number in deaths:
        at = np.searchsorted(weeks, np.datetime64(day))
        killings.values[at, number % 2, parties.index(killer), parties.index(victim)] += number
    return xr.Dataset({"killings": killings}, {"organisation": names})


DEATHS = ("week", "sector", "killer", "victim")


def test_a_dyad_is_hostile_where_enough_are_killed_either_way_within_a_year() -> None:
    run = feud(("1990-03-01", "a", "b", 6), ("1990-09-01", "b", "a", 4), ("1991-03-01", "a", "c", 10))
    assert m.hostile_dyads(run) == {1990: 1, 1991: 1}
    assert m.hostile_dyads(run, least=11) == {1990: 0, 1991: 0}
    assert m.enemies_of(run, "a") == {1990: 1, 1991: 1}
    assert m.enemies_of(run, "b") == {1990: 1, 1991: 0}
    assert m.enemies_of(run, "c") == {1990: 0, 1991: 1}


def test_the_dead_of_two_years_of_the_state_and_of_ones_own_hand_make_no_dyad() -> None:
    spread = feud(("1990-12-01", "a", "b", 6), ("1991-02-01", "a", "b", 6))
    others = feud(("1990-03-01", "state", "a", 50), ("1990-03-01", "a", "none", 50), ("1990-03-01", "a", "a", 50))
    assert m.hostile_dyads(spread) == m.hostile_dyads(others) == {1990: 0, 1991: 0}
    assert m.hostile_dyads(feud(("1990-03-01", "a", "b", 20), ("1990-04-01", "b", "c", 20)))[1990] == 2


def test_the_untuned_city_counts_draws() -> None:
    assert untuned.seats_share({arms.PARTY: 7, "ppp": 6}) == pytest.approx(7 / 13)
    assert untuned.seats_share({}) == 0.0
    assert untuned.counted([True, False, True])["draws"] == 2
    found = untuned.fall(
        [{"before": 100.0, "first year": 80.0, "later": 50.0}, {"before": 0.0, "first year": 1.0, "later": 1.0}]
    )
    assert (found["draws"], found["of"]) == (1, 1)
    draws = [{"numbers": {"a": k, "b": (7 * k) % 5}} for k in range(5)]
    assert untuned.separating(draws, [0.0, 0.1, 0.2, 0.3, 0.4])[0]["number"] == "a"


def test_scales_are_compared_seed_by_seed() -> None:
    name = "hold, 2008-13"
    fine = [dict.fromkeys(scales.OBSERVABLES, 0.3 + 0.1 * seed) for seed in range(8)]
    coarse = [{one: value + 0.001 * (seed % 2) for one, value in each.items()} for seed, each in enumerate(fine)]
    found = scales.row({50: coarse, scales.FINEST: fine}, name, 50, scales.FINEST)
    assert found["equivalent"]
    assert found["difference"]["mean"] == pytest.approx(0.0005)
    assert {row["way"] for row in scales.summary({50: coarse, scales.FINEST: fine}, scales.FINEST)} == {50}


# --- command ---------------------------------------------------------------------------------------------------------


def test_the_command_lists_every_check() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "verification", "--help"], capture_output=True, text=True, check=True,
        cwd=Path(__file__).parents[1],
    ).stdout  # fmt: skip
    assert set(command.CHECKS) <= set(re.findall(r"\w+", shown))


def test_the_command_refuses_what_it_does_not_know(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["H99"])
    assert "invalid choice: 'H99'" in capsys.readouterr().err


def test_a_page_can_be_written_from_what_is_stored() -> None:
    claim = CLAIMS["S1"]
    found = judged(claim, table(claim, 0.5)) | {"draws": 20, "scale": 100, "sources": "0" * 16}
    page = summary.text({"S1": found})
    assert "**emerges**" in page
    assert "| fewer killings by organisations | partly |" in page
    assert (summary.number(None), summary.number(math.nan), summary.number(0.1234)) == ("-", "-", "+0.123")


def test_what_does_not_emerge_is_said_in_words() -> None:
    for name, found in command.stored().items():
        if name in CLAIMS and found["verdict"] != "emerges":
            assert name in READINGS, f"{name}: say what may be missing"
    assert all("may be missing" in one.words for one in READINGS.values() if one.verdict == "does not emerge")


def test_words_written_for_another_verdict_are_marked() -> None:
    claim = CLAIMS["S1"]
    found = judged(claim, table(claim, 0.5)) | {"draws": 20, "scale": 100, "sources": "0" * 16}
    assert "These words were written when the verdict was" in summary.text({"S1": found})


def test_stored_results_are_of_claims_as_they_are_defined() -> None:
    for name, found in command.stored().items():
        if name in CLAIMS:
            assert [one["text"] for one in found["predictions"]] == [one.text for one in CLAIMS[name].predictions]
            assert found["tag"] == CLAIMS[name].tag


def test_stored_verdicts_follow_from_stored_values() -> None:
    for name, found in command.stored().items():
        if name in CLAIMS:
            again = json.loads(json.dumps(judged(CLAIMS[name], values_of(found))))
            assert again["verdict"] == found["verdict"]
            assert [one["verdict"] for one in again["predictions"]] == [one["verdict"] for one in found["predictions"]]
