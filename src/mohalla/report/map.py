"""The schematic map of the reference city: one hexagon a unit, layers packed for the slider, a strip of moments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from mohalla.report import ramps
from mohalla.report.digest import CityMap, Floats

MOMENTS = 6


class Hexagons(NamedTuple):
    """Where each unit's hexagon is drawn, in a box of `width` x `height`."""

    outlines: list[str]
    borders: list[tuple[str, str]]
    labels: list[tuple[str, float, float]]
    width: float
    height: float


def hexagons(city: CityMap, width: float = 640.0) -> Hexagons:
    """Hexagons around the unit centres (north up), borders between sectors and districts, district names."""
    pitch, turn = _lattice(city.x, city.y)
    x, y = city.x - city.x.min() + pitch * 0.6, city.y.max() - city.y + pitch * 0.6
    scale = min(width / (x.max() + pitch * 0.6), 1.1 * width / (y.max() + pitch * 0.6))
    centres, radius = np.stack([x, y], 1) * scale, pitch * scale / np.sqrt(3)
    corners = np.deg2rad(turn + 30 + 60 * np.arange(6))
    ring = radius * np.stack([np.cos(corners), -np.sin(corners)], 1)
    outlines = [" ".join(f"{a:.1f},{b:.1f}" for a, b in (centre + ring).tolist()) for centre in centres]
    far = centres.max(0) + 0.6 * pitch * scale
    return Hexagons(
        outlines, list(_borders(city, centres, radius)), _labels(city, centres), float(far[0]), float(far[1])
    )


def _lattice(x: Floats, y: Floats) -> tuple[float, float]:
    """Distance between neighbouring centres and the direction (degrees) of one neighbour, as the grid has them."""
    if len(x) < 2:
        return 1.0, 0.0
    dx, dy = x[:, None] - x, y[:, None] - y
    distance = np.hypot(dx, dy) + np.where(np.eye(len(x)) > 0, np.inf, 0.0)
    pitch = float(distance.min())
    if pitch <= 0:
        return 1.0, 0.0
    near = distance < 1.05 * pitch
    turn = np.angle(np.exp(6j * np.arctan2(dy[near], dx[near])).mean()) / 6
    return pitch, float(np.rad2deg(turn))


def _borders(city: CityMap, centres: Floats, radius: float) -> Iterator[tuple[str, str]]:
    """Edges between hexagons of different sectors (thin) and districts (thick)."""
    for i, j in _neighbours(centres, radius):
        if city.sector[i] == city.sector[j] and city.district[i] == city.district[j]:
            continue
        middle, across = (centres[i] + centres[j]) / 2, centres[j] - centres[i]
        along = np.array([-across[1], across[0]]) / np.linalg.norm(across) * radius / 2
        (x1, y1), (x2, y2) = (middle - along).tolist(), (middle + along).tolist()
        kind = "district" if city.district[i] != city.district[j] else "sector"
        yield kind, f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}"


def _neighbours(centres: Floats, radius: float) -> Iterator[tuple[int, int]]:
    distance = np.hypot(*(centres[:, None] - centres).transpose(2, 0, 1))
    for i, j in np.argwhere((distance > 0) & (distance < 1.1 * radius * np.sqrt(3))).tolist():
        if i < j:
            yield i, j


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
    spread = np.linspace(0, max(len(city.quarters) - 1, 0), MOMENTS if city.quarters else 0)
    picked = np.unique(spread.round().astype(int)).tolist()
    return [(city.quarters[q][:4], [ramps.shade("hold", value) for value in hold[q].tolist()]) for q in picked]
