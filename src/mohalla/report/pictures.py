"""The pictures that are no chart over time, ready for the page: map, tree of posts, streams of money, ablation."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from datetime import date
from typing import Any

from markupsafe import Markup

from mohalla.reading import fingerprint
from mohalla.report import ablation, colours, flows, lanes, ramps, sankey, words
from mohalla.report import map as city_maps
from mohalla.report import tree as trees
from mohalla.report.ablation import Ablation
from mohalla.report.context import Context
from mohalla.report.digest import CityMap
from mohalla.report.posts import MEASURES, Posts

Page = dict[str, Any]


def as_json(data: object) -> Markup:
    """JSON that may stand inside a `<script>` element."""
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    return Markup(text.replace("<", "\\u003c"))


# -------------------------------------------------------------------------------------------------------- map and tree


def map_page(context: Context, city: CityMap) -> Page:
    """The map with its layers, frontiers and strip."""
    tints = colours.safe([context.tints[name] for name in city.organisations])
    drawn = city_maps.hexagons(city)
    last = city.fronts[-1].tolist() if len(city.fronts) else [0] * len(drawn.sides)
    return {
        "map": drawn,
        "map_moments": city_maps.moments(city, context.main),
        "map_parties": [(name, context.names[name]) for name in city.organisations],
        "map_quarters": len(city.quarters),
        "last_quarter": f"{date.fromisoformat(city.quarters[-1]):%b %Y}" if city.quarters else "",
        "map_track": _track(context),
        "map_armed": city_maps.armed_moments(city, drawn.sides),
        "map_fronts": city_maps.front_paths(drawn.sides, last),
        "map_data": as_json(city_maps.packed(city, tints, context.names) | {"sides": drawn.sides}),
    }


def _track(context: Context) -> Markup:
    """The dated history under a slider."""
    quarters = context.axes.quarters
    return Markup(lanes.track_svg(context.marks, float(quarters[0]), float(quarters[-1])) if len(quarters) else "")


def tree_page(context: Context, tree: Posts) -> Page:
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
        "data": as_json(trees.packed(tree, context.names)),
    }
    return {"tree": drawn}


# --------------------------------------------------------------------------------------------------------------- money


def flow_page(context: Context) -> Page:
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


# ------------------------------------------------------------------------------------------------------------- ablation


def ablation_page(context: Context, found: Ablation | None) -> Page:
    """What each mechanism is worth; nothing where no ablation lies in the run's folder."""
    if found is None:
        return {"ablation": None}
    names = ablation.order(found)
    rows = sum(math.isfinite(effect.low) for one in found.measures for effect in one.without.values())
    shown = {
        "party": context.names.get(found.party, found.party),
        "until": words.day(date.fromisoformat(found.until)),
        "panels": [_effects(context, one, names) for one in found.measures],
        "rows": rows,
        "by_chance": words.number(round(rows * ablation.FALSE_ALARM)),
        "other": found.fingerprint != fingerprint(context.scenario),
    }
    return {"ablation": {**found._asdict(), **shown}, "scenario_name": context.scenario.about.title}


def _effects(context: Context, measure: ablation.Measure, names: Sequence[str]) -> Page:
    named = {"money": f"{context.scenario.about.money} a year", "a year": "deaths a year"}
    whole = named.get(measure.unit, measure.unit)
    unit = "percentage points" if measure.unit == "%" else whole
    return {
        "name": measure.name,
        "title": measure.name.capitalize(),
        "meaning": measure.meaning,
        "unit": unit,
        "whole": ablation.told(measure.whole, whole).removeprefix("+"),
        "drawing": Markup(ablation.chart(measure, names, unit)),
    }
