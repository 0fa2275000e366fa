"""A plan in words: what, how much, of whom and where, when."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import numpy as np
import pytest
import xarray as xr

from mohalla import reading
from mohalla.levers import BY_NAME
from mohalla.mechanisms import DECLARED
from mohalla.plan import Plan, plan_text
from mohalla.report import comparison_plans
from mohalla.report.comparison_plans import Act
from tests.fake_run import tiny_scenario

SCENARIO = tiny_scenario()


def act(**given: Any) -> Act:
    """One intervention as a plan's text holds it, in words."""
    plan = Plan.model_validate({"name": "p", "title": "P", "interventions": [{"from": "1996-01-01", **given}]})
    (found,) = comparison_plans.acts(plan_text(plan), SCENARIO)
    return found


def test_a_plan_that_does_nothing_has_no_lines() -> None:
    assert comparison_plans.acts("") == []
    assert comparison_plans.acts("[]") == []


def test_an_intervention_is_told_whole() -> None:
    found = act(value="armed", organisations=["lamp"], sectors=[3, 4, 5, 7], remove=400, to="1996-06-30", fate="held")
    assert found.what == "Armed cadre"
    assert found.much == "400 removed, who are held"
    assert found.where == "Lamp; sectors 3–5 and 7"
    assert found.when.replace("\u00a0", " ") == "1 Jan 1996 – 30 Jun 1996"
    assert (found.start, found.end) == (date(1996, 1, 1), date(1996, 6, 30))


@pytest.mark.parametrize(
    ("given", "much"),
    [
        ({"set": 0.8, "ramp_weeks": 26}, "set to 0.8, reached over 26 weeks"),
        ({"set": "crack-down"}, "set to crack-down"),
        ({"scale": 0.5}, "multiplied by 0.5"),
        ({"add": 0.2}, "0.2 more"),
        ({"add": -3}, "3 less"),
        ({"share": 0.3}, "30 % removed"),
        ({"remove": 1}, "1 removed"),
        ({"set": 10, "kept": False}, "set to 10, and not kept"),
    ],
)
def test_how_much_is_told_as_the_plan_says_it(given: dict[str, Any], much: str) -> None:
    assert act(value="services", **given).much == much


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({}, "the whole city"),
        ({"districts": ["north"]}, "North"),
        ({"communities": ["river", "hill"]}, "River people and Hill people"),
        ({"units": [2]}, "unit 2"),
        ({"organisations": ["anchor", "lamp"], "districts": ["south"]}, "Anchor and Lamp; South"),
    ],
)
def test_of_whom_and_where_is_told_by_name(given: dict[str, Any], where: str) -> None:
    assert act(value="services", set=1, **given).where == where


def test_without_a_scenario_ids_stand_for_names() -> None:
    text = json.dumps([{"value": "raids", "organisations": ["lamp"], "set": 3, "from": "1996-01-01"}])
    assert comparison_plans.acts(text)[0].where == "lamp"


def test_what_has_no_end_goes_on_and_a_day_is_a_day() -> None:
    assert act(value="services", set=1).when.replace("\u00a0", " ") == "from 1 Jan 1996 to the end"
    assert act(value="services", set=1, to="1996-01-01").when.replace("\u00a0", " ") == "1 Jan 1996"


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ({"measure": "killings", "below": 20}, "once the number killed in four weeks has been below 20 for 52 weeks"),
        (
            {"measure": "hold", "organisation": "lamp", "above": 0.4, "for_weeks": 26},
            "once the hold of Lamp has been above 40 % for 26 weeks",
        ),
    ],
)
def test_conditions_are_told(when: dict[str, Any], words: str) -> None:
    assert act(value="services", set=1, when=when).when.endswith(words)


def test_a_mechanisms_number_is_told_by_its_name() -> None:
    assert act(value="recruitment.leaving_per_year", scale=2).what == "Leaving per year (recruitment)"


def test_every_value_a_plan_can_change_has_words() -> None:
    assert sorted(set(BY_NAME) - set(comparison_plans.WHAT)) == []


def test_every_shipped_plan_is_told() -> None:
    karachi = reading.read("karachi", DECLARED)
    for name in reading.shipped_plans():
        for found in comparison_plans.acts(plan_text(reading.read_plan(name, karachi, DECLARED)), karachi):
            assert all((found.what, found.much, found.where, found.when, found.start)), name


# ---------------------------------------------------------------------------------------------------- what became of it

WAITS = {"value": "services", "from": "1996-01-01", "set": 0.9,
         "when": {"measure": "killings", "below": 20, "for_weeks": 8}}  # fmt: skip
REMOVES = {"value": "armed", "organisations": ["lamp"], "from": "1996-01-01", "to": "1997-01-05", "remove": 400}


def became(begun: list[str | None], wanted: list[float], done: list[float]) -> xr.Dataset:
    """A comparison of one plan with two interventions, the first of which waits."""
    days = np.array([one or "NaT" for one in begun], "datetime64[ns]")
    dims, first = ("plan", "seed", "intervention"), np.full(len(days), np.datetime64("1996-01-01", "ns"))
    nothing = np.full(len(days), np.nan)
    return xr.Dataset(
        {
            "begun": (dims, np.stack([days, first], -1)[None]),
            "wanted": (dims, np.stack([nothing, wanted], -1)[None]),
            "done": (dims, np.stack([0 * days.astype(float), done], -1)[None]),
        },
        {"plan": ["both"], "seed": np.arange(len(days))},
        {"plans": json.dumps({"both": {"text": json.dumps([WAITS, REMOVES])}})},
    )


def test_when_a_condition_came_true_is_told_over_the_seeds() -> None:
    data = became(["1999-03-01", None, "1998-02-02", "1997-01-06"], [400] * 4, [400] * 4)
    said = comparison_plans.became(data, 0, 0).replace("\u00a0", " ")
    assert said == "this came true in 3 of 4 seeds, in the middle one on 2 Feb 1998"
    assert comparison_plans.became(data, 0, 1) == ""
    (line,) = comparison_plans.course(data, SCENARIO)
    assert line.startswith(
        "both: Services ordered by the state (the whole city; from 1 Jan 1996 to the end, once the number"
    )
    assert line.endswith(f"for 8 weeks): {said}.")


@pytest.mark.parametrize(
    ("begun", "said"),
    [
        ([None, None], "this came true in none of 2 seeds"),
        ([None, "1997-01-06"], "this came true in 1 of 2 seeds, on 6 Jan 1997"),
        (["1997-01-06"], "this came true on 6 Jan 1997"),
        ([None], "this came true in none of 1 seed"),
    ],
)
def test_few_seeds_are_told_in_fewer_words(begun: list[str | None], said: str) -> None:
    data = became(begun, [400] * len(begun), [400] * len(begun))
    assert comparison_plans.became(data, 0, 0).replace("\u00a0", " ") == said


def test_fewer_removed_than_were_to_be_is_told() -> None:
    data = became([None] * 3, [400, 400, 400], [400, 380, 300])
    assert (
        comparison_plans.became(data, 0, 1)
        == "in 2 of 3 seeds less was there: 340 of 400 removed in the median of these"
    )
    data = became([None], [400], [0])
    assert comparison_plans.became(data, 0, 1) == "no more than 0 of 400 were there to be removed"


def test_of_comparisons_that_do_not_know_it_nothing_is_told() -> None:
    data = became([None], [400], [0]).drop_vars(["begun", "wanted", "done"])
    assert comparison_plans.became(data, 0, 0) == ""
    assert comparison_plans.course(data) == []
