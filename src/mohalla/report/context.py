"""What every chapter of a report draws on, and what a chapter is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from mohalla.experiments.intervals import FEW
from mohalla.record import Record
from mohalla.report import bands
from mohalla.report.digest import Axes, Digest
from mohalla.report.svg import Line, Panel
from mohalla.report.texts import CHAPTERS
from mohalla.report.timeline import Event
from mohalla.scenario import Scenario

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
    dense: bool = False


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
            return "this run, one world, so there is no band."
        ends = "all of them" if worlds < FEW else "5–95 %"
        return f"this run, {worlds} worlds. Line: median; bands: {ends} and the middle half; dotted: reference run."


def chapter(
    context: Context, name: str, panels: Iterable[Panel], keys: Sequence[Key] = (), more: str = "", source: str = ""
) -> Chapter:
    """A chapter with the words written for it; `more` is added to its lead, `source` to its source line."""
    text = CHAPTERS[name]
    party = context.names[context.main]
    lead = f"{text.lead.format(party=party)} {more}".strip()
    source = f"{context.simulated} {source}".strip()
    return Chapter(name, text.title.format(party=party), lead, source, text.mechanisms, tuple(panels), tuple(keys))


def binned(context: Context, measures: Iterable[Sequence[str]], factor: float = 1.0) -> tuple[Line, ...]:
    """Lines by bin: (series, label, colour, dash) each."""
    return tuple(
        Line(label, colour, bands.bins(context.digests, key).times(factor), dash)
        for key, label, colour, dash in measures
    )
