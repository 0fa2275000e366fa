"""Runs as tidy tables and files: every number of every world, once, with what it means beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from mohalla import extras, results, store
from mohalla.connectors import tables
from mohalla.errors import MohallaError
from tests.fake_run import fake_dataset
from workbench import towns

TOWN = towns.scenario()


@pytest.fixture(scope="module")
def toy() -> xr.Dataset:
    return fake_dataset(TOWN, weeks=4)


@pytest.fixture
def run(toy: xr.Dataset, tmp_path: Path) -> store.Run:
    made = store.create(TOWN, {"labels": ["1", "2"], "until": "1980", "without": []}, tmp_path / "runs")
    for label in ("1", "2"):
        made = store.add_simulation(made, label, toy, seed=int(label))
    return store.finish(made)


def test_worlds_come_as_they_were_stored(run: store.Run, toy: xr.Dataset) -> None:
    assert list(tables.worlds(run)) == ["1", "2"]
    assert tables.worlds(run)["2"].identical(toy)
    assert list(tables.worlds(run.folder, ["face"])["1"]) == ["face"]


def test_every_number_stands_in_a_table_once(run: store.Run, toy: xr.Dataset) -> None:
    found = tables.tables(run)
    table = found["week-sector-community-organisation"]
    assert len(table) == 2 * toy["face"].size
    assert table.loc[table["world"] == "2", "face"].to_list() == toy["face"].values.ravel().tolist()
    columns = [name for one in found.values() for name in one.columns]
    assert [str(name) for name in toy if not str(name).startswith("event_") and columns.count(str(name)) != 1] == []


def test_a_run_in_which_nothing_had_ended(tmp_path: Path) -> None:
    empty = store.create(TOWN, {"labels": ["1"]}, tmp_path)
    with pytest.raises(MohallaError, match="no simulation of this run had ended, so there is nothing to export"):
        tables.tables(empty)
    with pytest.raises(MohallaError, match="nothing to export"):
        tables.export(empty, "csv", tmp_path / "files")
    begun = store.create(TOWN, {"seeds": 2}, tmp_path, kind=store.COMPARISON)
    with pytest.raises(MohallaError, match="this comparison had not ended, so there is nothing to export"):
        tables.export(begun, "csv", tmp_path / "files")
    assert not (tmp_path / "files").exists(), "no folder is left behind"


def _numbers(read: pd.DataFrame) -> pd.DataFrame:
    """What was read, with empty texts as missing numbers."""
    return read.replace("", np.nan)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_files_hold_what_tables_hold(kind: str, run: store.Run, tmp_path: Path) -> None:
    if kind == "parquet":
        pytest.importorskip("pyarrow", reason="needs the extra 'parquet'")
    files = tables.export(run, kind, tmp_path / "out")
    for name, table in tables.tables(run).items():
        path = tmp_path / "out" / f"{name}.{kind}"
        assert path in files
        read = pd.read_parquet(path) if kind == "parquet" else pd.read_csv(path, keep_default_na=False)
        assert list(read.columns) == list(table.columns)
        assert len(read) == len(table)
        for column in table.select_dtypes("number"):
            there, wanted = (one[column].to_numpy(float, na_value=np.nan) for one in (_numbers(read), table))
            np.testing.assert_array_equal(there.astype("float32"), wanted.astype("float32"))
    said = pd.read_csv(tmp_path / "out" / "variables.csv", keep_default_na=False)
    meaning = said[(said["column"] == "face")]["meaning"].to_list()
    assert len(meaning) == 1
    assert meaning[0]


def test_netcdf_is_one_file_a_world(run: store.Run, toy: xr.Dataset, tmp_path: Path) -> None:
    files = tables.export(run, "netcdf", tmp_path / "out", ["face", "heart"])
    assert [path.name for path in files] == ["1.nc", "2.nc", "about.json"]
    assert results.load(files[1], contract=False).identical(toy[["face", "heart"]])


def test_what_is_there_is_written_over_only_when_told(run: store.Run, tmp_path: Path) -> None:
    tables.export(run, "csv", tmp_path, ["sympathy"])
    (tmp_path / "week-organisation.csv").write_text("mine")
    with pytest.raises(MohallaError, match=r"about\.json is there already, and nothing was written over it"):
        tables.export(run, "csv", tmp_path, ["sympathy"])
    (tmp_path / "about.json").unlink()
    with pytest.raises(MohallaError, match=r"variables\.csv is there already"):
        tables.export(run, "csv", tmp_path, ["sympathy"])
    assert (tmp_path / "week-organisation.csv").read_text() == "mine"
    tables.export(run, "csv", tmp_path, ["sympathy"], replace=True)
    assert (tmp_path / "week-organisation.csv").read_text().startswith("world,week,organisation,sympathy")


@pytest.mark.usefixtures("run")
def test_an_export_that_fails_leaves_no_half_files(
    run: store.Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_dataset: xr.Dataset, label: str, _variables: list[str]) -> Iterator[tuple[str, pd.DataFrame]]:
        yield "week", pd.DataFrame({"world": [label]})
        if label == "2":
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(tables, "tidy", full)
    with pytest.raises(MohallaError, match="cannot be written: no space left on device"):
        tables.export(run, "csv", tmp_path / "out", ["face"])
    assert [path.name for path in (tmp_path / "out").iterdir()] == []


def test_a_package_that_is_not_there_is_named_with_its_extra() -> None:
    with pytest.raises(MohallaError, match=r"needs the package 'no_such_thing'.*pip install 'mohalla\[parquet\]'"):
        extras.needed("no_such_thing", "parquet")
