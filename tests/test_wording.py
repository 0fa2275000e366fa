"""Complaints in words: how a place in a file is called, how a value is quoted, what is said of each kind of mistake."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, model_validator

from mohalla.scenario import Name, Part, Share
from mohalla.wording import Complaints, dotted, label, read_as, shown, unknown, whole_date


class Leaf(Part):
    """A part with one of each kind of value."""

    id: Name
    share: Share = 0.5
    count: Annotated[int, Field(gt=0, lt=10)] = 1
    colour: Literal["red", "green"] = "red"
    born: date | None = None
    pair: tuple[float, float] = (0.0, 0.0)
    text: Annotated[str, Field(min_length=3)] = "abc"

    @model_validator(mode="after")
    def _no_twos(self) -> Leaf:
        if self.count == 2:
            raise ValueError("two is not liked here")
        return self


class Tree(Part):
    """A part that holds others in every way there is."""

    leaves: tuple[Leaf, ...] = ()
    named: dict[str, Leaf] = Field(default_factory=dict)
    best: Leaf | None = None

    @model_validator(mode="after")
    def _best_has_a_share(self) -> Tree:
        if self.best and self.best.share == 0:
            raise ValueError("best.share: must not be zero")
        if len(self.leaves) > 3:
            raise ValueError("too many leaves for one tree")
        return self


def told(table: dict[str, Any]) -> list[tuple[str, str]]:
    """What is said of a tree that must be refused."""
    with pytest.raises(Complaints) as caught:
        read_as(Tree, table)
    return caught.value.problems


@pytest.mark.parametrize(
    ("entries", "index", "name"),
    [
        ([{"id": "a"}, {"id": "b"}], 1, "b"),
        ([{"year": 1981}, {"year": 1998}], 0, "1981"),
        ([{"date": date(1988, 11, 16)}], 0, "1988-11-16"),
        ([{"from": date(1988, 1, 1), "to": date(1989, 1, 1)}], 0, "1988-01-01"),
        ([{"id": "a"}, {"id": "a"}], 1, "#2"),
        ([{}, 3], 1, "#2"),
        ("text", 0, "#1"),
        ([], 4, "#5"),
    ],
)
def test_an_entry_of_a_list_is_called_by_its_own_name_if_it_has_one(entries: object, index: int, name: str) -> None:
    assert label(entries, index) == name


def test_a_place_is_written_with_dots() -> None:
    table = {"leaves": [{"id": "oak", "pair": [1, 2]}]}
    assert dotted(("leaves", 0, "pair", 1), table) == "leaves.oak.pair.#2"
    assert dotted(("nowhere", 3, "x"), table) == "nowhere.#4.x"
    assert dotted((), table) == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (False, "false"),
        (3, "3"),
        (0.5, "0.5"),
        ("red", "'red'"),
        ({"a": 1}, "a table"),
        ([1, 2], "a list of 2"),
        (None, "None"),
        (date(1988, 11, 16), "1988-11-16"),
    ],
)
def test_a_value_is_quoted_as_it_was_written(value: object, text: str) -> None:
    assert shown(value) == text


@given(st.text() | st.integers() | st.floats() | st.booleans() | st.lists(st.integers()))
def test_no_value_is_quoted_at_length_or_over_several_lines(value: object) -> None:
    assert len(shown(value)) < 100
    assert "\n" not in shown(value)


def test_an_unknown_key_gets_the_nearest_and_all() -> None:
    assert unknown("shar", ["share", "count"]) == "unknown key. Did you mean 'share'? Allowed here: count, share."
    assert unknown("zzz", ["share"]) == "unknown key. Allowed here: share."


@pytest.mark.parametrize(
    ("leaf", "problem"),
    [
        ({"share": -1}, ("best.share = -1", "must be between 0 and 1")),
        ({"share": "1"}, ("best.share = '1'", "must be a number")),
        ({"share": float("nan")}, ("best.share = nan", "must be a finite number, neither nan nor inf")),
        ({"count": 0}, ("best.count = 0", "must be more than 0")),
        ({"count": 10}, ("best.count = 10", "must be less than 10")),
        ({"count": 1.5}, ("best.count = 1.5", "must be a whole number")),
        ({"count": 2}, ("best", "two is not liked here")),
        ({"colour": "gren"}, ("best.colour = 'gren'", "must be one of red, green. Did you mean 'green'?")),
        ({"born": "soon"}, ("best.born = 'soon'", "must be a date such as 1988-11-16, without quotes")),
        ({"born": 5}, ("best.born = 5", "must be a date such as 1988-11-16, without quotes")),
        ({"pair": [1.0]}, ("best.pair", "must be a list of 2.")),
        ({"pair": {}}, ("best.pair = a table", "must be a list in [brackets]")),
        ({"pair": [1.0, "x"]}, ("best.pair.#2 = 'x'", "must be a number")),
        ({"text": "a"}, ("best.text = 'a'", "must be text of at least 3 letters")),
        ({"text": 3}, ("best.text = 3", "must be text in quotes")),
    ],
)
def test_each_mistake_has_its_sentence(leaf: dict[str, Any], problem: tuple[str, str]) -> None:
    assert told({"best": {"id": "oak", **leaf}}) == [problem]


def test_places_inside_tables_and_lists_are_found() -> None:
    wrong = {"id": "elm", "shar": 1}
    keys = "unknown key. Did you mean 'share'? Allowed here: born, colour, count, id, pair, share, text."
    assert told({"named": {"x": wrong}}) == [("named.x.shar", keys)]
    assert told({"leaves": [{"id": "oak"}, wrong]}) == [("leaves.elm.shar", keys)]
    assert told({"best": "oak"}) == [("best = 'oak'", "must be a table of keys and values")]


def test_a_misspelt_key_comes_first_and_explains_the_missing_one() -> None:
    problems = told({"leaves": [{"idd": "oak", "share": 2}]})
    assert [key for key, _ in problems] == ["leaves.#1.idd", "leaves.#1.share = 2"]


def test_a_key_that_is_missing_for_another_reason_is_told_too() -> None:
    assert told({"leaves": [{"zzz": 1}]})[1] == ("leaves.#1.id", "missing. Needed here: id.")


def test_what_a_whole_part_says_of_itself_names_its_key() -> None:
    assert told({"best": {"id": "oak", "share": 0.0}}) == [("best.share", "must not be zero")]
    leaves = [{"id": name} for name in ("a", "b", "c", "d")]
    assert told({"leaves": leaves}) == [("", "too many leaves for one tree")]


def test_what_is_right_is_read() -> None:
    tree = read_as(Tree, {"leaves": [{"id": "oak", "pair": [1.0, 2], "born": date(1988, 11, 16)}]})
    assert tree.leaves[0].pair == (1.0, 2.0)
    assert tree.leaves[0].born == date(1988, 11, 16)


@pytest.mark.parametrize(
    ("key", "text", "hint"),
    [
        ("to", "2020", "; here 2020-12-31"),
        ("from", "2013-09", "; here 2013-09-01"),
        ("to", "2020-02", "; here 2020-02-29"),
        ("end", "1990", "; here 1990-12-31"),
        ("latest", "1990-04", "; here 1990-04-30"),
        ("founded", "1978", "; here 1978-01-01"),
        ("date", "1985-04", "; here 1985-04-01"),
        ("to", "2020-13", ""),
        ("to", "0000", ""),
        ("to", "20", ""),
        ("to", "2020-1", ""),
        ("to", "soon", ""),
        ("to", "2020-12-32", ""),
    ],
)
def test_a_year_or_a_month_is_met_with_the_date_to_write(key: str, text: str, hint: str) -> None:
    assert whole_date(key, text) == hint


@given(st.integers(1000, 9999), st.integers(1, 12), st.sampled_from(["from", "to"]))
def test_the_date_to_write_is_a_date_of_that_month(year: int, month: int, key: str) -> None:
    day = date.fromisoformat(whole_date(key, f"{year}-{month:02}").removeprefix("; here "))
    assert (day.year, day.month) == (year, month)
    assert key == "to" or day.day == 1


@pytest.mark.parametrize(("value", "first"), [(1978, "1978-01-01"), ("1978", "1978-01-01"), ("1978-06", "1978-06-01")])
def test_a_date_of_a_year_or_a_month_is_refused_with_the_date_to_write(value: object, first: str) -> None:
    assert told({"best": {"id": "a", "born": value}}) == [
        (f"best.born = {shown(value)}", f"must be a date such as 1988-11-16, without quotes; here {first}")
    ]
