"""Towns are small: one thread does them faster than several that wait for each other, above all on a busy machine.

Property tests draw the same examples every time, so that a failure is a change's and never chance's. To look further,
set HYPOTHESIS_PROFILE=explore.

Started in the background of a shell, this process would be deaf to Ctrl-C, and with it every command that a test starts
and interrupts.
"""

from __future__ import annotations

import os
import signal

import pytest
from hypothesis import settings

from mohalla.cli import lines
from mohalla.engine import ahead, cpu

settings.register_profile("repeatable", derandomize=True, deadline=None)  # however busy the machine
settings.register_profile("explore", max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> None:
    cpu._wait_briefly()
    cpu.use_threads(1)
    lines.EVERY = 1e9  # what is said while a first test compiles is no part of what it looks at


@pytest.fixture(scope="session", autouse=True)
def _compiled_by_two(_one_thread: None) -> None:
    """The second of several processes compiles from the end of the week on, while the first begins at its beginning."""
    if os.environ.get("PYTEST_XDIST_WORKER") == "gw1" and cpu.first_of_its_version():
        ahead.compile_from_the_end()
