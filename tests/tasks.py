"""Tasks for worker processes. Nothing heavy is imported here, so that workers start at once."""

from __future__ import annotations

import os
from typing import Any

from mohalla.errors import MohallaError
from mohalla.experiments.parallel import Tell


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
