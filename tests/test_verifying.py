"""What is stored is what was stored: damage is named, nothing is mended unless told to, nothing is lost."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from mohalla import catalogue, results, saving, store, verifying
from mohalla.errors import MohallaError
from mohalla.experiments import batch
from mohalla.store import Run
from tests.fake_run import fake_dataset
from workbench import towns

TOWN = towns.scenario()
TOY = fake_dataset(TOWN, weeks=4)
REQUEST = {"labels": ["1", "2"], "until": "1980-02-01", "without": []}


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with a finished run of two worlds, listed once: made once, since each write waits for the disk."""
    place = tmp_path_factory.mktemp("stored")
    made = store.create(TOWN, REQUEST, place)
    for label in ("1", "2"):
        made = store.add_simulation(made, label, TOY, seed=int(label))
    store.finish(made)
    assert store.runs(place)
    return place


@pytest.fixture
def run(stored: Path, tmp_path: Path) -> Run:
    """That run, copied so that it may be spoilt."""
    shutil.copytree(stored, tmp_path, dirs_exist_ok=True)
    return store.find("last", tmp_path)


def troubles(place: Path) -> dict[str, str]:
    """What is wrong, by the file's path below the root."""
    return {one.path.relative_to(place).as_posix(): one.words for one in verifying.verify(place).troubles}


def test_every_stored_file_has_its_sum(run: Run) -> None:
    assert set(run.sums) == {"scenario.json", "sources.json", "simulations/1.nc", "simulations/2.nc"}
    assert store.find(run.folder).sums == {name: store.sum_of(run.folder / name) for name in run.sums}


def test_what_is_as_it_was_stored_is_no_trouble(run: Run, tmp_path: Path) -> None:
    (run.folder / "report.html").write_text("a page")
    (run.folder / "ablation.json").write_text("{}")
    found = verifying.verify(tmp_path)
    assert (found.runs, found.files, found.troubles) == (1, 7, [])


def test_where_there_is_nothing_there_is_no_trouble(tmp_path: Path) -> None:
    assert verifying.verify(tmp_path / "nowhere") == (0, 0, [])


def spoil(path: Path) -> None:
    """Change one byte in the middle."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


DAMAGE: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "a bit": (lambda run: spoil(run / "simulations/2.nc"), "simulations/2.nc", "its check sum differs"),
    "a world": (lambda run: (run / "simulations/1.nc").unlink(), "simulations/1.nc", "is gone"),
    "the scenario": (lambda run: spoil(run / "scenario.json"), "scenario.json", "its check sum differs"),
    "a stranger": (lambda run: (run / "notes.txt").write_text("mine"), "notes.txt", "is not part of the run"),
    "another world": (lambda run: (run / "simulations/9.nc").write_text(""), "simulations/9.nc", "not part of the run"),
    "half a file": (lambda run: (run / f".x.nc.99999999{saving.SUFFIX}").write_text(""),
                    f".x.nc.99999999{saving.SUFFIX}", "was never finished"),
    "run.json": (lambda run: (run / "run.json").write_text("{"), "", "run.json: is damaged"),
    "no run.json": (lambda run: (run / "run.json").unlink(), "", "has no run.json"),
}  # fmt: skip


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_named(kind: str, run: Run, tmp_path: Path) -> None:
    damage, name, words = DAMAGE[kind]
    damage(run.folder)
    ((where, said),) = troubles(tmp_path).items()
    assert where == f"{run.id}/{name}".rstrip("/")
    assert words in said


def test_what_a_process_is_writing_now_is_no_trouble(run: Run, tmp_path: Path) -> None:
    (run.folder / f".3.nc.{os.getpid()}{saving.SUFFIX}").write_text("half")
    assert troubles(tmp_path) == {}


def test_checkpoints_are_needed_until_a_run_is_finished(run: Run, tmp_path: Path) -> None:
    path = store.checkpoint_path(run, "2")
    path.parent.mkdir()
    path.write_text("")
    assert troubles(tmp_path) == {f"{run.id}/checkpoints/2.npz": "is of a run that is finished"}
    store.mark_interrupted(run)
    assert troubles(tmp_path) == {}


def test_looking_changes_nothing(run: Run, tmp_path: Path) -> None:
    spoil(run.simulations["1"])
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    verifying.verify(tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_repairing_sets_a_damaged_world_aside_so_that_the_run_can_go_on(run: Run, tmp_path: Path) -> None:
    spoil(run.simulations["2"])
    damaged = run.simulations["2"].read_bytes()
    assert verifying.repair(verifying.verify(tmp_path)).troubles == []
    now = store.find(run.folder)
    assert (now.status, list(now.simulations)) == ("interrupted", ["1"])
    assert (run.folder / "simulations" / f"2.nc{verifying.ASIDE}").read_bytes() == damaged
    assert troubles(tmp_path) == {}


def test_a_run_that_is_simulated_now_is_not_repaired(run: Run, tmp_path: Path) -> None:
    spoil(run.simulations["2"])
    with store.claimed(run), pytest.raises(MohallaError, match="another process is simulating this run now"):
        verifying.repair(verifying.verify(tmp_path))
    assert store.find(run.folder) == run


def test_repairing_never_touches_a_file_it_does_not_know(run: Run, tmp_path: Path) -> None:
    (run.folder / "notes.txt").write_text("mine")
    half = run.folder / f".x.99999999{saving.SUFFIX}"
    half.write_text("")
    left = verifying.repair(verifying.verify(tmp_path)).troubles
    assert [one.path.name for one in left] == ["notes.txt"]
    assert (run.folder / "notes.txt").read_text() == "mine"
    assert not half.exists()


def test_a_store_of_an_older_format_is_read_and_gets_its_sums_when_told(run: Run, tmp_path: Path) -> None:
    old = {name: said for name, said in run.details.items() if name not in ("format", "kind", "tags", "sums")}
    saving.write(run.folder / "run.json", json.dumps(old))
    kept = store.find(run.folder)
    assert (kept.kind, kept.tags, kept.sums) == ("run", [], {})
    assert set(troubles(tmp_path).values()) == {"has no check sum"}
    verifying.repair(verifying.verify(tmp_path))
    assert troubles(tmp_path) == {}
    assert store.find(run.folder).sums == run.sums


def test_a_store_of_a_later_format_is_refused_and_left_as_it_is(run: Run, tmp_path: Path) -> None:
    text = json.dumps({**run.details, "format": store.FORMAT + 1})
    saving.write(run.folder / "run.json", text)
    words = r"was stored by a later version of Mohalla \(store format 3; this one knows up to 2\)"
    for word in (run.folder, "last"):
        with pytest.raises(MohallaError, match=words):
            store.find(word, tmp_path)
    assert "was stored by a later version" in troubles(tmp_path)[run.id]
    assert (run.folder / "run.json").read_text() == text


# --- the catalogue ---------------------------------------------------------------------------------------------------


def test_a_catalogue_that_says_other_than_the_folders_is_named_and_made_again(run: Run, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / catalogue.NAME) as opened:
        opened.execute("UPDATE runs SET details = '{}'")
    assert troubles(tmp_path) == {catalogue.NAME: f"says other than the files of {run.id}"}
    verifying.repair(verifying.verify(tmp_path))
    assert [one.id for one in store.runs(tmp_path)] == [run.id]
    assert troubles(tmp_path) == {}


@pytest.mark.usefixtures("run")
def test_a_damaged_catalogue_is_named(tmp_path: Path) -> None:
    catalogue.forget(tmp_path)
    (tmp_path / catalogue.NAME).write_bytes(b"no database at all" * 99)
    assert "file is not a database" in troubles(tmp_path)[catalogue.NAME]


def test_a_catalogue_that_is_only_old_is_no_trouble(run: Run, tmp_path: Path) -> None:
    store.tag(run, add=["later"])
    assert troubles(tmp_path) == {}


@pytest.mark.parametrize(("version", "after"), [(0, catalogue.VERSION), (catalogue.VERSION + 1, catalogue.VERSION + 1)])
def test_an_older_catalogue_is_made_anew_and_a_later_one_is_left(
    version: int, after: int, run: Run, tmp_path: Path
) -> None:
    with sqlite3.connect(tmp_path / catalogue.NAME) as opened:
        opened.execute("ALTER TABLE runs RENAME COLUMN details TO other")
        opened.execute(f"PRAGMA user_version = {version}")
    assert [one.id for one in store.runs(tmp_path)] == [run.id]
    with sqlite3.connect(tmp_path / catalogue.NAME) as opened:
        assert opened.execute("PRAGMA user_version").fetchone() == (after,)


@pytest.mark.usefixtures("run")
def test_a_locked_catalogue_costs_patience_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "PATIENCE", 0.05)
    with sqlite3.connect(tmp_path / catalogue.NAME) as opened:
        opened.execute("PRAGMA locking_mode = EXCLUSIVE")
        opened.execute("BEGIN EXCLUSIVE")
        assert len(store.runs(tmp_path)) == 1
        opened.rollback()


# --- tags, deleting --------------------------------------------------------------------------------------------------


def test_tags_are_put_on_and_taken_off(run: Run) -> None:
    assert store.tag(run, add=["draft", "paper", "draft"]).tags == ["draft", "paper"]
    assert store.tag(store.find(run.folder), remove=["draft"]).tags == ["paper"]
    with pytest.raises(MohallaError, match=rf"{run.id} has no tag 'papper'\. Did you mean 'paper'\? It has: paper\."):
        store.tag(store.find(run.folder), remove=["papper"])


def test_a_run_that_is_simulated_now_is_neither_tagged_nor_deleted(run: Run) -> None:
    with store.claimed(run):
        for change in (store.delete, lambda one: store.tag(one, add=["x"])):
            with pytest.raises(MohallaError, match="another process is simulating this run now"):
                change(run)
    assert store.find(run.folder) == run


def test_a_deleted_run_is_gone_and_one_half_deleted_is_no_run(run: Run, tmp_path: Path) -> None:
    other = store.finish(store.create(TOWN, REQUEST, tmp_path))
    store.delete(run)
    assert [one.id for one in store.runs(tmp_path)] == [other.id]
    aside = tmp_path / f".{other.id}{store.DELETED}"
    other.folder.rename(aside)
    assert store.runs(tmp_path) == []
    assert troubles(tmp_path) == {aside.name: "a run that was half deleted"}
    verifying.repair(verifying.verify(tmp_path))
    assert not aside.exists()


def test_a_run_that_cannot_be_deleted_stays(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(MohallaError, match="cannot be deleted: permission denied"):
        store.delete(run)
    assert results.load(run.simulations["1"])


# --- what was measured -----------------------------------------------------------------------------------------------


@pytest.fixture
def measured(tmp_path: Path) -> Path:
    """One measured simulation, kept as a batch keeps it."""
    question = {"scenario": "tiny", "seed": "1"}
    kept = {"question": question, "measured": 0.1}
    path = tmp_path / batch.FOLDER / "0123456789abcdef" / f"{batch.hashed(question)}.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({**kept, "sum": batch.hashed(kept)}))
    return path


def test_what_was_measured_is_verified_too(measured: Path, tmp_path: Path) -> None:
    assert troubles(tmp_path) == {}
    damaged = measured.with_name("0000000000000000.json")
    damaged.write_text(measured.read_text())
    leftover = measured.parent / "checkpoints" / f"{measured.stem}.npz"
    leftover.parent.mkdir()
    leftover.write_text("")
    assert set(troubles(tmp_path).values()) == {"is damaged", "is of a simulation that has ended"}
    assert verifying.repair(verifying.verify(tmp_path)).troubles == []
    assert measured.exists()
    assert not damaged.exists()


def test_a_measure_that_was_changed_is_damaged(measured: Path, tmp_path: Path) -> None:
    measured.write_text(measured.read_text().replace("0.1", "0.2"))
    assert list(troubles(tmp_path).values()) == ["is damaged"]
