"""Colours of organisations that stay apart for colour-blind readers.

A scenario's own colours are kept (pale ones darkened) where they can be told apart by everybody; otherwise the whole
set is replaced by the palette of Okabe and Ito (2008). Colour never carries a meaning alone: lines differ in dash and
label too.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from mohalla.report.digest import Floats

HOLD, HEARTS, COERCED = "#0072b2", "#007a5a", "#d55e00"
RECORD, REFERENCE, GREY = "#111111", "#444444", "#8a8f98"
OKABE_ITO = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#8c510a", "#222831")
DASHES = ("", "7 3", "2 3", "9 3 2 3", "4 2", "1 2")
LEAST_APART = 0.055
LIGHTEST = 0.76

# Machado, Oliveira & Fernandes (2009), severity 1: linear RGB as seen without one kind of cone.
SIGHT = np.array(
    [
        [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    ]
)
# Linear RGB to the long, medium and short cones of Oklab, and from there to its three axes (Ottosson 2020).
TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def seen(colours: Sequence[str]) -> Floats:
    """Colours in Oklab as seen with full, protan and deutan sight: (sight, colour, axis)."""
    rgb = np.array([[int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)] for colour in colours])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    as_seen = np.einsum("sij,cj->sci", SIGHT, linear).clip(0, 1)
    return np.asarray(np.cbrt(as_seen @ TO_CONES.T) @ TO_LAB.T, dtype=float)


def told_apart(colours: Sequence[str]) -> bool:
    """Whether every pair stays apart for every kind of sight."""
    lab = seen(colours) if colours else np.zeros((1, 0, 3))
    apart = (np.linalg.norm(lab[:, i] - lab[:, j], axis=-1).min() for i, j in combinations(range(lab.shape[1]), 2))
    return all(distance >= LEAST_APART for distance in apart)


def inked(colour: str) -> str:
    """A colour dark enough for a thin line on white paper; its hue stays."""
    lightness = float(seen([colour])[0, 0, 0])
    if lightness <= LIGHTEST:
        return colour.lower()
    parts = (round(int(colour[i : i + 2], 16) * (LIGHTEST / lightness) ** 1.7) for i in (1, 3, 5))
    return "#" + "".join(f"{part:02x}" for part in parts)


def safe(declared: Sequence[str]) -> tuple[str, ...]:
    """The declared colours (darkened where too pale) if they can be told apart, else as many of the palette."""
    dark = tuple(inked(colour) for colour in declared)
    return dark if told_apart(dark) else tuple(OKABE_ITO[i % len(OKABE_ITO)] for i in range(len(declared)))
