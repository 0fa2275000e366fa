"""The bar that commands show while they work, and tables they print. For people: programs read JSON and CSV."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, NamedTuple

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from mohalla.experiments.ablation import MEASURES, Ablation, Question
from mohalla.experiments.intervals import Interval
from mohalla.experiments.rerun import Rerun

MINUS = "\u2212"
THOUSANDS = ((1e9, "bn "), (1e6, "m "), (1e3, "k "))
WIDE = 1e5

Told = Callable[[Hashable, float], None]


@contextmanager
def bar(silent: bool) -> Iterator[Progress | None]:
    """A bar with the time left, on a terminal; nothing elsewhere."""
    console = Console(stderr=True)
    if silent or not console.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[day]}"), TimeElapsedColumn())
    with Progress(*columns, TextColumn("left"), TimeRemainingColumn(), console=console) as shown:
        yield shown


def counted(shown: Any, total: int) -> Told:
    """Hears how far each of `total` simulations is, and shows how many have ended, where there is a bar."""
    if shown is None:
        return lambda _which, _share: None
    done: dict[Hashable, float] = {}
    task = shown.add_task("preparing (the first run compiles)", total=total, day="")

    def told(which: Hashable, share: float) -> None:
        done[which] = share
        ended = sum(one >= 1.0 for one in done.values())
        shown.update(task, completed=sum(done.values()), description=f"{ended} of {total} simulations")

    return told


def through(shown: Any, words: str) -> Callable[[int, int, date], None] | None:
    """Hears how many weeks of one simulation are done, and shows the simulated date, where there is a bar."""
    if shown is None:
        return None
    task = shown.add_task(words, total=None, day="")
    return lambda week, weeks, day: shown.update(task, completed=week, total=weeks, day=str(day))


# --- ablations -------------------------------------------------------------------------------------------------------


def ablation(found: Ablation, question: Question) -> None:
    """Print what each mechanism is worth: the whole first, then what changes without each."""
    console, scenario = Console(highlight=False), question.scenario
    names = {one.id: one.name for one in scenario.organisations}
    days = f"{scenario.about.start} to {question.until or scenario.about.end}"
    console.print(f"{scenario.about.title}, {days}, 1:{question.scale}. The party: {names[found.party]}.\n")
    console.print(_table(found))
    others = ", ".join(name for name in names if name != found.party)
    told = f"{_legend(found)} Money: {scenario.about.money}." + (
        f" For another party: --party {others}." if others else ""
    )
    console.print(f"\n{told}", style="dim")


def _table(found: Ablation) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("\nwithout", no_wrap=True)
    scales = {one.name: _scale(found, one.name) for one in MEASURES}
    for one in MEASURES:
        table.add_column(f"{one.name}\n[dim]{scales[one.name].unit}{one.unit}[/dim]", justify="right", no_wrap=True)
    table.add_row("nothing", *(_number(found.whole[one.name].mean, scales[one.name]) for one in MEASURES))
    for row in found.rows:
        table.add_row(row.without, *(_difference(row.differences[one.name], scales[one.name]) for one in MEASURES))
    return table


def _legend(found: Ablation) -> str:
    meanings = "; ".join(f"{one.name}: {one.meaning}" for one in MEASURES)
    words = "First row: the scenario whole, means from the founding of the party on. Below: what changes without each, "
    if found.worlds == 1:
        words += "in one world; chance is part of it."
    else:
        words += (
            f"in the same {found.worlds} worlds, and half the width of its 90 % interval; * where that interval does "
            "not hold zero (by chance alone, one cell in ten)."
        )
    return f"{words}\n{meanings[0].upper()}{meanings[1:]}."


class Scale(NamedTuple):
    """How a column is written so that it stays narrow: divided by, what its unit begins with, decimals."""

    by: float
    unit: str
    decimals: int


def _scale(found: Ablation, name: str) -> Scale:
    sizes = [abs(found.whole[name].mean), *(abs(row.differences[name].mean) for row in found.rows)]
    most = max((size for size in sizes if math.isfinite(size)), default=0.0)
    by, unit = next(((by, unit) for by, unit in THOUSANDS if most >= max(by, WIDE)), (1.0, ""))
    return Scale(by, unit, 0 if most / by >= 100 else 1 if most / by >= 2 else 2)


def _difference(one: Interval, scale: Scale) -> Text:
    """A difference above half the width of its interval; dim where the interval holds zero."""
    words = _number(one.mean, scale, sign="+")
    if not math.isfinite(one.low):
        return Text(words)
    clear = one.low > 0 or one.high < 0
    reach = _number((one.high - one.low) / 2, scale)
    return Text(f"{words}{'*' if clear else ' '}\n±{reach} ", style="bold" if clear else "dim")


def _number(value: float, scale: Scale, sign: str = "") -> str:
    if not math.isfinite(value):
        return "–"
    text = f"{value / scale.by:{sign},.{scale.decimals}f}"
    return text.replace("-", MINUS) if re.search("[1-9]", text) else text.lstrip("+-")


# --- reruns ----------------------------------------------------------------------------------------------------------


def rerun(found: Rerun) -> str:
    """What came of making a run again, in words."""
    count = len(found.worlds)
    code = "with the same code, libraries and kind of machine"
    if found.made:
        code = f"with another version: {'; '.join(found.made)}"
    lines = [f"{found.run}: {count} simulation{'s' if count > 1 else ''} made again {code}."]
    if found.files:
        lines.append(f"Source files that differ: {', '.join(found.files)}.")
    for world in found.worlds:
        if world.same:
            lines.append(f"World {world.label}: all {world.compared} variables have the same bits.")
            continue
        lines.append(f"World {world.label}: {len(world.different)} of {world.compared} variables differ.")
        wide = max(map(len, world.different))
        lines += [f"  {name:<{wide}}  {words}" for name, words in world.different.items()]
    return "\n".join(lines)
