"""Compiling sweeps: where compiled code is kept, how many threads run it; running sweeps plain for tests.

Compiled code is kept in the user's cache folder under a hash of this package's own sources, because Numba's cache
notices edits in the compiled file only, not in the files it calls.
"""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path
from subprocess import DEVNULL
from threading import Thread
from typing import Any

import llvmlite.binding
import numba
import numpy as np
import platformdirs
from numba.core.codegen import get_host_cpu_features

from mohalla.engine.lending import lend, type_of

Sweep = Callable[..., Any]


COMPILED_FROM = (
    "calendar.py", "draw.py", "curves.py", "events.py", "parameters.py", "steps.py", "engine/cpu.py",
    "engine/by_unit.py", "engine/lending.py", "engine/sharing.py", "mechanisms/*.py",
)  # fmt: skip


@cache
def source_hash(*patterns: str) -> str:
    """A hash of this package's Python sources, all of them or those that match: it names what was run."""
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted({path for pattern in patterns or ("**/*.py",) for path in root.glob(pattern)}):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@cache
def source_files() -> dict[str, str]:
    """The same file by file, so that two versions can be compared."""
    root = Path(__file__).parents[1]
    found = {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*.py"))}
    return {name: hashlib.sha256(text).hexdigest()[:8] for name, text in found.items()}


def made_with() -> dict[str, str]:
    """Everything that could move a bit, besides the question: code, libraries, machine."""
    return {
        "mohalla": version("mohalla"),
        "sources": source_hash(),
        "numpy": np.__version__,
        "numba": numba.__version__,
        "python": platform.python_version(),
        "machine": f"{platform.machine()} {platform.system()}",
    }


@cache
def _cache_folder() -> Path | None:
    """Point Numba at our folder for compiled code and return it; None where none can be written: nothing is kept."""
    root = Path(os.environ.get("NUMBA_CACHE_DIR") or platformdirs.user_cache_dir("mohalla"))
    folder = root / source_hash(*COMPILED_FROM)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError:
        return None
    numba.config.CACHE_DIR = str(folder)
    return folder


HELP = ("-P", "-m", "mohalla.engine.ahead")  # -P: nothing of the folder the user is in is imported


@cache
def have_help() -> subprocess.Popen[bytes] | None:
    """At the first simulation of a version, where there is a second core, have another process compile too."""
    if threads() == 1 or not sys.executable or not first_of_its_version():
        return None
    try:
        helper = subprocess.Popen(
            [sys.executable, *HELP], stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL, start_new_session=True
        )
    except OSError:  # processes are short
        return None
    Thread(target=helper.wait, daemon=True).start()
    return helper


def first_of_its_version() -> bool:
    """Whether nobody has asked this before where this version's compiled code is kept; False where none can be kept.

    Whoever makes the mark in that folder is the first, and nobody again, whatever became of that process.
    """
    folder = _cache_folder()
    if folder is None:
        return False
    try:
        (folder / ".begun").touch(exist_ok=False)
    except OSError:
        return False
    return True


@cache
def _use_wide_vectors() -> None:
    """Tell LLVM what it does not dare by itself, where that was measured to pay, and to do two vectors at a time.

    It keeps to 256 bits where there are 512, for fear of the lower clock of the first such processors; on today's the
    residents' loop is 1.7 times as fast with 512. Where a vector cannot be fetched from many places at once, it
    computes one by one whatever leads to an address: half of the loop. Zen 3 can, though LLVM does not count on it.
    The loop is one long chain of operations that wait for each other: two chains side by side are 1.1 times as fast as
    one with 512 bits, and 1.2 times with 256. The bits are the same.
    """
    features = get_host_cpu_features()
    more = "-prefer-256-bit" if "+avx512bw" in features else _MORE.get(llvmlite.binding.get_host_cpu_name())
    if numba.config.CPU_FEATURES is None and more:
        numba.config.CPU_FEATURES = f"{features},{more}"
        llvmlite.binding.set_option("mohalla", "-force-vector-interleave=2")


_MORE = {"znver3": "+fast-gather"}


SPINS = "20000"
FEW_RESIDENTS = 50_000


def _wait_briefly() -> None:
    """Let idle threads spin for some 0.02 ms, then sleep.

    By default GNU OpenMP's threads spin for long, which stalls everything where cores are shared (a run of 2 s took
    57); put to sleep at once, waking them costs more than the work of a small step (a week's fixed cost rises by half).
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("GOMP_SPINCOUNT", SPINS)


@cache
def compiled(sweep: Sweep, *, parallel: bool = False) -> Sweep:
    """`sweep` compiled; `error_model="numpy"` because the default's zero-division check stops vectorising."""
    _wait_briefly()
    _use_wide_vectors()
    kept = _cache_folder() is not None
    result: Sweep = numba.njit(cache=kept, error_model="numpy", parallel=parallel, boundscheck=False)(sweep)
    return result


def is_compiled(sweep: Sweep) -> bool:
    """Whether it runs compiled, not as plain Python."""
    return isinstance(sweep, numba.core.dispatcher.Dispatcher)


def lent(sweep: Sweep, first: Sequence[Any], arguments: Sequence[Any]) -> tuple[Sweep, tuple[Any, ...]]:
    """Compiled code that takes arguments of the types of these, after such `first` ones, and these as it takes them.

    It looks neither at types (3 us a call) nor at arrays (see lending.py); nothing checks what it is handed.
    """
    kinds = sweep, *map(_kind, first), *map(_kind, arguments)
    if kinds not in _entries:
        _entries[kinds] = sweep.compile(tuple(map(type_of, (*first, *arguments))))  # type: ignore[attr-defined]
    return _entries[kinds], tuple(map(lend, arguments))


_entries: dict[tuple[Any, ...], Sweep] = {}


def _kind(argument: Any) -> Any:
    """What decides on an argument's type, found a hundred times as fast as the type."""
    if isinstance(argument, np.ndarray):
        return argument.dtype, argument.ndim, argument.flags.num
    if hasattr(argument, "_fields"):
        return type(argument), *map(type, argument)
    return tuple(map(_kind, argument)) if type(argument) is tuple else type(argument)


def threads() -> int:
    """How many threads are in use.

    To ask starts them, and they read how long to wait once, when they start: so that is said first.
    """
    _wait_briefly()
    return int(numba.get_num_threads())


def use_threads(threads: int | None) -> int:
    """Use this many threads from here on (all cores where None); returns how many are in use."""
    _wait_briefly()
    most = int(numba.config.NUMBA_NUM_THREADS)
    numba.set_num_threads(min(threads or most, most))
    return int(numba.get_num_threads())


@contextmanager
def threads_for(residents: int) -> Iterator[None]:
    """One thread where so few are simulated that waking a second costs more than it saves; the bits are the same."""
    before = threads()
    if residents < FEW_RESIDENTS:
        use_threads(1)
    try:
        yield
    finally:
        use_threads(before)
