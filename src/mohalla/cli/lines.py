"""Progress where there is no terminal, as in a log: a line now and then, with what is done and the time left."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

EVERY = 30.0  # seconds
TELLING = 0.02  # of what is to be done: before, the time left is that of compiling
COMPILING = 150.0  # seconds in which it may be
FIRST = "the first run compiles"
SPANS = ((3600.0, "h"), (60.0, "min"), (1.0, "s"))


class Lines:
    """Takes the news that a bar takes, and prints the latest of it at most every half minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._began = clock, clock()
        self._said, self._words, self._day = self._began, "", ""
        self._done = self._before = self._total = 0.0

    def add_task(self, description: str, *, total: float | None, completed: float = 0.0, day: str = "") -> int:
        """What is to be done, and how much of it was done before."""
        self._words, self._total, self._day = description, total or 0.0, day
        self._done = self._before = completed
        return 0

    def update(
        self, _task: int, *, completed: float, total: float | None = None, description: str = "", day: str = ""
    ) -> None:
        """News of what is done."""
        self._done, self._total = completed, total or self._total
        self._words, self._day = description or self._words, day
        now = self._clock()
        if now - self._said >= EVERY:
            self._said = now
            print(f"mohalla: {self.line(now)}", file=sys.stderr, flush=True)

    def line(self, now: float) -> str:
        """What is done, and the time left at the pace so far."""
        done, here = self._done - self._before, self._total - self._before
        parts = [self._words, self._day, f"{self._done / self._total:.0%}" if self._total else ""]
        if here > 0.0 and done > TELLING * here:
            parts.append(f"{in_words((now - self._began) * (here - done) / done)} left")
        elif here > 0.0 and now - self._began < COMPILING and FIRST not in self._words:
            parts.append(FIRST)
        return ", ".join(part for part in parts if part)


def in_words(seconds: float) -> str:
    """A rough duration: 40 s, 3 min, 2 h."""
    size, unit = next(((size, unit) for size, unit in SPANS if seconds >= 1.5 * size), SPANS[-1])
    return f"{max(1, round(seconds / size))} {unit}"
