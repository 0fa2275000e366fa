"""The city as other tools take it: the same bits, names that are known, ranges that hold, and a page that runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mohalla
from mohalla import results
from mohalla.connectors import asking
from mohalla.errors import MohallaError
from mohalla.experiments.ablation import reading
from mohalla.scenario import Scenario

TOWN = mohalla.load("small-town")
SHORT: dict[str, Any] = {"scale": 100, "until": "1979"}
NUMBER = "coercion_force_half"
PAGE = Path(__file__).parents[1] / "docs" / "connectors.md"
BLOCKS = re.findall(
    r"^## ([^\n]+)$.*?^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)
NEEDS = {"Mesa": "mesa", "EMA workbench": "ema_workbench", "SALib": "SALib", "xarray, pandas, Parquet": "pyarrow"}


def central(name: str) -> float:
    return asking.numbers(TOWN, [name])[name].value


# --- a city as a function of its numbers -----------------------------------------------------------------------------


def test_numbers_have_the_range_of_the_scenario_where_it_sets_one() -> None:
    low, high = asking.numbers(TOWN, [NUMBER])[NUMBER].known[1:3]
    assert low < central(NUMBER) < high
    pinned = asking.changed(TOWN, {NUMBER: low})
    assert asking.numbers(pinned, [NUMBER])[NUMBER].value == low
    assert len(asking.numbers(TOWN)) > 100


def test_nothing_changed_is_the_same_question() -> None:
    assert asking.changed(TOWN, {}) == TOWN
    assert TOWN.parameters == {}, "and what is changed is a copy"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"coercion_force_haf": 1.0}, rf"no parameter 'coercion_force_haf'\. Did you mean '{NUMBER}'\?"),
        ({NUMBER: -1.0}, rf"{NUMBER} = -1: must be between [\d.]+ and [\d.]+"),
        ({NUMBER: float("nan")}, rf"{NUMBER} = nan: must be between"),
    ],
)
def test_numbers_that_are_wrong_are_refused(settings: dict[str, float], words: str) -> None:
    with pytest.raises(MohallaError, match=words):
        asking.changed(TOWN, settings)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"party": "lanten"}, "Did you mean 'lantern'"),
        ({"seeds": 0}, "seeds = 0: must be between 1"),
        ({"until": "1800"}, "until = 1800"),
    ],
)
def test_questions_that_are_wrong_are_refused(asked: dict[str, Any], words: str) -> None:
    with pytest.raises(MohallaError, match=words):
        asking.question(TOWN, **asked)


def test_central_numbers_give_the_answer_of_the_scenario_itself() -> None:
    asked = asking.question(TOWN, **SHORT)
    whole = reading(mohalla.simulate(TOWN, 1, **SHORT), TOWN).values[asked.party]
    assert asking.answer(asked, {}) == pytest.approx(whole, nan_ok=True, abs=0, rel=0)
    assert asking.answer(asked, {NUMBER: central(NUMBER)}) == pytest.approx(whole, nan_ok=True, abs=0, rel=0)


def test_answers_are_means_over_the_same_seeds() -> None:
    one, two = (reading(mohalla.simulate(TOWN, seed, **SHORT), TOWN).values["lantern"]["hold"] for seed in (1, 2))
    assert asking.answer(asking.question(TOWN, seeds=2, **SHORT), {})["hold"] == (one + two) / 2


def planned(scenario: Scenario, seed: int, **asked: Any) -> Any:
    """An engine that knows plans."""
    assert asked.pop("plan", "none") in ("none", "a plan")
    return mohalla.simulate(scenario, seed, **asked)


# --- Mesa ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("step", "weeks"), [("week", 1), ("quarter", 13)])
def test_a_mesa_model_walks_through_the_city(step: str, weeks: int) -> None:
    pytest.importorskip("mesa", reason="needs the extra 'mesa'")
    from mohalla.connectors.mesa_model import City

    whole = mohalla.simulate(TOWN, 2, **SHORT)
    model = City("small-town", 2, step=step, **SHORT)
    model.run_model()
    table = model.datacollector.get_model_vars_dataframe()
    hold = results.hold(whole, "lantern").values
    last = [min(end, len(hold)) - 1 for end in range(weeks, len(hold) + weeks, weeks)]
    assert table["hold"].to_list() == hold[last].tolist()
    assert (table["date"].to_numpy() == whole["week"].values[last]).all()
    assert table["killings"].sum() == int(whole["killings_cause"].sum())


def test_mesa_runs_a_batch_of_numbers_and_seeds() -> None:
    mesa = pytest.importorskip("mesa", reason="needs the extra 'mesa'")
    from mohalla.connectors.mesa_model import City

    values = {"scenario": "small-town", "seed": [1, 2], NUMBER: [central(NUMBER)], "step": "quarter", **SHORT}
    rows = mesa.batch_run(City, values, max_steps=100, display_progress=False)
    ends = [float(results.hold(mohalla.simulate(TOWN, seed, **SHORT), "lantern")[-1]) for seed in (1, 2)]
    assert [row["hold"] for row in rows] == ends


def test_a_mesa_model_refuses_wrong_numbers_when_it_is_made() -> None:
    pytest.importorskip("mesa", reason="needs the extra 'mesa'")
    from mohalla.connectors.mesa_model import City

    with pytest.raises(MohallaError, match="no parameter 'size'"):
        City("small-town", size=3)
    with pytest.raises(MohallaError, match="step"):
        City("small-town", step="day")


# --- EMA workbench, SALib --------------------------------------------------------------------------------------------


def test_the_workbench_gets_what_the_city_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    workbench = pytest.importorskip("ema_workbench", reason="needs the extra 'ema'")
    from mohalla.connectors.ema import model

    monkeypatch.setattr(asking, "simulate", planned)
    city = model(TOWN, [NUMBER], plans={"one": "a plan", "other": "a plan"}, **SHORT)
    assert (list(city.uncertainties.keys()), list(city.levers.keys())) == ([NUMBER], ["plan"])
    experiments, outcomes = workbench.perform_experiments(city, scenarios=2, policies=1)
    asked = asking.question(TOWN, **SHORT)
    for row, value in enumerate(experiments[NUMBER]):
        assert outcomes["hold"][row] == asking.answer(asked, {NUMBER: value})["hold"]


def test_salib_gets_what_the_city_answers() -> None:
    pytest.importorskip("SALib", reason="needs the extra 'sensitivity'")
    from mohalla.connectors.salib import evaluate, problem

    names = [NUMBER, "recruitment_leaving_per_year"]
    asked = problem(TOWN, names, ["hold", "armed"])
    assert (asked["num_vars"], sorted(asked["names"]), asked["outputs"]) == (2, sorted(names), ["hold", "armed"])
    samples = np.array(asked["bounds"]).T
    found = evaluate(TOWN, asked, **SHORT)(samples)
    wanted = asking.answer(asking.question(TOWN, **SHORT), dict(zip(asked["names"], samples[1], strict=True)))
    assert found.shape == (2, 2)
    assert found[1].tolist() == [wanted["hold"], wanted["armed"]]
    alone = problem(TOWN, names, ["hold"])
    assert evaluate(TOWN, alone, **SHORT)(samples).tolist() == found[:, 0].tolist()
    with pytest.raises(MohallaError, match="Did you mean 'hold'"):
        problem(TOWN, names, ["hol"])


# --- the page --------------------------------------------------------------------------------------------------------


def test_every_section_of_the_page_has_a_block() -> None:
    assert [name for name, _ in BLOCKS] == list(NEEDS)


@pytest.mark.parametrize(("name", "block"), BLOCKS, ids=[name for name, _ in BLOCKS])
def test_the_page_runs(
    name: str, block: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip(NEEDS[name], reason="needs its extra")
    monkeypatch.setenv("MOHALLA_RUNS", str(tmp_path / "runs"))
    exec(compile(block, str(PAGE), "exec"), {"__name__": "page"})  # noqa: S102 - our own page
    assert capsys.readouterr().out.strip()
