"""Pictures of a comparison: fans of differences over time, release against deaths, what pairing saved."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import NamedTuple

import numpy as np

from mohalla.report import svg, words
from mohalla.report.ablation import Effect
from mohalla.report.bands import Band, quantiles
from mohalla.report.comparison_findings import letter, span_of
from mohalla.report.comparison_numbers import Counted, Curve, Floats, shown, sides
from mohalla.report.timeline import Event

COLOURS = {
    "hold": "var(--hold)",
    "coerced": "var(--coerced)",
    "own": "var(--coerced)",
    "gap": "var(--gap)",
    "killings": "var(--killings)",
    "deaths": "var(--killings)",
}
FAN = (280.0, 186.0)
DEATHS = "deaths"
Spot = tuple[float, float]
WIDE, NARROW = (1120.0, 470.0), (360.0, 430.0)
LIFT, MOST_LIFT = 4.0, 24.0  # between level lines of equal shares, and all of them


# --------------------------------------------------------------------------------------------------------------- fans


class Fan(NamedTuple):
    """One difference over time of one plan: its panel, its drawing and what it comes to."""

    panel: svg.Panel
    drawing: str
    ends: str


def fans(curve: Curve, names: Sequence[str], when: Floats, marks: Sequence[Sequence[Event]], span: tuple[float, float],
         ) -> list[Fan]:  # fmt: skip
    """A chart a plan, all on one scale; `marks` are the dates behind each."""
    bands = [_band(series) for series in curve.values]
    bottom, top = svg.span_of([float(edge) for band in bands[1:] for part in (band.low, band.high) for edge in part])
    found = []
    for place in range(1, len(names)):
        line = svg.Line("difference", COLOURS[curve.name], bands[place])
        key = f"{curve.name}-{letter(place)}"
        title = f"{letter(place)} · {names[place]}"
        unit = f"{curve.short}, {curve.unit}"
        panel = svg.Panel(key, title, unit, "quarters", when, (line,), top=top, bottom=bottom)
        drawn = svg.chart(panel, marks[place], *span, *FAN)
        found.append(Fan(panel, drawn, _ends(curve.values[place][:, -1], curve.unit)))
    return found


def _band(series: Floats) -> Band:
    """The band of a difference over seeds; no reference, because no seed is more central than another."""
    known = series[np.isfinite(series).all(-1)]
    if not len(known):
        flat = np.zeros(series.shape[-1])
        return Band(flat, flat, flat, flat, flat, np.array([]))
    low, lower, median, upper, high = np.quantile(known, quantiles(len(known)), axis=0)
    return Band(low, lower, median, upper, high, np.array([]))


def _ends(last: Floats, unit: str) -> str:
    """Where the seeds stand at the end: how many on each side of nought."""
    above, below, none = sides(last)
    n = above + below + none
    if not n:
        return "Not measured."
    if none == n:
        return f"At the end: no difference in {'any of ' + str(n) + ' seeds' if n > 1 else 'the one seed'}."
    parts = [f"{side} nought in {count}" for side, count in (("above", above), ("below", below), ("at", none)) if count]
    where = f"{parts[0].rpartition(' ')[0]} {_all(n)}" if len(parts) == 1 else f"{', '.join(parts)} of {n} seeds"
    middle = shown(float(np.median(last[np.isfinite(last)])), unit)
    return f"At the end: {where}; median {middle}."


def _all(n: int) -> str:
    return f"all {n} seeds" if n > 1 else "the one seed"


# ---------------------------------------------------------------------------------------------- release against deaths


class Point(NamedTuple):
    """One plan in the picture: its share of seeds released, its deaths against the baseline, and each seed's own."""

    label: str
    name: str
    released: Counted
    deaths: Effect
    seeds: tuple[tuple[str, float, float], ...]


class Box(NamedTuple):
    """Pixels of the picture; deaths run across, release up, with a lane of seeds above and below."""

    width: float
    height: float
    low: float
    high: float
    left: float = 46.0
    right: float = 16.0
    above: float = 66.0
    below: float = 104.0

    def x(self, deaths: float) -> float:
        return self.left + (deaths - self.low) / (self.high - self.low) * (self.width - self.left - self.right)

    def y(self, share: float) -> float:
        return self.height - self.below - share * (self.height - self.above - self.below)


def toll_picture(points: Sequence[Point], size: tuple[float, float] = WIDE) -> str:
    """Release against deaths: a mark a plan with both intervals, its seeds as faint dots in two lanes."""
    known = [value for one in points for value in (*one.deaths[1:], *(seed[1] for seed in one.seeds))]
    low, high = svg.span_of(known, 8 if size[0] > 600 else 4)
    box = Box(*size, low, high)
    body = [*_grid(box), *_lanes(box)]
    placed = [one for one in points if one.released.n and math.isfinite(one.deaths.mean)]
    for place, one in enumerate(placed):
        body += _seeds(box, one, place, len(placed))
    body += [_cross(box, one, lift) for one, lift in zip(placed, _lifts(placed), strict=True)]
    body += _badges(box, placed)
    label = "Release against deaths, one mark a plan: share of seeds released by deaths against the baseline"
    view = f'viewBox="0 0 {size[0]:g} {size[1]:g}"'
    return f'<svg class="chart toll" {view} role="img" aria-label="{label}">{"".join(body)}</svg>'


def _grid(box: Box) -> Iterator[str]:
    floor, roof = box.y(0), box.y(1)
    for share in (0, 0.25, 0.5, 0.75, 1):
        y = box.y(share)
        yield _across(box, y, "grid" if share else "base")
        yield f'<text class="tick" x="{box.left - 6:g}" y="{y + 3.5:.1f}" text-anchor="end">{100 * share:g} %</text>'
    low_edge = box.height - 36
    for value in svg.levels(box.low, box.high, 8 if box.width > 600 else 4):
        x, kind = box.x(value), "nought" if abs(value) < svg.NOTHING else "grid"
        yield f'<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="{roof - 50:.1f}" y2="{low_edge:.1f}"/>'
        text = ("+" if value > svg.NOTHING else "") + svg.short(value)
        yield f'<text class="tick" x="{x:.1f}" y="{low_edge + 15:.1f}" text-anchor="middle">{text}</text>'
    middle = (box.left + box.width - box.right) / 2
    what = "deaths against the baseline, within each seed" if box.width > 600 else "deaths against baseline"
    place = f'x="{middle:.1f}" y="{box.height - 4:g}" text-anchor="middle"'
    yield f'<text class="tick" {place}>fewer ← {what} → more</text>'
    yield _across(box, floor, "base")


def _across(box: Box, y: float, kind: str) -> str:
    """A level line through the plot."""
    return f'<line class="{kind}" x1="{box.left:g}" x2="{box.width - box.right:g}" y1="{y:.1f}" y2="{y:.1f}"/>'


def _lanes(box: Box) -> Iterator[str]:
    """The two lanes of seeds: those released above, the others below."""
    for top, text in ((box.y(1) - 50, "seeds released"), (box.y(0) + 24, "seeds not released")):
        wide = box.width - box.right - box.left
        yield f'<rect class="lanebox" x="{box.left:g}" y="{top:.1f}" width="{wide:g}" height="38"/>'
        yield f'<text class="tick lane" x="{box.left + 5:g}" y="{top - 3:.1f}">{text}</text>'


def _seeds(box: Box, one: Point, place: int, plans: int) -> Iterator[str]:
    """Each seed of a plan, on the plan's own height of the lane."""
    step = 32 / max(plans - 1, 1)
    for seed, deaths, released in one.seeds:
        if not (math.isfinite(deaths) and math.isfinite(released)):
            continue
        y = (box.y(1) - 47 if released else box.y(0) + 27) + step * place
        said = (
            f"{one.label or 'baseline'}, seed {seed}: {span_of(Effect(1, deaths, math.nan, math.nan), 'deaths')} deaths"
        )
        yield (
            f'<g class="tip"><title>{escape(said)}, {"released" if released else "not released"}</title>'
            f'<circle class="seed" cx="{box.x(deaths):.1f}" cy="{y:.1f}" r="2.6"/></g>'
        )


def _lifts(points: Sequence[Point]) -> list[float]:
    """How far above its mark each plan's level line is drawn: those of equal shares would lie on each other."""
    shares = [one.released.share for one in points]
    steps = [min(LIFT, MOST_LIFT / shares.count(share)) for share in shares]
    return [shares[:i].count(share) * step for i, (share, step) in enumerate(zip(shares, steps, strict=True))]


def _cross(box: Box, one: Point, lift: float) -> str:
    """Both intervals of a plan."""
    x, y = box.x(one.deaths.mean), box.y(one.released.share)
    across = [box.x(edge) for edge in (one.deaths.low, one.deaths.high) if math.isfinite(edge)]
    up = [box.y(edge) for edge in (one.released.low, one.released.high)]
    drawn = f'<path d="M{x:.1f} {up[0]:.1f}V{up[1]:.1f}"/>' if one.released.n > 1 else ""
    drawn += f'<path d="M{across[0]:.1f} {y - lift:.1f}H{across[1]:.1f}"/>' if across else ""
    return f'<g class="cross-of">{drawn}</g>'


def _badges(box: Box, points: Sequence[Point]) -> list[str]:
    """The mark of each plan with its letter; where two would cover each other, the letter stands aside on a stem."""
    taken: list[Spot] = []
    stems, badges = [], []
    for one in sorted(points, key=lambda point: (bool(point.label), point.deaths.mean)):
        mark = box.x(one.deaths.mean), box.y(one.released.share)
        spot = _free(mark, taken, box)
        taken.append(spot)
        stems += [_stem(mark, spot)] if mark != spot else []
        badges.append(_badge(one, spot, aside=mark != spot))
    return [*stems, *badges]


def _stem(mark: Spot, spot: Spot) -> str:
    (x, y), (at, up) = mark, spot
    line = f'<path class="stem" d="M{x:.1f} {y:.1f}L{at:.1f} {up:.1f}"/>'
    return f'{line}<circle class="spot" cx="{x:.1f}" cy="{y:.1f}" r="3.4"/>'


def _badge(one: Point, spot: Spot, *, aside: bool) -> str:
    count, (at, up) = one.released, spot
    said = f"{one.name}: released in {count.hits} of {count.n} seeds, deaths {span_of(one.deaths, DEATHS)}"
    kind = f"badge{'' if one.label else ' base'}{' aside' if aside else ''}"
    return (
        f'<g class="tip"><title>{escape(said)}</title><circle class="{kind}" cx="{at:.1f}" cy="{up:.1f}" r="9.5"/>'
        f'<text class="{kind}" x="{at:.1f}" y="{up + 4:.1f}" text-anchor="middle">{one.label or "="}</text></g>'
    )


def _free(mark: Spot, taken: Sequence[Spot], box: Box) -> Spot:
    """The nearest place about a mark in which its letter covers no other, inside the plot."""
    for ring in range(12):
        for turn in range(max(8 * ring, 1)):
            angle = -math.pi / 2 + 2 * math.pi * turn / max(8 * ring, 1)
            spot = mark[0] + 22 * ring * math.cos(angle), mark[1] + 22 * ring * math.sin(angle)
            inside = box.left + 10 <= spot[0] <= box.width - box.right - 10 and box.y(1) <= spot[1] <= box.y(0) - 12
            if (inside or not ring) and all(math.dist(spot, other) >= 21 for other in taken):
                return spot
    return mark


# -------------------------------------------------------------------------------------------------- what pairing saved

LOSS = 0.995
FEW_TIMES = 1.5  # below which a ratio is told as a share
ROW, LEFT, RIGHT, ABOVE, BELOW, WIDTH = 24.0, 128.0, 26.0, 8.0, 36.0, 560.0


class Saved(NamedTuple):
    """What pairing saved of one measure: the ratio by plan and its median over plans."""

    title: str
    ratios: tuple[tuple[str, float], ...]
    median: float

    @property
    def lost(self) -> bool:
        """Whether pairing made it worse, by more than what rounding hides."""
        return self.median < LOSS


def saved_picture(rows: Sequence[Saved], width: float = WIDTH) -> str:
    """A bar a measure from 1 to the median ratio over plans on a scale of doublings, a dot a plan."""
    known = [one for one in rows if math.isfinite(one.median) and one.median > 0]
    logs = [math.log2(ratio) for one in known for _, ratio in one.ratios if math.isfinite(ratio) and ratio > 0]
    low, high = math.floor(min([*logs, -1.0])), math.ceil(max([*logs, 1.0]))
    step = max(1, math.ceil((high - low) / (8 if width > 500 else 5)))
    room = width - LEFT - RIGHT

    def x(ratio: float) -> float:
        return LEFT + (math.log2(ratio) - low) / (high - low) * room

    height = ABOVE + ROW * len(known) + BELOW
    floor = height - BELOW
    body = [_doubling(x(2.0**power), floor, power) for power in range(low, high + 1) if power % step == 0]
    for place, one in enumerate(known):
        body.append(_saved_row(one, ABOVE + ROW * (place + 0.5), x))
    middle = LEFT + room / 2
    body.append(
        f'<text class="tick" x="{middle:.1f}" y="{height - 4:g}" text-anchor="middle">← pairing costs · saves →</text>'
    )
    label = "How many times smaller pairing makes the variance of each difference"
    box = f'viewBox="0 0 {width:g} {height:g}"'
    return f'<svg class="chart saved" {box} role="img" aria-label="{label}">{"".join(body)}</svg>'


def _doubling(x: float, floor: float, power: int) -> str:
    text = f"{2**power}×" if power >= 0 else f"1/{2**-power}×"
    kind = "nought" if power == 0 else "grid"
    return (
        f'<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="{ABOVE:g}" y2="{floor:g}"/>'
        f'<text class="tick" x="{x:.1f}" y="{floor + 14:g}" text-anchor="middle">{text}</text>'
    )


def _saved_row(one: Saved, y: float, place: Callable[[float], float]) -> str:
    one_at, end = place(1.0), place(one.median)
    kind = "lost" if one.lost else "won"
    said = f"{one.title}: {ratio_of(one.median)}" + "".join(
        f"; {name} {words.number(ratio)}" for name, ratio in one.ratios if math.isfinite(ratio)
    )
    dots = "".join(
        f'<circle class="seed" cx="{place(ratio):.1f}" cy="{y:.1f}" r="2.4"/>'
        for _, ratio in one.ratios
        if math.isfinite(ratio) and ratio > 0
    )
    left, wide = min(one_at, end), max(abs(end - one_at), 1.0)
    return (
        f'<g class="tip"><title>{escape(said)}</title>'
        f'<text class="tick" x="{LEFT - 8:g}" y="{y + 3.6:.1f}" text-anchor="end">{escape(one.title)}</text>'
        f'<rect class="{kind}" x="{left:.1f}" y="{y - 6:.1f}" width="{wide:.1f}" height="12"/>{dots}</g>'
    )


def ratio_of(ratio: float) -> str:
    """A variance ratio in words."""
    if math.isinf(ratio):
        return "the paired difference does not vary at all"
    if math.isnan(ratio):
        return "no ratio: the same in every seed"
    if ratio == 0:
        return "a loss: without pairing it would not vary at all"
    if LOSS <= ratio <= 1.005:
        return "neither saved nor lost"
    if 1 / FEW_TIMES < ratio < FEW_TIMES:
        change = 1 / ratio - 1
        return f"a loss: variance {change:.0%} larger" if change > 0 else f"variance {-change:.0%} smaller"
    if ratio < 1:
        return f"a loss: variance {words.number(1 / ratio)} times as large"
    return f"variance {words.number(ratio)} times smaller"
