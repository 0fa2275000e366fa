"""The command line. Each command says in words what it did; what goes wrong is one clear message and exit code 2.

Everything heavy is imported by the command that needs it, so that `mohalla --help` answers at once.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

from cyclopts import App, CycloptsError, Parameter

from mohalla import store
from mohalla.errors import MohallaError

if TYPE_CHECKING:
    from mohalla.experiments.ensemble import Member, Request, Watch
    from mohalla.scenario import Scenario

WRONG, STOPPED = 2, 130
MOST_SEEDS = 1000
MOST_SCALE = 10_000

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

Folder = Annotated[
    Path | None, Parameter(name="--out", help="Folder that holds all runs (else $MOHALLA_RUNS or ./runs).")
]
AsJson = Annotated[bool, Parameter(name="--json", negative="", help="Print one JSON object instead of words.")]
Open = Annotated[bool, Parameter(name="--open", negative="", help="Open the report in a browser.")]


def main() -> None:
    """The program: run a command, turn what goes wrong into one message and an exit code."""
    try:
        app(sys.argv[1:], exit_on_error=False, print_error=False, result_action="return_value")
    except (MohallaError, CycloptsError) as error:
        _refuse(str(error))
    except KeyboardInterrupt:
        print("mohalla: stopped.", file=sys.stderr)
        sys.exit(STOPPED)
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
    ] = 10,
    until: Annotated[
        str | None, Parameter(help="Last year or day, as 2010 or 2010-06-30 (else the scenario's).")
    ] = None,
    without: Annotated[
        tuple[str, ...], Parameter(negative="", help="A mechanism to leave out. May be given again, or with commas.")
    ] = (),
    out: Folder = None,
    quiet: Annotated[bool, Parameter(negative="", help="No progress and no words, only errors.")] = False,
    as_json: AsJson = False,
    report: Annotated[bool, Parameter(help="Write the HTML report, or not.")] = True,
    show_report: Open = False,
) -> None:
    """Simulate a scenario over several worlds, store the run and write its report."""
    from mohalla import reading
    from mohalla.experiments import ensemble

    reading.within("--seeds", seeds, 1, MOST_SEEDS)
    reading.within("--scale", scale, 1, MOST_SCALE)
    request = _request(scenario, until, without)
    team = ensemble.members(request.scenario, seeds, scale)
    kept = _begun(request, team, scenario, out)
    kept = _simulated(request, team, kept, silent=quiet or as_json)
    kept = store.finish(kept)
    page = _reported(kept) if report else None
    if show_report and page:
        _browse(page)
    if not quiet or as_json:
        print(json.dumps(_as_data(kept), indent=1) if as_json else _ended(kept, page))


@app.command(sort_key=2, help_epilogue="")
def check(file: Annotated[str, Parameter(help="A TOML file, or the name of a shipped scenario.")], /) -> None:
    """Say whether a scenario is sound; if not, what is wrong, where, and what would be right."""
    from mohalla import calendar, reading
    from mohalla.showing import summary

    scenario = _read(file)
    weeks = calendar.week_of(scenario.about.end, scenario.about.start) + 1
    print(f"{file} is sound. {summary(scenario, weeks)}")
    record = reading.read_record(file)
    if record:
        print(
            f"Its runs are held against {len(record.deaths) + len(record.seats) + len(record.figures)} public figures."
        )


@app.command(sort_key=3, help_epilogue="")
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

    scenario = _read(name)
    showing.show(scenario, reading.resolved_parameters(scenario, DECLARED) if parameters else None, Console())


@app.command(sort_key=4, help_epilogue="")
def new(
    name: Annotated[str, Parameter(help="What to call it, as my-city; or a path, as cities/my-city.")],
    /,
) -> None:
    """Write a commented scenario that runs as it is, to be changed line by line."""
    from mohalla import reading

    path = reading.write_new(name)
    print(f"{path} is written: an invented town, ready to be changed. Next: mohalla check {path}; mohalla run {path}")


@app.command(sort_key=5, help_epilogue="")
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
        _browse(page)


@app.command(sort_key=6, help_epilogue="")
def runs(*, out: Folder = None, as_json: AsJson = False) -> None:
    """List stored runs, the latest first."""
    found = store.runs(out)
    if as_json:
        print(json.dumps([_as_data(one) for one in found], indent=1))
    elif found:
        _print_runs(found)
    else:
        print(f"No runs in {store.root(out)} yet. `mohalla run small-town` makes one.")


# --- run -------------------------------------------------------------------------------------------------------------


def _read(name: str) -> Scenario:
    from mohalla import reading
    from mohalla.mechanisms import DECLARED

    return reading.read(name, DECLARED)


def _request(name: str, until: str | None, without: tuple[str, ...]) -> Request:
    """What was asked, checked before anything heavy starts."""
    from mohalla import reading
    from mohalla.engine.simulate import simulate
    from mohalla.experiments.ensemble import Request
    from mohalla.mechanisms import SWITCHABLE

    scenario = _read(name)
    last = reading.last_day(until, scenario) if until else None
    return Request(scenario, last, reading.switched_off(without, SWITCHABLE), simulate)


def _begun(request: Request, team: list[Member], asked: str, out: Path | None) -> store.Run:
    from mohalla import reading

    facts = {
        "scenario": asked,
        "labels": [member.label for member in team],
        "members": [member._asdict() for member in team],
        "until": str(request.until or request.scenario.about.end),
        "without": list(request.without),
        "command": sys.argv[1:],
    }
    return store.create(request.scenario, facts, out, reading.read_record(asked))


def _simulated(request: Request, team: list[Member], kept: store.Run, *, silent: bool) -> store.Run:
    """All simulations, saved one by one. However it ends early, say what is safe and where."""
    from mohalla.experiments import ensemble

    signal.signal(signal.SIGTERM, _stop)
    stands = kept
    try:
        with _watching(team, silent=silent) as watch, closing(ensemble.run(request, team, kept, watch=watch)) as saved:
            for now, _ in saved:
                stands = now
    except KeyboardInterrupt:
        print(f"mohalla: stopped. {_safe(stands, len(team))}", file=sys.stderr)
        sys.exit(STOPPED)
    except MohallaError as error:
        raise MohallaError(f"{error} {_safe(stands, len(team))}") from None
    return stands


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _safe(kept: store.Run, asked: int) -> str:
    done = len(kept.simulations)
    if not done:
        return f"No simulation had ended; {kept.folder} holds only what was asked."
    return f"{done} of {asked} simulations are safe in {kept.folder}; `mohalla report {kept.folder}` reports on them."


@contextmanager
def _watching(team: list[Member], *, silent: bool) -> Iterator[Watch | None]:
    """A progress bar with the simulated date and the time left, on a terminal; nothing elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    console = Console(stderr=True)
    if silent or not console.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[day]}"), TimeElapsedColumn())
    with Progress(*columns, TextColumn("left"), TimeRemainingColumn(), console=console) as bar:
        yield _watch(bar, team)


def _watch(bar: Any, team: list[Member]) -> Watch:
    """Adds up the work done in all worlds; a world's work grows with its residents."""
    work = {member.label: 1 + 100 / member.scale for member in team}
    done = dict.fromkeys(work, 0.0)
    task = bar.add_task("preparing (the first run compiles)", total=sum(work.values()), day="")

    def watch(member: Member, week: int, weeks: int, day: object) -> None:
        done[member.label] = work[member.label] * week / max(weeks, 1)
        ended = sum(done[label] >= work[label] for label in work)
        words = f"world {min(ended + 1, len(team))} of {len(team)}"
        bar.update(task, completed=sum(done.values()), description=words, day=str(day))

    return watch


# --- words -----------------------------------------------------------------------------------------------------------


def _reported(kept: store.Run) -> Path:
    from mohalla.mechanisms import DECLARED
    from mohalla.report.stored import report_on

    return report_on(kept, DECLARED)


def _browse(page: Path) -> None:
    import webbrowser

    webbrowser.open(page.resolve().as_uri())


def _ended(kept: store.Run, page: Path | None) -> str:
    count = len(kept.simulations)
    words = f"{kept.details['title']}: {count} simulation{'s' if count > 1 else ''} in {kept.details['seconds']:.0f} s."
    return f"{words}\nRun     {kept.folder}" + (f"\nReport  {page}" if page else "")


def _as_data(kept: store.Run) -> dict[str, Any]:
    """A run as --json prints it."""
    files = {label: str(path) for label, path in kept.simulations.items()}
    page = str(kept.report) if kept.report.is_file() else None
    facts = {
        key: kept.details.get(key) for key in ("scenario", "fingerprint", "started", "seconds", "request", "versions")
    }
    return {
        "id": kept.id,
        "folder": str(kept.folder),
        "status": kept.status,
        **facts,
        "simulations": files,
        "report": page,
    }


def _print_runs(found: list[store.Run]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for column in ("run", "status", "worlds", "seconds", "report"):
        table.add_column(column, no_wrap=True, justify="right" if column in ("worlds", "seconds") else "left")
    for one in found:
        seconds = one.details.get("seconds")
        done = f"{len(one.simulations)} of {len(one.details['request'].get('labels', one.simulations))}"
        page = "yes" if one.report.is_file() else "no"
        table.add_row(one.id, one.status, done, "-" if seconds is None else f"{seconds:.0f}", page)
    Console().print(table)


def _refuse(message: str) -> NoReturn:
    print(f"mohalla: {message}", file=sys.stderr)
    sys.exit(WRONG)
