"""The public record: every row has a source and a confidence, and nothing else slips in."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from mohalla.record import Record

RECORD: dict[str, Any] = {
    "scenario": "tiny",
    "counters": [
        {"id": "press", "name": "Press", "counts": "deaths reported", "causes": ["contest"], "kind": "emergent"}
    ],
    "deaths": [
        {
            "counter": "press",
            "from": date(1980, 1, 1),
            "to": date(1980, 12, 31),
            "deaths": 12,
            "source": "invented",
            "confidence": "low",
        }
    ],
    "seats": [
        {
            "date": date(1980, 6, 2),
            "chamber": "local",
            "total": 3,
            "seats": {"lantern": 2},
            "source": "invented",
            "confidence": "high",
        }
    ],
    "figures": [
        {
            "id": "gunmen",
            "label": "Gunmen",
            "variable": "armed",
            "from": date(1980, 1, 1),
            "to": date(1980, 12, 31),
            "reduce": "mean",
            "value": 3,
            "unit": "persons",
            "kind": "partly",
            "source": "invented",
            "confidence": "medium",
        }
    ],
}


def record(part: str = "", **changes: object) -> Record:
    """The record above, with changes to the first row of one of its tables."""
    table = {**RECORD, part: [{**RECORD[part][0], **changes}]} if part else RECORD
    return Record.model_validate(table)


def test_a_record_is_read() -> None:
    assert record().deaths[0].deaths == 12
    assert record().seats[0].seats == {"lantern": 2}
    assert record().counters[0].scope == "all"


@pytest.mark.parametrize("part", ["counters", "deaths", "seats", "figures"])
def test_unknown_keys_are_refused(part: str) -> None:
    with pytest.raises(ValidationError, match=rf"{part}\.0\.colour\s+Extra inputs are not permitted"):
        record(part, colour="red")


@pytest.mark.parametrize("part", ["deaths", "seats", "figures"])
@pytest.mark.parametrize("key", ["source", "confidence"])
def test_every_row_needs_source_and_confidence(part: str, key: str) -> None:
    row = {name: value for name, value in RECORD[part][0].items() if name != key}
    with pytest.raises(ValidationError, match=rf"{part}\.0\.{key}\s+Field required"):
        Record.model_validate({**RECORD, part: [row]})


@pytest.mark.parametrize(
    ("part", "key", "value", "words"),
    [
        ("deaths", "deaths", -1, "greater than or equal to 0"),
        ("deaths", "deaths", float("nan"), "finite number"),
        ("deaths", "to", date(1979, 1, 1), "ends on 1979-01-01, before it begins on 1980-01-01"),
        ("deaths", "confidence", "certain", "'high', 'medium' or 'low'"),
        ("deaths", "source", "", "at least 3 characters"),
        ("seats", "vote_shares", {"lantern": 1.4}, "less than or equal to 1"),
        ("figures", "reduce", "median", "'sum', 'mean' or 'last'"),
        ("counters", "kind", "true", "'imposed', 'emergent' or 'partly'"),
    ],
)
def test_values_out_of_bounds_are_refused(part: str, key: str, value: object, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        record(part, **{key: value})
