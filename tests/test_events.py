"""The log of events: rows in order, nothing written over, what finds no room is counted."""

from __future__ import annotations

import numpy as np

from mohalla.events import EVENT_COLUMNS, Event, tell


def test_events_are_told_in_order_and_those_without_room_are_counted() -> None:
    events, count = np.zeros((2, len(EVENT_COLUMNS))), np.zeros(1, np.int64)
    for week in range(3):
        tell(events, count, week, int(Event.STRIKE), 4, 0, -1, -1, 0.5)
    assert count[0] == 3
    np.testing.assert_array_equal(events, [[0, 6, 4, 0, -1, -1, 0.5], [1, 6, 4, 0, -1, -1, 0.5]])


def test_kinds_are_numbered_once() -> None:
    assert len({int(kind) for kind in Event}) == len(Event)
