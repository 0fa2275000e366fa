"""Commands that vary uncertain numbers: `sweep` tabulates what comes of them, `sensitivity` says which matter."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from mohalla import store
from mohalla.cli.parts import (
    AsJson,
    Cluster,
    Coarser,
    Folder,
    Name,
    Quiet,
    UnderPlan,
    Until,
    Without,
    Workers,
    away,
    hired,
    measured,
    request_of_many,
    safely,
    typed,
)
from mohalla.errors import MohallaError

if TYPE_CHECKING:
    from mohalla.experiments import batch
    from mohalla.experiments.designs import Design, Factor
    from mohalla.experiments.ensemble import Request
    from mohalla.experiments.sensitivity import Analysis
    from mohalla.experiments.sweep import Found, Sweep

FEWER = "Take fewer numbers, values, samples or seeds; --design latin spreads few samples over many numbers."
SCREEN = "Take fewer parameters, samples or seeds; --method morris screens many numbers with few samples."
KINDS = {"morris": ("morris",), "sobol": ("saltelli",), "both": ("morris", "saltelli")}
SHOWN = ("hold", "coerced", "armed", "seats", "killings")

Party = Annotated[str | None, Parameter(help="Whose numbers are meant (else those of the party that holds most).")]
DesignSeed = Annotated[int, Parameter(show_default=True, help="Which of many equal designs; the same gives the same.")]
Table = Annotated[
    Path | None, Parameter(help="Also write a row for each simulation to this file: .csv, .parquet, or .nc for xarray.")
]
Page = Annotated[Path | None, Parameter(help="Also write pictures to this file, an HTML page that opens offline.")]


def sweep(
    scenario: Name,
    /,
    *,
    vary: Annotated[
        tuple[str, ...],
        Parameter(
            negative="",
            help="A number and its values: residents.danger=4:16:5, =4,8,16, =4:16, or its plausible range.",
        ),
    ] = (),
    design: Annotated[
        Literal["factorial", "latin", "sobol"],
        Parameter(show_default=True, help="Every combination of stated values, or samples spread over the ranges."),
    ] = "factorial",
    samples: Annotated[int | None, Parameter(help="How many points, for latin and sobol.")] = None,
    seeds: Annotated[int, Parameter(show_default=True, help="In how many worlds, the same for every point.")] = 8,
    outcome: Annotated[
        tuple[str, ...], Parameter(negative="", help="What is shown. May be given again, or with commas.")
    ] = SHOWN,
    scale: Coarser = None,
    until: Until = None,
    without: Without = (),
    plan: UnderPlan = None,
    party: Party = None,
    design_seed: DesignSeed = 1,
    table: Table = None,
    page: Page = None,
    cluster: Cluster = None,
    workers: Workers = None,
    out: Folder = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Simulate a scenario with other numbers, in the same worlds, and tabulate what comes of each.

    What is measured of a simulation is kept as soon as it ends: stopped, the same command goes on.
    """
    from mohalla.cli import screens
    from mohalla.experiments import designs, outcomes
    from mohalla.experiments import sweep as sweeping

    shown = outcomes.known(outcome)
    asked, scale = request_of_many(scenario, until, without, plan, scale, seeds, party, quiet=quiet)
    factors = designs.chosen("--vary", vary, designs.variable(asked.scenario, _declared()))
    _writable(table, page)
    points = _points(asked, scale, design, factors, samples, seeds, design_seed)
    whole = sweeping.Sweep(asked, scale, points, tuple(range(1, seeds + 1)))
    found = _simulated(whole, store.root(out), hired(workers, cluster), away(cluster), silent=quiet or as_json)
    of = sweeping.party_of(found, party)
    if table:
        sweeping.write(found, of, table)
    if page:
        from mohalla.report import varied

        varied.write_sweep(found, of, [one.name for one in shown], page, typed())
    if as_json:
        print(json.dumps(sweeping.as_data(found, of), indent=1))
    elif not quiet:
        screens.sweep(found, of, [one.name for one in shown])
        _say(table, page, None if party else found, of)


def sensitivity(
    scenario: Name,
    /,
    *,
    outcome: Annotated[
        tuple[str, ...], Parameter(negative="", help="What should hang on the numbers. May be given again.")
    ] = ("coerced",),
    method: Annotated[
        Literal["morris", "sobol", "both"],
        Parameter(show_default=True, help="Screening, shares of variance, or shares of what screening finds."),
    ] = "morris",
    parameters: Annotated[
        tuple[str, ...],
        Parameter(negative="", help="Numbers (residents.danger, =4:12), mechanisms (residents), or all. With commas."),
    ] = ("all",),
    samples: Annotated[
        int | None, Parameter(help="Walks of a screening (else 10), samples of shares, a power of two (else 64).")
    ] = None,
    seeds: Annotated[int, Parameter(show_default=True, help="In how many worlds, the same for every point.")] = 2,
    scale: Coarser = None,
    until: Until = None,
    without: Without = (),
    plan: UnderPlan = None,
    party: Party = None,
    design_seed: DesignSeed = 1,
    table: Table = None,
    page: Page = None,
    workers: Workers = None,
    out: Folder = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Say which uncertain numbers an outcome hangs on, with intervals, and how much is chance.

    What is measured of a simulation is kept as soon as it ends: stopped, the same command goes on; another --outcome of
    the same simulations costs nothing.
    """
    from mohalla.cli import screens
    from mohalla.experiments import designs, outcomes
    from mohalla.experiments import sensitivity as analysing
    from mohalla.experiments import sweep as sweeping

    shown = outcomes.known(outcome)
    asked, scale = request_of_many(scenario, until, without, plan, scale, seeds, party, quiet=quiet)
    factors = designs.selected("--parameters", parameters, designs.variable(asked.scenario, _declared()))
    designs.salib("SALib")
    _writable(table, page)
    results: list[tuple[Found, list[Analysis]]] = []
    for kind in KINDS[method]:
        factors = _that_matter(results[0][1], factors) if results else factors
        many = _samples(kind, samples, screening=method == "both" and kind == "morris")
        whole = _designed(asked, scale, kind, factors, many, seeds, design_seed)
        found = _simulated(whole, store.root(out), hired(workers), silent=quiet or as_json)
        of = results[0][1][0].party if results else sweeping.party_of(found, party)
        results.append((found, [analysing.analysed(found, one.name, of) for one in shown]))
        if not (quiet or as_json):
            screens.sensitivity(results[-1][1], found)
    if table:
        sweeping.write(found, of, table)
    if page:
        from mohalla.report import varied

        varied.write(results, page, typed())
    if as_json:
        print(json.dumps(analysing.all_data(results), indent=1))
    elif not quiet:
        _say(table, page, None if party else found, of)


# --- the question ----------------------------------------------------------------------------------------------------


def _points(
    asked: Request, scale: int, kind: str, factors: tuple[Factor, ...], samples: int | None, seeds: int, seed: int
) -> Design:
    """The points of a sweep, if they are not beyond measure."""
    from mohalla.experiments import designs
    from mohalla.experiments import sweep as sweeping

    if kind == "factorial":
        if samples is not None:
            raise MohallaError("--samples is for --design latin and sobol; a factorial design takes every combination.")
        sweeping.affordable(asked, scale, designs.combinations(factors), seeds, FEWER)
        return designs.factorial(factors)
    if samples is None:
        raise MohallaError(f"--design {kind} needs --samples: how many points to spread over the ranges.")
    sweeping.affordable(asked, scale, designs.points_of(kind, samples, len(factors)), seeds, FEWER)
    return designs.sampled(kind, factors, samples, seed)


def _declared() -> dict[str, type]:
    from mohalla.mechanisms import DECLARED

    return DECLARED


def _writable(table: Path | None, page: Path | None) -> None:
    from mohalla import saving
    from mohalla.experiments import sweep as sweeping

    if table:
        sweeping.must_be_writable(table)
    if page:
        saving.must_be_writable(page)


def _samples(kind: str, asked: int | None, *, screening: bool) -> int:
    from mohalla.experiments import sensitivity as analysing

    usual = analysing.USUAL["morris" if kind == "morris" else "sobol"]
    return usual if asked is None or screening else asked


def _designed(
    asked: Request, scale: int, kind: str, factors: tuple[Factor, ...], samples: int, seeds: int, design_seed: int
) -> Sweep:
    from mohalla.experiments import designs
    from mohalla.experiments import sweep as sweeping

    sweeping.affordable(asked, scale, designs.points_of(kind, samples, len(factors)), seeds, SCREEN)
    points = designs.sampled(kind, factors, samples, design_seed)
    return sweeping.Sweep(asked, scale, points, tuple(range(1, seeds + 1)))


def _that_matter(found: list[Analysis], factors: tuple[Factor, ...]) -> tuple[Factor, ...]:
    from mohalla.experiments import sensitivity as analysing

    kept = analysing.that_matter(found, factors)
    if not kept:
        raise MohallaError(
            "no number stands clear of chance in the screening, so there is nothing to share variance among; take more "
            "--seeds, or --method sobol with --parameters of your choice."
        )
    return kept


def _simulated(
    whole: Sweep, root: Path, workers: int | None, elsewhere: batch.Spread | None = None, *, silent: bool
) -> Found:
    """Every simulation of a sweep. However it ends early, say what is safe and how to go on."""
    from mohalla.cli import screens
    from mohalla.experiments import ensemble
    from mohalla.experiments import sweep as sweeping
    from mohalla.experiments.parallel import cores

    known = sweeping.asked(whole, root)
    before, count = sweeping.ended(known)
    if before < count and not silent:
        left = ensemble.seconds(whole.request, whole.scale) * (count - before) / cores()
        begun = f"{count:,} simulations, {sweeping.long(left)} or more on this machine."
        print(f"Going on: {before:,} of {count:,} simulations had ended." if before else begun, file=sys.stderr)
    with safely(lambda: measured(*sweeping.ended(known), root)), screens.bar(silent) as bar:
        told = screens.counted(bar, count - before)
        return sweeping.run(whole, known, workers, lambda job, news: told(job.path, news[0] / news[1]), elsewhere)


def _say(table: Path | None, page: Path | None, chosen: Found | None, of: str) -> None:
    """What was written, and, where the party was chosen for them, what else might have been meant."""
    others = [one for one in chosen.parties if one != of] if chosen else []
    if others:
        print(f"For another party: --party {', '.join(others)}.")
    for what, path in (("Table", table), ("Page", page)):
        if path:
            print(f"{what:<6} {path}")
