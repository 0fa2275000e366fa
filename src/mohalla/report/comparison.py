"""From the Dataset of a comparison of plans to one self-contained HTML page. `page` is the entry."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from markupsafe import Markup

from mohalla import reading
from mohalla.calendar import year_fraction
from mohalla.errors import MohallaError
from mohalla.report import comparison_charts as charts
from mohalla.report import comparison_findings as told
from mohalla.report import comparison_map as maps
from mohalla.report import comparison_numbers as numbers
from mohalla.report import comparison_plans, ramps, texts, words
from mohalla.report import comparison_texts as own
from mohalla.report.ablation import Effect
from mohalla.report.build import environment
from mohalla.report.comparison_findings import Names, letter
from mohalla.report.comparison_numbers import BY_NAME, Measure
from mohalla.report.digest import decimal_years
from mohalla.report.pictures import as_json
from mohalla.report.timeline import Event
from mohalla.scenario import Scenario

Page = dict[str, Any]

WAYS = (numbers.RELEASE, numbers.LASTING, numbers.REBOUND)
LIVES = ("toll", "killings", "operation_deaths", "cost")
SHARES = ("coerced", "hold", "heart", "gap", "seats", "services")
KNOWN = ("plan", "seed")
LEAST = {"release": 10.0, "toll": 100.0, "coerced": 1.0}


class Cell(NamedTuple):
    """One cell of a table: under which head, the figure, its interval, and whether that is clear of nought."""

    head: str
    figure: str
    more: str = ""
    clear: bool = False


class About(NamedTuple):
    """What every part of the page draws on."""

    data: xr.Dataset
    scenario: Scenario | None
    names: Names
    labels: tuple[str, ...]
    acts: tuple[tuple[comparison_plans.Act, ...], ...]
    branch: date
    until: date


def page(dataset: xr.Dataset, scenario: Scenario | None = None) -> str:
    """The page of a comparison. `scenario` gives names and dates; by default it is read from the Dataset, if there."""
    about = _about(dataset, scenario or _scenario_in(dataset))
    parts = {
        **_header(about), **_findings(about), **_plans(about), **_effects(about), **_toll(about), **_fans(about),
        **_maps(about), **_pairing(about), **_seeds(about), **_rules(about),
    }  # fmt: skip
    return str(environment().get_template("comparison.html.jinja").render(parts, own=own, texts=texts))


def _scenario_in(dataset: xr.Dataset) -> Scenario | None:
    text = dataset.attrs.get("scenario_text", "")
    return reading.from_json_text(text) if text else None


def _about(data: xr.Dataset, scenario: Scenario | None) -> About:
    missing = [name for name in KNOWN if name not in data.dims or not data.sizes[name]]
    missing += [name for name in ("branch", "until", "of") if name not in data.attrs]
    if missing:
        raise MohallaError(f"this is no comparison of plans: it lacks {words.joined([f'{one!r}' for one in missing])}.")
    names = told.naming(data, scenario)
    labels = tuple(_label(i, name) for i, name in enumerate(names.plans))
    said = numbers.described(data)
    acts = tuple(
        tuple(comparison_plans.acts(str(said[name].get("text", "")), scenario)) for name in numbers.plans(data)
    )
    branch, until = (date.fromisoformat(str(data.attrs[name])[:10]) for name in ("branch", "until"))
    return About(data, scenario, names, labels, acts, branch, until)


def _label(place: int, name: str) -> str:
    return f"{letter(place)} · {name}" if place else name


# ----------------------------------------------------------------------------------------------- header and findings


def _header(about: About) -> Page:
    data, names = about.data, about.names
    return {
        "title": names.title or "a city",
        "of": names.of,
        "community": names.community,
        "baseline": names.plans[0],
        "plan_count": data.sizes["plan"] - 1,
        "seed_count": data.sizes["seed"],
        "sure": words.percent(numbers.level(data)),
        "banded": words.banded(data.sizes["seed"], "seeds"),
        "facts": [(name, value) for name, value in _facts(about) if value],
        "extrapolated": _extrapolated(about),
        "rules_said": _rules_said(about),
        "provenance": [(key.replace("_", " "), words.plain(value)) for key, value in _kept(data).items()],
        "until": words.day(about.until),
    }


def _kept(data: xr.Dataset) -> Page:
    """Attributes short enough to be read, for whoever wants to make it again."""
    left_out = ("plans", "scenario_text", "extrapolation", "rules", "command", "names", "unknown", "title", "format")
    said = sorted(data.attrs.items())  # a file keeps no order
    return {str(key): value for key, value in said if key not in left_out and 0 < len(str(value)) < 300}


def _facts(about: About) -> list[tuple[str, str]]:
    data, attrs = about.data, about.data.attrs
    draw = str(attrs.get("draw", 0))
    drawn = "drawn anew for each seed" if draw.lower() in ("1", "true") else draw if len(draw) > 5 else "central values"
    seeds = [str(seed) for seed in data["seed"].values]
    listed = ", ".join(seeds) if len(seeds) <= 6 else f"{seeds[0]} to {seeds[-1]}"
    return [
        ("Scenario", str(attrs.get("scenario", ""))),
        ("Plans", f"{words.counted(data.sizes['plan'] - 1, 'plan')} against “{about.names.plans[0]}”"),
        ("Seeds", f"{len(seeds)} ({listed}), the same for every plan"),
        ("Uncertain numbers", drawn),
        ("Branch", f"{words.day(about.branch)}: one past, simulated once for each seed"),
        ("Until", f"{words.day(about.until)}, {numbers.years((about.until - about.branch).days)} years on"),
        ("Scale", f"one simulated resident per {attrs['scale']} adults" if "scale" in attrs else ""),
        ("Measured of", f"{about.names.of}; its own community: {about.names.community or 'not said'}"),
    ]


def _ends(about: About) -> date | None:
    """The last day of the record, where the comparison goes on past it."""
    said = about.data.attrs.get("record_ends")
    own = about.scenario.about.record_ends if about.scenario else None
    known = own or (date.fromisoformat(str(said)[:10]) if said else None)
    return known if known and known < about.until else None


def _extrapolated(about: About) -> str:
    ends = _ends(about)
    if ends is None:
        return ""
    years = numbers.years((about.until - max(ends, about.branch)).days)
    return f"After {words.day(ends)} there is no record: the last {years} years are an extrapolation."


def _rules_said(about: About) -> str:
    """The rules by which the scenario goes on after its record, in its own words."""
    kept = about.scenario.about.extrapolation if about.scenario else str(about.data.attrs.get("extrapolation", ""))
    return kept or "Its rules were not kept with these results."


def _findings(about: About) -> Page:
    data, sure = about.data, numbers.level(about.data)
    said, cards = numbers.described(data), []
    ways = numbers.flags(data, numbers.RELEASE)
    for place, one in enumerate(told.by_plan(data, about.names), start=1):
        found = numbers.counted(ways[place], sure)
        figure = f"{found.hits} of {found.n}" if found.n else "–"
        about_it = str(said[numbers.plans(data)[place]].get("description", ""))
        cards.append({"one": one, "figure": figure, "description": about_it})
    return {"overall": told.overall(data, about.names), "cards": cards}


# -------------------------------------------------------------------------------------------------------------- plans


def _plans(about: About) -> Page:
    said = numbers.described(about.data)
    rows = [
        {
            "letter": letter(i),
            "name": about.names.plans[i],
            "id": name,
            "description": str(said[name].get("description", "")),
            "acts": [(act, comparison_plans.became(about.data, i, j)) for j, act in enumerate(about.acts[i])],
            "leaves": _day_of(said[name].get("leaves")),
        }
        for i, name in enumerate(numbers.plans(about.data))
    ]
    return {"plans": rows}


def _day_of(text: Any) -> str:
    return words.day(date.fromisoformat(str(text)[:10])) if text else ""


# ------------------------------------------------------------------------------------------------------------- effects


def _effects(about: About) -> Page:
    data = about.data
    held = {one.name for one in numbers.measures(data)}
    tables = [
        ("Release, lives and money", [*(n for n in WAYS if n in data), *(n for n in LIVES if n in held)]),
        ("Following and seats", [name for name in SHARES if name in held]),
    ]
    prices = "; ".join(str(data.attrs[name]) for name in ("price_services", "price_raid") if name in data.attrs)
    return {"tables": [_table(about, title, names) for title, names in tables if names], "prices": prices}


def _table(about: About, title: str, names: Sequence[str]) -> Page:
    heads = [_head(about, name) for name in names]
    columns = [_column(about, name, head) for name, (head, _) in zip(names, heads, strict=True)]
    rows = [(about.labels[i], i == 0, [column[i] for column in columns]) for i in range(len(about.labels))]
    return {"title": title, "heads": heads, "rows": rows}


def _head(about: About, name: str) -> tuple[str, str]:
    if name == numbers.REBOUND:
        return "Rebound", "of those released"
    measure = BY_NAME[name]
    unit = "seeds" if name in WAYS else _unit(about, measure)
    return measure.title, unit


def _unit(about: About, measure: Measure) -> str:
    return about.names.money if measure.unit == "money" else measure.unit


def _column(about: About, name: str, head: str) -> list[Cell]:
    data = about.data
    if name in WAYS:
        sure, ways = numbers.level(data), numbers.flags(data, name)
        if name == numbers.REBOUND:
            released = numbers.flags(data, numbers.RELEASE)
            some = (released == 1).any(1).tolist()
            return [_back(head, numbers.counted(row, sure), any_) for row, any_ in zip(ways, some, strict=True)]
        apart = numbers.effects(data, BY_NAME[name])
        return [_share(head, numbers.counted(row, sure), i > 0 and apart[i].clear) for i, row in enumerate(ways)]
    measure = BY_NAME[name]
    found = numbers.effects(data, measure)
    base = numbers.effect(numbers.values(data, measure)[0], numbers.level(data))
    return [_level(head, base, measure.unit), *(_difference(head, one, measure.unit) for one in found[1:])]


def _share(head: str, found: numbers.Counted, clear: bool) -> Cell:
    if not found.n:
        return Cell(head, "–", "not known")
    span = f"{words.whole(100 * found.low)} to {words.whole(100 * found.high)} %" if found.n > 1 else ""
    return Cell(head, f"{found.hits} of {found.n}", span, clear)


def _back(head: str, found: numbers.Counted, released: bool) -> Cell:
    """How many releases were undone, of those of which it is known."""
    if not found.n:
        return Cell(head, "–", "not known" if released else "none to rebound")
    return _share(head, found, clear=False)


def _level(head: str, found: Effect, unit: str) -> Cell:
    """What the baseline itself comes to."""
    if not math.isfinite(found.mean):
        return Cell(head, "–", "not measured")
    return Cell(head, numbers.shown(found.mean, unit) + (" %" if unit == numbers.POINTS else ""), "mean")


def _difference(head: str, found: Effect, unit: str) -> Cell:
    if not math.isfinite(found.mean):
        return Cell(head, "–", "not measured")
    low, high = (numbers.shown(edge, unit) for edge in (found.low, found.high))
    span = f"{low} to {high}"
    if math.isnan(found.low):
        span = "one seed" if found.n == 1 else f"mean of {found.n} seeds"
    elif found.low == found.high:
        span = f"the same in all {found.n} seeds"
    return Cell(head, numbers.signed(found.mean, unit), span, found.clear)


# ---------------------------------------------------------------------------------------------- release against deaths


def _toll(about: About) -> Page:
    if "toll" not in about.data or numbers.RELEASE not in about.data:
        return {"toll": None}
    points = list(_points(about))
    return {
        "toll": {
            "wide": Markup(charts.toll_picture(points, charts.WIDE)),
            "narrow": Markup(charts.toll_picture(points, charts.NARROW)),
            "marks": [(one.label or "=", one.name) for one in points],
        }
    }


def _points(about: About) -> Iterator[charts.Point]:
    data, sure = about.data, numbers.level(about.data)
    ways, deaths = numbers.flags(data, numbers.RELEASE), numbers.differences(data, BY_NAME["toll"])
    found = numbers.effects(data, BY_NAME["toll"])
    seeds = [str(seed) for seed in data["seed"].values]
    for i, name in enumerate(about.names.plans):
        own_seeds = tuple(zip(seeds, deaths[i].tolist(), ways[i].tolist(), strict=True))
        yield charts.Point(letter(i), name, numbers.counted(ways[i], sure), found[i], own_seeds)


# ---------------------------------------------------------------------------------------------------------- over time


def _fans(about: About) -> Page:
    if "quarter" not in about.data.dims or about.data.sizes["plan"] < 2:
        return {"fans": [], "data": as_json(_behind({}, np.array([])))}
    when = decimal_years(about.data["quarter"].values)
    span = float(when[0]) - 0.15, year_fraction(about.until) + 0.1
    marks = [_marks(about, i) for i in range(len(about.names.plans))]
    drawn = [(curve, charts.fans(curve, about.names.plans, when, marks, span)) for curve in numbers.curves(about.data)]
    panels = {fan.panel.id: fan.panel for _, found in drawn for fan in found}
    shown = [
        {"title": curve.title, "unit": curve.unit, "charts": [(fan, Markup(fan.drawing)) for fan in found]}
        for curve, found in drawn
    ]
    return {"fans": shown, "data": as_json(_behind(panels, when))}


def _marks(about: About, place: int) -> list[Event]:
    """What stands behind a plan's charts: the time after the record, and the plan's own interventions."""
    ends = _ends(about)
    found = [Event("extrapolation", ends, about.until, "After the end of the record", "")] if ends else []
    spans: dict[tuple[date, date], list[str]] = {}
    for number, act in enumerate(about.acts[place]):
        begun = comparison_plans.begins(about.data, place, number) or act.start or about.branch
        start, end = begun, min(act.end or about.until, about.until)
        if start > end:
            continue
        spans.setdefault((start, end), []).append(f"{act.what} ({act.where}): {act.much}")
    for row, ((start, end), said) in enumerate(sorted(spans.items())):
        found.append(Event("plan", start, end, "; ".join(said), "the plan", size=row))
    return found


def _behind(panels: Page, when: numbers.Floats) -> Page:
    """Numbers behind the curves, for the page to show where the reader points."""
    return {
        "axes": {"quarters": [round(value, 3) for value in when.tolist()]},
        "panels": {
            name: {"axis": one.axis, "unit": one.unit, "lines": [_line(line) for line in one.lines]}
            for name, one in panels.items()
        },
        "scales": ramps.SCALES,
        "events": [],
    }


def _line(line: Any) -> Page:
    band = {name: [float(f"{value:.3g}") for value in getattr(line.band, name).tolist()]
            for name in ("median", "low", "high", "reference")}  # fmt: skip
    return {"label": line.label, "colour": line.colour, "dash": line.dash, **band}


# --------------------------------------------------------------------------------------------------------------- maps


def _maps(about: About) -> Page:
    where = maps.place(about.data)
    if where is None or about.data.sizes["plan"] < 2:
        return {"maps": None}
    found = maps.layers(about.data, where, about.labels)
    drawn = [
        {"layer": one, "top": words.number(one.top),
         "maps": list(zip(about.labels[1:], map(Markup, one.drawings), strict=True))}
        for one in found
    ]  # fmt: skip
    ramp = ",".join(maps.shade(share) for share in np.linspace(-1, 1, 9).tolist())
    return {"maps": {"layers": drawn, "key": Markup(maps.key_map(where)), "ramp": ramp}} if drawn else {"maps": None}


# ------------------------------------------------------------------------------------------------- pairing and seeds


def _pairing(about: About) -> Page:
    data = about.data
    rows = []
    for measure in numbers.measures(data) if data.sizes["plan"] > 1 else ():
        ratios = numbers.saved(data, measure)
        known = [ratio for ratio in ratios if not math.isnan(ratio)]
        middle = float(np.median(known)) if known else math.nan
        named = tuple((letter(i), ratio) for i, ratio in enumerate(ratios, start=1))
        rows.append(charts.Saved(measure.title, named, middle))
    if not any(math.isfinite(one.median) and one.median > 0 for one in rows):
        return {"pairing": None}
    narrow, wide = (Markup(charts.saved_picture(rows, width)) for width in (360.0, charts.WIDTH))
    said = [(one.title, charts.ratio_of(one.median), one.lost and math.isfinite(one.median)) for one in rows]
    return {"pairing": {"wide": wide, "narrow": narrow, "rows": said}}


def _seeds(about: About) -> Page:
    """How wide the intervals are, and how many seeds would make them narrow enough to act on."""
    data, rows = about.data, []
    for name, least in LEAST.items():
        if name not in data or data.sizes["plan"] < 2:
            continue
        found = [one for one in numbers.effects(data, BY_NAME[name])[1:] if one.n > 1 and math.isfinite(one.low)]
        if found:
            widest = max(found, key=lambda one: one.high - one.low)
            more = numbers.needed(widest, least)
            unit = _unit(about, BY_NAME[name])
            now, enough = (numbers.shown(one, unit) for one in ((widest.high - widest.low) / 2, least))
            rows.append((BY_NAME[name].title, unit, now, enough, words.number(more)))
    return {"needed": rows, "stopping": _stopping(data), "looked": bool(data.attrs.get("stopping_rule"))}


def _stopping(data: xr.Dataset) -> str:
    """When seeds were to stop, in words."""
    width, most = str(data.attrs.get("stopping_rule", "")), data.attrs.get("most_seeds", data.sizes["seed"])
    if not width:
        return f"as many seeds as were asked for, {most}"
    names = words.joined(str(data.attrs.get("stopping_measures", "")).split()) or "every share"
    points = words.number(100 * float(width))
    return f"seeds are added until every difference in {names} is known to {points} points, and no more than {most}"


def _read(value: Any) -> Any:
    """A rule that was kept as JSON is read as such; any other text stays as it is."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value


# ---------------------------------------------------------------------------------------------- rules of extrapolation


def _rules(about: About) -> Page:
    """Effects under other rules of extrapolation, where the Dataset holds `toll_by_rule` and `release_by_rule`."""
    data = about.data
    if "rule" not in data.dims or not any(f"{name}_by_rule" in data for name in LEAST):
        return {"rules": None}
    labels = [str(rule) for rule in data["rule"].values]
    said = _read(data.attrs.get("rules", "{}"))
    names = [name for name in LEAST if f"{name}_by_rule" in data]
    tables = [_by_rule(about, name, labels) for name in names]
    return {
        "rules": {
            "labels": [(label, said.get(label, "The scenario’s own, quoted above.")) for label in labels],
            "tables": tables,
        }
    }


def _by_rule(about: About, name: str, labels: Sequence[str]) -> Page:
    measure, sure = BY_NAME[name], numbers.level(about.data)
    found = about.data[f"{name}_by_rule"].transpose("rule", "plan", "seed").values.astype(float)
    rows = []
    for i in range(1, found.shape[1]):
        effects = [
            numbers.paired_share(one[i], one[0], sure)
            if name == numbers.RELEASE
            else numbers.effect((one[i] - one[0]) * measure.factor, sure)
            for one in found
        ]
        cells = [_difference(label, one, measure.unit) for label, one in zip(labels, effects, strict=True)]
        rows.append((about.labels[i], cells))
    return {"title": measure.title, "unit": _unit(about, measure), "rows": rows}
