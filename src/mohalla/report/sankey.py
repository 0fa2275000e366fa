"""Money of one period as streams (Sankey 1898): sources left, all income and the budget in the middle, uses right.

Widths are amounts; every stream carries its name and numbers, so that nothing rests on colour.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple

from mohalla.report import flows, words
from mohalla.report.flows import Ledger, Part

THINNEST = 0.8
TALLEST = 250.0  # what all that moves is drawn as, in pixels
NOTHING = "No money moves in this period."


class Style(NamedTuple):
    """One width of drawing: where the four columns stand, the space a label needs, and on which side it is written."""

    width: float
    columns: tuple[float, float, float, float]
    node: float
    slot: float
    header: float
    outside: bool


WIDE = Style(1120, (226, 446, 600, 800), 14, 22, 30, outside=True)
NARROW = Style(360, (0, 122, 204, 350), 10, 32, 42, outside=False)


class Box(NamedTuple):
    """A stream's bar: its upper edge and height."""

    y: float
    height: float


def svg(money: Ledger, style: Style, unit: str, label: str, height: float) -> str:
    """A period's streams as `<svg>` of that height."""
    body = list(_streams(money, style, unit)) if _moved(money) else [_nothing(style)]
    box = f'viewBox="0 0 {style.width:g} {height:.0f}"'
    return f'<svg class="flow" {box} role="img" aria-label="{escape(label, quote=True)}">{"".join(body)}</svg>'


def tall(ledgers: Sequence[Ledger], style: Style) -> float:
    """A height that all these periods fit, so that nothing jumps when another is chosen."""
    return max((_ends(one, style)[2] for one in ledgers if _moved(one)), default=60.0) + 8


def _moved(money: Ledger) -> float:
    """All that moves: the larger of what comes and what goes."""
    return max(sum(_amounts(money.income, money.beside)), sum(_amounts(money.spent, money.kept)))


def _amounts(*groups: Sequence[Part]) -> Iterator[float]:
    return (part.amount for group in groups for part in group)


def _nothing(style: Style) -> str:
    return f'<text class="stream" x="{style.width / 2:g}" y="34" text-anchor="middle">{NOTHING}</text>'


def _ends(money: Ledger, style: Style) -> tuple[list[Box], list[Box], float]:
    """The bars of the left and of the right column, and how far down they reach."""
    left, down = _column([*money.income, *money.beside], style, TALLEST / _moved(money))
    right, further = _column([*money.spent, *money.kept], style, TALLEST / _moved(money))
    return left, right, max(down, further, style.header + TALLEST)


def _column(parts: Sequence[Part], style: Style, scale: float) -> tuple[list[Box], float]:
    """Bars one below the other, each with room for its label."""
    boxes, y = [], style.header
    for part in parts:
        height = max(part.amount * scale, THINNEST)
        slot = max(height + 4, style.slot)
        boxes.append(Box(y + (slot - height) / 2, height))
        y += slot
    return boxes, y


# ------------------------------------------------------------------------------------------------------- the drawing


def _streams(money: Ledger, style: Style, unit: str) -> Iterator[str]:
    """Ribbons first, then bars and words over them."""
    left, right, _ = _ends(money, style)
    scale = TALLEST / _moved(money)
    sources, sinks = [*money.income, *money.beside], [*money.spent, *money.kept]
    taken, budget = Box(style.header, money.taken * scale), Box(style.header, money.budget * scale)
    yield from _ribbons(money, style, (left, right), taken, budget)
    bars = ((0, left, sources), (3, right, sinks))
    yield from (
        _bar(style, place, box, part.kind)
        for place, boxes, parts in bars
        for box, part in zip(boxes, parts, strict=True)
    )
    yield _bar(style, 1, taken, "income")
    yield _bar(style, 2, budget, "spent")
    for place, boxes, parts in bars:
        yield from (_label(style, place, box, part, unit) for box, part in zip(boxes, parts, strict=True))
    yield _head(style, 1, "All income", money.taken)
    yield _head(style, 2, "Budget", money.budget)


def _ribbons(money: Ledger, style: Style, ends: tuple[list[Box], list[Box]], taken: Box, budget: Box) -> Iterator[str]:
    """Sources into all income, that into the budget and to those who keep, the budget into its uses."""
    left, right = ends
    incomes, outlays = len(money.income), len(money.spent)
    yield from _stacked(style, (0, 1), left[:incomes], taken.y, "income", into=True)
    passed = Box(taken.y, max(taken.height - sum(box.height for box in right[outlays:]), 0.0))
    if passed.height > 0:
        yield _ribbon(style, (1, 2), passed, budget.y, "spent")
    yield from _stacked(style, (0, 2), left[incomes:], budget.y + passed.height, "beside", into=True)
    yield from _stacked(style, (1, 3), right[outlays:], taken.y + passed.height, "kept", into=False)
    yield from _stacked(style, (2, 3), right[:outlays], budget.y, "spent", into=False)


def _stacked(
    style: Style, between: tuple[int, int], boxes: Sequence[Box], y: float, kind: str, into: bool
) -> Iterator[str]:
    """Ribbons from (or into) bars whose other ends lie one below the other from `y` on."""
    for box in boxes:
        yield (
            _ribbon(style, between, box, y, kind) if into else _ribbon(style, between, Box(y, box.height), box.y, kind)
        )
        y += box.height


def _ribbon(style: Style, between: tuple[int, int], start: Box, end: float, kind: str) -> str:
    """One ribbon of even height, from the right edge of a column to the left edge of another."""
    x1, x2 = style.columns[between[0]] + style.node, style.columns[between[1]]
    bend, tall = (x1 + x2) / 2, start.height
    upper = f"M{x1:.1f} {start.y:.1f}C{bend:.1f} {start.y:.1f} {bend:.1f} {end:.1f} {x2:.1f} {end:.1f}"
    lower = f"v{tall:.1f}C{bend:.1f} {end + tall:.1f} {bend:.1f} {start.y + tall:.1f} {x1:.1f} {start.y + tall:.1f}z"
    return f'<path class="ribbon {kind}" d="{upper}{lower}"/>'


def _bar(style: Style, place: int, box: Box, kind: str) -> str:
    x, tall = style.columns[place], max(box.height, THINNEST)
    return f'<rect class="bar {kind}" x="{x:.1f}" y="{box.y:.1f}" width="{style.node:g}" height="{tall:.1f}"/>'


def _head(style: Style, place: int, name: str, amount: float) -> str:
    """What stands over a bar in the middle: beside its amount where there is room, else above it."""
    x, anchor = style.columns[place], "start"
    if not style.outside and place == 1:
        x, anchor = x + style.node, "end"
    return _words(
        x, style.header - 8, anchor, name, words.number(amount), "", lines=1 if style.outside else 2, last=True
    )


def _label(style: Style, place: int, box: Box, part: Part, unit: str) -> str:
    left, middle = place == 0, box.y + box.height / 2
    beyond = style.columns[place] - 8 if left == style.outside else style.columns[place] + style.node + 8
    anchor = "end" if left == style.outside else "start"
    span = flows.span(part)
    title = f"{part.name}: {words.number(part.amount)} {unit}" + (f"; {span} over worlds" if span else "")
    lines = 1 if style.outside else 2
    text = _words(beyond, middle + 4, anchor, part.name, words.number(part.amount), span, lines)
    return f"<g><title>{escape(title)}</title>{text}</g>"


def _words(x: float, y: float, anchor: str, name: str, amount: str, span: str, lines: int, last: bool = False) -> str:
    """A name with its amount and range, on one line or two: around `y`, or with the `last` of them there."""
    more = f' <tspan class="span">({escape(span)})</tspan>' if span else ""
    open_text = f'<text class="stream" x="{x:.1f}" text-anchor="{anchor}"'
    if lines == 1:
        return f'{open_text} y="{y:.1f}"><tspan class="name">{escape(name)}</tspan> {amount}{more}</text>'
    upper = y - (13 if last else 6)
    return (
        f'{open_text} y="{upper:.1f}"><tspan class="name">{escape(name)}</tspan></text>'
        f'{open_text} y="{upper + 13:.1f}">{amount}{more}</text>'
    )
