"""A batch of simulations: each kept the moment it ends, known by all that moves its bits, never mixed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xarray as xr

from mohalla import catalogue, checkpoints, saving
from mohalla.engine.simulate import simulate
from mohalla.engine.snapshot import Snapshot
from mohalla.errors import MohallaError
from mohalla.experiments import batch, parallel
from mohalla.experiments.ensemble import Member, Request
from mohalla.scenario import Scenario
from workbench.stepping import armed_town
from workbench.towns import scenario

UNTIL = date(1980, 6, 30)


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process, which saves starting others."""
    monkeypatch.setattr(parallel, "cores", lambda: 1)


def hold(run: xr.Dataset, _scenario: Scenario) -> dict[str, Any]:
    """Some of the results to the last bit, and what is not a number."""
    return {"face": run["face"].values.sum(axis=(1, 2)).tolist(), "fear": float(run["fear"].mean()), "none": None}


def other(_run: xr.Dataset, _scenario: Scenario) -> int:
    return 1


def one(root: Path, **asked: Any) -> batch.Job:
    """One short simulation of the armed town."""
    request = Request(
        asked.get("scenario", armed_town()), asked.get("until", UNTIL), asked.get("without", ()), simulate
    )
    member = Member("1", asked.get("seed", 1), asked.get("scale", 10), asked.get("draw", False))
    return batch.job(request, member, asked.get("measure", hold), root)


def answers(*jobs: batch.Job) -> list[Any]:
    """What was measured of each, in the order in which it came."""
    return [answer for _, answer in batch.run(jobs)]


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The simulations that are really run."""
    done: list[Path] = []

    def measured(job: batch.Job, tell: parallel.Tell) -> Any:
        done.append(job.path)
        return whole(job, tell)

    whole = batch.measured
    monkeypatch.setattr(batch, "measured", measured)
    return done


def test_what_was_measured_is_kept_to_the_last_bit_and_not_simulated_again(tmp_path: Path, counted: list[Path]) -> None:
    first = answers(one(tmp_path))
    assert first == [hold(simulate(armed_town(), until=UNTIL), armed_town())]
    assert answers(one(tmp_path)) == first
    assert counted == [one(tmp_path).path]
    assert batch.there([one(tmp_path), one(tmp_path, seed=2)]) == {one(tmp_path).path: first[0]}


def test_each_is_kept_the_moment_it_ends(tmp_path: Path) -> None:
    jobs = [one(tmp_path, seed=seed) for seed in (1, 2, 3)]
    coming = batch.run(jobs, 1)
    for ended in range(1, 4):
        next(coming)
        assert [job.path.exists() for job in jobs] == [True] * ended + [False] * (3 - ended)


def test_a_batch_goes_on_with_what_is_missing(tmp_path: Path, counted: list[Path]) -> None:
    jobs = [one(tmp_path, seed=seed) for seed in (1, 2, 3)]
    coming = batch.run(jobs, 1)
    kept = [next(coming) for _ in range(2)]
    coming.close()  # type: ignore[attr-defined]
    assert [job.path for job, _ in batch.run(jobs)] == [job.path for job in jobs]
    assert counted == [job.path for job in jobs]
    assert [answer for _, answer in batch.run(jobs)][:2] == [answer for _, answer in kept]


def test_one_under_way_goes_on_from_its_checkpoint_with_the_same_bits(tmp_path: Path) -> None:
    job, weeks = one(tmp_path), list[int]()
    path = job.path.parent / "checkpoints" / f"{job.path.stem}.npz"

    def keep(take: Callable[[], Snapshot]) -> None:
        if take().weeks == 10:
            checkpoints.write(path, take())

    path.parent.mkdir(parents=True)
    simulate(armed_town(), until=UNTIL, keep=keep)
    found = list(batch.run([job], 1, lambda _job, news: weeks.append(news[0])))
    assert [answer for _, answer in found] == [hold(simulate(armed_town(), until=UNTIL), armed_town())]
    assert weeks[0] > 10, "the first ten weeks are not simulated again"
    assert not path.exists()


CHANGED: dict[str, dict[str, Any]] = {
    "seed": {"seed": 2},
    "scale": {"scale": 20},
    "until": {"until": date(1980, 7, 31)},
    "without": {"without": ("rivalry",)},
    "draw": {"draw": True},
    "scenario": {"scenario": scenario()},
    "measure": {"measure": other},
}


@pytest.mark.parametrize("name", CHANGED)
def test_another_question_is_another_simulation(name: str, tmp_path: Path) -> None:
    assert one(tmp_path, **CHANGED[name]).path != one(tmp_path).path


@pytest.mark.parametrize("name", ["sources", "numpy", "numba", "python", "machine", "mohalla"])
def test_other_code_or_another_machine_is_another_folder(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, counted: list[Path]
) -> None:
    answers(one(tmp_path))
    made = {**batch.made_with(), name: "other"}
    monkeypatch.setattr(batch, "made_with", lambda: made)
    monkeypatch.setattr("mohalla.engine.cpu.made_with", lambda: made)
    assert batch.there([one(tmp_path)]) == {}
    assert one(tmp_path).path.parent != counted[0].parent


def test_code_that_changes_under_way_is_refused(tmp_path: Path) -> None:
    job = one(tmp_path)
    older = job._replace(question={**job.question, "sources": "older"})
    with pytest.raises(
        MohallaError, match=r"the code has changed under way: sources was older and is .*never mixed\.$"
    ):
        answers(older)
    assert not job.path.exists()


def bent(path: Path) -> None:
    kept = json.loads(path.read_text())
    kept["measured"]["fear"] += 1e-12
    path.write_text(json.dumps(kept))


def swapped(path: Path) -> None:
    kept = json.loads(path.read_text())
    kept["question"]["seed"] = "2"
    path.write_text(json.dumps(kept))


DAMAGE: dict[str, Callable[[Path], object]] = {
    "half written": lambda path: path.write_bytes(path.read_bytes()[:40]),
    "empty": lambda path: path.write_bytes(b""),
    "a list": lambda path: path.write_text("[1]"),
    "nothing said": lambda path: path.write_text("{}"),
    "a bent number": bent,
    "of another seed": swapped,
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_file_is_as_good_as_none(name: str, tmp_path: Path, counted: list[Path]) -> None:
    first = answers(one(tmp_path))
    DAMAGE[name](one(tmp_path).path)
    assert batch.there([one(tmp_path)]) == {}
    assert answers(one(tmp_path)) == first
    assert len(counted) == 2


def test_the_catalogue_lists_what_was_measured_and_can_be_removed(tmp_path: Path) -> None:
    jobs = [one(tmp_path, seed=seed) for seed in (1, 2)]
    first, path = answers(*jobs), jobs[0].path.parent / catalogue.NAME
    assert list(batch.there(jobs).values()) == first
    with sqlite3.connect(path) as opened:
        seeds = opened.execute("SELECT json_extract(details, '$.question.seed') FROM runs ORDER BY 1").fetchall()
        assert (seeds, opened.execute("PRAGMA journal_mode").fetchone()) == ([("1",), ("2",)], ("wal",))
    for one_file in path.parent.glob(f"{catalogue.NAME}*"):
        one_file.unlink()
    assert list(batch.there(jobs).values()) == first


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / batch.FOLDER).write_text("in the way")
    with pytest.raises(MohallaError, match=r"measured/[0-9a-f]+: cannot be written: "):
        answers(one(tmp_path))


def test_a_full_disk_is_said_and_nothing_half_written_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(saving.os, "fsync", full)
    with pytest.raises(MohallaError, match="cannot be written: no space left on device"):
        answers(one(tmp_path))
    assert list(tmp_path.rglob("*.json")) == list(tmp_path.rglob("*.part")) == []
