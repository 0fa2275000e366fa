"""What is measured in one run: means over stated windows, and the yearly series a figure draws."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from datetime import date
from typing import NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from mohalla import results
from mohalla.events import Event
from mohalla.scenario import NONE
from verification.arms import PARTY, PLAN_START, years_after
from verification.statistics import log_odds

Floats = NDArray[np.float64]
Measure = Callable[[xr.Dataset], float]

OWN = "urdu"  # the party's own community: highest declared kinship
FOUGHT = ("contest", "sanction", "operation", "discipline")  # deaths the model produces; the rest is imposed
LEAST_COERCED = 0.02  # below this share of the own community there is no hold to break
BEFORE_YEARS = 2.0


class Window(NamedTuple):
    """A span of a run, from one day up to another."""

    start: date
    end: date


HEYDAY = Window(years_after(PLAN_START, -5), PLAN_START)
FIRST_HEYDAY = Window(date(1987, 6, 19), date(1992, 6, 19))
BEFORE_PARTY = Window(date(1983, 3, 18), date(1984, 3, 18))
BEFORE_CLEAN_UP = Window(date(1991, 6, 19), date(1992, 6, 19))
BEFORE_PLAN = Window(years_after(PLAN_START, -BEFORE_YEARS), PLAN_START)


def after_plan(start: float, end: float) -> Window:
    """A window counted in years from the plan's first day."""
    return Window(years_after(PLAN_START, start), years_after(PLAN_START, end))


def within(series: xr.DataArray, window: Window) -> Floats:
    """The weeks of a series whose Monday lies in a window."""
    weeks = series["week"].values.astype("datetime64[D]")
    inside = (weeks >= np.datetime64(window.start)) & (weeks < np.datetime64(window.end))
    found: Floats = series.values[inside].astype(float)
    assert found.size, f"the run does not reach {window}"
    return found


def mean(series: xr.DataArray, window: Window) -> float:
    """Mean of a series over a window."""
    return float(within(series, window).mean())


# --- series ----------------------------------------------------------------------------------------------------------


def deaths(run: xr.Dataset, causes: Collection[str] = FOUGHT) -> xr.DataArray:
    """Deaths a week, of the causes named."""
    return run["killings_cause"].sel(cause=list(causes)).sum(["sector", "cause"])


def gunmen(run: xr.Dataset, others: bool = False) -> xr.DataArray:
    """The party's gunmen, or all other organisations'."""
    armed = run["armed"].sum("sector")
    own = armed.sel(organisation=PARTY, drop=True)
    return armed.sum("organisation") - own if others else own


def yearly(run: xr.Dataset) -> dict[str, list[float]]:
    """Yearly means (deaths: sums) of what figures draw, and the years."""
    series = {
        "hold": results.hold(run, PARTY),
        "hearts": results.hearts(run, PARTY),
        "coerced": results.coerced_share(run, PARTY),
        "own_hold": results.hold(run, PARTY, OWN),
        "own_hearts": results.hearts(run, PARTY, OWN),
        "own_coerced": results.coerced_share(run, PARTY, OWN),
        "gunmen": gunmen(run),
        "other_gunmen": gunmen(run, others=True),
    }
    found = {name: by_year(one, "mean") for name, one in series.items()}
    return {"year": years(run), **found, "deaths": by_year(deaths(run), "sum")}


def by_year(series: xr.DataArray, how: str) -> list[float]:
    """A weekly series by calendar year."""
    grouped = series.groupby("week.year")
    return [round(float(value), 6) for value in (grouped.sum() if how == "sum" else grouped.mean()).values]


def years(run: xr.Dataset) -> list[float]:
    """The calendar years of a run."""
    return [float(year) for year in np.unique(run["week"].dt.year.values)]


# --- measures --------------------------------------------------------------------------------------------------------


def following_log_odds(window: Window) -> Measure:
    """Log-odds of following the party in public, in the whole city."""
    return lambda run: log_odds(mean(results.hold(run, PARTY), window))


def hold(window: Window, community: str | None = None) -> Measure:
    """Share who show the party."""
    return lambda run: mean(results.hold(run, PARTY, community), window)


def hearts(window: Window, community: str | None = None) -> Measure:
    """Share who prefer the party."""
    return lambda run: mean(results.hearts(run, PARTY, community), window)


def gap(window: Window, community: str | None = None) -> Measure:
    """Share who show the party less share who prefer it."""
    return lambda run: mean(results.gap(run, PARTY, community), window)


def coerced(window: Window, community: str | None = None) -> Measure:
    """Share who show the party and prefer another."""
    return lambda run: mean(results.coerced_share(run, PARTY, community), window)


def growth(window: Window) -> Measure:
    """Hold in a window less hold in the year before the party was founded."""
    return lambda run: mean(results.hold(run, PARTY), window) - mean(results.hold(run, PARTY), BEFORE_PARTY)


def bystander_share(window: Window) -> Measure:
    """Share of deaths by sanction that fell on somebody other than the dissenter who was meant."""

    def measure(run: xr.Dataset) -> float:
        killers = [str(name) for name in run["organisation"].values if name != NONE]
        meant = within(run["killings"].sel(killer=killers, victim=NONE).sum(["sector", "killer"]), window).sum()
        punished = within(deaths(run, ("sanction",)), window).sum()
        return float(1 - meant / punished) if punished else float("nan")

    return measure


def freed(window: Window) -> Measure:
    """Share of the coerced of the own community set free: 1 = all, 0 = none, below 0 = more coerced than before.

    Not a number in a draw where fewer than 2 % of the community were coerced in the two years before the plan.
    """

    def measure(run: xr.Dataset) -> float:
        series = results.coerced_share(run, PARTY, OWN)
        before = mean(series, BEFORE_PLAN)
        return 1 - mean(series, window) / before if before >= LEAST_COERCED else float("nan")

    return measure


def released(force_years: float) -> Measure:
    """1 where the coerced stay below a third of their level before for 104 weeks after force has left, else 0."""

    def measure(run: xr.Dataset) -> float:
        series = results.coerced_share(run, PARTY, OWN)
        before = mean(series, BEFORE_PLAN)
        after = within(series, after_plan(force_years, force_years + 2))
        return float((after < before / 3).all()) if before >= LEAST_COERCED else float("nan")

    return measure


def rebounded(force_years: float) -> Measure:
    """1 where the coerced are back above 80 % of their level before within five years of force leaving, else 0."""

    def measure(run: xr.Dataset) -> float:
        series = results.coerced_share(run, PARTY, OWN)
        before = mean(series, BEFORE_PLAN)
        after = within(series, after_plan(force_years, force_years + 5))
        return float((after > 0.8 * before).any()) if before >= LEAST_COERCED else float("nan")

    return measure


def fought_deaths(window: Window, causes: Collection[str] = FOUGHT) -> Measure:
    """Deaths a year that the model produces (contest, sanction, operation)."""
    return lambda run: float(within(deaths(run, causes), window).mean() * 365.25 / 7)


def log_deaths(window: Window, causes: Collection[str] = FOUGHT) -> Measure:
    """Logarithm of deaths a year (at least one), so that differences are ratios."""
    count = fought_deaths(window, causes)
    return lambda run: math.log(max(count(run), 1.0))


def gunmen_left(window: Window) -> Measure:
    """The party's gunmen as a share of those it had in the two years before the plan."""
    return lambda run: mean(gunmen(run), window) / max(mean(gunmen(run), BEFORE_PLAN), 1.0)


def other_gunmen(window: Window) -> Measure:
    """Gunmen of all other organisations."""
    return lambda run: mean(gunmen(run, others=True), window)


def units_of_others(day: date) -> Measure:
    """Share of units where the most forceful organisation, with some force at all, is another than the party."""

    def measure(run: xr.Dataset) -> float:
        force = run["unit_force"].isel(quarter=_quarter(run, day))
        strongest = force["organisation"].values[force.values.argmax(axis=1)]
        return float(np.mean((force.values.max(axis=1) >= 0.1) & (strongest != PARTY)))

    return measure


def shows_other_under_force(window: Window) -> Measure:
    """Share of the city's adults who are coerced by other organisations than the party."""

    def measure(run: xr.Dataset) -> float:
        under = run["coerced"].sum(["sector", "community"]).drop_sel(organisation=[NONE, PARTY]).sum("organisation")
        return mean(under / run["population"].sum(["sector", "community"]), window)

    return measure


def cadre(window: Window, organisation: str = PARTY) -> Measure:
    """Logarithm of an organisation's workers and gunmen together (at least one), so that differences are ratios."""

    def measure(run: xr.Dataset) -> float:
        members = (run["armed"] + run["workers"]).sum("sector").sel(organisation=organisation)
        return math.log(max(mean(members, window), 1.0))

    return measure


def log_gunmen(window: Window) -> Measure:
    """Logarithm of the party's gunmen (at least one)."""
    return lambda run: math.log(max(mean(gunmen(run), window), 1.0))


def log_income(window: Window) -> Measure:
    """Logarithm of the party's weekly income (at least a millionth), all sources."""

    def measure(run: xr.Dataset) -> float:
        income = run["income"].sum("income_source").sel(organisation=PARTY)
        return math.log(max(mean(income, window), 1e-6))

    return measure


def of_party(name: str, window: Window) -> Measure:
    """A variable by week and organisation: the party's mean."""
    return lambda run: mean(run[name].sel(organisation=PARTY), window)


def watching(window: Window) -> Measure:
    """The party's watch (0-1), mean over sectors by adults."""

    def measure(run: xr.Dataset) -> float:
        adults = run["population"].sum("community")
        seen = (run["watch"].sel(organisation=PARTY) * adults).sum("sector") / adults.sum("sector")
        return mean(seen, window)

    return measure


def threat(window: Window) -> Measure:
    """Threat felt by the party's own community (0-1)."""
    return lambda run: mean(run["threat"].sel(community=OWN), window)


def of_units(day: date) -> Measure:
    """Share of units where the party is the most forceful organisation, with some force."""

    def measure(run: xr.Dataset) -> float:
        force = run["unit_force"].isel(quarter=_quarter(run, day))
        strongest = force["organisation"].values[force.values.argmax(axis=1)]
        return float(np.mean((force.values.max(axis=1) >= 0.1) & (strongest == PARTY)))

    return measure


def followings(window: Window) -> Measure:
    """Mean own following (share of cadre) of heads of the party's posts, over quarters and posts that are held."""

    def measure(run: xr.Dataset) -> float:
        days = run["quarter"].values.astype("datetime64[D]")
        inside = (days >= np.datetime64(window.start)) & (days < np.datetime64(window.end))
        own = run["post_organisation"].values == PARTY
        held = run["post_tenure"].values[inside][:, own] > 0
        values = run["post_following"].values[inside][:, own][held]
        return float(values.mean()) if values.size else float("nan")

    return measure


def events_a_year(kind: Event, window: Window) -> Measure:
    """Events of a kind that happened to the party, a year."""

    def measure(run: xr.Dataset) -> float:
        found = [
            one for one in results.happenings(run)
            if one.kind is kind and one.organisation == PARTY and window.start <= one.day < window.end
        ]  # fmt: skip
        return len(found) / ((window.end - window.start).days / 365.25)

    return measure


def killed_a_year(killer: str, victim: str, window: Window) -> Measure:
    """Deaths a year of one kind of victim by one killer."""
    return lambda run: mean(run["killings"].sel(killer=killer, victim=victim).sum("sector"), window) * 365.25 / 7


def log_killed_by_party(window: Window) -> Measure:
    """Logarithm of all deaths a year (at least one) that the party causes."""

    def measure(run: xr.Dataset) -> float:
        deaths_a_week = run["killings"].sel(killer=PARTY).sum(["sector", "victim"])
        return math.log(max(mean(deaths_a_week, window) * 365.25 / 7, 1.0))

    return measure


def members_killed_per_raid(window: Window) -> Measure:
    """Members of the party killed for each raid at it: as many of those found; not a number where there is no raid."""

    def measure(run: xr.Dataset) -> float:
        dead, raids = (
            within(run[name].sel(organisation=PARTY), window).sum() for name in ("operation_deaths", "raids")
        )
        return float(dead / raids) if raids > 0 else float("nan")

    return measure


def seat_share(year: int, chamber: str = "national") -> Measure:
    """The party's share of the city's seats at the poll of a chamber in a year."""

    def measure(run: xr.Dataset) -> float:
        when = run["election_date"].values.astype("datetime64[Y]").astype(int) + 1970
        (place,) = np.flatnonzero((when == year) & (run["election_chamber"].values == chamber))
        won = run["seats"].isel(election=int(place))
        return float(won.sel(organisation=PARTY) / max(float(won.sum()), 1.0))

    return measure


def killings_between(run: xr.Dataset) -> xr.DataArray:
    """Members killed each calendar year between two organisations, either way: year x organisation x organisation."""
    names = [str(name) for name in run["organisation"].values if name != NONE]
    one_way = run["killings"].sum("sector").sel(killer=names, victim=names).groupby("week.year").sum()
    values = one_way.transpose("year", "killer", "victim").values
    return one_way.copy(data=values + values.swapaxes(1, 2))


def hostile_dyads(run: xr.Dataset, least: int = 10) -> dict[int, int]:
    """Pairs of organisations with at least so many killings between them in each calendar year."""
    between = killings_between(run)
    count = between.sizes["killer"]
    above = np.triu(np.ones((count, count), bool), k=1)
    pairs = ((between.values >= least) & above).sum(axis=(1, 2))
    return {int(year): int(number) for year, number in zip(between["year"].values, pairs, strict=True)}


def enemies_of(run: xr.Dataset, organisation: str = PARTY, least: int = 10) -> dict[int, int]:
    """Other organisations with which one has exchanged at least so many killings in each calendar year."""
    between = killings_between(run).sel(killer=organisation).drop_sel(victim=organisation)
    numbers = (between >= least).sum("victim").values
    return {int(year): int(number) for year, number in zip(between["year"].values, numbers, strict=True)}


def _quarter(run: xr.Dataset, day: date) -> int:
    """The last quarter that began by a day."""
    return int((run["quarter"].values.astype("datetime64[D]") <= np.datetime64(day)).sum()) - 1
