"""One figure for each check: colour-blind safe, every axis with its unit, nothing drawn that is not in the results."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from verification.claim import Claim
from verification.claims import CLAIMS
from verification.summary import number, span

mpl.use("Agg")
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#999999", "#000000")
CALLED = {"emerges": "#009E73", "reversed": "#D55E00"}
DPI = 110
MOST_ROWS = 14
SERIES = {
    "hold": "share of the city who show the party",
    "own_hold": "share of its community who show the party",
    "own_hearts": "share of its community who prefer the party",
    "own_coerced": "share of its community coerced",
    "deaths": "deaths a year (contest, sanction, operation)",
    "gunmen": "gunmen of the party",
    "other_gunmen": "gunmen of other organisations",
}
IN_CODE = {"assumed": "assumed", "partly": "partly assumed", "emergent": "not assumed"}
FROM = {"B": 2005, "S": 2005, "W": 1990}
FIRST, LEAST_SHOWN = 1978, 15  # years


def draw_claim(found: Mapping[str, Any], path: Path) -> Path:
    """A claim: its course over time by arm, and its contrasts with their intervals."""
    claim = CLAIMS[str(found["claim"])]
    rows = [(one, True) for one in found["predictions"]] + [(one, False) for one in found["reported"]]
    rows = rows[:MOST_ROWS]
    figure = Figure(figsize=(12.5, max(4.8, 1.8 + 0.36 * len(rows))), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.1))
    _course(left, claim, found)
    _forest(right, rows)
    verdict = found["verdict"] if len(str(found["verdict"])) < 40 else "not tested"
    title = f"{claim.id}. {claim.title}. Result: {verdict}. In the code: {IN_CODE[claim.tag]}."
    figure.suptitle(title, fontsize=11, x=0.01, ha="left")
    return _save(figure, path, found, claim.caution)


def _course(axes: Axes, claim: Claim, found: Mapping[str, Any]) -> None:
    """Median over draws of one series, arm by arm; the band of the first arm."""
    for k, (arm, series) in enumerate(found["yearly"].items()):
        year = np.array(series["year"])
        first = min(FROM.get(claim.id[0], FIRST), year[-1] - LEAST_SHOWN)
        shown = (year >= first) & (year < year[-1] if claim.series == "deaths" else year > 0)
        low, middle, high = (np.array(part)[shown] for part in series[claim.series])
        dashed = "--" if "bad" in arm else "-"
        axes.plot(year[shown], middle, dashed, color=COLOURS[k % len(COLOURS)], label=arm, linewidth=1.8)
        if k == 0:
            axes.fill_between(year[shown], low, high, color=COLOURS[0], alpha=0.12, linewidth=0)
    axes.set_ylabel(SERIES[claim.series])
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_ylim(bottom=0)
    axes.set_title("median of draws; band: 5 to 95 % of the first arm's", fontsize=9, loc="left")
    axes.legend(fontsize=8, frameon=False, loc="best")
    _plain(axes)


def _forest(axes: Axes, rows: Sequence[tuple[Mapping[str, Any], bool]]) -> None:
    """Contrasts from top to bottom, each on a scale of its own with its numbers beside it; predictions first."""
    for k, (one, decides) in enumerate(rows):
        colour = CALLED.get(str(one["verdict"]), "#333333") if decides else "#999999"
        low, mean, high = (np.nan if one[key] is None else float(one[key]) for key in ("low", "mean", "high"))
        reach = np.nanmax(np.abs([low, mean, high, one["least"], 1e-9]))
        axes.plot([low / reach, high / reach], [-k, -k], color=colour, linewidth=2.6 if decides else 1.5)
        axes.plot([mean / reach], [-k], "o", color=colour, markersize=6 if decides else 4)
        if decides:
            axes.plot([one["least"] / reach] * 2, [-k - 0.3, -k + 0.3], color="#999999", linewidth=1, linestyle=":")
        shown = span(one) if np.isfinite(low) else number(mean)
        axes.text(1.08, -k, shown, fontsize=7.5, va="center", color=colour)
    axes.axvline(0, color="black", linewidth=0.8)
    axes.set_yticks([-k for k in range(len(rows))], [_label(one, decides) for one, decides in rows], fontsize=7.5)
    axes.set_ylim(-len(rows) + 0.3, 0.7)
    axes.set_xlim(-1.05, 1.95)
    axes.set_xticks([])
    axes.set_title("mean over draws, 90 % interval; each row to its own scale", fontsize=9, loc="left")
    axes.set_xlabel("0 = no difference; dotted: the least difference that matters", fontsize=8, loc="left")
    axes.spines[["top", "right", "bottom"]].set_visible(False)


def _label(one: Mapping[str, Any], decides: bool) -> str:
    text = f"{one['text']} [{one['unit']}]" + (f": {one['verdict']}" if decides else "")
    return "\n".join(textwrap.wrap(text, 56))


def draw_untuned(found: Mapping[str, Any], path: Path) -> Path:
    """The untuned city: seats against the record, the gap by year, killings, and what separates draws that win."""
    figure = Figure(figsize=(11, 8.2), layout="constrained")
    (seats, gap), (killed, numbers) = figure.subplots(2, 2)
    _seats(seats, found["seats"])
    for name, colour in (("hold", COLOURS[0]), ("hearts", COLOURS[2]), ("coerced", COLOURS[1])):
        series = found[f"{name}_by_year"]
        gap.plot(series["year"], series["median"], color=colour, label=name)
        gap.fill_between(series["year"], series["low"], series["high"], color=colour, alpha=0.15, linewidth=0)
    gap.set_ylabel("share of the city's adults")
    gap.set_ylim(bottom=0)
    gap.legend(frameon=False, fontsize=9)
    gap.set_title("The city's adults: median, 5-95 % of draws", fontsize=10, loc="left")
    _fall(killed, found)
    _numbers(numbers, found["separates"])
    for axes in (seats, gap, killed, numbers):
        _plain(axes)
    won = found["wins_majority"]
    figure.suptitle(
        f"Untuned: {won['draws']} of {won['of']} draws win most city seats in 1988", fontsize=12, x=0.01, ha="left"
    )
    return _save(figure, path, found, "")


def _seats(axes: Axes, polls: Sequence[Mapping[str, Any]]) -> None:
    for k, poll in enumerate(polls):
        low, middle, high = (value / poll["of"] for value in poll["draws"])
        axes.plot([k, k], [low, high], color=COLOURS[0], linewidth=2)
        axes.plot([k], [middle], "o", color=COLOURS[0], label="simulated: median, 5-95 % of draws" if k == 0 else None)
        if poll["record"] is not None:
            axes.plot([k], [poll["record"] / poll["of"]], "D", color=COLOURS[1], label="record" if k == 0 else None)
    axes.set_xticks(range(len(polls)), [_poll(poll["poll"]) for poll in polls], rotation=70, fontsize=7.5)
    axes.set_ylabel("share of the city's seats")
    axes.set_ylim(-0.03, 1.25)
    axes.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1.0])
    axes.legend(frameon=False, fontsize=8, loc="upper left")
    axes.set_title("Seats of the main party (n national, p provincial, l local)", fontsize=10, loc="left")


def _poll(place: str) -> str:
    day, _, chamber = place.partition(" ")
    return f"{day[:4]} {chamber[0]}"


def _fall(axes: Axes, found: Mapping[str, Any]) -> None:
    for k, one in enumerate(found["killings_fall"].values()):
        for shift, key, colour in (
            (-0.12, "first_year_over_before", COLOURS[4]),
            (0.12, "later_over_before", COLOURS[0]),
        ):
            low, middle, high = one[key]
            label = {"first_year_over_before": "first year", "later_over_before": "second and third year"}[key]
            axes.plot([low, high], [-k - shift, -k - shift], color=colour, linewidth=2)
            axes.plot([middle], [-k - shift], "o", color=colour, label=label if k == 0 else None)
    names = [f"{name}\n(fewer in {one['draws']} of {one['of']})" for name, one in found["killings_fall"].items()]
    axes.set_yticks([-k for k in range(len(names))], names, fontsize=8)
    axes.axvline(1, color="black", linewidth=0.8)
    axes.set_xlabel("killings a year, over those of the two years before")
    axes.set_xlim(left=0)
    axes.legend(frameon=False, fontsize=8)
    axes.set_title("After the operation of September 2013", fontsize=10, loc="left")


def _numbers(axes: Axes, separates: Sequence[Mapping[str, Any]]) -> None:
    for k, one in enumerate(separates):
        axes.barh(-k, one["rank_correlation"], color=COLOURS[0] if one["rank_correlation"] > 0 else COLOURS[1])
    axes.set_yticks([-k for k in range(len(separates))], [str(one["number"]) for one in separates], fontsize=7.5)
    axes.axvline(0, color="black", linewidth=0.8)
    axes.set_xlabel("rank correlation with seats of 1988 (chance: to 0.4)")
    axes.set_title("Numbers that go most with winning", fontsize=10, loc="left")


def draw_whole(found: Mapping[str, Any], path: Path) -> Path:
    """The whole system: splits, hostile dyads, the party's enemies, and a free centre's stances beside history's."""
    figure = Figure(figsize=(11, 8.2), layout="constrained")
    (splits, dyads), (dated, chosen) = figure.subplots(2, 2)
    _splits(splits, found["each"])
    years = [int(year) for year in found["imposed"]["dyads"]]
    whole = slice(0, -1)  # the last year has eleven weeks
    for name, colour in (("dyads", COLOURS[0]), ("enemies", COLOURS[1])):
        low, middle, high = np.array(list(found["imposed"][name].values())[whole]).T
        label = {"dyads": "all pairs of organisations", "enemies": "pairs with the party"}[name]
        dyads.plot(years[whole], middle, color=colour, label=label)
        dyads.fill_between(years[whole], low, high, color=colour, alpha=0.15, linewidth=0)
    dyads.set_title("Hostile dyads: ten killings or more in the year; median, 5-95 %", fontsize=10, loc="left")
    dyads.legend(frameon=False, fontsize=8)
    for axes, key, title in (
        (dated, "dated_by_year", "Stances towards the party in history (imposed)"),
        (chosen, "chosen_by_year", "Stances chosen by a free centre: mean share of the year over draws"),
    ):
        axes.stackplot(years, np.array(found[key]).T, labels=list(found["chosen_by_stance"]), colors=COLOURS[:5])
        axes.set_ylim(0, 1)
        axes.set_title(title, fontsize=10, loc="left")
    dated.legend(facecolor="white", framealpha=0.9, edgecolor="none", fontsize=8, loc="lower left")
    for axes in (splits, dyads, dated, chosen):
        _plain(axes)
    one = found["imposed"]["splits"]
    figure.suptitle(f"The whole system: a split in {one['draws']} of {one['of']} draws", fontsize=12, x=0.01, ha="left")
    return _save(figure, path, found, "")


def _splits(axes: Axes, each: Mapping[str, Sequence[Mapping[str, float] | None]]) -> None:
    for k, (name, splits) in enumerate(each.items()):
        known = [one for one in splits if one]
        size = [20 + 6 * one["killings"] ** 0.5 for one in known]
        label = f"stances {name}: a split in {len(known)} of {len(splits)} draws"
        axes.scatter(
            [one["year"] for one in known], [one["rank"] for one in known], size, COLOURS[k], alpha=0.6, label=label
        )
    axes.set_xlabel("year of the first split (area grows with killings between both in five years)", fontsize=8)
    axes.set_ylabel("share of the party's rank gone in five years")
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False, fontsize=8)
    axes.set_title("Splits of the party", fontsize=10, loc="left")


def draw_ways(found: Mapping[str, Any], path: Path) -> Path:
    """Differences between scales, or between turns, in margins."""
    rows = found["comparisons"]
    names = list(dict.fromkeys(row["observable"] for row in rows))
    figure = Figure(figsize=(10, 5.6), layout="constrained")
    axes = figure.subplots()
    ways = sorted({row["way"] for row in rows}, reverse=True)
    said = "1:{way} less 1:{against}" if found["ways"] == "scales" else "every {way} less every {against} weeks"
    for row in rows:
        at = -names.index(row["observable"]) + 0.24 * (1 - ways.index(row["way"]))
        low, mean, high = (row["difference"][key] / row["margin"] for key in ("low", "mean", "high"))
        colour = COLOURS[ways.index(row["way"])]
        label = said.format(**row) if row["observable"] == names[0] else None
        axes.plot([low, high], [at, at], color=colour, linewidth=2, label=label)
        axes.plot([mean], [at], "o" if row["equivalent"] else "x", color=colour)
    for edge in (-1, 1):
        axes.axvline(edge, color="black", linewidth=0.8, linestyle=":")
    axes.axvline(0, color="black", linewidth=0.8)
    axes.set_yticks([-k for k in range(len(names))], names, fontsize=9)
    axes.set_xlabel("mean difference with 90 % interval, in margins (dotted: the margin; dot: equivalent, cross: not)")
    axes.legend(frameon=False, fontsize=8)
    _plain(axes)
    same = sum(row["equivalent"] for row in rows)
    figure.suptitle(
        f"{found['ways'].capitalize()}: {same} of {len(rows)} comparisons are equivalent",
        fontsize=12,
        x=0.01,
        ha="left",
    )
    return _save(figure, path, found, "")


def _plain(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=8)


def _save(figure: Figure, path: Path, found: Mapping[str, Any], caution: str) -> Path:
    """Write the picture, with what was run beneath it."""
    ran = f"{found['scenario']}, {found['draws']} draws, 1:{found['scale']}, sources {found['sources']}. "
    figure.supxlabel("\n".join(textwrap.wrap(ran + caution, 170)), fontsize=7, x=0.01, ha="left")
    figure.savefig(path, dpi=DPI, facecolor="white")
    return path
