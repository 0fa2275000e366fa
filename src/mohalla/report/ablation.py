"""What each mechanism is worth, where an ablation lies in the run's folder: a row a mechanism, a chart a measure.

The file is what `mohalla ablate NAME --json` prints, kept as `ablation.json` beside `run.json`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from mohalla.errors import MohallaError
from mohalla.experiments.intervals import CONFIDENCE
from mohalla.report import svg, words

FILE = "ablation.json"
FALSE_ALARM = 1 - CONFIDENCE  # of differences that are truly nothing have an interval on one side of nought
ROW, LEFT, RIGHT, ABOVE, BELOW, WIDTH = 17.0, 112.0, 12.0, 6.0, 24.0, 360.0


class Effect(NamedTuple):
    """A mean over worlds with its interval (at `CONFIDENCE`); not a number where there is none."""

    n: int
    mean: float
    low: float
    high: float

    @property
    def clear(self) -> bool:
        """Whether its interval lies wholly on one side of nought."""
        return self.low > 0 or self.high < 0


class Measure(NamedTuple):
    """One headline number: its unit and meaning, what it is with everything on, and what changes without each part."""

    name: str
    unit: str
    meaning: str
    whole: Effect
    without: Mapping[str, Effect]


class Ablation(NamedTuple):
    """An ablation as it was stored: about whom, on what worlds, of which scenario."""

    party: str
    worlds: int
    scale: int
    until: str
    fingerprint: str
    measures: tuple[Measure, ...]


def read(path: Path) -> Ablation | None:
    """The ablation stored at `path`, if there is one."""
    if not path.is_file():
        return None
    try:
        return _read(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise MohallaError(
            f"{path}: is not what 'mohalla ablate NAME --json' prints ({type(error).__name__}: {error}). "
            "Write it again, or remove it."
        ) from None


def _read(kept: Mapping[str, Any]) -> Ablation:
    measures = tuple(
        Measure(
            name, str(said["unit"]), str(said["meaning"]), _effect(kept["whole"][name]),
            {without: _effect(differences[name]) for without, differences in kept["without"].items()},
        )
        for name, said in kept["measures"].items()
    )  # fmt: skip
    worlds = len(kept["seeds"])
    return Ablation(kept["party"], worlds, int(kept["scale"]), str(kept["until"]), str(kept["fingerprint"]), measures)


def _effect(kept: Mapping[str, Any]) -> Effect:
    mean, low, high = (math.nan if kept[name] is None else float(kept[name]) for name in ("mean", "low", "high"))
    return Effect(int(kept["n"]), mean, low, high)


# ---------------------------------------------------------------------------------------------------------- the charts


def order(found: Ablation) -> list[str]:
    """Mechanisms by what they matter over all measures, each measured against its largest difference."""
    names = list(dict.fromkeys(name for measure in found.measures for name in measure.without))
    weight = dict.fromkeys(names, 0.0)
    for measure in found.measures:
        sizes = {name: _size(effect.mean) for name, effect in measure.without.items()}
        largest = max(sizes.values(), default=0.0) or 1.0
        for name, size in sizes.items():
            weight[name] += size / largest
    return sorted(names, key=lambda name: -weight[name])


def _size(value: float) -> float:
    return abs(value) if math.isfinite(value) else 0.0


def chart(measure: Measure, names: Sequence[str], unit: str) -> str:
    """One measure: a row a mechanism, dot and interval of what changes without it, over an axis through nought."""
    effects = {name: measure.without[name] for name in names if name in measure.without}
    frame = _frame(list(effects.values()))
    height = ABOVE + ROW * len(effects) + BELOW
    body = [*_axis(frame, height)]
    for row, (name, effect) in enumerate(effects.items()):
        body.append(_row(frame, name, effect, ABOVE + ROW * (row + 0.5), unit))
    label = escape(f"{measure.name}: what changes without each mechanism, {unit}", quote=True)
    box = f'viewBox="0 0 {WIDTH:g} {height:g}"'
    return f'<svg class="chart effects" {box} role="img" aria-label="{label}">{"".join(body)}</svg>'


class Span(NamedTuple):
    """The axis of a chart: its ends and the step from one tick to the next."""

    low: float
    high: float
    step: float

    def x(self, value: float) -> float:
        return LEFT + (value - self.low) / (self.high - self.low) * (WIDTH - LEFT - RIGHT)


def _frame(effects: Sequence[Effect]) -> Span:
    """An axis of round numbers that holds nought and every interval."""
    known = [0.0, *(value for effect in effects for value in effect[1:] if math.isfinite(value))]
    low, high = min(known), max(known)
    step = svg.ticks(svg.nice_top(high - low))[1]
    low, high = step * math.floor(low / step), step * math.ceil(high / step)
    return Span(low, high if high > low else step, step)


def _axis(frame: Span, height: float) -> Iterator[str]:
    floor = height - BELOW
    for i in range(round((frame.high - frame.low) / frame.step) + 1):
        value = frame.low + i * frame.step
        nought = abs(value) < frame.step / 2
        x, kind = frame.x(value), "base" if nought else "grid"
        yield f'<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="{ABOVE:g}" y2="{floor:g}"/>'
        text = "0" if nought else ("+" if value > 0 else words.MINUS) + svg.short(abs(value))
        yield f'<text class="tick" x="{x:.1f}" y="{floor + 15:g}" text-anchor="middle">{text}</text>'


def _row(frame: Span, name: str, effect: Effect, y: float, unit: str) -> str:
    kind = " clear" if effect.clear else ""
    label = f'<text class="tick{kind}" x="{LEFT - 9:g}" y="{y + 3.6:.1f}" text-anchor="end">{escape(name)}</text>'
    hit = f'<rect class="hit" x="0" y="{y - ROW / 2:.1f}" width="{WIDTH:g}" height="{ROW:g}"/>'
    title = f"<title>Without {escape(name)}: {escape(told(effect, unit))}</title>"
    return f'<g class="tip effect{kind}">{title}{hit}{label}{_interval(frame, effect, y)}</g>'


def _interval(frame: Span, effect: Effect, y: float) -> str:
    """The interval as a line and the mean as a dot on it; nothing for what is not a number."""
    if not math.isfinite(effect.mean):
        return ""
    low, high = (frame.x(edge) if math.isfinite(edge) else frame.x(effect.mean) for edge in (effect.low, effect.high))
    line = f'<line x1="{low:.1f}" x2="{high:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>'
    return f'{line}<circle cx="{frame.x(effect.mean):.1f}" cy="{y:.1f}" r="3.6"/>'


def told(effect: Effect, unit: str) -> str:
    """A difference in words: +3.1 (1.2 to 5) percentage points, 20 worlds."""
    if not math.isfinite(effect.mean):
        return "no number"
    size = ("+" if effect.mean > 0 else "") + words.number(effect.mean)
    known = math.isfinite(effect.low)
    span = f" ({words.number(effect.low)} to {words.number(effect.high)})" if known else ""
    return f"{size}{span} {unit}, {effect.n} world{'s' if effect.n != 1 else ''}"
