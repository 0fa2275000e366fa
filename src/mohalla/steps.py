"""The contract of a mechanism: what a step of the week is, what it reads, what it writes.

A mechanism is one file. It declares `NAME`, `CLAIMS`, a `Parameters` NamedTuple, its rules (numbers in, numbers out)
and its `STEPS`. A step's sweep is called as

    sweep(week, seed, parameters, *arrays it reads, *arrays it writes)

A step that goes `by_unit` has a sweep for one unit, whose number comes first. It writes only what is that unit's, so
that units may be done in any order and by any core; `engine/by_unit.py` does them, each when it `has_turn`.

Arrays it only reads are handed to it read-only: compiled code that writes to one does not compile, plain code raises.
In the compiled pass over units an array is read-only where none of the pass's steps writes it; plain code raises there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from numba.extending import register_jitable

of_unit = register_jitable(forceinline=True, parallel=False)
"""Marks the sweep of a step that goes by unit: put whole into the loop over units, where LLVM can see that no two of
its arrays overlap; a call there would be four times as slow."""


@register_jitable
def has_turn(u: int, week: int, turn_weeks: int) -> bool:
    """Whether it is in this week that the residents and traders of a unit take stock."""
    return bool((week - u) % turn_weeks == 0)


class Step(NamedTuple):
    """One call in the week: its name, the sweep, and the names of the state's arrays it reads and writes."""

    name: str
    mechanism: str
    sweep: Callable[..., Any]
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    parallel: bool = False
    by_unit: bool = False
    every: int = 1
