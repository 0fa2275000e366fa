"""The schedule of a week, written once. Documentation and reports take it from here.

A step sees what the steps before it left this week and, of what comes after it, last week's values. `poll` runs only
when an election is due and `clear` empties the week's counts between those who read last week's and those who write
this week's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np

from mohalla.engine import by_unit, cpu
from mohalla.mechanisms import BY_TURN, DECLARED, MODULES
from mohalla.parameters import by_turn, declared, weekly
from mohalla.state import Array
from mohalla.steps import Step

CLEAR, PLAN, OBSERVE = "clear", "plan", "observe"

SCHEDULE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("timeline", ("imposed", "founding", "path")),
    ("stance", ("bargain", "stance", "restraint")),
    ("money", ("office", "trade", "levy", "collect", "allot")),
    ("command", ("losses", "command", "reshuffle", CLEAR, PLAN, "discipline", "defection", "readmission")),
    ("recruitment", ("driven", "recruitment")),
    ("violence", ("will", "rivalry", "riot", "sanction")),
    ("operation", ("release", "operation")),
    ("background", ("background", "grief")),
    ("words", ("remember", "appeal", "words", "motions")),
    (
        "pressures",
        ("patronage", "services", "order", "standing", "silence", "dispute", "watch", "presence", "pressures"),
    ),
    ("residents", ("residents",)),
    ("traders", ("extortion",)),
    ("demography", ("growth", "turnover", "moves", "shops")),
    ("strike", ("strike",)),
    ("election", ("poll",)),
    ("observe", (OBSERVE,)),
)
ENGINE_STEPS = ("imposed", "founding", PLAN, "poll", OBSERVE)
BY_NAME: Mapping[str, Step] = {step.name: step for module in MODULES for step in module.STEPS}
DEFAULTS: Mapping[str, Mapping[str, float]] = {
    name: {key: value for key, (value, _) in declared(parameters).items()} for name, parameters in DECLARED.items()
}
MODULE_OF = {module.NAME: module for module in MODULES}
IMPOSED_FOR = {
    "raids_planned": "operation", "other_raids": "operation", "unlawful": "operation",
    "announced_years": "operation", "credibility": "operation",
    "shock_deaths": "background", "shock_by": "riot", "ordinary": "background", "militant": "background",
    "delivery": "services", "reshuffle_ordered": "command", "readmission_ordered": "defection",
    "appeal_ordered": "words", "coalition_need": "bargaining", "positions": "words",
}  # fmt: skip

WHO_THERE_IS = frozenset(("active", "entered"))  # are other arrays whenever somebody enters or is no more

PERIOD = math.lcm(*(step.every for step in BY_NAME.values()))  # weeks after which the same steps are due
Arrays = Mapping[str, Array]
Numbers = Mapping[str, Mapping[str, float]]


Own = Callable[[int, np.uint64], None]
Row = tuple[memoryview, bytes]  # an array of the state, and what has to stand there
Due = tuple[str | None, Callable[..., Any] | None, tuple[Any, ...]]  # where to stop first, what does it, what it takes


class Call(NamedTuple):
    """A step ready to run, or several that go by unit: sweep, parameters and every array in the order it takes them.

    Where it is `quick`, parameters and arrays are lent (see lending.py).
    """

    name: str
    every: int
    sweep: Callable[..., Any]
    parameters: Any
    arrays: tuple[Any, ...]


def step_order(without: Collection[str] = ()) -> tuple[str, ...]:
    """Names of the week's steps in order, without those of mechanisms that are off."""
    names = (name for _, steps in SCHEDULE for name in steps)
    return tuple(name for name in names if name not in BY_NAME or BY_NAME[name].mechanism not in without)


def read_only(array: Array) -> Array:
    """A view that cannot be written through."""
    view = array.view()
    view.flags.writeable = False
    return view


def kernel_parameters(mechanism: str, values: Mapping[str, float], turn_weeks: int) -> Any:
    """A mechanism's numbers as its sweeps take them: rates per week, or per turn; float32 for residents."""
    kind = DECLARED[mechanism]
    numbers = by_turn(kind, values, turn_weeks) if mechanism in BY_TURN else weekly(kind, values)
    if mechanism != "residents":
        return numbers
    return type(numbers)(*(np.float32(number) for number in numbers))


def handed(step: Step, arrays: Arrays) -> tuple[Array, ...]:
    """A step's arrays: those it only reads as read-only views."""
    return tuple(read_only(arrays[name]) for name in step.reads) + tuple(arrays[name] for name in step.writes)


def weeks_of_turn(arrays: Arrays) -> int:
    """Every how many weeks a unit has its turn."""
    return int(arrays["turn_weeks"][0])


def bind(step: Step, arrays: Arrays, values: Mapping[str, float], *, plain: bool = False, at_once: bool = True) -> Call:
    """Hand a step its arrays and its numbers; one that goes by unit does all of them, or those whose turn it is."""
    turn_weeks = weeks_of_turn(arrays)
    in_turn = 1 if at_once else turn_weeks
    if step.by_unit and not plain:
        return bind_pass([step.name], arrays, {step.mechanism: values}, in_turn)
    numbers = kernel_parameters(step.mechanism, values, turn_weeks)
    if step.by_unit:
        sweep = by_unit.over_units(step, arrays["unit_first"].size - 1, in_turn)
    else:
        sweep = step.sweep if plain else cpu.compiled(step.sweep, parallel=step.parallel)
    return Call(step.name, step.every, sweep, numbers, handed(step, arrays))


def bind_pass(names: Collection[str], arrays: Arrays, numbers: Numbers, in_turn: int) -> Call:
    """Hand the pass over units what all of its steps take, and say which of them are to be done, for which units."""
    turn_weeks = weeks_of_turn(arrays)
    first, *others = (
        kernel_parameters(name, numbers.get(name, DEFAULTS[name]), turn_weeks) for name in by_unit.NUMBERS
    )
    taken = [arrays[name] if name in by_unit.WRITES else read_only(arrays[name]) for name in by_unit.TAKES]
    sweep = cpu.compiled(by_unit.sweep, parallel=True)
    return Call(" ".join(names), 1, sweep, first, (*others, *by_unit.wanted(names), in_turn, cpu.threads(), *taken))


def bind_week(
    arrays: Arrays, numbers: Numbers, without: Collection[str] = (), *, plain: bool = False, apart: bool = False
) -> list[Call | str]:
    """The week as a plain list: calls, and the names of the engine's own steps between them.

    Steps that go by unit are one call, unless they are wanted `apart` or as plain Python.
    """
    week: list[Call | str] = []
    for together, names in groupby(step_order(without), lambda name: name in by_unit.NAMES and not (plain or apart)):
        if together:
            week.append(quick(bind_pass(list(names), arrays, numbers, weeks_of_turn(arrays))))
        else:
            week += [_bound(name, arrays, numbers, plain=plain) for name in names]
    return week


def bind_again(
    week: Sequence[Call | str], arrays: Arrays, numbers: Numbers, *, plain: bool = False
) -> list[Call | str]:
    """The same week after somebody has entered or is no more: only calls that go by who can be met are others."""
    return [_again(one, arrays, numbers, plain=plain) for one in week]


def _again(one: Call | str, arrays: Arrays, numbers: Numbers, *, plain: bool) -> Call | str:
    names = [] if isinstance(one, str) else one.name.split()
    if not any(WHO_THERE_IS.intersection(BY_NAME[name].reads) for name in names):
        return one
    if len(names) > 1:
        return quick(bind_pass(names, arrays, numbers, weeks_of_turn(arrays)))
    return _bound(names[0], arrays, numbers, plain=plain)


def _bound(name: str, arrays: Arrays, numbers: Numbers, *, plain: bool) -> Call | str:
    """A call of a step of a mechanism; a step of the engine's own by its name."""
    step = BY_NAME.get(name)
    return quick(bind(step, arrays, numbers[step.mechanism], plain=plain, at_once=False)) if step else name


def quick(call: Call) -> Call:
    """A call of compiled code, its arrays and numbers lent, without the looks that Numba takes at them each time."""
    if not cpu.is_compiled(call.sweep):
        return call
    code, (numbers, *arrays) = cpu.lent(call.sweep, (0, np.uint64()), (call.parameters, *call.arrays))
    return call._replace(sweep=code, parameters=numbers, arrays=tuple(arrays))


def run_call(call: Call, week: int, seed: np.uint64) -> None:
    """One step of one week."""
    if week % call.every == 0:
        call.sweep(week, seed, call.parameters, *call.arrays)


def due_in(
    calls: Sequence[Call | str], own: Mapping[str, Own], stops: Collection[str] | None
) -> Callable[[int], Sequence[Due]]:
    """What is due in a week: calls, and what the engine does itself under the name of a step of its `own`.

    A step's name is there where somebody waits for it: at all of them, or at these `stops`.
    """

    def entry(one: Call | str) -> tuple[int, Due, Due]:
        name, every = (one.name, one.every) if isinstance(one, Call) else (one, 1)
        stop = name if stops is None or name in stops else None
        does = (one.sweep, (one.parameters, *one.arrays)) if isinstance(one, Call) else (own.get(one), ())
        return every, (stop, *does), (stop, None, ())

    entries = [entry(one) for one in calls]

    @cache
    def in_phase(phase: int) -> list[Due]:
        these = (now if phase % every == 0 else otherwise for every, now, otherwise in entries)
        return [one for one in these if one[0] or one[1]]

    def in_week(week: int) -> Sequence[Due]:
        return in_phase(week % PERIOD)

    return in_week


def impose(week: int, arrays: Arrays, history: Arrays, without: Collection[str] = ()) -> None:
    """Set what the scenario imposes; what belongs to a mechanism that is off stays neutral."""
    for name in history:
        if IMPOSED_FOR.get(name) not in without:
            arrays[name][...] = history[name][week]


def news(arrays: Arrays, history: Arrays, weeks: int, without: Collection[str] = ()) -> list[list[Row]]:
    """For each week what has to be imposed anew: what is other than the week before, and all that steps change too."""
    moved = {name for step in BY_NAME.values() for name in step.writes}
    told: list[list[Row]] = [[] for _ in range(weeks)]
    for name in history:
        if IMPOSED_FOR.get(name) in without:
            continue
        rows = history[name][:weeks].astype(arrays[name].dtype, copy=False)
        others = (rows[1:] != rows[:-1]).any(axis=tuple(range(1, rows.ndim)))
        for week in range(weeks) if name in moved else 1 + np.flatnonzero(others):
            told[week].append((arrays[name].data.cast("B"), rows[week].tobytes()))
    return told
