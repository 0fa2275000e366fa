"""The contract of a mechanism: what a step of the week is, what it reads, what it writes.

A mechanism is one file. It declares `NAME`, `CLAIMS`, a `Parameters` NamedTuple, its rules (numbers in, numbers out)
and its `STEPS`. A step's sweep is called as

    sweep(week, seed, parameters, *arrays it reads, *arrays it writes)

Arrays it only reads are handed to it read-only: compiled code that writes to one does not compile, plain code raises.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class Step(NamedTuple):
    """One call in the week: its name, the sweep, and the names of the state's arrays it reads and writes."""

    name: str
    mechanism: str
    sweep: Callable[..., Any]
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    parallel: bool = False
    every: int = 1
