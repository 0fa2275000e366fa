"""Numbers do not move unnoticed."""

from __future__ import annotations

import json

import pytest

from tests.golden import STORED, golden

MOVED = "numbers moved: if they were meant to, run `python -m tests.golden` and say why in CHANGELOG.md (**numbers**)"


def test_the_small_town_gives_what_it_gave() -> None:
    stored, now = json.loads(STORED.read_text(encoding="utf-8")), golden()
    assert now.keys() == stored.keys()
    for name, value in stored.items():
        assert now[name] == (value if isinstance(value, str) else pytest.approx(value, rel=1e-5)), f"{name}: {MOVED}"
