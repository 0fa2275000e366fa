"""Several worlds of one scenario: each saved when it ends, workers that fail are errors, nothing is left running."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mohalla import results, store
from mohalla.errors import MohallaError
from mohalla.experiments import ensemble, parallel
from mohalla.experiments.ensemble import Member, Request, Simulate
from mohalla.experiments.parallel import Tell
from mohalla.scenario import Scenario
from tests import engines
from workbench import towns

TOWN = towns.scenario()
FOLDER = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _workers_find_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(FOLDER))


@pytest.fixture
def kept(tmp_path: Path) -> store.Run:
    return store.create(TOWN, {"labels": ["1", "2", "3", "4"]}, tmp_path)


def request(simulate: Simulate) -> Request:
    return Request(TOWN, date(1981, 6, 1), ("riot",), simulate)


def simulated(simulate: Simulate, kept: store.Run, seeds: int, workers: int, **more: Any) -> store.Run:
    """The run after all members, or after what stopped them."""
    for now, _ in ensemble.run(request(simulate), ensemble.members(TOWN, seeds, 10), kept, workers, **more):
        kept = now
    return kept


def city(population: int) -> Scenario:
    """The town, grown."""
    grown = TOWN.censuses[0].model_copy(update={"population": population})
    return TOWN.model_copy(update={"censuses": (grown,)})


def test_the_first_member_is_as_asked_and_the_others_are_other_worlds() -> None:
    first, *others = ensemble.members(city(20_000_000), 3, 10)
    assert first == Member("1", 1, 10, draw=False)
    assert others == [Member("2", 2, 20, draw=True), Member("3", 3, 20, draw=True)]
    assert [one.seed for one in ensemble.members(TOWN, 2, 10, first=7)] == [7, 8]


@pytest.mark.parametrize(
    ("population", "scale", "others"),
    [(20_000, 10, 10), (20_000_000, 10, 20), (20_000_000, 100, 100), (2_000_000, 1, 10)],
)
def test_other_worlds_have_fewer_residents_only_where_there_are_many(population: int, scale: int, others: int) -> None:
    assert ensemble.extra_scale(city(population), scale) == pytest.approx(others, rel=0.2)
    assert ensemble.extra_scale(city(20_000_000), scale, 50) == max(scale, 50)


@pytest.mark.parametrize("workers", [1, 2])
def test_every_member_is_saved_as_it_was_asked_for(workers: int, kept: store.Run) -> None:
    kept = simulated(engines.quick, kept, 4, workers)
    assert list(kept.simulations) == ["1", "2", "3", "4"]
    said = {label: results.load(path).attrs for label, path in kept.simulations.items()}
    assert [said[label]["seed"] for label in said] == [1, 2, 3, 4]
    assert [said[label]["scale"] for label in said] == [10, 10, 10, 10]
    assert [said[label]["draw"] for label in said] == [0, 1, 1, 1]
    assert {(one["without"], one["until"]) for one in said.values()} == {("riot", "1981-06-01")}
    assert said["1"]["process"] == os.getpid()
    assert (said["2"]["process"] == os.getpid()) == (workers == 1)


def test_workers_have_one_thread_each_and_this_process_all(kept: store.Run) -> None:
    kept = simulated(engines.quick, kept, 3, 2)
    threads = [results.load(path).attrs["threads"] for path in kept.simulations.values()]
    assert threads == [os.environ.get("NUMBA_NUM_THREADS", ""), "1", "1"]


def test_what_workers_make_is_what_is_made_here(tmp_path: Path) -> None:
    runs = [simulated(engines.quick, store.create(TOWN, {}, tmp_path), 3, workers) for workers in (1, 2)]
    here, there = (results.load(run.simulations["3"]) for run in runs)
    assert here.drop_attrs(deep=False).identical(there.drop_attrs(deep=False))


@pytest.mark.parametrize("workers", [1, 2])
def test_progress_is_heard_from_every_member_to_its_end(workers: int, kept: store.Run) -> None:
    heard: dict[str, list[int]] = {}

    def watch(member: Member, week: int, _weeks: int, _day: date) -> None:
        heard.setdefault(member.label, []).append(week)

    simulated(engines.quick, kept, 3, workers, watch=watch)
    assert heard == {label: list(engines.NEWS) for label in ("1", "2", "3")}


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    ("engine", "error", "words"),
    [
        (engines.refusing, MohallaError, "seed [23] is refused"),
        (engines.broken, (RuntimeError, ZeroDivisionError), "division"),
    ],
)
def test_what_goes_wrong_in_a_member_is_said_and_the_rest_is_kept(
    engine: Simulate, error: type[Exception], words: str, workers: int, kept: store.Run
) -> None:
    with pytest.raises(error, match=words):
        simulated(engine, kept, 3, workers)
    found = store.find(kept.folder)
    assert found.status == "interrupted"
    assert list(found.simulations) == ["1"]
    assert results.load(found.simulations["1"]).attrs["seed"] == 1


def test_a_worker_that_is_killed_is_an_error_and_not_a_wait(kept: store.Run) -> None:
    with pytest.raises(MohallaError, match=r"a worker process ended without an answer.*want of memory"):
        simulated(engines.dying, kept, 3, 2)
    assert store.find(kept.folder).status == "interrupted"


def test_an_interruption_ends_the_workers_and_keeps_what_was_finished(kept: store.Run) -> None:
    running = ensemble.run(request(engines.endless), ensemble.members(TOWN, 3, 10), kept, 2)
    next(running)
    with pytest.raises(KeyboardInterrupt):
        running.throw(KeyboardInterrupt)
    found = store.find(kept.folder)
    assert (found.status, list(found.simulations)) == ("interrupted", ["1"])


# --- jobs over processes ---------------------------------------------------------------------------------------------


def square(number: int, tell: Tell) -> int:
    tell(f"squaring {number}")
    return number * number


def pace(number: int, _tell: Tell) -> tuple[int, int]:
    time.sleep(0.2)
    return number, os.getpid()


def forever(_number: int, tell: Tell) -> None:
    tell(os.getpid())
    time.sleep(600)


class Stop(Exception):  # noqa: N818 - what a test raises in the middle of everything
    pass


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_every_job_is_answered_once(workers: int) -> None:
    heard: list[str] = []
    answers = dict(parallel.spread(square, [1, 2, 3], workers, lambda _job, news: heard.append(news)))
    assert answers == {1: 1, 2: 4, 3: 9}
    assert sorted(heard) == ["squaring 1", "squaring 2", "squaring 3"]


def test_no_jobs_need_no_workers() -> None:
    assert list(parallel.spread(square, [], 2)) == []


def test_work_is_shared_out() -> None:
    processes = {process for _, (_, process) in parallel.spread(pace, list(range(4)), 2)}
    assert len(processes) == 2
    assert os.getpid() not in processes


def test_nothing_is_left_running() -> None:
    def stop(_job: int, process: int) -> None:
        running.append(process)
        raise Stop

    running: list[int] = []
    with pytest.raises(Stop):
        list(parallel.spread(forever, [1, 2], 2, stop))
    assert running
    assert not list(alive(running))


def alive(processes: list[int]) -> Iterator[int]:
    for process in processes:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            continue
        yield process


def test_at_least_one_core() -> None:
    assert parallel.cores() >= 1
