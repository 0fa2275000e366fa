"""Tasks for worker processes. Nothing heavy is imported here, so that workers start at once."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from mohalla.errors import MohallaError
from mohalla.experiments.parallel import Tell
from mohalla.stopping import patiently


def picky(number: int, tell: Tell) -> Any:
    """Refuses 3, breaks at 4, dies of 5, answers 6 with what cannot be sent; else its number."""
    tell(number)
    if number == 3:
        raise MohallaError("3 is refused")
    if number == 4:
        raise KeyError("four")
    if number == 5:
        os._exit(9)
    return (lambda: None) if number == 6 else number


def lasting(place: str, tell: Tell) -> None:
    """Works until it is asked to stop, and writes down that it was; at a place called `deaf` it goes on."""
    with patiently() as (asked, stop):
        while not asked() or Path(place).name == "deaf":
            tell("at work")
            time.sleep(0.01)
        Path(place).write_text("kept")
        stop()


def named(job: tuple[int, float, str], tell: Tell) -> tuple[int, int]:
    """Takes some seconds, writes down in a folder who did it, and answers with the square of its number."""
    number, seconds, folder = job
    (Path(folder) / f"{number}.{os.getpid()}").touch()
    tell((number, "begun"))
    time.sleep(seconds)
    tell((number, "done"))
    return number, number * number


def deadly(_job: int, _tell: Tell) -> None:
    """Kills whoever does it."""
    os._exit(9)
