"""Stored runs as xarray, pandas, CSV, Parquet and NetCDF.

Tables are tidy: one for each set of dimensions, one row for each combination that stands for something (`existing.py`),
one column for each variable, and the world it belongs to; of a comparison of plans, plan and seed. One world is in
memory at a time, however many there are. NetCDF holds each Dataset as it is, the full grid.

    >>> from mohalla.connectors.tables import tables, worlds
    >>> face = worlds("last", ["face", "population"])["1"]  # an xarray.Dataset
    >>> by_week = tables("last", ["legitimacy", "sympathy"])["week-organisation"]  # a pandas.DataFrame
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

import pandas as pd
import xarray as xr

from mohalla import results, saving, store
from mohalla.connectors import about, columns, existing
from mohalla.errors import MohallaError, listed, nearest
from mohalla.experiments import comparison
from mohalla.extras import needed

FORMATS = ("netcdf", "csv", "parquet")
EVENTS = "events"
EXPLAINED = "variables.csv"
COMPARISON = "comparison"  # stands for the world's label where a run is a comparison of plans, which has no worlds
EVENT_TYPES = dict.fromkeys(("kind", "organisation", "other", "tier", "sector", "unit", "text"), "str") | {
    "date": "datetime64[ns]", "size": "float64", "imposed": "bool",
}  # fmt: skip


def worlds(run: store.Run | str | Path, variables: Collection[str] = ()) -> Mapping[str, xr.Dataset]:
    """The simulations of a stored run by label, all in memory; only some variables where they are named."""
    return {label: _some(dataset, variables) for label, dataset in _worlds(_files(_kept(run)))}


def tables(run: store.Run | str | Path, variables: Collection[str] = ()) -> Mapping[str, pd.DataFrame]:
    """The tidy tables of a stored run, all worlds below each other."""
    parts: dict[str, list[pd.DataFrame]] = {}
    for label, dataset in _worlds(_files(_kept(run))):
        for name, table in tidy(dataset, label, variables):
            parts.setdefault(name, []).append(table)
    return {name: pd.concat(found, ignore_index=True) for name, found in parts.items()}


def tidy(dataset: xr.Dataset, label: str, variables: Collection[str] = ()) -> Iterator[tuple[str, pd.DataFrame]]:
    """The tables of one world, one after the other; events are told with names, dates and a sentence.

    Only some variables where they are named: the whole Dataset is asked for all the same, since it says who exists.
    """
    by_dims: dict[tuple[str, ...], list[str]] = {}
    for name in _known(dataset, variables):
        by_dims.setdefault(tuple(map(str, dataset[name].dims)), []).append(name)
    for dims, names in by_dims.items():
        told = dims == ("event",)
        table = results.events(dataset).astype(EVENT_TYPES) if told else _table(dataset, dims, names)
        if label != COMPARISON:
            table.insert(0, "world", label)
        yield (EVENTS if told else "-".join(dims)), table


def _table(dataset: xr.Dataset, dims: tuple[str, ...], names: list[str]) -> pd.DataFrame:
    """The table of variables that have the same dimensions, without rows that stand for nothing."""
    grid = dataset[names].to_dataframe(dim_order=list(dims)).reset_index()
    there = existing.rows(dataset, dims, names)
    return existing.without_none(grid if there.all() else grid[there].reset_index(drop=True), names)


def export(
    run: store.Run | str | Path, kind: str, folder: Path, variables: Collection[str] = (), *, replace: bool = False
) -> list[Path]:
    """Write a stored run into a folder, as one of `FORMATS`, with `about.json`, which says what the folder is of.

    With tables comes `variables.csv`, which explains columns. Files that are there already are left, and refused,
    unless they may be replaced.
    """
    if kind == "parquet":
        needed("pyarrow", "parquet")
    kept = _kept(run)
    found = _files(kept)
    with saving.in_words(folder):
        folder.mkdir(parents=True, exist_ok=True)
    said = _free(folder / about.NAME, replace)
    attributes: dict[str, Mapping[str, Any]] = {}
    write = _datasets if kind == "netcdf" else _written
    files = write(_noted(_worlds(found), attributes), kind, folder, variables, replace)
    saving.write(
        said, about.text(kept, kind, attributes, {path.name: words for path, words in files.items()}, variables)
    )
    return [*files, said]


def _noted(
    found: Iterator[tuple[str, xr.Dataset]], attributes: dict[str, Mapping[str, Any]]
) -> Iterator[tuple[str, xr.Dataset]]:
    """The same Datasets; what they say of themselves is noted as they pass."""
    for label, dataset in found:
        attributes[label] = {**dataset.attrs, "seeds": dataset["seed"].values.tolist() if "seed" in dataset else None}
        yield label, dataset


def _free(path: Path, replace: bool) -> Path:
    if path.exists() and not replace:
        raise MohallaError(f"{path} is there already, and nothing was written over it. --replace does so.")
    return path


def _datasets(
    found: Iterator[tuple[str, xr.Dataset]], _kind: str, folder: Path, variables: Collection[str], replace: bool
) -> dict[Path, str]:
    """Every Dataset in a file of its own; what each holds."""
    files = {}
    for label, dataset in found:
        some = _some(dataset, variables)
        path = results.save(some, _free(folder / f"{label}.nc", replace))
        files[path] = f"{'the comparison' if label == COMPARISON else f'world {label}'}: {', '.join(map(str, some))}"
    return files


def _written(
    found: Iterator[tuple[str, xr.Dataset]], kind: str, folder: Path, variables: Collection[str], replace: bool
) -> dict[Path, str]:
    """Every table in a file of its own, to which world after world is added, whole or not there; what each holds."""
    said: dict[str, dict[str, tuple[str, str]]] = {}
    explained = _free(folder / EXPLAINED, replace)
    adding: dict[str, Callable[[pd.DataFrame], None]] = {}
    with ExitStack() as opened:
        for label, dataset in found:
            for name, table in tidy(dataset, label, variables):
                if name not in adding:
                    path = _free(folder / f"{name}.{kind}", replace)
                    file = opened.enter_context(saving.whole(path))
                    adding[name] = _csv(file) if kind == "csv" else _parquet(file, opened)
                    said[name] = {one: _said(dataset, name, one) for one in map(str, table.columns)}
                adding[name](table)
    saving.write(explained, _explained(said))
    return {folder / f"{name}.{kind}": _held(name, list(said[name])) for name in adding} | {
        explained: "table, column, units, meaning: every column of every table"
    }


def _said(dataset: xr.Dataset, table: str, column: str) -> tuple[str, str]:
    return columns.of_events(column) if table == EVENTS else columns.of_table(dataset, column)


def _held(table: str, names: list[str]) -> str:
    """What a table holds, in words: what each row is of, and its columns."""
    if table == EVENTS:
        return f"one row an event: {', '.join(names)}"
    dims = table.split("-")
    keys = names.index(dims[-1]) + 1
    return f"one row for each {', '.join(names[:keys])}: {', '.join(names[keys:])}"


def _explained(said: Mapping[str, Mapping[str, tuple[str, str]]]) -> str:
    text = io.StringIO()
    rows = [(table, column, *words) for table, of in said.items() for column, words in of.items()]
    csv.writer(text, lineterminator="\n").writerows([("table", "column", "units", "meaning"), *rows])
    return text.getvalue()


def _csv(file: BinaryIO) -> Callable[[pd.DataFrame], None]:
    def add(table: pd.DataFrame) -> None:
        table.to_csv(file, index=False, header=file.tell() == 0, lineterminator="\n")

    return add


def _parquet(file: BinaryIO, opened: ExitStack) -> Callable[[pd.DataFrame], None]:
    import pyarrow as pa  # noqa: PLC0415 - an extra
    import pyarrow.parquet as pq  # noqa: PLC0415

    writer: Any = None

    def add(table: pd.DataFrame) -> None:
        nonlocal writer
        data = pa.Table.from_pandas(table, preserve_index=False, schema=writer.schema if writer else None)
        if writer is None:
            writer = opened.enter_context(pq.ParquetWriter(file, data.schema))
        writer.write_table(data)

    return add


def _kept(run: store.Run | str | Path) -> store.Run:
    return run if isinstance(run, store.Run) else store.find(run)


def _files(kept: store.Run) -> dict[str, Path]:
    """What a stored run holds, by label; raises where it holds nothing yet."""
    asked = {COMPARISON: kept.folder / comparison.NAME} if kept.is_comparison else kept.simulations
    found = {label: path for label, path in asked.items() if path.is_file()}
    if not found:
        why = "this comparison had not ended" if kept.is_comparison else "no simulation of this run had ended"
        raise MohallaError(f"{kept.folder}: {why}, so there is nothing to export.")
    return found


def _worlds(files: Mapping[str, Path]) -> Iterator[tuple[str, xr.Dataset]]:
    for label, path in files.items():
        yield label, comparison.load(path) if label == COMPARISON else results.load(path, contract=False)


def _some(dataset: xr.Dataset, variables: Collection[str]) -> xr.Dataset:
    return dataset[_known(dataset, variables)] if variables else dataset


def _known(dataset: xr.Dataset, variables: Collection[str]) -> list[str]:
    """The variables of a Dataset that are asked for, in its order; all where none is named."""
    names = [str(name) for name in dataset]
    for word in variables:
        if word not in names:
            raise MohallaError(
                f"no variable '{word}' in these results.{nearest(word, names)} There are: {listed(names)}."
            )
    return [name for name in names if name in variables or not variables]
