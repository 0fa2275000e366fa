"""Results: whole files or none, the contract held to the letter, each measure on numbers small enough to check."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from mohalla import results, saving
from mohalla.errors import MohallaError
from mohalla.events import Event
from mohalla.observables import CONTRACT
from tests.fake_run import fake_dataset, zero_dataset
from workbench import towns

TOWN = towns.scenario()
NAMES = [one.name for one in CONTRACT]
ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def toy() -> xr.Dataset:
    return fake_dataset(TOWN, weeks=60)


def left_over(folder: Path) -> list[str]:
    """Half-written files, hidden or not."""
    return [path.name for path in folder.iterdir() if path.name.endswith(saving.SUFFIX)]


# --- files -----------------------------------------------------------------------------------------------------------


def test_what_is_saved_is_what_is_loaded(toy: xr.Dataset, tmp_path: Path) -> None:
    path = results.save(toy, tmp_path / "1.nc")
    assert results.load(path).identical(toy)
    assert [one.name for one in tmp_path.iterdir()] == ["1.nc"]


def test_types_survive(toy: xr.Dataset, tmp_path: Path) -> None:
    loaded = results.load(results.save(toy, tmp_path / "1.nc"))
    assert {name: loaded[name].dtype for name in NAMES} == {name: toy[name].dtype for name in NAMES}
    assert loaded["week"].dtype == toy["week"].dtype


def test_only_some_variables_can_be_loaded(toy: xr.Dataset, tmp_path: Path) -> None:
    path = results.save(toy, tmp_path / "1.nc")
    assert set(results.load(path, ["face", "population"])) == {"face", "population"}
    with pytest.raises(MohallaError, match=r"1\.nc: has no variable"):
        results.load(path, ["faces"])


def test_a_file_is_much_smaller_than_the_numbers(tmp_path: Path) -> None:
    quiet = zero_dataset(TOWN, weeks=2000)
    assert results.save(quiet, tmp_path / "1.nc").stat().st_size < quiet.nbytes / 4


def test_an_empty_dimension_can_be_saved(toy: xr.Dataset, tmp_path: Path) -> None:
    none_held = toy.isel(election=slice(0, 0))
    assert results.load(results.save(none_held, tmp_path / "1.nc")).sizes["election"] == 0


def test_saving_again_replaces(toy: xr.Dataset, tmp_path: Path) -> None:
    path = results.save(toy, tmp_path / "1.nc")
    results.save(toy.assign_attrs(seed=2), path)
    assert results.load(path).attrs["seed"] == 2


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), PermissionError(13, "Permission denied")])
def test_a_failed_save_loses_nothing(
    error: OSError, toy: xr.Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = results.save(toy, tmp_path / "1.nc")
    before = path.read_bytes()

    def fail(_handle: int) -> None:
        raise error

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(MohallaError, match=f"1.nc: cannot be written: {error.strerror.lower()}. What was saved before"):
        results.save(toy.assign_attrs(seed=2), path)
    assert path.read_bytes() == before
    assert left_over(tmp_path) == []


def test_an_interrupted_save_leaves_nothing_half_written(
    toy: xr.Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        results.save(toy, tmp_path / "1.nc")
    assert list(tmp_path.iterdir()) == []


FULL = """
import resource, signal, sys
from pathlib import Path
from mohalla import results
from mohalla.errors import MohallaError
from workbench import towns
from tests.fake_run import fake_dataset
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try:
    results.save(fake_dataset(towns.scenario(), weeks=60), Path(sys.argv[1]))
except MohallaError as error:
    print(error)
"""


@pytest.mark.skipif(os.name != "posix", reason="needs a limit on file sizes")
def test_a_disk_that_fills_up(tmp_path: Path) -> None:
    """A limit on file sizes stands in for a full disk: the operating system refuses in the middle of a write."""
    path = tmp_path / "1.nc"
    told = subprocess.run(
        [sys.executable, "-c", FULL, str(path)], capture_output=True, text=True, check=True, cwd=ROOT, env=environment()
    )
    assert told.stdout.strip() == f"{path}: cannot be written: file too large. What was saved before is untouched."
    assert list(tmp_path.iterdir()) == []


def environment() -> dict[str, str]:
    """This environment, with the package and its tests to be found."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}


def test_a_folder_that_is_not_there(toy: xr.Dataset, tmp_path: Path) -> None:
    with pytest.raises(MohallaError, match="cannot be written: no such file or directory"):
        results.save(toy, tmp_path / "nowhere" / "1.nc")


def test_a_folder_that_is_a_file(toy: xr.Dataset, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MohallaError, match="cannot be written: not a directory"):
        results.save(toy, tmp_path / "file" / "1.nc")


def test_what_netcdf_cannot_hold(toy: xr.Dataset, tmp_path: Path) -> None:
    with pytest.raises(MohallaError, match="cannot be written as NetCDF"):
        results.save(toy.assign_attrs(notes={"a": 1}), tmp_path / "1.nc")


@pytest.mark.parametrize(
    ("content", "words"), [(None, "no such file"), (b"", "cannot be read as results"), (b"x" * 999, "cannot be read")]
)
def test_what_is_no_results_file(content: bytes | None, words: str, tmp_path: Path) -> None:
    path = tmp_path / "1.nc"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(MohallaError, match=words):
        results.load(path)


def test_another_netcdf_file_is_no_results_file(tmp_path: Path) -> None:
    xr.Dataset({"rain": ("day", [1.0])}).to_netcdf(tmp_path / "rain.nc", engine=results.ENGINE)
    with pytest.raises(MohallaError, match=r"rain\.nc: not Mohalla results: 'population' is missing.*and \d+ more"):
        results.load(tmp_path / "rain.nc")


def test_parts_left_by_a_killed_process_are_swept(tmp_path: Path) -> None:
    (tmp_path / f".1.nc.99{saving.SUFFIX}").write_text("half")
    (tmp_path / "2.nc").write_text("whole")
    saving.sweep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["2.nc"]


# --- the contract ----------------------------------------------------------------------------------------------------

Spoil = Callable[[xr.Dataset], xr.Dataset]
BROKEN: dict[str, tuple[Spoil, str]] = {
    "missing": (lambda data: data.drop_vars("face"), "'face' is missing"),
    "too many": (lambda data: data.assign(mood=("week", data["week"].values.astype(int))), "unknown variables: mood"),
    "turned": (lambda data: data.assign(fear=data["fear"].transpose("sector", "week", "community")), "'fear' has dims"),
    "type": (
        lambda data: data.assign(armed=data["armed"].astype("int64").assign_attrs(data["armed"].attrs)),
        "'int32'",
    ),
    "units": (
        lambda data: data.assign(fear=data["fear"].assign_attrs(units="percent")),
        "units 'percent' instead of '0-1'",
    ),
    "no name": (lambda data: data.assign(fear=data["fear"].drop_attrs().assign_attrs(units="0-1")), "long_name None"),
    "bare": (lambda data: data.drop_vars("sector"), "dimensions without coordinates: sector"),
    "no monday": (lambda data: data.assign_coords(week=data["week"] + np.timedelta64(1, "D")), "consecutive Mondays"),
    "a week left out": (lambda data: data.isel(week=[0, 2, 3]), "consecutive Mondays"),
    "weeks as numbers": (lambda data: data.assign_coords(week=range(data.sizes["week"])), "consecutive Mondays"),
    "no none": (lambda data: data.isel(organisation=slice(1, None)), "first organisation must be 'none'"),
    "killers": (lambda data: data.isel(killer=slice(None, None, -1)), "'killer' must name the organisations"),
    "victims": (lambda data: data.isel(victim=slice(None, -1)), "'victim' must name the organisations"),
}


def test_the_toy_keeps_the_contract(toy: xr.Dataset) -> None:
    assert list(results.problems(toy)) == []


@pytest.mark.parametrize("name", BROKEN)
def test_a_breach_of_the_contract_is_named(name: str, toy: xr.Dataset) -> None:
    spoil, words = BROKEN[name]
    with pytest.raises(MohallaError, match="results: not Mohalla results") as caught:
        results.check(spoil(toy))
    assert words in str(caught.value)


def test_a_single_week_is_a_run(toy: xr.Dataset) -> None:
    results.check(toy.isel(week=[0]))


# --- events ----------------------------------------------------------------------------------------------------------


def test_events_are_a_table_with_dates_names_and_sentences(toy: xr.Dataset) -> None:
    table = results.events(toy)
    columns = ["date", "kind", "organisation", "other", "tier", "sector", "unit", "size", "imposed", "text"]
    assert list(table.columns) == columns
    assert len(table) == toy.sizes["event"]
    assert table["date"].is_monotonic_increasing
    split = table[table["kind"] == "split"].iloc[0]
    assert (split["organisation"], split["other"], split["tier"]) == ("lantern", "splinter-1", "sector")
    assert split["unit"] == "", "a sector is no unit"
    assert (
        split["text"]
        == f"The head of sector {split['sector']} of lantern left and founded splinter-1: 4.0% of its rank."
    )
    assert table["imposed"].sum() == (table["kind"] == "operation_begins").sum() > 0


def test_sentences_call_organisations_by_their_names_where_they_are_known(toy: xr.Dataset) -> None:
    known = toy.assign_attrs(scenario_text=TOWN.model_dump_json(by_alias=True))
    assert " of Lantern left and founded splinter-1" in " ".join(results.events(known)["text"])


@pytest.mark.parametrize("kind", Event)
def test_every_kind_of_event_has_its_sentence(kind: Event, toy: xr.Dataset) -> None:
    event = results.happenings(toy)[0]._replace(kind=kind, size=2.0)
    for one in (event, event._replace(organisation="", other="", tier="unit", sector="", unit="")):
        text = results.sentence(one, {})
        assert text[0].isupper() or text.startswith(one.organisation)
        assert text.endswith(".")
        assert "{" not in text


def test_results_without_events_have_an_empty_table(toy: xr.Dataset) -> None:
    for none in (zero_dataset(TOWN), toy.drop_dims("event")):
        assert len(results.events(none)) == 0
        assert "text" in results.events(none)


# --- measures --------------------------------------------------------------------------------------------------------


@pytest.fixture
def counted(toy: xr.Dataset) -> xr.Dataset:
    """Numbers easy to add up: 100 weavers and 50 boatmen in every sector."""
    data = toy.copy(deep=True)
    data["population"][:] = np.array([100, 50])
    for name in ("face", "heart", "coerced"):
        data[name][:] = 0
    lantern = {"organisation": TOWN.organisation_ids.index("lantern")}
    data["face"][{**lantern, "community": 0}] = 80
    data["face"][{**lantern, "community": 1}] = 10
    data["heart"][{**lantern, "community": 0}] = 50
    data["coerced"][{**lantern, "community": 0}] = 30
    data["coerced"][{**lantern, "community": 1}] = 10
    return data


@pytest.mark.parametrize(
    ("measure", "city", "weavers"),
    [
        (results.hold, 90 / 150, 0.8),
        (results.hearts, 50 / 150, 0.5),
        (results.coerced_share, 40 / 150, 0.3),
        (results.gap, 40 / 150, 0.3),
    ],
)
def test_shares_are_of_all_adults(
    measure: Callable[..., xr.DataArray], city: float, weavers: float, counted: xr.Dataset
) -> None:
    assert measure(counted, "lantern").values == pytest.approx(city)
    assert measure(counted, "lantern", "weavers").values == pytest.approx(weavers)
    assert measure(counted, "lantern").dims == ("week",)
    assert measure(counted, "lantern").attrs["units"] == "share"


def test_where_nobody_lives_nobody_is_held(counted: xr.Dataset) -> None:
    counted["population"][:] = 0
    counted["face"][:] = 0
    assert not results.hold(counted, "lantern").any()


@pytest.mark.parametrize(("organisation", "community"), [("lantren", None), ("lantern", "weaver")])
def test_a_measure_of_what_is_not_there(organisation: str, community: str | None, counted: xr.Dataset) -> None:
    with pytest.raises(MohallaError, match=rf"'{community or organisation}' in these results. Did you mean"):
        results.hold(counted, organisation, community)


def test_killings_by_year_add_up_and_say_how_much_of_the_year(toy: xr.Dataset) -> None:
    yearly = results.killings_per_year(toy)
    assert int(yearly.sum()) == int(toy["killings_cause"].sum())
    assert yearly["year"].values.tolist() == [1980, 1981]
    assert yearly["weeks"].values.tolist() == [52, 8]
    first = toy["killings_cause"].isel(week=slice(0, 52))
    assert int(yearly.sel(year=1980)) == int(first.sum())


def test_killings_of_some_causes(toy: xr.Dataset) -> None:
    some = results.killings_per_year(toy, ["contest", "riot"])
    assert int(some.sum()) == int(toy["killings_cause"].sel(cause=["contest", "riot"]).sum())


def test_the_own_community_is_the_one_with_most_kinship() -> None:
    for organisation in TOWN.organisations:
        own = results.own_community(TOWN, organisation.id)
        assert organisation.kinship[own] == max(organisation.kinship.values())
    with pytest.raises(MohallaError, match=r"'nobody' is not declared. Declared: "):
        results.own_community(TOWN, "nobody")
