"""What each mechanism is worth: paired worlds, measures worked out by hand, a table that fits a terminal."""

from __future__ import annotations

import csv
import json
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
import xarray as xr

from mohalla import results, store
from mohalla.cli import screens
from mohalla.engine.simulate import simulate
from mohalla.errors import MohallaError
from mohalla.experiments import ablation, batch, measures, parallel
from mohalla.experiments.ablation import MEASURES, WHOLE, Ablation, Question, Reading, Row
from mohalla.experiments.intervals import Interval, interval
from mohalla.mechanisms import SWITCHABLE
from tests.test_cli import Call, call, without_notes
from workbench.stepping import armed_town

__all__ = ["call"]  # the fixture

UNTIL = date(1980, 12, 31)
ARMS = ("extortion", "coercion")


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process, which saves starting others."""
    monkeypatch.setattr(parallel, "cores", lambda: 1)


def asked(seeds: int = 2, arms: Sequence[str] = ARMS) -> list[ablation.Job]:
    return ablation.jobs(Question(armed_town(), 10, UNTIL, simulate), seeds, arms)


@cache
def found() -> dict[tuple[int, str], Reading]:
    with TemporaryDirectory() as root:
        return dict(ablation.run(asked(), Path(root), 1))


# --- what is simulated -----------------------------------------------------------------------------------------------


def test_every_world_is_simulated_whole_and_without_each() -> None:
    jobs = [(job.seed, job.without, job.draw) for job in asked()]
    assert jobs == [
        (1, WHOLE, False), (1, "extortion", False), (1, "coercion", False),
        (2, WHOLE, True), (2, "extortion", True), (2, "coercion", True),
    ]  # fmt: skip


def test_what_is_read_is_what_a_run_without_the_mechanism_shows() -> None:
    run = simulate(armed_town(), 2, until=UNTIL, without=("extortion",), draw=True)
    values = found()[2, "extortion"].values["lantern"]
    assert values["hold"] == pytest.approx(100 * float(results.hold(run, "lantern").mean()))
    assert values["paying"] == 0.0 < found()[2, WHOLE].values["lantern"]["paying"]


def test_progress_is_heard_from_every_simulation_that_was_not_there(tmp_path: Path) -> None:
    heard: list[tuple[int, str]] = []

    def hear(job: ablation.Job, news: tuple[int, int, date]) -> None:
        if news[0] == news[1]:
            heard.append((job.seed, job.without))

    ablation.run(asked(1, ["extortion"]), tmp_path, 1)
    assert ablation.ended(asked(1), tmp_path) == 2
    ablation.run(asked(1), tmp_path, 1, hear)
    assert heard == [(1, "coercion")]


def test_what_is_kept_gives_the_same_table_as_what_is_simulated(tmp_path: Path) -> None:
    """To the last bit, also where a number is none: nobody polls by then."""
    simulated = ablation.run(asked(), tmp_path, 1)
    assert ablation.ended(asked(), tmp_path) == len(asked())
    read = ablation.run(asked(), tmp_path, 1)
    assert repr(read) == repr(simulated) == repr(found())
    assert repr(ablation.table(read, ARMS)) == repr(ablation.table(simulated, ARMS))


# --- measures --------------------------------------------------------------------------------------------------------


def test_every_measure_by_hand() -> None:
    run = simulate(armed_town(), 1, until=UNTIL)
    lantern = 1
    people = run["population"].values.sum(axis=(1, 2))
    face, heart, coerced = (run[name].values[..., lantern].sum(axis=(1, 2)) for name in ("face", "heart", "coerced"))
    a_year = 365.25 / 7
    by_hand = {
        "hold": 100 * np.mean(face / people),
        "coerced": 100 * np.mean(coerced / people),
        "gap": 100 * np.mean((face - heart) / people),
        "armed": run["armed"].values[:, :, lantern].sum(axis=1).mean(),
        "killings": run["killings_cause"].values[:, :, :5].sum() / 52 * a_year,
        "income": run["income"].values[:, lantern].sum(axis=1).astype(float).mean() * a_year,
        "paying": 100 * np.mean(run["traders_paying"].values.sum(axis=1) / run["traders"].values.sum(axis=1)),
    }
    values = ablation.reading(run, armed_town()).values["lantern"]
    assert {name: values[name] for name in by_hand} == pytest.approx(by_hand, rel=1e-6)
    assert list(values) == [one.name for one in MEASURES]


def test_a_party_is_measured_from_its_founding_on() -> None:
    run = simulate(armed_town(), 1, until=UNTIL)
    late = armed_town().organisations[0].model_copy(update={"founded": date(1980, 12, 1)})
    never = armed_town().organisations[1].model_copy(update={"founded": date(1981, 6, 1)})
    read = ablation.reading(run, armed_town().model_copy(update={"organisations": (late, never)}))
    last = results.hold(run, late.id).values[run["week"].values >= np.datetime64("1980-12-01")]
    assert len(last) == 5
    assert read.values[late.id]["hold"] == pytest.approx(100 * last.mean())
    assert (read.main, list(read.values)) == (late.id, [late.id])


def test_it_is_about_the_party_the_scenario_declares() -> None:
    town, run = armed_town(), simulate(armed_town(), 1, until=UNTIL)
    named = [
        town.model_copy(update={"about": town.about.model_copy(update={"party": one.id})}) for one in town.organisations
    ]
    assert [ablation.reading(run, one).main for one in named] == [one.id for one in town.organisations]


def test_seats_are_those_of_polls_since_the_founding() -> None:
    run = xr.Dataset(
        {"seats": (("election", "organisation"), [[5, 5], [1, 3], [2, 2]])},
        {
            "week": np.array(["1985-01-07"], "datetime64[ns]"),
            "organisation": ["a", "b"],
            "election_date": ("election", np.array(["1980-01-01", "1985-05-01", "1986-01-01"], "datetime64[ns]")),
        },
    )
    assert measures._seats(run, "b") == pytest.approx(5 / 8)
    assert math.isnan(measures._seats(run.isel(election=[0]), "b"))


# --- the table -------------------------------------------------------------------------------------------------------


def read(main: str = "lantern", **values: float) -> Reading:
    """A reading of two parties; what is not given is 1."""
    both = {one.name: values.get(one.name, 1.0) for one in MEASURES}
    return Reading(main, {"lantern": both, "banyan": {name: 10 * value for name, value in both.items()}})


def three_worlds() -> dict[tuple[int, str], Reading]:
    holds = {1: (10.0, 8.0), 2: (20.0, 17.0), 3: (60.0, 56.0)}
    return {
        (seed, arm): read(hold=holds[seed][place]) for seed in holds for place, arm in enumerate((WHOLE, "extortion"))
    }


def test_differences_are_paired_by_world() -> None:
    table = ablation.table(three_worlds(), ("extortion",))
    assert (table.party, table.worlds) == ("lantern", 3)
    assert table.whole["hold"] == interval([10.0, 20.0, 60.0])
    assert table.rows[0].differences["hold"] == interval([-2.0, -3.0, -4.0])
    assert table.rows[0].differences["hold"].high < 0 < table.whole["hold"].high
    assert table.rows[0].differences["gap"] == Interval(3, 0.0, 0.0, 0.0)


def test_another_party_may_be_asked_for() -> None:
    assert ablation.table(three_worlds(), ("extortion",), "banyan").whole["hold"].mean == pytest.approx(300.0)
    with pytest.raises(MohallaError, match=r"no party 'c' in this run\. There are: banyan, lantern\."):
        ablation.table(three_worlds(), ("extortion",), "c")


def test_a_run_that_ends_before_any_party_begins() -> None:
    with pytest.raises(
        MohallaError, match="no party is founded by the end of this run, so there is nothing to measure"
    ):
        ablation.table({(1, WHOLE): Reading("", {})}, ())


def test_the_whole_mechanism_by_mechanism() -> None:
    table = ablation.table(found(), ARMS)
    assert [row.without for row in table.rows] == list(ARMS)
    assert table.rows[0].differences["paying"].mean == pytest.approx(-table.whole["paying"].mean)
    assert table.rows[1].differences["coerced"].mean < 0, "nobody is coerced without coercion"


def test_the_csv_has_a_line_for_each_mechanism_and_measure() -> None:
    text = ablation.as_csv(ablation.table(three_worlds(), ("extortion",)))
    rows = list(csv.DictReader(text.splitlines()))
    assert [row["measure"] for row in rows] == [one.name for one in MEASURES]
    low, high = (float(rows[0][name]) for name in ("low", "high"))
    assert (rows[0]["without"], rows[0]["unit"], rows[0]["worlds"]) == ("extortion", "%", "3")
    assert (float(rows[0]["whole"]), float(rows[0]["difference"])) == (30.0, -3.0)
    assert low < -3.0 < high < 0
    one = {key: reading for key, reading in three_worlds().items() if key[0] == 1}
    assert next(csv.DictReader(ablation.as_csv(ablation.table(one, ("extortion",))).splitlines()))["low"] == ""


# --- on the screen ---------------------------------------------------------------------------------------------------


def shown(capsys: pytest.CaptureFixture[str], table: Ablation, width: int, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("COLUMNS", str(width))
    screens.ablation(table, Question(armed_town(), 10, None, simulate))
    return capsys.readouterr().out


def wide_table() -> Ablation:
    """Every mechanism there is, with numbers as long as they get."""
    sizes = {"armed": 15_000.0, "killings": 2400.0, "income": 3.2e9}
    whole = {one.name: Interval(8, sizes.get(one.name, 84.0), 1.0, 99.0) for one in MEASURES}
    row = {name: Interval(8, -one.mean / 3, -one.mean / 2, -1.0) for name, one in whole.items()}
    return Ablation("lantern", 8, whole, tuple(Row(name, row) for name in SWITCHABLE))


def test_the_table_fits_a_hundred_columns(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(capsys, wide_table(), 100, monkeypatch)
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= 100
    assert text.startswith("A tiny town")
    assert "−28.0*" in text
    assert "bn money" in text
    assert text.count("±") == len(SWITCHABLE) * len(MEASURES)


def test_only_what_is_clear_of_zero_has_a_star(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    worlds = three_worlds() | {(seed, "command"): read(hold=hold) for seed, hold in ((1, 12.0), (2, 18.0), (3, 60.1))}
    text = shown(capsys, ablation.table(worlds, ("extortion", "command")), 100, monkeypatch)
    extortion, command = (next(line for line in text.splitlines() if line.startswith(name)) for name in ("ext", "com"))
    assert extortion.split()[1] == "−3.0*"
    assert command.split()[1] == "0.0"
    assert "in the same 3 worlds" in " ".join(text.split())


def test_one_world_has_no_intervals(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    one = {key: reading for key, reading in three_worlds().items() if key[0] == 1}
    text = shown(capsys, ablation.table(one, ("extortion",)), 100, monkeypatch)
    assert "±" not in text
    assert "in one world; chance is part of it." in text


@pytest.mark.parametrize(
    ("value", "scale", "words"),
    [
        (84.21, screens.Scale(1.0, "", 1), "84.2"),
        (-0.04, screens.Scale(1.0, "", 1), "0.0"),
        (-1234.0, screens.Scale(1.0, "", 0), "−1,234"),
        (2.5e6, screens.Scale(1e6, "m ", 1), "2.5"),
        (math.nan, screens.Scale(1.0, "", 1), "–"),
    ],
)
def test_numbers_are_short(value: float, scale: screens.Scale, words: str) -> None:
    assert screens._number(value, scale) == words


# --- the command -----------------------------------------------------------------------------------------------------

SHORT = ("ablate", "small-town", "--until", "1979", "--seeds", "2", "--without", "extortion,coercion")


def test_the_command_prints_a_table(call: Call, tmp_path: Path) -> None:
    said = call(*SHORT, "--csv", "table.csv")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(
        "A small town (invented), 1978-01-02 to 1979-12-31, 1:10. The party: Lantern Movement.\n"
    )
    firsts = [line.split()[0] for line in said.out.splitlines()[3:9]]
    assert firsts[:2] + firsts[2::2] == ["without", "nothing", "extortion", "coercion"]
    lines = (tmp_path / "table.csv").read_text().splitlines()
    assert len(lines) == 1 + 2 * len(MEASURES)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["runs", "table.csv"]
    assert store.runs() == [], "what is kept is no run"


def test_the_command_prints_one_json_object(call: Call) -> None:
    data = json.loads(call(*SHORT, "--json", "--party", "lantern").out)
    assert (data["party"], data["seeds"], data["scale"], data["until"]) == ("lantern", [1, 2], 10, "1979-12-31")
    assert list(data["without"]) == ["extortion", "coercion"]
    assert data["without"]["extortion"]["paying"]["n"] == 2
    assert data["whole"]["seats"]["mean"] is None, "no poll by then"
    assert data["measures"]["hold"]["unit"] == "%"


def test_the_command_takes_every_mechanism_by_itself(call: Call) -> None:
    data = json.loads(call("ablate", "small-town", "--until", "1978", "--seeds", "1", "--json").out)
    assert list(data["without"]) == list(SWITCHABLE)


def test_the_command_can_be_quiet(call: Call) -> None:
    assert call(*SHORT, "--quiet", "--csv", "t.csv") == (0, "", "")
    assert Path("t.csv").is_file()


# --- stopped and taken up --------------------------------------------------------------------------------------------


def stopping(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on the simulation after so many is interrupted before it is measured."""
    left = [number]

    def measured(job: batch.Job, tell: parallel.Tell) -> object:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        return whole(job, tell)

    whole = batch.measured
    monkeypatch.setattr(batch, "measured", measured)


def test_stopped_it_says_how_to_go_on_and_ends_with_the_same_table(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    whole = call(*SHORT, "--out", "elsewhere")
    with monkeypatch.context() as patched:
        stopping(4, patched)
        said = call(*SHORT)
    assert said.code == 130
    assert said.out == ""
    assert said.err == (
        "mohalla: stopped. 4 of 6 simulations had ended and are safe in runs; the same command goes on.\n"
    )
    again = call(*SHORT)
    assert (again.code, again.err) == (0, "Going on: 4 of 6 simulations had ended.\n")
    assert again.out == whole.out
    kept, other = (sorted(path.name for path in (tmp_path / name).rglob("*.json")) for name in ("runs", "elsewhere"))
    assert kept == other
    assert len(kept) == 6


def test_quiet_and_json_say_nothing_of_going_on(call: Call) -> None:
    first = call(*SHORT, "--json")
    assert call(*SHORT, "--json") == first
    assert call(*SHORT, "--quiet") == (0, "", "")


def short(**changed: str) -> list[str]:
    """The command with these of its options changed."""
    words = list(SHORT)
    for name, value in changed.items():
        words[words.index(f"--{name}") + 1] = value
    return words


@pytest.mark.parametrize("words", [[*SHORT, "--scale", "20"], short(until="1980")])
def test_with_another_option_it_begins_anew(words: list[str], call: Call) -> None:
    call(*SHORT)
    assert call(*words).err == ""


def test_more_worlds_go_on_from_those_that_are_there(call: Call) -> None:
    call(*SHORT)
    assert call(*short(seeds="3")).err == "Going on: 6 of 9 simulations had ended.\n"


def test_an_error_says_what_is_safe(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise MohallaError("x: cannot be written: no space left on device.")

    monkeypatch.setattr(batch.saving, "write", full)
    said = call(*SHORT)
    assert said.code == 2
    assert said.err.endswith("0 of 6 simulations had ended and are safe in runs; the same command goes on.\n")


SLOW = """
import glob
from workbench.slowing import slow_down

slow_down("under-way", lambda week: week >= 5 and glob.glob("runs/measured/*/*.json"))
"""


def wait_for(file: Path, program: subprocess.Popen[str]) -> None:
    """Until a program has made a file; an error if it ends before."""
    while not file.exists():
        assert program.poll() is None, program.communicate()[1]
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [(-12.5, -12.5, "−12.5 \nalike"), (-13.0, -12.0, "−12.5*\n±0.5 ")],
)
def test_where_all_worlds_are_alike_nothing_is_called_clear(low: float, high: float, shown: str) -> None:
    assert screens._difference(Interval(2, -12.5, low, high), screens.Scale(1.0, "", 1)).plain == shown


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_itself_is_stopped_among_its_workers_and_goes_on(
    number: signal.Signals, call: Call, tmp_path: Path
) -> None:
    """Every simulation that was under way has kept its week; nothing of it is lost and no bit is another.

    Once one has ended, the others take a fifth of a second a week, so that a busy machine too is in time to stop them.
    """
    (tmp_path / "sitecustomize.py").write_text(SLOW)  # every Python that is started reads it, workers too
    root = Path(__file__).parents[1]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(root / "src"), str(root)])}
    words = [sys.executable, "-m", "mohalla", *SHORT, "--workers", "2"]
    program = subprocess.Popen(words, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True)
    wait_for(tmp_path / "under-way", program)
    program.send_signal(number)
    told = without_notes(program.communicate(timeout=300)[1])
    assert program.returncode == 128 + number
    assert told.startswith("mohalla: stopped. ")
    assert told.count("\n") == 1
    (folder,) = tmp_path.glob("runs/measured/*")
    assert list(folder.glob("checkpoints/*.npz"))
    goes_on = call(*SHORT, "--json")
    assert goes_on == call(*SHORT, "--json", "--out", "elsewhere")
    assert list(folder.glob("checkpoints/*")) == []
