"""Whether what is stored is what was stored: check sums, unknown files; what is said of damage, and mending it.

Nothing is changed unless told to. A repair removes only what a killed process left half-made, sets damaged simulations
aside so that `mohalla resume` makes them again, and never touches a file it does not know.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from mohalla import catalogue, saving, store
from mohalla.errors import MohallaError
from mohalla.experiments import batch

FIRST = ("scenario.json", "sources.json", "record.json")
UNSUMMED = ("run.json", "report.html", "ablation.json", "comparison.html")  # written anew, or put there by hand
ASIDE = ".damaged"


class Trouble(NamedTuple):
    """One thing that is wrong: where, what, and what a repair would do about it (nothing: an empty word)."""

    path: Path
    words: str
    remedy: str = ""
    repair: Callable[[], object] | None = None


class Found(NamedTuple):
    """How much was looked at, and what is wrong with it."""

    runs: int
    files: int
    troubles: list[Trouble]


def verify(folder: Path | None = None) -> Found:
    """Look at every file of every run and every measured simulation under `folder` (the root)."""
    place = store.root(folder)
    runs = [path for path in sorted(place.glob("*")) if _is_run(path)]
    found = [one for path in runs for one in _run(path)]
    measured = [path for path in sorted((place / batch.FOLDER).glob("*")) if path.is_dir()]
    found += [one for path in measured for one in _measured(path)]
    found += [_removed(path, "a run that was half deleted") for path in place.glob(f".*{store.DELETED}")]
    found += _catalogue(place, "run.json") + [one for path in measured for one in _catalogue(path)]
    files = sum(1 for path in (*runs, *measured) for one in path.rglob("*") if one.is_file())
    return Found(len(runs), files, found)


def repair(found: Found) -> Found:
    """Do what can be done about what was found; what is left is what cannot."""
    for one in found.troubles:
        if one.repair:
            with saving.in_words(one.path, "repaired"):
                one.repair()
    return found._replace(troubles=[one for one in found.troubles if not one.repair])


def _is_run(path: Path) -> bool:
    hidden = path.name.startswith(".") or path.name == batch.FOLDER
    return not hidden and ((path / "run.json").exists() or (path / "simulations").is_dir())


def _run(folder: Path) -> list[Trouble]:
    """What is wrong with one run."""
    try:
        run = store.find(folder) if (folder / "run.json").exists() else None
    except MohallaError as error:
        return [Trouble(folder, str(error).removeprefix(f"{folder}").lstrip("/: "))]
    if run is None:
        return [Trouble(folder, "has no run.json; the results under simulations/ can still be read")]
    return [*_sums(run), *_unsummed(run), *_unknown(run)]


def _sums(run: store.Run) -> Iterator[Trouble]:
    """Files that are gone, or are not what was stored."""
    for name, noted in run.sums.items():
        path = run.folder / name
        remedy = "set aside; `mohalla resume` makes it again" if name.startswith("simulations/") else ""
        mend = (lambda path=path: _set_aside(run.folder, path)) if remedy else None
        if not path.is_file():
            yield Trouble(path, "is gone", remedy, mend)
        elif store.sum_of(path) != noted:
            yield Trouble(path, "is not what was stored: its check sum differs", remedy, mend)


def _unsummed(run: store.Run) -> Iterator[Trouble]:
    """What was stored without a check sum, by a version that kept none or by a process killed meanwhile."""
    stored = [*FIRST, *map(store.simulation_name, run.details["simulations"])]
    for name in stored:
        if name not in run.sums and (run.folder / name).is_file():
            yield Trouble(run.folder / name, "has no check sum", "its sum as it is now", _noting(run.folder, name))
        elif name not in run.sums and name.startswith("simulations/"):
            yield Trouble(run.folder / name, "is gone", "", None)


def _noting(folder: Path, name: str) -> Callable[[], object]:
    def note() -> None:
        with store.claimed(store.find(folder)):
            store.note_files(store.find(folder), name)

    return note


def _set_aside(folder: Path, path: Path) -> None:
    """Keep what is damaged under another name, and let the run be taken up again."""
    with store.claimed(store.find(folder)):
        if path.exists():
            path.rename(path.with_name(f"{path.name}{ASIDE}"))
        store.without_simulation(store.find(folder), path.stem)


def _unknown(run: store.Run) -> Iterator[Trouble]:
    """Files in a run's folder that no run has put there, or that are needed no more."""
    known = {*run.sums, *FIRST, *UNSUMMED, *map(store.simulation_name, run.details["simulations"])}
    for path in sorted(run.folder.rglob("*")):
        name = path.relative_to(run.folder).as_posix()
        if path.is_dir() or name in known or name.endswith(ASIDE) or _being_written(path):
            continue
        if path.suffix == saving.SUFFIX:
            yield _removed(path, "was never finished")
        elif name.startswith("checkpoints/"):
            if run.status == "finished":
                yield _removed(path, "is of a run that is finished")
        elif not (run.status != "finished" and name.startswith("simulations/")):
            yield Trouble(path, "is not part of the run")


def _measured(folder: Path) -> Iterator[Trouble]:
    """What is wrong with measured simulations of one version of the code."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_dir() or name.startswith(catalogue.NAME) or _being_written(path):
            continue
        if path.suffix == saving.SUFFIX:
            yield _removed(path, "was never finished")
        elif name.startswith("checkpoints/"):
            if (folder / f"{path.stem}.json").exists():
                yield _removed(path, "is of a simulation that has ended")
        elif path.suffix != ".json":
            yield Trouble(path, "is not part of what was measured")
        elif not batch.is_whole(path):
            yield _removed(path, "is damaged")


def _catalogue(place: Path, name: str = "") -> list[Trouble]:
    """Whether a catalogue says what the files say."""
    paths = place.glob(f"*/{name}") if name else place.glob("*.json")
    present = {(path.parent.name if name else path.name): path.stat().st_mtime_ns for path in paths}
    words = catalogue.trouble(place, present, lambda one: _json(place / one / name if name else place / one))
    path = place / catalogue.NAME
    return [Trouble(path, words, "made again from the files", lambda: catalogue.forget(place))] if words else []


def _json(path: Path) -> dict[str, Any] | None:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return said if isinstance(said, dict) else None


def _removed(path: Path, words: str) -> Trouble:
    return Trouble(path, words, "removed", lambda: store.remove(path))


def _being_written(path: Path) -> bool:
    """Whether a half-written file belongs to a process of this machine that is still there."""
    if path.suffix != saving.SUFFIX:
        return False
    try:
        os.kill(int(path.suffixes[-2].removeprefix(".")), 0)
    except (IndexError, ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True
