"""Reports of runs as they lie in their folders: finished, interrupted, without a mechanism, with or without record."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import xarray as xr

from mohalla import reading, results, store
from mohalla.errors import MohallaError
from mohalla.mechanisms import DECLARED
from mohalla.record import Record
from mohalla.report import stored
from mohalla.report.build import _world
from mohalla.scenario import Scenario
from tests.fake_run import fake_dataset, tiny_record, tiny_scenario

SCENARIO = tiny_scenario()
WEEKS = 120


@pytest.fixture(scope="module")
def worlds() -> dict[str, xr.Dataset]:
    return {label: fake_dataset(SCENARIO, int(label), WEEKS) for label in ("1", "2")}


def kept(
    folder: Path, worlds: dict[str, xr.Dataset], record: Record | None = None, without: Sequence[str] = ()
) -> store.Run:
    """A run of three worlds, of which these have ended."""
    asked = {"labels": ["1", "2", "3"], "until": "1992-04-13", "without": list(without)}
    run = store.create(SCENARIO, asked, folder, record)
    for label, dataset in worlds.items():
        run = store.add_simulation(run, label, dataset, seed=int(label), scale=10)
    return run


def fact(html: str, name: str) -> str:
    """What the last part of the page says under a heading."""
    found = re.search(rf"<dt>{name}</dt><dd>(.*?)</dd>", html.split('<section id="run">')[1])
    assert found, name
    return found.group(1)


def written(run: store.Run, out: Path | None = None) -> str:
    return stored.report_on(run, DECLARED, out).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, worlds: dict[str, xr.Dataset]) -> store.Run:
    run = store.finish(kept(tmp_path_factory.mktemp("runs"), {"1": worlds["1"]}))
    stored.report_on(run, DECLARED)
    return run


def test_a_finished_run_is_reported_in_its_folder(finished: store.Run) -> None:
    html = finished.report.read_text(encoding="utf-8")
    assert fact(html, "run") == finished.id
    assert fact(html, "status") == "finished"
    assert fact(html, "until") == "1992-04-13"
    assert fact(html, "left out") == "nothing"
    assert fact(html, "scenario") == f"harbour, SHA-256 {reading.fingerprint(SCENARIO)}"
    assert re.search(r"mohalla \d.*numba \d", fact(html, "versions"))


def test_an_interrupted_run_is_reported_with_the_worlds_that_ended(
    tmp_path: Path, worlds: dict[str, xr.Dataset]
) -> None:
    html = written(store.mark_interrupted(kept(tmp_path, worlds)))
    assert fact(html, "status") == "interrupted"
    assert "<dt>Worlds</dt><dd>2, the first of them the reference</dd>" in html
    assert "The 2 worlds: seeds, scales" in html


def test_a_results_file_that_is_gone_is_left_out(tmp_path: Path, worlds: dict[str, xr.Dataset]) -> None:
    """The report may go elsewhere, too."""
    run = kept(tmp_path, worlds)
    run.simulations["2"].unlink()
    assert "this run, one world, so there is no band" in written(run, tmp_path / "elsewhere.html")
    assert not run.report.exists()


def test_a_run_of_which_nothing_ended_has_no_report(tmp_path: Path) -> None:
    run = store.mark_interrupted(kept(tmp_path, {}))
    with pytest.raises(MohallaError, match="no simulation of this run had ended, so there is nothing to report"):
        stored.report_on(run, DECLARED)
    assert not run.report.exists()


def test_a_run_without_mechanisms_names_them_and_compares_what_is_left(
    tmp_path: Path, worlds: dict[str, xr.Dataset]
) -> None:
    """Without elections nobody wins a seat: the report says so instead of failing."""
    bare = worlds["1"].copy(deep=True)
    for name in ("votes", "votes_true", "seats", "turnout"):
        bare[name][:] = 0
    html = written(kept(tmp_path, {"1": bare}, tiny_record(), without=("riot", "election")))
    assert fact(html, "left out") == "riot, election"
    assert "Every public figure the run reaches" in html
    assert "wins more than half of the city’s 5 seats in no world (one was run)" in html
    row = next(row for row in re.findall(r"<tr class=.*?</tr>", html, re.S) if "Lamp, national seats of 5" in row)
    assert "<b>−4</b>" in row
    assert "○ outside" in row


def test_a_run_without_a_record_is_compared_with_nothing(finished: store.Run) -> None:
    assert "No public record was given for this scenario" in finished.report.read_text(encoding="utf-8")


def test_every_mechanism_with_numbers_is_listed_with_them(finished: store.Run) -> None:
    html = finished.report.read_text(encoding="utf-8")
    parameters = reading.resolved_parameters(SCENARIO, DECLARED)
    listed = re.findall(r'<details id="parameters-([^"]+)">', html)
    assert listed == [*parameters, "the scenario itself"]
    numbers = sum(map(len, parameters.values())) + 5
    assert f"All {numbers} numbers in force" in html


@pytest.mark.parametrize("damage", ["scenario.json", "record.json"])
def test_a_damaged_folder_is_named(tmp_path: Path, worlds: dict[str, xr.Dataset], damage: str) -> None:
    run = kept(tmp_path, {"1": worlds["1"]}, tiny_record())
    (run.folder / damage).write_text("{", encoding="utf-8")
    with pytest.raises(MohallaError, match=f"{damage}: cannot be read, it is damaged or of another version: ") as told:
        stored.report_on(run, DECLARED)
    assert "\n" not in str(told.value)
    (run.folder / damage).write_bytes(b"\xff")
    with pytest.raises(MohallaError, match=f"{damage}: cannot be read, it is damaged: no text"):
        stored.report_on(run, DECLARED)


def test_a_damaged_world_is_named(tmp_path: Path, worlds: dict[str, xr.Dataset]) -> None:
    run = kept(tmp_path, {"1": worlds["1"]}, tiny_record())
    (path,) = run.simulations.values()
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(MohallaError, match=rf"{path.name}: cannot be read as results: "):
        stored.report_on(run, DECLARED)


# ---------------------------------------------------------------------------------------- Datasets simulated in Python


@pytest.fixture
def _runs_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOHALLA_RUNS", str(tmp_path))


def made(scenario: Scenario = SCENARIO, **attrs: Any) -> xr.Dataset:
    text = reading.as_json_text(scenario)
    return fake_dataset(scenario, 7, WEEKS).assign_attrs(scenario_text=text, **attrs)


@pytest.mark.usefixtures("_runs_here")
def test_a_dataset_is_kept_with_its_seed_scale_and_last_week() -> None:
    run = stored.kept(made(scale=25))
    assert run.status == "finished"
    assert run.details["simulations"] == {"7": {"seed": 7, "scale": 25}}
    assert run.details["request"]["until"] == "1992-04-13"
    assert store.scenario_of(run) == SCENARIO
    assert store.record_of(run) is None
    assert results.load(run.simulations["7"]).attrs["seed"] == 7


@pytest.mark.usefixtures("_runs_here")
@pytest.mark.parametrize(
    ("off", "told"), [("", "nothing"), ("election", "election"), ("election riot", "election, riot")]
)
def test_a_dataset_keeps_what_was_left_out(off: str, told: str) -> None:
    assert stored.provenance(stored.kept(made(without=off)))["left out"] == told


@pytest.mark.usefixtures("_runs_here")
def test_a_dataset_of_a_shipped_scenario_is_held_against_its_record() -> None:
    about = SCENARIO.about.model_copy(update={"name": "karachi"})
    run = stored.kept(made(SCENARIO.model_copy(update={"about": about})))
    record = store.record_of(run)
    assert record is not None
    assert record.scenario == "karachi"


@pytest.mark.usefixtures("_runs_here")
@pytest.mark.parametrize(
    ("dataset", "words"),
    [
        (fake_dataset(SCENARIO, 1, 20), "do not say which scenario they come from"),
        (made().drop_vars("face"), "'face' is missing"),
    ],
    ids=["no scenario", "not whole"],
)
def test_a_dataset_that_cannot_be_reported_is_not_kept(dataset: xr.Dataset, words: str) -> None:
    with pytest.raises(MohallaError, match=words):
        stored.kept(dataset)
    assert store.runs() == []


# --------------------------------------------------------------------------------------------------------- each world


@pytest.mark.parametrize(
    ("index", "attributes", "expected"),
    [
        (0, {"seed": 1, "scale": 10, "drawn": "{}"}, ("reference", "1", "10", "central values")),
        (
            2,
            {"seed": 3, "scale": 50, "drawn": json.dumps({"riot": {"spread": 0.25, "calm": 4}, "map": "anew"})},
            ("world 3", "3", "50", "riot spread 0.25, calm 4; map anew"),
        ),
        (1, {}, ("world 2", "?", "?", "central values")),
    ],
)
def test_a_world_says_what_it_drew(index: int, attributes: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert _world(index, attributes) == expected
