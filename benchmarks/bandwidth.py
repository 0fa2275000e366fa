"""Memory bandwidth of this machine on all cores: McCalpin's STREAM copy and triad, compiled by Numba."""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np

from benchmarks.timing import best
from mohalla.engine.cpu import compiled

LENGTH = 12_000_000  # 96 MB an array: larger than any cache


def _copy(a: np.ndarray, b: np.ndarray) -> None:
    for i in numba.prange(a.size):
        a[i] = b[i]


def _triad(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> None:
    for i in numba.prange(a.size):
        a[i] = b[i] + 3.0 * c[i]


class Bandwidth(NamedTuple):
    """Bytes a second, counted as STREAM does: what the program reads and writes."""

    copy: float
    triad: float

    @property
    def most(self) -> float:
        """The better of the two."""
        return max(self)


def measure(length: int = LENGTH) -> Bandwidth:
    """Bandwidth over arrays of `length` doubles."""
    a, b, c = (np.full(length, value) for value in (0.0, 1.0, 2.0))
    size, copy, triad = a.nbytes, compiled(_copy, parallel=True), compiled(_triad, parallel=True)
    return Bandwidth(2 * size / best(lambda: copy(a, b)), 3 * size / best(lambda: triad(a, b, c)))
