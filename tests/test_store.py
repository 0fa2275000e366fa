"""Run folders and their catalogue: what is finished stays, what is asked for is found, the catalogue can always go."""

from __future__ import annotations

import json
import os
import sqlite3
from pathlib import Path

import pytest
import xarray as xr

from mohalla import catalogue, reading, results, saving, store
from mohalla.errors import MohallaError
from mohalla.store import Run
from tests.fake_run import fake_dataset
from workbench import towns

TOWN = towns.scenario()
REQUEST = {"labels": ["1", "2", "3"], "scale": 10, "without": ["riot"]}


@pytest.fixture(scope="module")
def toy() -> xr.Dataset:
    return fake_dataset(TOWN, weeks=4)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return store.create(TOWN, REQUEST, tmp_path)


def aged(run: Run, started: str) -> Run:
    """A run that claims to have started at another time."""
    return store._changed(run, started=started)


# --- where -----------------------------------------------------------------------------------------------------------


def test_the_root_is_what_is_asked_then_the_environment_then_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOHALLA_RUNS", "/data/runs")
    assert store.root("elsewhere") == Path("elsewhere")
    assert store.root() == Path("/data/runs")
    monkeypatch.delenv("MOHALLA_RUNS")
    assert store.root() == Path("runs")


def test_a_run_is_named_after_its_scenario_and_its_moment(run: Run) -> None:
    name, day, time, digits = run.id.rsplit("-", 3)
    assert name == TOWN.about.name
    assert (len(day), len(time), len(digits)) == (8, 6, 4)


def test_runs_of_one_second_have_folders_of_their_own(tmp_path: Path) -> None:
    assert len({store.create(TOWN, REQUEST, tmp_path).id for _ in range(5)}) == 5


# --- what is written -------------------------------------------------------------------------------------------------


def test_a_run_says_what_was_asked_and_with_what(run: Run) -> None:
    said = json.loads((run.folder / "run.json").read_text())
    assert said["status"] == "running"
    assert said["request"] == REQUEST
    assert said["fingerprint"] == reading.fingerprint(TOWN)
    assert {"mohalla", "python", "numpy", "numba"} <= said["versions"].keys()
    assert said["platform"]


def test_the_whole_scenario_lies_beside_it(run: Run) -> None:
    assert store.scenario_of(run) == TOWN


def test_simulations_are_saved_and_noted(run: Run, toy: xr.Dataset) -> None:
    run = store.add_simulation(run, "1", toy, seed=1, scale=10)
    assert results.load(run.simulations["1"]).identical(toy)
    assert store.find(run.folder).details["simulations"] == {"1": {"seed": 1, "scale": 10}}


def test_simulations_stand_in_the_order_in_which_they_were_asked_for(run: Run) -> None:
    for label in ("3", "1", "2"):
        run = store.note_simulation(run, label)
    assert list(run.simulations) == ["1", "2", "3"]


def test_a_finished_run_says_so_and_how_long_it_took(run: Run) -> None:
    run = store.finish(run)
    assert (run.status, store.find(run.folder).status) == ("finished", "finished")
    assert run.details["seconds"] >= 0


def test_an_interrupted_run_keeps_what_was_finished(run: Run, toy: xr.Dataset) -> None:
    run = store.add_simulation(run, "1", toy)
    half = run.folder / "simulations" / f".2.nc.7{saving.SUFFIX}"
    half.write_text("half")
    store.mark_interrupted(run)
    found = store.find(run.folder)
    assert found.status == "interrupted"
    assert results.load(found.simulations["1"]).identical(toy)
    assert not half.exists()


def test_a_run_whose_process_is_gone_was_interrupted(run: Run) -> None:
    gone = {**run.details["process"], "id": 2**22 + 1}
    assert store._changed(run, process=gone).status == "interrupted"
    assert store._changed(run, process={**gone, "host": "another"}).status == "running"


def test_a_process_of_somebody_else_still_runs(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_process: int, _signal: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", refused)
    assert run.status == "running"


def test_a_place_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MohallaError, match="cannot be written: not a directory"):
        store.create(TOWN, REQUEST, tmp_path / "file")


# --- what is found ---------------------------------------------------------------------------------------------------


@pytest.fixture
def three(tmp_path: Path) -> list[Run]:
    """Three runs, the oldest first, under ids easy to write."""
    made = []
    for name, day in (("alpha-1", "2001-01-01"), ("alpha-2", "2002-01-01"), ("beta-1", "2003-01-01")):
        run = store.create(TOWN, REQUEST, tmp_path)
        run = run._replace(folder=run.folder.rename(tmp_path / name))
        made.append(aged(run, f"{day}T00:00:00+00:00"))
    return made


def ids(folder: Path) -> list[str]:
    return [run.id for run in store.runs(folder)]


def test_runs_are_listed_the_latest_first(three: list[Run], tmp_path: Path) -> None:
    assert ids(tmp_path) == ["beta-1", "alpha-2", "alpha-1"]
    assert ids(tmp_path) == ["beta-1", "alpha-2", "alpha-1"], "and again, from the catalogue"
    assert store.runs(tmp_path)[0].details == three[2].details


@pytest.mark.parametrize(("word", "id_"), [("last", "beta-1"), ("b", "beta-1"), ("alpha-2", "alpha-2")])
@pytest.mark.usefixtures("three")
def test_a_run_is_found(word: str, id_: str, tmp_path: Path) -> None:
    assert store.find(word, tmp_path).id == id_


@pytest.mark.usefixtures("three")
def test_a_run_is_found_by_its_folder(tmp_path: Path) -> None:
    assert store.find(tmp_path / "alpha-1", Path("/nowhere")).id == "alpha-1"


@pytest.mark.parametrize(
    ("word", "words"),
    [
        ("alpha", r"'alpha' begins 2 runs: alpha-1, alpha-2. Give more of it."),
        ("apha-1", r"no run 'apha-1'. Did you mean 'alpha-1'\? Runs: alpha-1, alpha-2, beta-1."),
    ],
)
@pytest.mark.usefixtures("three")
def test_a_run_that_is_not_found_gets_the_nearest(word: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(MohallaError, match=words):
        store.find(word, tmp_path)


def test_where_there_are_no_runs(tmp_path: Path) -> None:
    assert store.runs(tmp_path) == []
    assert store.runs(tmp_path / "nowhere") == []
    with pytest.raises(MohallaError, match=r"no runs in .* yet. `mohalla run small-town` makes one"):
        store.find("last", tmp_path)
    assert list(tmp_path.iterdir()) == [], "looking leaves nothing behind"


def test_a_damaged_run_is_named_when_asked_for_and_left_out_of_lists(three: list[Run], tmp_path: Path) -> None:
    (three[0].folder / "run.json").write_text("{")
    assert ids(tmp_path) == ["beta-1", "alpha-2"]
    with pytest.raises(MohallaError, match=r"run\.json: is damaged; the results under simulations/ can still be read"):
        store.find(three[0].folder)


def test_a_damaged_scenario_is_named(run: Run) -> None:
    (run.folder / "scenario.json").write_text("{")
    with pytest.raises(MohallaError, match=r"scenario\.json: cannot be read"):
        store.scenario_of(run)


# --- the catalogue ---------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("three")
def test_the_catalogue_is_made_again_from_the_folders(tmp_path: Path) -> None:
    before = store.runs(tmp_path)
    (tmp_path / catalogue.NAME).unlink()
    assert store.runs(tmp_path) == before
    assert (tmp_path / catalogue.NAME).is_file()


def test_the_catalogue_follows_the_folders(three: list[Run], tmp_path: Path) -> None:
    store.runs(tmp_path)
    three[0].folder.rename(tmp_path / "gamma-1")
    store.finish(three[1])
    assert ids(tmp_path) == ["beta-1", "alpha-2", "gamma-1"]
    assert [run.status for run in store.runs(tmp_path)] == ["running", "finished", "running"]


@pytest.mark.usefixtures("three")
def test_a_damaged_catalogue_costs_nothing(tmp_path: Path) -> None:
    before = store.runs(tmp_path)
    for path in tmp_path.glob(f"{catalogue.NAME}*"):
        path.write_bytes(b"no database at all" * 99)
    assert store.runs(tmp_path) == before
    assert store.runs(tmp_path) == before


@pytest.mark.usefixtures("three")
def test_a_catalogue_nobody_may_write_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("attempt to write a readonly database")

    monkeypatch.setattr(sqlite3, "connect", refused)
    assert ids(tmp_path) == ["beta-1", "alpha-2", "alpha-1"]


@pytest.mark.usefixtures("three")
def test_the_catalogue_lets_readers_in_while_somebody_writes(tmp_path: Path) -> None:
    store.runs(tmp_path)
    with sqlite3.connect(tmp_path / catalogue.NAME) as opened:
        assert opened.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        opened.execute("BEGIN IMMEDIATE")
        assert ids(tmp_path) == ["beta-1", "alpha-2", "alpha-1"]
        opened.rollback()


# --- one world -------------------------------------------------------------------------------------------------------


def test_one_world_of_a_run_is_the_one_named_or_the_first(run: Run, toy: xr.Dataset) -> None:
    with pytest.raises(MohallaError, match="no simulation of this run had ended"):
        store.simulation(run)
    for label in ("3", "2"):
        run = store.add_simulation(run, label, toy)
    assert store.simulation(run).name == "2.nc"
    assert store.simulation(run, "3").name == "3.nc"
    with pytest.raises(MohallaError, match=rf"no world '1' in {run.id}\..*There are: 2, 3\."):
        store.simulation(run, "1")


def test_a_world_whose_file_is_gone_is_no_world(run: Run, toy: xr.Dataset) -> None:
    for label in ("1", "2"):
        run = store.add_simulation(run, label, toy)
    run.simulations["1"].unlink()
    assert store.simulation(run).name == "2.nc"
