"""A run that was stopped is taken up with the same bits, says what it goes on from, and is never mixed with another."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

import mohalla
from mohalla import checkpoints, reading, results, store
from mohalla.engine.simulate import simulate
from mohalla.errors import MohallaError
from mohalla.experiments import ensemble, parallel
from mohalla.experiments.ensemble import Job, Member, Request
from mohalla.experiments.rerun import compared
from tests.test_cli import Call, Said, call, refused, without_notes
from verification import kills

__all__ = ["call"]  # the fixture

ROOT = Path(__file__).parents[1]
SEED = 20
TOWN = "small-town"
SHORT = ("--until", "1980")


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Worlds are simulated one after the other in this process, which saves starting others."""
    monkeypatch.setattr(parallel, "cores", lambda: 1)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> store.Run:
    """Three worlds of three years, simulated without a stop."""
    return made(tmp_path_factory.mktemp("finished"))


def made(folder: Path) -> store.Run:
    """A finished run, as `mohalla run small-town --seeds 3 --until 1980` makes it."""
    town = mohalla.load(TOWN)
    request = Request(town, reading.last_day("1980", town), (), simulate)
    team = ensemble.members(town, 3, 10)
    facts = {
        "scenario": TOWN, "labels": [one.label for one in team], "members": [one._asdict() for one in team],
        "until": "1980-12-31", "without": [],
    }  # fmt: skip
    kept = store.create(town, facts, folder)
    for now, _ in ensemble.run(request, team, kept, 1):
        kept = now
    return store.finish(kept)


@pytest.fixture
def stopped(finished: store.Run, tmp_path: Path) -> store.Run:
    """The same run as it would stand had it been killed: two worlds done, one under way."""
    folder = tmp_path / "runs" / finished.id
    shutil.copytree(finished.folder, folder)
    kept = store.find(folder)
    kept.simulations["2"].unlink()
    under_way(kept, "2", 50)
    done = {label: kept.details["simulations"][label] for label in ("1", "3")}
    details = {**kept.details, "simulations": done, "status": "running"}
    details |= {"seconds": None, "process": {**details["process"], "id": 2**22 + 1}}
    (folder / "run.json").write_text(json.dumps(details))
    return store.find(folder)


def under_way(kept: store.Run, label: str, weeks: int, **other: Any) -> Path:
    """A checkpoint of one world after so many weeks."""
    path, town = store.checkpoint_path(kept, label), mohalla.load(TOWN)
    member = next(one for one in ensemble.members(town, 3, 10) if one.label == label)
    asked: dict[str, Any] = {"scale": member.scale, "until": reading.last_day("1980", town), "draw": member.draw}

    def keep(take: Callable[[], Any]) -> None:
        if (snapshot := take()).weeks == weeks:
            checkpoints.write(path, snapshot)

    simulate(town, member.seed, keep=keep, **asked | other)
    return path


def changed(kept: store.Run, **details: Any) -> None:
    """Other words in `run.json`."""
    (kept.folder / "run.json").write_text(json.dumps({**kept.details, **details}))


def same(one: store.Run, other: store.Run) -> bool:
    """Whether two runs have the same bits in every world."""
    pairs = zip(one.simulations.values(), other.simulations.values(), strict=True)
    return not any(compared(results.load(first), results.load(second)) for first, second in pairs)


# --- killed ----------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
def test_a_run_that_is_killed_and_taken_up_has_the_same_bits(tmp_path: Path) -> None:
    """In the first world, and while workers simulate the others. `python -m verification.kills` kills 20 times."""
    rng = Random(SEED)
    at = [kills.Kill("1", rng.randrange(1, 400)), kills.Kill("2", rng.randrange(1, 400))]
    assert [words.rpartition(": ")[2] for words in kills.killed(tmp_path, at)] == ["killed", "killed"]
    (kept,) = store.runs(tmp_path)
    assert kept.status == "finished"
    for label, path in kept.simulations.items():
        again = simulate(mohalla.load(TOWN), int(label), draw=label != "1")
        assert compared(results.load(path), again) == {}
    assert not (kept.folder / "checkpoints").exists()
    assert [path.name for path in kept.folder.rglob(".*")] == [], "nothing half-written is left"


# --- what goes on ----------------------------------------------------------------------------------------------------


def test_a_run_goes_on_from_what_is_there(stopped: store.Run, finished: store.Run, call: Call) -> None:
    stopped.simulations["3"].unlink()
    said = call("resume", "--no-report")
    assert (said.code, said.err) == (0, "")
    first, *rest = said.out.splitlines()
    folder = Path("runs", stopped.id)
    assert first == (f"Going on with {folder}: world 2 from 1978-12-18; 1 of 3 simulations had ended; 1 to begin.")
    assert rest[0].startswith("A small town (invented): 3 simulations in ")
    kept = store.find(stopped.folder)
    assert (kept.status, same(kept, finished)) == ("finished", True)
    assert not (stopped.folder / "checkpoints").exists()


def test_what_is_done_is_not_done_again(stopped: store.Run, call: Call) -> None:
    done = stopped.simulations["1"]
    before = done.stat().st_mtime_ns
    call("resume", "--quiet", "--no-report")
    assert done.stat().st_mtime_ns == before
    assert results.load(store.find(stopped.folder).simulations["2"]).attrs["weeks"] == 157


def test_a_simulation_that_was_saved_but_not_noted_is_kept(stopped: store.Run, call: Call) -> None:
    done = {label: facts for label, facts in stopped.details["simulations"].items() if label != "3"}
    changed(stopped, simulations=done)
    before = stopped.simulations["3"].stat().st_mtime_ns
    assert "2 of 3 simulations had ended." in call("resume", "--no-report").out
    assert stopped.simulations["3"].stat().st_mtime_ns == before
    assert store.find(stopped.folder).details["simulations"]["3"] == {"seed": 3, "scale": 10, "draw": True}


def test_a_simulation_whose_file_is_gone_or_another_is_simulated_again(
    stopped: store.Run, finished: store.Run, call: Call
) -> None:
    stopped.simulations["1"].unlink()
    shutil.copy(finished.simulations["1"], stopped.simulations["3"])
    shutil.copy(finished.simulations["2"], stopped.folder / "simulations")
    assert "1 of 3 simulations had ended; 2 to begin." in call("resume", "--no-report").out
    assert same(store.find(stopped.folder), finished)


def test_a_run_in_which_only_the_end_is_missing(stopped: store.Run, finished: store.Run, call: Call) -> None:
    shutil.copy(finished.simulations["2"], stopped.folder / "simulations")
    said = call("resume")
    assert "3 of 3 simulations had ended." in said.out
    kept = store.find(stopped.folder)
    assert (kept.status, kept.report.is_file()) == ("finished", True)


@pytest.mark.parametrize("damage", [b"", b"half"])
def test_a_damaged_checkpoint_is_left_aside_and_said(
    damage: bytes, stopped: store.Run, finished: store.Run, call: Call
) -> None:
    path = store.checkpoint_path(stopped, "2")
    path.write_bytes(damage)
    said = call("resume", "--no-report")
    shown = Path("runs") / path.relative_to(stopped.folder.parent)
    assert said.out.splitlines()[1] == f"{shown} is damaged and left aside; that world begins anew."
    assert same(store.find(stopped.folder), finished)


def test_what_was_half_written_goes(stopped: store.Run, call: Call) -> None:
    for name in ("simulations/.2.nc.77.part", "checkpoints/.2.npz.77.part"):
        (stopped.folder / name).write_text("half")
    call("resume", "--quiet", "--no-report")
    assert list(stopped.folder.rglob("*.part")) == []


def test_seconds_are_those_of_both_parts(stopped: store.Run, call: Call) -> None:
    changed(stopped, status="interrupted", seconds=1000.0)
    call("resume", "--quiet", "--no-report")
    assert 1000 < store.find(stopped.folder).details["seconds"] < 1100


def test_where_it_was_killed_the_last_thing_it_wrote_counts(stopped: store.Run) -> None:
    began = store._began(stopped)
    for path in stopped.folder.rglob("*.*"):
        os.utime(path, (began + 300, began + 300))
    assert store.reopen(stopped).details["resumed"]["after"] == pytest.approx(300, abs=1)


def test_the_latest_that_was_stopped_is_meant(stopped: store.Run, finished: store.Run, call: Call) -> None:
    late = stopped.folder.with_name("zebra")
    shutil.copytree(finished.folder, late)
    changed(store.find(late), started="2099-01-01T00:00:00+00:00")
    assert call("resume", "--quiet", "--no-report").code == 0
    assert store.find(stopped.folder).status == "finished"


def test_it_prints_one_json_object(stopped: store.Run, call: Call) -> None:
    data = json.loads(call("resume", stopped.id[:12], "--json", "--no-report").out)
    assert (data["status"], list(data["simulations"])) == ("finished", ["1", "2", "3"])


def test_progress_begins_with_what_is_done() -> None:
    from mohalla.cli import run as commands

    team = ensemble.members(mohalla.load(TOWN), 3, 10)
    request = Request(mohalla.load(TOWN), reading.last_day("1980", mohalla.load(TOWN)), (), simulate)
    shares = commands._shares(request, team, team[1:], {"2": 50})
    assert shares == {"1": 1.0, "2": pytest.approx(50 / 157), "3": 0.0}


# --- checkpoints of a run --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("every", "written"), [(0, False), (0.001, True)])
def test_checkpoints_are_kept_unless_they_are_not_wanted(
    every: float, written: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths: list[Path] = []
    monkeypatch.setattr(checkpoints, "write", lambda path, _snapshot: paths.append(path))
    town = mohalla.load(TOWN)
    request = Request(town, reading.last_day("1978", town), (), simulate, every)
    job = Job(request, Member("1", 1, 10, False), tmp_path / "1.nc", tmp_path / "checkpoints" / "1.npz")
    ensemble.simulated(job, lambda _news: None)
    assert set(paths) == ({job.checkpoint} if written else set())


def test_a_checkpoint_goes_once_its_results_are_saved(finished: store.Run, tmp_path: Path) -> None:
    kept = finished._replace(folder=tmp_path)
    (tmp_path / "simulations").mkdir()
    path = under_way(kept, "1", 20)
    town = mohalla.load(TOWN)
    request = Request(town, reading.last_day("1980", town), (), simulate)
    saved = ensemble.simulated(
        Job(request, Member("1", 1, 10, False), store.simulation_path(kept, "1"), path), lambda _news: None
    )
    assert compared(results.load(saved), results.load(finished.simulations["1"])) == {}
    assert not path.exists()


# --- what is refused -------------------------------------------------------------------------------------------------


def test_a_finished_run_has_nothing_left(finished: store.Run, call: Call) -> None:
    assert "this run is finished; there is nothing left to simulate." in refused(call("resume", str(finished.folder)))


def test_where_nothing_was_stopped(finished: store.Run, call: Call) -> None:
    message = refused(call("resume", "--out", str(finished.folder.parent)))
    assert message.endswith(f"was stopped. Those there are finished: {finished.id}.\n")
    assert "no run in elsewhere was stopped.\n" in refused(call("resume", "--out", "elsewhere"))


def test_a_run_under_way_is_left_alone(stopped: store.Run, call: Call) -> None:
    with store.claimed(stopped):
        assert "another process is simulating this run now." in refused(call("resume"))
    assert call("resume", "--quiet", "--no-report").code == 0


def test_where_there_are_no_locks_the_run_itself_is_asked(
    stopped: store.Run, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_locked", lambda *_: False)
    changed(stopped, process={"host": "elsewhere", "id": 7})
    message = refused(call("resume"))
    assert "run.json says that process 7 on elsewhere simulates this run now." in message
    assert message.endswith('write "interrupted" for "running" there.\n')
    changed(stopped, process={"host": "elsewhere", "id": 7}, status="interrupted", seconds=3.0)
    assert call("resume", "--quiet", "--no-report").code == 0


@pytest.mark.parametrize("name", ["sources", "numpy", "numba", "python", "machine"])
def test_a_run_of_another_version_is_refused(name: str, stopped: store.Run, call: Call) -> None:
    changed(stopped, made_with={**stopped.details["made_with"], name: "older"})
    message = refused(call("resume"))
    assert f"this run began with another version: {name} was older and is " in message
    assert message.endswith("Results are never mixed; begin anew: `mohalla run small-town`.\n")


def test_a_scenario_that_has_changed_is_refused(stopped: store.Run, call: Call, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(f'extends = "{TOWN}"')
    details = {**stopped.details["request"], "scenario": "mine.toml"}
    changed(stopped, request=details)
    path.write_text(f'extends = "{TOWN}"\n[about]\ntitle = "Another town"\n')
    message = refused(call("resume"))
    assert (
        "mine.toml has changed since this run began. Put it back as it was, or begin anew: `mohalla run mine.toml`."
        in message
    )
    path.unlink()
    assert call("resume", "--quiet", "--no-report").code == 0, "the run has its own copy"


def test_a_scenario_changed_in_the_run_is_refused(stopped: store.Run, call: Call) -> None:
    path = stopped.folder / "scenario.json"
    path.write_text(path.read_text().replace("A small town (invented)", "Another town"))
    assert "scenario.json has changed since this run began." in refused(call("resume"))


OTHER: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "seed": (lambda asked: asked["members"][1].update(seed=9), "seed was 2 and is 9"),
    "scale": (lambda asked: asked["members"][1].update(scale=20), "scale was 10 and is 20"),
    "draw": (lambda asked: asked["members"][1].update(draw=False), "draw was True and is False"),
    "until": (lambda asked: asked.update(until="1979-12-31"), "weeks was 157 and is 105"),
    "without": (lambda asked: asked.update(without=["rivalry"]), "without was nothing and is rivalry"),
}


@pytest.mark.parametrize("name", OTHER)
def test_other_options_are_refused(name: str, stopped: store.Run, call: Call) -> None:
    change, words = OTHER[name]
    asked = json.loads(json.dumps(stopped.details["request"]))
    change(asked)
    changed(stopped, request=asked)
    before = (stopped.folder / "run.json").read_text()
    message = refused(call("resume"))
    assert f"2.npz: is of another simulation than run.json asks for: {words}." in message
    assert (stopped.folder / "run.json").read_text() == before


def test_a_checkpoint_of_another_scenario_is_refused(stopped: store.Run, call: Call) -> None:
    path = store.checkpoint_path(stopped, "2")
    snapshot = checkpoints.read(path)
    checkpoints.write(path, snapshot._replace(question={**snapshot.question, "scenario": "0123456789abcdef"}))
    assert "another simulation than run.json asks for: scenario was 0123456789abcdef and is " in refused(call("resume"))


def test_a_run_that_does_not_say_enough_is_refused(stopped: store.Run, call: Call) -> None:
    request = {key: value for key, value in stopped.details["request"].items() if key != "members"}
    changed(stopped, request=request)
    assert "this run does not say what it takes to go on with it." in refused(call("resume"))


@pytest.mark.parametrize("every", ["-1", "1e9", "nan"])
def test_seconds_between_checkpoints_have_bounds(every: str, call: Call) -> None:
    message = refused(call("run", TOWN, "--checkpoint", every))
    assert f"--checkpoint = {float(every)}: must be between 0 and 86,400." in message


# --- words -----------------------------------------------------------------------------------------------------------

SLOW = """
from workbench.slowing import slow_down

slow_down("begun", lambda week: week >= 20)
if __name__ == "__main__":
    from mohalla.cli.app import main
    main()
"""


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_who_stops_a_run_keeps_the_week_and_is_told_how_to_go_on(number: signal.Signals, tmp_path: Path) -> None:
    """No checkpoint is due for an hour: the one that is there was kept when it was stopped.

    A week takes a fifth of a second from the twentieth on, so that a busy machine too is in time to stop it.
    """
    (tmp_path / "slow.py").write_text(SLOW)
    words = [sys.executable, "slow.py", "run", TOWN, "--seeds", "1", "--no-report", "--checkpoint", "3600"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    program = subprocess.Popen(words, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True)
    while not (tmp_path / "begun").exists():
        assert program.poll() is None, program.communicate()[1]
        time.sleep(0.01)
    program.send_signal(number)
    told = without_notes(program.communicate(timeout=300)[1])
    (kept,) = store.runs(tmp_path / "runs")
    assert program.returncode == 128 + number
    start = "mohalla: stopped. No simulation had ended. "
    assert told.startswith(f"{start}`mohalla resume runs/{kept.id}` goes on: world 1 from 19")
    assert told.count("\n") == 1
    assert checkpoints.weeks_done(store.checkpoint_path(kept, "1")) >= 20


def test_runs_says_how_to_go_on(stopped: store.Run, call: Call) -> None:
    assert call("runs").out.splitlines()[-1] == "`mohalla resume RUN` goes on with one that was interrupted."
    call("resume", "--quiet", "--no-report")
    assert "resume" not in call("runs").out
    assert stopped.id in call("runs").out


def test_an_error_says_how_to_go_on(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise MohallaError("results: cannot be written: no space left on device.")

    monkeypatch.setattr(results, "save", full)
    said: Said = call("run", TOWN, "--seeds", "1", "--until", "1979", "--no-report")
    kept = store.find("last")
    assert said.code == 2
    assert said.err == (
        "mohalla: results: cannot be written: no space left on device. No simulation had ended. "
        f"`mohalla resume {kept.folder}` goes on.\n"
    )
