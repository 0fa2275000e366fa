"""`mohalla compare`: what it prints and keeps, how it goes on, and one clear message for whatever is wrong."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from mohalla import saving, store
from mohalla.errors import MohallaError
from mohalla.experiments import asking, batch, compare, comparison, parallel
from tests.test_cli import Call, call, refused

__all__ = ["call"]  # the fixture

SERVED = """
name = "served"
title = "Served"
description = "Services for a year."
[[interventions]]
value = "services"
set = 0.9
from = 1980-01-07
to = 1981-01-04
source = "made up"
"""
RAIDED = """
name = "raided"
title = "Raided"
[[interventions]]
value = "raids"
organisations = ["lantern"]
set = 20
from = 1980-01-07
to = 1981-01-04
source = "made up"
"""
EARLY = """
extends = "small-town"
[about]
name = "early"
end = 1984-05-20
record_ends = 1984-05-20
latest = 1984-06-30
[timeline]
leaders = []
"""
SHORT = ("compare", "small-town", "--plan", "nothing", "--plan", "served.toml", "--plan", "raided.toml", "--seeds", "2",
         "--to", "1981", "--scale", "20")  # fmt: skip


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In this process, which saves starting others; with two plans beside it."""
    monkeypatch.setattr(parallel, "cores", lambda: 1)
    (tmp_path / "served.toml").write_text(SERVED)
    (tmp_path / "raided.toml").write_text(RAIDED)
    (tmp_path / "early.toml").write_text(EARLY)


def short(**changed: str) -> list[str]:
    """The command with these of its options changed or added."""
    words = list(SHORT)
    for name, value in changed.items():
        option = f"--{name.replace('_', '-')}"
        if option in words:
            words[words.index(option) + 1] = value
        else:
            words += [option, value]
    return words


# --- what it prints and keeps ----------------------------------------------------------------------------------------


def told(data: dict[str, Any]) -> dict[str, Any]:
    """What a comparison says, whichever folder it lies in."""
    return {key: one for key, one in data.items() if key not in ("id", "folder", "report")}


def test_it_prints_tables_and_findings_and_keeps_a_dataset(call: Call, tmp_path: Path) -> None:
    said = call(*SHORT)
    assert said.code == 0
    assert said.out.startswith(
        "A small town (invented), 2 seeds at 1:20.\nPlans part in the week of 1980-01-07; the run ends on "
    )
    assert "what pairing saved" in said.out
    assert "- Whether served releases the coerced among " in said.out
    assert "mohalla: note: the run is too short to know the release of any plan" in said.err
    (run,) = store.runs()
    data = comparison.load(run.folder)
    assert said.out.rstrip().endswith(f"Dataset {run.folder / comparison.NAME}\nPage    {run.report}")
    assert "what plans change" in run.report.read_text(encoding="utf-8")
    assert (run.status, run.is_comparison) == ("finished", True)
    assert data["plan"].values.tolist() == ["nothing", "served", "raided"]
    assert data.attrs["of"] == "lantern", "the plans name it"
    assert data.attrs["branch"] == "1980-01-07", "when the first of them begins"
    assert data.attrs["command"] == " ".join(SHORT)
    assert list(tmp_path.rglob("*.npz")) == list(tmp_path.rglob("*.part")) == []
    listed = call("runs").out
    assert run.id in listed
    assert "2 seeds" in listed


def test_it_is_exported_as_tables_by_plan_and_seed(call: Call, tmp_path: Path) -> None:
    call(*SHORT)
    said = call("export", "last", "--as", "csv", "--out", str(tmp_path / "files"))
    assert said.code == 0
    assert said.out.startswith("The comparison of ")
    (run,) = store.runs()
    data, table = comparison.load(run.folder), pd.read_csv(tmp_path / "files" / "plan-seed.csv")
    assert len(table) == data.sizes["plan"] * data.sizes["seed"]
    assert table["toll"].tolist() == data["toll"].values.ravel().tolist()
    assert "world" not in table.columns


def test_it_prints_one_json_object(call: Call) -> None:
    said = call(*SHORT, "--json", "--party", "banyan")
    data = json.loads(said.out)
    assert (data["of"], data["seeds"], data["until"]) == ("banyan", [1, 2], "1981-12-31")
    assert list(data["plans"]) == ["nothing", "served", "raided"]
    assert data["plans"]["served"]["differences"]["services"]["mean"] > 0.2
    assert data["plans"]["nothing"]["differences"]["toll"]["mean"] == 0.0


def test_it_can_be_quiet(call: Call) -> None:
    assert call(*SHORT, "--quiet") == (0, "", "")
    assert len(store.runs()) == 1


def test_one_plan_is_held_against_the_scenario_as_it_is(call: Call) -> None:
    words = (
        "compare",
        "small-town",
        "--plan",
        "served.toml",
        "--seeds",
        "1",
        "--to",
        "1981",
        "--scale",
        "20",
        "--json",
    )
    assert list(json.loads(call(*words).out)["plans"]) == ["nothing", "served"]


def test_it_stops_where_intervals_are_narrow_enough(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare, "holds", lambda rule, worlds, _arms: rule.width == 0.1 and len(worlds) == 2)
    data = json.loads(call(*short(seeds="5", until_ci="0.1"), "--json").out)
    assert data["seeds"] == [1, 2]
    assert data["stopping_rule"] == "0.1"


def test_the_horizon_is_long_enough_where_none_is_given(call: Call) -> None:
    """The sweep of the town ends in June 1984, and five years later is July 1989."""
    words = ("compare", "small-town", "--plan", "served.toml", "--seeds", "1", "--scale", "50")
    said = call(*words, "--json")
    assert said.err == ""
    assert json.loads(said.out)["until"] == "1989-06-25", "leaving on 2 July 1984"


# --- stopped and taken up --------------------------------------------------------------------------------------------


def stopping(number: int, monkeypatch: pytest.MonkeyPatch, error: BaseException | None = None) -> None:
    """From here on the branch after so many is interrupted before it is kept."""
    left = [number]

    def keep(one: batch.Job, answer: Any) -> Any:
        if not left[0]:
            raise error or KeyboardInterrupt
        left[0] -= 1
        return whole(one, answer)

    whole = batch.keep
    monkeypatch.setattr(batch, "keep", keep)


def test_stopped_it_says_how_to_go_on_and_ends_with_the_same_bits(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = json.loads(call(*SHORT, "--json", "--out", "elsewhere").out)
    with monkeypatch.context() as patched:
        stopping(5, patched)
        said = call(*SHORT)
    assert (said.code, said.out) == (130, "")
    assert said.err.splitlines()[-1] == (
        "mohalla: stopped. 5 of 8 branches are safe in runs; the same command goes on."
    )
    (run,) = store.runs()
    assert run.status == "interrupted"
    again = call(*SHORT)
    assert again.code == 0
    assert again.err.splitlines()[-1] == "Going on: 5 of 8 branches had ended."
    (finished,) = store.runs()
    assert (finished.id, finished.status) == (run.id, "finished")
    data = json.loads(call(*SHORT, "--json").out)
    assert told(data) == told(whole)
    assert list(Path("runs").rglob("*.npz")) == []


def test_resume_goes_on_and_never_begins(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused_last(call(*SHORT, "--resume")) == (
        "mohalla: no comparison like this was stopped in runs. Without --resume it begins (what is kept of its "
        "simulations is used)."
    )
    with monkeypatch.context() as patched:
        stopping(3, patched)
        call(*SHORT)
    assert call(*SHORT, "--resume").code == 0
    assert [run.status for run in store.runs()] == ["finished"]


def refused_last(said: Any) -> str:
    """The one message of a refusal, after notes."""
    assert said.code == 2
    assert said.out == ""
    return str(said.err.splitlines()[-1])


def test_a_plan_that_has_changed_is_noticed_and_never_mixed(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with monkeypatch.context() as patched:
        stopping(3, patched)
        call(*SHORT)
    (stopped,) = store.runs()
    (tmp_path / "served.toml").write_text(SERVED.replace("0.9", "0.7"))
    words = f"{stopped.id} was stopped, but since then plan served has changed. Nothing of it is used"
    assert refused_last(call(*SHORT, "--resume")) == f"mohalla: {words}; without --resume this comparison begins anew."
    said = call(*SHORT, "--json")
    assert f"mohalla: note: {words}: this comparison begins anew." in said.err.splitlines()
    fresh = call(*SHORT, "--json", "--out", "elsewhere")
    assert json.loads(said.out)["plans"] == json.loads(fresh.out)["plans"]
    assert {run.status for run in store.runs()} == {"interrupted", "finished"}


def test_code_that_has_changed_is_noticed(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        stopping(3, patched)
        call(*SHORT)
    made = {**asking.made_with(), "sources": "other"}
    monkeypatch.setattr(asking, "made_with", lambda: made)
    assert "but since then sources was " in refused_last(call(*SHORT, "--resume"))


def test_one_kept_by_an_older_version_is_left_alone(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        stopping(1, patched)
        call(*SHORT)
    (run,) = store.runs()
    path = run.folder / "run.json"
    details = json.loads(path.read_text())
    del details["request"]["identity"]
    path.write_text(json.dumps(details))
    assert "since then another version of Mohalla is in use, which keeps comparisons in another way." in refused_last(
        call(*SHORT, "--resume")
    )
    assert call(*SHORT, "--quiet").code == 0


def test_one_that_is_being_made_now_is_locked(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        stopping(1, patched)
        call(*SHORT)
    (run,) = store.runs()
    path = run.folder / "run.json"
    path.write_text(
        json.dumps({**json.loads(path.read_text()), "status": "running", "process": {"host": "h", "id": 1}})
    )
    message = refused_last(call(*SHORT))
    assert message == f"mohalla: {run.folder}: another process is making this comparison now."


def test_resuming_a_run_leaves_comparisons_alone(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        stopping(1, patched)
        call(*SHORT)
    (run,) = store.runs()
    assert "no run in runs was stopped." in refused(call("resume"))
    said = refused(call("resume", run.id))
    assert f"{run.id} compares plans: the command that began it goes on with it: mohalla {' '.join(SHORT)}." in said


# --- what goes wrong -------------------------------------------------------------------------------------------------


def test_an_error_says_what_is_safe(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        stopping(4, patched, MohallaError("x: cannot be written: no space left on device."))
        message = refused_last(call(*SHORT))
    assert message == (
        "mohalla: x: cannot be written: no space left on device. 4 of 8 branches are safe in runs; the same command "
        "goes on."
    )
    assert call(*SHORT, "--quiet").code == 0


def test_a_full_disk_at_the_end_loses_nothing(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> Path:
        raise MohallaError("comparison.nc: cannot be written: no space left on device.")

    with monkeypatch.context() as patched:
        patched.setattr(comparison, "save", full)
        assert "no space left on device" in refused_last(call(*SHORT))
    assert [run.status for run in store.runs()] == ["interrupted"]
    said = call(*SHORT)
    assert said.code == 0
    assert "Going on: 8 of 8 branches had ended." in said.err
    assert [run.status for run in store.runs()] == ["finished"]


WRONG: list[tuple[list[str], str]] = [
    (short(seeds="0"), "--seeds = 0: must be between 1 and 1,000."),
    (short(scale="0"), "--scale = 0: must be between 1 and 10,000."),
    (short(until_ci="0"), "--until-ci = 0.0: must be between 0.005 and 0.5 (of a share, on either side)."),
    (short(plan="nothin"), "no plan 'nothin': neither a file nor a shipped name. Did you mean 'nothing'?"),
    (["compare", "small-town", "--plan", "nothing"], "--plan nothing: one plan alone is no comparison."),
    (["compare", "early.toml"], "no shipped plan fits early. Name plans of your own: --plan FILE.toml."),
    (short(scale="5000"), "--scale = 5000: small-town has 12,100 adults, so 2 residents would be simulated in all;"),
    (short(plan="served.toml"), "--plan served: given twice. Name every plan once."),
    ([*short(to="1980"), "--from", "1981"], "--from 1981-01-01 is not before --to 1980-12-31: nothing is left"),
    ([*short(), "--from", "1980-06"], "--plan served: begins in the week of 1980-01-07; here plans part on 1980-05-26"),
    (
        [*short(), "--from", "June"],
        "--from = 'June': must be a year, month or day such as 2013, 2013-09 or 2013-09-02.",
    ),
    ([*short(), "--from", "1980-13"], "--from = '1980-13': must be a year, month or day"),
    (short(to="1999"), "until = 1999: small-town can run from 1978-01-02 to 1990-12-31, no further."),
    (short(party="lanten"), "--party = 'lanten': not in this scenario. Did you mean 'lantern'?"),
    (short(without="riots"), "'riots'"),
    (["compare", "smalltown", "--plan", "served.toml"], "Did you mean 'small-town'?"),
]


@pytest.mark.parametrize(("words", "message"), WRONG)
def test_what_is_wrong_is_one_clear_message(words: list[str], message: str, call: Call) -> None:
    assert message in refused(call(*words))
    assert not Path("runs").exists(), "and nothing has begun"


def test_few_residents_to_a_unit_are_noted_unless_nothing_is_to_be_said(call: Call) -> None:
    words = short(scale="150")
    assert "mohalla: note: --scale = 150: 80 residents in 10 units are 8.0 to a unit, so " in call(*words).err
    assert call(*words, "--quiet").err == ""


def test_the_shipped_plans_for_the_town_are_compared_where_none_is_named(call: Call) -> None:
    said = call("compare", "small-town", "--seeds", "2", "--scale", "200", "--no-report")
    assert said.code == 0
    assert "Plans part in the week of 1984-07-02; the run ends on 1990-06-24." in said.out
    assert store.runs()[0].details["request"]["plans"] == ["nothing", "town-raids", "town-services"]
    assert "town-services releases the coerced among Weavers in " in said.out.replace("\n  ", " ")


def test_plans_that_begin_nothing_need_a_day(call: Call, tmp_path: Path) -> None:
    (tmp_path / "idle.toml").write_text('name = "idle"\ntitle = "Idle"\n')
    message = refused(call("compare", "small-town", "--plan", "nothing", "--plan", "idle.toml"))
    assert message == "mohalla: --from: say when these plans part, as 2013-09; none of them begins anything.\n"


def test_a_run_that_is_no_comparison_is_said(call: Call) -> None:
    call(*SHORT, "--quiet")
    (run,) = store.runs()
    assert asking.stored("last") == run.folder / comparison.NAME
    (run.folder / comparison.NAME).unlink()
    with pytest.raises(MohallaError, match=r": holds no comparison\.$"):
        asking.stored("last")


# --- killed ----------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
def test_killed_among_its_workers_it_ends_with_the_same_bits(call: Call, tmp_path: Path) -> None:
    root = Path(__file__).parents[1]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root / "src"), str(root)])}
    program = subprocess.Popen(
        [sys.executable, "-m", "mohalla", *short(seeds="4"), "--workers", "2"], cwd=tmp_path, env=environment,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    while not list(tmp_path.glob("runs/measured/*/*.json")):
        assert program.poll() is None
        time.sleep(0.02)
    program.send_signal(signal.SIGKILL)
    program.communicate(timeout=90)
    assert [run.status for run in store.runs()] == ["interrupted"]
    time.sleep(1.0)  # workers notice by themselves that their parent is gone
    data = json.loads(call(*short(seeds="4"), "--json").out)
    whole = json.loads(call(*short(seeds="4"), "--json", "--out", "elsewhere").out)
    assert told(data) == told(whole)
    assert [run.status for run in store.runs()] == ["finished"]
    assert list(tmp_path.rglob("*.npz")) == []
    assert saving.SUFFIX not in "".join(path.name for path in (tmp_path / "runs").rglob("*"))
