"""The hierarchy drawn as a tree: the city in the middle (on top where it is narrow), sectors, units.

Two drawings of the same posts in the same order, one wide and one narrow, and a strip of small ones for print. The page
colours the nodes from packed numbers; what is drawn here is the last quarter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from typing import NamedTuple

import numpy as np

from mohalla.report import ramps
from mohalla.report.digest import Floats
from mohalla.report.posts import MEASURES, Posts, fresh

WIDE, NARROW = 1120.0, 360.0
MOMENTS = 6
FIRST = "loyalty"  # what is shown before the reader chooses
CELL, HEAD = 12.0, 6.0  # of the strip: a post's square, and the space before a district
VACANT = "#ffffff"
USUAL = 0.98  # of the values are told apart by colour


class Size(NamedTuple):
    """Measures of one kind of drawing, in pixels: rows, headings, where heads and units begin, the widest step."""

    row: float
    heading: float
    head: float
    units: float
    step: float
    largest: float


BROAD = Size(row=29, heading=22, head=112, units=152, step=40, largest=11.5)
SLIM = Size(row=25, heading=19, head=42, units=84, step=32, largest=9)


class Branch(NamedTuple):
    """A sector: its place among the posts, its district and number, and the places of its units."""

    post: int
    district: str
    number: str
    units: tuple[int, ...]


class Node(NamedTuple):
    """Where a post is drawn, and how large."""

    x: float
    y: float
    radius: float


class Drawing(NamedTuple):
    """Nodes in the order of posts, the lines between them, and what is written beside them."""

    width: float
    height: float
    nodes: list[Node]
    links: str
    names: list[tuple[str, float, float, str]]


class Column(NamedTuple):
    """Where sectors stand: beside what hub, from which line to which side (-1 left, 1 right), how far apart."""

    hub: Node
    origin: float
    turn: int
    step: float
    size: Size

    @property
    def radius(self) -> float:
        return min(self.size.largest, 0.44 * self.step)

    @property
    def anchor(self) -> str:
        return "end" if self.turn < 0 else "start"

    def x(self, across: float) -> float:
        return self.origin + self.turn * across


# ------------------------------------------------------------------------------------------------------- where it goes


def branches(tree: Posts) -> list[Branch]:
    """The sectors in order of district, each with its units."""
    order = list(dict.fromkeys(tree.districts))
    found = []
    for post, (tier, sector, district) in enumerate(zip(tree.tier, tree.sector, tree.districts, strict=True)):
        if tier == "sector":
            units = tuple(i for i, kind in enumerate(tree.tier) if kind == "unit" and tree.sector[i] == sector)
            found.append(Branch(post, district, sector.removeprefix(district).strip() or sector, units))
    return sorted(found, key=lambda branch: order.index(branch.district))


def wings(sectors: Sequence[Branch], size: Size) -> tuple[list[Branch], list[Branch]]:
    """Districts in two halves of about the same height, none of them torn apart."""
    districts = [list(group) for _, group in groupby(sectors, key=lambda branch: branch.district)]
    tall = [_tall(group, size) for group in districts]
    cut = min(range(len(districts) + 1), key=lambda i: abs(sum(tall[:i]) - sum(tall[i:])))
    return [one for group in districts[:cut] for one in group], [one for group in districts[cut:] for one in group]


def _tall(group: Sequence[Branch], size: Size) -> float:
    return len({branch.district for branch in group}) * size.heading + len(group) * size.row


def wide(tree: Posts) -> Drawing:
    """The city in the middle, half of the districts to either side."""
    left, right = wings(branches(tree), BROAD)
    height = max(_tall(left, BROAD), _tall(right, BROAD), 90.0) + 24
    hub = Node(WIDE / 2, height / 2, 17.0)
    drawing = Drawing(WIDE, height, [hub] * len(tree.tier), "", [("City", hub.x, hub.y + 33, "middle")])
    for wing, turn in ((left, -1), (right, 1)):
        step = _step(wing, BROAD, WIDE / 2)
        drawing = _below(drawing, wing, (height - _tall(wing, BROAD)) / 2, Column(hub, hub.x, turn, step, BROAD))
    return drawing


def narrow(tree: Posts) -> Drawing:
    """The city on top, all sectors below it."""
    sectors = branches(tree)
    hub = Node(17.0, 17.0, 12.0)
    height = 40 + _tall(sectors, SLIM)
    drawing = Drawing(NARROW, height, [hub] * len(tree.tier), "", [("City", hub.x + 19, hub.y + 4, "start")])
    return _below(drawing, sectors, 36, Column(hub, 0.0, 1, _step(sectors, SLIM, NARROW), SLIM))


def _step(sectors: Sequence[Branch], size: Size, room: float) -> float:
    """From one unit to the next, so that the longest row has room."""
    most = max((len(branch.units) for branch in sectors), default=1)
    return min(size.step, (room - size.units - 4) / max(most - 0.5, 0.5))


def _below(drawing: Drawing, sectors: Sequence[Branch], top: float, column: Column) -> Drawing:
    """The drawing with a column of sectors from `top` down, each district under its name."""
    nodes, links, names = list(drawing.nodes), [drawing.links], list(drawing.names)
    size, seen = column.size, ""
    for branch in sectors:
        if branch.district != seen:
            seen, top = branch.district, top + size.heading
            names.append((seen, column.x(size.head - column.radius), top - 5, column.anchor))
        row = _row(branch, top + size.row / 2, column)
        for post, node in zip((branch.post, *branch.units), row, strict=True):
            nodes[post] = node
        names.append((branch.number, column.x(size.head + column.radius + 5), row[0].y + 4, column.anchor))
        links.append(
            _stem(column.hub, row[0]) + "".join(f"M{row[1].x:.1f} {node.y:.1f}H{node.x:.1f}" for node in row[2:][-1:])
        )
        top += size.row
    return drawing._replace(nodes=nodes, links="".join(links), names=names)


def _row(branch: Branch, y: float, column: Column) -> list[Node]:
    """A sector's head and its units."""
    xs = [column.x(column.size.units + column.step * i) for i in range(len(branch.units))]
    return [Node(column.x(column.size.head), y, column.radius + 1.5), *(Node(x, y, column.radius) for x in xs)]


def _stem(hub: Node, head: Node) -> str:
    """From the city to a sector: a curve sideways, or down and across where the sector lies below."""
    across = head.x - hub.x
    if abs(across) < 40:
        return f"M{hub.x:.1f} {hub.y:.1f}V{head.y:.1f}H{head.x:.1f}"
    bend = hub.x + 0.55 * across
    return f"M{hub.x:.1f} {hub.y:.1f}C{bend:.1f} {hub.y:.1f} {bend:.1f} {head.y:.1f} {head.x:.1f} {head.y:.1f}"


# ------------------------------------------------------------------------------------------------------ what is drawn


def svg(drawing: Drawing, tree: Posts, label: str) -> str:
    """A drawing as `<svg>`, coloured as in the last quarter."""
    body = [f'<path class="stem" d="{drawing.links}"/>', *_nodes(drawing, tree), *_names(drawing)]
    box = f'viewBox="0 0 {drawing.width:g} {drawing.height:g}"'
    return f'<svg class="tree" {box} role="img" aria-label="{escape(label, quote=True)}">{"".join(body)}</svg>'


def _nodes(drawing: Drawing, tree: Posts) -> Iterator[str]:
    name = tree.organisations[0]
    yield '<g class="posts">'
    for node, share in zip(drawing.nodes, _shares(tree, name)[-1].tolist(), strict=True):
        vacant = "" if np.isfinite(share) else ' class="vacant"'
        yield f'<circle cx="{node.x:.1f}" cy="{node.y:.1f}" r="{node.radius:.1f}" fill="{_fill(share)}"{vacant}/>'
    new = [node for node, is_new in zip(drawing.nodes, fresh(tree, name)[-1].tolist(), strict=True) if is_new]
    yield f'</g><path class="fresh" d="{"".join(_mark(node.x, node.y, 3.0) for node in new)}"/>'


def _names(drawing: Drawing) -> Iterator[str]:
    for text, x, y, anchor in drawing.names:
        kind = "number" if text.isdigit() else "district"
        yield f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _mark(x: float, y: float, radius: float) -> str:
    """A dot as part of a path."""
    arc = f"a{radius:g} {radius:g} 0 1 0"
    return f"M{x - radius:.1f} {y:.1f}{arc} {2 * radius:g} 0{arc} {-2 * radius:g} 0"


def _fill(share: float) -> str:
    return ramps.shade(FIRST, share) if np.isfinite(share) else VACANT


def _shares(tree: Posts, name: str) -> Floats:
    low, high = ends(tree)[FIRST]
    return np.asarray((tree.measures[f"{FIRST}/{name}"] - low) / (high - low))


def ends(tree: Posts) -> dict[str, tuple[float, float]]:
    """What the palest and the darkest colour of each measure stand for, over all that is shown: round numbers."""
    found = {}
    for measure, (_, unit, _) in MEASURES.items():
        values = [one[np.isfinite(one)] for key, one in tree.measures.items() if key.startswith(f"{measure}/")]
        if values:
            found[measure] = _round_ends(np.concatenate(values), 1 if unit == "years" else 10, unit == "0–1")
    return found


def _round_ends(known: Floats, parts: int, lifted: bool) -> tuple[float, float]:
    """From nought, or from just below the smallest value, to just above the largest, in whole parts of one."""
    if not known.size:
        return 0.0, 1.0
    low = np.floor(parts * known.min()) if lifted else 0.0
    high = max(np.ceil(parts * known.max() - 1e-6), low + 1)
    return float(low / parts), float(high / parts)


def _darkest(tree: Posts, measure: str) -> float:
    """What has the darkest colour: where nearly all values lie far below the largest, less than that."""
    high = ends(tree)[measure][1]
    known = np.concatenate(
        [one[np.isfinite(one)] for key, one in tree.measures.items() if key.startswith(f"{measure}/")]
    )
    common = float(np.quantile(known, USUAL)) if known.size else high
    return float(np.ceil(common)) if 0 < np.ceil(common) < high / 2 else high


# ------------------------------------------------------------------------------------------------------------ the strip


def moments(tree: Posts) -> list[tuple[str, str]]:
    """The year and a small drawing of a few quarters spread over the run, for those who read on paper."""
    spread = np.linspace(0, max(len(tree.quarters) - 1, 0), MOMENTS if tree.quarters else 0)
    sectors = branches(tree)
    return [(tree.quarters[q][:4], _small(tree, sectors, q)) for q in np.unique(spread.round().astype(int)).tolist()]


def _small(tree: Posts, sectors: Sequence[Branch], quarter: int) -> str:
    """One quarter as rows of squares: the sector's head, then its units; the city's head above all."""
    name = tree.organisations[0]
    shares, new = _shares(tree, name)[quarter].tolist(), fresh(tree, name)[quarter].tolist()
    places = _squares(sectors)
    by_fill: dict[str, str] = {}
    for post, (x, y) in places.items():
        fill = _fill(round(20 * shares[post]) / 20 if np.isfinite(shares[post]) else np.nan)
        by_fill[fill] = by_fill.get(fill, "") + f"M{x:g} {y:g}h{CELL - 1:g}v{CELL - 1:g}h{1 - CELL:g}z"
    middle = (CELL - 1) / 2
    dots = "".join(_mark(x + middle, y + middle, 2.0) for post, (x, y) in places.items() if new[post])
    body = "".join(f'<path class="square" fill="{fill}" d="{path}"/>' for fill, path in by_fill.items())
    width, height = (max(place[i] for place in places.values()) + CELL for i in (0, 1))
    head = f'<svg viewBox="0 0 {width:g} {height:g}" role="img" aria-label="Loyalty, {tree.quarters[quarter][:4]}">'
    return f'{head}{body}<path class="fresh" d="{dots}"/></svg>'


def _squares(sectors: Sequence[Branch]) -> dict[int, tuple[float, float]]:
    """The corner of each post's square."""
    places = {0: (0.0, 0.0)}
    y, seen = CELL + HEAD, ""
    for branch in sectors:
        y += HEAD if seen and branch.district != seen else 0.0
        seen = branch.district
        places[branch.post] = (0.0, y)
        places |= {post: (CELL + HEAD + CELL * i, y) for i, post in enumerate(branch.units)}
        y += CELL
    return places


# ------------------------------------------------------------------------------------------------ numbers for the page


def packed(tree: Posts, names: dict[str, str]) -> dict[str, object]:
    """The tree's numbers for the page: bytes 0-250 by quarter and post, base64, and what they stand for."""
    scale, dark = ends(tree), {measure: _darkest(tree, measure) for measure in ends(tree)}
    layers = {}
    for key, values in tree.measures.items():
        low, high = scale[key.split("/")[0]]
        layers[key] = ramps.packed((values - low) / (high - low) * ramps.STEPS)
    return {
        "quarters": tree.quarters,
        "posts": [_title(*post) for post in zip(tree.tier, tree.sector, tree.unit, strict=True)],
        "parties": [[name, names[name]] for name in tree.organisations],
        "measures": {measure: [*MEASURES[measure][:2], *scale[measure], dark[measure]] for measure in scale},
        "layers": layers,
        "steps": ramps.STEPS,
    }


def _title(tier: str, sector: str, unit: str) -> str:
    if tier == "city":
        return "Head of the city"
    return f"Head of sector {sector}" if tier == "sector" else f"Head of {unit}, {sector}"
