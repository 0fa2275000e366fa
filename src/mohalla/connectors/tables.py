"""Stored runs as xarray, pandas, CSV, Parquet and NetCDF.

Tables are tidy: one for each set of dimensions, one row for each combination, one column for each variable, and the
world it belongs to; of a comparison of plans, plan and seed. One world is in memory at a time, however many there are.

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
    return dict(_worlds(_files(run), variables))


def tables(run: store.Run | str | Path, variables: Collection[str] = ()) -> Mapping[str, pd.DataFrame]:
    """The tidy tables of a stored run, all worlds below each other."""
    parts: dict[str, list[pd.DataFrame]] = {}
    for label, dataset in _worlds(_files(run), variables):
        for name, table in tidy(dataset, label):
            parts.setdefault(name, []).append(table)
    return {name: pd.concat(found, ignore_index=True) for name, found in parts.items()}


def tidy(dataset: xr.Dataset, label: str) -> Iterator[tuple[str, pd.DataFrame]]:
    """The tables of one world, one after the other; events are told with names, dates and a sentence."""
    by_dims: dict[tuple[str, ...], list[str]] = {}
    for name in map(str, dataset):
        by_dims.setdefault(tuple(map(str, dataset[name].dims)), []).append(name)
    for dims, names in by_dims.items():
        told = dims == ("event",)
        table = results.events(dataset).astype(EVENT_TYPES) if told else dataset[names].to_dataframe().reset_index()
        if label != COMPARISON:
            table.insert(0, "world", label)
        yield (EVENTS if told else "-".join(dims)), table


def export(
    run: store.Run | str | Path, kind: str, folder: Path, variables: Collection[str] = (), *, replace: bool = False
) -> list[Path]:
    """Write a stored run into a folder, as one of `FORMATS`; with tables comes `variables.csv`, which explains columns.

    Files that are there already are left, and refused, unless they may be replaced.
    """
    if kind == "parquet":
        needed("pyarrow", "parquet")
    found = _files(run)
    with saving.in_words(folder):
        folder.mkdir(parents=True, exist_ok=True)
    if kind != "netcdf":
        return _written(found, kind, folder, variables, replace)
    return [results.save(one, _free(folder / f"{label}.nc", replace)) for label, one in _worlds(found, variables)]


def _free(path: Path, replace: bool) -> Path:
    if path.exists() and not replace:
        raise MohallaError(f"{path} is there already, and nothing was written over it. --replace does so.")
    return path


def _written(
    found: Mapping[str, Path], kind: str, folder: Path, variables: Collection[str], replace: bool
) -> list[Path]:
    """Every table in a file of its own, to which world after world is added; whole or not there."""
    columns: dict[tuple[str, str], tuple[str, str]] = {}
    explained = _free(folder / EXPLAINED, replace)
    adding: dict[Path, Callable[[pd.DataFrame], None]] = {}
    with ExitStack() as opened:
        for label, dataset in _worlds(found, variables):
            for name, table in tidy(dataset, label):
                path = folder / f"{name}.{kind}"
                if path not in adding:
                    file = opened.enter_context(saving.whole(_free(path, replace)))
                    adding[path] = _csv(file) if kind == "csv" else _parquet(file, opened)
                adding[path](table)
                columns |= {(name, one): _meaning(dataset, one) for one in table.columns}
    saving.write(explained, _explained(columns))
    return [*adding, explained]


def _explained(columns: Mapping[tuple[str, str], tuple[str, str]]) -> str:
    text = io.StringIO()
    rows = [("table", "column", "units", "meaning"), *((*key, *said) for key, said in columns.items())]
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _meaning(dataset: xr.Dataset, name: str) -> tuple[str, str]:
    said = dataset[name].attrs if name in dataset.variables else {}
    return str(said.get("units", "")), str(said.get("long_name", ""))


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


def _files(run: store.Run | str | Path) -> dict[str, Path]:
    """What a stored run holds, by label; raises where it holds nothing yet."""
    kept = run if isinstance(run, store.Run) else store.find(run)
    asked = {COMPARISON: kept.folder / comparison.NAME} if kept.is_comparison else kept.simulations
    found = {label: path for label, path in asked.items() if path.is_file()}
    if not found:
        why = "this comparison had not ended" if kept.is_comparison else "no simulation of this run had ended"
        raise MohallaError(f"{kept.folder}: {why}, so there is nothing to export.")
    return found


def _worlds(files: Mapping[str, Path], variables: Collection[str]) -> Iterator[tuple[str, xr.Dataset]]:
    for label, path in files.items():
        dataset = comparison.load(path) if label == COMPARISON else results.load(path, contract=False)
        yield label, dataset[_known(dataset, variables)] if variables else dataset


def _known(dataset: xr.Dataset, variables: Collection[str]) -> list[str]:
    names = [str(name) for name in dataset]
    for word in variables:
        if word not in names:
            raise MohallaError(
                f"no variable '{word}' in these results.{nearest(word, names)} There are: {listed(names)}."
            )
    return [name for name in names if name in variables]
