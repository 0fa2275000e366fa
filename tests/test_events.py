"""The log of events: rows in order, nothing written over, what finds no room is counted; and words for each kind."""

from __future__ import annotations

import numpy as np
import pytest

from mohalla.events import EVENT_COLUMNS, KINDS, Event, tell
from mohalla.observables import EVENTS, FLAGS

WORDS = {
    "organisation": "Lantern",
    "other": "Splinter 1",
    "post": "a unit head",
    "place": "unit 3",
    "stance": "sponsor",
}


def test_events_are_told_in_order_and_those_without_room_are_counted() -> None:
    events, count = np.zeros((2, len(EVENT_COLUMNS))), np.zeros(1, np.int64)
    for week in range(3):
        tell(events, count, week, int(Event.STRIKE), 4, 0, -1, -1, 0.5)
    assert count[0] == 3
    np.testing.assert_array_equal(events, [[0, 6, 4, 0, -1, -1, 0.5], [1, 6, 4, 0, -1, -1, 0.5]])


def test_kinds_are_numbered_once() -> None:
    assert len({int(kind) for kind in Event}) == len(Event)


def test_every_kind_has_its_words_in_the_order_of_its_numbers() -> None:
    assert list(KINDS) == sorted(Event)
    names = [one.name for one in KINDS.values()]
    assert names == [kind.name.lower() for kind in KINDS]
    assert FLAGS["event_kind"]["flag_meanings"] == " ".join(names)
    assert FLAGS["event_kind"]["flag_values"] == [int(kind) for kind in KINDS]


@pytest.mark.parametrize("kind", Event)
def test_a_sentence_says_what_it_is_about(kind: Event) -> None:
    told = KINDS[kind]
    text = told.sentence.format(size=12.0, **WORDS)
    assert not text.endswith(".")
    assert [word for word in WORDS if f"{{{word}" in told.sentence and WORDS[word] not in text] == []
    assert told.meaning
    assert told.size


def test_the_table_has_the_columns_of_the_log_and_says_what_is_imposed() -> None:
    assert [one.name for one in EVENTS] == [f"event_{name}" for name in (*EVENT_COLUMNS, "imposed")]
