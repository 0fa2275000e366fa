"""A simulation taken step by step, so that tests can look between the steps; and one neighbourhood alone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np

import mohalla
from mohalla.engine import polls, simulate
from mohalla.engine.week import BY_NAME, Call, bind, bind_week, impose, kernel_parameters, run_call
from mohalla.mechanisms import DECLARED, residents
from mohalla.parameters import declared
from mohalla.scenario import Scenario
from mohalla.state import Array, blank
from mohalla.world import caution_table
from workbench.towns import census, organisation, scenario

SEED = np.uint64(1)
EVERY_WEEK = np.array([1])  # turns, where a test builds its arrays by hand
Arrays = dict[str, Array]


@cache
def small_town() -> Scenario:
    """The shipped town."""
    return mohalla.load("small-town")


@cache
def armed_town() -> Scenario:
    """A tiny town of 2,800 adults, with gunmen and money enough for everything to happen; run it at scale 10."""
    armed = {"workers": 60, "armed": 30, "funds_per_year": 20.0, "militancy": 0.4}
    both = [
        organisation("lantern", "#009E73", 0.8, -0.2, **armed),
        organisation("banyan", "#CC79A7", -0.2, 0.8, **armed),
    ]
    people = [census(1975, 5600, 0.6), census(1985, 6400, 0.5)]
    return scenario(organisations=both, censuses=people, state__operations__0__raids_per_week=6.0)


@cache
def restless_town() -> Scenario:
    """The armed town with heads who leave and come back, posts that change hands and suspects who are killed."""
    numbers: dict[str, dict[str, float]] = {
        "command": {"following_per_year": 6.0},
        "discipline": {"most_rotation_per_year": 1.0, "purge_per_year": 12.0, "readmitted_effect": 3.0},
        "defection": {
            "considered_per_year": 6.0,
            "noise": 0.6,
            "founders_following": 0.05,
            "least_cadre": 8.0,
            "dwindling_years": 0.1,
            "joined_fades_per_year": 10.0,
            "returning_per_year": 13.0,
        },
    }
    return armed_town().model_copy(update={"parameters": numbers, "splinter_slots": 2})


def with_turns(town: Scenario, weeks: int) -> Scenario:
    """The same town, whose residents take stock every so many weeks."""
    return town.model_copy(update={"about": town.about.model_copy(update={"turn_weeks": weeks})})


def start(
    town: Scenario, *, seed: int = 1, scale: int = 10, without: tuple[str, ...] = (), plain: bool = False
) -> simulate.Run:
    """A run about to begin its first week."""
    with np.errstate(over="ignore"):
        return simulate.prepare(town, seed, scale=scale, until=None, without=without, draw=False, plain=plain)


def play(
    run: simulate.Run, weeks: int | None = None, outcomes: list[polls.Outcome] | None = None
) -> Iterator[tuple[int, str]]:
    """Run the weeks of a simulation; yields the week and the step that has just been done."""
    due = polls.calendar(run.world.scenario, run.world.weeks)
    held = [] if outcomes is None else outcomes
    calls = bind_week(run.arrays, run.numbers, run.without, plain=run.plain, apart=True)
    with np.errstate(over="ignore"):
        for week in range(weeks or run.world.weeks):
            impose(week, run.arrays, run.world.history, run.without)
            if week > 0 and simulate._found(run, week):
                calls = bind_week(run.arrays, run.numbers, run.without, plain=run.plain, apart=True)
            for call in calls:
                if isinstance(call, Call):
                    run_call(call, week, run.seed)
                elif call == "poll" and "election" not in run.without:
                    held += simulate._polls(run, due, week, run.numbers)
                yield week, call if isinstance(call, str) else call.name


def defaults(mechanism: str) -> Any:
    """A mechanism's numbers at their default values, as its sweeps take them."""
    values = {name: one.value for name, one in declared(DECLARED[mechanism]).items()}
    return kernel_parameters(mechanism, values, int(EVERY_WEEK[0]))


def step(name: str, arrays: Arrays, *, week: int = 4, **numbers: float) -> None:
    """One week of one step on these arrays, with these of its numbers changed."""
    one = BY_NAME[name]
    values = {key: known.value for key, known in declared(DECLARED[one.mechanism]).items()} | numbers
    call = bind(one, {"turn_weeks": EVERY_WEEK, **arrays}, values)
    call.sweep(week, SEED, call.parameters, *call.arrays)


def finish(run: simulate.Run) -> Arrays:
    """Every array of a run after its last week."""
    for _ in play(run):
        pass
    return run.arrays


def copied(arrays: Arrays) -> Arrays:
    """The same values in memory of their own."""
    return {name: array.copy() for name, array in arrays.items()}


def same(one: Array, other: Array) -> bool:
    """Equal bit for bit, NaN included."""
    return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()


def one_place(count: int, organisations: int = 2, room: int = 16) -> Arrays:
    """One neighbourhood of one community, where everybody can be met, nobody is armed and nothing is known."""
    sizes = {
        "resident": count + room,
        "seat": count + room,
        "organisation": organisations,
        "active": organisations,
        "party": organisations + 4,
    }
    names = (
        "one",
        "cell",
        "neighbourhood",
        "unit",
        "sector",
        "community",
        "trader",
        "post",
        "cause",
        "source",
        "use",
        "tier",
        "chamber",
        "event",
        "event_column",
    )
    arrays = blank(dict.fromkeys(names, 1) | sizes)
    arrays["active"][:] = arrays["entered"][:] = np.arange(organisations)
    arrays["cell_count"][:] = arrays["people_here"][:] = arrays["unit_people"][:] = count
    for name in ("face_here", "unit_face", "unit_heart", "unit_honest", "followers", "believers"):
        arrays[name][..., 0] = count
    arrays["cell_start"] = np.array([0, count + room], np.int64)
    arrays["communities"] = np.array([1], np.int64)
    arrays["kinship"] = np.zeros((1, organisations))
    arrays["neighbourhood_unit"] = np.zeros(1, np.int32)
    arrays["unit_first"], arrays["unit_adjacent"] = np.array([0, 1], np.int32), np.full((1, 6), -1, np.int32)
    arrays["trader_start"], arrays["trader_income_per_week"] = np.array([0, 1], np.int64), np.ones(1)
    arrays["patron"], arrays["adults_per_resident"] = np.zeros(organisations, np.int32), np.ones(1)
    arrays["caution_table"], arrays["turn_weeks"] = caution_table(0.5), EVERY_WEEK
    return arrays


def everyone(arrays: Arrays, heart: int) -> None:
    """Give all residents one heart."""
    count = int(arrays["cell_count"][0])
    arrays["heart"][:] = heart
    arrays["unit_heart"][:] = 0
    arrays["unit_heart"][0, 0, heart] = count
    faces, honest = arrays["face"][:count], arrays["unit_honest"][0, 0]
    honest[:] = [np.sum((faces == k) & (faces == heart)) for k in range(honest.size)]


def call_of(name: str, arrays: Arrays, *, plain: bool = False, **numbers: float) -> Call:
    """One step, with these of its mechanism's numbers changed."""
    step = BY_NAME[name]
    values = {one: value.value for one, value in declared(DECLARED[step.mechanism]).items()} | numbers
    return bind(step, {"turn_weeks": EVERY_WEEK, **arrays}, values, plain=plain)


def residents_call(arrays: Arrays, *, plain: bool = False, **numbers: float) -> Call:
    """The week of residents, with these of its numbers changed."""
    values = {name: one.value for name, one in declared(residents.Parameters).items()} | numbers
    return bind(residents.STEPS[0], arrays, values, plain=plain)


def settling_call(arrays: Arrays, **numbers: float) -> Call:
    """The drawing of first hearts, with these numbers changed."""
    values: dict[str, Any] = {name: one.value for name, one in declared(residents.Parameters).items()}
    return bind(residents.SETTLE, arrays, values | numbers)
