"""A page of pictures about numbers that were varied: what hangs on which, and how outcomes lie over their ranges."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from mohalla import saving
from mohalla.experiments import outcomes, sweep
from mohalla.experiments.designs import Factor, Floats
from mohalla.experiments.sensitivity import Analysis, Index
from mohalla.experiments.sweep import Found
from mohalla.report import svg, words
from mohalla.report.build import environment

ROWS, ROW = 15, 22.0
STRONGEST, NAMED = 3, 6
APART, LINE = 130.0, 13.0  # names of numbers need so much room
UP, DOWN, EITHER, AMONG = "#0072b2", "#d55e00", "#8a8f98", "#e69f00"
WIDE, LEFT, RIGHT, ABOVE, BELOW = 560.0, 236.0, 26.0, 8.0, 26.0
DIRECTED = 0.5  # mu is at least so much of mu*: the change has a sign

Results = Sequence[tuple[Found, Sequence[Analysis]]]
Page = dict[str, Any]


class Axis(NamedTuple):
    """Where values lie on a picture: ends, ticks, and the pixels of the ends."""

    low: float
    high: float
    step: float
    start: float
    end: float

    def at(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self) -> list[float]:
        return [self.low + i * self.step for i in range(round((self.high - self.low) / self.step) + 1)]


def axis(values: Sequence[float], start: float, end: float, *, nought: bool) -> Axis:
    """An axis of round numbers that holds these values, and nought where it should."""
    known = [*([0.0] if nought else []), *(value for value in values if math.isfinite(value))] or [0.0]
    low, high = min(known), max(known)
    step = svg.ticks(svg.nice_top(high - low or abs(high)))[1]
    low, high = step * math.floor(low / step + 1e-9), step * math.ceil(high / step - 1e-9)
    return Axis(low, high if high > low else low + step, step, start, end)


# --- what hangs on which ---------------------------------------------------------------------------------------------


def bars(one: Analysis) -> str:
    """A row a number: its index as a bar with its interval, what chance alone would give as a notch."""
    rows = one.indices[:ROWS]
    ends = [edge for index in rows for edge in (index.size, index.low, index.high, index.first_low, index.first_high)]
    across = axis(ends, LEFT, WIDE - RIGHT, nought=True)
    height = ABOVE + ROW * len(rows) + BELOW
    body = [*_upright(across, height - BELOW)]
    for place, index in enumerate(rows):
        body.append(_row(index, across, ABOVE + ROW * (place + 0.5), one))
    name = "mu*" if one.method == "morris" else "total share of variance"
    return _svg(height, f"{one.outcome}: {name} of each number", body)


def _row(index: Index, across: Axis, y: float, one: Analysis) -> str:
    bold = " clear" if index.clear else ""
    long = max(across.at(max(index.size, 0.0)) - across.at(0), 0.6)
    box = f'x="{across.at(0):.1f}" y="{y - 6:.1f}" width="{long:.1f}" height="12"'
    parts = [
        f"<title>{escape(told(index, one))}</title>",
        f'<text class="tick{bold}" x="{LEFT - 9:g}" y="{y + 3.6:.1f}" text-anchor="end">{escape(index.name)}</text>',
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
    body, written = [*_upright(across, 256.0), *_level(up, 52.0, 344.0)], list[tuple[float, float]]()
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
    return _svg(290.0, f"{one.outcome}: mu* and sigma of each number", body, 360.0)


def strip(one: Analysis) -> str:
    """Where the variance of all simulations lies, as one bar."""
    if not math.isfinite(one.noise.together):
        return ""
    body, left = [], 0.0
    for name, share, tint in zip(one.noise._fields, one.noise, (UP, AMONG, EITHER), strict=True):
        box = f'x="{left:.1f}" y="0" width="{share * WIDE:.1f}" height="16"'
        body.append(f'<rect fill="{tint}" {box}><title>{name} {words.percent(share)}</title></rect>')
        left += share * WIDE
    return _svg(16.0, f"{one.outcome}: shares of variance", body)


# --- how outcomes lie over a range -----------------------------------------------------------------------------------


def scatter(factor: Factor, column: Floats, values: Floats, label: str) -> str:
    """Each point of the design: its value of the number, the mean over worlds, a line from the least to the most."""
    up = axis([*values.min(axis=1), *values.max(axis=1)], 196.0, 12.0, nought=False)
    across = Axis(0.0, 1.0, 0.5, 52.0, 344.0)
    body = [*_level(up, 52.0, 344.0)]
    for share in across.ticks():
        x, anchor = across.at(share), {0.0: "start", 0.5: "middle", 1.0: "end"}[share]
        text = words.number(float(f"{factor.at(share):.6g}"))
        body.append(f'<text class="tick" x="{x:.1f}" y="213" text-anchor="{anchor}">{text}</text>')
    for value, one in zip(column.tolist(), values, strict=True):
        x, known = across.at(factor.share(value)), one[np.isfinite(one)]
        if known.size:
            low, mean, high = (up.at(float(edge)) for edge in (known.min(), known.mean(), known.max()))
            body.append(f'<line class="worlds" x1="{x:.1f}" x2="{x:.1f}" y1="{low:.1f}" y2="{high:.1f}"/>')
            body.append(f'<circle class="point" cx="{x:.1f}" cy="{mean:.1f}" r="2.6"/>')
    scale = ", log scale" if factor.wide else ""
    about = escape(f"{factor.known.unit}{scale}")
    body.append(f'<text class="tick" x="198" y="228" text-anchor="middle">{about}</text>')
    return _svg(234.0, label, body, 360.0)


def _panels(found: Found, party: str, name: str, factors: Sequence[str]) -> Iterator[Page]:
    design, values = found.sweep.design, sweep.of(found, name, party)
    places = {one.name: place for place, one in enumerate(design.factors)}
    for one in factors:
        factor = design.factors[places[one]]
        label = f"{name} over {one}"
        drawing = scatter(factor, design.points[:, places[one]], values, label)
        yield {"title": one, "meaning": factor.known.meaning, "drawing": drawing}


# --- axes ------------------------------------------------------------------------------------------------------------


def _upright(across: Axis, floor: float) -> Iterator[str]:
    for value in across.ticks():
        x, nought = across.at(value), abs(value) < across.step / 2
        kind = "base" if nought else "grid"
        yield f'<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="{ABOVE:g}" y2="{floor:g}"/>'
        yield f'<text class="tick" x="{x:.1f}" y="{floor + 15:g}" text-anchor="middle">{_short(value, nought)}</text>'


def _level(up: Axis, left: float, right: float) -> Iterator[str]:
    for value in up.ticks():
        y, nought = up.at(value), abs(value) < up.step / 2
        kind = "base" if nought else "grid"
        yield f'<line class="{kind}" x1="{left:g}" x2="{right:g}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text class="tick" x="{left - 6:g}" y="{y + 3.5:.1f}" text-anchor="end">{_short(value, nought)}</text>'


def _short(value: float, nought: bool) -> str:
    text = "0" if nought else svg.short(abs(float(f"{value:.6g}")))
    return f"{words.MINUS}{text}" if value < 0 and not nought else text


def _svg(height: float, label: str, body: Sequence[str], width: float = WIDE) -> str:
    box = f'viewBox="0 0 {width:g} {height:g}"'
    return f'<svg class="chart" {box} role="img" aria-label="{escape(label, quote=True)}">{"".join(body)}</svg>'


# --- the page --------------------------------------------------------------------------------------------------------


def write(results: Results, path: Path) -> None:
    """The page of a sensitivity analysis: one part for each method and outcome."""
    parts = [_analysed(found, one) for found, analyses in results for one in analyses]
    _write(results[-1][0], results[-1][1][0].party, "What hangs on which number", parts, path)


def write_sweep(found: Found, party: str, names: Sequence[str], path: Path) -> None:
    """The page of a sweep: every outcome over the range of every number."""
    factors = [one.name for one in found.sweep.design.factors]
    parts = [{**_named(name), "panels": [*_panels(found, party, name, factors)]} for name in names]
    _write(found, party, "What comes of other numbers", parts, path)


def _named(name: str) -> Page:
    measure = outcomes.BY_NAME[name]
    blank = {"method": "", "bars": "", "plane": "", "strip": "", "noise": None, "rest": 0, "still": False}
    return {**blank, "name": name, "unit": measure.unit, "meaning": measure.meaning}


def _analysed(found: Found, one: Analysis) -> Page:
    strongest = [index.name for index in one.indices[:STRONGEST]]
    if one.spread == 0:
        return {**_named(one.outcome), "method": one.method, "panels": [], "still": True, "mean": one.mean}
    return {
        **_named(one.outcome),
        "method": one.method,
        "bars": bars(one),
        "plane": plane(one) if one.method == "morris" else "",
        "strip": strip(one),
        "noise": one.noise if math.isfinite(one.noise.together) else None,
        "rest": max(len(one.indices) - ROWS, 0),
        "mean": one.mean,
        "spread": one.spread,
        "panels": [*_panels(found, one.party, one.outcome, strongest)],
    }


def _write(found: Found, party: str, title: str, parts: Sequence[Page], path: Path) -> None:
    asked, design = found.sweep.request, found.sweep.design
    scenario = asked.scenario
    names = words.organisation_names(scenario)
    facts = [
        ("Party", names[party]),
        ("Days", words.span(scenario.about.start, asked.until or scenario.about.end)),
        ("Numbers varied", str(len(design.factors))),
        ("Simulations", f"{len(design.points):,} points in {words.counted(len(found.sweep.seeds), 'world')}"),
        ("Scale", f"1:{found.sweep.scale}"),
        ("Design", f"{design.kind}, seed {design.seed}" if design.seed else design.kind),
        ("Plan", asked.plan.title if asked.plan else "none"),
        ("Money", scenario.about.money),
    ]
    page = {"title": title, "about": scenario.about, "facts": facts, "parts": parts}
    saving.write(path, environment().get_template("varied.html.jinja").render(page))
