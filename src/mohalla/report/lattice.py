"""The regular hexagonal grid of units, read back from where they stand: its pitch, its turn, who is beside whom."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def pitch_and_turn(x: Floats, y: Floats) -> tuple[float, float]:
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


def neighbours(x: Floats, y: Floats) -> NDArray[np.int64]:
    """Pairs of units that share a border, the lower number first."""
    pitch, _ = pitch_and_turn(x, y)
    near = np.hypot(x[:, None] - x, y[:, None] - y) < 1.1 * pitch
    return np.argwhere(np.triu(near, 1))
