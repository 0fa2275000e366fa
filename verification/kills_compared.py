"""`python -m verification.kills_compared`: a comparison that is killed again and again ends with the same bits.

The command line itself is run, and its driver, one of its workers, or both are killed with SIGKILL at moments drawn at
random; the same command is given again until it ends. Then every number is that of a comparison that nobody disturbed,
and nothing is left behind but what such a comparison leaves.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import xarray as xr

from mohalla import store
from mohalla.experiments import comparison

PLAN = """
name = "{name}"
title = "{name}"
[[interventions]]
value = "services"
set = {level}
from = 1980-01-07
to = 1982-01-03
source = "made up"
"""
PLANS = ("nothing", "a.toml", "b.toml", "a.toml+c.toml")
NAMED = [word for plan in PLANS for word in ("--plan", plan)]
WORDS = ("compare", "small-town", *NAMED, "--seeds", "6", "--scale", "20", "--workers", "2", "--quiet")
ROOT = Path(__file__).parents[1]
VICTIMS = ("driver", "worker", "both")


def _begin(folder: Path, out: str) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "mohalla", *WORDS, "--out", out]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    return subprocess.Popen(words, cwd=folder, env=environment, stderr=subprocess.DEVNULL)


def _children(process: int) -> list[int]:
    """Worker processes of a driver (Linux)."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = status.read_text().rpartition(")")[2].split()
            if int(fields[1]) == process and "spawn_main" in (status.parent / "cmdline").read_text():
                found.append(int(status.parent.name))
    return found


def _kill(program: subprocess.Popen[bytes], victim: str, rng: Random) -> None:
    """Kill the driver, one of its workers, or both; the rest has to notice by itself."""
    workers = _children(program.pid) if victim != "driver" else []
    dead = [rng.choice(workers)] if workers else []
    for process in [*dead, *([program.pid] if victim != "worker" else [])]:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def killed(folder: Path, kills: int, longest: float, rng: Random) -> Counter[str]:
    """Give the command again and again, and kill it so many times; then let it end."""
    told: Counter[str] = Counter()
    while told.total() < kills:
        program = _begin(folder, "killed")
        time.sleep(rng.uniform(0.2, longest))
        if program.poll() is None:
            victim = rng.choice(VICTIMS)
            _kill(program, victim, rng)
            told[victim] += 1
        program.wait()
        if program.returncode == 0:  # it ended before: from the beginning, with what is kept taken away
            _forget(folder, rng)
    assert _begin(folder, "killed").wait() == 0
    return told


def _forget(folder: Path, rng: Random) -> None:
    """Take away some of what is kept, so that there is something left to disturb."""
    for path in sorted(folder.glob("killed/measured/*/*.json")):
        if rng.random() < 0.7:
            path.unlink()


def _kept(folder: Path, out: str) -> tuple[xr.Dataset, list[str]]:
    """The last finished comparison, and the names of all files beside the catalogue's and those of run folders."""
    run = next(run for run in store.runs(folder / out) if run.status == "finished")
    names = [path.name for path in (folder / out / "measured").rglob("*") if path.is_file()]
    return comparison.load(run.folder), sorted(name for name in names if not name.startswith("catalogue"))


def _same(one: xr.Dataset, other: xr.Dataset) -> bool:
    return all(one[name].values.tobytes() == other[name].values.tobytes() for name in one.data_vars)


def verify(kills: int, longest: float, seed: int) -> dict[str, Any]:
    """Disturb one comparison and leave another alone; what is the same."""
    with tempfile.TemporaryDirectory() as place:
        folder, rng = Path(place), Random(seed)
        for name, level in (("a", 0.9), ("b", 0.1), ("c", 0.9)):
            (folder / f"{name}.toml").write_text(PLAN.format(name=name, level=level))
        assert _begin(folder, "whole").wait() == 0
        told = killed(folder, kills, longest, rng)
        (whole, files), (other, left) = _kept(folder, "whole"), _kept(folder, "killed")
        parts = [path.name for path in (folder / "killed").rglob("*.part")]
        return {"kills": dict(told), "same bits": _same(whole, other), "orphans": sorted({*left} - {*files}) + parts}


def main() -> None:
    """Say what came of it; exit code 1 where anything differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--longest", type=float, default=8.0, help="seconds before a kill, at most")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    found = verify(asked.kills, asked.longest, asked.seed)
    print(json.dumps(found, indent=1))
    sys.exit(not (found["same bits"] and not found["orphans"]))


if __name__ == "__main__":
    main()
