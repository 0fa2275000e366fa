"""The chapters that set the run against the public record: killings by counter, seats by election."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from mohalla.calendar import year_fraction
from mohalla.experiments.fit import death_key
from mohalla.record import Counter, DeathCount, Record
from mohalla.report import bands, colours, words
from mohalla.report.context import Chapter, Context, Key, chapter
from mohalla.report.svg import Bar, Dot, Line, Panel
from mohalla.scenario import NONE, Election

LEAST_DAYS, YEAR_DAYS = 60, (300, 430)
SCOPES = {"all": "", "members": ", members of organisations only", "by-state": ", suspects killed by the state only"}
MOST_SEAT_PANELS = 5
RECORDED, UNRECORDED = "Record: sources in the fit table.", "No public record was given."


# ---------------------------------------------------------------------------------------------------------- killings


def killings(context: Context) -> Chapter:
    """What the model produces and what is imposed, then each counter against the deaths it would have counted."""
    keys = (
        Key("Simulated, comparable deaths", colours.HOLD),
        Key("of which imposed background", colours.GREY, "2 3"),
        Key("Counter’s figure, with the span and range it covers", colours.RECORD, shape="dot"),
        Key("scaled to a year from a shorter or longer span", colours.RECORD, shape="hollow"),
    )
    counters = context.record.counters if context.record else ()
    panels = {counter: _counter_panel(context, counter) for counter in counters}
    shown = [panel for panel in panels.values() if panel.dots]
    listed = {counter.id: _listed(context, counter) for counter in counters}
    days = ", ".join(counter.name for counter, panel in panels.items() if not panel.dots and listed[counter.id])
    more = f"Counts of single days are in the fit table only: {days}." if days else ""
    return chapter(context, "killings", [_produced(context), *shown], keys, more, RECORDED if counters else UNRECORDED)


def _produced(context: Context) -> Panel:
    lines = (
        Line("Produced by the model", colours.HOLD, bands.years(context.digests, "killings/emergent")),
        Line("Imposed background", colours.GREY, bands.years(context.digests, "killings/background"), "2 3"),
    )
    note = "All causes but background, beside the background that is imposed. No counter measures exactly this."
    return Panel("killings-all", "Produced and imposed", "deaths a year", "years", context.axes.years, lines, note=note)


def _counter_panel(context: Context, counter: Counter) -> Panel:
    listed = _listed(context, counter)
    counts = [one for one in (context.record.deaths if context.record else ()) if one.counter == counter.id]
    drawn = {count: dot for count in counts if (dot := _dot(counter, count)) and _within(context, dot)}
    lines = [Line("Comparable, simulated", colours.HOLD, bands.years(context.digests, f"counter/{counter.id}"))]
    if "background" in counter.causes and counter.scope == "all":
        imposed = bands.years(context.digests, "killings/background")
        lines.append(Line("of which imposed", colours.GREY, imposed, "2 3"))
    more_listed = sum(count not in drawn for count in listed)
    hidden = f" {more_listed} more in the fit table." if more_listed else ""
    more = f"Compared with {', '.join(counter.causes)}{SCOPES[counter.scope]}. {counter.caution}{hidden}".strip()
    return Panel(
        f"counter-{counter.id}", counter.name, "deaths a year", "years", context.axes.years, tuple(lines),
        tuple(drawn.values()),
        note=f"Counts {counter.counts}.", more=more,
    )  # fmt: skip


def _listed(context: Context, counter: Counter) -> list[DeathCount]:
    """The counts of a counter that the run reaches: those of the fit table."""
    return [
        count
        for count in (context.record.deaths if context.record else ())
        if count.counter == counter.id
        and any(np.isfinite(one.fit.get(death_key(count), np.nan)) for one in context.digests)
    ]


def _within(context: Context, dot: Dot) -> bool:
    years = context.axes.years
    return bool(years[0] - 0.5 <= (dot.start + dot.end) / 2 <= years[-1] + 0.5)


def _dot(counter: Counter, count: DeathCount) -> Dot | None:
    """A count as deaths a year; none for a span of days, which says little about a year."""
    days = (count.end - count.start).days + 1
    if days < LEAST_DAYS:
        return None
    yearly = YEAR_DAYS[0] <= days <= YEAR_DAYS[1]
    factor = 1.0 if yearly else 365.25 / days
    low, high = (count.deaths if edge is None else edge for edge in (count.low, count.high))
    text = f"{counter.name}, {words.span(count.start, count.end)}: {words.number(count.deaths)} deaths"
    text += "" if yearly else f", {words.number(count.deaths * factor)} a year"
    start, end = year_fraction(count.start), year_fraction(count.end)
    return Dot(start, end, count.deaths * factor, low * factor, high * factor, f"{text}. {count.source}", not yearly)


# ------------------------------------------------------------------------------------------------------------- seats


class Contest(NamedTuple):
    """One election as it is drawn: its label in the results and seats by organisation as they went, where known."""

    election: Election
    label: str
    actual: dict[str, int] | None


def seats(context: Context) -> Chapter:
    """Seats by election: for each chamber, the organisations that matter in it and all others together."""
    held = _held(context)
    chambers = [
        chamber for chamber in ("national", "provincial", "local") if any(c.election.chamber == chamber for c in held)
    ]
    panels = [p for chamber in chambers for p in _chamber(context, [c for c in held if c.election.chamber == chamber])]
    keys = (
        Key(f"Simulated, median and {words.banded(len(context.digests))}", colours.GREY, shape="range"),
        Key("Actual result", colours.RECORD, shape="diamond"),
        Key("Seats to be won", colours.GREY, shape="total"),
        Key("× did not stand", colours.GREY, shape="none"),
    )
    return chapter(context, "seats", panels, keys, source=RECORDED if context.record else UNRECORDED)


def _held(context: Context) -> list[Contest]:
    run = {label for digest in context.digests for label, _ in digest.seats}
    polls = sorted(context.scenario.elections, key=lambda election: election.date)
    found = (Contest(poll, f"{poll.date} {poll.chamber}", _actual(context.record, poll)) for poll in polls)
    return [contest for contest in found if contest.label in run]


def _actual(record: Record | None, election: Election) -> dict[str, int] | None:
    for poll in record.seats if record else ():
        if (poll.date, poll.chamber) == (election.date, election.chamber):
            return dict(poll.seats)
    return None


def _chamber(context: Context, held: Sequence[Contest]) -> Iterator[Panel]:
    """The organisations with most seats in the run or in fact, the main party first; then the rest together."""
    weight = {name: max(_weight(context, name, contest) for contest in held) for name in context.names if name != NONE}
    order = sorted(
        (name for name, share in weight.items() if share > 0), key=lambda name: (name != context.main, -weight[name])
    )
    shown, rest = order[:MOST_SEAT_PANELS], order[MOST_SEAT_PANELS:]
    for name in shown:
        yield _seat_panel(context, held, name, context.names[name], [name])
    if rest or any(set(contest.actual or ()) - set(context.names) for contest in held):
        others = sorted({*rest, *(name for contest in held for name in contest.actual or () if name not in shown)})
        yield _seat_panel(context, held, "others", "All others together", others)


def _weight(context: Context, name: str, contest: Contest) -> float:
    """Share of the seats an organisation has in the median world or had in fact, whichever is more."""
    won = float(np.median([digest.seats.get((contest.label, name), 0) for digest in context.digests]))
    return max(won, (contest.actual or {}).get(name, 0)) / contest.election.seats


def _seat_panel(context: Context, held: Sequence[Contest], name: str, title: str, members: Sequence[str]) -> Panel:
    bars = tuple(_bar(context, title, members, contest) for contest in held)
    chamber = held[0].election.chamber
    when = np.array([bar.when for bar in bars])
    return Panel(
        f"seats-{chamber}-{name}", title, f"{chamber} seats won in the city", "bars", when, bars=bars,
        top=max(bar.total for bar in bars) * 1.04, colour=context.tints.get(name, colours.GREY),
        group=f"{chamber.capitalize()} elections",
    )  # fmt: skip


def _bar(context: Context, title: str, members: Sequence[str], contest: Contest) -> Bar:
    election = contest.election
    each = [sum(digest.seats.get((contest.label, name), 0) for name in members) for digest in context.digests]
    won = bands.spread([float(seats) for seats in each])
    actual = None if contest.actual is None else float(sum(contest.actual.get(name, 0) for name in members))
    text = f"{words.day(election.date)}, {title}: {words.number(won.median)} of {election.seats} simulated"
    text += f" ({words.number(won.low)} to {words.number(won.high)})" if won.worlds > 1 else ""
    text += "; no record" if actual is None else f"; {actual:g} in fact"
    out = election.party_less or set(members) <= set(election.boycotts)
    return Bar(year_fraction(election.date), won.low, won.median, won.high, actual, election.seats, text, out)
