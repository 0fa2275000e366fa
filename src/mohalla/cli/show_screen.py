"""A scenario as tables for people: what is declared, imposed with a date, or left to emerge, with sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from rich import box
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from mohalla import parameters
from mohalla.parameters import Value
from mohalla.scenario import Delivery, Election, Leader, Operation, Quantity, Scenario, Shock

EMERGES = (
    "who follows whom, in public and in private, and who is coerced",
    "watch and force in each neighbourhood; belief that a danger is gone",
    "money raised and spent, help given, extortion paid, refused and reported",
    "workers and armed cadre beyond those each organisation starts with",
    "who holds each post, for how long, how able, what they keep and who follows them",
    "what leaders leave to others and get to know; who is rotated, executed or leaves; splits and returns",
    "how the centre treats whom no stance is dated for; who resists, who appeals abroad, and who is listened to",
    "killings between organisations, and those of raids and sanctions",
    "votes and seats in the city",
)
TAGS = {"declared": "cyan", "imposed": "yellow", "synthetic": "magenta", "emergent": "green"}


def summary(scenario: Scenario, weeks: int) -> str:
    """One line: what a sound scenario holds."""
    about, places = scenario.about, scenario.geography.districts
    sectors, units = sum(place.sectors for place in places), sum(place.units for place in places)
    counts = (
        _many(len(places), "district"),
        _many(sectors, "sector"),
        _many(units, "unit"),
        _many(len(scenario.communities), "community", "communities"),
        _many(len(scenario.organisations), "organisation"),
        _many(len(scenario.censuses), "census", "censuses"),
        _many(len(scenario.elections), "election"),
        _many(sum(map(len, scenario.parameters.values())), "parameter set here", "parameters set here"),
    )
    return f"{about.title}: {about.start} to {about.end} ({weeks:,} weeks). {', '.join(counts)}."


def show(scenario: Scenario, known: Mapping[str, parameters.Table] | None, console: Console) -> None:
    """Print a scenario; with `known`, the parameters of every mechanism as well."""
    console.print(_head(scenario))
    for table in _tables(scenario):
        if table.row_count:
            console.print(table)
    console.print(_emerges())
    for mechanism, values in (known or {}).items():
        if values:
            console.print(_parameters(mechanism, values))
    if known is None:
        console.print(
            f"[dim]`mohalla show {scenario.about.name} --parameters` adds every number of every mechanism.[/]"
        )


def _many(count: int, word: str, plural: str = "") -> str:
    return f"{count:,} {word if count == 1 else plural or word + 's'}"


def _head(scenario: Scenario) -> RenderableType:
    about = scenario.about
    beyond = f"Record ends {about.record_ends}; may run to {about.latest}. {about.extrapolation.strip()}"
    legend = Text.assemble(*(piece for tag, colour in TAGS.items() for piece in ((tag, colour), "  ")))
    turns = "every week" if about.turn_weeks == 1 else f"in turns, every {about.turn_weeks} weeks"
    lines = Text(
        f"{about.description.strip()}\n\n{about.start} to {about.end}. {beyond}\n"
        f"Residents and traders take stock {turns}. Money: {about.money}."
    )
    return Panel(Group(lines, legend), title=Text(about.title, "bold"), box=box.ROUNDED)


def _tables(scenario: Scenario) -> Iterator[Table]:
    yield from (_districts(scenario), _communities(scenario), _organisations(scenario), _origins(scenario))
    yield from (_stances(scenario), _governments(scenario), _operations(scenario), _state(scenario))
    yield from (_elections(scenario), _timeline(scenario), _background(scenario), _quantities(scenario))


def _table(title: str, tag: str, columns: str, rows: Iterable[tuple[object, ...]]) -> Table:
    """A table of `columns` parted by `|`: those that end in `>` hold numbers and stand to the right.

    Numbers, and columns that end in `!`, are never broken into lines.
    """
    heading = Text.assemble((title, "bold"), "  ", (tag, TAGS[tag]))
    table = Table(title=heading, title_justify="left", box=box.SIMPLE_HEAD, expand=False, pad_edge=False)
    for column in columns.split("|"):
        side: Literal["left", "right"] = "right" if column.endswith(">") else "left"
        whole = column.endswith(("!", ">"))
        table.add_column(column.rstrip(">!"), justify=side, overflow="fold", no_wrap=whole)
    for row in rows:
        table.add_row(*(Text(_said(cell)) for cell in row))
    return table


def _said(cell: object) -> str:
    if cell is None:
        return "-"
    if isinstance(cell, float):
        return f"{cell:g}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def _shares(shares: Mapping[str, float], between: str = ", ") -> str:
    return between.join(f"{name} {share:g}" for name, share in shares.items()) or "-"


def _districts(scenario: Scenario) -> Table:
    geography = scenario.geography
    drawn = ", ".join(geography.synthetic)
    table = _table(
        "Districts",
        "declared",
        "district!|sectors>|units>|km2>|source",
        ((one.name, one.sectors, one.units, one.area_km2, one.source) for one in geography.districts),
    )
    per_unit = geography.neighbourhoods_per_unit
    table.caption = Text(
        f"{per_unit} neighbourhoods a unit. Synthetic, drawn anew for each world: {drawn}.", TAGS["synthetic"]
    )
    table.caption_justify = "left"
    return table


def _communities(scenario: Scenario) -> Table:
    rows = ((one.year, one.population, _shares(one.shares), one.source) for one in scenario.censuses)
    return _table("Communities in the censuses", "imposed", "year!|population>|shares|source", _as_years(rows))


def _as_years(rows: Iterable[tuple[int, object, object, object]]) -> Iterator[tuple[object, ...]]:
    return ((str(year), *rest) for year, *rest in rows)


def _organisations(scenario: Scenario) -> Table:
    """What each starts with. Other tables call it by its id; where the numbers come from stands in the next."""
    rows = (
        (
            one.id, f"{one.name}, {one.colour}", one.workers, one.armed, one.budget, one.funds_per_year, one.cells,
            one.militancy,
        )
        for one in scenario.organisations
    )  # fmt: skip
    columns = "id!|organisation, colour|workers>|armed>|money>|funds\na year>|watch>|arms>"
    table = _table("Organisations, as they start", "declared", columns, rows)
    table.caption = Text(
        "Watch: how well it has learnt to watch, 0-1. Arms: least share of its spending that goes to arms. Room for "
        f"{_many(scenario.splinter_slots, 'breakaway organisation')}: the model founds them, no date does."
    )
    table.caption_justify = "left"
    return table


def _origins(scenario: Scenario) -> Table:
    rows = (
        (one.id, one.founded, one.contests_from or "never", one.patron, _shares(one.kinship, "\n"), one.source)
        for one in scenario.organisations
    )
    columns = "id!|founded!|in polls\nfrom!|patron!|kinship!|source (also of the numbers above)"
    return _table("Organisations: since when, whose kin, and sources", "declared", columns, rows)


def _stances(scenario: Scenario) -> Table:
    rows = ((one.organisation, one.start, one.end, one.stance, one.source) for one in scenario.centre.stances)
    return _table(
        "Stances of the centre (it chooses where none is dated)",
        "imposed",
        "organisation!|from!|to!|stance!|source",
        rows,
    )


def _governments(scenario: Scenario) -> Table:
    centre, word = scenario.centre, scenario.centre.announcements
    rows = [
        (one.start, one.end, one.kind, _shares(one.offices), one.allies_needed, one.source)
        for one in centre.governments
    ]
    table = _table("Who rules", "imposed", "from!|to!|kind|offices|allies needed>|source", rows)
    table.caption = Text(f"Announcements kept before the start: {word.kept:g} of {word.made:g} ({word.source}).")
    table.caption_justify = "left"
    return table


def _operations(scenario: Scenario) -> Table:
    rows = (
        (one.name, f"{one.start}\n{one.end}", _manner(one), _shares(one.targets, "\n"), one.source)
        for one in scenario.state.operations
    )
    return _table("Operations", "imposed", "operation|from\nto!|manner|targets!|source", rows)


def _manner(operation: Operation) -> str:
    kept = "kept" if operation.kept else "not kept"
    return (
        f"{operation.raids_per_week:g} raids a week\n{operation.unlawful:g} of harm unlawful\n"
        f"announced for {operation.announced_years:g} year{'' if operation.announced_years == 1 else 's'}, {kept}"
    )


def _state(scenario: Scenario) -> Table:
    state = scenario.state
    forces = (("personnel", one.start, one.end, one.personnel, one.source) for one in state.forces)
    services = ((_served(one), one.start, one.end, one.level, one.source) for one in state.delivery)
    return _table("Forces and services of the state", "imposed", "what|from!|to!|level>|source", (*forces, *services))


def _served(order: Delivery) -> str:
    return "services, 0-1" + (f", in {', '.join(order.districts)}" if order.districts else "")


def _elections(scenario: Scenario) -> Table:
    dated = (
        (one.date, one.chamber, one.seats, _out(one), _shares(one.seats_elsewhere), one.source)
        for one in scenario.elections
    )
    ruled = (
        (f"{one.first}, then every {one.every_years} years", one.chamber, one.seats, "-", "-", one.source)
        for one in scenario.election_rules
    )
    columns = "election|chamber|seats>|boycotted by|seats elsewhere|source"
    return _table("Elections (the calendar; votes and seats emerge)", "imposed", columns, (*dated, *ruled))


def _out(poll: Election) -> str:
    return "party-less: no party stands" if poll.party_less else ", ".join(poll.boycotts) or "-"


def _timeline(scenario: Scenario) -> Table:
    timeline = scenario.timeline
    rows: list[tuple[object, ...]] = [
        (one.start, f"tide to {one.end}: {one.organisation} {one.appeal:+g} appeal", one.source)
        for one in timeline.tides
    ]
    rows += [(one.start, f"leader to {one.end}: {_whereabouts(one)}", one.source) for one in timeline.leaders]
    rows += [(one.start, f"media to {one.end}: show {one.level:g} of violence", one.source) for one in timeline.media]
    rows += [
        (one.start, f"positions to {one.end}: {one.organisation} please foreign powers {one.level:g}", one.source)
        for one in timeline.positions
    ]
    rows += [
        (
            one.date,
            f"shock: {one.deaths} {one.community} dead{_by(one)}: {one.description}",
            one.source,
        )
        for one in timeline.shocks
    ]
    rows += [
        (one.start, f"shut out to {one.end}: {one.level:g} of the {one.community} young", one.source)
        for one in timeline.exclusions
    ]
    rows += [
        (one.start, f"foreign money to {one.end}: {one.organisation} {one.money_per_year:g} a year", one.source)
        for one in timeline.foreign_funds
    ]
    rows += [(one.date, f"note (not read by the model): {one.text}", one.source) for one in timeline.notes]
    return _table("Timeline", "imposed", "date!|what|source", sorted(rows, key=lambda row: str(row[0])))


def _whereabouts(leader: Leader) -> str:
    where = [f"of {leader.organisation}"] + ["abroad"] * leader.abroad
    return ", ".join(where + [f"bound {leader.bound:g} of 1 by proceedings"] * (leader.bound > 0))


def _by(shock: Shock) -> str:
    return (f" by {shock.by}" if shock.by else "") + (", answers included" if shock.whole else "")


def _background(scenario: Scenario) -> Table:
    background = scenario.background
    rows = [("ordinary murder per 100,000, from", one) for one in background.ordinary_per_100k]
    rows += [("deaths by other militants in", one) for one in background.other_militants]
    return _table(
        "Killing the model does not explain",
        "imposed",
        "what|year|value>|source",
        ((what, str(one.year), one.value, one.source) for what, one in rows),
    )


def _quantities(scenario: Scenario) -> Table:
    found: list[tuple[str, Quantity]] = [("segregation", scenario.geography.segregation)]
    found += [(name, getattr(scenario.economy, name)) for name in type(scenario.economy).model_fields]
    rows = ((name, one.value, one.unit, f"{one.low:g} to {one.high:g}", one.meaning, one.source) for name, one in found)
    return _table("Economy and settlement", "declared", "name!|value>|unit|plausible|meaning|source", rows)


def _emerges() -> RenderableType:
    return Panel(Text("\n".join(f"- {line}" for line in EMERGES)), title=Text("Left to emerge", TAGS["emergent"]))


def _parameters(mechanism: str, values: Mapping[str, Value]) -> Table:
    rows = (
        (name, value, known.unit, f"{known.low:g} to {known.high:g}", known.meaning, known.source)
        for name, (value, known) in values.items()
    )
    return _table(f"Parameters of {mechanism}", "declared", "parameter!|value>|unit|plausible|meaning|source", rows)
