"""Commands about stored runs: what is listed, tagged, exported, deleted and found wrong, in words."""

from __future__ import annotations

import io
import json
import shutil
import sys
from pathlib import Path

import pytest

from mohalla import store
from mohalla.errors import MohallaError
from tests.fake_run import fake_dataset
from tests.test_cli import Call, call, refused
from workbench import towns

__all__ = ["call"]
TOWN = towns.scenario()
TOY = fake_dataset(TOWN, weeks=4)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three runs, the oldest first: one tagged, one a comparison. Made once, since each write waits for the disk."""
    place = tmp_path_factory.mktemp("stored")
    made = []
    for number, (kind, day) in enumerate([("run", "2001-05-01"), ("comparison", "2002-05-01"), ("run", "2003-05-01")]):
        run = store.create(TOWN, {"labels": ["1"], "until": "1980", "without": []}, place, kind=kind)
        run = store.finish(store.add_simulation(run, "1", TOY, seed=1))
        run = store._changed(run, started=f"{day}T00:00:00+00:00", scenario="tiny" if number else "other")
        made.append(run)
    store.tag(made[0], add=["paper"])
    return place


@pytest.fixture
def runs(stored: Path, call: Call) -> list[store.Run]:  # noqa: ARG001 - it changes to a fresh folder
    """Those three, copied so that they may be spoilt."""
    shutil.copytree(stored, "runs")
    return store.runs()[::-1]


def ids(call: Call, *words: str) -> list[str]:
    return [one["id"] for one in json.loads(call("runs", *words, "--json").out)]


def test_lists_can_be_filtered(runs: list[store.Run], call: Call) -> None:
    first, second, third = (one.id for one in runs)
    assert ids(call) == [third, second, first]
    assert ids(call, "--scenario", "other") == [first]
    assert ids(call, "--tag", "paper") == [first]
    assert ids(call, "--kind", "comparison") == [second]
    assert ids(call, "--since", "2002-05-01") == [third, second]
    assert ids(call, "--since", "2002-05-02", "--kind", "comparison") == []


def test_what_was_measured_besides_is_counted(runs: list[store.Run], call: Call) -> None:
    assert runs
    assert "Besides" not in call("runs").out
    for name in ("a", "b"):
        path = Path("runs/measured") / name / "1.json"
        path.parent.mkdir(parents=True)
        path.write_text("x" * 600_000)
    *_, last = call("runs").out.splitlines()
    assert last.startswith(
        "Besides, 2 measured simulations of comparisons, sweeps and ablations in runs/measured, 1.2 MB"
    )


def test_a_tag_is_one_word(runs: list[store.Run], call: Call) -> None:
    assert runs
    message = refused(call("runs", "tag", "last", "base line"))
    assert "'base line': a tag is one word; write 'base-line', or leave out the quotes for two tags." in message


def test_columns_that_say_nothing_are_left_out(runs: list[store.Run], call: Call) -> None:
    whole, some = call("runs").out, call("runs", "--since", "2003-01-01").out
    assert whole.split("\n")[0].split() == ["run", "status", "worlds", "seconds", "report", "kind", "tags"]
    assert some.split("\n")[0].split() == ["run", "status", "worlds", "seconds", "report"]
    assert runs[2].id in some


@pytest.mark.usefixtures("runs")
def test_a_filter_that_nothing_passes_says_so(call: Call) -> None:
    assert call("runs", "--tag", "nothing").out == "None of 3 runs in runs is like that.\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["runs", "--since", "spring"], "--since spring: is no day; write it as 2026-01-31."),
        (["runs", "tag", "last"], "which tags? Give at least one word"),
        (["runs", "delete"], "which runs? Give the beginning of an id"),
        (["runs", "delete", "nobody"], "no run 'nobody'."),
        (["export", "last", "--as", "xls"], "--as"),
        (["export", "last", "--variables", "fase"], "no variable 'fase' in these results. Did you mean 'face'?"),
    ],
)
@pytest.mark.usefixtures("runs")
def test_what_is_wrong_is_said(words: list[str], message: str, call: Call) -> None:
    assert message in refused(call(*words))


def test_tags(runs: list[store.Run], call: Call) -> None:
    assert call("runs", "tag", runs[0].id, "draft,", "old").out == f"{runs[0].id}: draft, old, paper\n"
    assert call("runs", "untag", runs[0].id, "draft", "old", "paper").out == f"{runs[0].id}: no tags\n"


def test_deleting_asks(runs: list[store.Run], call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = io.StringIO("n\ny\n")
    terminal.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "stdin", terminal)
    said = call("runs", "delete", runs[0].id).out
    assert said == f"Delete {runs[0].id} (1 simulation)? [y/N] Nothing was deleted.\n"
    assert runs[0].folder.exists()
    assert call("runs", "delete", runs[0].id).out.endswith(f"{runs[0].id} is deleted.\n")
    assert not runs[0].folder.exists()


def test_deleting_unasked_needs_yes(runs: list[store.Run], call: Call) -> None:
    assert "--yes deletes without asking" in refused(call("runs", "delete", "last"))
    said = call("runs", "delete", runs[1].id, runs[2].id, runs[1].id, "--yes").out
    assert said == f"{runs[1].id} is deleted.\n{runs[2].id} is deleted.\n"
    assert ids(call) == [runs[0].id]


def test_verifying_says_what_is_wrong_and_mends_it_when_told(runs: list[store.Run], call: Call) -> None:
    assert call("runs", "verify").out == "3 runs, 12 files in runs: everything is as it was stored.\n"
    runs[0].simulations["1"].write_bytes(b"")
    said = call("runs", "verify")
    assert said.code == 1
    assert f"{runs[0].id}/simulations/1.nc" in said.out
    assert "is not what was stored: its check sum differs" in said.out
    assert said.out.endswith("3 runs, 12 files in runs: 1 trouble. Nothing was changed.\n")
    asked = call("runs", "verify", "--json")
    assert (asked.code, json.loads(asked.out)["troubles"][0]["wrong"]) == (
        1,
        "is not what was stored: its check sum differs",
    )
    mended = call("runs", "verify", "--repair")
    assert (mended.code, mended.out.splitlines()[-1]) == (0, "3 runs, 12 files in runs: 1 trouble, 0 left.")
    assert call("runs", "verify").code == 0


def test_exporting_says_where(runs: list[store.Run], call: Call, tmp_path: Path) -> None:
    said = call("export", runs[2].id, "--variables", "face,legitimacy", "--to", "tables")
    assert said.out.startswith(f"1 world of {runs[2].id}: 4 files in tables, ")
    found = sorted(path.name for path in (tmp_path / "tables").iterdir())
    assert found == ["about.json", "variables.csv", "week-organisation.csv", "week-sector-community-organisation.csv"]
    assert "is there already" in refused(call("runs", "export", runs[2].id, "--out", "tables"))
    assert call("export", "last", "--as", "netcdf").out.split()[-4:-2] == ["in", f"{runs[2].id}-netcdf,"]


def test_the_target_of_an_export_has_two_names_and_the_help_says_why(runs: list[store.Run], call: Call) -> None:
    old, new = (call("export", runs[2].id, "--variables", "face", name, name.strip("-")) for name in ("--out", "--to"))
    assert old.out.replace(" in out,", "") == new.out.replace(" in to,", "")
    said = " ".join(call("export", "--help").out.replace("│", " ").split())
    assert "--to --out" in said
    assert "Elsewhere --out is the folder that holds all runs; here that is --runs." in said


def _stored(root: Path, kind: str, day: str) -> str:
    run = store.create(TOWN, {"labels": ["1"], "until": "1980", "without": []}, root, kind=kind)
    run = store.finish(store.add_simulation(run, "1", TOY, seed=1))
    return store._changed(run, started=f"{day}T00:00:00+00:00").id


def test_the_last_run_to_look_into_is_never_a_comparison(call: Call, tmp_path: Path) -> None:
    """A comparison is the newest of all here: `last` means it for the report, and the run before it for questions."""
    root = tmp_path / "runs"
    old, new = (_stored(root, kind, day) for kind, day in (("run", "2001-05-01"), ("comparison", "2002-05-01")))
    assert store.find("last", root).id == new
    assert store.find_simulated("last", root).id == old
    assert store.find_simulated(root / old).id == old
    words = f"{new} is a comparison of plans: it keeps what was measured, and no simulation to look into. `mohalla run"
    for command in (("explain", new, "--unit", "1"), ("rerun", new)):
        assert words in refused(call(*command))


def test_where_there_are_only_comparisons_none_is_taken_for_a_run(tmp_path: Path) -> None:
    root = tmp_path / "runs"
    _stored(root, "comparison", "2002-05-01")
    with pytest.raises(MohallaError, match="is a comparison of plans"):
        store.find_simulated("last", root)
    with pytest.raises(MohallaError, match="no runs in"):
        store.find_simulated("last", tmp_path / "nowhere")
