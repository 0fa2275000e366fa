"""Charts as SVG text: scales, axes, bands, lines, marks. No numbers are computed here, only drawn."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple

import numpy as np

from mohalla.report import words
from mohalla.report.bands import Band
from mohalla.report.digest import Floats
from mohalla.report.timeline import Event

TICK_STEPS = (1, 2, 2.5, 5, 10)
YEAR_STEPS = (1, 2, 5, 10, 20, 50)
PLAN_ROWS = 3
NOTHING = 1e-9  # less than this is what rounding leaves of zero


class Line(NamedTuple):
    """A band over worlds with its median and the reference run, where there is one; `dash` marks the line."""

    label: str
    colour: str
    band: Band
    dash: str = ""


class Dot(NamedTuple):
    """A figure of the record: the span it covers, its value and range; hollow where it was scaled to a year."""

    start: float
    end: float
    value: float
    low: float
    high: float
    text: str
    hollow: bool = False


class Bar(NamedTuple):
    """A simulated range on one date beside the record's value, out of a total; `out` where it did not stand."""

    when: float
    low: float
    median: float
    high: float
    actual: float | None
    total: float
    text: str
    out: bool = False


class Panel(NamedTuple):
    """One small chart: what it is, its unit, its time axis (by name, with its values) and what is drawn on it."""

    id: str
    title: str
    unit: str
    axis: str
    x: Floats
    lines: tuple[Line, ...] = ()
    dots: tuple[Dot, ...] = ()
    bars: tuple[Bar, ...] = ()
    top: float | None = None
    bottom: float = 0.0
    note: str = ""
    more: str = ""
    colour: str = ""
    group: str = ""


class Frame(NamedTuple):
    """Pixels and values of a plot: the whole box, the plot inside it, the span of years and the top of the y axis."""

    width: float
    height: float
    start: float
    end: float
    top: float
    left: float = 42.0
    right: float = 10.0
    above: float = 10.0
    below: float = 22.0
    bottom: float = 0.0

    @property
    def floor(self) -> float:
        return self.height - self.below

    def x(self, year: float) -> float:
        share = (year - self.start) / max(self.end - self.start, 1e-9)
        return self.left + share * (self.width - self.left - self.right)

    def y(self, value: float) -> float:
        return self.floor - (value - self.bottom) / (self.top - self.bottom) * (self.floor - self.above)


def nice_top(largest: float) -> float:
    """The first round number at or above the largest value, for the top of an axis."""
    if not math.isfinite(largest) or largest < NOTHING:
        return 1.0
    power = 10 ** math.floor(math.log10(largest))
    return next(
        float(step * power) for step in (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if step * power >= largest * 0.999
    )


def ticks(top: float, most: int = 4) -> list[float]:
    """Round values from zero to the top."""
    power = 10 ** math.floor(math.log10(top / most))
    step = next(s * power for s in TICK_STEPS if s * power * most >= top * 0.999)
    return [i * step for i in range(int(top / step + 1.001))]


def levels(bottom: float, top: float, most: int = 4) -> list[float]:
    """Round values from the bottom of an axis to its top, with zero where it lies between them."""
    step = ticks(top - bottom, most)[1]
    return [i * step for i in range(math.ceil(bottom / step - 0.001), math.floor(top / step + 0.001) + 1)]


def span_of(values: Sequence[float], most: int = 4) -> tuple[float, float]:
    """The ends of an axis of round numbers that holds zero and every value that is a number."""
    known = [0.0, *(value for value in values if math.isfinite(value))]
    low, high = min(known), max(known)
    step = ticks(nice_top(high - low), most)[1]
    return step * math.floor(low / step + 0.001), step * max(math.ceil(high / step - 0.001), 0 if low < -NOTHING else 1)


def year_ticks(start: float, end: float, width: float) -> list[int]:
    """Years to label on an axis of so many pixels."""
    step = next((s for s in YEAR_STEPS if (end - start) / s * 44 <= width), YEAR_STEPS[-1])
    first = math.ceil(start / step) * step
    return list(range(first, math.floor(end) + 1, step)) or [round(start)]


def chart(panel: Panel, marks: Sequence[Event], start: float, end: float, width: float, height: float) -> str:
    """A panel as an `<svg>` of that size, with the dated history behind the curves."""
    frame = Frame(width, height, start, end, panel.top or nice_top(_largest(panel)), bottom=panel.bottom)
    body = [*_events(frame, marks), *_axes(frame)]
    body += [_band(frame, panel.x, line) for line in panel.lines]
    body += [path for line in panel.lines for path in _curves(frame, panel.x, line)]
    body += [_bar(frame, bar, panel.colour) for bar in panel.bars]
    body += [_dot(frame, dot) for dot in panel.dots]
    return _svg(frame, panel, body)


def _svg(frame: Frame, panel: Panel, body: Sequence[str]) -> str:
    label = escape(f"{panel.title}, {panel.unit}", quote=True)
    place = f'data-left="{frame.left:g}" data-right="{frame.width - frame.right:g}" data-floor="{frame.floor:g}"'
    span = f'data-start="{frame.start:.3f}" data-end="{frame.end:.3f}"'
    return (
        f'<svg class="chart" viewBox="0 0 {frame.width:g} {frame.height:g}" role="img" aria-label="{label}" '
        f'data-panel="{panel.id}" {place} {span}>{"".join(body)}</svg>'
    )


def _largest(panel: Panel) -> float:
    tops = [float(np.max(part)) for line in panel.lines for part in (line.band.high, line.band.reference) if len(part)]
    tops += [max(dot.value, dot.high) for dot in panel.dots] + [max(bar.high, bar.total) for bar in panel.bars]
    return max(tops, default=0.0)


def _axes(frame: Frame) -> Iterator[str]:
    right = frame.width - frame.right
    for value in levels(frame.bottom, frame.top):
        y = frame.y(value)
        kind = "base" if value == 0 else "grid"
        yield f'<line class="{kind}" x1="{frame.left:g}" x2="{right:g}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text class="tick" x="{frame.left - 6:g}" y="{y + 3.5:.1f}" text-anchor="end">{short(value)}</text>'
    yield from year_axis(frame)


def year_axis(frame: Frame) -> Iterator[str]:
    """Year labels with ticks, along the floor of a frame."""
    years = year_ticks(frame.start, frame.end, frame.width - frame.left - frame.right)
    if years[-1] < frame.start or years[0] > frame.end:  # a run of months that holds no new year
        name = math.floor(frame.start)
        yield f'<text class="tick" x="{frame.left:g}" y="{frame.floor + 16:g}" text-anchor="start">{name}</text>'
        return
    for year in years:
        x = frame.x(year)
        if frame.left - 1 <= x <= frame.width - frame.right + 1:
            yield f'<line class="base" x1="{x:.1f}" x2="{x:.1f}" y1="{frame.floor:g}" y2="{frame.floor + 4:g}"/>'
            anchor = "end" if x > frame.width - 14 else "middle"
            yield f'<text class="tick" x="{x:.1f}" y="{frame.floor + 16:g}" text-anchor="{anchor}">{year}</text>'


def short(value: float) -> str:
    """A round number in few letters: 40k, 1.5m, 0.25, −3."""
    if value < 0:
        return words.MINUS + short(-value)
    for size, letter in ((1e9, "bn"), (1e6, "m"), (1e4, "k")):
        if value >= size:
            return f"{value / (size if letter != 'k' else 1e3):g}{letter}"
    return f"{value:,.0f}" if value >= 1000 else f"{value:g}"


def _events(frame: Frame, marks: Sequence[Event]) -> Iterator[str]:
    """Operations as shaded spans, elections and shocks as thin lines; each says what it is when pointed at."""
    yield '<g class="events">'
    for event in marks:
        first, last = max(event.from_year, frame.start), min(event.to_year, frame.end)
        if first > frame.end or last < frame.start:
            continue
        title = f"<title>{escape(words.span(event.start, event.end))}: {escape(event.text)}</title>"
        x, height = frame.x(first), frame.floor - frame.above
        if event.kind == "plan":
            yield _plan(frame, event, x, max(frame.x(last) - x, 1.0), title)
        elif event.kind in ("operation", "extrapolation"):
            wide = max(frame.x(last) - x, 1.0)
            box = f'x="{x:.1f}" y="{frame.above:g}" width="{wide:.1f}" height="{height:g}"'
            yield f'<rect class="{event.kind}" {box}>{title}</rect>'
        elif event.kind in ("election", "shock"):
            thin = "minor" if event.kind == "election" and event.level in ("provincial", "local") else event.kind
            top = frame.floor - 7 if thin == "minor" else frame.above
            yield f'<line class="ev-{thin}" x1="{x:.1f}" x2="{x:.1f}" y1="{top:g}" y2="{frame.floor:g}">{title}</line>'
    yield "</g>"


def _plan(frame: Frame, event: Event, x: float, wide: float, title: str) -> str:
    """A span of a plan: a thin bar above the plot, on the row its size says, with its edges drawn down to the floor."""
    top = 0.5 + min(event.size, PLAN_ROWS - 1) * frame.above / PLAN_ROWS
    edges = "".join(f"M{edge:.1f} {top:.1f}V{frame.floor:g}" for edge in (x, x + wide))
    box = f'x="{x:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{frame.above / PLAN_ROWS - 0.6:.1f}"'
    return f'<g class="tip">{title}<path class="ev-plan" d="{edges}"/><rect class="plan" {box}/></g>'


def _points(frame: Frame, x: Floats, y: Floats) -> list[str]:
    return [f"{frame.x(a):.1f},{frame.y(b):.1f}" for a, b in zip(x.tolist(), y.tolist(), strict=True)]


def _band(frame: Frame, x: Floats, line: Line) -> str:
    outer = " ".join(_points(frame, x, line.band.high) + _points(frame, x, line.band.low)[::-1])
    inner = " ".join(_points(frame, x, line.band.upper) + _points(frame, x, line.band.lower)[::-1])
    return (
        f'<polygon class="outer" fill="{line.colour}" points="{outer}"/>'
        f'<polygon class="inner" fill="{line.colour}" points="{inner}"/>'
    )


def _curves(frame: Frame, x: Floats, line: Line) -> Iterator[str]:
    dash = f' stroke-dasharray="{line.dash}"' if line.dash else ""
    if len(line.band.reference):
        reference = " ".join(_points(frame, x, line.band.reference))
        yield f'<polyline class="ref" stroke="{line.colour}" points="{reference}"/>'
    median = " ".join(_points(frame, x, line.band.median))
    yield f'<polyline class="median" stroke="{line.colour}"{dash} points="{median}"/>'


def _dot(frame: Frame, dot: Dot) -> str:
    left, right = frame.x(max(dot.start, frame.start)), frame.x(min(dot.end, frame.end))
    y, middle = frame.y(dot.value), (left + right) / 2
    kind = "dot hollow" if dot.hollow else "dot"
    return (
        f'<g class="record"><title>{escape(dot.text)}</title>'
        f'<line class="reach" x1="{left:.1f}" x2="{right:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<path class="reach" d="M{middle:.1f} {frame.y(dot.low):.1f}V{frame.y(dot.high):.1f}"/>'
        f'<circle class="{kind}" cx="{middle:.1f}" cy="{y:.1f}" r="3.4"/></g>'
    )


def _bar(frame: Frame, bar: Bar, colour: str) -> str:
    x, half = frame.x(bar.when), 4.0
    total = _level("total", x, 7, frame.y(bar.total))
    top = frame.y(bar.high)
    tall = max(frame.y(bar.low) - top, 1.5)
    body = (
        f'<rect class="range" fill="{colour}" x="{x - half:.1f}" y="{top:.1f}" width="{2 * half:g}" '
        f'height="{tall:.1f}"/>' + _level("middle", x, 6, frame.y(bar.median), colour)
    )
    body = (
        f'<text class="out" x="{x:.1f}" y="{frame.floor - 3:.1f}" text-anchor="middle">\u00d7</text>'
        if bar.out
        else body
    )
    return f'<g class="seats"><title>{escape(bar.text)}</title>{total}{body}{_diamond(frame, x, bar.actual)}</g>'


def _level(kind: str, x: float, half: float, y: float, colour: str = "") -> str:
    stroke = f' stroke="{colour}"' if colour else ""
    return f'<line class="{kind}"{stroke} x1="{x - half:.1f}" x2="{x + half:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>'


def _diamond(frame: Frame, x: float, value: float | None) -> str:
    if value is None:
        return ""
    y = frame.y(value)
    return f'<path class="actual" d="M{x:.1f} {y - 4.6:.1f}l4.6 4.6l-4.6 4.6l-4.6 -4.6z"/>'
