"""From the files of a run to one self-contained HTML page. `build` is the entry."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from mohalla.experiments.fit import compare
from mohalla.parameters import Known, Value
from mohalla.reading import fingerprint
from mohalla.record import Record
from mohalla.report import ablation, colours, fit_table, flows, lanes, ramps, sankey, texts, words
from mohalla.report import map as city_maps
from mohalla.report import tree as trees
from mohalla.report.ablation import Ablation
from mohalla.report.context import Chapter, Context
from mohalla.report.digest import Axes, CityMap, Digest, axes, city_map, digest, find_main_party, opened
from mohalla.report.findings import cards, findings
from mohalla.report.narrative import story
from mohalla.report.posts import MEASURES, Posts, posts
from mohalla.report.story import chapters
from mohalla.report.svg import Line, chart
from mohalla.report.timeline import Event, events
from mohalla.scenario import NONE, Scenario

WIDE, NARROW, DENSE = (1120.0, 300.0), (360.0, 208.0), (280.0, 186.0)
ADDRESS = re.compile(r"https?://[^\s<>\"]+")
Page = dict[str, Any]


def build(
    simulations: Sequence[Path],
    scenario: Scenario,
    record: Record | None,
    provenance: Mapping[str, Any],
    out: Path,
    parameters: Mapping[str, Mapping[str, Value]],
    ablated: Ablation | None = None,
) -> Path:
    """Write the report of a run. `simulations[0]` is the reference, the others are worlds; returns `out`."""
    with opened(simulations[0]) as reference:
        main = find_main_party(reference)
        when, city, tree = axes(reference), city_map(reference, main), posts(reference, main)
        digests = [digest(reference, scenario, record, main)]
    for path in simulations[1:]:
        with opened(path) as world:
            digests.append(digest(world, scenario, record, main))
    context = _context(scenario, record, digests, when, main)
    page = {
        **_header(context, provenance),
        **_happened(context),
        **_story(context, parameters),
        **_flow(context),
        **_map(context, city),
        **_tree(context, tree),
        **_ablation(context, ablated),
        **_evidence(context),
        **_assumptions(scenario, parameters),
    }
    out.write_text(_environment().get_template("page.html.jinja").render(page), encoding="utf-8")
    return out


def _context(scenario: Scenario, record: Record | None, digests: Sequence[Digest], when: Axes, main: str) -> Context:
    """What the chapters draw on; colours are the scenario's own where everybody can tell them apart."""
    names = words.organisation_names(scenario)
    declared = [organisation.colour for organisation in scenario.organisations]
    tints = dict(zip([organisation.id for organisation in scenario.organisations], colours.safe(declared), strict=True))
    tints = {name: tints.get(name, colours.GREY) for name in names}
    marks = events(scenario, main, last=when.bins[-1])
    return Context(scenario, record, digests, when, main, names, tints, marks)


# ------------------------------------------------------------------------------------------------ header and findings


def _header(context: Context, provenance: Mapping[str, Any]) -> Page:
    scenario, worlds = context.scenario, len(context.digests)
    found = findings(scenario, context.digests, context.axes, context.main)
    return {
        "about": scenario.about,
        "party": context.names[context.main],
        "facts": _facts(context),
        "worlds": [_world(index, one.attributes) for index, one in enumerate(context.digests)],
        "findings": cards(found, context.names[context.main], worlds),
        "provenance": [(str(key).replace("_", " "), words.plain(value)) for key, value in provenance.items()],
        "texts": texts,
        "extrapolated": _extrapolated(context),
    }


def _facts(context: Context) -> list[tuple[str, str]]:
    scenario, digests = context.scenario, context.digests
    first, last = (digests[0].weeks[i].astype("datetime64[D]").astype(object) for i in (0, -1))
    scales = sorted({str(one.attributes.get("scale", "?")) for one in digests}, key=lambda text: (len(text), text))
    place = scenario.geography
    units = sum(district.units for district in place.districts)
    sectors = sum(district.sectors for district in place.districts)
    return [
        ("Simulated", f"{words.day(first)} – {words.day(last)}, {len(digests[0].weeks):,} weeks"),
        ("Worlds", f"{len(digests)}, the first of them the reference"),
        ("Scale", f"one simulated resident per {' or '.join(scales)} adults"),
        ("City", f"{len(place.districts)} districts, {sectors} sectors, {units} units"),
        ("Communities", ", ".join(community.name for community in scenario.communities)),
        ("Organisations", f"{len(scenario.organisations)} declared, {scenario.splinter_slots} slots for splinters"),
        ("Main party", f"{context.names[context.main]} (largest hold in the reference run)"),
        ("Synthetic", ", ".join(place.synthetic) or "nothing"),
    ]


def _world(index: int, attributes: Mapping[str, Any]) -> tuple[str, str, str, str]:
    """One line of the table of worlds: its name, seed, scale and drawn parameters."""
    drawn = attributes.get("drawn", "{}")
    table = json.loads(drawn) if isinstance(drawn, str) else drawn
    text = "; ".join(f"{key} {_drawn(value)}" for key, value in table.items()) or "central values"
    name = "reference" if index == 0 else f"world {index + 1}"
    return name, str(attributes.get("seed", "?")), str(attributes.get("scale", "?")), text


def _drawn(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_drawn(inner)}" for key, inner in value.items())
    return words.number(float(value)) if isinstance(value, int | float) else str(value)


def _extrapolated(context: Context) -> str:
    ends = context.scenario.about.record_ends
    return (
        context.scenario.about.extrapolation if any(e.kind == "extrapolation" for e in context.marks) and ends else ""
    )


# ------------------------------------------------------------------------------------------------------ story and map


def _happened(context: Context) -> Page:
    told = story(context.scenario, [one.events for one in context.digests], context.main)
    dropped = int(context.digests[0].attributes.get("events_dropped", 0))
    return {"told": told.lines, "left_out": told.left_out, "dropped": dropped}


def _story(context: Context, parameters: Mapping[str, Any]) -> Page:
    told = chapters(context)
    start, end = _span(context)
    wide, narrow = (Markup(lanes.timeline_svg(context.marks, start, end, width)) for width in (WIDE[0], NARROW[0]))
    return {
        "chapters": [_drawn_chapter(context, chapter, parameters) for chapter in told],
        "timeline": {"wide": wide, "narrow": narrow},
        "chronology": [(words.span(e.start, e.end), e.kind, e.text, linked(e.source)) for e in context.marks],
        "data": _json(_hover(context, told)),
    }


def _span(context: Context) -> tuple[float, float]:
    """First and last moment of every time axis."""
    edges = [part for part in (context.axes.bins, context.axes.years) if len(part)]
    return min(float(part[0]) for part in edges) - 0.15, max(float(part[-1]) for part in edges) + 0.15


def _drawn_chapter(context: Context, chapter: Chapter, parameters: Mapping[str, Any]) -> Page:
    return {
        "chapter": chapter,
        "rests_on": [(name, name in parameters) for name in chapter.mechanisms],
        "figures": [_figure(context, chapter, index) for index in range(len(chapter.panels))],
    }


def _figure(context: Context, chapter: Chapter, index: int) -> Page:
    """One panel, drawn wide and narrow where it leads its chapter; its own legend where the chapter has none."""
    panel, (start, end) = chapter.panels[index], _span(context)
    sizes = (WIDE, NARROW) if index < chapter.wide else (DENSE if chapter.dense else NARROW,)
    drawn = [Markup(chart(panel, context.marks, start, end, *size)) for size in sizes]
    named = panel.lines if len(panel.lines) > 1 and not chapter.keys else ()
    opens = panel.group if index == 0 or chapter.panels[index - 1].group != panel.group else ""
    return {"panel": panel, "drawings": drawn, "named": named, "opens": opens}


def _hover(context: Context, told: Iterable[Chapter]) -> Page:
    """Numbers behind the curves, for the page to show where the reader points."""
    panels = {panel.id: panel for chapter in told for panel in chapter.panels if panel.lines}
    return {
        "axes": {name: _short(values, 3) for name, values in context.axes._asdict().items()},
        "panels": {
            name: {"axis": panel.axis, "unit": panel.unit, "lines": [_numbers(line) for line in panel.lines]}
            for name, panel in panels.items()
        },
        "scales": ramps.SCALES,
        "events": [_dated(event) for event in context.marks if event.kind in ("operation", "election", "shock")],
    }


def _numbers(line: Line) -> Page:
    band = line.band
    parts = {"median": band.median, "low": band.low, "high": band.high, "reference": band.reference}
    return {"label": line.label, "colour": line.colour, "dash": line.dash} | {k: _rough(v) for k, v in parts.items()}


def _dated(event: Event) -> list[Any]:
    return [
        round(event.from_year, 3),
        round(event.to_year, 3),
        event.kind,
        words.span(event.start, event.end),
        event.text,
    ]


def _rough(values: np.ndarray) -> list[float]:
    return [float(f"{value:.3g}") for value in values.tolist()]


def _short(values: np.ndarray, digits: int) -> list[float]:
    return [round(value, digits) for value in values.tolist()]


def _map(context: Context, city: CityMap) -> Page:
    tints = colours.safe([context.tints[name] for name in city.organisations])
    drawn = city_maps.hexagons(city)
    last = city.fronts[-1].tolist() if len(city.fronts) else [0] * len(drawn.sides)
    return {
        "map": drawn,
        "map_moments": city_maps.moments(city, context.main),
        "map_parties": [(name, context.names[name]) for name in city.organisations],
        "map_quarters": len(city.quarters),
        "map_track": _track(context),
        "map_armed": city_maps.armed_moments(city, drawn.sides),
        "map_fronts": city_maps.front_paths(drawn.sides, last),
        "map_data": _json(city_maps.packed(city, tints, context.names) | {"sides": drawn.sides}),
    }


def _flow(context: Context) -> Page:
    """The main party's money by period, as streams and as a table."""
    spans = flows.periods(context.digests[0].weeks)
    worlds = [one.flows for one in context.digests]
    ledgers = [flows.ledger(worlds, place) for place in range(len(spans))]
    unit = f"{context.scenario.about.money} a year"
    drawn = [
        {
            "label": span.label,
            "wide": _streams(context, one, sankey.WIDE, span, sankey.tall(ledgers, sankey.WIDE)),
            "narrow": _streams(context, one, sankey.NARROW, span, sankey.tall(ledgers, sankey.NARROW)),
        }
        for span, one in zip(spans, ledgers, strict=True)
    ]
    return {"flow": {"unit": unit, "periods": drawn, "rows": _flow_rows(ledgers)}}


def _streams(context: Context, ledger: flows.Ledger, style: sankey.Style, span: flows.Period, tall: float) -> Markup:
    label = f"The money of {context.names[context.main]}, {span.label}"
    return Markup(sankey.svg(ledger, style, f"{context.scenario.about.money} a year", label, tall))


def _flow_rows(ledgers: Sequence[flows.Ledger]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each stream with its amount and range in every period, in the order in which money moves."""
    found = [{part.name: part for parts in one for part in parts} for one in ledgers]
    names = dict.fromkeys(part.name for kind in range(4) for one in ledgers for part in one[kind])
    return [(name, [_cell(one.get(name)) for one in found]) for name in names]


def _cell(part: flows.Part | None) -> tuple[str, str]:
    if part is None:
        return "0", ""
    return words.number(part.amount), flows.span(part)


def _track(context: Context) -> Markup:
    """The dated history under a slider."""
    quarters = context.axes.quarters
    return Markup(lanes.track_svg(context.marks, float(quarters[0]), float(quarters[-1])) if len(quarters) else "")


def _tree(context: Context, tree: Posts) -> Page:
    """The hierarchy, drawn wide, narrow and small, with its numbers; nothing where no posts were recorded."""
    if not tree.tier or not tree.quarters:
        return {"tree": None}
    label = f"Posts of {context.names[context.main]} as a tree, coloured by the loyalty of their holders"
    low, high = trees.ends(tree)[trees.FIRST]
    drawn = {
        "wide": Markup(trees.svg(trees.wide(tree), tree, label)),
        "narrow": Markup(trees.svg(trees.narrow(tree), tree, label)),
        "moments": [(year, Markup(drawing)) for year, drawing in trees.moments(tree)],
        "track": _track(context),
        "quarters": len(tree.quarters),
        "measures": [(measure, MEASURES[measure][0]) for measure in trees.ends(tree)],
        "parties": [(name, context.names[name]) for name in tree.organisations],
        "ramp": ramps.SCALES[trees.FIRST],
        "low": f"{low:g}",
        "high": f"{high:g}",
        "data": _json(trees.packed(tree, context.names)),
    }
    return {"tree": drawn}


# --------------------------------------------------------------------------------------------- evidence, assumptions


def _ablation(context: Context, found: Ablation | None) -> Page:
    """What each mechanism is worth; nothing where no ablation lies in the run's folder."""
    if found is None:
        return {"ablation": None}
    names = ablation.order(found)
    rows = sum(math.isfinite(effect.low) for one in found.measures for effect in one.without.values())
    shown = {
        "party": context.names.get(found.party, found.party),
        "panels": [_effects(context, one, names) for one in found.measures],
        "rows": rows,
        "by_chance": words.number(round(rows * ablation.FALSE_ALARM)),
        "other": found.fingerprint != fingerprint(context.scenario),
    }
    return {"ablation": {**found._asdict(), **shown}, "scenario_name": context.scenario.about.title}


def _effects(context: Context, measure: ablation.Measure, names: Sequence[str]) -> Page:
    money = f"{context.scenario.about.money} a year"
    unit = {"%": "percentage points", "money": money}.get(measure.unit, measure.unit)
    whole = {"money": money}.get(measure.unit, measure.unit)
    return {
        "name": measure.name,
        "title": measure.name.capitalize(),
        "meaning": measure.meaning,
        "unit": unit,
        "whole": ablation.told(measure.whole, whole).removeprefix("+"),
        "drawing": Markup(ablation.chart(measure, names, unit)),
    }


def _evidence(context: Context) -> Page:
    if context.record is None:
        return {"fit": (), "has_record": False}
    fits = compare(context.record, context.scenario, [one.fit for one in context.digests])
    return {"fit": fit_table.groups(fits), "has_record": True}


def _assumptions(scenario: Scenario, parameters: Mapping[str, Mapping[str, Value]]) -> Page:
    """Every number in force by mechanism, and the scenario's own quantities."""
    economy = {name: _as_value(quantity) for name, quantity in scenario.economy if quantity is not None}
    own = {"segregation": _as_value(scenario.geography.segregation), **economy}
    return {
        "parameters": {**parameters, "the scenario itself": own},
        "total": sum(map(len, parameters.values())) + len(own),
    }


def _as_value(quantity: Any) -> Value:
    known = Known(quantity.unit, quantity.low, quantity.high, quantity.meaning, quantity.source)
    return Value(quantity.value, known)


# --------------------------------------------------------------------------------------------------------- the page


def _json(data: object) -> Markup:
    """JSON that may stand inside a `<script>` element."""
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    return Markup(text.replace("<", "\\u003c"))


def linked(text: str) -> Markup:
    """Text with its web addresses as links, shortened to their hosts."""
    parts, last = [], 0
    for match in ADDRESS.finditer(text):
        address = match.group().rstrip(".,;)")
        host = address.split("/")[2].removeprefix("www.")
        parts += [
            escape(text[last : match.start()]),
            Markup('<a href="{}" rel="noopener">{}</a>').format(address, host),
        ]
        last = match.start() + len(address)
    return Markup("").join([*parts, escape(text[last:])])


def _file(name: str) -> str:
    return files("mohalla.report").joinpath(name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_file), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"linked": linked, "number": words.number, "percent": words.percent}
    environment.globals |= {"style": Markup(_file("page.css")), "script": Markup(_file("page.js")), "NONE": NONE}
    return environment
