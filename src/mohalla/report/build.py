"""From the files of a run to one self-contained HTML page. `build` is the entry."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from mohalla import results
from mohalla.experiments.fit import compare
from mohalla.parameters import Known, Value
from mohalla.record import Record
from mohalla.report import colours, fit_table, lanes, ramps, texts, words
from mohalla.report.ablation import Ablation
from mohalla.report.chapters import chapters
from mohalla.report.context import Chapter, Context
from mohalla.report.digest import Axes, Digest, axes, city_map, digest, find_main_party
from mohalla.report.findings import cards, findings
from mohalla.report.pictures import Page, ablation_page, as_json, flow_page, map_page, tree_page
from mohalla.report.posts import posts
from mohalla.report.story import story
from mohalla.report.svg import Line, chart
from mohalla.report.timeline import Event, events
from mohalla.scenario import NONE, Scenario

WIDE, NARROW, DENSE = (1120.0, 300.0), (360.0, 208.0), (280.0, 186.0)
TO_SUNDAY = timedelta(days=6)  # from the Monday by which a week is known to its last day
CENTRAL = "central values"
ADDRESS = re.compile(r"https?://[^\s<>\"]+")


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
    with results.opened(simulations[0]) as reference:
        main = find_main_party(reference, scenario.about.party)
        when, city, tree = axes(reference), city_map(reference, main), posts(reference, main)
        digests = [digest(reference, scenario, record, main)]
    for path in simulations[1:]:
        with results.opened(path) as world:
            digests.append(digest(world, scenario, record, main))
    context = _context(scenario, record, digests, when, main)
    page = {
        **_header(context, provenance),
        **_happened(context),
        **_story(context, parameters),
        **flow_page(context),
        **map_page(context, city),
        **tree_page(context, tree),
        **ablation_page(context, ablated),
        **_evidence(context),
        **_assumptions(scenario, parameters),
    }
    out.write_text(environment().get_template("page.html.jinja").render(page), encoding="utf-8")
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
        "banded": words.banded(worlds),
        "extrapolated": _extrapolated(context),
    }


def _facts(context: Context) -> list[tuple[str, str]]:
    scenario, digests = context.scenario, context.digests
    first, last = (digests[0].weeks[i].astype("datetime64[D]").astype(object) for i in (0, -1))
    own, *others = dict.fromkeys(str(one.attributes.get("scale", "?")) for one in digests)
    scale = f"{own} adults" + (f" in the reference, per {' or '.join(others)} in the others" if others else "")
    place = scenario.geography
    units = sum(district.units for district in place.districts)
    sectors = sum(district.sectors for district in place.districts)
    return [
        ("Simulated", f"{words.day(first)} – {words.day(last + TO_SUNDAY)}, {len(digests[0].weeks):,} weeks"),
        ("Worlds", _worlds(digests)),
        *_plan(digests[0].attributes),
        ("Scale", f"one simulated resident per {scale}"),
        ("City", f"{len(place.districts)} districts, {sectors} sectors, {units} units"),
        ("Communities", ", ".join(community.name for community in scenario.communities)),
        ("Organisations", f"{len(scenario.organisations)} declared, {scenario.splinter_slots} slots for splinters"),
        ("Main party", f"{context.names[context.main]} ({_why_main(context)})"),
        ("Synthetic", ", ".join(place.synthetic) or "nothing"),
    ]


def _worlds(digests: Sequence[Digest]) -> str:
    """How many, and whether the one with central values is among them: it may have been stopped, or lost."""
    if digests[0].attributes.get("drawn", "{}") == "{}":
        return f"{len(digests)}, the first of them the reference"
    return f"{len(digests)}; the reference, with central values, is missing: a drawn world stands in for it"


def _why_main(context: Context) -> str:
    declared = context.main == context.scenario.about.party
    return "declared in the scenario" if declared else "largest hold in the reference run"


def _plan(attributes: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Under which plan a run was made, and what of it could not be done."""
    name, short = str(attributes.get("plan", "nothing")), str(attributes.get("plan_shortfalls", ""))
    return [] if name == "nothing" else [("Plan", f"{name} ({short})" if short else name)]


def _world(index: int, attributes: Mapping[str, Any]) -> tuple[str, str, str, str]:
    """One line of the table of worlds: its name, seed, scale and drawn parameters."""
    drawn = attributes.get("drawn", "{}")
    table = json.loads(drawn) if isinstance(drawn, str) else drawn
    text = "; ".join(f"{key} {_drawn(value)}" for key, value in table.items()) or CENTRAL
    name = "reference" if index == 0 and text == CENTRAL else f"world {index + 1}"
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


# -------------------------------------------------------------------------------------------------------------- story


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
        "data": as_json(_hover(context, told)),
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


# --------------------------------------------------------------------------------------------- evidence, assumptions


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
def environment() -> Environment:
    """The templates, with what all pages use."""
    environment = Environment(
        loader=FunctionLoader(_file), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"linked": linked, "number": words.number, "percent": words.percent}
    environment.globals |= {"style": Markup(_file("page.css")), "script": Markup(_file("page.js")), "NONE": NONE}
    environment.globals |= {"comparison_style": Markup(_file("comparison.css"))}
    return environment
