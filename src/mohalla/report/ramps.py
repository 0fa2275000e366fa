"""Colour ramps for shares on the map and in the tree of posts, pale for little and dark for much, also in grey."""

from __future__ import annotations

import base64

import numpy as np

from mohalla.report.digest import Floats

STEPS = 250
NOTHING = 255  # the byte of a place without a value
SCALES = {
    "hold": ("#f4f1ea", "#7fb2d6", "#08306b"),
    "coerced": ("#f4f1ea", "#f0a267", "#7a2a00"),
    "watch": ("#f4f1ea", "#8fc7b4", "#00442f"),
    "force": ("#f4f1ea", "#c9a2c4", "#4a0f45"),
    "killings": ("#f4f1ea", "#b9b2a5", "#1d1a16"),
    "loyalty": ("#f4f1ea", "#8fc7b4", "#00442f"),
    "competence": ("#f4f1ea", "#7fb2d6", "#08306b"),
    "tenure": ("#f4f1ea", "#c9a2c4", "#4a0f45"),
    "following": ("#f4f1ea", "#f0a267", "#7a2a00"),
}


def shade(layer: str, share: float) -> str:
    """The colour of a value between 0 and 1 on a layer's scale."""
    stops = np.array([[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in SCALES[layer]], float)
    place = min(max(share, 0.0), 1.0) * 2
    low = min(int(place), 1)
    mixed = stops[low] + (stops[low + 1] - stops[low]) * (place - low)
    return "#" + "".join(f"{round(part):02x}" for part in mixed.tolist())


def packed(values: Floats) -> str:
    """Whole numbers from 0 to 255 as base64, for the page to read back; what is not a number becomes `NOTHING`."""
    whole = np.where(np.isfinite(values), np.rint(np.nan_to_num(values)).clip(0, 255), NOTHING)
    return base64.b64encode(whole.astype(np.uint8).tobytes()).decode()
