"""`python -m verification.kills`: a run that is killed again and again ends with the same bits as one that is not.

The command line itself is run, killed with SIGKILL in weeks drawn at random, taken up with `mohalla resume`, and killed
again. Workers are left to notice by themselves that their parent is gone, as they must on any machine.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from mohalla import checkpoints, results, store
from mohalla.experiments.rerun import compared

SCENARIO = "small-town"
WORLDS = 3
OFTEN = "0.001"  # seconds between checkpoints: nearly every week
PATIENCE = 1800.0  # the first run compiles, on a machine that may be busy


class Kill(NamedTuple):
    """Which world is killed, and once how many of its weeks are on disk."""

    label: str
    weeks: int


def drawn(kills: int, weeks: int, rng: Random) -> list[Kill]:
    """Kills in the first world, then in the second while the third runs beside it, in weeks drawn at random."""
    first = sorted(rng.sample(range(1, weeks - 2), (kills + 1) // 2))
    second = sorted(rng.sample(range(1, weeks - 2), kills // 2))
    return [*(Kill("1", week) for week in first), *(Kill("2", week) for week in second)]


def killed(folder: Path, kills: Sequence[Kill]) -> Iterator[str]:
    """Run the worlds, killed and taken up at each of these; says after each what became of it."""
    words = ["run", SCENARIO, "--seeds", str(WORLDS), "--no-report", "--checkpoint", OFTEN, "--workers", "2"]
    for kill in kills:
        yield f"world {kill.label}, week {kill.weeks}: {_until(folder, words, kill)}"
        if any(run.status == "finished" for run in store.runs(folder)):
            return  # a kill in one of the last weeks may come too late
        words = ["resume", "--no-report", "--checkpoint", OFTEN, "--workers", "2"]
    _ended(_mohalla(folder, words))


def _ended(program: subprocess.Popen[bytes]) -> None:
    """Wait for a command, and leave none behind."""
    try:
        assert program.wait(PATIENCE) == 0
    finally:
        program.kill()


def _until(folder: Path, words: list[str], kill: Kill) -> str:
    """Start a command and kill it once so many weeks are on disk."""
    program = _mohalla(folder, words)
    end = time.monotonic() + PATIENCE
    while program.poll() is None and not _reached(folder, kill):
        assert time.monotonic() < end, f"waited in vain for {kill}"
        time.sleep(0.005)
    ended = program.poll() is not None
    program.kill()
    program.wait()
    return "had ended by then" if ended else "killed"


def _reached(folder: Path, kill: Kill) -> bool:
    """Whether a world has so many weeks on disk, or has ended."""
    for run in store.runs(folder):
        if kill.label in run.simulations:
            return True
        done = checkpoints.weeks_done(store.checkpoint_path(run, kill.label))
        return done is not None and done >= kill.weeks
    return False


def _mohalla(folder: Path, words: Sequence[str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "mohalla", *words, "--quiet", "--out", str(folder)]
    return subprocess.Popen(command, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})


def unlike(one: store.Run, other: store.Run) -> list[str]:
    """Variables that differ between two finished runs, world by world."""
    assert one.status == other.status == "finished"
    assert len(one.simulations) == len(other.simulations) == WORLDS
    pairs = zip(one.simulations.items(), other.simulations.values(), strict=True)
    return [
        f"world {label}: {name}: {words}"
        for (label, path), again in pairs
        for name, words in compared(results.load(path), results.load(again)).items()
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Kill as often as asked, and compare."""
    made = argparse.ArgumentParser(prog="python -m verification.kills", description=__doc__)
    made.add_argument("--kills", type=int, default=20)
    made.add_argument("--seed", type=int, default=1, help="draws the weeks")
    asked = made.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        whole, broken = Path(folder, "whole"), Path(folder, "broken")
        _ended(_mohalla(whole, ["run", SCENARIO, "--seeds", str(WORLDS), "--no-report", "--checkpoint", "0"]))
        (reference,) = store.runs(whole)
        for words in killed(broken, drawn(asked.kills, weeks_of(reference), Random(asked.seed))):
            print(words, flush=True)
        (taken_up,) = store.runs(broken)
        different = unlike(reference, taken_up)
    print("\n".join(different) or f"After {asked.kills} kills every variable of {WORLDS} worlds has the same bits.")
    sys.exit(bool(different))


def weeks_of(run: store.Run) -> int:
    """Weeks of a finished run."""
    return int(results.load(run.simulations["1"], ("strike_cost",)).sizes["week"])


if __name__ == "__main__":
    main()
