"""The fit table: the text of each cell, and a small drawing of how far off each row is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from mohalla.experiments.fit import Fit
from mohalla.report import words

WIDTH, HEIGHT, DECADES = 132.0, 18.0, 1.0


class Line(NamedTuple):
    """One row in words."""

    when: str
    what: str
    kind: str
    simulated: str
    record: str
    confidence: str
    off: str
    inside: bool
    why: tuple[str, ...]
    source: str
    needle: str


class Group(NamedTuple):
    """Rows of one kind of figure, how many of the emergent ones lie inside their band, and how many rows say nothing.

    `nought` counts rows that are nought on record and in all worlds; they are not among the emergent ones.
    """

    title: str
    lines: tuple[Line, ...]
    emergent: int
    emergent_inside: int
    inside: int
    nought: int


def groups(fits: Sequence[Fit]) -> tuple[Group, ...]:
    """The rows by group, in the order in which they come."""
    titles = list(dict.fromkeys(fit.row.group for fit in fits))
    return tuple(_group(title, [fit for fit in fits if fit.row.group == title]) for title in titles)


def _group(title: str, fits: Sequence[Fit]) -> Group:
    ordered = sorted(fits, key=lambda fit: (fit.row.group == "killings" and fit.row.label, fit.row.start))
    telling = [fit for fit in fits if not _says_nothing(fit)]
    emergent = [fit for fit in telling if fit.row.kind == "emergent"]
    hits = sum(fit.inside for fit in emergent), sum(fit.inside for fit in fits)
    lines = tuple(_line(fit) for fit in ordered)
    return Group(title.capitalize(), lines, len(emergent), *hits, nought=len(fits) - len(telling))


def _says_nothing(fit: Fit) -> bool:
    """Nought on record and in every world, as of a party that wins no seat: a hit that is no evidence."""
    return fit.row.value == fit.low == fit.high == 0


def _line(fit: Fit) -> Line:
    row = fit.row
    simulated = _amount(fit.median, row.unit)
    simulated += "" if fit.worlds == 1 else f" ({_amount(fit.low, row.unit)} to {_amount(fit.high, row.unit)})"
    known = _amount(row.value, row.unit)
    if row.low is not None or row.high is not None:
        low, high = (row.value if edge is None else edge for edge in (row.low, row.high))
        known += f" ({_amount(low, row.unit)} to {_amount(high, row.unit)})"
    when = words.span(row.start, row.end)
    return Line(
        when,
        _what(fit),
        row.kind,
        simulated,
        known,
        row.confidence,
        off(fit),
        fit.inside,
        fit.why,
        row.source,
        needle(fit),
    )


def _what(fit: Fit) -> str:
    plain = fit.row.unit in ("share", "0-1", "seats")
    return fit.row.label if plain else f"{fit.row.label} ({fit.row.unit})"


def _amount(value: float, unit: str) -> str:
    return words.percent(value) if unit in ("share", "0-1") else words.number(value)


def off(fit: Fit) -> str:
    """How far the middle of the worlds is from the record: a factor for amounts, a difference for seats and shares."""
    if fit.ratio is not None:
        return f"× {words.number(fit.ratio)}"
    points = fit.row.unit in ("share", "0-1")
    text = words.whole(100 * fit.difference) if points else words.number(fit.difference)
    sign = "+" if fit.difference > 0 and text != "0" else ""
    return f"{sign}{text} points" if points else f"{sign}{text}"


def needle(fit: Fit) -> str:
    """The worlds' range and median on a line whose middle is the record (a factor of ten to each side, or its size)."""
    ends = [_place(fit, value) for value in (fit.low, fit.median, fit.high)]
    low, middle, high = (WIDTH / 2 * (1 + place) for place in ends)
    y = HEIGHT / 2
    return (
        f'<svg class="needle" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" aria-hidden="true">'
        f'<path class="rule" d="M0 {y:g}H{WIDTH:g}"/>'
        f'<path class="range" d="M{low:.1f} {y:g}H{max(high, low + 1):.1f}"/>'
        f'<path class="target" d="M{WIDTH / 2:g} 2V{HEIGHT - 2:g}"/>'
        f'<circle cx="{middle:.1f}" cy="{y:g}" r="3.2"/></svg>'
    )


def _place(fit: Fit, value: float) -> float:
    """-1 to 1 around the record."""
    if fit.ratio is None:
        reach = max(abs(fit.row.value), abs(fit.low - fit.row.value), abs(fit.high - fit.row.value), 1e-9)
        place = (value - fit.row.value) / reach
    else:
        place = math.log10(max(value, 1e-9) / fit.row.value) / DECADES
    return max(-0.97, min(0.97, place))
