"""Maps of difference: the schematic city by sector, one small map a plan, on a diverging scale of its own."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

import numpy as np
import xarray as xr

from mohalla.report import svg, words
from mohalla.report.comparison_numbers import Floats

# Blue for less, orange for more: apart for every kind of sight; the middle is pale, the ends equally dark.
LESS, MIDDLE, MORE = "#0b4f8a", "#f3f1ec", "#a34700"
AGREED = 0.9
SIDES = 24
WIDTH = 220.0
LINE = 16.0

LAYERS = (
    ("coerced_map", "Coerced", "percentage points, last year", 100.0),
    ("hold_map", "Hold", "percentage points, last year", 100.0),
    ("killings_map", "Deaths", "persons since the branch, but for background", 1.0),
)


class Place(NamedTuple):
    """The sectors as drawn: an outline each, its centre, its name and district, in a box."""

    outlines: tuple[str, ...]
    centres: tuple[tuple[float, float], ...]
    names: tuple[str, ...]
    districts: tuple[str, ...]
    width: float
    height: float


class Layer(NamedTuple):
    """One measure over the city: its title, unit, what the darkest colour stands for, and a drawing a plan."""

    name: str
    title: str
    unit: str
    top: float
    drawings: tuple[str, ...]


def place(data: xr.Dataset) -> Place | None:
    """Where sectors are drawn, from their positions; None where the Dataset holds none."""
    if "sector_x" not in data or "sector_y" not in data or not data.sizes.get("sector"):
        return None
    centres = np.stack([data["sector_x"].values.astype(float), -data["sector_y"].values.astype(float)], 1)
    reach = _reach(centres)
    centres = centres - centres.min(0) + reach
    scale = WIDTH / (centres[:, 0].max() + reach)
    cells = [_cell(centres, i, reach) * scale for i in range(len(centres))]
    outlines = tuple(" ".join(f"{a:.1f},{b:.1f}" for a, b in cell.tolist()) for cell in cells)
    spots = tuple((float(a), float(b)) for a, b in centres * scale)
    sectors = [str(name) for name in data["sector"].values]
    known = "sector_district" in data
    districts = [str(name) for name in data["sector_district"].values] if known else [""] * len(sectors)
    return Place(outlines, spots, tuple(sectors), tuple(districts), WIDTH, float((centres[:, 1].max() + reach) * scale))


def _reach(centres: Floats) -> float:
    """How far a sector's shape may go from its centre: a little more than to its typical neighbour."""
    if len(centres) < 2:
        return 1.0
    apart = np.hypot(*(centres[:, None] - centres[None]).transpose(2, 0, 1))
    np.fill_diagonal(apart, np.inf)
    return 0.85 * float(np.median(apart.min(1))) or 1.0


def _cell(centres: Floats, i: int, reach: float) -> Floats:
    """All places within reach of a centre that are nearer to it than to any other: a disc, cut by its neighbours."""
    turn = 2 * np.pi * np.arange(SIDES) / SIDES
    cell: Floats = centres[i] + reach * np.stack([np.cos(turn), np.sin(turn)], 1)
    for j in range(len(centres)):
        across = centres[j] - centres[i]
        if j != i and 0 < np.hypot(*across) < 2 * reach:
            cell = _cut(cell, (centres[i] + centres[j]) / 2, across)
    return cell


def _cut(cell: Floats, middle: Floats, across: Floats) -> Floats:
    """The part of a convex outline on the near side of a line (Sutherland and Hodgman 1974)."""
    side = (cell - middle) @ across
    kept: list[Floats] = []
    for k in range(len(cell)):
        following = (k + 1) % len(cell)
        if side[k] <= 0:
            kept.append(cell[k])
        if side[k] * side[following] < 0:
            kept.append(cell[k] + (cell[following] - cell[k]) * side[k] / (side[k] - side[following]))
    return np.array(kept).reshape(-1, 2)


# ------------------------------------------------------------------------------------------------------------- layers


def layers(data: xr.Dataset, where: Place, labels: Sequence[str]) -> list[Layer]:
    """Every measure the Dataset maps; `labels` name the plans, the baseline's first."""
    return [_layer(data, where, labels, *one) for one in LAYERS if one[0] in data]


def _layer(data: xr.Dataset, where: Place, labels: Sequence[str], name: str, title: str, unit: str, factor: float,
           ) -> Layer:  # fmt: skip
    found = factor * np.asarray(data[name].transpose("plan", "seed", "sector").values, float)
    apart = found[1:] - found[:1]
    known = np.isfinite(apart).any(1)
    mean = np.where(known, np.nansum(apart, 1) / np.maximum(np.isfinite(apart).sum(1), 1), np.nan)
    top = svg.nice_top(float(np.nanmax(np.abs(mean))) if known.any() else 0.0)
    agreed = np.maximum((apart > 0).mean(1), (apart < 0).mean(1)) >= AGREED
    agreed &= data.sizes["seed"] > 1
    drawn = tuple(
        _drawing(where, mean[i], agreed[i], top, f"{title}, {labels[i + 1]} minus baseline, by sector", unit)
        for i in range(len(mean))
    )
    return Layer(name.removesuffix("_map"), title, unit, top, drawn)


def _drawing(where: Place, mean: Floats, agreed: Floats, top: float, label: str, unit: str) -> str:
    body = []
    for outline, spot, name, district, value, sure in zip(
        where.outlines, where.centres, where.names, where.districts, mean.tolist(), agreed.tolist(), strict=True
    ):
        said = f"{name}, {district}: {'+' if value > 0 else ''}{words.number(value)} {unit}"
        dot = f'<circle class="sure" cx="{spot[0]:.1f}" cy="{spot[1]:.1f}" r="2.6"/>' if sure else ""
        body.append(
            f'<g class="tip"><title>{escape(said)}</title><polygon points="{outline}" '
            f'fill="{shade(value / top)}"/>{dot}</g>'
        )
    box = f'viewBox="0 0 {where.width:.0f} {where.height:.0f}"'
    return f'<svg class="chart sectors" {box} role="img" aria-label="{escape(label, quote=True)}">{"".join(body)}</svg>'


def shade(share: float) -> str:
    """The colour of a difference between -1 and 1; grey where there is none."""
    if not np.isfinite(share):
        return "#c4c8cd"
    ends = [np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], float) for colour in (LESS, MIDDLE, MORE)]
    size = min(abs(share), 1.0)
    mixed = ends[1] + (ends[2 if share > 0 else 0] - ends[1]) * size
    return "#" + "".join(f"{round(part):02x}" for part in mixed.tolist())


def key_map(where: Place) -> str:
    """The sectors with the names of their districts."""
    cells = "".join(f'<polygon class="plain" points="{outline}"/>' for outline in where.outlines)
    names = "".join(
        f'<text class="place" x="{x:.0f}" y="{y:.0f}" text-anchor="middle">{escape(name)}</text>'
        for name, x, y in _labels(where)
    )
    box = f'viewBox="0 0 {where.width:.0f} {where.height:.0f}"'
    return f'<svg class="chart sectors" {box} role="img" aria-label="Sectors and districts">{cells}{names}</svg>'


def _labels(where: Place) -> list[tuple[str, float, float]]:
    """The districts' names in the middle of their sectors, far enough apart to be read."""
    spots: dict[str, list[tuple[float, float]]] = {}
    for district, spot in zip(where.districts, where.centres, strict=True):
        spots.setdefault(words.BRACKETS.sub("", district), []).append(spot)
    middles = sorted((float(np.mean([y for _, y in found])), name, found) for name, found in spots.items())
    labels: list[tuple[str, float, float]] = []
    for y, name, found in middles:
        lowest = labels[-1][2] + LINE if labels else y
        labels.append((name, float(np.mean([x for x, _ in found])), max(y, lowest)))
    return labels
