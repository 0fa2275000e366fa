"""Checkpoints: a simulation under way, on disk; how often by default, and never so often that it costs much.

One file a simulation, written beside its place and moved into it, uncompressed; each array carries a check sum. For
Karachi at 1:10 it is 18 to 125 MB, written in 0.1 to 0.4 s. Unless asked for more, checkpoints are so far apart that
writing them takes less than a fiftieth of the time.
"""

from __future__ import annotations

import json
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np

from mohalla import saving
from mohalla.engine.snapshot import Snapshot
from mohalla.errors import MohallaError

EVERY = 60.0
MOST_SHARE = 0.02
ABOUT = "about"
UNREADABLE = (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile)


def keeper(
    path: Path, every: float | None = None, asked: Callable[[], bool] = bool, stop: Callable[[], None] = lambda: None
) -> Callable[[Callable[[], Snapshot]], None]:
    """What keeps a checkpoint at `path` while a simulation runs: one every so many seconds, and never two.

    Where `every` is None it is `EVERY`, or longer where writing is so slow that it would take more than `MOST_SHARE` of
    the time. A checkpoint that finds no room is no reason to stop: the one before it stands, and the next may fit.
    Once it is `asked` to, it keeps the week that has just ended and then does `stop`.
    """
    least = EVERY if every is None else every
    due = time.monotonic() + least

    def keep(take: Callable[[], Snapshot]) -> None:
        nonlocal due
        began, last = time.monotonic(), asked()
        if began < due and not last:
            return
        with suppress(MohallaError):
            write(path, take())
        if last:
            stop()
        ended = time.monotonic()
        due = ended + (max(least, (ended - began) / MOST_SHARE) if every is None else least)

    return keep


def write(path: Path, snapshot: Snapshot) -> None:
    """Put a snapshot on disk, whole or not at all."""
    about = {"question": dict(snapshot.question), "weeks": snapshot.weeks, "seconds": snapshot.seconds}
    with saving.in_words(path):
        path.parent.mkdir(exist_ok=True)
    with saving.whole(path) as file:
        np.savez(file, allow_pickle=False, **{ABOUT: np.array(json.dumps(about)), **snapshot.arrays})


def read(path: Path) -> Snapshot:
    """The snapshot in a file; a damaged one is refused in words."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        about = json.loads(str(arrays.pop(ABOUT)))
        return Snapshot(about["question"], about["weeks"], about["seconds"], arrays)
    except UNREADABLE as error:
        raise MohallaError(f"{path}: is no whole checkpoint: {error}.") from None


def weeks_done(path: Path) -> int | None:
    """Weeks done where a checkpoint was written, without reading the rest of it; None where there is none."""
    try:
        with np.load(path, allow_pickle=False) as file:
            return int(json.loads(str(file[ABOUT]))["weeks"])
    except UNREADABLE:
        return None


def found(path: Path) -> Snapshot | None:
    """The snapshot in a file, or None where there is none that can be used."""
    try:
        return read(path)
    except MohallaError:
        return None
