"""One simulation: a scenario and a seed in, a Dataset out. Pure: no file is read or written.

A simulation can hand out a snapshot of itself between any two weeks, and start from one.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import xarray as xr

from mohalla.calendar import date_of
from mohalla.engine import chronicle, cpu, interventions, polls, recording, snapshot
from mohalla.engine.interventions import Laid
from mohalla.engine.snapshot import Snapshot
from mohalla.engine.week import (
    BY_NAME,
    OBSERVE,
    PLAN,
    Numbers,
    Own,
    bind,
    bind_again,
    bind_week,
    due_in,
    impose,
    kernel_parameters,
    news,
    quick,
    run_call,
    weeks_of_turn,
)
from mohalla.mechanisms import DECLARED, residents, tallies
from mohalla.parameters import declared
from mohalla.plan import Plan, plan_text
from mohalla.scenario import Organisation, Scenario, Setting
from mohalla.state import Array, blank, forget
from mohalla.world import World, build, caution_table, draw_between, generator, run_weeks

Progress = Callable[[int, int, date], None]
Keep = Callable[[Callable[[], Snapshot]], None]
PROGRESS_EVERY = 13
BEFORE_HEARTS = ("standing", "watch", "presence", "pressures")


class Run(NamedTuple):
    """A simulation under way: its world, numbers, arrays, what is off, and whether it runs uncompiled."""

    world: World
    numbers: Numbers
    arrays: dict[str, Array]
    without: frozenset[str]
    plain: bool
    seed: np.uint64
    laid: Laid | None = None


def numbers_of(scenario: Scenario, seed: int, *, draw: bool) -> dict[str, dict[str, float]]:
    """Every parameter in force: declared, overridden by the scenario, drawn within its range where `draw`."""
    return {
        name: {key: _number(scenario, name, key, seed if draw else None) for key in declared(parameters)}
        for name, parameters in DECLARED.items()
    }


def _number(scenario: Scenario, mechanism: str, key: str, seed: int | None) -> float:
    value, known = declared(DECLARED[mechanism])[key]
    low, high = known.low, known.high
    setting = scenario.parameters.get(mechanism, {}).get(key)
    if isinstance(setting, Setting):
        value = setting.value
        low, high = (low if setting.low is None else setting.low), (high if setting.high is None else setting.high)
    elif setting is not None:
        value, low, high = float(setting), float(setting), float(setting)
    if seed is None:
        return value
    return draw_between(min(low, value), value, max(high, value), generator(seed, f"{mechanism}.{key}"))


def kernel_numbers(run: Run, mechanism: str) -> Any:
    """The numbers of a mechanism in a run, as its sweeps take them."""
    return kernel_parameters(mechanism, run.numbers[mechanism], weeks_of_turn(run.arrays))


def in_week(run: Run, week: int) -> Run:
    """A run with the numbers that its plan has put in force this week."""
    return run._replace(numbers=interventions.numbers_in(run.laid, week, run.numbers)) if run.laid else run


def prepare(
    scenario: Scenario, seed: int, *, scale: int, until: date | None, without: Collection[str], draw: bool,
    plain: bool = False,
) -> Run:  # fmt: skip
    """Build the world, set the state to its beginning, and let hearts settle."""
    run = laid_out(scenario, seed, scale=scale, until=until, without=without, draw=draw, plain=plain)
    _begin(run)
    return run


def laid_out(
    scenario: Scenario, seed: int, *, scale: int, until: date | None, without: Collection[str], draw: bool,
    plain: bool = False,
) -> Run:  # fmt: skip
    """Build the world and every array of the state, before anybody has decided anything."""
    world = _world(scenario, seed, scale=scale, until=until, draw=draw)
    numbers = numbers_of(scenario, seed, draw=draw)
    arrays = {**world.constants, **blank(world.sizes)}
    arrays["kinship"] = world.constants["kinship"].copy()
    arrays["caution_table"] = caution_table(numbers["residents"]["caution_spread"])
    run = Run(world, numbers, arrays, frozenset(without), plain, np.uint64(seed))
    for organisation in scenario.organisations:
        k = scenario.organisation_ids.index(organisation.id)
        arrays["militancy"][k], arrays["cells"][k] = organisation.militancy, organisation.cells
        arrays["record_years"][k] = max(0.0, (scenario.about.start - organisation.founded).days / 365.25)
        arrays["watched_years"][k] = min(arrays["record_years"][k], numbers["command"]["memory_years"])
    arrays["calm_years"][...] = numbers["pressures"]["calm_at_start_years"]
    return run


_last: dict[str, tuple[Scenario, tuple[int, int, int, bool], World]] = {}


def _world(scenario: Scenario, seed: int, *, scale: int, until: date | None, draw: bool) -> World:
    """The world that was asked for last, where it is asked for again, as all branches of one past do; or a new one.

    Its arrays cannot be written.
    """
    asked = seed, scale, run_weeks(scenario, until), draw
    kept = _last.get("world")
    if kept is None or kept[0] is not scenario or kept[1] != asked:
        kept = scenario, asked, build(scenario, seed, scale=scale, until=until, draw=draw)
        for array in (*kept[2].constants.values(), *kept[2].history.values()):
            array.flags.writeable = False
        _last["world"] = kept
    return kept[2]


def _begin(run: Run) -> None:
    """Fill the cells, found what is older than the run, and draw hearts from the rule's stationary distribution."""
    impose(0, run.arrays, run.world.history, run.without)
    _each(run, "path", "growth")
    _found(run, 0)
    _each(run, *(name for name in BEFORE_HEARTS if BY_NAME[name].mechanism not in run.without))
    settle = bind(residents.SETTLE, run.arrays, run.numbers["residents"], plain=run.plain)
    run_call(quick(settle), 0, run.seed)
    _each(run, "shops")
    if "rivalry" not in run.without:
        _each(run, "dispute")


def _each(run: Run, *names: str) -> None:
    """Take these steps once, for the whole city."""
    for step in map(BY_NAME.__getitem__, names):
        run_call(quick(bind(step, run.arrays, run.numbers[step.mechanism], plain=run.plain)), 0, run.seed)


def _found(run: Run, week: int) -> bool:
    """Let enter whose week it is, forget who is no more; True where the list of those that can be met has changed."""
    for k in np.flatnonzero(run.arrays["founding_week"] == week):
        _place_cadre(run, run.world.scenario.organisations[k - 1])
    if np.array_equal(np.flatnonzero(run.arrays["founded"]), run.arrays["active"][1:]):
        return week == 0
    exist = np.append(0, np.flatnonzero(run.arrays["founded"])).astype(np.uint32)
    for gone in np.setdiff1d(run.arrays["active"], exist):
        forget(run.arrays, int(gone))
    run.arrays["active"] = exist
    _enter(run.arrays, exist)
    return True


def _enter(arrays: dict[str, Array], exist: Array) -> None:
    """Let enter who is new; the danger of showing a new face is remembered as that of showing none."""
    for k in np.setdiff1d(exist, arrays["entered"]):
        arrays["remembered"][:, k] = arrays["remembered"][:, 0]
    arrays["entered"] = np.union1d(arrays["entered"], exist)


def _place_cadre(run: Run, organisation: Organisation) -> None:
    """Put founding workers and gunmen where kin live, in proportion to kin."""
    k = run.world.scenario.organisation_ids.index(organisation.id)
    run.arrays["founded"][k] = 1.0
    kin = run.arrays["unit_people"] @ (np.maximum(run.arrays["kinship"][:, k], 0.0))
    shares = kin / kin.sum() if kin.sum() > 0 else np.full(kin.size, 1 / kin.size)
    run.arrays["workers"][:, k] += _apportioned(organisation.workers, shares)
    run.arrays["armed"][:, k] += _apportioned(organisation.armed, shares)
    run.arrays["budget"][k] += organisation.budget


def _apportioned(total: int, shares: Array) -> Array:
    """Whole persons by largest remainder (Hamilton)."""
    exact = total * shares
    whole = np.floor(exact).astype(np.int32)
    rest = total - int(whole.sum())
    whole[np.argsort(whole - exact, kind="stable")[:rest]] += 1
    return np.asarray(whole)


def simulate(
    scenario: Scenario,
    seed: int = 1,
    *,
    scale: int = 10,
    until: date | None = None,
    without: Sequence[str] = (),
    draw: bool = False,
    progress: Progress | None = None,
    plain: bool = False,
    start: Snapshot | None = None,
    keep: Keep | None = None,
    plan: Plan | None = None,
) -> xr.Dataset:
    """Simulate a scenario and return the results Dataset; `plain` runs every rule as Python, for tests.

    After each week but the last, `keep` is called with a function that takes a snapshot. From such a snapshot, `start`,
    the same simulation goes on and returns the same bits as if it had never been stopped. A `plan` is laid over the
    scenario; one that does nothing changes not a bit.
    """
    began = time.perf_counter() - (start.seconds if start else 0.0)
    asked = snapshot.question(scenario, seed, scale=scale, until=until, without=without, draw=draw, plan=plan)
    if start:
        snapshot.must_be(asked, start)
    with np.errstate(over="ignore"):
        if not plain:
            cpu.have_help()
        lay = laid_out if start else prepare
        run = lay(scenario, seed, scale=scale, until=until, without=without, draw=draw, plain=plain)
        if plan and plan.interventions:
            run = run._replace(laid=interventions.lay(plan, run.world, run.arrays, run.numbers, run.seed, run.without))
        due = polls.calendar(scenario, run.world.weeks)
        into = recording.buffers(run.world, len(due))
        first, held = 0, list[polls.Outcome]()
        if start:
            first, held = start.weeks, snapshot.put_back(start, run.arrays, run.world.constants, into, due)
            start = None  # it may be as large as the city
        keeping = partial(_keep, keep, run, asked, began, into) if keep else None
        with cpu.threads_for(run.world.sizes["resident"]):
            outcomes = _weeks(run, due, into, progress, first, held, keeping)
    recording.record_polls(run.world, outcomes, into)
    into |= chronicle.columns(scenario, run.world.weeks, run.without, run.arrays, into)
    attributes = _provenance(run, draw=draw, seconds=time.perf_counter() - began)
    return recording.dataset(run.world, due, into, attributes)


def _keep(
    keep: Keep, run: Run, asked: Mapping[str, str], began: float, into: Mapping[str, Array],
    weeks: int, outcomes: Sequence[polls.Outcome],
) -> None:  # fmt: skip
    """Offer a snapshot; whoever keeps them decides whether it is taken."""

    def take() -> Snapshot:
        seconds = time.perf_counter() - began
        return snapshot.taken(asked, weeks, seconds, run.arrays, run.world.constants, into, outcomes)

    keep(take)


def _weeks(
    run: Run,
    due: Sequence[polls.Poll],
    into: dict[str, Array],
    progress: Progress | None,
    first: int = 0,
    held: Sequence[polls.Outcome] = (),
    keep: Callable[[int, Sequence[polls.Outcome]], None] | None = None,
) -> list[polls.Outcome]:
    """Run every week in order, from the first that is still to come."""
    outcomes = list(held)
    observe = observing(run, into)
    for week, _ in play(run, due, outcomes, first, stops=(OBSERVE,)):
        observe(week)
        if progress and (week % PROGRESS_EVERY == 0 or week == run.world.weeks - 1):
            progress(week + 1, run.world.weeks, date_of(week, run.world.scenario.about.start))
        if keep and week < run.world.weeks - 1:
            keep(week + 1, outcomes)
    return outcomes


def play(
    run: Run,
    due: Sequence[polls.Poll],
    outcomes: list[polls.Outcome],
    first: int = 0,
    *,
    apart: bool = False,
    stops: Collection[str] | None = None,
) -> Iterator[tuple[int, str]]:
    """Every step of every week in order: yields the week and the step that comes next, which is then done.

    Steps that go by unit come next together, unless they are wanted `apart`, at the same bits and more slowly. Where
    `stops` are named, nothing is yielded before other steps.
    """
    history, numbers, turns = _in_force(run, first)
    calls = bind_week(run.arrays, numbers, run.without, plain=run.plain, apart=apart)
    own = _own_steps(run, due, outcomes)
    steps = due_in(calls, own, stops)
    told, changed = news(run.arrays, history, run.world.weeks, run.without), True
    entering, founded, known = set(run.arrays["founding_week"].tolist()), run.arrays["founded"], b""
    for week in range(first, run.world.weeks):
        if run.laid and ((turned := interventions.wait(run.laid, week)) or week in turns):
            history, numbers, turns = _in_force(run, week)
            told = news(run.arrays, history, run.world.weeks, run.without) if turned else told
            changed = True
            calls = bind_week(run.arrays, numbers, run.without, plain=run.plain, apart=apart)
            steps = due_in(calls, own, stops)
        if changed:
            impose(week, run.arrays, history, run.without)
        for here, row in told[week]:
            here[:] = row
        changed = week > 0 and (week in entering or founded.tobytes() != known) and _found(run, week)
        known = founded.tobytes()
        if changed:
            calls = bind_again(calls, run.arrays, numbers, plain=run.plain)
            steps = due_in(calls, own, stops)
        for stop, sweep, arguments in steps(week):
            if stop:
                yield week, stop
            if sweep:
                sweep(week, run.seed, *arguments)


def _own_steps(run: Run, due: Sequence[polls.Poll], outcomes: list[polls.Outcome]) -> dict[str, Own]:
    """The steps of a week that the engine does itself: what a plan does, and polls that are due."""
    polling = set() if "election" in run.without else {poll.week for poll in due}

    def poll(week: int, _seed: np.uint64) -> None:
        if week in polling:
            outcomes.extend(_polls(run, due, week, in_week(run, week).numbers))

    laid = run.laid
    return {"poll": poll} | ({PLAN: lambda week, _seed: interventions.act(laid, week)} if laid else {})


def _in_force(run: Run, week: int) -> tuple[Mapping[str, Array], Numbers, set[int]]:
    """Dated history and numbers as a plan has them from this week on, and the weeks in which numbers change."""
    if run.laid is None:
        return run.world.history, run.numbers, set()
    laid = run.laid
    return interventions.history(laid), interventions.numbers_in(laid, week, run.numbers), interventions.turns(laid)


def observing(run: Run, into: dict[str, Array]) -> Callable[[int], None]:
    """What records a week: sums by sector, what there is once for the city, and units and posts by quarter."""
    records: list[tuple[Callable[..., None], tuple[Any, ...]]] = [
        (tallies.sum_sectors, recording.sector_arguments(run.arrays, into)),
        (tallies.copy_city, recording.city_arguments(run.arrays, into)),
        (tallies.copy_quarter, recording.quarter_arguments(run.arrays, into)),
    ]
    if not run.plain:
        records = [cpu.lent(cpu.compiled(record), (0,), arrays) for record, arrays in records]

    def observe(week: int) -> None:
        for record, arrays in records:
            record(week, *arrays)

    return observe


def _polls(run: Run, due: Sequence[polls.Poll], week: int, numbers: Numbers) -> list[polls.Outcome]:
    return [
        polls.hold(poll, run.world, run.arrays, numbers["election"], run.seed, plain=run.plain)
        for poll in due
        if poll.week == week
    ]


def _provenance(run: Run, *, draw: bool, seconds: float) -> dict[str, Any]:
    """What it takes to know what was run, with which numbers, and to run it again."""
    numbers = json.dumps({**run.numbers, **run.world.numbers})
    return {
        "title": run.world.scenario.about.title,
        "scenario": run.world.scenario.about.name,
        "seed": int(run.seed),
        "scale": run.world.scale,
        "turn_weeks": run.world.scenario.about.turn_weeks,
        "start": run.world.scenario.about.start.isoformat(),
        "weeks": run.world.weeks,
        "without": " ".join(sorted(run.without)),
        "numbers": numbers,
        "drawn": numbers if draw else "{}",
        "events_dropped": chronicle.dropped(run.arrays),
        "plan": run.laid.plan.name if run.laid else "nothing",
        "plan_does": plan_text(run.laid.plan) if run.laid else "",
        "plan_shortfalls": "; ".join(interventions.shortfalls(run.laid)) if run.laid else "",
        "plan_course": json.dumps([one._asdict() for one in interventions.course(run.laid)] if run.laid else []),
        **cpu.made_with(),
        "seconds": round(seconds, 3),
    }
