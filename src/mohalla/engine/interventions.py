"""A plan applied to a world: conditions looked at weekly, changed history, other numbers for a time, what is taken.

What a plan remembers between weeks (when each intervention began, how much of it is done) stands in the state under
names of its own, so that snapshots keep it. Whatever the plan does before its first week is nothing at all, to the bit.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from mohalla.calendar import YEARS_PER_WEEK, date_of, week_of
from mohalla.draw import Decision, uniform
from mohalla.levers import BY_NAME, CITY, COMMUNITY, IMPOSED, ORGANISATION, SECTOR, STOCK, Lever
from mohalla.mechanisms import defection
from mohalla.parameters import weekly
from mohalla.plan import Intervention, Plan
from mohalla.scenario import STANCES, Scenario
from mohalla.state import Array
from mohalla.world import World

BEGUN, QUOTA, DONE, HELD, DEATHS = "plan_begun", "plan_quota", "plan_done", "plan_held", "plan_deaths"
WAITING, MONTH = -1, 4
IN_ORDER = ("set", "scale", "add")
WHOLE = ("persons", "holders")
Numbers = Mapping[str, Mapping[str, float]]


class Laid(NamedTuple):
    """A plan, and the simulation it is laid over: world, state, numbers, chance, and mechanisms that are off."""

    plan: Plan
    world: World
    arrays: dict[str, Array]
    numbers: Numbers
    seed: np.uint64
    without: Collection[str]

    @property
    def begun(self) -> list[int]:
        """The week in which each intervention began or begins; -1 while it waits for its condition."""
        return [int(week) for week in self.arrays[BEGUN]]

    def last(self, one: Intervention) -> int:
        """The last week of an intervention."""
        end = self.world.weeks - 1 if one.end is None else week_of(one.end, self.world.scenario.about.start)
        return min(end, self.world.weeks - 1)


def memory(plan: Plan, scenario: Scenario) -> dict[str, Array]:
    """What a plan remembers, before anything has happened; what waits for no condition begins on its date."""
    count = len(plan.interventions)
    weeks = [WAITING if one.when else week_of(one.start, scenario.about.start) for one in plan.interventions]
    return {
        BEGUN: np.array(weeks, np.int32), QUOTA: np.full(count, np.nan), DONE: np.zeros(count),
        HELD: np.zeros(count, np.int32), DEATHS: np.zeros(MONTH),
    }  # fmt: skip


def lay(
    plan: Plan, world: World, arrays: dict[str, Array], numbers: Numbers, seed: np.uint64, without: Collection[str]
) -> Laid:
    """Lay a plan over a simulation, and make room in the state for what it remembers."""
    arrays |= memory(plan, world.scenario)
    return Laid(plan, world, arrays, numbers, seed, without)


# --- imposed ----------------------------------------------------------------------------------------------------------


def history(laid: Laid) -> Mapping[str, Array]:
    """The dated history with every intervention that has begun, or has its date, laid over it."""
    rows = dict(laid.world.history)
    for act in IN_ORDER:
        for one, week in zip(laid.plan.interventions, laid.begun, strict=True):
            lever = BY_NAME.get(one.value)
            if lever and lever.kind == IMPOSED and one.act == act and week != WAITING:
                _change(laid, rows, one, lever, week)
    return rows


def _change(laid: Laid, rows: dict[str, Array], one: Intervention, lever: Lever, first: int) -> None:
    """Change one lever's rows from `first` to its last week."""
    stop = laid.last(one) + 1
    if first >= stop:
        return
    table = rows[lever.array] = rows[lever.array].copy()
    where = np.ix_(range(first, stop), _columns(laid.world, one, lever))
    before = table[where].astype(float)
    weeks = np.arange(stop - first)[:, None]
    target, share = _target(one, lever, before, weeks), (weeks + 1) / (one.ramp_weeks + 1)
    unit = YEARS_PER_WEEK if lever.yearly else 1.0
    after = np.where(share < 1.0, before + (target - before) * share, target)
    table[where] = np.clip(after, lever.low * unit, lever.high * unit)
    if lever.name == "stance":
        known = rows["stance_imposed"] = rows["stance_imposed"].copy()
        known[where] = 1
    if lever.name == "announced":
        _remember_announcement(laid, rows, stop, kept=one.kept)


def _target(one: Intervention, lever: Lever, before: Array, weeks: Array) -> Array:
    """What the rows become once an intervention is fully in force."""
    if one.scale is not None:
        return before * one.scale
    value = float(STANCES.index(one.set_to) if isinstance(one.set_to, str) else one.set_to or one.add or 0.0)
    value *= YEARS_PER_WEEK if lever.yearly else 1.0
    if one.add is not None:
        return before + value
    return np.maximum(value - weeks * YEARS_PER_WEEK, 0.0) + 0.0 * before if lever.falls else value + 0.0 * before


def _remember_announcement(laid: Laid, rows: dict[str, Array], after: int, *, kept: bool) -> None:
    """From then on the centre is believed as one more announcement, kept or broken, makes it."""
    scenario = laid.world.scenario
    made = scenario.centre.announcements.made + len(scenario.state.operations)
    table = rows["credibility"] = rows["credibility"].copy()
    table[after:] = (table[after:] * made + float(kept)) / (made + 1.0)


def _columns(world: World, one: Intervention, lever: Lever) -> list[int]:
    """The columns of a lever's array that an intervention touches."""
    scenario = world.scenario
    if lever.per == CITY:
        return [0]
    if lever.per == ORGANISATION:
        return [scenario.organisation_ids.index(name) for name in one.organisations]
    if lever.per == COMMUNITY:
        return [scenario.community_ids.index(name) for name in one.communities]
    assert lever.per == SECTOR
    return [int(s) for s in np.flatnonzero(_sectors(world, one))]


def _sectors(world: World, one: Intervention) -> Array:
    """Which sectors an intervention holds in: those named, in the districts named."""
    count = len(world.map.sector_district)
    chosen = np.isin(np.arange(1, count + 1), one.sectors) if one.sectors else np.ones(count, bool)
    if one.districts:
        named = [world.scenario.district_ids.index(name) for name in one.districts]
        chosen = chosen & np.isin(world.map.sector_district, named)
    return np.asarray(chosen)


def _units(world: World, one: Intervention) -> Array:
    """Numbers of the units an intervention holds in."""
    chosen = _sectors(world, one)[world.map.sector]
    if one.units:
        chosen = chosen & np.isin(np.arange(1, chosen.size + 1), one.units)
    return np.flatnonzero(chosen)


# --- conditions -------------------------------------------------------------------------------------------------------


def wait(laid: Laid, week: int) -> bool:
    """Look at the conditions before a week begins, on what the last one left; True where one has come true."""
    waiting = [i for i, one in enumerate(laid.plan.interventions) if one.when and laid.begun[i] == WAITING]
    since = {i: week_of(laid.plan.interventions[i].start, laid.world.scenario.about.start) for i in waiting}
    if week < min(since.values(), default=laid.world.weeks):
        return False
    laid.arrays[DEATHS][week % MONTH] = laid.arrays["deaths_here"].sum()
    for i in waiting:
        one = laid.plan.interventions[i]
        holds = since[i] + MONTH <= week <= laid.last(one) and _holds(laid, one)
        laid.arrays[HELD][i] = laid.arrays[HELD][i] + 1 if holds else 0
        if one.when and laid.arrays[HELD][i] >= one.when.for_weeks:
            laid.arrays[BEGUN][i] = week
    return any(laid.begun[i] == week for i in waiting)


def _holds(laid: Laid, one: Intervention) -> bool:
    assert one.when is not None
    value = _measured(laid, one.when.measure, one.when.organisation)
    return value < one.when.below if one.when.below is not None else value > float(one.when.above or 0.0)


def _measured(laid: Laid, measure: str, organisation: str | None) -> float:
    arrays = laid.arrays
    if measure == "killings":
        return float(arrays[DEATHS].sum())
    k, adults = laid.world.scenario.organisation_ids.index(str(organisation)), max(float(arrays["adults"].sum()), 1.0)
    shows = float(arrays["followers"][:, k].sum())
    of: dict[str, Callable[[], float]] = {
        "hold": lambda: shows / adults,
        "coerced": lambda: (shows - float(arrays["believers"][:, k].sum())) / adults,
        "armed": lambda: float(arrays["armed"][:, k].sum()),
    }
    return of[measure]()


# --- numbers ----------------------------------------------------------------------------------------------------------


def turns(laid: Laid) -> set[int]:
    """Weeks in which some mechanism's number changes."""
    return {
        week
        for one, begun in zip(laid.plan.interventions, laid.begun, strict=True)
        if "." in one.value and begun != WAITING
        for week in (begun, laid.last(one) + 1)
    }


def numbers_in(laid: Laid, week: int, numbers: Numbers) -> Numbers:
    """The numbers in force in a week: those of the world, and what the plan makes of them."""
    changed = {mechanism: dict(table) for mechanism, table in numbers.items()}
    for act in ("set", "scale"):
        for one, begun in zip(laid.plan.interventions, laid.begun, strict=True):
            if "." in one.value and one.act == act and begun != WAITING and begun <= week <= laid.last(one):
                mechanism, _, name = one.value.partition(".")
                before = changed[mechanism][name]
                changed[mechanism][name] = before * one.scale if one.scale is not None else float(one.set_to or 0.0)
    return changed


# --- what is held, taken and given ------------------------------------------------------------------------------------


def act(laid: Laid, week: int) -> None:
    """Hold levels and take or give persons and money, once the week's counts are empty."""
    for i, (one, begun) in enumerate(zip(laid.plan.interventions, laid.begun, strict=True)):
        lever = BY_NAME.get(one.value)
        if lever is None or lever.kind == IMPOSED or begun == WAITING or not begun <= week <= laid.last(one):
            continue
        if lever.kind == STOCK:
            _move(laid, i, lever, week)
        elif lever.name == "evenness":
            _aim_at_gunmen(laid.arrays, float(one.set_to or 0.0))
        else:
            laid.arrays[lever.array][_columns(laid.world, one, lever)] = float(one.set_to or 0.0)


def _aim_at_gunmen(arrays: Mapping[str, Array], evenness: float) -> None:
    """Aim this share of all raids by where gunmen are, whosever they are."""
    planned, armed = arrays["raids_planned"], arrays["armed"].sum(axis=0).astype(float)
    armed[0] = 0.0
    if armed.sum() > 0.0:
        planned[:] = (1.0 - evenness) * planned + evenness * planned.sum() * armed / armed.sum()


def _move(laid: Laid, i: int, lever: Lever, week: int) -> None:
    """This week's part of what an intervention removes or adds; what is not there now is owed until it ends."""
    one, arrays = laid.plan.interventions[i], laid.arrays
    columns = [laid.world.scenario.organisation_ids.index(name) for name in one.organisations]
    cells = _cells(laid, one, lever, columns)
    present = arrays[lever.array][cells] if lever.array != "tenure" else (arrays["tenure"][cells] > 0).astype(int)
    if np.isnan(arrays[QUOTA][i]):
        arrays[QUOTA][i] = _quota(one, lever, float(present.sum()))
    weeks = (laid.last(one) - laid.begun[i] + 1) if one.end is not None else 1
    due = arrays[QUOTA][i] * min(1.0, (week - laid.begun[i] + 1) / weeks)
    whole = lever.unit in WHOLE
    now = (np.floor(due) if whole else due) - arrays[DONE][i]
    if one.add is not None:
        shared = _shared(now, _wanted_by(laid, lever, cells, present), whole=whole)
        arrays[lever.array][cells] += shared.astype(arrays[lever.array].dtype)
    elif now > 0:
        now = min(now, float(present.sum()))
        if lever.array == "tenure":
            now = _vacate(laid, week, cells[0], int(now), one)
        else:
            _take(arrays, lever, cells, _shared(now, present, whole=whole).astype(present.dtype), one.fate)
    arrays[DONE][i] += now


def _quota(one: Intervention, lever: Lever, present: float) -> float:
    """How much in all: as stated, or a share of what there is when it begins."""
    if one.share is not None:
        return float(np.floor(present * one.share + 0.5)) if lever.unit in WHOLE else present * one.share
    return float(one.remove if one.remove is not None else one.add or 0.0)


def _cells(laid: Laid, one: Intervention, lever: Lever, columns: Sequence[int]) -> Any:
    """Index of what a stock lever touches: of units and organisations, of organisations, or of posts."""
    if lever.array == "budget":
        return (np.array(columns),)
    units = _units(laid.world, one)
    if lever.array != "tenure":
        return np.ix_(units, np.array(columns))
    sectors = len(laid.world.map.sector_district)
    posts = 1 + sectors + laid.world.sizes["unit"]
    places = {
        "chief": [0],
        "sector_heads": [1 + int(s) for s in np.flatnonzero(_sectors(laid.world, one))],
        "heads": [1 + sectors + int(u) for u in units],
    }
    below = places[lever.name]
    return (np.array([k * posts + place for k in columns for place in below]),)


def _wanted_by(laid: Laid, lever: Lever, cells: Any, present: Array) -> Array:
    """Where what is added goes: in proportion to what is there, or to the people where there is nothing yet."""
    if present.sum() > 0 or lever.array == "budget":
        return present if present.sum() > 0 else np.ones_like(present)
    where: Array = np.broadcast_to(laid.arrays["adults"][:, None], laid.arrays[lever.array].shape)[cells]
    return where


def _shared(total: float, weights: Array, *, whole: bool) -> Array:
    """`total` in proportion to the weights, where `whole` in whole numbers by largest remainder (Hamilton)."""
    if weights.sum() <= 0:
        return np.zeros(weights.shape, np.int64 if whole else float)
    exact = total * (weights / weights.sum())
    if not whole:
        return np.asarray(exact)
    parts: Array = np.floor(exact + 1e-9).astype(np.int64)
    rest = round(total) - int(parts.sum())
    parts.ravel()[np.argsort((parts - exact).ravel(), kind="stable")[:rest]] += 1
    return parts


def _take(arrays: Mapping[str, Array], lever: Lever, cells: Any, taken: Array, fate: str) -> None:
    """Remove from a stock and count where it went, so that persons add up."""
    arrays[lever.array][cells] -= taken
    if lever.unit != "persons":
        return
    if fate == "held":
        arrays[f"held_{lever.array}"][cells] += taken
        arrays["arrested"][cells] += taken
    else:
        arrays["left"][cells] += taken


def _vacate(laid: Laid, week: int, posts: Array, count: int, one: Intervention) -> float:
    """So many holders of these posts go; returns how many did, since a splinter may not be there to go to."""
    in_turn = posts[_in_turn(laid, week, posts, one)]
    held = in_turn[laid.arrays["tenure"][in_turn] > 0]
    if one.fate == "splinter":
        return float(_lead_away(laid, week, held, count))
    gone = held[:count]
    for name in ("tenure", "following", "skim_rate"):
        laid.arrays[name][gone] = 0
    return float(gone.size)


def _in_turn(laid: Laid, week: int, posts: Array, one: Intervention) -> Array:
    """Places along these posts, in the order in which their holders go.

    Where it is not said who is first, by chance to a splinter, and else by number.
    """
    arrays = laid.arrays
    if one.first:
        by = {"loyal": -arrays["loyalty"], "disloyal": arrays["loyalty"], "followed": -arrays["following"]}
        return np.argsort(by[one.first][posts], kind="stable")
    if one.fate == "splinter":
        return np.argsort([uniform(laid.seed, int(Decision.WHO_LEAVES), int(post), week) for post in posts])
    return np.arange(posts.size)


def _lead_away(laid: Laid, week: int, held: Array, count: int) -> int:
    """So many of these holders leave for a splinter with those who follow them, of each organisation in proportion.

    Nobody does where defection is off.
    """
    if defection.NAME in laid.without:
        return 0
    numbers = weekly(defection.Parameters, numbers_in(laid, week, laid.numbers)[defection.NAME])
    arrays, each = laid.arrays, laid.arrays["tenure"].size // laid.arrays["founded"].size
    organisations, theirs = np.unique(held // each, return_counts=True)
    left = 0
    for k, part in zip(organisations, _shared(count, theirs, whole=True), strict=True):
        places = held[held // each == k] % each - 1
        taken = (arrays[name] for name in defection.LED_READS + defection.LED_WRITES)
        left += defection.lead_away(week, laid.seed, numbers, int(k), places, int(part), *taken)
    return left


class Course(NamedTuple):
    """What became of one intervention: its first day (none while it waits), how much was to be moved, how much was."""

    begun: str | None
    wanted: float | None
    done: float


def course(laid: Laid) -> list[Course]:
    """What became of every intervention by now."""
    start, rows = laid.world.scenario.about.start, zip(laid.begun, laid.arrays[QUOTA], laid.arrays[DONE], strict=True)
    return [
        Course(
            None if begun == WAITING else date_of(begun, start).isoformat(),
            None if np.isnan(wanted) else float(wanted),
            float(done),
        )
        for begun, wanted, done in rows
    ]


def _short(one: Intervention, wanted: float, done: float) -> str:
    if one.fate == "splinter":
        return f"of {wanted:g} who were to leave for a splinter {done:g} did: none was to go to, or nobody to head"
    return f"of {wanted:g} to be removed there were {done:g}"


def shortfalls(laid: Laid) -> list[str]:
    """What was to be removed by a date now past, and was not there to be."""
    amounts = zip(laid.plan.interventions, laid.arrays[QUOTA], laid.arrays[DONE], strict=True)
    return [
        f"intervention {number} ({one.value}): {_short(one, wanted, done)}"
        for number, (one, wanted, done) in enumerate(amounts, start=1)
        if one.add is None and done < wanted - 1e-9
    ]
