"""The command that compares plans in the same worlds."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

from cyclopts import Parameter

from mohalla import store
from mohalla.cli import parts
from mohalla.cli.parts import (
    MOST_SCALE,
    MOST_SEEDS,
    AsJson,
    Cluster,
    Folder,
    Name,
    Open,
    Quiet,
    Without,
    WithReport,
    Workers,
)

if TYPE_CHECKING:
    from mohalla.experiments import batch
    from mohalla.experiments import compare as comparing

Plans = Annotated[
    tuple[str, ...],
    Parameter(
        negative="",
        help="A plan (a shipped name, a file, several joined by +). Give it again for each; the first is the "
        "baseline (else `nothing` and every shipped plan that fits).",
    ),
]
Seeds = Annotated[int, Parameter(show_default=True, help="How many worlds; with --until-ci, how many at most.")]
Branch = Annotated[
    str | None, Parameter(name="--from", help="When plans part, as 2013-09 (else when the first begins).")
]
To = Annotated[
    str | None,
    Parameter(
        name=("--to", "--until"), help="Last year or day (else five years after the last force has left, if it may)."
    ),
]
Scale = Annotated[int, Parameter(show_default=True, help="Adults per simulated resident.")]
UntilCi = Annotated[
    float | None,
    Parameter(
        name="--until-ci",
        help="Stop adding worlds once differences in `release` and `coerced` are known to this share on either "
        "side, by intervals that hold at every look.",
    ),
]
Party = Annotated[
    str | None, Parameter(help="Whose numbers (else of the party the plans name most, or with most hold).")
]
Rules = Annotated[
    tuple[str, ...],
    Parameter(
        negative="",
        help="Also under other rules for the time after the record, in the first 8 worlds: `all` that fit, shipped "
        "names or files. Each rule costs as much again as the branches of those worlds.",
    ),
]
Brief = Annotated[
    bool, Parameter(negative="", help="Print the two tables of results only: the page has the rest, in words too.")
]
Resume = Annotated[
    bool, Parameter(negative="", help="Only go on with this comparison where it was stopped, never begin.")
]


class Spread(NamedTuple):
    """Who simulates: how many processes, where somebody says, and what spreads worlds over a cluster, if any."""

    workers: int | None
    away: batch.Spread | None


def compare(
    scenario: Name,
    /,
    *,
    plan: Plans = (),
    seeds: Seeds = 32,
    branch: Branch = None,
    until: To = None,
    scale: Scale = 50,
    until_ci: UntilCi = None,
    party: Party = None,
    rules: Rules = (),
    without: Without = (),
    cluster: Cluster = None,
    workers: Workers = None,
    out: Folder = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
    resume: Resume = False,
    brief: Brief = False,
    report: WithReport = True,
    show_report: Open = False,
) -> None:
    """Compare plans in the same worlds: one past a world, branched for every plan.

    What is measured of a branch is kept as soon as it ends: stopped, the same command goes on, with the same bits.
    """
    from mohalla import reading
    from mohalla.cli import compare_screen
    from mohalla.experiments import asking, comparison
    from mohalla.experiments import compare as comparing
    from mohalla.mechanisms import DECLARED, SWITCHABLE

    reading.within("--seeds", seeds, 1, MOST_SEEDS)
    reading.within("--scale", scale, 1, MOST_SCALE)
    off = reading.switched_off(without, SWITCHABLE)
    asked = asking.Asked(scenario, plan, seeds, branch, until, scale, off, until_ci, party, rules)
    city, how = parts.read(scenario), Spread(parts.hired(workers, cluster), parts.away(cluster))
    rule = asking.rule(asked, city)
    parts.fine_enough(city, scale, quiet=quiet)
    question = asking.question(asked, city, DECLARED, asking.engine())
    begun = asking.begin(asked, question, out, resume=resume)
    if not quiet:
        parts.note(*comparing.short(question), *begun.told)
    with store.claimed(begun.run):
        kept = store.reopen(begun.run) if begun.goes_on else begun.run
        jobs = comparing.jobs(question, range(1, seeds + 1), store.root(out))
        with _safely(kept, jobs):
            kept = asking.finish(kept, _compared(jobs, rule, how, quiet or as_json), question, asked)
    data = comparison.load(kept.folder)
    page = _page_of(kept, report=report, show_report=show_report)
    if as_json:
        told = {"id": kept.id, "folder": str(kept.folder), "report": page and str(page), **comparison.as_data(data)}
        print(json.dumps(told, indent=1))
    elif not quiet:
        compare_screen.show(data, brief=brief)
        print(f"\nDataset {kept.folder / comparison.NAME}")
        if page:
            print(f"Page    {page}")


def _page_of(kept: store.Run, *, report: bool, show_report: bool) -> Path | None:
    """The page of a comparison, written and shown as asked."""
    from mohalla.report.stored import compared

    if not report:
        return None
    page = compared(kept)
    if show_report:
        parts.browse(page)
    return page


def _compared(
    asked: list[comparing.Job], rule: comparing.Rule | None, how: Spread, silent: bool
) -> comparing.Found:  # fmt: skip
    """Every branch of a comparison, with a bar that says what is under way."""
    from mohalla.cli import compare_screen, screens
    from mohalla.experiments import compare as comparing

    before = comparing.ended(asked)
    if before and not silent:
        print(f"Going on: {before} of {comparing.simulations(asked)} branches had ended.", file=sys.stderr)
    with screens.bar(silent) as bar:
        return comparing.run(asked, how.workers, compare_screen.told(bar, len(asked)), rule, how.away)


@contextmanager
def _safely(kept: store.Run, asked: list[comparing.Job]) -> Iterator[None]:
    """However a comparison ends early, mark it so, say what is safe and how to go on."""
    from mohalla.experiments import compare as comparing

    def safe() -> str:
        ended, every = comparing.ended(asked), comparing.simulations(asked)
        return f"{ended} of {every} branches are safe in {kept.folder.parent}; the same command goes on."

    with parts.safely(safe):
        try:
            yield
        except BaseException:
            store.mark_interrupted(kept)
            raise
