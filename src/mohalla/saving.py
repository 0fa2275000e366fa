"""Files that are either whole or not there: written beside their place, flushed to disk, then moved into it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from mohalla.errors import MohallaError

SUFFIX = ".part"


def write(path: Path, data: bytes | memoryview | str) -> None:
    """Put `data` at `path`, all of it or none: on failure what stood there before is untouched."""
    with whole(path) as file:
        file.write(data.encode() if isinstance(data, str) else data)


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """A file to be written, which stands at `path` once all of it is on the disk and not before."""
    part = path.with_name(f".{path.name}.{os.getpid()}{SUFFIX}")
    with in_words(path):
        try:
            with part.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        _flush(path.parent)


def must_be_writable(path: Path) -> None:
    """Refuse a place where no file can be written, before the work that is to fill it."""
    if not path.parent.is_dir():
        raise MohallaError(f"{path}: cannot be written: there is no folder {path.parent}.")
    if path.is_dir():
        raise MohallaError(f"{path}: cannot be written: it is a folder.")


def sweep(folder: Path) -> None:
    """Remove what a killed process was still writing in `folder`."""
    for part in folder.glob(f".*{SUFFIX}"):
        part.unlink(missing_ok=True)


def sweep_after_the_dead(folder: Path) -> None:
    """Remove what processes that are no more were still writing in `folder`; others may be writing there now."""
    for part in folder.glob(f".*{SUFFIX}"):
        number = part.name.removesuffix(SUFFIX).rpartition(".")[2]
        if number.isdigit() and not _lives(int(number)):
            part.unlink(missing_ok=True)


def _lives(process: int) -> bool:
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def in_words(path: Path) -> Iterator[None]:
    """Whatever the operating system refuses on the way to `path`, as a `MohallaError`."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise MohallaError(f"{path}: cannot be written: {reason}. What was saved before is untouched.") from None


def _flush(folder: Path) -> None:
    """Make the move itself last, where the system lets a folder be flushed."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
