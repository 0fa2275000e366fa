"""The chapters that show the run itself: following, arms, frontiers, money, hierarchy, fear."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from mohalla.observables import INCOME_SOURCES, TIERS, USES
from mohalla.report import bands, colours, words
from mohalla.report.against import killings, seats
from mohalla.report.context import Chapter, Context, Key, Measure, binned, chapter
from mohalla.report.digest import Floats
from mohalla.report.svg import Line, Panel, nice_top
from mohalla.scenario import NONE

SMALLEST_SHARE = 0.01
MOST_PAIRS = 3
FOLLOWING: tuple[Measure, ...] = (
    ("hold", "Hold", colours.HOLD, ""),
    ("hearts", "Hearts", colours.HEARTS, "7 3"),
    ("coerced", "Coerced", colours.COERCED, "8 2 2 2"),
)
FEAR: tuple[Measure, ...] = (("fear", "Fear", colours.COERCED, ""), ("belief", "Danger is gone", colours.HOLD, "7 3"))


def chapters(context: Context) -> tuple[Chapter, ...]:
    """The whole story, in order."""
    made = (following, armed, killings, frontiers, money, seats, hierarchy, fear)
    return tuple(tell(context) for tell in made)


# ------------------------------------------------------------------------------------------------ following and fear


def following(context: Context) -> Chapter:
    """Hold, hearts and coerced of the main party, in the city and by community."""
    keys = (
        Key("Hold: shows the party in public", colours.HOLD),
        Key("Hearts: prefers it in private", colours.HEARTS, "7 3"),
        Key("Coerced: shows it and prefers another", colours.COERCED, "8 2 2 2"),
    )
    panels = _community_panels(context, "following", "% of adults", FOLLOWING, 100.0)
    return chapter(context, "following", panels, keys)._replace(wide=1)


def fear(context: Context) -> Chapter:
    """Fear and the belief that the danger is gone, in the city and by community."""
    keys = (Key("Mean fear", colours.COERCED), Key("Belief that the danger stays away", colours.HOLD, "7 3"))
    panels = _community_panels(context, "fear", "0–1, mean over adults", FEAR, 1.0)
    return chapter(context, "fear", panels, keys)


def _community_panels(
    context: Context, name: str, unit: str, measures: Sequence[Measure], factor: float
) -> Iterator[Panel]:
    """The city, then each community, all on one scale."""
    places = [("city", "The whole city"), *((c.id, c.name) for c in context.scenario.communities)]
    series = [f"{measure}/{place}" for measure, *_ in measures for place, _ in places]
    largest = max(_highest(digest.bins[one]) for one in series for digest in context.digests)
    top = min(factor, nice_top(factor * largest))
    for place, title in places:
        lines = binned(context, [(f"{measure}/{place}", *rest) for measure, *rest in measures], factor)
        yield Panel(f"{name}-{place}", title, unit, "bins", context.axes.bins, lines, top=top)


def _highest(series: Floats) -> float:
    return float(series.max()) if series.size else 0.0


def _tallest(band: bands.Band) -> float:
    """The top of what is drawn: the reference run may lie above the 95 % of worlds."""
    return max(_highest(band.high), _highest(band.reference))


# -------------------------------------------------------------------------------------------------------------- arms


def armed(context: Context) -> Chapter:
    """Armed cadre by organisation, on one scale; organisations that never arm are left out and named."""
    found = {name: bands.bins(context.digests, f"armed/{name}") for name in context.names if name != NONE}
    largest = max(map(_tallest, found.values()), default=0.0)
    shown = [name for name, band in found.items() if _tallest(band) > SMALLEST_SHARE * largest]
    shown.sort(key=lambda name: (name != context.main, -float(found[name].median.max())))
    panels = [_armed_panel(context, name, found[name], nice_top(largest)) for name in shown]
    out = ", ".join(context.names[name] for name in found if name not in shown)
    return chapter(context, "armed", panels, more=f"Never armed in numbers that would show: {out}." if out else "")


def _armed_panel(context: Context, name: str, band: bands.Band, top: float) -> Panel:
    line = Line("Armed cadre", context.tints[name], band)
    title, note = context.names[name], _peak(context, band)
    return Panel(f"armed-{name}", title, "persons under arms", "bins", context.axes.bins, (line,), top=top, note=note)


def _peak(context: Context, band: bands.Band) -> str:
    place = int(band.median.argmax())
    when = words.moment(float(context.axes.bins[place])).year
    low, high = words.number(float(band.low[place])), words.number(float(band.high[place]))
    return f"Highest median: {words.number(float(band.median[place]))} in {when} ({low} to {high})."


# --------------------------------------------------------------------------------------------------------- frontiers


def frontiers(context: Context) -> Chapter:
    """Hostile pairs of organisations, the deaths between them, and the share of borders that are frontiers."""
    party = context.names[context.main]
    pairs = (
        ("hostile/all", "All pairs", colours.HOLD, ""),
        ("hostile/main", f"of them with {party}", colours.COERCED, "7 3"),
    )
    sides = (
        ("fronts/hold", "Different organisations hold most", colours.HOLD, ""),
        ("fronts/armed", "Both sides armed", colours.COERCED, "7 3"),
    )
    deaths = binned(context, [("between", "Deaths", colours.HOLD, "")])
    bins, quarters, unit = context.axes.bins, context.axes.quarters, "pairs of organisations, past year"
    note = _deadliest(context)
    panels = (
        Panel("hostile-pairs", "Hostile pairs", unit, "bins", bins, binned(context, pairs)),
        Panel("hostile-deaths", "Deaths between organisations", "deaths, past year", "bins", bins, deaths, note=note),
        Panel(
            "frontiers", "Frontiers", "% of borders between units", "quarters", quarters, binned(context, sides, 100)
        ),
    )
    return chapter(context, "frontiers", panels)


def _deadliest(context: Context) -> str:
    """The pairs with most deaths between them in the reference run."""
    most = [(pair, deaths) for pair, deaths in context.digests[0].pairs.items() if deaths > 0][:MOST_PAIRS]
    told = (f"{context.names[a]} and {context.names[b]} ({words.number(deaths)})" for (a, b), deaths in most)
    return (
        f"Most deaths in the reference run: {'; '.join(told)}." if most else "Nobody is killed between organisations."
    )


# ------------------------------------------------------------------------------------------------------------- money


def money(context: Context) -> Chapter:
    """Income by source, spending by use and skim by tier of the main party: one scale for each group."""
    parts = (
        ("income", "Income by source", INCOME_SOURCES, colours.HOLD),
        ("spending", "Spending by use", USES, colours.COERCED),
        ("skim", "Skim: kept by office-holders of each tier", TIERS, colours.HEARTS),
    )
    panels = [panel for part in parts for panel in _money_panels(context, *part)]
    empty = [
        f"{title.lower()}: {', '.join(out)}"
        for name, title, names, _ in parts
        if (out := _unused(context, name, names))
    ]
    source = f"Money: {context.scenario.about.money}." + (
        f" Zero throughout and left out: {'; '.join(empty)}." if empty else ""
    )
    return chapter(context, "money", panels, source=source)._replace(dense=True)


def _unused(context: Context, variable: str, names: Sequence[str]) -> list[str]:
    return [name for name in names if not any(digest.years[f"{variable}/{name}"].any() for digest in context.digests)]


def _money_panels(context: Context, variable: str, group: str, names: Sequence[str], colour: str) -> Iterator[Panel]:
    unused = _unused(context, variable, names)
    found = {name: bands.years(context.digests, f"{variable}/{name}") for name in names if name not in unused}
    top = nice_top(max(map(_tallest, found.values()), default=0.0))
    unit = f"{context.scenario.about.money} a year"
    for name, band in found.items():
        line = Line(name.capitalize(), colour, band)
        years = context.axes.years
        yield Panel(f"{variable}-{name}", name.capitalize(), unit, "years", years, (line,), top=top, group=group)


# --------------------------------------------------------------------------------------------------------- hierarchy


def hierarchy(context: Context) -> Chapter:
    """Office-holders of the main party by tier, and the workers and gunmen below them."""
    panels = [
        _tier_panel(context, "competence", "Competence", "0–1, mean over posts", 1.0),
        _tier_panel(context, "loyalty", "Loyalty", "0–1, mean over posts", 1.0),
        _tier_panel(context, "tenure", "Time in the post", "years, mean over posts", None),
        _tier_panel(context, "fresh", "New holders", "% of holders, in the post for less than a year", 100.0, 100.0, 1),
    ]
    if any(digest.bins.get(f"following/{tier}", np.zeros(1)).any() for digest in context.digests for tier in TIERS):
        unit = "% of the cadre under a post that would go with its holder, mean over posts"
        panels.append(_tier_panel(context, "following", "Following", unit, None, 100.0))
    workers, gunmen = f"workers/{context.main}", f"armed/{context.main}"
    people = ((workers, "Workers", colours.HOLD, ""), (gunmen, "Armed cadre", colours.COERCED, "7 3"))
    lines = binned(context, people)
    panels.append(Panel("hierarchy-people", "Workers and gunmen", "persons", "bins", context.axes.bins, lines))
    return chapter(context, "hierarchy", panels)


def _tier_panel(
    context: Context, measure: str, title: str, unit: str, top: float | None, factor: float = 1.0, first: int = 0
) -> Panel:
    """A line for each tier from `first` down."""
    kinds = [
        (f"{measure}/{tier}", tier.capitalize(), colours.OKABE_ITO[i], colours.DASHES[i])
        for i, tier in enumerate(TIERS)
    ][first:]
    lines = binned(context, kinds, factor)
    return Panel(f"hierarchy-{measure}", title, unit, "quarters", context.axes.quarters, lines, top=top)
