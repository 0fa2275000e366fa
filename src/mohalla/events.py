"""What happened that a reader would want told: kinds of events, and the log that steps append to.

A step that tells an event calls `tell`. Rows that find no room are counted and dropped, never written over others.
"""

from __future__ import annotations

from enum import IntEnum

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
