"""How long a call takes: the best of several, so that what else the machine does counts least."""

from __future__ import annotations

import time
from collections.abc import Callable


def seconds(call: Callable[[], object]) -> float:
    """Wall seconds of one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def best(call: Callable[[], object], repeats: int = 5) -> float:
    """The least wall seconds of `repeats` calls, after one that does not count (it may compile)."""
    call()
    return min(seconds(call) for _ in range(repeats))
