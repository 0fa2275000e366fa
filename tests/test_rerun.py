"""A stored run made again: the same bits are said to be the same, any other bit is found, and other code is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import mohalla
from mohalla import reading, results, store
from mohalla.engine.cpu import source_files, source_hash
from mohalla.engine.simulate import simulate
from mohalla.errors import MohallaError
from mohalla.experiments import parallel, rerun
from tests.test_cli import Call, call, refused
from workbench.stepping import armed_town

__all__ = ["call"]  # the fixture


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process, which saves starting others."""
    monkeypatch.setattr(parallel, "cores", lambda: 1)


@pytest.fixture
def run(call: Call) -> store.Run:
    """Two worlds of two years, the second drawn, without a mechanism."""
    call(
        "run",
        "small-town",
        "--seeds",
        "2",
        "--until",
        "1979",
        "--without",
        "rivalry,election",
        "--quiet",
        "--no-report",
    )
    return store.find("last")


def stored_again(run: store.Run, label: str, change: Callable[[xr.Dataset], xr.Dataset]) -> None:
    """Other results of one world in the place of its own."""
    path = run.simulations[label]
    dataset = change(results.load(path))
    path.unlink()
    results.save(dataset, path)


def with_one_more(dataset: xr.Dataset) -> xr.Dataset:
    dataset["face"].values[60, 0, 1, 0] += 3
    return dataset


def count(run: store.Run) -> int:
    """Variables and coordinates of a run."""
    return len(results.load(run.simulations["1"]).variables)


# --- the command -----------------------------------------------------------------------------------------------------


def test_a_run_made_again_has_the_same_bits(run: store.Run, call: Call) -> None:
    said = call("rerun")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines() == [
        f"{run.id}: 2 simulations made again with the same code, libraries and kind of machine.",
        f"World 1: all {count(run)} variables have the same bits.",
        f"World 2: all {count(run)} variables have the same bits.",
    ]


def test_small_work_needs_no_other_process(run: store.Run, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = rerun.jobs(run, (), simulate)
    took = [results.load(path).attrs["seconds"] for path in run.simulations.values()]
    assert rerun.seconds(asked) == pytest.approx(sum(took))
    monkeypatch.setattr(parallel, "_hired", lambda _task: pytest.fail("a worker was started"))
    monkeypatch.setattr(parallel, "STARTING", 2 * sum(took) + 1.0)
    assert call("rerun").code == 0


def test_a_bit_that_differs_is_found_and_said(run: store.Run, call: Call) -> None:
    stored_again(run, "2", with_one_more)
    said = call("rerun", run.id)
    assert (said.code, said.err) == (1, "")
    *_, second, detail = said.out.splitlines()
    assert second == f"World 2: 1 of {count(run)} variables differ."
    size = results.load(run.simulations["2"])["face"].size
    assert detail == f"  face  1 of {size:,} values, first in the week of 1979-02-26, by 3 at most"


def test_one_world_can_be_asked_for(run: store.Run, call: Call) -> None:
    stored_again(run, "2", with_one_more)
    assert call("rerun", "--world", "1").code == 0
    assert call("rerun", "--world", "2", "--quiet") == (1, "", "")
    assert "no world '3' in" in refused(call("rerun", "--world", "3"))


def test_it_prints_one_json_object(run: store.Run, call: Call) -> None:
    stored_again(run, "1", with_one_more)
    data = json.loads(call("rerun", "--json").out)
    assert (data["run"], data["same"], data["version"], data["files"]) == (run.id, False, [], [])
    assert data["worlds"]["1"]["different"].keys() == {"face"}
    assert data["worlds"]["2"] == {"same": True, "compared": count(run), "different": {}}


def test_other_code_is_said_and_which_files(run: store.Run, call: Call) -> None:
    stored_again(run, "1", lambda dataset: dataset.assign_attrs(sources="older", numba="0.1"))
    sources = source_files() | {"engine/week.py": "00000000", "gone.py": "11111111"}
    (run.folder / "sources.json").write_text(json.dumps(sources))
    said = call("rerun")
    assert said.code == 0, "other code that gives the same bits is as good"
    first, second, *_ = said.out.splitlines()
    words = f"sources was older and is {source_hash()}; numba was 0.1 and is "
    assert f"2 simulations made again with another version: {words}" in first
    assert second == "Source files that differ: engine/week.py, gone.py."


def test_a_run_without_its_sources_is_made_again_too(run: store.Run, call: Call) -> None:
    stored_again(run, "1", lambda dataset: dataset.assign_attrs(sources="older"))
    (run.folder / "sources.json").unlink()
    said = call("rerun", "--world", "1")
    assert (said.code, said.out.count("\n")) == (0, 2)


def test_where_no_world_had_ended(run: store.Run, call: Call) -> None:
    for path in run.simulations.values():
        path.unlink()
    assert "no simulation of this run had ended, so there is nothing to make again." in refused(call("rerun"))


def test_a_dataset_made_in_python_can_be_made_again(call: Call) -> None:
    mohalla.report(mohalla.simulate(mohalla.load("small-town"), seed=5, scale=20, until="1978", draw=True))
    assert call("rerun", "--quiet").code == 0


# --- what was asked --------------------------------------------------------------------------------------------------


def said(**other: Any) -> dict[str, Any]:
    """The attributes of a simulation, with some of them changed."""
    town = armed_town()
    run = simulate(town, 3, scale=20, draw=True, without=("rivalry",))
    return {**run.attrs, "scenario_text": reading.as_json_text(town), **other}


def test_everything_asked_is_in_the_results() -> None:
    asked = rerun.asked_of(Path("1.nc"), said())
    assert asked[:3] == (armed_town(), 3, 20)
    assert asked[4:] == (("rivalry",), True, None)
    assert simulate(armed_town(), until=asked.until).attrs["weeks"] == 104


@pytest.mark.parametrize("name", rerun.NEEDED)
def test_results_that_do_not_say_how_they_were_made(name: str) -> None:
    told = {key: value for key, value in said().items() if key != name}
    with pytest.raises(MohallaError, match=rf"1\.nc: does not say how it was made \({name} missing"):
        rerun.asked_of(Path("1.nc"), told)


def test_a_scenario_of_another_version() -> None:
    with pytest.raises(MohallaError, match=r"1\.nc: this version cannot read the scenario it was made from: "):
        rerun.asked_of(Path("1.nc"), said(scenario_text='{"about": 3}'))


def test_a_mechanism_of_another_version() -> None:
    with pytest.raises(MohallaError, match=r"1\.nc: was made without 'sorcery', which this version does not have\."):
        rerun.asked_of(Path("1.nc"), said(without="rivalry sorcery"))


# --- bits ------------------------------------------------------------------------------------------------------------


def table(**variables: Any) -> xr.Dataset:
    return xr.Dataset(
        {name: ("week", np.asarray(values)) for name, values in variables.items()},
        {"week": np.array(["1980-01-07", "1980-01-14", "1980-01-21"], "datetime64[ns]")},
    )


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        ([1, 2, 3], [1, 2, 3], None),
        ([1.0, np.nan, 3.0], [1.0, np.nan, 3.0], None),
        (["a", "b", "c"], np.array(["a", "b", "c"], object), None),
        ([1, 2, 3], [1, 5, 9], "2 of 3 values, first in the week of 1980-01-14, by 6 at most"),
        ([0.0, 1.0, 2.0], [-0.0, 1.0, 2.0], "1 of 3 values, first in the week of 1980-01-07, by 0 at most"),
        ([1.0, np.nan, 3.0], [1.0, 2.0, 3.5], "2 of 3 values, first in the week of 1980-01-14, by 0.5 at most"),
        (["a", "b", "c"], ["a", "b", "d"], "1 of 3 values, first in the week of 1980-01-21"),
        ([1, 2, 3], [1.0, 2.0, 3.0], "is int64 and now float64"),
    ],
)
def test_any_bit_that_differs_is_found(one: list[Any], other: list[Any], words: str | None) -> None:
    assert rerun.compared(table(x=one), table(x=other)) == ({} if words is None else {"x": words})


def test_variables_that_only_one_of_the_two_has() -> None:
    found = rerun.compared(table(x=[1, 2, 3], y=[1, 2, 3]), table(x=[1, 2, 3], z=[1, 2, 3]))
    assert found == {"y": "no longer made", "z": "not in the stored results"}


def test_variables_of_another_shape() -> None:
    one = xr.Dataset({"x": ("unit", np.zeros(2))})
    assert rerun.compared(one, xr.Dataset({"x": ("unit", np.zeros(3))})) == {"x": "has shape (2,) and now (3,)"}


def test_a_smallest_difference_in_a_run_is_found() -> None:
    run = simulate(armed_town())
    other = run.copy(deep=True)
    assert rerun.compared(run, other) == {}
    other["fear"].values[7, 0, 0] = np.nextafter(other["fear"].values[7, 0, 0], np.float32(2))
    assert rerun.compared(run, other).keys() == {"fear"}
