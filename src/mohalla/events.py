"""What happened that a reader would want told: kinds of events, and the log that steps append to.

A step that tells an event calls `tell`. Rows that find no room are counted and dropped, never written over others.
What the scenario imposes with a date is told by the engine when the run has ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import NamedTuple

from mohalla.draw import rule
from mohalla.state import Array

MOST_EVENTS = 8192
EVENT_COLUMNS = ("week", "kind", "organisation", "other", "tier", "unit", "size")
WEEK, KIND, ORGANISATION, OTHER, TIER, UNIT, SIZE = range(len(EVENT_COLUMNS))
CITY_TIER, SECTOR_TIER, UNIT_TIER = 0, 1, 2
NOWHERE = -1


class Event(IntEnum):
    """What an event is. One number each, never reused: stored runs keep them."""

    SPLIT = 1
    DEFECTION = 2
    PURGE = 3
    EXECUTION = 4
    READMISSION = 5
    STRIKE = 6
    STANCE = 7
    OPERATION_BEGINS = 8
    OPERATION_ENDS = 9
    ANNOUNCEMENT_KEPT = 10
    ANNOUNCEMENT_BROKEN = 11
    BLUNDER = 12
    APPEAL_ABROAD = 13
    RIOT = 14
    FOUNDING = 15
    SPLINTER_ENDS = 16
    RESHUFFLE = 17
    MOTION = 20
    COUNTER_MOTION = 21


@rule
def tell(
    events: Array,
    event_count: Array,
    week: int,
    kind: int,
    organisation: int,
    other: int,
    tier: int,
    unit: int,
    size: float,
) -> None:
    """Append one event; `other` 0, `tier` or `unit` -1 where there is none."""
    row = event_count[0]
    event_count[0] += 1
    if row < events.shape[0]:
        events[row, 0] = week
        events[row, 1] = kind
        events[row, 2] = organisation
        events[row, 3] = other
        events[row, 4] = tier
        events[row, 5] = unit
        events[row, 6] = size


class Told(NamedTuple):
    """How a kind is read: its name in the results, what it is, what its size counts, and a sentence for one of it.

    A sentence may name the {organisation}, the {other}, the {post}, the {place}, the {stance} and the {size}.
    """

    name: str
    meaning: str
    size: str
    sentence: str


KINDS: Mapping[Event, Told] = {
    Event.SPLIT: Told(
        "split",
        "the holder of a post left an organisation and founded another (the other)",
        "share of the rank that left",
        "{post} of {organisation} left and founded {other}: {size:.1%} of its rank",
    ),
    Event.DEFECTION: Told(
        "defection",
        "the holder of a post, a founder too, left an organisation for another (the other)",
        "share of the rank that left",
        "{post} of {organisation} went over to {other}: {size:.1%} of its rank",
    ),
    Event.PURGE: Told(
        "purge",
        "an organisation killed many holders of its own at once; each is an execution too",
        "deaths",
        "{organisation} purged its ranks: {size:,.0f} holders of posts died",
    ),
    Event.EXECUTION: Told(
        "execution", "an organisation killed a holder of its own", "deaths", "{organisation} killed {post} of its own"
    ),
    Event.READMISSION: Told(
        "readmission",
        "an organisation took back those who had left it for the other",
        "members who came back",
        "{organisation} took {other} back, with {size:,.0f} members",
    ),
    Event.STRIKE: Told(
        "strike",
        "an organisation called a strike",
        "share of the city that closed",
        "{organisation} called a strike; {size:.0%} of the city closed",
    ),
    Event.STANCE: Told(
        "stance",
        "the centre changed how it treats an organisation",
        "code of the new stance",
        "the centre's stance towards {organisation} became {stance}",
    ),
    Event.OPERATION_BEGINS: Told(
        "operation_begins",
        "an announced operation began; the organisation is the one at which most raids aim",
        "raids a week",
        "an operation of {size:,.3g} raids a week began, aimed above all at {organisation}",
    ),
    Event.OPERATION_ENDS: Told(
        "operation_ends",
        "an operation had its last week",
        "raids a week",
        "an operation of {size:,.3g} raids a week ended",
    ),
    Event.ANNOUNCEMENT_KEPT: Told(
        "announcement_kept",
        "an operation ended and its announced stay had been kept",
        "years announced",
        "a stay announced for {size:.3g} years had been kept",
    ),
    Event.ANNOUNCEMENT_BROKEN: Told(
        "announcement_broken",
        "an operation ended and its announced stay had not been kept",
        "years announced",
        "a stay announced for {size:.3g} years had not been kept",
    ),
    Event.BLUNDER: Told(
        "blunder",
        "a leader chose a course that truly paid less than the one it was preferred to",
        "what it cost, in the units of that choice",
        "the leader of {organisation} chose the worse course",
    ),
    Event.APPEAL_ABROAD: Told(
        "appeal_abroad",
        "an organisation asked foreign powers for help",
        "relief hoped for, in the units of that choice",
        "{organisation} asked foreign powers for help",
    ),
    Event.RIOT: Told(
        "riot",
        "a riot across a community line; the organisation is the one that worked it",
        "deaths",
        "a riot killed {size:,.0f} in {place}",
    ),
    Event.FOUNDING: Told(
        "founding",
        "an organisation entered the city: a declared one, or a splinter (then the other is whom it left)",
        "members it began with",
        "{organisation} was founded, with {size:,.0f} members",
    ),
    Event.SPLINTER_ENDS: Told(
        "splinter_ends",
        "a splinter had nobody left and gave up its place; the other is whom it had left",
        "members it ended with",
        "{organisation} came to its end",
    ),
    Event.RESHUFFLE: Told(
        "reshuffle",
        "a leader replaced the chief organiser by the head of a sector who promised to do better",
        "share of the cadre that stood with the one replaced",
        "the leader of {organisation} replaced its chief organiser by {post}",
    ),
    Event.MOTION: Told(
        "motion",
        "an organisation moved against another (the other) in an assembly in which it has seats",
        "standing that the other lost",
        "{organisation} moved against {other} in an assembly",
    ),
    Event.COUNTER_MOTION: Told(
        "counter_motion",
        "an organisation answered a motion against it with one against its mover (the other)",
        "standing that the other lost",
        "{organisation} answered with a motion against {other}",
    ),
}
