"""The dated history a run was given, as marks for every time axis and as a timeline of its own."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

from mohalla.calendar import year_fraction
from mohalla.report import words
from mohalla.scenario import Scenario

EventKind = Literal["operation", "election", "shock", "note", "rule", "stance", "extrapolation", "plan"]


class Event(NamedTuple):
    """Something dated: a span where `end` is later than `start`, otherwise a day."""

    kind: EventKind
    start: date
    end: date
    text: str
    source: str
    level: str = ""
    size: float = 0.0

    @property
    def from_year(self) -> float:
        return year_fraction(self.start)

    @property
    def to_year(self) -> float:
        return year_fraction(self.end)


def events(scenario: Scenario, main: str, last: float) -> tuple[Event, ...]:
    """Everything dated in a scenario that a reader wants beside a curve, in order of date.

    `last` is the decimal year in which the run ends: what lies past the record is marked as extrapolation.
    """
    found = [*_operations(scenario), *_elections(scenario, main), *_timeline(scenario), *_centre(scenario, main)]
    ends = scenario.about.record_ends
    if ends and year_fraction(ends) < last - 0.1:
        text = f"Extrapolation: {scenario.about.extrapolation}".strip()
        found.append(Event("extrapolation", ends, words.moment(last), text, "the scenario’s stated rules"))
    return tuple(sorted(found, key=lambda event: (event.start, event.kind)))


def _operations(scenario: Scenario) -> list[Event]:
    return [Event("operation", op.start, op.end, op.name, op.source) for op in scenario.state.operations]


def _elections(scenario: Scenario, main: str) -> list[Event]:
    names = words.organisation_names(scenario)
    found = []
    for poll in scenario.elections:
        out = ", ".join(names[name] for name in poll.boycotts)
        text = f"{poll.chamber.capitalize()} election" + (", party-less" if poll.party_less else "")
        text += f" (boycotted by {out})" if out else ""
        level = "boycott" if main in poll.boycotts else poll.chamber
        found.append(Event("election", poll.date, poll.date, text, poll.source, level, poll.seats))
    return found


def _timeline(scenario: Scenario) -> list[Event]:
    shocks = [
        Event(
            "shock",
            one.date,
            one.date,
            f"{one.description} ({one.deaths} deaths, imposed)",
            one.source,
            size=one.deaths,
        )
        for one in scenario.timeline.shocks
    ]
    return shocks + [Event("note", note.date, note.date, note.text, note.source) for note in scenario.timeline.notes]


def _centre(scenario: Scenario, main: str) -> list[Event]:
    names = words.organisation_names(scenario)
    rule = []
    for one in scenario.centre.governments:
        inside = ", ".join(names[name] for name, share in one.offices.items() if share > 0)
        text = f"{one.kind.capitalize()} government" + (f"; in office: {inside}" if inside else "")
        rule.append(Event("rule", one.start, one.end, text, one.source, one.kind))
    return rule + [
        Event("stance", one.start, one.end, f"Centre towards {names[main]}: {one.stance}", one.source, one.stance)
        for one in scenario.centre.stances
        if one.organisation == main
    ]
