"""Towns are small: one thread does them faster than several that wait for each other, above all on a busy machine."""

from __future__ import annotations

import pytest

from mohalla.engine import cpu


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> None:
    cpu._wait_briefly()
    cpu.use_threads(1)
