"""What happens: one file for each mechanism. The order of the week is in `engine/week.py`."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from mohalla.mechanisms import (
    background,
    bargaining,
    coercion,
    command,
    defection,
    demography,
    discipline,
    election,
    extortion,
    operation,
    order,
    patronage,
    pressures,
    recruitment,
    residents,
    riot,
    rivalry,
    services,
    strike,
    tallies,
    trade,
    treasury,
    words,
)
from mohalla.parameters import kernel_type

MODULES: tuple[ModuleType, ...] = (
    bargaining,
    trade,
    treasury,
    command,
    discipline,
    defection,
    recruitment,
    rivalry,
    riot,
    coercion,
    operation,
    background,
    words,
    patronage,
    services,
    order,
    pressures,
    residents,
    extortion,
    tallies,
    strike,
    election,
    demography,
)
ALWAYS_ON = ("treasury", "pressures", "residents", "tallies")
DECLARED: dict[str, Any] = {module.NAME: module.Parameters for module in MODULES}
BY_TURN = frozenset(("residents", "extortion"))
"""Mechanisms of those who take turns, unit by unit: their rates are per turn, all others' per week."""
KERNEL_TYPES = tuple(kernel_type(one, "turn" if name in BY_TURN else "week") for name, one in DECLARED.items())
SWITCHABLE: tuple[str, ...] = tuple(module.NAME for module in MODULES if module.NAME not in ALWAYS_ON)
CLAIMS: dict[str, tuple[str, ...]] = {module.NAME: module.CLAIMS for module in MODULES}
