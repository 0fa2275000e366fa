"""Which rows of a table stand for something: organisations while they exist, constituencies in which votes were cast.

A Dataset is a full grid. It holds neutral numbers (0 members, cohesion 0.7) for organisations that are not founded yet,
for slots that no splinter uses, and for constituencies of chambers that an election does not fill. Tables leave those
rows out; of pairs of killer and victim those that have no death. An organisation exists from the week in which its
founding is told, or the first week where it is older than the run, to the week in which its end or its return to
another is told, both included; and in any week in which somebody belongs to it or shows it, so that no count is lost
where events are not told.

`none` is no organisation. Its rows stand where something is counted for it (`OF_NONE`); what only an organisation can
have is missing there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from mohalla.calendar import QUARTER
from mohalla.events import Event
from mohalla.scenario import NONE, Scenario

Flags = NDArray[np.bool_]

OF_NONE = ("face", "heart", "coerced", "risk", "raids", "arrests", "unit_hold", "unit_coerced")
SPLINTER = "splinter-"  # how scenarios call the slots in which splinters are founded
SIDES = ("killer", "victim")
MOMENTS = ("week", "quarter", "election")


def rows(dataset: xr.Dataset, dims: Sequence[str], names: Collection[str]) -> Flags:
    """Which rows of the table of these dimensions and variables stand for something, in the order of its rows."""
    found = xr.Variable(tuple(dims), np.ones([dataset.sizes[dim] for dim in dims], bool))
    for condition in _conditions(dataset, dims, names):
        found = found & condition
    return np.asarray(found.transpose(*dims).values).ravel()


def without_none(table: pd.DataFrame, names: Collection[str]) -> pd.DataFrame:
    """The table with what `none` cannot have missing in its rows; whole numbers stay whole (`Int32` and the like)."""
    if "organisation" not in table or not (nobody := table["organisation"] == NONE).any():
        return table
    kept = {name: table[name] for name in names if name not in OF_NONE}
    whole = {name: f"I{str(one.dtype)[1:]}" for name, one in kept.items() if one.dtype.kind == "i"}
    return table.assign(**{name: one.astype(whole.get(name, one.dtype)).mask(nobody) for name, one in kept.items()})


def _conditions(dataset: xr.Dataset, dims: Sequence[str], names: Collection[str]) -> Iterator[xr.Variable]:
    """What must hold of a row, along some of the table's dimensions."""
    if {"election", "constituency"} <= {*dims}:
        yield polled(dataset)
    if "plan" in dims:
        if "organisation" in dims:
            yield _compared(dataset, dims)
        return
    moment = next((dim for dim in dims if dim in MOMENTS), None)
    if moment is None:
        return
    if "organisation" in dims:
        counted = any(name in OF_NONE for name in names)
        yield _at(dataset, moment, existing(dataset, none=counted), "organisation")
    if "post" in dims:
        place = dataset.indexes["organisation"].get_indexer(dataset["post_organisation"].values)
        yield _at(dataset, moment, existing(dataset)[:, place], "post")
    if {*SIDES} <= {*dims}:  # of some two hundred pairs in each week and sector, hardly any has a death
        yield xr.Variable(tuple(dims), np.any([dataset[name].transpose(*dims).values != 0 for name in names], axis=0))


def _at(dataset: xr.Dataset, moment: str, weekly: Flags, dim: str) -> xr.Variable:
    """Flags by week and something, at the table's moments: weeks, first weeks of quarters, weeks of elections."""
    weeks = np.arange(len(weekly))
    if moment == "quarter":
        weeks = weeks[::QUARTER]
    elif moment == "election":
        held = np.searchsorted(dataset["week"].values, dataset["election_date"].values, side="right") - 1
        weeks = np.maximum(held, 0)
    return xr.Variable((moment, dim), weekly[weeks])


def existing(dataset: xr.Dataset, *, none: bool = False) -> Flags:
    """Whether each organisation exists in each week of a run (week, organisation); of `none` what is said."""
    found = _told(dataset) | _seen(dataset)
    found[:, 0] = none
    return found


def _told(dataset: xr.Dataset) -> Flags:
    """Existence as the table of events has it; who is told to be founded is not there before."""
    weeks, names = dataset.sizes["week"], [str(name) for name in dataset["organisation"].values]
    found = np.zeros((weeks, len(names)), bool)
    found[:] = [not name.startswith(SPLINTER) for name in names]
    if "event_kind" not in dataset:
        return found
    columns = (dataset[f"event_{name}"].values.tolist() for name in ("kind", "week", "organisation", "other"))
    told = list(zip(*columns, strict=True))
    for _, _, k, _ in (one for one in told if one[0] == Event.FOUNDING):
        found[:, k] = False
    for kind, week, k, other in told:
        if kind == Event.FOUNDING:
            found[week:, k] = True
        elif kind in (Event.SPLINTER_ENDS, Event.READMISSION):
            found[week + 1 :, k if kind == Event.SPLINTER_ENDS else other] = False
    return found


def _seen(dataset: xr.Dataset) -> Flags:
    """Whether somebody belongs to an organisation or shows it, by week."""
    found = np.zeros((dataset.sizes["week"], dataset.sizes["organisation"]), bool)
    for name in ("workers", "armed", "face"):
        if name in dataset:
            one = dataset[name]
            found |= (one != 0).any([dim for dim in one.dims if dim not in ("week", "organisation")]).values
    return found


def polled(dataset: xr.Dataset) -> xr.Variable:
    """Constituencies by election: those of its chamber, up to the last in which votes were cast.

    A chamber that had fewer seats in one election than in another fills the first of its constituencies. Elections
    without parties fill none: nothing is counted in them.
    """
    own = dataset["election_chamber"].variable == dataset["constituency_chamber"].variable
    own = own.transpose("election", "constituency")
    cast = own.values & (dataset["turnout"].transpose("election", "constituency").values > 0)
    upto = np.maximum.accumulate(cast[:, ::-1], axis=1)[:, ::-1] if cast.size else cast
    return xr.Variable(("election", "constituency"), own.values & upto)


def _compared(dataset: xr.Dataset, dims: Sequence[str]) -> xr.Variable:
    """Organisations of a comparison: declared ones from their founding on, and whoever is shown by somebody."""
    founded = _foundings(dataset)
    ends = dataset["quarter"].values + np.timedelta64(7 * QUARTER, "D")
    names = [str(name) for name in dataset["organisation"].values]
    told = [ends > founded[name] if name in founded else np.zeros(len(ends), bool) for name in names]
    shown = dataset["others_hold_by_quarter"].variable > 0
    return (xr.Variable(("organisation", "quarter"), np.array(told)) | shown).transpose(*dims)


def _foundings(dataset: xr.Dataset) -> dict[str, np.datetime64]:
    """When the organisations that the scenario declares were founded, where the results hold their scenario."""
    text = str(dataset.attrs.get("scenario_text", ""))
    declared = Scenario.model_validate_json(text).organisations if text else ()
    return {one.id: np.datetime64(one.founded) for one in declared}
