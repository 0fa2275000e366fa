"""The bar that commands show while they work, and tables they print. For people: programs read JSON and CSV."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, NamedTuple

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from mohalla.cli.lines import Lines
from mohalla.experiments.ablation import Ablation, Question
from mohalla.experiments.intervals import CONFIDENCE, Interval
from mohalla.experiments.measures import MEASURES
from mohalla.experiments.outcomes import BY_NAME, within
from mohalla.experiments.rerun import Rerun
from mohalla.experiments.sensitivity import Analysis
from mohalla.experiments.sweep import Found, levels

MINUS = "\u2212"
SURE = f"{100 * CONFIDENCE:.0f} %"
THOUSANDS = ((1e9, "bn "), (1e6, "m "), (1e3, "k "))
WIDE = 1e5
MOST_ROWS = 20

Told = Callable[[Hashable, float], None]


@contextmanager
def bar(silent: bool) -> Iterator[Progress | Lines | None]:
    """A bar with the time left on a terminal, a line now and then elsewhere; nothing where nothing is to be said."""
    console = Console(stderr=True)
    if silent or not console.is_terminal:
        yield None if silent else Lines()
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
            f"in the same {found.worlds} worlds, and half the width of its {SURE} interval; * where that interval does "
            "not hold zero (by chance alone, one cell in ten); alike: the same in every world, which need not hold in "
            "others."
        )
    return f"{words}\n{meanings[0].upper()}{meanings[1:]}."


class Scale(NamedTuple):
    """How a column is written so that it stays narrow: divided by, what its unit begins with, decimals."""

    by: float
    unit: str
    decimals: int


def _scale(found: Ablation, name: str) -> Scale:
    return _narrow([found.whole[name].mean, *(row.differences[name].mean for row in found.rows)])


def _difference(one: Interval, scale: Scale) -> Text:
    """A difference above half the width of its interval; dim where the interval holds zero."""
    words = _number(one.mean, scale, sign="+")
    if not math.isfinite(one.low):
        return Text(words)
    if one.low == one.high != 0:
        return Text(f"{words} \nalike", style="dim")
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


# --- sweeps and sensitivity ------------------------------------------------------------------------------------------


def sweep(found: Found, party: str, names: Sequence[str]) -> None:
    """Print outcomes at every value of every number varied, over all else that is varied."""
    console = Console(highlight=False)
    console.print(f"{_asked(found, party)}\n")
    shown = levels(found, party, names)
    whole = {name: [level.outcomes[name] for rows in shown.values() for level in rows] for name in names}
    scales = {name: _narrow([one.mean for one in whole[name]]) for name in names}
    table = Table(box=None, pad_edge=False)
    table.add_column("\nnumber", no_wrap=True)
    table.add_column("\nat", justify="right", no_wrap=True)
    table.add_column("\npoints", justify="right", no_wrap=True)
    for name in names:
        unit = f"{scales[name].unit}{BY_NAME[name].unit}"
        table.add_column(f"{name}\n[dim]{unit}[/dim]", justify="right", no_wrap=True)
    for number, rows in shown.items():
        for place, level in enumerate(rows):
            values = (_about(name, level.outcomes[name], scales[name]) for name in names)
            table.add_row("" if place else number, level.label, str(level.points), *values)
    console.print(table)
    console.print(f"\n{_meanings(names)} {_money(found, names)}{OVER_WORLDS}", style="dim")


def sensitivity(analyses: Sequence[Analysis], found: Found) -> None:
    """Print, for each outcome, what hangs on which number."""
    console = Console(highlight=False)
    console.print(_asked(found, analyses[0].party))
    for one in analyses:
        console.print(f"\n{_outcome(one, found)}\n")
        console.print(_indices(one))
        rest = len(one.indices) - MOST_ROWS
        if rest > 0:
            console.print(f"and {rest} more, none above {_figure(one.indices[MOST_ROWS].size)}")
    console.print(f"\n{EXPLAINED[analyses[0].method]} {CLEAR}", style="dim")


OVER_WORLDS = (
    f"Each a mean over the points there and all worlds, and below it its {SURE} interval over worlds, cut where it "
    "would pass what can be (0 and 100 %); the same worlds at every value."
)
CLEAR = (
    f"Intervals are {SURE}, by bootstrap. By chance: what would be found, on average, of a number on which nothing "
    "hangs, in so few worlds; * where the whole interval lies above that."
)
EXPLAINED = {
    "morris": (
        "mu*: mean size of the change in the outcome over the whole range of a number; mu: the same with its sign; "
        "sigma: how far the change depends on all other numbers."
    ),
    "sobol": (
        "Total: share of the variance between points that hangs on a number, with all it shares with others; alone: by "
        "itself."
    ),
}


def _asked(found: Found, party: str) -> str:
    asked, scenario = found.sweep.request, found.sweep.request.scenario
    name = next(one.name for one in scenario.organisations if one.id == party)
    under = f", under the plan {asked.plan.name}" if asked.plan else ""
    points, seeds = len(found.sweep.design.points), len(found.sweep.seeds)
    return (
        f"{scenario.about.title}, {scenario.about.start} to {asked.until or scenario.about.end}, "
        f"1:{found.sweep.scale}{under}. The party: {name}. {points:,} points, each in "
        f"{'one world' if seeds == 1 else f'the same {seeds} worlds'}."
    )


def _outcome(one: Analysis, found: Found) -> str:
    measure = BY_NAME[one.outcome]
    if one.spread == 0:
        return f"{one.outcome}: {measure.meaning}: {_figure(one.mean)} {measure.unit} wherever it was tried."
    words = f"{one.outcome}: {measure.meaning}: {_figure(one.mean)} {measure.unit}, "
    words += f"standard deviation between points {_figure(one.spread)}."
    if len(found.sweep.seeds) == 1:
        return f"{words} In one world chance cannot be told apart; --seeds 2 tells."
    noise = one.noise
    return (
        f"{words} Of the variance of all simulations {noise.parameters:.0%} lies between points, {noise.worlds:.0%} "
        f"between worlds, {noise.together:.0%} is what a world makes of a point in its own way."
    )


def _indices(one: Analysis) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("number", no_wrap=True)
    morris = one.method == "morris"
    for name in ("mu*", f"{SURE} interval", "by chance", "mu", "sigma") if morris else (
        "total", f"{SURE} interval", "by chance", "alone", f"{SURE} interval",
    ):  # fmt: skip
        table.add_column(name, justify="right", no_wrap=True)
    for index in one.indices[:MOST_ROWS]:
        last = (_figure(index.first, "+"), _figure(index.sigma)) if morris else (
            _figure(index.first), _span(index.first_low, index.first_high)
        )  # fmt: skip
        style = "bold" if index.clear else "dim"
        table.add_row(
            f"{index.name}{' *' if index.clear else ''}", _figure(index.size), _span(index.low, index.high),
            _figure(index.floor), *last, style=style,
        )  # fmt: skip
    return table


def _meanings(names: Sequence[str]) -> str:
    words = "; ".join(f"{name}: {BY_NAME[name].meaning}" for name in names)
    return f"{words[0].upper()}{words[1:]}."


def _money(found: Found, names: Sequence[str]) -> str:
    money = found.sweep.request.scenario.about.money
    return f"Money: {money}. " if any(BY_NAME[name].unit == "money" for name in names) else ""


def _narrow(sizes: Sequence[float]) -> Scale:
    most = max((abs(size) for size in sizes if math.isfinite(size)), default=0.0)
    by, unit = next(((by, unit) for by, unit in THOUSANDS if most >= max(by, WIDE)), (1.0, ""))
    return Scale(by, unit, 0 if most / by >= 100 else 1 if most / by >= 2 else 2)


def _about(name: str, one: Interval, scale: Scale) -> str:
    """A mean above its interval, as 33.3 above 0–82."""
    if not math.isfinite(one.low):
        return _number(one.mean, scale)
    low, high = within(one, name)
    fewer = scale._replace(decimals=max(scale.decimals - 1, 0)) if abs(high) >= 10 * scale.by else scale
    dash = " to " if low < 0 else "–"
    return f"{_number(one.mean, scale)}\n{_number(low, fewer)}{dash}{_number(high, fewer)}"


def _figure(value: float, sign: str = "") -> str:
    """About three figures."""
    if not math.isfinite(value):
        return "–"
    text = (
        f"{value:{sign},.0f}"
        if abs(value) >= 100
        else f"{value:{sign}.1f}"
        if abs(value) >= 10
        else f"{value:{sign}.2g}"
    )
    return text.replace("-", MINUS)


def _span(low: float, high: float) -> str:
    return f"{_figure(low)} to {_figure(high)}"
