"""Several simulations of one scenario, so that every curve has a band.

The first world is simulated as asked: central parameters, full detail, all cores. The others are other worlds: another
seed, uncertain parameters drawn anew, fewer residents where that saves time. Each is saved the moment it ends, and only
one Dataset is held in memory by any process.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple, Protocol

import xarray as xr

from mohalla import results, store
from mohalla.experiments.parallel import Tell, spread
from mohalla.reading import as_json_text
from mohalla.scenario import Scenario

EXTRA_SCALE = 50
ENOUGH_RESIDENTS = 100_000

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
    ) -> xr.Dataset: ...


class Member(NamedTuple):
    """One simulation: its label in the run folder, its seed, adults per resident, whether parameters are drawn."""

    label: str
    seed: int
    scale: int
    draw: bool


class Request(NamedTuple):
    """What all members share: the question, the last day (None: the scenario's), mechanisms off, and the engine."""

    scenario: Scenario
    until: date | None
    without: tuple[str, ...]
    simulate: Simulate


class Job(NamedTuple):
    """One member and where its results belong."""

    request: Request
    member: Member
    path: Path


def members(scenario: Scenario, seeds: int, scale: int, first: int = 1) -> list[Member]:
    """`seeds` members from seed `first` on; all but the first with drawn parameters, at `extra_scale`."""
    coarser = extra_scale(scenario, scale)
    return [
        Member(str(seed), seed, scale if seed == first else coarser, seed != first)
        for seed in range(first, first + seeds)
    ]


def extra_scale(scenario: Scenario, scale: int) -> int:
    """Adults per resident in the other worlds: up to 50 in a large city, `scale` where residents are few."""
    adults = max(census.population for census in scenario.censuses) * scenario.economy.adult_share.value
    return max(scale, min(EXTRA_SCALE, int(adults / ENOUGH_RESIDENTS)))


def run(
    request: Request,
    team: Sequence[Member],
    kept: store.Run,
    workers: int | None = None,
    watch: Watch | None = None,
) -> Generator[tuple[store.Run, Member], None, None]:
    """Simulate and save every member; yields the run as it stands after each, and the member just saved.

    Raises what stopped it, with the run marked as interrupted and all that was saved left in place.
    """
    jobs = [Job(request, member, store.simulation_path(kept, member.label)) for member in team]
    try:
        for part, hands in ((jobs[:1], 1), (jobs[1:], workers)):
            for job, _ in spread(simulated, part, hands, _heard(watch)):
                kept = store.note_simulation(kept, job.member.label, **_facts(job.member))
                yield kept, job.member
    except BaseException:
        store.mark_interrupted(kept)
        raise


def simulated(job: Job, tell: Tell) -> Path:
    """Simulate one member and save it: the task of a worker."""
    request, member = job.request, job.member
    dataset = request.simulate(
        request.scenario,
        member.seed,
        scale=member.scale,
        until=request.until,
        without=request.without,
        draw=member.draw,
        progress=lambda *news: tell(news),
    )
    return results.save(dataset.assign_attrs(scenario_text=as_json_text(request.scenario)), job.path)


def _facts(member: Member) -> dict[str, int | bool]:
    return {"seed": member.seed, "scale": member.scale, "draw": member.draw}


def _heard(watch: Watch | None) -> Callable[[Job, tuple[int, int, date]], None] | None:
    return (lambda job, news: watch(job.member, *news)) if watch else None
