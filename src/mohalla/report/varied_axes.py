"""Axes of the pictures of numbers that were varied: round ends, ticks where values were tried, pixels of both."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal
from html import escape
from typing import NamedTuple

from mohalla.experiments.designs import Factor
from mohalla.report import svg, words

MOST_TICKS = 7  # values that were tried, each with a tick
LETTER = 6.4  # pixels, roughly
ROUND = (1.0, 2.0, 5.0)  # on a log scale, times powers of ten
CLOSE = 0.12  # of a range: no round value this near to an end has a tick
EDGE = 14.0  # pixels between the ends of a plot and the first and last value


class Axis(NamedTuple):
    """Where values lie on a picture: ends, ticks, and the pixels of the ends."""

    low: float
    high: float
    step: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """The pixel of a value."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self) -> list[float]:
        """Round values from the lower end to the upper, both among them."""
        return [self.low + i * self.step for i in range(round((self.high - self.low) / self.step) + 1)]


def axis(values: Sequence[float], start: float, end: float, *, nought: bool) -> Axis:
    """An axis of round numbers that holds these values, and nought where it should."""
    known = [*([0.0] if nought else []), *(value for value in values if math.isfinite(value))] or [0.0]
    low, high = min(known), max(known)
    step = svg.ticks(svg.nice_top(high - low or abs(high)))[1]
    low, high = step * math.floor(low / step + 1e-9), step * math.ceil(high / step - 1e-9)
    return Axis(low, high if high > low else low + step, step, start, end)


class Range(NamedTuple):
    """The axis of a number that was varied: on a log scale where its range spans more than a factor of three."""

    factor: Factor
    start: float
    end: float

    def at(self, value: float) -> float:
        """The pixel of a value of the number."""
        edge = math.copysign(EDGE, self.end - self.start)
        return self.start + edge + self.factor.share(value) * (self.end - self.start - 2 * edge)

    @property
    def own(self) -> float | None:
        """The pixel of the scenario's own value, where it lies within what was tried."""
        inside = self.factor.low <= self.factor.value <= self.factor.high
        return self.at(self.factor.value) if inside else None


def marked(factor: Factor) -> list[float]:
    """Where ticks of a number stand: at every value that was tried, where those are few, else at ends and between."""
    if factor.values and len(factor.values) <= MOST_TICKS:
        return list(factor.values)
    found = _by_factors(factor.low, factor.high) if factor.wide else svg.levels(factor.low, factor.high)
    return [factor.low, *(one for one in found if CLOSE < factor.share(one) < 1 - CLOSE), factor.high]


def _by_factors(low: float, high: float) -> list[float]:
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    return [one * 10.0**power for power in powers for one in ROUND]


def exact(value: float) -> str:
    """A value that was set: four figures, never an exponent: 12,350 / 0.125 / 8."""
    return f"{Decimal(f'{value:.4g}'):,f}".replace("-", words.MINUS)


# --- drawn -----------------------------------------------------------------------------------------------------------


def under(across: Range, floor: float) -> Iterator[str]:
    """Ticks of a number with their labels, below a plot; a label that would cover the one before is left out."""
    free = -math.inf
    for value in marked(across.factor):
        x, text = across.at(value), exact(value)
        half = LETTER * len(text) / 2
        yield f'<line class="base" x1="{x:.1f}" x2="{x:.1f}" y1="{floor:g}" y2="{floor + 4:g}"/>'
        if x - half > free:
            yield f'<text class="tick" x="{x:.1f}" y="{floor + 16:g}" text-anchor="middle">{text}</text>'
            free = x + half + 2


def own_value(across: Range, above: float, floor: float) -> str:
    """A broken line with a diamond on it at the scenario's own value; nothing where that lies outside."""
    x = across.own
    if x is None:
        return ""
    title = f"<title>the scenario’s own value: {exact(across.factor.value)}</title>"
    return (
        f'<g class="own">{title}<line x1="{x:.1f}" x2="{x:.1f}" y1="{above:g}" y2="{floor:g}"/>{diamond(x, above)}</g>'
    )


def diamond(x: float, y: float) -> str:
    """The mark of the scenario's own value."""
    return f'<path class="own" d="M{x:.1f} {y - 4.5:.1f}l4.5 4.5l-4.5 4.5l-4.5 -4.5z"/>'


def upright(across: Axis, above: float, floor: float) -> Iterator[str]:
    """Upright lines at the ticks of an axis, with labels below."""
    for value in across.ticks():
        x, nought = across.at(value), abs(value) < across.step / 2
        kind = "base" if nought else "grid"
        yield f'<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="{above:g}" y2="{floor:g}"/>'
        yield f'<text class="tick" x="{x:.1f}" y="{floor + 15:g}" text-anchor="middle">{_short(value, nought)}</text>'


def level(up: Axis, left: float, right: float) -> Iterator[str]:
    """Level lines at the ticks of an axis, with labels to the left."""
    for value in up.ticks():
        y, nought = up.at(value), abs(value) < up.step / 2
        kind = "base" if nought else "grid"
        yield f'<line class="{kind}" x1="{left:g}" x2="{right:g}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text class="tick" x="{left - 6:g}" y="{y + 3.5:.1f}" text-anchor="end">{_short(value, nought)}</text>'


def _short(value: float, nought: bool) -> str:
    text = "0" if nought else svg.short(abs(float(f"{value:.6g}")))
    return f"{words.MINUS}{text}" if value < 0 and not nought else text


def drawing(width: float, height: float, label: str, body: Sequence[str], kind: str = "") -> str:
    """A picture of that size, with what it shows in words for who cannot see it."""
    box = f'viewBox="0 0 {width:g} {height:g}"'
    named = f'class="chart{" " if kind else ""}{kind}" {box} role="img" aria-label="{escape(label, quote=True)}"'
    return f"<svg {named}>{''.join(body)}</svg>"
