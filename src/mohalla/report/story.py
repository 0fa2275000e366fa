"""What happened in the first world, in plain words: events gathered into a few dated lines that read as a story.

Each line says whether the scenario imposed it or it emerged, and how often the same kind of thing happened in the
other worlds. Things that come in runs (strikes, riots, purges) are counted, not listed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from statistics import median
from typing import Literal, NamedTuple

from mohalla.calendar import monday
from mohalla.events import Event
from mohalla.report import words
from mohalla.results import Happening
from mohalla.scenario import STANCES, Operation, Scenario

MOST_LINES, MOST_SPELLS = 24, 3
FOUNDING_TIME, FOLLOWING_TIME = timedelta(weeks=13), timedelta(weeks=52)
SHORTEST_GAP = timedelta(weeks=26)
NEW_STANCE = {
    "sponsor": "began to sponsor {name}", "co-opt": "took {name} into government",
    "neutral": "let {name} alone", "negotiate": "began to negotiate with {name}",
    "crack-down": "cracked down on {name}",
}  # fmt: skip
TIERS = {"city": "chief organiser", "sector": "sector head", "unit": "unit head"}
Key = tuple[object, ...]
Events = Sequence[Happening]
Names = Mapping[str, str]


class Line(NamedTuple):
    """One line of the story: when, what, whether imposed, and how it went in the other worlds."""

    when: str
    text: str
    kind: Literal["imposed", "emergent"]
    elsewhere: str


class Draft(NamedTuple):
    """A line before it is dated in words: `key` finds the same kind of thing in other worlds, `weight` ranks it."""

    start: date
    end: date
    text: str
    key: Key
    weight: float = 1.0
    imposed: bool = False


class Story(NamedTuple):
    """The lines in order of date, and in words what was left out to keep it short."""

    lines: tuple[Line, ...]
    left_out: str


def story(scenario: Scenario, worlds: Sequence[Events], main: str) -> Story:
    """The story of the first of these worlds, told in more lines of the main party than of others."""
    names, first = words.short_names(scenario), worlds[0]
    found = [*_operations(scenario, first, names), *(draft for tell in TELLERS for draft in tell(first, names, main))]
    kept = sorted(sorted(found, key=lambda one: -one.weight)[:MOST_LINES], key=lambda one: one.start)
    tallies = [Counter(key_of(event) for event in events) for events in worlds[1:]]
    told = {one.key: one for one in reversed(kept) if not one.imposed}  # the first line of a kind says it for all
    lines = (
        Line(words.period(one.start, one.end), one.text, "imposed" if one.imposed else "emergent",
             elsewhere(one.key, tallies) if told.get(one.key) is one else "")
        for one in kept
    )  # fmt: skip
    return Story(tuple(lines), _left_out(len(found) - len(kept)))


def _left_out(count: int) -> str:
    if count <= 0:
        return ""
    return f"Left out to keep this short: {words.counted(count, 'lesser line')}. The results hold every event."


def key_of(event: Happening) -> Key:
    """What makes two events the same kind of thing: what happened to whom, and for a stance which one it became."""
    if event.kind is Event.STANCE:
        return (event.kind, event.organisation, event.size)
    return (event.kind, event.organisation)


def elsewhere(key: Key, tallies: Sequence[Mapping[Key, int]]) -> str:
    """In how many other worlds the same kind of thing happened, and how many times there in the whole run."""
    times = [tally[key] for tally in tallies if tally[key]]
    if not tallies:
        return ""
    if len(tallies) == 1:
        return f"In the other world {words.times(times[0])}." if times else "Not in the other world."
    if not times:
        return f"In none of the {len(tallies)} other worlds."
    whole = "both" if len(tallies) == 2 else f"all {len(tallies)}"
    worlds = whole if len(times) == len(tallies) else f"{len(times)} of {len(tallies)}"
    often = int(median(times) + 0.5)
    return f"Also in {worlds} other worlds{'' if often <= 1 else f'; the median one has {often:,} in its whole run'}."


# --- gathering -------------------------------------------------------------------------------------------------------


def spells(events: Events, most: int = MOST_SPELLS) -> list[Events]:
    """Events cut into at most so many runs where the pauses between them are longest; short pauses never cut."""
    if most == 1:
        return [events]
    days = [event.day for event in events]
    pauses = sorted((later - earlier for earlier, later in pairwise(days)), reverse=True)
    longest = pauses[most - 1] if len(pauses) >= most else SHORTEST_GAP
    cut = max(longest, SHORTEST_GAP)
    runs: list[list[Happening]] = []
    for event in events:
        if runs and event.day - runs[-1][-1].day <= cut:
            runs[-1].append(event)
        else:
            runs.append([event])
    return list(runs)


def _by_organisation(events: Events, *kinds: Event, imposed: bool = False) -> dict[str, list[Happening]]:
    found: dict[str, list[Happening]] = {}
    for event in events:
        if event.kind in kinds and event.imposed == imposed:
            found.setdefault(event.organisation, []).append(event)
    return found


def _runs(
    events: Events, kind: Event, text: Callable[[str, Events], str], names: Names, main: str, weight: float
) -> Iterator[Draft]:
    """One line for each run of a kind of event of the main party or of nobody; of others, one line in all."""
    for name, mine in _by_organisation(events, kind).items():
        for run in spells(mine, _most(name, main)):
            said = text(names.get(name, ""), run)
            yield Draft(run[0].day, run[-1].day, said, key_of(run[0]), weight + 0.01 * len(run))


def _most(name: str, main: str) -> int:
    return MOST_SPELLS if name in (main, "") else 1


def _holders(events: Iterable[Happening]) -> str:
    """Who they were, by tier: `two sector heads and a unit head`."""
    tally = Counter(event.tier for event in events)
    named = [words.counted(tally[tier], name) for tier, name in TIERS.items() if tally[tier]]
    return words.joined([*named, *([_posts(tally[""])] if tally[""] else [])])


def _posts(count: int) -> str:
    return words.counted(count, "holder of a post", "holders of posts")


def _said(text: str) -> str:
    return f"{text[0].upper()}{text[1:].rstrip('.')}."


# --- what emerged ----------------------------------------------------------------------------------------------------


def _splits(events: Events, names: Names, _main: str) -> Iterator[Draft]:
    """Each splinter: who founded it, and who followed within a year."""
    for split in (event for event in events if event.kind is Event.SPLIT):
        joined = [event for event in _joiners(events, split) if event.day <= split.day + FOLLOWING_TIME]
        founders = [event for event in joined if event.day <= split.day + FOUNDING_TIME] or [split]
        later = [event for event in joined if event not in founders]
        text = f"{_holders(founders)} of {names[split.organisation]} left and founded {names[split.other]}"
        text += _with(_began_with(events, split), "member")
        text += f"; within a year {_holders(later)} followed" if later else "; nobody followed within a year"
        share = sum(event.size for event in joined or [split])
        text += f", in all {words.percent(share)} of its rank."
        yield Draft(split.day, split.day, _said(text), key_of(split), 9.0)


def _began_with(events: Events, split: Happening) -> float:
    """Members that a splinter was founded with."""
    same = (event for event in events if event.kind is Event.FOUNDING and event.organisation == split.other)
    return next((event.size for event in same if event.day == split.day), 0.0)


def _joiners(events: Events, split: Happening) -> Iterator[Happening]:
    """Those who went over to a splinter, its founder first, until its place is used again."""
    for event in events:
        if event is not split and event.kind is Event.SPLIT and event.other == split.other and event.day > split.day:
            return
        to = (event.kind, event.organisation, event.other)
        if event.day >= split.day and to == (Event.DEFECTION, split.organisation, split.other):
            yield event


def _with(number: float, word: str) -> str:
    return f", with {words.counted(round(number), word)}" if number >= 1 else ""


def _defections(events: Events, names: Names, main: str) -> Iterator[Draft]:
    """Those who left later than a split's first year, or for an organisation that was there already."""
    splits = [event for event in events if event.kind is Event.SPLIT]
    told = {event for split in splits for event in _joiners(events, split) if event.day <= split.day + FOLLOWING_TIME}
    rest = [event for event in events if event not in told]

    def text(name: str, run: Events) -> str:
        to = words.joined(sorted({names[event.other] for event in run if event.other})) or "nobody"
        share = words.percent(sum(event.size for event in run))
        return _said(f"{_holders(run)} of {name} went over to {to}: {share} of its rank.")

    yield from _runs(rest, Event.DEFECTION, text, names, main, 5.0)


def _discipline(events: Events, names: Names, main: str) -> Iterator[Draft]:
    """Executions, and how many times there were so many at once that they were a purge."""
    for name, mine in _by_organisation(events, Event.PURGE, Event.EXECUTION).items():
        for run in spells(mine, _most(name, main)):
            killed = [event for event in run if event.kind is Event.EXECUTION]
            purges = [event for event in run if event.kind is Event.PURGE]
            who = _holders(killed) or _posts(round(sum(event.size for event in purges)))
            text = f"{names[name]} killed {who} of its own"
            text += f", in {words.counted(len(purges), 'purge')}" if purges else ""
            yield Draft(run[0].day, run[-1].day, f"{text}.", key_of((killed or run)[0]), 2.0 + 0.1 * len(run))


def _readmissions(events: Events, names: Names, main: str) -> Iterator[Draft]:
    def text(name: str, run: Events) -> str:
        back = words.joined(sorted({names[event.other] for event in run if event.other})) or "those who had left"
        return f"{name} took {back} back{_with(sum(event.size for event in run), 'member')}."

    return _runs(events, Event.READMISSION, text, names, main, 8.0)


def _ends(events: Events, names: Names, main: str) -> Iterator[Draft]:
    return _runs(events, Event.SPLINTER_ENDS, lambda name, _: f"{name} came to its end.", names, main, 7.0)


def _strikes(events: Events, names: Names, main: str) -> Iterator[Draft]:
    def text(name: str, run: Events) -> str:
        closed = words.percent(median(event.size for event in run))
        each = "" if len(run) == 1 else " in the median one"
        return f"{name} called {words.counted(len(run), 'strike')}; {closed} of the city closed{each}."

    return _runs(events, Event.STRIKE, text, names, main, 3.0)


def _riots(events: Events, names: Names, main: str) -> Iterator[Draft]:
    def text(name: str, run: Events) -> str:
        dead, worst = sum(event.size for event in run), max(run, key=lambda event: event.size)
        where = f", {words.number(worst.size)} of them in the worst" if len(run) > 1 else ""
        by = f", worked by {name}," if name and name != names.get("none") else ""
        killed = f"killed {words.counted(round(dead), 'person', 'people')}{where}"
        return _said(f"{words.counted(len(run), 'riot')}{by} {killed}")

    return _runs(events, Event.RIOT, text, names, main, 3.5)


def _stances(events: Events, names: Names, main: str) -> Iterator[Draft]:
    """What the centre chose itself."""

    def text(name: str, run: Events) -> str:
        last = STANCES[int(run[-1].size)]
        if len(run) == 1:
            return f"The centre {NEW_STANCE[last].format(name=name)}."
        end = NEW_STANCE[last].format(name="it")
        return f"The centre changed its stance towards {name} {words.times(len(run))}; in the end it {end}."

    return _runs(events, Event.STANCE, text, names, main, 6.0)


def _blunders(events: Events, names: Names, main: str) -> Iterator[Draft]:
    def text(name: str, run: Events) -> str:
        return f"The leader of {name} chose the worse course{'' if len(run) == 1 else ' ' + words.times(len(run))}."

    return _runs(events, Event.BLUNDER, text, names, main, 2.0)


def _appeals(events: Events, names: Names, main: str) -> Iterator[Draft]:
    def text(name: str, run: Events) -> str:
        return f"{name} asked foreign powers for help{'' if len(run) == 1 else ' ' + words.times(len(run))}."

    return _runs(events, Event.APPEAL_ABROAD, text, names, main, 2.5)


def _motions(events: Events, names: Names, main: str) -> Iterator[Draft]:
    """What parties moved against each other in assemblies, and what they answered."""

    def whom(run: Events) -> str:
        return words.joined(sorted({names[event.other] for event in run if event.other})) or "others"

    def moved(name: str, run: Events) -> str:
        return f"{name} brought {words.counted(len(run), 'motion')} against {whom(run)} before assemblies."

    def answered(name: str, run: Events) -> str:
        what = "a motion with one" if len(run) == 1 else f"{words.counted(len(run), 'motion')} with as many"
        return f"{name} answered {what} against {whom(run)}."

    yield from _runs(events, Event.MOTION, moved, names, main, 1.5)
    yield from _runs(events, Event.COUNTER_MOTION, answered, names, main, 1.4)


# --- what was imposed ------------------------------------------------------------------------------------------------


def _foundings(events: Events, names: Names, _main: str) -> Iterator[Draft]:
    for event in events:
        if event.kind is Event.FOUNDING and event.imposed:
            text = f"{names[event.organisation]} was founded{_with(event.size, 'member')}."
            yield Draft(event.day, event.day, text, key_of(event), 8.5, imposed=True)


def _imposed_stances(events: Events, names: Names, _main: str) -> Iterator[Draft]:
    """All of them in one line: the timeline shows them in full."""
    found = _by_organisation(events, Event.STANCE, imposed=True)
    if found:
        mine = sorted((event for run in found.values() for event in run), key=lambda event: event.day)
        towards = next(iter(found)) if len(found) == 1 else ""
        whom = names[towards] if towards else words.counted(len(found), "organisation")
        text = f"The scenario sets the centre’s stance towards {whom} {words.times(len(mine))}."
        yield Draft(mine[0].day, mine[-1].day, text, key_of(mine[0]), 8.4, imposed=True)


def _operations(scenario: Scenario, events: Events, names: Names) -> Iterator[Draft]:
    """Operations by the names they have in the scenario, where the run saw them begin."""
    last = max((event.day for event in events), default=None)
    began = [event for event in events if event.kind is Event.OPERATION_BEGINS]
    for event, one in zip(began, _begun(scenario, began), strict=False):
        target = f", above all at {names[event.organisation]}" if event.organisation else ""
        text = f"{one.name}: {words.number(one.raids_per_week)} raids a week{target}"
        if last and one.end <= last + timedelta(weeks=1):
            text += f". The stay announced for {_years(one.announced_years)} was {'kept' if one.kept else 'not kept'}"
        yield Draft(event.day, one.end, f"{text}.", key_of(event), 8.6, imposed=True)


def _begun(scenario: Scenario, began: Events) -> list[Operation]:
    """The operations that these events began: those that start in their weeks, in the scenario's order."""
    weeks = {event.day for event in began}
    return sorted(
        (one for one in scenario.state.operations if monday(one.start) in weeks), key=lambda one: monday(one.start)
    )


def _years(years: float) -> str:
    months = round(12 * years)
    return words.counted(months, "month") if months < 24 else f"{words.number(round(years, 1))} years"


Teller = Callable[[Events, Names, str], Iterator[Draft]]
TELLERS: tuple[Teller, ...] = (
    _foundings, _imposed_stances, _splits, _defections, _readmissions, _ends, _discipline, _stances, _riots, _strikes,
    _appeals, _motions, _blunders,
)  # fmt: skip
