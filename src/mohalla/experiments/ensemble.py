"""Several simulations of one scenario, so that every curve has a band.

The first world is simulated as asked: central parameters, full detail, all cores. The others are other worlds: another
seed, uncertain parameters drawn anew, fewer residents where that saves time. Each is saved the moment it ends, and only
one Dataset is held in memory by any process. While it runs, a checkpoint is kept, from which it goes on if stopped;
who is interrupted keeps the week that has just ended.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NamedTuple, Protocol

import xarray as xr

from mohalla import checkpoints, results, store
from mohalla.engine.snapshot import Snapshot
from mohalla.experiments.parallel import Tell, hands, spread
from mohalla.plan import Plan
from mohalla.reading import as_json_text
from mohalla.scenario import Scenario
from mohalla.stopping import patiently
from mohalla.world import run_weeks

EXTRA_SCALE = 20  # of the other worlds of a run
SCALE_OF_MANY = 50  # where plans or numbers are compared in many worlds
ENOUGH_RESIDENTS = 100_000
SIMULATION = 0.2  # seconds of one core, roughly, on a machine of today
WEEK, UNIT_WEEK, RESIDENT_TURN = 5e-5, 1e-6, 8e-9

Progress = Callable[[int, int, date], None]
Watch = Callable[["Member", int, int, date], None]


class Simulate(Protocol):
    """The engine, as an ensemble calls it."""

    def __call__(
        self,
        scenario: Scenario,
        seed: int,
        *,
        scale: int,
        until: date | None,
        without: Sequence[str],
        draw: bool,
        progress: Progress | None,
        start: Snapshot | None,
        keep: Callable[[Callable[[], Snapshot]], None] | None,
        plan: Plan | None,
    ) -> xr.Dataset: ...


class Member(NamedTuple):
    """One simulation: its label in the run folder, its seed, adults per resident, whether parameters are drawn."""

    label: str
    seed: int
    scale: int
    draw: bool


class Request(NamedTuple):
    """What all members share: the question, the last day (None: the scenario's), mechanisms off, and the engine.

    And the seconds between checkpoints (None as often as costs nothing, 0 never), and the plan laid over the scenario.
    """

    scenario: Scenario
    until: date | None
    without: tuple[str, ...]
    simulate: Simulate
    every: float | None = None
    plan: Plan | None = None


class Job(NamedTuple):
    """One member, where its results belong, and where it is kept while under way."""

    request: Request
    member: Member
    path: Path
    checkpoint: Path


def members(scenario: Scenario, seeds: int, scale: int, first: int = 1) -> list[Member]:
    """`seeds` members from seed `first` on; all but the first with drawn parameters, at `extra_scale`."""
    coarser = extra_scale(scenario, scale)
    return [
        Member(str(seed), seed, scale if seed == first else coarser, seed != first)
        for seed in range(first, first + seeds)
    ]


def extra_scale(scenario: Scenario, scale: int, most: int = EXTRA_SCALE) -> int:
    """Adults per resident in the other worlds: up to `most` in a large city, `scale` where residents are few."""
    adults = max(census.population for census in scenario.censuses) * scenario.economy.adult_share.value
    return max(scale, min(most, int(adults / ENOUGH_RESIDENTS)))


def run(
    request: Request,
    team: Sequence[Member],
    kept: store.Run,
    workers: int | None = None,
    watch: Watch | None = None,
) -> Generator[tuple[store.Run, Member], None, None]:
    """Simulate and save every member; yields the run as it stands after each, and the member just saved.

    The world as it was asked for comes first and has all cores; the others have one each.
    Raises what stopped it, with the run marked as interrupted and all that was saved left in place.
    """
    jobs = [
        Job(request, member, store.simulation_path(kept, member.label), store.checkpoint_path(kept, member.label))
        for member in team
    ]
    first, others = ([job for job in jobs if job.member.draw == drawn] for drawn in (False, True))
    try:
        many = hands(workers, sum(seconds(request, job.member.scale) for job in others))
        for part, count in ((first, 1), (others, many)):
            for job, _ in spread(simulated, part, count, _heard(watch)):
                kept = store.note_simulation(kept, job.member.label, **facts(job.member))
                yield kept, job.member
    except BaseException:
        store.mark_interrupted(kept)
        raise


def simulated(job: Job, tell: Tell) -> Path:
    """Simulate one member and save it: the task of a worker."""
    with simulation(job.request, job.member, job.checkpoint, tell) as dataset:
        return results.save(dataset.assign_attrs(scenario_text=as_json_text(job.request.scenario)), job.path)


@contextmanager
def simulation(request: Request, member: Member, checkpoint: Path | None, tell: Tell) -> Iterator[xr.Dataset]:
    """The results of one member, simulated from its checkpoint where it has one (None: it is to have none).

    The checkpoint goes once the block has made what it makes of them durable, and not where it fails.
    """
    with patiently() as patience:
        yield request.simulate(
            request.scenario,
            member.seed,
            scale=member.scale,
            until=request.until,
            without=request.without,
            draw=member.draw,
            progress=lambda *news: tell(news),
            start=checkpoints.found(checkpoint) if checkpoint else None,
            keep=checkpoints.keeper(checkpoint, request.every, *patience)
            if checkpoint and request.every != 0
            else None,
            plan=request.plan,
        )
        if checkpoint:
            checkpoint.unlink(missing_ok=True)


def seconds(request: Request, scale: int) -> float:
    """Roughly how long one simulation takes one core."""
    scenario = request.scenario
    people = max(census.population for census in scenario.censuses) * scenario.economy.adult_share.value
    units = sum(district.units for district in scenario.geography.districts)
    week = WEEK + UNIT_WEEK * units + RESIDENT_TURN * people / scale / scenario.about.turn_weeks
    return SIMULATION + run_weeks(scenario, request.until) * week


def facts(member: Member) -> dict[str, int | bool]:
    """What is noted of a member beside its results."""
    return {"seed": member.seed, "scale": member.scale, "draw": member.draw}


def _heard(watch: Watch | None) -> Callable[[Job, tuple[int, int, date]], None] | None:
    return (lambda job, news: watch(job.member, *news)) if watch else None
