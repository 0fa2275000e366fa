"""Jobs over worker processes that fail, die or answer what cannot travel: an error in words, never a wait."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from multiprocessing import Pipe
from pathlib import Path

import pytest

from mohalla.errors import MohallaError
from mohalla.experiments import ensemble, parallel
from tests.tasks import lasting, picky
from workbench import towns


@pytest.fixture(autouse=True)
def _workers_find_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1]))


@pytest.mark.parametrize(
    ("number", "error", "words"),
    [
        (3, MohallaError, r"^3 is refused$"),
        (4, RuntimeError, r"^KeyError in a worker process: 'four'$"),
        (5, MohallaError, r"ended without an answer: it was killed.*fewer seeds or a coarser scale"),
        (6, RuntimeError, r"in a worker process: its answer cannot be sent"),
    ],
)
def test_a_worker_that_cannot_answer_is_an_error_in_words(number: int, error: type[Exception], words: str) -> None:
    heard: list[int] = []
    with pytest.raises(error, match=words):
        list(parallel.spread(picky, [number, number], 2, lambda _job, news: heard.append(news)))
    assert set(heard) == {number}


@pytest.mark.parametrize(("number", "error"), [(3, MohallaError), (4, KeyError)])
def test_without_workers_errors_come_as_they_are(number: int, error: type[Exception]) -> None:
    jobs = parallel.spread(picky, [1, number, 7], 1)
    assert next(jobs) == (1, 1)
    with pytest.raises(error):
        next(jobs)


def test_answers_that_came_before_a_failure_were_given() -> None:
    answers: list[tuple[int, int]] = []
    with pytest.raises(MohallaError, match="3 is refused"):
        answers.extend(parallel.spread(picky, [1, 2, 3, 3], 2))
    assert {(1, 1), (2, 2)} & set(answers)
    assert all(job == answer for job, answer in answers)


def test_jobs_run_in_turn_and_only_when_asked_for() -> None:
    heard: list[int] = []
    jobs = parallel.spread(picky, [1, 2], 1, lambda _job, news: heard.append(news))
    assert heard == []
    next(jobs)
    assert heard == [1]


def test_no_more_workers_than_jobs_are_hired(monkeypatch: pytest.MonkeyPatch) -> None:
    hired: list[object] = []
    monkeypatch.setattr(parallel, "_hired", hired.append)
    monkeypatch.setattr(parallel, "_answers", lambda *_: iter(()))
    monkeypatch.setattr(parallel, "_dismiss", lambda _team: None)
    list(parallel.spread(picky, [1, 2, 3], 8))
    assert len(hired) == 3


def test_as_many_workers_as_cores_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    hired: list[object] = []
    monkeypatch.setattr(parallel, "cores", lambda: 2)
    monkeypatch.setattr(parallel, "_hired", hired.append)
    monkeypatch.setattr(parallel, "_answers", lambda *_: iter(()))
    monkeypatch.setattr(parallel, "_dismiss", lambda _team: None)
    list(parallel.spread(picky, [1, 2, 3]))
    assert len(hired) == 2


def test_memory_is_that_of_the_container_where_it_has_less(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(parallel, "CONTAINER", tmp_path / "memory.max")
    whole = parallel.memory()
    assert whole > 2**27
    for text, expected in (("max\n", whole), ("4096\n", 4096), (f"{2**62}\n", whole)):
        parallel.CONTAINER.write_text(text)
        assert parallel.memory() == expected
    assert parallel.room() >= 1


def test_no_more_workers_are_hired_than_memory_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "cores", lambda: 8)
    monkeypatch.setattr(parallel, "memory", lambda: 3 * parallel.LEAST_MEMORY)
    hired: list[object] = []
    monkeypatch.setattr(parallel, "_hired", hired.append)
    monkeypatch.setattr(parallel, "_answers", lambda *_: iter(()))
    monkeypatch.setattr(parallel, "_dismiss", lambda _team: None)
    list(parallel.spread(picky, [*range(1, 9)]))
    assert len(hired) == 3


def test_a_job_for_a_worker_that_is_gone_is_an_error_in_words() -> None:
    ours, theirs = Pipe()
    theirs.close()
    with pytest.raises(MohallaError, match="a worker process ended without an answer"):
        parallel._hand_over(ours, [1], {})


def test_an_idle_worker_with_nothing_left_to_do_gets_nothing() -> None:
    ours, theirs = Pipe()
    doing: dict = {}
    parallel._hand_over(ours, [], doing)
    assert doing == {}
    assert not theirs.poll()


@pytest.mark.parametrize("when", [0, 1])
def test_a_worker_ends_quietly_when_its_pipe_closes(when: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel.signal, "signal", lambda *_: None)
    monkeypatch.setenv("NUMBA_NUM_THREADS", os.environ.get("NUMBA_NUM_THREADS", "1"))
    ours, theirs = Pipe()
    ours.send(picky)
    if when:
        ours.send(2)
    worker = threading.Thread(target=parallel._work, args=(theirs,))
    worker.start()
    if when:
        assert [ours.recv(), ours.recv()] == [("news", 2), ("answer", 2)]
    ours.close()
    worker.join(5)
    assert not worker.is_alive()


def test_workers_can_be_hired_outside_the_main_thread() -> None:
    """Signals can be set in the main thread only; elsewhere they are left alone."""
    answers: list[tuple[int, int]] = []
    helper = threading.Thread(target=lambda: answers.extend(parallel.spread(picky, [1, 2], 2)))
    helper.start()
    helper.join(60)
    assert sorted(answers) == [(1, 1), (2, 2)]


# --------------------------------------------------------------------------------------------------------- interrupted
SIGNALLED = """
import os, signal, sys
from multiprocessing import resource_tracker, util

from mohalla import stopping
from mohalla.experiments import parallel
from tests.tasks import lasting, picky

spawn = util.spawnv_passfds

def signalled(*words):
    process = spawn(*words)
    os.kill(os.getpid(), int(sys.argv[1]))
    return process

if __name__ == "__main__":
    stopping.heed_sigterm()
    resource_tracker.ensure_running()
    util.spawnv_passfds = signalled
    try:
        print(list(parallel.spread(picky, [1, 2], 2)))
    except KeyboardInterrupt as stop:
        sys.exit(stopping.exit_code(stop))
"""


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_workers_start_is_heard_and_kills_none_half_made(number: int, tmp_path: Path) -> None:
    """It comes when the process exists and has not been told what to be: it would end with a traceback."""
    (tmp_path / "signalled.py").write_text(SIGNALLED)
    root = Path(__file__).parents[1]
    words = [sys.executable, "signalled.py", str(int(number))]
    places = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root / "src"), str(root)])}
    told = subprocess.run(words, cwd=tmp_path, env=places, capture_output=True, text=True, timeout=60, check=False)
    assert (told.returncode, told.stdout, told.stderr) == (128 + number, "", "")


def interrupted(jobs: list[str], times: int = 1) -> None:
    """Jobs of two workers, interrupted so many times once both are at work."""
    heard, main = set[str](), threading.get_ident()
    late = [threading.Timer(0.5 * wait, signal.pthread_kill, [main, signal.SIGINT]) for wait in range(1, times + 1)]

    def hear(job: str, _news: object) -> None:
        heard.add(job)
        while late and len(heard) == len(jobs):
            late.pop().start()

    list(parallel.spread(lasting, jobs, 2, hear))


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
def test_who_is_interrupted_waits_until_workers_have_kept_what_they_are_at(tmp_path: Path) -> None:
    jobs = [str(tmp_path / name) for name in ("one", "other")]
    with pytest.raises(KeyboardInterrupt):
        interrupted(jobs)
    assert [Path(job).read_text() for job in jobs] == ["kept", "kept"]


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
def test_who_is_interrupted_twice_waits_for_nobody(tmp_path: Path) -> None:
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        interrupted([str(tmp_path / "deaf"), str(tmp_path / "other")], 2)
    assert time.monotonic() - began < parallel.PATIENCE / 2
    assert not (tmp_path / "deaf").exists()


# ------------------------------------------------------------------------------------------------------------- members


@pytest.mark.parametrize(
    ("seeds", "first", "labels"),
    [(1, 1, ["1"]), (3, 1, ["1", "2", "3"]), (2, 0, ["0", "1"]), (3, 40, ["40", "41", "42"])],
)
def test_members_are_labelled_by_their_seeds(seeds: int, first: int, labels: list[str]) -> None:
    team = ensemble.members(towns.scenario(), seeds, 10, first)
    assert [member.label for member in team] == labels
    assert [str(member.seed) for member in team] == labels
    assert [member.draw for member in team] == [False, *[True] * (seeds - 1)]
    assert team[0].scale == 10


@pytest.mark.parametrize(("scale", "others"), [(1, 1), (10, 10), (75, 75)])
def test_in_a_small_town_all_worlds_have_the_scale_asked_for(scale: int, others: int) -> None:
    assert {member.scale for member in ensemble.members(towns.scenario(), 3, scale)} == {others}


@pytest.mark.parametrize("first", ["", "import numba; "])
def test_a_worker_has_one_thread_also_where_numba_was_imported_before(first: str) -> None:
    """With two threads each, two of them take twice the time. It can compile, too."""
    code = f"{first}from mohalla.experiments import parallel; parallel._one_thread(); import numba; "
    told = subprocess.run(
        [sys.executable, "-c", code + "print(numba.get_num_threads(), numba.njit(lambda: 7)())"],
        capture_output=True, text=True, check=True,
        env={**os.environ, "NUMBA_NUM_THREADS": "2"},
    )  # fmt: skip
    assert told.stdout == "1 7\n"


def test_a_script_need_not_guard_itself_against_its_own_workers(tmp_path: Path) -> None:
    """It is not run again by them: with no `if __name__ == "__main__"`, each would start workers of its own."""
    script = "from mohalla.experiments import parallel\nfrom tests.tasks import picky\n"
    (tmp_path / "plain.py").write_text(f"{script}print(sorted(parallel.spread(picky, [1, 2], 2)), __name__)\n")
    root = Path(__file__).parents[1]
    told = subprocess.run(
        [sys.executable, "plain.py"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(root / "src"), str(root)])},
    )  # fmt: skip
    assert (told.stderr, told.returncode) == ("", 0)
    assert told.stdout.count("__main__") == 1
