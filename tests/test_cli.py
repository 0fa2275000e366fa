"""The command line: what each command prints, what it leaves behind, and one clear message for what goes wrong."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest

from mohalla import results, store
from mohalla.cli import app as cli
from mohalla.experiments.ensemble import Simulate
from tests import engines

ROOT = Path(__file__).parents[1]


class Said(NamedTuple):
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str


Call = Callable[..., Said]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Iterator[Call]:
    """Call `mohalla` in a fresh folder, in this process."""

    def called(*words: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["mohalla", *words])
        try:
            cli.main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        return Said(code, *capsys.readouterr())

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MOHALLA_RUNS", raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    before = signal.getsignal(signal.SIGTERM)
    yield called
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Callable[[Simulate], None]:
    """Put another engine in the place of the real one."""

    def put(simulate: Simulate) -> None:
        module = ModuleType("mohalla.engine.simulate")
        module.simulate = simulate  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "mohalla.engine.simulate", module)

    monkeypatch.syspath_prepend(str(ROOT))
    put(engines.quick)
    return put


def refused(said: Said, lines: int = 1) -> str:
    """The one message of a command that was refused, without what was noted before."""
    told = without_notes(said.err)
    assert said.code == 2
    assert said.out == ""
    assert told.startswith("mohalla: ")
    assert told.count("\n") == lines
    assert "Traceback" not in told
    return told


def without_notes(told: str) -> str:
    """What was said on stderr, besides notes on what is odd though allowed, and progress where that took long."""
    lines = told.splitlines(keepends=True)
    return "".join(line for line in lines if not re.match(r"mohalla: (note: |.*, \d+%)", line))


# --- help ------------------------------------------------------------------------------------------------------------


COMMANDS = (
    "run",
    "resume",
    "check",
    "show",
    "new",
    "report",
    "runs",
    "export",
    "ablate",
    "rerun",
    "explain",
    "compare",
)


@pytest.mark.parametrize("words", [(), ("--help",)])
def test_help_names_every_command(words: tuple[str, ...], call: Call) -> None:
    said = call(*words)
    assert said.code == 0
    assert [word for word in COMMANDS if f"│ {word} " not in said.out] == []
    assert "mohalla run small-town" in said.out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str, call: Call) -> None:
    said = call(command, "--help")
    assert said.code == 0
    assert f"Usage: mohalla {command}" in said.out


def test_run_has_the_options_that_were_promised(call: Call) -> None:
    text = call("run", "--help").out
    options = ("--seeds", "--scale", "--until", "--without", "--out", "--quiet", "--json", "--no-report", "--open",
               "--checkpoint")  # fmt: skip
    assert [one for one in options if one not in text] == []


def test_the_version(call: Call) -> None:
    assert call("--version").out.strip() == store.versions()["mohalla"]


def test_help_loads_nothing_heavy() -> None:
    show = (
        "import sys; sys.argv = ['mohalla', '--help']\n"
        "from mohalla.cli.app import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print('loaded:', *sorted({'numpy', 'numba', 'xarray', 'pydantic', 'bokeh', 'netCDF4'} & sys.modules.keys()))"
    )
    told = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True, check=True, env=environment())
    assert told.stdout.strip().endswith("loaded:")


def environment() -> dict[str, str]:
    """This environment, with the package and its tests to be found."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}


# --- what goes wrong -------------------------------------------------------------------------------------------------

WRONG: dict[str, tuple[list[str], str]] = {
    "command": (["rnu"], 'Unknown command "rnu". Did you mean "run"?'),
    "nothing to run": (["run"], "requires an argument"),
    "option": (["run", "small-town", "--sedes", "3"], "--sedes"),
    "no number": (
        ["run", "small-town", "--seeds", "many"],
        'Invalid value for --seeds: unable to convert "many" into int',
    ),
    "no workers": (["run", "small-town", "--workers", "0"], "--workers = 0: must be between 1 and 1,000"),
    "no seeds": (["run", "small-town", "--seeds", "0"], "--seeds = 0: must be between 1 and 1,000"),
    "negative scale": (["run", "small-town", "--scale", "-5"], "--scale = -5: must be between 1 and 10,000"),
    "huge scale": (["run", "small-town", "--scale", "999999"], "--scale = 999999: must be between 1 and 10,000"),
    "coarse scale": (
        ["run", "small-town", "--scale", "5000"],
        "so 2 residents would be simulated in all; must be at least 50. --scale = 6 simulates 2,016.",
    ),
    "coarse scale of a sweep": (
        ["sweep", "small-town", "--vary", "residents.danger=4,16", "--scale", "5000"],
        "--scale = 5000: small-town has 12,100 adults, so 2 residents would be simulated in all",
    ),
    "coarse scale of a sensitivity": (["sensitivity", "small-town", "--scale", "300"], "so 40 residents would be"),
    "coarse scale of an ablation": (["ablate", "small-town", "--scale", "300"], "so 40 residents would be simulated"),
    "scenario": (["run", "small-twon"], "no scenario 'small-twon': neither a file nor a shipped name. Did you mean"),
    "until": (["run", "small-town", "--until", "soon"], "until = 'soon': must be a year, month or day"),
    "too late": (["run", "small-town", "--until", "2090"], "until = 2090: small-town can run from 1978-01-02 to"),
    "mechanism": (["run", "small-town", "--without", "extorsion"], "no such mechanism. Did you mean 'extortion'?"),
    "file": (["check", "nowhere.toml"], "no scenario 'nowhere.toml'"),
    "folder": (["check", "."], "a folder, not a scenario file"),
    "show": (["show", "karachy"], "Did you mean 'karachi'?"),
    "name": (["new", "My City"], "no name for a scenario"),
    "no runs": (["report"], "no runs in runs yet"),
    "no run": (["report", "x", "--out", "elsewhere"], "no runs in elsewhere yet"),
    "nothing stopped": (["resume"], "no run in runs was stopped."),
    "no run to resume": (["resume", "x"], "no runs in runs yet"),
    "seconds": (["run", "small-town", "--checkpoint", "-1"], "--checkpoint = -1.0: must be between 0 and 86,400"),
    "no run again": (["rerun"], "no runs in runs yet"),
    "ablate scenario": (["ablate", "small-twon"], "no scenario 'small-twon'"),
    "ablate seeds": (["ablate", "small-town", "--seeds", "0"], "--seeds = 0: must be between 1 and 1,000"),
    "ablate scale": (["ablate", "small-town", "--scale", "0"], "--scale = 0: must be between 1 and 10,000"),
    "ablate mechanism": (
        ["ablate", "small-town", "--without", "extorsion"],
        "no such mechanism. Did you mean 'extortion'?",
    ),
    "ablate party": (
        ["ablate", "small-town", "--party", "lanten"],
        "--party = 'lanten': not in this scenario. Did you mean 'lantern'? There are: banyan, lantern.",
    ),
    "ablate csv": (
        ["ablate", "small-town", "--csv", "deep/t.csv"],
        "deep/t.csv: cannot be written: there is no folder deep.",
    ),
    "ablate csv folder": (["ablate", "small-town", "--csv", "."], "cannot be written: it is a folder."),
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.usefixtures("engine")
def test_what_goes_wrong_is_one_message(name: str, call: Call, tmp_path: Path) -> None:
    words, message = WRONG[name]
    assert message in refused(call(*words))
    assert list(tmp_path.iterdir()) == [], "nothing was begun"


@pytest.mark.usefixtures("engine")
def test_a_folder_where_nothing_can_be_written(call: Call, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    message = refused(call("run", "small-town", "--out", str(tmp_path / "file")))
    assert "cannot be written: not a directory" in message


# --- run -------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("engine")
def test_run_stores_every_world(call: Call) -> None:
    said = call(
        "run", "small-town", "--seeds", "3", "--scale", "20", "--until", "1980", "--without", "extortion", "--no-report"
    )
    assert said.code == 0
    kept = store.find("last")
    assert (kept.status, list(kept.simulations)) == ("finished", ["1", "2", "3"])
    assert "3 simulations" in said.out
    assert str(kept.folder) in said.out
    attrs = results.load(kept.simulations["2"]).attrs
    assert (attrs["scale"], attrs["until"], attrs["without"]) == (20, "1980-12-31", "extortion")
    assert kept.details["request"]["until"] == "1980-12-31"


@pytest.mark.usefixtures("engine")
def test_run_prints_one_json_object(call: Call) -> None:
    said = call("run", "small-town", "--seeds", "1", "--json", "--no-report")
    data = json.loads(said.out)
    assert said.err == ""
    assert data["status"] == "finished"
    assert data["request"]["members"] == [{"label": "1", "seed": 1, "scale": 10, "draw": False}]
    assert Path(data["simulations"]["1"]).is_file()
    assert data["report"] is None
    assert len(data["fingerprint"]) == 64


@pytest.mark.usefixtures("engine")
def test_run_can_be_quiet(call: Call) -> None:
    assert call("run", "small-town", "--seeds", "1", "--quiet", "--no-report") == (0, "", "")
    assert store.find("last").status == "finished"


@pytest.mark.usefixtures("engine")
def test_run_in_another_folder(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    call("run", "small-town", "--seeds", "1", "--quiet", "--no-report", "--out", "one")
    monkeypatch.setenv("MOHALLA_RUNS", str(tmp_path / "two"))
    call("run", "small-town", "--seeds", "1", "--quiet", "--no-report")
    assert [len(store.runs(tmp_path / name)) for name in ("one", "two", "runs")] == [1, 1, 0]


@pytest.mark.usefixtures("engine")
def test_mechanisms_are_left_out_by_option_or_by_comma(call: Call) -> None:
    for words in (["--without", "extortion,command"], ["--without", "extortion", "--without", "command"]):
        call("run", "small-town", "--seeds", "1", "--quiet", "--no-report", *words)
        assert store.find("last").details["request"]["without"] == ["extortion", "command"]


def test_when_a_world_fails_the_others_are_kept(call: Call, engine: Callable[[Simulate], None]) -> None:
    engine(engines.refusing)
    message = refused(call("run", "small-town", "--seeds", "3", "--no-report"))
    kept = store.find("last")
    assert "is refused" in message
    assert f"1 of 3 simulations are safe in {kept.folder}" in message
    assert (kept.status, list(kept.simulations)) == ("interrupted", ["1"])


ENDLESS = """
import sys
from types import ModuleType
from tests import engines

module = ModuleType("mohalla.engine.simulate")
module.simulate = engines.endless
sys.modules["mohalla.engine.simulate"] = module

if __name__ == "__main__":
    from mohalla.cli.app import main
    main()
"""


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_says_what_is_safe_and_ends_its_workers(number: signal.Signals, tmp_path: Path) -> None:
    (tmp_path / "endless.py").write_text(ENDLESS)
    program = subprocess.Popen(
        [sys.executable, "endless.py", "run", "small-town", "--seeds", "3", "--no-report", "--workers", "2"],
        cwd=tmp_path,
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    wait_for(lambda: any("1" in run.simulations for run in store.runs(tmp_path / "runs")))
    if number == signal.SIGINT:
        os.killpg(program.pid, number)  # as a terminal does: to the workers too
    else:
        program.send_signal(number)
    told = without_notes(program.communicate(timeout=30)[1])
    assert program.returncode == 128 + number
    assert "mohalla: stopped. 1 of 3 simulations are safe in runs/small-town-" in told
    assert "Traceback" not in told
    assert [run.status for run in store.runs(tmp_path / "runs")] == ["interrupted"]
    wait_for(lambda: not running(program.pid))


def running(group: int) -> bool:
    """Whether any process of a process group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def wait_for(what: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def test_an_interruption_elsewhere_is_quiet_too(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "runs", stop)
    assert call("runs") == (130, "", "mohalla: stopped.\n")


# --- check, show, new ------------------------------------------------------------------------------------------------

BAD_PLAN = """
name = "bad"
title = "Bad"
[[interventions]]
value = "raids"
organisations = ["lantrn"]
from = 1979-01-01
set = 3
[[interventions]]
value = "services"
from = 1979-01-01
set = 7
"""


def test_check_says_what_a_sound_scenario_holds(call: Call) -> None:
    said = call("check", "small-town")
    assert said.code == 0
    assert "small-town is sound. A small town (invented): 1978-01-02 to 1985-12-29 (417 weeks). 2 districts" in said.out


@pytest.fixture
def odd(call: Call, tmp_path: Path) -> Path:
    """A city in which seven things are sound and hardly meant."""
    call("new", "odd")
    path = tmp_path / "odd.toml"
    text = path.read_text()
    for sound, hardly in (
        ('colour = "#CC79A7"', 'colour = "#009E73"'),
        ("raids_per_week = 1.5", "raids_per_week = 9000"),
        ("personnel = 60", "personnel = 6000"),
        ("deaths = 3", "deaths = 3000"),
        ("position = [67.02, 25.00]", "position = [25.00, 67.02]"),
        ("level = 0.2  ", "level = 0.0  "),
        ("shares = { weavers = 0.56, boatmen = 0.44 }", "shares = { weavers = 0.4, boatmen = 0.6 }"),
    ):
        assert sound in text
        text = text.replace(sound, hardly, 1)
    path.write_text(text)
    return path


@pytest.mark.usefixtures("odd")
def test_check_notes_what_is_hardly_meant(call: Call) -> None:
    said = call("check", "odd.toml")
    assert said.code == 0
    first, *notes = said.out.splitlines()
    assert first.startswith("odd.toml is sound. ")
    assert len(notes) == 8  # shares of two communities
    assert all(line.startswith("note: ") for line in notes)
    assert (
        "note: organisations.banyan.colour: #009E73 is that of 'lantern' too; no chart could tell them apart" in notes
    )


@pytest.mark.usefixtures("odd", "engine")
def test_run_notes_five_of_it_and_where_the_rest_is(call: Call) -> None:
    said = call("run", "odd.toml", "--seeds", "1", "--no-report")
    assert said.code == 0
    *notes, last = said.err.splitlines()
    assert [line for line in notes if not line.startswith("mohalla: note: ")] == []
    assert len(notes) == 5
    assert last == "mohalla: note: and 3 more of this kind: mohalla check odd.toml"
    assert "note" not in said.out


@pytest.mark.usefixtures("odd", "engine")
def test_run_notes_nothing_where_it_is_to_be_quiet(call: Call) -> None:
    assert call("run", "odd.toml", "--seeds", "1", "--no-report", "--quiet") == (0, "", "")


@pytest.mark.usefixtures("engine")
def test_run_notes_few_residents_to_a_unit(call: Call) -> None:
    said = call("run", "small-town", "--seeds", "1", "--scale", "100", "--no-report")
    assert said.err.startswith(
        "mohalla: note: --scale = 100: 121 residents in 10 units are 12.1 to a unit, so what one"
    )
    assert call("run", "small-town", "--seeds", "1", "--scale", "100", "--no-report", "--quiet").err == ""


def test_check_lays_a_shipped_plan_over_the_city_it_was_made_for(call: Call) -> None:
    assert "town-raids is sound: a plan for small-town, 4 interventions." in call("check", "town-raids").out
    assert "is not in this scenario" in refused(call("check", "town-services", "--scenario", "karachi"), 2)


def test_check_says_what_is_wrong(call: Call, tmp_path: Path) -> None:
    call("new", "my-city")
    path = tmp_path / "my-city.toml"
    path.write_text(path.read_text().replace("kinship =", "kinshp =", 1))
    message = refused(call("check", "my-city.toml"))
    assert "my-city.toml: organisations.lantern.kinshp: unknown key. Did you mean 'kinship'?" in message


def test_check_says_what_a_sound_plan_does(call: Call) -> None:
    said = call("check", "services")
    assert said.code == 0
    first, *others = said.out.splitlines()
    assert (
        first == f"services is sound: a plan for karachi, {len(others)} intervention{'s' if len(others) > 1 else ''}."
    )
    assert others[0].startswith("  1. Services ordered by the state, the whole city: set to ")


def test_check_says_all_that_is_wrong_with_a_plan(call: Call, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text(BAD_PLAN)
    first, second = refused(call("check", "bad.toml", "--scenario", "small-town"), 2).splitlines()
    assert (
        "bad.toml: interventions.#1: organisations: 'lantrn' is not in this scenario. Did you mean 'lantern'?" in first
    )
    assert second == "bad.toml: interventions.#2: set = 7: must be between 0 and 1 (0-1)."


def test_only_a_plan_is_laid_over_a_scenario(call: Call) -> None:
    message = refused(call("check", "small-town", "--scenario", "karachi"))
    assert "--scenario karachi: small-town is a scenario itself; only a plan is laid over one." in message


def test_check_names_the_public_record(call: Call) -> None:
    assert "public figures" in call("check", "karachi").out


def test_show_prints_everything_with_its_source(call: Call) -> None:
    text = call("show", "small-town").out
    words = (
        "Old Town",
        "weavers 0.6, boatmen 0.4",
        "Lantern Movement",
        "crack-down",
        "The sweep",
        "1982-11-15",
        "imposed",
    )
    assert [word for word in words if word not in text] == []
    assert "Synthetic, drawn anew" in text
    assert "Left to emerge" in text
    assert "--parameters" in text


def test_show_can_print_every_parameter(call: Call) -> None:
    from mohalla.mechanisms import DECLARED
    from mohalla.parameters import declared

    text = call("show", "small-town", "--parameters").out
    assert [name for name, kind in DECLARED.items() if declared(kind) and f"Parameters of {name}" not in text] == []
    assert [name for kind in DECLARED.values() for name in declared(kind) if name not in text] == []


def test_show_every_shipped_scenario(call: Call) -> None:
    from mohalla import reading

    for name in reading.shipped():
        assert call("show", name).code == 0


def test_show_can_be_cut_short() -> None:
    told = subprocess.run(
        f"{sys.executable} -m mohalla show karachi | head -1",
        shell=True,
        capture_output=True,
        text=True,
        check=True,
        env=environment(),
    )
    assert "Traceback" not in told.stderr


@pytest.mark.usefixtures("engine")
def test_new_writes_a_scenario_that_is_sound_and_runs(call: Call, tmp_path: Path) -> None:
    said = call("new", "my-city")
    assert said.code == 0
    assert "my-city.toml is written" in said.out
    assert call("check", "my-city.toml").code == 0
    assert call("run", "my-city.toml", "--seeds", "1", "--quiet", "--no-report").code == 0
    assert "left as it is" in refused(call("new", "my-city"))
    assert [run.details["scenario"] for run in store.runs(tmp_path / "runs")] == ["my-city"]


# --- runs, report ----------------------------------------------------------------------------------------------------


def test_runs_says_when_there_are_none(call: Call) -> None:
    assert "No runs in runs yet. `mohalla run small-town` makes one." in call("runs").out
    assert json.loads(call("runs", "--json").out) == []


@pytest.mark.usefixtures("engine")
def test_runs_lists_the_latest_first(call: Call) -> None:
    for seeds in ("1", "2"):
        call("run", "small-town", "--seeds", seeds, "--quiet", "--no-report")
    text = call("runs").out
    assert "2 of 2" in text
    assert "finished" in text
    listed = json.loads(call("runs", "--json").out)
    assert {one["id"] for one in listed} == {run.id for run in store.runs()}


@pytest.mark.usefixtures("engine")
def test_nothing_to_report(call: Call) -> None:
    call("run", "small-town", "--seeds", "1", "--quiet", "--no-report")
    kept = store.find("last")
    kept.simulations["1"].unlink()
    assert "there is nothing to report" in refused(call("report", kept.id[:12]))


# --- all of it -------------------------------------------------------------------------------------------------------


def test_from_a_new_scenario_to_its_report(call: Call, tmp_path: Path) -> None:
    """With the real engine and real workers, as somebody would who has just installed this."""
    call("new", "my-city")
    said = call("run", "my-city.toml", "--seeds", "3", "--until", "1979")
    assert (said.code, said.err) == (0, "")
    kept = store.find("last")
    assert list(kept.simulations) == ["1", "2", "3"]
    for path in kept.simulations.values():
        results.check(results.load(path))
    assert "My city (invented)" in kept.report.read_text()
    first = kept.report.read_text()
    assert call("report", "my-city").out.strip() == str(kept.report)
    assert kept.report.read_text() == first
    assert str(tmp_path) not in first, "a report says nothing about where it was made"
