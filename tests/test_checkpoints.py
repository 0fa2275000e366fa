"""A simulation taken up from a snapshot ends with the same bits; what is on disk is whole, ours, and seldom written."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from mohalla import checkpoints, saving
from mohalla.engine.simulate import prepare, simulate
from mohalla.engine.snapshot import Snapshot, question
from mohalla.engine.week import BY_NAME
from mohalla.errors import MohallaError
from mohalla.mechanisms import SWITCHABLE
from tests.test_determinism import unlike
from workbench.stepping import armed_town, small_town
from workbench.towns import scenario

WEEKS = 104


def snapshot_after(weeks: int, path: Path, **asked: Any) -> Path:
    """A checkpoint of the armed town after so many weeks."""

    def keep(take: Callable[[], Snapshot]) -> None:
        snapshot = take()
        if snapshot.weeks == weeks:
            checkpoints.write(path, snapshot)

    simulate(armed_town(), keep=keep, **asked)
    return path


@cache
def whole() -> xr.Dataset:
    return simulate(armed_town())


# --- the same bits ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("weeks", [1, 12, 13, 14, 52, WEEKS - 1])
def test_a_simulation_goes_on_with_the_same_bits(weeks: int, tmp_path: Path) -> None:
    start = checkpoints.read(snapshot_after(weeks, tmp_path / "1.npz"))
    assert unlike(simulate(armed_town(), start=start), whole()) == []


def test_it_goes_on_past_polls_and_foundings(tmp_path: Path) -> None:
    """The small town: a party is founded in week 61 and three polls are held; stopped before, between and after."""
    found: list[Path] = []

    def keep(take: Callable[[], Snapshot]) -> None:
        if (weeks := take().weeks) in (60, 62, 200, 330):
            found.append(tmp_path / f"{weeks}.npz")
            checkpoints.write(found[-1], take())

    reference = simulate(small_town(), keep=keep)
    assert reference["seats"].values.sum() > 0
    assert len(found) == 4
    for path in found:
        assert unlike(simulate(small_town(), start=checkpoints.read(path)), reference) == [], path.name


def test_one_that_is_stopped_twice_and_drawn_anew_too(tmp_path: Path) -> None:
    asked: dict[str, Any] = {"seed": 7, "draw": True, "without": ("rivalry", "election")}
    first = checkpoints.read(snapshot_after(30, tmp_path / "1.npz", **asked))
    second = checkpoints.read(snapshot_after(77, tmp_path / "2.npz", start=first, **asked))
    assert unlike(simulate(armed_town(), start=second, **asked), simulate(armed_town(), **asked)) == []


def test_plain_python_goes_on_with_the_same_bits(tmp_path: Path) -> None:
    until = date(1980, 3, 1)
    start = checkpoints.read(snapshot_after(3, tmp_path / "1.npz", until=until, plain=True))
    assert unlike(simulate(armed_town(), until=until, start=start), simulate(armed_town(), until=until)) == []


def test_offering_snapshots_changes_nothing() -> None:
    offered: list[int] = []
    run = simulate(armed_town(), keep=lambda take: offered.append(take().weeks))
    assert offered == list(range(1, WEEKS)), "after each week but the last"
    assert unlike(run, whole()) == []


def test_a_snapshot_holds_everything_that_steps_write() -> None:
    taken: list[Snapshot] = []
    simulate(armed_town(), until=date(1980, 2, 1), keep=lambda take: taken.append(take()))
    written = {name for step in BY_NAME.values() for name in step.writes}
    assert {name for name in written if f"state/{name}" not in taken[0].arrays} == set()


def test_a_snapshot_holds_nothing_that_never_changes() -> None:
    taken: list[Snapshot] = []
    simulate(armed_town(), until=date(1980, 2, 1), keep=lambda take: taken.append(take()))
    run = prepare(armed_town(), 1, scale=10, until=None, without=(), draw=False)
    assert "state/cell_path" not in taken[0].arrays
    assert len(taken[0].arrays) < len(run.arrays) + 100
    assert taken[0].arrays["observed/face"].shape[0] == 1, "weeks to come are not written"


def test_the_time_of_both_parts_counts(tmp_path: Path) -> None:
    start = checkpoints.read(snapshot_after(50, tmp_path / "1.npz"))
    assert simulate(armed_town(), start=start._replace(seconds=1000.0)).attrs["seconds"] > 1000


# --- never mixed -----------------------------------------------------------------------------------------------------

OTHER: dict[str, tuple[dict[str, Any], str]] = {
    "seed": ({"seed": 2}, "seed was 1 and is 2"),
    "scale": ({"scale": 20}, "scale was 10 and is 20"),
    "weeks": ({"until": date(1980, 12, 31)}, "weeks was 104 and is 52"),
    "without": ({"without": ("rivalry",)}, "without was nothing and is rivalry"),
    "draw": ({"draw": True}, "draw was False and is True"),
}


@pytest.mark.parametrize("name", OTHER)
def test_another_question_is_refused(name: str, tmp_path: Path) -> None:
    start = checkpoints.read(snapshot_after(1, tmp_path / "1.npz"))
    asked, words = OTHER[name]
    with pytest.raises(MohallaError, match=f"^this simulation cannot go on from there: {words}\\.$"):
        simulate(armed_town(), start=start, **asked)


def test_another_scenario_is_refused(tmp_path: Path) -> None:
    start = checkpoints.read(snapshot_after(1, tmp_path / "1.npz"))
    with pytest.raises(
        MohallaError, match=r"cannot go on from there: scenario was [0-9a-f]{16} and is [0-9a-f]{16}\.$"
    ):
        simulate(scenario(), start=start)


@pytest.mark.parametrize("name", ["sources", "numpy", "numba", "python", "machine", "mohalla"])
def test_other_code_or_another_machine_is_refused(name: str, tmp_path: Path) -> None:
    start = checkpoints.read(snapshot_after(1, tmp_path / "1.npz"))
    older = start._replace(question={**start.question, name: "older"})
    with pytest.raises(MohallaError, match=f"cannot go on from there: {name} was older and is "):
        simulate(armed_town(), start=older)


def test_the_order_of_what_is_left_out_is_no_difference() -> None:
    one, other = (
        question(armed_town(), 1, scale=10, until=None, without=names, draw=False)
        for names in (SWITCHABLE, SWITCHABLE[::-1])
    )
    assert one == other


# --- on disk ---------------------------------------------------------------------------------------------------------


def bent(path: Path, at: float) -> None:
    """One byte changed, so far into a file."""
    data = bytearray(path.read_bytes())
    data[int(len(data) * at)] ^= 0xFF
    path.write_bytes(data)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "half written": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "empty": lambda path: path.write_bytes(b""),
    "something else": lambda path: path.write_text("not a checkpoint"),
    "a bent byte": lambda path: bent(path, 0.5),
    "a bent name": lambda path: path.write_bytes(path.read_bytes()[::-1].replace(b"ecaf", b"ecar", 1)[::-1]),
    "no word on what it is": lambda path: np.savez(path, heart=np.zeros(3)),
    "a text that is none": lambda path: np.savez(path, about=np.array("{")),
    "a text that says nothing": lambda path: np.savez(path, about=np.array("{}")),
    "a table of numbers": lambda path: np.save(path.open("wb"), np.zeros(3)),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_checkpoint_is_refused_in_words_and_else_ignored(name: str, tmp_path: Path) -> None:
    path = snapshot_after(1, tmp_path / "1.npz")
    assert checkpoints.found(path) is not None
    DAMAGE[name](path)
    with pytest.raises(MohallaError, match=r"1\.npz: is no whole checkpoint: "):
        checkpoints.read(path)
    assert checkpoints.found(path) is None


def test_where_there_is_no_checkpoint(tmp_path: Path) -> None:
    assert checkpoints.found(tmp_path / "1.npz") is None
    assert checkpoints.weeks_done(tmp_path / "1.npz") is None


def test_weeks_done_are_read_without_the_rest(tmp_path: Path) -> None:
    path = snapshot_after(17, tmp_path / "1.npz")
    assert checkpoints.weeks_done(path) == 17
    path.write_text("{}")
    assert checkpoints.weeks_done(path) is None


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    snapshot = Snapshot({"seed": "1"}, 3, 1.5, {"state/heart": np.arange(4, dtype=np.uint8), "observed/x": np.ones(2)})
    checkpoints.write(tmp_path / "deep" / "1.npz", snapshot)
    read = checkpoints.read(tmp_path / "deep" / "1.npz")
    assert read[:3] == snapshot[:3]
    assert {name: array.tolist() for name, array in read.arrays.items()} == {
        "state/heart": [0, 1, 2, 3], "observed/x": [1.0, 1.0]
    }  # fmt: skip
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["1.npz"]


# --- how often -------------------------------------------------------------------------------------------------------


class Clock:
    """A clock that moves when it is told to, and while something is written."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, slow: float) -> None:
        self.now, self.slow, self.written = 0.0, slow, list[float]()
        monkeypatch.setattr(checkpoints.time, "monotonic", lambda: self.now)
        monkeypatch.setattr(checkpoints, "write", self.write)

    def write(self, _path: Path, _snapshot: object) -> None:
        self.written.append(self.now)
        self.now += self.slow

    def pass_by(self, keep: Callable[[Callable[[], Snapshot]], None], seconds: int) -> None:
        for _ in range(seconds):
            self.now += 1.0
            keep(lambda: Snapshot({}, 1, 0.0, {}))


@pytest.mark.parametrize(
    ("every", "slow", "written"),
    [
        (None, 0.1, [60, 120, 180]),
        (None, 3.0, [60, 213]),
        (10.0, 0.0, [10, 20, 30]),
        (10.0, 5.0, [10, 25, 40]),
    ],
)
def test_checkpoints_are_as_far_apart_as_asked_or_as_costs_nothing(
    every: float | None, slow: float, written: list[int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    clock = Clock(monkeypatch, slow)
    clock.pass_by(checkpoints.keeper(tmp_path / "1.npz", every), 300)
    assert [round(when) for when in clock.written][: len(written)] == written
    if every is None:
        assert slow * len(clock.written) <= 0.02 * clock.now + slow


def test_who_is_asked_to_stop_keeps_the_week_that_has_ended_and_stops(tmp_path: Path) -> None:
    done: list[int] = []

    def stop() -> None:
        raise KeyboardInterrupt

    def keep(take: Callable[[], Snapshot]) -> None:
        done.append(take().weeks)
        kept(take)

    kept = checkpoints.keeper(tmp_path / "1.npz", None, lambda: len(done) == 41, stop)
    with pytest.raises(KeyboardInterrupt):
        simulate(armed_town(), keep=keep)
    assert checkpoints.weeks_done(tmp_path / "1.npz") == 41, "though none was due"
    assert unlike(simulate(armed_town(), start=checkpoints.read(tmp_path / "1.npz")), whole()) == []


def test_a_full_disk_stops_no_simulation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = snapshot_after(1, tmp_path / "1.npz")
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(saving.os, "fsync", full)
    run = simulate(armed_town(), keep=checkpoints.keeper(path, 0.0))
    assert unlike(run, whole()) == []
    assert path.read_bytes() == before, "the last one that fitted stands"
    assert [one.name for one in tmp_path.iterdir()] == ["1.npz"]


def test_a_checkpoint_says_what_it_is_of(tmp_path: Path) -> None:
    with np.load(snapshot_after(5, tmp_path / "1.npz")) as file:
        about = json.loads(str(file["about"]))
    assert (about["weeks"], about["question"]["seed"], about["question"]["scale"]) == (5, "1", "10")
