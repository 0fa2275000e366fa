"""Jobs over Dask: the same answers wherever they are done, whoever dies meanwhile, and one message when nobody is left.

Scheduler and workers are processes of their own, on the loopback address.
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

pytest.importorskip("distributed", reason="needs the extra 'cluster'")

from mohalla.engine.simulate import simulate
from mohalla.errors import MohallaError
from mohalla.experiments import batch, cluster, compare, designs, sweep
from mohalla.experiments.ensemble import Member, Request
from mohalla.experiments.parallel import Part
from mohalla.experiments.sweep import Sweep
from mohalla.mechanisms import DECLARED
from tests.tasks import deadly, named, picky
from tests.test_batch import UNTIL, hold
from tests.test_cli import Call, call, refused, without_notes
from tests.test_compare_command import SERVED
from workbench.plans import question as comparing
from workbench.stepping import armed_town

__all__ = ["call"]
ROOT = Path(__file__).parents[1]
Start = Callable[..., subprocess.Popen[bytes]]


class Site(NamedTuple):
    """A scheduler of its own, and what starts workers for it."""

    address: str
    scheduler: subprocess.Popen[bytes]
    worker: Start


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]), **more}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A scheduler without workers."""
    processes: list[subprocess.Popen[bytes]] = []
    said = tmp_path / "scheduler.json"
    quiet = ("--host", "127.0.0.1", "--no-dashboard")

    def start(*words: str, **more: str) -> subprocess.Popen[bytes]:
        log = (tmp_path / f"{len(processes)}.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", *words], cwd=tmp_path, env=environment(**more), stdout=log, stderr=log
        )
        processes.append(process)
        return process

    def worker(*words: str, **more: str) -> subprocess.Popen[bytes]:
        usual = words or ("--nthreads", "1")
        return start("worker", address, "--no-nanny", *quiet, "--death-timeout", "60", *usual, **more)

    scheduler = start("scheduler", *quiet, "--port", "0", "--scheduler-file", str(said))
    while not (said.exists() and said.read_text().strip().endswith("}")):
        assert scheduler.poll() is None
        time.sleep(0.05)
    address = json.loads(said.read_text())["address"]
    yield Site(address, scheduler, worker)
    for process in processes:
        process.kill()
        process.wait()


def answers(address: str, task: Any, jobs: list[Any], heard: Any = None) -> list[Any]:
    return [answer for _, answer in cluster.at(address)(task, jobs, None, heard)]


def living(group: int) -> list[int]:
    """Processes of a group that are still at work, a second after they should not be."""
    import psutil

    time.sleep(1)
    return [
        one.pid for one in psutil.process_iter(["status"]) if one.info["status"] != "zombie" and of(one.pid) == group
    ]


def of(process: int) -> int | None:
    """The group a process belongs to."""
    try:
        return os.getpgid(process)
    except ProcessLookupError:
        return None


# --- addresses -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["", "banana", "tcp://host", "http://host:80", "tcp://:8786", "127.0.0.1:8786"])
def test_an_address_is_local_or_that_of_a_scheduler(address: str) -> None:
    with pytest.raises(
        MohallaError, match=r"must be 'local', or a scheduler's address such as tcp://127\.0\.0\.1:8786"
    ):
        cluster.at(address)


def test_a_scheduler_that_cannot_be_reached_is_said_so_within_seconds() -> None:
    began = time.monotonic()
    words = r"^the scheduler at tcp://127\.0\.0\.1:9 cannot be reached: nobody answers within 5 s\.$"
    with pytest.raises(MohallaError, match=words):
        answers("tcp://127.0.0.1:9", named, [(1, 0, "")])
    assert time.monotonic() - began < 4 * cluster.REACH


def test_nothing_to_do_needs_no_cluster() -> None:
    assert answers("tcp://127.0.0.1:9", named, []) == []


# --- on this machine -------------------------------------------------------------------------------------------------


def test_a_local_cluster_needs_nothing_and_tells_what_it_hears(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", environment()["PYTHONPATH"])
    heard: list[tuple[Any, Any]] = []
    jobs = [(number, 0.0, str(tmp_path)) for number in range(7)]
    found = answers("local", named, jobs, lambda job, news: heard.append((job[0], news)))
    assert sorted(found) == [(number, number * number) for number in range(7)]
    assert {(number, (number, "done")) for number in range(7)} <= set(heard)


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
@pytest.mark.parametrize(("number", "everybody"), [(signal.SIGINT, True), (signal.SIGTERM, False)])
def test_who_is_interrupted_says_what_is_safe_and_leaves_nobody_behind(
    number: signal.Signals, everybody: bool, tmp_path: Path
) -> None:
    """Ctrl-C at a terminal reaches the workers as well."""
    words = [sys.executable, "-m", "mohalla", "ablate", "small-town", "--seeds", "50", "--scale", "100"]
    program = subprocess.Popen(
        [*words, "--cluster", "local"], cwd=tmp_path, env=environment(), stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    while len(kept(tmp_path)) < 3:
        assert program.poll() is None
        time.sleep(0.05)
    (os.killpg if everybody else os.kill)(program.pid, number)
    _, told = program.communicate(timeout=60)
    assert program.returncode == 128 + number
    assert without_notes(told).startswith("mohalla: stopped. ")
    assert told.endswith("of 1000 simulations had ended and are safe in runs; the same command goes on.\n")
    assert living(program.pid) == []


# --- elsewhere -------------------------------------------------------------------------------------------------------


def test_a_worker_that_dies_has_its_job_done_again_elsewhere(site: Site, tmp_path: Path) -> None:
    workers = {one.pid: one for one in (site.worker(), site.worker())}
    jobs = [(number, 0.3, str(tmp_path)) for number in range(12)]
    found: list[Any] = []
    for _, answer in cluster.at(site.address)(named, jobs):
        found.append(answer)
        if len(found) == 3:
            begun = {int(path.suffix[1:]) for path in tmp_path.glob("[0-9]*.[0-9]*")}
            workers[begun.pop()].send_signal(signal.SIGKILL)
    assert sorted(found) == [(number, number * number) for number in range(12)]


@pytest.mark.parametrize(
    ("number", "error", "words"),
    [(3, MohallaError, "^3 is refused$"), (4, RuntimeError, "^KeyError in a worker process: 'four'$")],
)
def test_what_goes_wrong_in_a_job_comes_back_in_words(
    number: int, error: type[Exception], words: str, site: Site
) -> None:
    site.worker()
    with pytest.raises(error, match=words):
        answers(site.address, picky, [1, number])


def test_a_job_that_kills_whoever_does_it_is_not_tried_for_ever(site: Site) -> None:
    for _ in range(5):
        site.worker()
    with pytest.raises(MohallaError, match="several workers died of the same simulation, perhaps for want of memory"):
        answers(site.address, deadly, [1])


def test_a_scheduler_that_is_lost_is_said_so_within_seconds(site: Site, tmp_path: Path) -> None:
    site.worker()
    jobs = cluster.at(site.address)(named, [(number, 0.2, str(tmp_path)) for number in range(50)])
    next(jobs)
    site.scheduler.send_signal(signal.SIGKILL)
    began = time.monotonic()
    with pytest.raises(MohallaError, match=f"^the scheduler at {site.address} was lost\\.$"):
        list(jobs)
    assert time.monotonic() - began < 15


def test_where_nobody_works_it_waits_a_while_and_says_how_to_start_one(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "LONELY", 0.5)
    words = f"the scheduler at {site.address} has no workers: `dask worker {site.address}` starts one"
    with pytest.raises(MohallaError, match=words):
        answers(site.address, named, [(1, 0, "")])


def test_a_worker_with_several_threads_is_refused(site: Site) -> None:
    site.worker("--nthreads", "3", "--name", "wide")
    words = "the worker wide has 3 threads, and a simulation needs a process of its own: start it with --nthreads 1"
    with pytest.raises(MohallaError, match=words):
        answers(site.address, named, [(1, 0, "")])


def test_a_worker_with_other_code_is_refused(site: Site, tmp_path: Path) -> None:
    copy = tmp_path / "other"
    subprocess.run(["cp", "-r", str(ROOT / "src"), str(copy)], check=True)
    (copy / "mohalla" / "errors.py").open("a").write("# another version\n")
    site.worker("--nthreads", "1", "--name", "old", PYTHONPATH=os.pathsep.join([str(copy), str(ROOT)]))
    with pytest.raises(MohallaError, match=r"the worker old has another version: sources was \w+ and is \w+.*mixed"):
        answers(site.address, named, [(1, 0, str(tmp_path))])


# --- simulations -----------------------------------------------------------------------------------------------------


def simulations(root: Path, seeds: int) -> list[batch.Job]:
    request = Request(armed_town(), UNTIL, (), simulate)
    return [batch.job(request, Member(str(seed), seed, 10, seed > 1), hold, root) for seed in range(1, seeds + 1)]


def kept(root: Path) -> dict[str, bytes]:
    """Everything that lies there, by name."""
    return {path.name: path.read_bytes() for path in root.rglob("*.json")}


def test_the_same_bits_whichever_way_and_whoever_dies(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One process, a local cluster, and two workers elsewhere of which one is killed: the very same files."""
    one, local, far = (tmp_path / name for name in ("one", "local", "far"))
    wanted = {job.path.name: answer for job, answer in batch.run(simulations(one, 6), 1)}
    monkeypatch.setenv("PYTHONPATH", environment()["PYTHONPATH"])
    found = {job.path.name: answer for job, answer in batch.run(simulations(local, 6), away=cluster.at("local"))}
    first, _ = site.worker(), site.worker()
    again = {}
    for job, answer in batch.run(simulations(far, 6), away=cluster.at(site.address)):
        if not again:
            first.send_signal(signal.SIGKILL)
        again[job.path.name] = answer
        assert job.path.is_file(), "kept the moment it ends"
    assert wanted == found == again
    assert kept(one) == kept(local) == kept(far)
    assert list(far.rglob("*.npz")) == []


def test_a_sweep_has_the_same_bits_whichever_way_and_whoever_dies(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One process, two processes, a local cluster, two workers elsewhere of which one is killed at its first job."""
    monkeypatch.setenv("PYTHONPATH", environment()["PYTHONPATH"])
    town = armed_town()
    factors = designs.chosen("--vary", ("residents.danger=4,16",), designs.variable(town, DECLARED))
    whole = Sweep(Request(town, UNTIL, (), simulate), 10, designs.factorial(factors), (1, 2, 3))
    dies, _ = site.worker(), site.worker()
    ways = {"one": (1, None), "two": (2, None), "local": (None, "local"), "elsewhere": (None, site.address)}
    found, files = {}, {}
    for name, (workers, address) in ways.items():
        heard: list[Any] = []

        def hear(*news: Any, heard: list[Any] = heard, way: str = name) -> None:
            if way == "elsewhere" and not heard:
                dies.send_signal(signal.SIGKILL)
            heard.append(news)

        away = cluster.at(address) if address else None
        values = sweep.run(whole, sweep.asked(whole, tmp_path / name), workers, hear, away).values
        found[name], files[name] = values.tobytes(), kept(tmp_path / name)
        assert heard, name
    assert len(files["one"]) == 6
    assert files["one"] == files["two"] == files["local"] == files["elsewhere"]
    assert len(set(found.values())) == 1
    assert dies.wait(10) == -signal.SIGKILL


def test_a_comparison_has_the_same_bits_here_and_elsewhere_whoever_dies(site: Site, tmp_path: Path) -> None:
    """Worlds by two workers elsewhere, of which one is killed at its first; then one more world, with what there is."""
    here, far = (tmp_path / name for name in ("here", "far"))
    wanted = compare.run(compare.jobs(comparing(), (1, 2, 3), here), 1)
    dies, _ = site.worker(), site.worker()
    heard: list[Any] = []

    def hear(*news: Any) -> None:
        if not heard:
            dies.send_signal(signal.SIGKILL)
        heard.append(news)

    two = compare.run(compare.jobs(comparing(), (1, 2), far), heard=hear, away=cluster.at(site.address))
    assert two == {seed: wanted[seed] for seed in (1, 2)}
    assert dies.wait(10) == -signal.SIGKILL
    next(far.rglob("*.json")).unlink()  # one branch is lost: that alone is done again
    assert compare.run(compare.jobs(comparing(), (1, 2, 3), far), away=cluster.at(site.address)) == wanted
    assert kept(far) == kept(here)
    assert list(far.rglob("*.npz")) == []


def test_a_branch_is_kept_as_it_ends_not_when_its_world_does(tmp_path: Path) -> None:
    """A cluster that is lost as soon as the first branch has been told."""
    here, far = (tmp_path / name for name in ("here", "far"))
    wanted = compare.run(compare.jobs(comparing(), (1,), here), 1)
    heard: list[Any] = []

    def away(task: Any, jobs: list[Any], workers: int | None, heard: Any) -> Iterator[Any]:  # noqa: ARG001
        def tell(news: Any) -> None:
            heard(jobs[0], news)
            if isinstance(news, Part):
                raise MohallaError("the scheduler was lost")

        yield jobs[0], task(jobs[0], tell)

    with pytest.raises(MohallaError, match="was lost"):
        compare.run(compare.jobs(comparing(), (1,), far), heard=lambda *news: heard.append(news), away=away)
    assert len(kept(far)) == 1 < len(kept(here))
    assert {words for _, words, _ in heard} == {"the past", "nothing"}, "parts of the answer are no news of progress"
    assert compare.run(compare.jobs(comparing(), (1,), far), 1) == wanted
    assert kept(far) == kept(here)


def test_parts_of_an_answer_are_told_at_once_and_nothing_is_passed_over() -> None:
    sent: list[Any] = []
    teller = cluster._Teller(lambda news: sent.append(pickle.loads(news)), 7)  # noqa: S301 - our own
    told = ["a", "b", Part("one", 1), "c", Part("two", 2), "d"]
    for news in told:
        teller.tell(news)
    teller.flush()
    assert sent == [(7, "a"), (7, Part("one", 1)), (7, Part("two", 2)), (7, "d")]


def test_what_came_before_a_scheduler_was_lost_is_there_and_the_same_command_goes_on(
    site: Site, tmp_path: Path
) -> None:
    site.worker()
    runs = tmp_path / "runs"
    jobs = batch.run(simulations(runs, 4), away=cluster.at(site.address))
    next(jobs)
    site.scheduler.send_signal(signal.SIGKILL)
    with pytest.raises(MohallaError, match="was lost"):
        list(jobs)
    before = kept(runs)
    assert before
    list(batch.run(simulations(runs, 4), 1))
    after = kept(runs)
    assert len(after) == 4
    assert {name: after[name] for name in before} == before


# --- the command -----------------------------------------------------------------------------------------------------

ABLATE = ("ablate", "small-town", "--seeds", "1", "--scale", "200", "--until", "1979", "--without", "riot")


def test_compare_takes_a_cluster(site: Site, call: Call) -> None:
    site.worker()
    Path("served.toml").write_text(SERVED, encoding="utf-8")
    words = (
        "compare",
        "small-town",
        "--plan",
        "served.toml",
        "--seeds",
        "2",
        "--scale",
        "100",
        "--to",
        "1981",
        "--json",
    )
    assert "must be 'local', or a scheduler's address" in refused(call(*words, "--cluster", "banana"))
    assert not Path("runs").exists()
    there, here = (json.loads(call(*words, *more).out) for more in (("--cluster", site.address), ("--out", "other")))
    assert there["plans"] == here["plans"]
    assert there["plans"]["served"]["differences"]["services"]["mean"] > 0.2


def test_ablate_takes_a_cluster(site: Site, call: Call) -> None:
    site.worker()
    assert "must be 'local', or a scheduler's address" in refused(call(*ABLATE, "--cluster", "banana"))
    far = json.loads(call(*ABLATE, "--cluster", site.address, "--json", "--out", "far").out)
    here = json.loads(call(*ABLATE, "--json", "--out", "here").out)
    assert far == here


def test_ablate_says_what_is_safe_when_nobody_can_be_reached(call: Call) -> None:
    said = refused(call(*ABLATE, "--cluster", "tcp://127.0.0.1:9"))
    assert "cannot be reached: nobody answers within 5 s. 0 of 2 simulations had ended" in said
    assert "the same command goes on" in said
