"""`mohalla run --plan`: stored with what the plan does, made again with the same bits, refused in words."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import mohalla
from mohalla import results, store
from mohalla.cli import app as cli
from mohalla.errors import MohallaError
from mohalla.mechanisms import DECLARED
from mohalla.plan import plan_text
from mohalla.reading import read_plan

PLAN = """
name = "aid"
title = "Services and fewer gunmen"
[[interventions]]
value = "services"
from = 1979-01-01
set = 0.8
[[interventions]]
value = "armed"
organisations = ["lantern"]
from = 1979-01-01
to = 1979-03-25
remove = 100000
"""
SHORT = ("run", "small-town", "--seeds", "2", "--scale", "20", "--until", "1979", "--plan", "aid.toml", "--no-report")


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., int]:
    """Call `mohalla` in a fresh folder in which the plan lies, in this process; returns its exit code."""

    def called(*words: str) -> int:
        monkeypatch.setattr(sys, "argv", ["mohalla", *words])
        try:
            cli.main()
        except SystemExit as end:
            return int(end.code or 0)
        return 0

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MOHALLA_RUNS", raising=False)
    (tmp_path / "aid.toml").write_text(PLAN)
    return called


def test_a_run_under_a_plan_says_what_the_plan_does_and_what_it_could_not(call: Callable[..., int]) -> None:
    assert call(*SHORT) == 0
    run = store.find("last")
    assert run.details["request"]["plan"] == "aid"
    for label in ("1", "2"):
        data = results.load(run.simulations[label])
        assert data.attrs["plan"] == "aid"
        assert data.attrs["plan_does"] == plan_text(read_plan("aid.toml", mohalla.load("small-town"), DECLARED))
        assert data.attrs["plan_shortfalls"].startswith("intervention 2 (armed): of 100000 to be removed there were ")
        assert float(data["services"][-1].mean()) > 0.5


def test_it_is_made_again_with_the_same_bits_though_the_file_is_gone(
    call: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(*SHORT) == 0
    Path("aid.toml").unlink()
    capsys.readouterr()
    assert call("rerun", "last", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["same"] for one in told["worlds"].values()] == [True, True]


def test_a_resident_under_a_plan_is_explained(call: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    assert call(*SHORT) == 0
    capsys.readouterr()
    assert call("explain", "last", "--resident", "7", "--week", "1979-06-04") == 0
    assert "face" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        ("services", "services.toml (shipped): interventions.#1"),  # made for another city
        ("nothing+aid.tml", "no plan 'aid.tml': neither a file nor a shipped name."),
    ],
)
def test_a_plan_that_does_not_fit_is_one_message_and_nothing_is_begun(
    plan: str, words: str, call: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("run", "small-town", "--plan", plan) == 2
    assert words in capsys.readouterr().err
    assert not Path("runs").exists()


def test_the_same_plan_by_name_file_and_object_gives_the_same_bits(call: Callable[..., int]) -> None:
    del call
    town = mohalla.load("small-town")
    plan = read_plan("aid.toml", town, DECLARED)
    one, other = (mohalla.simulate(town, until="1979", scale=20, plan=what) for what in (plan, "aid.toml"))
    assert all(one[name].values.tobytes() == other[name].values.tobytes() for name in one.variables)
    with pytest.raises(MohallaError, match="no plan 'none'"):
        mohalla.simulate(town, until="1979", plan="none")
