"""Other rules of extrapolation: a plan of the time after the record, laid under every branch of the first worlds."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
import xarray as xr
from rich.console import Console

import mohalla
from mohalla import reading, store
from mohalla.cli import compare_screen
from mohalla.engine import branching
from mohalla.engine.simulate import simulate
from mohalla.errors import MohallaError
from mohalla.experiments import compare, comparison, parallel
from mohalla.experiments.compare import Engine, Found, Question, ruled
from mohalla.mechanisms import DECLARED
from mohalla.plan import Plan
from tests.test_cli import Call, call, refused
from workbench.plans import IDLE, PLANS, RAIDS, WEEK, plan, question

__all__ = ["call"]

HARSH = plan("harsh", "raids", WEEK + 5, WEEK + 30, organisations=["lantern"], set=60)
SEEDS = (1, 2)


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process, which saves starting others."""
    monkeypatch.setattr(parallel, "cores", lambda: 1)


def asked(*rules: Plan, **more: Any) -> Question:
    return question(**more)._replace(rules=rules)


@cache
def found() -> tuple[Found, Question]:
    what = asked(HARSH, IDLE)
    with TemporaryDirectory() as root:
        return compare.run(compare.jobs(what, SEEDS, Path(root))), what


@cache
def data() -> xr.Dataset:
    return comparison.dataset(*found(), "lantern")


def result(answer: Mapping[str, Any]) -> tuple[float, float]:
    return answer["city"]["toll"], answer["organisations"]["lantern"]["coerced"]


# --- what is simulated -----------------------------------------------------------------------------------------------


def test_every_plan_is_simulated_under_every_rule_and_the_past_once(tmp_path: Path) -> None:
    done: Counter[str] = Counter()

    def past(*words: Any, **more: Any) -> Any:
        done["past"] += 1
        return branching.past(*words, **more)

    def one(*words: Any, **more: Any) -> Any:
        done["branch"] += 1
        return simulate(*words, **more)

    jobs = compare.jobs(asked(HARSH, IDLE, engine=Engine(one, past, branching.branched)), (1,), tmp_path)
    compare.run(jobs)
    assert done == {"past": 1, "branch": len(PLANS) * 3 + 1}, "each by three rules, and the baseline with other luck"


def test_only_the_first_worlds_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare, "RULED", 2)
    jobs = compare.jobs(asked(HARSH), (1, 2, 3), Path())
    assert [len(job.branches) for job in jobs] == [7, 7, 4]
    assert jobs[2].branches == compare.jobs(question(), (3,), Path())[0].branches


def test_a_rule_that_changes_nothing_changes_nothing_to_the_last_bit() -> None:
    for world in found()[0].values():
        for arm in PLANS:
            assert result(world[ruled(arm.name, "idle")]) == result(world[arm.name])
    exact = data()[["toll_by_rule", "release_by_rule", "coerced_by_rule"]]
    xr.testing.assert_identical(exact.sel(rule="idle", drop=True), exact.sel(rule="as stated", drop=True))


def test_a_rule_that_says_something_does_something() -> None:
    for world in found()[0].values():
        assert result(world[ruled("nothing", "harsh")]) != result(world["nothing"])


def test_the_plan_has_the_last_word_where_both_speak_of_the_same() -> None:
    """RAIDS and HARSH set the raids at the same organisation; in the weeks of RAIDS its thirty hold."""
    both = compare._under(question().arms[2], HARSH).plan
    assert [one.value for one in both.interventions] == ["raids", "raids"]
    run = simulate(question().scenario, 1, scale=10, until=question().until, plan=both)
    alone = simulate(question().scenario, 1, scale=10, until=question().until, plan=RAIDS)
    weeks = slice(WEEK, WEEK + 21)
    raids = [one["raids"].sel(organisation="lantern").values for one in (run, alone)]
    np.testing.assert_array_equal(raids[0][weeks], raids[1][weeks])
    assert raids[0][WEEK + 21 : WEEK + 31].sum() > 5 * max(1, raids[1][WEEK + 21 : WEEK + 31].sum())


# --- what is kept and told -------------------------------------------------------------------------------------------


def test_the_dataset_has_every_rule_beside_the_stated_ones() -> None:
    assert data()["rule"].values.tolist() == ["as stated", "harsh", "idle"]
    assert data()["toll_by_rule"].dims == ("rule", "plan", "seed")
    np.testing.assert_array_equal(data()["toll_by_rule"].sel(rule="as stated"), data()["toll"])
    world = found()[0][2]
    assert float(data()["toll_by_rule"].sel(rule="harsh", plan="services", seed=2)) == result(
        world[ruled("services", "harsh")]
    )[0]  # fmt: skip
    assert json.loads(data().attrs["rules"]) == {"harsh": "", "idle": ""}
    assert list(json.loads(data().attrs["unknown"])) == list(
        json.loads(comparison.dataset(found()[0], question(), "lantern").attrs["unknown"])
    ), "branches under other rules are none of the plans"


def test_worlds_without_other_rules_are_left_out_of_the_stated_ones_too() -> None:
    """Else rules would be compared over different worlds."""
    answers, what = found()
    bare = {seed: {name: one for name, one in answers[1].items() if " under " not in name} for seed in (7,)}
    some = comparison.dataset({**answers, **bare}, what, "lantern")
    assert some["toll_by_rule"].isnull().sel(seed=7).all()
    assert some["toll_by_rule"].notnull().sel(seed=[1, 2]).all()
    assert some["toll"].notnull().all()


def test_nothing_of_it_is_there_where_nobody_asked() -> None:
    plain = comparison.dataset({1: found()[0][1]}, question(), "lantern")
    assert "rule" not in plain.dims
    assert "toll_by_rule" not in plain
    assert json.loads(plain.attrs["rules"]) == {}


def test_the_terminal_has_a_column_a_rule_and_stars_what_is_sure() -> None:
    console = Console(width=100, record=True, file=io.StringIO())
    console.print(compare_screen.by_rule(data()))
    head, under, *rows = console.export_text().splitlines()
    assert head.split() == ["deaths,", "by", "rule"]
    assert under.split() == ["first", "2", "seeds", "as", "stated", "harsh", "idle"]
    assert [row.split()[0] for row in rows] == ["services", "raids"]
    stated, _, idle = rows[0].split()[1:]
    assert stated == idle


# --- rules as files --------------------------------------------------------------------------------------------------

LATE = """
name = "late"
title = "Late raids"
description = "Raids after the record."
[[interventions]]
value = "raids"
organisations = ["lantern"]
set = 20
from = 1986-02-03
source = "assumption: for a test"
"""


@pytest.fixture
def late(tmp_path: Path) -> Path:
    path = tmp_path / "late.toml"
    path.write_text(LATE, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", reading.shipped_rules())
def test_shipped_rules_fit_the_city_begin_after_its_record_and_say_what_they_assume(name: str) -> None:
    karachi = mohalla.load("karachi")
    rule = reading.read_rule(name, karachi, DECLARED)
    assert rule.name == name
    assert rule.description
    assert all(one.start is not None and one.start > date(2016, 3, 13) for one in rule.interventions)
    assert all(one.source.startswith("assumption") for one in rule.interventions)
    laid = simulate(karachi, 1, scale=1000, until=date(2017, 6, 30), plan=rule)
    stated = simulate(karachi, 1, scale=1000, until=date(2017, 6, 30))
    before = stated["week"].values < np.datetime64("2016-03-14")
    xr.testing.assert_equal(laid["face"][before], stated["face"][before])
    assert any(not laid[one].equals(stated[one]) for one in ("raids", "stance", "face", "heart"))


def test_a_rule_about_the_time_of_the_record_is_refused(late: Path) -> None:
    town = mohalla.load("small-town")
    assert reading.read_rule(str(late), town, DECLARED).name == "late"
    late.write_text(LATE.replace("1986-02-03", "1985-12-29"), encoding="utf-8")
    words = r"rule late: `raids` begins on 1985-12-29. A rule of extrapolation begins on a day after 1985-12-29, where"
    with pytest.raises(MohallaError, match=words):
        reading.read_rule(str(late), town, DECLARED)


SHORT = ("compare", "small-town", "--plan", "nothing", "--plan", "late.toml", "--from", "1985-06", "--seeds", "2",
         "--scale", "50", "--to", "1986")  # fmt: skip


def test_the_command_shows_and_keeps_it_and_goes_on(late: Path, call: Call) -> None:
    late.with_name("more.toml").write_text(LATE.replace('"late"', '"more"').replace("20", "60"), encoding="utf-8")
    said = call(*SHORT, "--rules", "more.toml")
    assert said.code == 0, said.err
    assert "deaths, by rule" in said.out
    assert "as stated" in said.out
    (run,) = store.runs()
    kept = comparison.load(run.folder)
    assert kept["rule"].values.tolist() == ["as stated", "more"]
    assert json.loads(kept.attrs["rules"]) == {"more": "Raids after the record."}
    page = run.report.read_text(encoding="utf-8")
    assert "Raids after the record." in page
    assert "0 to 0" not in page[page.index("Raids after the record.") :], "two worlds alike are no certainty"
    again = call(*SHORT, "--rules", "more.toml")
    assert "Going on: 10 of 10 branches had ended." in again.err, "two plans, as stated, by the rule, and other luck"
    assert comparison.load(store.runs()[0].folder).equals(kept)


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ("lat", "no rule 'lat': neither a file nor a shipped name."),
        ("stances-stey", "no rule 'stances-stey': neither a file nor a shipped name. Did you mean 'stances-stay'?"),
        ("all", "--rules all: no shipped rule fits small-town. Name files of your own."),
        ("late.toml,late.toml", "--rules late: given twice. Name every rule once."),
        ("stances-stay", "organisations: 'mqm' is not in this scenario. There are: banyan, lantern, splinter-1."),
    ],
)
def test_what_is_wrong_with_a_rule_is_one_clear_message(rules: str, message: str, late: Path, call: Call) -> None:
    assert late.exists()
    said = call(*SHORT, "--rules", rules)
    first, *others = refused(said, said.err.count("\n")).splitlines()
    assert message in first
    assert all(line.startswith("stances-stay.toml (shipped): interventions.#") for line in others), "all that is wrong"
    assert not Path("runs").exists(), "and nothing has begun"


def test_a_rule_that_begins_before_plans_part_is_refused(late: Path, call: Call) -> None:
    """Else the past they share would not be the same."""
    assert late.exists()
    words = [word.replace("1985-06", "1986-06") for word in SHORT]
    words[words.index("late.toml")] = "nothing2.toml"
    Path("nothing2.toml").write_text('name = "nothing2"\ntitle = "Nothing"\n', encoding="utf-8")
    message = refused(call(*words, "--rules", "late.toml"))
    assert "--rules late: begins in the week of 1986-02-03, before plans part on 1986-05-26 (--from)." in message
