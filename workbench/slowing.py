"""A simulation that takes its time, so that a busy machine too is in time to stop it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mohalla.engine import simulate

SECONDS = 0.2


def slow_down(mark: str, begins: Callable[[int], bool]) -> None:
    """From the week on in which it `begins`, weeks take a fifth of a second, and a file of this name is there."""
    observing = simulate.observing

    def slowly(*given: Any) -> Callable[[int], None]:
        at_once = observing(*given)

        def observe(week: int) -> None:
            if begins(week):
                Path(mark).touch()
                time.sleep(SECONDS)
            at_once(week)

        return observe

    simulate.observing = slowly
