"""A comparison of plans on a terminal: progress while it is made, then tables and findings as wide as the screen."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from textwrap import wrap
from typing import Any, NamedTuple

import xarray as xr
from rich.console import Console
from rich.table import Table
from rich.text import Text

from mohalla.cli.screens import MINUS
from mohalla.experiments import comparison, conclusions
from mohalla.experiments.comparison import Effect
from mohalla.experiments.intervals import wilson
from mohalla.report import comparison_findings as findings
from mohalla.report.comparison_plans import course
from mohalla.scenario import Scenario

NAME_WIDTH = 22
GAP = 2
THOUSANDS = ((1e9, "bn"), (1e6, "m"), (1e3, "k"))

Told = Callable[[Hashable, str, float], None]


class Column(NamedTuple):
    """One measure as a column: its head, factor to what is shown, and the width it takes."""

    name: str
    head: str
    by: float
    width: int


COLUMNS = (  # the most wanted first: as many are shown as the screen has room for
    Column("release", "released\n% of seeds", 100, 10),
    Column("toll", "deaths\n", 1, 13),
    Column("coerced", "coerced\n% of adults", 100, 11),
    Column("cost", "cost\n", 1, 12),
    Column("hold", "hold\n% of adults", 100, 11),
    Column("heart", "hearts\n% of adults", 100, 11),
    Column("killings", "killings\n", 1, 13),
    Column("seats", "seats\n% of city", 100, 11),
)


def told(shown: Any, seeds: int) -> Told:
    """Hears how far each seed is, and shows how many have ended and what is under way, where there is a bar."""
    if shown is None:
        return lambda _seed, _words, _share: None
    done: dict[Hashable, float] = {}
    task = shown.add_task("preparing (the first run compiles)", total=seeds, day="")

    def hear(seed: Hashable, words: str, share: float) -> None:
        done[seed] = share
        ended = sum(one >= 1.0 for one in done.values())
        shown.update(task, completed=sum(done.values()), description=f"{ended} of {seeds} seeds", day=words[:28])

    return hear


def show(data: xr.Dataset, console: Console | None = None, *, brief: bool = False) -> None:
    """Print a comparison: what plans change, release and rebound; unless `brief`, what pairing saved, and findings.

    What it is not is said in any case.
    """
    console = console or Console(highlight=False)
    console.print(Text(_headline(data)))
    console.print()
    console.print(changes(data, console.width))
    console.print(Text(_legend(data, console.width), style="dim"))
    console.print()
    console.print(counts(data))
    console.print()
    if brief:
        *_, caution = conclusions.about(data)
        _say(console, caution)
        return
    console.print(pairing(data))
    console.print()
    if "rule" in data.dims:
        console.print(by_rule(data))
        console.print()
    for line in (
        *findings.findings(data, findings.by_name(data)),
        *course(data, _scenario(data)),
        *conclusions.about(data),
    ):
        _say(console, line)


def _scenario(data: xr.Dataset) -> Scenario | None:
    """The scenario as it was asked about, for names; none where the Dataset does not hold it."""
    text = data.attrs.get("scenario_text", "")
    return Scenario.model_validate_json(text) if text else None


def _say(console: Console, line: str) -> None:
    """A sentence or two, as a point of a list."""
    first, *rest = wrap(line, max(40, min(console.width, 100) - GAP))
    console.print(Text("\n".join([f"- {first}", *(f"  {one}" for one in rest)])))


def _headline(data: xr.Dataset) -> str:
    said = data.attrs
    seeds = data.sizes["seed"]
    return (
        f"{said['title']}, {seeds} seed{'s' if seeds > 1 else ''} at 1:{said['scale']}.\n"
        f"Plans part in the week of {said['branch']}; the run ends on {said['until']}.\n"
        f"Measured: {findings.naming(data).of}; released or not: its own community, {said['community_name']}."
    )


# --- what plans change -----------------------------------------------------------------------------------------------


def changes(data: xr.Dataset, width: int) -> Table:
    """The baseline as it is, and what each plan changes of it, above the interval of that change."""
    shown = _fitting(
        width - max(len(line) for plan in comparison.plans(data) for line in _name(plan).plain.split("\n"))
    )
    table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), show_edge=False)
    table.add_column("\nplan", no_wrap=True)
    units = {one.name: _unit(data, one) for one in shown}
    for one in shown:
        table.add_column(_head(one, units[one.name]), justify="right", no_wrap=True)
    base = comparison.baseline(data)
    levels = [Text(_number(_mean(data, base, one), one, units[one.name])) for one in shown]
    table.add_row(_name(base), *levels)
    for plan in comparison.others(data):
        table.add_row(
            _name(plan), *(_change(comparison.effect(data, plan, one.name), one, units[one.name]) for one in shown)
        )
    return table


def _fitting(left: int) -> list[Column]:
    """As many columns as fit beside the names."""
    shown = list[Column]()
    for one in COLUMNS:
        left -= one.width + GAP
        if left < 0:
            break
        shown.append(one)
    return shown


class Unit(NamedTuple):
    """How a column is written so that it stays narrow: divided by, and what that is called."""

    by: float
    name: str


def _unit(data: xr.Dataset, column: Column) -> Unit:
    """Thousands or millions where the numbers are large."""
    if column.by != 1:
        return Unit(1 / column.by, "")
    plans = [_mean(data, comparison.baseline(data), column), *data["difference"].sel(measure=column.name).values]
    most = max((abs(one) for one in plans if math.isfinite(one)), default=0.0)
    if column.name == "cost":
        by, words = comparison.money(str(data.attrs["money"]), most)
        return Unit(by, words.split()[0])
    return next((Unit(by, name) for by, name in THOUSANDS if most >= 100 * by), Unit(1.0, ""))


def _head(column: Column, unit: Unit) -> str:
    first, second = column.head.split("\n")
    return f"{first}\n[dim]{second or unit.name}[/dim]"


def _mean(data: xr.Dataset, plan: str, column: Column) -> float:
    values = data[column.name].sel(plan=plan).values
    known = values[[math.isfinite(one) for one in values]]
    return float(known.mean()) if known.size else math.nan


def _name(plan: str) -> Text:
    """A plan's name in lines that fit: broken at the plus signs, cut where it is still too long."""
    lines = [""]
    for part in plan.replace("+", "+\n").split("\n"):
        if lines[-1] and len(lines[-1]) + len(part) > NAME_WIDTH:
            lines.append("")
        lines[-1] += part
    return Text("\n".join(line if len(line) <= NAME_WIDTH else line[: NAME_WIDTH - 1] + "…" for line in lines))


def _change(found: Effect, column: Column, unit: Unit) -> Text:
    """A change above its interval; bold where the interval leaves out nought, dim where it does not."""
    mean = _number(found.mean, column, unit, sign="+")
    if not math.isfinite(found.low) or found.low == found.high:
        return Text(mean)
    clear = found.clear
    span = f"{_number(found.low, column, unit, sign='+')}..{_number(found.high, column, unit, sign='+')}"
    return Text(f"{mean}{'*' if clear else ''}\n{span}", style="bold" if clear else "dim")


def _number(value: float, column: Column, unit: Unit, sign: str = "") -> str:
    if not math.isfinite(value):
        return "–"
    size = abs(value / unit.by)
    decimals = 0 if size >= 10 or (column.by == 1 and not unit.name) else 1
    text = f"{value / unit.by:{sign},.{decimals}f}"
    return text.replace("-", MINUS) if any(digit in text for digit in "123456789") else "0"


def _legend(data: xr.Dataset, width: int) -> str:
    level = f"{float(data.attrs['level']):.0%}"
    kind = " (good at every look)" if data.attrs["stopping_rule"] else ""
    money = f" Cost: {data.attrs['money'].removeprefix('million ')}, at assumed prices."
    words = (
        f"First row: means over seeds. Below: change against it in the same seeds and its {level} interval{kind}; * "
        "leaves out nought; no interval: alike in every seed (of what is yes or no one is given even so); – not known. "
        "Deaths, killings, cost: since the branch; "
        f"the others: the last year.{money}"
    )
    return "\n".join(wrap(words, max(40, width)))


# --- release, rebound, pairing ---------------------------------------------------------------------------------------


def counts(data: xr.Dataset) -> Table:
    """Release and rebound in seeds."""
    table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0))
    for head in (
        "\nplan",
        "force\nleaves",
        "\nreleased",
        f"{float(data.attrs['level']):.0%}\ninterval",
        "years\nto it",
        "\nrebound",
        "released\nto stay",
    ):
        table.add_column(head, justify="left" if "plan" in head else "right", no_wrap=True)
    for plan, said in comparison.plans(data).items():
        table.add_row(_name(plan), said["leaves"][:7], *_counted(data, plan))
    return table


def _counted(data: xr.Dataset, plan: str) -> tuple[str, ...]:
    released = data["release"].sel(plan=plan).values
    level = float(data.attrs["level"])
    count, n, low, high = wilson(released, level)
    if not n:
        return ("not known", "–", "–", "–", "–")
    back, known, _, _ = wilson(data["rebound"].sel(plan=plan).values[released == 1], level)
    lasting, sure, _, _ = wilson(data["lasting"].sel(plan=plan).values, level)
    years = data["release_year"].sel(plan=plan).values
    years = years[[math.isfinite(one) for one in years]]
    return (
        f"{count} of {n}",
        f"{100 * low:.0f}..{100 * high:.0f}",
        f"{years.mean():.1f}" if years.size else "–",
        f"{back} of {known}" if known else "–" if not count else "not known",
        f"{lasting} of {sure}" if sure else "not known",
    )


def pairing(data: xr.Dataset) -> Table:
    """For every measure what pairing saved: variance with other luck after the branch over variance paired."""
    table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0))
    table.add_column("what pairing saved\n[dim]variance with other luck / paired[/dim]", no_wrap=True)
    for head in ("median\nof plans", "\nleast", "\nmost"):
        table.add_column(head, justify="right")
    for name, ratios in conclusions.saved(data).items():
        table.add_row(name.replace("_", " "), *(_ratio(one) for one in ratios))
    return table


def by_rule(data: xr.Dataset) -> Table:
    """What each plan changes of the deaths under every rule of extrapolation, in the worlds that have them all."""
    worlds = int(data["toll_by_rule"].isel(rule=0, plan=0).notnull().sum())
    table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0))
    table.add_column(f"deaths, by rule\n[dim]first {worlds} seeds[/dim]", no_wrap=True)
    for rule in data["rule"].values:
        table.add_column(f"\n{rule}", justify="right", no_wrap=True)
    deaths = next(one for one in COLUMNS if one.name == "toll")
    for plan in comparison.others(data):
        effects = [comparison.under_rule(data, plan, rule, deaths.name) for rule in data["rule"].values]
        cells = (_number(one.mean, deaths, Unit(1.0, ""), sign="+") + "*" * one.clear for one in effects)
        table.add_row(_name(plan), *cells)
    return table


def _ratio(ratio: float) -> str:
    if math.isnan(ratio):
        return "–"
    return "all alike" if math.isinf(ratio) else f"{ratio:.2f}" if ratio < 10 else f"{ratio:.0f}"
