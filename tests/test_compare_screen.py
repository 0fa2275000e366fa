"""A comparison in words and on a terminal: sentences that say how sure they are, tables that fit."""

from __future__ import annotations

from io import StringIO
from typing import Any

import numpy as np
import pytest
import xarray as xr
from rich.console import Console

from mohalla.cli import compare_screen
from mohalla.experiments import conclusions
from mohalla.experiments.compare import Rule
from mohalla.plan import NOTHING
from tests.fake_comparison import PLANS, compared, plan

SEEDS = 8
NONE: list[float | None] = [0.0] * SEEDS


def told(rule: Rule | None = None, **of: list[float | None] | list[float]) -> xr.Dataset:
    """A comparison of eight seeds in which the first plan's measures are these."""
    base: dict[str, Any] = {"release": NONE, "lasting": NONE, "toll": [500.0] * SEEDS}
    return compared(SEEDS, {"nothing": base, "served": {**base, **of}}, PLANS[:2], rule)


# --- how sure --------------------------------------------------------------------------------------------------------


def test_it_ends_with_how_sure_it_is_and_what_it_is_not() -> None:
    words = conclusions.about(told(toll=[600.0 + i for i in range(8)]))
    assert words[-1] == "These are distributions over simulated cities: no forecast of any place, party or date."
    assert any(one.endswith("seeds would bring it to 5.") for one in words)


def test_seeds_that_were_needed_are_told() -> None:
    zero: list[float | None] = [0.0] * 120
    base: dict[str, Any] = {"release": zero, "toll": [500.0 + i for i in range(120)]}
    data = compared(120, {"nothing": base, "served": base}, PLANS[:2], Rule(0.05))
    assert (
        "120 of at most 200 seeds were needed until every difference in release and coerced was known to 5 points on "
        "either side, looking after each." in conclusions.about(data)
    )
    few = conclusions.about(told(rule=Rule(0.05)))
    assert any(one.startswith("The least sure of release and coerced is ") for one in few)


def test_a_rule_about_what_is_never_known_is_told() -> None:
    never: list[float | None] = [None] * SEEDS
    data = told(rule=Rule(0.1), release=never, coerced=never)
    assert any(one.startswith("No difference in release or coerced is known") for one in conclusions.about(data))


def test_what_pairing_saved_is_told_good_or_bad() -> None:
    data = told()
    data["variance_ratio"][1, :] = np.nan
    assert not any("Pairing" in one for one in conclusions.about(data))
    data["variance_ratio"].loc[{"plan": "served", "measure": "operation_deaths"}] = 5.31
    data["variance_ratio"].loc[{"plan": "served", "measure": "toll"}] = 0.84
    assert (
        "Pairing chances after the branch made one seed do the work of 5.3 for operation deaths and of 0.8 for toll "
        "(it did harm)." in conclusions.about(data)
    )


def test_beyond_the_record_all_is_extrapolation() -> None:
    data = told()
    assert not any("extrapolation" in one for one in conclusions.about(data))
    data.attrs |= {"record_ends": "1995-12-31", "extrapolation": "Everything\n goes on."}
    assert "After 1995-12-31 everything is extrapolation. Everything goes on." in conclusions.about(data)


# --- the screen ------------------------------------------------------------------------------------------------------


def printed(data: xr.Dataset, width: int, *, brief: bool = False) -> str:
    out = StringIO()
    compare_screen.show(data, Console(file=out, width=width, highlight=False), brief=brief)
    return out.getvalue()


LONG = (NOTHING, plan("served"), plan("one-sided-operation+services+alternative-party"))


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
def test_it_fits(width: int) -> None:
    lines = printed(compared(6, {}, LONG), width).splitlines()
    assert max(map(len, lines)) <= width


def test_at_eighty_columns_there_are_release_deaths_coerced_and_cost_and_more_where_there_is_room() -> None:
    heads = {width: printed(compared(6, {}, LONG), width).splitlines()[4].split() for width in (80, 120)}
    assert heads[80] == ["released", "deaths", "coerced", "cost"]
    assert heads[120] == ["released", "deaths", "coerced", "cost", "hold", "hearts", "killings"]


def test_what_was_found_is_told_with_the_names_of_plans_and_of_people() -> None:
    text = " ".join(printed(told(release=[1.0] * 7 + [0.0], rebound=[0.0] * 7 + [None]), 100).split())
    assert "Under “nothing”, the baseline, the coerced among River people are released in 0 of 8 seeds" in text
    assert "served releases the coerced among River people in 7 of 8 seeds (88 %; 95 % interval 53 to 98 %)" in text
    assert "Measured: Lamp; released or not: its own community, River people." in text
    assert text.endswith("no forecast of any place, party or date.")


def test_in_brief_there_are_the_two_tables_and_what_it_is_not() -> None:
    whole, brief = (printed(told(), 100, brief=one) for one in (False, True))
    assert whole.startswith(brief[: brief.index("- ")])
    assert "what pairing saved" in whole
    assert "what pairing saved" not in brief
    assert brief.count("\n- ") == 1
    assert " ".join(brief.split()).endswith("no forecast of any place, party or date.")


def test_a_change_stands_above_its_interval_and_clear_ones_are_starred() -> None:
    lines = printed(told(toll=[600.0 + i for i in range(8)]), 100).splitlines()
    row = next(i for i, line in enumerate(lines) if line.startswith("served"))
    assert "+104*" in lines[row]
    assert "+101..+106" in lines[row + 1]
    assert lines[row - 1].startswith("nothing")
    assert " 500 " in lines[row - 1]


def test_alike_in_every_seed_has_no_interval_and_unknown_is_a_dash() -> None:
    lines = printed(told(toll=[500.0] * 8, release=[None] * 8), 80).splitlines()
    row = next(line for line in lines if line.startswith("served"))
    assert row.split()[1:3] == ["–", "0"]


def test_release_and_rebound_are_counted() -> None:
    data = told(
        release=[1.0] * 3 + [0.0] * 5,
        rebound=[1.0, 0.0, None, *[None] * 5],
        lasting=[0.0, 1.0, None, *[0.0] * 5],
        release_year=[4.0, 5.0, 6.0, *[None] * 5],
    )
    lines = printed(data, 100).splitlines()
    row = next(line for line in lines if line.startswith("served") and "of" in line)
    assert row.split("  ")[0] == "served"
    assert " ".join(row.split()[1:]) == "1998-01 3 of 8 14..69 5.0 1 of 2 1 of 7"
    none = next(line for line in lines if line.startswith("nothing") and "of" in line)
    assert " ".join(none.split()[2:]) == "0 of 8 0..32 – – 0 of 8"
    unknown = told(release=[None] * 8)
    assert "not known" in printed(unknown, 100)


def test_what_pairing_saved_has_a_row_for_every_measure() -> None:
    data = told()
    data["variance_ratio"].loc[{"plan": "served", "measure": "toll"}] = 0.84
    data["variance_ratio"].loc[{"plan": "served", "measure": "hold"}] = np.inf
    text = printed(data, 100)
    rows = [line.split() for line in text.split("what pairing saved")[1].splitlines()[2:15]]
    assert [" ".join(row[:-3]) for row in rows if row[0] == "operation"] == ["operation deaths"]
    assert ["toll", "0.84", "0.84", "0.84"] in rows
    assert any(row[0] == "hold" and "alike" in row for row in rows)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("services", ["services"]),
        ("one-sided-operation+services", ["one-sided-operation+", "services"]),
        ("a+b+c", ["a+b+c"]),
        ("x" * 30, ["x" * 21 + "…"]),
    ],
)
def test_long_names_are_broken_where_plans_are_joined(name: str, lines: list[str]) -> None:
    assert compare_screen._name(name).plain.split("\n") == lines


class Shown:
    """A bar that remembers what it was told."""

    def __init__(self) -> None:
        self.last: dict[str, Any] = {}

    def add_task(self, _words: str, **_more: Any) -> int:
        return 1

    def update(self, _task: int, **said: Any) -> None:
        self.last = said


def test_progress_says_how_many_seeds_have_ended_and_what_is_under_way() -> None:
    bar = Shown()
    hear = compare_screen.told(bar, 3)
    hear(1, "services", 1.0)
    hear(2, "the past", 0.25)
    assert bar.last == {"completed": 1.25, "description": "1 of 3 seeds", "day": "the past"}
    compare_screen.told(None, 3)(1, "x", 0.5)
