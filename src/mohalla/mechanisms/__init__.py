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
from mohalla.parameters import weekly_type

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
KERNEL_TYPES = tuple(weekly_type(parameters) for parameters in DECLARED.values())
SWITCHABLE: tuple[str, ...] = tuple(module.NAME for module in MODULES if module.NAME not in ALWAYS_ON)
CLAIMS: dict[str, tuple[str, ...]] = {module.NAME: module.CLAIMS for module in MODULES}
