"""The seven chapters of a report: which series each shows, in what unit, with what words beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from mohalla.calendar import year_fraction
from mohalla.observables import INCOME_SOURCES, TIERS, USES
from mohalla.record import Counter, DeathCount, Record
from mohalla.report import bands, colours, words
from mohalla.report.digest import Axes, Digest
from mohalla.report.svg import Bar, Dot, Line, Panel, nice_top
from mohalla.report.texts import CHAPTERS
from mohalla.report.timeline import Event
from mohalla.scenario import NONE, Election, Scenario

LEAST_DAYS, YEAR_DAYS, MOST_DAYS = 60, (300, 430), 800
SMALLEST_SHARE = 0.01

Measure = tuple[str, str, str, str]


class Key(NamedTuple):
    """One line of a legend: what it stands for, its colour, dash and shape."""

    label: str
    colour: str
    dash: str = ""
    shape: str = "line"


class Chapter(NamedTuple):
    """One part of the story: its panels, the words around them and the mechanisms it rests on."""

    id: str
    title: str
    lead: str
    source: str
    mechanisms: tuple[str, ...]
    panels: tuple[Panel, ...]
    keys: tuple[Key, ...] = ()
    wide: int = 0


class Context(NamedTuple):
    """What every chapter draws on."""

    scenario: Scenario
    record: Record | None
    digests: Sequence[Digest]
    axes: Axes
    main: str
    names: dict[str, str]
    tints: dict[str, str]
    marks: tuple[Event, ...]

    @property
    def simulated(self) -> str:
        """Where the curves come from, for the line under each chart."""
        worlds = len(self.digests)
        if worlds == 1:
            return "Simulated, one world: there is no band."
        return (
            f"Simulated: median and 5\u201395 % (inner band: quartiles) over {worlds} worlds; dotted = reference run."
        )


def chapters(context: Context) -> tuple[Chapter, ...]:
    """The whole story, in order."""
    made = (following, armed, killings, money, seats, hierarchy, fear)
    return tuple(chapter(context) for chapter in made)


def _chapter(
    context: Context,
    name: str,
    panels: Iterable[Panel],
    keys: Sequence[Key] = (),
    more: str = "",
    source: str = "",
    wide: int = 0,
) -> Chapter:
    """A chapter with the words written for it; `more` is added to its lead, `source` to its source line."""
    text = CHAPTERS[name]
    party = context.names[context.main]
    lead = f"{text.lead.format(party=party)} {more}".strip()
    source = f"{context.simulated} {source}".strip()
    return Chapter(
        name, text.title.format(party=party), lead, source, text.mechanisms, tuple(panels), tuple(keys), wide
    )


def _communities(context: Context) -> list[tuple[str, str]]:
    return [("city", "The whole city"), *((c.id, c.name) for c in context.scenario.communities)]


# ------------------------------------------------------------------------------------------ 1 following, 7 fear

FOLLOWING = (
    ("hold", "Hold", colours.HOLD, ""),
    ("hearts", "Hearts", colours.HEARTS, "7 3"),
    ("coerced", "Coerced", colours.COERCED, "2 2"),
)
FEAR = (("fear", "Fear", colours.COERCED, ""), ("belief", "Danger is gone", colours.HOLD, "7 3"))


def following(context: Context) -> Chapter:
    """Hold, hearts and coerced of the main party, in the city and by community."""
    keys = (
        Key("Hold: shows the party in public", colours.HOLD),
        Key("Hearts: prefers it in private", colours.HEARTS, "7 3"),
        Key("Coerced: shows it and prefers another", colours.COERCED, "2 2"),
    )
    panels = _community_panels(context, "following", "% of adults", FOLLOWING, 100.0)
    return _chapter(context, "following", panels, keys, wide=1)


def fear(context: Context) -> Chapter:
    """Fear and the belief that the danger is gone, in the city and by community."""
    keys = (Key("Mean fear", colours.COERCED), Key("Belief that the danger stays away", colours.HOLD, "7 3"))
    return _chapter(context, "fear", _community_panels(context, "fear", "0–1, mean over adults", FEAR, 1.0), keys)


def _community_panels(
    context: Context, name: str, unit: str, measures: Sequence[Measure], factor: float
) -> Iterator[Panel]:
    for place, title in _communities(context):
        here = [(f"{measure}/{place}", *rest) for measure, *rest in measures]
        yield Panel(
            f"{name}-{place}", title, unit, "bins", context.axes.bins, _lines(context, here, factor), top=factor
        )


def _lines(context: Context, measures: Iterable[Sequence[str]], factor: float = 1.0) -> tuple[Line, ...]:
    """Lines by bin: (series, label, colour, dash) each."""
    return tuple(
        Line(label, colour, bands.bins(context.digests, key).times(factor), dash)
        for key, label, colour, dash in measures
    )


# --------------------------------------------------------------------------------------------------------- 2 arms


def armed(context: Context) -> Chapter:
    """Armed cadre by organisation, on one scale; organisations that never arm are left out and named."""
    found = {name: bands.bins(context.digests, f"armed/{name}") for name in context.names if name != NONE}
    largest = max((float(band.high.max()) for band in found.values()), default=0.0)
    shown = [name for name, band in found.items() if band.high.max() > SMALLEST_SHARE * largest]
    shown.sort(key=lambda name: (name != context.main, -float(found[name].median.max())))
    top = nice_top(largest)
    panels = [_armed_panel(context, name, found[name], top) for name in shown]
    out = [context.names[name] for name in found if name not in shown]
    return _chapter(
        context, "armed", panels, more=f"Never armed in numbers that would show: {', '.join(out)}." if out else ""
    )


def _armed_panel(context: Context, name: str, band: bands.Band, top: float) -> Panel:
    line = Line("Armed cadre", context.tints[name], band)
    title, note = context.names[name], _peak(context, band)
    return Panel(f"armed-{name}", title, "persons under arms", "bins", context.axes.bins, (line,), top=top, note=note)


def _peak(context: Context, band: bands.Band) -> str:
    place = int(band.median.argmax())
    when = words.moment(float(context.axes.bins[place])).year
    low, high = words.number(float(band.low[place])), words.number(float(band.high[place]))
    return f"Highest median: {words.number(float(band.median[place]))} in {when} ({low} to {high})."


# ----------------------------------------------------------------------------------------------------- 3 killings


def killings(context: Context) -> Chapter:
    """What the model produces and what is imposed, then each counter against the deaths it would have counted."""
    keys = (
        Key("Simulated, comparable deaths", colours.HOLD),
        Key("of which imposed background", colours.GREY, "2 3"),
        Key("Counter\u2019s figure, with the span and range it covers", colours.RECORD, shape="dot"),
        Key("scaled to a year from a shorter or longer span", colours.RECORD, shape="hollow"),
    )
    panels = (_produced(context), *_counter_panels(context))
    source = "Counters: each figure’s source is in the fit table." if context.record else "No public record was given."
    return _chapter(context, "killings", panels, keys, source=source)


def _produced(context: Context) -> Panel:
    lines = (
        Line("Produced by the model", colours.HOLD, bands.years(context.digests, "killings/emergent")),
        Line("Imposed background", colours.GREY, bands.years(context.digests, "killings/background"), "2 3"),
    )
    note = "All causes but background, beside the background that is imposed. No counter measures exactly this."
    return Panel("killings-all", "Produced and imposed", "deaths a year", "years", context.axes.years, lines, note=note)


def _counter_panels(context: Context) -> Iterator[Panel]:
    for counter in context.record.counters if context.record else ():
        counts = [count for count in context.record.deaths if count.counter == counter.id] if context.record else []
        dots = tuple(dot for count in counts if (dot := _dot(counter, count)) and _within(context, dot))
        lines = [Line("Comparable, simulated", colours.HOLD, bands.years(context.digests, f"counter/{counter.id}"))]
        if "background" in counter.causes and counter.scope == "all":
            lines.append(
                Line("of which imposed", colours.GREY, bands.years(context.digests, "killings/background"), "2 3")
            )
        yield Panel(
            f"counter-{counter.id}", counter.name, "deaths a year", "years", context.axes.years, tuple(lines), dots,
            note=_counter_note(counter, len(counts) - len(dots)),
        )  # fmt: skip


def _counter_note(counter: Counter, hidden: int) -> str:
    scope = {"all": "", "members": ", members of organisations only", "by-state": ", suspects killed by the state only"}
    note = (
        f"Counts {counter.counts}; compared with {', '.join(counter.causes)}{scope[counter.scope]}. {counter.caution}"
    )
    return note.strip() + (f" {hidden} counts of days or outside the run are in the fit table only." if hidden else "")


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


# -------------------------------------------------------------------------------------------------------- 4 money


def money(context: Context) -> Chapter:
    """Income by source, spending by use and skim by tier of the main party."""
    unit = f"{context.scenario.about.money} a year"
    parts = (
        ("income", "Income by source", INCOME_SOURCES),
        ("spending", "Spending by use", USES),
        ("skim", "Skim: kept by office-holders of a tier", TIERS),
    )
    panels = (_money_panel(context, variable, title, unit, names) for variable, title, names in parts)
    return _chapter(context, "money", panels, source=f"Money: {context.scenario.about.money}.")


def _money_panel(context: Context, variable: str, title: str, unit: str, names: Sequence[str]) -> Panel:
    lines = tuple(
        Line(
            name.capitalize(),
            colours.OKABE_ITO[i],
            bands.years(context.digests, f"{variable}/{name}"),
            colours.DASHES[i],
        )
        for i, name in enumerate(names)
    )
    return Panel(f"money-{variable}", title, unit, "years", context.axes.years, lines)


# -------------------------------------------------------------------------------------------------------- 5 seats


def seats(context: Context) -> Chapter:
    """Seats by election: one panel for each chamber and organisation that won or should have won any."""
    held = _held(context)
    chambers = list(dict.fromkeys(election.chamber for election in held))
    by_chamber = ((chamber, [election for election in held if election.chamber == chamber]) for chamber in chambers)
    panels = [panel for chamber, polls in by_chamber for panel in _seat_panels(context, chamber, polls)]
    keys = (
        Key("Simulated, 5\u201395 % and median", colours.GREY, shape="range"),
        Key("Actual result", colours.RECORD, shape="diamond"),
        Key("Seats to be won", colours.GREY, shape="total"),
        Key("\u00d7 did not stand", colours.GREY, shape="none"),
    )
    source = (
        "Actual results: the record; sources in the fit table." if context.record else "No public record was given."
    )
    return _chapter(context, "seats", panels, keys, source=source)


def _held(context: Context) -> list[Election]:
    run = {label for digest in context.digests for label, _ in digest.seats}
    return sorted((e for e in context.scenario.elections if f"{e.date} {e.chamber}" in run), key=lambda e: e.date)


def _seat_panels(context: Context, chamber: str, held: Sequence[Election]) -> Iterator[Panel]:
    for name, title in context.names.items():
        bars = tuple(_seat_bar(context, name, election) for election in held)
        if name == NONE or not any(bar.high > 0 or (bar.actual or 0) > 0 for bar in bars):
            continue
        top = float(max(election.seats for election in held)) * 1.04
        yield Panel(
            f"seats-{chamber}-{name}", title, f"{chamber} seats won in the city", "bars", np.array([bar.when for bar in bars]),
            bars=bars, top=top, colour=context.tints[name],
        )  # fmt: skip


def _seat_bar(context: Context, name: str, election: Election) -> Bar:
    label = f"{election.date} {election.chamber}"
    won = bands.spread([float(digest.seats.get((label, name), 0)) for digest in context.digests])
    actual = _actual(context.record, election, name)
    text = (
        f"{words.day(election.date)}, {election.chamber}, {context.names[name]}: {words.number(won.median)} simulated "
    )
    text += f"({words.number(won.low)} to {words.number(won.high)}) of {election.seats}"
    text += f"; {actual:g} in fact" if actual is not None else "; no record"
    out = election.party_less or name in election.boycotts
    return Bar(year_fraction(election.date), won.low, won.median, won.high, actual, election.seats, text, out)


def _actual(record: Record | None, election: Election, name: str) -> float | None:
    """Seats an organisation won in fact; zero where the record knows the poll and gives it none."""
    for poll in record.seats if record else ():
        if (poll.date, poll.chamber) == (election.date, election.chamber):
            return float(poll.seats.get(name, 0))
    return None


# ---------------------------------------------------------------------------------------------------- 6 hierarchy


def hierarchy(context: Context) -> Chapter:
    """Office-holders of the main party by tier, and the workers and gunmen below them."""
    panels = [
        _tier_panel(context, "competence", "Competence", "0–1, mean over posts", 1.0),
        _tier_panel(context, "loyalty", "Loyalty", "0–1, mean over posts", 1.0),
        _tier_panel(context, "tenure", "Time in the post", "years, mean over posts", None),
    ]
    workers, gunmen = f"workers/{context.main}", f"armed/{context.main}"
    people = ((workers, "Workers", colours.HOLD, ""), (gunmen, "Armed cadre", colours.COERCED, "7 3"))
    lines = _lines(context, people)
    panels.append(Panel("hierarchy-people", "Workers and gunmen", "persons", "bins", context.axes.bins, lines))
    return _chapter(context, "hierarchy", panels)


def _tier_panel(context: Context, measure: str, title: str, unit: str, top: float | None) -> Panel:
    lines = tuple(
        Line(
            tier.capitalize(), colours.OKABE_ITO[i], bands.bins(context.digests, f"{measure}/{tier}"), colours.DASHES[i]
        )
        for i, tier in enumerate(TIERS)
    )
    return Panel(f"hierarchy-{measure}", title, unit, "quarters", context.axes.quarters, lines, top=top)
