"""Commands that simulate a city and tell its story: `run`, `resume` where one was stopped, `report` once more."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from mohalla import store
from mohalla.cli import parts, runs
from mohalla.cli.parts import (
    MOST_SCALE,
    MOST_SEEDS,
    USUAL_SCALE,
    AsJson,
    Folder,
    Name,
    Open,
    Quiet,
    UnderPlan,
    Until,
    Without,
    WithReport,
    Workers,
)

if TYPE_CHECKING:
    from mohalla.experiments.ensemble import Member, Request, Watch
    from mohalla.experiments.resume import Rest

MOST_SECONDS = 86_400

Every = Annotated[
    float | None,
    Parameter(
        name="--checkpoint",
        help="Seconds between checkpoints of a simulation, 0 for none (else 60, or more where they cost over 2 %).",
    ),
]


def run(
    scenario: Name,
    /,
    *,
    seeds: Annotated[
        int, Parameter(show_default=True, help="How many worlds to simulate, so that every curve has a band.")
    ] = 8,
    scale: Annotated[
        int, Parameter(show_default=True, help="Adults per simulated resident; other worlds may use fewer residents.")
    ] = USUAL_SCALE,
    until: Until = None,
    without: Without = (),
    plan: UnderPlan = None,
    workers: Workers = None,
    out: Folder = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
    report: WithReport = True,
    show_report: Open = False,
    every: Every = None,
) -> None:
    """Simulate a scenario over several worlds, store the run and write its report."""
    from mohalla import reading
    from mohalla.experiments import ensemble

    reading.within("--seeds", seeds, 1, MOST_SEEDS)
    reading.within("--scale", scale, 1, MOST_SCALE)
    request = parts.request(scenario, until, without, _seconds(every), plan)
    parts.fine_enough(request.scenario, scale, quiet=quiet)
    if not quiet:
        parts.tell_doubts(request.scenario, scenario)
    team, count = ensemble.members(request.scenario, seeds, scale), parts.hired(workers)
    kept = _begun(request, team, scenario, out)
    with store.claimed(kept):
        kept = store.finish(_simulated(request, team, kept, count, silent=quiet or as_json))
    _conclude(kept, report=report, show_report=show_report, quiet=quiet, as_json=as_json)


def resume(
    run: Annotated[
        str | None, Parameter(help="The beginning of a run's id, or its folder (else the latest that was stopped).")
    ] = None,
    /,
    *,
    workers: Workers = None,
    out: Folder = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
    report: WithReport = True,
    show_report: Open = False,
    every: Every = None,
) -> None:
    """Go on with a run that was stopped. It ends with the same bits as if it had not been."""
    from mohalla.engine.simulate import simulate
    from mohalla.experiments import resume as resuming
    from mohalla.mechanisms import DECLARED

    stopped, count = resuming.unfinished(run, out), parts.hired(workers)
    with store.claimed(stopped):
        rest = resuming.rest(stopped, DECLARED, simulate, _seconds(every))
        if not (quiet or as_json):
            print(_goes_on(rest))
        kept = store.reopen(rest.kept)
        kept = _simulated(rest.request, rest.team, kept, count, silent=quiet or as_json, weeks=rest.weeks)
        kept = store.finish(kept)
    _conclude(kept, report=report, show_report=show_report, quiet=quiet, as_json=as_json)


def report(
    run: Annotated[
        str, Parameter(help="The beginning of a run's id, its folder, or 'last' (the default).")
    ] = store.LAST,
    /,
    *,
    out: Folder = None,
    show_report: Open = False,
) -> None:
    """Write the HTML report of a stored run again."""
    page = _reported(store.find(run, out))
    print(page)
    if show_report:
        parts.browse(page)


def _seconds(every: float | None) -> float | None:
    """The seconds between checkpoints that were asked for, if any."""
    from mohalla import reading

    return None if every is None else reading.within("--checkpoint", every, 0, MOST_SECONDS)


def _begun(request: Request, team: list[Member], asked: str, out: Path | None) -> store.Run:
    from mohalla import reading
    from mohalla.plan import NOTHING, plan_text

    facts = {
        "scenario": asked,
        "labels": [member.label for member in team],
        "members": [member._asdict() for member in team],
        "until": str(request.until or request.scenario.about.end),
        "without": list(request.without),
        "plan": request.plan.name if request.plan else NOTHING.name,
        "plan_does": plan_text(request.plan),
        "command": sys.argv[1:],
    }
    return store.create(request.scenario, facts, out, reading.read_record(asked))


def _simulated(
    request: Request,
    team: list[Member],
    kept: store.Run,
    workers: int | None,
    *,
    silent: bool,
    weeks: Mapping[str, int] | None = None,
) -> store.Run:
    """All simulations not there yet, saved one by one. However it ends early, say what is safe and how to go on."""
    from mohalla.experiments import ensemble

    stands = kept
    missing = [member for member in team if member.label not in kept.simulations]
    done = _shares(request, team, missing, weeks or {})
    with (
        parts.safely(lambda: f"{_safe(stands, len(team))} {_resumable(stands)}"),
        _watching(team, silent=silent, done=done) as watch,
        closing(ensemble.run(request, missing, kept, workers, watch)) as saved,
    ):
        for now, _ in saved:
            stands = now
    return stands


def _shares(
    request: Request, team: Sequence[Member], missing: Sequence[Member], weeks: Mapping[str, int]
) -> dict[str, float]:
    """How much of each member's work is done."""
    from mohalla.world import run_weeks

    whole = run_weeks(request.scenario, request.until)
    found = {member.label: 1.0 for member in team}
    return found | {member.label: weeks.get(member.label, 0) / whole for member in missing}


def _safe(kept: store.Run, asked: int) -> str:
    done = len(kept.simulations)
    if not done:
        return "No simulation had ended."
    return f"{done} of {asked} simulations are safe in {kept.folder}; `mohalla report {kept.folder}` reports on them."


def _resumable(kept: store.Run) -> str:
    """How to go on with a run that was stopped, and from when each world that was under way goes on."""
    return f"`mohalla resume {kept.folder}` goes on{_under_way(kept, _weeks_done(kept))}."


def _weeks_done(kept: store.Run) -> dict[str, int]:
    """Weeks done of each world that has a checkpoint and has not ended."""
    from mohalla import checkpoints

    labels = [label for label in kept.details["request"].get("labels", ()) if label not in kept.simulations]
    weeks = {label: checkpoints.weeks_done(store.checkpoint_path(kept, label)) for label in labels}
    return {label: done for label, done in weeks.items() if done}


def _under_way(kept: store.Run, weeks: Mapping[str, int]) -> str:
    from mohalla.calendar import date_of

    if not weeks:
        return ""
    start = store.scenario_of(kept).about.start
    return ": " + ", ".join(f"world {label} from {date_of(done, start)}" for label, done in weeks.items())


def _goes_on(rest: Rest) -> str:
    """What is taken up, and what had to be left aside."""
    ended, begin = len(rest.team) - len(rest.missing), len(rest.missing) - len(rest.weeks)
    words = f"Going on with {rest.kept.folder}{_under_way(rest.kept, rest.weeks)}"
    counts = f"{ended} of {len(rest.team)} simulations had ended" + (f"; {begin} to begin" if begin else "")
    aside = [f"{path} is damaged and left aside; that world begins anew." for path in rest.damaged]
    return "\n".join([f"{words}; {counts}.", *aside])


@contextmanager
def _watching(team: list[Member], *, silent: bool, done: Mapping[str, float] | None = None) -> Iterator[Watch | None]:
    """Progress with the simulated date and the time left: a bar on a terminal, a line now and then elsewhere."""
    from mohalla.cli import screens

    with screens.bar(silent) as bar:
        yield _watch(bar, team, done or {}) if bar else None


def _watch(bar: Any, team: list[Member], before: Mapping[str, float] = MappingProxyType({})) -> Watch:
    """Adds up the work done in all worlds, before too; a world's work grows with its residents."""
    work = {member.label: 1 + 100 / member.scale for member in team}
    done = {label: work[label] * before.get(label, 0.0) for label in work}
    words, total = "preparing (the first run compiles)", sum(work.values())
    task = bar.add_task(words, total=total, completed=sum(done.values()), day="")

    def watch(member: Member, week: int, weeks: int, day: object) -> None:
        done[member.label] = work[member.label] * week / max(weeks, 1)
        ended = sum(done[label] >= work[label] for label in work)
        words = f"world {min(ended + 1, len(team))} of {len(team)}"
        bar.update(task, completed=sum(done.values()), description=words, day=str(day))

    return watch


def _conclude(kept: store.Run, *, report: bool, show_report: bool, quiet: bool, as_json: bool) -> None:
    """What comes after the last simulation: the report, and words or data."""
    page = _reported(kept) if report else None
    if show_report and page:
        parts.browse(page)
    if not quiet or as_json:
        print(json.dumps(runs.as_data(kept), indent=1) if as_json else _ended(kept, page))


def _reported(kept: store.Run) -> Path:
    from mohalla.mechanisms import DECLARED
    from mohalla.report.stored import report_on

    return report_on(kept, DECLARED)


def _ended(kept: store.Run, page: Path | None) -> str:
    count = parts.counted(len(kept.simulations), "simulation")
    words = f"{kept.details['title']}: {count} in {kept.details['seconds']:.0f} s."
    return f"{words}\nRun     {kept.folder}" + (f"\nReport  {page}" if page else "")
