"""What comes out of a run: the Dataset contract, its file on disk, and the measures derived from it.

A file is NetCDF4, so that R, Julia, Panoply and xarray read it alike. `check` holds a Dataset to the contract of
`mohalla.observables`. Every derived measure that reports, experiments and tests share is defined here, once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from mohalla import saving
from mohalla.errors import MohallaError, listed, nearest
from mohalla.events import KINDS, NOWHERE, SECTOR_TIER, Event
from mohalla.observables import CONTRACT, TIERS, Observable, parties_to_killing
from mohalla.scenario import NONE, STANCES, Scenario

ENGINE: Final = "netcdf4"
BLOCK = 208  # weeks in one compressed block: four years
COMPRESSION = {"zlib": True, "complevel": 1, "shuffle": True}

# --- files -----------------------------------------------------------------------------------------------------------


def save(dataset: xr.Dataset, path: Path) -> Path:
    """Write `dataset` to `path`, whole or not at all. About a second for Karachi's 150 MB, which become 25."""
    try:
        data = dataset.to_netcdf(None, engine=ENGINE, encoding={str(name): _layout(dataset[name]) for name in dataset})
    except (TypeError, ValueError) as error:
        raise MohallaError(f"{path}: these results cannot be written as NetCDF: {error}") from None
    saving.write(path, data)
    return path


def load(path: Path, names: Collection[str] | None = None, *, contract: bool = True) -> xr.Dataset:
    """The Dataset at `path`, in memory; only the variables in `names` where they are given.

    A whole one must keep the contract, unless it may be of another version and `contract` is off.
    """
    try:
        with xr.open_dataset(path, engine=ENGINE) as file:
            dataset = (file if names is None else file[list(names)]).load()
    except KeyError as error:
        raise MohallaError(f"{path}: has no variable {error}.") from None
    except (OSError, ValueError) as error:
        raise MohallaError(f"{path}: cannot be read as results: {_reason(error)}.") from None
    if names is None and contract:
        check(dataset, str(path))
    return dataset


def opened(path: Path) -> xr.Dataset:
    """The Dataset at `path`, read lazily and without keeping what was read."""
    try:
        return xr.open_dataset(path, engine=ENGINE, cache=False)
    except (OSError, ValueError) as error:
        raise MohallaError(f"{path}: cannot be read as results: {_reason(error)}.") from None


def _layout(variable: xr.DataArray) -> dict[str, object]:
    """How one variable lies on disk: blocks of weeks, lightly compressed."""
    if not variable.ndim or not variable.size:
        return {}
    first, *rest = variable.shape
    return {**COMPRESSION, "chunksizes": (min(BLOCK, first), *rest)}


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file"
    return getattr(error, "strerror", None) or str(error).splitlines()[0].rstrip(".")


# --- the contract ----------------------------------------------------------------------------------------------------


def check(dataset: xr.Dataset, name: str = "results") -> None:
    """Raise a `MohallaError` that lists every way in which `dataset` breaks the contract."""
    found = list(problems(dataset))
    if found:
        more = f" (and {len(found) - 5} more)" if len(found) > 5 else ""
        raise MohallaError(f"{name}: not Mohalla results: {'; '.join(found[:5])}{more}.")


def problems(dataset: xr.Dataset) -> Iterator[str]:
    """Every way in which `dataset` breaks the contract of `mohalla.observables`, in words."""
    for observable in CONTRACT:
        if observable.name in dataset:
            yield from _differences(dataset[observable.name], observable)
        else:
            yield f"'{observable.name}' is missing"
    unknown = {str(name) for name in dataset} - {observable.name for observable in CONTRACT}
    if unknown:
        yield f"unknown variables: {listed(unknown)}"
    yield from _coordinate_problems(dataset)


def _differences(variable: xr.DataArray, observable: Observable) -> Iterator[str]:
    pairs = (
        ("dims", variable.dims, observable.dims),
        ("dtype", str(variable.dtype), observable.dtype),
        ("units", variable.attrs.get("units"), observable.units),
        ("long_name", variable.attrs.get("long_name"), observable.long_name),
    )
    for what, got, wanted in pairs:
        if got != wanted:
            yield f"'{observable.name}' has {what} {got!r} instead of {wanted!r}"


def _coordinate_problems(dataset: xr.Dataset) -> Iterator[str]:
    bare = {str(dim) for dim in dataset.dims} - {str(name) for name in dataset.coords}
    if bare:
        yield f"dimensions without coordinates: {listed(bare)}"
        return
    if "week" in dataset.coords and not _mondays(dataset["week"].values):
        yield "'week' must be consecutive Mondays"
    if "organisation" in dataset.coords:
        yield from _naming_problems(dataset)


def _naming_problems(dataset: xr.Dataset) -> Iterator[str]:
    organisations = tuple(str(name) for name in dataset["organisation"].values)
    if organisations[:1] != (NONE,):
        yield f"the first organisation must be '{NONE}'"
        return
    for side in ("killer", "victim"):
        if side in dataset.coords and tuple(dataset[side].values) != parties_to_killing(organisations):
            yield f"'{side}' must name the organisations, then the others"


def _mondays(weeks: np.ndarray) -> bool:
    if not np.issubdtype(weeks.dtype, np.datetime64):
        return False
    days = weeks.astype("datetime64[D]").astype(int)
    return bool((days % 7 == 4).all() and (np.diff(days) == 7).all())  # day 0, 1 January 1970, was a Thursday


# --- events ----------------------------------------------------------------------------------------------------------


class Happening(NamedTuple):
    """One event of a run, with its date and names; empty words where there is nothing to name."""

    day: date
    kind: Event
    organisation: str
    other: str
    tier: str
    sector: str
    unit: str
    size: float
    imposed: bool


def happenings(dataset: xr.Dataset) -> list[Happening]:
    """Everything that happened in the weeks of a run, in order (nothing in results older than the table of events)."""
    if "event_kind" not in dataset:
        return []
    weeks = dataset["week"].values.astype("datetime64[D]").tolist()
    names = [str(name) for name in dataset["organisation"].values]
    units, sectors = ([str(name) for name in dataset[where].values] for where in ("unit", "unit_sector"))
    columns = ("week", "kind", "organisation", "other", "tier", "unit", "size", "imposed")
    rows = zip(*(dataset[f"event_{column}"].values.tolist() for column in columns), strict=True)
    return [
        Happening(
            weeks[week], Event(kind), _called(k, names), _called(other, names),
            "" if tier == NOWHERE else TIERS[tier], "" if unit == NOWHERE else sectors[unit],
            "" if unit == NOWHERE or tier == SECTOR_TIER else units[unit], size, bool(imposed),
        )
        for week, kind, k, other, tier, unit, size, imposed in rows
        if week < len(weeks)
    ]  # fmt: skip


def _called(index: int, names: list[str]) -> str:
    return names[index] if index > 0 else ""


def sentence(event: Happening, names: Mapping[str, str]) -> str:
    """An event in one sentence; an organisation without a name is called by its id."""
    place = event.unit or event.sector or "the city"
    within = {"sector": f"sector {event.sector}" if event.sector else "", "unit": event.unit}.get(event.tier, "")
    holder = {"": "somebody", "city": "the chief organiser", "sector": "a sector head"}.get(event.tier, "a unit head")
    post = f"the head of {within}" if within else holder
    stance = STANCES[int(event.size)] if event.kind is Event.STANCE else ""
    text = KINDS[event.kind].sentence.format(
        organisation=names.get(event.organisation, event.organisation or "nobody"),
        other=names.get(event.other, event.other or "nobody"),
        post=post, place=place, stance=stance, size=event.size,
    )  # fmt: skip
    return f"{text[0].upper()}{text[1:]}."


def full_names(dataset: xr.Dataset) -> dict[str, str]:
    """Names of the organisations by id, where the results say which scenario they come from."""
    text = str(dataset.attrs.get("scenario_text", ""))
    return {one.id: one.name for one in Scenario.model_validate_json(text).organisations} if text else {}


def events(dataset: xr.Dataset) -> pd.DataFrame:
    """The table of events: one row each, in order, with its date, names, and a sentence in `text`."""
    found = happenings(dataset)
    table = pd.DataFrame(found, columns=list(Happening._fields))
    kinds = [KINDS[one.kind].name for one in found]
    names = full_names(dataset)
    texts = [sentence(one, names) for one in found]
    return table.assign(day=pd.to_datetime(table["day"]), kind=kinds, text=texts).rename(columns={"day": "date"})


# --- measures --------------------------------------------------------------------------------------------------------


def own_community(scenario: Scenario, organisation: str) -> str:
    """The community with the highest declared kinship to an organisation (the first of them in a tie)."""
    declared = {one.id: one.kinship for one in scenario.organisations}
    if organisation not in declared:
        raise MohallaError(f"'{organisation}' is not declared. Declared: {listed(declared)}.")
    kinship = declared[organisation]
    return max(scenario.community_ids, key=lambda community: kinship.get(community, 0.0))


def hold(dataset: xr.Dataset, organisation: str, community: str | None = None) -> xr.DataArray:
    """Share of adults (0-1, by week) whose face is the organisation: in the city, or in one community."""
    return _share(dataset, "face", organisation, community, "share of adults who show the organisation in public")


def hearts(dataset: xr.Dataset, organisation: str, community: str | None = None) -> xr.DataArray:
    """Share of adults (0-1, by week) whose heart is the organisation: in the city, or in one community."""
    return _share(dataset, "heart", organisation, community, "share of adults who prefer the organisation in private")


def coerced_share(dataset: xr.Dataset, organisation: str, community: str | None = None) -> xr.DataArray:
    """Share of all adults (0-1, by week) whose face is the organisation but whose heart is not."""
    return _share(dataset, "coerced", organisation, community, "share of adults who show it and prefer another")


def gap(dataset: xr.Dataset, organisation: str, community: str | None = None) -> xr.DataArray:
    """Hold minus hearts (-1 to 1, by week): how much more the organisation shows than it is preferred."""
    difference = hold(dataset, organisation, community) - hearts(dataset, organisation, community)
    return _named(difference, "gap", "share shown in public minus share preferred in private")


def killings_per_year(dataset: xr.Dataset, causes: Collection[str] | None = None) -> xr.DataArray:
    """Deaths by calendar year (a week counts for the year of its Monday), of all causes or of those named.

    The coordinate `weeks` says how many weeks of each year were simulated: fewer than 52 is a part of a year.
    """
    deaths = dataset["killings_cause"].sum("sector")
    deaths = (deaths if causes is None else deaths.sel(cause=list(causes))).sum("cause")
    by_year = deaths.groupby("week.year")
    yearly = by_year.sum().assign_coords(weeks=("year", by_year.count().values))
    return _named(yearly, "killings_per_year", "killings in the calendar year", "deaths")


def _share(dataset: xr.Dataset, name: str, organisation: str, community: str | None, meaning: str) -> xr.DataArray:
    """Adults counted in `name` over all adults, both summed over sectors (0 where nobody lives)."""
    counted = _part(_part(dataset[name], "organisation", organisation), "community", community)
    adults = _part(dataset["population"], "community", community).sum("sector")
    counted = counted.sum("sector")
    return _named(counted / adults.where(adults > 0, 1), name, meaning)


def _part(values: xr.DataArray, dim: str, name: str | None) -> xr.DataArray:
    """`values` of the one called `name` along `dim`, or summed over all of them."""
    if name is None:
        return values.sum(dim)
    known = [str(one) for one in values[dim].values]
    if name not in known:
        raise MohallaError(f"no {dim} '{name}' in these results.{nearest(name, known)} There are: {listed(known)}.")
    return values.isel({dim: known.index(name)}, drop=True)


def _named(values: xr.DataArray, name: str, meaning: str, units: str = "share") -> xr.DataArray:
    return values.rename(name).assign_attrs(units=units, long_name=meaning)
