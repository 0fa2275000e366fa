"""Pictures of outcomes over two numbers together: a grid of means with the number in each cell, or dots in a plane."""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape
from typing import NamedTuple

import numpy as np

from mohalla.experiments.designs import Design, Factor, Floats
from mohalla.experiments.intervals import Interval
from mohalla.report import ramps, words
from mohalla.report.varied_axes import LETTER, Range, diamond, drawing, exact, marked, under
from mohalla.report.varied_panels import at_point, figured, reach, seen

LAYERS = {"coerced": "coerced", "gap": "coerced", "armed": "force", "paying": "watch", "killings": "killings",
          "income": "watch"}  # fmt: skip
USUAL = "hold"  # the ramp of all others
ABOVE, BELOW, RIGHT = 42.0, 24.0, 6.0
TALL, FLAT = 62.0, 34.0  # pixels of a cell: the tallest and the flattest
HEIGHT = 250.0  # of a whole grid, where its cells allow that
ROOM = 44.0  # pixels across, below which a cell has no room for half the width of its interval
LIGHT = 0.2  # of white's luminance: a colour lighter than this carries dark ink better than white
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])  # of red, green and blue (sRGB)
CLOUD = (360.0, 250.0)


class Grid(NamedTuple):
    """Means of an outcome at every pair of values of two numbers, by row (`up`) and column (`across`)."""

    name: str
    across: Factor
    up: Factor
    cells: tuple[tuple[Interval, ...], ...]

    @property
    def ends(self) -> tuple[float, float]:
        """The least and the most of all cells; not a number where none holds one."""
        known = [one.mean for row in self.cells for one in row if one.n]
        return (min(known), max(known)) if known else (math.nan, math.nan)


def grid(design: Design, values: Floats, name: str, across: int, up: int) -> Grid:
    """The grid of two numbers of a factorial design, over all values of the others. `values` is (point, world)."""
    columns, rows = design.factors[across], design.factors[up]
    cells = tuple(
        tuple(
            seen(values, np.isclose(design.points[:, across], x) & np.isclose(design.points[:, up], y))[0]
            for x in columns.values
        )
        for y in rows.values
    )
    return Grid(name, columns, rows, cells)


def share(value: float, ends: tuple[float, float]) -> float:
    """How far up the ramp a value lies; in the middle where all are alike."""
    low, high = ends
    return (value - low) / (high - low) if high > low else 0.5


def shade(name: str, part: float) -> str:
    """The colour of an outcome so far up its ramp, pale for little and dark for much."""
    return ramps.shade(LAYERS.get(name, USUAL), part)


def stops(name: str) -> str:
    """The ramp of an outcome as stops of a gradient."""
    return ",".join(shade(name, part) for part in (0.0, 0.25, 0.5, 0.75, 1.0))


# --- the grid, drawn -------------------------------------------------------------------------------------------------


class Frame(NamedTuple):
    """Pixels of a grid: where its cells begin, and how wide and tall each is."""

    left: float
    wide: float
    tall: float


def heat(one: Grid, width: float, label: str) -> str:
    """A grid in colours: values of one number across, of the other upwards, the mean and ± in every cell."""
    rows, columns = len(one.up.values), len(one.across.values)
    left = max(LETTER * max(len(exact(value)) for value in one.up.values) + 24, 40.0)
    wide = (width - left - RIGHT) / columns
    frame = Frame(left, wide, min(max((HEIGHT - ABOVE - BELOW) / rows, FLAT), TALL))
    height = ABOVE + frame.tall * rows + BELOW
    body = [*_heads(one, frame, height)]
    for row, cells in enumerate(one.cells):
        for column, cell in enumerate(cells):
            body.append(_cell(one, cell, (row, column), frame))
    return drawing(width, height, label, body, "heat")


def _cell(one: Grid, cell: Interval, place: tuple[int, int], frame: Frame) -> str:
    row, column = place
    x, y = frame.left + frame.wide * column, ABOVE + frame.tall * (len(one.up.values) - 1 - row)
    pair = f"{one.across.name} {exact(one.across.values[column])}, {one.up.name} {exact(one.up.values[row])}"
    title = f"<title>{escape(f'{pair}: {figured(cell, one.name)}')}</title>"
    fill = shade(one.name, share(cell.mean, one.ends)) if cell.n else "#ffffff"
    box = f'x="{x:.1f}" y="{y:.1f}" width="{frame.wide:.1f}" height="{frame.tall:.1f}"'
    return f'<g class="{_ink(fill)}">{title}<rect fill="{fill}" {box}/>{_figures(one.name, cell, x, y, frame)}</g>'


def _ink(fill: str) -> str:
    """Whether figures on a colour are dark or white, whichever stands out more."""
    rgb = np.array([int(fill[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return "cell" if float(linear @ LUMINANCE) > LIGHT else "cell dark"


def _figures(name: str, cell: Interval, x: float, y: float, frame: Frame) -> str:
    """The mean, and how sure it is below it where there is room."""
    text = words.number(cell.mean)
    size = min(13.0, 1.35 * frame.wide / max(len(text), 3))
    middle, two = x + frame.wide / 2, cell.n > 1 and frame.wide >= ROOM
    base = y + frame.tall / 2 + (-1.5 if two else size / 3)
    said = f'<text class="figure" x="{middle:.1f}" y="{base:.1f}" font-size="{size:.1f}">{text}</text>'
    return said + (
        f'<text class="reach" x="{middle:.1f}" y="{base + 13:.1f}">{reach(cell, name)}</text>' if two else ""
    )


def _heads(one: Grid, frame: Frame, height: float) -> Iterator[str]:
    """Values of both numbers along the edges, their names, and diamonds at the scenario's own values."""
    rows, floor = len(one.up.values), height - BELOW
    yield f'<text class="axis" x="0" y="12">↑ {escape(one.up.name)}</text>'
    yield (
        f'<text class="axis" x="{frame.left + frame.wide * len(one.across.values):.1f}" y="{height - 1:g}" '
        f'text-anchor="end">{escape(one.across.name)} →</text>'
    )
    for i, value in enumerate(one.up.values):
        y = ABOVE + frame.tall * (rows - 0.5 - i) + 3.6
        yield f'<text class="tick" x="{frame.left - 16:.1f}" y="{y:.1f}" text-anchor="end">{exact(value)}</text>'
    for i, value in enumerate(one.across.values):
        x = frame.left + frame.wide * (i + 0.5)
        yield f'<text class="tick" x="{x:.1f}" y="{ABOVE - 12:g}" text-anchor="middle">{exact(value)}</text>'
    yield from _own(one, frame, floor)


def _own(one: Grid, frame: Frame, floor: float) -> Iterator[str]:
    for factor, where in ((one.across, "across"), (one.up, "up")):
        place = placed(factor)
        if place is not None:
            title = f"<title>the scenario’s own value of {escape(factor.name)}: {exact(factor.value)}</title>"
            x = frame.left + frame.wide * (place + 0.5) if where == "across" else frame.left - 7
            y = ABOVE - 5 if where == "across" else floor - frame.tall * (place + 0.5)
            yield f'<g class="own">{title}{diamond(x, y)}</g>'


def placed(factor: Factor) -> float | None:
    """At which of its stated values the scenario's own stands, between two of them where it is neither; else None."""
    if not factor.low <= factor.value <= factor.high:
        return None
    return float(np.interp(factor.value, factor.values, range(len(factor.values))))


# --- dots in a plane -------------------------------------------------------------------------------------------------


def cloud(design: Design, values: Floats, name: str, label: str, size: tuple[float, float] = CLOUD) -> str:
    """Points spread over the ranges of two numbers, each in the colour of its mean over worlds."""
    (across, up), (width, height) = design.factors, size
    x, y = Range(across, 52.0, width - RIGHT), Range(up, height - 40.0, 24.0)
    found = [seen(values, np.arange(len(values)) == i)[0] for i in range(len(values))]
    ends = ends_of(found)
    body = [f'<rect class="plot" x="52" y="24" width="{width - RIGHT - 52:g}" height="{height - 64:g}"/>']
    body += [*under(x, height - 40.0), *_beside(y)]
    for one, (first, second), i in zip(found, design.points.tolist(), range(len(found)), strict=True):
        if one.n:
            title = f"<title>{escape(f'{at_point(design, i)}: {figured(one, name)}')}</title>"
            fill = shade(name, share(one.mean, ends))
            body.append(f'<circle class="sample" fill="{fill}" cx="{x.at(first):.1f}" cy="{y.at(second):.1f}" r="6">')
            body.append(f"{title}</circle>")
    body.append(f'<text class="axis" x="0" y="12">↑ {escape(up.name)}</text>')
    body.append(f'<text class="axis" x="{width - RIGHT:g}" y="{height - 4:g}" text-anchor="end">{across.name} →</text>')
    if x.own is not None and y.own is not None:
        body.append(f'<g class="own"><title>the scenario’s own values</title>{diamond(x.own, y.own)}</g>')
    return drawing(width, height, label, body, "heat")


def ends_of(found: list[Interval]) -> tuple[float, float]:
    """The least and the most mean."""
    known = [one.mean for one in found if one.n]
    return (min(known), max(known)) if known else (math.nan, math.nan)


def _beside(up: Range) -> Iterator[str]:
    for value in marked(up.factor):
        y = up.at(value)
        yield f'<line class="base" x1="48" x2="52" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text class="tick" x="45" y="{y + 3.5:.1f}" text-anchor="end">{exact(value)}</text>'
