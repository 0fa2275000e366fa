"""Jobs spread over worker processes, as many as cores and memory allow, one thread each; answers as they come.

A worker is a fresh Python ("spawn"), so it shares no threads or locks with this process. Jobs and answers travel
through a pipe and should be small: large results go to disk, and their path travels. Ctrl-C reaches this process only,
which then asks the workers to stop and waits until they have kept what they were at; asked again it kills them. A
worker that is killed from outside (out of memory, say) is an error and never a wait.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple, TypeVar

from mohalla.errors import MohallaError
from mohalla.stopping import SIGNALS, patiently

Job = TypeVar("Job")
Answer = TypeVar("Answer")
Tell = Callable[[Any], None]
Task = Callable[[Job, Tell], Answer]

CONTAINER = Path("/sys/fs/cgroup/memory.max")
LEAST_MEMORY = 1 << 30  # bytes for a worker; Karachi at 1:50 takes half of it, at 1:10 three quarters
STARTING = 4.0  # seconds of work below which workers take longer to start than they save
PATIENCE = 60.0  # seconds a worker gets to finish its week and keep it before it is killed


class Part(NamedTuple):
    """A part of an answer, told as soon as it is known and never passed over for later news, as other news may be."""

    name: str
    answer: Any


class Worker(NamedTuple):
    """One worker process and our end of its pipe."""

    process: BaseProcess
    pipe: Connection


def spread(
    task: Task[Job, Answer],
    jobs: Sequence[Job],
    workers: int | None = None,
    heard: Callable[[Job, Any], None] | None = None,
) -> Generator[tuple[Job, Answer], None, None]:
    """Each job with its answer, as soon as it is there. `task` is a function of a module, called as `task(job, tell)`.

    What a job tells on the way is passed to `heard(job, news)`. With no more than one worker, jobs run here, in turn.
    """
    count = min(len(jobs), min(cores(), room()) if workers is None else workers)
    if count <= 1:
        yield from ((job, task(job, _listener(job, heard))) for job in jobs)
        return
    team: list[Worker] = []
    try:
        with _undisturbed(), _without_the_script():
            team.extend(_hired(task) for _ in range(count))
        yield from _answers(team, jobs, heard)
    finally:
        _dismiss(team)


def hands(workers: int | None, seconds: float) -> int | None:
    """Workers to ask `spread` for: none beside this process where nobody says how many and all is done in no time."""
    return 1 if workers is None and seconds < STARTING else workers


def cores() -> int:
    """Processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def room() -> int:
    """How many workers fit into this machine's memory, or that of its container; one at least."""
    return max(1, memory() // LEAST_MEMORY)


def memory() -> int:
    """Bytes of memory there are for all workers together, as far as this system says."""
    known = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")] if hasattr(os, "sysconf") else []
    with suppress(OSError, ValueError):  # no container, or one without a limit
        known.append(int(CONTAINER.read_text()))
    return min(known, default=sys.maxsize)


def _listener(job: Job, heard: Callable[[Job, Any], None] | None) -> Tell:
    return (lambda news: heard(job, news)) if heard else (lambda _news: None)


def _answers(
    team: Sequence[Worker], jobs: Sequence[Job], heard: Callable[[Job, Any], None] | None
) -> Iterator[tuple[Job, Answer]]:
    """Hand a job to each idle worker until all are answered."""
    waiting = list(jobs)
    doing: dict[Connection, Job] = {}
    for worker in team:
        _hand_over(worker.pipe, waiting, doing)
    while doing:
        for pipe in wait(list(doing)):
            assert isinstance(pipe, Connection)
            kind, content = _received(pipe)
            if kind == "news":
                _listener(doing[pipe], heard)(content)
                continue
            if kind == "error":
                raise content
            job = doing.pop(pipe)
            _hand_over(pipe, waiting, doing)
            yield job, content


def _hand_over(pipe: Connection, waiting: list[Job], doing: dict[Connection, Job]) -> None:
    if waiting:
        doing[pipe] = waiting.pop(0)
        with _alive():
            pipe.send(doing[pipe])


def _received(pipe: Connection) -> tuple[str, Any]:
    with _alive():
        kind, content = pipe.recv()
    return kind, content


@contextmanager
def _alive() -> Iterator[None]:
    """A pipe whose other end is gone means a worker that is gone, and is said so."""
    try:
        yield
    except (EOFError, OSError):
        raise MohallaError(
            "a worker process ended without an answer: it was killed, perhaps for want of memory. "
            "Try fewer seeds or a coarser scale."
        ) from None


# --- workers ---------------------------------------------------------------------------------------------------------


def _hired(task: Task[Job, Answer]) -> Worker:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    with _alive():
        ours.send(task)
    return Worker(process, ours)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """A signal that comes while processes are started waits until they are, and they are deaf to it while they import.

    Otherwise it may come when a process exists but has not been told what to be: that one would die with a traceback,
    known to nobody.
    """
    with patiently() as (asked, _):  # to block signals holds for one thread; any other may hear them
        asked()
        if not hasattr(signal, "pthread_sigmask"):  # Windows
            yield
            return
        resource_tracker.ensure_running()  # starting it lets signals in
        before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)  # processes that are started inherit it
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _without_the_script() -> Iterator[None]:
    """Workers need nothing of the script that asked for them, and would run it again if they knew of it."""
    script, sys.modules["__main__"] = sys.modules["__main__"], ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = script


def _heed_sigterm() -> None:
    """A worker never hears Ctrl-C, and from here on ends when it is told to."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)


def _dismiss(team: Sequence[Worker]) -> None:
    """End the workers, busy or not, and leave none behind; at once where this process is interrupted meanwhile."""
    for worker in team:
        worker.process.terminate()
    try:
        end = time.monotonic() + PATIENCE
        for worker in team:
            worker.process.join(max(0.0, end - time.monotonic()))
    finally:
        for worker in team:
            worker.process.kill()
            worker.process.join()
            worker.pipe.close()


def _work(pipe: Connection) -> None:
    """What a worker does: jobs in, answers out, until the pipe closes."""
    _heed_sigterm()
    _one_thread()
    try:
        task = pipe.recv()
        while True:
            kind, content = answered(task, pipe.recv(), lambda news: pipe.send(("news", news)))
            pipe.send_bytes(_packed(kind, content))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return


def _one_thread() -> None:
    """Numba uses one thread here, whether it is imported later or has been: by a script that starts workers, say.

    Not both: it compares the environment with the threads it has started whenever it compiles, and gives up.
    """
    if "numba" in sys.modules:
        sys.modules["numba"].set_num_threads(1)
    else:
        os.environ["NUMBA_NUM_THREADS"] = "1"


def _packed(kind: str, content: Any) -> bytes:
    """An answer as it travels; one that cannot is an error, and not a worker that dies of it."""
    try:
        return bytes(ForkingPickler.dumps((kind, content)))
    except Exception as error:  # pickling fails in many ways
        told = RuntimeError(f"{type(error).__name__} in a worker process: its answer cannot be sent: {error}")
        return bytes(ForkingPickler.dumps(("error", told)))


def answered(task: Task[Job, Answer], job: Job, tell: Tell) -> tuple[str, Any]:
    """What came of a job where it was done, as it travels: an answer, or an error for whoever asked."""
    try:
        return "answer", task(job, tell)
    except MohallaError as error:
        return "error", error
    except (EOFError, BrokenPipeError, ConnectionResetError):
        raise
    except Exception as error:  # whatever it was, it belongs to whoever asked
        return "error", RuntimeError(f"{type(error).__name__} in a worker process: {error}")
