"""The page of numbers that were varied: how, what hangs on which, and outcomes over one number and over two."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from markupsafe import Markup

from mohalla import saving
from mohalla.engine.cpu import made_with
from mohalla.experiments import outcomes, sweep
from mohalla.experiments.designs import Design, Factor, Floats
from mohalla.experiments.intervals import interval
from mohalla.experiments.sensitivity import Analysis
from mohalla.experiments.sweep import Found
from mohalla.reading import fingerprint
from mohalla.report import texts, varied_grid, varied_panels, varied_words, words
from mohalla.report.build import environment
from mohalla.report.varied_axes import exact
from mohalla.report.varied_indices import ALONE, BESIDE, NARROW, ROWS, bars, plane, strip

STRONGEST = 3
MOST_TABLED = 40  # points
MOST_NAMED = 4  # numbers in the header
MOST_OPEN = 8  # numbers in a table that is open from the start
MOST_PAIRS = 3  # grids of two numbers each
MOST_COLUMNS = 6  # of a grid that stands beside others
SIZES = {1: (1120.0, 320.0), 2: (560.0, 270.0), 3: (360.0, 250.0)}
BROAD = 1120.0
TOGETHER = "Both together"

Results = Sequence[tuple[Found, Sequence[Analysis]]]
Page = dict[str, Any]


def write(results: Results, path: Path, command: str = "") -> None:
    """The page of a sensitivity analysis: one part for each method and outcome."""
    parts = [_analysed(found, one) for found, analyses in results for one in analyses]
    stages = [found for found, _ in results]
    page = _page(stages, results[-1][1][0].party, "What hangs on which number", parts, command)
    saving.write(path, environment().get_template("varied.html.jinja").render(page))


def write_sweep(found: Found, party: str, names: Sequence[str], path: Path, command: str = "") -> None:
    """The page of a sweep: every outcome over the range of every number, and over two of them together."""
    parts = [_swept(found, party, name) for name in names]
    page = _page([found], party, "What comes of other numbers", parts, command)
    page |= {"extremes": _extremes(found, party, names), "table": _table(found, party, names)}
    saving.write(path, environment().get_template("varied.html.jinja").render(page))


# --- the parts -------------------------------------------------------------------------------------------------------


def _named(found: Found, party: str, name: str) -> Page:
    scenario = found.sweep.request.scenario
    said = varied_words.titled(name, words.short_names(scenario)[party], scenario.about.money)
    blank = {"method": "", "bars": "", "plane": "", "strip": "", "noise": None, "rest": 0, "still": False}
    return {**blank, **said._asdict(), "name": name, "figures": [], "columns": 3}


def _swept(found: Found, party: str, name: str) -> Page:
    grids = _pairs(found, party, name)
    broad, beside = [one for one in grids if one["broad"]], [one for one in grids if not one["broad"]]
    places = range(len(found.sweep.design.factors))
    columns = _columns(len(beside) + len(places))
    figures = [*broad, *beside, *_panels(found, party, name, places, columns)]
    return {**_named(found, party, name), "figures": figures, "columns": columns}


def _analysed(found: Found, one: Analysis) -> Page:
    part = {**_named(found, one.party, one.outcome), "method": one.method, "mean": one.mean}
    if one.spread == 0:
        return {**part, "still": True}
    places = {factor.name: place for place, factor in enumerate(found.sweep.design.factors)}
    strongest = [places[index.name] for index in one.indices[:STRONGEST]]
    wide = BESIDE if one.method == "morris" else ALONE
    return {
        **part,
        "bars": Markup(_both(bars(one, wide), bars(one, NARROW))),
        "plane": Markup(plane(one)) if one.method == "morris" else "",
        "strip": Markup(strip(one)),
        "noise": one.noise if math.isfinite(one.noise.together) else None,
        "rest": max(len(one.indices) - ROWS, 0),
        "spread": one.spread,
        "figures": _panels(found, one.party, one.outcome, strongest, len(strongest)),
        "columns": len(strongest),
    }


def _columns(count: int) -> int:
    """How many pictures stand side by side, so that they fill the page."""
    return count if count < 3 else 2 if count == 4 else 3


def _both(wide: str, narrow: str) -> str:
    """A picture for wide screens and paper, and one for narrow screens."""
    return f'<div class="on-wide">{wide}</div><div class="on-narrow">{narrow}</div>'


# --- pictures --------------------------------------------------------------------------------------------------------


def _pairs(found: Found, party: str, name: str) -> list[Page]:
    """Grids of two stated numbers each, if there are few pairs; two ranges as dots in a plane."""
    design, values = found.sweep.design, sweep.of(found, name, party)
    pairs = list(combinations(range(len(design.factors)), 2))
    if not np.isfinite(values).any() or len(pairs) > MOST_PAIRS:
        return []
    if design.kind == "factorial":
        return [_grid(design, values, name, *pair) for pair in pairs]
    return [_cloud(design, values, name)] if len(design.factors) == 2 else []


def _grid(design: Design, values: Floats, name: str, across: int, up: int) -> Page:
    one = varied_grid.grid(design, values, name, across, up)
    label = f"{name} over {one.across.name} and {one.up.name}"
    broad = len(one.across.values) > MOST_COLUMNS
    narrow = varied_grid.heat(one, SIZES[3][0], label)
    drawn = _both(varied_grid.heat(one, BROAD, label), narrow) if broad else narrow
    rest = [factor.name for place, factor in enumerate(design.factors) if place not in (across, up)]
    over = f", over all values of {words.joined(rest)}" if rest else ""
    note = f"Means over worlds{over}; ± half of the {varied_panels.SURE} interval or its ends; alike: in all"
    title = f"{one.across.name} and {one.up.name}" if rest else TOGETHER
    page = _coloured(one.name, one.ends, (one.across, one.up))
    return {**page, "title": title, "drawing": Markup(drawn), "broad": broad, "note": note}


def _cloud(design: Design, values: Floats, name: str) -> Page:
    across, up = design.factors
    means = [varied_panels.seen(values, np.arange(len(values)) == place)[0] for place in range(len(values))]
    drawn = varied_grid.cloud(design, values, name, f"{name} over {across.name} and {up.name}")
    page = _coloured(name, varied_grid.ends_of(means), (across, up))
    return {**page, "drawing": Markup(drawn), "broad": False, "note": "A dot is a point; colour: its mean over worlds"}


def _coloured(name: str, ends: tuple[float, float], pair: tuple[Factor, Factor]) -> Page:
    unit = outcomes.BY_NAME[name].unit
    ramp = {"stops": varied_grid.stops(name), "low": words.number(ends[0]), "high": f"{words.number(ends[1])} {unit}"}
    return {"title": TOGETHER, "about": f"{pair[0].name} across, {pair[1].name} upwards", "legend": [],
            "ramp": ramp, "own": _marks(pair)}  # fmt: skip


def _panels(found: Found, party: str, name: str, places: Sequence[int], columns: int) -> list[Page]:
    return [_panel(found.sweep.design, sweep.of(found, name, party), name, place, columns) for place in places]


def _panel(design: Design, values: Floats, name: str, place: int, columns: int) -> Page:
    """Outcomes over one number, in a row of so many pictures."""
    factor, label = design.factors[place], f"{name} over {design.factors[place].name}"
    sizes = [SIZES[3], SIZES[columns]]
    if design.kind == "factorial":
        drawn = varied_panels.series(design, place, values, name)
        pictures = [varied_panels.lines(factor, drawn, label, size) for size in sizes]
        legend, note = [(Markup(svg), text) for svg, text in varied_panels.keys(drawn)], _joined(design, place)
    else:
        spots = varied_panels.scattered(design, place, values, name)
        pictures = [varied_panels.dots(factor, spots, label, size) for size in sizes]
        legend, note = [], "Dot: a point, mean over worlds; upright: from its least world to its most"
    scale = ", log scale" if factor.wide else ""
    about = f"{factor.known.meaning}; {factor.known.unit}{scale}"
    return {"title": f"Over {factor.name}", "about": about, "legend": legend, "ramp": None, "own": _marks([factor]),
            "drawing": Markup(_both(pictures[1], pictures[0])), "broad": False, "note": note}  # fmt: skip


def _joined(design: Design, place: int) -> str:
    """What a line of a panel joins, in words."""
    other = varied_panels.other_of(design, place)
    rest = [one.name for i, one in enumerate(design.factors) if i not in (place, other)]
    over = f" and all values of {words.joined(rest)}" if rest else ""
    return f"Lines join means over worlds{over}; upright: from the least world to the most"


def _marks(factors: Sequence[Factor]) -> str:
    """What the diamonds of a picture say, or that there are none."""
    said = [f"{exact(one.value)}" if len(factors) == 1 else f"{one.name} {exact(one.value)}" for one in factors]
    inside = [one.low <= one.value <= one.high for one in factors]
    if all(inside):
        return f"◆ the scenario’s own: {', '.join(said)}"
    return f"The scenario’s own ({', '.join(said)}) lies outside what was tried"


# --- tables ----------------------------------------------------------------------------------------------------------


def _varied(found: Found) -> Page:
    """What was varied in one design: a row a number, and how in words."""
    design = found.sweep.design
    rows = [
        {"name": one.name, "meaning": one.known.meaning, "unit": one.known.unit, "tried": varied_words.tried(one),
         "own": varied_words.own(one), "plausible": f"{exact(one.known.low)} to {exact(one.known.high)}",
         "source": one.known.source}
        for one in design.factors
    ]  # fmt: skip
    return {
        "rows": rows,
        "how": varied_words.how(design, len(found.sweep.seeds)),
        "kind": design.kind,
        "open": len(rows) <= MOST_OPEN,
    }


def _extremes(found: Found, party: str, names: Sequence[str]) -> list[Page]:
    """Of every outcome the points with the least and the most, and what lies between them in the same worlds."""
    rows = []
    for name in names:
        values, page = sweep.of(found, name, party), _named(found, party, name)
        means = values.mean(axis=1)
        known = np.flatnonzero(np.isfinite(means))
        if not known.size:
            rows.append({**page, "said": "no number at any point"})
        elif np.ptp(means[known]) == 0:
            rows.append({**page, "said": f"{words.number(float(means[known[0]]))} at every point"})
        else:
            rows.append({**page, "said": "", **_ends(found.sweep.design, values, known, name)})
    return rows


def _ends(design: Design, values: Floats, known: np.ndarray, name: str) -> Page:
    means = values[known].mean(axis=1)
    least, most = int(known[means.argmin()]), int(known[means.argmax()])
    apart = interval(values[most] - values[least])
    low, high = outcomes.apart(apart, name)
    span = f"{words.number(low)} to {words.number(high)}" if apart.n > 1 else "one world"
    return {
        "least": words.number(float(means.min())), "at_least": varied_panels.at_point(design, least),
        "most": words.number(float(means.max())), "at_most": varied_panels.at_point(design, most),
        "apart": words.number(apart.mean), "span": span, "sure": apart.low > 0,
    }  # fmt: skip


def _table(found: Found, party: str, names: Sequence[str]) -> Page | None:
    """All points with their means over worlds, where they are few."""
    design = found.sweep.design
    if len(design.points) > MOST_TABLED:
        return None
    whole = {name: sweep.of(found, name, party) for name in names}
    rows = [
        ([exact(value) for value in design.points[place].tolist()],
         [_cell(name, whole[name][place]) for name in names])
        for place in range(len(design.points))
    ]  # fmt: skip
    heads = [(name, outcomes.BY_NAME[name].unit) for name in names]
    return {"factors": design.factors, "heads": heads, "rows": rows}


def _cell(name: str, worlds: Floats) -> tuple[str, str]:
    """A mean over worlds, and half the width of its interval with both ends."""
    one = interval(worlds)
    if one.n < 2:
        return words.number(one.mean), ""
    if one.low == one.high:
        return words.number(one.mean), "alike in all worlds"
    low, high = outcomes.within(one, name)
    return words.number(one.mean), f"±{varied_panels.half(one)}, {words.number(low)} to {words.number(high)}"


# --- the page --------------------------------------------------------------------------------------------------------


def _page(stages: Sequence[Found], party: str, title: str, parts: Sequence[Page], command: str) -> Page:
    scenario = stages[0].sweep.request.scenario
    return {
        "title": title,
        "about": scenario.about,
        "facts": _facts(stages, words.organisation_names(scenario)[party]),
        "stages": [_varied(found) for found in stages],
        "parts": parts,
        "methods": varied_words.METHODS,
        "not_for": varied_words.NOT_FOR,
        "texts": texts,
        "sure": varied_panels.SURE,
        "worlds": len(stages[0].sweep.seeds),
        "provenance": _provenance(stages, command),
        "extremes": [],
        "table": None,
    }


def _facts(stages: Sequence[Found], party: str) -> list[tuple[str, str]]:
    asked = stages[-1].sweep.request
    scenario = asked.scenario
    return [
        ("Party", party),
        ("Days", words.span(scenario.about.start, asked.until or scenario.about.end)),
        ("Numbers varied", "; then ".join(_numbers(found.sweep.design) for found in stages)),
        ("Simulations", "; then ".join(_simulations(found) for found in stages)),
        ("Scale", f"one simulated resident per {stages[0].sweep.scale} adults"),
        ("Plan", asked.plan.title if asked.plan else "none"),
        ("Left out", ", ".join(asked.without) or "nothing"),
        ("Money", scenario.about.money),
    ]


def _numbers(design: Design) -> str:
    names = [one.name for one in design.factors]
    return words.joined(names) if len(names) <= MOST_NAMED else f"{len(names)}, named below"


def _simulations(found: Found) -> str:
    points, worlds = len(found.sweep.design.points), len(found.sweep.seeds)
    return f"{points:,} points in {'one world' if worlds == 1 else f'the same {worlds} worlds'}"


def _provenance(stages: Sequence[Found], command: str) -> list[tuple[str, str]]:
    """What a reader needs to make the page again."""
    swept = stages[0].sweep
    asked = swept.request
    made = made_with()
    designed = [f"{one.sweep.design.kind}, {_seed(one.sweep.design)}" for one in stages]
    return [
        *([("command", command)] if command else []),
        ("scenario", f"{asked.scenario.about.name}, SHA-256 {fingerprint(asked.scenario)}"),
        ("days", words.span(asked.scenario.about.start, asked.until or asked.scenario.about.end)),
        ("seeds of worlds", _seeds(swept.seeds)),
        ("design", "; then ".join(designed)),
        ("points", "; then ".join(f"{len(one.sweep.design.points):,}" for one in stages)),
        ("scale", f"1:{swept.scale}"),
        ("left out", ", ".join(asked.without) or "nothing"),
        ("plan", asked.plan.name if asked.plan else "nothing"),
        ("versions", ", ".join(f"{name} {made[name]}" for name in ("mohalla", "numpy", "numba", "python"))),
        ("source files", f"SHA-256 {made['sources']}…"),
        ("machine", made["machine"]),
    ]


def _seed(design: Design) -> str:
    return f"design seed {design.seed}" if design.seed else "which draws nothing"


def _seeds(seeds: Sequence[int]) -> str:
    listed = ", ".join(map(str, seeds)) if len(seeds) <= 8 else f"{seeds[0]} to {seeds[-1]}"
    return f"{listed} (the same for every point)"
