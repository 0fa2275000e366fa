"""The command line. Each command says in words what it did; what goes wrong is one clear message and exit code 2.

Everything heavy is imported by the command that needs it, so that `mohalla --help` answers at once.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

from cyclopts import App, CycloptsError, Parameter

from mohalla import cli_compare, cli_parts, cli_runs, cli_sweeps, stopping, store
from mohalla.cli_parts import MOST_SCALE, MOST_SEEDS, AsJson, Cluster, Folder, Open, Quiet, Until, WithReport
from mohalla.errors import MohallaError

if TYPE_CHECKING:
    from mohalla.experiments import ablation, batch
    from mohalla.experiments.ensemble import Member, Request, Watch
    from mohalla.experiments.resume import Rest

DIFFERENT, WRONG = 1, 2
MOST_SECONDS = 86_400
USUAL_SCALE = 10

START = """\
Start with `mohalla run small-town` (seconds) or `mohalla run karachi` (a minute or two); write your own city with
`mohalla new my-city`. `mohalla COMMAND --help` has the options of a command.
"""

app = App(
    name="mohalla",
    help="How an armed political party takes, holds and loses a city, one neighbourhood at a time.",
    help_epilogue=START,
    default_parameter=Parameter(show_default=False),
    version=lambda: store.versions()["mohalla"],
    version_flags=["--version"],
    suppress_keyboard_interrupt=False,
)

Every = Annotated[
    float | None,
    Parameter(
        name="--checkpoint",
        help="Seconds between checkpoints of a simulation, 0 for none (else 60, or more where they cost over 2 %).",
    ),
]


def main() -> None:
    """The program: run a command, turn what goes wrong into one message and an exit code."""
    stopping.heed_sigterm()
    try:
        app(sys.argv[1:], exit_on_error=False, print_error=False, result_action="return_value")
    except (MohallaError, CycloptsError) as error:
        _refuse(str(error))
    except KeyboardInterrupt as stop:
        print("mohalla: stopped.", file=sys.stderr)
        sys.exit(stopping.exit_code(stop))
    except BrokenPipeError:  # the reader of our output has gone, as in `mohalla show karachi | head`
        sys.stderr.close()
        sys.exit(1)


@app.command(sort_key=1, help_epilogue="")
def run(
    scenario: Annotated[str, Parameter(help="A shipped scenario (karachi, small-town ...) or a TOML file.")],
    /,
    *,
    seeds: Annotated[
        int, Parameter(show_default=True, help="How many worlds to simulate, so that every curve has a band.")
    ] = 8,
    scale: Annotated[
        int, Parameter(show_default=True, help="Adults per simulated resident; other worlds may use fewer residents.")
    ] = USUAL_SCALE,
    until: Until = None,
    without: Annotated[
        tuple[str, ...], Parameter(negative="", help="A mechanism to leave out. May be given again, or with commas.")
    ] = (),
    plan: Annotated[
        str | None, Parameter(help="A plan to lay over it: a shipped name, a TOML file, or several joined by +.")
    ] = None,
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
    request = cli_parts.request(scenario, until, without, _seconds(every), plan)
    team = ensemble.members(request.scenario, seeds, scale)
    kept = _begun(request, team, scenario, out)
    with store.claimed(kept):
        kept = store.finish(_simulated(request, team, kept, silent=quiet or as_json))
    _conclude(kept, report=report, show_report=show_report, quiet=quiet, as_json=as_json)


@app.command(sort_key=2, help_epilogue="")
def resume(
    run: Annotated[
        str | None, Parameter(help="The beginning of a run's id, or its folder (else the latest that was stopped).")
    ] = None,
    /,
    *,
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

    stopped = resuming.unfinished(run, out)
    with store.claimed(stopped):
        rest = resuming.rest(stopped, DECLARED, simulate, _seconds(every))
        if not (quiet or as_json):
            print(_goes_on(rest))
        kept = store.reopen(rest.kept)
        kept = _simulated(rest.request, rest.team, kept, silent=quiet or as_json, weeks=rest.weeks)
        kept = store.finish(kept)
    _conclude(kept, report=report, show_report=show_report, quiet=quiet, as_json=as_json)


@app.command(sort_key=3, help_epilogue="")
def check(file: Annotated[str, Parameter(help="A TOML file, or the name of a shipped scenario.")], /) -> None:
    """Say whether a scenario is sound; if not, what is wrong, where, and what would be right."""
    from mohalla import calendar, reading
    from mohalla.showing import summary

    scenario = cli_parts.read(file)
    weeks = calendar.week_of(scenario.about.end, scenario.about.start) + 1
    print(f"{file} is sound. {summary(scenario, weeks)}")
    record = reading.read_record(file)
    if record:
        print(
            f"Its runs are held against {len(record.deaths) + len(record.seats) + len(record.figures)} public figures."
        )


@app.command(sort_key=4, help_epilogue="")
def show(
    name: Annotated[str, Parameter(help="A shipped scenario or a TOML file.")],
    /,
    *,
    parameters: Annotated[bool, Parameter(negative="", help="Also every number of every mechanism.")] = False,
) -> None:
    """Print what a scenario declares, what it imposes and what is left to emerge, with sources."""
    from rich.console import Console

    from mohalla import reading, showing
    from mohalla.mechanisms import DECLARED

    scenario = cli_parts.read(name)
    showing.show(scenario, reading.resolved_parameters(scenario, DECLARED) if parameters else None, Console())


@app.command(sort_key=5, help_epilogue="")
def new(
    name: Annotated[str, Parameter(help="What to call it, as my-city; or a path, as cities/my-city.")],
    /,
) -> None:
    """Write a commented scenario that runs as it is, to be changed line by line."""
    from mohalla import reading

    path = reading.write_new(name)
    print(f"{path} is written: an invented town, ready to be changed. Next: mohalla check {path}; mohalla run {path}")


@app.command(sort_key=6, help_epilogue="")
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
        cli_parts.browse(page)


app.command(cli_runs.app)
app.command(cli_runs.export, sort_key=7, help_epilogue="")


@app.command(sort_key=8, help_epilogue="")
def ablate(
    scenario: Annotated[str, Parameter(help="A shipped scenario (karachi, small-town) or a TOML file.")],
    /,
    *,
    seeds: Annotated[int, Parameter(show_default=True, help="How many worlds: every one whole and without each.")] = 8,
    scale: Annotated[
        int | None, Parameter(help="Adults per simulated resident (else 10, or as many as 50 in a large city).")
    ] = None,
    until: Until = None,
    without: Annotated[
        tuple[str, ...], Parameter(negative="", help="Only this mechanism. May be given again, or with commas.")
    ] = (),
    party: Annotated[
        str | None, Parameter(help="Whose numbers are shown (else those of the party with the largest hold).")
    ] = None,
    csv: Annotated[Path | None, Parameter(help="Also write the table to this file.")] = None,
    cluster: Cluster = None,
    out: Folder = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Simulate a scenario whole and without each mechanism in turn, and say what changes in the same worlds.

    What is measured of a simulation is kept as soon as it ends: stopped, the same command goes on.
    """
    from mohalla import reading, saving, screens
    from mohalla.experiments import ablation, ensemble
    from mohalla.mechanisms import SWITCHABLE

    reading.within("--seeds", seeds, 1, MOST_SEEDS)
    request = cli_parts.request(scenario, until, without, None)
    if scale is None:
        scale = ensemble.extra_scale(request.scenario, USUAL_SCALE)
    reading.within("--scale", scale, 1, MOST_SCALE)
    if party:
        reading.one_of("--party", party, [one.id for one in request.scenario.organisations])
    if csv:
        saving.must_be_writable(csv)
    question = ablation.Question(request.scenario, scale, request.until, request.simulate)
    arms = request.without or SWITCHABLE
    asked = ablation.jobs(question, seeds, arms)
    found = _ablated(asked, store.root(out), cli_parts.away(cluster), silent=quiet or as_json)
    table = ablation.table(found, arms, party)
    if csv:
        saving.write(csv, ablation.as_csv(table))
    if as_json:
        print(json.dumps(ablation.as_data(table, question, asked), indent=1))
    elif not quiet:
        screens.ablation(table, question)


app.command(cli_compare.compare, sort_key=11, help_epilogue="")
app.command(cli_sweeps.sweep, sort_key=8, help_epilogue="")
app.command(cli_sweeps.sensitivity, sort_key=8, help_epilogue="")


@app.command(sort_key=9, help_epilogue="")
def rerun(
    run: Annotated[
        str, Parameter(help="The beginning of a run's id, its folder, or 'last' (the default).")
    ] = store.LAST,
    /,
    *,
    world: Annotated[
        tuple[str, ...], Parameter(negative="", help="Only this world of the run, as 1. May be given again.")
    ] = (),
    out: Folder = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Simulate a stored run again from what it says of itself. Exit code 0: every bit is the same; 1: it is not."""
    from mohalla import screens
    from mohalla.engine.simulate import simulate
    from mohalla.experiments import rerun as rerunning
    from mohalla.experiments.parallel import spread

    kept = store.find_simulated(run, out)
    asked = rerunning.jobs(kept, world, simulate)
    with screens.bar(silent=quiet or as_json) as bar:
        told = screens.counted(bar, len(asked))
        answers = spread(rerunning.again, asked, heard=lambda job, news: told(job.label, news[0] / news[1]))
        found = rerunning.rerun(kept, [answer for _, answer in answers])
    if as_json:
        print(json.dumps(rerunning.as_data(found), indent=1))
    elif not quiet:
        print(screens.rerun(found))
    if not found.same:
        sys.exit(DIFFERENT)


@app.command(sort_key=10, help_epilogue="")
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
    from mohalla import screens
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

        Console().print(as_tree(told))


# --- run -------------------------------------------------------------------------------------------------------------


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
    request: Request, team: list[Member], kept: store.Run, *, silent: bool, weeks: Mapping[str, int] | None = None
) -> store.Run:
    """All simulations not there yet, saved one by one. However it ends early, say what is safe and how to go on."""
    from mohalla.experiments import ensemble

    stands = kept
    missing = [member for member in team if member.label not in kept.simulations]
    done = _shares(request, team, missing, weeks or {})
    try:
        with (
            _watching(team, silent=silent, done=done) as watch,
            closing(ensemble.run(request, missing, kept, watch=watch)) as saved,
        ):
            for now, _ in saved:
                stands = now
    except KeyboardInterrupt as stop:
        print(f"mohalla: stopped. {_safe(stands, len(team))} {_resumable(stands)}", file=sys.stderr)
        sys.exit(stopping.exit_code(stop))
    except MohallaError as error:
        raise MohallaError(f"{error} {_safe(stands, len(team))} {_resumable(stands)}") from None
    return stands


def _ablated(
    asked: Sequence[ablation.Job], root: Path, away: batch.Spread | None = None, *, silent: bool
) -> ablation.Found:
    """Every simulation of an ablation. However it ends early, say what is safe and how to go on."""
    from mohalla import screens
    from mohalla.experiments import ablation

    before = ablation.ended(asked, root)
    if before and not silent:
        print(f"Going on: {before} of {len(asked)} simulations had ended.", file=sys.stderr)
    try:
        with screens.bar(silent) as bar:
            told = screens.counted(bar, len(asked) - before)
            return ablation.run(
                asked, root, heard=lambda job, news: told((job.seed, job.without), news[0] / news[1]), away=away
            )
    except KeyboardInterrupt as stop:
        print(f"mohalla: stopped. {cli_parts.measured(ablation.ended(asked, root), len(asked), root)}", file=sys.stderr)
        sys.exit(stopping.exit_code(stop))
    except MohallaError as error:
        raise MohallaError(f"{error} {cli_parts.measured(ablation.ended(asked, root), len(asked), root)}") from None


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
    """A progress bar with the simulated date and the time left, on a terminal; nothing elsewhere."""
    from mohalla import screens

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


# --- words -----------------------------------------------------------------------------------------------------------


def _conclude(kept: store.Run, *, report: bool, show_report: bool, quiet: bool, as_json: bool) -> None:
    """What comes after the last simulation: the report, and words or data."""
    page = _reported(kept) if report else None
    if show_report and page:
        cli_parts.browse(page)
    if not quiet or as_json:
        print(json.dumps(cli_runs.as_data(kept), indent=1) if as_json else _ended(kept, page))


def _reported(kept: store.Run) -> Path:
    from mohalla.mechanisms import DECLARED
    from mohalla.report.stored import report_on

    return report_on(kept, DECLARED)


def _ended(kept: store.Run, page: Path | None) -> str:
    count = len(kept.simulations)
    words = f"{kept.details['title']}: {count} simulation{'s' if count > 1 else ''} in {kept.details['seconds']:.0f} s."
    return f"{words}\nRun     {kept.folder}" + (f"\nReport  {page}" if page else "")


def _refuse(message: str) -> NoReturn:
    print(f"mohalla: {message}", file=sys.stderr)
    sys.exit(WRONG)
