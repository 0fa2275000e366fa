"""Pictures of outcomes over the range of one number: a line for each value of another one, or a dot for each point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mohalla.experiments import outcomes
from mohalla.experiments.designs import Design, Factor, Floats
from mohalla.experiments.intervals import CONFIDENCE, Interval, interval
from mohalla.report import words
from mohalla.report.colours import DASHES, OKABE_ITO
from mohalla.report.varied_axes import Axis, Range, axis, drawing, exact, level, own_value, under

Where = NDArray[np.bool_]

MOST_LINES = 6
LEFT, RIGHT, ABOVE, BELOW = 52.0, 14.0, 14.0, 24.0
DODGE = 3.2  # pixels between lines at one value
SURE = f"{100 * CONFIDENCE:.0f} %"


class Spot(NamedTuple):
    """Some points of a design: their value of a number, what came of them, the least and most of any world."""

    value: float
    seen: Interval
    least: float
    most: float
    said: str


class Series(NamedTuple):
    """Spots joined by a line, and the value of the other number they have in common, if there is one."""

    label: str
    colour: str
    dash: str
    spots: tuple[Spot, ...]


def seen(values: Floats, where: Where) -> tuple[Interval, float, float]:
    """Mean over some points of a (point, world) table with its interval over worlds, the least world and the most."""
    worlds = values[where].mean(axis=0)
    known = worlds[np.isfinite(worlds)]
    return interval(worlds), *((float(known.min()), float(known.max())) if known.size else (np.nan, np.nan))


def figured(one: Interval, name: str) -> str:
    """A mean in words with half the width of its interval and both ends, none beyond what the outcome can be."""
    unit = outcomes.BY_NAME[name].unit
    size = f"{words.number(one.mean)} {unit}"
    if not one.n:
        return "no number in any world"
    if one.n == 1:
        return f"{size}, in one world"
    if one.low == one.high:
        return f"{size}, the same in all {one.n} worlds"
    low, high = outcomes.within(one, name)
    return f"{size} ±{half(one)} ({SURE} interval {words.number(low)} to {words.number(high)}, {one.n} worlds)"


def half(one: Interval) -> str:
    """Half the width of an interval."""
    return words.number((one.high - one.low) / 2)


def reach(one: Interval, name: str) -> str:
    """How sure a mean is, in short: ± half of its interval, or its ends where ± would pass what the outcome can be."""
    if one.low == one.high:
        return "alike"
    low, high = outcomes.within(one, name)
    cut = low > one.low or high < one.high
    return f"{words.number(low)}–{words.number(high)}" if cut else f"±{half(one)}"


def at_point(design: Design, place: int) -> str:
    """A point in words: residents.danger 4, coercion.spill 0.1."""
    pairs = zip(design.factors, design.points[place].tolist(), strict=True)
    return ", ".join(f"{one.name} {exact(value)}" for one, value in pairs)


# --- what is drawn ---------------------------------------------------------------------------------------------------


def other_of(design: Design, place: int) -> int | None:
    """The number whose values have a line each in the picture of another: the next with few stated values."""
    count = len(design.factors)
    others = [(place + step) % count for step in range(1, count)]
    return next((one for one in others if 1 < len(design.factors[one].values) <= MOST_LINES), None)


def series(design: Design, place: int, values: Floats, name: str) -> list[Series]:
    """Lines over the stated values of one number: one for each value of another number, if that has few."""
    other = other_of(design, place)
    if other is None:
        return [Series("", OKABE_ITO[0], "", _spots(design, place, values, name, np.ones(len(values), bool), ""))]
    factor, column = design.factors[other], design.points[:, other]
    found = []
    for i, value in enumerate(factor.values):
        label = f"{factor.name} {exact(value)}"
        spots = _spots(design, place, values, name, np.isclose(column, value), f", {label}")
        found.append(Series(label, OKABE_ITO[i], DASHES[i], spots))
    return found


def _spots(design: Design, place: int, values: Floats, name: str, among: Where, more: str) -> tuple[Spot, ...]:
    factor, column, found = design.factors[place], design.points[:, place], []
    for value in factor.values:
        mean, least, most = seen(values, among & np.isclose(column, value))
        said = f"{factor.name} {exact(value)}{more}: {figured(mean, name)}"
        found.append(Spot(value, mean, least, most, said))
    return tuple(found)


def scattered(design: Design, place: int, values: Floats, name: str) -> list[Spot]:
    """Each point of a design by its value of one number."""
    found = []
    for i, value in enumerate(design.points[:, place].tolist()):
        mean, least, most = seen(values, np.arange(len(values)) == i)
        found.append(Spot(value, mean, least, most, f"{at_point(design, i)}: {figured(mean, name)}"))
    return found


# --- drawn -----------------------------------------------------------------------------------------------------------


def lines(factor: Factor, drawn: Sequence[Series], label: str, size: tuple[float, float]) -> str:
    """Means over worlds joined by lines, with a thin upright line from the least world to the most."""
    width, height = size
    across, up = _frame(factor, [spot for one in drawn for spot in one.spots], size)
    body = [*level(up, LEFT, width - RIGHT), *under(across, height - BELOW), own_value(across, ABOVE, height - BELOW)]
    for place, one in enumerate(drawn):
        body.append(_line(one, across, up, DODGE * (place - (len(drawn) - 1) / 2)))
    return drawing(width, height, label, body)


def dots(factor: Factor, spots: Sequence[Spot], label: str, size: tuple[float, float]) -> str:
    """A dot for each point, its mean over worlds, with a thin upright line from the least world to the most."""
    width, height = size
    across, up = _frame(factor, spots, size)
    body = [*level(up, LEFT, width - RIGHT), *under(across, height - BELOW), own_value(across, ABOVE, height - BELOW)]
    body += [_spot(spot, across.at(spot.value), up, OKABE_ITO[0], 2.6) for spot in spots if spot.seen.n]
    return drawing(width, height, label, body)


def _frame(factor: Factor, spots: Sequence[Spot], size: tuple[float, float]) -> tuple[Range, Axis]:
    ends = [edge for spot in spots for edge in (spot.least, spot.most)]
    up = axis(ends, size[1] - BELOW, ABOVE, nought=False)
    return Range(factor, LEFT, size[0] - RIGHT), up


def _line(one: Series, across: Range, up: Axis, aside: float) -> str:
    known = [spot for spot in one.spots if spot.seen.n]
    path = " ".join(f"{across.at(spot.value) + aside:.1f},{up.at(spot.seen.mean):.1f}" for spot in known)
    dash = f' stroke-dasharray="{one.dash}"' if one.dash else ""
    dots = "".join(_spot(spot, across.at(spot.value) + aside, up, one.colour, 3.4) for spot in known)
    return f'<polyline class="joined" stroke="{one.colour}"{dash} points="{path}"/>{dots}'


def _spot(spot: Spot, x: float, up: Axis, colour: str, radius: float) -> str:
    low, mean, high = (up.at(edge) for edge in (spot.least, spot.seen.mean, spot.most))
    return (
        f'<g class="spot"><title>{escape(spot.said)}</title>'
        f'<line class="worlds" stroke="{colour}" x1="{x:.1f}" x2="{x:.1f}" y1="{low:.1f}" y2="{high:.1f}"/>'
        f'<circle class="point" fill="{colour}" cx="{x:.1f}" cy="{mean:.1f}" r="{radius:g}"/></g>'
    )


def keys(drawn: Sequence[Series]) -> Iterator[tuple[str, str]]:
    """A sample of each line with what it stands for, where there is more than one."""
    for one in drawn if len(drawn) > 1 else ():
        dash = f' stroke-dasharray="{one.dash}"' if one.dash else ""
        line = f'<line class="joined" x1="1" x2="29" y1="6" y2="6" stroke="{one.colour}"{dash}/>'
        dot = f'<circle cx="15" cy="6" r="3.4" fill="{one.colour}"/>'
        yield f'<svg viewBox="0 0 30 12" width="30" height="12" aria-hidden="true">{line}{dot}</svg>', one.label
