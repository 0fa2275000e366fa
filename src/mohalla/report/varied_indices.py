"""Pictures of what hangs on which number: bars with intervals and chance, mu* against sigma, shares of variance."""

from __future__ import annotations

import math
from html import escape
from typing import NamedTuple

from mohalla.experiments import outcomes
from mohalla.experiments.sensitivity import Analysis, Index
from mohalla.report import words
from mohalla.report.varied_axes import Axis, axis, drawing, level, upright

ROWS = 15
NAMED = 6
APART, LINE = 130.0, 13.0  # names of numbers need so much room
UP, DOWN, EITHER, AMONG = "#0072b2", "#d55e00", "#8a8f98", "#e69f00"
ABOVE, BELOW = 8.0, 26.0
DIRECTED = 0.5  # mu is at least so much of mu*: the change has a sign
STRIP = 100.0
FEW, MOST_ROW = 260.0, 38.0  # pixels that few rows fill, and no more than so many each


class Shape(NamedTuple):
    """Pixels of a picture of bars: its width, where bars begin, the room to their right, and the height of a row.

    Where `over` is set, the name of a number stands over its bar and not beside it.
    """

    width: float
    left: float
    right: float
    row: float
    over: bool = False


BESIDE, ALONE, NARROW = Shape(560, 236, 26, 22), Shape(1120, 236, 26, 22), Shape(360, 12, 22, 34, True)


def bars(one: Analysis, shape: Shape = BESIDE) -> str:
    """A row a number: its index as a bar with its interval, what chance alone would give as a notch."""
    rows = one.indices[:ROWS]
    ends = [edge for index in rows for edge in (index.size, index.low, index.high, index.first_low, index.first_high)]
    across = axis(ends, shape.left, shape.width - shape.right, nought=True)
    shape = shape._replace(row=max(shape.row, min(FEW / len(rows), MOST_ROW)))
    height = ABOVE + shape.row * len(rows) + BELOW
    body = [*upright(across, ABOVE, height - BELOW)]
    for place, index in enumerate(rows):
        body.append(_row(index, across, ABOVE + shape.row * (place + (0.68 if shape.over else 0.5)), one, shape))
    name = "mu*" if one.method == "morris" else "total share of variance"
    return drawing(shape.width, height, f"{one.outcome}: {name} of each number", body)


def _row(index: Index, across: Axis, y: float, one: Analysis, shape: Shape) -> str:
    bold = " clear" if index.clear else ""
    long = max(across.at(max(index.size, 0.0)) - across.at(0), 0.6)
    box = f'x="{across.at(0):.1f}" y="{y - 6:.1f}" width="{long:.1f}" height="12"'
    place = (
        f'x="{shape.left:g}" y="{y - 10:.1f}"'
        if shape.over
        else f'x="{shape.left - 9:g}" y="{y + 3.6:.1f}" text-anchor="end"'
    )
    parts = [
        f"<title>{escape(told(index, one))}</title>",
        f'<text class="tick{bold}{" over" if shape.over else ""}" {place}>{escape(index.name)}</text>',
        f'<rect class="bar" fill="{colour(index, one.method)}" {box}/>',
        _whisker(across, y, index.low, index.high),
    ]
    if one.method == "sobol":
        parts.append(_whisker(across, y + 4, index.first_low, index.first_high, "alone"))
        parts.append(f'<circle class="alone" cx="{across.at(index.first):.1f}" cy="{y + 4:.1f}" r="2.8"/>')
    if math.isfinite(index.floor):
        x = across.at(min(index.floor, across.high))
        parts.append(f'<line class="floor" x1="{x:.1f}" x2="{x:.1f}" y1="{y - 9:.1f}" y2="{y + 9:.1f}"/>')
    return f'<g class="row{bold}">{"".join(parts)}</g>'


def colour(index: Index, method: str) -> str:
    """Of a bar: which way the outcome goes as the number rises, where it has a way."""
    if method == "sobol":
        return UP
    if abs(index.first) < DIRECTED * index.size or index.size == 0:
        return EITHER
    return UP if index.first > 0 else DOWN


def told(index: Index, one: Analysis) -> str:
    """An index in words, for who points at it."""
    unit = outcomes.BY_NAME[one.outcome].unit
    span = f"{words.number(index.low)} to {words.number(index.high)}"
    chance = f"; by chance alone {words.number(index.floor)}" if math.isfinite(index.floor) else ""
    if one.method == "morris":
        sign = "+" if index.first > 0 else ""
        return (
            f"{index.name}: changes it by {words.number(index.size)} {unit} ({span}) over its range, on average "
            f"{sign}{words.number(index.first)}{chance}"
        )
    return f"{index.name}: total share {words.number(index.size)} ({span}), alone {words.number(index.first)}{chance}"


def _whisker(across: Axis, y: float, low: float, high: float, kind: str = "") -> str:
    if not math.isfinite(low):
        return ""
    x1, x2 = (across.at(min(max(edge, across.low), across.high)) for edge in (low, high))
    return f'<line class="whisker {kind}" x1="{x1:.1f}" x2="{x2:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>'


def plane(one: Analysis) -> str:
    """Each number by mu* and sigma: far right it matters, high up it depends on where one stands."""
    across = axis([index.size for index in one.indices], 52.0, 344.0, nought=True)
    up = axis([index.sigma for index in one.indices], 256.0, 12.0, nought=True)
    body, written = [*upright(across, ABOVE, 256.0), *level(up, 52.0, 344.0)], list[tuple[float, float]]()
    for place, index in enumerate(one.indices):
        x, y = across.at(index.size), up.at(index.sigma)
        kind = "strong" if index.clear else "weak"
        title = f"<title>{escape(told(index, one))}</title>"
        body.append(f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="3.6">{title}</circle>')
        free = all(abs(x - other) > APART or abs(y - level) > LINE for other, level in written)
        if place < NAMED and index.clear and free:
            written.append((x, y))
            end = ' text-anchor="end"' if x > 200 else ""
            label = escape(index.name.partition(".")[2])
            body.append(f'<text class="name" x="{x + (-7 if end else 7):.1f}" y="{y - 5:.1f}"{end}>{label}</text>')
    body.append('<text class="tick" x="344" y="284" text-anchor="end">mu*</text>')
    body.append('<text class="tick" x="58" y="22">sigma</text>')
    return drawing(360.0, 290.0, f"{one.outcome}: mu* and sigma of each number", body)


def strip(one: Analysis) -> str:
    """Where the variance of all simulations lies, as one bar, as wide as what it stands in."""
    if not math.isfinite(one.noise.together):
        return ""
    body, left = "", 0.0
    for name, share, tint in zip(one.noise._fields, one.noise, (UP, AMONG, EITHER), strict=True):
        box = f'x="{left:.1f}" y="0" width="{share * STRIP:.1f}" height="16"'
        body += f'<rect fill="{tint}" {box}><title>{name} {words.percent(share)}</title></rect>'
        left += share * STRIP
    label = escape(f"{one.outcome}: shares of variance", quote=True)
    box = f'viewBox="0 0 {STRIP:g} 16" preserveAspectRatio="none"'
    return f'<svg class="chart shares" {box} role="img" aria-label="{label}">{body}</svg>'
