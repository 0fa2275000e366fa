"""Rows of tables stand for what is there: organisations while they exist, constituencies in which votes were cast."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from mohalla.connectors import existing, tables
from mohalla.events import Event
from tests.fake_run import fake_dataset, tiny_scenario, zero_dataset

HARBOUR = tiny_scenario()  # anchor (since 1980), lamp (1990-06-04), splinter-1; from 1990-01-01 on
WEEKS, FOUNDED, SPLIT, END = 60, 22, 30, 45
ANCHOR, LAMP, SPLINTER = 1, 2, 3
STORY = (
    (FOUNDED, Event.FOUNDING, LAMP, 0),
    (SPLIT, Event.FOUNDING, SPLINTER, LAMP),
    (END, Event.SPLINTER_ENDS, SPLINTER, LAMP),
)


def told(dataset: xr.Dataset, story: tuple[tuple[int, Event, int, int], ...] = STORY) -> xr.Dataset:
    """The same results with this table of events: week, kind, organisation, other."""
    bare = dataset.drop_vars([name for name in dataset if str(name).startswith("event_")]).drop_vars("event")
    week, kind, organisation, other = np.array(story, int).reshape(-1, 4).T
    nothing = np.zeros(len(story), int)
    columns = {"week": week, "kind": kind, "organisation": organisation, "other": other} | {
        "tier": nothing - 1, "unit": nothing - 1, "size": nothing, "imposed": nothing,
    }  # fmt: skip
    made = {name: ("event", one) for name, one in columns.items()}
    return bare.assign({f"event_{name}": one for name, one in made.items()}).assign_coords(event=np.arange(len(story)))


@pytest.fixture(scope="module")
def quiet() -> xr.Dataset:
    """A run in which nobody lives: only events say who exists; cohesion and legitimacy are as nobody left them."""
    data = told(zero_dataset(HARBOUR, weeks=WEEKS))
    return data.assign(cohesion=data["cohesion"] + np.float32(0.7), legitimacy=data["legitimacy"] + np.float32(1))


def found(dataset: xr.Dataset, name: str, variables: tuple[str, ...]) -> pd.DataFrame:
    """One tidy table."""
    return dict(tables.tidy(dataset, "1", variables))[name]


def weeks_of(table: pd.DataFrame, dataset: xr.Dataset) -> dict[str, tuple[int, int, int]]:
    """First and last week and number of rows of each organisation of a table."""
    number = {week: place for place, week in enumerate(dataset["week"].values.astype("datetime64[ns]"))}
    places = table["week"].map(lambda week: number[week.to_datetime64()])
    groups = places.groupby(table["organisation"])
    return {str(name): (one.min(), one.max(), len(one)) for name, one in groups}


def test_an_organisation_has_rows_from_its_founding_to_its_end(quiet: xr.Dataset) -> None:
    assert weeks_of(found(quiet, "week-organisation", ("cohesion", "legitimacy")), quiet) == {
        "anchor": (0, WEEKS - 1, WEEKS),
        "lamp": (FOUNDED, WEEKS - 1, WEEKS - FOUNDED),
        "splinter-1": (SPLIT, END, END - SPLIT + 1),
    }


def test_means_over_organisations_are_of_those_that_exist(quiet: xr.Dataset) -> None:
    sure = quiet["cohesion"].copy()
    sure[:, ANCHOR] = 0.3
    table = found(quiet.assign(cohesion=sure), "week-organisation", ("cohesion",))
    by_week = table.groupby("week")["cohesion"].mean().to_numpy()
    np.testing.assert_allclose(by_week[:FOUNDED], 0.3, rtol=1e-6)
    np.testing.assert_allclose(by_week[FOUNDED:SPLIT], 0.5, rtol=1e-6)


def test_one_that_is_taken_back_ends_and_its_slot_is_used_again(quiet: xr.Dataset) -> None:
    story = (
        (5, Event.FOUNDING, SPLINTER, ANCHOR),
        (10, Event.READMISSION, ANCHOR, SPLINTER),
        (20, Event.FOUNDING, SPLINTER, ANCHOR),
    )
    there = existing.existing(told(quiet, story))[:, SPLINTER]
    assert np.flatnonzero(there).tolist() == [*range(5, 11), *range(20, WEEKS)]


def test_without_a_table_of_events_whoever_has_members_or_followers_exists(quiet: xr.Dataset) -> None:
    old = quiet.drop_vars([name for name in quiet if str(name).startswith("event_")])
    armed = old["armed"].copy()
    armed[7, 0, SPLINTER] = 3
    face = old["face"].copy()
    face[9, 0, 0, SPLINTER] = 3
    there = existing.existing(old.assign(armed=armed, face=face))
    assert np.flatnonzero(there[:, SPLINTER]).tolist() == [7, 9]
    assert there[:, [ANCHOR, LAMP]].all(), "declared ones of which no founding is told are older than the run"
    assert not there[:, 0].any()


def test_none_stands_where_something_is_counted_for_it_and_only_there(quiet: xr.Dataset) -> None:
    mixed = found(quiet, "week-sector-organisation", ("risk", "armed", "watch"))
    nobody = mixed[mixed["organisation"] == "none"]
    assert len(nobody) == WEEKS * quiet.sizes["sector"]
    assert nobody["risk"].notna().all()
    assert nobody[["armed", "watch"]].isna().all(axis=None)
    assert mixed.loc[mixed["organisation"] != "none", ["armed", "watch"]].notna().all(axis=None)
    assert mixed["armed"].dtype == "Int32", "persons stay whole numbers"
    alone = found(quiet, "week-sector-organisation", ("armed",))
    assert "none" not in set(alone["organisation"])
    assert alone["armed"].dtype == "int32"


def test_killers_and_victims_have_rows_where_somebody_died_and_sums_stay_what_they_are(quiet: xr.Dataset) -> None:
    some = quiet.copy(deep=True)
    some["killings"][3, 0, 1, 2], some["killings"][4, 1, 2, 1] = 2, 1
    table = found(some, "week-sector-killer-victim", ("killings",))
    assert (table["killings"] > 0).all()
    assert len(table) == int((some["killings"] > 0).sum())
    assert table["killings"].sum() == int(some["killings"].sum())
    by_pair = table.groupby(["killer", "victim"])["killings"].sum()
    killer, victim = (str(some[side].values[place]) for side, place in (("killer", 1), ("victim", 2)))
    assert by_pair[killer, victim] == int(some["killings"].sum(["week", "sector"]).sel(killer=killer, victim=victim))


@pytest.mark.parametrize(
    ("name", "variable"), [("quarter-unit-organisation", "unit_hold"), ("quarter-post", "post_loyalty")]
)
def test_quarters_are_as_in_their_first_week(quiet: xr.Dataset, name: str, variable: str) -> None:
    table = found(quiet, name, (variable,)).rename(columns={"post_organisation": "organisation"})
    first = {str(k): sorted(set(one)) for k, one in table["quarter"].groupby(table["organisation"])}
    quarters = list(pd.to_datetime(quiet["quarter"].values))
    assert first["anchor"] == quarters
    assert first["lamp"] == quarters[2:], "founded in week 22: there in the quarter that begins in week 26"
    assert first["splinter-1"] == quarters[3:4], "founded in week 30 and over in week 45: there in week 39"


def test_an_election_has_the_organisations_of_its_week() -> None:
    data = told(zero_dataset(HARBOUR))
    for day, lamp in (("1990-06-03", False), ("1990-06-04", True)):
        early = data.assign_coords(election_date=("election", [np.datetime64(day, "ns")] * data.sizes["election"]))
        assert ("lamp" in set(found(early, "election-organisation", ("seats",))["organisation"])) is lamp


# --- elections -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def polls() -> xr.Dataset:
    """Harbour's four elections (5 national seats, 9 local ones), of which one filled three seats and one none."""
    data = fake_dataset(HARBOUR)
    own = data["election_chamber"].values[:, None] == data["constituency_chamber"].values
    turnout = np.where(own, np.float32(0.4), np.float32(0))
    turnout[0, 3:], turnout[1] = 0, 0
    turnout[2, 6] = 0
    return data.assign(turnout=(("election", "constituency"), turnout))


def test_constituencies_are_those_that_an_election_filled(polls: xr.Dataset) -> None:
    table = found(polls, "election-constituency", ("turnout",))
    names = [str(name) for name in polls["election"].values]
    assert table.groupby("election").size().to_dict() == {names[0]: 3, names[2]: 9, names[3]: 5}
    assert (table["election_chamber"] == table["constituency_chamber"]).all()
    means = table.groupby("election")["turnout"].mean()
    assert means[names[3]] == pytest.approx(0.4)
    assert means[names[2]] == pytest.approx(0.4 * 8 / 9), "one in the midst in which nobody voted is one of them"


def test_votes_have_the_same_constituencies(polls: xr.Dataset) -> None:
    votes = found(polls, "election-constituency-organisation", ("votes", "votes_true"))
    turnout = found(polls, "election-constituency", ("turnout",))
    key = ["election", "constituency"]
    assert set(map(tuple, votes[key].to_numpy())) == set(map(tuple, turnout[key].to_numpy()))
    assert "none" not in set(votes["organisation"])


def test_the_dataset_itself_is_left_as_it_is(polls: xr.Dataset) -> None:
    before = polls.copy(deep=True)
    list(tables.tidy(polls, "1"))
    assert polls.identical(before)


def test_no_number_is_lost_but_those_of_what_is_not_there(polls: xr.Dataset) -> None:
    """Sums over a table are those over the Dataset, wherever the events of the made-up run say who exists."""
    known = told(polls, ())
    there = existing.existing(known, none=True)
    assert there[:, : LAMP + 1].all()
    for name in ("face", "heart", "raids", "killings"):
        table = dict(tables.tidy(known, "1", (name,))).popitem()[1]
        assert table[name].sum() == int(known[name].sum())


# --- comparisons -----------------------------------------------------------------------------------------------------


def compared(*, scenario: bool) -> xr.Dataset:
    """Holds of a comparison by quarter from 1990-01-01 on; the splinter is shown in the last quarter under one plan."""
    quarters = np.datetime64("1990-01-01", "ns") + np.arange(4) * np.timedelta64(7 * 13, "D")
    hold = np.zeros((2, 1, 4, 3))
    hold[1, 0, 3, 2] = 0.1
    coords = {
        "plan": ["nothing", "more"],
        "seed": [1],
        "quarter": quarters,
        "organisation": ["anchor", "lamp", "splinter-1"],
    }
    text = {"scenario_text": HARBOUR.model_dump_json(by_alias=True)} if scenario else {}
    return xr.Dataset({"others_hold_by_quarter": (tuple(coords), hold)}, coords, text)


def _quarters(data: xr.Dataset) -> dict[tuple[str, str], int]:
    table = dict(tables.tidy(data, tables.COMPARISON))["plan-seed-quarter-organisation"]
    assert all(a < b for a, b in pairwise(table.groupby(["plan", "organisation"])["quarter"].max().index)), "sorted"
    return {(str(plan), str(k)): len(one) for (plan, k), one in table.groupby(["plan", "organisation"])}


def test_a_comparison_has_declared_organisations_from_their_founding_and_splinters_that_are_shown() -> None:
    assert _quarters(compared(scenario=True)) == {
        ("nothing", "anchor"): 4, ("nothing", "lamp"): 3, ("more", "anchor"): 4, ("more", "lamp"): 3,
        ("more", "splinter-1"): 1,
    }  # fmt: skip


def test_a_comparison_that_does_not_hold_its_scenario_has_those_that_are_shown() -> None:
    assert _quarters(compared(scenario=False)) == {("more", "splinter-1"): 1}
