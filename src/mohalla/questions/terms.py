"""An answer as a tree: what a thing is called, its value, and the parts it is made of."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from rich.text import Text
from rich.tree import Tree

BARE = ("0-1", "share")
LEAST_SAID = 1e-6
Value = float | int | str | bool | None


class Term(NamedTuple):
    """One thing of an answer: its name, value and unit, a note on how it came about, and its parts.

    `brief` is for the terminal: the parts that are not nought stand beside the name and not below it.
    """

    name: str
    value: Value = None
    unit: str = ""
    note: str = ""
    parts: tuple[Term, ...] = ()
    brief: bool = False


def leaf(name: str, value: Any, unit: str = "", note: str = "") -> Term:
    """A term without parts, from a number of whatever kind."""
    return Term(name, plain(value), unit, note)


def plain(value: Any) -> Value:
    """A NumPy scalar as the Python number it holds."""
    found: Value = value.item() if hasattr(value, "item") else value
    return found


def total(name: str, value: Any, unit: str, parts: Iterable[Term], note: str = "", least: float = 5e-4) -> Term:
    """A sum and its parts; parts that are nought are left out, and what they miss of the sum is said."""
    shown = [part for part in parts if isinstance(part.value, int | float) and abs(part.value) >= least]
    missing = float(value) - sum(float(part.value or 0.0) for part in shown)
    if abs(missing) >= 10 * least:
        shown.append(Term("not itemised", missing, unit))
    return Term(name, plain(value), unit, note, tuple(shown))


def as_data(term: Term) -> dict[str, Any]:
    """A term as JSON holds it: without what is empty."""
    found = {"name": term.name, "value": term.value, "unit": term.unit, "note": term.note}
    kept = {key: value for key, value in found.items() if value not in (None, "")}
    return kept | ({"parts": [as_data(part) for part in term.parts]} if term.parts else {})


def as_tree(term: Term, tree: Tree | None = None, unit: str = "") -> Tree:
    """A term as a terminal shows it; a unit that is also that of the whole is said once."""
    line = _line(term, "" if term.unit == unit else term.unit)
    branch = Tree(line) if tree is None else tree.add(line)
    for part in () if term.brief else term.parts:
        as_tree(part, branch, term.unit)
    return branch


def _line(term: Term, unit: str) -> Text:
    pieces: list[tuple[str, str]] = [(term.name, "bold" if term.parts else "")]
    if term.unit == "share":
        pieces.append((f"  {_short(term)}", "cyan"))
    elif term.value is not None:
        pieces.append((f"  {said(term.value)}", "cyan"))
    if unit and unit not in BARE:
        pieces.append((f" {unit}" if term.value is not None else f" ({unit})", "cyan"))
    if term.note:
        pieces.append((f"  {term.note}", "dim"))
    between = ": "
    for part in term.parts if term.brief else ():
        if part.value != 0:
            pieces += [(between, "dim"), (f"{part.name} ", "dim"), (f"{_short(part)}", "cyan")]
            between = " · "
    return Text.assemble(*pieces)


def _short(part: Term) -> str:
    if part.unit == "share" and isinstance(part.value, float):
        return f"{said(100 * part.value)} %"
    return said(part.value) + (f" {part.unit}" if part.unit and part.unit not in BARE else "")


def said(value: Value) -> str:
    """A value in the fewest characters that say it: never an exponent, at most three figures after the nought."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if not isinstance(value, float):
        return "-" if value is None else str(value)
    if abs(value) >= 999.5:
        return f"{value:,.0f}"
    return f"{Decimal(f'{value:.3g}'):f}" if abs(value) >= LEAST_SAID else "0"
