"""Every column of every exported table has a unit (or none) and a meaning, so that the files can be read alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xarray as xr

from mohalla import store
from mohalla.connectors import about, columns, tables
from mohalla.events import KINDS
from mohalla.experiments import comparison
from mohalla.observables import CAUSES, INCOME_SOURCES, OTHERS, TIERS, USES
from mohalla.reading import as_json_text
from mohalla.scenario import STANCES
from tests.fake_comparison import PLANS, asked, found
from tests.fake_run import fake_dataset, tiny_scenario

HARBOUR = tiny_scenario()
UNITLESS = {*columns.KEYS, *columns.KEYS_COMPARED, "kind", "other", "text"}


def with_money(dataset: xr.Dataset) -> xr.Dataset:
    """Made-up results that hold their scenario and its money, as simulated ones do."""
    whole = dataset.copy().assign_attrs(scenario_text=as_json_text(HARBOUR))
    for name in whole:
        if whole[name].attrs["units"] == "money":
            whole[name].attrs["money"] = HARBOUR.about.money
    return whole


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> store.Run:
    """Two worlds of Harbour, the second with drawn numbers."""
    request = {"labels": ["1", "2"], "until": "1990-06-30", "without": ["trade"], "plan": "served", "plan_does": "more"}
    made = store.create(HARBOUR, request, tmp_path_factory.mktemp("runs"))
    for seed in (1, 2):
        data = with_money(fake_dataset(HARBOUR, seed, weeks=26))
        made = store.add_simulation(made, str(seed), data, seed=seed, scale=20, draw=seed > 1)
    return store.finish(made)


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> store.Run:
    """A comparison of three plans in two worlds."""
    question = asked(PLANS)
    data = comparison.dataset(found(question, 2, {}), question)
    made = store.create(HARBOUR, {"until": str(question.until)}, tmp_path_factory.mktemp("runs"), kind=store.COMPARISON)
    comparison.save(data, made.folder)
    return store.finish(made)


Exported = Mapping[str, Path]


@pytest.fixture(scope="module")
def files(run: store.Run, compared: store.Run, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """Both as CSV, each in a folder."""
    place = tmp_path_factory.mktemp("files")
    for name, one in (("run", run), ("comparison", compared)):
        tables.export(one, "csv", place / name)
    return {name: place / name for name in ("run", "comparison")}


def explained(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "variables.csv", keep_default_na=False)


def said(folder: Path, table: str, column: str) -> tuple[str, str]:
    """Unit and meaning of one column."""
    rows = explained(folder)
    (row,) = rows[(rows["table"] == table) & (rows["column"] == column)].itertuples(index=False)
    return row.units, row.meaning


@pytest.mark.parametrize("kind", ["run", "comparison"])
def test_every_column_of_every_file_is_explained(files: Exported, kind: str) -> None:
    rows = explained(files[kind])
    listed = {(row.table, row.column) for row in rows.itertuples()}
    there = {
        (path.stem, column)
        for path in files[kind].glob("*.csv")
        if path.name != "variables.csv"
        for column in pd.read_csv(path, nrows=0).columns
    }
    assert listed == there
    assert rows[rows["meaning"] == ""].empty
    blank = rows[rows["units"] == ""]
    assert set(blank["column"]) - UNITLESS == set()


@pytest.mark.parametrize("kind", ["run", "comparison"])
def test_no_unit_leaves_open_which_money_or_a_share_of_what(files: Exported, kind: str) -> None:
    units = set(explained(files[kind])["units"])
    assert units & {"money", "share", "index", "mixed", "1", "as the measure"} == set()


@pytest.mark.parametrize(
    ("table", "column", "unit"),
    [
        ("week-organisation", "budget", "million rupees of 2000"),
        ("week-organisation-income_source", "income", "million rupees of 2000"),
        ("week-organisation-tier", "skim", "million rupees of 2000"),
        ("week", "strike_cost", "million rupees of 2000"),
        ("election-organisation", "seats", "number of seats"),
        ("election-constituency", "turnout", "share of adults, 0-1"),
        ("quarter-unit-organisation", "unit_hold", "share of the unit's adults, 0-1"),
        ("week-sector-community-organisation", "coerced", "adults"),
        ("week", "week", "date"),
        ("events", "date", "date"),
    ],
)
def test_units_of_a_run(files: Exported, table: str, column: str, unit: str) -> None:
    assert said(files["run"], table, column)[0] == unit


@pytest.mark.parametrize(
    ("table", "column", "unit"),
    [
        ("plan-seed", "seats", "share of the city's seats, 0-1"),
        ("seed", "seats_again", "share of the city's seats, 0-1"),
        ("plan-seed", "hold", "share of the city's adults, 0-1"),
        ("plan-seed", "gap", "difference of shares of the city's adults, -1 to 1"),
        ("plan-seed", "level", "share of its own community's adults, 0-1"),
        ("plan-seed", "release", "0 or 1 (1 = yes)"),
        ("plan-seed", "cost", "million rupees of 2000"),
        ("plan-seed-quarter", "coerced_own_by_quarter", "share of its own community's adults, 0-1"),
        ("plan-seed-quarter", "quarter", "date"),
        ("plan-seed-quarter-organisation", "others_hold_by_quarter", "share of the city's adults, 0-1"),
        ("plan-seed-sector", "coerced_map", "share of the sector's adults, 0-1"),
        ("plan-seed-intervention", "begun", "date"),
        ("plan-measure", "difference", columns.DIFFERENCE),
    ],
)
def test_units_of_a_comparison(files: Exported, table: str, column: str, unit: str) -> None:
    assert said(files["comparison"], table, column)[0] == unit


def test_codes_and_categories_have_their_words(files: Exported) -> None:
    _, stance = said(files["run"], "week-organisation", "stance")
    assert stance.endswith(": " + ", ".join(f"{code} = {word}" for code, word in enumerate(STANCES)))
    for table, column, words in (
        ("week-sector-killer-victim", "killer", ("none", *OTHERS)),
        ("week-sector-killer-victim", "victim", ("none", *OTHERS)),
        ("week-sector-cause", "cause", CAUSES),
        ("week-organisation-tier", "tier", TIERS),
        ("week-organisation-income_source", "income_source", INCOME_SOURCES),
        ("week-organisation-use", "use", USES),
    ):
        meaning = said(files["run"], table, column)[1]
        assert [word for word in words if f"{word} = " not in meaning] == []


def test_the_size_and_kind_of_events_are_said_kind_by_kind(files: Exported) -> None:
    unit, size = said(files["run"], "events", "size")
    kind = said(files["run"], "events", "kind")[1]
    assert unit == "as `kind` says"
    assert [one.name for one in KINDS.values() if f"{one.name}: {one.size}" not in size] == []
    assert [one.name for one in KINDS.values() if f"{one.name} = {one.meaning}" not in kind] == []
    assert f"code of the new stance (0 = {STANCES[0]}, " in size


def test_organisations_and_plans_are_called_by_their_names(files: Exported) -> None:
    assert "anchor = Anchor, lamp = Lamp" in said(files["run"], "week-organisation", "organisation")[1]
    assert said(files["comparison"], "plan-seed", "plan")[1].endswith(
        "; nothing = Nothing more, served = Served, watched = Watched"
    )


def test_a_comparison_says_who_it_is(files: Exported, compared: store.Run) -> None:
    of = comparison.load(compared.folder).attrs["of"]
    assert said(files["comparison"], "plan-seed", "hold")[1].endswith(f"(it = {of})")
    assert "it =" not in said(files["comparison"], "plan-seed", "toll")[1]


# --- about.json ------------------------------------------------------------------------------------------------------


def told(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / about.NAME).read_text(encoding="utf-8")))


def test_a_run_says_what_it_is_of(files: Exported, run: store.Run) -> None:
    data = told(files["run"])
    assert (data["run"], data["kind"], data["status"], data["format"]) == (run.id, "run", "finished", "csv")
    assert (data["scenario"], data["title"]) == (HARBOUR.about.name, HARBOUR.about.title)
    assert data["scenario_hash"] == run.details["fingerprint"]
    assert (data["start"], data["end"]) == ("1990-01-01", "1990-06-30")
    assert (data["plan"], data["plan_does"], data["without"]) == ("served", "more", ["trade"])
    assert data["versions"] == run.details["versions"]
    assert data["money"] == "million rupees of 2000"
    worlds = {label: (one["seed"], one["scale"], one["reference"]) for label, one in data["worlds"].items()}
    assert worlds == {"1": (1, 20, True), "2": (2, 20, False)}
    assert [one["numbers"] for one in data["worlds"].values()] == ["central values", "drawn within their ranges"]


def test_a_comparison_says_what_it_is_of(files: Exported, compared: store.Run) -> None:
    data = told(files["comparison"])
    assert (data["run"], data["kind"], data["scale"], data["seeds"]) == (compared.id, "comparison", 10, [1, 2])
    assert data["plans"] == {"nothing": "Nothing more", "served": "Served", "watched": "Watched"}
    assert data["baseline"] == "nothing"
    assert (data["branch"], data["end"]) == ("1993-11-01", "1999-12-31")
    assert data["numbers"] == "every seed draws its uncertain numbers"
    assert "worlds" not in data


@pytest.mark.parametrize("kind", ["run", "comparison"])
def test_every_file_of_the_folder_is_listed_with_what_it_holds(files: Exported, kind: str) -> None:
    data = told(files[kind])
    assert sorted(data["files"]) == sorted(path.name for path in files[kind].iterdir())
    assert all(data["files"].values())


def test_what_a_file_holds_names_its_rows_and_columns(files: Exported) -> None:
    data = told(files["run"])["files"]
    assert data["week.csv"] == "one row for each world, week: strike_compliance, strike_cost"
    assert data["events.csv"].startswith("one row an event: world, date, kind, ")
    assert told(files["comparison"])["files"]["plan-measure.csv"].startswith("one row for each plan, measure: ")


def test_netcdf_says_so_too_and_which_variables_were_asked_for(run: store.Run, tmp_path: Path) -> None:
    tables.export(run, "netcdf", tmp_path, ["face"])
    data = told(tmp_path)
    assert (data["format"], data["variables"]) == ("netcdf", ["face"])
    assert data["files"] == {"1.nc": "world 1: face", "2.nc": "world 2: face", "about.json": "this file"}


def test_worlds_noted_without_their_numbers_say_them_as_their_results_do(run: store.Run) -> None:
    facts = {label: {} for label in ("1", "2")}
    bare = run._replace(details={**run.details, "simulations": facts})
    attributes = {label: data.attrs for label, data in tables.worlds(run).items()}
    worlds = json.loads(about.text(bare, "csv", attributes, {}))["worlds"]
    seen = {label: (one["seed"], one["scale"], one["reference"]) for label, one in worlds.items()}
    assert seen == {"1": (1, 10, True), "2": (2, 50, False)}
