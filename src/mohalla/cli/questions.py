"""Commands that question a run or a scenario: `explain` one moment, `rerun` for the same bits, `ablate` a mechanism."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from mohalla import store
from mohalla.cli import parts
from mohalla.cli.parts import AsJson, Cluster, Coarser, Folder, Name, Quiet, Until, Workers

if TYPE_CHECKING:
    from mohalla.experiments import ablation, batch

DIFFERENT = 1


def ablate(
    scenario: Name,
    /,
    *,
    seeds: Annotated[int, Parameter(show_default=True, help="How many worlds: every one whole and without each.")] = 8,
    scale: Coarser = None,
    until: Until = None,
    without: Annotated[
        tuple[str, ...], Parameter(negative="", help="Only this mechanism. May be given again, or with commas.")
    ] = (),
    party: Annotated[
        str | None, Parameter(help="Whose numbers are shown (else those of the party with the largest hold).")
    ] = None,
    csv: Annotated[Path | None, Parameter(help="Also write the table to this file.")] = None,
    cluster: Cluster = None,
    workers: Workers = None,
    out: Folder = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Simulate a scenario whole and without each mechanism in turn, and say what changes in the same worlds.

    What is measured of a simulation is kept as soon as it ends: stopped, the same command goes on.
    """
    from mohalla import saving
    from mohalla.cli import screens
    from mohalla.experiments import ablation
    from mohalla.mechanisms import SWITCHABLE

    request, scale = parts.request_of_many(scenario, until, without, None, scale, seeds, party, quiet=quiet)
    if csv:
        saving.must_be_writable(csv)
    question = ablation.Question(request.scenario, scale, request.until, request.simulate)
    arms = request.without or SWITCHABLE
    asked = ablation.jobs(question, seeds, arms)
    found = _ablated(
        asked, store.root(out), parts.hired(workers, cluster), parts.away(cluster), silent=quiet or as_json
    )
    table = ablation.table(found, arms, party)
    if csv:
        saving.write(csv, ablation.as_csv(table))
    if as_json:
        print(json.dumps(ablation.as_data(table, question, asked), indent=1))
    elif not quiet:
        screens.ablation(table, question)


def rerun(
    run: Annotated[
        str, Parameter(help="The beginning of a run's id, its folder, or 'last' (the default).")
    ] = store.LAST,
    /,
    *,
    world: Annotated[
        tuple[str, ...], Parameter(negative="", help="Only this world of the run, as 1. May be given again.")
    ] = (),
    workers: Workers = None,
    out: Folder = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Simulate a stored run again from what it says of itself. Exit code 0: every bit is the same; 1: it is not."""
    from mohalla.cli import screens
    from mohalla.engine.simulate import simulate
    from mohalla.experiments import rerun as rerunning
    from mohalla.experiments.parallel import hands, spread

    kept = store.find_simulated(run, out)
    asked = rerunning.jobs(kept, world, simulate)
    count = hands(parts.hired(workers), rerunning.seconds(asked))
    with screens.bar(silent=quiet or as_json) as bar:
        told = screens.counted(bar, len(asked))
        answers = spread(rerunning.again, asked, count, lambda job, news: told(job.label, news[0] / news[1]))
        found = rerunning.rerun(kept, [answer for _, answer in answers])
    if as_json:
        print(json.dumps(rerunning.as_data(found), indent=1))
    elif not quiet:
        print(screens.rerun(found))
    if not found.same:
        sys.exit(DIFFERENT)


def explain(
    run: Annotated[
        str, Parameter(help="The beginning of a run's id, its folder, or 'last' (the default).")
    ] = store.LAST,
    /,
    *,
    resident: Annotated[int | None, Parameter(help="Why this resident showed the face it showed.")] = None,
    unit: Annotated[int | None, Parameter(help="Who held this unit, what flowed through it, who was killed.")] = None,
    killing: Annotated[
        int | None, Parameter(help="By whom, against whom and why: the killing of this number, from 1.")
    ] = None,
    week: Annotated[str | None, Parameter(help="Any day of the week asked about, as 1995-06-30.")] = None,
    world: Annotated[str | None, Parameter(help="The world asked about, by its label (else the first).")] = None,
    out: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Answer why, term by term, about one resident, one unit or one killing of a stored run."""
    from mohalla.cli import screens
    from mohalla.questions.ask import Question, answer
    from mohalla.questions.terms import as_data, as_tree

    kept = store.find_simulated(run, out)
    with screens.bar(silent=as_json) as bar:
        progress = screens.through(bar, "running this world again")
        told = answer(kept, Question(resident, unit, killing, week), world, progress)
    if as_json:
        print(json.dumps({"run": kept.id, "world": world or next(iter(kept.simulations)), **as_data(told)}, indent=1))
    else:
        from rich.console import Console

        where = world or next(iter(kept.simulations))
        print(f"In world {where} of {kept.id}, a simulated city; no real person or act is meant.")
        Console().print(as_tree(told))


def _ablated(
    asked: Sequence[ablation.Job], root: Path, workers: int | None, away: batch.Spread | None = None, *, silent: bool
) -> ablation.Found:
    """Every simulation of an ablation. However it ends early, say what is safe and how to go on."""
    from mohalla.cli import screens
    from mohalla.experiments import ablation

    before = ablation.ended(asked, root)
    if before and not silent:
        print(f"Going on: {before} of {len(asked)} simulations had ended.", file=sys.stderr)
    with (
        parts.safely(lambda: parts.measured(ablation.ended(asked, root), len(asked), root)),
        screens.bar(silent) as bar,
    ):
        told = screens.counted(bar, len(asked) - before)
        return ablation.run(
            asked, root, workers, lambda job, news: told((job.seed, job.without), news[0] / news[1]), away
        )
