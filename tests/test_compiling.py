"""How sweeps are compiled and called: quickly, with the same bits, and with the types they were made for."""

from __future__ import annotations

import os
import subprocess
import sys
import weakref
from pathlib import Path
from typing import NamedTuple

import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mohalla
from mohalla.engine import ahead, cpu, interventions, simulate
from mohalla.engine.lending import lend
from mohalla.engine.week import BY_NAME, Call, bind, bind_week, quick, read_only
from workbench.stepping import SEED, armed_town, copied, same, start


class Few(NamedTuple):
    """Numbers of two kinds."""

    many: float
    few: float


@pytest.mark.parametrize("name", ["watch", "presence", "collect", "extortion", "rivalry"])
def test_a_quick_call_writes_the_same_bits_as_a_checked_one(name: str) -> None:
    run = start(armed_town())
    step, found = BY_NAME[name], []
    for call_of in (lambda call: call, quick):
        arrays = copied(run.arrays)
        call = call_of(bind(step, arrays, run.numbers[step.mechanism]))
        call.sweep(4, SEED, call.parameters, *call.arrays)
        found.append(arrays)
    assert [one for one in step.writes if not same(found[0][one], found[1][one])] == []


def test_plain_python_is_left_as_it_is() -> None:
    run = start(armed_town(), plain=True)
    call = bind(BY_NAME["watch"], run.arrays, run.numbers["coercion"], plain=True)
    assert quick(call) is call
    assert not cpu.is_compiled(call.sweep)


def test_what_is_compiled_is_known_as_such() -> None:
    run = start(armed_town())
    assert cpu.is_compiled(bind(BY_NAME["watch"], run.arrays, run.numbers["coercion"]).sweep)


@pytest.mark.parametrize(
    ("processor", "features", "before", "after"),
    [
        ("znver4", "+avx2,+avx512bw", None, "+avx2,+avx512bw,-prefer-256-bit"),
        ("haswell", "+avx2,-avx512bw", None, None),
        ("znver3", "+avx2,-avx512bw", None, "+avx2,-avx512bw,+fast-gather"),
        ("znver4", "+avx2,+avx512bw", "+avx2", "+avx2"),  # what a user chose stays
    ],
)
def test_wide_vectors_are_used_where_there_are(
    processor: str, features: str, before: str | None, after: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cpu, "get_host_cpu_features", lambda: features)
    monkeypatch.setattr(cpu.llvmlite.binding, "get_host_cpu_name", lambda: processor)
    monkeypatch.setattr(cpu.llvmlite.binding, "set_option", lambda *_: None)
    monkeypatch.setattr(numba.config, "CPU_FEATURES", before)
    cpu._use_wide_vectors.__wrapped__()
    assert after == numba.config.CPU_FEATURES


def _times(factor: int, values: np.ndarray) -> None:
    for place in range(values.size):
        values[place] = factor * values[place]


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int32])
def test_code_is_found_again_for_arguments_of_the_same_types_and_never_for_others(dtype: type) -> None:
    """Compiled code does not check what it is handed: code for doubles would write beyond an array of floats."""
    sweep = cpu.compiled(_times)
    one, other = np.arange(3, dtype=dtype), np.arange(5, dtype=dtype)
    code, _ = cpu.lent(sweep, (0,), (one,))
    again, lent = cpu.lent(sweep, (0,), (other,))
    assert again is code
    assert cpu.lent(sweep, (0,), (np.arange(3, dtype=np.int64),))[0] is not code
    code(2, *lent)
    assert other.tolist() == [0, 2, 4, 6, 8]


def test_what_does_not_lie_side_by_side_cannot_be_lent() -> None:
    with pytest.raises(ValueError, match="side by side"):
        lend(np.arange(6)[::2])


@pytest.mark.parametrize(
    "unfit",
    [np.array(3.0), Few(1.0, 2), Few(1.0, np.zeros(2)), Few("many", 2.0)],
    ids=["no rows", "int", "array", "text"],
)
def test_what_is_neither_rows_nor_real_numbers_cannot_be_lent(unfit: object) -> None:
    with pytest.raises(ValueError, match="can be lent"):
        lend(unfit)


def _sum_or_default(given: bool, values: np.ndarray) -> float:
    array = values if given else np.ones(4)
    total = 0.0
    for place in range(array.size):
        total += array[place]
    return total


@pytest.mark.parametrize(
    "values", [np.arange(3.0), np.zeros(0), read_only(np.arange(5.0))], ids=["some", "none", "read"]
)
def test_what_is_lent_may_be_empty_or_read_only_and_stand_beside_an_array_of_the_codes_own(values: np.ndarray) -> None:
    code, lent = cpu.lent(numba.njit(_sum_or_default), (True,), (values,))
    if values.flags.writeable:
        assert code(False, *lent) == 4
    assert code(True, *lent) == values.sum()


def test_a_step_is_compiled_once_for_all_weeks_and_for_what_comes_before_them() -> None:
    """In a process of its own, because tests hand the same steps arrays that are not lent."""
    code = """
from mohalla.engine import by_unit, cpu, simulate
from mohalla.mechanisms import demography, pressures, residents
from workbench.stepping import armed_town
simulate.simulate(armed_town(), 1, scale=3)
steps = (by_unit.sweep, True), (demography.follow_path, True), (demography.open_shops, False), (residents.settle, True)
print(*(len(cpu.compiled(sweep, parallel=parallel).signatures) for sweep, parallel in steps))
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["1"] * 4


def test_what_is_lent_lives_for_as_long() -> None:
    array = np.arange(3)
    lent, gone = lend(array), weakref.ref(array)
    del array
    assert gone() is lent.of
    del lent
    assert gone() is None


def _write(numbers: Few, pair: tuple[np.ndarray, np.ndarray], into: np.ndarray) -> None:
    ones, twos = pair
    for place in range(into.shape[0]):
        for other in range(into.shape[1]):
            into[place, other] = numbers.many * ones[place] + numbers.few * twos[other]


def test_numbers_of_several_kinds_pairs_and_arrays_of_two_dimensions_arrive_as_they_are() -> None:
    numbers, into = Few(10.0, np.float32(0.5)), np.zeros((2, 3))
    pair = np.array([1.0, 2.0]), np.array([2, 4, 6], np.int32)
    code, lent = cpu.lent(numba.njit(_write), (), (numbers, pair, into))
    code(*lent)
    assert into.tolist() == [[11, 12, 13], [21, 22, 23]]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (np.zeros(2), np.zeros(9), True),
        (np.zeros(2), np.zeros((2, 1)), False),
        (np.zeros(2), np.zeros(2, np.float32), False),
        ((np.zeros(2), 1), (np.zeros(2), 5), True),
        ((np.zeros(2), 1), (np.zeros(2), 1.0), False),
        (0, np.int64(0), False),
        (Few(1.0, 2.0), Few(3.0, 4.0), True),
        (Few(1.0, 2.0), Few(1.0, np.float32(2.0)), False),
    ],
)
def test_kinds_of_arguments_tell_types_apart(one: object, other: object, *, alike: bool) -> None:
    assert (cpu._kind(one) == cpu._kind(other)) is alike


def test_kinds_tell_what_may_be_written_from_what_may_only_be_read() -> None:
    assert cpu._kind(np.zeros(2)) != cpu._kind(read_only(np.zeros(2)))


@given(st.integers(0, 10_000), st.lists(st.integers(0, 500), min_size=1, max_size=40))
def test_whole_persons_are_shared_out_to_the_last_and_in_proportion(total: int, weights: list[int]) -> None:
    """Hamilton's method: nobody is lost, and each place is within one person of its share."""
    shares = np.array(weights)
    parts = interventions._shared(float(total), shares, whole=True)
    if shares.sum() == 0:
        assert not parts.any()
        return
    assert parts.sum() == total
    assert np.abs(parts - total * shares / shares.sum()).max() < 1 + 1e-6
    assert (parts[shares == 0] == 0).all()


@given(st.floats(0, 1e6), st.lists(st.floats(0, 1e3), min_size=1, max_size=20))
def test_money_is_shared_out_exactly_in_proportion(total: float, weights: list[float]) -> None:
    shares = np.array(weights)
    parts = interventions._shared(total, shares, whole=False)
    assert parts.sum() == pytest.approx(total if shares.sum() > 0 else 0.0)


# ------------------------------------------------------------------------------------------- a second core that helps
def asked(folder: Path | None, threads: int, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The processes started when help is asked for twice."""
    started: list[list[str]] = []
    monkeypatch.setattr(cpu, "_cache_folder", lambda: folder)
    monkeypatch.setattr(cpu, "threads", lambda: threads)
    monkeypatch.setattr(cpu.subprocess, "Popen", lambda command, **_: started.append(command) or Ended())
    for _ in range(2):
        cpu.have_help.__wrapped__()
    return started


class Ended:
    """A process that is over."""

    def wait(self) -> int:
        return 0


def test_help_is_asked_for_once_a_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked(tmp_path, 2, monkeypatch) == [[sys.executable, "-P", "-m", "mohalla.engine.ahead"]]


def test_nobody_helps_without_a_second_core(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked(tmp_path, 1, monkeypatch) == []


def test_nobody_helps_where_nothing_can_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked(None, 2, monkeypatch) == []


def test_a_processor_short_of_processes_compiles_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr(cpu, "_cache_folder", lambda: tmp_path)
    monkeypatch.setattr(cpu, "threads", lambda: 2)
    monkeypatch.setattr(cpu.subprocess, "Popen", refuse)
    assert cpu.have_help.__wrapped__() is None


def kinds_of_the_week(scenario: str) -> dict[str, object]:
    """What the code of each step is compiled for."""
    run = simulate.laid_out(mohalla.load(scenario), 1, scale=1000, until=None, without=(), draw=False)
    calls = [call for call in bind_week(run.arrays, run.numbers, plain=True) if isinstance(call, Call)]
    return {call.name: cpu._kind((call.parameters, *call.arrays)) for call in calls}


def test_what_is_compiled_for_one_city_does_for_any() -> None:
    assert kinds_of_the_week("karachi") == kinds_of_the_week(ahead.SCENARIO)


def test_the_helper_goes_from_the_end_of_the_week_and_stops_where_nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []
    monkeypatch.setattr(ahead, "quick", lambda call: compiled.append(call.name))
    ahead.compile_from_the_end()
    assert compiled[:3] == ["strike", "shops", "moves"]
    assert "stance" in compiled
    assert "residents" not in compiled, "which whoever asked begins with"
    parents, compiled[:] = iter([7, 7, 7, 7, 7, 1]), []
    monkeypatch.setattr(ahead.os, "getppid", lambda: next(parents))
    ahead.compile_from_the_end()
    assert compiled == ["strike", "shops"]


def test_threads_are_told_how_long_to_wait_before_they_start() -> None:
    """GNU OpenMP reads it once, when the first thread starts; asking for their number starts them."""
    code = "from mohalla.engine import cpu; cpu.threads(); import os; print(os.environ['GOMP_SPINCOUNT'])"
    plain = {key: value for key, value in os.environ.items() if not key.startswith(("OMP_", "GOMP_"))}
    told = subprocess.run([sys.executable, "-c", code], env=plain, capture_output=True, text=True, check=True)
    assert told.stdout.split() == [cpu.SPINS]
