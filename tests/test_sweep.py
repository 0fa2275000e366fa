"""Sweeps: every point in the same worlds, kept the moment each ends, parameter columns beside results."""

from __future__ import annotations

import csv
import json
import math
import os
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from mohalla import results, store
from mohalla.cli import screens
from mohalla.engine.simulate import simulate
from mohalla.errors import MohallaError
from mohalla.experiments import batch, designs, outcomes, parallel, sweep
from mohalla.experiments.ensemble import Request
from mohalla.experiments.intervals import Interval, interval
from mohalla.experiments.sweep import Found, Sweep
from mohalla.mechanisms import DECLARED
from mohalla.scenario import Scenario
from tests.test_cli import Call, call
from workbench.stepping import armed_town

__all__ = ["call"]  # the fixture

UNTIL = date(1980, 6, 30)


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process, which saves starting others."""
    monkeypatch.setattr(parallel, "cores", lambda: 1)


def design(scenario: Scenario, *words: str) -> designs.Design:
    return designs.factorial(designs.chosen("--vary", words, designs.variable(scenario, DECLARED)))


def small(*words: str, seeds: int = 2) -> Sweep:
    """A factorial sweep of the armed town over half a year."""
    town = armed_town()
    points = design(town, *(words or ("residents.danger=4,16", "coercion.spill=0.1,0.4")))
    return Sweep(Request(town, UNTIL, (), simulate), 10, points, tuple(range(1, seeds + 1)))


def swept(whole: Sweep, root: Path, **more: Any) -> Found:
    return sweep.run(whole, sweep.asked(whole, root), **more)


def made(values: Callable[[np.ndarray], np.ndarray], *words: str, seeds: int = 2, name: str = "coerced") -> Found:
    """A sweep whose outcome is a function of its points, in every world alike."""
    whole = small(*words, seeds=seeds)
    parties = tuple(one.id for one in whole.request.scenario.organisations)
    table = np.zeros((len(whole.design.points), seeds, len(parties), len(outcomes.NAMES)))
    table[:, :, 0, outcomes.NAMES.index(name)] = values(whole.design.points)[:, None]
    return Found(whole, table, parties, parties[0])


# --- outcomes --------------------------------------------------------------------------------------------------------


def test_states_are_means_of_the_last_year_and_happenings_are_counted_from_the_founding() -> None:
    run = simulate(armed_town(), 1, until=date(1981, 12, 28))
    values = outcomes.Seen(**outcomes.read(run, armed_town())).values["lantern"]
    last, hold = slice(-52, None), results.hold(run, "lantern")
    assert run.sizes["week"] > 60
    assert values["hold"] == pytest.approx(100 * float(hold[last].mean()))
    assert values["highest"] == pytest.approx(100 * float(hold.max()))
    assert values["gap"] == pytest.approx(values["hold"] - values["heart"], abs=1e-4)
    assert values["coerced"] == pytest.approx(100 * float(results.coerced_share(run, "lantern")[last].mean()))
    assert values["killings"] == pytest.approx(
        float(run["killings_cause"].drop_sel(cause="background").sum()) / run.sizes["week"] * 365.25 / 7, rel=1e-5
    )
    assert list(values) == list(outcomes.NAMES)


def polls(*chambers: str) -> xr.Dataset:
    """A run whose polls of these chambers were held, the last with 1 of 4 seats for b."""
    count = len(chambers)
    return xr.Dataset(
        {"seats": (("election", "organisation"), [[4, 4]] * (count - 1) + [[3, 1]])},
        {
            "week": np.array(["1980-01-07"], "datetime64[ns]"),
            "organisation": ["a", "b"],
            "election_date": ("election", np.array([f"198{i + 1}-01-01" for i in range(count)], "datetime64[ns]")),
            "election_chamber": ("election", list(chambers)),
        },
    )


def test_seats_are_those_of_the_last_national_poll() -> None:
    assert outcomes.BY_NAME["seats"].of(polls("national", "local", "national"), "b") == 25.0
    assert outcomes.BY_NAME["seats"].of(polls("national", "provincial"), "b") == 50.0
    assert math.isnan(outcomes.BY_NAME["seats"].of(polls("local"), "b"))


def test_an_unknown_outcome_is_answered_with_the_nearest() -> None:
    assert [one.name for one in outcomes.known(["hold,gap", "hold"])] == ["hold", "gap"]
    with pytest.raises(
        MohallaError,
        match=r"^--outcome coersed: no such outcome\. Did you mean 'coerced'\? There are: armed, coerced, gap, heart, "
        r"highest, hold, income, killings, paying, seats\.$",
    ):
        outcomes.known(["coersed"])


# --- simulating ------------------------------------------------------------------------------------------------------


def test_every_point_is_simulated_with_its_numbers_in_every_world(tmp_path: Path) -> None:
    found = swept(small(), tmp_path)
    over = designs.laid_over(armed_town(), found.sweep.design.factors, found.sweep.design.points[1])
    alone = outcomes.read(simulate(over, 2, until=UNTIL), over)["values"]["lantern"]
    row = found.values[1, 1, found.parties.index("lantern")]
    assert dict(zip(outcomes.NAMES, row.tolist(), strict=True)) == pytest.approx(alone, nan_ok=True)
    assert len(np.unique(sweep.of(found, "hold", "lantern"))) > 4, "points differ, and so do worlds"


def test_what_has_ended_is_not_simulated_again_and_gives_the_same_bits(tmp_path: Path) -> None:
    heard: list[Path] = []
    first, where = swept(small(seeds=1), tmp_path), sweep.asked(small(), tmp_path)
    assert sweep.ended(where) == (4, 8)
    again = swept(small(), tmp_path, heard=lambda job, _news: heard.append(job.path))
    assert len(set(heard)) == 4
    assert again.values[:, :1].tobytes() == first.values.tobytes()
    assert sweep.ended(where) == (8, 8)


def test_another_world_of_a_point_is_known_by_the_same_as_if_it_were_asked_for_alone(tmp_path: Path) -> None:
    known = sweep.asked(small(), tmp_path)
    alone = [one for seed in (1, 2) for one in sweep.asked(small()._replace(seeds=(seed,)), tmp_path)]
    assert sorted(known, key=str) == sorted(alone, key=str)


def test_points_that_are_alike_are_simulated_once(tmp_path: Path) -> None:
    whole = small("residents.danger=4,16", seeds=1)
    twice = whole._replace(design=whole.design._replace(points=np.array([[4.0], [16.0], [4.0]])))
    found = swept(twice, tmp_path)
    assert sweep.ended(sweep.asked(twice, tmp_path)) == (2, 2)
    assert found.values[0].tobytes() == found.values[2].tobytes()


def test_a_large_sweep_is_asked_by_the_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, asked = swept(small(), tmp_path), []

    def run(jobs: list[batch.Job], *more: object) -> object:
        asked.append(len(jobs))
        return inner(jobs, *more)

    inner = batch.run
    monkeypatch.setattr(sweep, "BLOCK", 3)
    monkeypatch.setattr(batch, "run", run)
    assert swept(small(), tmp_path).values.tobytes() == whole.values.tobytes()
    assert asked == [6, 2], "three points, then one, in two worlds"


# --- before it starts ------------------------------------------------------------------------------------------------


def test_too_many_simulations_are_said_with_how_long_they_would_take() -> None:
    request = small().request
    assert sweep.affordable(request, 10, 10_000, 2, "Fewer.") == 20_000
    with pytest.raises(
        MohallaError,
        match=r"^1,000,000 points in 8 worlds are 8,000,000 simulations, about \d+ days on this machine; at most "
        r"20,000 are run\. Fewer\.$",
    ):
        sweep.affordable(request, 10, 1_000_000, 8, "Fewer.")


@pytest.mark.parametrize(
    ("some", "words"),
    [(0.2, "about 1 second"), (50, "about 50 seconds"), (100, "about 2 minutes"), (7200, "about 2 hours"),
     (86_400 * 1200, "about 1,200 days")],
)  # fmt: skip
def test_durations_in_words(some: float, words: str) -> None:
    assert sweep.long(some) == words


# --- what came of it -------------------------------------------------------------------------------------------------


def test_the_table_has_a_row_for_each_simulation(tmp_path: Path) -> None:
    found = swept(small(), tmp_path)
    table = sweep.table(found, "banyan")
    assert list(table.columns) == ["point", "seed", "residents.danger", "coercion.spill", "party", *outcomes.NAMES]
    assert table[["point", "seed"]].to_numpy().tolist() == [[p, s] for p in range(4) for s in (1, 2)]
    assert table["residents.danger"].tolist() == [4] * 4 + [16] * 4
    assert table["hold"].tolist() == sweep.of(found, "hold", "banyan").ravel().tolist()


def test_the_dataset_has_the_numbers_varied_as_coordinates_of_the_points(tmp_path: Path) -> None:
    found = swept(small(), tmp_path)
    data = sweep.dataset(found)
    assert dict(data.sizes) == {"point": 4, "seed": 2, "organisation": len(found.parties)}
    assert data["coercion.spill"].values.tolist() == [0.1, 0.4, 0.1, 0.4]
    assert data["coercion.spill"].attrs["units"] == "share"
    assert data["hold"].attrs == {"units": "%", "long_name": "adults who show it in public"}
    assert (data.attrs["design"], data.attrs["until"], data.attrs["plan"]) == ("factorial", "1980-06-30", "nothing")


@pytest.mark.parametrize("suffix", sweep.SUFFIXES)
def test_every_file_gives_the_numbers_back(suffix: str, tmp_path: Path) -> None:
    if suffix == ".parquet":
        pytest.importorskip("pyarrow", reason="needs the extra 'parquet'")
    found, path = swept(small(), tmp_path), tmp_path / f"table{suffix}"
    sweep.must_be_writable(path)
    sweep.write(found, "lantern", path)
    if suffix == ".nc":
        with xr.open_dataset(path, engine=results.ENGINE) as read:
            xr.testing.assert_identical(read.load(), sweep.dataset(found))
        return
    read = pd.read_csv(path) if suffix == ".csv" else pd.read_parquet(path)
    pd.testing.assert_frame_equal(read, sweep.table(found, "lantern"), check_dtype=False)


def test_a_file_of_another_kind_is_refused_before_anything_is_simulated(tmp_path: Path) -> None:
    with pytest.raises(
        MohallaError, match=r"\.xls: the name must end in \.csv, \.parquet, \.nc: that says the form\.$"
    ):
        sweep.must_be_writable(tmp_path / "table.xls")
    with pytest.raises(MohallaError, match="cannot be written: there is no folder"):
        sweep.must_be_writable(tmp_path / "none" / "table.csv")


def test_parquet_without_pyarrow_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "find_spec", lambda _name: None)
    with pytest.raises(
        MohallaError, match=r"^Parquet needs pyarrow.*pip install 'mohalla\[parquet\]'; or write \.csv or \.nc\.$"
    ):
        sweep.must_be_writable(tmp_path / "table.parquet")


def test_levels_are_means_over_all_else_and_intervals_are_over_worlds() -> None:
    found = made(lambda points: points[:, 0] + 10 * points[:, 1], seeds=3)
    found.values[:, 2, 0] += 3.0
    low, high = sweep.levels(found, "lantern", ["coerced"])["residents.danger"]
    assert (low.label, low.points, high.label) == ("4", 2, "16")
    assert low.outcomes["coerced"] == interval([6.5, 6.5, 9.5])
    assert high.outcomes["coerced"].mean - low.outcomes["coerced"].mean == pytest.approx(12.0)


def test_a_sampled_range_is_shown_in_fifths() -> None:
    factors = designs.chosen("--vary", ["residents.danger=5:10"], designs.variable(armed_town(), DECLARED))
    points = designs.sampled("latin", factors, 10, 1)
    found = made(lambda points: points[:, 0])._replace(sweep=small()._replace(design=points))
    found = found._replace(
        values=np.repeat(points.points[:, :, None, None], 2, axis=1) * np.ones((1, 1, 2, len(outcomes.NAMES)))
    )
    rows = sweep.levels(found, "lantern", ["hold"])["residents.danger"]
    assert [row.label for row in rows] == ["5 to 6", "6 to 7", "7 to 8", "8 to 9", "9 to 10"]
    assert [row.points for row in rows] == [2] * 5


def test_the_party_is_the_one_that_most_often_holds_most_or_the_one_asked_for(tmp_path: Path) -> None:
    found = swept(small(), tmp_path)
    assert sweep.party_of(found, None) == found.main
    assert sweep.party_of(found, "banyan") == "banyan"
    with pytest.raises(MohallaError, match=r"^no party 'bunyan' in these runs\. Did you mean 'banyan'\? There are: "):
        sweep.party_of(found, "bunyan")
    nobody = found._replace(values=np.full_like(found.values, np.nan))
    with pytest.raises(
        MohallaError, match="no party is founded by the end of these runs, so there is nothing to measure"
    ):
        sweep.party_of(nobody, None)


# --- the command -----------------------------------------------------------------------------------------------------

SHORT = ("sweep", "small-town", "--vary", "residents.danger=4,16", "--seeds", "2", "--until", "1978", "--scale", "50")


def test_the_command_prints_a_table_and_writes_files(call: Call, tmp_path: Path) -> None:
    said = call(*SHORT, "--table", "t.csv", "--page", "p.html", "--outcome", "hold,income")
    assert said.code == 0
    assert said.err.startswith("4 simulations, about ")
    lines = said.out.splitlines()
    assert lines[0] == (
        "A small town (invented), 1978-01-02 to 1978-12-31, 1:50. The party: Banyan League. 2 points, each in the same "
        "2 worlds."
    )
    assert lines[2].split() == ["hold", "income"]
    assert [lines[row].split()[:-2] for row in (4, 6)] == [["residents.danger", "4", "1"], ["16", "1"]]
    assert [len(lines[row].split()) for row in (5, 7)] == [2, 2], "below the mean: 80 columns are few"
    assert all(re.fullmatch(r"[\d.,]+–[\d.,]+", one) for row in (5, 7) for one in lines[row].split())
    assert "below it its 90 % interval over worlds, cut where it would pass what can be (0 and 100 %)" in " ".join(
        said.out.split()
    )
    assert "Money: million rupees of 2015." in said.out
    assert lines[-3:] == ["For another party: --party lantern.", "Table  t.csv", "Page   p.html"]
    with (tmp_path / "t.csv").open() as file:
        assert len(list(csv.DictReader(file))) == 4
    page = (tmp_path / "p.html").read_text()
    assert page.count('<svg class="chart"') == 4, "two outcomes, each for wide screens and for narrow ones"
    assert "mohalla sweep small-town --vary residents.danger=4,16 --seeds 2" in page
    assert "http" not in page.replace("http://www.w3.org", "")
    assert store.runs() == [], "what is kept is no run"


def test_the_command_goes_on_and_prints_one_json_object(call: Call) -> None:
    first = json.loads(call(*SHORT, "--json").out)
    assert first["table"]["residents.danger"] == [4, 4, 16, 16]
    assert first["table"]["seats"] == [None] * 4, "no poll by then"
    said = call(*SHORT, "--json")
    assert (json.loads(said.out), said.err) == (first, "")
    assert call(*SHORT, "--quiet") == (0, "", "")
    more = call(*SHORT, "--vary", "residents.honesty=0.4,0.5")
    assert more.err.startswith("8 simulations, about "), "these are other points"
    three = [*SHORT]
    three[three.index("--seeds") + 1] = "3"
    assert call(*three).err == "Going on: 4 of 6 simulations had ended.\n"


def test_a_sampled_sweep(call: Call) -> None:
    words = [*SHORT, "--design", "latin", "--samples", "3", "--json"]
    words[words.index("residents.danger=4,16")] = "residents.danger"
    data = json.loads(call(*words).out)
    assert (data["design"], data["design_seed"], len(set(data["table"]["residents.danger"]))) == ("latin", 1, 3)
    assert (
        json.loads(call(*words, "--design-seed", "2").out)["table"]["residents.danger"]
        != data["table"]["residents.danger"]
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--samples", "4"), "--samples is for --design latin and sobol; a factorial design takes every combination."),
        (("--design", "latin"), "--design latin needs --samples: how many points to spread over the ranges."),
        (("--seeds", "0"), "--seeds = 0: must be between 1 and 1,000."),
        (("--scale", "0"), "--scale = 0: must be between 1 and 10,000."),
        (("--party", "lanten"), "--party = 'lanten': "),
        (("--outcome", "holt"), "--outcome holt: no such outcome. Did you mean 'hold'?"),
        (("--vary", "residents.honesty=0.4:0.5:60000"), "120,000 points in 2 worlds are 240,000 simulations, about "),
        (("--table", "t.txt"), "--table t.txt: the name must end in .csv, .parquet, .nc"),
        (("--page", "none/p.html"), "none/p.html: cannot be written: there is no folder none."),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_simulated(words: tuple[str, ...], said: str, call: Call) -> None:
    asked = [*SHORT]
    if words[0] in ("--seeds", "--scale"):
        asked[asked.index(words[0]) + 1], words = words[1], ()
    answer = call(*asked, *words)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(f"mohalla: {said}")
    assert not Path("runs").exists()


def stopping(number: int, monkeypatch: pytest.MonkeyPatch, stop: BaseException) -> None:
    """From here on the simulation after so many ends otherwise than it should."""
    left = [number]

    def measured(job: batch.Job, tell: parallel.Tell) -> object:
        if not left[0]:
            raise stop
        left[0] -= 1
        return whole(job, tell)

    whole = batch.measured
    monkeypatch.setattr(batch, "measured", measured)


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
def test_stopped_it_says_what_is_safe_and_ends_with_the_same_table(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = call(*SHORT, "--out", "elsewhere")
    with monkeypatch.context() as patched:
        stopping(3, patched, KeyboardInterrupt())
        said = call(*SHORT)
    assert (said.code, said.out) == (130, "")
    assert said.err.endswith(
        "\nmohalla: stopped. 3 of 4 simulations had ended and are safe in runs; the same command goes on.\n"
    )
    again = call(*SHORT)
    assert (again.out, again.err) == (whole.out, "Going on: 3 of 4 simulations had ended.\n")
    with monkeypatch.context() as patched:
        stopping(1, patched, MohallaError("x: cannot be written."))
        said = call(*SHORT, "--vary", "residents.honesty=0.4,0.5")
    assert said.code == 2
    assert said.err.endswith(
        "mohalla: x: cannot be written. 1 of 8 simulations had ended and are safe in runs; the same command goes on.\n"
    )


@pytest.mark.parametrize(
    ("name", "mean", "reach", "said"),
    [
        ("seats", 33.3, 48.7, "33.3\n0–82"),
        ("seats", 66.7, 48.7, "66.7\n18–100"),
        ("hold", 37.2, 4.7, "37.2\n32–42"),
        ("killings", 1.17, 0.3, "1.2\n0.9–1.5"),
        ("armed", 0.5, 0.9, "0.5\n0.0–1.4"),
        ("gap", -12.0, 15.0, "−12.0\n−27.0 to 3.0"),
    ],
)
def test_intervals_on_the_screen_stay_within_what_can_be(name: str, mean: float, reach: float, said: str) -> None:
    one = Interval(3, mean, mean - reach, mean + reach)
    assert screens._about(name, one, screens.Scale(1.0, "", 1)) == said


def test_of_one_world_the_screen_says_no_interval() -> None:
    assert screens._about("hold", interval([37.24]), screens.Scale(1.0, "", 1)) == "37.2"


def test_numbers_on_the_screen_are_short() -> None:
    assert [screens._figure(value) for value in (1234.5, 12.34, 0.01234, -0.5, math.nan)] == [
        "1,234", "12.3", "0.012", "−0.5", "–",
    ]  # fmt: skip
    assert screens._figure(0.5, "+") == "+0.5"
