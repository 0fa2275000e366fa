"""Being asked to stop, by Ctrl-C or SIGTERM: at once where nothing is lost, after the week where a week would be."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

SIGNALS = (signal.SIGINT, signal.SIGTERM)

Asked = Callable[[], bool]


class Terminated(KeyboardInterrupt):
    """Asked to stop by SIGTERM: whatever Ctrl-C does, and another exit code."""


def exit_code(stop: KeyboardInterrupt) -> int:
    """128 and the number of the signal, as a shell expects: 130 after Ctrl-C, 143 after SIGTERM."""
    return 128 + (signal.SIGTERM if isinstance(stop, Terminated) else signal.SIGINT)


def heed_sigterm() -> None:
    """From here on SIGTERM interrupts as Ctrl-C does."""
    signal.signal(signal.SIGTERM, _terminate)


def _terminate(_number: int, _frame: FrameType | None) -> NoReturn:
    raise Terminated


@contextmanager
def patiently() -> Iterator[tuple[Asked, Callable[[], None]]]:
    """Yields `asked` and `stop`. From the first call of `asked` on, being asked to stop is only noted, and it says so.

    `stop` then does what would have been done at once, and so does leaving. A second Ctrl-C is never waited with.
    """
    noted: list[int] = []
    before = {number: signal.getsignal(number) or signal.SIG_DFL for number in SIGNALS}
    held = False

    def note(number: int, _frame: FrameType | None) -> None:
        noted.append(number)
        signal.signal(signal.SIGINT, before[signal.SIGINT])

    def asked() -> bool:
        nonlocal held
        if not held and threading.current_thread() is threading.main_thread():
            held = True
            for number in SIGNALS:
                if before[number] is not signal.SIG_IGN:
                    signal.signal(number, note)
        return bool(noted)

    def stop() -> None:
        nonlocal held
        if held:
            held = False
            for number in SIGNALS:
                signal.signal(number, before[number])
        if noted:
            signal.raise_signal(noted.pop(0))

    try:
        yield asked, stop
    finally:
        stop()
