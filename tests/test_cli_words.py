"""What commands say in words: how a run ended, what is safe, what is listed, and what a browser is sent to."""

from __future__ import annotations

import json
import signal
import sys
import webbrowser
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from mohalla import store
from mohalla.cli import app as cli
from mohalla.cli import run as commands
from mohalla.experiments.ensemble import Member
from tests import engines
from tests.test_cli import Call, Said

UNHURRIED = {"seconds": 12.4}


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Iterator[Call]:
    """Call `mohalla` in a fresh folder, with an engine that does not simulate."""

    def called(*words: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["mohalla", *words])
        try:
            cli.main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        return Said(code, *capsys.readouterr())

    module = ModuleType("mohalla.engine.simulate")
    module.simulate = engines.quick  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "mohalla.engine.simulate", module)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MOHALLA_RUNS", raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    before = signal.getsignal(signal.SIGTERM)
    yield called
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def browsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that a browser was sent to."""
    sent: list[str] = []
    monkeypatch.setattr(webbrowser, "open", sent.append)
    return sent


def run(call: Call, *more: str) -> Said:
    """One world of the small town, without a report."""
    return call("run", "small-town", "--seeds", "1", "--no-report", *more)


# --------------------------------------------------------------------------------------------------------------- run
def test_run_says_what_ended_how_long_it_took_and_where_it_lies(call: Call) -> None:
    said = call("run", "small-town", "--seeds", "2", "--no-report")
    first, second, *rest = said.out.splitlines()
    assert first.startswith("A small town (invented): 2 simulations in ")
    assert first.endswith(" s.")
    assert second == f"Run     {store.find('last').folder}"
    assert rest == []
    assert said.err == ""


def test_run_names_its_report_and_opens_it_when_asked(call: Call, browsed: list[str], tmp_path: Path) -> None:
    said = call("run", "small-town", "--seeds", "1", "--open")
    kept = store.find("last")
    assert said.out.splitlines()[-1] == f"Report  {kept.report}"
    assert browsed == [(tmp_path / kept.report).as_uri()]
    assert kept.report.is_file()


def test_no_report_opens_no_browser(call: Call, browsed: list[str]) -> None:
    run(call, "--open")
    assert browsed == []
    assert not store.find("last").report.exists()


def test_json_is_printed_though_quiet_is_asked_for(call: Call) -> None:
    said = run(call, "--json", "--quiet")
    assert json.loads(said.out)["status"] == "finished"


def test_a_run_notes_the_words_it_was_asked_with(call: Call) -> None:
    run(call, "--until", "1980-06-30", "--without", "rivalry, extortion,rivalry")
    asked = store.find("last").details["request"]
    assert asked["command"][:2] == ["run", "small-town"]
    assert (asked["until"], asked["without"]) == ("1980-06-30", ["rivalry", "extortion"])


def test_a_run_that_is_not_cut_short_notes_the_end_of_its_scenario(call: Call) -> None:
    run(call)
    assert store.find("last").details["request"]["until"] == "1985-12-29"


# -------------------------------------------------------------------------------------------------------- what is safe
def kept(tmp_path: Path, simulations: list[str], **details: Any) -> store.Run:
    """A run folder as `run.json` might describe it."""
    known = {"title": "A town", "simulations": {label: {} for label in simulations}, **UNHURRIED, **details}
    return store.Run(tmp_path / "town-1", known)


def test_where_nothing_ended_nothing_is_promised(tmp_path: Path) -> None:
    words = commands._safe(kept(tmp_path, []), 8)
    assert words == "No simulation had ended."


def test_what_ended_is_safe_and_can_be_reported_on(tmp_path: Path) -> None:
    words = commands._safe(kept(tmp_path, ["1", "2"]), 8)
    assert words.startswith(f"2 of 8 simulations are safe in {tmp_path / 'town-1'}; ")
    assert f"`mohalla report {tmp_path / 'town-1'}`" in words


def test_the_end_of_a_run_in_words(tmp_path: Path) -> None:
    one, page = kept(tmp_path, ["1"]), tmp_path / "report.html"
    assert commands._ended(one, None) == f"A town: 1 simulation in 12 s.\nRun     {tmp_path / 'town-1'}"
    assert commands._ended(one, page).endswith(f"\nReport  {page}")


# ------------------------------------------------------------------------------------------------------------ progress
class Bar:
    """A progress bar that only remembers."""

    def __init__(self) -> None:
        self.total = 0.0
        self.told: list[dict[str, Any]] = []

    def add_task(self, words: str, total: float, completed: float, day: str) -> int:
        self.total, self.first, self.begun = total, (words, day), completed
        return 0

    def update(self, _task: int, **news: Any) -> None:
        self.told.append(news)


TEAM = [Member("1", 1, 10, False), Member("2", 2, 50, True), Member("3", 3, 50, True)]


def test_progress_counts_worlds_and_weighs_them_by_their_residents() -> None:
    bar = Bar()
    watch = commands._watch(bar, TEAM)
    assert bar.first == ("preparing (the first run compiles)", "")
    for member, week in ((TEAM[0], 50), (TEAM[0], 100), (TEAM[1], 100), (TEAM[2], 100)):
        watch(member, week, 100, "1980-01-07")
    assert [one["description"] for one in bar.told] == [
        "world 1 of 3", "world 2 of 3", "world 3 of 3", "world 3 of 3"
    ]  # fmt: skip
    done = [one["completed"] for one in bar.told]
    assert done == sorted(done)
    assert done[-1] == pytest.approx(bar.total)
    assert done[1] > bar.total / 2, "the first world is the work of several others"


def test_progress_of_a_run_that_goes_on_begins_with_what_is_done() -> None:
    bar = Bar()
    watch = commands._watch(bar, TEAM, {"1": 1.0, "2": 0.5, "3": 0.0})
    assert bar.begun / bar.total == pytest.approx((11 + 1.5) / (11 + 3 + 3))
    watch(TEAM[1], 100, 100, "1980-01-07")
    assert bar.told[-1]["completed"] == pytest.approx(bar.total - 3)
    assert bar.told[-1]["description"] == "world 3 of 3"


def test_nothing_is_heard_where_nothing_is_to_be_said(capsys: pytest.CaptureFixture[str]) -> None:
    with commands._watching(TEAM, silent=True) as watch:
        assert watch is None
    assert capsys.readouterr() == ("", "")


def test_a_short_run_says_nothing_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with commands._watching(TEAM, silent=False) as watch:
        assert watch is not None
        watch(TEAM[0], 50, 100, "1979-01-01")
    assert capsys.readouterr() == ("", "")


def test_a_terminal_gets_a_bar_with_the_simulated_day(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    with commands._watching(TEAM, silent=False) as watch:
        assert watch
        watch(TEAM[0], 13, 26, date(1984, 3, 12))
    assert "world 1 of 3" in (told := capsys.readouterr()).err
    assert "1984-03-12" in told.err
    assert told.out == "", "words for people go beside what programs read"


# -------------------------------------------------------------------------------------------------------- check and new
def test_check_names_the_file_as_it_was_asked_for(call: Call, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('extends = "small-town"\n[about]\nend = 1978-12-31\n')
    said = call("check", "mine.toml")
    assert said.out.startswith("mine.toml is sound. A small town (invented): 1978-01-02 to 1978-12-31 (52 weeks).")
    assert "public figures" not in said.out, "a town without a record is held against nothing"
    _, note = said.out.splitlines()
    assert note == (
        "note: organisations.lantern.founded: 1979-03-05 is after 1978-12-31, where a run ends unless told otherwise"
    )


def test_a_city_that_extends_another_keeps_its_record(call: Call, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('extends = "karachi"\n')
    words = [call("check", name).out.splitlines()[1] for name in ("mine.toml", "karachi")]
    assert words[0] == words[1]
    assert words[0].startswith("Its runs are held against ")


def test_new_says_what_to_do_next(call: Call, tmp_path: Path) -> None:
    (tmp_path / "cities").mkdir()
    said = call("new", "cities/my-city")
    path = Path("cities/my-city.toml")
    assert said.out == (
        f"{path} is written: an invented town, ready to be changed. Next: mohalla check {path}; mohalla run {path}\n"
    )
    assert call("check", str(path)).code == 0


def test_new_does_not_take_the_name_of_a_shipped_city(call: Call, tmp_path: Path) -> None:
    said = call("new", "karachi")
    assert (said.code, said.out) == (2, "")
    assert "is the name of a shipped scenario; choose another, or extend it." in said.err
    assert list(tmp_path.iterdir()) == []


def test_show_with_parameters_does_not_say_that_there_is_more(call: Call) -> None:
    assert "--parameters" in call("show", "small-town").out
    assert "--parameters" not in call("show", "small-town", "--parameters").out


# ----------------------------------------------------------------------------------------------------- runs and report
def table(said: Said) -> list[list[str]]:
    """The cells of a list of runs; cells are at least two blanks apart."""
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in said.out.splitlines()]


def test_runs_tells_how_each_stands(call: Call) -> None:
    run(call)
    first = store.find("last")
    call("run", "small-town", "--seeds", "2", "--quiet")
    second = next(one for one in store.runs() if one.id != first.id)
    heads, *rows = table(call("runs"))
    assert heads == ["run", "status", "worlds", "seconds", "report"]
    by_id = {row[0]: row[1:] for row in rows}
    assert [by_id[first.id][k] for k in (0, 1, 3)] == ["finished", "1 of 1", "no"]
    assert [by_id[second.id][k] for k in (0, 1, 3)] == ["finished", "2 of 2", "yes"]


def test_a_run_that_has_not_ended_has_no_seconds(call: Call) -> None:
    import mohalla

    begun = store.create(mohalla.load("small-town"), {"labels": ["1", "2", "3"]})
    (_, row) = table(call("runs"))
    assert row == [begun.id, "running", "0 of 3", "-", "no"]
    store.mark_interrupted(begun)
    (_, row, _) = table(call("runs"))
    assert row[1:3] == ["interrupted", "0 of 3"]


def test_runs_as_json_says_where_everything_lies(call: Call) -> None:
    call("run", "small-town", "--seeds", "1", "--quiet", "--out", "elsewhere")
    (one,) = json.loads(call("runs", "--json", "--out", "elsewhere").out)
    assert Path(one["simulations"]["1"]).is_file()
    assert Path(one["report"]).is_file()
    assert one["folder"].startswith("elsewhere")
    assert json.loads(call("runs", "--json").out) == []


def test_report_prints_its_page_and_opens_it_when_asked(call: Call, browsed: list[str], tmp_path: Path) -> None:
    run(call, "--quiet")
    page = store.find("last").report
    for words in ((), ("last",), ("small",)):
        assert call("report", *words) == (0, f"{page}\n", "")
    assert browsed == []
    call("report", "--open")
    assert browsed == [(tmp_path / store.find("last").report).as_uri()]


def test_a_report_of_two_runs_that_begin_alike_needs_more_of_the_name(call: Call) -> None:
    run(call, "--quiet")
    run(call, "--quiet")
    said = call("report", "small")
    assert said.code == 2
    assert "'small' begins 2 runs: " in said.err
    assert said.err.endswith("Give more of it.\n")
