"""Pydantic's complaints, said in our words: key, value, what is allowed, nearest valid key (found in errors.py).

Nothing here knows about files. `read_as` turns a plain table into a typed part of a scenario, or raises `Complaints`
with one (key, sentence) for each problem, the most helpful first.
"""

from __future__ import annotations

import json
import re
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from mohalla.errors import listed, nearest

Kind = TypeVar("Kind", bound=BaseModel)
Table = dict[str, Any]
Location = tuple[str | int, ...]

MUST_BE = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "string_type": "text in quotes",
    "bool_type": "true or false",
    "date_type": "a date such as 1988-11-16, without quotes",
    "tuple_type": "a list in [brackets]",
    "list_type": "a list in [brackets]",
    "dict_type": "a table of keys and values",
    "model_type": "a table of keys and values",
    "model_attributes_type": "a table of keys and values",
    "finite_number": "a finite number, neither nan nor inf",
    "greater_than_equal": "at least {ge:g}",
    "greater_than": "more than {gt:g}",
    "less_than_equal": "at most {le:g}",
    "less_than": "less than {lt:g}",
    "too_short": "a list of at least {min_length}",
    "too_long": "a list of at most {max_length}",
    "string_too_short": "text of at least {min_length} letters",
}
LAST_DAYS = ("to", "end", "record_ends", "latest")  # keys whose day is the last one; others are first days
TOO_LONG = "holds a number of thousands of digits; no value of a scenario is that large."
PATTERNS = {
    "^[a-z]": "a short id: lower-case letters, digits and hyphens, beginning with a letter, at most 40",
    "^#": "a colour such as #1f77b4",
}


class Complaints(Exception):  # noqa: N818 - carries several
    """What is wrong with a table: (dotted key, sentence) for each problem, never empty."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__(problems)
        self.problems = list(problems)


def read_as(model: type[Kind], table: Mapping[str, Any]) -> Kind:
    """`table` as a typed, checked `model`: strictly, so that text is not a number and true is not 1."""
    try:
        text = json.dumps(table, default=str)
    except ValueError:
        raise Complaints([("", TOO_LONG)]) from None
    try:
        return model.model_validate_json(text, strict=True)
    except ValidationError as error:
        raise Complaints(_in_words(error, model, table)) from None


def dotted(location: Location, table: object) -> str:
    """A location as people write it: `organisations.red-shirts.kinship`, with ids, dates or `#3` for list entries."""
    words: list[str] = []
    here: Any = table
    for step in location:
        words.append(label(here, step) if isinstance(step, int) else str(step))
        here = _child(here, step)
    return ".".join(words)


def label(entries: object, index: int) -> str:
    """How entry `index` of a list is called: its id, year or date where it has one of its own, else `#3`."""
    names = [_own_name(entry) for entry in entries] if isinstance(entries, list) else []
    name = names[index] if index < len(names) else None
    return name if name and names.count(name) == 1 else f"#{index + 1}"


def shown(value: object, most: int = 60) -> str:
    """A value as an error message quotes it."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    text = {True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value)
    text = text if isinstance(value, str | int | float) else str(value)
    text = text.lower() if isinstance(value, bool) else text
    return text if len(text) <= most else f"{text[:most]}... ({len(text)} characters)"


def _own_name(entry: object) -> str | None:
    if not isinstance(entry, dict) or "value" in entry:  # an intervention of a plan: its date is not its own
        return None
    return next((str(entry[key]) for key in ("id", "year", "date", "from") if key in entry), None)


def _child(here: Any, step: str | int) -> Any:
    try:
        return here[step]
    except (KeyError, IndexError, TypeError):
        return None


def _in_words(error: ValidationError, model: type[BaseModel], table: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Every problem as (key, sentence); unknown keys first, because a misspelt key explains a missing one."""
    schema = model.model_json_schema(by_alias=True)
    details = error.errors(include_url=False)
    misspelt = set(_explained(details, schema))
    spoilt = {one["loc"][:end] for one in details for end in range(len(one["loc"]))}  # lists seem short of bad entries
    left = [
        one
        for one in details
        if not (one["type"] == "missing" and one["loc"] in misspelt)
        and not (one["type"] == "too_short" and one["loc"] in spoilt)
    ]
    left.sort(key=lambda one: one["type"] != "extra_forbidden")
    return [told for one in _gathered(left) for told in _sentences(one, schema, table)]


def _gathered(details: Sequence[Any]) -> Iterator[Any]:
    """Keys missing in one place as one problem, that of the first of them."""
    places: dict[Location, list[str]] = {}
    for one in details:
        if one["type"] == "missing" and isinstance(one["loc"][-1], str):
            places.setdefault(one["loc"][:-1], []).append(one["loc"][-1])
    for one in details:
        beside = places.get(one["loc"][:-1], []) if one["type"] == "missing" else []
        if not beside or one["loc"][-1] == beside[0]:
            yield {**one, "also": beside[1:]}


def _explained(details: Sequence[Any], schema: Table) -> Iterator[Location]:
    """Locations of missing keys that a misspelt key beside them accounts for."""
    for one in details:
        if one["type"] == "extra_forbidden":
            *place, word = one["loc"]
            for close in get_close_matches(str(word), _keys(schema, tuple(place)), n=1, cutoff=0.5):
                yield (*place, close)


def _sentences(one: Any, schema: Table, table: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is to be said of one error: of what validators of ours found, a sentence a line."""
    if one["type"] != "value_error":
        return [_sentence(one, schema, table)]
    key = dotted(one["loc"], table)
    return [_from_validator(key, line) for line in str(one["ctx"]["error"]).split("\n")]


def _sentence(one: Any, schema: Table, table: Mapping[str, Any]) -> tuple[str, str]:
    kind, location, value = one["type"], one["loc"], one["input"]
    key = dotted(location, table)
    if kind == "extra_forbidden":
        beside = ["extends"] if schema.get("title") == "Scenario" and len(location) == 1 else []
        return key, unknown(str(location[-1]), _keys(schema, location[:-1]) + beside)
    if kind == "missing" and isinstance(location[-1], int):
        return dotted(
            location[:-1], table
        ), f"must be a list of {len(_schema_at(schema, location[:-1])['prefixItems'])}."
    if kind == "missing":
        also = f", and {listed(one['also'], 20)} too" if one.get("also") else ""
        return key, f"missing{also}. Needed here: {listed(_needed(schema, location[:-1]), 20)}."
    return f"{key} = {shown(value)}", f"must be {_must_be(one, schema)}"


def unknown(word: str, allowed: Sequence[str]) -> str:
    """The sentence for a key nobody knows: the nearest one first, then all of them."""
    return f"unknown key.{nearest(word, allowed)} Allowed here: {listed(allowed, 20)}."


def _from_validator(key: str, text: str) -> tuple[str, str]:
    """What a validator of ours said; those of the whole scenario begin with the key themselves."""
    if key:
        return key, text
    head, _, rest = text.partition(": ")
    return (head, rest) if rest and " " not in head else ("", text)


def _must_be(one: Any, schema: Table) -> str:
    kind, context = one["type"], one.get("ctx", {})
    if kind == "string_pattern_mismatch":
        return next(words for start, words in PATTERNS.items() if context["pattern"].startswith(start))
    if kind.startswith("date"):
        return MUST_BE["date_type"] + whole_date(str(one["loc"][-1]), str(one["input"]))
    if kind == "literal_error":
        return _one_of(str(one["input"]), _schema_at(schema, one["loc"]).get("enum", []))
    low, high = (_schema_at(schema, one["loc"]).get(end) for end in ("minimum", "maximum"))
    if kind in ("greater_than_equal", "less_than_equal") and low is not None and high is not None:
        return f"between {low:g} and {high:,.0f}" if float(high).is_integer() else f"between {low:g} and {high:g}"
    words = MUST_BE.get(kind)
    return words.format(**context) if words else str(one["msg"])


def whole_date(key: str, text: str) -> str:
    """`; here 2020-12-31` where text is a year or a month: its last day, or its first, as the key means it; else ''."""
    found = re.fullmatch(r"([1-9]\d{3})(?:-(0[1-9]|1[0-2]))?", text)
    if found is None:
        return ""
    year, last = int(found[1]), key in LAST_DAYS
    month = int(found[2] or (12 if last else 1))
    return f"; here {year}-{month:02}-{monthrange(year, month)[1] if last else 1:02}"


def _one_of(word: str, allowed: Sequence[str]) -> str:
    return f"one of {', '.join(allowed)}.{nearest(word, allowed)}"


def _keys(schema: Table, location: Location) -> list[str]:
    return list(_schema_at(schema, location).get("properties", {}))


def _needed(schema: Table, location: Location) -> list[str]:
    return list(_schema_at(schema, location).get("required", ()))


def _schema_at(schema: Table, location: Location) -> Table:
    """The part of a JSON schema that describes what stands at `location`."""
    here = schema
    for step in location:
        here = _resolved(schema, here)
        if isinstance(step, int):
            fixed = here.get("prefixItems", [])
            here = fixed[step] if step < len(fixed) else here.get("items", {})
        else:
            here = here.get("properties", {}).get(step) or here.get("additionalProperties") or {}
        here = here if isinstance(here, dict) else {}
    return _resolved(schema, here)


def _resolved(schema: Table, here: Table) -> Table:
    """Follow references, and take the part of an optional value that is not null."""
    if "anyOf" in here:
        here = next(part for part in here["anyOf"] if part.get("type") != "null")
    if "$ref" in here:
        here = schema["$defs"][here["$ref"].rsplit("/", 1)[-1]]
    return here
