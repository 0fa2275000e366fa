"""Nothing is declared in vain: every parameter is used by its mechanism, every array by some step or by the engine."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path
from types import ModuleType

import pytest

from mohalla.engine.week import BY_NAME
from mohalla.mechanisms import BY_TURN, MODULES, election, residents
from mohalla.parameters import declared
from mohalla.state import FIELDS
from mohalla.steps import Step

ROOT = Path(__file__).parents[1] / "src" / "mohalla"
STEPS: tuple[Step, ...] = (*BY_NAME.values(), residents.SETTLE, election.POLL)

USED_ELSEWHERE = {
    ("residents", "caution_spread"): "the table of caution is made once, in engine/simulate.py",
    ("pressures", "calm_at_start_years"): "the state begins with it, in engine/simulate.py",
}
ONLY_RECORDED = {
    "other_raids": "imposed; raids on others than declared organisations hit nobody in the model",
}


def kernel_name(parameter: str, mechanism: str) -> str:
    """What a sweep calls a parameter: rates are per week, or per turn."""
    period = "turn" if mechanism in BY_TURN else "week"
    return parameter.removesuffix("_per_year") + f"_per_{period}" if parameter.endswith("_per_year") else parameter


def taken_from_p(source: str) -> set[str]:
    """Every name read as `p.name`."""
    return {
        node.attr
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "p"
    }


def unused(module: ModuleType) -> list[str]:
    used = taken_from_p(inspect.getsource(module))
    return [name for name in declared(module.Parameters) if kernel_name(name, module.NAME) not in used]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.NAME)
def test_every_parameter_is_used(module: ModuleType) -> None:
    assert [name for name in unused(module) if (module.NAME, name) not in USED_ELSEWHERE] == []


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.NAME)
def test_no_sweep_takes_a_number_that_is_not_declared(module: ModuleType) -> None:
    known = {kernel_name(name, module.NAME) for name in declared(module.Parameters)}
    assert taken_from_p(inspect.getsource(module)) <= known


@pytest.mark.parametrize(("mechanism", "name"), USED_ELSEWHERE)
def test_what_is_used_elsewhere_is(mechanism: str, name: str) -> None:
    module = next(module for module in MODULES if mechanism == module.NAME)
    assert name in unused(module), "it is used by its own mechanism now: take it off the list"
    engine = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "engine").glob("*.py"))
    assert f'["{name}"]' in engine


def words_of(*names: str) -> set[str]:
    """Every string constant in some modules."""
    trees = [ast.parse((ROOT / name).read_text(encoding="utf-8")) for name in names]
    nodes = (node for tree in trees for node in ast.walk(tree))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_every_array_is_in_use() -> None:
    used = {name for step in STEPS for name in (*step.reads, *step.writes)}
    used |= words_of("engine/recording.py", "engine/polls.py", "engine/simulate.py")
    assert [field.name for field in FIELDS if field.name not in used | ONLY_RECORDED.keys()] == []


def test_every_array_is_given_a_value_by_somebody() -> None:
    written = {name for step in STEPS for name in step.writes}
    written |= words_of("world.py", "engine/polls.py", "engine/simulate.py", "engine/week.py")
    assert [field.name for field in FIELDS if field.name not in written] == []


def argument_names(step: Step) -> tuple[list[str], set[str]]:
    """A sweep's arguments, and the names its body uses."""
    function = ast.parse(inspect.getsource(step.sweep)).body[0]
    assert isinstance(function, ast.FunctionDef)
    body = {node.id for part in function.body for node in ast.walk(part) if isinstance(node, ast.Name)}
    return [one.arg for one in function.args.args], body


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_a_sweep_uses_every_array_it_declares(step: Step) -> None:
    arguments, body = argument_names(step)
    arrays = arguments[-len((*step.reads, *step.writes)) :]
    assert [name for name in arrays if name not in body] == []


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_a_sweep_calls_its_arrays_by_their_names_in_order(step: Step) -> None:
    """Arrays are handed over by position: a swapped pair would go unseen."""
    arguments, _ = argument_names(step)
    handed = (*step.reads, *step.writes)
    assert tuple(arguments[-len(handed) :]) == handed
