"""The schematic map as drawn: one hexagon a unit, layers (chosen in digest.py) packed for the slider, some moments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from mohalla.report import ramps
from mohalla.report.digest import CityMap, Floats
from mohalla.report.fronts import ARMED, HOLD
from mohalla.report.lattice import neighbours, pitch_and_turn

MOMENTS = 6


class Hexagons(NamedTuple):
    """Where each unit's hexagon is drawn, in a box of `width` x `height`."""

    outlines: list[str]
    borders: list[tuple[str, str]]
    sides: list[str]
    labels: list[tuple[str, float, float]]
    width: float
    height: float


def hexagons(city: CityMap, width: float = 640.0) -> Hexagons:
    """Hexagons around the unit centres (north up), borders between sectors and districts, district names."""
    pitch, turn = pitch_and_turn(city.x, city.y)
    x, y = city.x - city.x.min() + pitch * 0.6, city.y.max() - city.y + pitch * 0.6
    scale = min(width / (x.max() + pitch * 0.6), 1.1 * width / (y.max() + pitch * 0.6))
    centres, radius = np.stack([x, y], 1) * scale, pitch * scale / np.sqrt(3)
    corners = np.deg2rad(turn + 30 + 60 * np.arange(6))
    ring = radius * np.stack([np.cos(corners), -np.sin(corners)], 1)
    outlines = [" ".join(f"{a:.1f},{b:.1f}" for a, b in (centre + ring).tolist()) for centre in centres]
    far = centres.max(0) + 0.6 * pitch * scale
    sides = _sides(city, centres, radius)
    return Hexagons(
        outlines,
        list(_borders(city, sides)),
        [path for _, _, path in sides],
        _labels(city, centres),
        float(far[0]),
        float(far[1]),
    )


def _sides(city: CityMap, centres: Floats, radius: float) -> list[tuple[int, int, str]]:
    """Every border between two units and the line that it is."""
    return [(i, j, _side(centres[i], centres[j], radius)) for i, j in neighbours(city.x, city.y).tolist()]


def _side(one: Floats, other: Floats, radius: float) -> str:
    """The side that two hexagons share."""
    middle, across = (one + other) / 2, other - one
    along = np.array([-across[1], across[0]]) / np.linalg.norm(across) * radius / 2
    (x1, y1), (x2, y2) = (middle - along).tolist(), (middle + along).tolist()
    return f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}"


def _borders(city: CityMap, sides: Sequence[tuple[int, int, str]]) -> Iterator[tuple[str, str]]:
    """Borders between different sectors (thin) and districts (thick)."""
    for i, j, path in sides:
        if city.district[i] != city.district[j]:
            yield "district", path
        elif city.sector[i] != city.sector[j]:
            yield "sector", path


def _labels(city: CityMap, centres: Floats) -> list[tuple[str, float, float]]:
    names = np.array(city.district)
    found = ((name, centres[names == name].mean(0)) for name in dict.fromkeys(city.district))
    return [(name, float(place[0]), float(place[1])) for name, place in found]


# ------------------------------------------------------------------------------------------------ layers for the page


def packed(city: CityMap, colours: Sequence[str], names: dict[str, str]) -> dict[str, object]:
    """The map's data for the page: bytes 0-250 by quarter and unit, base64, with what 250 stands for."""
    tops = {layer: _top(layer, values) for layer, values in city.layers.items()}
    layers = {layer: ramps.packed(values / tops[layer] * ramps.STEPS) for layer, values in city.layers.items()}
    return {
        "quarters": city.quarters,
        "units": city.unit,
        "sectors": city.sector,
        "districts": city.district,
        "parties": [[name, names[name], colour] for name, colour in zip(city.organisations, colours, strict=True)],
        "layers": layers | {"leads": ramps.packed(city.leads.astype(float) + 1)},
        "fronts": ramps.packed(city.fronts.astype(float)),
        "tops": tops,
        "steps": ramps.STEPS,
    }


def _top(layer: str, values: Floats) -> float:
    """What the darkest colour stands for: 1 for hold, else the largest value, on a round number."""
    largest = float(values.max()) if values.size else 0.0
    if layer.startswith("hold") or largest <= 0:
        return 1.0
    return float(np.ceil(largest)) if layer == "killings" else min(1.0, float(np.ceil(largest * 10) / 10))


def moments(city: CityMap, main: str) -> list[tuple[str, list[str]]]:
    """Fills by unit at a few dates spread over the run, for the strip that also prints: hold of the main party."""
    hold = city.layers[f"hold/{main}"]
    return [(city.quarters[q][:4], [ramps.shade("hold", value) for value in hold[q].tolist()]) for q in _picked(city)]


def armed_moments(city: CityMap, sides: Sequence[str]) -> list[str]:
    """The armed frontiers at the dates of the strip."""
    return [front_paths(sides, city.fronts[quarter].tolist())[1] for quarter in _picked(city)]


def _picked(city: CityMap) -> list[int]:
    spread = np.linspace(0, max(len(city.quarters) - 1, 0), MOMENTS if city.quarters else 0)
    picked: list[int] = np.unique(spread.round().astype(int)).tolist()
    return picked


def front_paths(sides: Sequence[str], codes: Sequence[int]) -> tuple[str, str]:
    """The borders of one quarter where only hold changes hands, and those where both sides are armed."""
    held = "".join(path for path, code in zip(sides, codes, strict=True) if code == HOLD)
    return held, "".join(path for path, code in zip(sides, codes, strict=True) if code & ARMED)
