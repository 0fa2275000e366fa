"""What is measured of what happened: splinters and those who go to them, strikes, motions, stances of the centre."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import xarray as xr

from mohalla import results
from mohalla.events import Event
from mohalla.scenario import STANCES
from verification.arms import PARTY
from verification.measures import Measure, Window, mean, within

CRACK_DOWN = STANCES.index("crack-down")
LEAST_OFFICE = 0.05


def splinters(run: xr.Dataset) -> list[str]:
    """Ids of the places reserved for splinters, whosever they become."""
    return [str(name) for name in run["organisation"].values if str(name).startswith("splinter-")]


def by_splinters(count: Callable[..., xr.DataArray], window: Window) -> Measure:
    """A variable of an organisation, added up over all splinters: its mean."""
    return lambda run: sum(mean(count(run, name), window) for name in splinters(run))


def hearts_of_splinters(window: Window) -> Measure:
    """Share of the city who prefer a splinter."""
    return by_splinters(results.hearts, window)


def hold_of_splinters(window: Window) -> Measure:
    """Share of the city who show a splinter."""
    return by_splinters(results.hold, window)


def cadre_of_splinters(window: Window) -> Measure:
    """Logarithm of workers and gunmen of all splinters (at least one), so that differences are ratios."""
    members = by_splinters(
        lambda run, name: (run["armed"] + run["workers"]).sum("sector").sel(organisation=name), window
    )
    return lambda run: math.log(max(members(run), 1.0))


def killed_between_kin(window: Window) -> Measure:
    """Deaths a year between the party and splinters, either way."""

    def measure(run: xr.Dataset) -> float:
        names, killings = splinters(run), run["killings"].sum("sector")
        theirs = killings.sel(killer=PARTY, victim=names).sum("victim")
        ours = killings.sel(killer=names, victim=PARTY).sum("killer")
        return mean(theirs + ours, window) * 365.25 / 7

    return measure


def fell_short(run: xr.Dataset) -> float:
    """1 where a plan could not do what it was to do, else 0."""
    return float(bool(run.attrs["plan_shortfalls"]))


def moved_against(window: Window) -> Measure:
    """Motions against the party, a year."""
    return _told(window, lambda one: one.kind is Event.MOTION and one.other == PARTY)


def answered(window: Window) -> Measure:
    """Motions with which the party answers one against it, a year."""
    return _told(window, lambda one: one.kind is Event.COUNTER_MOTION and one.organisation == PARTY)


def _told(window: Window, wanted: Callable[[results.Happening], bool]) -> Measure:
    years = (window.end - window.start).days / 365.25

    def measure(run: xr.Dataset) -> float:
        return sum(window.start <= one.day < window.end and wanted(one) for one in results.happenings(run)) / years

    return measure


def cracked_down(window: Window) -> Measure:
    """Share of weeks in which the centre cracks down on the party."""
    return lambda run: float((within(run["stance"].sel(organisation=PARTY), window) == CRACK_DOWN).mean())


def _strikes_in_office(run: xr.Dataset) -> list[float]:
    """Shares of the city that closed for the party, strike by strike, while it had a share in office."""
    office = run["coalition"].sel(organisation=PARTY).to_series()
    return [
        one.size for one in results.happenings(run)
        if one.kind is Event.STRIKE and one.organisation == PARTY and office.asof(str(one.day)) >= LEAST_OFFICE
    ]  # fmt: skip


def strikes_in_office(run: xr.Dataset) -> float:
    """Strikes of the party a year in which it has a share in office; not a number where it never has."""
    weeks = int((run["coalition"].sel(organisation=PARTY) >= LEAST_OFFICE).sum())
    return len(_strikes_in_office(run)) / (weeks * 7 / 365.25) if weeks else float("nan")


def closed_in_office(run: xr.Dataset) -> float:
    """Share of the city that closes for the party while it is in office, mean over its strikes."""
    closed = _strikes_in_office(run)
    return float(np.mean(closed)) if closed else float("nan")


def closes_with(name: str) -> Measure:
    """Correlation over units and quarters with a strike of the days closed with what a unit has of the party.

    Days are taken against the city's mean of the quarter, so that a quarter with many strikes counts as one with few.
    """

    def measure(run: xr.Dataset) -> float:
        days = run["unit_closed"].values.astype(float)
        struck = days.mean(axis=1) > 0
        if struck.sum() < 2 or days.shape[1] < 3:
            return float("nan")
        other = run[name].sel(organisation=PARTY).values.astype(float)[struck]
        relative = days[struck] / days[struck].mean(axis=1, keepdims=True)
        lifted = other - other.mean(axis=1, keepdims=True)
        return float(np.corrcoef(relative.ravel(), lifted.ravel())[0, 1])

    return measure


def competence_of_chief(window: Window) -> Measure:
    """Competence (0-1) of the party's chief organiser."""

    def measure(run: xr.Dataset) -> float:
        days = run["quarter"].values.astype("datetime64[D]")
        inside = (days >= np.datetime64(window.start)) & (days < np.datetime64(window.end))
        chief = (run["post_organisation"].values == PARTY) & (run["post_tier"].values == "city")
        return float(run["post_competence"].values[inside][:, chief].mean())

    return measure
