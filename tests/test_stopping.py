"""Asked to stop: at once, or once the week has been kept; a second time always at once."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from mohalla import stopping
from mohalla.experiments.parallel import _undisturbed
from mohalla.stopping import Terminated, patiently

INTERRUPT, TERMINATE = signal.SIGINT, signal.SIGTERM


@pytest.fixture(autouse=True)
def _heard() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in stopping.SIGNALS}
    stopping.heed_sigterm()
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def handlers() -> list[object]:
    return [signal.getsignal(number) for number in stopping.SIGNALS]


def worked(done: list[str], *signals: signal.Signals, patient: bool = True, told: bool = False) -> None:
    """Two weeks with these signals between them; `told` to stop after the first."""
    with patiently() as (asked, stop):
        assert not (patient and asked())
        done.append("a week")
        for number in signals:
            signal.raise_signal(number)
        done.append("kept")
        if told and asked():
            stop()
        done.append("another week")


KINDS = [(INTERRUPT, KeyboardInterrupt), (TERMINATE, Terminated)]


@pytest.mark.parametrize(("number", "kind"), KINDS)
def test_each_signal_has_its_exit_code(number: signal.Signals, kind: type[KeyboardInterrupt]) -> None:
    with pytest.raises(KeyboardInterrupt) as stop:
        signal.raise_signal(number)
    assert type(stop.value) is kind
    assert stopping.exit_code(stop.value) == {INTERRUPT: 130, TERMINATE: 143}[number]


@pytest.mark.parametrize(("number", "kind"), KINDS)
def test_until_there_is_something_to_lose_it_stops_at_once(
    number: signal.Signals, kind: type[KeyboardInterrupt]
) -> None:
    done: list[str] = []
    with pytest.raises(kind):
        worked(done, number, patient=False)
    assert done == ["a week"]


@pytest.mark.parametrize(("number", "kind"), KINDS)
def test_from_then_on_it_is_noted_and_done_when_told(number: signal.Signals, kind: type[KeyboardInterrupt]) -> None:
    before, done = handlers(), list[str]()
    with pytest.raises(kind):
        worked(done, number, told=True)
    assert done == ["a week", "kept"]
    assert handlers() == before


def test_what_was_noted_is_done_on_leaving() -> None:
    done: list[str] = []
    with pytest.raises(Terminated):
        worked(done, TERMINATE)
    assert done == ["a week", "kept", "another week"]


@pytest.mark.parametrize("first", [INTERRUPT, TERMINATE])
def test_a_second_ctrl_c_stops_at_once(first: signal.Signals) -> None:
    done: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        worked(done, first, INTERRUPT)
    assert done == ["a week"]


def test_a_second_sigterm_is_that_of_the_whole_group_and_waits() -> None:
    done: list[str] = []
    with pytest.raises(Terminated):
        worked(done, TERMINATE, TERMINATE, told=True)
    assert done == ["a week", "kept"]


def test_who_is_deaf_to_ctrl_c_stays_so() -> None:
    signal.signal(INTERRUPT, signal.SIG_IGN)
    with patiently() as (asked, _):
        asked()
        signal.raise_signal(INTERRUPT)
        assert not asked()


def test_when_nobody_asks_nothing_changes() -> None:
    before = handlers()
    with patiently() as (asked, stop):
        assert not asked()
        stop()
        assert handlers() == before
    assert handlers() == before


def test_outside_the_main_thread_signals_are_left_alone() -> None:
    before, told = handlers(), list[bool]()

    def work() -> None:
        with patiently() as (asked, stop):
            told.append(asked())
            stop()

    helper = threading.Thread(target=work)
    helper.start()
    helper.join(10)
    assert (told, handlers()) == ([False], before)


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="no masks of signals here")
@pytest.mark.parametrize(("number", "kind"), KINDS)
def test_workers_are_started_undisturbed_though_another_thread_hears_the_signal(
    number: signal.Signals, kind: type[KeyboardInterrupt]
) -> None:
    """The main thread does not let it in, so the system gives it to the other, and Python to the main thread."""
    over, done = threading.Event(), list[str]()
    other = threading.Thread(target=over.wait)

    def work() -> None:
        with _undisturbed():
            os.kill(os.getpid(), number)
            time.sleep(0.05)  # time enough to be interrupted
            done.append("all of it")

    other.start()
    try:
        with pytest.raises(kind):
            work()
    finally:
        over.set()
        other.join()
    assert done == ["all of it"]
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == set()
