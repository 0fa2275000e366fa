"""The Python door: load, simulate, report."""

from __future__ import annotations

import inspect
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest
import xarray as xr

import mohalla
from mohalla import reading, store
from mohalla.errors import MohallaError
from tests import engines

ROOT = Path(__file__).parents[1]


@pytest.fixture
def _engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that does not simulate."""
    module = ModuleType("mohalla.engine.simulate")
    module.simulate = engines.quick  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "mohalla.engine.simulate", module)


@pytest.fixture
def dataset(_engine: None) -> xr.Dataset:
    return mohalla.simulate(mohalla.load("small-town"), seed=3, scale=20)


def test_the_door_is_small() -> None:
    assert mohalla.__all__ == ["__version__", "compare", "events", "load", "report", "simulate"]


def test_asked_what_it_has_it_names_its_doors() -> None:
    shown = [name for name in dir(mohalla) if not name.startswith("__")]
    assert shown == ["compare", "events", "load", "report", "simulate"]


def test_a_report_of_what_is_no_run_is_a_type_error_in_words() -> None:
    with pytest.raises(TypeError, match="a run is a Dataset, the id of a stored run or its folder, not int"):
        mohalla.report(5)  # type: ignore[arg-type]


def test_the_version_is_the_one_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert mohalla.__version__ == project["version"]


def test_load_takes_a_name_or_a_path(tmp_path: Path) -> None:
    town = mohalla.load("small-town")
    (tmp_path / "town.toml").write_text('extends = "small-town"')
    assert mohalla.load(tmp_path / "town.toml") == town


def test_load_refuses_in_words() -> None:
    with pytest.raises(MohallaError, match="Did you mean 'karachi'"):
        mohalla.load("karach")


@pytest.mark.usefixtures("_engine")
def test_simulate_passes_on_what_is_asked() -> None:
    heard: list[int] = []
    asked = mohalla.simulate(
        mohalla.load("small-town"),
        seed=2,
        scale=20,
        until="1980",
        without="extortion",
        draw=True,
        progress=lambda week, *_: heard.append(week),
    ).attrs
    assert (asked["seed"], asked["scale"], asked["draw"]) == (2, 20, 1)
    assert (asked["until"], asked["without"]) == ("1980-12-31", "extortion")
    assert heard[-1] == engines.WEEKS


@pytest.mark.usefixtures("_engine")
def test_simulate_takes_a_scenario_by_name() -> None:
    named, given = mohalla.simulate("small-town"), mohalla.simulate(mohalla.load("small-town"))
    assert named.attrs["scenario_text"] == given.attrs["scenario_text"]


@pytest.mark.usefixtures("_engine")
@pytest.mark.parametrize("until", ["1980-06-30", date(1980, 6, 30)])
def test_until_is_a_date_or_its_text(until: str | date) -> None:
    assert mohalla.simulate(mohalla.load("small-town"), until=until).attrs["until"] == "1980-06-30"


@pytest.mark.usefixtures("_engine")
@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"seed": -1}, "seed = -1: must be between 0 and"),
        ({"scale": 0}, "scale = 0: must be between 1 and 10,000"),
        ({"until": "2090"}, "until = 2090: small-town can run from"),
        ({"without": ["rivalri"]}, r"no such mechanism. Did you mean 'rivalry'\?"),
    ],
)
def test_simulate_refuses_in_words(asked: dict[str, object], words: str) -> None:
    with pytest.raises(MohallaError, match=words):
        mohalla.simulate(mohalla.load("small-town"), **asked)  # type: ignore[arg-type]


def test_a_scale_that_leaves_nobody_is_refused_at_every_door(tmp_path: Path) -> None:
    words = (
        r"^scale = 5000: small-town has 12,100 adults, so 2 residents would be simulated in all; must be at least 50\."
    )
    with pytest.raises(MohallaError, match=words):
        mohalla.simulate("small-town", scale=5000)
    with pytest.raises(MohallaError, match=words):
        mohalla.compare("small-town", ["nothing", "town-raids"], 1, scale=5000, out=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_results_know_their_scenario(dataset: xr.Dataset) -> None:
    assert reading.from_json_text(dataset.attrs["scenario_text"]) == mohalla.load("small-town")


def test_a_dataset_is_stored_and_reported(dataset: xr.Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOHALLA_RUNS", str(tmp_path / "runs"))
    page = mohalla.report(dataset)
    (run,) = store.runs()
    assert (run.status, list(run.simulations)) == ("finished", ["3"])
    assert page == run.report
    assert "A small town (invented)" in page.read_text()
    assert mohalla.report("last", tmp_path / "again.html").read_text() == page.read_text()
    assert mohalla.report(run.folder) == mohalla.report(run) == page


def test_a_dataset_that_does_not_say_where_it_is_from(dataset: xr.Dataset) -> None:
    with pytest.raises(MohallaError, match="do not say which scenario they come from"):
        mohalla.report(dataset.drop_attrs(deep=False))


def test_compare_takes_plans_by_name_or_as_such(tmp_path: Path) -> None:
    from workbench.plans import SERVICES, UNTIL
    from workbench.stepping import armed_town

    asked = {"branch": "1980-09", "until": str(UNTIL), "scale": 10, "out": tmp_path, "workers": 1}
    data = mohalla.compare(armed_town(), ["nothing", SERVICES], 1, **asked)
    assert data["plan"].values.tolist() == ["nothing", "services"]
    assert data["services"].sel(plan="services").item() > data["services"].sel(plan="nothing").item()
    with pytest.raises(MohallaError, match=r"^seeds = 0: must be between 1 and "):
        mohalla.compare(armed_town(), ["nothing", SERVICES], 0, **asked)


def test_events_of_a_dataset_or_a_stored_run(
    dataset: xr.Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOHALLA_RUNS", str(tmp_path / "runs"))
    mohalla.report(dataset)
    (run,) = store.runs()
    table = mohalla.events(dataset)
    assert len(table) == dataset.sizes["event"] > 0
    for asked in ("last", run, run.folder):
        assert mohalla.events(asked).equals(table)
    assert mohalla.events("last", world="3").equals(table)
    with pytest.raises(MohallaError, match=r"no world '4' in small-town-.*There are: 3\."):
        mohalla.events("last", world="4")


@pytest.mark.parametrize("name", ["report", "events"])
def test_a_module_of_the_same_name_does_not_hide_a_function(name: str) -> None:
    import mohalla.events
    import mohalla.report.stored

    assert inspect.isfunction(getattr(mohalla, name))


def test_importing_loads_nothing_heavy() -> None:
    show = "import sys, mohalla; print(*sorted({'numpy', 'pydantic', 'rich', 'cyclopts'} & sys.modules.keys()))"
    told = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == ""
