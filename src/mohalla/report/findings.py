"""What the worlds say, untuned: three findings in plain words with their numbers, whichever way they come out.

Nothing here knows a city. The main party is the organisation that held most; its first contested national election,
its own community and the operations are read from the scenario.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np

from mohalla.report import words
from mohalla.report.bands import Spread, spread
from mohalla.report.digest import Axes, Digest
from mohalla.scenario import NONE, Election, Operation, Organisation, Scenario

YEAR = 52
LONG_RUN_YEARS, DECADE = 20, 10


class FirstElection(NamedTuple):
    """The main party's first contested national election: seats it wins and in how many worlds these are most."""

    election: Election
    worlds: int
    majority: int
    largest: int
    seats: Spread


class Gap(NamedTuple):
    """Coerced share and gap (hold minus hearts) in the party's own community in chosen years."""

    community: str
    years: tuple[int, ...]
    coerced: tuple[Spread, ...]
    gap: tuple[Spread, ...]
    worlds: int
    opened: int
    grew: int


class Operated(NamedTuple):
    """Killings in the year after an operation begins, as a ratio to the year before."""

    operation: Operation
    ratio: Spread
    ratio_with_state: Spread
    before: Spread
    after: Spread
    fell: int


class Findings(NamedTuple):
    """The findings of a report."""

    first: FirstElection | None
    gap: Gap | None
    operations: tuple[Operated, ...]


def findings(scenario: Scenario, digests: Sequence[Digest], axes: Axes, main: str) -> Findings:
    """Everything the worlds say about the main party."""
    first = first_election(scenario, digests, main)
    return Findings(first, gap(scenario, digests, axes, main), operations(scenario, digests))


# ----------------------------------------------------------------------------------------- the first election it fights


def first_contested(scenario: Scenario, main: str) -> Election | None:
    """The first national election in which the party stands under its own name."""
    party = _declared(scenario, main)
    if party is None or party.contests_from is None:
        return None
    stood = (
        election
        for election in sorted(scenario.elections, key=lambda election: election.date)
        if election.chamber == "national" and not election.party_less
        and main not in election.boycotts and election.date >= party.contests_from
    )  # fmt: skip
    return next(stood, None)


def _declared(scenario: Scenario, name: str) -> Organisation | None:
    return next((one for one in scenario.organisations if one.id == name), None)


def first_election(scenario: Scenario, digests: Sequence[Digest], main: str) -> FirstElection | None:
    """How the worlds' first contested national election went; None where there is none in the run."""
    election = first_contested(scenario, main)
    label = f"{election.date} {election.chamber}" if election else ""
    if election is None or any((label, main) not in digest.seats for digest in digests):
        return None
    own = [digest.seats[label, main] for digest in digests]
    rivals = [_best_rival(digest, label, main) for digest in digests]
    majority = sum(2 * won > election.seats for won in own)
    largest = sum(won > rival for won, rival in zip(own, rivals, strict=True))
    return FirstElection(election, len(digests), majority, largest, spread([float(won) for won in own]))


def _best_rival(digest: Digest, label: str, main: str) -> int:
    return max(
        (won for (poll, name), won in digest.seats.items() if poll == label and name not in (main, NONE)), default=0
    )


# ----------------------------------------------------------------------------------------------------------- the gap


def own_community(scenario: Scenario, main: str) -> str:
    """The community with the highest declared kinship (the first community for a party nobody declared)."""
    party = _declared(scenario, main)
    kinship = party.kinship if party else {}
    return max(scenario.community_ids, key=lambda name: kinship.get(name, 0.0))


def milestones(scenario: Scenario, main: str, first: float, last: float) -> tuple[int, ...]:
    """Years to read: the first full year of the party, every tenth after it, years operations begin, the last year."""
    party = _declared(scenario, main)
    start = int(np.ceil(max(first, party.founded.year + 1 if party else first)))
    end = int(np.floor(last)) - 1
    if end <= start:
        return (start,) if start < last else ()
    step = DECADE if end - start >= LONG_RUN_YEARS else max(1, (end - start) // 4)
    operations = [operation.start.year for operation in scenario.state.operations]
    years = {*range(start, end + 1, step), *(year for year in operations if start <= year <= end), end}
    return tuple(sorted(years))


def gap(scenario: Scenario, digests: Sequence[Digest], axes: Axes, main: str) -> Gap | None:
    """Whether public following outgrows private preference in the party's own community."""
    years = milestones(scenario, main, float(axes.bins[0]), float(axes.bins[-1]))
    if not years:
        return None
    place = own_community(scenario, main)
    coerced = np.array([_in_years(digest, axes, f"coerced/{place}", years) for digest in digests])
    opening = np.array(
        [_in_years(d, axes, f"hold/{place}", years) - _in_years(d, axes, f"hearts/{place}", years) for d in digests]
    )
    name = next(community.name for community in scenario.communities if community.id == place)
    spreads = [tuple(spread(column.tolist()) for column in table.T) for table in (coerced, opening)]
    opened, grew = int((opening[:, -1] > 0).sum()), int((coerced[:, -1] > coerced[:, 0]).sum())
    return Gap(name, years, spreads[0], spreads[1], len(digests), opened, grew)


def _in_years(digest: Digest, axes: Axes, series: str, years: Sequence[int]) -> np.ndarray:
    """Means of a binned series over calendar years."""
    values = digest.bins[series]
    when = axes.bins[: len(values)]
    return np.array([values[(when >= year) & (when < year + 1)].mean() for year in years])


# --------------------------------------------------------------------------------------------- before and after raids


def operations(scenario: Scenario, digests: Sequence[Digest]) -> tuple[Operated, ...]:
    """Each operation with a full year of the run on either side of its first day."""
    found = (_operated(operation, digests) for operation in scenario.state.operations)
    return tuple(sorted((one for one in found if one), key=lambda one: one.operation.start))


def _operated(operation: Operation, digests: Sequence[Digest]) -> Operated | None:
    organised = [_around(digest, "killings/organised", operation.start) for digest in digests]
    whole = [_around(digest, "killings/emergent", operation.start) for digest in digests]
    if any(pair is None for pair in organised):
        return None
    pairs = [pair for pair in organised if pair]
    with_state = [_ratio(*pair) for pair in whole if pair]
    before, after = (spread([pair[side] for pair in pairs]) for side in (0, 1))
    fell = sum(late < early for early, late in pairs)
    return Operated(operation, spread([_ratio(*pair) for pair in pairs]), spread(with_state), before, after, fell)


def _around(digest: Digest, series: str, start: date) -> tuple[float, float] | None:
    """Deaths in the 52 weeks before and from a date on; None where the run does not hold both."""
    first = int(np.searchsorted(digest.weeks, np.datetime64(start) - np.timedelta64(6, "D")))
    if first < YEAR or first + YEAR > len(digest.weeks):
        return None
    weekly = digest.weekly[series]
    return float(weekly[first - YEAR : first].sum()), float(weekly[first : first + YEAR].sum())


def _ratio(before: float, after: float) -> float:
    return after / before if before > 0 else float("nan")


# ------------------------------------------------------------------------------------------------------- in plain words


class Card(NamedTuple):
    """One finding as a reader meets it: a large figure, a sentence, and rows of numbers below it."""

    id: str
    title: str
    figure: str
    caption: str
    sentence: str
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def cards(found: Findings, party: str, worlds: int) -> tuple[Card, ...]:
    """The findings in words."""
    made = (_first_card(found.first, party), _gap_card(found.gap, party), _operations_card(found.operations, worlds))
    return tuple(card for card in made if card)


def ranged(one: Spread, show: str = "number") -> str:
    """`median (low to high)`; the median alone for one world."""
    told = words.percent if show == "percent" else words.number
    low, middle, high = (told(value) for value in (one.low, one.median, one.high))
    return middle if one.worlds <= 1 else f"{middle} ({low.removesuffix(' %')} to {high.removesuffix(' %')})"


def _first_card(first: FirstElection | None, party: str) -> Card:
    title = "First national election"
    if first is None:
        return Card(
            "first-election",
            title,
            "–",
            "",
            f"{party} contests no national election in this run, so there is nothing to say.",
        )
    share = words.percent(first.majority / first.worlds)
    most, more = (words.of_worlds(count, first.worlds) for count in (first.majority, first.largest))
    sentence = (
        f"At its first contested national election ({words.day(first.election.date)}) {party} wins more than half of "
        f"the city’s {first.election.seats} seats {most}, and more than any other {more}. Seats: {ranged(first.seats)}."
    )
    return Card("first-election", title, share, "of worlds: more than half of the city’s seats", sentence)


def _gap_card(found: Gap | None, party: str) -> Card:
    title = "A gap between face and heart"
    if found is None:
        return Card("gap", title, "–", "", "The run is too short to read a gap.")
    first, last = found.years[0], found.years[-1]
    opened, grew = (words.of_worlds(count, found.worlds) for count in (found.opened, found.grew))
    sentence = f"In {last}, more adults of {found.community} show {party} than prefer it {opened}."
    if last > first:
        sentence += f" Their coerced share is larger in {last} than in {first} {grew}."
    rows = tuple(
        (str(year), ranged(coerced, "percent"), ranged(opening, "percent"))
        for year, coerced, opening in zip(found.years, found.coerced, found.gap, strict=True)
    )
    return Card(
        "gap",
        title,
        words.percent(found.coerced[-1].median),
        f"coerced among {found.community} in {last}, median",
        sentence,
        ("Year", "Coerced", "Gap"),
        rows,
    )


def _operations_card(found: Sequence[Operated], worlds: int) -> Card:
    title = "Killings around operations"
    if not found:
        return Card("operations", title, "–", "", "No operation has a full year of the run on either side.")
    last = found[-1]
    change = words.percent(last.ratio.median - 1)
    change = f"+{change}" if last.ratio.median > 1 else change
    known = last.ratio.worlds > 0
    times = f"{ranged(last.ratio)} times as many" if known else "nobody was killed in the year before"
    sentence = (
        f"In the year after {last.operation.name} begins ({words.day(last.operation.start)}), killings by "
        f"organisations and crowds are fewer than in the year before {words.of_worlds(last.fell, worlds)}: "
        f"{times}. That is before and after, not cause and effect; only a paired run "
        "without the operation shows what it did."
    )
    rows = tuple(
        (one.operation.name, ranged(one.ratio), ranged(one.ratio_with_state), f"{one.fell} of {worlds}")
        for one in found
    )
    return Card(
        "operations",
        title,
        change,
        f"killings in the year after {last.operation.name} begins, median",
        sentence,
        ("Operation", "After / before", "with its own deaths", "Fell in"),
        rows,
    )
