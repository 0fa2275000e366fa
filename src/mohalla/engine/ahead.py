"""Compiling on a second core: the process that runs this begins with what a simulation needs last.

The first simulation of a version compiles some sixty pieces of code, on one core, because Numba compiles one after the
other. So `cpu.have_help` starts `python -m mohalla.engine.ahead` beside it, which compiles the same pieces from the end
of the week towards its beginning. Both keep what they compiled in the same folder and find there what the other has
done, so they meet in the middle; nothing is lost where either ends early.
"""

from __future__ import annotations

import os

from mohalla.engine import by_unit, recording, simulate
from mohalla.engine.week import BY_NAME, bind, quick, step_order
from mohalla.mechanisms import DECLARED
from mohalla.reading import read

SCENARIO = "small-town"  # the types of arrays are those of any city


def compile_from_the_end() -> None:
    """Compile the week's steps, the last one first, for as long as whoever asked for it is there."""
    whoever_asked = os.getppid()
    run = simulate.laid_out(read(SCENARIO, DECLARED), 1, scale=10, until=None, without=(), draw=False)
    simulate.observing(run, recording.buffers(run.world, 1))
    for name in reversed(step_order()):
        if os.getppid() != whoever_asked:
            return
        step = BY_NAME.get(name)
        if step and name not in by_unit.NAMES:
            quick(bind(step, run.arrays, run.numbers[step.mechanism]))


if __name__ == "__main__":
    compile_from_the_end()
