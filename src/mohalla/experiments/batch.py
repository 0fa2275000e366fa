"""A batch: many simulations, each measured where it ran, and what was measured kept the moment it ends.

    runs/measured/
      5f0c9a3e71d2b846/             one code, libraries and machine
        3a91...json                 one simulation: what was asked, what was measured, and a check sum of both
        checkpoints/3a91...npz      one under way
        catalogue.sqlite            can always be made again from the files

A simulation is known by a hash of all that could move a bit of it, and of what is measured. So a batch that was stopped
goes on when it is asked for again; what has changed is another simulation and begins anew; what two batches share is
simulated once; and nothing is ever mixed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from mohalla import catalogue, saving
from mohalla.engine.cpu import made_with
from mohalla.engine.snapshot import differences, question
from mohalla.errors import MohallaError
from mohalla.experiments.ensemble import Member, Request, seconds, simulation
from mohalla.experiments.parallel import Tell, hands, spread

FOLDER = "measured"

Spread = Callable[..., Generator[tuple[Any, Any], None, None]]


class Job(NamedTuple):
    """One simulation of a batch, what is measured of it as plain data, what it is known by, and its file.

    `more` is what else moves what is measured: the week of a branch, say.
    """

    request: Request
    member: Member
    measure: Callable[..., Any]
    question: Mapping[str, str]
    path: Path
    more: Mapping[str, str]

    @property
    def checkpoint(self) -> Path:
        """Where it is kept while it is under way."""
        return checkpoint_of(self.path.parent, self.path.stem)


def job(request: Request, member: Member, measure: Callable[..., Any], root: Path, **more: str) -> Job:
    """One simulation whose answer is kept under `root`, the folder of runs. `measure` is a function of a module."""
    asked = _question(request, member, measure, more)
    return Job(request, member, measure, asked, place(root) / f"{hashed(asked)}.json", more)


def kept(root: Path) -> list[Path]:
    """Every answer kept under the folder of runs, of whatever code."""
    return sorted((root / FOLDER).glob("*/*.json"))


def place(root: Path) -> Path:
    """The folder of all that was measured with this code, these libraries and this kind of machine."""
    return root / FOLDER / hashed(made_with())


def checkpoint_of(folder: Path, name: str) -> Path:
    """Where something under way is kept."""
    return folder / "checkpoints" / f"{name}.npz"


def made_ready(jobs: Sequence[Job]) -> None:
    """Make the folders in which answers are kept, or say why that cannot be."""
    for folder in {one.path.parent for one in jobs}:
        with saving.in_words(folder):
            folder.mkdir(parents=True, exist_ok=True)


def elsewhere(one: Job, seed: int) -> Job:
    """The same simulation in another world. Its question is known but for the seed, so nothing is hashed again."""
    asked = {**one.question, "seed": str(seed)}
    return one._replace(
        member=one.member._replace(label=str(seed), seed=seed), question=asked,
        path=one.path.with_name(f"{hashed(asked)}.json"),
    )  # fmt: skip


def there(jobs: Sequence[Job]) -> dict[Path, Any]:
    """What was measured of those that have ended, by file. A damaged file is as good as none."""
    wanted = {one.path: one.question for one in jobs}
    found = {path: kept for folder in {path.parent for path in wanted} for path, kept in _kept(folder).items()}
    return {path: found[path]["measured"] for path in wanted if path in found and _is(found[path], wanted[path])}


def run(
    jobs: Sequence[Job],
    workers: int | None = None,
    heard: Callable[[Job, tuple[int, int, date]], None] | None = None,
    away: Spread | None = None,
) -> Iterator[tuple[Job, Any]]:
    """Each simulation with what was measured of it: those that are there at once, then the others as they end.

    They are spread over processes of this machine, or by `away` over machines that may not share its disk: then what
    comes back is kept here.
    """
    ended = there(jobs)
    yield from ((one, ended[one.path]) for one in jobs if one.path in ended)
    missing = [one for one in jobs if one.path not in ended]
    made_ready(missing)
    if away is None:
        yield from spread(measured, missing, hands(workers, duration(missing)), heard)
        return
    for one, answer in away(simulated, missing, workers, heard):
        yield one, keep(one, answer)


def duration(jobs: Sequence[Job]) -> float:
    """What all of these take one core, roughly, in seconds."""
    return sum(seconds(one.request, one.member.scale) for one in jobs)


def measured(one: Job, tell: Tell) -> Any:
    """Simulate, measure and keep one: the task of a worker of this machine."""
    must_be_the_same_code(one)
    with simulation(one.request, one.member, one.checkpoint, tell) as dataset:
        return keep(one, one.measure(dataset, one.request.scenario))


def simulated(one: Job, tell: Tell) -> Any:
    """Simulate and measure one: the task of a worker elsewhere, which leaves nothing on its disk."""
    must_be_the_same_code(one)
    with simulation(one.request, one.member, None, tell) as dataset:
        return one.measure(dataset, one.request.scenario)


def must_be_the_same_code(one: Job) -> None:
    """Refuse to simulate where the sources are no longer those that a job was made with."""
    changed = differences(_question(one.request, one.member, one.measure, one.more), one.question)
    if changed:
        raise MohallaError(f"the code has changed under way: {'; '.join(changed)}. Results are never mixed.")


def is_whole(path: Path) -> bool:
    """Whether a file holds what it was written with, under the name of its question."""
    kept = _read(path)
    whole = kept is not None and "question" in kept and _is(kept, kept["question"])
    return whole and kept is not None and path.stem == hashed(kept["question"])


def keep(one: Job, answer: Any) -> Any:
    """Make what was measured durable, and hand it on."""
    kept = {"question": one.question, "measured": answer}
    saving.write(one.path, json.dumps({**kept, "sum": hashed(kept)}))
    return answer


def _question(request: Request, member: Member, measure: Callable[..., Any], more: Mapping[str, str]) -> dict[str, str]:
    asked = question(
        request.scenario, member.seed, scale=member.scale, until=request.until, without=request.without,
        draw=member.draw, plan=request.plan,
    )  # fmt: skip
    return {**asked, "measured": f"{measure.__module__}.{measure.__qualname__}", **more}


def hashed(said: Mapping[str, Any]) -> str:
    """A short name for what was said."""
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def _is(kept: Mapping[str, Any], asked: Mapping[str, str]) -> bool:
    """Whether a file is whole and answers this question."""
    return kept.get("question") == asked and kept.get("sum") == hashed({key: kept[key] for key in kept if key != "sum"})


def _kept(folder: Path) -> dict[Path, dict[str, Any]]:
    """Every file of a folder that can be read."""
    present = {path.name: path.stat().st_mtime_ns for path in folder.glob("*.json")}
    return {
        folder / name: kept for name, kept in catalogue.said(folder, present, lambda one: _read(folder / one)).items()
    }


def _read(path: Path) -> dict[str, Any] | None:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return kept if isinstance(kept, dict) else None
