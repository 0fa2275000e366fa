"""Jobs spread over a cluster of Dask: as many workers as this machine has room for, or wherever a scheduler has some.

It is called as `parallel.spread` is, and gives the same answers. Workers need not share a disk with whoever asks: jobs
and answers travel through the scheduler and are small, and the client keeps what comes. A worker that dies has its job
done again elsewhere. A worker with other code, libraries or kind of machine than the client is refused.
"""

from __future__ import annotations

import logging
import pickle
import re
import signal
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing import resource_tracker
from queue import Empty, Queue
from typing import Any, NamedTuple
from uuid import uuid4

from mohalla.engine.snapshot import differences
from mohalla.errors import MohallaError
from mohalla.experiments.parallel import Answer, Job, Part, Task, answered, cores, room

LOCAL = "local"
LOOPBACK = "127.0.0.1"
ADDRESS = re.compile(r"(tcp|tls)://[^\s/:]+(:\d+)|(tcp|tls)://\[[0-9a-fA-F:]+\]:\d+")
REACH = 5.0  # seconds to reach a scheduler
LONELY = 60.0  # seconds to wait for a worker where there is none
BEAT = 1.0  # seconds between looks at the scheduler, and between news of one job
AHEAD = 2  # jobs handed out for each worker, so that none waits for its next one


class News(NamedTuple):
    """What a job tells on the way."""

    job: int
    content: Any


class Ended(NamedTuple):
    """A job whose future is done, however."""

    job: int
    future: Any


def at(address: str) -> Callable[..., Generator[tuple[Any, Any], None, None]]:
    """`spread` at an address, checked: `local`, or that of a scheduler, as tcp://127.0.0.1:8786."""
    if address != LOCAL and not ADDRESS.fullmatch(address):
        raise MohallaError(
            f"--cluster {address}: must be 'local', or a scheduler's address such as tcp://127.0.0.1:8786."
        )
    from mohalla.extras import needed  # noqa: PLC0415

    needed("distributed", "cluster")
    return partial(spread, address=address)


def spread(
    task: Task[Job, Answer],
    jobs: Sequence[Job],
    workers: int | None = None,
    heard: Callable[[Job, Any], None] | None = None,
    *,
    address: str = LOCAL,
) -> Generator[tuple[Job, Answer], None, None]:
    """Each job with its answer, as soon as it is there. `task` is a function of a module that workers have too."""
    if not jobs:
        return
    with _quietly(), _client(address, workers, len(jobs)) as client:
        for kind, number, content in _news(client, address, task, jobs):
            if kind == "news":
                if heard:
                    heard(jobs[number], content)
            elif kind == "error":
                raise content
            else:
                yield jobs[number], content


def _news(client: Any, address: str, task: Task[Job, Answer], jobs: Sequence[Job]) -> Iterator[tuple[str, int, Any]]:
    """Hand out jobs, a few ahead of the workers, and pass on what comes until all are answered."""
    from mohalla.engine.cpu import made_with  # noqa: PLC0415 - not before it is needed

    inbox: Queue[News | Ended] = Queue()
    topic = f"mohalla-{uuid4().hex}"
    client.subscribe_topic(topic, lambda event: inbox.put(News(*pickle.loads(event[1]))))  # noqa: S301 - our workers'
    made, doing, following = made_with(), dict[int, Any](), 0
    hands, looked = _hands(client, address, None), time.monotonic()
    while doing or following < len(jobs):
        while following < len(jobs) and len(doing) < AHEAD * max(hands, 1):
            future = client.submit(_do, task, jobs[following], following, topic, made, key=f"{topic}-{following}")
            doing[following] = future
            future.add_done_callback(partial(_ended, inbox, following))
            following += 1
        with suppress(Empty):
            one = inbox.get(timeout=BEAT)
            if isinstance(one, News):
                yield "news", one.job, one.content
            elif one.job in doing:
                del doing[one.job]
                yield _outcome(one, address)
        if time.monotonic() - looked > BEAT:
            hands, looked = _hands(client, address, hands), time.monotonic()


def _ended(inbox: Queue[News | Ended], job: int, future: Any) -> None:
    inbox.put(Ended(job, future))


def _outcome(one: Ended, address: str) -> tuple[str, int, Any]:
    """What came of a job; what went wrong with the cluster itself in words."""
    from distributed import KilledWorker  # noqa: PLC0415 - an extra

    if one.future.status == "cancelled":
        raise _lost(address)
    if one.future.status == "finished":
        try:
            kind, content = one.future.result(timeout=REACH)
        except Exception:
            raise _lost(address) from None
        return kind, one.job, content
    error = one.future.exception(timeout=REACH)
    if isinstance(error, KilledWorker):
        raise MohallaError(
            "several workers died of the same simulation, perhaps for want of memory. Try a coarser scale, or give "
            "workers more memory."
        )
    if isinstance(error, ImportError):
        raise MohallaError(f"a worker of {address} lacks what a simulation needs: {error}. Install the same there.")
    raise RuntimeError(f"{type(error).__name__} in a worker of {address}: {error}")


def _lost(address: str) -> MohallaError:
    return MohallaError(f"the scheduler {_named(address)} was lost.")


def _named(address: str) -> str:
    return "on this machine" if address == LOCAL else f"at {address}"


def _hands(client: Any, address: str, before: int | None) -> int:
    """How many jobs can be done at once now. Where nobody works, wait a while for somebody."""
    end = time.monotonic() + LONELY
    while True:
        if client.status != "running":
            raise _lost(address)
        try:
            found = len(client.nthreads())
        except Exception:  # the connection breaks in many ways
            raise _lost(address) from None
        if found:
            return found
        if time.monotonic() > end:
            words = "has no workers" if before is None else "has lost all its workers"
            raise MohallaError(f"the scheduler {_named(address)} {words}: `dask worker {address}` starts one.")
        time.sleep(BEAT / 4)


# --- the cluster -----------------------------------------------------------------------------------------------------


@contextmanager
def _client(address: str, workers: int | None, jobs: int) -> Iterator[Any]:
    """Our connection to a scheduler; where it is `local`, the scheduler and its workers as well."""
    from distributed import Client  # noqa: PLC0415 - an extra

    with _local(workers, jobs) if address == LOCAL else _nothing(address) as where:
        try:
            client = Client(where, timeout=REACH, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise MohallaError(f"the scheduler {_named(address)} cannot be reached: {_reason(error)}.") from None
        try:
            yield client
        finally:
            with suppress(Exception):  # whatever it says as it goes, it goes
                client.close(timeout=REACH)


def _reason(error: Exception) -> str:
    return f"nobody answers within {REACH:.0f} s" if isinstance(error, OSError | TimeoutError) else str(error)


@contextmanager
def _nothing(address: str) -> Iterator[str]:
    yield address


@contextmanager
def _local(workers: int | None, jobs: int) -> Iterator[Any]:
    """A cluster on this machine: a process for each core, as far as memory goes. Nothing listens to other machines."""
    from distributed import LocalCluster  # noqa: PLC0415 - an extra

    count = max(1, min(jobs, room(), cores() if workers is None else workers))
    with _deaf():
        made = LocalCluster(
            n_workers=count, threads_per_worker=1, processes=True, host=LOOPBACK, dashboard_address=f"{LOOPBACK}:0",
            silence_logs=logging.CRITICAL,
        )  # fmt: skip
    with made:
        yield made


@contextmanager
def _deaf() -> Iterator[None]:
    """Whoever is started meanwhile never hears Ctrl-C, which is for us alone; we hear it afterwards."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # starting it lets signals in
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _quietly() -> Iterator[None]:
    """What Dask logs is for its developers; what matters is said once, as an error."""
    import distributed  # noqa: F401, PLC0415 - it makes its loggers when imported

    loggers = [
        logging.getLogger(name) for name in list(logging.root.manager.loggerDict) if name.startswith("distributed")
    ]
    before = [one.level for one in loggers]
    try:
        for one in loggers:
            one.setLevel(logging.CRITICAL + 1)
        yield
    finally:
        for one, level in zip(loggers, before, strict=True):
            one.setLevel(level)


# --- workers ---------------------------------------------------------------------------------------------------------


def _do(task: Task[Job, Answer], job: Job, number: int, topic: str, made: Mapping[str, str]) -> tuple[str, Any]:
    """What a worker does: one job, on one core, and only with the client's code."""
    from distributed import get_worker  # noqa: PLC0415 - an extra

    from mohalla.engine import cpu  # noqa: PLC0415 - not before it is needed

    worker = get_worker()
    unlike = differences(cpu.made_with(), made)
    if unlike:
        return "error", MohallaError(
            f"the worker {worker.name} has another version: {'; '.join(unlike)}. Nothing is mixed."
        )
    if worker.state.nthreads > 1:
        return "error", MohallaError(
            f"the worker {worker.name} has {worker.state.nthreads} threads, and a simulation needs a process of its "
            f"own: start it with --nthreads 1 --nworkers {worker.state.nthreads}."
        )
    cpu.use_threads(1)
    teller = _Teller(partial(worker.log_event, topic), number)
    kind, content = answered(task, job, teller.tell)
    teller.flush()
    return kind, content


class _Teller:
    """Passes on what a job tells: parts of its answer at once; of the rest the latest, not too often, and the last."""

    def __init__(self, send: Callable[[bytes], object], number: int) -> None:
        self.send, self.number, self.sent = send, number, 0.0
        self.held: list[Any] = []

    def tell(self, news: Any) -> None:
        if isinstance(news, Part):
            self.send(pickle.dumps((self.number, news)))
            return
        self.held = [news]
        if time.monotonic() - self.sent > BEAT:
            self.flush()

    def flush(self) -> None:
        while self.held:
            self.send(pickle.dumps((self.number, self.held.pop())))
            self.sent = time.monotonic()
